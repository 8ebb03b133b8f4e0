"""Storage without events: between two removals a stock only rises, so it passes its capacity at most once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.record.inflow import NEVER, Inflow
from sim.units import BoolArray, FloatArray, IntArray, sums


@dataclass(frozen=True)
class Rises:
    """Stocks between removals, cut at the reported years' edges and ordered by stock and time.

    Attributes
    ----------
    stock, year, begin, end, out
        Index, reported year (index), s, s, mass coordinate up to which it has been emptied.
    top
        Stock at the end of the rise, g.
    over
        When it passed its capacity, s; `NEVER` if it did not.
    """

    stock: IntArray
    year: IntArray
    begin: IntArray
    end: IntArray
    out: IntArray
    top: IntArray
    over: IntArray
    area: FloatArray
    excess: FloatArray


def rises_of(inflow: Inflow, removals: IntArray, capacity: IntArray, edges: IntArray) -> Rises:
    """Rises over the reported years.

    Parameters
    ----------
    removals
        (n, >=4) stock, from, to, when; ordered by coordinate.
    capacity
        (stocks,) g.
    edges
        (years + 1,) s.
    """
    stocks, years = inflow.stocks, len(edges) - 1
    if len(removals) and removals[:, 3].max() >= edges[-1]:
        removals = removals[removals[:, 3] < edges[-1]]
    stock = np.concatenate([np.arange(stocks).repeat(years), removals[:, 0]])
    begin = np.empty_like(stock)
    begin[: stocks * years].reshape(stocks, years)[:] = edges[:-1]
    begin[stocks * years :] = removals[:, 3]
    emptied = np.concatenate([inflow.base[:stocks].repeat(years), removals[:, 2]])
    order = (stock * inflow.span + begin).argsort(kind="stable")
    stock, begin, out = stock.take(order), begin.take(order), np.maximum.accumulate(emptied.take(order))
    end = np.empty_like(begin)
    end[:-1] = begin[1:]
    end[_fresh(stock) - 1] = edges[-1]  # the last row of each stock; before the first comes the very last
    reported = np.flatnonzero((begin >= edges[0]) & (end > begin))
    if len(reported) < len(stock):
        stock, begin, end, out = (column.take(reported) for column in (stock, begin, end, out))
    at_end = _index(inflow, stock, end)
    reached, area_end = inflow.mass_axis.take(at_end), _area(inflow, at_end, end)
    area_begin, fresh = np.empty_like(area_end), _fresh(stock)
    area_begin[1:] = area_end[:-1]
    area_begin[fresh] = _area(inflow, _index(inflow, stock[fresh], begin[fresh]), begin[fresh])
    limit = out + capacity.take(stock)
    over = np.full(len(stock), NEVER)
    excess = np.zeros(len(stock))
    high = np.flatnonzero(reached > limit)
    over[high] = np.maximum(inflow.came(limit[high] + 1), begin[high])
    area_over = _area(inflow, _index(inflow, stock[high], over[high]), over[high])
    excess[high] = area_end[high] - area_over - limit[high] * (end[high] - over[high])
    return Rises(
        stock=stock,
        year=edges.searchsorted(begin, side="right") - 1,
        begin=begin,
        end=end,
        out=out,
        top=np.maximum(reached - out, 0),
        over=over,
        area=(area_end - area_begin - out * (end - begin)).astype(np.float64),
        excess=excess,
    )


def _fresh(owner: IntArray) -> IntArray:
    """Where each run of equal numbers begins."""
    begins = np.ones(len(owner), dtype=np.bool_)
    np.not_equal(owner[1:], owner[:-1], out=begins[1:])
    return np.flatnonzero(begins)


def _index(inflow: Inflow, stock: IntArray, when: IntArray) -> IntArray:
    """Deposits before `when`, on the axes of all stocks."""
    return inflow.time_axis.searchsorted(stock * inflow.span + when)


def _area(inflow: Inflow, index: IntArray, when: IntArray) -> IntArray:
    """Integral of the inflow's curve up to `when`, but for a constant of each stock, g s.

    Over many stocks it may pass the largest whole number and wrap; differences stay exact.
    """
    return inflow.mass_axis.take(index) * when - inflow.moment_axis.take(index)


@dataclass(frozen=True)
class StorageYears:
    """Storage of each stock in each reported year: (stocks, years) arrays.

    Attributes
    ----------
    over_time, excess, area
        Time above capacity (s), integral of the excess and of the stock (g s).
    peak
        Highest stock, g.
    """

    over_time: FloatArray
    excess: FloatArray
    area: FloatArray
    peak: FloatArray

    @property
    def overflowed(self) -> BoolArray:
        """(stocks, years) at least once above capacity."""
        flags: BoolArray = self.over_time > 0
        return flags


def storage_years(rises: Rises, stocks: int, years: int) -> StorageYears:
    """Sum the rises by stock and year."""
    cell = rises.stock * years + rises.year
    size = stocks * years

    high = np.flatnonzero(rises.over < rises.end)
    above = cell.take(high)
    over = sums(above, (rises.end - rises.over).take(high), size)
    excess = sums(above, rises.excess.take(high), size)
    area = sums(cell, rises.area, size)
    peak = np.zeros(size)
    if len(cell):
        first = _fresh(cell)
        peak[cell[first]] = np.maximum.reduceat(rises.top, first)
    return StorageYears(*(table.reshape(stocks, years) for table in (over, excess, area, peak)))


@dataclass(frozen=True)
class Intervals:
    """Times of one owner, ordered by owner and begin; `excess` is the highest in each (g)."""

    owner: IntArray
    begin: IntArray
    end: IntArray
    excess: IntArray


def overflow_intervals(rises: Rises, capacity: IntArray) -> Intervals:
    """Times above capacity, by stock; rises that follow each other without falling below are joined."""
    some = np.flatnonzero(rises.over < rises.end)
    return join(
        rises.stock[some],
        rises.over[some],
        rises.end[some],
        rises.top[some] - capacity[rises.stock[some]],
    )


def join(owner: IntArray, begin: IntArray, end: IntArray, excess: IntArray) -> Intervals:
    """Join intervals of the same owner that touch or overlap."""
    if not len(owner):
        return Intervals(owner, begin, end, excess)
    order = np.lexsort((begin, owner))
    owner, begin, end, excess = owner[order], begin[order], end[order], excess[order]
    shift = owner * (NEVER >> 24)
    reach = np.maximum.accumulate(end + shift)
    fresh = np.concatenate([[True], begin[1:] + shift[1:] > reach[:-1]])
    first = np.flatnonzero(fresh)
    last = np.append(first[1:] - 1, len(owner) - 1)
    return Intervals(
        owner[first], begin[first], reach[last] - shift[last], np.maximum.reduceat(excess, first)
    )


def time_by_year(intervals: Intervals, owners: int, edges: IntArray) -> FloatArray:
    """(owners, years) seconds of the intervals in each year."""
    years = len(edges) - 1
    inside = np.minimum(intervals.end[:, None], edges[1:]) - np.maximum(intervals.begin[:, None], edges[:-1])
    cell = intervals.owner[:, None] * years + np.arange(years)
    return sums(cell.ravel(), np.maximum(inside, 0).ravel(), owners * years).reshape(owners, years)
