"""The collection point: campaigns of rounds, bays, and joint loads to the receivers."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from typing import Any, NamedTuple

from benchmarks.plain_engine.county import NEVER, County
from benchmarks.plain_engine.driver import Driver
from benchmarks.plain_engine.facts import Trip, Visit
from benchmarks.plain_engine.long_haul import drive_locally, go_home, leave_town
from benchmarks.plain_engine.luck import MISSED, Luck
from benchmarks.plain_engine.sites import Site, Store
from sim.network.hazardous import BayPlace, CollectionSite
from sim.units import DAY

Steps = Generator[Any, Any, Any]


class Bay:
    """A bay: its lots, and what vans under way will bring."""

    def __init__(self, number: int, place: BayPlace, piece: int) -> None:
        self.number, self.piece = number, piece
        self.capacity, self.release = place.capacity, place.release
        self.lots: deque[tuple[int, int]] = deque()
        self.level = 0
        self.promised = 0


class CollectionPoint:
    """Bays, and one joint load on order at a time."""

    def __init__(self, county: County, site: CollectionSite) -> None:
        self.county, self.site = county, site
        stores, whole = county.network.stores, not county.network.partial_containers
        container = dict(zip(stores.storage_class.tolist(), stores.container.tolist(), strict=True))
        self.bays = [
            Bay(number, place, container.get(place.storage_class, 1) if whole else 1)
            for number, place in enumerate(site.bays)
        ]
        self.received: dict[int, int] = {}
        self.on_order = False

    def room(self, year: int) -> tuple[list[int], int]:
        """What each bay, and the licence of the year, has room for."""
        promised = sum(bay.promised for bay in self.bays)
        licence = max(0, self.site.licence - self.received.get(year, 0) - promised)
        if not self.site.refuses:
            return [NEVER] * len(self.bays), licence
        return [max(0, bay.capacity - bay.level - bay.promised) for bay in self.bays], licence

    def receive(self, brought: list[int]) -> None:
        """Put a van's load into the bays."""
        county = self.county
        for bay, mass in zip(self.bays, brought, strict=True):
            if mass:
                bay.level += mass
                bay.promised -= mass
                bay.lots.append((county.now, mass))
                county.facts.receipts.append((bay.number, county.now, mass))
                county.env.process(self._watch_age(county.now))
        year = county.year(county.now)
        self.received[year] = self.received.get(year, 0) + sum(brought)
        self.look()

    def look(self) -> None:
        """Order a joint load if a bay is at its release level or its oldest lot is due."""
        if self.on_order:
            return
        if any(bay.level >= bay.release for bay in self.bays) or self._due() <= self.county.now:
            self.on_order = True
            self.county.env.process(self._haul())

    def _due(self) -> int:
        """When the oldest lot of all bays must be put under way."""
        return min((self._age_limit(bay.lots[0][0]) for bay in self.bays if bay.lots), default=NEVER)

    def _age_limit(self, received: int) -> int:
        calendar, days = self.county.network.calendar, self.site.age_trigger_working_days
        return calendar.after(received // DAY, days) * DAY + self.county.network.time.shift_start

    def _watch_age(self, received: int) -> Steps:
        yield self.county.wait(self._age_limit(received))
        self.look()

    def _haul(self) -> Steps:
        """Papers, a truck from the town, loading, and home."""
        county, network = self.county, self.county.network
        decided = county.now
        yield county.env.timeout(network.direct.lead)
        _, truck = yield county.trucks.get()
        receiver = yield from leave_town(county)
        trip = Trip("haul", truck, decided, county.now, stops=1)
        county.facts.trips.append(trip)
        driver = Driver(county)
        yield from driver.drive(county.way(county.now).duration)
        yield from drive_locally(county, driver, trip, network.gate, network.depot)
        trip.mass = self._load()
        self.on_order = False
        self.look()
        yield from driver.work("load", network.time.unload)
        driver.loaded = True
        yield from drive_locally(county, driver, trip, network.depot, network.gate, wait=False)
        yield from go_home(county, driver, trip, receiver)

    def _load(self) -> int:
        """Bays at their release level first, then the oldest, up to the payload."""
        room = self.site.haul_fleet.payload

        def urgency(bay: Bay) -> tuple[bool, int, int]:
            return bay.level < bay.release, bay.lots[0][0] if bay.lots else NEVER, bay.number

        for bay in sorted(self.bays, key=urgency):
            mass = min(room, bay.level) // bay.piece * bay.piece
            if mass:
                self.county.facts.hauled.append((bay.number, self.county.now, mass))
            room -= mass
            bay.level -= mass
            while mass:
                when, lot = bay.lots.popleft()
                if lot > mass:
                    bay.lots.appendleft((when, lot - mass))
                mass -= min(lot, mass)
        return self.site.haul_fleet.payload - room


class Stop(NamedTuple):
    """A stop as planned when the van leaves, s and m."""

    site: Site
    missed: bool
    metres: int
    drive: int
    pause: int
    stay: int


class Rounds:
    """Campaigns: every so many days, rounds to those who need one."""

    def __init__(
        self, county: County, point: CollectionPoint, sites: list[Site], luck: Luck, opens: int
    ) -> None:
        self.county, self.point, self.opens = county, point, opens
        self.site = point.site
        rank = county.network.tour_rank
        pilot = [site for site in sites if site.enrolled < NEVER]
        self.sites = sorted(pilot, key=lambda site: rank[site.number])
        self.book: list[deque[Site]] = []
        self.begun = -1
        self.vans_out = 0
        self.in_line: list[tuple[int, int]] = []
        self.begin, self.over = county.env.event(), county.env.event()
        county.env.process(self._campaigns())
        for van in range(self.site.vans):
            county.env.process(self._drive(van, luck.lives(van)))

    def _campaigns(self) -> Steps:
        """A campaign on the next working day after every so many days; one is finished before the next."""
        county = self.county
        day = -(-self.opens // DAY)
        while (begins := county.morning(max(day, 0) * DAY)) < county.end:
            day += self.site.every_days
            if begins < county.now or begins == self.begun:
                continue
            yield county.wait(begins)
            self.begun = begins
            self._write_book()
            if self.book:
                self.begin.succeed()
                self.begin, self.over = county.env.event(), county.env.event()
                yield self.over

    def _drive(self, van: int, lives: list[float]) -> Steps:
        """Make round after round; a van whose life has run out on a round is repaired before the next."""
        county, operated, returned = self.county, 0, self.opens
        while True:
            while self.book:
                yield from self._wait_for_morning()
                yield from self._wait_for_turn((returned, van))
                if not self.book:
                    break
                start = county.now
                self.vans_out += 1
                yield from self._round(van)
                self.vans_out -= 1
                returned = county.now
                if not self.book and not self.vans_out:
                    self.over.succeed()
                operated += county.now - start
                if operated >= lives[0]:
                    lives.pop(0)
                    county.facts.down.append((van, county.now, county.now + self.site.repair))
                    yield county.env.timeout(self.site.repair)
            yield self.begin

    def _wait_for_morning(self) -> Steps:
        """Vans leave on the morning of a working day on which the roads are open."""
        county = self.county
        yield county.wait(county.morning(county.now))
        while (open_again := county.local.open_from(county.now)) > county.now:
            yield county.wait(county.morning(open_again))

    def _wait_for_turn(self, turn: tuple[int, int]) -> Steps:
        """Of the vans that could leave now, the one that came back first goes first."""
        self.in_line.append(turn)
        yield self.county.env.timeout(0)
        while min(self.in_line) != turn:
            yield self.county.env.timeout(0)
        self.in_line.remove(turn)

    def _write_book(self) -> None:
        """Who must be visited, zone by zone in tour order."""
        last = -1
        for site in self.sites:
            if not site.served_by_vans or site.awaits_truck or not self._needs_visit(site):
                continue
            zone = self._zone(site)
            if zone != last:
                self.book.append(deque())
                last = zone
            self.book[-1].append(site)

    def _zone(self, site: Site) -> int:
        return int(self.county.network.sites.zone[site.number])

    def _needs_visit(self, site: Site) -> bool:
        if self.site.rounds == "on_call":
            return site.called is not None
        return site.held >= self.site.skip_below

    def _round(self, van: int) -> Steps:
        """One shift: stop after stop, home when the van is full, and unload."""
        county, depot, start = self.county, self.county.network.depot, self.county.now
        trip = Trip("round", van, self.begun, start)
        county.facts.trips.append(trip)
        stops = self._plan()
        load = Load(self.point, county.year(start))
        here, left_behind = depot, list[Site]()
        while stops and not load.van_full:
            stop = stops.pop(0)
            yield county.env.timeout(stop.drive + stop.pause + stop.stay)
            here = stop.site.number
            trip.metres += stop.metres
            trip.stops += 1
            ended = "missed" if stop.missed else load.take(stop.site)
            county.facts.visits.append(Visit("round", here, county.now, ended, -1))
            stop.site.been_visited()
            if load.van_full:
                left_behind = [stop.site, *(later.site for later in stops)]
        load.note_turned_away()
        metres = county.metres(here, depot)
        trip.metres += metres
        yield county.env.timeout(county.local_drive(metres, start) + county.network.time.unload)
        trip.end, trip.mass = county.now, sum(load.by_bay)
        self.point.receive(load.by_bay)
        if left_behind:
            self._put_back(left_behind)

    def _plan(self) -> list[Stop]:
        """Take stops of the first zone off the book, as many as fit into a shift; the first always does."""
        county, rules, start = self.county, self.county.network.time, self.county.now
        zone, here, clock, driven = self.book[0], county.network.depot, start, 0
        stops: list[Stop] = []
        while zone and len(stops) < self.site.max_stops:
            site = zone[0]
            service = int(county.services[site.number, start // DAY])
            stay = 0 if service == MISSED else service
            metres = county.metres(here, site.number)
            drive = county.local_drive(metres, start)
            pause = rules.break_time if driven <= rules.break_after < driven + drive else 0
            home = county.local_drive(county.metres(site.number, county.network.depot), start)
            clock += drive + pause + stay
            if stops and clock + home + rules.unload > start + rules.shift:
                break
            stops.append(Stop(zone.popleft(), service == MISSED, metres, drive, pause, stay))
            here, driven = site.number, driven + drive
        if not zone:
            del self.book[0]
        return stops

    def _put_back(self, sites: list[Site]) -> None:
        """The next round goes on where this one stopped, but for sites that are in the book already."""
        sites = [site for site in sites if not any(site in zone for zone in self.book)]
        if not sites:
            return
        if self.book and self._zone(self.book[0][0]) == self._zone(sites[0]):
            self.book[0].extendleft(reversed(sites))
        else:
            self.book.insert(0, deque(sites))


class Load:
    """What a van has on board, within the room that there was when it left and that others have not taken."""

    def __init__(self, point: CollectionPoint, year: int) -> None:
        self.point, self.year = point, year
        self.room, self.licence = point.room(year)
        self.payload = point.site.van.payload
        self.by_bay = [0] * len(point.bays)
        self.turned_away = [0] * len(point.bays)
        self.van_full = False

    def take(self, site: Site) -> str:
        """Load class after class; what its bay has no room for stays."""
        ended = "collected"
        for store in site.stores:
            bay = self.point.site.bay_of_class[store.storage_class]
            if bay < 0:
                continue
            there = store.collectable()
            if store.piece > self.point.site.van.payload:
                ended = "container too large" if there and ended == "collected" else ended
                continue
            room, licence = self.point.room(self.year)
            into_bay = min(there, self.room[bay], room[bay]) // store.piece * store.piece
            fits = min(into_bay, self.licence, licence) // store.piece * store.piece
            mass = min(fits, self.payload) // store.piece * store.piece
            self.turned_away[bay] += there - into_bay
            if mass < fits:
                ended, self.van_full = "truck full", True
            elif fits < there and ended in ("collected", "container too large"):
                ended = "licence used up" if fits < into_bay else "bay full"
            self._load(store, bay, mass)
        return ended

    def _load(self, store: Store, bay: int, mass: int) -> None:
        store.take(mass)
        self.room[bay] -= mass
        self.licence -= mass
        self.payload -= mass
        self.by_bay[bay] += mass
        self.point.bays[bay].promised += mass

    def note_turned_away(self) -> None:
        """Unmet demand of each bay on this round."""
        for bay, mass in enumerate(self.turned_away):
            if mass:
                self.point.county.facts.turned_away.append((bay, self.point.county.now, mass))
