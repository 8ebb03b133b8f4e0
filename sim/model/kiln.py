"""The kiln, and the slag that waits for it.

The kiln is the one actor: it burns and rests by its stops. Between two of its switches every rate is
constant up to the next crossing (a month ends, a stock is empty or full), which is solved, not stepped.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

import numpy as np
import simpy

from sim.chance.kiln_stops import KilnStops
from sim.model.processes import Processes
from sim.network.slag import SlagNetwork
from sim.record.slag import SlagLog, SlagRecord, outlet_rate, slag_record, works_rate
from sim.units import DAY, FloatArray

Story = Generator[simpy.Event, Any, None]
NEVER = float("inf")
FULL = 1e-9
"""Room, t, below which a place counts as full."""


def simulate_slag(network: SlagNetwork, stops: KilnStops, factors: FloatArray) -> SlagRecord:
    """Run the slag chain alone.

    Parameters
    ----------
    factors
        (smelters, simulated years) yearly factors; recorded years are taken as they are.

    Raises
    ------
    DeadlockError
        If the kiln waits for what nobody brings about (a fault in the model).
    """
    generated = generated_tonnes(network, factors)
    log = SlagLog(len(network.lanes))
    env = simpy.Environment()
    processes = Processes(env)
    processes.start("kiln", run_kiln(env, SlagFlow(network, generated, log), stops, network.horizon.end))
    processes.run()
    return slag_record(network, generated, stops, log)


def generated_tonnes(network: SlagNetwork, factors: FloatArray) -> FloatArray:
    """(smelters, simulated years) t: the record, or what is expected times the year's factor."""
    return np.where(network.recorded, network.expected, network.expected * factors)


def run_kiln(env: simpy.Environment, flow: SlagFlow, stops: KilnStops, end: int) -> Story:
    """Burn whenever the kiln may; between switches slag flows by itself."""
    for begin, finish in stops.not_burning:
        yield from _pass_time(env, flow, begin, burning=True)
        yield from _pass_time(env, flow, finish, burning=False)
    yield from _pass_time(env, flow, end, burning=True)
    flow.close()


def _pass_time(env: simpy.Environment, flow: SlagFlow, until: int, *, burning: bool) -> Story:
    if until > env.now:
        yield env.timeout(until - env.now)
        flow.advance(until, burning)


class LaneFlow:
    """Slag of one lane on its way from the furnaces over heap and yard to its route, t and t/d."""

    __slots__ = (
        "delivered",
        "from_grinding",
        "from_raw_meal",
        "haul",
        "heap",
        "heap_left",
        "heap_no_outlet",
        "heap_rate",
        "share",
        "target",
        "used",
        "yard",
        "yard_goal",
        "yard_left",
        "yard_no_outlet",
        "yard_rate",
    )

    def __init__(self, route: str, share: float, network: SlagNetwork) -> None:
        self.share = share
        self.from_raw_meal = route != "grinding"
        self.from_grinding = route != "raw_meal"
        self.haul = share * network.haul
        self.target = share * network.target
        self.heap = 0.0
        self.yard = share * network.start

    def set_rates(self, arising: float, limit: float) -> None:
        """Rates from now on, while `arising` comes in and the route takes up to `limit`."""
        offered = self.haul if self.heap > 0.0 or arising > self.haul else arising
        if self.yard < self.target:
            delivered = offered
        elif self.yard == self.target:
            delivered = offered if offered < limit else limit
        else:
            delivered = 0.0
        self.delivered = delivered
        self.used = limit if self.yard > 0.0 or delivered > limit else delivered
        self.heap_rate = arising - delivered
        self.yard_rate = delivered - self.used
        self.heap_no_outlet = self.yard_no_outlet = 0.0

    def next_crossing(self) -> float:
        """Days until the heap is empty, or the yard is empty or at its target."""
        rate = self.heap_rate
        self.heap_left = self.heap / -rate if rate < 0.0 < self.heap else NEVER
        rate, self.yard_goal = self.yard_rate, self.target
        if rate > 0.0 and self.yard < self.target:
            self.yard_left = (self.target - self.yard) / rate
        elif rate < 0.0:
            if self.yard <= self.target:
                self.yard_goal = 0.0
            self.yard_left = (self.yard - self.yard_goal) / -rate
        else:
            self.yard_left = NEVER
        return self.heap_left if self.heap_left < self.yard_left else self.yard_left

    def move(self, days: float) -> None:
        """Let time pass, at most up to the next crossing."""
        self.heap = 0.0 if self.heap_left <= days else self.heap + self.heap_rate * days
        self.yard = self.yard_goal if self.yard_left <= days else self.yard + self.yard_rate * days


