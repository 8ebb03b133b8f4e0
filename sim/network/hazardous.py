"""The hazardous chain in model units: sources and their stores, roads, vehicles, rules.

Index conventions: a *site* is a source; a *store* is one class of one site; a *flow* is one waste
stream of one site. Nodes on the map are the sites, then the county gate, then the collection point
(the gate again where there is none).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import hypot
from typing import Literal

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


class Legs(dict[int, int]):
    """Road distances from one node to others, m: worked out when first asked for."""

    def __init__(self, here: tuple[float, float], places: list[tuple[float, float]], circuity: float) -> None:
        self._here, self._places, self._circuity = here, places, circuity

    def __missing__(self, there: int) -> int:
        """Work out the distance to `there`."""
        (east, north), (east_there, north_there) = self._here, self._places[there]
        metres = int(hypot(east - east_there, north - north_there) * self._circuity * 1000)
        self[there] = metres
        return metres


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
    def legs(self) -> list[Legs]:
        """(nodes,) road distances from each node to the others, m."""
        places = list(zip(self.east_km.tolist(), self.north_km.tolist(), strict=True))
        return [Legs(here, places, self.circuity) for here in places]

    @cached_property
    def home(self) -> list[int]:
        """(sites,) road distance to the collection point, m."""
        return [self.legs[site][self.depot] for site in range(len(self.sites.names))]

    @cached_property
    def farthest(self) -> int:
        """Longest road from a site to the collection point, m."""
        return max(self.home, default=0)
