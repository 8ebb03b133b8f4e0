"""Looks, verdicts that hold together, half-widths: pencil cases, and error rates on known probabilities."""

import math
from dataclasses import replace

import numpy as np
import pytest
from planner_cases.pretended import TOLERANCES
from scipy.stats import beta

from sim.experiment.estimates import estimate, verdicts
from sim.experiment.stopping import (
    ERROR,
    AskedError,
    HalfWidth,
    Rule,
    Stop,
    Until,
    looks,
    question_of,
    rule_of,
    worst,
)
from sim.kpi.outcome import Key
from sim.scenario.study import Tolerances

LIMITS = Tolerances.model_validate(TOLERANCES)
SITES = Key("sources", "overflow_probability")
DAYS = Key("sources", "overflow_days")
AGE = Key("county", "age_over_limit_share")
YARD = Key("kiln_yard", "overflow_probability")
RATE = Key("county", "utilisation_target_met")
DECIDED = Until(decided=True)


def rule(keys: list[Key], cells: int = 20, budget: int = 1600, until: Until = DECIDED) -> Rule:
    return rule_of(until, [keys] * cells, LIMITS, budget)


# --- looks -------------------------------------------------------------------------------------------


def test_looks_double_up_to_the_budget() -> None:
    assert looks(50, 800) == (50, 100, 200, 400, 800)
    assert looks(50, 500) == (50, 100, 200, 400, 500)
    assert looks(100, 60) == (60,)


def test_looks_may_lie_halfway_and_give_way_to_those_asked_for() -> None:
    assert looks(50, 400, halfway=True) == (50, 75, 100, 150, 200, 300, 400)
    assert looks(50, 400, also=(190, 900)) == (50, 100, 190, 400)


def test_meets_is_looked_for_as_soon_as_it_is_possible() -> None:
    found = rule([SITES, AGE])
    needed = found.needed()["sources_overflow_probability"]
    assert needed == math.ceil(math.log(0.05 / 40 / 2) / math.log(0.95))
    assert any(needed <= look < 1.1 * needed for look in found.looks)


def test_about_160_replications_without_an_event_are_needed_for_the_limits_of_a_whole_page() -> None:
    found = rule_of(DECIDED, [[SITES, DAYS, AGE, YARD]] * 24, LIMITS)
    assert found.verdicts == 96
    assert 155 <= found.needed()["sources_overflow_probability"] <= 165
    nothing = np.zeros((found.needed()["sources_overflow_probability"], 1))
    assert found.answers(nothing, [SITES]) == {"storage": "meets"}
    assert found.answers(nothing[:-6], [SITES]) == {"storage": "undecided"}


# --- what is asked at a look -------------------------------------------------------------------------


def test_a_cell_goes_on_while_a_question_is_open_and_stops_when_all_are_answered() -> None:
    found = rule([SITES, RATE], budget=400)
    values = np.zeros((400, 2))
    assert found.ask(values[:50], [SITES, RATE]) is None
    assert found.ask(values[:300], [SITES, RATE]) == Stop(300, "decided")


def test_one_limit_that_fails_answers_its_question() -> None:
    assert worst({SITES: "fails", DAYS: "undecided"}) == {"storage": "fails"}
    assert worst({SITES: "meets", DAYS: "undecided"}) == {"storage": "undecided"}
    assert worst({SITES: "meets", AGE: "fails", YARD: "meets", RATE: "undecided"}) == {
        "storage": "meets", "age": "fails", "yard": "meets", "rate": "undecided",
    }  # fmt: skip
    assert question_of(Key("collection_point", "age_over_limit_share")) == "age"


def test_at_the_budget_a_cell_stops_undecided() -> None:
    found = rule([SITES], budget=200)
    on_the_limit = np.full((200, 1), 0.05)
    assert found.ask(on_the_limit[:100], [SITES]) is None
    assert found.ask(on_the_limit, [SITES]) == Stop(200, "budget")
    assert found.answers(on_the_limit, [SITES]) == {"storage": "undecided"}


def test_a_verdict_once_decided_is_not_taken_back() -> None:
    """First all years fail, then none: the first hundred decided, whatever comes after."""
    found = rule([SITES], budget=1600)
    values = np.concatenate([np.ones((100, 1)), np.zeros((700, 1))])
    assert found.answers(values[:100], [SITES]) == {"storage": "fails"}
    assert found.answers(values, [SITES]) == {"storage": "fails"}


