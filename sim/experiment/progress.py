"""How far the runs are: a bar on a terminal, a line now and then elsewhere, nothing when quiet. On stderr."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import TextIO

from sim import kernels

Advance = Callable[[int], None]


@contextmanager
def progress(
    total: int, what: str, *, unit: str = "runs", quiet: bool = False, stream: TextIO | None = None
) -> Iterator[Advance]:
    """Show progress of `total` units; the body calls what it is given with the number just finished."""
    out = stream or sys.stderr
    if quiet:
        yield lambda _: None
    elif out.isatty():
        with _bar(total, what, unit, out) as advance:
            yield advance
    else:
        yield _Lines(total, what, unit, out)


def compiled(*, quiet: bool = False, stream: TextIO | None = None) -> None:
    """Have the model's kernels ready to run; say so where they must be compiled, which takes a while."""
    out = stream or sys.stderr
    kernels.ready(lambda what: None if quiet else print(what, file=out, flush=True))


@contextmanager
def _bar(total: int, what: str, unit: str, out: TextIO) -> Iterator[Advance]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(f"{unit}, left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(file=out), transient=True) as shown:
        task = shown.add_task(what, total=total)
        yield lambda count: shown.advance(task, count)


class _Lines:
    """A line at the start and then at most every ten seconds."""

    every = 10.0

    def __init__(self, total: int, what: str, unit: str, out: TextIO) -> None:
        self.total, self.what, self.unit, self.out = total, what, unit, out
        self.done = 0
        self.begun = self.told = perf_counter()

    def __call__(self, count: int) -> None:
        self.done += count
        now = perf_counter()
        if self.done >= self.total or now - self.told >= self.every:
            self.told = now
            self._tell(now - self.begun)

    def _tell(self, elapsed: float) -> None:
        left = elapsed * (self.total / max(self.done, 1) - 1)
        rest = f"about {left:.0f} s left" if self.done < self.total else f"took {elapsed:.0f} s"
        self.out.write(f"{self.what}: {self.done} of {self.total} {self.unit}, {rest}\n")
        self.out.flush()


# --- sweeps: also speed, workers and failures --------------------------------------------------------


class Watch:
    """Progress of a sweep: runs done of all, speed, time left, workers, failures."""

    every = 10.0

    def __init__(self, show: Callable[[str], None], every: float) -> None:
        self.show, self.every = show, every
        self.total = self.done = self.computed = self.failed = self.workers = 0
        self.begun = perf_counter()
        self.told = -every

    def begin(self, total: int, missing: int) -> None:
        """Say how many runs there are, and how many of them are still to be done."""
        self.total, self.done = total, total - missing

    def step(self, runs: int, failed: int, workers: int) -> None:
        """Count runs that are finished."""
        self.done += runs
        self.computed += runs
        self.failed += failed
        self.workers = workers
        elapsed = perf_counter() - self.begun
        if elapsed - self.told >= self.every or self.done >= self.total:
            self.told = elapsed
            self.show(self._line(elapsed))

    def _line(self, elapsed: float) -> str:
        speed = self.computed / max(elapsed, 1e-9)
        rest = (
            f"{(self.total - self.done) / speed:.0f} s left"
            if self.done < self.total
            else f"took {elapsed:.0f} s"
        )
        workers = f"{self.workers} worker{'s' if self.workers != 1 else ''}"
        return (
            f"{self.done} of {self.total} runs, {speed:.3g} runs/s, {rest}, {workers}, {self.failed} failed"
        )


@contextmanager
def watching(what: str, *, quiet: bool = False, stream: TextIO | None = None) -> Iterator[Watch]:
    """Show a sweep's progress: one line that changes on a terminal, a line now and then elsewhere."""
    out = stream or sys.stderr
    if quiet:
        yield Watch(lambda _: None, math.inf)
    elif out.isatty():
        from rich.console import Console

        with Console(file=out).status(what) as status:
            yield Watch(lambda line: status.update(f"{what}: {line}"), 0.2)
    else:
        yield Watch(lambda line: print(f"{what}: {line}", file=out, flush=True), 10.0)
