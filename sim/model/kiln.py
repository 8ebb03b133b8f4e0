"""The kiln, and the slag that waits for it.

The kiln is the one actor: it burns and rests by its stops. Between two of its switches every rate is
constant up to the next crossing (a month ends, a stock is empty or full), which is solved, not stepped.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import simpy

from sim import kernels
from sim.chance.kiln_stops import KilnStops
from sim.model.processes import Processes
from sim.model.slag_flow import NEVER, YARD, flow
from sim.network.slag import Lane, SlagNetwork
from sim.record.slag import PER_LANE, SlagLog, SlagRecord, outlet_and_works_rates, slag_record
from sim.units import FloatArray

Story = Generator[simpy.Event, Any, None]


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
    kernels.ready()
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


class SlagFlow:
    """Heaps, yard and clinker silo between two switches of the kiln.

    Grinding lives on clinker: on the silo while there is any, else on what the kiln makes.
    """

    def __init__(self, network: SlagNetwork, generated: FloatArray, log: SlagLog) -> None:
        _, arising = outlet_and_works_rates(network, generated)
        lanes = network.lanes
        self.network, self.log = network, log
        self.now, self.silo, self.month = 0.0, network.silo, 0
        self.lanes, self._rates = np.zeros((len(lanes), len(PER_LANE))), np.zeros((len(lanes), 2))
        self.lanes[:, YARD] = [lane.share * network.start for lane in lanes]
        self._given = (
            network.clinker,
            network.raw_limit,
            self.lanes,
            self._rates,
            np.array([_fixed(lane, network) for lane in lanes]),
            network.horizon.month_edges[1:],
            np.repeat(arising, 12),
            network.clinker_demand,
            network.slag_per_clinker,
            network.silo,
            NEVER if network.heap_keeps else network.heap_capacity,
            NEVER if network.yard_keeps else network.yard_capacity,
        )

    def advance(self, until: int, burning: bool) -> None:
        """Let time pass until `until`, s, from crossing to crossing, while the kiln burns or does not."""
        log = self.log
        while self.now < until:
            self.now, self.silo, self.month, log.rows = flow(
                self.now, self.silo, self.month, until, burning, *self._given, log.room(), log.rows
            )

    def close(self) -> None:
        """Write the stocks at the end of the run."""
        self.log.room()[self.log.rows] = [self.now, self.silo, *5 * [0.0], *self.lanes.ravel()]
        self.log.rows += 1


def _fixed(lane: Lane, network: SlagNetwork) -> list[float]:
    """What does not change of a lane."""
    haul, target = lane.share * network.haul, lane.share * network.target
    return [lane.share, haul, target, lane.route != "grinding", lane.route != "raw_meal"]
