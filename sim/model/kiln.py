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
from sim.network.slag import Lane, SlagNetwork
from sim.record.slag import SlagLog, SlagRecord, outlet_and_works_rates, slag_record
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
    for begin, finish in stops.not_burning.tolist():
        yield env.timeout(begin - env.now)
        flow.advance(begin, burning=True)
        yield env.timeout(finish - begin)
        flow.advance(finish, burning=False)
    yield env.timeout(end - env.now)
    flow.advance(end, burning=True)
    flow.close()


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
        "numbers",
        "share",
        "target",
        "used",
        "yard",
        "yard_goal",
        "yard_left",
        "yard_no_outlet",
        "yard_rate",
    )

    def __init__(self, lane: Lane, network: SlagNetwork, log: SlagLog) -> None:
        self.numbers = log.numbers
        self.share = lane.share
        self.from_raw_meal = float(lane.route != "grinding")
        self.from_grinding = float(lane.route != "raw_meal")
        self.haul = lane.share * network.haul
        self.target = lane.share * network.target
        self.heap = 0.0
        self.yard = lane.share * network.start
        self.set_rates(0.0, 0.0)

    def set_rates(self, arising: float, limit: float) -> None:
        """Rates from now on, while `arising` comes in and the route takes up to `limit`."""
        yard = self.yard
        delivered = self.haul if self.heap > 0.0 or arising > self.haul else arising
        if yard >= self.target:
            delivered = min(delivered, limit) if yard == self.target else 0.0
        used = limit if yard > 0.0 or delivered > limit else delivered
        self.delivered, self.used = delivered, used
        self.heap_rate, self.yard_rate = arising - delivered, delivered - used
        self.heap_no_outlet = self.yard_no_outlet = 0.0

    def next_crossing(self) -> float:
        """Days until the heap is empty, or the yard is empty or at its target."""
        rate = self.heap_rate
        self.heap_left = self.heap / -rate if rate < 0.0 < self.heap else NEVER
        rate = self.yard_rate
        if not rate:
            self.yard_left = NEVER
            return self.heap_left
        self.yard_goal = self.target if rate > 0.0 or self.yard > self.target else 0.0
        self.yard_left = left = (self.yard_goal - self.yard) / rate
        return left if left < self.heap_left else self.heap_left

    def move(self, days: float) -> None:
        """Write down what happens from now on, and let time pass, at most up to the next crossing."""
        heap, yard = self.heap, self.yard
        self.numbers.extend((heap, yard, self.delivered, self.used, self.heap_no_outlet, self.yard_no_outlet))
        if self.heap_rate:
            self.heap = 0.0 if self.heap_left <= days else heap + self.heap_rate * days
        if self.yard_rate:
            self.yard = self.yard_goal if self.yard_left <= days else yard + self.yard_rate * days


class SlagFlow:
    """Heaps, yard and clinker silo between two switches of the kiln.

    Grinding lives on clinker: on the silo while there is any, else on what the kiln makes.
    """

    def __init__(self, network: SlagNetwork, generated: FloatArray, log: SlagLog) -> None:
        _, arising = outlet_and_works_rates(network, generated)
        self.network = network
        self.log = log
        self.lanes = [LaneFlow(lane, network, log) for lane in network.lanes]
        self.month_ends: list[int] = network.horizon.month_edges[1:].tolist()
        self.arising: list[float] = np.repeat(arising, 12).tolist()
        self.demand: list[float] = network.clinker_demand.tolist()
        self.month = 0
        self.now = 0.0
        self.silo = network.silo

    def advance(self, until: int, burning: bool) -> None:
        """Let time pass until `until`, s, from crossing to crossing, while the kiln burns or does not."""
        network, lanes, numbers = self.network, self.lanes, self.log.numbers
        now, silo, month = self.now, self.silo, self.month
        made, raw_limit = (network.clinker, network.raw_limit) if burning else (0.0, 0.0)
        keeps = network.heap_keeps and network.yard_keeps
        while now < until:
            month_end, arising, demand = self.month_ends[month], self.arising[month], self.demand[month]
            silo_empty = silo <= 0.0 and made < demand
            ground = made if silo_empty else demand
            sold = max(0.0, made - ground) if silo >= network.silo else 0.0
            grinding_limit = network.slag_per_clinker * ground
            for lane in lanes:
                limit = raw_limit * lane.from_raw_meal + grinding_limit * lane.from_grinding
                lane.set_rates(lane.share * arising, limit)
            if not keeps:
                self._send_away()

            edge = until if until < month_end else month_end
            days = whole = (edge - now) / DAY
            silo_rate, silo_goal, silo_left = made - ground - sold, silo, NEVER
            if silo_rate:
                silo_goal = network.silo if silo_rate > 0.0 else 0.0
                silo_left = (silo_goal - silo) / silo_rate
                days = silo_left if silo_left < whole else whole
            for lane in lanes:
                lane_left = lane.next_crossing()
                if lane_left < days:
                    days = lane_left
            if not keeps:
                days = min(days, self._until_full())

            numbers.extend((now, silo, burning, silo_empty, made, ground, sold))
            for lane in lanes:
                lane.move(days)
            silo = silo_goal if silo_left <= days else silo + silo_rate * days
            now = now + days * DAY if days < whole else float(edge)
            if now == month_end:
                month += 1
        self.now, self.silo, self.month = now, silo, month

    def close(self) -> None:
        """Write the stocks at the end of the run."""
        self.log.numbers.extend((self.now, self.silo, False, False, 0.0, 0.0, 0.0))
        for lane in self.lanes:
            lane.move(0.0)

    def _send_away(self) -> None:
        """Send away what finds no room in a full place that keeps nothing above its capacity."""
        network, lanes = self.network, self.lanes
        if not network.heap_keeps and sum(lane.heap for lane in lanes) >= network.heap_capacity - FULL:
            for lane, cut in zip(lanes, cuts([lane.heap_rate for lane in lanes]), strict=True):
                lane.heap_rate -= cut
                lane.heap_no_outlet = cut
        if not network.yard_keeps and sum(lane.yard for lane in lanes) >= network.yard_capacity - FULL:
            for lane, cut in zip(lanes, cuts([lane.yard_rate for lane in lanes]), strict=True):
                lane.yard_rate -= cut
                lane.delivered -= cut
                lane.yard_no_outlet = cut

    def _until_full(self) -> float:
        """Days until a place is full that keeps nothing above its capacity."""
        network, lanes = self.network, self.lanes
        days = NEVER
        if not network.heap_keeps:
            days = _days_to_fill([(lane.heap, lane.heap_rate) for lane in lanes], network.heap_capacity)
        if not network.yard_keeps:
            yards = [(lane.yard, lane.yard_rate) for lane in lanes]
            days = min(days, _days_to_fill(yards, network.yard_capacity))
        return days


def _days_to_fill(parts: Sequence[tuple[float, float]], capacity: float) -> float:
    """Days until stocks that change at given rates fill a capacity together."""
    stocks, rates = zip(*parts, strict=True)
    room, rate = capacity - sum(stocks), sum(rates)
    return room / rate if rate > 0.0 and room > FULL else NEVER


def cuts(rates: Sequence[float]) -> list[float]:
    """Find what to take off the rising parts of a full place so that their sum rises no more.

    Room that one part leaves is given to the others in proportion to how fast they rise.
    """
    rising = sum(rate for rate in rates if rate > 0.0)
    falling = -sum(rate for rate in rates if rate < 0.0)
    if rising <= falling:
        return [0.0] * len(rates)
    return [max(rate, 0.0) * (1.0 - falling / rising) for rate in rates]
