"""Who overflows, how likely and for how long: by plan and future, with intervals and limits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter

from sim.report.style import INK, LIMIT, Drawing, colour, legend_below, marker, new_figure, parts_of, wrap
from sim.report.view import Cell, Comparison, Estimate, View

PROBABILITY_TICKS = (0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1)
DAY_TICKS = (0, 0.1, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 365)
APART = 0.033
"""Least distance of two labelled ticks as a share of the axis, for each panel in the row."""
TITLE_PAD = 13
"""Points from a panel to its title: the limit is written between them."""


class Panel(NamedTuple):
    """One KPI of one place; its title is empty where the panel to the left has told the place."""

    place: str
    kpi: str
    limit: float
    title: str = ""

    @property
    def share(self) -> bool:
        """Whether it shows a share of years, not days."""
        return self.kpi != "overflow_days"


def draw(view: View) -> Drawing | None:
    """Probability and days of overflow, and how often a bay is too small; one row of panels per chain."""
    tables = [table for table in view.comparisons if _has_values(view, table)]
    if not tables:
        return None
    heights = [_height(view, table) for table in tables]
    figure = new_figure(sum(heights) + 0.2)
    parts = parts_of(figure, heights)
    numbers: list[dict[str, object]] = []
    for part, table in zip(parts, tables, strict=True):
        panels = _panels(view, table)
        row = part.subplots(1, len(panels), sharey=True)
        for axes, panel in zip(row, panels, strict=True):
            found = _draw_panel(axes, view, table, panel)
            _scale(axes, panel, _highest(found), APART * len(panels))
            numbers += found
        if len(row[0].get_legend_handles_labels()[1]) > 1:
            legend_below(part, row[0])
    return Drawing(figure, pd.DataFrame(numbers))


def _has_values(view: View, table: Comparison) -> bool:
    place = _place(table)
    return any(view.estimate(cell, "overflow_probability", place) for cell in table.cells)


def _place(table: Comparison) -> str:
    return "sources" if table.chain == "hazardous" else "kiln_yard"


def _panels(view: View, table: Comparison) -> list[Panel]:
    """Two panels of the chain's place; a third of the bays where a plan has a collection point."""
    place = _place(table)
    title = view.words(f"place:{place}")
    if table.chain != "hazardous":
        limit = view.tolerance("yard_overflow_probability")
        return [
            Panel(place, "overflow_probability", limit, title),
            Panel(place, "overflow_days", math.nan),
        ]
    panels = [
        Panel(place, "overflow_probability", view.tolerance("sources_overflow_probability"), title),
        Panel(place, "overflow_days", view.tolerance("sources_overflow_days")),
    ]
    point = "collection_point"
    if any(view.estimate(cell, "overflow_any", point) for cell in table.cells):
        limit = view.tolerance("any_bay_overflow_probability")
        panels.append(Panel(point, "overflow_any", limit, view.words(f"place:{point}")))
    return panels


def _height(view: View, table: Comparison) -> float:
    """Inches for one row of panels."""
    rows, series, _ = view.rows_and_series(table)
    lines = sum(max(len(series), 1.3 * (1 + wrap(label).count("\n"))) + 0.8 for label in rows.values())
    return 1.3 + 0.12 * max(5.0, lines)


def _draw_panel(axes: Axes, view: View, table: Comparison, panel: Panel) -> list[dict[str, object]]:
    rows, series, cells = view.rows_and_series(table)
    step = 0.7 / max(len(series), 1)
    numbers: list[dict[str, object]] = []
    for number, (one, label) in enumerate(series.items()):
        points = []
        for place, row in enumerate(rows):
            cell = cells.get((row, one))
            found = cell and view.estimate(cell, panel.kpi, panel.place)
            if cell and found:
                points.append((place + (number - (len(series) - 1) / 2) * step, found))
                numbers.append(_numbers(table, cell, panel, found))
        _draw_points(axes, points, number, label)
    _draw_limit(axes, view, panel)
    axes.set_yticks(range(len(rows)), [wrap(label) for label in rows.values()])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.set_title(panel.title, pad=TITLE_PAD)
    axes.set_xlabel(f"{view.words(f'axis:{panel.kpi}')}\n{view.words('axis:square_root')}", linespacing=1.35)
    return numbers


