"""Firms and their stores: waste comes in batch by batch, and somebody must be called."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from typing import Any

from benchmarks.plain_engine.county import NEVER, County
from benchmarks.plain_engine.luck import Batch

Steps = Generator[Any, Any, Any]


class Store:
    """A store of one class: lots (time, grams), oldest first."""

    def __init__(self, county: County, number: int) -> None:
        stores = county.network.stores
        self.county = county
        self.number = number
        self.storage_class = int(stores.storage_class[number])
        self.capacity = int(stores.capacity[number])
        self.container = int(stores.container[number])
        self.call_direct = int(stores.call_direct[number])
        self.call_pilot = int(stores.call_pilot[number])
        self.lots: deque[tuple[int, int]] = deque()
        self.level = 0
        self.over_since: int | None = None
        self.filled = county.env.event()
        self.emptied = county.env.event()

    def put(self, mass: int) -> None:
        """Add a batch."""
        if not self.lots:
            self.filled.succeed()
            self.filled = self.county.env.event()
        self.lots.append((self.county.now, mass))
        self.level += mass
        if self.level > self.capacity and self.over_since is None:
            self.over_since = self.county.now

    @property
    def piece(self) -> int:
        """What leaves together or not at all: a gram, or a container."""
        return 1 if self.county.network.partial_containers else self.container

    def collectable(self) -> int:
        """What a vehicle may load: all, or whole containers only."""
        return self.level // self.piece * self.piece

    def take(self, mass: int) -> None:
        """Hand the oldest waste over."""
        if not mass:
            return
        self.county.facts.removals.append((self.number, self.county.now, mass))
        self.level -= mass
        while mass:
            when, lot = self.lots.popleft()
            if lot > mass:
                self.lots.appendleft((when, lot - mass))
            mass -= min(lot, mass)
        if self.level <= self.capacity:
            self.end_episode()
        self.emptied.succeed()
        self.emptied = self.county.env.event()

    def end_episode(self) -> None:
        """Note an episode above capacity, if there is one."""
        if self.over_since is not None:
            self.county.facts.episodes.append((self.number, self.over_since, self.county.now))
            self.over_since = None


class Site:
    """A firm: it calls when a store is full enough or its oldest lot is old enough."""

    def __init__(self, county: County, number: int, enrolled: int) -> None:
        self.county, self.number, self.enrolled = county, number, enrolled
        network = county.network
        owned = [store for store in network.stores.of_site[number].tolist() if store < len(network.stores)]
        self.stores = [Store(county, store) for store in owned]
        self.on_call = network.collection is not None and network.collection.rounds == "on_call"
        self.called: int | None = None
        self.declared = 0
        self.awaits_truck = False
        self.on_list: list[Site] | None = None
        self.tell: Callable[[], None] = lambda: None
        self._watch()
        if 0 < enrolled < county.end:
            county.env.process(self._enrol())

    @property
    def served_by_vans(self) -> bool:
        """Whether the collection point serves it by now."""
        return self.county.now >= self.enrolled

    @property
    def held(self) -> int:
        """What all stores hold."""
        return sum(store.level for store in self.stores)

    def consider(self) -> None:
        """Call, unless it has called already or somebody is on the way."""
        if self.called is None and not self.awaits_truck and any(map(self._wants_visit, self.stores)):
            self.called = self.county.now
            self.declared = self.held
            if not self.served_by_vans:
                self.county.facts.calls.append((self.number, self.county.now))
                self.tell()

    def been_visited(self) -> None:
        """The vehicle leaves; what is left may be a reason to call again at once."""
        self.called = None
        self.awaits_truck = False
        self.consider()

    def _wants_visit(self, store: Store) -> bool:
        if self.served_by_vans and not self.on_call:
            return False
        if not self.county.network.partial_containers and store.level < store.container:
            return False
        trigger = store.call_pilot if self.served_by_vans else store.call_direct
        return store.level >= trigger or self._due(store) <= self.county.now

    def _due(self, store: Store) -> int:
        """When the oldest lot is too old."""
        if not store.lots:
            return NEVER
        collection = self.county.network.collection
        if self.served_by_vans and collection is not None:
            return store.lots[0][0] + collection.call_oldest
        return store.lots[0][0] + self.county.network.direct.oldest

    def _watch(self) -> None:
        if self.on_call or not self.served_by_vans:
            for store in self.stores:
                self.county.env.process(self._grow_old(store))

    def _grow_old(self, store: Store) -> Steps:
        """Look again whenever the oldest lot becomes too old."""
        regime = self.served_by_vans
        while self.served_by_vans == regime:
            due = self._due(store)
            if due == NEVER:
                yield store.filled
            elif due > self.county.now:
                yield self.county.wait(due)
            else:
                self.consider()
                yield store.emptied

    def _enrol(self) -> Steps:
        """From now on vans come; only a truck that has already left still serves the site."""
        yield self.county.wait(self.enrolled)
        if self.on_list is not None:
            self.on_list.remove(self)
            self.on_list, self.awaits_truck = None, False
        if not self.awaits_truck:
            self.called = None
        self._watch()
        self.consider()


def deposits_of(county: County, site: Site, store: Store, batches: list[Batch]) -> Steps:
    """What arises at one store, one event per batch: the store gets it, or an informal buyer."""
    network = county.network
    for batch in batches:
        yield county.before_all_else(batch.when)
        if batch.draw < (network.capture_pilot if site.served_by_vans else network.capture_direct):
            store.put(batch.mass)
            site.consider()
        else:
            county.facts.informal += batch.mass
