"""What passes `check` runs: every number of the vocabulary at both ends of its bounds, alone and together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from planner_cases.regions import REGION, write_tiny_region

from sim.calendars import Horizon
from sim.chance.chance import Chance
from sim.experiment.replicate import prepare, run_one
from sim.network.compile import compile_network
from sim.network.hazardous import HazardousNetwork
from sim.scenario.compose import compose
from sim.scenario.drafting import Scenario, draft
from sim.scenario.library import Library
from sim.scenario.nodes import Leaf, leaves
from sim.scenario.schema import ScenarioSpec
from sim.scenario.validate import kind_along
from sim.scenario.vocabulary import Kind

CALLING = """\
extends: pilot.yaml
title: {en: On call, zh: 按需}
storage_rules: {partial_containers: false}
collection_point:
  rounds: {policy: on_call, every_days: 14, call: {fill_share: 0.6, oldest_days: 200}}
  bay_overflow: {policy: keep}
kiln:
  off_peak:
    form: annual
    days_per_year: 120
    quarter_shares: [0.4, 0.2, 0.2, 0.2]
    campaigns: {shortest_days: 5, usual_days: 20, longest_days: 40}
"""
DIVERTING = """\
extends: pilot.yaml
title: {en: Diverting, zh: 流失}
storage_rules: {source_overflow: {policy: divert, share: 0.5, grace_days: 20}}
storage_classes: {waste_oil: {keep_apart_from: [oily_solids]}}
collection_point:
  opening: {law: triangular, low: 2025-01-01, mode: 2025-06-01, high: 2026-05-01}
  vans: 2
slag:
  heap_overflow: {policy: no_outlet}
  haulage: {policy: pull, haul_t_per_day: 200, target_t: 1000}
  earmarked: false
kiln:
  yard_overflow: {policy: no_outlet}
  off_peak: {form: windows, windows: [{first: 2026-01-01, last: 2026-03-01}]}
"""
PLANS = ("long_haul", "pilot", "calling", "diverting")
"""Plans that between them use every word of the vocabulary that holds a number."""
MOST_BATCHES = 100_000
"""More batches than this only take long, and have a limit of their own."""
End = tuple[str, float]


def ends(kind: Kind) -> Iterator[float]:
    """Least and largest value that bounds allow."""
    low, above, high = kind.bound("ge"), kind.bound("gt"), kind.bound("le")
    step = 1 if kind.type is int else 1e-9
    assert high is not None
    assert low is not None or above is not None
    yield low if low is not None else above + step
    yield high


def all_ends(library: Library, plan: str) -> list[End]:
    """Both ends of every number of a plan but its years."""
    tree = compose(plan, (), library).tree
    kinds = {
        ".".join(path): kind_along(ScenarioSpec, path, tree)
        for path, node in leaves(tree)
        if isinstance(node, Leaf) and path[0] != "years"
    }
    numbers = {path: kind for path, kind in kinds.items() if kind is not None and kind.type in (int, float)}
    return [(path, end) for path, kind in numbers.items() for end in ends(kind)]


def cases(library: Library, together: int, count: int) -> list[tuple[str, list[str]]]:
    """Plans with as many ends `together`, drawn; one by one, at most all there are."""
    draw, found = Random(together), []
    for plan in PLANS:
        every = all_ends(library, plan)
        chosen = [[one] for one in every] if together == 1 else []
        chosen += [draw.sample(every, together) for _ in range(count if together > 1 else 0)]
        found += [(plan, [f"{path}={end!r}" for path, end in dict(some).items()]) for some in chosen]
    return draw.sample(found, min(count, len(found)))


def run(scenario: Scenario) -> str:
    """Simulate and measure both chains of a scenario; what went wrong, or an empty text."""
    years = scenario.spec.years
    horizon = Horizon(years.first, years.last, years.warm_up_years)
    hazardous = compile_network(scenario, horizon, "hazardous")
    assert isinstance(hazardous, HazardousNetwork)
    arising = hazardous.arising
    growth = max(1.0, 1 + arising.growth) ** max(0, years.last - arising.growth_from)
    busiest = arising.level * growth * max(arising.seasons) * len(horizon.simulated_years)
    if arising.flows.batches_per_year.sum() * busiest > MOST_BATCHES:
        return ""
    try:
        for chain in ("hazardous", "slag"):
            run_one(prepare(scenario, chain, horizon, "oldest_first", 0.98), Chance(1, 1), 1)
    except Exception as fault:
        return repr(fault)
    return ""


def faults(root: Path, together: int, count: int) -> tuple[int, list[str]]:
    """How many cases passed the check, and those of them that did not run."""
    library, passed, found = Library.at(root), 0, list[str]()
    for name, settings in cases(library, together, count):
        scenario, _ = draft(name, settings, library)
        if scenario is not None:
            passed += 1
            if fault := run(scenario):
                found.append(f"{name} {settings}: {fault}")
    return passed, found


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The tiny region over a year, with plans that use all that it has."""
    region = REGION.replace("last: 2027", "last: 2026")
    return write_tiny_region(tmp_path, region=region, plans__calling=CALLING, plans__diverting=DIVERTING)


@pytest.mark.parametrize(("together", "count"), [(1, 100), (2, 60), (5, 40)])
def test_what_passes_the_check_runs_at_the_ends_of_all_bounds(root: Path, together: int, count: int) -> None:
    passed, found = faults(root, together, count)
    assert found == []
    assert passed > count / 4


@pytest.mark.statistical
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("together", "count"), [(1, 10_000), (2, 1000), (4, 600)])
def test_what_passes_the_check_runs_at_the_ends_of_all_bounds_in_many_cases(
    root: Path, together: int, count: int
) -> None:
    assert faults(root, together, count)[1] == []
