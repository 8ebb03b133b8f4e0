"""Books of the hazardous chain: mass to the gram, time to the second, two accounts of every stock."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from sim.record.hazardous import DIVERTED, HazardousRecord, Kind
from sim.record.inflow import NEVER, Inflow
from sim.record.lots import Lots
from sim.units import IntArray

STATES = ("drive_empty", "drive_loaded", "load", "unload", "wait", "rest")


def audit_hazardous(record: HazardousRecord, lots: Lots) -> str:
    """Return what does not close, one fault after the other; empty when all does.

    Checked: removals tile each store's mass axis; every trip carries what was taken for it; vans' loads
    arrive in bays or are under way; bays; lots add up to what went in; no removal before the arrival of
    what it took; the integral of each stock equals the sum of mass x time in it; trips' states fill them.
    """
    return "; ".join(
        [
            *_emptied("store", record.inflow, record.removals, record.emptied),
            *_trips(record),
            *_bays(record),
            *_vehicles(record),
            *_lots(record, lots),
            *_paths(record, lots),
        ]
    )


def _emptied(place: str, inflow: Inflow, removals: IntArray, emptied: IntArray) -> Iterator[str]:
    """Removals (stock, from, to, when) empty each stock from its first gram on, never before it arrived.

    `emptied` is how many deposits begin before the end of each.
    """
    stock, begin, end, when = removals[:, :4].T
    same = stock[1:] == stock[:-1]
    first = np.flatnonzero(np.concatenate([[True], ~same])[: len(stock)])
    expected = np.empty_like(end)
    expected[1:] = end[:-1]
    expected[first] = inflow.base.take(stock[first])
    if (begin != expected).any():
        yield f"removals of a {place} leave a gap or overlap"
    last_gram = np.concatenate([[-1], inflow.time_axis, [NEVER]]).take(emptied)
    if (last_gram > stock * inflow.span + when).any():
        yield f"a {place} gave more than it held"
    if (same & (when[1:] < when[:-1])).any():
        yield f"a {place} gave younger grams first"
    if (end <= begin).any():
        yield f"a removal from a {place} took nothing"


def _trips(record: HazardousRecord) -> Iterator[str]:
    trips, removals = record.trips, record.removals
    # one place more, which the number of no trip means
    carried = np.zeros(len(trips["kind"]) + 1, dtype=np.int64)
    np.add.at(carried, removals[:, 4], removals[:, 2] - removals[:, 1])
    np.add.at(carried, record.bay_out[:, 4], record.bay_out[:, 2] - record.bay_out[:, 1])
    if (carried[:DIVERTED] != trips["mass"]).any():
        yield "a trip's load is not what was taken for it"
    spent = np.add.reduce([trips[state] for state in STATES])
    if (spent != trips["end"] - trips["start"]).any():
        yield "the states of a trip do not fill its time"


def _vehicles(record: HazardousRecord) -> Iterator[str]:
    """No vehicle is on two trips at once, or on one while it is being repaired."""
    trips = record.trips
    owned = trips["kind"] == Kind.ROUND
    vans, since, until = record.down.T
    owner = np.concatenate([np.where(owned, trips["vehicle"], -1 - trips["vehicle"]), vans])
    begin, end = np.concatenate([trips["start"], since]), np.concatenate([trips["end"], until])
    order = np.lexsort((begin, owner))
    same = owner[order][1:] == owner[order][:-1]
    if (same & (begin[order][1:] < end[order][:-1])).any():
        yield "a vehicle is in two places at once"


def _bays(record: HazardousRecord) -> Iterator[str]:
    loads = np.where(record.trips["kind"] == Kind.ROUND, record.trips["mass"], 0)
    loaded = int(loads.sum())
    under_way = int(loads[record.trips["end"] >= record.network.horizon.end].sum())
    received = int(record.bay_in[:, 2].sum())
    if loaded != under_way + received:
        yield f"vans loaded {loaded} g, bays received {received} g and {under_way} g are under way"
    emptied = record.into_bays.mass_axis.searchsorted(record.bay_out[:, 2])
    yield from _emptied("bay", record.into_bays, record.bay_out, emptied)


def _lots(record: HazardousRecord, lots: Lots) -> Iterator[str]:
    stores = len(record.network.stores)
    by_lot = np.zeros(stores, dtype=np.int64)
    np.add.at(by_lot, lots.store, lots.mass)
    if (by_lot != np.diff(record.inflow.base[: stores + 1])).any():
        yield "lots do not add up to what went into the stores"
    steps = (lots.arose, lots.collected, lots.received, lots.left, lots.accepted)
    for before, after in pairwise(steps):
        if ((after < before) & (before != NEVER)).any():
            yield "a lot went on before it arrived"


def _paths(record: HazardousRecord, lots: Lots) -> Iterator[str]:
    """Sample-path identity: integral of stock = sum of mass x time, in g s, at every store and bay."""
    end = record.network.horizon.end
    inflow = record.inflow
    moments = np.diff(inflow.moment_axis[inflow.first[: inflow.stocks + 1]])
    entered = np.diff(inflow.base[: inflow.stocks + 1])
    left, moments_left = _sums(record.removals, inflow.stocks)
    area = (entered - left) * end - moments + moments_left
    dwell = np.zeros(inflow.stocks, dtype=np.int64)
    np.add.at(dwell, lots.store, lots.mass * (np.minimum(lots.collected, end) - lots.arose))
    if (area != dwell).any():
        yield "the integral of a store's stock is not the sum of mass x time in it"
    bays = 0 if record.network.collection is None else len(record.network.collection.bays)
    received = record.bay_in
    gone, moments_gone = _sums(record.bay_out, bays)
    area_bays = int((received[:, 2].sum() - gone.sum()) * end - (received[:, 2] * received[:, 1]).sum())
    area_bays += int(moments_gone.sum())
    waited = np.minimum(lots.left, end) - np.minimum(lots.received, end)
    if area_bays != int((lots.mass * waited).sum()):
        yield "the integral of the bays' stock is not the sum of mass x time in them"


def _sums(removals: IntArray, stocks: int) -> tuple[IntArray, IntArray]:
    """(stocks,) grams removed, and the sum of grams x time of removal."""
    mass = removals[:, 2] - removals[:, 1]
    removed, moments = np.zeros(stocks, dtype=np.int64), np.zeros(stocks, dtype=np.int64)
    np.add.at(removed, removals[:, 0], mass)
    np.add.at(moments, removals[:, 0], mass * removals[:, 3])
    return removed, moments
