"""What a worker does for a sweep: a few runs of a few points, points inside, replications outside.

All points of a batch meet the same `Chance` object of a replication, so what they share is drawn once.
Workers get compiled networks, never files.
"""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from time import perf_counter
from traceback import extract_tb
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from sim.chance.chance import Chance
from sim.kpi.measure import Judgement, group_totals
from sim.kpi.outcome import Key
from sim.model.simulate import simulate
from sim.units import FloatArray

if TYPE_CHECKING:
    from sim.network.compile import Network

Totals = tuple[tuple[Key, ...], FloatArray, str]
"""Keys of KPIs, their values (keys,), and what went wrong."""


class Part(Protocol):
    """One chain of a point, made ready."""

    def run(self, chance: Chance) -> Totals:
        """KPIs of one replication."""


@dataclass(frozen=True)
class ChainPart:
    """A compiled network and how it is judged."""

    network: Network
    judgement: Judgement

    def run(self, chance: Chance) -> Totals:
        """KPIs of groups, collection point, yard and vehicles."""
        return group_totals(simulate(self.network, chance), self.judgement)


class Run(NamedTuple):
    """A replication of a point; `point` is an index into the batch's points."""

    replication: int
    point: int


@dataclass(frozen=True)
class Batch:
    """Runs that are done together.

    Attributes
    ----------
    group
        Number of the group of points that it is a part of.
    payload
        Distinct parts of the points, packed by `pack`.
    points
        Parts of each point, as indices.
    runs
        In order of replication.
    """

    group: int
    seed: int
    payload: bytes
    points: tuple[tuple[int, ...], ...]
    runs: tuple[Run, ...]

    def split(self) -> tuple[Batch, ...]:
        """One batch for each run: to find the one that takes its worker along."""
        return tuple(replace(self, runs=(run,)) for run in self.runs)


class Found(NamedTuple):
    """What a run came to: values as little-endian doubles; keys as an index into those of the batch."""

    run: Run
    keys: int
    values: bytes
    failure: str


@dataclass(frozen=True)
class Finished:
    """What a batch came to, and the seconds that it took."""

    found: tuple[Found, ...]
    keys: tuple[tuple[Key, ...], ...]
    seconds: float


def pack(parts: Sequence[Part]) -> bytes:
    """Parts as bytes."""
    return zlib.compress(pickle.dumps(tuple(parts), protocol=5), 1)


def run_batch(batch: Batch) -> Finished:
    """Do all runs of a batch; one that fails is found with its reason."""
    begun = perf_counter()
    parts: tuple[Part, ...] = pickle.loads(zlib.decompress(batch.payload))  # noqa: S301
    known: dict[tuple[Key, ...], int] = {}
    found = []
    for replication, runs in groupby(batch.runs, key=lambda run: run.replication):
        chance = Chance(batch.seed, replication)
        done: dict[int, Totals] = {}
        for run in runs:
            totals = [_once(index, parts, chance, done) for index in batch.points[run.point]]
            found.append(_found(run, totals, known))
    return Finished(tuple(found), tuple(known), perf_counter() - begun)


def _once(index: int, parts: Sequence[Part], chance: Chance, done: dict[int, Totals]) -> Totals:
    """Run a part once for all points that share it."""
    if index not in done:
        try:
            done[index] = parts[index].run(chance)
        except Exception as error:  # one broken run must not hide the others
            where = extract_tb(error.__traceback__)[-1]
            reason = f"{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"
            done[index] = (), np.empty(0), reason
    return done[index]


def _found(run: Run, totals: Sequence[Totals], known: dict[tuple[Key, ...], int]) -> Found:
    failure = "; ".join(dict.fromkeys(text for _, _, text in totals if text))
    if failure:
        return Found(run, known.setdefault((), len(known)), b"", failure)
    keys = tuple(key for part, _, _ in totals for key in part)
    values = np.concatenate([values for _, values, _ in totals]).astype("<f8")
    return Found(run, known.setdefault(keys, len(known)), values.tobytes(), "")


def lost(batch: Batch, reason: str) -> Finished:
    """What a batch came to whose worker did not live to tell."""
    return Finished(tuple(Found(run, 0, b"", reason) for run in batch.runs), ((),), 0.0)
