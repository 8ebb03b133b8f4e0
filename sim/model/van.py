"""Milk runs: vans walk along the a-priori tours and bring what they find to the collection point.

A campaign visits every site that needs a visit, zone by zone, in rounds of one shift. Its rounds are
laid out when it opens, because only masses could change them; where a van, a bay or the licence may
become full, they are laid out one at a time instead.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass
from itertools import accumulate
from math import hypot
from operator import le
from typing import Any

import numpy as np

from sim.chance.visits import MISSED, operating_lives
from sim.model.collection_point import CollectionPoint
from sim.model.world import NEVER, World
from sim.network.hazardous import CollectionSite
from sim.record.hazardous import Kind, Trip, Visit
from sim.units import DAY, BoolArray, IntArray, sums


@dataclass(slots=True)
class Walk:
    """A round on paper: sites in order, when each is left and whether somebody was there; s, m."""

    van: int
    free: int
    start: int
    end: int
    sites: list[int]
    left: list[int]
    missed: list[bool]
    metres: int
    drive_empty: int
    drive_loaded: int
    load: int
    rest: int


@dataclass(slots=True)
class Round:
    """A round under way: when it is back, what it brings by removal row and by bay, and sites not emptied."""

    end: int
    first_removal: int
    bays: IntArray
    masses: IntArray
    by_bay: list[int]
    left_behind: list[int]


def run_van(world: World, rounds: Rounds, van: int) -> Generator[Any, Any, None]:
    """Make round after round; between campaigns, wait for the next."""
    while True:
        while (start := rounds.next_start(van)) < world.end:
            if start > world.now:
                yield world.env.timeout(start - world.now)
            trip = rounds.next_round(van)
            if trip is not None:
                yield world.env.timeout(trip.end - world.now)
                rounds.point.receive(trip.first_removal, trip.bays, trip.masses, trip.by_bay)
                rounds.put_back(trip.left_behind)
        opening = rounds.next_campaign()
        if opening >= world.end:
            return
        yield world.env.timeout(opening - world.now)
        rounds.open_campaign()


class Vans:
    """When each van is free, and its breakdowns, which operating time brings on."""

    def __init__(self, world: World, site: CollectionSite) -> None:
        self.repair = site.repair
        self.free = [world.opens] * site.vans
        self.back = [world.opens] * site.vans
        self.down: list[tuple[int, int, int]] = []
        self._operated = [0] * site.vans
        self._broken = [0] * site.vans
        self._lives = [
            (
                operating_lives(world.chance, f"van_{van}", world.network.horizon.days) * site.mean_operating
            ).tolist()
            for van in range(site.vans)
        ]

    def state(self) -> tuple[list[int], ...]:
        """What `go_back_to` needs to undo what comes after."""
        return (
            self.free.copy(),
            self.back.copy(),
            self._operated.copy(),
            self._broken.copy(),
            [len(self.down)],
        )

    def go_back_to(self, state: tuple[list[int], ...]) -> None:
        """Be again as when `state` was taken."""
        self.free, self.back, self._operated, self._broken, (breakdowns,) = state
        del self.down[breakdowns:]

    def come_back(self, van: int, start: int, end: int) -> None:
        """Book a round; a van whose life runs out on it is repaired before the next."""
        self.free[van] = self.back[van] = end
        self._operated[van] += end - start
        if self._operated[van] >= self._lives[van][self._broken[van]]:
            self._broken[van] += 1
            self.free[van] = end + self.repair
            self.down.append((van, end, self.free[van]))


class Rounds:
    """The vans' order book: per zone, the sites still to be visited, in tour order."""

    def __init__(self, world: World, site: CollectionSite, point: CollectionPoint) -> None:
        self.world, self.site, self.point = world, site, point
        self.vans = Vans(world, site)
        network = world.network
        self._book: list[deque[int]] = []
        self._laid_out: list[deque[Round]] = [deque() for _ in range(site.vans)]
        self._decided = -NEVER
        self._over = world.opens
        self._pilot = np.flatnonzero(world.enrolled < NEVER)
        self._pilot = self._pilot[np.argsort(network.tour_rank[self._pilot], kind="stable")]
        own = network.stores.of_site[self._pilot]
        self._holder, column = np.nonzero(own < len(network.stores))
        self._held = own[self._holder, column]
        first = -(-world.opens // DAY)
        self._campaigns = [
            world.next_shift(day * DAY)
            for day in range(first, network.horizon.days + site.every_days, site.every_days)
        ]
        self._zone = network.sites.zone.tolist()
        self._class = [bay.storage_class for bay in site.bays]
        self._apart = int(network.apart.max()) + 1
        self._stores = network.stores.of_site[:, self._class]
        """(sites, bays) store of each site whose class goes into each bay."""
        self._call_mass = np.append(network.stores.call_pilot, 1)
        self._calls = world.enrolled[self._pilot]
        """(pilot sites,) when each calls; its enrolment, until the first campaign after it."""
        self._position = np.zeros(len(network.sites.names), dtype=np.int64)
        self._position[self._pilot] = np.arange(len(self._pilot))
        self._enrolling = True
        self._enrolled = np.zeros(len(self._pilot), dtype=np.bool_)
        self._east, self._north = network.east_km.tolist(), network.north_km.tolist()
        self._home = [world.metres(place, network.depot) for place in range(len(network.sites.names))]

    # --- when ----------------------------------------------------------------------------------------

    def next_campaign(self) -> int:
        """When the next campaign opens, s; `NEVER` if none does any more."""
        after = max(self._over, self._decided + 1)
        if self.site.rounds == "on_call":
            after = max(after, int(self._calls.min(initial=NEVER)))
        index = bisect_left(self._campaigns, after)
        return self._campaigns[index] if index < len(self._campaigns) else NEVER

    def next_start(self, van: int) -> int:
        """When `van` leaves next in this campaign (now, if its round is laid out); `NEVER` if not at all."""
        if self._laid_out[van]:
            return self.world.now
        return self._start(van) if self._book else NEVER

    def open_campaign(self) -> None:
        """Fill the book and lay out all its rounds, if nothing can become full on them."""
        world = self.world
        if self._decided == world.now:
            return
        if self._enrolling:
            self._enrol()
        self._decided = world.now
        if self.site.rounds == "fixed":
            level = world.stocks.level(self._held, np.array(world.now))
            needs = sums(self._holder, level, len(self._pilot)) >= self.site.skip_below
        else:
            needs = self._calls <= world.now
        book: list[deque[int]] = []
        last = -1
        for site in self._pilot[needs & self._enrolled if self._enrolling else needs].tolist():
            if self._zone[site] != last:
                book.append(deque())
                last = self._zone[site]
            book[-1].append(site)
        self._book = [zone.copy() for zone in book]
        before, back, walks = self.vans.state(), self.vans.back, []
        while book:
            start, _, van = min((self._start(van), back[van], van) for van in range(self.site.vans))
            if start >= world.end:
                break
            walk = self._walk(book, van, start)
            self.vans.come_back(van, start, walk.end)
            walks.append(walk)
        if not walks or self._load_all(walks):
            self._book = []
        else:
            self.vans.go_back_to(before)

    def _enrol(self) -> None:
        """Look at the sites that have been enrolled since the last campaign."""
        enrolled = self.world.enrolled[self._pilot]
        self._enrolled = enrolled <= self.world.now
        self._enrolling = not self._enrolled.all()
        fresh = self._enrolled & (enrolled > self._decided)
        if self.site.rounds == "on_call" and fresh.any():
            self._note_calls(self._pilot[fresh])

    def _note_calls(self, sites: IntArray) -> None:
        """Work out when `sites` ask for a round next, not before they are enrolled."""
        stores = self.world.network.stores.of_site[sites]
        calls = self.world.stocks.calls(stores, self._call_mass[stores], self.site.call_oldest)
        self._calls[self._position[sites]] = np.maximum(calls, self.world.enrolled[sites])

    def _start(self, van: int) -> int:
        """Next morning on which `van` is free and the roads are open, s."""
        world = self.world
        start = world.next_shift(max(self.vans.free[van], world.now))
        while (reopened := world.local.open_from(start)) > start:
            start = world.next_shift(reopened)
        return start

    # --- where ---------------------------------------------------------------------------------------

    def next_round(self, van: int) -> Round | None:
        """The round on which `van` leaves now; None if others have done all."""
        if not self._laid_out[van] and self._book:
            walk = self._load_one(self._walk(self._book, van, self.world.now))
            self.vans.come_back(van, walk.start, walk.end)
        return self._laid_out[van].popleft() if self._laid_out[van] else None

    def _walk(self, book: list[deque[int]], van: int, start: int) -> Walk:
        """Take stops off the first zone of `book` while they fit into a shift; the first always does."""
        world, rules, zone = self.world, self.world.network.time, book[0]
        day, service_at = start // DAY, world.services.item
        east, north, home = self._east, self._north, self._home
        stretch = world.network.circuity * 1000
        pace = world.network.pace * world.factor(world.local, start) / 1000
        limit = start + rules.shift - rules.unload
        here, clock, driven, loading, metres, outward = world.network.depot, start, 0, 0, 0, 0
        sites: list[int] = []
        left: list[int] = []
        missed: list[bool] = []
        while zone and len(sites) < self.site.max_stops:
            stop = zone[0]
            service = service_at(stop, day)
            leg = int(hypot(east[here] - east[stop], north[here] - north[stop]) * stretch)
            drive = int(leg * pace)
            load = 0 if service == MISSED else service
            done = clock + drive + load
            if driven <= rules.break_after < driven + drive:
                done += rules.break_time
            if sites and done + int(home[stop] * pace) > limit:
                break
            outward = outward or drive
            here, clock = stop, done
            driven += drive
            loading += load
            metres += leg
            sites.append(stop)
            left.append(done)
            missed.append(service == MISSED)
            zone.popleft()
        if not zone:
            del book[0]
        homeward = int(home[here] * pace)
        return Walk(
            van,
            max(self.vans.free[van], self._decided),
            start,
            clock + homeward + rules.unload,
            sites,
            left,
            missed,
            metres + home[here],
            outward,
            driven - outward + homeward,
            loading,
            clock - start - driven - loading,
        )

    def put_back(self, sites: list[int]) -> None:
        """Put sites that a full van left behind first into the book again."""
        if sites and self._book and self._zone[self._book[0][0]] == self._zone[sites[0]]:
            self._book[0].extendleft(reversed(sites))
        elif sites:
            self._book.insert(0, deque(sites))

    # --- what ----------------------------------------------------------------------------------------

    def _load_all(self, walks: list[Walk]) -> bool:
        """Take all that the walks find and log them; if anything might become full, do nothing: False."""
        sites = [site for walk in walks for site in walk.sites]
        missed = [gone for walk in walks for gone in walk.missed]
        end = self.world.end - 1
        left = np.array([min(moment, end) for walk in walks for moment in walk.left])
        walk_of = np.array([number for number, walk in enumerate(walks) for _ in walk.sites])
        stores = self._stores[sites]
        found = self.world.stocks.collectable(stores, left[:, None])
        if True in missed:
            found[missed] = 0
        firsts = [0, *accumulate(len(walk.sites) for walk in walks[:-1])]
        by_walk = np.add.reduceat(found, firsts).tolist()
        if not self._fits(by_walk):
            return False
        row, bay = np.nonzero(found)
        trip = walk_of[row]
        taken = (stores[row, bay], bay, found[row, bay], left[row], trip)
        edges = trip.searchsorted(np.arange(len(walks) + 1)).tolist()
        ended: list[int] = [Visit.MISSED if gone else Visit.COLLECTED for gone in missed]
        self._commit(walks, taken, by_walk, edges, ended)
        return True

    def _fits(self, by_walk: list[list[int]]) -> bool:
        """Whether neither a van, nor a bay, nor the licence can become full before all loads are in.

        Parameters
        ----------
        by_walk
            Per walk, grams by bay.
        """
        room = self.point.room(self.world.year_of(self.world.now))
        total = [sum(column) for column in zip(*by_walk, strict=True)]
        return (
            self._apart <= self.site.van.compartments
            and sum(total) <= room.licence
            and all(map(le, total, room.bays))
            and max(map(sum, by_walk)) <= self.site.van.payload
        )

    def _load_one(self, walk: Walk) -> Walk:
        """Take what fits, visit after visit and bay after bay, and log the walk; returns what became of it.

        A van that becomes full turns home, and the rest stays in the book; what a bay has no room for stays
        at its source, and so do classes that the van has no compartment for.
        """
        world, end = self.world, self.world.end - 1
        stores, when = self._stores[walk.sites], np.minimum(walk.left, end)
        found = world.stocks.collectable(stores, when[:, None])
        found[walk.missed] = 0
        found[:, ~self._on_board(found.sum(axis=0))] = 0
        room = self.point.room(world.year_of(min(walk.end, end)))
        payload = self.site.van.payload
        loaded = np.zeros_like(found)
        ended: list[int] = []
        turned_away = [0] * len(self.site.bays)
        for stop, (gone, held) in enumerate(zip(walk.missed, found.tolist(), strict=True)):
            how = Visit.MISSED if gone else Visit.COLLECTED
            for bay, there in enumerate(held):
                into_bay = min(there, room.bays[bay])
                fits = min(into_bay, room.licence)
                mass = min(fits, payload)
                loaded[stop, bay] = mass
                room.bays[bay] -= mass
                room.licence -= mass
                payload -= mass
                turned_away[bay] += there - into_bay
                if mass < fits:
                    how = Visit.TRUCK_FULL
                elif fits < there and how == Visit.COLLECTED:
                    how = Visit.LICENCE_USED if fits < into_bay else Visit.BAY_FULL
            ended.append(how)
            if how == Visit.TRUCK_FULL:
                break
        stops = len(ended)
        left_behind = walk.sites[stops - 1 :] if ended[-1] == Visit.TRUCK_FULL else []
        if stops < len(walk.sites):
            walk = self._walk([deque(walk.sites[:stops])], walk.van, walk.start)
        row, bays = np.nonzero(loaded)
        taken = (stores[row, bays], bays, loaded[row, bays], when[row], np.zeros(len(row), dtype=np.int64))
        self._commit([walk], taken, [loaded.sum(axis=0).tolist()], [0, len(row)], ended)
        self._laid_out[walk.van][-1].left_behind = left_behind
        self.point.turn_away(turned_away, int(when[stops - 1]))
        return walk

    def _on_board(self, found: IntArray) -> BoolArray:
        """Bays whose class the van has a compartment for, most mass first."""
        due = np.zeros(len(self.world.network.classes), dtype=np.int64)
        due[self._class] = found
        on_board = self.world.classes_on_board(self.site.van.compartments, due)
        return np.ones(len(found), dtype=np.bool_) if on_board is None else on_board[self._class]

    def _commit(
        self,
        walks: list[Walk],
        taken: tuple[IntArray, ...],
        by_walk: list[list[int]],
        edges: list[int],
        ended: list[int],
    ) -> None:
        """Take out of the stores, log visits and rounds, and give each van its own.

        Parameters
        ----------
        taken
            Columns store, bay, g, when, number of the walk; rows edges[i] to edges[i + 1] are of walk i.
        by_walk
            Per walk, grams by bay.
        """
        world, site = self.world, self.site
        sites = [place for walk in walks for place in walk.sites]
        when = [min(moment, world.end - 1) for walk in walks for moment in walk.left]
        if world.network.divert_share:
            visited = world.network.stores.of_site[sites]
            world.stocks.settle(visited.ravel(), np.repeat(when, visited.shape[1]))
        stores, bays, masses, moments, numbers = taken
        first_removal = world.stocks.take(stores, masses, moments, numbers + len(world.trips))
        if site.rounds == "on_call":
            self._note_calls(np.array(sites))
        world.visit_site.extend(sites)
        world.visit_when.extend(when)
        world.visit_ended.extend(ended)
        world.visit_called.extend([-1] * len(sites))
        self.point.promise([sum(column) for column in zip(*by_walk, strict=True)])
        shift, unload = world.network.time.shift, world.network.time.unload
        for walk, by_bay, first, last in zip(walks, by_walk, edges[:-1], edges[1:], strict=True):
            world.visit_trip.extend([len(world.trips)] * len(walk.sites))
            world.trips.append(
                Trip(
                    Kind.ROUND,
                    walk.van,
                    self._decided,
                    self._decided,
                    walk.free,
                    walk.start,
                    walk.end,
                    walk.metres,
                    walk.drive_empty,
                    walk.drive_loaded,
                    walk.load,
                    unload,
                    0,
                    walk.rest,
                    len(walk.sites),
                    sum(by_bay),
                    max(0, walk.end - walk.start - shift),
                )
            )
            self._over = max(self._over, walk.end)
            brought = Round(walk.end, first_removal + first, bays[first:last], masses[first:last], by_bay, [])
            self._laid_out[walk.van].append(brought)
