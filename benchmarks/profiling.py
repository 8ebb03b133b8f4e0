"""Where the time of a replication of `chengkou/pilot` goes, by part and by function."""

from __future__ import annotations

import cProfile
import pstats
from collections.abc import Callable
from pathlib import Path

from benchmarks.clock import number, seconds
from benchmarks.measured.pilot import NAME, SEED, Cells, cells, networks, ours
from benchmarks.scale import Scale
from benchmarks.table import Found, Grid
from sim.chance.chance import Chance
from sim.chance.deposits import deposits
from sim.chance.roads import road_state
from sim.chance.visits import services
from sim.kpi.measure import measure
from sim.model.simulate import simulate

ROOT = Path(__file__).resolve().parent.parent
TIMES = 15
SHOWN = 14


def profile(scale: Scale) -> Found:
    """Parts timed by themselves, and functions by their own time under the profiler."""
    both = cells(NAME, scale.years, scale.warm_up)
    return Found(grids=(_parts(both), _functions(both)))


def _parts(both: Cells) -> Grid:
    hazardous, _ = networks(both)
    chances = [Chance(SEED, number_) for number_ in range(TIMES + 1)]
    for chance in chances:
        ours(both, chance)
    found = [simulate(both[0].network, chance) for chance in chances]
    slag = [simulate(both[1].network, chance) for chance in chances]
    parts: dict[str, Callable[[int], object]] = {
        "batches drawn": lambda i: deposits(Chance(SEED, i), hazardous.arising),
        "missed visits and loading times drawn": lambda i: services(Chance(SEED, i), hazardous),
        "roads drawn": lambda i: [
            road_state(Chance(SEED, i), road, hazardous.horizon)
            for road in (hazardous.local_road, *(route.road for route in hazardous.routes))
        ],
        "hazardous chain on drawn chance": lambda i: simulate(both[0].network, chances[i]),
        "its KPIs": lambda i: measure(found[i], both[0].judgement, i),
        "slag chain, chance included": lambda i: simulate(both[1].network, chances[i]),
        "its KPIs ": lambda i: measure(slag[i], both[1].judgement, i),
        "all": lambda i: ours(both, Chance(SEED, i)),
    }
    lines = []
    for name, run in parts.items():
        times = sorted(seconds(run, i) for i in range(1, TIMES + 1))
        lines.append((name, number(1000 * times[TIMES // 2])))
    return Grid(f"Parts of a replication of `{NAME}`", ("Part", "ms, median"), tuple(lines))


def _functions(both: Cells) -> Grid:
    profiler = cProfile.Profile()
    for replication in range(TIMES):
        profiler.enable()
        ours(both, Chance(SEED, replication))
        profiler.disable()
    stats = pstats.Stats(profiler).stats  # type: ignore[attr-defined]
    whole = sum(entry[2] for entry in stats.values())
    ordered = sorted(stats.items(), key=lambda item: -item[1][2])[:SHOWN]
    lines = tuple(
        (_place(place), f"{entry[1] / TIMES:,.0f}", f"{100 * entry[2] / whole:.1f} %")
        for place, entry in ordered
    )
    heads = ("Function", "Calls per replication", "Share of own time")
    return Grid("Functions by own time, under the profiler", heads, lines)


def _place(place: tuple[str, int, str]) -> str:
    file, _, name = place
    path = Path(file)
    if path.is_relative_to(ROOT):
        return f"`{path.relative_to(ROOT)}` {name}"
    return f"{name}" if file == "~" else f"{path.parent.name}/{path.name} {name}"
