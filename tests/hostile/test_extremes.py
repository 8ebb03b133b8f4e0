"""Extreme scenarios that the vocabulary allows: each runs to its end, or is refused with a fix."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from planner_cases.calling import run_through, scenarios_at
from planner_cases.regions import write_tiny_region

from sim.scenario.load import load_scenario
from sim.scenario.schema import ScenarioSpec
from sim.scenario.vocabulary import Kind, child, kind_of

pytestmark = pytest.mark.hostile
Count = Callable[[str, object], None]

SEED, PARTS, EACH = 16, 6, 30
NAMES = ("tiny/pilot", "tiny/long_haul", "tiny/pilot+latent", "tiny/pilot+off_peak_190")


@pytest.fixture(scope="module")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[tuple[str, Kind, float]]]]:
    """Numbers of each scenario: path, what the vocabulary says, value."""
    folder: Path = tmp_path_factory.mktemp("extremes")
    with scenarios_at(write_tiny_region(folder), folder):
        yield {name: numbers_of(name) for name in NAMES}


def numbers_of(name: str) -> list[tuple[str, Kind, float]]:
    origins = load_scenario(name).origins
    return [
        (path, kind, float(one.value))
        for path, one in origins.items()
        if isinstance(one.value, int | float) and not isinstance(one.value, bool)
        if (kind := kind_at(path)).type in (int, float)
    ]


def kind_at(path: str) -> Kind:
    kind = kind_of(ScenarioSpec)
    for step in path.split("."):
        kind = child(kind, step) or Kind(None)
    return kind


def extreme(kind: Kind, value: float, dice: random.Random) -> str:
    """A number within its bounds: one of them, or up to a thousand times more or less."""
    ends = [end for name in ("ge", "le", "gt", "lt") if (end := kind.bound(name)) is not None]
    tried = dice.choice([*ends, value * 10 ** dice.uniform(-3, 3), value * 10 ** dice.uniform(-1, 1)])
    number = round(tried) if kind.type is int else float(f"{tried:.4g}")
    return f"{number}" if kind.allows(number) else f"{value:g}"


@pytest.mark.parametrize("part", range(PARTS))
def test_what_the_vocabulary_allows_runs_or_is_refused_with_a_fix(
    part: int, numbers: dict[str, list[tuple[str, Kind, float]]], record_property: Count
) -> None:
    dice = random.Random(f"{SEED} {part}")
    faults, run = [], 0
    for _ in range(EACH):
        name = dice.choice(NAMES)
        chosen = dice.sample(numbers[name], dice.choice((1, 1, 2, 4, 8)))
        settings = [f"{path}={extreme(kind, value, dice)}" for path, kind, value in chosen]
        ended = run_through(name, settings)
        run += ended == "run"
        if ended not in ("run", "refused"):
            faults.append(f"{name} {' '.join(f'--set {one}' for one in settings)}: {ended}")
    record_property("hostile", ("extreme scenarios within bounds", EACH, EACH - len(faults)))
    assert faults == []
    assert run > EACH / 3
