"""A worker's task: a block of replications of several cells, stacked into arrays.

Workers import this module, so it knows numpy and nothing heavier.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from traceback import extract_tb
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from sim.calendars import Horizon
from sim.kpi.outcome import Layout, Outcome, Rows
from sim.units import FloatArray

Daily = npt.NDArray[np.float32]

EPISODES: dict[str, Any] = {
    "place": object, "start": np.int64, "end": np.int64, "days": float, "peak_excess_t": float,
    "cause": object,
}  # fmt: skip
MASS: dict[str, Any] = {"stream": object} | dict.fromkeys(
    (
        "start_t", "generated_t", "informal_t", "transferred_t", "used_t", "no_outlet_t", "diverted_t",
        "end_t", "residual_t",
    ),
    float,
)  # fmt: skip
HOURS: dict[str, Any] = {
    "object": object, "state": object, "hours": float, "share_scheduled": float, "share_calendar": float,
}  # fmt: skip


Tours = Mapping[str, Sequence[tuple[float, float]]]
"""Latitude and longitude of the stops of each zone's tour, in order."""


class Ready(Protocol):
    """A cell made ready to run."""

    @property
    def layout(self) -> Layout:
        """Meaning of its outcomes."""

    @property
    def tours(self) -> Tours:
        """Its tours, for the map; empty where nothing tours."""


@dataclass(frozen=True)
class Block:
    """A piece of work: replications `first` .. `last` - 1 of cells of one group.

    Attributes
    ----------
    cells
        Places of the cells in the group; None: all.
    daily
        Whether daily values are kept.
    """

    group: int
    first: int
    last: int
    cells: tuple[int, ...] | None = None
    daily: bool = True


@dataclass(frozen=True)
class Failure:
    """A replication that went wrong, or whose books do not balance."""

    replication: int
    text: str


@dataclass(frozen=True)
class Stack:
    """Outcomes of one cell for consecutive replications.

    Attributes
    ----------
    totals, yearly, daily, peaks
        As in `Outcome`, with the replication as first axis; NaN where a replication broke off.
    episodes, mass, hours
        As in `Outcome`, with a column `replication`.
    failures
        Empty when all is well.
    """

    totals: FloatArray
    yearly: FloatArray
    daily: Daily
    peaks: FloatArray
    episodes: Rows
    mass: Rows
    hours: Rows
    failures: tuple[Failure, ...]


@dataclass(frozen=True)
class Simulation:
    """The task of a worker: run a block of replications for each cell of a group.

    Attributes
    ----------
    groups
        Cells that are run together: they share the chance of each replication.
    chance
        (seed, replication) -> chance.
    run_one
        (cell, chance, replication) -> outcome.
    """

    groups: tuple[tuple[Ready, ...], ...]
    seed: int
    chance: Callable[[int, int], Any]
    run_one: Callable[[Any, Any, int], Outcome]

    def __call__(self, block: Block) -> tuple[Stack, ...]:
        """Stacks of the block's cells, in the group's order."""
        group = self.groups[block.group]
        cells = group if block.cells is None else [group[place] for place in block.cells]
        outcomes: list[list[Outcome]] = [[] for _ in cells]
        for replication in range(block.first, block.last):
            chance = self.chance(self.seed, replication)
            for cell, found in zip(cells, outcomes, strict=True):
                found.append(self._attempt(cell, chance, replication))
        return tuple(stack(found, daily=block.daily) for found in outcomes)

    def _attempt(self, cell: Ready, chance: Any, replication: int) -> Outcome:
        try:
            return self.run_one(cell, chance, replication)
        except Exception as error:  # one broken replication must not hide the others
            where = extract_tb(error.__traceback__)[-1]
            place = f"{Path(where.filename).name}:{where.lineno}"
            return broken(cell.layout, replication, f"{type(error).__name__}: {error} ({place})")


def broken(layout: Layout, replication: int, text: str) -> Outcome:
    """Outcome of a replication that has none."""
    years = len(layout.years)
    days = Horizon(layout.years[0], layout.years[-1], 0).days

    def unknown(*shape: int) -> FloatArray:
        return np.full(shape, np.nan)

    return Outcome(
        replication,
        unknown(len(layout.keys)),
        unknown(len(layout.yearly_keys), years),
        unknown(len(layout.series), days).astype(np.float32),
        unknown(len(layout.peaks), years),
        {},
        {},
        {},
        text,
    )


def stack(outcomes: Sequence[Outcome], *, daily: bool = True) -> Stack:
    """Put replications of one cell on top of each other, with or without their daily values."""
    return Stack(
        np.stack([outcome.totals for outcome in outcomes]),
        np.stack([outcome.yearly for outcome in outcomes]),
        np.stack([outcome.daily for outcome in outcomes])
        if daily
        else np.empty((0, *outcomes[0].daily.shape), np.float32),
        np.stack([outcome.peaks for outcome in outcomes]),
        _rows([(outcome.replication, outcome.episodes) for outcome in outcomes], EPISODES),
        _rows([(outcome.replication, outcome.mass) for outcome in outcomes], MASS),
        _rows([(outcome.replication, outcome.hours) for outcome in outcomes], HOURS),
        tuple(Failure(outcome.replication, outcome.failure) for outcome in outcomes if outcome.failure),
    )


def _rows(parts: Sequence[tuple[int, Rows]], columns: dict[str, Any]) -> Rows:
    """Join the rows of replications; a replication without rows may leave the columns out."""
    first = next(iter(columns))
    held = [(replication, rows) for replication, rows in parts if rows and len(rows[first])]
    joined: Rows = {
        name: np.concatenate([np.asarray(rows[name], kind) for _, rows in held])
        if held
        else np.empty(0, kind)
        for name, kind in columns.items()
    }
    replications = [np.full(len(rows[first]), replication) for replication, rows in held]
    joined["replication"] = np.concatenate(replications) if held else np.empty(0, np.int64)
    return joined


def blocks_of(sizes: Sequence[int], replications: int, jobs: int) -> list[Block]:
    """Cut work into blocks, group by group: small enough to share evenly, large enough to be worth sending.

    Parameters
    ----------
    sizes
        Cells of each group.
    """
    return [
        Block(group, first, last)
        for group, cells in enumerate(sizes)
        for first, last in stretches(cells, range(replications), jobs)
    ]


def stretches(cells: int, replications: range, jobs: int) -> list[tuple[int, int]]:
    """First and last + 1 of consecutive replications that so many cells run in one piece of work."""
    length = max(1, min(20, 100 // max(cells, 1), -(-len(replications) // (4 * jobs))))
    return [(first, min(first + length, replications.stop)) for first in replications[::length]]
