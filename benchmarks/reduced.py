"""The work that every engine can express: firms fill stores and call, trucks of a town fetch everything.

It is `chengkou/long_haul` on the open expressway, cut down by settings alone, so the model runs it through
its ordinary door. Roads are never closed and equally fast every day, and a truck holds whatever it finds.
Left are batches by chance into 286 stores, calls (a store nearly full, or its oldest waste old), a minimum
load and a patience, papers, two trucks, a driver's day with breaks and nights, missed visits and loading
times by chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import hypot
from typing import NamedTuple

import numpy as np

from benchmarks.synthetic import compiled
from sim.calendars import Horizon
from sim.chance.chance import Chance
from sim.chance.deposits import Deposits, deposits
from sim.chance.visits import MISSED, services
from sim.kpi.measure import Judgement
from sim.model.driving import Driver
from sim.network.hazardous import HazardousNetwork
from sim.units import DAY, IntArray

NEVER = 1 << 60
NAME = "chengkou/long_haul+g69_open"
SETTINGS = (
    "roads.local.travel_time_cv=0",
    "roads.local.closures.ice.per_year=0",
    "roads.routes.g69.travel_time_cv=0",
    "roads.routes.g69.closures.closed.per_year=0",
    "roads.routes.old.travel_time_cv=0",
    "roads.routes.old.closures.landslide.per_year=0",
    "roads.routes.old.closures.ice.per_year=0",
    "vehicles.medium.payload_t=40",
)


class Figures(NamedTuple):
    """What a run came to. Overflow counts in the reported years, the rest in all; g and s."""

    trips: int
    visits: int
    missed: int
    collected: int
    overflow_store_years: int
    overflow_seconds: int


class Stop(NamedTuple):
    """A visit on a trip: the site, when it is left, and whether nobody was there."""

    site: int
    left: int
    missed: bool


@dataclass(frozen=True)
class Work:
    """The network, and what the peers need of it as plain numbers."""

    network: HazardousNetwork
    judgement: Judgement
    stores_of: tuple[tuple[int, ...], ...]
    capacity: tuple[int, ...]
    call_at: tuple[int, ...]
    mornings: IntArray

    @property
    def end(self) -> int:
        """End of the run, s."""
        return self.network.horizon.end


@cache
def reduced_work(counties: int = 1, years: int = 5, warm_up: int = 2) -> Work:
    """The work for so many counties side by side, and so many reported years."""
    horizon = Horizon(2026, 2025 + years, warm_up)
    network, judgement = compiled(NAME, SETTINGS, horizon, "hazardous", counties)
    assert isinstance(network, HazardousNetwork)
    stores = network.stores
    return Work(
        network,
        judgement,
        tuple(tuple(store for store in row if store < len(stores)) for row in stores.of_site.tolist()),
        tuple(stores.capacity.tolist()),
        tuple(stores.call_direct.tolist()),
        network.calendar.working * DAY + network.time.shift_start,
    )


@dataclass(frozen=True)
class Drawn:
    """Chance of one replication of the work: the batches of each store, and time at each site and date."""

    batches: Deposits
    services: IntArray


def draw(work: Work, chance: Chance) -> Drawn:
    """What the model itself would meet."""
    return Drawn(deposits(chance, work.network.arising), services(chance, work.network))


def itinerary(work: Work, drawn: Drawn, free: int, sites: Sequence[int]) -> tuple[int, list[Stop], int]:
    """A trip's departure, its visits in order, and when its truck is free again, s.

    Nothing on a trip depends on what else happens, so a per-event engine may look its moments up here; it
    still has an event per visit. `sites` are in order of the tour.
    """
    network = work.network
    leaves = int(work.mornings[work.mornings.searchsorted(free)])
    driver = Driver(leaves, network.time)
    driver.drive(network.routes[0].duration)
    stops: list[Stop] = []
    here = network.gate
    for site in sites:
        driver.drive(_leg(network, here, site))
        here = site
        if driver.now >= work.end:
            break
        service = int(drawn.services[site, driver.now // DAY])
        if service != MISSED:
            driver.work("load", service)
        if driver.now >= work.end:
            break
        stops.append(Stop(site, driver.now, service == MISSED))
    driver.drive(_leg(network, here, network.gate))
    driver.drive(network.routes[0].duration)
    place = network.receivers[0]
    of_day = driver.now % DAY
    if of_day < place.opens:
        driver.wait_until(driver.now - of_day + place.opens)
    elif of_day >= place.closes:
        driver.wait_until(driver.now - of_day + DAY + place.opens)
    driver.work("unload", network.time.unload)
    return leaves, stops, driver.now


def _leg(network: HazardousNetwork, here: int, there: int) -> int:
    east = network.east_km[here] - network.east_km[there]
    north = network.north_km[here] - network.north_km[there]
    return int(int(hypot(east, north) * network.circuity * 1000) * network.pace / 1000)


class Book:
    """Where an engine without books of its own writes what happened."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.trips = self.visits = self.missed = self.collected = 0
        self.episodes: list[tuple[int, int, int]] = []

    def figures(self) -> Figures:
        """What it came to."""
        counted = overflow(self.work.network.horizon, self.episodes)
        return Figures(self.trips, self.visits, self.missed, self.collected, *counted)


def overflow(horizon: Horizon, episodes: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    """Store-years with overflow and its seconds, of (store, begin, end) clipped to the reported years."""
    edges = horizon.reported_edges
    table = np.array(episodes, dtype=np.int64).reshape(-1, 3)
    struck: set[tuple[int, int]] = set()
    seconds = 0
    for year, (first, last) in enumerate(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)):
        inside = np.minimum(table[:, 2], last) - np.maximum(table[:, 1], first)
        struck |= {(store, year) for store in table[inside > 0, 0].tolist()}
        seconds += int(inside[inside > 0].sum())
    return len(struck), seconds
