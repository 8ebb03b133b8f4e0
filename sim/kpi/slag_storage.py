"""What a stock that rises and falls in straight lines says about its capacity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.kpi.outcome import Rows
from sim.record.slag import SlagRecord
from sim.units import DAY, BoolArray, FloatArray, IntArray

NOTHING = 1e-8
"""Excess, t, and rate, t/d, below which nothing stands or moves."""


@dataclass(frozen=True)
class Place:
    """A place with a capacity, over the stretches of a record.

    Attributes
    ----------
    name, capacity
        Its name, and what it can hold, t.
    stock
        (n + 1,) t at the edges.
    sent_away
        (n,) t/d for which it had no room.
    """

    name: str
    capacity: float
    stock: FloatArray
    sent_away: FloatArray


@dataclass(frozen=True)
class StorageYears:
    """Storage of a place in each reported year.

    Attributes
    ----------
    overflowed
        (years,) whether there was demand for room beyond the capacity.
    over_days, over_tonne_days
        (years,) time with such demand, d; integral of the excess, t d.
    unmet, peak, mean
        (years,) mass sent away, largest stock, time-mean stock, t.
    asked
        (years,) most room asked for from the begin of the run to the end of the year, t; infinite from the
        year on in which mass was sent away.
    """

    overflowed: BoolArray
    over_days: FloatArray
    over_tonne_days: FloatArray
    unmet: FloatArray
    peak: FloatArray
    mean: FloatArray
    asked: FloatArray


def storage_years(record: SlagRecord, place: Place) -> StorageYears:
    """Follow a place through the reported years."""
    years = len(record.network.horizon.reported_years)
    excess = _excess(place)
    low, high = np.minimum(excess[:-1], excess[1:]), np.maximum(excess[:-1], excess[1:])
    share = _share_above(low, high)
    above = np.where(low >= 0.0, (low + high) / 2, share * np.maximum(high, 0.0) / 2)
    turned = place.sent_away > NOTHING
    top = np.maximum(place.stock[:-1], place.stock[1:])
    peak = np.maximum.reduceat(top, record.year.searchsorted(np.arange(record.year[-1] + 1)))
    unmet = record.by_year(place.sent_away)
    mean = record.by_year((place.stock[:-1] + place.stock[1:]) / 2) / record.network.year_days
    over_days = record.by_year(np.where(turned, 1.0, share))
    return StorageYears(
        overflowed=(over_days > 0.0)[-years:],
        over_days=over_days[-years:],
        over_tonne_days=record.by_year(above)[-years:],
        unmet=unmet[-years:],
        peak=peak[-years:],
        mean=mean[-years:],
        asked=np.maximum.accumulate(np.where(unmet > 0.0, np.inf, peak))[-years:],
    )


def episodes(record: SlagRecord, place: Place, cause: npt.NDArray[np.object_]) -> Rows:
    """Spells of demand for room, cut to the reported period; the cause is that of the spell's begin.

    Parameters
    ----------
    cause
        (n,) what blocks the next removal in each stretch.
    """
    excess = _excess(place)
    turned = place.sent_away > NOTHING
    share = np.where(turned, 1.0, _share_above(np.minimum(excess[:-1], excess[1:]), _top(excess)))
    rows = np.flatnonzero(share > 0.0)
    spans = np.diff(record.edges)[rows]
    late = ~turned[rows] & (excess[:-1][rows] < 0.0)
    early = ~turned[rows] & (excess[1:][rows] < 0.0)
    begin = np.where(late, record.edges[1:][rows] - share[rows] * spans, record.edges[:-1][rows])
    end = np.where(early, record.edges[:-1][rows] + share[rows] * spans, record.edges[1:][rows])
    first = np.flatnonzero(np.r_[True, begin[1:] > end[:-1]]) if len(rows) else np.zeros(0, np.int64)
    reported = record.edges[:-1][rows] >= record.network.horizon.report_start
    top = np.where(reported, np.maximum(_top(excess)[rows], 0.0), 0.0)
    begins = np.maximum(begin[first], record.network.horizon.report_start)
    ends = end[_last_of(first, len(rows))]
    kept = ends > begins
    peaks = np.maximum.reduceat(top, first) if len(first) else top
    return {
        "place": np.full(int(kept.sum()), place.name, dtype=object),
        "start": np.rint(begins[kept]).astype(np.int64),
        "end": np.rint(ends[kept]).astype(np.int64),
        "days": (ends[kept] - begins[kept]) / DAY,
        "peak_excess_t": peaks[kept],
        "cause": cause[rows[first]][kept],
    }


def blocked(record: SlagRecord) -> npt.NDArray[np.object_]:
    """(n,) what keeps the works from taking more: the first that applies counts.

    `kiln stopped` while a raw-meal route stands, `clinker silo empty` while grinding only follows the
    kiln, else `market`: the works takes what its recipe and the demand for cement allow.
    """
    routes = {lane.route for lane in record.network.lanes}
    words = np.full(len(record.month), "market", dtype=object)
    if routes != {"raw_meal"}:
        words[record.silo_empty] = "clinker silo empty"
    if routes != {"grinding"} and record.network.raw_limit > 0.0:
        words[~record.burning] = "kiln stopped"
    return words


def not_called(record: SlagRecord) -> npt.NDArray[np.object_]:
    """(n,) what keeps slag on the heaps: haulage at its limit (`no vehicle free`), or the works."""
    hauled = (record.delivered + record.yard_no_outlet).sum(axis=0)
    words = blocked(record)
    words[hauled >= record.network.haul * (1.0 - 1e-12)] = "no vehicle free"
    return words


def _excess(place: Place) -> FloatArray:
    excess = place.stock - place.capacity
    return np.where(np.abs(excess) <= NOTHING, 0.0, excess)


def _top(values: FloatArray) -> FloatArray:
    return np.asarray(np.maximum(values[:-1], values[1:]), dtype=np.float64)


def _share_above(low: FloatArray, high: FloatArray) -> FloatArray:
    """Share of each stretch in which a straight line from one to the other is above 0."""
    width = np.where(high > low, high - low, 1.0)
    return np.where(low >= 0.0, (high > 0.0).astype(np.float64), np.maximum(high, 0.0) / width)


def _last_of(first: IntArray, size: int) -> IntArray:
    return np.append(first[1:], size)[: len(first)] - 1
