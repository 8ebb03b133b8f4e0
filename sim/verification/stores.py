"""A store that calls at a level and is emptied after papers and the next morning, against exact laws."""

from __future__ import annotations

import numpy as np

from sim.calendars import Horizon
from sim.chance.chance import Chance
from sim.kpi.storage import rises_of
from sim.model.simulate import simulate
from sim.record.hazardous import HazardousRecord
from sim.units import DAY
from sim.verification.case import Case
from sim.verification.lattice import Batches, cycle
from sim.verification.regions import KG, VISIT, county

TITLE = "A store emptied on call"
YEARS, CYCLES = Horizon(2001, 2400, 0), 3600
PER_DAY, BATCH_KG, PAPERS = 0.2, 20.0, 14


def cases(seed: int) -> list[Case]:
    """Constant batches (Poisson sums), and gamma batches (numerical convolution)."""
    return [
        *_store(seed, "constant batches", cv=0.0, step=20.0, call=80.0, capacity=170.0),
        *_store(seed, "gamma batches", cv=0.8, step=0.5, call=80.25, capacity=170.25),
    ]


def _store(seed: int, name: str, *, cv: float, step: float, call: float, capacity: float) -> list[Case]:
    """Cycles of one store: the first removal ends the start, the next `CYCLES` are alike."""
    network = county(
        YEARS,
        capacity_kg=capacity,
        call_kg=call,
        batch_kg=BATCH_KG,
        cv=cv,
        per_day=PER_DAY,
        papers_days=PAPERS,
    )
    record = simulate(network, Chance(seed, 0))
    assert isinstance(record, HazardousRecord)  # noqa: S101 - a hazardous network gives one
    whole = np.array([0, network.horizon.end])
    rises = rises_of(record.inflow, record.removals, network.stores.capacity, whole)
    own = slice(1, CYCLES + 1)
    top, length = rises.top[own] / KG, (rises.end - rises.begin)[own] / DAY
    over_days = np.maximum(rises.end - rises.over, 0)[own] / DAY
    area = rises.area[own] / KG / DAY
    exact = cycle(Batches.of(PER_DAY, BATCH_KG, cv, step), call, capacity, PAPERS, VISIT / DAY % 1 - 8 / 24)
    over = top > capacity
    return [
        Case(f"{name}: P(overflow in a cycle)", exact.overflow, over.astype(float), "1", "share"),
        Case(f"{name}: excess at removal", exact.excess, np.maximum(top - capacity, 0), "kg", "mean"),
        Case(f"{name}: length of a cycle", exact.days, length, "d", "mean"),
        Case(f"{name}: time above capacity per cycle", exact.over_days, over_days, "d", "mean"),
        Case(
            f"{name}: mean stock",
            exact.stock_days / exact.days,
            np.column_stack([area, length]),
            "kg",
            "ratio",
        ),
    ]
