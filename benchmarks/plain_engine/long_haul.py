"""Long haul: sites call, the receivers wait for a load, and a truck comes from the town."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from benchmarks.plain_engine.county import County
from benchmarks.plain_engine.driver import Driver
from benchmarks.plain_engine.facts import Trip, Visit
from benchmarks.plain_engine.luck import MISSED
from benchmarks.plain_engine.sites import Site
from sim.units import DAY

Steps = Generator[Any, Any, Any]


class Receivers:
    """The order book of the receivers in the town."""

    def __init__(self, county: County, sites: list[Site]) -> None:
        self.county, self.sites = county, sites
        self.news = county.env.event()
        for site in sites:
            site.tell = self.hear_of_call
        for route in county.network.routes:
            if 0 < route.opens < county.end:
                county.env.process(self._look_again(route.opens))
        county.env.process(self._decide())

    def hear_of_call(self) -> None:
        """A site has called: think about a trip, and again when its patience ends."""
        self._look()
        self.county.env.process(self._look_again(self.county.now + self.county.network.direct.max_wait))

    def _look_again(self, when: int) -> Steps:
        yield self.county.wait(when)
        self._look()

    def _look(self) -> None:
        if not self.news.triggered:
            self.news.succeed()

    def _open_calls(self) -> list[Site]:
        calling = [site for site in self.sites if site.called is not None and not site.served_by_vans]
        calling = [site for site in calling if not site.awaits_truck]
        return sorted(calling, key=lambda site: (site.called, site.number))

    def _decide(self) -> Steps:
        """Send a truck when the calls make a load, or the first has waited long enough."""
        rules = self.county.network.direct
        while True:
            yield self.news
            self.news = self.county.env.event()
            while calls := self._open_calls():
                load = sum(site.declared for site in calls)
                waited = self.county.now - (calls[0].called or 0)
                if load < self.county.least_load() and waited < rules.max_wait:
                    break
                stops = calls[: rules.max_stops]
                for site in stops:
                    site.awaits_truck, site.on_list = True, stops
                self.county.env.process(self._trip(stops))

    def _trip(self, stops: list[Site]) -> Steps:
        """Papers, a free truck, the drive, site after site, and home."""
        county, network = self.county, self.county.network
        decided = county.now
        yield county.env.timeout(network.direct.lead)
        idle_since, truck = yield county.trucks.get()
        departs = county.way(county.morning(county.now)).departs
        if all(site.enrolled <= departs for site in stops):
            yield county.trucks.put((idle_since, truck))
            return
        receiver = yield from leave_town(county)
        for site in stops:
            site.on_list = None
        trip = Trip("direct", truck, decided, county.now)
        county.facts.trips.append(trip)
        driver = Driver(county)
        yield from driver.drive(county.way(county.now).duration)
        stops.sort(key=lambda site: network.gate_rank[site.number])
        room: int | None = network.direct.fleet.payload
        here = network.gate
        while stops and room is not None:
            site = stops.pop(0)
            yield from drive_locally(county, driver, trip, here, site.number)
            here = site.number
            room = yield from self._visit(driver, trip, site, room)
        for site in stops:
            site.awaits_truck = False
        self._look()
        yield from drive_locally(county, driver, trip, here, network.gate, wait=False)
        yield from go_home(county, driver, trip, receiver)

    def _visit(self, driver: Driver, trip: Trip, site: Site, room: int) -> Steps:
        """Load class after class; returns the room that is left, None if waste had to be left behind."""
        county = self.county
        service = int(county.services[site.number, county.now // DAY])
        called = -1 if site.called is None else site.called
        trip.stops += 1
        ended = "missed"
        if service != MISSED:
            yield from driver.work("load", service)
            driver.loaded = True
            ended = "collected"
            for store in site.stores:
                there = store.collectable()
                if store.piece > county.network.direct.fleet.payload:
                    ended = "container too large" if there and ended == "collected" else ended
                    continue
                mass = min(there, room) // store.piece * store.piece
                if mass < there:
                    ended = "truck full"
                store.take(mass)
                trip.mass += mass
                room -= mass
        county.facts.visits.append(Visit("direct", site.number, county.now, ended, called))
        site.been_visited()
        return None if ended == "truck full" else room


def leave_town(county: County) -> Steps:
    """Leave on the morning of a working day, when a receiver has licence left and the road is open."""
    yield county.wait(county.morning(county.now))
    while (receiver := county.receiver()) is None:
        new_year = county.new_years[county.year(county.now) + 1]
        yield county.wait(county.morning(new_year))
    yield county.wait(county.way(county.now).departs)
    return receiver


def drive_locally(
    county: County, driver: Driver, trip: Trip, here: int, there: int, *, wait: bool = True
) -> Steps:
    """Drive a leg inside the county, where one waits before it until the roads are open."""
    if wait:
        yield from driver.wait(county.local.open_from(county.now))
    metres = county.metres(here, there)
    trip.metres += metres
    yield from driver.drive(county.local_drive(metres, county.now))


def go_home(county: County, driver: Driver, trip: Trip, receiver: int) -> Steps:
    """From the gate to the town; the load is unloaded in the receiver's opening hours."""
    way = county.way(county.now)
    yield from driver.wait(way.departs)
    yield from driver.drive(way.duration)
    place = county.network.receivers[receiver]
    midnight = county.now // DAY * DAY
    if county.now - midnight >= place.closes:
        midnight += DAY
    yield from driver.wait(midnight + place.opens)
    yield from driver.work("unload", county.network.time.unload)
    trip.end = county.now
    trip.hours = driver.hours
    trip.accepted = county.accept(receiver, trip.mass)
    yield county.trucks.put((county.now, trip.vehicle))
