"""How much room was ever asked for: what a place that turns waste away says about smaller capacities.

Until a place first has no room, a run with a smaller capacity goes exactly as this one. So a smaller place would
have been too small as soon as more room was asked for than it has; what happened after that is another story.
"""

from __future__ import annotations

import numpy as np

from sim.record.hazardous import HazardousRecord, Kind
from sim.units import TONNE, FloatArray, IntArray


def bay_claims(record: HazardousRecord) -> FloatArray:
    """(bays, reported years) most room asked for from the begin of the run to the end of each year, t.

    A round asks for what stands in the bay when it leaves, what other rounds under way bring, and what it finds
    itself. Infinite from the year on in which the bay turned something away.
    """
    site = record.network.collection
    assert site is not None  # noqa: S101 - asked for only where there are bays
    bays = len(site.bays)
    when, bay, claim = _rounds(record, bays)
    refused = record.turned_away
    when = np.concatenate([when, refused[:, 1]])
    bay = np.concatenate([bay, refused[:, 0]])
    claim = np.concatenate([claim, np.full(len(refused), np.inf)])
    edges = record.network.horizon.reported_edges
    years = len(edges) - 1
    year = np.maximum(edges.searchsorted(when, side="right") - 1, 0)
    inside = year < years
    highest = np.zeros((bays, years))
    np.maximum.at(highest, (bay[inside], year[inside]), claim[inside] / TONNE)
    return np.maximum.accumulate(highest, axis=1)


def _rounds(record: HazardousRecord, bays: int) -> tuple[IntArray, IntArray, FloatArray]:
    """When each round was at its last stop (s), bay, and the room that it asked for there (g)."""
    network, trips = record.network, record.trips
    assert network.collection is not None  # noqa: S101 - asked for only where there are bays
    rounds = np.flatnonzero(trips["kind"] == Kind.ROUND)
    number = np.full(len(trips["kind"]) + 1, -1)
    number[rounds] = np.arange(len(rounds))
    brought = np.zeros((len(rounds), bays))
    loads = record.removals[number[record.removals[:, 4]] >= 0]
    bay_of = np.array(network.collection.bay_of_class)[network.stores.storage_class[loads[:, 0]]]
    np.add.at(brought, (number[loads[:, 4]], bay_of), loads[:, 2] - loads[:, 1])
    start = trips["start"][rounds]
    order = np.lexsort((rounds, start))
    come = brought[order].cumsum(axis=0)
    left = record.bay_out[np.argsort(record.bay_out[:, 3], kind="stable")]
    gone = np.zeros((len(left) + 1, bays))
    gone[np.arange(1, len(left) + 1), left[:, 0]] = left[:, 2] - left[:, 1]
    taken = gone.cumsum(axis=0)[left[:, 3].searchsorted(start[order])]
    last = np.zeros(len(trips["kind"]), dtype=np.int64)
    np.maximum.at(last, record.visits["trip"], record.visits["when"])
    moment = np.repeat(last[rounds][order], bays)
    return moment, np.tile(np.arange(bays), len(rounds)), (come - taken).ravel()
