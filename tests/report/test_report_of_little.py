"""Regions with little in them: one source that makes next to nothing, no slag."""

from __future__ import annotations

from pathlib import Path

import pytest
from planner_cases.pages import page_of
from planner_cases.regions import write_tiny_region

import sim


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> sim.Finished:
    folder = tmp_path_factory.mktemp("empty")
    root = write_tiny_region(folder)
    for table, rows in (("sources", 2), ("smelters", 1), ("smelter_history", 1)):
        path: Path = root / "tiny" / f"{table}.csv"
        path.write_text("\n".join([*path.read_text("utf-8-sig").splitlines()[:rows], ""]), encoding="utf-8")
    with pytest.warns(sim.PlannerWarning, match="W606"):
        return sim.run("tiny/pilot", replications=3, jobs=1, out=folder / "out", root=root)


def test_all_is_reported_and_no_figure_is_empty(found: sim.Finished) -> None:
    assert found.failures == ()
    drawn = {path.stem for path in (found.folder / "figures").glob("*.png")}
    assert "overflow" in drawn
    assert "utilisation" not in drawn


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_has_no_hole_and_judges_no_rate_where_there_is_no_slag(
    found: sim.Finished, lang: str
) -> None:
    text = page_of(found, lang)
    assert "FAILS" not in text
    assert "**不达标**" not in text
    rates = found.summary[found.summary["kpi"] == "utilisation_target_met"]
    assert rates["mean"].isna().all()
    assert set(rates["verdict"]) == {""}
