"""What a stock that rises and falls in straight lines says about its capacity."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from sim.kpi.outcome import Rows
from sim.record.slag import SlagRecord
from sim.units import DAY, BoolArray, FloatArray, IntArray

Words = npt.NDArray[np.object_]

NOTHING = 1e-8
"""Excess, t, and rate, t/d, below which nothing stands or moves."""


@dataclass(frozen=True)
class Places:
    """Places with a capacity, over the stretches of a record.

    Attributes
    ----------
    names, capacity
        (places,) their names, and what each can hold, t.
    hauled
        (places,) whether what leaves is hauled to the works.
    stock
        (places, n + 1) t at the edges.
    sent_away
        (places, n) t/d for which there was no room.
    """

    names: Words
    capacity: FloatArray
    hauled: BoolArray
    stock: FloatArray
    sent_away: FloatArray

    @cached_property
    def excess(self) -> FloatArray:
        """(places, n + 1) stock above the capacity, negative below it."""
        excess = self.stock - self.capacity[:, None]
        return np.where(np.abs(excess) <= NOTHING, 0.0, excess)

    @cached_property
    def ends(self) -> tuple[FloatArray, FloatArray]:
        """(places, n) lower and higher excess at the two ends of each stretch."""
        left, right = self.excess[:, :-1], self.excess[:, 1:]
        return np.minimum(left, right), np.maximum(left, right)

    @cached_property
    def turned(self) -> BoolArray:
        """(places, n) whether mass was sent away."""
        return self.sent_away > NOTHING

    @cached_property
    def share_above(self) -> FloatArray:
        """(places, n) share of each stretch in which the stock is above the capacity."""
        low, high = self.ends
        width = np.where(high > low, high - low, 1.0)
        return np.where(low >= 0.0, high > 0.0, np.maximum(high, 0.0) / width)

    @cached_property
    def share_over(self) -> FloatArray:
        """(places, n) share of each stretch with demand for room beyond the capacity."""
        return np.where(self.turned, 1.0, self.share_above)


@dataclass(frozen=True)
class StorageYears:
    """Storage of places in each reported year.

    Attributes
    ----------
    overflowed
        (places, years) whether there was demand for room beyond the capacity.
    over_days, over_tonne_days
        (places, years) time with such demand, d; integral of the excess, t d.
    unmet, peak, mean
        (places, years) mass sent away, largest stock, time-mean stock, t.
    asked
        (places, years) most room asked for from the begin of the run to the end of the year, t; infinite from
        the year on in which mass was sent away.
    """

    overflowed: BoolArray
    over_days: FloatArray
    over_tonne_days: FloatArray
    unmet: FloatArray
    peak: FloatArray
    mean: FloatArray
    asked: FloatArray


def storage_years(record: SlagRecord, places: Places) -> StorageYears:
    """Follow places through the reported years."""
    years = len(record.network.horizon.reported_years)
    low, high = places.ends
    left, right = places.stock[:, :-1], places.stock[:, 1:]
    above = np.where(low >= 0.0, (low + high) / 2, places.share_above * np.maximum(high, 0.0) / 2)
    rates = np.array([places.share_over, above, places.sent_away, (left + right) / 2])
    over_days, over_tonne_days, unmet, tonne_days = record.by_year(rates)
    peak = np.maximum.reduceat(np.maximum(left, right), record.new_years[:-1], axis=1)
    asked = np.maximum.accumulate(np.where(unmet > 0.0, np.inf, peak), axis=1)
    return StorageYears(
        overflowed=over_days[:, -years:] > 0.0,
        over_days=over_days[:, -years:],
        over_tonne_days=over_tonne_days[:, -years:],
        unmet=unmet[:, -years:],
        peak=peak[:, -years:],
        mean=(tonne_days / record.network.year_days)[:, -years:],
        asked=asked[:, -years:],
    )


def episodes(record: SlagRecord, places: Places) -> Rows:
    """Spells of demand for room, cut to the reported period; the cause is that of the spell's begin."""
    report_start = record.network.horizon.report_start
    place, rows = np.nonzero(places.share_over > 0.0)
    share, turned = places.share_over[place, rows], places.turned[place, rows]
    before, after = places.excess[place, rows], places.excess[place, rows + 1]
    left, right = record.edges[rows], record.edges[rows + 1]
    begin = np.where(~turned & (before < 0.0), right - share * (right - left), left)
    end = np.where(~turned & (after < 0.0), left + share * (right - left), right)
    is_first, is_last = np.ones((2, len(rows)), dtype=np.bool_)
    is_first[1:] = is_last[:-1] = (begin[1:] > end[:-1]) | (place[1:] != place[:-1])
    first = is_first.nonzero()[0]
    begins, ends = np.maximum(begin[first], report_start), end[is_last]
    top = np.where(left >= report_start, np.maximum(np.maximum(before, after), 0.0), 0.0)
    peaks = np.maximum.reduceat(top, first) if len(rows) else top
    kept = ends > begins
    begins, ends, first, peaks = begins[kept], ends[kept], first[kept], peaks[kept]
    return {
        "place": places.names[place[first]],
        "start": np.rint(begins).astype(np.int64),
        "end": np.rint(ends).astype(np.int64),
        "days": (ends - begins) / DAY,
        "peak_excess_t": peaks,
        "cause": _causes(record, rows[first], places.hauled[place[first]]),
    }


def _causes(record: SlagRecord, stretches: IntArray, hauled: BoolArray) -> Words:
    """What keeps slag in its place in some stretches: the first that applies counts.

    `no vehicle free` where it waits to be `hauled` and haulage is at its limit; `kiln stopped` while a
    raw-meal route stands, `clinker silo empty` while grinding only follows the kiln, else `market`: the
    works takes what its recipe and the demand for cement allow.
    """
    network = record.network
    routes = {lane.route for lane in network.lanes}
    words = np.full(len(stretches), "market", dtype=object)
    if routes != {"raw_meal"}:
        words[record.silo_empty[stretches]] = "clinker silo empty"
    if routes != {"grinding"} and network.raw_limit > 0.0:
        words[~record.burning[stretches]] = "kiln stopped"
    words[hauled & (record.hauled[stretches] >= network.haul * (1.0 - 1e-12))] = "no vehicle free"
    return words
