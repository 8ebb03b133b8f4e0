from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest
from planner_cases.pages import page_of
from planner_cases.synthetic_results import MAKERS, results

from sim.archive import Results
from sim.report.ends import end_of
from sim.report.markdown import width
from sim.report.page import write_page, write_report
from sim.report.sections.about import write as about_section
from sim.report.view import Cell, View


def page(name: str, lang: str = "en") -> str:
    return page_of(results(name), lang)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", sorted(MAKERS))
def test_a_page_has_no_hole_in_it(name: str, lang: str) -> None:
    assert page(name, lang)


def test_the_page_leads_with_the_verdict() -> None:
    lines = [line for line in page("headline").splitlines() if line]
    assert lines[0] == "# Who overflows, and what helps?"
    assert lines[1].startswith("**No plan shown keeps the limits on storage in every future;")
    assert lines.index("## Verdict") < lines.index("## How likely, and for how long")
    assert "**Long haul (today)**: storage **fails** in every future" in page("headline")


def test_a_plan_that_keeps_all_limits_in_some_futures_is_said_to_meet_them_there() -> None:
    line = next(
        line for line in page("headline").splitlines() if line.startswith("- **Collection point, on call**")
    )
    assert "storage **meets** with What is recorded is what arises, Far more arises" in line
    assert "**fails** with Twice the recorded waste (site-years, days)" in line


def test_old_waste_that_so_few_runs_cannot_exclude_leaves_the_verdict_on_storage_alone() -> None:
    found = results("headline")
    age = found.summary["kpi"] == "age_over_limit_share"
    point = found.summary["plan"].str.startswith("pilot")
    summary = found.summary.copy()
    summary.loc[age & point, ["mean", "ci_low", "ci_high"]] = 0.0, 0.0, 0.021
    summary.loc[age & point, "verdict"] = "undecided"
    text = page_of(Results(**{**found.tables, "summary": summary}, manifest=found.manifest), "en")
    line = next(line for line in text.splitlines() if line.startswith("- **Collection point, on call**"))
    assert "storage **meets** with" in line
    assert "Age *undecided* in every future (none over the limit seen in 200 runs" in line
    assert "to say *meets* takes 311" in line
    assert "meets; age undecided" in text


def test_storage_of_which_nothing_was_seen_in_few_runs_says_what_they_do_say() -> None:
    found = results("headline")
    summary = found.summary.copy()
    storage = summary["kpi"].isin(["overflow_probability", "overflow_any", "overflow_days"])
    own = storage & (summary["plan"] == "pilot_on_call")
    summary.loc[own, ["mean", "ci_low", "ci_high"]] = 0.0, 0.0, 0.1446
    summary.loc[own & (summary["verdict"] != ""), "verdict"] = "undecided"
    summary["n"] = 20
    for lang, words in (
        ("en", "bays: not one in 20 runs; at most 14 %"),
        ("zh", "分区：20次模拟均未出现，至多14%"),
    ):
        tables = Results(**{**found.tables, "summary": summary}, manifest=found.manifest)
        assert words in write_page(View(tables, lang)).page


def test_futures_that_hold_all_a_part_has_are_named_by_that_part() -> None:
    view = View(results("headline"), "en")
    table = view.comparison("slag")
    assert table is not None
    years = ("2024", "2025")
    both = [future for future in table.futures if any(year in future for year in years)]
    assert view.listing(table, both) == "Off-peak days of 2024 (180), Off-peak days of 2025 (190)"
    assert view.listing(table, both[:3]).startswith("Off-peak days of 2024 (180); Half the slag to raw meal:")


def test_a_heap_without_a_steady_state_is_marked_and_said() -> None:
    found = results("headline")
    cells = [dict(cell) for cell in found.manifest["cells"]]
    for cell in cells:
        if cell["future"] == "off_peak_2025+slag_raw_meal":
            cell["notes"] = [
                {"code": "N703", "text": "slag.raw_meal_share: W604 accepted (known): no steady state"}
            ]
    manifest = {**found.manifest, "cells": cells}
    text = page_of(Results(**found.tables, manifest=manifest), "en")
    assert sum(" † |" in line or " †  " in line for line in text.splitlines()) == 1
    assert "No steady state" in text
    assert "speaks of years 2026-2030" in text