def test_what_has_a_limit_gets_the_wider_interval_and_says_so() -> None:
    keys = [SITES, DAYS, Key("county", "cost")]
    values = np.random.default_rng(3).random((100, 3)) * [0.1, 2, 9]
    together, methods = rule(keys).estimate(values, keys)
    alone, names = rule(keys, until=Until()).estimate(values, keys)
    assert methods.tolist() == ["bootstrap_family", "bootstrap_family", "bootstrap"]
    assert names.tolist() == ["bootstrap"] * 3
    assert (together.high[:2] > alone.high[:2]).all()
    assert together.high[2] == alone.high[2]


def test_of_few_events_a_verdict_takes_nothing_for_granted() -> None:
    values = np.zeros((200, 1))
    values[:3] = 1
    _, methods = rule([YARD]).estimate(values, [YARD])
    assert methods.tolist() == ["few_family"]


# --- half-widths -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("0.01", ("", 0.01, math.nan)),
        ("5%", ("", math.nan, 0.05)),
        ("overflow_days@sources=0.1,5%", ("overflow_days@sources", 0.1, 0.05)),
    ],
)
def test_half_widths_are_written_as_numbers_or_shares_of_the_mean(text: str, goal: tuple) -> None:
    found = HalfWidth.of(text)
    assert (found.kpi, found.absolute, found.relative) == pytest.approx(goal, nan_ok=True)


@pytest.mark.parametrize("text", ["", "x", "0", "-1", "5%%", "inf", "nan", "cost=5%", "cost@county="])
def test_a_half_width_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(AskedError):
        HalfWidth.of(text)


def test_whichever_half_width_comes_first_stops_and_is_named() -> None:
    key = Key("county", "cost")
    values = 100 + np.random.default_rng(1).normal(0, 1, (400, 1))
    half = 1.972 * values[:200].std(ddof=1) / math.sqrt(200)
    for text, why in (("cost@county=1,0.1%", "absolute"), ("cost@county=0.001,1%", "relative")):
        asked = rule([key], until=Until(narrow=(HalfWidth.of(text),)), budget=400)
        stop = asked.ask(values[:200], [key])
        assert stop is not None
        assert stop.why == f"{why}_half_width"
        assert ("%" in stop.detail) == (why == "relative")
    assert f"{half:.2g}" in asked.ask(values[:200], [key]).detail or "%" in stop.detail
    narrow = rule([key], until=Until(narrow=(HalfWidth.of("cost@county=0.0001"),)), budget=400)
    assert narrow.ask(values[:200], [key]) is None
    assert narrow.ask(values, [key]) == Stop(400, "budget")


def test_a_half_width_without_a_kpi_is_asked_of_every_primary_kpi() -> None:
    keys = [Key("county", "cost"), DAYS]
    values = np.stack([np.full(50, 9.0), np.linspace(0, 9, 50)], axis=1)
    asked = rule(keys, until=Until(narrow=(HalfWidth.of("5%"),)), budget=400)
    assert asked.ask(values, keys, ["cost@county"]) is not None
    assert asked.ask(values, keys, ["cost@county", "overflow_days@sources"]) is None


def test_a_cell_that_has_not_got_the_kpi_is_not_held_up_by_it() -> None:
    asked = rule([DAYS], until=Until(narrow=(HalfWidth.of("cost@county=1"),)), budget=400)
    assert asked.ask(np.ones((50, 1)), [DAYS]) == Stop(50, "not_asked")


def test_both_may_be_waited_for() -> None:
    until = Until(decided=True, narrow=(HalfWidth.of("overflow_probability@sources=0.001"),))
    values = np.zeros((800, 1))
    assert rule([SITES], until=until).ask(values, [SITES]) is None
    wide = Until(decided=True, narrow=(HalfWidth.of("overflow_probability@sources=0.1"),))
    found = rule([SITES], until=wide).ask(values, [SITES])
    assert (found.why, found.n) == ("decided", 800)
    assert "overflow_probability@sources" in found.detail


# --- known probabilities -----------------------------------------------------------------------------


RISKS = (0.002, 0.01, 0.03, 0.045, 0.05, 0.055, 0.07, 0.1, 0.2, 0.5) * 2
"""The 20 cells of a page: some far from the limit of 5 %, some near it, two on it."""


def correlated(rng: np.random.Generator, p: float, n: int, pages: int, years: int = 5) -> np.ndarray:
    """(n, pages) shares of years with an overflow; years of a replication share a risk that varies wildly."""
    return rng.binomial(years, beta(p * 0.5, (1 - p) * 0.5).rvs((n, pages), random_state=rng)) / years


