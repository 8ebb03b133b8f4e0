"""Figures of a sensitivity study: tornado, heat map, the box of failures, what tells failures apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.experiment.pieces import Pieces
from sim.report.style import (
    FAINT,
    INK,
    LIMIT,
    Drawing,
    colour,
    legend_below,
    new_figure,
    styled,
    wrap,
    write,
)

if TYPE_CHECKING:
    from sim.report.influence import Book, Said

MOST = 12
"""Assumptions of a tornado."""
ROWS = 20
"""Assumptions of a heat map."""


def write_figures(book: Book, folder: Path, pieces: Pieces) -> tuple[str, ...]:
    """Draw what the tables hold, each figure by itself; returns the names of the figures written."""
    return tuple(name for name in FIGURES if pieces.make(f"figure {name}", _write_figure, book, folder, name))


def _write_figure(book: Book, folder: Path, name: str) -> bool:
    """Whether there was something to draw."""
    with styled():
        drawing = FIGURES[name](book)
        if drawing is not None:
            write(drawing, folder, name, book.footer)
    return drawing is not None


# --- tornado -----------------------------------------------------------------------------------------


def tornado(book: Book) -> Drawing | None:
    """What each assumption does alone at the ends of its range, widest first; a panel per output."""
    swings = book.found.swings
    panels = [
        (said, rows) for said, _ in book.asked() if not (rows := _moving(book.rows(swings, said))).empty
    ]
    if not panels:
        return None
    heights = [0.75 + 0.24 * min(rows["path"].nunique(), MOST) for _, rows in panels]
    figure = new_figure(sum(heights) + 0.45)
    axes = figure.subplots(len(panels), 1, squeeze=False, height_ratios=heights)[:, 0]
    for one, (said, rows) in zip(axes, panels, strict=True):
        _draw_swings(one, book, said, rows)
    legend_below(figure, *axes)
    return Drawing(figure, pd.concat([rows for _, rows in panels], ignore_index=True))


def _moving(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the assumptions that move the output most, widest first; none that do not move it."""
    if rows.empty:
        return rows
    reach = rows["change"].abs().groupby(rows["path"]).max()
    kept = reach[reach > 0].sort_values(ascending=False, kind="stable").head(MOST)
    own = rows[rows["path"].isin(kept.index)]
    return own.assign(rank=own["path"].map({path: rank for rank, path in enumerate(kept.index)})).sort_values(
        "rank", kind="stable"
    )


def _draw_swings(axes: Axes, book: Book, said: Said, rows: pd.DataFrame) -> None:
    words = book.words
    scale = said.scale
    base = scale * float(rows["base_mean"].iloc[0])
    names = list(dict.fromkeys(rows["path"]))
    edges = [base]
    for _, row in rows.iterrows():
        place = names.index(row["path"])
        group = rows[rows["path"] == row["path"]]
        is_low = _is_low(row, group)
        end = scale * float(row["mean"])
        low, high = base + scale * float(row["change_low"]), base + scale * float(row["change_high"])
        if said.of:
            low, high = scale * float(row["ci_low"]), scale * float(row["ci_high"])
        elif min(base, end) >= 0:
            low = max(low, 0.0)
        side = -0.19 if is_low else 0.19
        axes.barh(place + side, end - base, left=base, height=0.36, color=colour(0 if is_low else 1),
                  label=words("tornado:low" if is_low else "tornado:high"))  # fmt: skip
        axes.plot([low, high], [place + side] * 2, color=INK, linewidth=0.8)
        away = end >= base
        edge = max(end, high) if away else min(end, low)
        edges += [low, high, end]
        axes.annotate(str(row["value"]), (edge, place + side), xytext=(3 if away else -3, 0), va="center",
                      textcoords="offset points", ha="left" if away else "right", fontsize=6,
                      color="#444444")  # fmt: skip
    axes.axvline(base, color=INK, linewidth=0.9, label=words("tornado:now"))
    if said.of:
        axes.axvline(0, color=LIMIT, linestyle="--", linewidth=1, label=words("tornado:zero"))
        edges.append(0.0)
    room = 0.13 * (max(edges) - min(edges) or 1)
    axes.set_xlim(min(edges) - room, max(edges) + room)
    axes.set_yticks(range(len(names)), [_short(name) for name in names])
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.set_title(wrap(said.title, 95))
    axes.set_xlabel(book.unit(said))


def _is_low(row: Any, group: pd.DataFrame) -> bool:
    """Whether a row stands at the first of its assumption's ends, or below the value if there is one only."""
    if len(group) > 1:
        return bool(row.name == group.index[0])
    try:
        return float(row["value"]) < float(row["base_value"])
    except ValueError:
        return str(row["value"]) < str(row["base_value"])


def _short(path: str, longest: int = 44) -> str:
    """End of a path that fits beside a figure."""
    if len(path) <= longest:
        return path
    steps = path.split(".")
    while len(steps) > 2 and len(".".join(steps)) > longest - 2:
        steps = steps[1:]
    return ".." + ".".join(steps)


# --- heat map ----------------------------------------------------------------------------------------


