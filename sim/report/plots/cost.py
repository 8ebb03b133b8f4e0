"""What each plan costs a year: by component, and by who pays."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.transforms import ScaledTranslation

from sim.report.costs import PLACES, by_component, by_payer
from sim.report.style import INK, Drawing, colour, new_figure, wrap
from sim.report.view import Cell, Estimate, View

LEGEND_BELOW = 0.36
"""Inches from the axis to the legend: room for the axis's numbers and label."""


def draw(view: View) -> Drawing | None:
    """Stacked bars of the hazardous plans in the first future, thousand CNY a year.

    Running cost, which the payers share, has its interval; running cost with capital has none in the tables.
    """
    table = view.comparison("hazardous")
    if table is None:
        return None
    cells = [Cell(plan, table.futures[0]) for plan in table.plans]
    parts = pd.DataFrame([by_component(view, cell) for cell in cells]).fillna(0)
    payers = pd.DataFrame([by_payer(view, cell) for cell in cells]).fillna(0)
    parts = parts.loc[:, (parts != 0).any()]
    if parts.empty:
        return None
    running = [view.estimate(cell, "cost", *PLACES) for cell in cells]
    future = view.future_title(table.futures[0]) if table.futures[0] else ""
    figure = new_figure((1.75 if future else 1.5) + 0.3 * len(cells))
    left, right = figure.subplots(1, 2, sharex=True, sharey=True)
    left.set_yticks(range(len(cells)), [wrap(view.plan_title(cell.plan)) for cell in cells])
    _stack(left, view, parts, "component", 0)
    _stack(right, view, payers.loc[:, (payers != 0).any()], "payer", 5, running)
    if future:
        figure.suptitle(future, x=0.01, ha="left")
    return Drawing(figure, pd.concat([_numbers(cells, parts, payers), _totals(cells, running)]))


def _stack(
    axes: Axes, view: View, table: pd.DataFrame, kind: str, first_colour: int,
    totals: Sequence[Estimate | None] = (),
) -> None:  # fmt: skip
    left = pd.Series(0.0, index=table.index)
    for number, name in enumerate(table):
        capital = name == "capital"
        axes.barh(table.index, table[name] / 1000, left=left / 1000, height=0.65,
                  color="white" if capital else colour(number + first_colour),
                  edgecolor=INK if capital else "white", linewidth=0.5, hatch="////" if capital else None,
                  label=view.words(f"{kind}:{name}", default=str(name).replace("_", " ")))  # fmt: skip
        left += table[name]
    ends = left.to_list()
    for place, found in enumerate(totals):
        if found and not math.isnan(found.low + found.high):
            spread = [[(found.mean - found.low) / 1000], [(found.high - found.mean) / 1000]]
            axes.errorbar([found.mean / 1000], [place], xerr=spread, fmt="none", ecolor=INK, elinewidth=0.8,
                          capsize=2.5, capthick=0.6)  # fmt: skip
            ends[place] = max(ends[place], found.high)
    for place, total in enumerate(left):
        axes.annotate(f"{total / 1000:,.0f}", (ends[place] / 1000, place), xytext=(4, 0), va="center",
                      fontsize=7, textcoords="offset points")  # fmt: skip
    axes.set_xlim(0, max(axes.get_xlim()[1], 1.16 * float(left.max()) / 1000))
    axes.set_ylim(len(table) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(
        view.words("axis:with_bars", what=view.words("axis:cost")) if totals else view.words("axis:cost")
    )
    axes.set_title(view.words(f"title:cost_{kind}"))
    figure: Any = axes.get_figure()
    below = axes.transAxes + ScaledTranslation(0, -LEGEND_BELOW, figure.dpi_scale_trans)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 0), bbox_transform=below, ncols=2)


def _numbers(cells: list[Cell], parts: pd.DataFrame, payers: pd.DataFrame) -> pd.DataFrame:
    rows = [
        {"plan": cell.plan, "future": cell.future, "split": kind, "part": name, "cny_per_year": value}
        for kind, table in (("component", parts), ("payer", payers))
        for cell, (_, line) in zip(cells, table.iterrows(), strict=False)
        for name, value in line.items()
    ]
    return pd.DataFrame(rows)


def _totals(cells: list[Cell], running: Sequence[Estimate | None]) -> pd.DataFrame:
    rows = [
        {"plan": cell.plan, "future": cell.future, "split": "payer", "part": "total",
         "cny_per_year": found.mean, "ci_low": found.low, "ci_high": found.high}
        for cell, found in zip(cells, running, strict=True)
        if found
    ]  # fmt: skip
    return pd.DataFrame(rows)
