"""How full the kiln's slag yard is, day by day, under each off-peak calendar."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from sim.report.bands import (
    SHADE,
    date_axis,
    draw_band,
    draw_capacity,
    shade_stops,
    stock_rows,
    stopped_share,
    yard_capacity,
)
from sim.report.style import Drawing, colour, legend_below, new_figure, wrap
from sim.report.view import Cell, Comparison, View

PLACE = "kiln_yard"
MOST_PANELS = 12
FLAT = 3.0
"""A panel is not drawn at a scale more than so many times its own."""


def draw(view: View) -> Drawing | None:
    """One panel per cell: bands of the stock, capacity line, shaded typical stops."""
    table = view.comparison("slag")
    if table is None:
        return None
    found = [(cell, rows) for cell in table.cells if len(rows := stock_rows(view, cell, PLACE))]
    if not found:
        return None
    all_cells, found = len(found), found[:MOST_PANELS]
    columns = 2 if len(found) > 1 else 1
    lines = math.ceil(len(found) / columns)
    figure = new_figure(0.7 + 1.45 * lines)
    panels = figure.subplots(lines, columns, squeeze=False, sharex=True)
    shaded = [
        _draw_cell(axes, view, table, cell, rows)
        for axes, (cell, rows) in zip(panels.ravel()[: len(found)], found, strict=True)
    ]
    for axes in panels.ravel()[len(found) :]:
        axes.set_axis_off()
    apart = _settle_scales(list(panels.ravel()[: len(found)]))
    for axes in panels[:, 0]:
        axes.set_ylabel(view.words("axis:scales_differ" if apart else "axis:yard_stock"))
    if all_cells > len(found):
        figure.suptitle(view.words("first_of", count=len(found), all=all_cells), x=0.01, ha="left")
    stands = {view.words("kiln_stands"): Patch(color=str(1 - SHADE))} if any(shaded) else {}
    legend_below(figure, panels[0, 0], more=stands)
    return Drawing(figure, pd.concat([rows for _, rows in found], ignore_index=True))


def _draw_cell(axes: Axes, view: View, table: Comparison, cell: Cell, rows: pd.DataFrame) -> bool:
    """Draw one panel; says whether stops could be shaded."""
    in_kilotonnes = rows.assign(**{q: rows[q] / 1000 for q in ("p05", "p25", "p50", "p75", "p95")})
    shaded = shade_stops(axes, stopped_share(view, cell))
    draw_band(axes, in_kilotonnes, colour(0), view.words("band_only"))
    capacity = yard_capacity(view, cell) / 1000
    highest = float(rows["p95"].max()) / 1000
    axes.set_ylim(0, 1.12 * (highest if math.isnan(capacity) else max(highest, capacity)))
    draw_capacity(axes, capacity, view.words("capacity_kt", value=f"{capacity:g}"))
    axes.set_title(_title(view, table, cell), fontsize=8)
    date_axis(axes, rows["date"].to_numpy())
    return shaded


def _settle_scales(panels: Sequence[Axes]) -> bool:
    """Give all panels the highest scale unless that would flatten one; says whether scales differ then."""
    tops = [axes.get_ylim()[1] for axes in panels]
    if max(tops) > FLAT * min(tops):
        return True
    for axes in panels:
        axes.set_ylim(0, max(tops))
    return False


def _title(view: View, table: Comparison, cell: Cell) -> str:
    future = view.future_labels(table.futures)[cell.future]
    plan = view.plan_title(cell.plan)
    if not future:
        return plan
    return wrap(view.words("comma").join([plan, future]) if len(table.plans) > 1 else future, 60)