def heat_map(book: Book) -> Drawing | None:
    """Share of the squared effects by assumption and output, and total indices of what was asked."""
    indices = book.found.indices
    if indices.empty or "share" not in indices:
        return None
    columns: dict[str, pd.Series[Any]] = {}
    for _, rows in indices.groupby(["kpi", "place", "against"], sort=False):
        said = book.said(rows.iloc[0])
        own = rows.set_index("path")
        name = book.short(said)
        if own["share"].sum() > 0:
            columns[name] = own["share"]
        if own["total"].notna().any():
            columns[book.words("heat:total", what=name)] = own["total"].clip(0, 1)
    if not columns:
        return None
    shares = pd.DataFrame(columns)
    most = shares.max(axis=1)
    kept = most[most >= 0.01].sort_values(ascending=False, kind="stable").head(ROWS).index
    shares = shares.loc[kept]
    if shares.empty:
        return None
    figure = new_figure(2.4 + 0.2 * len(shares))
    axes = figure.subplots()
    image = axes.imshow(100 * shares.to_numpy(float), cmap="Blues", vmin=0, vmax=100, aspect="auto")
    for (row, column), share in np.ndenumerate(shares.to_numpy(float)):
        if share >= 0.005:
            dark = share > 0.55
            axes.annotate(f"{100 * share:.0f}", (column, row), ha="center", va="center", fontsize=6.5,
                          color="white" if dark else INK)  # fmt: skip
    axes.set_xticks(range(len(columns)), [wrap(name, 48) for name in columns], fontsize=6.5,
                    rotation=60, ha="left", rotation_mode="anchor")  # fmt: skip
    axes.xaxis.tick_top()
    axes.set_yticks(range(len(shares)), [_short(str(name)) for name in shares.index])
    axes.tick_params(length=0)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    figure.colorbar(image, ax=axes, label=book.words("axis:heat_share"), fraction=0.03, pad=0.02)
    return Drawing(figure, shares.rename_axis("path").reset_index())


# --- failures ----------------------------------------------------------------------------------------


def failure(book: Book) -> Drawing | None:
    """The box of failures: each restriction within its range, and coverage against density on the way."""
    from sim.report.influence import short_of

    sides, way = book.found.box, book.found.peeling
    if sides.empty:
        return None
    words = book.words
    figure = new_figure(max(2.3, 1.1 + 0.3 * len(sides)))
    left, right = figure.subplots(1, 2, width_ratios=[1.7, 1])
    left.set_xlim(0, 100)
    for place, (_, side) in enumerate(sides.iterrows()):
        left.barh(place, 100, height=0.5, color=FAINT)
        if side["values"]:
            text = ", ".join(words("box:future_none") if v == "-" else v for v in side["values"].split())
            left.annotate(wrap(text, 40), (2, place), va="center", fontsize=7)
            continue
        low, high = float(side["share_low"]), float(side["share_high"])
        left.barh(place, max(100 * (high - low), 2), left=100 * low, height=0.5, color=colour(1))
        bounds = (f"{sign} {short_of(side[end])}" for sign, end in (("≥", "from"), ("≤", "to")) if side[end])
        text = " ".join([*bounds, side["factor_unit"]])
        ground = {"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.8}
        left.annotate(
            text,
            (min(max(50 * (low + high), 8), 92), place),
            ha="center",
            va="center",
            fontsize=7,
            bbox=ground,
        )
    left.set_yticks(range(len(sides)), [_short(name, 34) for name in sides["path"]])
    left.set_ylim(len(sides) - 0.4, -0.6)
    left.tick_params(axis="y", length=0)
    left.grid(visible=False)
    left.set_xlabel(words("axis:range_share"))
    box = book.manifest["box"]
    right.plot(100 * way["coverage"], 100 * way["density"], ".-", color=colour(0), markersize=4,
               label=words("peeling:way"))  # fmt: skip
    right.plot(100 * box["coverage"], 100 * box["density"], "s", color=colour(1), label=words("peeling:box"))
    right.set_xlabel(words("axis:coverage"))
    right.set_ylabel(words("axis:density"))
    right.set_xlim(0, 104)
    right.set_ylim(0, 104)
    legend_below(figure, right)
    return Drawing(figure, sides)


def split(book: Book) -> Drawing | None:
    """Distance between the values at points that fail and at the others, by assumption."""
    rows = book.found.indices
    if rows.empty or "distance" not in rows:
        return None
    rows = rows.sort_values("distance", ascending=False, kind="stable").head(MOST)
    figure = new_figure(0.8 + 0.22 * len(rows))
    axes = figure.subplots()
    sure = (rows["role"] == "decides").to_numpy()
    axes.barh(range(len(rows)), rows["distance"], height=0.65,
              color=[colour(1) if one else "#BBBBBB" for one in sure])  # fmt: skip
    for place, p in enumerate(rows["p_adjusted"]):
        axes.annotate(f"p = {p:.2g}", (float(rows["distance"].iloc[place]), place), xytext=(3, 0),
                      textcoords="offset points", va="center", fontsize=6.5)  # fmt: skip
    axes.set_yticks(range(len(rows)), [_short(name) for name in rows["path"]])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(0, 1.15 * max(float(rows["distance"].max()), 0.1))
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(book.words("axis:distance"))
    return Drawing(figure, rows)


FIGURES: dict[str, Callable[[Book], Drawing | None]] = {
    "tornado": tornado,
    "heat_map": heat_map,
    "failure": failure,
    "split": split,
}
"""Figures by name."""
