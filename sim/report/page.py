"""The report: figures with their numbers, and the answer page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sim.archive import Results
from sim.report.plots import PLOTS
from sim.report.sections import SECTIONS
from sim.report.style import styled, write
from sim.report.view import View


def write_report(results: Results, folder: Path, lang: str) -> str:
    """Write `answer.md` and `figures/` into `folder`, from the archive's tables alone.

    Parameters
    ----------
    results
        Tables and manifest of one study.
    folder
        Existing folder; `figures/<name>.png`, `.svg` and `.csv` are written below it.
    lang
        `en` or `zh`.

    Returns
    -------
    str
        The page.

    Raises
    ------
    ValueError
        If the language is unknown.
    """
    view = View(results, lang)
    drawn = write_figures(view, folder / "figures")
    page = write_page(view, drawn)
    (folder / "answer.md").write_text(page, encoding="utf-8", newline="\n")
    return page


def write_figures(view: View, folder: Path) -> tuple[str, ...]:
    """Draw what the tables hold; returns the names of the figures written."""
    drawn = []
    with styled():
        for name, draw in PLOTS.items():
            drawing = draw(view)
            if drawing is not None:
                write(replace(drawing, data=view.apart(drawing.data)), folder, name)
                drawn.append(name)
    return tuple(drawn)


def write_page(view: View, figures: tuple[str, ...] = ()) -> str:
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
