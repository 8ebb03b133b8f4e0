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
    inflow, removals, receipts = record.inflow, record.removals, record.bay_in
    # one row more that stands for "not removed": begins nowhere, at no time, on no trip
    nothing = len(removals)
    start, when = np.append(removals[:, 1], NEVER), np.append(removals[:, 3], NEVER)
    trip = np.append(removals[:, 4], NO_TRIP)
    cut = _cut(inflow.mass_axis, removals[:, 2], record.emptied)
    row = np.where(start.take(cut.end) <= cut.begin, cut.end, nothing)
    # two more at the end, which the numbers of no trip mean
    accepted = np.append(record.trips["accepted"], (NEVER, NEVER)).take(trip)
    accepted[accepted < 0] = NEVER
    received = np.full(nothing + 1, NEVER)
    mass, deposit, left = cut.mass, cut.point, np.full(len(row), NEVER)
    if len(receipts):
        loads = receipts[:, 3]
        received[loads] = receipts[:, 1]
        counts = np.bincount(row, minlength=nothing).take(loads)
        last = cut.place.take(loads)
        inside = ranges(last - counts, last)
        shift = receipts[:, 2].cumsum() - receipts[:, 2] - start.take(loads)
        position = cut.begin.take(inside) + shift.repeat(counts)
        parent, pieces, gone, taken = _through_bays(record, inside, position, cut.mass.take(inside))
        direct = np.flatnonzero((received == NEVER).take(row))
        lots = np.concatenate([direct, parent])
        mass = np.concatenate([mass.take(direct), pieces])
        left = np.concatenate([left[: len(direct)], gone])
        arrived = np.concatenate([accepted.take(row.take(direct)), taken])
        row, deposit = row.take(lots), deposit.take(lots)
    else:
        arrived = accepted.take(row)
    return Lots(
        mass=mass,
        stream=record.stream.take(deposit),
        store=inflow.stock.take(deposit),
        arose=inflow.time.take(deposit),
        collected=when.take(row),
        received=received.take(row),
        left=left,
        accepted=arrived,
        diverted=(trip == DIVERTED).take(row),
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


def _cut(axis: IntArray, ends: IntArray, place: IntArray) -> Cut:
    """Cut a rising `axis` at rising `ends`, whose places on it are known; most are points of it already."""
    fresh = axis.take(place) != ends
    point = np.arange(len(axis) - 1)
    if fresh.any():
        axis = np.insert(axis, place[fresh], ends[fresh])
        place = place + fresh.cumsum() - fresh
        between = np.zeros(len(axis) - 1, dtype=np.int64)
        between[place[fresh]] = 1
        point = np.arange(len(between)) - between.cumsum()
    passed = np.bincount(place, minlength=len(axis)).cumsum()
    return Cut(axis[:-1], axis[1:] - axis[:-1], point, passed[:-1], place)


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
    departure, axis = record.bay_out, np.append(position, position[-1] + mass[-1])
    cut = _cut(axis, departure[:, 2], axis.searchsorted(departure[:, 2]))
    haul = np.where(np.append(departure[:, 1], NEVER).take(cut.end) <= cut.begin, cut.end, len(departure))
    left = np.append(departure[:, 3], NEVER).take(haul)
    accepted = np.append(record.trips["accepted"][departure[:, 4]], NEVER).take(haul)
    return lots.take(cut.point), cut.mass, left, accepted
