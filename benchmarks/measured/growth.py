"""Ten and a hundred counties, and fifty years: cost per source-year, and memory, each in its own process.

Run as a program it is such a process: `python -m benchmarks.measured.growth COUNTIES YEARS RUNS`.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from statistics import fmean
from time import perf_counter, process_time
from typing import Any, NamedTuple

from benchmarks.clock import Spread, number, spread
from benchmarks.scale import Scale
from benchmarks.table import Found, Grid, judged, missing

ROOT = Path(__file__).resolve().parents[2]
NAME = "chengkou/pilot"
SOURCES = 90
LEAST = 5
RUNS_S = 4.0
PATIENCE_S = 120.0
MEMORY_LIMIT = 1024.0


class Size(NamedTuple):
    """What one size came to.

    Attributes
    ----------
    ms
        Per replication.
    memory
        Highest resident memory of the process, MB.
    """

    counties: int
    years: int
    ms: Spread
    memory: float

    @property
    def source_years(self) -> int:
        """Simulated, warm-up included."""
        return SOURCES * self.counties * (self.years + 2)

    @property
    def cost(self) -> float:
        """Microseconds per source-year."""
        return 1000 * self.ms.middle / self.source_years


@cache
def sizes(scale: Scale) -> tuple[tuple[Size, ...], tuple[str, ...]]:
    """Every size of the scale, the shipped one again at the end; and the sizes that took too long."""
    found: list[Size] = []
    late: list[str] = []
    for counties, years in (*scale.growth, scale.growth[0]):
        try:
            found.append(_measure(counties, years))
        except subprocess.TimeoutExpired:
            late.append(_title(counties, years))
    return tuple(found), tuple(late)


def _measure(counties: int, years: int) -> Size:
    command = [sys.executable, "-m", "benchmarks.measured.growth", str(counties), str(years)]
    done = subprocess.run(  # noqa: S603
        command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=PATIENCE_S
    )
    found = json.loads(done.stdout.splitlines()[-1])
    return Size(counties, years, spread(found["ms"]), found["memory"])


def _title(counties: int, years: int) -> str:
    return f"{SOURCES * counties:,} sources x {years} years"


def growth(scale: Scale) -> Found:
    """Growth of the cost per source-year, and memory of the largest region."""
    found, late = sizes(scale)
    shipped = [size for size in found if (size.counties, size.years) == scale.growth[0]]
    others = [size for size in found if size not in shipped]
    what = "cost per source-year, more sources or more years"
    if not shipped or not others:
        return Found((missing(what, "≤ 1.3 x", f"took longer than {PATIENCE_S:g} s: {'; '.join(late)}"),))
    base = fmean(size.cost for size in shipped)
    worst = max(others, key=lambda size: size.cost)
    ratios = spread([size.cost / base for size in others])
    remark = (
        f"hazardous chain of `{NAME}`; highest with {_title(worst.counties, worst.years)}: "
        f"{number(worst.cost)} µs, as shipped {number(base)} µs (mean of before and after the others); "
        "the bracket spans the sizes below"
    )
    row = judged(what, "<=", 1.3, " x", Spread(ratios.high, ratios.low, ratios.high), remark)
    if late:
        more = f"{row.remark}; given up after {PATIENCE_S:g} s: {'; '.join(late)}"
        row = replace(row, met=False, remark=more)
    largest = max(others, key=lambda size: size.counties)
    memory = judged(
        f"highest memory, {_title(largest.counties, largest.years)}",
        "<=",
        MEMORY_LIMIT,
        " MB",
        spread([largest.memory]),
        "one process, all KPIs",
    )
    return Found((row, memory), (_table(list(found)),))


def _table(found: list[Size]) -> Grid:
    heads = ("Sources", "Years reported", "ms per replication", "µs per source-year", "Highest memory, MB")
    lines = tuple(
        (
            f"{SOURCES * size.counties:,}",
            str(size.years),
            size.ms.text(),
            number(size.cost),
            number(size.memory, 4),
        )
        for size in found
    )
    return Grid(f"`{NAME}`, hazardous chain, many counties side by side", heads, lines)


def _child(counties: int, years: int) -> dict[str, Any]:
    from benchmarks.synthetic import load
    from sim.calendars import Horizon
    from sim.chance.chance import Chance
    from sim.experiment.replicate import prepare, run_one

    scenario, horizon = load(NAME, counties=counties), Horizon(2026, 2025 + years, 2)
    cell = prepare(scenario, "hazardous", horizon, "oldest_first", 0.98)
    times: list[float] = []
    begun = perf_counter()
    while len(times) < LEAST or (perf_counter() - begun < RUNS_S and len(times) < 30):
        start = process_time()
        run_one(cell, Chance(1, len(times)), len(times))
        times.append(1000 * (process_time() - start))
    return {"ms": times[1:], "memory": _memory()}


def _memory() -> float:
    """Highest resident memory of this program so far, MB."""
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="utf-8"))
        if found:
            return int(found[1]) / 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    print(json.dumps(_child(int(sys.argv[1]), int(sys.argv[2]))))
