"""Milk runs: vans walk along the a-priori tours and bring what they find to the collection point."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.chance.visits import MISSED, operating_lives
from sim.model.collection_point import CollectionPoint
from sim.model.world import NEVER, Times, World
from sim.network.hazardous import CollectionSite
from sim.record.hazardous import Kind, Visit
from sim.units import DAY, IntArray


def run_van(world: World, rounds: Rounds, van: int) -> Generator[Any, Any, None]:
    """Set out on every morning on which a round is due, and be back by night."""
    lives = operating_lives(world.chance, f"van_{van}") * rounds.site.mean_operating
    operated, broken, free = 0, 0, world.opens
    while (start := rounds.next_start(max(free, world.now))) < world.end:
        yield world.env.timeout(start - world.now)
        trip = rounds.plan(van, free)
        if trip is None:
            continue
        yield world.env.timeout(trip.end - world.now)
        rounds.point.receive(trip.first_removal, trip.bays, trip.masses)
        free = trip.end
        operated += trip.end - start
        if operated >= lives[broken]:
            broken += 1
            free += rounds.site.repair
            rounds.down.append((van, trip.end, min(free, world.end)))


@dataclass(frozen=True)
class Round:
    """A round under way: when it is back and what it brings, by removal row."""

    end: int
    first_removal: int
    bays: IntArray
    masses: IntArray


class Rounds:
    """The vans' order book: per zone, the sites still to be visited, in tour order."""

    def __init__(self, world: World, site: CollectionSite, point: CollectionPoint) -> None:
        self.world, self.site, self.point = world, site, point
        self.book: list[list[int]] = []
        self.decided = 0
        self.down: list[tuple[int, int, int]] = []
        network = world.network
        horizon_days = network.horizon.days
        self._pilot = np.flatnonzero(world.enrolled < NEVER)
        self._pilot = self._pilot[np.argsort(network.tour_rank[self._pilot], kind="stable")]
        first = -(-world.opens // DAY)
        self._campaigns = [
            world.next_shift(day * DAY) for day in range(first, horizon_days + site.every_days, site.every_days)
        ]
        self._next = 0
        self._held_until = 0
        self._bay_of_class = np.array(site.bay_of_class)
        self._call_mass = np.append(network.stores.call_pilot, 1)

    def next_start(self, when: int) -> int:
        """First morning from `when` on with work to do, s; `NEVER` if there is none any more."""
        when = max(when, self._held_until)
        if any(self.book):
            return self.world.next_shift(when)
        self._next = bisect_left(self._campaigns, max(when, self._campaigns[self._next]), self._next)
        if self.site.rounds == "on_call" and self._next < len(self._campaigns):
            self._next = bisect_left(self._campaigns, max(self._first_due(), when), self._next)
        return self._campaigns[self._next] if self._next < len(self._campaigns) else NEVER

    def plan(self, van: int, free: int) -> Round | None:
        """Plan, resolve and log the round that leaves now; None if there is nothing to do."""
        world = self.world
        now = world.now
        if self._next < len(self._campaigns) and now >= self._campaigns[self._next]:
            self._open_campaign(now)
        reopened = world.local.open_from(now)
        if reopened > now:
            self._held_until = reopened
            return None
        zone = next((zone for zone in self.book if zone), None)
        if zone is None:
            return None
        sites, arrivals, hours, metres, end = self._walk(zone, now)
        ended, masses, first, bays = self._collect(sites, arrivals, end)
        done = {site for site, how in zip(sites, ended, strict=True) if how != Visit.TRUCK_FULL}
        zone[:] = [site for site in zone if site not in done]
        trip = len(world.trips)
        world.visit_trip.extend([trip] * len(sites))
        world.visit_site.extend(sites)
        world.visit_when.extend(min(when, world.end - 1) for when in arrivals)
        world.visit_ended.extend(ended)
        world.visit_called.extend([-1] * len(sites))
        times = Times(decided=self.decided, ready=self.decided, free=max(free, self.decided))
        overtime = max(0, end - now - world.network.time.shift)
        world.log_trip(
            Kind.ROUND,
            van,
            -1,
            -1,
            -1,
            times,
            now,
            end,
            metres,
            hours,
            overtime,
            len(sites),
            int(masses.sum()),
            -1,
        )
        return Round(end, first, bays, masses)

    def _open_campaign(self, now: int) -> None:
        """Fill the book with the sites that need a visit, zone by zone in tour order."""
        world, network = self.world, self.world.network
        while self._next < len(self._campaigns) and self._campaigns[self._next] <= now:
            self._next += 1
        sites = self._pilot[world.enrolled[self._pilot] <= now]
        stores = network.stores.of_site[sites]
        if self.site.rounds == "fixed":
            needs = world.stocks.level(stores, np.array(now)).sum(axis=1) >= self.site.skip_below
        else:
            needs = self._due(stores) <= now
        self.decided = now
        zone = network.sites.zone[sites]
        edges = np.flatnonzero(np.diff(zone)) + 1
        self.book = [
            part[need].tolist()
            for part, need in zip(np.split(sites, edges), np.split(needs, edges), strict=True)
            if need.any()
        ]

    def _due(self, stores: IntArray) -> IntArray:
        """When each site (row of `stores`) asks for a round, s."""
        stocks = self.world.stocks
        full = stocks.reaches(stores, self._call_mass[stores])
        old = stocks.oldest(stores) + self.site.call_oldest
        due: IntArray = np.minimum(full, old).min(axis=1, initial=NEVER)
        return due

    def _first_due(self) -> int:
        due = np.maximum(
            self._due(self.world.network.stores.of_site[self._pilot]), self.world.enrolled[self._pilot]
        )
        return int(due.min(initial=NEVER))

    def _walk(self, zone: list[int], now: int) -> tuple[list[int], list[int], dict[str, int], int, int]:
        """Stops that fit into the shift: sites, when each is left, time by state, metres, end."""
        world, rules = self.world, self.world.network.time
        depot, day = world.network.depot, now // DAY
        window = zone[: self.site.max_stops]
        services = world.services[window, day].tolist()
        limit = now + rules.shift - rules.unload
        here, clock, driven, loading, metres, home = depot, now, 0, 0, 0, 0
        sites: list[int] = []
        left: list[int] = []
        for stop, service in zip(window, services, strict=True):
            leg = world.metres(here, stop)
            drive = world.local_time(leg, now)
            back = world.metres(stop, depot)
            pause = rules.break_time if driven <= rules.break_after < driven + drive else 0
            load = 0 if service == MISSED else service
            done = clock + drive + pause + load
            if sites and done + world.local_time(back, now) > limit:
                break
            clock, driven, loading = done, driven + drive, loading + load
            metres += leg
            here, home = stop, back
            sites.append(stop)
            left.append(clock)
        homeward = world.local_time(home, now)
        outward = driven if not sites else world.local_time(world.metres(depot, sites[0]), now)
        end = clock + homeward + rules.unload
        hours = {
            "drive_empty": outward,
            "drive_loaded": driven - outward + homeward,
            "load": loading,
            "unload": rules.unload,
            "wait": 0,
            "rest": clock - now - driven - loading,
        }
        return sites, left, hours, metres + home, end

    def _collect(
        self, sites: list[int], left: list[int], end: int
    ) -> tuple[list[int], IntArray, int, IntArray]:
        """Load what fits into the van and the bays: how each visit ended, masses and bays by removal row."""
        world, point = self.world, self.point
        day = world.now // DAY
        when = np.minimum(np.array(left, dtype=np.int64), world.end - 1)
        stores = world.network.stores.of_site[sites]
        found = world.stocks.collectable(stores, when[:, None])
        missed = world.services[sites, day] == MISSED
        found[missed] = 0
        found[:, self._bay_of_class < 0] = 0
        on_board = world.classes_on_board(self.site.van.compartments, found.sum(axis=0))
        wanted = found if on_board is None else np.where(on_board, found, 0)
        room = point.room(world.year_of(min(end, world.end - 1)))
        by_class = wanted.sum(axis=0)
        loaded = wanted
        if int(by_class.sum()) > min(self.site.van.payload, room.licence) or (by_class > room.bays).any():
            loaded = self._fit(wanted, room.bays, room.licence)
        ended = self._endings(wanted, loaded, missed, room.bays)
        row, column = np.nonzero(loaded)
        masses, bays = loaded[row, column], self._bay_of_class[column]
        first = world.stocks.take(stores[row, column], masses, when[row], len(world.trips))
        point.promise(bays, masses)
        refused = (wanted - loaded)[:, room.bays < by_class]
        if refused.any():
            point.turn_away(np.flatnonzero(room.bays < by_class), (wanted - loaded).sum(axis=0), int(when[-1]))
        return ended, masses, first, bays

    def _fit(self, wanted: IntArray, bay_room: IntArray, licence: int) -> IntArray:
        """Site after site and class after class, what still fits into the bays, the licence and the van."""
        before = np.cumsum(wanted, axis=0) - wanted
        into_bays = np.clip(bay_room - before, 0, wanted)
        flat = into_bays.ravel()
        fits: IntArray = np.clip(min(self.site.van.payload, licence) - (flat.cumsum() - flat), 0, flat)
        return fits.reshape(wanted.shape)

    def _endings(
        self, wanted: IntArray, loaded: IntArray, missed: Any, bay_room: IntArray
    ) -> list[int]:
        short = loaded < wanted
        if not short.any():
            return [Visit.MISSED if gone else Visit.COLLECTED for gone in missed.tolist()]
        into_bays = np.clip(bay_room - (np.cumsum(wanted, axis=0) - wanted), 0, wanted)
        full = (loaded < into_bays).any(axis=1)
        blocked = short.any(axis=1)
        return [
            Visit.MISSED if gone else Visit.TRUCK_FULL if over else Visit.BAY_FULL if shut else Visit.COLLECTED
            for gone, over, shut in zip(missed.tolist(), full.tolist(), blocked.tolist(), strict=True)
        ]
