"""The hazardous chain in model units: sources and their stores, roads, vehicles, rules.

Index conventions: a *site* is a source; a *store* is one class of one site; a *flow* is one waste
stream of one site. Nodes on the map are the sites, then the county gate, then the collection point
(the gate again where there is none).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from sim.calendars import Horizon, WorkingCalendar
from sim.network.valuation import Valuation
from sim.units import DAY, BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class Sites:
    """Sources. `type` is an index into `types`; `pilot` says whom the collection point is to serve."""

    names: tuple[str, ...]
    titles: tuple[str, ...]
    types: tuple[str, ...]
    type: IntArray
    lat: FloatArray
    lon: FloatArray
    zone: IntArray
    zones: tuple[str, ...]
    pilot: BoolArray


@dataclass(frozen=True)
class Stores:
    """Stores, ordered by site and then class; masses in grams.

    Attributes
    ----------
    of_site
        (sites, classes) store index; the number of stores where a site has no such store.
    call_direct, call_pilot
        Stock at which the site asks for collection.
    """

    names: tuple[str, ...]
    site: IntArray
    storage_class: IntArray
    capacity: IntArray
    container: IntArray
    call_direct: IntArray
    call_pilot: IntArray
    of_site: IntArray

    def __len__(self) -> int:
        return len(self.names)


@dataclass(frozen=True)
class Flows:
    """Waste streams of sites: expected batches a year at level 1, and the law of their mass (g)."""

    names: tuple[str, ...]
    stream: IntArray
    store: IntArray
    batches_per_year: FloatArray
    mean_mass: FloatArray
    cv: FloatArray


@dataclass(frozen=True)
class Cleanings:
    """Planned pickups: period (s) and mass (g) of each site that has them."""

    sites: tuple[str, ...]
    stream: IntArray
    period: IntArray
    mass: IntArray


@dataclass(frozen=True)
class Arising:
    """What arises: all that the deposits of a run depend on, beside chance.

    `key` identifies equal ones, so that plans which share it also share the drawn deposits.
    """

    key: str
    flows: Flows
    cleanings: Cleanings
    stores: int
    level: float
    growth: float
    growth_from: int
    yearly_cv: float
    seasons: tuple[float, ...]
    horizon: Horizon


@dataclass(frozen=True)
class RoadClosures:
    """A kind of chance closure of a road."""

    name: str
    per_year: float
    months: tuple[int, ...]
    mean: float
    cv: float


@dataclass(frozen=True)
class Road:
    """A road with its chance: `name` of it, closures (durations in s), spread of travel times."""

    name: str
    travel_time_cv: float
    closures: tuple[RoadClosures, ...]


@dataclass(frozen=True)
class LongHaulRoute:
    """One way between the gate and the town; open to hazardous goods in [opens, closes) s."""

    road: Road
    distance_km: float
    duration: int
    opens: int
    min_load: int
    freeway_share: float
    toll: float


@dataclass(frozen=True)
class Fleet:
    """A kind of vehicle in model units; payload in grams."""

    name: str
    payload: int
    compartments: int
    cost_per_km: float
    crew_per_day: float
    capital_per_year: float
    co2_per_km: float


@dataclass(frozen=True)
class WorkingTime:
    """Shift and driving hours, s."""

    shift_start: int
    shift: int
    driving: int
    break_after: int
    break_time: int
    load: int
    load_cv: float
    unload: int
    missed: float

    @cached_property
    def limits(self) -> IntArray:
        """What a driver keeps to: start and length of a shift, driving, break after and of so long, s."""
        return np.array([self.shift_start, self.shift, self.driving, self.break_after, self.break_time])


@dataclass(frozen=True)
class ReceiverSite:
    """A receiver: licence (g a calendar year), opening hours (s of day), confirmation (s), share of trips."""

    name: str
    capacity: int
    opens: int
    closes: int
    confirmation: int
    confirmation_cv: float
    work_share: float


@dataclass(frozen=True)
class DirectRules:
    """Long haul: when sources call, when a truck is sent, what it may do."""

    oldest: int
    max_wait: int
    lead: int
    fleet: Fleet
    trucks: int
    max_stops: int


@dataclass(frozen=True)
class BayPlace:
    """A bay, g; `storage_class` is an index into the classes."""

    storage_class: int
    capacity: int
    release: int


@dataclass(frozen=True)
class Opening:
    """Opening date of the collection point: triangular between low and high, s."""

    low: int
    mode: int
    high: int


@dataclass(frozen=True)
class CollectionSite:
    """The collection point; masses in grams, times in seconds."""

    opening: Opening
    enrolment: int
    licence: int
    bays: tuple[BayPlace, ...]
    bay_of_class: tuple[int, ...]
    refuses: bool
    vans: int
    van: Fleet
    mean_operating: float
    repair: int
    max_stops: int
    rounds: Literal["fixed", "on_call"]
    every_days: int
    skip_below: int
    call_oldest: int
    age_trigger_working_days: int
    handover_working_days: int
    haul_fleet: Fleet
    operation_per_year: float
    capital_per_year: float
    bay_capital_per_t_year: float


def metres_between(east_km: float, north_km: float, circuity: float) -> int:
    """Length of a road inside the county between places so far apart, m."""
    return int(math.sqrt(east_km * east_km + north_km * north_km) * circuity * 1000)


@dataclass(frozen=True)
class HazardousNetwork:
    """Everything that exists in the hazardous chain.

    Attributes
    ----------
    east_km, north_km
        (nodes,) plane coordinates; a road inside the county is `circuity` times the straight line.
    pace
        Usual driving time inside the county, s/km.
    tour_rank
        (sites,) position of a site in the a-priori tour of its zone from the collection point.
    gate_rank
        (sites,) position in the a-priori tour of its zone from the gate; zones in order of distance.
    apart
        (classes,) group of classes that may share a compartment.
    """

    horizon: Horizon
    calendar: WorkingCalendar
    classes: tuple[str, ...]
    streams: tuple[str, ...]
    sites: Sites
    stores: Stores
    arising: Arising
    capture_direct: float
    capture_pilot: float
    partial_containers: bool
    divert_share: float
    divert_grace: int
    age_limit: int
    site_cap: int
    site_cap_from: int
    east_km: FloatArray
    north_km: FloatArray
    circuity: float
    pace: float
    tour_rank: IntArray
    gate_rank: IntArray
    gate: int
    depot: int
    local_road: Road
    routes: tuple[LongHaulRoute, ...]
    receivers: tuple[ReceiverSite, ...]
    apart: IntArray
    time: WorkingTime
    direct: DirectRules
    collection: CollectionSite | None
    valuation: Valuation

    @cached_property
    def shift_starts(self) -> list[int]:
        """When the shift of each working day starts, s."""
        return [day * DAY + self.time.shift_start for day in self.calendar.working.tolist()]

    @cached_property
    def gate_to_depot(self) -> int:
        """Length of the road from the gate to the collection point, m."""
        east, north = self.east_km[self.gate] - self.east_km[self.depot], self.north_km[self.gate]
        return metres_between(east, north - self.north_km[self.depot], self.circuity)
