"""What a run of the slag chain means: KPIs, daily stocks, episodes and books."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.kpi.outcome import Rows
from sim.kpi.slag_books import kiln_hours, mass_books, stock_at, without_outlet
from sim.kpi.slag_rates import (
    ACCOUNTINGS,
    generated_waste,
    used_at_once,
    used_by_works,
    utilisation_rates,
)
from sim.kpi.slag_storage import Place, StorageYears, blocked, episodes, not_called, storage_years
from sim.kpi.values import mean
from sim.network.slag import SlagNetwork
from sim.record.slag import SlagRecord
from sim.scenario.study import Accounting
from sim.units import DAY, FloatArray

YARD, HEAPS, KILN, COUNTY = "kiln_yard", "smelters", "kiln", "county"
CHAIN = "slag"
"""The slag chain as a whole, where the county has the same KPI of the hazardous chain."""

Value = tuple[FloatArray, float]
"""A value per reported year, and one for the reported period."""


@dataclass(frozen=True)
class SlagMeasures:
    """What one run came to.

    Attributes
    ----------
    values
        By place and KPI: (reported years,) values, and the one of the reported period.
    daily
        By place and quantity: (reported days,) at midnight. Stocks in t; `not_burning` is 0 or 1.
    peaks
        By place: (reported years,) largest stock, t; of a place that sends excess away, as
        `StorageYears.asked`.
    episodes, mass, hours
        Columns as in `sim.kpi.outcome.Outcome`.
    """

    values: dict[tuple[str, str], Value]
    daily: dict[tuple[str, str], FloatArray]
    peaks: dict[str, FloatArray]
    episodes: Rows
    mass: Rows
    hours: Rows


def slag_measures(
    record: SlagRecord, network: SlagNetwork, accounting: Accounting, target: float
) -> SlagMeasures:
    """Measure a run: each KPI per reported year first, then over the period.

    Parameters
    ----------
    accounting, target
        The accounting of the utilisation rate that counts, and the rate that it must reach.
    """
    places = _places(record, network)
    storage = {place.name: storage_years(record, place) for place in places}
    causes = {YARD: blocked(record), HEAPS: not_called(record)}
    values: dict[tuple[str, str], Value] = {}
    for place in places:
        values |= _storage_values(place, storage[place.name])
    values |= _kiln_values(record) | _county_values(record, accounting, target)
    return SlagMeasures(
        values=values,
        daily=_daily(record),
        peaks={
            YARD: storage[YARD].peak if network.yard_keeps else storage[YARD].asked,
            HEAPS: storage[HEAPS].peak if network.heap_keeps else storage[HEAPS].asked,
        },
        episodes=_stack([episodes(record, place, causes[place.name]) for place in places]),
        mass=mass_books(record),
        hours=kiln_hours(record),
    )


def _places(record: SlagRecord, network: SlagNetwork) -> tuple[Place, Place]:
    yard, heap = record.yard.sum(axis=0), record.heap.sum(axis=0)
    return (
        Place(YARD, network.yard_capacity, yard, record.yard_no_outlet.sum(axis=0)),
        Place(HEAPS, network.heap_capacity, heap, record.heap_no_outlet.sum(axis=0)),
    )


def _mean(yearly: FloatArray) -> Value:
    return yearly, mean(yearly)


def _storage_values(place: Place, years: StorageYears) -> dict[tuple[str, str], Value]:
    values = {
        "overflow_probability": _mean(years.overflowed.astype(np.float64)),
        "overflow_days": _mean(years.over_days),
        "overflow_tonne_days": _mean(years.over_tonne_days),
        "unmet": _mean(years.unmet),
        "peak_stock": (years.peak, float(years.peak.max())),
        "storage_utilisation": _mean(years.mean / place.capacity),
        "stock_mean": _mean(years.mean),
    }
    return {(place.name, kpi): value for kpi, value in values.items()}


def _kiln_values(record: SlagRecord) -> dict[tuple[str, str], Value]:
    horizon = record.network.horizon
    years = len(horizon.reported_years)
    seconds = {state: spans[1:] for state, spans in record.kiln_time.items()}
    calendar = np.diff(horizon.reported_edges) / DAY
    burning = seconds["burning"] / DAY
    fed, limit = record.by_year(record.raw_used)[-years:], record.network.raw_limit
    values = {
        "days_off_peak": _mean(seconds["off_peak"] / DAY),
        "days_not_burning": _mean(calendar - burning),
        "feed_utilisation_burning": _ratio(fed, limit * burning),
        "feed_utilisation_calendar": _ratio(fed, limit * calendar),
    }
    return {(KILN, kpi): value for kpi, value in values.items()}


def _ratio(part: FloatArray, whole: FloatArray) -> Value:
    """Ratio per year, and of the sums; NaN where there is nothing to divide by."""
    yearly = np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0.0)
    return yearly, float(part.sum() / whole.sum()) if whole.sum() > 0.0 else float("nan")


def _county_values(record: SlagRecord, accounting: Accounting, target: float) -> dict[tuple[str, str], Value]:
    years = len(record.network.horizon.reported_years)
    used = used_by_works(record) + used_at_once(record)
    ends = record.network.horizon.reported_edges[1:]
    heap, yard = (stock_at(record, stock.sum(axis=0), ends) for stock in (record.heap, record.yard))
    rates = utilisation_rates(record)
    met = (rates[accounting] >= target - 1e-12).astype(np.float64)
    values = {
        "slag_generated": _mean(generated_waste(record)[-years:]),
        "slag_used": _mean(used[-years:]),
        "no_outlet": _mean(without_outlet(record)[-years:]),
        **{f"utilisation_rate_{name}": _mean(rates[name]) for name in ACCOUNTINGS},
        "utilisation_target_met": _mean(met),
    }
    found = {(COUNTY, kpi): value for kpi, value in values.items()}
    found[HEAPS, "generated"] = _mean(record.taken_by("works")[-years:])
    for place, stock in ((HEAPS, heap), (YARD, yard), (CHAIN, heap + yard)):
        found[place, "stock_end"] = stock, float(stock[-1])
    return found


def _daily(record: SlagRecord) -> dict[tuple[str, str], FloatArray]:
    horizon = record.network.horizon
    midnights = np.arange(horizon.report_start, horizon.end, DAY)
    series = {
        (YARD, "stock"): record.yard.sum(axis=0),
        (HEAPS, "stock"): record.heap.sum(axis=0),
        (KILN, "clinker_silo"): record.silo,
    }
    if len(record.network.lanes) > 1:
        for lane, stock in zip(record.network.lanes, record.yard, strict=True):
            series[YARD, f"{lane.route}_part"] = stock
    stretch = record.edges.searchsorted(midnights, side="right") - 1
    daily = {key: stock_at(record, stock, midnights) for key, stock in series.items()}
    daily[KILN, "not_burning"] = (~record.burning[stretch]).astype(np.float64)
    return daily


def _stack(parts: list[Rows]) -> Rows:
    return {word: np.concatenate([part[word] for part in parts]) for word in parts[0]}
