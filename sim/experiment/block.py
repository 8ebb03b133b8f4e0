"""A worker's task: a block of replications of several cells, stacked into arrays; the bands of a cell's days.

Workers import this module, so it knows numpy and nothing heavier.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from traceback import extract_tb
from typing import Any, Protocol

import numpy as np

from sim.calendars import Horizon
from sim.experiment.days import Bands, bands_of_kept, keep
from sim.kpi.outcome import Layout, Outcome, Rows
from sim.units import FloatArray

EPISODES: dict[str, Any] = {
    "place": str, "start": np.int64, "end": np.int64, "days": float, "peak_excess_t": float,
    "cause": str,
}  # fmt: skip
MASS: dict[str, Any] = {"stream": str} | dict.fromkeys(
    (
        "start_t", "generated_t", "informal_t", "transferred_t", "used_t", "no_outlet_t", "diverted_t",
        "end_t", "residual_t",
    ),
    float,
)  # fmt: skip
HOURS: dict[str, Any] = {
    "object": str, "state": str, "hours": float, "share_scheduled": float, "share_calendar": float,
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
class Reduction:
    """Another piece of work: make bands of the days of a cell, of so many replications."""

    group: int
    cell: int
    replications: int


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
    totals, yearly, peaks
        As in `Outcome`, with the replication as first axis; NaN where a replication broke off.
    episodes, mass, hours
        As in `Outcome`, with a column `replication`.
    failures
        Empty when all is well.
    days
        Checksum of the daily values of each replication; empty where none are kept.
    """

    totals: FloatArray
    yearly: FloatArray
    peaks: FloatArray
    episodes: Rows
    mass: Rows
    hours: Rows
    failures: tuple[Failure, ...]
    days: tuple[int, ...] = ()


@dataclass(frozen=True)
class Simulation:
    """The task of a worker: run a block of replications for each cell of a group; reduce the days of a cell.

    Attributes
    ----------
    groups
        Cells that are run together: they share the chance of each replication.
    chance
        (seed, replication) -> chance.
    run_one
        (cell, chance, replication) -> outcome.
    folder
        Where the days are kept until they are reduced; None: nowhere.
    """

    groups: tuple[tuple[Ready, ...], ...]
    seed: int
    chance: Callable[[int, int], Any]
    run_one: Callable[[Any, Any, int], Outcome]
    folder: Path | None = None

    def __call__(self, work: Block | Reduction) -> tuple[Stack, ...] | Bands:
        """Stacks of the block's cells, in the group's order; or bands."""
        return self.run(work) if isinstance(work, Block) else self.reduce(work)

    def run(self, block: Block) -> tuple[Stack, ...]:
        """Run a block."""
        group = self.groups[block.group]
        places = range(len(group)) if block.cells is None else block.cells
        outcomes: dict[int, list[Outcome]] = {place: [] for place in places}
        for replication in range(block.first, block.last):
            chance = self.chance(self.seed, replication)
            for place, found in outcomes.items():
                found.append(self._attempt(group[place], chance, replication))
        stacks = {place: stack(found) for place, found in outcomes.items()}
        if self.folder and block.daily:
            for place, found in outcomes.items():
                daily = [outcome.daily for outcome in found]
                days = keep(self.file(block.group, place), block.first, daily)
                stacks[place] = replace(stacks[place], days=days)
        return tuple(stacks.values())

    def reduce(self, work: Reduction) -> Bands:
        """Make bands of what was kept."""
        layout = self.groups[work.group][work.cell].layout
        capacity = np.array([series.capacity for series in layout.series])
        return bands_of_kept(self.file(work.group, work.cell), work.replications, days_of(layout), capacity)

    def forget(self, work: Reduction) -> None:
        """Remove the days of a cell."""
        self.file(work.group, work.cell).unlink(missing_ok=True)

    def file(self, group: int, place: int) -> Path:
        """File of the days of a cell."""
        return (self.folder or Path()) / f"days-{group}-{place}"

    def _attempt(self, cell: Ready, chance: Any, replication: int) -> Outcome:
        try:
            return self.run_one(cell, chance, replication)
        except Exception as error:  # one broken replication must not hide the others
            where = extract_tb(error.__traceback__)[-1]
            place = f"{Path(where.filename).name}:{where.lineno}"
            return broken(cell.layout, replication, f"{type(error).__name__}: {error} ({place})")


def days_of(layout: Layout) -> int:
    """Days that are reported."""
    return Horizon(layout.years[0], layout.years[-1], 0).days


def broken(layout: Layout, replication: int, text: str) -> Outcome:
    """Outcome of a replication that has none."""
    years = len(layout.years)

    def unknown(*shape: int) -> FloatArray:
        return np.full(shape, np.nan)

    return Outcome(
        replication,
        unknown(len(layout.keys)),
        unknown(len(layout.yearly_keys), years),
        unknown(len(layout.series), days_of(layout)).astype(np.float32),
        unknown(len(layout.peaks), years),
        {},
        {},
        {},
        text,
    )


def stack(outcomes: Sequence[Outcome]) -> Stack:
    """Put replications of one cell on top of each other, but for their days."""
    return Stack(
        np.stack([outcome.totals for outcome in outcomes]),
        np.stack([outcome.yearly for outcome in outcomes]),
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
        name: np.concatenate([rows[name] for _, rows in held]).astype(kind, copy=False)
        if held
        else np.empty(0, kind)
        for name, kind in columns.items()
    }
    counts = [len(rows[first]) for _, rows in held]
    joined["replication"] = np.repeat(np.array([number for number, _ in held], dtype=np.int64), counts)
    return joined


def stretches(cells: int, replications: range, jobs: int) -> list[tuple[int, int]]:
    """First and last + 1 of consecutive replications that so many cells run in one piece of work."""
    length = max(1, min(20, 100 // max(cells, 1), -(-len(replications) // (4 * jobs))))
    return [(first, min(first + length, replications.stop)) for first in replications[::length]]
