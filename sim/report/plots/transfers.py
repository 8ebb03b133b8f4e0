"""Tonnes transferred in each year, against the record."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from sim.report.history import YearCheck, transfers
from sim.report.style import INK, Drawing, colour, legend_below, marker, new_figure
from sim.report.view import Cell, View


def draw(view: View) -> Drawing | None:
    """Mean and 95 % band of single years per cell, beside the recorded tonnes."""
    table = view.comparison("hazardous")
    found = [] if table is None else [(c, checks) for c in table.cells if (checks := transfers(view, c))]
    if table is None or not found:
        return None
    figure = new_figure(2.9)
    axes = figure.subplots()
    step = 0.6 / len(found)
    for number, (cell, checks) in enumerate(found):
        years = np.array([c.year for c in checks]) + (number - (len(found) - 1) / 2) * step
        mean = np.array([c.mean for c in checks])
        spread = [[c.mean - c.low for c in checks], [c.high - c.mean for c in checks]]
        axes.errorbar(years, mean, yerr=spread, fmt=marker(number), color=colour(number), capsize=2,
                      markersize=4.5, label=view.cell_title(cell))  # fmt: skip
    known = [c for c in found[0][1] if not math.isnan(c.recorded)]
    axes.hlines([c.recorded for c in known], [c.year - 0.35 for c in known], [c.year + 0.35 for c in known],
                color=INK, linewidth=2, zorder=1, label=view.words("recorded"))  # fmt: skip
    axes.set_xticks([c.year for c in found[0][1]])
    axes.set_ylim(0, None)
    axes.set_ylabel(view.words("axis:transferred"))
    axes.set_title(view.words("title:transfers"))
    axes.grid(visible=False, axis="x")
    legend_below(figure, axes)
    return Drawing(figure, pd.DataFrame([_numbers(cell, c) for cell, checks in found for c in checks]))


def _numbers(cell: Cell, check: YearCheck) -> dict[str, object]:
    return {
        "plan": cell.plan, "future": cell.future, "year": check.year, "recorded_t": check.recorded,
        "mean_t": check.mean, "low_t": check.low, "high_t": check.high,
    }  # fmt: skip
