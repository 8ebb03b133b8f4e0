"""Where the tonnes waited, and how long."""

from __future__ import annotations

import math

from sim.report.bands import stock_rows
from sim.report.view import Cell, View


def mean_stock(view: View, cell: Cell, place: str) -> float:
    """Time-mean stock of a place, t; from the daily medians where no KPI holds it."""
    known = view.mean(cell, "stock_mean", place)
    if not math.isnan(known):
        return known
    rows = stock_rows(view, cell, place)
    return float(rows["p50"].mean()) if len(rows) else math.nan
