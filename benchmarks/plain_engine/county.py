"""What everybody in the county shares: clock, roads, calendar, trucks and what is written down."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from math import hypot
from typing import NamedTuple

import simpy
from simpy.events import URGENT, Event

from benchmarks.plain_engine.facts import HazardousFacts
from benchmarks.plain_engine.luck import Luck
from sim.chance.roads import RoadState
from sim.network.hazardous import HazardousNetwork
from sim.units import DAY

NEVER = 1 << 60


class Way(NamedTuple):
    """A drive between the town and the county's gate."""

    arrives: int
    route: int
    departs: int
    duration: int


class County:
    """The stage of one run."""

    def __init__(self, network: HazardousNetwork, luck: Luck) -> None:
        self.env = simpy.Environment()
        self.network = network
        self.facts = HazardousFacts()
        self.end = network.horizon.end
        self.services = luck.services()
        self.local = luck.road(network.local_road)
        self.highways = [luck.road(route.road) for route in network.routes]
        self.confirmation_times = [luck.confirmations(receiver) for receiver in network.receivers]
        self.new_years = network.horizon.simulated_edges.tolist()
        self.working_days = network.calendar.working.tolist()
        self.trucks = simpy.PriorityStore(self.env)
        self.trucks.items.extend((0, truck) for truck in range(network.direct.trucks))
        self.unloaded: dict[tuple[int, int], int] = {}
        self.trips_of: dict[tuple[int, int], int] = {}

    @property
    def now(self) -> int:
        """The clock, s."""
        return int(self.env.now)

    def wait(self, until: int) -> Event:
        """Wait until an instant."""
        return self.env.timeout(until - self.env.now)

    def before_all_else(self, until: int) -> Event:
        """Wait until an instant; what arises then is there before anybody looks at it."""
        event = Event(self.env)
        event._ok, event._value = True, None
        self.env.schedule(event, priority=URGENT, delay=until - self.env.now)
        return event

    # --- calendar ------------------------------------------------------------------------------------

    def morning(self, when: int) -> int:
        """First start of work on a working day at or after `when`."""
        start = self.network.time.shift_start
        first_day = -((start - when) // DAY)
        day: int = self.working_days[bisect_left(self.working_days, first_day)]
        return day * DAY + start

    def year(self, when: int) -> int:
        """Which simulated year it is."""
        return min(bisect_right(self.new_years, when), len(self.new_years) - 1) - 1

    # --- roads ---------------------------------------------------------------------------------------

    def metres(self, here: int, there: int) -> int:
        """Road between two places inside the county."""
        network = self.network
        east = network.east_km[here] - network.east_km[there]
        north = network.north_km[here] - network.north_km[there]
        return int(hypot(east, north) * network.circuity * 1000)

    def local_drive(self, metres: int, when: int) -> int:
        """Driving time inside the county on the date of `when`."""
        return int(metres * self.network.pace * self._slowness(self.local, when) / 1000)

    def way(self, when: int) -> Way:
        """How a truck that may leave at `when` arrives first; a closed road holds it at its start."""
        ways = []
        for number, (route, state) in enumerate(zip(self.network.routes, self.highways, strict=True)):
            departs = state.open_from(max(when, route.opens))
            duration = int(route.duration * self._slowness(state, departs))
            ways.append(Way(departs + duration, number, departs, duration))
        return min(ways)

    def least_load(self) -> int:
        """What the receivers want to have before they send a truck on the quickest route in use."""
        open_routes = [route for route in self.network.routes if route.opens <= self.now]
        quickest = min(open_routes, key=lambda route: route.duration, default=None)
        return quickest.min_load if quickest else NEVER

    @staticmethod
    def _slowness(state: RoadState, when: int) -> float:
        day = when // DAY
        return float(state.factor[day]) if day < len(state.factor) else 1.0

    # --- receivers -----------------------------------------------------------------------------------

    def receiver(self) -> int | None:
        """Receiver with licence left that is furthest behind its share of the year's trips; it is counted."""
        year, firms = self.year(self.now), self.network.receivers
        able = [n for n, firm in enumerate(firms) if self.unloaded.get((n, year), 0) < firm.capacity]
        able = [n for n in able if firms[n].work_share] or able[:1]
        if not able:
            return None
        behind = [self.trips_of.get((n, year), 0) / (firms[n].work_share or 1) for n in able]
        asked = able[behind.index(min(behind))]
        self.trips_of[asked, year] = self.trips_of.get((asked, year), 0) + 1
        return asked

    def accept(self, receiver: int, mass: int) -> int:
        """Book a load that has just been unloaded; returns when it is accepted."""
        key = receiver, self.year(self.now)
        self.unloaded[key] = self.unloaded.get(key, 0) + mass
        return self.now + int(self.confirmation_times[receiver][self.now // DAY])
