"""Where the tonnes waited: overflow avoided at one place may only move to another."""

from __future__ import annotations

import math

from sim.report.markdown import section, table
from sim.report.numbers import rough, show
from sim.report.view import Cell, View
from sim.report.waiting import cycle_days, mean_stock


def write(view: View) -> str:
    """Mean stock and mean days at the sources and at the collection point."""
    found = view.comparison("hazardous")
    if found is None:
        return ""
    words = view.words
    labels = view.future_labels(found.futures)
    heads = [
        "plan", "future", "stock_sources", "stock_point", "days_sources", "days_point", "cycle", "transferred",
        "informal",
    ]  # fmt: skip
    rows = []
    for future in found.futures:
        for plan in found.plans:
            cell = Cell(plan, future)
            rows.append([view.plan_title(plan), labels[future], *_numbers(view, cell)])
    return section(words("head:waiting"), table([words(f"col:{head}") for head in heads], rows))


def _numbers(view: View, cell: Cell) -> list[str]:
    return [
        rough(mean_stock(view, cell, "sources")),
        _nothing_if_zero(mean_stock(view, cell, "collection_point")),
        show(cycle_days(view, cell, "sources"), 0),
        show(cycle_days(view, cell, "collection_point"), 0),
        show(cycle_days(view, cell, "county"), 0),
        rough(view.mean(cell, "transferred", "county", "sources")),
        rough(view.mean(cell, "informal", "county", "sources")),
    ]


def _nothing_if_zero(tonnes: float) -> str:
    return rough(math.nan if tonnes == 0 else tonnes)
