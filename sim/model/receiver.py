"""Long haul: sources call, a receiver waits for a load, a truck drives town - sources - town."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, NamedTuple

import numpy as np

from sim.model.driving import Driver
from sim.model.stock import call_again
from sim.model.trucks import collect, next_load, whom_to_visit
from sim.model.world import NEVER, World
from sim.record.hazardous import Kind, Trip
from sim.units import DAY, IntArray


def run_receivers(world: World) -> Generator[Any, Any, None]:
    """Send a truck whenever the open calls make a load or the first of them has waited long enough."""
    desk = Desk(world)
    while (due := desk.next_dispatch()) < world.end:
        yield world.env.timeout(due - world.now)
        desk.send_truck()


class Tour(NamedTuple):
    """What a truck did between leaving the gate and coming back to it.

    Metres inside the county; per site when it was left (s) and how the visit ended; when the truck turned
    home; grams loaded, and their rows in the log of removals.
    """

    metres: int
    left: IntArray
    ended: IntArray
    turned_home: int
    mass: int
    taken: tuple[int, int]


class Desk:
    """The receivers' order book: when each site that is served directly calls, or has called."""

    def __init__(self, world: World) -> None:
        self.world = world
        network = world.network
        sites, most, classes = len(network.sites.names), network.direct.max_stops, len(network.classes)
        self._triggers = world.stocks.triggers(network.stores.call_direct)
        self._expected_until = np.zeros(sites, dtype=np.int64)
        self._opens = np.array([route.opens for route, _ in world.routes], dtype=np.int64)
        self._min_load = np.array([route.min_load for route, _ in world.routes], dtype=np.int64)
        self.calls = np.zeros(sites, dtype=np.int64)
        self._chosen = np.empty(most, dtype=np.int64)
        self._loaded = np.empty((most, classes), dtype=np.int64)
        self._shares = np.empty(classes, dtype=np.int64), np.empty(classes, dtype=np.bool_)
        self._call_again(np.arange(sites), np.zeros(sites, dtype=np.int64))

    def next_dispatch(self) -> int:
        """When the next truck is decided on, s; `NEVER` if nobody will call."""
        world, rules = self.world, self.world.network.direct
        if not world.truck_free or not world.routes:
            return NEVER
        return next_load(
            world.now, world.end, rules.max_wait, self.calls, world.enrolled, self._expected_until,
            self._opens, self._min_load, world.network.stores.of_site, *world.stocks.given,
        )  # fmt: skip

    def send_truck(self) -> None:
        """Plan, drive and log the trip that is decided on now; visits are resolved at once."""
        world, network = self.world, self.world.network
        count = whom_to_visit(
            world.now, network.direct.max_stops, self.calls, world.enrolled, self._expected_until,
            network.gate_rank, self._chosen,
        )  # fmt: skip
        if not count:
            return
        chosen = self._chosen[:count].copy()
        served, when, turned_home = self._drive(chosen)
        self._expected_until[chosen] = turned_home
        self._expected_until[served] = 0
        self._call_again(served, when)
        world.keep_with_trucks(served, when)

    def _call_again(self, sites: IntArray, since: IntArray) -> None:
        """Work out when each site calls next, not before `since`."""
        stocks, network = self.world.stocks, self.world.network
        call_again(
            sites,
            since,
            network.stores.of_site,
            *stocks.given,
            self._triggers,
            network.direct.oldest,
            self.calls,
        )

    def _drive(self, chosen: IntArray) -> tuple[IntArray, IntArray, int]:
        """One trip to the sites `chosen`: those visited (or given up), when each was, when it turned home."""
        world, rules = self.world, self.world.network.direct
        ready = world.now + rules.lead
        truck = world.truck_free.index(min(world.truck_free))
        free = max(ready, world.truck_free[truck])
        leaves, receiver = departure(world, free)
        route, departs, duration = world.route_at(leaves)
        left_to_vans = world.enrolled[chosen] <= departs
        if left_to_vans.any():
            self.calls[chosen[left_to_vans]] = NEVER
            chosen = chosen[~left_to_vans]
        if departs >= world.end or receiver < 0 or not len(chosen):
            return chosen, np.full(len(chosen), NEVER), world.now
        world.ask(receiver, leaves)
        driver = Driver(departs, world.network.time)
        tour = self._tour(driver, chosen, departs, duration)
        sites = chosen[: len(tour.left)]
        world.log.visits.append((sites, tour.left, tour.ended))
        world.log.calls.append(self.calls[sites])
        trip = self._home(driver, tour, truck, route, receiver, departs, (world.now, ready, free))
        world.log.carry([trip], [tour.mass], [tour.taken])
        return sites, tour.left, tour.turned_home

    def _tour(self, driver: Driver, chosen: IntArray, departs: int, duration: int) -> Tour:
        """Drive to the gate, from site to site until the truck is full, and back to the gate."""
        world, network = self.world, self.world.network
        fleet, log = network.direct.fleet, world.log
        room = log.room(2 * len(chosen) * len(network.classes))
        left, ended = np.empty_like(chosen), np.empty_like(chosen)
        visited, metres, turned_home, first, log.removed = collect(
            driver.clock, driver.limits, departs, duration, world.end, chosen, *world.map, network.gate,
            *world.local_given, network.stores.of_site, *world.stocks.given, *world.stocks.rules,
            network.apart, fleet.compartments, fleet.payload, left, ended, self._loaded, *self._shares,
            room, log.removed,
        )  # fmt: skip
        mass = int(self._loaded[:visited].sum())
        return Tour(metres, left[:visited], ended[:visited], turned_home, mass, (first, log.removed))

    def _home(
        self,
        driver: Driver,
        tour: Tour,
        truck: int,
        route: int,
        receiver: int,
        departs: int,
        decided: tuple[int, int, int],
    ) -> Trip:
        """Drive back to the town and hand over; returns the trip."""
        world = self.world
        route_back, departs_back, duration = world.route_at(driver.now)
        driver.wait_until(departs_back)
        driver.drive(duration)
        end = unload(world, driver, receiver)
        accepted = world.book_acceptance(receiver, end, tour.mass)
        world.truck_free[truck] = end
        return Trip(
            Kind.DIRECT,
            truck,
            *decided,
            start=departs,
            end=end,
            local_m=tour.metres,
            **driver.hours,
            stops=len(tour.left),
            route=route,
            route_back=route_back,
            receiver=receiver,
            accepted=accepted,
        )


