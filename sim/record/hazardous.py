"""What happened in the hazardous chain of one run, as flat columns; every number is derived from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import NamedTuple

from sim.chance.deposits import Deposits
from sim.chance.roads import RoadState
from sim.network.hazardous import HazardousNetwork
from sim.record.inflow import Inflow
from sim.units import BoolArray, IntArray


class Kind(IntEnum):
    """Kinds of trips."""

    DIRECT = 0
    ROUND = 1
    HAUL = 2


class Visit(IntEnum):
    """How a visit ended."""

    COLLECTED = 0
    MISSED = 1
    TRUCK_FULL = 2
    BAY_FULL = 3
    LICENCE_USED = 4
    TOO_LARGE = 5


DIVERTED = -1
"""Trip number of removals that left by illegal ways."""


class Trip(NamedTuple):
    """One trip: indices (-1: none), s; metres are those inside the county. The record also has its `mass`, g.

    `decided`, `ready`, `free`: when it was decided on, its papers were ready, a vehicle was free. From
    `start` to `end` the states `drive_empty` ... `rest` follow each other in some order; `overtime` is
    what of it lies outside the shift. `accepted` is when a receiver has accepted the load.
    """

    kind: int
    vehicle: int
    decided: int
    ready: int
    free: int
    start: int
    end: int
    local_m: int
    drive_empty: int
    drive_loaded: int
    load: int
    unload: int
    wait: int
    rest: int
    stops: int
    overtime: int = 0
    route: int = -1
    route_back: int = -1
    receiver: int = -1
    accepted: int = -1


VISIT_COLUMNS = ("trip", "site", "when", "ended", "called")
"""Per visit: indices, s, a `Visit`, and when the site called (s; -1 where nobody had to)."""


@dataclass(frozen=True)
class HazardousRecord:
    """Facts of one run.

    Attributes
    ----------
    inflow
        What went into the stores.
    stream
        (deposits,) stream of each deposit of `inflow`.
    captured
        (batches,) which of `deposits` went into the stores; None where all did.
    removals
        (n, 5) stock, from and to coordinate, when (s), trip; ordered by coordinate.
    bay_in
        (n, 4) bay, when, mass, removal row; in order of receipt per bay.
    bay_out
        (n, 5) bay, from and to coordinate, when, trip.
    turned_away
        (n, 3) bay, when, g for want of room.
    trips, visits
        Columns by name.
    down
        (n, 3) van, begin, end of repairs.
    """

    network: HazardousNetwork
    deposits: Deposits
    captured: BoolArray | None
    inflow: Inflow
    stream: IntArray
    cleanings: tuple[IntArray, IntArray, IntArray]
    removals: IntArray
    bay_in: IntArray
    bay_out: IntArray
    turned_away: IntArray
    trips: dict[str, IntArray]
    visits: dict[str, IntArray]
    down: IntArray
    opens: int
    enrolled: IntArray
    closures: dict[str, RoadState]

    @cached_property
    def into_bays(self) -> Inflow:
        """What went into the bays."""
        bays = 0 if self.network.collection is None else len(self.network.collection.bays)
        bay, when, mass, _ = self.bay_in.T
        return Inflow(bay, when, mass, bays, self.network.horizon.end)

    @cached_property
    def emptied(self) -> IntArray:
        """(removals,) how many deposits each removal and those before it emptied or began on."""
        places: IntArray = self.inflow.mass_axis.searchsorted(self.removals[:, 2])
        return places
