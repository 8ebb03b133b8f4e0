"""Runs cells look by look: at each look some stop, the others go on with the next replications.

What is looked at is all replications up to the look, so who did them, and in which order, decides nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field

import numpy as np

from sim.experiment.block import Block, Simulation, Stack, stretches
from sim.experiment.execute import Done, WorkerDiedError, as_done
from sim.units import FloatArray

DAYS_KEPT = 400
"""Replications whose daily values are kept, for the bands: all of a long run would fill the memory."""

Ask = Callable[[int, Mapping[int, FloatArray]], frozenset[int]]
"""(group, totals of its cells that are still running, by place) -> those of them that stop."""


@dataclass
class _Waiting:
    """Blocks to do; None while there are none."""

    blocks: deque[Block] = field(default_factory=deque)

    def __iter__(self) -> Iterator[Block | None]:
        return self

    def __next__(self) -> Block | None:
        return self.blocks.popleft() if self.blocks else None


@dataclass
class _Group:
    """Cells that share the chance of each replication, and how far they are."""

    number: int
    running: list[int]
    stacks: dict[int, dict[int, Stack]]
    done: int = 0
    pending: int = 0

    def next_blocks(self, look: int, jobs: int) -> list[Block]:
        """Blocks from where the group is up to a look, cut where daily values are kept no more."""
        cells = tuple(self.running)
        kept = range(self.done, max(min(look, DAYS_KEPT), self.done))
        rest = range(kept.stop, look)
        blocks = [
            Block(self.number, first, last, cells, daily)
            for daily, part in ((True, kept), (False, rest))
            for first, last in stretches(len(cells), part, jobs)
        ]
        self.pending, self.done = len(blocks), look
        return blocks

    def take(self, block: Block, found: Sequence[Stack]) -> None:
        """Keep what a block came to."""
        self.pending -= 1
        for cell, part in zip(block.cells or (), found, strict=True):
            self.stacks[cell][block.first] = part

    def in_order(self, cell: int) -> list[Stack]:
        """Stacks of a cell by replication."""
        return [self.stacks[cell][first] for first in sorted(self.stacks[cell])]

    def totals(self) -> dict[int, FloatArray]:
        """Totals so far of the cells that are still running."""
        return {cell: np.concatenate([part.totals for part in self.in_order(cell)]) for cell in self.running}


def run_looks(
    task: Simulation, looks: Sequence[int], ask: Ask, jobs: int, advance: Callable[[int], None]
) -> list[list[list[Stack]]]:
    """Run every group of the task until all of its cells have stopped.

    Parameters
    ----------
    looks
        Replications at each look; at the last everything stops.
    ask
        Called at each look of each group.
    advance
        Told of replications done, and of those that are not needed any more.

    Returns
    -------
    list
        By group and cell: stacks in order of replication.

    Raises
    ------
    WorkerDiedError
        If workers die over one block again and again.
    """
    groups = [
        _Group(number, list(range(len(cells))), {cell: {} for cell in range(len(cells))})
        for number, cells in enumerate(task.groups)
    ]
    waiting = _Waiting()
    for group in groups:
        waiting.blocks.extend(group.next_blocks(looks[0], jobs))
    with closing(as_done(task, waiting, jobs) if jobs > 1 else _here(task, waiting)) as found:
        for done in found:
            if done.result is None:
                raise WorkerDiedError(
                    f"worker processes died again and again over {done.item!r}: killed, or out of memory"
                )
            group = groups[done.item.group]
            group.take(done.item, done.result)
            advance((done.item.last - done.item.first) * len(done.result))
            if not group.pending:
                if (saved := _look(group, looks, ask)) > 0:
                    advance(saved)
                if group.running:
                    waiting.blocks.extend(group.next_blocks(_after(looks, group.done), jobs))
    return [[group.in_order(cell) for cell in group.stacks] for group in groups]


def _look(group: _Group, looks: Sequence[int], ask: Ask) -> int:
    """Let cells stop; how many replications that saves."""
    stopped = ask(group.number, group.totals())
    group.running = [cell for cell in group.running if cell not in stopped and group.done < looks[-1]]
    return (looks[-1] - group.done) * len(stopped)


def _after(looks: Sequence[int], done: int) -> int:
    return next(look for look in looks if look > done)


def _here(task: Simulation, waiting: _Waiting) -> Generator[Done[Block, tuple[Stack, ...]], None, None]:
    """Do blocks one by one in this process."""
    while (block := next(waiting)) is not None:
        yield Done(block, task(block))
