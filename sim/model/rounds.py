"""Milk runs: vans walk along the a-priori tours and bring what they find to the collection point.

A campaign visits every site that needs a visit, zone by zone, in rounds of one shift. Its rounds are
laid out when it opens, because only masses could change them: up to the round on which a van, a bay or
the licence may become full. What follows is laid out when a van leaves. Campaigns on call are laid out
together as long as it is known who will have called.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Generator, Sequence
from heapq import heapify, heapreplace
from itertools import accumulate, chain, groupby
from operator import le, sub
from typing import Any

import numpy as np

from sim.model.collection_point import CollectionPoint
from sim.model.van import Vans
from sim.model.walk import Paper, walker
from sim.model.world import NEVER, World
from sim.network.hazardous import CollectionSite
from sim.record.hazardous import Trip, Visit
from sim.units import DAY, BoolArray, IntArray, sums

FORESEEN = 10
"""Campaigns on call that are put on paper ahead; of more, a bay or a new call makes most void."""


def run_van(world: World, rounds: Rounds, van: int) -> Generator[Any, Any, None]:
    """Make the rounds that are laid out, then the next of this campaign; then wait for the next campaign."""
    wait, now = world.env.timeout, world.now
    while True:
        if (back := rounds.vans.back[van]) > now:
            yield wait(back - now)
            now = back
            rounds.put_back(van)
        elif (start := rounds.next_start(van, now)) < world.end:
            if start > now:
                yield wait(start - now)
                now = start
            if rounds.vans.back[van] <= now:
                rounds.lay_out_next(van, now)
        else:
            opening = rounds.next_campaign()
            if opening >= world.end:
                return
            yield wait(opening - now)
            now = opening
            rounds.open_campaign(now)


class Rounds:
    """The vans' order book: per zone, the sites still to be visited, in tour order."""

    def __init__(self, world: World, site: CollectionSite, point: CollectionPoint) -> None:
        self.world, self.site, self.point = world, site, point
        self.vans = Vans(world, site)
        self._walk = walker(world)
        self._left_behind: list[Sequence[int]] = [()] * site.vans
        self._fits = True
        """Whether all that the round decided on last finds is taken; if not, the next may be so too."""
        network = world.network
        self._book: list[list[int]] = []
        self._decided = -NEVER
        pilot = np.flatnonzero(world.enrolled < NEVER)
        self._pilot = pilot[np.argsort(network.tour_rank[pilot], kind="stable")]
        self._place = {int(pilot_site): place for place, pilot_site in enumerate(self._pilot)}
        self._on_call = site.rounds == "on_call"
        own = network.stores.of_site[self._pilot]
        self._holder, column = np.nonzero(own < len(network.stores))
        self._held = own[self._holder, column]
        first = -(-world.opens // DAY)
        self._campaigns = [
            world.next_shift(day * DAY)
            for day in range(first, network.horizon.days + site.every_days, site.every_days)
        ]
        self._mornings = [*world.local.open_among(network.shift_starts), NEVER]
        self._zone = network.sites.zone.tolist()
        self._class = [bay.storage_class for bay in site.bays]
        self._apart = int(network.apart.max()) + 1
        self._stores = network.stores.of_site[:, self._class]
        """(sites, bays) store of each site whose class goes into each bay."""
        self._triggers = world.stocks.triggers(network.stores.call_pilot)
        self._calls = world.enrolled.copy()
        """(sites,) when each calls; its enrolment, until the first campaign after it."""
        self._enrolling = True
        self._enrolled = np.zeros(len(self._pilot), dtype=np.bool_)

    @property
    def _foresees(self) -> bool:
        """Whether it is known who will call: all are enrolled, and nothing leaves a store by other ways."""
        return self._on_call and not self._enrolling and not self.world.network.divert_share

    # --- when ----------------------------------------------------------------------------------------

    def next_campaign(self) -> int:
        """When the next campaign opens, s; `NEVER` if none does any more."""
        call = int(np.minimum.reduce(self._calls, initial=NEVER)) if self._on_call else 0
        return self._opening(self._decided, call)

    def _opening(self, last: int, call: int) -> int:
        """When the first campaign opens after the `last`, with all vans back and not before a `call`, s."""
        index = bisect_left(self._campaigns, max(*self.vans.back, last + 1, call))
        return self._campaigns[index] if index < len(self._campaigns) else NEVER

    def next_start(self, van: int, now: int) -> int:
        """When `van` leaves next in this campaign; `NEVER` if not at all."""
        return self._start(van, now) if self._book else NEVER

    def open_campaign(self, now: int) -> None:
        """Fill the book and lay out its rounds as far as nothing can become full on them."""
        world = self.world
        if self._decided >= now:
            return
        if self._enrolling:
            self._enrol(now)
        self._decided = now
        if not self._on_call:
            level = world.stocks.level(self._held, np.array(now))
            needs = sums(self._holder, level, len(self._pilot)) >= self.site.skip_below
        else:
            needs = self._calls[self._pilot] <= now
        if self._enrolling:
            needs &= self._enrolled
        self._book = self._by_zone(self._pilot[needs].tolist())
        if self._book:
            self._lay_out(now)

    def _by_zone(self, sites: list[int]) -> list[list[int]]:
        """Sites in tour order as a book."""
        return [list(zone) for _, zone in groupby(sites, self._zone.__getitem__)]

    def _enrol(self, now: int) -> None:
        """Look at the sites that have been enrolled since the last campaign."""
        enrolled = self.world.enrolled[self._pilot]
        self._enrolled = enrolled <= now
        self._enrolling = not self._enrolled.all()
        fresh = self._enrolled & (enrolled > self._decided)
        if self._on_call and fresh.any():
            sites = self._pilot[fresh]
            self._calls[sites] = np.maximum(self._calls_of(sites), self.world.enrolled[sites])

    def _calls_of(self, sites: IntArray, loaded: IntArray | int = 0) -> IntArray:
        """When `sites` ask for a round next, once (sites, bays) g have been `loaded`."""
        stores = self.world.network.stores.of_site.take(sites, axis=0)
        taken = np.zeros_like(stores)
        taken[:, self._class] = loaded
        return self.world.stocks.calls(stores, self._triggers, self.site.call_oldest, taken)

    def _start(self, van: int, now: int) -> int:
        """Next morning on which `van` is free and the roads are open, s; `NEVER` after the last."""
        return self._mornings[bisect_left(self._mornings, max(self.vans.free[van], now))]

    # --- where ---------------------------------------------------------------------------------------

    def _lay_out(self, now: int) -> bool:
        """Put the book on paper and load it up to where anything may become full; whether any was loaded."""
        before = self.vans.state()
        paper = Paper([], [], [], [])
        self._put_on_paper(paper, self._book, self._decided, now)
        books = {self._decided: self._book} | (self._foresee(paper) if self._foresees else {})
        loaded = self._load_certain(paper)
        if loaded < len(paper.rounds):
            self.vans.go_back_to(before)
            for trip in paper.rounds[:loaded]:
                self.vans.come_back(trip.vehicle, trip.start, trip.end)
        if loaded:
            self._decided = paper.rounds[loaded - 1].decided
            self._book = books[self._decided]
            self._strike(sum([trip.stops for trip in paper.rounds[:loaded] if trip.decided == self._decided]))
        return loaded > 0

    def _foresee(self, paper: Paper) -> dict[int, list[list[int]]]:
        """Put the campaigns after this one that open this year on paper; returns the book of each.

        They visit who will have called by then as things stand, and again whom the one before missed.
        """
        decided, year = self._decided, self.world.year_of(self._decided)
        books: dict[int, list[list[int]]] = {}
        booked = set(chain.from_iterable(self._book))
        calls = zip(self._calls[self._pilot].tolist(), self._pilot.tolist(), strict=True)
        waiting = sorted([caller for caller in calls if caller[1] not in booked])
        missed = 0
        while len(books) < FORESEEN:
            for visit in paper.missed[missed:]:
                insort(waiting, (self._calls.item(paper.sites[visit]), paper.sites[visit]))
            missed = len(paper.missed)
            decided = self._opening(decided, waiting[0][0] if waiting else NEVER)
            if decided >= self.world.end or self.world.year_of(decided) != year:
                break
            called = bisect_right(waiting, (decided, NEVER))
            sites = sorted([site for _, site in waiting[:called]], key=self._place.__getitem__)
            del waiting[:called]
            books[decided] = self._by_zone(sites)
            self._put_on_paper(paper, books[decided], decided, decided)
        return books

    def _put_on_paper(self, paper: Paper, book: list[list[int]], decided: int, now: int) -> None:
        """Add all rounds of a campaign within the horizon, one by one on the van that is free first."""
        end, most, walk, vans = self.world.end, self.site.max_stops, self._walk, self.vans
        waiting = [self._turn(van, now) for van in range(self.site.vans)]
        heapify(waiting)
        for zone in book:
            first = 0
            while first < len(zone):
                start, _, van = waiting[0]
                if start >= end:
                    return
                leaves = van, decided, max(vans.free[van], decided), start
                trip = walk(zone[first : first + most], leaves, paper)
                first += trip.stops
                vans.come_back(van, start, trip.end)
                heapreplace(waiting, self._turn(van, now))

    def _turn(self, van: int, now: int) -> tuple[int, int, int]:
        """Place of `van` among those that wait: the first that can leave; of equals, the one back first."""
        return self._start(van, now), self.vans.back[van], van

    def _strike(self, stops: int) -> None:
        """Take the first so many sites out of the book."""
        book = self._book
        while stops and stops >= len(book[0]):
            stops -= len(book.pop(0))
        if stops:
            del book[0][:stops]

    def lay_out_next(self, van: int, now: int) -> None:
        """Lay out the round on which `van` leaves now; if it works alone, also what can be foreseen then."""
        if self._book and (self.site.vans > 1 or not self._fits or not self._lay_out(now)):
            paper = Paper([], [], [], [])
            sites = self._book[0][: self.site.max_stops]
            leaves = van, self._decided, max(self.vans.free[van], self._decided), now
            trip = self._walk(sites, leaves, paper)
            self._strike(trip.stops)
            trip = self._load_one(sites[: trip.stops], paper)
            self.vans.come_back(van, now, trip.end)

    def put_back(self, van: int) -> None:
        """Put sites that the van was too full to empty first into the book again, unless they stand there."""
        book = set(chain.from_iterable(self._book))
        sites = [site for site in self._left_behind[van] if site not in book]
        self._left_behind[van] = ()
        if sites and self._book and self._zone[self._book[0][0]] == self._zone[sites[0]]:
            self._book[0][:0] = sites
        elif sites:
            self._book.insert(0, sites)

    # --- what ----------------------------------------------------------------------------------------

    def _load_certain(self, paper: Paper) -> int:
        """Take all that the rounds find and log them, up to the first that might fill anything; how many."""
        rounds = paper.rounds
        if not rounds:
            return 0
        visits = len(paper.left)
        sites = np.fromiter(paper.sites, np.int64, visits)
        left = np.fromiter(paper.left, np.int64, visits)
        if max(self.vans.back) >= self.world.end:
            left = np.minimum(left, self.world.end - 1)
        stores = self._stores.take(sites, axis=0)
        found = self.world.stocks.collectable(stores, left[:, None])
        ended = np.zeros(visits, dtype=np.int64)
        if paper.missed:
            found[paper.missed] = 0
            ended.put(paper.missed, Visit.MISSED)
        first = [0, *accumulate([trip.stops for trip in rounds])]
        by_round = np.add.reduceat(found, first[:-1])
        certain = self._certain(by_round.tolist())
        calls = self._calls_of(sites, found) if self._foresees else None
        if calls is not None:
            soonest = np.minimum.reduceat(np.where(ended, NEVER, calls), first[:-1])
            certain = _foreseen(rounds, certain, soonest.tolist())
        if certain:
            visits = first[certain]
            columns = sites[:visits], left[:visits], ended[:visits]
            self._commit(rounds[:certain], by_round[:certain], columns, stores[:visits], found[:visits])
            if self._on_call:
                self._calls[columns[0]] = self._calls_of(columns[0]) if calls is None else calls[:visits]
        return certain

    def _certain(self, by_round: list[list[int]]) -> int:
        """How many rounds come before a van, a bay or the licence might become full.

        Parameters
        ----------
        by_round
            Per round, grams by bay.
        """
        if self._apart > self.site.van.compartments:
            return 0
        room, payload = self.point.room(self.world.year_of(self._decided)), self.site.van.payload
        total = list(map(sum, zip(*by_round, strict=True)))
        if (
            sum(total) <= room.licence
            and all(map(le, total, room.bays))
            and max(map(sum, by_round)) <= payload
        ):
            return len(by_round)
        bays, licence = room.bays, room.licence
        for number, by_bay in enumerate(by_round):
            bays, load = list(map(sub, bays, by_bay)), sum(by_bay)
            licence -= load
            if load > payload or licence < 0 or min(bays) < 0:
                return number
        return len(by_round)

    def _load_one(self, sites: list[int], paper: Paper) -> Trip:
        """Take what fits, visit after visit and bay after bay, and log the round; returns what became of it.

        A van that becomes full turns home, and the rest stays in the book; what a bay has no room for stays
        at its source, and so do classes that the van has no compartment for.
        """
        world, end = self.world, self.world.end - 1
        (trip,) = paper.rounds
        left = np.minimum(paper.left, end)
        stores = self._stores[sites]
        found = world.stocks.collectable(stores, left[:, None])
        found[paper.missed] = 0
        found[:, ~self._on_board(found.sum(axis=0))] = 0
        bays, licence = self.point.room(world.year_of(min(trip.end, end)))
        payload = self.site.van.payload
        pieces = world.stocks.pieces(stores).tolist()
        loaded = np.zeros_like(found)
        ended: list[int] = []
        turned_away = [0] * len(bays)
        for stop, held in enumerate(found.tolist()):
            how = Visit.MISSED if stop in paper.missed else Visit.COLLECTED
            for bay, there in enumerate(held):
                if not there:
                    continue
                piece = pieces[stop][bay]
                if piece > self.site.van.payload:
                    how = Visit.TOO_LARGE if how == Visit.COLLECTED else how
                    continue
                into_bay = min(there, bays[bay]) // piece * piece
                fits = min(into_bay, licence) // piece * piece
                mass = min(fits, payload) // piece * piece
                loaded[stop, bay] = mass
                bays[bay] -= mass
                licence -= mass
                payload -= mass
                turned_away[bay] += there - into_bay
                if mass < fits:
                    how = Visit.TRUCK_FULL
                elif fits < there and how in (Visit.COLLECTED, Visit.TOO_LARGE):
                    how = Visit.LICENCE_USED if fits < into_bay else Visit.BAY_FULL
            ended.append(how)
            if how == Visit.TRUCK_FULL:
                break
        stops = len(ended)
        self._fits = bool((loaded == found).all())
        self._left_behind[trip.vehicle] = sites[stops - 1 :] if ended[-1] == Visit.TRUCK_FULL else []
        if stops < trip.stops:
            leaves = trip.vehicle, trip.decided, trip.free, trip.start
            trip = self._walk(sites[:stops], leaves, Paper([], [], [], []))
        visits = np.array(sites[:stops]), left[:stops], np.array(ended)
        self._commit([trip], loaded.sum(axis=0, keepdims=True), visits, stores, loaded)
        if self._on_call:
            self._calls[visits[0]] = self._calls_of(visits[0])
        self.point.turn_away(turned_away, int(left[stops - 1]))
        return trip

    def _on_board(self, found: IntArray) -> BoolArray:
        """Bays whose class the van has a compartment for, most mass first."""
        due = np.zeros(len(self.world.network.classes), dtype=np.int64)
        due[self._class] = found
        on_board = self.world.classes_on_board(self.site.van.compartments, due)
        return np.ones(len(found), dtype=np.bool_) if on_board is None else on_board[self._class]

    def _commit(
        self,
        rounds: list[Trip],
        by_round: IntArray,
        visits: tuple[IntArray, IntArray, IntArray],
        stores: IntArray,
        loaded: IntArray,
    ) -> None:
        """Take what is loaded out of the stores, and log visits and rounds.

        Parameters
        ----------
        by_round
            (rounds, bays) g.
        visits
            Columns site, when, a `Visit`; in order.
        stores, loaded
            (visits, bays) store, and g taken out of it; rows beyond the visits are 0.
        """
        world = self.world
        sites, when, _ = visits
        if world.network.divert_share:
            visited = world.network.stores.of_site[sites]
            world.stocks.settle(visited.ravel(), np.repeat(when, visited.shape[1]))
        some = loaded.ravel().nonzero()[0]
        visit = some // loaded.shape[1]
        first = world.stocks.take(stores.take(some), loaded.take(some), when.take(visit))
        world.log.visits.append(visits)
        ends = (first + visit.searchsorted([*accumulate([trip.stops for trip in rounds])])).tolist()
        taken = list(zip([first, *ends[:-1]], ends, strict=True))
        world.log.carry(rounds, np.add.reduce(by_round, axis=1).tolist(), taken)
        self.point.expect([trip.end for trip in rounds], by_round, taken)


def _foreseen(rounds: list[Trip], certain: int, calls: list[int]) -> int:
    """How many of the rounds up to number `certain` stay as they are.

    A campaign after the first does if all of it is certain and no site that a round before it has visited
    `calls` again by then; what was foreseen beyond is foreseen anew.
    """
    decided, begin, call = rounds[0].decided, 0, NEVER
    for number, trip in enumerate(rounds):
        if trip.decided != decided:
            decided, begin = trip.decided, number
            if call <= decided:
                return begin
        if number == certain:
            return begin or certain
        call = min(call, calls[number])
    return certain
