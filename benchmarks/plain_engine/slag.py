"""The slag chain: flows catch up whenever the kiln or the month changes, or every hour if asked to.

What becomes empty or full in between is worked out, so the hours change nothing but the work.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

import numpy as np
import simpy

from benchmarks.plain_engine.facts import SlagFacts
from sim.chance.chance import Chance
from sim.chance.kiln_stops import draw_kiln_stops
from sim.chance.smelters import draw_smelter_factors
from sim.network.slag import Lane, SlagNetwork
from sim.units import DAY, HOUR

Steps = Generator[Any, Any, Any]
EMPTY = 1e-9
NEVER = float("inf")


class Part:
    """Slag set apart for a route: what of it lies on the heaps and in the yard, t, and its flows, t/d."""

    def __init__(self, lane: Lane, network: SlagNetwork) -> None:
        self.share = lane.share
        self.burnt = lane.route != "grinding"
        self.ground = lane.route != "raw_meal"
        self.haul = lane.share * network.haul
        self.target = lane.share * network.target
        self.heap = 0.0
        self.yard = lane.share * network.start
        self.hauled = self.used = self.heap_lost = self.yard_lost = 0.0

    def flow(self, arising: float, route: float) -> None:
        """Work out how much is hauled and used a day, while `route` could be."""
        hauled = self.haul if self.heap > EMPTY else min(arising, self.haul)
        if self.yard > self.target + EMPTY:
            hauled = 0.0
        elif self.yard >= self.target - EMPTY:
            hauled = min(hauled, route)
        self.hauled = hauled
        self.used = route if self.yard > EMPTY else min(hauled, route)
        self.heap_lost = self.yard_lost = 0.0


class Works:
    """Heaps, yard, clinker silo and kiln."""

    def __init__(
        self, network: SlagNetwork, tonnes: np.ndarray, facts: SlagFacts, env: simpy.Environment
    ) -> None:
        self.network, self.facts, self.env = network, facts, env
        self.parts = [Part(lane, network) for lane in network.lanes]
        supply = [takes == "works" for takes in network.takes]
        daily = tonnes[supply].sum(axis=0) / network.year_days
        self.arising_by_year = np.maximum(daily - network.outlets, 0.0).tolist()
        self.silo = network.silo
        self.burns = True
        self.month = 0
        self.since = 0.0
        for table in (facts.used, facts.heap_no_outlet, facts.yard_no_outlet):
            table.extend([0.0] * len(self.parts) for _ in self.arising_by_year)
        for column in (facts.ground, facts.sold, facts.yard_over, facts.heap_over):
            column.extend(0.0 for _ in self.arising_by_year)

    def catch_up(self) -> None:
        """Let everything flow until now, from one moment at which something is empty or full to the next."""
        left = (self.env.now - self.since) / DAY
        self.since = self.env.now
        while left > 0.0:
            self._set_flows()
            step = min(left, *self._moments())
            self._move(step)
            left -= step

    def note(self) -> None:
        """Write the stocks down."""
        self.facts.switches.append(float(self.env.now))
        self.facts.heap.append([part.heap for part in self.parts])
        self.facts.yard.append([part.yard for part in self.parts])
        self.facts.silo.append(self.silo)

    # --- flows ---------------------------------------------------------------------------------------

    def _set_flows(self) -> None:
        network = self.network
        demand = float(network.clinker_demand[self.month])
        self.made = network.clinker if self.burns else 0.0
        self.ground = demand if self.silo > EMPTY else min(demand, self.made)
        self.sold = max(0.0, self.made - self.ground) if self.silo >= network.silo - EMPTY else 0.0
        self.arising = self.arising_by_year[self.month // 12]
        burnt = network.raw_limit if self.burns else 0.0
        ground = network.slag_per_clinker * self.ground
        for part in self.parts:
            part.flow(part.share * self.arising, part.burnt * burnt + part.ground * ground)
        self._send_away()

    def _send_away(self) -> None:
        """What a full place cannot hold finds no outlet; room that one part leaves goes to the others."""
        network, parts = self.network, self.parts
        if not network.heap_keeps and sum(part.heap for part in parts) >= network.heap_capacity - EMPTY:
            for part, lost in zip(parts, _excess([self._heap_rate(part) for part in parts]), strict=True):
                part.heap_lost = lost
        if not network.yard_keeps and sum(part.yard for part in parts) >= network.yard_capacity - EMPTY:
            for part, lost in zip(parts, _excess([self._yard_rate(part) for part in parts]), strict=True):
                part.yard_lost = lost

    def _heap_rate(self, part: Part) -> float:
        return float(part.share * self.arising - part.hauled - part.heap_lost)

    def _yard_rate(self, part: Part) -> float:
        return part.hauled - part.used - part.yard_lost

    def _moments(self) -> Iterator[float]:
        """Days until something is empty, full or at its target."""
        network, parts = self.network, self.parts
        yield from _reaches(self.silo, self.made - self.ground - self.sold, 0.0, network.silo)
        for part in parts:
            yield from _reaches(part.heap, self._heap_rate(part), 0.0)
            yield from _reaches(part.yard, self._yard_rate(part), 0.0, part.target)
        for stock, rate, full, keeps in self._places():
            if not keeps:
                yield from _reaches(stock, rate, full)

    def _places(self) -> list[tuple[float, float, float, bool]]:
        """Stock, its rate, capacity and policy of heaps and yard."""
        network, parts = self.network, self.parts
        heap, heap_rate = sum(part.heap for part in parts), sum(map(self._heap_rate, parts))
        yard, yard_rate = sum(part.yard for part in parts), sum(map(self._yard_rate, parts))
        return [
            (heap, heap_rate, network.heap_capacity, network.heap_keeps),
            (yard, yard_rate, network.yard_capacity, network.yard_keeps),
        ]

    def _move(self, days: float) -> None:
        facts, year = self.facts, self.month // 12
        for over, (stock, rate, capacity, _) in zip(
            (facts.heap_over, facts.yard_over), self._places(), strict=True
        ):
            over[year] += _days_above(stock, rate, days, capacity) * DAY
        facts.ground[year] += self.ground * days
        facts.sold[year] += self.sold * days
        self.silo = _snap(self.silo + (self.made - self.ground - self.sold) * days)
        for number, part in enumerate(self.parts):
            facts.used[year][number] += part.used * days
            facts.heap_no_outlet[year][number] += part.heap_lost * days
            facts.yard_no_outlet[year][number] += part.yard_lost * days
            part.heap = _snap(part.heap + self._heap_rate(part) * days)
            part.yard = _snap(part.yard + self._yard_rate(part) * days)


def simulate_slag(network: SlagNetwork, chance: Chance, *, hourly: bool = False) -> SlagFacts:
    """Run the slag chain from the first simulated day to the last."""
    horizon = network.horizon
    stops = draw_kiln_stops(chance.sequences, "kiln", network.kiln, horizon)
    years = horizon.simulated_years
    factors = draw_smelter_factors(chance.sequences, network.smelters, years, network.yearly_cv)
    tonnes = np.where(network.recorded, network.expected, network.expected * factors)
    facts = SlagFacts()
    env = simpy.Environment()
    works = Works(network, tonnes, facts, env)
    works.note()
    if hourly:
        env.process(_hours(env, works))
    env.process(_months(env, works, network))
    env.process(_kiln(env, works, stops.not_burning.tolist()))
    env.run(until=horizon.end)
    works.catch_up()
    works.note()
    return facts


def _kiln(env: simpy.Environment, works: Works, stops: list[list[int]]) -> Steps:
    """Burn, but for the stops."""
    for begin, finish in stops:
        for when, burns in ((begin, False), (finish, True)):
            yield env.timeout(when - env.now)
            works.catch_up()
            works.burns = burns
            if when:
                works.note()


def _months(env: simpy.Environment, works: Works, network: SlagNetwork) -> Steps:
    """Demand for cement changes with the month, what the smelters make with the year."""
    edges = network.horizon.month_edges[1:-1].tolist()
    for month, edge in enumerate(edges, start=1):
        yield env.timeout(edge - env.now)
        works.catch_up()
        works.month = month
        works.note()


def _hours(env: simpy.Environment, works: Works) -> Steps:
    while True:
        yield env.timeout(HOUR)
        works.catch_up()


def _reaches(stock: float, rate: float, *goals: float) -> Iterator[float]:
    """Days until `stock` is at a goal that it is not at yet."""
    for goal in goals:
        way = goal - stock
        if abs(way) > EMPTY and way * rate > 0.0:
            yield way / rate
    yield NEVER


def _days_above(stock: float, rate: float, days: float, capacity: float) -> float:
    """How long a stock that changes at `rate` is above `capacity` within `days`."""
    excess, excess_then = stock - capacity, stock + rate * days - capacity
    if excess <= EMPTY and excess_then <= EMPTY:
        return 0.0
    if excess >= 0.0 and excess_then >= 0.0:
        return days
    return days * max(excess, excess_then) / abs(excess_then - excess)


def _snap(stock: float) -> float:
    return stock if stock > EMPTY else 0.0


def _excess(rates: list[float]) -> list[float]:
    """What the rising parts of a full place bring beyond the room that the falling ones leave."""
    rising = sum(rate for rate in rates if rate > 0.0)
    falling = -sum(rate for rate in rates if rate < 0.0)
    if rising <= falling:
        return [0.0] * len(rates)
    return [max(rate, 0.0) / rising * (rising - falling) for rate in rates]
