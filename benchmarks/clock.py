"""Interleaved timing: in each round every engine does the same replication, in turns."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from time import process_time

Run = Callable[[int], object]
SLOT = 0.3
"""Engines that are quicker than this are run several times in a round, s."""


@dataclass(frozen=True)
class Spread:
    """Median of all rounds, and the lowest and highest."""

    middle: float
    low: float
    high: float

    def text(self, digits: int = 3, unit: str = "") -> str:
        """`middle [low .. high] unit`; the middle alone if there is nothing else."""
        if self.low == self.high:
            return f"{number(self.middle, digits)}{unit}"
        return (
            f"{number(self.middle, digits)} [{number(self.low, digits)} .. {number(self.high, digits)}]{unit}"
        )


@dataclass(frozen=True)
class Timings:
    """Seconds of each engine in each round."""

    rounds: Mapping[str, tuple[float, ...]]

    def ms(self, engine: str) -> Spread:
        """Milliseconds per replication."""
        return spread([1000 * seconds for seconds in self.rounds[engine]])

    def ratio(self, slow: str, quick: str) -> Spread:
        """How many times `slow` takes what `quick` takes in the same round."""
        pairs = zip(self.rounds[slow], self.rounds[quick], strict=True)
        return spread([above / below for above, below in pairs])

    def __contains__(self, engine: str) -> bool:
        return engine in self.rounds


def interleave(engines: Mapping[str, Run], rounds: int) -> Timings:
    """Run each engine once untimed, then all of them in turns; each round begins with another one."""
    found: dict[str, list[float]] = {name: [] for name in engines}
    repeats = {name: _repeats(run) for name, run in engines.items()}
    names = list(engines)
    for number_ in range(rounds):
        turn = number_ % len(names)
        for name in [*names[turn:], *names[:turn]]:
            found[name].append(seconds(engines[name], number_, repeats[name]))
    return Timings({name: tuple(times) for name, times in found.items()})


def seconds(run: Run, replication: int, repeats: int = 1) -> float:
    """Seconds of processor time of one replication, mean over so many times doing it."""
    gc.collect()
    begun = process_time()
    for _ in range(repeats):
        run(replication)
    return (process_time() - begun) / repeats


def _repeats(run: Run) -> int:
    """Runs that fill a slot; the first run is not counted if another is cheap."""
    once = seconds(run, 0)
    return 1 if once > 1.0 else max(1, min(20, int(SLOT / seconds(run, 0))))


def spread(values: list[float]) -> Spread:
    """Median and range."""
    return Spread(median(values), min(values), max(values))


def number(value: float, digits: int = 3) -> str:
    """So many digits that count, never in powers of ten."""
    if value == 0:
        return "0"
    text = f"{value:.{digits}g}"
    return f"{float(text):,.0f}" if "e" in text or abs(value) >= 10 ** (digits - 1) else text
