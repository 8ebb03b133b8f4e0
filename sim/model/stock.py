"""The stores of all sources while a run goes on: each is one number, emptied oldest first."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.kernels import kernel
from sim.network.hazardous import HazardousNetwork
from sim.record.inflow import NEVER, Inflow
from sim.record.log import Log
from sim.units import IntArray

STOCK = "i8[::1], i8[::1], i8[::1], i8[::1]"
"""When deposits came, the mass axis, each store's first deposit, and what has been emptied."""
RULES = "i8[::1], i8[::1], f8, i8, b1"
"""Capacities, containers, share and grace of what is diverted, whether containers may be taken in part."""


@kernel()
def count_to(axis: IntArray, value: int, low: int, high: int) -> int:
    """Place behind the last of the rising `axis[low:high]` that is not above `value`."""
    while low < high:
        middle = (low + high) >> 1
        if axis[middle] <= value:
            low = middle + 1
        else:
            high = middle
    return low


@kernel()
def level(store: int, when: int, time: IntArray, mass: IntArray, first: IntArray, out: IntArray) -> int:
    """Grams in a store at `when`."""
    held: int = mass[count_to(time, when, first[store], first[store + 1])] - out[store]
    return max(held, 0)


@kernel()
def reaches(store: int, grams: int, time: IntArray, mass: IntArray, first: IntArray, out: IntArray) -> int:
    """When a store holds so many grams, at least one, if nobody comes, s."""
    deposit = count_to(mass, out[store] + grams - 1, first[store], first[store + 1] + 1) - 1
    return int(time[deposit]) if deposit < first[store + 1] else NEVER


@kernel()
def diverted(
    store: int,
    when: int,
    time: IntArray,
    mass: IntArray,
    first: IntArray,
    out: IntArray,
    capacity: int,
    share: float,
    grace: int,
) -> int:
    """A share of the excess, if the stock rose above its capacity more than the grace period ago; g."""
    excess = level(store, when, time, mass, first, out) - capacity
    if excess <= 0 or reaches(store, capacity + 1, time, mass, first, out) + grace > when:
        return 0
    return int(excess * share)


@kernel()
def collectable(
    store: int,
    when: int,
    time: IntArray,
    mass: IntArray,
    first: IntArray,
    out: IntArray,
    capacity: IntArray,
    container: IntArray,
    share: float,
    grace: int,
    in_part: bool,
) -> int:
    """Grams that a vehicle may load: all that has not been diverted, or whole containers of it only."""
    held = level(store, when, time, mass, first, out)
    if share > 0.0:
        held -= diverted(store, when, time, mass, first, out, capacity[store], share, grace)
    return held if in_part else held - held % container[store]


@kernel()
def piece(store: int, container: IntArray, in_part: bool) -> int:
    """Grams that leave a store together or not at all: a container, or each gram by itself."""
    return 1 if in_part else int(container[store])


@kernel(f"void(i8[::1], i8[::1], {STOCK}, i8[::1])")
def levels(
    stores: IntArray,
    when: IntArray,
    time: IntArray,
    mass: IntArray,
    first: IntArray,
    out: IntArray,
    found: IntArray,
) -> None:
    """Grams in each store at its moment."""
    for row in range(len(stores)):
        found[row] = level(stores[row], when[row], time, mass, first, out)


@kernel(f"void(i8[::1], i8[::1], i8[:, ::1], {STOCK}, i8[:, ::1], i8, i8[::1])")
def call_again(
    sites: IntArray,
    since: IntArray,
    of_site: IntArray,
    time: IntArray,
    mass: IntArray,
    first: IntArray,
    out: IntArray,
    triggers: IntArray,
    oldest: int,
    calls: IntArray,
) -> None:
    """Write down when each site asks for collection next, not before `since`, s; `NEVER` if never.

    A site asks when a store holds its call mass or its oldest lot has waited `oldest`; where only whole
    containers are collected, not before the store holds one.
    """
    for place in range(len(sites)):
        soonest = NEVER
        for store in of_site[sites[place]]:
            old = reaches(store, triggers[0, store], time, mass, first, out)
            full = reaches(store, triggers[1, store], time, mass, first, out)
            call = min(full, old + oldest)
            if len(triggers) > 2:
                call = max(call, reaches(store, triggers[2, store], time, mass, first, out))
            soonest = min(soonest, call)
        calls[sites[place]] = max(soonest, since[place])


