"""Firms and their stores: waste comes in batch by batch, and somebody must be called."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.plain_engine.county import NEVER, County

Steps = Iterator[Any]


class Store:
    """A store of one class: lots (time, grams), oldest first."""

    def __init__(self, county: County, number: int, storage_class: int) -> None:
        stores = county.network.stores
        self.county = county
        self.number = number
        self.storage_class = storage_class
        self.capacity = int(stores.capacity[number])
        self.container = int(stores.container[number])
        self.call_direct = int(stores.call_direct[number])
        self.call_pilot = int(stores.call_pilot[number])
        self.lots: deque[tuple[int, int]] = deque()
        self.level = 0
        self.over_since: int | None = None

    def put(self, mass: int) -> None:
        """Add a batch."""
        self.lots.append((self.county.now, mass))
        self.level += mass
        if self.level > self.capacity and self.over_since is None:
            self.over_since = self.county.now

    def collectable(self) -> int:
        """What a vehicle may load."""
        if self.county.network.partial_containers:
            return self.level
        return self.level // self.container * self.container

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
            self.end_episode(self.county.now)

    def end_episode(self, when: int) -> None:
        """Note an episode above capacity, if there is one."""
        if self.over_since is not None:
            self.county.facts.episodes.append((self.number, self.over_since, when))
            self.over_since = None


class Site:
    """A firm: it calls when a store is full enough or its oldest lot is old enough."""

    def __init__(self, county: County, number: int, enrolled: int, on_call: bool) -> None:
        self.county, self.number, self.enrolled = county, number, enrolled
        network = county.network
        owned = [i for i in range(len(network.stores)) if network.stores.site[i] == number]
        self.stores = [Store(county, i, int(network.stores.storage_class[i])) for i in owned]
        self.on_call = on_call
        self.called: int | None = None
        self.declared = 0
        self.awaits_truck = False
        self.tell: Callable[[Site], None] = lambda site: None
        for store in self.stores:
            county.env.process(self._grow_old(store))
        if 0 <= enrolled < county.end:
            county.env.process(self._enrol())

    @property
    def served_by_vans(self) -> bool:
        """Whether the collection point serves it by now."""
        return self.county.now >= self.enrolled

    @property
    def held(self) -> int:
        """What all stores hold."""
        return sum(store.level for store in self.stores)

    def receive(self, store: Store, mass: int) -> None:
        """A batch arises."""
        store.put(mass)
        if not store_is_watched(store):
            store.watched.succeed()
        self.consider()

    def consider(self) -> None:
        """Call, unless somebody has been called or is on the way."""
        if self.called is None and not self.awaits_truck and self._wants_visit():
            self.called = self.county.now
            self.declared = self.held
            self.tell(self)

    def _wants_visit(self) -> bool:
        if self.served_by_vans and not self.on_call:
            return False
        return any(self._is_full(store) or self._due(store) <= self.county.now for store in self.stores)

    def _is_full(self, store: Store) -> bool:
        return store.level >= (store.call_pilot if self.served_by_vans else store.call_direct)

    def _due(self, store: Store) -> int:
        """When the oldest lot is too old."""
        if not store.lots:
            return NEVER
        rules = self.county.network
        if self.served_by_vans:
            assert rules.collection is not None
            return store.lots[0][0] + rules.collection.call_oldest
        return store.lots[0][0] + rules.direct.oldest
