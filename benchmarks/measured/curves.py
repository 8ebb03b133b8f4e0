"""The reduced work in all engines, for more sources and more years: the curves of the figure."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks import peers
from benchmarks.clock import seconds
from benchmarks.engines import ours, plain
from benchmarks.reduced import Work, reduced_work
from benchmarks.scale import Scale
from benchmarks.table import Found
from sim.chance.chance import Chance

SEED = 1
SOURCES = 90
TIMES = 3


def curves(scale: Scale) -> Found:
    """Milliseconds per replication; an engine is not asked for a size that it will not do in time."""
    found: list[tuple[str, str, float, float]] = []
    known: dict[str, tuple[int, float]] = {}
    for counties, years in scale.curves:
        work = reduced_work(counties, years)
        size = counties * (years + 2)
        for name, run in _engines(work).items():
            if name in known and known[name][1] * size / known[name][0] > scale.patience:
                continue
            took = _quickest(run)
            known.setdefault(name, (size, took))
            if years == scale.curves[0][1]:
                found.append(("sources", name, SOURCES * counties, 1000 * took))
            if counties == 1:
                found.append(("years", name, years, 1000 * took))
    return Found(curves=tuple(found))


def _quickest(run: Callable[[int], object]) -> float:
    """Median of some replications; the first is not timed if it is quick."""
    once = seconds(run, 0)
    return once if once > 1 else sorted(seconds(run, 0) for _ in range(TIMES))[TIMES // 2]


def _engines(work: Work) -> dict[str, Callable[[int], object]]:
    def fresh(run: Callable[[Chance], object]) -> Callable[[int], object]:
        return lambda replication: run(Chance(SEED, replication))

    found = {
        "model": fresh(lambda chance: ours.run(work, chance)),
        "plain SimPy": fresh(lambda chance: plain.run(work, chance)),
    }
    if not peers.absent("salabim"):
        salabim = peers.engine("salabim")
        found["salabim"] = fresh(lambda chance: salabim.run(work, chance))
    if not peers.absent("numba"):
        compiled = peers.engine("numba").Compiled(work, SEED)
        found["compiled, event-lean"] = fresh(compiled.lean)
        found["compiled, event per batch"] = fresh(compiled.per_batch)
    return found
