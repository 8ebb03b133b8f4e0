"""A thousand replications on one core and on two, by the way every study goes."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from time import perf_counter
from typing import Any, NamedTuple

from benchmarks.clock import number, spread
from benchmarks.measured.nothing import Nothing
from benchmarks.measured.pilot import NAME, SEED, cells
from benchmarks.scale import Scale
from benchmarks.table import Found, judged
from sim.chance.chance import Chance
from sim.experiment.adaptive import all_stop, run_looks
from sim.experiment.block import Simulation
from sim.experiment.execute import cores
from sim.experiment.replicate import Prepared, run_one
from sim.kpi.outcome import Outcome

TURNS = 2
"""How often one core and two take turns."""


class Walls(NamedTuple):
    """Seconds of it all, and of what comes after the first block is back: workers have started by then."""

    whole: float
    started: float


def two_cores(scale: Scale) -> Found:
    """Speed-up, and what a replication costs beside itself."""
    cell, count = cells(NAME, scale.years, scale.warm_up)[0], scale.replications
    nothing = Nothing(run_one(cell, Chance(SEED, 0), 0))
    turns = [[_walls(cell, run_one, count, jobs) for jobs in (1, 2)] for _ in range(TURNS)]
    rests = [
        [1000 * _walls(cell, nothing, count, jobs).started / count for jobs in (1, 2)] for _ in range(TURNS)
    ]
    speed_up = spread([one.whole / two.whole for one, two in turns])
    started = spread([one.started / two.started for one, two in turns])
    whole = [spread([turn[jobs].whole for turn in turns]).text() for jobs in (0, 1)]
    alone, idle = (spread([rest[jobs] for rest in rests]) for jobs in (0, 1))
    remark = (
        f"in turns, {whole[0]} s and {whole[1]} s, workers' start included; without it {started.text()} x; "
        f"two processes that share nothing get {number(_machine())} x here, on {cores()} processors that may "
        "be threads of one core"
    )
    more = (
        f"{count:,} replications that do nothing, sent, stacked and joined, once the workers have started; "
        f"stacking and joining, which one process does too, are {alone.text()} ms of it"
    )
    what = f"two cores, {count:,} replications of the hazardous chain"
    return Found(
        (
            judged(what, ">=", 1.9, " x", speed_up, remark),
            judged("overhead of a replication on two cores", "<=", 0.1, " ms", idle, more),
        )
    )


def _walls(cell: Prepared, run: Callable[..., Outcome], replications: int, jobs: int) -> Walls:
    """All that a study does to run its cells and join what comes back."""
    back: list[float] = []
    begun = perf_counter()
    task = Simulation(((cell,),), SEED, Chance, run)
    run_looks(task, [replications], all_stop, jobs, lambda _: back.append(perf_counter()))
    return Walls(perf_counter() - begun, perf_counter() - back[0])


def _machine() -> float:
    """How much two processes of plain Python get done beside one."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(2) as pool:
        pool.map(_count, [1, 1])
        alone: Any = pool.map(_count, [3_000_000])
        together: Any = pool.map(_count, [3_000_000] * 2)
    return float(2 * alone[0] / max(together))


def _count(times: int) -> float:
    begun = perf_counter()
    total = 0
    for number_ in range(times):
        total += number_ & 7
    return perf_counter() - begun
