"""What came in, as a rising curve per stock; all stocks on one mass axis and one time axis.

All deposits, ordered by stock and then time, have one cumulative sum: the mass coordinate. Giving
each stock its own span of a common time axis makes both axes rise over all stocks together, so one
binary search answers for any set of stocks. A stock is then one number, `out`: the coordinate up to
which it has been emptied, oldest first.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from sim.units import DAY, FloatArray, IntArray, sums

NEVER = 1 << 60


class Inflow:
    """Deposits of `stocks` stocks.

    Parameters
    ----------
    stock, time, mass
        (deposits,) ordered by stock and then time; s, g.
    stocks
        Number of stocks.
    span
        A time after every deposit, s.
    """

    MOST = 1 << 42
    """More grams than anybody asks after at once."""

    def __init__(self, stock: IntArray, time: IntArray, mass: IntArray, stocks: int, span: int) -> None:
        self.stock, self.time, self.mass = stock, time, mass
        self.stocks, self.span = stocks, span + 1
        self.time_axis: IntArray = stock * self.span + time
        self.mass_axis: IntArray = np.concatenate([[0], np.cumsum(mass)])
        first = np.searchsorted(stock, np.arange(stocks + 2))
        self.first: IntArray = first
        """(stocks + 2,) index of each stock's first deposit; stock number `stocks` never has any."""
        self.base: IntArray = self.mass_axis[first]
        """(stocks + 2,) mass coordinate at which each stock begins."""

    def reached(self, stock: IntArray, when: IntArray) -> IntArray:
        """Coordinate that the inflow of each stock has reached at `when` (arrivals at `when` included)."""
        return self.mass_axis.take(self.time_axis.searchsorted(stock * self.span + when, side="right"))

    def arrival(self, stock: IntArray, coordinate: IntArray) -> IntArray:
        """When the gram just below `coordinate` arrived; `NEVER` beyond the last, at most `MOST` beyond."""
        axis, times = self._apart
        return times.take(axis.searchsorted(coordinate + stock * self.MOST))

    def came(self, coordinate: IntArray) -> IntArray:
        """When the gram just below each `coordinate`, which its stock has reached, arrived."""
        return self.time.take(self.mass_axis.searchsorted(coordinate) - 1)

    @cached_property
    def _apart(self) -> tuple[IntArray, IntArray]:
        """Mass axis with stocks `MOST` apart and a deposit in between that never comes; its times."""
        stocks = np.arange(self.stocks)
        never = self.first[1:-1] + stocks
        axis = np.empty(len(self.time) + self.stocks, dtype=np.int64)
        times = np.full(len(axis) + 1, NEVER)
        here = np.ones(len(axis), dtype=np.bool_)
        here[never] = False
        axis[here] = self.mass_axis[1:] + self.stock * self.MOST
        axis[never] = self.base[1:-1] + (stocks + 1) * self.MOST
        times[:-1][here] = self.time
        return axis, times

    @cached_property
    def by_day(self) -> FloatArray:
        """(days + 1,) grams that come before the midnight that begins each day of the span."""
        return sums(self.time // DAY + 1, self.mass, self.span // DAY + 1)

    @cached_property
    def moment_axis(self) -> IntArray:
        """(deposits + 1,) cumulative sum of mass x arrival time, g s."""
        return np.concatenate([[0], np.cumsum(self.mass * self.time)])
