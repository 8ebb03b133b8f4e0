"""The first screen: what its headline may claim, on the pretended study and on any facts that can be."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planner_cases.holes import assert_whole
from planner_cases.synthetic_results import MAKERS, results

from sim.archive import Results
from sim.report.screen.choice import choose, kept
from sim.report.screen.facts import facts_of, write_facts
from sim.report.screen.sentences import SCREEN, Speaker, count_of, screen_of
from sim.report.screen.text import first_screen

WORDS = ("meets", "fails", "undecided", "doubtful", "")


def title(name: str) -> dict[str, str]:
    return {"en": f"Plan {name}", "zh": f"方案{name}"}


def estimate(mean: float) -> dict[str, Any]:
    return {"mean": mean, "low": mean / 2, "high": min(1.0, 2 * mean + 0.02), "runs": 20}


def in_future(storage: str, age: str, mean: float = 0.02, high: float | None = None) -> dict[str, Any]:
    less = None if high is None else {"mean": high - 0.01, "low": high - 0.02, "high": high}
    return {
        "overflow": estimate(mean),
        "age": estimate(mean / 4),
        "full_bay": None,
        "verdicts": {"storage": storage, "age": age},
        "against_baseline": {"overflow": less, "age": None},
    }


def row(
    plan: str, cost: float | None, futures: list[dict[str, Any]], base: float | None = None
) -> dict[str, Any]:
    extra = None if cost is None or base is None else cost - base
    return {"plan": plan, "title": title(plan), "cost": cost, "extra_cost": extra, "in_future": futures}


def facts(
    rows: list[dict[str, Any]], baseline: str = "a", bulk: dict[str, Any] | None = None
) -> dict[str, Any]:
    futures = [{"future": str(n), "title": title(f"future {n}")} for n in range(len(rows[0]["in_future"]))]
    return {
        "runs": 20,
        "collection": {
            "sites": 90,
            "baseline": baseline,
            "futures": futures,
            "limits": {"overflow": 0.05, "age": 0.01},
            "plans": rows,
            "choice": choose(
                [{**one, "cost": math.nan if one["cost"] is None else one["cost"]} for one in rows]
            ),
            "where": None,
        },
        "bulk": bulk,
    }


def headline(found: dict[str, Any], lang: str = "en") -> str:
    return " ".join(screen_of(found, lang).headline)


def test_the_cheapest_plan_that_keeps_storage_leads_and_the_one_that_keeps_all_follows():
    found = facts(
        [
            row("a", 100.0, [in_future("fails", "fails", 0.10)]),
            row("b", 5100.0, [in_future("meets", "fails", 0.01, high=-0.05)], 100.0),
            row("c", 620_100.0, [in_future("meets", "meets", 0.001, high=-0.06)], 100.0),
        ]
    )
    assert screen_of(found, "en").headline == (
        "Plan b: for 5,000 CNY more a year, 90 % of the overflow goes.",
        "Keeping the limit on age too takes Plan c: 0.62 million CNY more a year.",
    )
    assert screen_of(found, "zh").headline[1] == "要同时满足期限限值，须采用方案c：每年多支出62万元。"


def test_a_plan_that_the_runs_do_not_decide_is_not_said_to_keep_anything():
    found = facts(
        [
            row("a", 100.0, [in_future("fails", "fails", 0.10)]),
            row("b", 5100.0, [in_future("undecided", "undecided", 0.01, high=-0.05)], 100.0),
        ]
    )
    assert headline(found).startswith("As far as 20 runs show, Plan b is the cheapest that keeps")


def test_a_cheaper_plan_that_may_do_is_named_beside_the_one_that_does():
    found = facts(
        [
            row("a", 100.0, [in_future("fails", "fails", 0.10)]),
            row("b", 5100.0, [in_future("undecided", "meets", 0.04, high=-0.05)], 100.0),
            row("c", 90_100.0, [in_future("meets", "meets", 0.01, high=-0.06)], 100.0),
        ]
    )
    lines = {line.label: line.text for line in screen_of(found, "en").lines}
    assert "Whether Plan b does it for 5,000 CNY more a year is not decided by 20 runs." in lines["Cheapest"]


def test_what_lies_beyond_its_limit_on_average_is_never_the_plan_to_take():
    found = facts(
        [row("a", 1.0, [in_future("doubtful", "meets")]), row("b", 2.0, [in_future("fails", "meets")], 1.0)]
    )
    assert headline(found).startswith(
        "No plan shown keeps the limits on storage; Plan a comes closest: 1 of 2"
    )


def test_no_plan_judged_is_said():
    found = facts([row("a", 1.0, [in_future("", "")]), row("b", 2.0, [in_future("", "")], 1.0)])
    assert headline(found) == "Plan a and Plan b: no limit was set to judge by."


def test_that_all_overflow_less_is_said_only_where_the_paired_difference_says_so():
    sure = [in_future("meets", "meets", 0.01, high=-0.01)]
    unsure = [in_future("meets", "meets", 0.01, high=0.001)]
    base = row("a", 1.0, [in_future("meets", "meets", 0.03)])
    both = facts([base, row("b", 2.0, sure, 1.0), row("c", 3.0, sure, 1.0)])
    one = facts([base, row("b", 2.0, sure, 1.0), row("c", 3.0, unsure, 1.0)])
    none = facts([base, row("b", 2.0, unsure, 1.0), row("c", 3.0, unsure, 1.0)])
    assert "That every other plan overflows less than Plan a is sure at 95 %" in first_screen(both, "en")
    text = first_screen(one, "en")
    assert (
        "That Plan b overflows less than Plan a is sure at 95 % (20 runs on the same chance). Of the" in text
    )
    assert "is sure" not in first_screen(none, "en")
    alone = first_screen(facts([base, row("b", 2.0, sure, 1.0)]), "en")
    assert "That Plan b overflows less" in alone
    assert "others" not in alone
    most = facts([base, row("b", 2.0, sure, 1.0), row("c", 3.0, sure, 1.0), row("d", 3.0, unsure, 1.0)])
    assert "every other plan but Plan d overflows less" in first_screen(most, "en")
    assert "除方案d外，其他方案爆仓均少于方案a" in first_screen(most, "zh")


def test_a_title_with_a_comma_is_quoted_inside_sentences_and_bare_in_the_table():
    found = facts(
        [row("a", 1.0, [in_future("fails", "fails")]), row("b", 2.0, [in_future("meets", "")], 1.0)]
    )
    found["collection"]["plans"][1]["title"] = {"en": "Haul, at half", "zh": "收运，半满即报"}
    assert "“Haul, at half” is the cheapest plan" in first_screen(found, "en")
    assert "| Haul, at half |" in first_screen(found, "en")
    assert "“收运，半满即报”是满足贮存限值的最省方案" in first_screen(found, "zh")


def test_the_baseline_is_called_by_its_name_and_so_are_the_sites_that_overflow_under_it():
    found = facts(
        [row("a", 1.0, [in_future("fails", "fails")]), row("b", 2.0, [in_future("meets", "")], 1.0)]
    )
    found["collection"]["where"] = {
        "sites": 1, "share_of_days": 1.0, "one_class": True, "class": {"en": "Waste oil", "zh": "废矿物油"},
        "worst": title("site"), "worst_probability": 0.5, "lacks": {"en": "a drum", "zh": "1个桶"},
    }  # fmt: skip
    lines = {line.label: line.text for line in screen_of(found, "en").lines}
    assert lines["Plan a"].startswith("1.8 of 90 sites overflow")
    assert lines["Where"].startswith(
        "100 % of the overflow days of Plan a are at one site, all of waste oil; the worst, Plan site,"
    )


@pytest.mark.parametrize("futures", ["", "+latent"])
def test_scenarios_named_one_by_one_are_compared_with_the_first_as_the_paired_differences_say(futures):
    study = results("headline")
    plans = {"r/long_haul": "long_haul", "r/mixed" + futures: "mixed"}
    table = {
        "title": title("x"), "chain": "hazardous", "plans": list(plans), "futures": [""], "vary": "plans",
        "baseline": "r/long_haul",
    }  # fmt: skip
    cells = [
        {"table": "t", "plan": plan, "future": name.partition("+")[2], "scenario": name}
        for name, plan in plans.items()
    ]
    future = str(study.summary["future"].iloc[0])
    own = {
        name: frame[frame["future"] == future] for name, frame in study.tables.items() if "future" in frame
    }
    for name, frame in own.items():
        rows = frame[frame["plan"].isin(plans.values())]
        own[name] = rows.assign(
            future=rows["plan"].map({cell["plan"]: cell["future"] for cell in cells}),
            **({"baseline": "r/long_haul" if futures else "long_haul"} if name == "paired" else {}),
        )
    manifest = {
        **study.manifest,
        "study": {**study.manifest["study"], "tables": {"t": table}},
        "cells": cells,
    }
    found = facts_of(Results(**{**study.tables, **own}, manifest=manifest))
    difference = found["collection"]["plans"][1]["in_future"][0]["against_baseline"]["overflow"]
    assert difference is not None
    assert difference["high"] < 0
    assert "overflows less than" in first_screen(found, "en")


def test_sites_are_counted_as_people_count():
    assert [count_of(value) for value in (0.0, 0.004, 0.25, 4.53, 13.2)] == [
        "0",
        "< 0.01",
        "0.25",
        "4.5",
        "13",
    ]


def test_money_is_said_in_the_reader_s_units():
    english, chinese = (Speaker({"collection": None, "bulk": None, "runs": 2}, lang) for lang in ("en", "zh"))
    assert [english.money(value) for value in (0.0, 5_120.0, 634_000.0)] == [
        "0",
        "5,100 CNY",
        "0.63 million CNY",
    ]
    assert [chinese.money(value) for value in (0.0, 5_120.0, 634_000.0)] == ["0", "0.51万元", "63万元"]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", sorted(MAKERS))
def test_the_screen_of_a_study_fits_a_terminal_and_says_what_the_tables_hold(name, lang, tmp_path):
    found = facts_of(results(name))
    text = first_screen(found, lang)
    assert sum(math.ceil(len(line) / 120) or 1 for line in text.splitlines()) <= 40
    assert_whole(text)
    write_facts(found, tmp_path)
    assert json.loads((tmp_path / "facts.json").read_text(encoding="utf-8")) == found


def test_every_word_is_there_in_both_languages_with_the_same_parts():
    from string import Formatter

    for key, pair in SCREEN.items():
        english, chinese = ({name for _, name, _, _ in Formatter().parse(text) if name} for text in pair)
        assert chinese <= english, key


VERDICTS = st.sampled_from(WORDS)
BULK = st.sampled_from(("meets", "fails", "undecided", ""))
shares = st.sampled_from([0.0, 0.00002, 0.004, 0.05, 0.4, 1.0])
places = st.builds(
    lambda storage, age, mean, high, bay, gone: {
        **in_future(storage, age, mean, high),
        "full_bay": None if bay is None else estimate(bay),
        **({"age": None} if gone else {}),
    },
    VERDICTS, VERDICTS, shares, st.none() | st.sampled_from([-0.1, -1e-9, 0.0, 0.1]),
    st.none() | shares, st.booleans(),
)  # fmt: skip
bulk_cells = st.builds(
    lambda yard, rate, mean, days, gone: {
        "title": title("calendar"),
        "off_peak_days": days,
        "overflow": None if gone else estimate(mean),
        "target_met": estimate(0.5),
        "verdicts": {"yard": yard, "rate": rate},
    },
    BULK, BULK,
    shares, st.none() | st.sampled_from([0.0, 110.0]), st.booleans(),
)  # fmt: skip


@st.composite
def any_facts(draw):
    """Facts of any study: either chain missing, one or several plans and futures, costs known or not."""
    bulk = {"target": 0.98, "cells": draw(st.lists(bulk_cells, min_size=1, max_size=4))}
    bulk = draw(st.sampled_from([bulk, None]))
    if draw(st.integers(0, 5)) == 0:
        return {"runs": 20, "collection": None, "bulk": bulk}
    futures = draw(st.integers(1, 3))
    costs = draw(st.lists(st.none() | st.sampled_from([0.0, 100.0, 5e3, 7e5]), min_size=1, max_size=4))
    rows = [
        row(
            "abcd"[n],
            cost,
            draw(st.lists(places, min_size=futures, max_size=futures)),
            costs[0] if n else None,
        )
        for n, cost in enumerate(costs)
    ]
    return facts(rows, draw(st.sampled_from(["a", ""])), bulk)


@settings(max_examples=150, deadline=None)
@given(any_facts())
def test_whatever_was_found_is_told_without_a_hole_and_without_a_claim_too_many(found):
    for lang in ("en", "zh"):
        text = first_screen(found, lang)
        assert_whole(text)
        assert screen_of(found, lang).headline[0]
        assert "None" not in text
        assert "nan" not in text
    rows = found["collection"]["plans"] if found["collection"] else []
    said = headline(found)
    for plan in rows:
        leads = said.startswith((f"Plan {plan['plan']}: for", f"Plan {plan['plan']} is the cheapest"))
        assert not leads or kept(plan, ("storage",)) == "meets"
        if f"too takes Plan {plan['plan']}:" in said:
            assert kept(plan) == "meets"


def paired_highs(study):
    """Upper ends of the paired differences in overflow at the sources."""
    rows = study.paired[study.paired["place"] == "sources"]
    return rows.loc[rows["kpi"] == "overflow_probability", "ci_high"].tolist()


def told_highs(found):
    """The same as the facts have them."""
    return [
        there["against_baseline"]["overflow"]["high"]
        for one in found["plans"][1:]
        for there in one["in_future"]
    ]


def test_differences_to_the_baseline_are_those_of_the_paired_table():
    study = results("headline")
    assert told_highs(facts_of(study)["collection"]) == pytest.approx(paired_highs(study))


def test_two_scenarios_that_are_named_are_compared_with_their_difference(tmp_path):
    import sim

    study = sim.compare("long_haul", "pilot_on_call", replications=3, jobs=1, out=tmp_path, quiet=True)
    found = json.loads((study.folder / "facts.json").read_text(encoding="utf-8"))
    assert told_highs(found["collection"]) == pytest.approx(paired_highs(study))


def test_a_study_of_off_peak_days_says_how_many():
    bulk = {"target": 0.98, "cells": [], "days_kept": {"yard": [116.2, 99.8], "rate": [62.0]}}
    found = {"runs": 20, "collection": None, "bulk": bulk}
    assert headline(found) == (
        "Off-peak days a year that keep the limits: the kiln's yard about 100 to 116 by route, "
        "98 % utilisation about 62."
    )
    assert headline(found, "zh") == ("每年可承受的错峰停窑天数：渣场约100至116天，综合利用率达98%约62天。")
