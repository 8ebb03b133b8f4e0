"""From a record to what it came to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import sim.kpi.definitions  # noqa: F401 - registers what both chains share
from sim.kpi.hazardous import measure_hazardous
from sim.kpi.outcome import Layout, Outcome, Series
from sim.kpi.slag import KILN, YARD, slag_measures
from sim.kpi.values import Values
from sim.network.valuation import Valuation
from sim.record.hazardous import HazardousRecord
from sim.record.slag import SlagRecord, audit_slag
from sim.scenario.study import Accounting


@dataclass(frozen=True)
class Judgement:
    """How a run is judged: the accounting that counts, its target, and prices."""

    accounting: Accounting
    utilisation_target: float
    valuation: Valuation


def measure(
    record: HazardousRecord | SlagRecord, judgement: Judgement, replication: int
) -> tuple[Outcome, Layout]:
    """What one run came to, and what its rows mean."""
    if isinstance(record, HazardousRecord):
        return measure_hazardous(record, replication)
    return _measure_slag(record, judgement, replication)


def _measure_slag(record: SlagRecord, judgement: Judgement, replication: int) -> tuple[Outcome, Layout]:
    network = record.network
    found = slag_measures(record, network, judgement.accounting, judgement.utilisation_target)
    values = Values(len(network.horizon.reported_years))
    for (place, kpi), (yearly, total) in found.values.items():
        values.put(place, kpi, total, yearly)
    delivered = record.by_year(record.delivered.sum(axis=0))[-values.years :]
    haul = delivered * network.haul_km * judgement.valuation.slag_haul_per_t_km
    values.mean("county", "cost", haul)
    values.mean("county", "cost:slag_haul", haul)
    values.mean("county", f"cost:{judgement.valuation.payers.slag_haul}", haul)
    capacity = {(YARD, "stock"): network.yard_capacity, ("smelters", "stock"): network.heap_capacity}
    capacity[KILN, "clinker_silo"] = network.silo
    peaks = {YARD: network.yard_capacity, "smelters": network.heap_capacity}
    layout = Layout(
        keys=tuple(values.totals),
        groups=len(values.totals),
        yearly_keys=tuple(values.yearly),
        years=network.horizon.reported_years,
        series=tuple(Series(*key, capacity.get(key, float("nan"))) for key in found.daily),
        peaks=tuple(
            (name, peaks[name], "peak" if keeps else "first_passage")
            for name, keeps in ((YARD, network.yard_keeps), ("smelters", network.heap_keeps))
        ),
    )
    outcome = Outcome(
        replication=replication,
        totals=np.array(list(values.totals.values())),
        yearly=np.array(list(values.yearly.values())),
        daily=np.array(list(found.daily.values()), dtype=np.float32),
        peaks=np.array([found.peaks[name] for name, _, _ in layout.peaks]),
        episodes=found.episodes,
        mass=found.mass,
        hours=found.hours,
        failure=audit_slag(record),
    )
    return outcome, layout
