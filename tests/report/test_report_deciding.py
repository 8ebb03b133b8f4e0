"""What the page says of looks, stops and selections."""

from __future__ import annotations

from typing import Any

import pytest
from planner_cases.pages import page_of
from planner_cases.synthetic_results import results

from sim.archive import Results

PLAN, FUTURE = "pilot_on_call", "g69_open+latent"


def stopping(**asked: Any) -> dict[str, Any]:
    cells = [
        {"table": "hazardous", "plan": "long_haul", "future": FUTURE, "n": 50, "stopped_by": "decided",
         "verdicts": {"storage": "fails", "age": "fails"}, "detail": ""},
        {"table": "hazardous", "plan": PLAN, "future": FUTURE, "n": 800, "stopped_by": "budget",
         "verdicts": {"storage": "meets", "age": "undecided"}, "detail": ""},
    ]  # fmt: skip
    return {
        "decided": True, "narrow": [], "error": 0.05, "verdicts": 94, "confidence": 1 - 0.1 / 94,
        "none_error": 0.025 / 94,
        "looks": [50, 100, 160, 200, 300, 400, 800], "cells": cells,
        "needed": {"sources_overflow_probability": 161, "age_over_limit_share": 820},
    } | asked  # fmt: skip


def page(lang: str = "en", **entries: Any) -> str:
    found = results("headline")
    return page_of(Results(**found.tables, manifest={**found.manifest, **entries}), lang)


def test_without_a_rule_to_stop_nothing_is_said_of_one() -> None:
    text = page()
    assert "## When it was enough" not in text
    assert "## Best plan" not in text


def test_each_cell_has_its_verdicts_replications_and_reason() -> None:
    text = page(stopping=stopping())
    assert "| storage FAILS; age FAILS" in text
    row = next(line for line in text.splitlines() if "storage meets; age undecided" in line)
    assert [cell.strip() for cell in row.split("|")][-3:-1] == ["800", "budget"]
    assert "All 94 limits, at all looks together, are judged wrongly with a chance of at most 5 %" in text
    assert "each has an interval of 99.89 %" in text
    assert "site-years 161, age 820" in text
    assert "*Undecided* at the budget of 800 replications" in text


def test_the_page_counts_the_runs_that_the_whole_family_takes() -> None:
    """200 runs: enough for one limit of 5 % and for 94 of them, not for the age of 1 %."""
    assert "age (takes 311)" in page()
    assert "age (takes 820)" in page(stopping=stopping())


def test_how_to_read_it_says_which_intervals_are_wider() -> None:
    text = page(stopping=stopping())
    assert "Up to 200 replications per plan and future" in text
    assert "What has a limit is shown with the interval that decides its verdict" in text


def test_half_widths_are_said_as_they_were_asked_for() -> None:
    cells = stopping()["cells"]
    cells[0] |= {"stopped_by": "relative_half_width", "detail": "cost@county ±1.8 % ≤ 2 %"}
    narrow = [{"kpi": "cost@county", "absolute": None, "relative": 0.02}]
    text = page(stopping=stopping(decided=False, narrow=narrow, cells=cells))
    assert "until intervals were narrow (cost@county ±2 %)" in text
    assert "relative half-width: cost@county ±1.8 % ≤ 2 %" in text
    assert "judged wrongly" not in text


def selection(status: str = "best") -> dict[str, Any]:
    plans = [
        {"plan": "long_haul", "future": FUTURE, "status": "eliminated", "n": 100, "batches": 20, "mean": 0.97,
         "eliminated_by": PLAN},
        {"plan": PLAN, "future": FUTURE, "status": status, "n": 150, "batches": 27, "mean": 0.011,
         "eliminated_by": ""},
        {"plan": "pilot", "future": FUTURE, "status": "behind" if status == "best" else "open", "n": 150,
         "batches": 27, "mean": 0.02, "eliminated_by": ""},
    ]  # fmt: skip
    return {
        "kpi": "overflow_days@sources", "zone": 0.1, "largest": False, "error": 0.05, "batch": 5, "stage": 20,
        "races": [{"table": "hazardous", "future": FUTURE, "plans": plans}],
    }  # fmt: skip


def test_the_best_plan_is_named_with_what_is_promised() -> None:
    text = page(stopping=stopping(decided=False), selection=selection())
    assert "**Collection point, on call** has the least of “overflow days” (Sources) with" in text
    assert "eliminated at batch 20 by Collection point, on call" in text
    assert "leads by at least 0.1 d/yr, it is found with a chance of at least 95 %" in text


def test_plans_that_the_budget_left_are_said_to_be_undecided() -> None:
    text = page(stopping=stopping(decided=False), selection=selection("open"))
    assert "Not decided within 800 replications" in text
    assert ": Collection point, on call, Collection point, rounds every 60 days." in text
    assert "has the least of" not in text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_both_languages_have_no_hole(lang: str) -> None:
    text = page(lang, stopping=stopping(), selection=selection())
    assert "nan" not in text.lower().replace("maintenance", "")
    assert "{" not in text
    assert "None" not in text
