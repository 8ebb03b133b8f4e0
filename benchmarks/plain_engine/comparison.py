"""Where a run of the plain engine and a record of `sim.model` differ: fact by fact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.plain_engine.facts import HazardousFacts, SlagFacts, Trip
from sim.kpi.sources import source_storage
from sim.record.hazardous import HazardousRecord
from sim.record.slag import SlagRecord
from sim.units import DAY

KINDS = ("direct", "round", "haul")
ENDED = ("collected", "missed", "truck full", "bay full", "licence used up", "container too large")
STATES = ("drive_empty", "drive_loaded", "load", "unload", "wait", "rest")
SHOWN = 3
ROUNDING = 1e-9


def hazardous_differences(facts: HazardousFacts, record: HazardousRecord) -> list[str]:
    """One line per kind of fact that differs; empty if both engines tell the same story."""
    end = record.network.horizon.end
    return [
        *_differ("trips decided on", _departures_here(facts), _departures_there(record)),
        *_differ("trips", _trips_here(facts), _trips_there(record, end)),
        *_differ("visits", _visits_here(facts), _visits_there(record)),
        *_differ("calls", _calls_here(facts), _calls_there(record)),
        *_differ("removals", facts.removals, _rows(record.removals, 0, 3, mass=(1, 2))),
        *_differ("receipts", _added_up(facts.receipts), _added_up(record.bay_in[:, :3].tolist())),
        *_differ("hauls out of bays", facts.hauled, _rows(record.bay_out, 0, 3, mass=(1, 2))),
        *_differ("turned away", facts.turned_away, record.turned_away.tolist()),
        *_differ("repairs", facts.down, record.down.tolist()),
        *_differ("overflow episodes", _episodes_here(facts, record), _episodes_there(record)),
        *_differ("stocks at New Year", _stocks(facts.levels), _stocks(_levels_there(record))),
        *_differ("planned pickups", [(facts.cleaned,)], [(int(record.cleanings[1].sum()),)]),
        *_differ("sold to informal buyers", [(facts.informal,)], [(_informal_there(record),)]),
    ]


def slag_differences(facts: SlagFacts, record: SlagRecord, tolerance: float = 1e-9) -> list[str]:
    """One line per quantity that differs by more than `tolerance`, relative to its largest value."""
    when = np.array(facts.switches)
    pairs: dict[str, tuple[Any, Any]] = {
        "clinker silo": (facts.silo, _at(when, record, record.silo)),
        "clinker ground": (facts.ground, record.by_year(record.ground)),
        "clinker sold": (facts.sold, record.by_year(record.sold)),
        "yard above capacity": (facts.yard_over, _above(record, record.yard, record.network.yard_capacity)),
        "heaps above capacity": (facts.heap_over, _above(record, record.heap, record.network.heap_capacity)),
    }
    for lane in range(len(record.network.lanes)):
        pairs[f"heap {lane}"] = _column(facts.heap, lane), _at(when, record, record.heap[lane])
        pairs[f"yard {lane}"] = _column(facts.yard, lane), _at(when, record, record.yard[lane])
        pairs[f"used {lane}"] = _column(facts.used, lane), record.by_year(record.used[lane])
        lost = record.heap_no_outlet[lane], record.yard_no_outlet[lane]
        pairs[f"heap without outlet {lane}"] = _column(facts.heap_no_outlet, lane), record.by_year(lost[0])
        pairs[f"yard without outlet {lane}"] = _column(facts.yard_no_outlet, lane), record.by_year(lost[1])
    return [line for name, pair in pairs.items() for line in _apart(name, *pair, tolerance)]


# --- hazardous chain ---------------------------------------------------------------------------------


def _departures_here(facts: HazardousFacts) -> list[tuple[Any, ...]]:
    """Trips that left; of the joint loads, those that were loaded within the run."""
    left = [trip for trip in facts.trips if trip.kind != "haul" or trip.mass]
    return [(trip.kind, trip.vehicle, trip.decided, trip.start) for trip in left]


def _departures_there(record: HazardousRecord) -> list[tuple[Any, ...]]:
    trips = record.trips
    columns = (trips[name].tolist() for name in ("kind", "vehicle", "decided", "start"))
    return [(KINDS[kind], *rest) for kind, *rest in zip(*columns, strict=True)]


def _trips_here(facts: HazardousFacts) -> list[tuple[Any, ...]]:
    def hours(trip: Trip) -> list[int]:
        return [trip.hours[state] for state in STATES] if trip.hours else []

    return [
        (trip.kind, trip.start, trip.end, trip.mass, trip.stops, trip.metres, trip.accepted, *hours(trip))
        for trip in facts.trips
        if trip.end is not None
    ]


def _trips_there(record: HazardousRecord, end: int) -> list[tuple[Any, ...]]:
    """Trips that were over within the run."""
    rows = []
    for trip in range(len(record.trips["kind"])):
        fact = {name: int(column[trip]) for name, column in record.trips.items()}
        kind = KINDS[fact["kind"]]
        accepted, hours = (None, []) if kind == "round" else (fact["accepted"], [fact[s] for s in STATES])
        if fact["end"] < end:
            shown = [fact[name] for name in ("start", "end", "mass", "stops", "local_m")]
            rows.append((kind, *shown, accepted, *hours))
    return rows


def _visits_here(facts: HazardousFacts) -> list[tuple[Any, ...]]:
    return [(visit.kind, visit.site, visit.when, visit.ended) for visit in facts.visits]


def _visits_there(record: HazardousRecord) -> list[tuple[Any, ...]]:
    visits = record.visits
    kinds = record.trips["kind"][visits["trip"]].tolist()
    columns = (visits[name].tolist() for name in ("site", "when", "ended"))
    rows = zip(kinds, *columns, strict=True)
    return [(KINDS[kind], site, when, ENDED[ended]) for kind, site, when, ended in rows]


def _calls_here(facts: HazardousFacts) -> list[tuple[int, int, int]]:
    return [(visit.site, visit.when, visit.called) for visit in facts.visits]


def _calls_there(record: HazardousRecord) -> list[tuple[int, ...]]:
    columns = (record.visits[name].tolist() for name in ("site", "when", "called"))
    return list(zip(*columns, strict=True))


def _rows(table: npt.NDArray[np.int64], owner: int, when: int, mass: tuple[int, int]) -> list[list[int]]:
    rows: list[list[int]] = np.stack(
        [table[:, owner], table[:, when], table[:, mass[1]] - table[:, mass[0]]], axis=1
    ).tolist()
    return rows


def _added_up(rows: Iterable[Iterable[int]]) -> list[tuple[int, ...]]:
    """Masses of what came into the same bay at the same moment."""
    total: Counter[tuple[int, int]] = Counter()
    for bay, when, mass in rows:
        total[bay, when] += mass
    return [(*key, mass) for key, mass in total.items()]


def _episodes_here(facts: HazardousFacts, record: HazardousRecord) -> list[tuple[int, int, int]]:
    """Episodes within the reported years."""
    since = record.network.horizon.report_start
    clipped = [(store, max(begin, since), end) for store, begin, end in facts.episodes]
    return [episode for episode in clipped if episode[2] > episode[1]]


def _episodes_there(record: HazardousRecord) -> list[tuple[int, ...]]:
    over = source_storage(record).over
    return list(zip(over.owner.tolist(), over.begin.tolist(), over.end.tolist(), strict=True))


def _levels_there(record: HazardousRecord) -> list[list[int]]:
    inflow, removals = record.inflow, record.removals
    stores = np.arange(len(record.network.stores))
    edges = record.network.horizon.simulated_edges
    levels = []
    for edge in edges.tolist():
        gone = removals[removals[:, 3] <= edge]
        taken = np.bincount(gone[:, 0], weights=gone[:, 2] - gone[:, 1], minlength=len(stores))
        held = inflow.reached(stores, np.full(len(stores), edge)) - inflow.base[stores]
        levels.append((held - taken.astype(np.int64)).tolist())
    return levels


def _stocks(levels: list[list[int]]) -> list[tuple[int, int, int]]:
    return [
        (edge, store, level) for edge, row in enumerate(levels) for store, level in enumerate(row) if level
    ]


def _informal_there(record: HazardousRecord) -> int:
    if record.captured is None:
        return 0
    return int(record.deposits.mass[~record.captured].sum())


def _differ(what: str, here: Iterable[Iterable[Any]], there: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Say which rows only one of the two has."""
    ours, theirs = Counter(map(tuple, here)), Counter(map(tuple, there))
    if ours == theirs:
        return
    here_only, there_only = (sorted((a - b).elements(), key=str) for a, b in ((ours, theirs), (theirs, ours)))
    yield (
        f"{what}: {len(here_only)} only in the plain engine, as {here_only[:SHOWN]}; "
        f"{len(there_only)} only in the model, as {there_only[:SHOWN]}"
    )


