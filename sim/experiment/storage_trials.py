"""Runs of one scenario with other capacities of one place, on common chance; what a worker does, and knows.

Workers import this module, so it knows numpy and nothing heavier.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.chance.chance import Chance
from sim.experiment.replicate import Prepared, run_one
from sim.kpi.outcome import Key, Layout
from sim.network.hazardous import HazardousNetwork
from sim.network.slag import SlagNetwork
from sim.units import FloatArray, IntArray, grams

if TYPE_CHECKING:
    from sim.network.compile import Network
    from sim.scenario.schema import ScenarioSpec


class Tried(NamedTuple):
    """What consecutive replications came to.

    Attributes
    ----------
    shares
        (replications, variants) share of the reported years (of a class: of stores and years) that overflow.
    peaks
        (replications, rows, years) of the first variant.
    """

    shares: FloatArray
    peaks: FloatArray
    failures: tuple[str, ...]


@dataclass(frozen=True)
class Trials:
    """The task of a worker: the same replications of every variant.

    Attributes
    ----------
    variants
        One scenario at each capacity.
    keys, rows
        Where totals hold the overflow of the place (of a class: of each store), and peaks its stock.
    """

    variants: tuple[Prepared, ...]
    keys: tuple[int, ...]
    rows: tuple[int, ...]
    seed: int

    def __call__(self, block: tuple[int, int]) -> Tried:
        """Run replications block[0] .. block[1] - 1."""
        first, last = block
        shares = np.full((last - first, len(self.variants)), np.nan)
        peaks = np.full((last - first, len(self.rows), len(self.variants[0].layout.years)), np.nan)
        failures = []
        for replication in range(first, last):
            chance = Chance(self.seed, replication)
            for number, variant in enumerate(self.variants):
                try:
                    found = run_one(variant, chance, replication)
                except Exception as error:  # one broken replication must not hide the others
                    failures.append(f"replication {replication}: {type(error).__name__}: {error}")
                    continue
                shares[replication - first, number] = found.totals[list(self.keys)].mean()
                if number == 0:
                    peaks[replication - first] = found.peaks[list(self.rows)]
                if found.failure:
                    failures.append(f"replication {replication}: {found.failure}")
        return Tried(shares, peaks, tuple(failures))


def positions(layout: Layout, place: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Where a layout holds the overflow and the peaks of a place, or of all stores of a class of sources."""
    group, _, name = place.partition("/")
    names = [one[0] for one in layout.peaks]
    if group == "sources":
        rows = [row for row, one in enumerate(names) if one.startswith("site:") and one.endswith(f"/{name}")]
    else:
        rows = [names.index(place)]
    where = {key: index for index, key in enumerate(layout.keys)}
    keys = [where[Key(names[row], "overflow_probability")] for row in rows]
    return tuple(keys), tuple(rows)


def with_capacity(network: Network, spec: ScenarioSpec, place: str, capacity: float) -> Network:
    """Give a place another capacity, t; sources then call at their share of it."""
    if isinstance(network, SlagNetwork):
        if place == "kiln_yard":
            return replace(network, yard_capacity=float(capacity))
        return replace(network, heap_capacity=float(capacity))
    group, _, name = place.partition("/")
    if group == "collection_point":
        return _with_bay(network, name, grams(capacity))
    return _with_stores(network, spec, stores_of(network, place), grams(capacity))


def stores_of(network: HazardousNetwork, place: str) -> IntArray:
    """Stores of a place: of all sources of a class, or one."""
    group, _, name = place.partition("/")
    if group == "sources":
        return np.flatnonzero(network.stores.storage_class == network.classes.index(name))
    return np.array([network.stores.names.index(place.removeprefix("site:"))])


def _with_bay(network: HazardousNetwork, name: str, capacity: int) -> HazardousNetwork:
    assert network.collection is not None  # noqa: S101 - asked for only where there are bays
    own = network.classes.index(name)
    bays = tuple(
        replace(bay, capacity=capacity) if bay.storage_class == own else bay
        for bay in network.collection.bays
    )
    return replace(network, collection=replace(network.collection, bays=bays))


def _with_stores(
    network: HazardousNetwork, spec: ScenarioSpec, stores: IntArray, capacity: int
) -> HazardousNetwork:
    old, point = network.stores, spec.collection_point
    on_call = point.rounds if point is not None and point.rounds.policy == "on_call" else None
    shares = (spec.direct.call.fill_share, on_call.call.fill_share if on_call else 1.0)
    values = (capacity, *(max(1, round(capacity * share)) for share in shares))
    fields = ("capacity", "call_direct", "call_pilot")
    changed = {name: getattr(old, name).copy() for name in fields}
    for name, value in zip(fields, values, strict=True):
        changed[name][stores] = value
    return replace(network, stores=replace(old, **changed))


def blocks(replications: Sequence[int], jobs: int) -> list[tuple[int, int]]:
    """Cut replications, in order, into consecutive pieces that share evenly."""
    length = max(1, min(20, -(-len(replications) // (4 * jobs))))
    pieces = []
    for _, run in groupby(enumerate(replications), lambda one: one[1] - one[0]):
        numbers = [number for _, number in run]
        first, end = numbers[0], numbers[-1] + 1
        pieces += [(start, min(start + length, end)) for start in range(first, end, length)]
    return pieces


def joined(parts: Sequence[Tried]) -> Tried:
    """Put pieces that come in order on top of each other."""
    return Tried(
        np.concatenate([part.shares for part in parts]),
        np.concatenate([part.peaks for part in parts]),
        tuple(failure for part in parts for failure in part.failures),
    )
