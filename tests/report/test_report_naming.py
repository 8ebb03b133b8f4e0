"""Who is who on a page: titles that collide, futures without a name, what was changed, which run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pandas import concat
from planner_cases.pages import page_of
from planner_cases.synthetic_results import results

from sim.archive import Results
from sim.report.naming import told_apart
from sim.report.page import write_figures
from sim.report.plots import PLOTS
from sim.report.style import styled, write
from sim.report.view import Cell, View
from sim.report.words import Words

DATE = "collection_point.opening.date=2027-09-01"
SAME = {"en": "Collection point", "zh": "集中收集试点"}


def retitled(found: Results, **entries: Any) -> Results:
    """Results whose plans `pilot` and `pilot_on_call` have one title."""
    scenarios = {
        name: {**spec, "title": SAME} if name.split("/")[-1].startswith("pilot") else spec
        for name, spec in found.manifest["scenarios"].items()
    }
    return Results(**found.tables, manifest={**found.manifest, "scenarios": scenarios, **entries})


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_plans_with_one_title_have_their_names_beside_it_on_the_page_and_in_every_figure(
    lang: str, tmp_path: Path
) -> None:
    found = retitled(results("headline"))
    view = View(found, lang)
    titles = [view.plan_title(plan) for plan in ("pilot", "pilot_on_call", "long_haul")]
    assert titles[0].replace("（", " (").replace("）", ")") == f"{SAME[lang]} (pilot)"
    assert len(set(titles)) == 3
    assert "pilot" not in titles[2]
    text = page_of(found, lang)
    assert all(title in text for title in titles)
    drawn = write_figures(view, tmp_path, ["overflow", "cost", "vehicle_time", "storage_curve"])
    assert drawn.failures == ()
    with styled():
        drawing = PLOTS["cost"](view)
    assert drawing is not None
    labels = [label.get_text().replace("\n", " ") for label in drawing.figure.axes[0].get_yticklabels()]
    assert len(set(labels)) == len(labels) == 5


def test_titles_count_as_one_whatever_their_case_width_or_space() -> None:
    words = Words("en")
    told = told_apart({"r/a": "On  call", "r/b": "on ｃall", "r/c": "Other"}, words)
    assert told == {"r/a": "On  call (a)", "r/b": "on ｃall (b)", "r/c": "Other"}
    assert told_apart({"r/a": "T", "s/a": "T"}, words) == {"r/a": "T (r/a)", "s/a": "T (s/a)"}


def test_the_future_without_a_name_has_one_beside_others() -> None:
    view = View(results("single"), "en")
    assert view.future_labels(["", "latent"])[""] == "base case"
    assert view.future_labels([""]) == {"": ""}


@pytest.mark.parametrize(("lang", "mark"), [("en", "(changed: opening.date=2027-09-01)"), ("zh", "（已改：")])
def test_a_title_that_a_setting_contradicts_does_not_stand_unmodified(lang: str, mark: str) -> None:
    found = results("headline")
    cells = [
        {**cell, "overridden": [[], [DATE], []] if "waste_x2" in cell["future"] else []}
        for cell in found.manifest["cells"]
    ]
    changed = Results(
        **found.tables, manifest={**found.manifest, "cells": cells, "settings": [DATE], "study_name": "r/s"}
    )
    view, before = View(changed, lang), View(found, lang)
    future = next(one for one in view.comparisons[0].futures if "waste_x2" in one)
    first = future.split("+")[0]
    assert mark in view.future_title(first)
    assert before.future_title(first) in view.future_title(first)
    text = page_of(changed, lang)
    assert mark in text.splitlines()[0]
    assert f"`{DATE}`" in text
    assert view.footer.startswith("s · 2026–2030")
    assert "200" in view.footer
    assert view.footer.endswith(DATE)


def test_a_foot_below_each_figure_names_the_run_and_lies_outside_it(tmp_path: Path) -> None:
    found = results("single")
    manifest = {**found.manifest, "study_name": "r/my_run", "settings": [DATE] * 9}
    view = View(Results(**found.tables, manifest=manifest), "en")
    with styled():
        drawing = PLOTS["cost"](view)
        assert drawing is not None
        write(drawing, tmp_path, "cost", view.footer)
        foot = drawing.figure.texts[-1]
        box = foot.get_window_extent()
    assert foot.get_text().startswith("my_run · 2026–2027 · 200 runs · collection_point")
    assert foot.get_text().replace("\n", " ").count(DATE) == 9
    assert box.y1 <= 0
    assert box.x1 <= drawing.figure.bbox.width


def test_a_half_in_which_plans_do_not_differ_is_left_out_and_said_to_be() -> None:
    found = results("headline")
    tables = {name: dict(table) for name, table in found.manifest["study"]["tables"].items()}
    plans = ["long_haul", "pilot"]
    summary = found.summary
    own = summary[(summary["plan"] == "long_haul") & summary["future"].str.startswith("off_peak_2025")]
    future = str(own["future"].iat[0])
    tables["slag"] |= {"vary": "plans", "plans": plans, "futures": [future], "baseline": "long_haul"}
    more = own[own["future"] == future].assign(plan="pilot")
    manifest = {**found.manifest, "study": {**found.manifest["study"], "tables": tables}}
    alike = Results(**{**found.tables, "summary": concat([summary, more])}, manifest=manifest)
    view = View(alike, "en")
    assert [table.chain for table in view.left_out] == ["slag"]
    assert view.comparison("slag") is None
    text = page_of(alike)
    assert "left out here and stands in the tables: Slag and the kiln." in text
    assert "## Slag and the kiln" not in text
    apart = concat([summary, more.assign(mean=more["mean"] * 1.01)])
    differs = View(Results(**{**found.tables, "summary": apart}, manifest=manifest), "en")
    assert differs.left_out == ()


def test_cells_are_named_by_plans_where_there_are_several() -> None:
    view = View(results("headline"), "en")
    table = view.comparisons[0]
    assert view.where(table, table.cells) == ""
    some = [Cell(plan, table.futures[0]) for plan in table.plans[:2]]
    assert view.where(table, some).startswith(view.plan_title(table.plans[0]))
