"""The report: figures with their numbers, and the answer page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from sim.archive import Results
from sim.experiment.beside import Start, later
from sim.report.markdown import escape
from sim.report.plots import PLOTS
from sim.report.sections import SECTIONS
from sim.report.style import styled, write
from sim.report.told import told
from sim.report.view import View
from sim.text import one_line

BESIDE = ("stock_yard", "storage_curve", "utilisation")
"""Figures that can be drawn in another process: about half of the work that is left to do then."""


def write_report(results: Results, folder: Path, lang: str, start: Start = later) -> str:
    """Write `answer.md` and `figures/` into `folder`, from the archive's tables alone.

    Parameters
    ----------
    results
        Tables and manifest of one study.
    folder
        Existing folder; `figures/<name>.png`, `.svg` and `.csv` are written below it.
    lang
        `en` or `zh`.
    start
        Has some of the figures drawn beside this process.

    Returns
    -------
    str
        The page.

    Raises
    ------
    ValueError
        If the language is unknown.
    """
    elsewhere = start(draw, results, lang, folder / "figures", BESIDE)
    drawn = draw(results, lang, folder / "figures", [name for name in PLOTS if name not in BESIDE])
    drawn += elsewhere()
    page = write_page(View(told(results, escape), lang), [name for name in PLOTS if name in drawn])
    (folder / "answer.md").write_text(page, encoding="utf-8", newline="\n")
    return page


def draw(results: Results, lang: str, folder: Path, names: Iterable[str]) -> tuple[str, ...]:
    """Draw figures as far as the tables hold something for them; the names of those written."""
    return write_figures(View(told(results, one_line), lang), folder, names)


def write_figures(view: View, folder: Path, names: Iterable[str] = tuple(PLOTS)) -> tuple[str, ...]:
    """Draw what the tables hold; returns the names of the figures written."""
    drawn = []
    with styled():
        for name in names:
            drawing = PLOTS[name](view)
            if drawing is not None:
                write(replace(drawing, data=view.apart(drawing.data)), folder, name)
                drawn.append(name)
    return tuple(drawn)


def write_page(view: View, figures: Sequence[str] = ()) -> str:
    """The page, as Markdown that also reads as plain text."""
    title = view.words.pick(view.study["title"]) if "title" in view.study else view.words("head:verdict")
    single = len(view.manifest.get("scenarios", {})) == 1
    common = view.words(
        "page:with" if single else "page:all_with", futures=view.words.join(list(view.common_futures))
    )
    top = [f"# {title}", *([common] if view.common_futures else [])]
    parts = [*top, *(text for write_section in SECTIONS if (text := write_section(view)))]
    if figures:
        links = [f"![{view.words(f'figure:{name}')}](figures/{name}.png)" for name in figures]
        parts.append("\n".join([f"## {view.words('head:figures')}", "", *links]))
    return tight("\n\n".join(parts) + "\n", view.words.lang)


def tight(page: str, lang: str) -> str:
    """Chinese writes the percent sign next to its number; cells of tables keep their width."""
    if lang != "zh":
        return page
    lines = [_tight_cells(line) if line.startswith("| ") else line for line in page.split("\n")]
    return "\n".join(lines).replace(" %", "%")


def _tight_cells(line: str) -> str:
    cells = [
        f"{cell.replace(' %', '%')}{' ' * cell.count(' %')}" for cell in line.removesuffix(" |").split(" | ")
    ]
    return " | ".join(cells) + " |"
