"""Storage and compliance of the sources."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.kpi.outcome import Key
from sim.kpi.storage import (
    Intervals,
    Rises,
    StorageYears,
    join,
    overflow_intervals,
    rises_of,
    storage_years,
    time_by_year,
)
from sim.kpi.values import Values, ratios
from sim.network.hazardous import HazardousNetwork
from sim.record.hazardous import HazardousRecord
from sim.units import DAY, TONNE, FloatArray, IntArray


@dataclass(frozen=True)
class SourceStorage:
    """Storage of stores and of sites.

    Attributes
    ----------
    over
        Overflow of stores; `caps` of the sites' legal cap; `site_over` of sites (either).
    site_days
        (sites, years) days with any overflow.
    """

    rises: Rises
    stores: StorageYears
    over: Intervals
    caps: Intervals
    site_over: Intervals
    site_days: FloatArray


def source_storage(record: HazardousRecord) -> SourceStorage:
    """Storage of all sources over the reported years."""
    network = record.network
    edges = network.horizon.reported_edges
    capacity = network.stores.capacity
    rises = rises_of(record.inflow, record.removals, capacity, edges)
    over = overflow_intervals(rises, capacity)
    caps = join(*_cap_intervals(record, rises))
    site_over = join(
        np.concatenate([network.stores.site[over.owner], caps.owner]),
        np.concatenate([over.begin, caps.begin]),
        np.concatenate([over.end, caps.end]),
        np.concatenate([over.excess, caps.excess]),
    )
    return SourceStorage(
        rises=rises,
        stores=storage_years(rises, len(network.stores), len(edges) - 1),
        over=over,
        caps=caps,
        site_over=site_over,
        site_days=time_by_year(site_over, len(network.sites.names), edges) / DAY,
    )


def _cap_intervals(record: HazardousRecord, rises: Rises) -> tuple[IntArray, ...]:
    """Times in which a site's whole stock is above the legal cap.

    Only sites whose stores' peaks add up to more than the cap can pass it.
    """
    network = record.network
    begin = max(network.site_cap_from, network.horizon.report_start)
    peak = np.zeros(len(network.stores), dtype=np.int64)
    np.maximum.at(peak, rises.stock, rises.top)
    whole = np.bincount(network.stores.site, weights=peak, minlength=len(network.sites.names))
    suspects = np.flatnonzero(whole > network.site_cap)
    if not len(suspects):
        return (suspects,) * 4
    found = [_site_above(record, int(site), begin) for site in suspects]
    return tuple(np.concatenate(columns) for columns in zip(*found, strict=True))


def _site_above(record: HazardousRecord, site: int, since: int) -> tuple[IntArray, ...]:
    network, inflow = record.network, record.inflow
    stores = network.stores.site.searchsorted((site, site + 1))
    deposits = slice(*inflow.first[stores])
    removals = record.removals[slice(*record.removals[:, 0].searchsorted(stores))]
    when = np.concatenate([inflow.time[deposits], removals[:, 3]])
    mass = np.concatenate([inflow.mass[deposits], removals[:, 1] - removals[:, 2]])
    order = np.lexsort((mass, when))
    when, level = when[order], mass[order].cumsum()
    until = np.append(when[1:], network.horizon.end)
    above = (level > network.site_cap) & (until > since) & (until > when)
    begin = np.maximum(when[above], since)
    return np.full(len(begin), site), begin, until[above], level[above] - network.site_cap


def put_sources(values: Values, record: HazardousRecord, storage: SourceStorage) -> None:
    """KPIs of the group of sources."""
    network = record.network
    span = np.diff(network.horizon.reported_edges)
    over = storage.site_days > 0
    stores = storage.stores
    values.mean("sources", "overflow_probability", over.sum(axis=0) / max(len(over), 1))
    values.mean("sources", "overflow_any", (over.sum(axis=0) > 0).astype(np.float64))
    values.mean("sources", "overflow_days", storage.site_days.sum(axis=0) / max(len(over), 1))
    values.mean("sources", "overflow_tonne_days", stores.excess.sum(axis=0) / TONNE / DAY)
    mean = stores.area.sum(axis=0) / span / TONNE
    values.mean("sources", "stock_mean", mean)
    values.mean("sources", "storage_utilisation", mean * TONNE / max(1, int(network.stores.capacity.sum())))
    values.mean("sources", "compliance", compliance(record, storage))


SITE_KPIS = ("overflow_probability", "overflow_days")
STORE_KPIS = (
    "overflow_probability",
    "overflow_days",
    "overflow_tonne_days",
    "peak_stock",
    "storage_utilisation",
)


def site_keys(network: HazardousNetwork) -> list[Key]:
    """Return the KPIs of single sites and of their stores, in the order of `site_totals`."""
    return [Key(f"site:{name}", kpi) for kpi in SITE_KPIS for name in network.sites.names] + [
        Key(f"site:{name}", kpi) for kpi in STORE_KPIS for name in network.stores.names
    ]


def site_totals(network: HazardousNetwork, storage: SourceStorage) -> FloatArray:
    """Return the KPIs of single sites and of their stores over the reported period."""
    stores, years = storage.stores, len(network.horizon.reported_years)
    span = network.horizon.end - network.horizon.report_start
    return np.concatenate(
        [
            np.add.reduce(storage.site_days > 0, axis=1) / years,
            np.add.reduce(storage.site_days, axis=1) / years,
            np.add.reduce(stores.overflowed, axis=1) / years,
            np.add.reduce(stores.over_time, axis=1) / years / DAY,
            np.add.reduce(stores.excess, axis=1) / years / TONNE / DAY,
            np.maximum.reduce(stores.peak, axis=1) / TONNE,
            ratios(stores.area.sum(axis=1) / span, network.stores.capacity.astype(np.float64)),
        ]
    )


def compliance(record: HazardousRecord, storage: SourceStorage) -> FloatArray:
    """(years,) the plan's management indicator over all sites."""
    rules = record.network.valuation
    days, age = storage.site_days, site_ages(record, storage.rises) / DAY
    full = (days <= rules.overflow_days) & (age <= rules.age_days)
    basic = ~full & (days <= rules.basic_overflow_days) & (age <= rules.basic_age_days)
    scores: FloatArray = full + rules.basic_weight * basic
    return ratios(scores.sum(axis=0), np.array(float(len(scores))))


def site_ages(record: HazardousRecord, rises: Rises) -> IntArray:
    """(sites, years) highest age of the oldest lot in any store, s."""
    network = record.network
    years = len(network.horizon.reported_years)
    held = np.flatnonzero(rises.top > 0)
    stock, end = rises.stock.take(held), rises.end.take(held)
    age = end - np.minimum(record.inflow.came(rises.out.take(held) + 1), end)
    table = np.zeros(len(network.sites.names) * years, dtype=np.int64)
    np.maximum.at(table, network.stores.site.take(stock) * years + rises.year.take(held), age)
    return table.reshape(-1, years)