def decided(found: Rule, values: np.ndarray, key: Key) -> tuple[np.ndarray, np.ndarray]:
    """Verdict of each column (replications, cells), each run look by look, and its replications."""
    keys = [key] * values.shape[1]
    words = np.full(len(keys), "undecided", dtype=object)
    sizes = np.full(len(keys), found.budget)
    for look in found.looks:
        open_ = np.flatnonzero(words == "undecided")
        interval, _ = found.estimate(values[:look, open_], keys[: len(open_)])
        _, now = verdicts(interval, keys[: len(open_)], found.tolerances)
        fresh = now != "undecided"
        words[open_[fresh]], sizes[open_[fresh]] = now[fresh], look
    return words, sizes


def is_wrong(words: np.ndarray, keeps: bool) -> np.ndarray:
    return words == ("fails" if keeps else "meets")


def test_known_risks_are_judged_rightly_or_left_open() -> None:
    found, rng = rule([SITES], budget=400), np.random.default_rng(11)
    by = {p: decided(found, correlated(rng, p, 400, 1), SITES) for p in set(RISKS)}
    assert not any(is_wrong(words, p <= 0.05).any() for p, (words, _) in by.items())
    assert set(by[0.5][0]) == {"fails"}
    assert set(by[0.5][1]) == {50}
    assert set(by[0.002][0]) == {"meets"}
    assert set(by[0.05][0]) == {"undecided"}


@pytest.mark.statistical
def test_pages_with_a_wrong_verdict_are_at_most_one_in_twenty() -> None:
    """60 pages of 20 cells, correlated years: the family's error, and the sample sizes it takes."""
    found, rng = rule([SITES], budget=1600), np.random.default_rng(12)
    wrong = np.zeros(60, dtype=bool)
    sizes = {}
    for p in RISKS:
        words, n = decided(found, correlated(rng, p, 1600, 60), SITES)
        wrong |= is_wrong(words, p <= 0.05)
        sizes[p] = n.mean()
    assert wrong.mean() <= ERROR
    assert sizes[0.5] <= 75 < sizes[0.1] < sizes[0.07] < sizes[0.055]
    assert sizes[0.002] < sizes[0.01] < sizes[0.03] < sizes[0.045]
    assert sizes[0.002] < 300
    assert sizes[0.05] > 1500


@pytest.mark.parametrize("p", [0.05, 0.0501, 0.053])
def test_the_error_is_kept_where_every_cell_lies_on_the_limit(p: float) -> None:
    """The worst case: 20 yes-or-no cells at the limit itself, 2000 pages, looks up to 1600 replications."""
    limits = LIMITS.model_copy(update={"yard_overflow_probability": 0.05})
    found, rng = rule_of(DECIDED, [[YARD]] * 20, limits, 1600), np.random.default_rng(13)
    ones, done = np.zeros((2000, 20), dtype=int), 0
    words = np.full(ones.shape, "undecided", dtype=object)
    for look in found.looks:
        ones += rng.binomial(look - done, p, ones.shape)
        done = look
        counts = np.arange(ones.max() + 1)
        keys = [YARD] * len(counts)
        interval, _ = estimate((np.arange(look)[:, None] < counts).astype(float), keys, found.errors)
        now = verdicts(interval, keys, limits)[1][ones]
        words = np.where(words == "undecided", now, words)
    wrong = is_wrong(words, p <= 0.05).any(axis=1).mean()
    assert 0 < wrong <= ERROR


@pytest.mark.statistical
def test_one_limit_alone_spends_its_error_and_no_more() -> None:
    """With one verdict the family is that verdict: still at most 5 % at all looks, on the limit itself."""
    found = rule([YARD], cells=1, budget=800)
    found = replace(found, tolerances=LIMITS.model_copy(update={"yard_overflow_probability": 0.05}))
    values = (np.random.default_rng(15).random((800, 2000)) < 0.05).astype(float)
    assert is_wrong(decided(found, values, YARD)[0], keeps=True).mean() <= ERROR


@pytest.mark.statistical
@pytest.mark.parametrize("spread", [0.3, 0.6, 1.0])
@pytest.mark.parametrize("mean", [1.99, 2.01])
def test_days_err_no_more_though_they_are_skewed(spread: float, mean: float) -> None:
    """All 20 cells of 50 pages just above or below 2 days, by a gamma law up to exponential."""
    found, rng = rule([DAYS], budget=400), np.random.default_rng(14)
    values = rng.gamma(1 / spread**2, mean * spread**2, (400, 50 * 20))
    words, _ = decided(found, values, DAYS)
    assert is_wrong(words, mean < 2).reshape(50, 20).any(axis=1).mean() <= ERROR
