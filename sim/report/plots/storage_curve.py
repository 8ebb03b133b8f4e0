"""How large a store must be: probability of overflow in a year against its capacity."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import SubFigure

from sim.report.bands import bay_capacity, yard_capacity
from sim.report.style import LIMIT, Drawing, colour, legend_below, new_figure
from sim.report.view import Cell, Comparison, View
from sim.units import FloatArray

MOST_PANELS = 9
COLUMNS = 3


def draw(view: View) -> Drawing | None:
    """One panel per place with a curve, one line per future, the present capacity marked."""
    curves = view.results.storage_curve
    if curves.empty:
        return None
    chains = [panels for table in view.comparisons if (panels := _panels(view, table)[:MOST_PANELS])]
    if not chains:
        return None
    heights = [0.85 + 1.6 * math.ceil(len(panels) / COLUMNS) for panels in chains]
    figure = new_figure(sum(heights))
    parts = np.atleast_1d(figure.subfigures(len(chains), 1, height_ratios=heights))
    shown = [
        rows for part, panels in zip(parts, chains, strict=True) for rows in _draw_chain(part, view, panels)
    ]
    return Drawing(figure, pd.concat(shown, ignore_index=True))


def _draw_chain(
    part: SubFigure, view: View, panels: list[tuple[Comparison, str, str]]
) -> list[pd.DataFrame]:
    columns = min(COLUMNS, len(panels))
    grid = part.subplots(math.ceil(len(panels) / columns), columns, squeeze=False)
    shown = [
        _draw_place(axes, view, *panel)
        for axes, panel in zip(grid.ravel()[: len(panels)], panels, strict=True)
    ]
    for axes in grid.ravel()[len(panels) :]:
        axes.set_axis_off()
    for axes in grid[:, 0]:
        axes.set_ylabel(view.words("axis:overflow_years"))
    legend_below(part, *grid.ravel())
    return shown


def _panels(view: View, table: Comparison) -> list[tuple[Comparison, str, str]]:
    """Places with a curve, each with the first plan that has it."""
    found: dict[str, str] = {}
    for cell in table.cells:
        rows = view.rows(view.results.storage_curve, cell)
        for place in dict.fromkeys(rows["place"].astype(str)):
            yard = place == "kiln_yard"
            if yard == (table.chain == "slag") and not place.startswith("site:"):
                found.setdefault(place, cell.plan)
    return [(table, place, plan) for place, plan in found.items()]


def _draw_place(axes: Axes, view: View, table: Comparison, place: str, plan: str) -> pd.DataFrame:
    labels = view.future_labels(table.futures)
    shown = []
    for number, future in enumerate(table.futures):
        cell = Cell(plan, future)
        rows = view.rows(view.results.storage_curve, cell)
        own = rows[rows["place"] == place].sort_values("capacity_t")
        if own.empty:
            continue
        shown.append(own)
        x = own["capacity_t"].to_numpy(float)
        axes.plot(x, 100 * own["p_overflow"], color=colour(number), label=labels[future] or view.plan_title(plan))
        axes.fill_between(x, 100 * own["ci_low"], 100 * own["ci_high"], color=colour(number), alpha=0.15, linewidth=0)
    first = Cell(plan, table.futures[0])
    capacity = yard_capacity(view, first) if table.chain == "slag" else bay_capacity(view, first, place.partition("/")[2])
    if not math.isnan(capacity):
        axes.axvline(capacity, color="#666666", linestyle=":", linewidth=1)
        axes.annotate(view.words("now"), (capacity, 1), xycoords=("data", "axes fraction"), xytext=(2, -1),
                      textcoords="offset points", va="top", fontsize=7, color="#666666")  # fmt: skip
    limit = view.tolerance("yard_overflow_probability" if table.chain == "slag" else "bay_overflow_probability")
    if not math.isnan(limit):
        axes.axhline(100 * limit, color=LIMIT, linestyle="--", linewidth=1)
    _axes(axes, view, first, place, np.concatenate([own["capacity_t"].to_numpy(float) for own in shown]))
    return pd.concat(shown, ignore_index=True)


def _axes(axes: Axes, view: View, cell: Cell, place: str, capacities: FloatArray) -> None:
    axes.set_xlim(0, float(capacities.max()))
    axes.set_ylim(-2, 102)
    axes.set_xlabel(view.words("axis:capacity"))
    bay = place.partition("/")[2]
    axes.set_title(view.class_title(bay, cell) if bay else view.words(f"place:{place}", default=place))
