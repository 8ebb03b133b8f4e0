"""Comprehensive utilisation rate of every year, under the three ways of booking it, against the target."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.report.style import INK, LIMIT, Drawing, colour, legend_below, marker, new_figure, wrap
from sim.report.view import Cell, Comparison, View

MOST_COLUMNS = 5
ACCOUNTINGS = ("oldest_first", "newest_first", "at_acceptance")


def draw(view: View) -> Drawing | None:
    """One panel per cell, series below each other; recorded rates where the study covers recorded years."""
    table = view.comparison("slag")
    years = view.results.years
    if table is None or years.empty:
        return None
    rates = years[years["kpi"].astype(str).str.startswith("utilisation_rate_") & years["mean"].notna()]
    found = [(cell, rows) for cell in table.cells if len(rows := view.rows(rates, cell))]
    if not found:
        return None
    places, lines, columns = _grid(view, table, [cell for cell, _ in found])
    figure = new_figure(0.8 + 1.75 * lines)
    panels = figure.subplots(lines, columns, squeeze=False, sharex=True, sharey=True)
    for cell, rows in found:
        _draw_cell(panels[places[cell]], view, table, cell, rows, 96 // columns)
    for place, axes in np.ndenumerate(panels):
        if place not in places.values():
            axes.set_axis_off()
    for axes in panels[:, 0]:
        axes.set_ylabel(view.words("axis:utilisation_rate"))
    bars = {view.words("axis:bars"): Line2D([], [], color=INK, linewidth=1)}
    legend_below(figure, panels[places[found[0][0]]], more=bars)
    numbers = pd.concat([rows for _, rows in found], ignore_index=True)
    return Drawing(figure, numbers.assign(recorded=[recorded_rates(view).get(int(y), math.nan)
                                                    for y in numbers["year"]]))  # fmt: skip


def _grid(view: View, table: Comparison, cells: list[Cell]) -> tuple[dict[Cell, tuple[int, int]], int, int]:
    """Line and column of each cell, and how many of them: what a table varies first is a column if few."""
    rows, series, held = view.rows_and_series(table)
    if table.vary == "futures" and 1 < len(rows) <= MOST_COLUMNS and len(series) > 1:
        names = {cell: name for name, cell in held.items()}
        of_row, of_series = list(rows), list(series)
        places = {c: (of_series.index(names[c][1]), of_row.index(names[c][0])) for c in cells}
        return places, len(series), len(rows)
    columns = min(4, len(cells))
    places = {cell: divmod(number, columns) for number, cell in enumerate(cells)}
    return places, math.ceil(len(cells) / columns), columns


def recorded_rates(view: View) -> dict[int, float]:
    """Recorded utilisation rate by year; empty where there is no record."""
    rates = view.manifest.get("recorded", {}).get("utilisation_rate", {})
    return {int(year): float(rate) for year, rate in rates.items()}


def _draw_cell(
    axes: Axes, view: View, table: Comparison, cell: Cell, rows: pd.DataFrame, letters: int
) -> None:
    counts = view.study.get("accounting", "")
    for number, name in enumerate(ACCOUNTINGS):
        own = rows[rows["kpi"] == f"utilisation_rate_{name}"].drop_duplicates("year").sort_values("year")
        if own.empty:
            continue
        mean = 100 * own["mean"].to_numpy(float)
        low = 100 * own["ci_low"].fillna(own["mean"]).to_numpy(float)
        high = 100 * own["ci_high"].fillna(own["mean"]).to_numpy(float)
        label = view.words(f"accounting:{name}") + (view.words("counts") if name == counts else "")
        axes.errorbar(own["year"].to_numpy(float) + (number - 1) * 0.15, mean,
                      yerr=np.clip([mean - low, high - mean], 0, None), fmt=marker(number) + "-",
                      color=colour(number), markersize=3.5, linewidth=0.8, elinewidth=1,
                      label=label)  # fmt: skip
    _draw_record(axes, view, rows)
    target = 100 * view.tolerance("utilisation_target")
    if not math.isnan(target):
        name = view.words("target", value=f"{target:g}")
        axes.axhline(target, color=LIMIT, linestyle="--", linewidth=1, label=name)
    years = sorted({int(year) for year in rows["year"]})
    axes.set_xticks(years[::2])
    future = view.future_labels(table.futures)[cell.future]
    plan = view.plan_title(cell.plan)
    both = view.words("comma").join([plan, future])
    title = (both if len(table.plans) > 1 else future) if future else plan
    axes.set_title(wrap(title, letters), fontsize=7.5)
    axes.margins(y=0.1)


def _draw_record(axes: Axes, view: View, rows: pd.DataFrame) -> None:
    years = {int(year) for year in rows["year"]}
    record = {year: 100 * rate for year, rate in recorded_rates(view).items() if year in years}
    if record:
        axes.plot(list(record), list(record.values()), linestyle="none", marker="_", markersize=13,
                  markeredgewidth=2, color=INK, label=view.words("recorded"))  # fmt: skip
