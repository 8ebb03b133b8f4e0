"""Storage of the collection point's bays."""

from __future__ import annotations

import numpy as np

from sim.kpi.storage import Intervals, join, overflow_intervals, rises_of, storage_years, time_by_year
from sim.kpi.values import Values
from sim.record.hazardous import HazardousRecord
from sim.units import DAY, TONNE, FloatArray, IntArray, sums

POINT = "collection_point"


def put_bays(values: Values, record: HazardousRecord) -> tuple[FloatArray, Intervals]:
    """KPIs of the bays and of the collection point.

    Returns
    -------
    (bays, years) highest stock of each year in t; overflow of each bay.
    """
    network = record.network
    site = network.collection
    if site is None:
        return np.empty((0, values.years)), Intervals(*(np.empty(0, dtype=np.int64) for _ in range(4)))
    edges = network.horizon.reported_edges
    span = np.diff(edges)
    capacity = np.array([bay.capacity for bay in site.bays], dtype=np.int64)
    rises = rises_of(record.into_bays, record.bay_out, capacity, edges)
    storage = storage_years(rises, len(site.bays), values.years)
    over = join_all(_refusals(record), overflow_intervals(rises, capacity))
    days = time_by_year(over, len(site.bays), edges) / DAY
    unmet = _unmet(record, edges)
    for index, bay in enumerate(site.bays):
        place = f"{POINT}/{network.classes[bay.storage_class]}"
        values.mean(place, "overflow_probability", (days[index] > 0).astype(np.float64))
        values.mean(place, "overflow_days", days[index])
        values.mean(place, "overflow_tonne_days", storage.excess[index] / TONNE / DAY)
        values.mean(place, "unmet", unmet[index])
        values.peak(place, "peak_stock", storage.peak[index] / TONNE)
        values.mean(place, "storage_utilisation", storage.area[index] / span / capacity[index])
    values.mean(POINT, "overflow_probability", (days > 0).sum(axis=0) / len(days))
    values.mean(POINT, "overflow_any", ((days > 0).sum(axis=0) > 0).astype(np.float64))
    values.mean(POINT, "overflow_days", days.mean(axis=0))
    values.mean(POINT, "overflow_tonne_days", storage.excess.sum(axis=0) / TONNE / DAY)
    values.mean(POINT, "unmet", unmet.sum(axis=0))
    values.peak(POINT, "peak_stock", _total_peak(record, edges))
    mean = storage.area.sum(axis=0) / span
    values.mean(POINT, "stock_mean", mean / TONNE)
    values.mean(POINT, "storage_utilisation", mean / capacity.sum())
    received = _by_year(record.bay_in[:, 1], record.bay_in[:, 2], edges) / TONNE
    open_share = np.clip((edges[1:] - np.maximum(edges[:-1], record.opens)) / span, 0, 1)
    licensed = np.maximum(site.licence / TONNE * open_share, 1e-12)
    values.mean(POINT, "licence_utilisation", received / licensed)
    return storage.peak / TONNE, over


def join_all(first: Intervals, second: Intervals) -> Intervals:
    """Both, joined by owner."""
    return join(
        *(
            np.concatenate([getattr(first, name), getattr(second, name)])
            for name in ("owner", "begin", "end", "excess")
        )
    )


def _refusals(record: HazardousRecord) -> Intervals:
    """A day of overflow for each day on which a bay turned waste away."""
    bay, when, mass = record.turned_away.T
    reported = when >= record.network.horizon.report_start
    bay, when, mass = bay[reported], when[reported], mass[reported]
    begin = when - when % DAY
    return Intervals(bay, begin, np.minimum(begin + DAY, record.network.horizon.end), mass)


def _unmet(record: HazardousRecord, edges: IntArray) -> FloatArray:
    """(bays, years) mass turned away, t/yr."""
    assert record.network.collection is not None  # noqa: S101 - asked for only where there are bays
    bay, when, mass = record.turned_away.T
    return np.stack(
        [
            _by_year(when[bay == index], mass[bay == index], edges) / TONNE
            for index in range(len(record.network.collection.bays))
        ]
    )


def _by_year(when: IntArray, mass: IntArray, edges: IntArray) -> FloatArray:
    year = edges.searchsorted(when, side="right") - 1
    inside = (year >= 0) & (year < len(edges) - 1)
    return sums(year[inside], mass[inside], len(edges) - 1)


def _total_peak(record: HazardousRecord, edges: IntArray) -> FloatArray:
    """(years,) highest stock of all bays together, t."""
    when = np.concatenate([edges[:-1], record.bay_in[:, 1], record.bay_out[:, 3]])
    change = np.concatenate(
        [np.zeros_like(edges[:-1]), record.bay_in[:, 2], record.bay_out[:, 1] - record.bay_out[:, 2]]
    )
    order = np.argsort(when, kind="stable")
    level = change[order].cumsum()
    year = edges.searchsorted(when[order], side="right") - 1
    peak = np.zeros(len(edges) - 1, dtype=np.int64)
    inside = (year >= 0) & (year < len(edges) - 1)
    np.maximum.at(peak, year[inside], level[inside])
    return peak / TONNE
