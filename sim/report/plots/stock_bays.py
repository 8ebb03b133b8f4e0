"""How full the bays of the collection point are, day by day, against their capacity."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes

from sim.report.bands import bay_capacity, bays, date_axis, draw_band, draw_capacity, numbers_of, stock_rows
from sim.report.style import Drawing, colour, legend_below, new_figure
from sim.report.view import Cell, Comparison, View

OTHERS = 2
"""Futures shown beside the first."""


def draw(view: View) -> Drawing | None:
    """One panel per bay: bands in the first future, the upper edge in the two that fill the bays most."""
    table = view.comparison("hazardous")
    cell = None if table is None else _cell(view, table)
    if table is None or cell is None:
        return None
    names = bays(view, cell)
    columns = min(3, len(names))
    lines = math.ceil(len(names) / columns)
    figure = new_figure(0.9 + 1.55 * lines)
    panels = figure.subplots(lines, columns, squeeze=False, sharex=True).ravel()
    futures = _futures(view, table, cell, names)
    numbers = [
        _draw_bay(axes, view, futures, cell, name)
        for axes, name in zip(panels[: len(names)], names, strict=True)
    ]
    for axes in panels[len(names) :]:
        axes.set_axis_off()
    legend_below(figure, panels[0])
    figure.suptitle(view.words("title:stock_bays", plan=view.plan_title(cell.plan)), x=0.01, ha="left")
    return Drawing(figure, pd.concat(numbers, ignore_index=True))


def _cell(view: View, table: Comparison) -> Cell | None:
    """First plan whose collection point has bands."""
    return next((cell for cell in (Cell(p, table.futures[0]) for p in table.plans) if bays(view, cell)), None)


def _futures(view: View, table: Comparison, cell: Cell, names: list[str]) -> dict[str, str]:
    """Labels of the futures shown: the first, and of the others those in which the bays get fullest."""

    def fullest(future: str) -> float:
        shares = [
            stock_rows(view, Cell(cell.plan, future), f"collection_point/{name}")["p95"].max()
            / bay_capacity(view, cell, name)
            for name in names
        ]
        return float(pd.Series(shares).max())

    others = sorted(table.futures[1:], key=fullest, reverse=True)[:OTHERS]
    labels = view.future_labels(table.futures)
    return {future: labels[future] for future in table.futures if future == cell.future or future in others}


def _draw_bay(axes: Axes, view: View, labels: dict[str, str], cell: Cell, name: str) -> pd.DataFrame:
    place = f"collection_point/{name}"
    shown = []
    for number, future in enumerate(labels):
        rows = stock_rows(view, Cell(cell.plan, future), place)
        if rows.empty:
            continue
        shown.append(rows)
        if future == cell.future:
            own = labels[future]
            band = view.words("band", label=own) if own else view.words("band_only")
            draw_band(axes, rows, colour(0), band)
        else:
            axes.plot(numbers_of(rows), rows["p95"], color=colour(number), linewidth=0.9,
                      label=view.words("p95_of", label=labels[future]))  # fmt: skip
    capacity = bay_capacity(view, cell, name)
    top = max(float(rows["p95"].max()) for rows in shown)
    axes.set_ylim(0, 1.12 * max(top, 0.0 if math.isnan(capacity) else capacity))
    draw_capacity(axes, capacity, view.words("capacity", value=f"{capacity:g}"))
    axes.set_title(view.class_title(name, cell))
    axes.set_ylabel(view.words("axis:stock"))
    date_axis(axes, shown[0]["date"].to_numpy())
    return pd.concat(shown, ignore_index=True)
