"""The slag chain in model units."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from planner_cases.slag_cases import kiln_of, task

from sim.calendars import Horizon
from sim.network.slag import SlagNetwork, compile_slag
from sim.scenario.schema import (
    Cement,
    Keep,
    Outlet,
    Pond,
    Pull,
    Push,
    ScenarioSpec,
    Slag,
    SmelterHistoryRow,
    SmelterRow,
    Text,
)

LIKE_YEARS = Horizon(2026, 2027, 0)
NAME = Text(en="name", zh="名")
SLAG = Slag(
    raw_meal_share=0.5,
    earmarked=True,
    level_factor=2.0,
    yearly_cv=0.34,
    heap_capacity_t=8000.0,
    heap_overflow=Keep(policy="keep"),
    start_t=0.0,
    haulage=Push(policy="push", haul_t_per_day=400.0),
    haul_km=5.0,
)
CEMENT = Cement(
    demand_t_per_year=1_200_000.0,
    season_factors=(0.5, 0.5) + (1.0,) * 10,
    market_factor=0.75,
    clinker_factor=0.68,
    slag_share=0.08,
    silo_days=20.0,
)


def smelter(name: str, later: float, takes: str = "works") -> SmelterRow:
    return SmelterRow(
        name=name, name_zh=name, township="x", status="operating", takes=takes, t_per_year=later  # type: ignore[arg-type]
    )  # fmt: skip


SMELTERS = (
    smelter("large", 30_000),
    smelter("small", 10_000),
    smelter("pond", 0, "pond"),
)
HISTORY = tuple(
    SmelterHistoryRow(name=name, year=year, t=t)
    for name, t in (("large", 10_000.0), ("small", 10_000.0), ("pond", 900.0))
    for year in range(2016, 2021)
)


def compiled(
    horizon: Horizon = LIKE_YEARS, history: tuple[SmelterHistoryRow, ...] = HISTORY, **changes: Any
) -> SlagNetwork:
    parts: dict[str, Any] = {
        "slag": SLAG,
        "kiln": kiln_of(task(190)),
        "cement": CEMENT,
        "outlets": {"bricks": Outlet(title=NAME, capacity_t_per_day=30.0)},
        "ponds": {
            "pond": Pond(
                title=NAME, capacity_m3=1e6, used_m3=8e4, used_on=date(2020, 12, 31), density_t_per_m3=1.6
            )
        },
    }
    spec = ScenarioSpec.model_construct(**(parts | changes))
    return compile_slag(spec, SMELTERS, history, (), horizon)


def test_recorded_years_are_taken_as_they_are_and_later_ones_are_scaled() -> None:
    network = compiled(Horizon(2020, 2021, 5))

    assert network.recorded.tolist() == [True] * 6 + [False]
    assert network.expected[0].tolist() == [10_000] * 6 + [60_000]
    assert network.expected[2].tolist() == [900] * 6 + [0]


def test_without_a_history_every_year_is_as_expected() -> None:
    network = compiled(Horizon(2020, 2021, 0), history=())

    assert not network.recorded.any()
    assert network.expected[0].tolist() == [60_000] * 2


def test_a_history_of_other_years_may_have_gaps() -> None:
    history = (
        SmelterHistoryRow(name="large", year=2023, t=7.0),
        SmelterHistoryRow(name="small", year=2024, t=8.0),
    )
    network = compiled(Horizon(2023, 2025, 1), history=history)

    assert network.recorded.tolist() == [True] * 3 + [False]
    assert network.expected[0].tolist() == [7, 7, 0, 60_000]
    assert network.expected[1].tolist() == [0, 0, 8, 20_000]


def test_the_heaps_are_full_when_the_largest_smelters_heap_is() -> None:
    assert compiled().heap_capacity == pytest.approx(8000 / 0.75)


def test_clinker_demand_adds_up_to_the_years_cement_whatever_the_season_factors_sum_to() -> None:
    network = compiled()
    days = np.diff(network.horizon.month_edges) / 86_400

    assert (network.clinker_demand * days)[:12].sum() == pytest.approx(1_200_000 * 0.75 * 0.68)
    assert network.clinker_demand[0] == pytest.approx(network.clinker_demand[2] / 2)
    assert network.silo == pytest.approx(20 * 1_200_000 * 0.68 / 365)
    assert network.slag_per_clinker == pytest.approx(0.08 / 0.68)


def test_pull_has_a_target_and_push_has_none() -> None:
    pulled = SLAG.model_copy(update={"haulage": Pull(policy="pull", haul_t_per_day=200.0, target_t=3000.0)})

    assert compiled(slag=pulled).target == 3000
    assert compiled().target == np.inf


def test_a_route_without_a_share_has_no_lane() -> None:
    def routes(**changes: Any) -> list[str]:
        return [lane.route for lane in compiled(slag=SLAG.model_copy(update=changes)).lanes]

    assert routes() == ["raw_meal", "grinding"]
    assert routes(raw_meal_share=0.0) == ["grinding"]
    assert routes(raw_meal_share=1.0) == ["raw_meal"]
    assert routes(earmarked=False) == ["pooled"]


def test_outlets_and_pond_are_known() -> None:
    network = compiled()

    assert network.outlets == 30
    assert network.pond is not None
    assert network.pond.used_on < 0
    assert compiled(ponds={}, outlets={}).pond is None