class SlagFlow:
    """Heaps, yard and clinker silo between two switches of the kiln.

    Grinding lives on clinker: on the silo while there is any, else on what the kiln makes.
    """

    def __init__(self, network: SlagNetwork, generated: FloatArray, log: SlagLog) -> None:
        left = works_rate(network, generated) - outlet_rate(network, generated)
        self.network = network
        self.log = log
        self.lanes = [LaneFlow(lane.route, lane.share, network) for lane in network.lanes]
        self.month_ends: list[int] = network.horizon.month_edges[1:].tolist()
        self.arising: list[float] = np.repeat(left, 12).tolist()
        self.demand: list[float] = network.clinker_demand.tolist()
        self.month = 0
        self.now = 0.0
        self.silo = network.silo

    def advance(self, until: int, burning: bool) -> None:
        """Let time pass until `until`, s, while the kiln burns or does not."""
        while self.now < until:
            edge = min(until, self.month_ends[self.month])
            while self.now < edge:
                self._stretch(edge, burning)
            if edge == self.month_ends[self.month]:
                self.month += 1

    def close(self) -> None:
        """Write the stocks at the end of the run."""
        self._write(self.now, burning=False, silo_empty=False, made=0.0, ground=0.0, sold=0.0)

    def _stretch(self, edge: int, burning: bool) -> None:
        """Let time pass until `edge` or the next crossing, and write down what happened."""
        network, lanes, demand = self.network, self.lanes, self.demand[self.month]
        made = network.clinker if burning else 0.0
        silo_empty = self.silo <= 0.0 and made < demand
        ground = made if silo_empty else demand
        sold = max(0.0, made - ground) if self.silo >= network.silo else 0.0
        silo_rate = made - ground - sold
        self._set_rates(network.raw_limit if burning else 0.0, network.slag_per_clinker * ground)

        silo_left, silo_goal = _until_full_or_empty(self.silo, silo_rate, network.silo)
        whole = (edge - self.now) / DAY
        days = silo_left if silo_left < whole else whole
        for lane in lanes:
            lane_left = lane.next_crossing()
            if lane_left < days:
                days = lane_left
        if not network.heap_keeps:
            days = min(days, self._until_full([lane.heap for lane in lanes], network.heap_capacity, "heap"))
        if not network.yard_keeps:
            days = min(days, self._until_full([lane.yard for lane in lanes], network.yard_capacity, "yard"))

        finish = float(edge) if days >= whole else self.now + days * DAY
        if finish > self.now:
            self._write(self.now, burning, silo_empty, made, ground, sold)
        for lane in lanes:
            lane.move(days)
        self.silo = silo_goal if silo_left <= days else self.silo + silo_rate * days
        self.now = finish

    def _set_rates(self, raw_limit: float, grinding_limit: float) -> None:
        network, lanes, arising = self.network, self.lanes, self.arising[self.month]
        for lane in lanes:
            limit = raw_limit * lane.from_raw_meal + grinding_limit * lane.from_grinding
            lane.set_rates(lane.share * arising, limit)
        if not network.heap_keeps and sum(lane.heap for lane in lanes) >= network.heap_capacity - FULL:
            for lane, cut in zip(lanes, cuts([lane.heap_rate for lane in lanes]), strict=True):
                lane.heap_rate -= cut
                lane.heap_no_outlet = cut
        if not network.yard_keeps and sum(lane.yard for lane in lanes) >= network.yard_capacity - FULL:
            for lane, cut in zip(lanes, cuts([lane.yard_rate for lane in lanes]), strict=True):
                lane.yard_rate -= cut
                lane.delivered -= cut
                lane.yard_no_outlet = cut

    def _until_full(self, stocks: Sequence[float], capacity: float, place: str) -> float:
        rate = sum(lane.heap_rate if place == "heap" else lane.yard_rate for lane in self.lanes)
        room = capacity - sum(stocks)
        return room / rate if rate > 0.0 and room > FULL else NEVER

    def _write(
        self, begin: float, burning: bool, silo_empty: bool, made: float, ground: float, sold: float
    ) -> None:
        numbers = self.log.numbers
        numbers.extend((begin, self.month, burning, silo_empty, self.silo, made, ground, sold))
        for lane in self.lanes:
            numbers.extend(
                (lane.heap, lane.yard, lane.delivered, lane.used, lane.heap_no_outlet, lane.yard_no_outlet)
            )


def cuts(rates: Sequence[float]) -> list[float]:
    """Find what to take off the rising parts of a full place so that their sum rises no more.

    Room that one part leaves is given to the others in proportion to how fast they rise.
    """
    rising = sum(rate for rate in rates if rate > 0.0)
    falling = -sum(rate for rate in rates if rate < 0.0)
    if rising <= falling:
        return [0.0] * len(rates)
    return [max(rate, 0.0) * (1.0 - falling / rising) for rate in rates]


def _until_full_or_empty(stock: float, rate: float, capacity: float) -> tuple[float, float]:
    """Days until a stock is full or empty, and what it then is."""
    if rate < 0.0:
        return stock / -rate, 0.0
    if rate > 0.0:
        return (capacity - stock) / rate, capacity
    return NEVER, stock
