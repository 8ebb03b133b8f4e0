"""From a record to what it came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.kpi.hazardous import layout_hazardous, measure_hazardous
from sim.kpi.outcome import Key, Layout, Outcome, PeakPlace, Series
from sim.kpi.registry import KPIS
from sim.kpi.slag import CHAIN, HEAPS, KILN, YARD, SlagMeasures, slag_measures
from sim.kpi.values import mean
from sim.network.valuation import Valuation
from sim.record.hazardous import HazardousRecord
from sim.record.slag import SlagRecord, audit_slag
from sim.units import FloatArray

if TYPE_CHECKING:
    from sim.scenario.study import Accounting


@dataclass(frozen=True)
class Judgement:
    """How a run is judged: the accounting that counts, its target, and prices."""

    accounting: Accounting
    utilisation_target: float
    valuation: Valuation


Record = HazardousRecord | SlagRecord


def measure(record: Record, judgement: Judgement, replication: int) -> Outcome:
    """Return what one run came to."""
    if isinstance(record, HazardousRecord):
        return measure_hazardous(record, replication)[0]
    return _measure_slag(record, judgement, replication)[0]


def group_totals(record: Record, judgement: Judgement) -> tuple[tuple[Key, ...], FloatArray, str]:
    """KPIs of groups over the reported period: their keys, (keys,) values, and what did not close."""
    if isinstance(record, HazardousRecord):
        outcome, values = measure_hazardous(record, 0)
        keys = tuple(values.totals)
    else:
        outcome, found = _measure_slag(record, judgement, 0)
        keys = _keys(found, judgement)
    return keys, outcome.totals[: len(keys)], outcome.failure


def layout_of(record: Record, judgement: Judgement) -> Layout:
    """Return the meaning of the outcomes of all runs of a network, from any one of them."""
    if isinstance(record, HazardousRecord):
        return layout_hazardous(record.network, measure_hazardous(record, 0)[1])
    _, found = _measure_slag(record, judgement, 0)
    keys = _keys(found, judgement)
    network = record.network
    capacity = {
        (YARD, "stock"): network.yard_capacity,
        (HEAPS, "stock"): network.heap_capacity,
        (KILN, "clinker_silo"): network.silo,
    }
    keeps = {YARD: network.yard_keeps, HEAPS: network.heap_keeps}
    return Layout(
        keys=keys,
        groups=len(keys),
        yearly_keys=keys,
        years=network.horizon.reported_years,
        series=tuple(Series(*key, capacity.get(key, float("nan"))) for key in found.daily),
        peaks=tuple(
            PeakPlace(name, capacity[name, "stock"], "peak" if keeps[name] else "first_passage")
            for name in found.peaks
        ),
    )


def _measure_slag(record: SlagRecord, judgement: Judgement, replication: int) -> tuple[Outcome, SlagMeasures]:
    network = record.network
    found = slag_measures(record, network, judgement.accounting, judgement.utilisation_target)
    hauled = record.moved.hauled[-len(network.horizon.reported_years) :]
    cost = hauled * network.haul_km * judgement.valuation.slag_haul_per_t_km
    costs = len(_costs(judgement))
    outcome = Outcome(
        replication=replication,
        totals=np.append(found.totals, [mean(cost)] * costs),
        yearly=np.concatenate([found.yearly, [cost] * costs]),
        daily=np.array(list(found.daily.values()), dtype=np.float32),
        peaks=np.array(list(found.peaks.values())),
        episodes=found.episodes,
        mass=found.mass,
        hours=found.hours,
        failure=audit_slag(record),
    )
    return outcome, found


def _costs(judgement: Judgement) -> tuple[str, ...]:
    """Names of what haulage costs: in all, by what it is for, and by who pays."""
    return "cost", "cost:slag_haul", f"cost:{judgement.valuation.payers['slag_haul']}"


def _keys(found: SlagMeasures, judgement: Judgement) -> tuple[Key, ...]:
    """KPIs in the order of their values; each must have a definition."""
    keys = [*found.keys, *((CHAIN, name) for name in _costs(judgement))]
    if unknown := {kpi for _, kpi in keys if kpi.split(":")[0] not in KPIS}:
        raise KeyError(f"KPIs without a definition: {sorted(unknown)}")
    return tuple(Key(*key) for key in keys)
