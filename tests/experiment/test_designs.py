"""Designs: rows that can be checked by hand, and what constraints leave of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from planner_cases.regions import write_tiny_region

from sim.experiment.designs import Design, lay_out
from sim.scenario.problems import ScenarioError
from sim.sweeps import asked_for, points_of

VANS = "collection_point.vans"
BAY = "collection_point.bays.waste_oil.capacity_t"
RELEASE = "collection_point.bays.waste_oil.release_t"
LEVEL = "generation.level_factor"


def design(folder: Path, vary: Any, points: Any = None, **asked: Any) -> Design:
    return lay_out(asked_for("tiny/pilot", vary, root=write_tiny_region(folder), **asked), points)


def test_a_grid_has_every_combination_the_last_factor_fastest(tmp_path: Path) -> None:
    found = design(tmp_path, [f"{VANS}=1,2", f"{BAY}=5:10:2"])
    assert found.rows == ((1, 5.0), (1, 10.0), (2, 5.0), (2, 10.0))


def test_levels_take_the_type_of_the_value(tmp_path: Path) -> None:
    found = design(tmp_path, [f"{VANS}=1:3:3", f"{BAY}=5,6"])
    assert [type(value) for value in found.rows[0]] == [int, float]


def test_a_law_of_a_number_that_looks_like_a_time_of_day_is_a_law(tmp_path: Path) -> None:
    found = design(tmp_path, [f"{BAY}=10:40"], design="oat")
    assert [row[0] for row in found.rows][1:] == [10.0, 40.0]
    clock = design(tmp_path, ["driving.shift_starts=08:00,07:30"])
    assert clock.rows == (("08:00",), ("07:30",))


def test_one_at_a_time_starts_at_the_scenario_and_moves_one_factor(tmp_path: Path) -> None:
    found = design(tmp_path, [f"{VANS}=1,2,3", f"{LEVEL}"], design="oat")
    assert found.rows == ((1, 1.0), (2, 1.0), (3, 1.0), (1, 0.5), (1, 2.0))


def test_a_latin_hypercube_has_one_point_in_each_slice_of_each_factor(tmp_path: Path) -> None:
    found = design(tmp_path, [f"{BAY}=0:10", f"{LEVEL}=uniform"], design="lhs:10")
    assert found.shares is not None
    for column in found.shares.T:
        assert sorted((column * 10).astype(int)) == list(range(10))
    assert all(0 <= bay <= 10 and 0.5 <= level <= 2 for bay, level in found.rows)


def test_a_sobol_sequence_begins_alike_whatever_its_length(tmp_path: Path) -> None:
    asked = [f"{BAY}=0:10", LEVEL]
    short, long = (design(tmp_path, asked, design=f"sobol:{n}") for n in (5, 16))
    assert long.rows[:5] == short.rows
    assert long.shares is not None
    assert len({tuple(row) for row in (long.shares * 4).astype(int)}) > 12


def test_seeds_give_other_points_and_the_same_seed_the_same(tmp_path: Path) -> None:
    one, same, other = (design(tmp_path, [LEVEL], design="lhs:4", seed=seed) for seed in (1, 1, 2))
    assert one.rows == same.rows != other.rows


def test_each_step_of_a_morris_trajectory_moves_one_factor_by_two_thirds(tmp_path: Path) -> None:
    found = design(tmp_path, [f"{BAY}=0:9", LEVEL, f"{VANS}=1,2,3"], design="morris:5")
    assert found.shares is not None
    assert found.shares.shape == (20, 3)
    for steps in found.shares.reshape(5, 4, 3):
        moves = np.diff(steps, axis=0)
        assert np.allclose(np.sort(np.abs(moves).sum(axis=0)), 2 / 3)
        assert (np.count_nonzero(moves, axis=1) == 1).all()
        assert ((steps >= 0) & (steps <= 1)).all()


def test_a_triangular_law_has_its_mode_at_the_value_and_keeps_its_range(tmp_path: Path) -> None:
    found = design(tmp_path, [f"{LEVEL}=triangular"], design="lhs:400")
    values = np.array([row[0] for row in found.rows], dtype=float)
    assert values.mean() == pytest.approx((0.5 + 1 + 2) / 3, abs=0.01)
    assert (values < 1).mean() == pytest.approx(1 / 3, abs=0.01)


def test_dates_and_whole_numbers_come_out_whole(tmp_path: Path) -> None:
    day = "storage_rules.site_cap_from"
    found = design(tmp_path, [f"{day}=2023-01-01:2023-12-31", f"{VANS}=1:4"], design="lhs:6")
    assert all(isinstance(when, date) and isinstance(vans, int) for when, vans in found.rows)


def test_words_are_levels_in_any_design(tmp_path: Path) -> None:
    path = "collection_point.bay_overflow.policy"
    found = design(tmp_path, [f"{path}=refuse,keep", LEVEL], design="sobol:8")
    assert {row[0] for row in found.rows} == {"refuse", "keep"}


def test_all_ranges_are_those_of_the_file_and_some_may_be_left_out(tmp_path: Path) -> None:
    every = design(tmp_path, "all-ranges", design="lhs:2")
    assert LEVEL in {factor.path for factor in every.factors}
    fewer = design(tmp_path, "all-ranges", design="lhs:2", leave_out=[LEVEL])
    assert {factor.path for factor in every.factors} - {factor.path for factor in fewer.factors} == {LEVEL}


def test_rows_that_break_a_constraint_are_left_out_of_a_grid(tmp_path: Path) -> None:
    found = design(tmp_path, [f"{BAY}=4,8", f"{RELEASE}=2,6"], where=[f"{BAY} >= {RELEASE}"])
    assert found.rows == ((4.0, 2.0), (8.0, 2.0), (8.0, 6.0))
    assert found.left_out == 1


@pytest.mark.parametrize(("form", "rows"), [("lhs:20", 20), ("sobol:20", 20), ("morris:4", 12)])
def test_drawn_designs_are_as_large_as_asked_and_keep_constraints(
    tmp_path: Path, form: str, rows: int
) -> None:
    found = design(
        tmp_path, [f"{BAY}=1:10", f"{RELEASE}=1:10"], design=form, where=[f"{BAY} >= 1.2 * {RELEASE}"]
    )
    assert len(found.rows) == rows
    assert all(float(bay) >= 1.2 * float(release) for bay, release in found.rows)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["grid", "lhs:4", "morris:2"])
def test_a_constraint_that_no_point_keeps_is_an_error(tmp_path: Path, form: str) -> None:
    with pytest.raises(ScenarioError, match=r"E603 where: no point keeps .* > 50"):
        design(
            tmp_path, [f"{BAY}=4:8:2" if form == "grid" else f"{BAY}=4:8"], design=form, where=[f"{BAY} > 50"]
        )


def test_points_may_be_given_as_a_table_or_a_file(tmp_path: Path) -> None:
    rows = [{VANS: 1, BAY: 5}, {VANS: 3, BAY: 7}]
    pd.DataFrame(rows).to_csv(tmp_path / "points.csv", index_label="point")
    given = [
        design(tmp_path, (), points=rows),
        design(tmp_path, (), points=pd.DataFrame(rows).to_dict("records")),
        design(tmp_path, (), design=f"csv:{tmp_path / 'points.csv'}"),
    ]
    assert [one.rows for one in given] == [((1, 5.0), (3, 7.0))] * 3


def test_every_point_that_cannot_be_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        points_of("tiny/pilot", [f"{BAY}=1,8", f"{RELEASE}=2,4"], root=write_tiny_region(tmp_path))
    said = [str(one) for one in caught.value.problems]
    assert len(said) == 2
    assert all("E604 collection_point.bays.waste_oil" in one and "E403" in one for one in said)
    assert "capacity_t=1, release_t=2" in said[0]
    assert "capacity_t=1, release_t=4" in said[1]


@pytest.mark.parametrize(
    ("vary", "said"),
    [
        (["collection_point.vanns=1,2"], "collection_point.vanns: no scenario of the sweep has it; did you"),
        ([f"{VANS}=1,1"], "has a value twice"),
        ([f"{BAY}=8:4:3"], "write low below high"),
        ([f"{VANS}=1:2:5"], "there are not 5 whole values"),
        ([f"{BAY}=5"] * 2, "varies twice"),
        (["years.first"], "is the same for all points"),
        (["kiln.lat"], "carries no range"),
        ([BAY.replace("capacity_t", "release_t") + "=4:8"], "has no levels for a grid"),
        (["collection_point.rounds=1"], "is not a single value"),
    ],
)  # fmt: skip
def test_a_factor_that_is_not_understood_says_why(tmp_path: Path, vary: list[str], said: str) -> None:
    with pytest.raises(ScenarioError, match="E60") as caught:
        design(tmp_path, vary)
    assert said in str(caught.value)


@pytest.mark.parametrize("form", ["lhx:3", "lhs", "grid:4", "morris", "lhs:none", "csv"])
def test_a_design_that_is_not_understood_says_why(tmp_path: Path, form: str) -> None:
    with pytest.raises(ScenarioError, match="E602"):
        design(tmp_path, [f"{BAY}=4,8"] if form != "csv" else (), design=form)