def test_chinese_writes_the_percent_sign_next_to_its_number_and_keeps_columns_in_line() -> None:
    text = page("headline", "zh")
    assert " %" not in text
    block: set[int] = set()
    for line in text.splitlines():
        block = block | {width(line)} if line.startswith("|") else set()
        assert len(block) <= 1


def test_probability_and_days_stand_side_by_side_with_intervals() -> None:
    row = next(line for line in page("headline").splitlines() if "| 11.4 % (10.2–12.6)" in line)
    assert "4.0 (3.6–4.4)" in row


@pytest.mark.parametrize(("lang", "words"), [("en", "none in 200 runs"), ("zh", "200次模拟均无")])
def test_days_of_which_none_was_seen_are_told_in_words(lang: str, words: str) -> None:
    found = results("headline")
    days = (found.summary["kpi"] == "overflow_days") & ~found.summary["place"].str.startswith("site:")
    summary = found.summary.copy()
    summary.loc[days, ["mean", "ci_low", "ci_high"]] = 0.0, math.nan, math.nan
    text = page_of(Results(**{**found.tables, "summary": summary}, manifest=found.manifest), lang)
    assert text.count(words) == days.sum()


def test_scenarios_named_one_by_one_are_each_a_plan_on_the_page_and_apart_in_the_tables() -> None:
    found = results("single")
    tables = {
        name: table.assign(future="g69_open") if "future" in table else table
        for name, table in found.tables.items()
    }
    whole = "chengkou/pilot+g69_open"
    study = {**found.manifest["study"]}
    study["tables"] = {
        name: {**table, "plans": [whole], "baseline": whole} for name, table in study["tables"].items()
    }
    cells = [{**cell, "future": "g69_open", "scenario": whole} for cell in found.manifest["cells"]]
    manifest = {**found.manifest, "study": study, "cells": cells}
    view = View(Results(**tables, manifest=manifest), "en")
    assert [table.cells for table in view.comparisons] == [(Cell(whole, ""),)] * 2
    assert view.estimate(Cell(whole, ""), "overflow_days", "sources") is not None
    back = view.apart(view.results.years)
    assert set(zip(back["plan"], back["future"], strict=True)) == {("pilot", "g69_open")}


def test_the_cheap_plan_stands_beside_the_dear_one() -> None:
    text = page("headline")
    assert "**Long haul, call at half** avoids 5.9 overflowed site-years a year and costs no more" in text
    assert "for 49 kCNY" in text
    row = next(
        line for line in text.splitlines() if line.startswith("| Long haul (today) ") and "75 (74–76)" in line
    )
    assert [cell.strip() for cell in row.split("|")][2:5] == ["10", "75 (74–76)", "75"]


def test_the_ten_worst_sites_are_named_with_what_they_lack() -> None:
    sites = page("headline").partition("## Which sites")[2].partition("## ")[0]
    assert sites.count("garage large") + sites.count("garage small") >= 4
    assert "more drums (waste oil) or a smaller minimum load" in sites


def test_what_never_binds_is_said_in_words() -> None:
    never = page("headline").partition("## What never binds")[2].partition("## ")[0]
    assert "The licence: at most 4.6 % of it is used, in any run" in never
    assert "busy for at most 17 % of their scheduled time" in never
    assert "none overflowed in 200 runs" in never


def test_all_three_bookkeepings_stand_in_the_slag_table_and_one_counts() -> None:
    slag = page("headline").partition("## Slag and the kiln")[2].partition("## ")[0]
    assert "oldest stock first *" in slag
    assert "the one booked **oldest stock first** counts" in slag
    assert "Bookkeeping turns the target" in slag


