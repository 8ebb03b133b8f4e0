"""The report: figures with their numbers, and the answer page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from sim.archive import Results
from sim.experiment.beside import Start, later
from sim.experiment.pieces import Pieces, Reported
from sim.report.markdown import bullets, escape
from sim.report.plots import PLOTS
from sim.report.screen.facts import facts_of, write_facts
from sim.report.sections import SECTIONS
from sim.report.style import styled, write
from sim.report.told import told
from sim.report.view import View
from sim.text import one_line

BESIDE = ("stock_yard", "storage_curve", "utilisation")
"""Figures that can be drawn in another process: about half of the work that is left to do then."""


class Drawn(NamedTuple):
    """Names of the figures written, and one sentence of each that could not be drawn."""

    names: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()


def write_report(results: Results, folder: Path, lang: str, start: Start = later) -> Reported:
    """Write `answer.md`, `facts.json` and `figures/` into `folder`, from the archive's tables alone.

    A figure or section that fails is left out and told at the end of the page; the others are made.

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

    Raises
    ------
    ValueError
        If the language is unknown.
    """
    elsewhere = start(draw, results, lang, folder / "figures", BESIDE)
    here = draw(results, lang, folder / "figures", [name for name in PLOTS if name not in BESIDE])
    pieces = Pieces()
    pieces.make("facts", lambda: write_facts(facts_of(results), folder))
    there = pieces.make(f"figures {', '.join(BESIDE)}", elsewhere) or Drawn()
    failures = (*here.failures, *there.failures, *pieces.failures)
    drawn = [name for name in PLOTS if name in {*here.names, *there.names}]
    page = write_page(View(told(results, escape), lang), drawn, failures)
    (folder / "answer.md").write_text(page.page, encoding="utf-8", newline="\n")
    return page


def draw(results: Results, lang: str, folder: Path, names: Iterable[str]) -> Drawn:
    """Draw figures as far as the tables hold something for them."""
    return write_figures(View(told(results, one_line), lang), folder, names)


def write_figures(view: View, folder: Path, names: Iterable[str] = tuple(PLOTS)) -> Drawn:
    """Draw what the tables hold, each figure by itself."""
    pieces = Pieces()
    drawn = [name for name in names if pieces.make(f"figure {name}", _write_figure, view, folder, name)]
    return Drawn(tuple(drawn), tuple(pieces.failures))


def _write_figure(view: View, folder: Path, name: str) -> bool:
    """Whether there was something to draw."""
    with styled():
        drawing = PLOTS[name](view)
        if drawing is not None:
            write(replace(drawing, data=view.apart(drawing.data)), folder, name, view.footer)
    return drawing is not None


def write_page(view: View, figures: Sequence[str] = (), failures: Sequence[str] = ()) -> Reported:
    """The page, as Markdown that also reads as plain text; `failures` of figures are told on it."""
    pieces = Pieces([*failures])
    parts = [f"# {view.title}", *_of_all(view)]
    parts += [
        text for name, section in SECTIONS.items() if (text := pieces.make(f"section {name}", section, view))
    ]
    if figures:
        links = [f"![{view.words(f'figure:{name}')}](figures/{name}.png)" for name in figures]
        parts.append("\n".join([f"## {view.words('head:figures')}", "", *links]))
    if pieces.failures:
        parts += [f"## {view.words('head:missing')}", bullets(pieces.failures)]
    page = tight("\n\n".join(parts) + "\n", view.words.lang)
    return Reported(page, tuple(pieces.failures))


def _of_all(view: View) -> list[str]:
    """What holds for the whole page: futures of all scenarios, what was changed, what is left out."""
    words, told = view.words, []
    if view.common_futures:
        single = len(view.manifest.get("scenarios", {})) == 1
        key = "page:with" if single else "page:all_with"
        told.append(words(key, futures=words.join(list(view.common_futures))))
    if view.settings:
        told.append(words("page:changed", settings=words.join([f"`{one}`" for one in view.settings])))
    if view.left_out:
        chains = words.join([words(f"chain:{table.chain}") for table in view.left_out])
        told.append(words("page:same", chain=chains))
    return told


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
