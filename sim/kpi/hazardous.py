"""What a run of the hazardous chain means."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.kpi.collection import POINT, put_bays
from sim.kpi.costs import put_costs
from sim.kpi.cycle import put_balance, put_cycle
from sim.kpi.episodes import episode_rows
from sim.kpi.fleet import put_fleet, trip_sums
from sim.kpi.outcome import Key, Layout, Outcome, Series
from sim.kpi.peaks import peak_places, peaks_of
from sim.kpi.sources import put_sources, site_keys, site_totals, source_storage
from sim.kpi.values import Values
from sim.network.hazardous import HazardousNetwork
from sim.record.audit import audit_hazardous
from sim.record.hazardous import HazardousRecord
from sim.record.lots import lots_of
from sim.units import DAY, TONNE, FloatArray, IntArray, sums


def measure_hazardous(record: HazardousRecord, replication: int) -> tuple[Outcome, Values]:
    """KPIs, daily stocks, episodes and books of one run; and the values of all but single sites."""
    network = record.network
    lots = lots_of(record)
    failure = audit_hazardous(record, lots)
    values = Values(len(network.horizon.reported_years))
    storage = source_storage(record)
    trips = trip_sums(record)
    daily = daily_stock(record)
    put_sources(values, record, storage)
    values.peak("sources", "peak_stock", _yearly_peaks(network, daily[0]))
    bay_peaks, bay_over = put_bays(values, record)
    put_cycle(values, record, lots)
    mass = put_balance(values, record, lots)
    if np.abs(mass["residual_t"]).max(initial=0.0) > 0:
        failure += "; the mass balance of a stream does not close"
    hours = put_fleet(values, record, trips)
    put_costs(values, record, trips, values.yearly[Key("county", "transferred")])
    outcome = Outcome(
        replication=replication,
        totals=np.concatenate([list(values.totals.values()), site_totals(network, storage)]),
        yearly=np.concatenate(list(values.yearly.values())).reshape(-1, values.years),
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


def daily_stock(record: HazardousRecord) -> npt.NDArray[np.float32]:
    """(series, days) stock at the midnight that begins each reported day, t."""
    horizon, site = record.network.horizon, record.network.collection
    taken = _steps(record.removals[:, 3], record.removals[:, 1] - record.removals[:, 2], horizon.days)
    steps = [record.inflow.by_day[None, : horizon.days + 1] + taken]
    if site is not None:
        received, gone = record.bay_in, record.bay_out
        when = np.concatenate([received[:, 1], gone[:, 3]])
        mass = np.concatenate([received[:, 2], gone[:, 1] - gone[:, 2]])
        bay = np.concatenate([received[:, 0], gone[:, 0]])
        bays = _steps(when, mass, horizon.days, bay, len(site.bays))
        steps += [bays.sum(axis=0, keepdims=True), bays]
    level = np.concatenate(steps).cumsum(axis=1)
    return (level[:, horizon.report_start // DAY : horizon.days] / TONNE).astype(np.float32)


def _steps(when: IntArray, mass: IntArray, days: int, row: IntArray | int = 0, rows: int = 1) -> FloatArray:
    """(rows, days + 1) grams that come (or go) before the midnight that begins each day."""
    day = np.minimum(when // DAY + 1, days)
    return sums(row * (days + 1) + day, mass, rows * (days + 1)).reshape(rows, days + 1)


def _yearly_peaks(network: HazardousNetwork, daily: npt.NDArray[np.float32]) -> FloatArray:
    """(years,) highest of the daily values."""
    horizon = network.horizon
    first_days = (horizon.reported_edges[:-1] - horizon.report_start) // DAY
    return np.maximum.reduceat(daily.astype(np.float64), first_days)
