"""Long haul: sources call, a receiver waits for a load, a truck drives town - sources - town."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from sim.chance.visits import MISSED
from sim.model.driving import Driver
from sim.model.world import NEVER, World
from sim.record.hazardous import Kind, Trip, Visit
from sim.units import DAY, BoolArray, IntArray

FEW = 16
"""Callers whose stocks are looked at first; then twice as many."""


def run_receivers(world: World) -> Generator[Any, Any, None]:
    """Send a truck whenever the open calls make a load or the first of them has waited long enough."""
    desk = Desk(world)
    while (due := desk.next_dispatch()) < world.end:
        yield world.env.timeout(due - world.now)
        desk.send_truck()


@dataclass(slots=True)
class Tour:
    """A trip on paper: its driver's clock, sites in order, when each is left (s), who was not there."""

    driver: Driver
    departs: int
    sites: list[int]
    left: list[int]
    missed: list[bool]
    metres: int
    turned_home: int


class Loads(NamedTuple):
    """(sites, classes) grams loaded; where the truck is full, and how visits ended if somebody was there."""

    mass: IntArray
    full: BoolArray
    ended: IntArray


class Desk:
    """The receivers' order book: when each site that is served directly calls, or has called."""

    def __init__(self, world: World) -> None:
        self.world = world
        network = world.network
        self._triggers = world.stocks.triggers(network.stores.call_direct)
        self._expected_until = np.zeros(len(network.sites.names), dtype=np.int64)
        self._openings = np.array([route.opens for route, _ in world.routes], dtype=np.int64)
        self.calls = self._calls_of(np.arange(len(network.sites.names)), np.zeros(1, dtype=np.int64))

    def next_dispatch(self) -> int:
        """When the next truck is decided on, s; `NEVER` if nobody will call.

        Worked out as things stand, and anew from the first moment at which a caller is enrolled (its call
        lapses), a full truck turns home (the calls it has not reached count again) or a road opens, if that
        comes before.
        """
        moment = self.world.now
        while True:
            due, callers = self._due(moment)
            changes = np.concatenate([self.world.enrolled[callers], self._expected_until, self._openings])
            change = int(changes[(changes > moment) & (changes <= due)].min(initial=NEVER))
            if change >= self.world.end:
                return due
            moment = change

    def _due(self, moment: int) -> tuple[int, IntArray]:
        """When the calls known of at `moment` make a load or have waited too long, and who called by then."""
        world = self.world
        waiting = (self.calls < world.enrolled) & (world.enrolled > moment) & (self._expected_until <= moment)
        calls = np.where(waiting, self.calls, NEVER)
        first = int(calls.min(initial=NEVER))
        if first >= world.end or not world.truck_free or not world.routes:
            return NEVER, np.empty(0, dtype=np.int64)
        limit = first + world.network.direct.max_wait
        callers = (calls <= limit).nonzero()[0]
        callers = callers[calls[callers].argsort(kind="stable")]
        enough = self._enough(callers, calls, world.min_load(max(first, moment)))
        due = int(calls[callers[enough]]) if enough < len(callers) else limit
        return max(due, moment), callers[: enough + 1]

    def _enough(self, callers: IntArray, calls: IntArray, load: int) -> int:
        """How many callers come before the one whose call makes a load; all, if none does."""
        world, asked, declared = self.world, 0, 0
        while asked < len(callers):
            some = callers[asked : 2 * asked + FEW]
            stores = world.network.stores.of_site.take(some, axis=0)
            level = world.stocks.level(stores, calls.take(some)[:, None])
            mass = declared + np.add.reduce(level, axis=1).cumsum()
            reached = int(mass.searchsorted(load))
            if reached < len(some):
                return asked + reached
            asked, declared = asked + len(some), int(mass[-1])
        return asked

    def send_truck(self) -> None:
        """Plan, drive and log the trip that is decided on now; visits are resolved at once."""
        world = self.world
        waiting = (self._expected_until <= world.now) & (world.enrolled > world.now)
        callers = (waiting & (self.calls <= world.now)).nonzero()[0]
        if not len(callers):
            return
        oldest_first = callers[self.calls[callers].argsort(kind="stable")]
        chosen = oldest_first[: world.network.direct.max_stops]
        chosen = chosen[world.network.gate_rank[chosen].argsort(kind="stable")]
        served, when, turned_home = self._drive(chosen)
        self._expected_until[chosen] = turned_home
        self._expected_until[served] = 0
        self.calls[served] = self._calls_of(served, when)
        world.keep_with_trucks(served, when)

    def _calls_of(self, sites: IntArray, since: IntArray) -> IntArray:
        """When each site calls next, not before `since`."""
        stores = self.world.network.stores.of_site.take(sites, axis=0)
        oldest = self.world.network.direct.oldest
        calls: IntArray = np.maximum(self.world.stocks.calls(stores, self._triggers, oldest), since)
        return calls

    def _drive(self, chosen: IntArray) -> tuple[IntArray, IntArray, int]:
        """One trip to the sites `chosen`: those visited (or given up), when each was, when it turned home."""
        world, rules = self.world, self.world.network.direct
        ready = world.now + rules.lead
        truck = world.truck_free.index(min(world.truck_free))
        free = max(ready, world.truck_free[truck])
        leaves, receiver = departure(world, free)
        route, departs, duration = world.route_at(leaves)
        left_to_vans = world.enrolled[chosen] <= departs
        self.calls[chosen[left_to_vans]] = NEVER
        chosen = chosen[~left_to_vans]
        if departs >= world.end or receiver < 0 or not len(chosen):
            return chosen, np.full(len(chosen), NEVER), world.now
        world.ask(receiver, leaves)
        tour = self._tour(chosen.tolist(), departs, duration)
        loads = self._loads(tour)
        if loads.full[:-1].any():
            tour = self._tour(tour.sites[: int(loads.full.argmax()) + 1], departs, duration)
            loads = self._loads(tour)
        some = loads.mass.ravel().nonzero()[0]
        row = some // loads.mass.shape[1]
        sites, when = np.array(tour.sites, dtype=np.int64), np.array(tour.left, dtype=np.int64)
        visited = world.network.stores.of_site.take(sites, axis=0)
        if world.network.divert_share:
            world.stocks.settle(visited.ravel(), np.repeat(when, visited.shape[1]))
        first = world.stocks.take(visited.take(some), loads.mass.take(some), when.take(row))
        ended = loads.ended
        ended[tour.missed] = Visit.MISSED
        world.log.visits.append((sites, when, ended))
        world.log.calls.append(self.calls[sites])
        mass, taken = int(np.add.reduce(loads.mass, axis=None)), (first, first + len(row))
        world.log.carry(
            [self._home(tour, truck, route, receiver, (world.now, ready, free), mass)], [mass], [taken]
        )
        return sites, when, tour.turned_home

    def _tour(self, stops: list[int], departs: int, duration: int) -> Tour:
        """Drive to the gate and from site to site, as far as the horizon goes."""
        world = self.world
        driver = Driver(departs, world.network.time)
        driver.drive(duration)
        tour = Tour(driver, departs, [], [], [], 0, departs)
        here, legs = world.network.gate, world.network.legs
        for site in stops:
            leg = legs[here][site]
            driver.wait_until(world.local.open_from(driver.now))
            driver.drive(world.local_time(leg, driver.now))
            tour.metres += leg
            here = site
            if driver.now >= world.end:
                break
            service = world.services.item(site, driver.now // DAY)
            if service != MISSED:
                driver.work("load", service)
                driver.loaded = True
            if driver.now >= world.end:
                break
            tour.sites.append(site)
            tour.left.append(driver.now)
            tour.missed.append(service == MISSED)
        tour.turned_home = driver.now
        back = legs[here][world.network.gate]
        driver.drive(world.local_time(back, driver.now))
        tour.metres += back
        return tour

    def _loads(self, tour: Tour) -> Loads:
        """What is loaded at each stop, site after site and class after class, until the truck is full."""
        world, fleet = self.world, self.world.network.direct.fleet
        stores = world.network.stores.of_site.take(tour.sites, axis=0)
        when = np.array(tour.left, dtype=np.int64)
        found = world.stocks.collectable(stores, when[:, None])
        found[tour.missed] = 0
        due = np.add.reduce(found)
        on_board = world.classes_on_board(fleet.compartments, due)
        if on_board is None and int(due.sum()) <= fleet.payload:
            return Loads(found, np.zeros(len(found), dtype=np.bool_), np.zeros(len(found), dtype=np.int64))
        pieces = world.stocks.pieces(stores)
        wanted = found if on_board is None else np.where(on_board, found, 0)
        liftable = np.where(pieces > fleet.payload, 0, wanted)
        mass = _filled(liftable, pieces, fleet.payload)
        ended = np.where((wanted > liftable).any(axis=1), Visit.TOO_LARGE, Visit.COLLECTED)
        ended[((mass < liftable) | (wanted < found)).any(axis=1)] = Visit.TRUCK_FULL
        full = np.asarray((mass < liftable).any(axis=1), dtype=np.bool_)
        return Loads(mass, full, ended)

    def _home(
        self, tour: Tour, truck: int, route: int, receiver: int, times: tuple[int, int, int], mass: int
    ) -> Trip:
        """Drive back to the town and hand over; returns the trip."""
        world, driver = self.world, tour.driver
        route_back, departs_back, duration = world.route_at(driver.now)
        driver.wait_until(departs_back)
        driver.drive(duration)
        end = unload(world, driver, receiver)
        accepted = world.book_acceptance(receiver, end, mass)
        world.truck_free[truck] = end
        return Trip(
            Kind.DIRECT,
            truck,
            *times,
            start=tour.departs,
            end=end,
            local_m=tour.metres,
            **driver.hours,
            stops=len(tour.sites),
            route=route,
            route_back=route_back,
            receiver=receiver,
            accepted=accepted,
        )


def _filled(wanted: IntArray, pieces: IntArray, payload: int) -> IntArray:
    """(sites, classes) grams that a truck loads, site after site and class after class, in whole pieces."""
    before = wanted.cumsum().reshape(wanted.shape) - wanted
    mass = np.clip(payload - before, 0, wanted)
    if (pieces == 1).all():
        return mass
    room = payload
    for stop, column in zip(*wanted.nonzero(), strict=True):
        piece = int(pieces[stop, column])
        mass[stop, column] = min(int(wanted[stop, column]), room) // piece * piece
        room -= int(mass[stop, column])
    return mass


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
