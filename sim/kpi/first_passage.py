"""How much room was ever asked for: what a bay that turns waste away says about smaller capacities.

Until a bay first has no room, a run with a smaller bay goes exactly as this one. So a smaller bay would have
been too small as soon as more room was asked for than it has; what came after is another story.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.network.hazardous import HazardousNetwork
from sim.record.hazardous import HazardousRecord, Kind, Visit
from sim.units import TONNE, FloatArray, IntArray, sums


def is_known(network: HazardousNetwork) -> bool:
    """Whether the record tells what was asked for: not where a van leaves whole classes behind."""
    site = network.collection
    return site is not None and int(network.apart.max()) < site.van.compartments


def bay_claims(record: HazardousRecord) -> FloatArray:
    """(bays, reported years) most room asked for from the begin of the run to the end of each year, t.

    A round asks for what stands in the bay when it leaves, what other rounds under way bring, and what it
    finds itself. Infinite from the year on in which the bay turned something away.
    """
    site = record.network.collection
    assert site is not None  # noqa: S101 - asked for only where there are bays
    bays = len(site.bays)
    rounds = _rounds(record, bays)
    when, asked = _left_behind(record, rounds)
    refused = record.turned_away
    infinite = np.zeros((len(refused), bays))
    infinite[np.arange(len(refused)), refused[:, 0]] = np.inf
    moments = np.concatenate([rounds.last, when, refused[:, 1]])
    order = moments.argsort(kind="stable")
    claims = np.concatenate([rounds.before + rounds.brought, asked, infinite])[order]
    highest = np.maximum.accumulate(np.concatenate([np.zeros((1, bays)), claims]))
    edges = record.network.horizon.reported_edges
    until: FloatArray = highest[moments[order].searchsorted(edges[1:])].T / TONNE
    return until


@dataclass(frozen=True)
class _Rounds:
    """Rounds in the order in which they left.

    Attributes
    ----------
    trip, last
        (rounds,) number of the trip, and when it left its last stop, s.
    before, brought
        (rounds, bays) what stood in the bays or was under way to them, and what the round loaded, g.
    """

    trip: IntArray
    last: IntArray
    before: FloatArray
    brought: FloatArray


def _rounds(record: HazardousRecord, bays: int) -> _Rounds:
    network, trips = record.network, record.trips
    rounds = np.flatnonzero(trips["kind"] == Kind.ROUND)
    rounds = rounds[np.lexsort((rounds, trips["start"][rounds]))]
    count = len(rounds)
    number = np.full(len(trips["kind"]) + 1, -1)
    number[rounds] = np.arange(count)
    by_rounds = record.removals[number.take(record.removals[:, 4]) >= 0]
    cell = number.take(by_rounds[:, 4]) * bays + _bay_of_store(network).take(by_rounds[:, 0])
    mass = by_rounds[:, 2] - by_rounds[:, 1]
    brought = sums(cell, mass, count * bays).reshape(-1, bays)
    hauls = record.bay_out[np.argsort(record.bay_out[:, 3], kind="stable")]
    gone = np.zeros((len(hauls) + 1, bays))
    gone[np.arange(1, len(hauls) + 1), hauls[:, 0]] = hauls[:, 2] - hauls[:, 1]
    taken = gone.cumsum(axis=0)[hauls[:, 3].searchsorted(trips["start"][rounds])]
    last = np.zeros(len(trips["kind"]), dtype=np.int64)
    last[record.visits["trip"]] = record.visits["when"]
    return _Rounds(rounds, last[rounds], brought.cumsum(axis=0) - brought - taken, brought)


def _bay_of_store(network: HazardousNetwork) -> IntArray:
    assert network.collection is not None  # noqa: S101 - asked for only where there are bays
    return np.array(network.collection.bay_of_class)[network.stores.storage_class]


def _left_behind(record: HazardousRecord, rounds: _Rounds) -> tuple[IntArray, FloatArray]:
    """Stops where something may have stayed: (stops,) when (s), (stops, bays) room asked for there, g."""
    network, visits = record.network, record.visits
    assert network.collection is not None  # noqa: S101 - asked for only where there are bays
    number = np.full(len(record.trips["kind"]), -1)
    number[rounds.trip] = np.arange(len(rounds.trip))
    some = np.flatnonzero((visits["ended"] >= Visit.TRUCK_FULL) & (number[visits["trip"]] >= 0))
    when, trip = visits["when"][some], visits["trip"][some]
    classes = [bay.storage_class for bay in network.collection.bays]
    if not len(some):
        return when, np.zeros((0, len(classes)))
    stores = network.stores.of_site[visits["site"][some]][:, classes]
    found = _held_after(record, stores, when)
    loaded = _loaded(record, trip, stores)
    if not network.partial_containers:
        container = np.append(network.stores.container, 1)[stores]
        found = found + loaded
        found -= found % container + loaded
        found[container > network.collection.van.payload] = 0
    before = rounds.before[number[trip]] + _loaded_until(record, trip, when, len(classes))
    return when, np.where(stores < len(network.stores), before + np.maximum(found, 0), 0.0)


def _held_after(record: HazardousRecord, stores: IntArray, when: IntArray) -> IntArray:
    """(stops, bays) g in `stores` after a visit."""
    inflow, removals = record.inflow, record.removals
    moment = stores * inflow.span + when[:, None]
    last = (removals[:, 0] * inflow.span + removals[:, 3]).searchsorted(moment, side="right")
    owner, out = np.append(removals[:, 0], -1)[last - 1], np.append(removals[:, 2], 0)[last - 1]
    held: IntArray = inflow.reached(stores, when[:, None]) - np.where(
        (last > 0) & (owner == stores), out, inflow.base[stores]
    )
    return held


def _loaded(record: HazardousRecord, trip: IntArray, stores: IntArray) -> IntArray:
    """(stops, bays) g that a trip took out of `stores`."""
    removals, width = record.removals, len(record.network.stores) + 1
    if not len(removals):
        return np.zeros_like(stores)
    key = removals[:, 4] * width + removals[:, 0]
    order = np.argsort(key, kind="stable")
    wanted = trip[:, None] * width + stores
    place = key[order].searchsorted(wanted)
    key, mass = np.append(key[order], -1), np.append((removals[:, 2] - removals[:, 1])[order], 0)
    return np.where(key[place] == wanted, mass[place], 0)


def _loaded_until(record: HazardousRecord, trip: IntArray, when: IntArray, bays: int) -> IntArray:
    """(stops, bays) g that a trip had loaded for each bay when it left a stop."""
    removals, span = record.removals, record.inflow.span
    own = np.flatnonzero(removals[:, 4] >= 0)
    group = removals[own, 4] * (bays + 1) + _bay_of_store(record.network)[removals[own, 0]] + 1
    order = np.argsort(group * span + removals[own, 3], kind="stable")
    key = (group * span + removals[own, 3])[order]
    total = np.concatenate([[0], (removals[own, 2] - removals[own, 1])[order].cumsum()])
    wanted = (trip[:, None] * (bays + 1) + np.arange(1, bays + 1)) * span
    upto = key.searchsorted(wanted + when[:, None], side="right")
    loaded: IntArray = total[upto] - total[key.searchsorted(wanted)]
    return loaded
