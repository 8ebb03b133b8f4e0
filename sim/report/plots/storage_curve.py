"""How large a store must be: probability of overflow in a year against its capacity."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from sim.report.bands import bay_capacity, yard_capacity
from sim.report.style import LIMIT, Drawing, colour, new_figure
from sim.report.view import Cell, Comparison, View

MOST_PANELS = 8


def draw(view: View) -> Drawing | None:
    """One panel per place with a curve, one line per future, the present capacity marked."""
    curves = view.results.storage_curve
    if curves.empty:
        return None
    panels = [panel for table in view.comparisons for panel in _panels(view, table)][:MOST_PANELS]
    if not panels:
        return None
    columns = min(3, len(panels))
    lines = math.ceil(len(panels) / columns)
    figure = new_figure(0.9 + 1.75 * lines)
    grid = figure.subplots(lines, columns, squeeze=False)
    shown = []
    for axes, (table, place, plan) in zip(grid.ravel()[: len(panels)], panels, strict=True):
        shown.append(_draw_place(axes, view, table, place, plan))
    for axes in grid.ravel()[len(panels) :]:
        axes.set_axis_off()
    for axes in grid[:, 0]:
        axes.set_ylabel(view.words("axis:overflow_probability"))
    seen = {label: handle for axes in grid.ravel() for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)}
    figure.legend(list(seen.values()), list(seen), loc="outside lower center", ncols=3)
    return Drawing(figure, pd.concat(shown, ignore_index=True))


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


def _axes(axes: Axes, view: View, cell: Cell, place: str, capacities: np.ndarray) -> None:
    axes.set_xscale("log")
    positive = capacities[capacities > 0]
    if len(positive):
        axes.set_xlim(positive.min(), positive.max())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    axes.xaxis.set_minor_formatter(FuncFormatter(lambda x, _: ""))
    axes.set_ylim(-2, 102)
    axes.set_xlabel(view.words("axis:capacity"))
    bay = place.partition("/")[2]
    axes.set_title(view.class_title(bay, cell) if bay else view.words(f"place:{place}", default=place))
