"""The collection point: a bay per class, and joint loads that take what is due to the receivers."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Generator
from itertools import pairwise
from operator import add, lt
from typing import Any

import numpy as np

from sim.model.receiver import departure, haul, unload
from sim.model.world import NEVER, World
from sim.network.hazardous import CollectionSite
from sim.record.hazardous import Kind, Trip
from sim.units import DAY


class CollectionPoint:
    """Bays, and the open order for a load.

    Like a store of a source, a bay is a rising curve of what rounds bring and one number, what was taken out,
    oldest first. Rounds stand on the curve from when they are made: up to now lies what is back, beyond
    now what is under way.
    """

    def __init__(self, world: World, site: CollectionSite) -> None:
        self.world, self.site = world, site
        count = len(site.bays)
        self._back: list[int] = []
        """When each round comes back, s; ascending. `_taken`: its rows in the log of removals."""
        self._taken: list[tuple[int, int]] = []
        self._brought = [[0] for _ in range(count)]
        """Per bay, grams that the first so many rounds bring."""
        self._out = [0] * count
        self.space = np.array([bay.capacity if site.refuses else NEVER for bay in site.bays])
        """Room in each bay beside all that is under way, g: a round that is made takes its own."""
        self._pieces = pieces_of(world, site)
        """Grams that leave each bay together or not at all."""
        self._release = [max(bay.release, 1) for bay in site.bays]
        self.ordered = False
        self.released = world.env.event()
        self.removals: list[tuple[int, int, int, int]] = []
        self.turned_away: list[tuple[int, int, int]] = []
        self._alarm = NEVER

    def back_by(self, when: int) -> int:
        """How many rounds are back at `when`."""
        return bisect_right(self._back, when)

    def licence(self, year: int) -> int:
        """What may still be brought in simulated year number `year`, beside all that is under way, g."""
        began = bisect_left(self._back, self.world.begin_of_year(year))
        counted = min(began, self.back_by(self.world.now))
        used = sum([curve[-1] - curve[counted] for curve in self._brought])
        return max(0, self.site.licence - used)

    def expect(self, back: list[int], brought: list[list[int]], taken: list[tuple[int, int]]) -> None:
        """Note what rounds are to bring, for which room is kept, and look ahead to when a load will be due.

        Parameters
        ----------
        back, brought, taken
            Per round: when it comes back, s; by bay, g; its rows in the log of removals (first, behind the
            last).
        """
        if self.site.vans > 1:
            back, brought, taken = self._with_later(back, brought, taken)
        self._back += back
        self._taken += taken
        for by_bay in brought:
            for curve, mass in zip(self._brought, by_bay, strict=True):
                curve.append(curve[-1] + mass)
        self.watch()

    def _with_later(
        self, back: list[int], brought: list[list[int]], taken: list[tuple[int, int]]
    ) -> tuple[list[int], list[list[int]], list[tuple[int, int]]]:
        """Rounds with those of other vans that come back later, which are taken off the curves; by return."""
        first = self.back_by(min(back))
        later = [[b - a for a, b in pairwise(curve[first:])] for curve in self._brought]
        back, taken = self._back[first:] + back, self._taken[first:] + taken
        brought = [list(by_bay) for by_bay in zip(*later, strict=True)] + brought
        del self._back[first:], self._taken[first:]
        for curve in self._brought:
            del curve[first + 1 :]
        order = sorted(range(len(back)), key=back.__getitem__)
        return [back[row] for row in order], [brought[row] for row in order], [taken[row] for row in order]

    def receipts(self, until: int) -> list[tuple[int, int, int]]:
        """Of each round that is back by `until`: when it was, and its rows in the log of removals."""
        back = self.back_by(until)
        return [(when, *taken) for when, taken in zip(self._back[:back], self._taken[:back], strict=True)]

    def turn_away(self, by_bay: list[int], when: int) -> None:
        """Note demand for room that is not there."""
        self.turned_away.extend((bay, when, mass) for bay, mass in enumerate(by_bay) if mass)

    def watch(self) -> None:
        """Order a load if a bay is at its release level or a lot is due; else look again when one will be."""
        if self.ordered:
            return
        now = self.world.now
        due = self._full()
        if self._alarm == NEVER:
            due = min(due, self._age_due())
        if due <= now:
            self.ordered = True
            self.released.succeed()
        elif due < min(self._alarm, self.world.end):
            self._alarm = due
            alarm = self.world.env.timeout(due - now)
            assert alarm.callbacks is not None  # noqa: S101 - a timeout that was just made has them
            alarm.callbacks.append(lambda _: self._ring())

    def overdue(self) -> str:
        """What should have been ordered by the end of the run, and has not been; empty if nothing."""
        if self.ordered:
            return "a load is ordered"
        if self._age_due() < self.world.end:
            return "a lot is due"
        return "a bay is at its release level" if self._full() < self.world.end else ""

    def _ring(self) -> None:
        self._alarm = NEVER
        self.watch()

    def _full(self) -> int:
        """When a bay is at its release level if nothing is taken away, s."""
        return min(map(self._reaches, self._brought, map(add, self._out, self._release)))

    def _reaches(self, curve: list[int], mass: int) -> int:
        """When a bay's curve reaches `mass`, s."""
        return self._back[bisect_left(curve, mass) - 1] if curve[-1] >= mass else NEVER

    def _oldest(self) -> list[int]:
        """When the oldest lot of each bay came, or will come, s."""
        return [self._reaches(curve, out + 1) for curve, out in zip(self._brought, self._out, strict=True)]

    def take(self, payload: int, when: int, trip: int) -> int:
        """Load up to `payload`: bays at their release level first, then the oldest lots; g."""
        back = self.back_by(when)
        level = [curve[back] - out for curve, out in zip(self._brought, self._out, strict=True)]
        order = sorted(zip(map(lt, level, self._release), self._oldest(), range(len(level)), strict=True))
        room = payload
        for _, _, bay in order:
            mass = min(room, level[bay]) // self._pieces[bay] * self._pieces[bay]
            if mass > 0:
                self.removals.append((bay, mass, when, trip))
                self._out[bay] += mass
                self.space[bay] += mass
                room -= mass
        return payload - room

    def _age_due(self) -> int:
        """When the oldest lot must be put under way, s."""
        oldest = min(self._oldest())
        if oldest == NEVER:
            return NEVER
        calendar, days = self.world.network.calendar, self.site.age_trigger_working_days
        return calendar.after(oldest // DAY, days) * DAY + self.world.network.time.shift_start


def pieces_of(world: World, site: CollectionSite) -> list[int]:
    """Containers of the bays' classes where they must go whole, else single grams."""
    stores, classes = world.network.stores, [bay.storage_class for bay in site.bays]
    whole = np.ones(len(world.network.classes), dtype=np.int64)
    if not world.network.partial_containers:
        whole[stores.storage_class] = stores.container
    pieces: list[int] = whole[classes].tolist()
    return pieces


def run_hand_over(world: World, point: CollectionPoint) -> Generator[Any, Any, None]:
    """Whenever a load is released: papers, a receiver's truck, the haul, and the next."""
    fleet = point.site.haul_fleet
    while True:
        yield point.released
        decided = world.now
        ready = decided + world.network.direct.lead
        if not world.truck_free or not world.routes:
            return
        truck = world.truck_free.index(min(world.truck_free))
        free = max(ready, world.truck_free[truck])
        leaves, receiver = departure(world, free)
        if receiver < 0:
            return
        world.ask(receiver, leaves)
        metres = world.network.gate_to_depot
        driver, route, departs = haul(world, leaves, metres)
        loading = driver.now
        driver.work("load", world.network.time.unload)
        driver.load_from_now_on()
        driver.drive(world.local_time(metres, driver.now))
        route_back, departs_back, duration = world.route_at(driver.now)
        driver.wait_until(departs_back)
        driver.drive(duration)
        end = unload(world, driver, receiver)
        world.truck_free[truck] = end
        yield world.env.timeout(loading - decided)
        trip = len(world.log.trips)
        mass = point.take(fleet.payload, world.now, trip)
        accepted = world.book_acceptance(receiver, end, mass)
        haul_trip = Trip(
            Kind.HAUL,
            truck,
            decided,
            ready,
            free,
            start=departs,
            end=end,
            local_m=2 * metres,
            **driver.hours,
            stops=1,
            route=route,
            route_back=route_back,
            receiver=receiver,
            accepted=accepted,
        )
        world.log.carry([haul_trip], [mass], [(0, 0)])
        point.released = world.env.event()
        point.ordered = False
        point.watch()
