"""How far the runs are: a bar on a terminal or in a notebook, a line now and then elsewhere.

Nothing when quiet. All goes to stderr, but for the notebook's bar. Nothing is silent for a minute.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import perf_counter
from typing import Any, TextIO

from sim import kernels

Advance = Callable[[int], None]

BEAT = 20.0
"""Seconds of silence after which a sign of life is given."""


@contextmanager
def progress(
    total: int,
    what: str,
    *,
    unit: str = "runs",
    quiet: bool = False,
    stream: TextIO | None = None,
    expected: float = math.nan,
) -> Iterator[Advance]:
    """Show progress of `total` units; the body calls what it is given with the number just finished.

    `expected` is how many seconds it will take, if that is known: said at once where lines are written.
    """
    out = stream or sys.stderr
    if quiet:
        yield lambda _: None
    elif stream is None and _in_notebook():
        yield _Notebook(total, what, unit)
    elif out.isatty():
        with _bar(total, what, unit, out) as advance:
            yield advance
    else:
        lines = _Lines(total, what, unit, out, expected)
        with _beating(lines.beat):
            yield lines


@contextmanager
def busy(what: str, *, quiet: bool = False, stream: TextIO | None = None) -> Iterator[None]:
    """Show that something is done whose length nobody knows: a word on a terminal, a line elsewhere."""
    out = stream or sys.stderr
    if quiet or (stream is None and _in_notebook()):
        yield
    elif out.isatty():
        from rich.console import Console

        with Console(file=out).status(what):
            yield
    else:
        begun = perf_counter()
        with _beating(lambda: print(f"{what}: {perf_counter() - begun:.0f} s so far", file=out, flush=True)):
            yield
        print(f"{what}: took {perf_counter() - begun:.0f} s", file=out, flush=True)


@contextmanager
def _beating(tell: Callable[[], object]) -> Iterator[None]:
    """Call `tell` now and then while the body works."""
    ended = Event()

    def beat() -> None:
        while not ended.wait(BEAT):
            tell()

    thread = Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


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
    """A line where the time is known beforehand, and then at most every ten seconds."""

    every = 10.0

    def __init__(self, total: int, what: str, unit: str, out: TextIO, expected: float = math.nan) -> None:
        self.total, self.what, self.unit, self.out, self.expected = total, what, unit, out, expected
        self.done = 0
        self.begun = self.told = perf_counter()
        if expected == expected and total:
            self._tell(0.0)

    def __call__(self, count: int) -> None:
        self.done += count
        now = perf_counter()
        if count and (self.done >= self.total or now - self.told >= self.every):
            self.told = now
            self._tell(now - self.begun)

    def beat(self) -> None:
        """Say how far it is, if that was long ago."""
        now = perf_counter()
        if now - self.told >= BEAT and self.done < self.total:
            self.told = now
            self._tell(now - self.begun)

    def _tell(self, elapsed: float) -> None:
        left = elapsed * (self.total / self.done - 1) if self.done else self.expected - elapsed
        rest = f"about {max(left, 0):.0f} s left" if left == left else f"{elapsed:.0f} s so far"
        if self.done >= self.total:
            rest = f"took {elapsed:.0f} s"
        self.out.write(f"{self.what}: {self.done} of {self.total} {self.unit}, {rest}\n")
        self.out.flush()


# --- notebooks ---------------------------------------------------------------------------------------


def _in_notebook() -> bool:
    """Whether this is the kernel of a notebook: it has imported what it runs in."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return shell is not None and getattr(shell, "kernel", None) is not None


class _Notebook:
    """A bar below the cell that runs."""

    every = 0.5

    def __init__(self, total: int, what: str, unit: str) -> None:
        from importlib import import_module

        self.total, self.what, self.unit = total, what, unit
        self.done = 0
        self.begun = self.told = perf_counter()
        self.html = import_module("IPython.display")
        self.shown: Any = self.html.display(self._drawn(), display_id=True)

    def __call__(self, count: int) -> None:
        self.done += count
        now = perf_counter()
        if self.done >= self.total or now - self.told >= self.every:
            self.told = now
            self.shown.update(self._drawn())

    def _drawn(self) -> Any:
        elapsed = perf_counter() - self.begun
        left = f", about {elapsed * (self.total / self.done - 1):.0f} s left" if self.done else ""
        return self.html.HTML(
            f'{self.what} <progress value="{self.done}" max="{self.total}"></progress> '
            f"{self.done} of {self.total} {self.unit}{left}"
        )


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

    def beat(self) -> None:
        """Say how far it is, if that was long ago."""
        elapsed = perf_counter() - self.begun
        if elapsed - max(self.told, 0.0) >= BEAT and self.done < self.total:
            self.told = elapsed
            self.show(self._line(elapsed))

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
        rest = f"{elapsed:.0f} s so far"
        if self.done >= self.total:
            rest = f"took {elapsed:.0f} s"
        elif self.computed:
            rest = f"{(self.total - self.done) / speed:.0f} s left"
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
        watch = Watch(lambda line: print(f"{what}: {line}", file=out, flush=True), 10.0)
        with _beating(watch.beat):
            yield watch
