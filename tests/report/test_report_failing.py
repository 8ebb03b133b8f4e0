"""A figure or section that fails is told with its place; all else is made."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NoReturn

import pytest
from planner_cases.synthetic_results import results

from sim.experiment.pieces import Pieces, told
from sim.report import page
from sim.report.plots import PLOTS
from sim.report.sections import SECTIONS
from sim.report.style import FigureCanvasSVG
from sim.report.view import View


def broken(*_: Any, **__: Any) -> NoReturn:
    raise IndexError("list index out of range")


def nothing(*_: Any) -> None:
    return None


@pytest.mark.parametrize("name", sorted(SECTIONS))
def test_a_section_that_fails_is_told_and_all_others_stand(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = View(results("headline"), "en")
    whole = page.write_page(view).page
    monkeypatch.setitem(SECTIONS, name, broken)
    found = page.write_page(view)
    assert len(found.failures) == 1
    assert found.failures[0].startswith(f"section {name}: IndexError: list index out of range")
    assert f"- {found.failures[0]}" in found.page
    missing = {line for line in whole.splitlines() if line.startswith("## ")}
    missing -= set(found.page.splitlines())
    assert len(missing) <= 1


@pytest.mark.parametrize("name", sorted(PLOTS))
def test_a_figure_that_fails_is_told_and_all_others_are_drawn(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Of the others one is drawn, to keep this quick."""
    other = "transfers" if name != "transfers" else "utilisation"
    for one in PLOTS:
        if one != other:
            monkeypatch.setitem(PLOTS, one, broken if one == name else nothing)
    found = page.write_report(results("history"), tmp_path, "en")
    assert len(found.failures) == 1
    assert found.failures[0].startswith(f"figure {name}: IndexError: list index out of range")
    assert f"- {found.failures[0]}" in found.page
    assert {path.stem for path in (tmp_path / "figures").iterdir()} == {other}
    assert f"(figures/{name}.png)" not in found.page
    assert (tmp_path / "answer.md").read_text(encoding="utf-8") == found.page


def test_a_figure_that_cannot_be_written_leaves_no_half_of_itself(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(FigureCanvasSVG, "print_figure", broken)
    found = page.write_figures(View(results("single"), "en"), tmp_path, ["cost"])
    assert found.names == ()
    assert found.failures[0].startswith("figure cost: IndexError")
    assert list(tmp_path.iterdir()) == []


def test_figures_of_a_process_beside_that_fails_are_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for one in PLOTS:
        monkeypatch.setitem(PLOTS, one, nothing)
    found = page.write_report(results("single"), tmp_path, "en", lambda *_: broken)
    assert len(found.failures) == 2
    assert found.failures[0].startswith(f"figures {', '.join(page.BESIDE)}: IndexError: list index")
    assert found.failures[1].startswith("report.xlsx: IndexError: list index")
    assert found.page.startswith("# ")


def test_a_fault_of_the_program_is_told_with_its_line() -> None:
    pieces = Pieces()
    assert pieces.make("figure x", View, results("single"), "fr") is None
    assert pieces.failures[0].startswith(
        "figure x: ValueError: language 'fr' is unknown; there are en and zh"
    )
    assert "(sim/report/words.py:" in pieces.failures[0]
    assert told("a", ValueError("one\ntwo")) == "a: ValueError: one two"
