"""What all processes of one run of the hazardous chain share."""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

import simpy

from sim.chance.chance import Chance
from sim.chance.roads import RoadState, road_state
from sim.chance.visits import confirmations, services
from sim.model.stock import Stocks
from sim.network.hazardous import HazardousNetwork, LongHaulRoute
from sim.units import DAY, IntArray

NEVER = 1 << 60


class World:
    """One run: its clock, network, chance, stocks and log."""

    def __init__(
        self,
        network: HazardousNetwork,
        chance: Chance,
        stocks: Stocks,
        opens: int,
        enrolled: IntArray,
    ) -> None:
        self.env = simpy.Environment()
        self.network, self.chance, self.stocks = network, chance, stocks
        self.opens, self.enrolled = opens, enrolled.copy()
        self.end = network.horizon.end
        self.services = services(chance, network)
        self.local = road_state(chance, network.local_road, network.horizon)
        self.map: Any = network.east_km, network.north_km, network.circuity
        self.local_given: Any = (
            network.pace, self.local.factor, self.local.shut, self.local.reopened, self.services
        )  # fmt: skip
        """As kernels take it."""
        self.routes: list[tuple[LongHaulRoute, RoadState]] = [
            (route, road_state(chance, route.road, network.horizon)) for route in network.routes
        ]
        self.confirmations = [
            confirmations(chance, receiver, network.horizon) for receiver in network.receivers
        ]
        self.accepted: dict[tuple[int, int], int] = {}
        self.trips: dict[tuple[int, int], int] = {}
        self.truck_free = [0] * network.direct.trucks
        self.log = stocks.log
        self._starts = network.shift_starts
        self._edges: list[int] = network.horizon.simulated_edges.tolist()

    @property
    def now(self) -> int:
        """Model time, s."""
        return int(self.env.now)

    def keep_with_trucks(self, sites: IntArray, until: IntArray) -> None:
        """A site that a truck is to visit is not enrolled before the truck has been there."""
        if self.network.collection is None:
            return
        expected = (self.enrolled[sites] < until) & (until < self.end)
        self.enrolled[sites[expected]] = until[expected] + 1

    def next_shift(self, when: int) -> int:
        """First start of a working day's shift at or after `when`, s."""
        return self._starts[bisect_left(self._starts, when, hi=len(self._starts) - 1)]

    def year_of(self, when: int) -> int:
        """Index of the simulated year that contains `when`."""
        return bisect_left(self._edges, when + 1) - 1

    def begin_of_year(self, year: int) -> int:
        """When simulated year number `year` begins, s."""
        return self._edges[year]

    def local_time(self, metres: int, when: int) -> int:
        """Driving time inside the county at `when`, s."""
        return int(metres * self.network.pace * self.factor(self.local, when) / 1000)

    def factor(self, road: RoadState, when: int) -> float:
        """Travel-time factor of a road on the date of `when`; 1 after the horizon."""
        day = when // DAY
        return road.factor.item(day) if day < len(road.factor) else 1.0

    def route_at(self, when: int) -> tuple[int, int, int]:
        """Route by which a truck that may leave at `when` arrives first: index, departure, duration (s)."""
        ways = []
        for index, (route, state) in enumerate(self.routes):
            leaves = state.open_from(max(when, route.opens))
            duration = int(route.duration * self.factor(state, leaves))
            ways.append((leaves + duration, index, leaves, duration))
        return min(ways)[1:]

    def receiver_at(self, when: int) -> int:
        """Receiver with licence left that is furthest behind its share of the year's trips; -1: none has.

        The first listed of equals; one without a share only where no other can.
        """
        year = self.year_of(min(when, self.end - 1))
        able = []
        for index, receiver in enumerate(self.network.receivers):
            if self.accepted.get((index, year), 0) < receiver.capacity:
                trips, share = self.trips.get((index, year), 0), receiver.work_share
                able.append((not share, trips / share if share else 0.0, index))
        return min(able)[2] if able else -1

    def ask(self, receiver: int, when: int) -> None:
        """Count a trip that leaves at `when` as work of a receiver."""
        key = receiver, self.year_of(min(when, self.end - 1))
        self.trips[key] = self.trips.get(key, 0) + 1

    def book_acceptance(self, receiver: int, when: int, mass: int) -> int:
        """Count `mass` against the receiver's licence; returns when it is accepted, s."""
        year = self.year_of(min(when, self.end - 1))
        self.accepted[receiver, year] = self.accepted.get((receiver, year), 0) + mass
        day = min(when // DAY, self.network.horizon.days - 1)
        return when + int(self.confirmations[receiver][day])
