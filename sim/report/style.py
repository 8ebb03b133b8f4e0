"""How figures look and how they are written: same tables, same bytes."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any
from warnings import catch_warnings, filterwarnings

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure, FigureBase, SubFigure
from matplotlib.transforms import Bbox

from sim.archive import write_csv
from sim.report.fonts import families
from sim.report.markdown import width

WIDTH = 7.2
"""Width of a figure, inches: the text width of an A4 page."""

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7A7A00", "#555555")
"""Colours that colour-blind readers can tell apart (Okabe and Ito 2008, yellow darkened for print)."""

MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
INK = "#222222"
FOOTER_LETTERS, FOOTER_LINE = 150, 0.11
"""Latin letters in a line of a figure's footer; its height, inches."""
LIMIT = "#B00020"
FAINT = "#D9D9D9"
LATIN, OPENING, CLOSING = r"[\u0000-\u2fff]", "[（《【]", "[，。、；：）】》]"
"""Letters narrower than Chinese ones; Chinese marks that end no line, and those that begin none."""


@dataclass(frozen=True)
class Drawing:
    """A figure and the numbers that it shows."""

    figure: Figure
    data: pd.DataFrame


def rules() -> Any:
    """Matplotlib settings of all figures."""
    return {
        "axes.axisbelow": True,
        "axes.edgecolor": "#666666",
        "axes.grid": True,
        "axes.labelsize": 8,
        "axes.linewidth": 0.6,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlelocation": "left",
        "axes.titlesize": 9,
        "axes.titley": 1.0,  # where it comes to stand anyway, without looking for room at each drawing
        "axes.unicode_minus": False,
        "figure.titlesize": 10,
        "font.family": list(families()),
        "font.size": 8,
        "grid.color": "#E6E6E6",
        "grid.linewidth": 0.5,
        "hatch.linewidth": 0.5,
        "legend.fontsize": 7.5,
        "legend.frameon": False,
        "lines.linewidth": 1.3,
        "svg.fonttype": "path",
        "svg.hashsalt": "figures",
        "text.parse_math": False,  # a dollar sign is a dollar sign
        "xtick.color": "#444444",
        "xtick.labelsize": 7.5,
        "ytick.color": "#444444",
        "ytick.labelsize": 7.5,
    }


@contextmanager
def styled() -> Iterator[None]:
    """Context in which figures are drawn and written; a letter that no font has is a box, without a word."""
    with mpl.rc_context(rules()), catch_warnings():
        filterwarnings("ignore", message="Glyph .* missing from font", category=UserWarning)
        yield


