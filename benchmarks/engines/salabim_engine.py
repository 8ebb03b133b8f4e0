"""The work in salabim: a component per store that fills, one that watches its age, a desk, trucks."""

from __future__ import annotations

from typing import Any

import salabim

from benchmarks.reduced import NEVER, Book, Drawn, Figures, Work, draw, itinerary
from sim.chance.chance import Chance


def run(work: Work, chance: Chance) -> Figures:
    """One replication, drawing included."""
    county = County(work, draw(work, chance))
    county.env.run(till=work.end)
    return county.close()


class County:
    """Stores, sites and the desk of one run."""

    def __init__(self, work: Work, drawn: Drawn) -> None:
        self.work, self.drawn, self.book = work, drawn, Book(work)
        self.env = salabim.Environment(trace=False, yieldless=False)
        self.env.suppress_trace_standby(True)
        stores = len(work.capacity)
        quiet: dict[str, Any] = {"env": self.env, "suppress_trace": True, "skip_standby": True}
        self.level, self.oldest, self.over_since = [0] * stores, [NEVER] * stores, [NEVER] * stores
        self.called = [NEVER] * len(work.stores_of)
        self.declared = [0] * len(work.stores_of)
        self.awaits = [False] * len(work.stores_of)
        self.open_calls: list[int] = []
        self.age = [Age(county=self, store=store, **quiet) for store in range(stores)]
        self.trucks = salabim.Resource("trucks", capacity=work.network.direct.trucks, env=self.env)
        self.rank = work.network.gate_rank.tolist()
        self.site_of = work.network.stores.site.tolist()
        self.quiet = quiet
        batches = drawn.batches
        first = batches.store.searchsorted(range(stores + 1)).tolist()
        for store in range(stores):
            rows = slice(first[store], first[store + 1])
            pairs = zip(batches.time[rows].tolist(), batches.mass[rows].tolist(), strict=True)
            Filling(county=self, store=store, batches=list(pairs), **quiet)
        for monitored in (self.trucks.requesters(), self.trucks.claimers()):
            monitored.reset_monitors(False)
        self.trucks.reset_monitors(False)

    def put(self, store: int, mass: int, now: int) -> None:
        """Add a batch."""
        if not self.level[store]:
            self.oldest[store] = now
            self.age[store].activate(at=now + self.work.network.direct.oldest)
        self.level[store] += mass
        if self.level[store] > self.work.capacity[store] and self.over_since[store] == NEVER:
            self.over_since[store] = now
        self.consider(self.site_of[store], now)

    def consider(self, site: int, now: int) -> None:
        """Call, if a store is nearly full or its oldest waste is old, and nobody comes yet."""
        if self.called[site] < NEVER or self.awaits[site]:
            return
        stores, old = self.work.stores_of[site], now - self.work.network.direct.oldest
        if any(self.level[s] >= self.work.call_at[s] or self.oldest[s] <= old for s in stores):
            self.called[site] = now
            self.declared[site] = sum(self.level[s] for s in stores)
            self.open_calls.append(site)
            Patience(county=self, **self.quiet)
            self.look(now)

    def look(self, now: int) -> None:
        """Send trucks while the calls make a load, or the first has waited long enough."""
        rules, least = self.work.network.direct, self.work.network.routes[0].min_load
        while self.open_calls:
            load = sum(self.declared[site] for site in self.open_calls)
            if load < least and now < self.called[self.open_calls[0]] + rules.max_wait:
                break
            chosen, self.open_calls = (
                self.open_calls[: rules.max_stops],
                self.open_calls[rules.max_stops :],
            )
            for site in chosen:
                self.called[site], self.awaits[site] = NEVER, True
            Trip(county=self, sites=sorted(chosen, key=self.rank.__getitem__), **self.quiet)

    def visit(self, site: int, missed: bool, now: int) -> None:
        """Take all there is, unless nobody is there."""
        book = self.book
        book.visits += 1
        book.missed += missed
        if not missed:
            for store in self.work.stores_of[site]:
                book.collected += self.level[store]
                self.level[store], self.oldest[store] = 0, NEVER
                self._end_episode(store, now)
        self.awaits[site] = False
        self.consider(site, now)

    def close(self) -> Figures:
        """End the episodes."""
        for store in range(len(self.level)):
            self._end_episode(store, self.work.end)
        return self.book.figures()

    def _end_episode(self, store: int, now: int) -> None:
        if self.over_since[store] < NEVER:
            self.book.episodes.append((store, self.over_since[store], now))
            self.over_since[store] = NEVER


class Filling(salabim.Component):  # type: ignore[misc]
    """What arises at one store."""

    def setup(self, county: County, store: int, batches: list[tuple[int, int]]) -> None:
        self.county, self.store, self.batches = county, store, batches

    def process(self) -> Any:
        for when, mass in self.batches:
            yield self.hold(till=when, urgent=True)
            self.county.put(self.store, mass, when)


class Age(salabim.Component):  # type: ignore[misc]
    """Looks again when the oldest waste of a store becomes too old; asleep while the store is empty."""

    def setup(self, county: County, store: int) -> None:
        self.county, self.site = county, 0
        self.store = store

    def process(self) -> Any:
        while True:
            yield self.passivate()
            self.county.consider(self.county.site_of[self.store], int(self.env.now()))


class Patience(salabim.Component):  # type: ignore[misc]
    """Looks again when a caller has waited long enough."""

    def setup(self, county: County) -> None:
        self.county = county

    def process(self) -> Any:
        yield self.hold(self.county.work.network.direct.max_wait)
        self.county.look(int(self.env.now()))


class Trip(salabim.Component):  # type: ignore[misc]
    """Papers, a truck, the drive, visit after visit, and home."""

    def setup(self, county: County, sites: list[int]) -> None:
        self.county, self.sites = county, sites

    def process(self) -> Any:
        county = self.county
        yield self.hold(county.work.network.direct.lead)
        yield self.request(county.trucks)
        leaves, stops, back = itinerary(county.work, county.drawn, int(self.env.now()), self.sites)
        if leaves >= county.work.end:
            return
        county.book.trips += 1
        for stop in stops:
            yield self.hold(till=stop.left)
            county.visit(stop.site, stop.missed, stop.left)
        yield self.hold(till=back)
        self.release()
