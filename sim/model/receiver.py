"""Long haul: sources call, a receiver waits for a load, a truck drives town - sources - town."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from sim.chance.visits import MISSED
from sim.model.driving import Driver
from sim.model.world import NEVER, Times, World
from sim.record.hazardous import Kind, Visit
from sim.units import DAY, IntArray


def run_receivers(world: World) -> Generator[Any, Any, None]:
    """Send a truck whenever the open calls make a load or the first of them has waited long enough."""
    desk = Desk(world)
    while (due := desk.next_dispatch()) < world.end:
        yield world.env.timeout(due - world.now)
        desk.send_truck()


class Desk:
    """The receivers' order book: when each site that is served directly calls, or has called."""

    def __init__(self, world: World) -> None:
        self.world = world
        network = world.network
        self._call_mass = np.append(network.stores.call_direct, 1)
        self.calls = self._calls_of(np.arange(len(network.sites.names)), np.zeros(1, dtype=np.int64))

    def next_dispatch(self) -> int:
        """When the next truck is decided on, s; `NEVER` if nobody will call."""
        world = self.world
        waiting = (self.calls < world.enrolled) & (world.enrolled > world.now)
        calls = np.where(waiting, self.calls, NEVER)
        first = int(calls.min(initial=NEVER))
        if first >= world.end or not world.truck_free or not world.routes:
            return NEVER
        limit = first + world.network.direct.max_wait
        callers = np.flatnonzero(calls <= limit)
        callers = callers[np.argsort(calls[callers], kind="stable")]
        stores = world.network.stores.of_site[callers]
        declared = world.stocks.level(stores, calls[callers, None]).sum(axis=1).cumsum()
        enough = int(declared.searchsorted(world.min_load(max(first, world.now))))
        due = int(calls[callers[enough]]) if enough < len(callers) else limit
        return max(due, world.now)

    def send_truck(self) -> None:
        """Plan, drive and log the trip that is decided on now; visits are resolved at once."""
        world = self.world
        callers = np.flatnonzero((self.calls <= world.now) & (world.enrolled > world.now))
        if not len(callers):
            return
        oldest_first = callers[np.argsort(self.calls[callers], kind="stable")]
        chosen = oldest_first[: world.network.direct.max_stops]
        chosen = chosen[np.argsort(world.network.gate_rank[chosen], kind="stable")]
        served, when = self._drive(chosen)
        self.calls[served] = self._calls_of(served, when)

    def _calls_of(self, sites: IntArray, since: IntArray) -> IntArray:
        """When each site calls next, not before `since`."""
        stores = self.world.network.stores.of_site[sites]
        stocks = self.world.stocks
        full = stocks.reaches(stores, self._call_mass[stores])
        old = stocks.oldest(stores) + self.world.network.direct.oldest
        calls: IntArray = np.maximum(np.minimum(full, old).min(axis=1, initial=NEVER), since)
        return calls

    def _drive(self, chosen: IntArray) -> tuple[IntArray, IntArray]:
        """One trip to the sites `chosen`: those visited (or given up), and the time of each."""
        world, rules = self.world, self.world.network.direct
        ready = world.now + rules.lead
        truck = int(np.argmin(world.truck_free))
        free = max(ready, world.truck_free[truck])
        leaves, receiver = _departure(world, free)
        route, departs, duration = world.route_at(leaves)
        if departs >= world.end or receiver < 0:
            return chosen, np.full(len(chosen), NEVER)
        driver = Driver(departs, world.network.time)
        driver.drive(duration)
        trip = len(world.trips)
        served, when, mass, metres = self._visit(driver, chosen, trip)
        route_back, departs_back, duration = world.route_at(driver.now)
        driver.wait_until(departs_back)
        driver.drive(duration)
        end, accepted = _hand_over(world, driver, receiver, mass)
        world.truck_free[truck] = end
        times = Times(decided=world.now, ready=ready, free=free)
        world.log_trip(
            Kind.DIRECT,
            truck,
            route,
            route_back,
            receiver,
            times,
            departs,
            end,
            metres,
            driver.hours,
            0,
            len(served),
            mass,
            accepted,
        )
        return np.array(served, dtype=np.int64), np.array(when, dtype=np.int64)

    def _visit(self, driver: Driver, chosen: IntArray, trip: int) -> tuple[list[int], list[int], int, int]:
        """Go round the sites from the gate and back to it, until the truck is full."""
        world, fleet = self.world, self.world.network.direct.fleet
        of_site, apart_mask = world.network.stores.of_site, self._on_board(chosen)
        here, metres, room = world.network.gate, 0, fleet.payload
        served: list[int] = []
        times: list[int] = []
        for site in chosen.tolist():
            leg = world.metres(here, site)
            driver.wait_until(world.local.open_from(driver.now))
            driver.drive(world.local_time(leg, driver.now))
            metres += leg
            here = site
            if driver.now >= world.end:
                break
            service = int(world.services[site, driver.now // DAY])
            ended = Visit.MISSED
            if service != MISSED:
                driver.work("load", service)
                when = min(driver.now, world.end - 1)
                stores = of_site[site]
                found = world.stocks.collectable(stores, np.array(when))
                wanted = found if apart_mask is None else np.where(apart_mask, found, 0)
                mass = np.clip(room - np.concatenate([[0], wanted.cumsum()[:-1]]), 0, wanted)
                loaded = np.flatnonzero(mass)
                if len(loaded):
                    at, by = np.full(len(loaded), when), np.full(len(loaded), trip)
                    world.stocks.take(stores[loaded], mass[loaded], at, by)
                    driver.loaded = True
                room -= int(mass.sum())
                ended = Visit.COLLECTED if mass.sum() == found.sum() else Visit.TRUCK_FULL
            served.append(site)
            times.append(driver.now)
            world.visit_trip.append(trip)
            world.visit_site.append(site)
            world.visit_when.append(min(driver.now, world.end - 1))
            world.visit_ended.append(ended)
            world.visit_called.append(int(self.calls[site]))
            if room <= 0:
                break
        back = world.metres(here, world.network.gate)
        driver.drive(world.local_time(back, driver.now))
        return served, times, fleet.payload - room, metres + back

    def _on_board(self, chosen: IntArray) -> Any:
        world = self.world
        due = world.stocks.level(world.network.stores.of_site[chosen], np.array(world.now)).sum(axis=0)
        return world.classes_on_board(world.network.direct.fleet.compartments, due)


def _departure(world: World, free: int) -> tuple[int, int]:
    """Morning on which a truck leaves the town, and the receiver that sends it (-1: none any more)."""
    leaves = world.next_shift(free)
    while (receiver := world.receiver_at(leaves)) < 0 and leaves < world.end:
        leaves = world.next_shift(int(world.network.horizon.simulated_edges[world.year_of(leaves) + 1]))
    return leaves, receiver


def _hand_over(world: World, driver: Driver, receiver: int, mass: int) -> tuple[int, int]:
    """Unload at the receiver's gate in its opening hours: end of the trip, and acceptance, s."""
    place = world.network.receivers[receiver]
    of_day = driver.now % DAY
    if of_day < place.opens:
        driver.wait_until(driver.now - of_day + place.opens)
    elif of_day >= place.closes:
        driver.wait_until(driver.now - of_day + DAY + place.opens)
    driver.work("unload", world.network.time.unload)
    return driver.now, world.book_acceptance(receiver, driver.now, mass)


def haul(world: World, leaves: int, depot_metres: int) -> tuple[Driver, int, int]:
    """An empty truck from the town to the collection point: driver, route, departure (s)."""
    route, departs, duration = world.route_at(leaves)
    driver = Driver(departs, world.network.time)
    driver.drive(duration)
    driver.wait_until(world.local.open_from(driver.now))
    driver.drive(world.local_time(depot_metres, driver.now))
    return driver, route, departs


departure, hand_over = _departure, _hand_over
