"""The story of the slag chain, read off the record of one run."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from sim.answers.line import Line, overflow_lines, yearly
from sim.chance.kiln_stops import KilnStops
from sim.kpi.outcome import Layout, Outcome
from sim.record.slag import SlagRecord
from sim.units import DAY, BoolArray, FloatArray, IntArray

KILN, YARD, COUNTY, HEAPS = "kiln", "kiln_yard", "county", "smelters"
ACCOUNTINGS = {"oldest": "oldest_first", "newest": "newest_first", "accepted": "at_acceptance"}


def slag_story(record: SlagRecord, outcome: Outcome, layout: Layout) -> Iterator[Line]:
    """Everything that happened, in no order.

    Parameters
    ----------
    outcome, layout
        What the same run came to.
    """
    end = record.network.horizon.end
    yield from _stops(record.stops, end)
    yield from _silo(record, end)
    yield from overflow_lines(outcome.episodes, end)
    yield from _year_ends(record, outcome, layout)


def _stops(stops: KilnStops, end: int) -> Iterator[Line]:
    """Each stop with its reason, phase by phase, and when the kiln burns again."""
    for begin, until, state in _phases(stops, end):
        days = (until - begin) / DAY
        yield Line(begin, KILN, f"kiln_stops:{state}", values={"days": days})
    for _, until in stops.not_burning.tolist():
        if until < end:
            yield Line(until, KILN, "kiln_burns")


def _phases(stops: KilnStops, end: int) -> Iterator[tuple[int, int, str]]:
    """Begin, end (s) and state of every time not burning: of what applies at once, the first counts.

    Order: off-peak, maintenance, restart, unplanned, as in the kiln's books.
    """
    edges = set(np.concatenate([stops.not_burning, stops.planned]).ravel().tolist())
    for flags in (stops.off_peak, stops.maintenance):
        edges |= set((np.flatnonzero(np.diff(flags.astype(np.int8), prepend=0, append=0)) * DAY).tolist())
    ordered = sorted(edge for edge in edges if 0 <= edge <= end)
    last: tuple[int, int, str] | None = None
    for begin, until in pairwise(ordered):
        state = _state(stops, begin)
        if last is not None and last[1:] == (begin, state):
            last = last[0], until, state
            continue
        if last is not None and last[2]:
            yield last
        last = begin, until, state
    if last is not None and last[2]:
        yield last


def _state(stops: KilnStops, when: int) -> str:
    if stops.off_peak[when // DAY]:
        return "off_peak"
    if stops.maintenance[when // DAY]:
        return "maintenance"
    if _within(stops.planned, when):
        return "restart"
    return "unplanned" if _within(stops.not_burning, when) else ""


def _within(spans: IntArray, when: int) -> bool:
    """Whether one of ascending, disjoint spans covers a moment."""
    before = int(spans[:, 0].searchsorted(when, side="right"))
    return before > 0 and when < spans[before - 1, 1]


def _silo(record: SlagRecord, end: int) -> Iterator[Line]:
    for begin, until in _spells(record.silo_empty, np.rint(record.edges).astype(np.int64)):
        yield Line(begin, KILN, "silo_empty")
        if until < end:
            yield Line(until, KILN, "silo_filled")


def _spells(flags: BoolArray, edges: IntArray) -> Iterator[tuple[int, int]]:
    turns = np.flatnonzero(np.diff(flags.astype(np.int8), prepend=0, append=0))
    moments = edges[turns].tolist()
    return zip(moments[::2], moments[1::2], strict=True)


def _year_ends(record: SlagRecord, outcome: Outcome, layout: Layout) -> Iterator[Line]:
    horizon = record.network.horizon
    edges = horizon.reported_edges[1:]
    heaps, silo = (_at(record, stock, edges) for stock in (record.heap.sum(axis=0), record.silo))
    yard = yearly(outcome, layout, YARD, "stock_end")
    off_peak, idle = (yearly(outcome, layout, KILN, kpi) for kpi in ("days_off_peak", "days_not_burning"))
    made, used = (yearly(outcome, layout, COUNTY, kpi) for kpi in ("slag_generated", "slag_used"))
    rates = {
        word: yearly(outcome, layout, COUNTY, f"utilisation_rate_{name}")
        for word, name in ACCOUNTINGS.items()
    }
    for index, edge in enumerate(edges.tolist()):
        year = {"year": horizon.reported_years[index]}
        kiln = {"off_peak": off_peak[index], "idle": idle[index]}
        stocks = {"heaps": heaps[index], "silo": silo[index]}
        yield Line(edge - 1, YARD, "year_end:kiln_yard", yard[index], year | kiln | stocks)
        told = {word: values[index] for word, values in rates.items()} | {"generated": made[index]}
        yield Line(edge - 1, COUNTY, "year_end:county", used[index], year | told)


def _at(record: SlagRecord, stock: FloatArray, when: IntArray) -> list[float]:
    found: list[float] = np.interp(when, record.edges, stock).tolist()
    return found
