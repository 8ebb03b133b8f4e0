"""Milk runs: vans walk along the a-priori tours and bring what they find to the collection point.

A campaign visits every site that needs a visit, zone by zone, in rounds of one shift. What a round finds on
its way depends on nothing that happens meanwhile, so rounds are made when the campaign opens, up to the one
on which a van, a bay or the licence becomes full; from there on, when a van leaves.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Generator, Sequence
from typing import Any

import numpy as np

from sim.model.collection_point import CollectionPoint
from sim.model.stock import call_again
from sim.model.van import Vans
from sim.model.walk import VAN_FULL, make_rounds
from sim.model.world import NEVER, World
from sim.network.hazardous import CollectionSite
from sim.record.hazardous import Trip
from sim.units import DAY, IntArray, sums


def run_van(world: World, rounds: Rounds, van: int) -> Generator[Any, Any, None]:
    """Make the rounds of this campaign, and what is left of it; then wait for the next campaign."""
    wait, now = world.env.timeout, world.now
    while True:
        if (back := rounds.vans.back.item(van)) > now:
            yield wait(back - now)
            now = back
            rounds.put_back(van)
        elif (start := rounds.next_start(van, now)) < world.end:
            if start > now:
                yield wait(start - now)
                now = start
            if rounds.vans.back[van] <= now:
                rounds.make_next(van, now)
        else:
            opening = rounds.next_campaign()
            if opening >= world.end:
                return
            yield wait(opening - now)
            now = opening
            rounds.open_campaign(now)


class Rounds:
    """The vans' order book: the sites still to be visited, zone by zone and in tour order."""

    def __init__(self, world: World, site: CollectionSite, point: CollectionPoint) -> None:
        self.world, self.site, self.point = world, site, point
        self._left_behind: list[Sequence[int]] = [()] * site.vans
        network = world.network
        self._book: list[int] = []
        self._decided = -NEVER
        pilot = np.flatnonzero(world.enrolled < NEVER)
        self._pilot = pilot[np.argsort(network.tour_rank[pilot], kind="stable")]
        self._on_call = site.rounds == "on_call"
        own = network.stores.of_site[self._pilot]
        self._holder, column = np.nonzero(own < len(network.stores))
        self._held = own[self._holder, column]
        self._zone = network.sites.zone
        first = -(-world.opens // DAY)
        self._campaigns = [
            world.next_shift(day * DAY)
            for day in range(first, network.horizon.days + site.every_days, site.every_days)
        ]
        mornings = [*world.local.open_among(network.shift_starts), NEVER]
        self.vans = Vans(world, site, np.array(mornings))
        self._mornings = mornings
        classes, time = [bay.storage_class for bay in site.bays], network.time
        hours = np.array([time.shift, time.break_after, time.break_time, time.unload])
        self._way: Any = (
            *world.map,
            network.depot,
            network.pace,
            world.local.factor,
            world.services,
            hours,
        )
        stores = np.ascontiguousarray(network.stores.of_site[:, classes])
        self._load: Any = (
            stores, network.stores.of_site, *world.stocks.given, *world.stocks.rules, network.apart[classes],
            site.van.compartments, site.van.payload,
        )  # fmt: skip
        most, bays = len(pilot) + 1, len(classes)
        self._trips = np.full((most, len(Trip._fields)), -1)
        self._loads = np.empty((most, bays), dtype=np.int64)
        self._by_round = np.empty((most, bays + 3), dtype=np.int64)
        self._turned_away, self._on_board = np.zeros(bays, dtype=np.int64), np.empty(bays, dtype=np.bool_)
        self._triggers = world.stocks.triggers(network.stores.call_pilot)
        self._calls = world.enrolled.copy()
        """(sites,) when each calls; its enrolment, until the first campaign after it."""
        self._enrolling = True
        self._enrolled = np.zeros(len(self._pilot), dtype=np.bool_)

    # --- when ----------------------------------------------------------------------------------------

    def next_campaign(self) -> int:
        """When the next campaign opens, with all vans back; s, `NEVER` if none does any more."""
        call = int(np.minimum.reduce(self._calls, initial=NEVER)) if self._on_call else 0
        index = bisect_left(self._campaigns, max(*self.vans.back.tolist(), self._decided + 1, call))
        return self._campaigns[index] if index < len(self._campaigns) else NEVER

    def next_start(self, van: int, now: int) -> int:
        """Next morning on which `van` is free and the roads are open, s; `NEVER` if none is due."""
        if not self._book:
            return NEVER
        return self._mornings[bisect_left(self._mornings, max(self.vans.free.item(van), now))]

    def open_campaign(self, now: int) -> None:
        """Fill the book and make its rounds as far as nothing becomes full on them."""
        if self._decided >= now:
            return
        if self._enrolling:
            self._enrol(now)
        self._decided = now
        if not self._on_call:
            level = self.world.stocks.level(self._held, np.array(now))
            needs = sums(self._holder, level, len(self._pilot)) >= self.site.skip_below
        else:
            needs = self._calls[self._pilot] <= now
        if self._enrolling:
            needs &= self._enrolled
        self._book = self._pilot[needs].tolist()
        self.make_ahead(now)

    def _enrol(self, now: int) -> None:
        """Look at the sites that have been enrolled since the last campaign."""
        enrolled = self.world.enrolled[self._pilot]
        self._enrolled = enrolled <= now
        self._enrolling = not self._enrolled.all()
        fresh = self._enrolled & (enrolled > self._decided)
        if self._on_call and fresh.any():
            self._call_again(self._pilot[fresh], enrolled[fresh])

    def _call_again(self, sites: IntArray, since: IntArray) -> None:
        """Work out when each site asks for a round next, not before `since`."""
        stocks, of_site = self.world.stocks, self.world.network.stores.of_site
        oldest = self.site.call_oldest
        call_again(sites, since, of_site, *stocks.given, self._triggers, oldest, self._calls)

    # --- where and what ------------------------------------------------------------------------------

    def make_ahead(self, now: int) -> int:
        """Make the rounds of the book as far as nothing becomes full on them; how many."""
        return self._make(now) if self._book else 0

    def make_next(self, van: int, now: int) -> None:
        """Make the round on which `van` leaves now; if it works alone, also what nothing becomes full on."""
        if self._book and (self.site.vans > 1 or not self.make_ahead(now)):
            self._make(now, van)

    def _make(self, now: int, van: int = -1) -> int:
        """Make rounds as far as nothing becomes full, or the one on which `van` leaves now; how many."""
        world, log, point = self.world, self.world.log, self.point
        sites = np.array(self._book[: self.site.max_stops] if van >= 0 else self._book, dtype=np.int64)
        left, ended = np.empty_like(sites), np.empty_like(sites)
        year, next_year = world.year_of(now), NEVER
        licence = next_licence = point.licence(year)
        if van >= 0:
            next_year, next_licence = world.begin_of_year(year + 1), point.licence(year + 1)
        removals = log.room(2 * len(sites) * len(world.network.classes))
        done, visited, planned, log.removed = make_rounds(
            now, world.end, self._decided, van, self.site.max_stops, *self._way, *self.vans.given, sites,
            self._zone, left, ended, *self._load, point.space, licence, next_licence, next_year,
            self._trips, self._loads, self._by_round, self._turned_away, self._on_board,
            removals, log.removed,
        )  # fmt: skip
        if done:
            self._write_down(done, (sites[:visited], left[:visited], ended[:visited]))
        if van >= 0:
            is_full = ended[visited - 1] == VAN_FULL
            self._left_behind[van] = self._book[visited - 1 : planned] if is_full else ()
            point.turn_away(self._turned_away.tolist(), int(left[visited - 1]))
        del self._book[:planned]
        return done

    def _write_down(self, done: int, visits: tuple[IntArray, IntArray, IntArray]) -> None:
        """Log rounds and visits, and tell the collection point and whoever was visited."""
        log = self.world.log
        trips = [Trip._make(row) for row in self._trips[:done].tolist()]
        brought, taken, masses = [], [], []
        for trip, (*by_bay, first, behind, repaired) in zip(
            trips, self._by_round[:done].tolist(), strict=True
        ):
            brought.append(by_bay)
            masses.append(sum(by_bay))
            taken.append((first, behind))
            if repaired >= 0:
                self.vans.down.append((trip.vehicle, trip.end, repaired))
        log.visits.append(visits)
        log.carry(trips, masses, taken)
        if self._on_call:
            self._call_again(visits[0], np.zeros_like(visits[0]))
        self.point.expect([trip.end for trip in trips], brought, taken)

    def put_back(self, van: int) -> None:
        """Put sites that the van was too full to empty first into the book again, unless they stand there."""
        sites = [site for site in self._left_behind[van] if site not in self._book]
        self._left_behind[van] = ()
        self._book[:0] = sites
