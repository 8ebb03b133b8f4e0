"""Every gram's way, as lots: what arose together, was collected together and left together.

A removal is an interval of the mass axis, so what was in it is a look-up afterwards; the intervals of
a van's load lie on the bays' axis again and lead on to the joint load that took them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.record.hazardous import DIVERTED, HazardousRecord
from sim.record.inflow import NEVER
from sim.units import BoolArray, IntArray


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
    inflow, removals, trips = record.inflow, record.removals, record.trips
    begin, mass = _cut(inflow.mass_axis, removals[:, 2])
    deposit = inflow.mass_axis.searchsorted(begin, side="right") - 1
    row = _covering(removals, begin)
    trip = np.where(row >= 0, removals[row, 4] if len(removals) else -2, -2)
    collected = np.where(row >= 0, removals[row, 3] if len(removals) else NEVER, NEVER)
    accepted = np.where(
        trip >= 0, trips["accepted"][np.maximum(trip, 0)] if len(trips["accepted"]) else NEVER, NEVER
    )
    bay_at = _bay_coordinates(record)
    position = np.where(row >= 0, bay_at[row] + begin - removals[row, 1] if len(removals) else -1, -1)
    in_bay = (row >= 0) & (bay_at[row] >= 0) if len(removals) else np.zeros(len(row), dtype=np.bool_)
    parent, pieces, received, left, taken = _through_bays(record, position, mass, in_bay)
    direct = np.flatnonzero(~in_bay)
    rows = np.concatenate([direct, parent])
    never = np.full(len(direct), NEVER)
    by_van = (trip[direct] >= 0) & (accepted[direct] < 0)
    return Lots(
        mass=np.concatenate([mass[direct], pieces]),
        stream=record.stream[deposit[rows]] if len(deposit) else deposit,
        store=inflow.stock[deposit[rows]] if len(deposit) else deposit,
        arose=inflow.time[deposit[rows]] if len(deposit) else deposit,
        collected=collected[rows],
        received=np.concatenate([never, received]),
        left=np.concatenate([never, left]),
        accepted=np.concatenate([np.where(by_van, NEVER, accepted[direct]), taken]),
        diverted=trip[rows] == DIVERTED,
    )


def _cut(axis: IntArray, ends: IntArray) -> tuple[IntArray, IntArray]:
    """Begin and mass of the intervals between all points of `axis` and `ends`."""
    edges = np.sort(np.concatenate([axis, ends]), kind="stable")
    mass = np.diff(edges)
    some = mass > 0
    return edges[:-1][some], mass[some]


def _covering(intervals: IntArray, begin: IntArray) -> IntArray:
    """Row of `intervals` (columns 1 and 2: from, to; ascending) that contains each point; -1 if none."""
    row = intervals[:, 2].searchsorted(begin, side="right")
    inside = row < len(intervals)
    inside[inside] = intervals[row[inside], 1] <= begin[inside]
    return np.where(inside, row, -1)


def _bay_coordinates(record: HazardousRecord) -> IntArray:
    """(removals + 1,) where a removal begins on the bays' mass axis; -1 if it went to no bay (also last)."""
    at = np.full(len(record.removals) + 1, -1, dtype=np.int64)
    at[record.bay_in[:, 3]] = np.cumsum(record.bay_in[:, 2]) - record.bay_in[:, 2]
    return at


def _through_bays(
    record: HazardousRecord, position: IntArray, mass: IntArray, in_bay: BoolArray
) -> tuple[IntArray, IntArray, IntArray, IntArray, IntArray]:
    """Split what went into bays by the joint loads that took it.

    Returns
    -------
    Row of the lot that was split, mass, receipt, departure, acceptance of each part.
    """
    some = np.flatnonzero(in_bay)
    some = some[np.argsort(position[some], kind="stable")]
    start = position[some]
    axis = np.append(start, start[-1] + mass[some[-1]]) if len(some) else start
    begin, pieces = _cut(axis, record.bay_out[:, 2])
    parent = some[start.searchsorted(begin, side="right") - 1] if len(some) else some
    receipts = record.bay_in
    ends = np.cumsum(receipts[:, 2])
    received = receipts[ends.searchsorted(begin, side="right"), 1] if len(begin) else begin
    haul = _covering(record.bay_out, begin)
    if not len(record.bay_out):
        gone = np.full(len(begin), NEVER)
        return parent, pieces, received, gone, gone
    left = np.where(haul >= 0, record.bay_out[haul, 3], NEVER)
    accepted = np.where(haul >= 0, record.trips["accepted"][record.bay_out[haul, 4]], NEVER)
    return parent, pieces, received, left, accepted