def headroom(found: Results) -> dict[str, list[str]]:
    text = page_of(found, "en").partition("## Headroom")[2].partition("## ")[0]
    rows = [[cell.strip() for cell in line.split("|")] for line in text.splitlines() if line.startswith("| ")]
    return {row[1]: row[3:6] for row in rows}


def test_headroom_ends_at_the_first_limit_that_is_left_and_names_it() -> None:
    found = results("headline")
    assert headroom(found)["Collection point, on call"] == ["about 32.7", "1.8", "site-years"]
    assert headroom(found)["Long haul (today)"] == [
        "less than 17.8, the least simulated",
        "< 1.0",
        "site-years, days",
    ]
    summary = found.summary.copy()
    bays = (summary["kpi"] == "overflow_any") & summary["future"].str.contains("waste_x2")
    summary.loc[bays, "mean"] = 0.20
    tables = {**found.tables, "summary": summary}
    kept = Results(**tables, manifest=found.manifest)
    assert headroom(kept)["Collection point, on call"] == ["about 28.0", "1.6", "bays"]


def test_the_verdict_on_each_limit_counts_when_an_assumption_is_said_to_change_it() -> None:
    found = results("headline")
    slag = found.summary["future"].str.startswith("off_peak")
    yard = slag & (found.summary["kpi"] == "overflow_probability") & (found.summary["place"] == "kiln_yard")
    summary = found.summary.copy()
    summary.loc[slag & (summary["kpi"] == "utilisation_target_met"), "verdict"] = "fails"
    summary.loc[yard, "verdict"] = "meets"
    assert "no, in the futures shown" in raw_share(found, summary)
    summary.loc[yard & (summary["future"] == "off_peak_2021+slag_raw_meal"), "verdict"] = "fails"
    assert "yes, between futures that differ in it" in raw_share(found, summary)


def raw_share(found: Results, summary: pd.DataFrame) -> str:
    text = page_of(Results(**{**found.tables, "summary": summary}, manifest=found.manifest), "en")
    return next(line for line in text.splitlines() if line.startswith("| share of slag to raw meal"))


def test_plans_that_differ_in_one_number_alone_test_it() -> None:
    found = results("headline")
    scenarios = {name: dict(spec) for name, spec in found.manifest["scenarios"].items()}
    for name, spec in scenarios.items():
        if "long_haul_early_call" in name:
            spec["direct"] = {**spec["direct"], "call": {**spec["direct"]["call"], "fill_share": 0.5}}
    text = page_of(Results(**found.tables, manifest={**found.manifest, "scenarios": scenarios}), "en")
    rows = {line.split("|")[1].strip(): line for line in text.splitlines() if line.startswith("| ")}
    assert "yes, between plans that differ in it" in rows["stock at which a source calls"]
    assert "not tested here" in rows["age at which a source calls, d"]


def test_what_lies_in_the_pond_for_good_is_not_called_left_over() -> None:
    found = results("history")
    cell = Cell("long_haul", "slag_balanced")
    columns = list(found.mass_balance.columns)
    rows = pd.DataFrame(
        [
            {**dict.fromkeys(columns, 0.0), "plan": cell.plan, "future": cell.future, "replication": 0}
            | {"stream": stream, "end_t": end, "generated_t": 1000.0}
            for stream, end in (("slag/works", 400.0), ("slag/pond", 29_000.0))
        ]
    )
    view = View(Results(**{**found.tables, "mass_balance": rows}, manifest=found.manifest), "en")
    table = view.comparison("slag")
    assert table is not None
    assert end_of(view, table, cell).end == 400.0


def test_assumptions_are_called_untested_unless_the_futures_vary_them() -> None:
    assumed = page("headline").partition("## What is assumed")[2].partition("## ")[0]
    rows = {line.split("|")[1].strip(): line for line in assumed.splitlines() if line.startswith("| ")}
    assert "yes, between futures that differ in it" in rows["waste arising, factor"]
    assert "not tested here" in rows["yard, t"]
    assert "0.2–0.65" in rows["share of slag to raw meal"]


