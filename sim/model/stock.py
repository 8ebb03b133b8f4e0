"""The stores of all sources while a run goes on: each is one number, emptied oldest first."""

from __future__ import annotations

import numpy as np

from sim.network.hazardous import HazardousNetwork
from sim.record.inflow import NEVER, Inflow
from sim.record.log import Log
from sim.units import IntArray


class Stocks:
    """Stocks of all stores; mass leaves them through `take` alone.

    Store number `len(network.stores)` stands for "no such store" and is always empty.
    """

    def __init__(self, network: HazardousNetwork, inflow: Inflow) -> None:
        self.network, self.inflow = network, inflow
        self.out: IntArray = inflow.base[:-1].copy()
        self.log = Log()
        self._capacity = np.append(network.stores.capacity, 0)
        self._container = np.append(network.stores.container, 1)

    def level(self, stores: IntArray, when: IntArray) -> IntArray:
        """Grams in `stores` at `when` (shapes broadcast)."""
        level: IntArray = self.inflow.reached(stores, when) - self.out.take(stores)
        return np.maximum(level, 0, out=level)

    def pieces(self, stores: IntArray) -> IntArray:
        """Grams that leave `stores` together or not at all: containers, or each gram by itself."""
        return np.ones_like(stores) if self.network.partial_containers else self._container[stores]

    def collectable(self, stores: IntArray, when: IntArray) -> IntArray:
        """Grams that a vehicle may load: all that has not been diverted, or whole containers of it only."""
        level = self.level(stores, when)
        if self.network.divert_share:
            level -= self._diverted(stores, when)
        if not self.network.partial_containers:
            level -= level % self._container[stores]
        return level

    def reaches(self, stores: IntArray, mass: IntArray) -> IntArray:
        """When each store holds `mass` if nobody comes, s."""
        return self.inflow.arrival(stores, self.out.take(stores) + mass)

    def triggers(self, call_mass: IntArray) -> IntArray:
        """(2 or 3, stores + 1) what `calls` asks after: the first gram, the call, a whole container; g."""
        call = np.minimum(np.append(call_mass, 1), Inflow.MOST)
        rows = [np.ones_like(call), call]
        return np.stack(rows if self.network.partial_containers else [*rows, self._container])

    def calls(self, stores: IntArray, triggers: IntArray, oldest: int, taken: IntArray | int = 0) -> IntArray:
        """When each site (row of `stores`) asks for collection after so much is taken, s; `NEVER` if never.

        A site asks when a store holds its call mass or its oldest lot has waited `oldest`; where only whole
        containers are collected, not before the store holds one.
        """
        old, full, *whole = self.reaches(stores, triggers.take(stores, axis=1) + taken)
        calls = np.minimum(full, old + oldest)
        if whole:
            calls = np.maximum(calls, whole[0])
        first: IntArray = np.minimum.reduce(calls, axis=1, initial=NEVER)
        return first

    def take(self, stores: IntArray, mass: IntArray, when: IntArray) -> int:
        """Remove `mass` from distinct `stores`; returns the number of the first row in the log."""
        begin = self.out.take(stores)
        end = begin + mass
        self.out[stores] = end
        return self.log.remove(stores, begin, end, when)

    def settle(self, stores: IntArray, when: IntArray) -> None:
        """Let go what has been diverted from distinct `stores`; nobody settles before looking."""
        if not self.network.divert_share:
            return
        gone = self._diverted(stores, when)
        some = np.flatnonzero(gone)
        if len(some):
            self.take(stores[some], gone[some], when[some])

    def _diverted(self, stores: IntArray, when: IntArray) -> IntArray:
        """A share of the excess, if the stock rose above its capacity more than the grace period ago."""
        capacity = self._capacity[stores]
        risen = self.reaches(stores, capacity + 1)
        excess = np.maximum(self.level(stores, when) - capacity, 0)
        gone = (excess * self.network.divert_share).astype(np.int64)
        return np.where(risen + self.network.divert_grace <= when, gone, 0)