# --- slag chain --------------------------------------------------------------------------------------


def _at(when: npt.NDArray[np.float64], record: SlagRecord, stock: Any) -> Any:
    return np.interp(when, record.edges, stock)


def _column(table: list[list[float]], lane: int) -> list[float]:
    return [row[lane] for row in table]


def _above(record: SlagRecord, stocks: Any, capacity: float) -> Any:
    """(years,) seconds in which the sum of `stocks`, linear between edges, is above `capacity`."""
    excess = stocks.sum(axis=0) - capacity
    excess[np.abs(excess) < ROUNDING] = 0.0
    begin, end = excess[:-1], excess[1:]
    rise = np.abs(end - begin)
    part = np.divide(np.maximum(begin, end), rise, out=np.zeros_like(rise), where=rise > 0)
    share = np.where((begin > 0) & (end > 0), 1.0, np.clip(part, 0.0, 1.0))
    share[(begin <= 0) & (end <= 0)] = 0.0
    return record.by_year(share) * DAY


def _apart(name: str, here: Any, there: Any, tolerance: float) -> Iterator[str]:
    ours, theirs = np.asarray(here, dtype=np.float64), np.asarray(there, dtype=np.float64)
    scale = max(1.0, float(np.abs(theirs).max(initial=0.0)))
    gap = float(np.abs(ours - theirs).max(initial=0.0)) / scale
    if gap > tolerance:
        yield f"{name}: {gap:.3g} apart, relative to {scale:.6g}"
