"""Is the start forgotten? Empty and full start on the same chance, held against each other.

In a full start every store of every source is filled to its capacity in the first second, and so is the
kiln's yard; bays fill up when the first rounds come home. Where both runs stand alike at the first reported
midnight, the start is forgotten exactly. Where they do not (two trucks that left on different days go on
leaving on different days), it can still be forgotten in what is reported: then both starts give the same
figures on average.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from sim.chance.chance import Chance
from sim.chance.deposits import Deposits, capture_draws, deposits
from sim.experiment.execute import execute
from sim.experiment.replicate import Prepared
from sim.experiment.storage_trials import blocks
from sim.kpi.measure import measure
from sim.kpi.outcome import Key, Outcome
from sim.model.simulate import simulate
from sim.network.hazardous import HazardousNetwork
from sim.network.slag import SlagNetwork
from sim.record.hazardous import HazardousRecord
from sim.record.slag import SlagRecord
from sim.units import BoolArray, FloatArray

NEEDED = 0.99
"""Share of replications that must coincide."""
SAME = 1e-6
"""Tonnes of slag by which two stocks may differ and still be alike."""
FIGURES = (
    Key("sources", "overflow_probability"),
    Key("sources", "stock_mean"),
    Key("collection_point", "overflow_probability"),
    Key("collection_point", "stock_mean"),
    Key("kiln_yard", "overflow_probability"),
    Key("kiln_yard", "stock_mean"),
)
"""What both starts must give alike on average, in the first reported year."""


class Pairs(NamedTuple):
    """Replications of both starts.

    Attributes
    ----------
    alike
        (replications, places) whether stocks are the same at the first reported midnight.
    apart
        (replications, figures) full minus empty start, in the first reported year.
    empty
        (replications, figures) after the empty start.
    books
        (replications, 3) tonnes at the first and last reported midnight, and what arose between them; of the
        empty start.
    """

    alike: BoolArray
    apart: FloatArray
    empty: FloatArray
    books: FloatArray


@dataclass(frozen=True)
class Coupling:
    """The task of a worker: replications of both starts of a cell."""

    cell: Prepared
    seed: int

    def __call__(self, block: tuple[int, int]) -> Pairs:
        """Run replications block[0] .. block[1] - 1."""
        found = [self._pair(replication) for replication in range(*block)]
        return Pairs(*(np.stack(column) for column in zip(*found, strict=True)))

    def _pair(self, replication: int) -> tuple[FloatArray | BoolArray, ...]:
        network = self.cell.network
        first = simulate(network, Chance(self.seed, replication))
        if isinstance(network, HazardousNetwork):
            second = simulate(network, full_chance(network, self.seed, replication))
        else:
            second = simulate(filled(network), Chance(self.seed, replication))
        one, other = (measure(record, self.cell.judgement, replication) for record in (first, second))
        empty, full = (figures(outcome, self.cell) for outcome in (one, other))
        alike = np.abs(levels(first) - levels(second)) <= (SAME if isinstance(first, SlagRecord) else 0)
        books = np.array([one.mass[name].sum() for name in ("start_t", "end_t", "generated_t")])
        return alike, full - empty, empty, books


def couple(cell: Prepared, seed: int, replications: int, jobs: int = 1) -> Pairs:
    """Run both starts of a cell."""
    with closing(execute(Coupling(cell, seed), blocks(range(replications), jobs), jobs)) as parts:
        found = list(parts)
    return Pairs(*(np.concatenate(columns) for columns in zip(*found, strict=True)))


def known_figures(cell: Prepared) -> list[Key]:
    """Figures that a cell has."""
    return [key for key in FIGURES if key in cell.layout.yearly_keys]


def figures(outcome: Outcome, cell: Prepared) -> FloatArray:
    """(figures,) of the first reported year."""
    rows = [cell.layout.yearly_keys.index(key) for key in known_figures(cell)]
    return np.asarray(outcome.yearly[rows, 0], dtype=np.float64)


# --- the full start ----------------------------------------------------------------------------------


def full_chance(network: HazardousNetwork, seed: int, replication: int) -> Chance:
    """The same chance, but in its first second every store gets as much as it holds."""
    chance = Chance(seed, replication)
    drawn, stores = deposits(chance, network.arising), len(network.stores)
    first = np.searchsorted(drawn.store, np.arange(stores))
    stream = np.append(drawn.stream, 0)[np.minimum(first, len(drawn.stream))]
    store = np.concatenate([np.arange(stores), drawn.store])
    order = np.argsort(store, kind="stable")
    more = Deposits(
        time=np.concatenate([np.zeros(stores, dtype=np.int64), drawn.time])[order],
        mass=np.concatenate([np.maximum(network.stores.capacity, 1), drawn.mass])[order],
        store=store[order],
        stream=np.concatenate([stream, drawn.stream])[order],
        order=drawn.order,
        counts=drawn.counts,
    )
    kept = np.concatenate([np.zeros(stores), capture_draws(chance, network.arising)])[order]
    full = Chance(seed, replication)
    full.keep(("deposits", network.arising.key), lambda: more)
    full.keep(("captures", network.arising.key), lambda: kept)
    return full


def filled(network: SlagNetwork) -> SlagNetwork:
    """The same works with a full yard at the begin."""
    return replace(network, start=network.yard_capacity)


# --- what stands where -------------------------------------------------------------------------------


def places(cell: Prepared) -> tuple[str, ...]:
    """Names of what `levels` gives."""
    network = cell.network
    if isinstance(network, SlagNetwork):
        yards = tuple(f"kiln_yard ({lane.route})" for lane in network.lanes)
        return (*yards, "smelters", "clinker silo")
    point = network.collection
    bays = [] if point is None else [network.classes[bay.storage_class] for bay in point.bays]
    return (
        *(f"site:{name}" for name in network.stores.names),
        *(f"collection_point/{name}" for name in bays),
    )


def levels(record: HazardousRecord | SlagRecord) -> FloatArray:
    """(places,) what stands at the first reported midnight: g of hazardous waste, t of slag and clinker."""
    network, start = record.network, record.network.horizon.report_start
    if isinstance(record, SlagRecord):
        stocks = [*record.yard, record.heap.sum(axis=0), record.silo]
        return np.array([np.interp(start, record.edges, stock) for stock in stocks])
    assert isinstance(network, HazardousNetwork)  # noqa: S101 - a record of its own network
    inflow = record.inflow
    before = inflow.time <= start
    stores = np.bincount(inflow.stock[before], inflow.mass[before], minlength=len(network.stores))
    gone = record.removals[record.removals[:, 3] <= start]
    stores -= np.bincount(gone[:, 0], gone[:, 2] - gone[:, 1], minlength=len(network.stores))
    if network.collection is None:
        return np.asarray(stores, dtype=np.float64)
    bays = len(network.collection.bays)
    come = record.bay_in[record.bay_in[:, 1] <= start]
    left = record.bay_out[record.bay_out[:, 3] <= start]
    held = np.bincount(come[:, 0], come[:, 2], minlength=bays).astype(np.float64)
    held -= np.bincount(left[:, 0], left[:, 2] - left[:, 1], minlength=bays)
    return np.concatenate([stores, held])


# --- what it comes to --------------------------------------------------------------------------------


class Forgotten(NamedTuple):
    """What a coupling came to.

    Attributes
    ----------
    together
        Share of replications in which all places are alike.
    apart
        Places that are alike in fewer than 99 % of replications, with that share, fewest first.
    """

    together: float
    apart: tuple[tuple[str, float], ...]

    @property
    def is_exact(self) -> bool:
        """Whether the start is forgotten to the gram in as many replications as needed."""
        return self.together >= NEEDED


def forgotten(pairs: Pairs, names: Sequence[str]) -> Forgotten:
    """Which places have forgotten the start."""
    shares = pairs.alike.mean(axis=0)
    order = np.argsort(shares, kind="stable").tolist()
    apart = tuple((names[index], float(shares[index])) for index in order if shares[index] < NEEDED)
    return Forgotten(float(pairs.alike.all(axis=1).mean()), apart)
