"""The model against a plain SimPy program of one event per deposit and visit, fed with the same chance."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from benchmarks.plain_engine import simulate_hazardous, simulate_slag
from benchmarks.plain_engine.comparison import hazardous_differences, slag_differences
from sim.calendars import Horizon
from sim.chance.chance import Chance
from sim.model.simulate import simulate
from sim.network.compile import Chain, Network, compile_network
from sim.network.hazardous import HazardousNetwork
from sim.network.slag import SlagNetwork
from sim.record.hazardous import HazardousRecord
from sim.record.slag import SlagRecord
from sim.scenario.load import load_scenario

YEARS, HISTORY, G69_OPENS = Horizon(2026, 2030, 2), Horizon(2016, 2020, 2), Horizon(2021, 2024, 1)
SEEDS = range(1, 6)
PLANS = ("long_haul", "pilot", "pilot_on_call", "mixed")
FUTURES = ("g69_open+reported", "g69_open+latent", "g69_open+waste_x2")
SLAG_FUTURES = (
    "off_peak_none+slag_balanced",
    "off_peak_2025+slag_balanced",
    "off_peak_2025+slag_raw_meal",
    "off_peak_2024+slag_grinding+market_downturn",
)
CLASSES = ("waste_oil", "oily_solids", "batteries", "lab", "paint", "other")
AMPLE = [f"collection_point.bays.{name}.capacity_t=100" for name in CLASSES]
STRAINED = {
    "small trucks": ("long_haul+waste_x2", ["vehicles.medium.payload_t=1.0"]),
    "one truck": ("pilot_small_store+waste_x3", ["direct.trucks=1"]),
    "small van": ("pilot+waste_x3", ["vehicles.van.payload_t=0.8"]),
    "small licence": ("pilot+latent", ["collection_point.licence_t_per_year=12"]),
    "whole containers": ("pilot_on_call+waste_x2", ["storage_rules.partial_containers=false"]),
    "three vans and ample bays": ("pilot_on_call+waste_x2", ["collection_point.vans=3", *AMPLE]),
}
STRAINED_SLAG = {
    "pull": "slag.haulage={policy: pull, haul_t_per_day: 150, target_t: 3000}",
    "slow haulage": "slag.haulage.haul_t_per_day=90",
    "no outlet": "kiln.yard_overflow={policy: no_outlet}",
    "pooled": "slag.earmarked=false",
    "half-full at the start": "slag.start_t=2500",
}


@cache
def network_of(chain: Chain, name: str, horizon: Horizon, *settings: str) -> Network:
    return compile_network(load_scenario(f"chengkou/{name}", settings), horizon, chain)


def check_hazardous(name: str, horizon: Horizon, seed: int, *settings: str) -> None:
    network, chance = network_of("hazardous", name, horizon, *settings), Chance(seed, 0)
    assert isinstance(network, HazardousNetwork)
    record = simulate(network, chance)
    assert isinstance(record, HazardousRecord)
    assert hazardous_differences(simulate_hazardous(network, chance), record) == []


def check_slag(name: str, horizon: Horizon, seed: int, *settings: str, hourly: bool = False) -> None:
    network = network_of("slag", name, horizon, *settings)
    assert isinstance(network, SlagNetwork)
    record = simulate(network, Chance(seed, 0))
    assert isinstance(record, SlagRecord)
    assert slag_differences(simulate_slag(network, Chance(seed, 0), hourly=hourly), record) == []


@pytest.mark.parametrize("plan", ["long_haul", "pilot", "pilot_on_call"])
def test_both_engines_tell_one_story(plan: str) -> None:
    check_hazardous(f"{plan}+g69_open+reported", Horizon(2026, 2027, 1), seed=1)


def test_both_engines_move_the_same_slag() -> None:
    check_slag("long_haul+off_peak_2025+slag_balanced", YEARS, seed=1)


def test_a_fact_that_differs_is_named() -> None:
    network, chance = network_of("hazardous", "pilot", Horizon(2026, 2026, 0)), Chance(1, 0)
    assert isinstance(network, HazardousNetwork)
    record = simulate(network, chance)
    assert isinstance(record, HazardousRecord)
    facts = simulate_hazardous(network, chance)
    facts.receipts[0] = (*facts.receipts[0][:2], facts.receipts[0][2] + 1)
    facts.visits[0] = replace(facts.visits[0], when=facts.visits[0].when + 1)

    lines = hazardous_differences(facts, record)
    assert [line.partition(":")[0] for line in lines] == ["visits", "calls", "receipts"]


def test_slag_that_differs_is_named() -> None:
    network = network_of("slag", "long_haul", Horizon(2026, 2026, 0))
    assert isinstance(network, SlagNetwork)
    record = simulate(network, Chance(1, 0))
    assert isinstance(record, SlagRecord)
    facts = simulate_slag(network, Chance(1, 0))
    facts.used[0][0] *= 1 + 1e-8

    assert [line.partition(":")[0] for line in slag_differences(facts, record)] == ["used 0"]


@pytest.mark.engine
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("future", FUTURES)
@pytest.mark.parametrize("plan", PLANS)
def test_hazardous_waste_goes_the_same_way_to_the_gram_and_second(plan: str, future: str, seed: int) -> None:
    check_hazardous(f"{plan}+{future}", YEARS, seed)


@pytest.mark.engine
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("plan", ["long_haul", "pilot+pilot_late"])
def test_a_road_that_opens_is_used_from_the_same_moment(plan: str, seed: int) -> None:
    check_hazardous(f"{plan}+g69_dated", G69_OPENS, seed)


@pytest.mark.engine
@pytest.mark.parametrize("seed", SEEDS)
def test_years_on_the_old_road_are_the_same(seed: int) -> None:
    check_hazardous("long_haul+g69_before", HISTORY, seed)


@pytest.mark.engine
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("case", STRAINED)
def test_what_becomes_full_becomes_full_in_both(case: str, seed: int) -> None:
    name, settings = STRAINED[case]
    check_hazardous(name, YEARS, seed, *settings)


@pytest.mark.engine
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("future", SLAG_FUTURES)
def test_slag_stocks_agree_at_every_switch(future: str, seed: int) -> None:
    check_slag(f"long_haul+{future}", YEARS, seed)


@pytest.mark.engine
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("case", STRAINED_SLAG)
def test_slag_rules_agree(case: str, seed: int) -> None:
    check_slag("long_haul+off_peak_2025+slag_raw_meal", YEARS, seed, STRAINED_SLAG[case])


@pytest.mark.engine
def test_recorded_years_of_slag_agree() -> None:
    check_slag("long_haul", HISTORY, seed=1)


@pytest.mark.engine
def test_looking_every_hour_changes_nothing() -> None:
    check_slag("long_haul+off_peak_2025+slag_balanced", YEARS, seed=1, hourly=True)
