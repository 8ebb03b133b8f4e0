"""A small slag chain whose timelines can be checked with a pencil.

One smelter gives 100 t a day; the raw meal takes 150 t/d while the kiln burns; cement asks for 2 000 t
of clinker a day and takes 0.06 t of slag per tonne of it (120 t/d); the kiln makes 2 500 t/d; the silo
holds 20 000 t (10 days of grinding).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from sim.calendars import Horizon
from sim.chance.kiln_stops import KilnStops
from sim.model.kiln import simulate_slag
from sim.network.kiln_plan import KilnPlan
from sim.network.slag import SlagNetwork, lanes_of
from sim.record.slag import SlagRecord, audit_slag
from sim.scenario.schema import Campaigns, Kiln, OffPeakAnnual, Text, UnplannedStops
from sim.units import DAY

YEAR_2026 = Horizon(2026, 2026, 0)
NO_PLAN = KilnPlan(-365, (), None, (), (), 0, 0.0, 0, 0)


def works(
    *, share: float = 1.0, earmarked: bool = True, horizon: Horizon = YEAR_2026, **changes: Any
) -> SlagNetwork:
    """The small chain, with `changes` to its network."""
    years = len(horizon.simulated_years)
    days = np.diff(horizon.simulated_edges) / DAY
    network = SlagNetwork(
        horizon=horizon,
        smelters=("furnace",),
        takes=("works",),
        expected=100.0 * days[None, :],
        recorded=np.zeros(years, dtype=np.bool_),
        yearly_cv=0.0,
        outlets=0.0,
        lanes=lanes_of(share, earmarked),
        raw_meal_share=share,
        haul=400.0,
        target=np.inf,
        heap_capacity=1000.0,
        heap_keeps=True,
        yard_capacity=1500.0,
        yard_keeps=True,
        start=0.0,
        raw_limit=150.0,
        clinker=2500.0,
        clinker_demand=np.full(12 * years, 2000.0),
        slag_per_clinker=0.06,
        silo=20_000.0,
        haul_km=5.0,
        kiln=NO_PLAN,
        pond=None,
    )
    return replace(network, **changes)


def stand(horizon: Horizon, *spans: tuple[float, float]) -> KilnStops:
    """Stops from day to day (from the horizon's first midnight), all of them off-peak."""
    flags = np.zeros(horizon.days, dtype=np.bool_)
    for begin, end in spans:
        flags[int(begin) : int(end)] = True
    merged = np.rint(np.array(spans).reshape(-1, 2) * DAY).astype(np.int64)
    return KilnStops(merged, merged, flags, np.zeros_like(flags))


def run(network: SlagNetwork, *spans: tuple[float, float]) -> SlagRecord:
    """Run the chain with the kiln standing in `spans`; its books must close."""
    factors = np.ones_like(network.expected)
    record = simulate_slag(network, stand(network.horizon, *spans), factors)
    assert audit_slag(record) == ""
    return record


def yard_at(record: SlagRecord, *days: float) -> list[float]:
    """Stock of the yard at midnights."""
    stock = record.yard.sum(axis=0)
    return [float(level) for level in np.interp(np.array(days) * DAY, record.edges, stock)]


def heap_at(record: SlagRecord, *days: float) -> list[float]:
    """Stock of the heaps at midnights."""
    stock = record.heap.sum(axis=0)
    return [float(level) for level in np.interp(np.array(days) * DAY, record.edges, stock)]


def kiln_of(off_peak: Any, **changes: Any) -> Kiln:
    """A kiln with 1.5 days of restart and no unplanned stops."""
    values: dict[str, Any] = {
        "title": Text(en="kiln", zh="窑"),
        "lat": 31.9,
        "lon": 108.6,
        "yard_capacity_t": 5000.0,
        "yard_overflow": {"policy": "keep"},
        "raw_meal_limit_t_per_day": 150.0,
        "clinker_t_per_day": 2500.0,
        "off_peak": off_peak,
        "restart_days": 1.5,
        "maintenance_days": 25,
        "unplanned": UnplannedStops(per_year=0.0, shortest_days=1.0, longest_days=5.0),
    }
    return Kiln(**(values | changes))


CAMPAIGNS = Campaigns(shortest_days=5, usual_days=12, longest_days=25)


def task(days: int) -> OffPeakAnnual:
    """An annual task, most of it in winter."""
    return OffPeakAnnual(
        form="annual", days_per_year=days, quarter_shares=(0.29, 0.18, 0.24, 0.29), campaigns=CAMPAIGNS
    )
