"""Every gram's way, as lots: what arose together, was collected together and left together.

A removal is an interval of the mass axis, so what was in it is a look-up afterwards; the intervals of
a van's load lie on the bays' axis again and lead on to the joint load that took them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.record.hazardous import DIVERTED, HazardousRecord
from sim.record.inflow import NEVER
from sim.units import BoolArray, IntArray

NO_TRIP = -2


@dataclass(frozen=True)
class Lots:
    """Flat columns, one row per lot; times in s, `NEVER` where it has not happened within the run.

    Attributes
    ----------
    mass, stream, store
        g, indices.
    arose, collected, received, left, accepted
        At the source, by a vehicle, into a bay, out of it, by a receiver.
    diverted
        Left by illegal ways when `collected`.
    """

    mass: IntArray
    stream: IntArray
    store: IntArray
    arose: IntArray
    collected: IntArray
    received: IntArray
    left: IntArray
    accepted: IntArray
    diverted: BoolArray


def lots_of(record: HazardousRecord) -> Lots:
    """All lots of a run, in order of store and age where no bay is involved."""
    inflow, trips = record.inflow, record.trips
    # one row more that stands for "not removed": begins nowhere, at no time, on no trip
    removals = np.concatenate([record.removals, [[-1, NEVER, NEVER, NEVER, NO_TRIP]]])
    cut = _cut(inflow.mass_axis, removals[:-1, 2])
    row = np.where(removals[cut.end, 1] <= cut.begin, cut.end, len(record.removals))
    trip = removals[row, 4]
    accepted = np.append(trips["accepted"], NEVER)[np.where(trip >= 0, trip, len(trips["accepted"]))]
    bay_at = np.full(len(removals), -1, dtype=np.int64)
    bay_at[record.bay_in[:, 3]] = np.cumsum(record.bay_in[:, 2]) - record.bay_in[:, 2]
    received_at = np.full(len(removals), NEVER)
    received_at[record.bay_in[:, 3]] = record.bay_in[:, 1]
    in_bay = bay_at[row] >= 0
    position = bay_at[row] + cut.begin - removals[row, 1]
    parent, pieces, left, taken = _through_bays(record, position, cut.mass, in_bay)
    direct = np.flatnonzero(~in_bay)
    rows = np.concatenate([direct, parent])
    deposit = cut.point[rows]
    under_way = (trip[direct] >= 0) & (accepted[direct] < 0)
    return Lots(
        mass=np.concatenate([cut.mass[direct], pieces]),
        stream=record.stream[deposit],
        store=inflow.stock[deposit],
        arose=inflow.time[deposit],
        collected=removals[row, 3][rows],
        received=received_at[row][rows],
        left=np.concatenate([np.full(len(direct), NEVER), left]),
        accepted=np.concatenate([np.where(under_way, NEVER, accepted[direct]), taken]),
        diverted=trip[rows] == DIVERTED,
    )


class Cut(NamedTuple):
    """Intervals between all points of an axis and all ends.

    Where each begins, its mass, the last point of the axis at or before it, and the first end after it.
    """

    begin: IntArray
    mass: IntArray
    point: IntArray
    end: IntArray


def _cut(axis: IntArray, ends: IntArray) -> Cut:
    """Cut an ascending `axis` at ascending `ends` too."""
    points = np.concatenate([axis, ends])
    order = np.argsort(points, kind="stable")
    edges = points[order]
    passed = (order < len(axis)).cumsum()
    mass = np.diff(edges)
    some = np.flatnonzero(mass)
    return Cut(edges[some], mass[some], passed[some] - 1, some + 1 - passed[some])


def _through_bays(
    record: HazardousRecord, position: IntArray, mass: IntArray, in_bay: BoolArray
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Split what went into bays by the joint loads that took it.

    Returns
    -------
    Row of the lot that was split, mass, departure, acceptance of each part.
    """
    some = np.flatnonzero(in_bay)
    if not len(some):
        return some, some, some, some
    some = some[np.argsort(position[some], kind="stable")]
    hauls = np.concatenate([record.bay_out, [[-1, NEVER, NEVER, NEVER, len(record.trips["accepted"])]]])
    cut = _cut(np.append(position[some], position[some[-1]] + mass[some[-1]]), hauls[:-1, 2])
    haul = np.where(hauls[cut.end, 1] <= cut.begin, cut.end, len(hauls) - 1)
    accepted = np.append(record.trips["accepted"], NEVER)[hauls[haul, 4]]
    return some[cut.point], cut.mass, hauls[haul, 3], accepted
