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
    over = overflow_intervals(rises, capacity)
    if len(record.turned_away):
        over = join_all(_refusals(record), over)
    days = time_by_year(over, len(site.bays), edges) / DAY
    unmet = _by_year(record.turned_away[:, 1:], edges, record.turned_away[:, 0], len(site.bays)) / TONNE
    tables = {
        "overflow_probability": (days > 0).astype(np.float64),
        "overflow_days": days,
        "overflow_tonne_days": storage.excess / TONNE / DAY,
        "unmet": unmet,
        "peak_stock": storage.peak / TONNE,
        "storage_utilisation": storage.area / span / capacity[:, None],
    }
    for index, bay in enumerate(site.bays):
        place = f"{POINT}/{network.classes[bay.storage_class]}"
        for kpi, table in tables.items():
            (values.peak if kpi == "peak_stock" else values.mean)(place, kpi, table[index])
    overflowed = np.add.reduce(days > 0)
    values.mean(POINT, "overflow_probability", overflowed / len(days))
    values.mean(POINT, "overflow_any", (overflowed > 0).astype(np.float64))
    values.mean(POINT, "overflow_days", np.add.reduce(days) / len(days))
    values.mean(POINT, "overflow_tonne_days", np.add.reduce(storage.excess) / TONNE / DAY)
    values.mean(POINT, "unmet", np.add.reduce(unmet))
    values.peak(POINT, "peak_stock", _total_peak(record, edges))
    mean = storage.area.sum(axis=0) / span
    values.mean(POINT, "stock_mean", mean / TONNE)
    values.mean(POINT, "storage_utilisation", mean / capacity.sum())
    received = _by_year(record.bay_in[:, 1:3], edges)[0] / TONNE
    licensed = np.maximum(site.licence / TONNE * open_share(record), 1e-12)
    values.mean(POINT, "licence_utilisation", received / licensed)
    return storage.peak / TONNE, over


def open_share(record: HazardousRecord) -> FloatArray:
    """(years,) share of each reported year in which the collection point is open."""
    edges = record.network.horizon.reported_edges
    shares: FloatArray = np.maximum(edges[1:] - np.maximum(edges[:-1], record.opens), 0) / np.diff(edges)
    return shares


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


def _by_year(came: IntArray, edges: IntArray, row: IntArray | int = 0, rows: int = 1) -> FloatArray:
    """(rows, years) grams of (n, 2) when (s) and how much (g) came."""
    when, mass = came.T
    years = len(edges) + 1
    # a year before the reported ones and one after them catch the rest
    cell = edges.searchsorted(when, side="right") + row * years
    return sums(cell, mass, rows * years).reshape(rows, years)[:, 1:-1]


def _total_peak(record: HazardousRecord, edges: IntArray) -> FloatArray:
    """(years,) highest stock of all bays together, t."""
    when = np.concatenate([edges[:-1], record.bay_in[:, 1], record.bay_out[:, 3]])
    change = np.concatenate(
        [np.zeros_like(edges[:-1]), record.bay_in[:, 2], record.bay_out[:, 1] - record.bay_out[:, 2]]
    )
    order = np.argsort(when, kind="stable")
    when, level = when.take(order), change.take(order).cumsum()
    first = when.searchsorted(edges)
    peak: FloatArray = np.maximum.reduceat(level[: first[-1]], first[:-1]) / TONNE
    return peak