def test_a_history_shows_the_record_beside_the_model() -> None:
    text = page("history").partition("## Against the record")[2].partition("## ")[0]
    assert "2018-2020 together" in text
    assert "23.96 t" in text
    assert "68.42 %" in text
    assert "not a validation" in text


def test_one_plan_without_futures_makes_a_page_without_comparisons() -> None:
    text = page("single")
    assert "kCNY per site-year avoided" not in text
    assert "against" not in text.partition("## How likely")[2].partition("##")[0]


def test_the_page_is_written_and_returned(tmp_path: Path) -> None:
    text = write_report(results("single"), tmp_path, "zh").page
    assert (tmp_path / "answer.md").read_text(encoding="utf-8") == text
    assert text.startswith("# 谁会爆仓")


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="en and zh"):
        View(results("single"), "fr")


def test_how_off_peak_days_clump_is_called_an_assumption_and_compared_where_it_was_run() -> None:
    found = results("headline")
    lengths = {"shortest_days": 5, "usual_days": 12, "longest_days": 25}
    annual = {"form": "annual", "days_per_year": 190, "campaigns": lengths}
    monthly = {"form": "monthly", "days_by_month": [16] * 10 + [15] * 2, "campaigns": lengths}
    forms = {"off_peak_2025+": annual, "off_peak_2024+": monthly}
    scenarios = {}
    for name, spec in found.manifest["scenarios"].items():
        off_peak = next((form for key, form in forms.items() if key in name), None)
        kiln = {**spec["kiln"], "off_peak": off_peak} if off_peak else spec["kiln"]
        scenarios[name] = {**spec, "kiln": kiln}
    manifest = {**found.manifest, "scenarios": scenarios}
    text = page_of(Results(**found.tables, manifest=manifest), "en")
    assert "in campaigns of 5 to 25 days" in text
    assert "As many days settled month by month: overflow in 22 %" in text
    assert "| by year, cleared by quarter / by month |" in text


def test_a_study_of_unlike_years_shows_its_primary_kpis_year_by_year() -> None:
    found = results("headline")
    assert "## Year by year" not in page("headline")
    manifest = {**found.manifest, "study": {**found.manifest["study"], "by_year": True}}
    text = write_page(View(Results(**found.tables, manifest=manifest), "en")).page
    shown = text.split("## Year by year")[1].split("\n## ")[0]
    assert "**Plans for collecting hazardous waste**: transferred, county" in shown
    assert "| Long haul (today), What is recorded is what arises" in shown
    assert "| 17.8 (17.2–18.4) |" in shown


@pytest.mark.parametrize(("lang", "said"), [("en", "**Pilot**: Vans come."), ("zh", "**试点**：上门收运。")])
def test_plans_and_futures_are_explained_before_they_are_judged(lang: str, said: str) -> None:
    found = results("headline")
    about = {"en": "Vans come.", "zh": "上门收运。"}
    spec = {"title": {"en": "Pilot", "zh": "试点"}, "about": about}
    future = {"future_titles": [{"en": "Rain", "zh": "雨"}], "future_abouts": [None]}
    cell = {"table": "t", "plan": "a", "future": "b", "scenario": "a", **future}
    manifest = {**found.manifest, "scenarios": {"a": spec}, "cells": [cell]}
    assert about_section(View(Results(**found.tables, manifest=manifest), lang)).splitlines()[2:] == [
        f"- {said}"
    ]


def test_a_sentence_that_a_setting_makes_untrue_is_said_to_hold_without_it() -> None:
    found = results("headline")
    about = {"en": "It opens in 2025.", "zh": "2025年启用。"}
    spec = {"title": {"en": "Pilot", "zh": "试点"}, "about": about}
    cell = {"table": "t", "plan": "a", "future": "", "scenario": "a", "overridden": [["x.opening=2027"]]}
    manifest = {**found.manifest, "scenarios": {"a": spec}, "cells": [cell]}
    text = about_section(View(Results(**found.tables, manifest=manifest), "en"))
    assert "**Pilot (changed: x.opening=2027)**. Without the change: It opens in 2025." in text
