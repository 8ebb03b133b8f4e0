"""The report: figures with their numbers, the answer page, and the files to hand in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from sim.archive import Results, read_results
from sim.experiment.beside import Start, later
from sim.experiment.pieces import Pieces, Reported
from sim.report.markdown import bullets, tight
from sim.report.plots import PLOTS
from sim.report.render import FORMATS
from sim.report.render.reports import wanted, write_again, write_one
from sim.report.screen.facts import Facts, facts_of, read_facts, write_facts
from sim.report.sections import SECTIONS, section_of
from sim.report.style import styled, write
from sim.report.telling import Telling
from sim.report.view import View

BESIDE = ("stock_yard", "storage_curve", "utilisation")
"""Figures that can be drawn in another process: about half of the work that is left to do then."""


class Drawn(NamedTuple):
    """Names of the figures written, and one sentence of each that could not be drawn."""

    names: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()


def write_report(results: Results, folder: Path, lang: str, start: Start = later) -> Reported:
    """Write `answer.md`, `facts.json`, `figures/` and `report.*` into `folder`, from the tables alone.

    A figure, section or report that fails is left out and told at the end of the page; the others are made.

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
    figures, pieces = folder / "figures", Pieces()
    elsewhere = start(draw, results, lang, figures, BESIDE)
    facts = pieces.make("facts", _facts, results, folder) or {}
    asked = wanted([*FORMATS], [lang], {lang: figures}) if facts else []
    early = {one.name: start(write_one, one, results, facts, folder) for one in asked if one.form == "xlsx"}
    telling = Telling(results, facts)
    here = write_figures(telling.line(lang), figures, [name for name in PLOTS if name not in BESIDE])
    there = pieces.make(f"figures {', '.join(BESIDE)}", elsewhere) or Drawn()
    for one in asked:
        pieces.make(one.name, early.get(one.name) or partial(write_one, one, results, facts, folder, telling))
    failures = (*here.failures, *there.failures, *pieces.failures)
    drawn = [name for name in PLOTS if name in {*here.names, *there.names}]
    page = write_page(telling.page(lang), drawn, failures)
    (folder / "answer.md").write_text(page.page, encoding="utf-8", newline="\n")
    return page


def _facts(results: Results, folder: Path) -> Facts:
    facts = facts_of(results)
    write_facts(facts, folder)
    return facts


def report_again(
    folder: Path, out: Path, forms: Sequence[str], langs: Sequence[str]
) -> tuple[list[Path], tuple[str, ...]]:
    """Make the reports of a results folder again, from its tables and facts.

    Returns
    -------
    Files written into `out`, and one sentence for each figure or report that could not be made.
    """
    results = read_results(folder)
    facts = read_facts(folder) or facts_of(results)
    return write_again(
        results, facts, out, forms, langs, lambda found, lang, place: draw(found, lang, place, PLOTS).failures
    )


def draw(results: Results, lang: str, folder: Path, names: Iterable[str]) -> Drawn:
    """Draw figures as far as the tables hold something for them."""
    return write_figures(Telling(results).line(lang), folder, names)


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
    parts += [text for name in SECTIONS if (text := pieces.make(f"section {name}", section_of, view, name))]
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
