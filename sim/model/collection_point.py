"""The collection point: a bay per class, and joint loads that take what is due to the receivers."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from operator import add, attrgetter, ge, sub
from typing import Any

from sim.model.receiver import departure, haul, unload
from sim.model.van import Round
from sim.model.world import NEVER, World
from sim.network.hazardous import CollectionSite
from sim.record.hazardous import Kind, Trip
from sim.units import DAY


@dataclass(slots=True)
class Room:
    """What may still be brought: grams by bay, and under the year's licence."""

    bays: list[int]
    licence: int


class CollectionPoint:
    """Bays with their stock and their free room, and the open order for a load."""

    def __init__(self, world: World, site: CollectionSite) -> None:
        self.world, self.site = world, site
        count = len(site.bays)
        self.level = [0] * count
        self._space = [bay.capacity if site.refuses else NEVER for bay in site.bays]
        self._claimed = [0] * count
        """Grams that each bay holds or vans under way are to bring."""
        self._under_way = 0
        self._expected: deque[Round] = deque()
        self.received: dict[int, int] = {}
        self.lots: list[deque[tuple[int, int]]] = [deque() for _ in range(count)]
        self.ordered = False
        self.released = world.env.event()
        self.receipts: list[tuple[int, int, int]] = []
        """When a round's load came into the bays; its first row of removals, and the one behind its last."""
        self.removals: list[tuple[int, int, int, int]] = []
        self.turned_away: list[tuple[int, int, int]] = []
        self._release = [bay.release for bay in site.bays]
        self._alarm = NEVER

    def room(self, year: int) -> Room:
        """Room for what arrives in simulated year number `year`."""
        self.settle(self.world.now)
        used = self.received.get(year, 0) + self._under_way
        return Room(list(map(sub, self._space, self._claimed)), max(0, self.site.licence - used))

    def expect(self, rounds: Sequence[Round]) -> None:
        """Keep room in the bays for what rounds are to bring, and look ahead to when a load will be due."""
        brought = list(map(sum, zip(*[trip.by_bay for trip in rounds], strict=True)))
        self._claimed = list(map(add, self._claimed, brought))
        self._under_way += sum(brought)
        self._expected.extend(rounds)
        if self.site.vans > 1:
            self._expected = deque(sorted(self._expected, key=attrgetter("end")))
        self.watch()

    def turn_away(self, by_bay: list[int], when: int) -> None:
        """Note demand for room that is not there."""
        self.turned_away.extend((bay, when, mass) for bay, mass in enumerate(by_bay) if mass)

    def settle(self, now: int) -> None:
        """Put what rounds have brought by now into the bays."""
        while self._expected and self._expected[0].end <= now:
            trip = self._expected.popleft()
            for bay, mass in enumerate(trip.by_bay):
                if mass:
                    self.level[bay] += mass
                    self.lots[bay].append((trip.end, mass))
            brought = sum(trip.by_bay)
            self._under_way -= brought
            year = self.world.year_of(trip.end)
            self.received[year] = self.received.get(year, 0) + brought
            self.receipts.append((trip.end, *trip.removals))

    def watch(self) -> None:
        """Order a load if a bay is at its release level or a lot is due; else look again when one will be."""
        if self.ordered:
            return
        now = self.world.now
        self.settle(now)
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
        self.settle(self.world.end - 1)
        if self.ordered:
            return "a load is ordered"
        if self._age_due() < self.world.end:
            return "a lot is due"
        return "a bay is at its release level" if any(map(ge, self.level, self._release)) else ""

    def _ring(self) -> None:
        self._alarm = NEVER
        self.watch()

    def _full(self) -> int:
        """When a bay will be at its release level if nothing is taken away, s."""
        if not any(map(ge, self._claimed, self._release)):
            return NEVER
        level = self.level
        if any(map(ge, level, self._release)):
            return self.world.now
        for trip in self._expected:
            level = list(map(add, level, trip.by_bay))
            if any(map(ge, level, self._release)):
                return trip.end
        return NEVER

    def take(self, payload: int, when: int, trip: int) -> int:
        """Load up to `payload`: bays at their release level first, then the oldest lots; g."""
        self.settle(when)
        oldest = [lots[0][0] if lots else NEVER for lots in self.lots]
        due_first = [
            (level < release, age, bay)
            for bay, (level, release, age) in enumerate(zip(self.level, self._release, oldest, strict=True))
        ]
        room = payload
        for _, _, bay in sorted(due_first):
            mass = min(room, self.level[bay])
            if mass > 0:
                self.removals.append((bay, mass, when, trip))
                self.level[bay] -= mass
                self._claimed[bay] -= mass
                room -= mass
                self._consume(bay, mass)
        return payload - room

    def _consume(self, bay: int, mass: int) -> None:
        lots = self.lots[bay]
        while mass > 0:
            when, lot = lots.popleft()
            if lot > mass:
                lots.appendleft((when, lot - mass))
            mass -= min(lot, mass)

    def _age_due(self) -> int:
        """When the oldest lot must be put under way, s."""
        oldest = min((lots[0][0] for lots in self.lots if lots), default=NEVER)
        if oldest == NEVER:
            oldest = next((trip.end for trip in self._expected if any(trip.by_bay)), NEVER)
        if oldest == NEVER:
            return NEVER
        calendar, days = self.world.network.calendar, self.site.age_trigger_working_days
        return calendar.after(oldest // DAY, days) * DAY + self.world.network.time.shift_start


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
        metres = world.network.metres(world.network.gate, world.network.depot)
        driver, route, departs = haul(world, leaves, metres)
        loading = driver.now
        driver.work("load", world.network.time.unload)
        driver.loaded = True
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
        world.log.loads.append((0, 0))
        world.log.trips.append(
            Trip(
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
                mass=mass,
                route=route,
                route_back=route_back,
                receiver=receiver,
                accepted=accepted,
            )
        )
        point.released = world.env.event()
        point.ordered = False
        point.watch()
