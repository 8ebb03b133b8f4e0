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
from sim.record.log import ranges
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
    nothing = len(record.removals)
    start, ends, when = (np.append(record.removals[:, column], NEVER) for column in (1, 2, 3))
    cut = _cut(inflow.mass_axis, ends[:-1])
    row = np.where(start[cut.end] <= cut.begin, cut.end, nothing)
    trip = np.append(record.removals[:, 4], NO_TRIP)[row]
    accepted = np.append(trips["accepted"], NEVER)[np.where(trip >= 0, trip, len(trips["accepted"]))]
    bay_at = np.full(nothing + 1, -1)
    bay_at[record.bay_in[:, 3]] = np.cumsum(record.bay_in[:, 2]) - record.bay_in[:, 2]
    received_at = np.full(nothing + 1, NEVER)
    received_at[record.bay_in[:, 3]] = record.bay_in[:, 1]
    in_bay = bay_at[row] >= 0
    last = cut.place[record.bay_in[:, 3]]
    inside = ranges(last - np.bincount(row, minlength=nothing)[record.bay_in[:, 3]], last)
    position = bay_at[row[inside]] + cut.begin[inside] - start[row[inside]]
    parent, pieces, left, taken = _through_bays(record, inside, position, cut.mass[inside])
    direct = np.flatnonzero(~in_bay)
    lots = np.concatenate([direct, parent])
    deposit, rows = cut.point[lots], row[lots]
    under_way = (trip[direct] >= 0) & (accepted[direct] < 0)
    return Lots(
        mass=np.concatenate([cut.mass[direct], pieces]),
        stream=record.stream[deposit],
        store=inflow.stock[deposit],
        arose=inflow.time[deposit],
        collected=when[rows],
        received=received_at[rows],
        left=np.concatenate([np.full(len(direct), NEVER), left]),
        accepted=np.concatenate([np.where(under_way, NEVER, accepted[direct]), taken]),
        diverted=trip[lots] == DIVERTED,
    )


class Cut(NamedTuple):
    """Intervals between all points of an axis and all ends.

    Where each begins, its mass, the last point of the axis at or before it, and the first end after it; how
    many intervals come before each end.
    """

    begin: IntArray
    mass: IntArray
    point: IntArray
    end: IntArray
    place: IntArray


def _cut(axis: IntArray, ends: IntArray) -> Cut:
    """Cut a rising `axis` at rising `ends` within it too; most of them are points of it already."""
    place = axis.searchsorted(ends)
    fresh = axis[place] != ends
    point = np.arange(len(axis) - 1)
    if fresh.any():
        axis = np.insert(axis, place[fresh], ends[fresh])
        place += fresh.cumsum() - fresh
        between = np.zeros(len(axis) - 1, dtype=np.int64)
        between[place[fresh]] = 1
        point = np.arange(len(between)) - between.cumsum()
    passed = np.bincount(place, minlength=len(axis)).cumsum()
    return Cut(axis[:-1], np.diff(axis), point, passed[:-1], place)


def _through_bays(
    record: HazardousRecord, lots: IntArray, position: IntArray, mass: IntArray
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Split what went into bays by the joint loads that took it.

    Parameters
    ----------
    lots, position, mass
        Lots in the bays by their position on the bays' axis.

    Returns
    -------
    The lot that was split, mass, departure, acceptance of each part.
    """
    if not len(lots):
        return lots, lots, lots, lots
    hauls = np.concatenate([record.bay_out, [[-1, NEVER, NEVER, NEVER, len(record.trips["accepted"])]]])
    cut = _cut(np.append(position, position[-1] + mass[-1]), hauls[:-1, 2])
    haul = np.where(hauls[cut.end, 1] <= cut.begin, cut.end, len(hauls) - 1)
    accepted = np.append(record.trips["accepted"], NEVER)[hauls[haul, 4]]
    return lots[cut.point], cut.mass, hauls[haul, 3], accepted
