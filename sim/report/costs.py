"""Costs by component and by payer, and what an avoided overflow costs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.report.view import Cell, Comparison, View

PAYERS = ("generator", "operator", "bureau")
PLACES = ("county", "receivers", "sources")


def by_payer(view: View, cell: Cell) -> dict[str, float]:
    """CNY a year by payer."""
    return {p: value for p in PAYERS if not math.isnan(value := view.mean(cell, f"cost:{p}", *PLACES))}


def by_component(view: View, cell: Cell) -> dict[str, float]:
    """CNY a year by component, capital (annuity) last."""
    names = {
        kpi.removeprefix("cost:"): found.mean
        for place in PLACES
        for kpi, found in view.kpis(cell, place).items()
        if kpi.startswith("cost:")
    }
    parts = {name: value for name, value in names.items() if name not in PAYERS}
    capital = view.mean(cell, "capital", *PLACES)
    return parts if math.isnan(capital) else {**parts, "capital": capital}


def container_year(storage_class: Mapping[str, Any]) -> float:
    """What a container of a class costs a year by the scenario's prices, CNY; NaN where it gives none."""
    price, life, floor = (
        float(storage_class.get(name, math.nan)) for name in ("price_cny", "life_years", "floor_cny_per_year")
    )
    return price / life + floor


def yearly_cost(view: View, cell: Cell) -> float:
    """Running cost and capital, CNY a year; NaN where unknown."""
    running = view.mean(cell, "cost", *PLACES)
    capital = view.mean(cell, "capital", *PLACES)
    return running + (0.0 if math.isnan(capital) else capital)


@dataclass(frozen=True)
class Bargain:
    """A plan beside the baseline: overflowed site-years a year, cost, and cost of each one avoided.

    `cost_each` is NaN where nothing is avoided or the plan is not dearer.
    """

    plan: str
    overflowed: float
    cost: float
    extra_cost: float
    avoided: float
    cost_each: float


def bargains(view: View, table: Comparison, future: str) -> tuple[Bargain, ...]:
    """Every plan of a table beside its baseline, in one future."""
    base = Cell(table.baseline, future)
    base_overflowed, base_cost = _overflowed(view, base), yearly_cost(view, base)
    found = []
    for plan in table.plans:
        cell = Cell(plan, future)
        overflowed, cost = _overflowed(view, cell), yearly_cost(view, cell)
        if math.isnan(overflowed) or math.isnan(cost):
            continue
        extra, avoided = cost - base_cost, base_overflowed - overflowed
        each = extra / avoided if avoided > 0.005 and extra > 0 else math.nan
        found.append(Bargain(plan, overflowed, cost, extra, avoided, each))
    return tuple(found)


def _overflowed(view: View, cell: Cell) -> float:
    """Expected sites that overflow at least once in a year."""
    return view.mean(cell, "overflow_probability", "sources") * view.sites_simulated(cell)