@kernel()
def remove(store: int, grams: int, when: int, out: IntArray, removals: IntArray, row: int) -> None:
    """Take grams out of a store, and note it in a row of the log."""
    removals[row, 0], removals[row, 1] = store, out[store]
    out[store] += grams
    removals[row, 2], removals[row, 3] = out[store], when


@kernel(f"i8(i8, i8, i8[::1], i8[::1], i8[:, ::1], {STOCK}, i8[::1], f8, i8, i8[:, ::1], i8)")
def let_go(
    begin: int,
    behind: int,
    sites: IntArray,
    left: IntArray,
    of_site: IntArray,
    time: IntArray,
    mass: IntArray,
    first: IntArray,
    out: IntArray,
    capacity: IntArray,
    share: float,
    grace: int,
    removals: IntArray,
    row: int,
) -> int:
    """Let go what has been diverted at sites before they are visited; returns the next row of removals."""
    if share > 0.0:
        for place in range(begin, behind):
            for store in of_site[sites[place]]:
                gone = diverted(store, left[place], time, mass, first, out, capacity[store], share, grace)
                if gone:
                    remove(store, gone, left[place], out, removals, row)
                    row += 1
    return row


@kernel()
def take_along(
    begin: int,
    behind: int,
    sites: IntArray,
    left: IntArray,
    stores: IntArray,
    out: IntArray,
    loads: IntArray,
    removals: IntArray,
    row: int,
) -> int:
    """Take loads (visits, columns of `stores`) out of the stores; returns the next row of removals."""
    for place in range(begin, behind):
        for column in range(stores.shape[1]):
            if loads[place, column]:
                remove(stores[sites[place], column], loads[place, column], left[place], out, removals, row)
                row += 1
    return row


class Stocks:
    """Stocks of all stores; mass leaves them through the kernel `remove` alone.

    Store number `len(network.stores)` stands for "no such store" and is always empty.
    """

    def __init__(self, network: HazardousNetwork, inflow: Inflow) -> None:
        self.network, self.inflow = network, inflow
        self.out: IntArray = inflow.base[:-1].copy()
        self.log = Log()
        self.given: Any = np.ascontiguousarray(inflow.time), inflow.mass_axis, inflow.first, self.out
        """As kernels take it: `STOCK`."""
        self._capacity = np.append(network.stores.capacity, 0)
        self._container = np.append(network.stores.container, 1)

    @property
    def rules(self) -> Any:
        """As kernels take it: `RULES`."""
        network = self.network
        share, grace = network.divert_share, network.divert_grace
        return self._capacity, self._container, share, grace, network.partial_containers

    def level(self, stores: IntArray, when: IntArray) -> IntArray:
        """Grams in `stores` at `when` (shapes broadcast)."""
        found = np.empty(stores.shape, dtype=np.int64)
        levels(stores.ravel(), (np.zeros_like(stores) + when).ravel(), *self.given, found.ravel())
        return found

    def triggers(self, call_mass: IntArray) -> IntArray:
        """(2 or 3, stores + 1) what `call_again` asks after: a gram, the call, a whole container; g."""
        call = np.minimum(np.append(call_mass, 1), Inflow.MOST)
        rows = [np.ones_like(call), call]
        return np.stack(rows if self.network.partial_containers else [*rows, self._container])

    def settle(self, sites: IntArray, when: IntArray) -> None:
        """Let go what has been diverted at sites; nobody settles before looking."""
        network, log = self.network, self.log
        rows = log.room(network.stores.of_site.size)
        log.removed = let_go(
            0, len(sites), sites, when, network.stores.of_site, *self.given, self._capacity,
            network.divert_share, network.divert_grace, rows, log.removed,
        )  # fmt: skip