def _highest(numbers: list[dict[str, object]]) -> float:
    ends = [float(str(row[name])) for row in numbers for name in ("mean", "ci_high")]
    return max((end for end in ends if not math.isnan(end)), default=1.0)


def _draw_points(axes: Axes, points: list[tuple[float, Estimate]], number: int, label: str) -> None:
    if not points:
        return
    y = [at for at, _ in points]
    mean = np.array([e.mean for _, e in points])
    low = np.array([mean[i] if math.isnan(e.low) else e.low for i, (_, e) in enumerate(points)])
    high = np.array([mean[i] if math.isnan(e.high) else e.high for i, (_, e) in enumerate(points)])
    spread = np.clip(np.vstack([mean - low, high - mean]), 0, None)
    axes.errorbar(mean, y, xerr=spread, fmt=marker(number), color=colour(number), markersize=4.5,
                  elinewidth=1.2, capsize=2, label=label or None, clip_on=False, zorder=3)  # fmt: skip


def _draw_limit(axes: Axes, view: View, panel: Panel) -> None:
    if math.isnan(panel.limit):
        return
    axes.axvline(panel.limit, color=LIMIT, linestyle="--", linewidth=1, zorder=1)
    text = (
        view.words("percent", value=f"{panel.limit * 100:g}")
        if panel.share
        else f"{panel.limit:g} {view.words('unit:d/yr')}"
    )
    axes.annotate(view.words("limit", value=text), (panel.limit, 1), xycoords=("data", "axes fraction"),
                  xytext=(3, 1), textcoords="offset points", va="bottom",
                  color=LIMIT, fontsize=7)  # fmt: skip


def _scale(axes: Axes, panel: Panel, highest: float, apart: float) -> None:
    """Square-root scale: shows 0, and tells 1 % from 5 % beside 70 %."""
    axes.set_xscale("function", functions=(lambda x: np.sqrt(np.clip(x, 0, None)), np.square))
    ticks = PROBABILITY_TICKS if panel.share else DAY_TICKS
    least = 0.02 if panel.share else 0.2
    top = max(highest, 0.0 if math.isnan(panel.limit) else panel.limit * 1.2, least)
    end = next((tick for tick in ticks if tick >= top), top)
    axes.set_xlim(0, end)
    axes.xaxis.set_major_locator(FixedLocator(ticks_shown(ticks, end, apart)))
    axes.xaxis.set_minor_locator(FixedLocator([]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x * 100:g}" if panel.share else f"{x:g}"))
    axes.set_facecolor("white")
    axes.spines["bottom"].set_color(INK)


def ticks_shown(ticks: Sequence[float], end: float, apart: float) -> list[float]:
    """Ticks up to `end` whose labels stay clear of each other, 0 and the last one among them.

    Parameters
    ----------
    ticks
        Values that may be labelled, rising, from 0 on.
    end
        Highest value of the axis.
    apart
        Least distance of two ticks as a share of the axis.
    """
    shown: list[float] = []
    for tick in reversed([tick for tick in ticks if tick <= end]):
        at = math.sqrt(tick / end)
        clear = not shown or math.sqrt(shown[0] / end) - at > apart
        if tick == 0 or (clear and at > apart):
            shown.insert(0, tick)
    return shown


def _numbers(table: Comparison, cell: Cell, panel: Panel, e: Estimate) -> dict[str, object]:
    return {
        "table": table.name, "plan": cell.plan, "future": cell.future, "place": panel.place,
        "kpi": panel.kpi, "mean": e.mean, "ci_low": e.low, "ci_high": e.high, "limit": panel.limit,
    }  # fmt: skip
