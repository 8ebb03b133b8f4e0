"""What a run writes down while it goes on, and turns into columns when it is over."""

from __future__ import annotations

from itertools import starmap
from struct import Struct

import numpy as np

from sim.record.hazardous import DIVERTED, VISIT_COLUMNS, Kind, Trip
from sim.units import IntArray


def ranges(first: IntArray, last: IntArray) -> IntArray:
    """All whole numbers from each `first` to before its `last`, one range after the other."""
    counts = last - first
    numbers: IntArray = np.arange(counts.sum()) + np.repeat(first - counts.cumsum() + counts, counts)
    return numbers


class Log:
    """Trips, visits and removals of one run, in the order of their decisions.

    Attributes
    ----------
    trips, masses
        Trip after trip, and what each carries, g.
    loads
        For each trip its rows in the log of removals: first, and behind the last.
    visits
        Columns site, when (s) and a `Visit`, piece after piece; a trip that is no haul has one for each stop.
    calls
        When the sites called, for visits of direct trips, s.
    removed
        How many rows of removals are written.
    """

    def __init__(self) -> None:
        self.trips: list[Trip] = []
        self.masses: list[int] = []
        self.loads: list[tuple[int, int]] = []
        self.visits: list[tuple[IntArray, IntArray, IntArray]] = []
        self.calls: list[IntArray] = []
        self.removed = 0
        self._removals: IntArray = np.empty((1024, 4), dtype=np.int64)

    def room(self, rows: int) -> IntArray:
        """Table of removals (store, from, to, when) with room for so many more than have been `removed`."""
        while self.removed + rows > len(self._removals):
            self._removals = np.concatenate([self._removals, np.empty_like(self._removals)])
        return self._removals

    def carry(self, trips: list[Trip], masses: list[int], loads: list[tuple[int, int]]) -> None:
        """Note trips, what each carries (g), and its rows in the log of removals."""
        self.trips += trips
        self.masses += masses
        self.loads += loads

    def trip_columns(self) -> dict[str, IntArray]:
        """Trips by column."""
        pack = Struct(f"{len(Trip._fields)}q").pack
        table = np.frombuffer(b"".join(starmap(pack, self.trips)), np.int64).reshape(-1, len(Trip._fields))
        columns = dict(zip(Trip._fields, table.T, strict=True))
        return columns | {"mass": np.array(self.masses, dtype=np.int64)}

    def visit_columns(self, trips: dict[str, IntArray]) -> dict[str, IntArray]:
        """Visits by column."""
        trip = np.repeat(np.arange(len(self.trips)), np.where(trips["kind"] == Kind.HAUL, 0, trips["stops"]))
        called = np.full(len(trip), -1)
        if self.calls:
            called[trips["kind"][trip] == Kind.DIRECT] = np.concatenate(self.calls)
        nothing = np.empty(0, dtype=np.int64)
        pieces = zip(*self.visits, strict=True) if self.visits else [[nothing]] * 3
        return dict(zip(VISIT_COLUMNS, (trip, *map(np.concatenate, pieces), called), strict=True))

    def removals(self) -> IntArray:
        """(n, 5) store, from, to, when, trip; in the order taken."""
        first, last = np.array(self.loads, dtype=np.int64).reshape(-1, 2).T
        trip = np.full(self.removed, DIVERTED)
        trip[ranges(first, last)] = np.repeat(np.arange(len(first)), last - first)
        return np.array([*self._removals[: self.removed].T, trip]).T