def new_figure(height: float) -> Figure:
    """Empty figure of the text width and `height` inches that lays itself out."""
    figure = Figure(figsize=(WIDTH, height), dpi=200, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def colour(position: int) -> str:
    """Colour of the thing at `position` of a list."""
    return COLOURS[position % len(COLOURS)]


def marker(position: int) -> str:
    """Marker of the thing at `position` of a list."""
    return MARKERS[position % len(MARKERS)]


def parts_of(figure: Figure, heights: Sequence[float]) -> list[SubFigure]:
    """Parts of a figure below each other, each with its own panels and legend."""
    return list(figure.subfigures(len(heights), 1, height_ratios=list(heights), squeeze=False)[:, 0])


def legend_below(figure: FigureBase, *panels: Axes, more: Mapping[str, Artist] | None = None) -> None:
    """Legend of `panels`, each label once, below the whole figure; as many columns as fit."""
    entries: dict[str, Any] = {}
    for axes in panels:
        entries |= {label: handle for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)}
    entries |= more or {}
    if entries:
        columns = max(1, min(len(entries), 118 // (7 + max(map(width, entries)))))
        figure.legend(list(entries.values()), list(entries), loc="outside lower center", ncols=columns)


def note(axes: Axes, text: str, at: tuple[float, float], coordinates: Any, **options: Any) -> None:
    """Small text on a white ground, so that lines below it do not cross it."""
    ground = {"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.8}
    axes.annotate(
        text, at, xycoords=coordinates, textcoords="offset points", fontsize=7, bbox=ground, **options
    )


PLACES = 6
"""Decimals of a place in a figure, whose width is 1."""
MOST_LINES = 5
"""Lines of a label at most."""


def wrap(text: str, columns: int = 26) -> str:
    """Text broken into lines of at most about `columns` Latin letters; Chinese letters count twice.

    What does not fit into `MOST_LINES` lines is cut off, so that no name leaves a figure without room.
    """
    text = cut(text, MOST_LINES * columns)
    lines, line = [""], 0
    for word in _pieces(text):
        if line and line + width(word.rstrip()) > columns:
            lines.append("")
            line = 0
        lines[-1] += word
        line += width(word)
    return "\n".join(part.strip() for part in lines)


def cut(text: str, columns: int) -> str:
    """Text, or as much of it as `columns` Latin letters take, with an ellipsis."""
    if width(text) <= columns:
        return text
    room = columns - 1
    kept = [letter for letter, end in zip(text, accumulate(map(width, text)), strict=True) if end <= room]
    return "".join(kept) + "…"


def _pieces(text: str) -> list[str]:
    """Words with the space after them; every Chinese letter is a word, digits and what brackets hold stay.

    Brackets open with what follows and close with what precedes.
    """
    return re.findall(
        rf"{OPENING}*(?:{LATIN}*?[ ]|{LATIN}+{CLOSING}*|(?!{OPENING}|{LATIN}).{CLOSING}*)|{OPENING}+", text
    )


def _settle_labels(figure: Figure) -> None:
    """Give labels without text a place, so that none is looked for at each drawing."""
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if not axis.get_label_text():
                axis.set_label_coords(0, 0)


def lay_out(figure: Figure) -> None:
    """Give everything in a figure its final place, if it has none yet."""
    _settle_labels(figure)
    layout = figure.get_layout_engine()
    if layout is not None:
        layout.execute(figure)
    figure.set_layout_engine("none")
    _round_places(figure)


def _round_places(figure: Figure) -> None:
    """Round where axes and parts stand: the solver of the layout differs in the last bit from run to run."""
    for part in figure.subfigs:
        part.bbox_relative.p0 = np.round(part.bbox_relative.p0, PLACES)
        part.bbox_relative.p1 = np.round(part.bbox_relative.p1, PLACES)
    for axes in figure.axes:
        axes.set_position(np.round(axes.get_position(original=True).bounds, PLACES).tolist())


def write(drawing: Drawing, folder: Path, name: str, footer: str) -> None:
    """Write `name`.png (200 dpi), `name`.svg and the numbers as `name`.csv into `folder`, all or none.

    `footer` says below the figure which run it is of.
    """
    folder.mkdir(parents=True, exist_ok=True)
    figure = drawing.figure
    png, svg, numbers = (folder / f"{name}.{ending}" for ending in ("png", "svg", "csv"))
    try:
        lay_out(figure)
        area = _add_footer(figure, footer)
        FigureCanvasAgg(figure).print_figure(
            png, bbox_inches=area, dpi=figure.dpi, metadata={"Software": None}
        )
        FigureCanvasSVG(figure).print_figure(
            svg, format="svg", bbox_inches=area, metadata={"Date": None, "Creator": None}
        )
        write_csv(drawing.data, numbers)
    except BaseException:
        for path in (png, svg, numbers):
            path.unlink(missing_ok=True)
        raise


def _add_footer(figure: Figure, footer: str) -> Bbox:
    """Small text below the figure; returns figure and text together, inches."""
    lines = textwrap.wrap(footer, FOOTER_LETTERS * len(footer) // max(1, width(footer)))
    high = FOOTER_LINE * (len(lines) + 0.5)
    wide, tall = figure.get_size_inches()
    for legend in figure.legends:  # stays in the figure, above the footer
        legend.set_bbox_to_anchor((0, 0, 1, 1), figure.transFigure)
    figure.text(0.01, -0.2 * FOOTER_LINE / tall, "\n".join(lines), va="top", fontsize=6, color="#666666")
    return Bbox([[0, -high], [wide, tall]])