def departure(world: World, free: int) -> tuple[int, int]:
    """Morning on which a truck leaves the town, and the receiver that sends it (-1: none any more)."""
    leaves = world.next_shift(free)
    while (receiver := world.receiver_at(leaves)) < 0 and leaves < world.end:
        leaves = world.next_shift(int(world.network.horizon.simulated_edges[world.year_of(leaves) + 1]))
    return leaves, receiver


def unload(world: World, driver: Driver, receiver: int) -> int:
    """Unload at the receiver's gate in its opening hours; returns the end of the trip, s."""
    place = world.network.receivers[receiver]
    of_day = driver.now % DAY
    if of_day < place.opens:
        driver.wait_until(driver.now - of_day + place.opens)
    elif of_day >= place.closes:
        driver.wait_until(driver.now - of_day + DAY + place.opens)
    driver.work("unload", world.network.time.unload)
    return driver.now


def haul(world: World, leaves: int, depot_metres: int) -> tuple[Driver, int, int]:
    """An empty truck from the town to the collection point: driver, route, departure (s)."""
    route, departs, duration = world.route_at(leaves)
    driver = Driver(departs, world.network.time)
    driver.drive(duration)
    driver.wait_until(world.local.open_from(driver.now))
    driver.drive(world.local_time(depot_metres, driver.now))
    return driver, route, departs
