"""Runs cells look by look: at each look some stop, the others go on with the next replications.

What is looked at is all replications up to the look, so who did them, and in which order, decides nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from sim.experiment.block import Block, Reduction, Simulation, Stack, stretches
from sim.experiment.collect import Collected, collect
from sim.experiment.days import Bands
from sim.experiment.execute import Done, WorkerDiedError, Workers, as_done
from sim.experiment.kept import KeptRuns
from sim.locks import TEMPORARY
from sim.units import FloatArray

Work = Block | Reduction
Result = tuple[Stack, ...] | Bands
Doing = Generator[Done[Work, Result], None, None]

DAYS_KEPT = 400
"""Replications whose daily values are kept, for the bands: all of a long run would fill the memory."""

Ask = Callable[[int, Mapping[int, FloatArray]], frozenset[int]]
"""(group, totals of its cells that are still running, by place) -> those of them that stop."""


def all_stop(group: int, totals: Mapping[int, FloatArray]) -> frozenset[int]:
    """Stop at the first look: the number of replications is fixed."""
    return frozenset(totals)


@dataclass
class _Waiting:
    """Work to do; None while there is none."""

    work: deque[Work] = field(default_factory=deque)

    def __iter__(self) -> Iterator[Work | None]:
        return self

    def __next__(self) -> Work | None:
        return self.work.popleft() if self.work else None


@dataclass
class _Group:
    """Cells that share the chance of each replication, and how far they are."""

    number: int
    running: list[int]
    stacks: dict[int, dict[int, Stack]]
    bands: dict[int, Bands] = field(default_factory=dict)
    done: int = 0
    pending: int = 0

    def next_blocks(self, task: Simulation, look: int, jobs: int, kept: KeptRuns | None) -> list[Block]:
        """Blocks of what is missing up to a look, cut where daily values are kept no more."""
        wanted = range(self.done, look)
        there: dict[int, dict[int, Stack]] = {cell: {} for cell in self.running}
        if kept is not None:
            there = {cell: kept.stacks(task, self.number, cell, wanted, DAYS_KEPT) for cell in self.running}
        for cell, found in there.items():
            self.stacks[cell].update(found)
        lacking = ((one, tuple(cell for cell in there if one not in there[cell])) for one in wanted)
        blocks = []
        for (cells, daily), part in groupby(lacking, lambda lack: (lack[1], lack[0] < DAYS_KEPT)):
            numbers = [one for one, _ in part]
            for first, last in stretches(len(cells), range(numbers[0], numbers[-1] + 1), jobs):
                blocks.append(Block(self.number, first, last, cells, daily))
        blocks = [block for block in blocks if block.cells]
        self.pending, self.done = len(blocks), look
        return blocks

    def take(self, block: Block, found: Sequence[Stack]) -> None:
        """Keep what a block came to."""
        self.pending -= 1
        for cell, part in zip(block.cells or (), found, strict=True):
            self.stacks[cell][block.first] = part

    def reductions(self, stopped: Iterable[int], kept: KeptRuns | None) -> list[Work]:
        """What is left to do for cells that have stopped."""
        left: list[Work] = []
        for cell in stopped:
            work = Reduction(self.number, cell, min(self.done, DAYS_KEPT))
            bands = kept.bands(work) if kept is not None else None
            if bands is None:
                left.append(work)
            else:
                self.bands[cell] = bands
        return left

    def in_order(self, cell: int) -> list[Stack]:
        """Stacks of a cell by replication."""
        return [self.stacks[cell][first] for first in sorted(self.stacks[cell])]

    def totals(self) -> dict[int, FloatArray]:
        """Totals so far of the cells that are still running."""
        return {cell: np.concatenate([part.totals for part in self.in_order(cell)]) for cell in self.running}


def run_looks(
    task: Simulation,
    looks: Sequence[int],
    ask: Ask,
    jobs: int,
    advance: Callable[[int], None],
    workers: Workers | None = None,
    kept: KeptRuns | None = None,
) -> list[list[Collected]]:
    """Run every group of the task until all of its cells have stopped.

    Parameters
    ----------
    looks
        Replications at each look; at the last everything stops.
    ask
        Called at each look of each group.
    advance
        Told of replications done, and of those that are not needed any more.
    workers
        Started before, as many as `jobs`; None: they are started now.
    kept
        Runs that are finished already, and where others are kept as they come; None: nowhere.

    Returns
    -------
    list
        By group and cell.

    Raises
    ------
    WorkerDiedError
        If workers die over one block again and again.
    StoreError
        If finished runs cannot be kept.
    """
    groups = [
        _Group(number, list(range(len(cells))), {cell: {} for cell in range(len(cells))})
        for number, cells in enumerate(task.groups)
    ]
    waiting = _Waiting()
    with _working(task, waiting, jobs, workers, kept) as (task, found):

        def go_on(group: _Group) -> None:
            """Give out what is missing up to the next look; look where nothing is."""
            while group.running and not group.pending:
                waiting.work.extend(group.next_blocks(task, _after(looks, group.done), jobs, kept))
                if not group.pending:
                    look(group)

        def look(group: _Group) -> None:
            stopped = _look(group, looks, ask)
            advance((looks[-1] - group.done) * len(stopped))
            waiting.work.extendleft(group.reductions(stopped, kept))

        for group in groups:
            go_on(group)
        for done in found:
            group = groups[done.item.group]
            match done.item, done.result:
                case Reduction() as reduction, Bands() as bands:
                    group.bands[reduction.cell] = bands
                    if kept is not None:
                        kept.keep_bands(reduction, bands)
                    task.forget(reduction)
                    continue
                case Block() as block, tuple() as stacks:
                    group.take(block, stacks)
                    if kept is not None:
                        kept.keep(block, block.cells or (), stacks)
                    advance((block.last - block.first) * len(stacks))
                case _:
                    raise WorkerDiedError(
                        f"worker processes died again and again over {done.item!r}: killed, or out of memory"
                    )
            if not group.pending:
                look(group)
                go_on(group)
    return [
        [
            collect(cell.layout, group.in_order(place), group.bands[place])
            for place, cell in enumerate(task.groups[group.number])
        ]
        for group in groups
    ]


def _look(group: _Group, looks: Sequence[int], ask: Ask) -> list[int]:
    """Let cells stop; those that do."""
    asked = ask(group.number, group.totals())
    stopped = [cell for cell in group.running if cell in asked or group.done == looks[-1]]
    group.running = [cell for cell in group.running if cell not in stopped]
    return stopped


def _after(looks: Sequence[int], done: int) -> int:
    return next(look for look in looks if look > done)


@contextmanager
def _working(
    task: Simulation, waiting: _Waiting, jobs: int, workers: Workers | None, kept: KeptRuns | None
) -> Iterator[tuple[Simulation, Doing]]:
    """Have what waits done, with a folder for the days."""
    if jobs > 1:
        workers = workers or Workers(jobs)
        task = replace(task, folder=kept.folder if kept else workers.folder)
        found: Doing = as_done(task, waiting, jobs, workers=workers)
        with closing(found):
            yield task, found
    else:
        with _days(kept) as folder:
            task = replace(task, folder=Path(folder))
            yield task, _here(task, waiting)


def _days(kept: KeptRuns | None) -> AbstractContextManager[str]:
    if kept is not None:
        return nullcontext(str(kept.folder))
    return TemporaryDirectory(prefix=TEMPORARY, ignore_cleanup_errors=True)


def _here(task: Simulation, waiting: _Waiting) -> Doing:
    """Do work piece by piece in this process."""
    while (work := next(waiting)) is not None:
        yield Done(work, task(work))
