"""Which interval suits which KPI; verdicts."""

import math

import numpy as np
import pytest
from planner_cases.pretended import TOLERANCES

from sim.experiment.estimates import (
    estimate,
    estimate_difference,
    out_of_reach,
    tolerance_of,
    verdict,
    verdicts,
)
from sim.experiment.intervals import reach_interval
from sim.kpi.outcome import Key
from sim.scenario.study import Tolerances


@pytest.mark.parametrize(
    ("kpi", "values", "method"),
    [
        ("overflow_probability", [0.0] * 20, "one_sided"),
        ("utilisation_target_met", [1.0] * 20, "one_sided"),
        ("age_over_limit_share", [0.0] * 19 + [0.001], "few"),
        ("overflow_probability", [0.0] * 10 + [0.002] * 10, "bootstrap"),
        ("overflow_days", [0.0] * 19 + [0.5], "bootstrap"),
        ("overflow_days", [0.0] * 20, "none"),
        ("capital", [5.0] * 20, "constant"),
    ],
)
def test_what_was_seen_and_the_domain_choose_the_method(kpi: str, values: list, method: str) -> None:
    _, names = estimate(np.array(values)[:, None], [Key("county", kpi)])
    assert names.tolist() == [method]


def test_an_interval_of_what_cannot_be_negative_stays_above_zero() -> None:
    found, _ = estimate(np.array([[0.0], [0.0], [9.0]]), [Key("sources", "overflow_days")])
    assert 0 < found.low[0] < 3


def test_a_year_has_no_more_days_than_it_has() -> None:
    found, names = estimate(np.array([[0.0], [30.0], [300.0]]), [Key("kiln_yard", "overflow_days")])
    assert names.tolist() == ["bootstrap"]
    assert found.mean[0] < found.high[0] <= 366


def test_nothing_seen_in_all_runs_has_an_interval_only_where_there_is_a_domain() -> None:
    keys = [Key("sources", "overflow_days"), Key("sources", "overflow_probability"), Key("county", "cost")]
    found, names = estimate(np.array([[0.0, 0.0, 7.0]] * 8), keys)
    assert names.tolist() == ["none", "one_sided", "constant"]
    assert np.isnan(found.low[0])
    assert np.isnan(found.high[0])
    assert found.mean[0] == 0
    assert found.high[1] > 0.3
    assert (found.low[2], found.high[2]) == (7, 7)


@pytest.mark.parametrize(
    "key",
    [
        Key("collection_point", "handover_over_limit_share"),
        Key("county", "utilisation_rate_oldest_first"),
        Key("county", "utilisation_rate_newest_first"),
        Key("county", "utilisation_rate_at_acceptance"),
    ],
)
@pytest.mark.parametrize("seen", [0.0, 1.0])
def test_a_share_of_tonnes_that_was_the_same_in_all_runs_is_not_known_exactly(key: Key, seen: float) -> None:
    found, _ = estimate(np.full((200, 1), seen), [key])
    assert found.mean[0] == seen
    assert found.high[0] - found.low[0] == pytest.approx(3.1 / 200, rel=0.02)
    assert found.low[0] <= seen <= found.high[0]


@pytest.mark.parametrize(("runs", "word"), [(8, "undecided"), (200, "meets")])
def test_days_of_which_none_was_seen_meet_their_limit_where_the_probability_does(
    runs: int, word: str
) -> None:
    keys = [Key("sources", "overflow_days"), Key("sources", "overflow_probability")]
    found, _ = estimate(np.zeros((runs, 2)), keys)
    limits, words = verdicts(found, keys, Tolerances.model_validate(TOLERANCES))
    assert words.tolist() == [word, word]
    assert limits.tolist() == [2.0, 0.05]
    assert verdicts(found, keys[:1], Tolerances.model_validate(TOLERANCES))[1].tolist() == ["undecided"]


def test_plans_of_which_nothing_was_seen_may_differ_in_shares_by_what_0_of_n_leaves_open() -> None:
    keys = [Key("sources", "overflow_probability"), Key("sources", "overflow_days"), Key("county", "cost")]
    plan = np.zeros((200, 3))
    plan[:, 2] = np.linspace(0, 1, 200)
    found = estimate_difference(plan, plan, keys)
    assert found.high[0] == pytest.approx(1 - 0.014 ** (1 / 200))
    assert found.low[0] == -found.high[0]
    assert np.isnan([found.low[1], found.high[1]]).all()
    assert (found.low[2], found.high[2]) == (0, 0)


def test_a_difference_follows_the_rule_of_its_kpi() -> None:
    plan = np.random.default_rng(2).random((50, 2))
    keys = [Key("sources", "overflow_probability"), Key("county", "cost")]
    found, (alone, _) = estimate_difference(plan, 0 * plan, keys), reach_interval(plan, -1.0, 1.0)
    assert (found.low[0], found.high[0]) == pytest.approx((alone.low[0], alone.high[0]), rel=1e-12)
    assert (found.mean > found.low).all()
    assert (found.mean < found.high).all()


def test_without_values_there_is_no_method() -> None:
    found, names = estimate(np.full((4, 1), np.nan), [Key("county", "cost_per_tonne")])
    assert (found.n[0], names[0]) == (0, "none")


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        (0.0, 0.05, "meets"),
        (0.051, 0.2, "fails"),
        (0.04, 0.06, "undecided"),
        (math.nan, math.nan, "undecided"),
    ],
)
def test_a_verdict_needs_the_whole_interval(low: float, high: float, word: str) -> None:
    assert verdict(low, high, 0.05) == word


@pytest.mark.parametrize(
    ("low", "high", "word"), [(0.9, 1, "meets"), (0.1, 0.89, "fails"), (0.8, 1, "undecided")]
)
def test_a_lower_limit_is_judged_from_the_other_side(low: float, high: float, word: str) -> None:
    assert verdict(low, high, 0.9, at_least=True) == word


def test_limits_that_so_few_replications_cannot_show_are_named() -> None:
    tolerances = Tolerances.model_validate(TOLERANCES)
    assert [note.partition(":")[0] for note in out_of_reach(tolerances, 200)] == ["age_over_limit_share"]
    assert out_of_reach(tolerances, 1000) == []


def test_only_places_with_a_tolerance_get_a_verdict() -> None:
    tolerances = Tolerances.model_validate(TOLERANCES)
    keys = [Key("sources", "overflow_any"), Key("collection_point", "overflow_any")]
    found, _ = estimate(np.zeros((200, 2)), keys)
    limits, words = verdicts(found, keys, tolerances)
    assert words.tolist() == ["", "meets"]
    assert math.isnan(limits[0])
    assert limits[1] == 0.05
    assert tolerance_of(Key("county", "utilisation_target_met"), tolerances) == (0.9, True)
