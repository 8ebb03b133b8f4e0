"""Where the tonnes waited: overflow avoided at one place may only move to another."""

from __future__ import annotations

import math

from sim.report.markdown import once, section, table
from sim.report.numbers import rough, show
from sim.report.view import Cell, View
from sim.report.waiting import mean_stock


def write(view: View) -> str:
    """Mean stock and mean days at the sources and at the collection point."""
    found = view.comparison("hazardous")
    if found is None:
        return ""
    words = view.words
    labels = view.future_labels(found.futures)
    many = len(found.plans) > 1 and len(found.futures) > 1
    shown = found.futures[:1] if many else found.futures
    heads = [
        "future", "plan", "stock_sources", "stock_point", "days_sources", "days_point", "cycle",
        "transferred", "informal",
    ]  # fmt: skip
    rows = []
    for future in shown:
        for plan in found.plans:
            cell = Cell(plan, future)
            rows.append(["" if many else labels[future], view.plan_title(plan), *_numbers(view, cell)])
    note = words("waiting:note", future=labels[shown[0]]) if many else ""
    return section(words("head:waiting"), note, table([words(f"col:{head}") for head in heads], once(rows)))


def _numbers(view: View, cell: Cell) -> list[str]:
    return [
        rough(mean_stock(view, cell, "sources")),
        _nothing_if_zero(mean_stock(view, cell, "collection_point")),
        show(view.mean(cell, "dwell_mean", "sources"), 0),
        show(view.mean(cell, "dwell_mean", "collection_point"), 0),
        show(view.mean(cell, "transfer_cycle_mean", "county"), 0),
        rough(view.mean(cell, "transferred", "county", "sources")),
        rough(view.mean(cell, "informal", "county", "sources")),
    ]


def _nothing_if_zero(tonnes: float) -> str:
    return rough(math.nan if tonnes == 0 else tonnes)
