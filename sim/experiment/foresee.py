"""What a study will take, from a few runs that are tried before the first one that counts."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from sim.experiment.block import Ready, Stack, stack
from sim.experiment.execute import cores
from sim.experiment.stopping import AskedError
from sim.kpi.outcome import Outcome

MANY = 200
"""Runs that are worth foreseeing: fewer take no longer than to foresee them."""
PATIENCE = 0.5
"""Seconds after which no further cell is tried."""
HELD = 3.0
"""Times that what runs come to is held in memory at most: as it came, joined, and as tables."""
LONG = 60.0


@dataclass(frozen=True)
class Foreseen:
    """What a study will take.

    Attributes
    ----------
    seconds
        Of simulation, with the workers that there are.
    memory
        Bytes in this process.
    """

    runs: int
    workers: int
    seconds: float
    memory: float

    def refuse(self) -> None:
        """Refuse what does not fit in this machine.

        Raises
        ------
        AskedError
            If it does not.
        """
        if self.memory > memory():
            raise AskedError(f"{self.said()}; this machine has {memory() / 1e9:.1f} GB: ask for fewer")

    def said(self) -> str:
        """Say it in a line."""
        workers = f"{self.workers} worker{'s' if self.workers != 1 else ''}"
        time = f"{self.seconds:.0f} s" if self.seconds < 120 else f"{self.seconds / 60:.0f} min"
        time = time if self.seconds < 7200 else f"{self.seconds / 3600:.0f} h"
        return f"{self.runs:,} runs take about {time} with {workers} and {_bytes_said(self.memory)} of memory"


def _bytes_said(count: float) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{max(count / 1e6, 1):.0f} MB"


def foresee(
    cells: Sequence[Ready],
    chance: Callable[[int, int], Any],
    run_one: Callable[[Any, Any, int], Outcome],
    runs: int,
    workers: int,
) -> Foreseen:
    """Try cells, one after the other, for a moment."""
    begun, tried, size = perf_counter(), 0, 0.0
    seconds = 0.0
    for cell in cells:
        try:
            run_one(cell, chance(0, 0), 0)  # the first of a process is slower
            start = perf_counter()
            size += _bytes(stack([run_one(cell, chance(0, 0), 0)]))
        except Exception:  # noqa: S112 - what fails is told of the run that counts
            continue
        seconds += perf_counter() - start
        tried += 1
        if perf_counter() - begun > PATIENCE:
            break
    per_run = seconds / max(tried, 1)
    at_once = min(workers, cores())
    return Foreseen(runs, workers, runs * per_run / at_once, HELD * runs * size / max(tried, 1))


def _bytes(found: Stack) -> int:
    arrays = [found.totals, found.yearly, found.peaks]
    rows = [array for table in (found.episodes, found.mass, found.hours) for array in table.values()]
    return sum(array.nbytes for array in (*arrays, *rows))


def memory() -> float:
    """Bytes of memory that this machine has; without end where the system does not tell."""
    try:
        return float(os.sysconf("SC_PHYS_PAGES")) * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return float("inf")
