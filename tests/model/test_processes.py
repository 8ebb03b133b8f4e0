"""Who waits for what nobody brings about is named; the order of words in a file decides nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Generator
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st
from planner_cases.hazard_cases import county, run, with_bay, with_point
from planner_cases.regions import FILES, write_tiny_region
from ruamel.yaml import YAML

from sim.calendars import Horizon
from sim.chance.chance import Chance
from sim.kpi.measure import Judgement, layout_of, measure
from sim.model.collection_point import CollectionPoint
from sim.model.processes import DeadlockError, Processes
from sim.model.simulate import simulate
from sim.network.compile import Chain, compile_network
from sim.scenario.load import load_scenario
from sim.verification.regions import VALUATION

ROOT = Path(__file__).resolve().parents[2]
OIL_1 = "garage-1/waste_oil"
Story = Generator[simpy.Event, Any, None]

# --- deadlocks ------------------------------------------------------------------------------------------


def waits_for(event: simpy.Event) -> Story:
    yield event


def test_processes_that_wait_for_each_other_are_named() -> None:
    env = simpy.Environment()
    processes = Processes(env)
    processes.start("hen", waits_for(env.event()))
    processes.start("clock", waits_for(env.timeout(5)))
    processes.start("egg", waits_for(env.event()), lambda: "no hen")

    with pytest.raises(DeadlockError, match=r"nobody wakes up: hen \(it waits\), egg \(no hen\)"):
        processes.run()


def test_who_waits_for_the_clock_or_has_nothing_to_do_is_not_stuck() -> None:
    env = simpy.Environment()
    processes = Processes(env)
    processes.start("tomorrow", waits_for(env.timeout(50)))
    processes.start("idle", waits_for(env.event()), lambda: "")
    processes.run(until=10)

    assert env.now == 10


@pytest.mark.parametrize(
    ("changed", "missed"),
    [({"age_trigger_working_days": 5}, "a lot is due"), ({}, "a bay is at its release level")],
)
def test_a_collection_point_that_forgets_its_alarm_is_found_out(
    changed: dict[str, int], missed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CollectionPoint, "_ring", lambda point: None)
    network = with_point(with_bay(county("pilot"), release=1000 if changed else 50), **changed)

    with pytest.raises(DeadlockError, match=rf"hand-over at the collection point \({missed}\)"):
        run(network, (1, OIL_1, 60))


def test_a_load_that_is_ordered_and_never_released_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def watch(point: CollectionPoint) -> None:
        point.ordered = True

    monkeypatch.setattr(CollectionPoint, "watch", watch)

    with pytest.raises(DeadlockError, match="a load is ordered"):
        run(with_bay(county("pilot"), release=50), (1, OIL_1, 60))


# --- the order of words --------------------------------------------------------------------------------


def shuffled(value: Any, draw: Random) -> Any:
    """The same mappings with their keys in another order; `receivers` keep theirs, which is a rank."""
    if not isinstance(value, dict):
        return value
    names = list(value)
    draw.shuffle(names)
    return {
        name: {own: shuffled(value[name][own], draw) for own in value[name]}
        if name == "receivers"
        else shuffled(value[name], draw)
        for name in names
    }


def texts(seed: int) -> dict[str, str]:
    """Files of the tiny region with every mapping in another order; seed 0: as written."""
    yaml = YAML(typ="safe")
    yaml.default_flow_style = True
    yaml.sort_base_mapping_type_on_output = False
    found = {}
    for name, text in FILES.items():
        if name.endswith(".yaml") and not name.startswith("studies"):
            plain = yaml.load(text)
            with TemporaryDirectory() as folder:
                path = Path(folder) / "one.yaml"
                yaml.dump(shuffled(plain, Random(seed)) if seed else plain, path)
                found[name.removesuffix(".yaml").replace("/", "__")] = path.read_text(encoding="utf-8")
    return found


@cache
def results(plan: str, chain: Chain, seed: int) -> dict[Any, Any]:
    """What is measured in two runs, by name."""
    with TemporaryDirectory() as folder:
        root = write_tiny_region(Path(folder), **texts(seed))
        scenario = load_scenario(f"tiny/{plan}+latent", (), root)
    network = compile_network(scenario, Horizon(2026, 2027, 1), chain)
    found: dict[Any, Any] = {}
    for replication in range(2):
        record = simulate(network, Chance(3, replication))
        judgement = Judgement("oldest_first", 0.98, VALUATION)
        outcome, layout = measure(record, judgement, replication), layout_of(record, judgement)
        found |= {(replication, key): value for key, value in zip(layout.keys, outcome.totals, strict=True)}
        found |= {
            (replication, one[:2]): days for one, days in zip(layout.series, outcome.daily, strict=True)
        }
    return found


@settings(max_examples=6, deadline=None)
@given(st.integers(1, 10**6))
@pytest.mark.parametrize(
    ("plan", "chain"), [("long_haul", "hazardous"), ("pilot", "hazardous"), ("pilot", "slag")]
)
def test_nothing_depends_on_the_order_of_words_in_a_file(plan: str, chain: Chain, seed: int) -> None:
    usual, other = results(plan, chain, 0), results(plan, chain, seed)

    assert usual.keys() == other.keys()
    for key, value in usual.items():
        np.testing.assert_allclose(other[key], value, rtol=1e-9, atol=1e-12, equal_nan=True, err_msg=str(key))


def test_nothing_depends_on_how_words_are_hashed() -> None:
    """Sets and dictionaries of words are walked in another order in each of these processes."""
    script = (
        "import sys; sys.path[:0] = ['.', 'tests']\n"
        "import frozen_kpis, hashlib\n"
        "print(hashlib.sha256(repr([*frozen_kpis.measured().items()]).encode()).hexdigest())\n"
    )
    seen = set()
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed}
        done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        seen.add(done.stdout)

    assert len(seen) == 1
