"""The hazardous chain of one run: from a network and chance to a record. No dice in here."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np

from sim import kernels
from sim.chance import visits
from sim.chance.chance import Chance
from sim.chance.deposits import Deposits, capture_draws, cleanings, deposits
from sim.model.collection_point import CollectionPoint, run_hand_over
from sim.model.processes import Processes
from sim.model.receiver import run_receivers
from sim.model.rounds import Rounds, run_van
from sim.model.stock import Stocks
from sim.model.world import NEVER, World
from sim.network.hazardous import HazardousNetwork
from sim.record.hazardous import HazardousRecord
from sim.record.inflow import Inflow
from sim.record.log import ranges
from sim.units import BoolArray, IntArray


def simulate_hazardous(network: HazardousNetwork, chance: Chance) -> HazardousRecord:
    """Run the hazardous chain over its horizon.

    Raises
    ------
    DeadlockError
        If a process waits for what nobody brings about (a fault in the model).
    """
    kernels.ready()
    opens, enrolled = _regimes(network, chance)
    arrived = deposits(chance, network.arising)
    captured, inflow, stream = _inflow(network, chance, arrived, enrolled)
    stocks = Stocks(network, inflow)
    world = World(network, chance, stocks, opens, enrolled)
    processes = Processes(world.env)
    processes.start("receivers", run_receivers(world))
    point, rounds = None, None
    if network.collection is not None:
        point = CollectionPoint(world, network.collection)
        rounds = Rounds(world, network.collection, point)
        processes.start("hand-over at the collection point", run_hand_over(world, point), point.overdue)
        for van in range(network.collection.vans):
            processes.start(f"van {van}", run_van(world, rounds, van))
    processes.run(world.end)
    sites = np.arange(len(network.sites.names))
    stocks.settle(sites, np.full(len(sites), world.end - 1))
    log = stocks.log.removals()
    trips = stocks.log.trip_columns()
    order = np.argsort(log[:, 1], kind="stable")
    bay_in, bay_out = _bay_flows(network, point, log, order)
    return HazardousRecord(
        network=network,
        deposits=arrived,
        captured=captured,
        inflow=inflow,
        stream=stream,
        cleanings=cleanings(chance, network.arising),
        removals=log.T.take(order, axis=1).T,
        bay_in=bay_in,
        bay_out=bay_out,
        turned_away=_table([] if point is None else point.turned_away, 3),
        trips=trips,
        visits=stocks.log.visit_columns(trips),
        down=_table([] if rounds is None else rounds.vans.down, 3),
        opens=opens,
        enrolled=world.enrolled,
        closures={"local": world.local} | {route.road.name: state for route, state in world.routes},
    )


def _regimes(network: HazardousNetwork, chance: Chance) -> tuple[int, IntArray]:
    """Opening of the collection point, and when each site is enrolled (`NEVER`: not at all), s."""
    never = np.full(len(network.sites.names), NEVER, dtype=np.int64)
    if network.collection is None:
        return NEVER, never
    opens = visits.opening(chance, network.collection.opening)
    enrolled = visits.enrolment(chance, network, network.collection, opens)
    return opens, np.where(network.sites.pilot, enrolled, never)


def _inflow(
    network: HazardousNetwork, chance: Chance, arrived: Deposits, enrolled: IntArray
) -> tuple[BoolArray | None, Inflow, IntArray]:
    """Which batches go to the stores (None: all do), what they make up, and each one's stream."""
    stores, end = len(network.stores), network.horizon.end
    shares = network.capture_direct, network.capture_pilot

    def all_of_them() -> tuple[None, Inflow, IntArray]:
        return None, Inflow(arrived.store, arrived.time, arrived.mass, stores, end), arrived.stream

    def some_of_them() -> tuple[BoolArray, Inflow, IntArray]:
        served = enrolled[network.stores.site[arrived.store]] <= arrived.time
        share = np.where(served, network.capture_pilot, network.capture_direct)
        kept: BoolArray = capture_draws(chance, network.arising) < share
        inflow = Inflow(arrived.store[kept], arrived.time[kept], arrived.mass[kept], stores, end)
        return kept, inflow, arrived.stream[kept]

    if shares == (1.0, 1.0):
        return chance.keep(("inflow", network.arising.key), all_of_them)
    when = enrolled.tobytes() if shares[0] != shares[1] else b""
    return chance.keep(("inflow", network.arising.key, shares, when), some_of_them)


def _bay_flows(
    network: HazardousNetwork, point: CollectionPoint | None, log: IntArray, order: IntArray
) -> tuple[IntArray, IntArray]:
    """Receipts (bay, when, g, removal row) and removals (bay, from, to, when, trip) of the bays.

    Parameters
    ----------
    log, order
        Removals from the stores as they were logged, and their order in the record.
    """
    received = [] if point is None else point.receipts(network.horizon.end - 1)
    if point is None or not received:
        return np.empty((0, 4), dtype=np.int64), np.empty((0, 5), dtype=np.int64)
    when, first, last = _table(received, 3).T
    rows = ranges(first, last)
    row_of = np.empty_like(order)
    row_of[order] = np.arange(len(order))
    bay = np.array(point.site.bay_of_class)[network.stores.storage_class[log[:, 0][rows]]]
    receipts = np.stack([bay, np.repeat(when, last - first), (log[:, 2] - log[:, 1])[rows], row_of[rows]])
    receipts = receipts.take(np.argsort(bay, kind="stable"), axis=1).T
    base = np.concatenate([[0], np.cumsum(receipts[:, 2])])[
        np.searchsorted(receipts[:, 0], np.arange(len(point.site.bays)))
    ]
    out = base.tolist()
    gone = []
    for place, mass, moment, trip in point.removals:
        gone.append((place, out[place], out[place] + mass, moment, trip))
        out[place] += mass
    removals = _table(gone, 5)
    return receipts, removals[np.argsort(removals[:, 1], kind="stable")]


def _table(rows: Sequence[tuple[int, ...]], width: int) -> IntArray:
    return np.fromiter(chain.from_iterable(rows), np.int64).reshape(-1, width)
