"""Pretended points: each run writes down that it was done, and may sleep, fail, or take its process along."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from planner_cases.regions import write_tiny_region
from sim.chance.chance import Chance
from sim.experiment.batch import Totals
from sim.experiment.layout import Point, Points
from sim.experiment.sweep import SweepOptions, run_sweep
from sim.experiment.sweep_files import Written
from sim.kpi.outcome import Key
from sim.sweeps import points_of

VANS = "collection_point.vans"
BAY = "collection_point.bays.waste_oil.capacity_t"
KEYS = (Key("sources", "overflow_days"), Key("county", "cost"))


@dataclass(frozen=True)
class Pretended:
    """A chain whose KPIs come from chance and one number.

    `log` gets a line for each run that is begun. `kills_at` is a replication that kills its process, always
    or, with `once`, only the first time.
    """

    number: float
    log: Path
    seconds: float = 0.0
    kills_at: int = -1
    fails_at: int = -1
    once: bool = False
    keys: tuple[Key, ...] = field(default=KEYS)

    def run(self, chance: Chance) -> Totals:
        with self.log.open("a") as log:
            log.write(f"{self.number} {chance.replication}\n")
        time.sleep(self.seconds)
        if chance.replication == self.kills_at:
            self._die()
        if chance.replication == self.fails_at:
            raise ValueError("no vans")
        luck = chance.uniform("luck")
        return self.keys, np.array([luck, 1e6 * luck + self.number]), ""

    def _die(self) -> None:
        mark = self.log.with_suffix(".killed")
        if self.once and mark.exists():
            return
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class Certain:
    """A chain that leaves nothing to chance."""

    def run(self, chance: Chance) -> Totals:
        return KEYS, np.array([1.0, 2.0]), ""


def tiny_points(folder: Path, vary: Any = None, **asked: Any) -> Points:
    """Points of the tiny pilot; two vans by default."""
    root = write_tiny_region(folder)
    return points_of("tiny/pilot", vary or {VANS: [1, 2]}, root=root, **asked)


def pretending(log: Path, **habits: Any) -> Callable[[Point], Sequence[Pretended]]:
    """Make a point a pretended one; `habits` hold for the first point only."""

    def make(point: Point) -> Sequence[Pretended]:
        return [Pretended(float(point.number), log, **(habits if point.number == 0 else {}))]

    return make


def run(points: Points, out: Path, log: Path, jobs: int = 1, **habits: Any) -> Written:
    found = run_sweep(points, SweepOptions(jobs, out, quiet=True), make=pretending(log, **habits))
    assert found is not None
    return found


def done(log: Path) -> Counter[str]:
    """How often each run was begun; the two tries at the start of a sweep are of replication 0 of a point."""
    return Counter(log.read_text().splitlines()) if log.exists() else Counter()


def tables(written: Written) -> dict[str, bytes]:
    """Bytes of a sweep's tables."""
    return {path.name: path.read_bytes() for path in sorted(written.folder.glob("*.csv"))}
