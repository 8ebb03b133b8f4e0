"""What a run of the slag chain means: KPIs, daily stocks, episodes and books."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.kpi.outcome import Rows
from sim.kpi.slag_books import kiln_hours, mass_books
from sim.kpi.slag_rates import used_at_once, utilisation_rates
from sim.kpi.slag_storage import Places, StorageYears, episodes, storage_years
from sim.kpi.values import ratio
from sim.network.slag import SlagNetwork
from sim.record.slag import SlagRecord
from sim.units import DAY, FloatArray

if TYPE_CHECKING:
    from sim.scenario.study import Accounting

YARD, HEAPS, KILN, COUNTY = "kiln_yard", "smelters", "kiln", "county"
CHAIN = "slag"
"""The slag chain as a whole, where the county has the same KPI of the hazardous chain."""

PLACES = np.array([YARD, HEAPS], dtype=object)

Value = tuple[FloatArray, float]
"""A value per reported year, and one for the reported period."""
_Found = tuple[FloatArray, float | None]
"""The same; None: the mean of the years."""


@dataclass(frozen=True)
class SlagMeasures:
    """What one run came to.

    Attributes
    ----------
    keys
        Place and KPI of each value.
    yearly, totals
        (keys, reported years) and (keys,) values of each year, and of the reported period.
    daily
        By place and quantity: (reported days,) at midnight. Stocks in t; `not_burning` is 0 or 1.
    peaks
        By place: (reported years,) largest stock, t; of a place that sends excess away, as
        `StorageYears.asked`.
    episodes, mass, hours
        Columns as in `sim.kpi.outcome.Outcome`.
    """

    keys: tuple[tuple[str, str], ...]
    yearly: FloatArray
    totals: FloatArray
    daily: dict[tuple[str, str], FloatArray]
    peaks: dict[str, FloatArray]
    episodes: Rows
    mass: Rows
    hours: Rows

    @property
    def values(self) -> dict[tuple[str, str], Value]:
        """By place and KPI: (reported years,) values, and the one of the reported period."""
        return dict(zip(self.keys, zip(self.yearly, self.totals.tolist(), strict=True), strict=True))


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
    storage = storage_years(record, places)
    found = (
        _storage_values(places, storage) | _kiln_values(record) | _county_values(record, accounting, target)
    )
    years = len(network.horizon.reported_years)
    yearly = np.concatenate([values for values, _ in found.values()]).reshape(-1, years)
    means = (np.add.reduce(yearly, axis=1) / years).tolist()
    totals = [
        mean if total is None else total for (_, total), mean in zip(found.values(), means, strict=True)
    ]
    keeps = np.array([[network.yard_keeps], [network.heap_keeps]])
    return SlagMeasures(
        keys=tuple(found),
        yearly=yearly,
        totals=np.array(totals),
        daily=_daily(record),
        peaks=dict(zip(places.names.tolist(), np.where(keeps, storage.peak, storage.asked), strict=True)),
        episodes=episodes(record, places),
        mass=mass_books(record),
        hours=kiln_hours(record),
    )


def _places(record: SlagRecord, network: SlagNetwork) -> Places:
    return Places(
        names=PLACES,
        capacity=np.array([network.yard_capacity, network.heap_capacity]),
        hauled=np.array([False, True]),
        stock=np.array([record.stored, record.heaped]),
        sent_away=np.array([record.yard_no_outlet.sum(axis=0), record.heap_no_outlet.sum(axis=0)]),
    )


def _storage_values(places: Places, years: StorageYears) -> dict[tuple[str, str], _Found]:
    yearly = {
        "overflow_probability": years.overflowed.astype(np.float64),
        "overflow_days": years.over_days,
        "overflow_tonne_days": years.over_tonne_days,
        "unmet": years.unmet,
        "peak_stock": years.peak,
        "storage_utilisation": years.mean / places.capacity[:, None],
        "stock_mean": years.mean,
    }
    highest = years.peak.max(axis=1).tolist()
    return {
        (name, kpi): (values[place], highest[place] if kpi == "peak_stock" else None)
        for place, name in enumerate(places.names)
        for kpi, values in yearly.items()
    }


def _kiln_values(record: SlagRecord) -> dict[tuple[str, str], _Found]:
    network = record.network
    calendar = network.year_days[-len(network.horizon.reported_years) :]
    off_peak, burning = (record.kiln_time[state][1:] / DAY for state in ("off_peak", "burning"))
    fed = record.moved.raw_used[-len(calendar) :]
    limit = network.raw_limit * np.array([burning, calendar])
    shares = fed / np.where(limit > 0.0, limit, np.nan)
    total = float(fed.sum())
    totals = [ratio(total, whole) for whole in limit.sum(axis=1).tolist()]
    return {
        (KILN, "days_off_peak"): (off_peak, None),
        (KILN, "days_not_burning"): (calendar - burning, None),
        (KILN, "feed_utilisation_burning"): (shares[0], totals[0]),
        (KILN, "feed_utilisation_calendar"): (shares[1], totals[1]),
    }


def _county_values(
    record: SlagRecord, accounting: Accounting, target: float
) -> dict[tuple[str, str], _Found]:
    years = len(record.network.horizon.reported_years)
    ends = record.new_years[-years:]
    heap, yard = record.heaped[ends], record.stored[ends]
    rates = utilisation_rates(record)
    yearly = {
        (COUNTY, "slag_generated"): record.generated.sum(axis=0)[-years:],
        (COUNTY, "slag_used"): (record.moved.used + used_at_once(record))[-years:],
        (COUNTY, "no_outlet"): (record.moved.sent_away + record.taken_by("nobody"))[-years:],
        **{(COUNTY, f"utilisation_rate_{name}"): rate for name, rate in rates.items()},
        (COUNTY, "utilisation_target_met"): _met(rates[accounting], target),
        (HEAPS, "generated"): record.taken_by("works")[-years:],
    }
    stocks = {HEAPS: heap, YARD: yard, CHAIN: heap + yard}
    return {key: (values, None) for key, values in yearly.items()} | {
        (place, "stock_end"): (stock, float(stock[-1])) for place, stock in stocks.items()
    }


def _met(rates: FloatArray, target: float) -> FloatArray:
    """1 for a year that reaches the target, 0 for one that does not, NaN for one without slag."""
    return np.where(np.isnan(rates), np.nan, rates >= target - 1e-12)


def _daily(record: SlagRecord) -> dict[tuple[str, str], FloatArray]:
    """Stocks at midnight by straight lines, and whether the kiln stands."""
    network, edges = record.network, record.edges
    series = {
        (YARD, "stock"): record.stored,
        (HEAPS, "stock"): record.heaped,
        (KILN, "clinker_silo"): record.silo,
    }
    if len(network.lanes) > 1:
        parts = zip(network.lanes, record.yard, strict=True)
        series |= {(YARD, f"{lane.route}_part"): stock for lane, stock in parts}
    before = network.midnights.searchsorted(edges)
    stretch = np.repeat(np.arange(len(edges) - 1), before[1:] - before[:-1])
    stock = np.array(list(series.values()))
    slope = (stock[:, 1:] - stock[:, :-1]) / (edges[1:] - edges[:-1])
    since = network.midnights - edges.take(stretch)
    daily = slope.take(stretch, axis=1) * since + stock.take(stretch, axis=1)
    stands = (~record.burning).astype(np.float64).take(stretch)
    return dict(zip(series, daily, strict=True)) | {(KILN, "not_burning"): stands}
