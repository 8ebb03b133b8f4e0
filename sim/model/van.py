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
from typing import Any

import numpy as np

from sim.chance.visits import MISSED, operating_lives
from sim.model.collection_point import CollectionPoint
from sim.model.world import NEVER, World
from sim.network.hazardous import CollectionSite
from sim.record.hazardous import Kind, Visit
from sim.units import DAY, IntArray


@dataclass(slots=True)
class Walk:
    """A round on paper: sites in order, when each is left, and the van's time by state (s)."""

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
    """A round under way: when it is back and what it brings, by removal row and by bay."""

    end: int
    first_removal: int
    bays: IntArray
    masses: IntArray
    by_bay: list[int]


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
        self.down: list[tuple[int, int, int]] = []
        self._operated = [0] * site.vans
        self._broken = [0] * site.vans
        self._lives = [
            (operating_lives(world.chance, f"van_{van}") * site.mean_operating).tolist()
            for van in range(site.vans)
        ]

    def state(self) -> tuple[list[int], list[int], list[int], int]:
        """What `go_back_to` needs to undo what comes after."""
        return self.free.copy(), self._operated.copy(), self._broken.copy(), len(self.down)

    def go_back_to(self, state: tuple[list[int], list[int], list[int], int]) -> None:
        """Be again as when `state` was taken."""
        self.free, self._operated, self._broken, breakdowns = state
        del self.down[breakdowns:]

    def come_back(self, van: int, start: int, end: int) -> None:
        """Book a round; a van whose life runs out on it is repaired before the next."""
        self.free[van] = end
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
        self._decided = -1
        self._over = world.opens
        self._pilot = np.flatnonzero(world.enrolled < NEVER)
        self._pilot = self._pilot[np.argsort(network.tour_rank[self._pilot], kind="stable")]
        first = -(-world.opens // DAY)
        self._campaigns = [
            world.next_shift(day * DAY)
            for day in range(first, network.horizon.days + site.every_days, site.every_days)
        ]
        self._bay_of_class = np.array(site.bay_of_class)
        self._call_mass = np.append(network.stores.call_pilot, 1)
        self._calls = np.full(len(self._pilot), NEVER, dtype=np.int64)
        self._position = np.zeros(len(network.sites.names), dtype=np.int64)
        self._position[self._pilot] = np.arange(len(self._pilot))
        if site.rounds == "on_call":
            self._note_calls(self._pilot)
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
        world, network = self.world, self.world.network
        if self._decided == world.now:
            return
        self._decided = world.now
        if self.site.rounds == "fixed":
            enrolled = self._pilot[world.enrolled[self._pilot] <= world.now]
            stores = network.stores.of_site[enrolled]
            held = world.stocks.level(stores, np.array(world.now)).sum(axis=1)
            sites = enrolled[held >= self.site.skip_below]
        else:
            sites = self._pilot[self._calls <= world.now]
        book: list[deque[int]] = []
        last = -1
        for site, zone in zip(sites.tolist(), network.sites.zone[sites].tolist(), strict=True):
            if zone != last:
                book.append(deque())
                last = zone
            book[-1].append(site)
        self._book = [zone.copy() for zone in book]
        before, free, walks = self.vans.state(), self.vans.free, []
        while book and (start := self._start(van := free.index(min(free)))) < world.end:
            walk = self._walk(book, van, start, self.site.max_stops)
            self.vans.come_back(van, walk.start, walk.end)
            walks.append(walk)
        if not walks or self._commit(walks, alone=False):
            self._book = []
        else:
            self.vans.go_back_to(before)

    def _note_calls(self, sites: IntArray) -> None:
        """Work out when `sites` ask for a round next, not before they are enrolled."""
        stocks, stores = self.world.stocks, self.world.network.stores.of_site[sites]
        full = stocks.reaches(stores, self._call_mass[stores])
        old = stocks.oldest(stores) + self.site.call_oldest
        calls = np.minimum(full, old).min(axis=1, initial=NEVER)
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
            self._one_round(van)
        return self._laid_out[van].popleft() if self._laid_out[van] else None

    def _one_round(self, van: int) -> None:
        """Lay out one round; where the van becomes full, it turns home and the rest stays in the book."""
        zone = self._book[0]
        before = zone.copy()
        walk = self._walk(self._book, van, self.world.now, self.site.max_stops)
        loaded, _, into_bays = self._loads([walk], alone=True)
        full = np.flatnonzero((loaded < into_bays).any(axis=1))
        if len(full):
            zone.clear()
            zone.extend(before)
            self._book = [zone, *(other for other in self._book if other is not zone)]
            walk = self._walk(self._book, van, self.world.now, int(full[0]) + 1)
            zone.appendleft(walk.sites[-1])
            if zone not in self._book:
                self._book.insert(0, zone)
        self.vans.come_back(van, walk.start, walk.end)
        self._commit([walk], alone=True)

    def _walk(self, book: list[deque[int]], van: int, start: int, max_stops: int) -> Walk:
        """Take stops off the first zone of `book` while they fit into a shift; the first always does."""
        world, rules, zone = self.world, self.world.network.time, book[0]
        stops = [zone[i] for i in range(min(max_stops, len(zone)))]
        services = world.services[stops, start // DAY].tolist()
        east, north, home = self._east, self._north, self._home
        stretch = world.network.circuity * 1000
        pace = world.network.pace * world.factor(world.local, start) / 1000
        limit = start + rules.shift - rules.unload
        here, clock, driven, loading, metres = world.network.depot, start, 0, 0, 0
        left: list[int] = []
        outward = 0
        for stop, service in zip(stops, services, strict=True):
            leg = int(hypot(east[here] - east[stop], north[here] - north[stop]) * stretch)
            drive = int(leg * pace)
            done = clock + drive + (service if service > 0 else 0)
            if driven <= rules.break_after < driven + drive:
                done += rules.break_time
            if left and done + int(home[stop] * pace) > limit:
                break
            if not left:
                outward = drive
            clock = done
            driven += drive
            loading += service if service > 0 else 0
            metres += leg
            here = stop
            left.append(clock)
        for _ in left:
            zone.popleft()
        if not zone:
            del book[0]
        homeward = int(home[here] * pace)
        return Walk(
            van=van,
            free=max(self.vans.free[van], self._decided),
            start=start,
            end=clock + homeward + rules.unload,
            sites=stops[: len(left)],
            left=left,
            missed=[service == MISSED for service in services[: len(left)]],
            metres=metres + home[here],
            drive_empty=outward,
            drive_loaded=driven - outward + homeward,
            load=loading,
            rest=clock - start - driven - loading,
        )

    # --- what ----------------------------------------------------------------------------------------

    def _loads(self, walks: list[Walk], *, alone: bool) -> tuple[IntArray, IntArray, IntArray]:
        """(visits, classes) grams loaded, found, and what the bays and the licence would take of it.

        Not `alone`, what is found is loaded; whether it fits is for the caller to see.
        """
        world = self.world
        sites = [site for walk in walks for site in walk.sites]
        when = np.array([moment for walk in walks for moment in walk.left], dtype=np.int64)
        stores = world.network.stores.of_site[sites]
        found = world.stocks.collectable(stores, np.minimum(when, world.end - 1)[:, None])
        found[[gone for walk in walks for gone in walk.missed]] = 0
        found[:, self._bay_of_class < 0] = 0
        if not alone:
            return found, found, found
        on_board = world.classes_on_board(self.site.van.compartments, found.sum(axis=0))
        wanted = found if on_board is None else np.where(on_board, found, 0)
        room = self.point.room(world.year_of(min(walks[0].end, world.end - 1)))
        into_bays = fit(wanted, room.bays, room.licence)
        loaded = fit(into_bays, np.full(wanted.shape[1], NEVER), self.site.van.payload)
        return loaded, wanted, into_bays

    def _commit(self, walks: list[Walk], *, alone: bool) -> bool:
        """Take what the walks find and log them; do nothing and return False if it may not fit."""
        world = self.world
        loaded, wanted, into_bays = self._loads(walks, alone=alone)
        firsts = [0, *accumulate(len(walk.sites) for walk in walks)]
        by_walk = np.add.reduceat(loaded, firsts[:-1])
        if not alone and not self._all_fits(by_walk):
            return False
        trip = len(world.trips)
        trip_of = [trip + index for index, walk in enumerate(walks) for _ in walk.sites]
        sites = [site for walk in walks for site in walk.sites]
        when = [min(moment, world.end - 1) for walk in walks for moment in walk.left]
        row, column = np.nonzero(loaded)
        masses, bays = loaded[row, column], self._bay_of_class[column]
        visited, left = world.network.stores.of_site[sites], np.array(when)
        world.stocks.settle(visited.ravel(), np.repeat(left, visited.shape[1]))
        first_removal = world.stocks.take(visited[row, column], masses, left[row], np.array(trip_of)[row])
        if self.site.rounds == "on_call":
            self._note_calls(np.array(sites))
        world.visit_trip.extend(trip_of)
        world.visit_site.extend(sites)
        world.visit_when.extend(when)
        world.visit_ended.extend(self._endings(walks, loaded, wanted, into_bays))
        world.visit_called.extend([-1] * len(sites))
        if alone:
            self.point.turn_away((wanted - into_bays).sum(axis=0), when[-1])
        edges = row.searchsorted(firsts).tolist()
        self._send(walks, by_walk, edges, first_removal, bays, masses)
        return True

    def _all_fits(self, by_walk: IntArray) -> bool:
        """Whether neither a van, nor a bay, nor the licence can become full before all loads are in.

        Parameters
        ----------
        by_walk
            (walks, classes) grams.
        """
        world = self.world
        total = by_walk.sum(axis=0)
        if world.classes_on_board(self.site.van.compartments, total) is not None:
            return False
        room = self.point.room(world.year_of(world.now))
        return bool(
            int(by_walk.sum(axis=1).max()) <= self.site.van.payload
            and int(total.sum()) <= room.licence
            and (total <= room.bays).all()
        )

    def _endings(
        self, walks: list[Walk], loaded: IntArray, wanted: IntArray, into_bays: IntArray
    ) -> list[int]:
        missed = [gone for walk in walks for gone in walk.missed]
        if wanted is loaded:
            return [Visit.MISSED if gone else Visit.COLLECTED for gone in missed]
        full = np.any(loaded < into_bays, axis=1)
        blocked = np.any(into_bays < wanted, axis=1)
        return [
            Visit.MISSED
            if gone
            else Visit.TRUCK_FULL
            if over
            else Visit.BAY_FULL
            if shut
            else Visit.COLLECTED
            for gone, over, shut in zip(missed, full.tolist(), blocked.tolist(), strict=True)
        ]

    def _send(
        self,
        walks: list[Walk],
        by_walk: IntArray,
        edges: list[int],
        first_removal: int,
        bays: IntArray,
        masses: IntArray,
    ) -> None:
        """Log the rounds and give each van its own."""
        by_bay = np.zeros((len(walks), len(self.site.bays)), dtype=np.int64)
        served = np.flatnonzero(self._bay_of_class >= 0)
        by_bay[:, self._bay_of_class[served]] = by_walk[:, served]
        self.point.promise(by_bay.sum(axis=0).tolist())
        shift, unload = self.world.network.time.shift, self.world.network.time.unload
        rows = zip(walks, by_bay.tolist(), edges[:-1], edges[1:], strict=True)
        for walk, brought, first, last in rows:
            self._over = max(self._over, walk.end)
            overtime = max(0, walk.end - walk.start - shift)
            self.world.trips.append(
                (
                    Kind.ROUND, walk.van, -1, -1, -1, self._decided, self._decided, walk.free, walk.start,
                    walk.end, walk.metres, walk.drive_empty, walk.drive_loaded, walk.load, unload, 0,
                    walk.rest, overtime, len(walk.sites), sum(brought), -1,
                )
            )  # fmt: skip
            self._laid_out[walk.van].append(
                Round(walk.end, first_removal + first, bays[first:last], masses[first:last], brought)
            )


def fit(wanted: IntArray, by_class: IntArray, in_all: int) -> IntArray:
    """What fits, visit after visit and class after class, into room by class and in all (g)."""
    before = wanted.cumsum(axis=0) - wanted
    flat = np.clip(by_class - before, 0, wanted).ravel()
    fits: IntArray = np.clip(in_all - (flat.cumsum() - flat), 0, flat)
    return fits.reshape(wanted.shape)
