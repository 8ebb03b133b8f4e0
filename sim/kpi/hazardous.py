"""What a run of the hazardous chain means."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.kpi.collection import POINT, put_bays
from sim.kpi.costs import put_costs
from sim.kpi.cycle import put_balance, put_cycle
from sim.kpi.episodes import episode_rows
from sim.kpi.fleet import put_fleet, trip_facts
from sim.kpi.outcome import Key, Layout, Outcome, Series
from sim.kpi.peaks import peak_places, peaks_of
from sim.kpi.sources import put_sources, site_keys, site_totals, source_storage
from sim.kpi.values import Values
from sim.network.hazardous import HazardousNetwork
from sim.record.audit import audit_hazardous
from sim.record.hazardous import HazardousRecord
from sim.record.lots import lots_of
from sim.units import DAY, TONNE, FloatArray, IntArray


def measure_hazardous(record: HazardousRecord, replication: int) -> tuple[Outcome, Values]:
    """KPIs, daily stocks, episodes and books of one run; and the values of all but single sites."""
    network = record.network
    lots = lots_of(record)
    failure = audit_hazardous(record, lots)
    values = Values(len(network.horizon.reported_years))
    storage = source_storage(record)
    facts = trip_facts(record)
    daily = _daily(record)
    put_sources(values, record, storage)
    values.peak("sources", "peak_stock", _yearly_peaks(network, daily[0]))
    bay_peaks, bay_over = put_bays(values, record)
    put_cycle(values, record, lots)
    mass = put_balance(values, record, lots)
    if np.abs(mass["residual_t"]).max(initial=0.0) > 0:
        failure += "; the mass balance of a stream does not close"
    hours = put_fleet(values, record, facts)
    put_costs(values, record, facts, values.yearly[Key("county", "transferred")])
    outcome = Outcome(
        replication=replication,
        totals=np.concatenate([list(values.totals.values()), site_totals(network, storage)]),
        yearly=np.array(list(values.yearly.values())),
        daily=daily,
        peaks=peaks_of(record, bay_peaks, storage),
        episodes=episode_rows(record, storage.over, storage.caps, bay_over),
        mass=mass,
        hours=hours,
        failure=failure,
    )
    return outcome, values


def layout_hazardous(network: HazardousNetwork, values: Values) -> Layout:
    """Meaning of the outcomes of `network`; `values` are those of any run."""
    site = network.collection
    bays = (
        []
        if site is None
        else [(network.classes[bay.storage_class], bay.capacity / TONNE) for bay in site.bays]
    )
    series = [Series("sources", "stock", int(network.stores.capacity.sum()) / TONNE)]
    if site is not None:
        series.append(Series(POINT, "stock", sum(capacity for _, capacity in bays)))
        series += [Series(f"{POINT}/{name}", "stock", capacity) for name, capacity in bays]
    return Layout(
        keys=(*values.totals, *site_keys(network)),
        groups=len(values.totals),
        yearly_keys=tuple(values.yearly),
        years=network.horizon.reported_years,
        series=tuple(series),
        peaks=peak_places(network),
    )


def _daily(record: HazardousRecord) -> npt.NDArray[np.float32]:
    """(series, days) stock at the midnight that begins each reported day, t."""
    network = record.network
    rows = [_levels(record, [(record.inflow.time, record.inflow.mass), *_out(record.removals)])]
    if network.collection is not None:
        received, gone = record.bay_in, record.bay_out
        rows.append(_levels(record, [(received[:, 1], received[:, 2]), *_out(gone)]))
        for bay in range(len(network.collection.bays)):
            into, out = received[received[:, 0] == bay], gone[gone[:, 0] == bay]
            rows.append(_levels(record, [(into[:, 1], into[:, 2]), *_out(out)]))
    return np.array(rows, dtype=np.float32)


def _yearly_peaks(network: HazardousNetwork, daily: npt.NDArray[np.float32]) -> FloatArray:
    """(years,) highest of the daily values."""
    horizon = network.horizon
    first_days = (horizon.reported_edges[:-1] - horizon.report_start) // DAY
    return np.maximum.reduceat(daily.astype(np.float64), first_days)


def _out(removals: IntArray) -> list[tuple[IntArray, IntArray]]:
    return [(removals[:, 3], removals[:, 1] - removals[:, 2])]


def _levels(record: HazardousRecord, changes: list[tuple[IntArray, IntArray]]) -> FloatArray:
    horizon = record.network.horizon
    steps = np.zeros(horizon.days + 1)
    for when, mass in changes:
        steps += np.bincount(when // DAY + 1, weights=mass, minlength=horizon.days + 1)[: horizon.days + 1]
    return steps.cumsum()[horizon.report_start // DAY : horizon.days] / TONNE
