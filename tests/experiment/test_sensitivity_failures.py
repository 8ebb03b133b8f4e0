"""PRIM finds planted boxes and nothing where there is none; filtering tells what decides a failure."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from sim.experiment.sensitivity.prim import Side, find_box, inside
from sim.experiment.sensitivity.regional import splits


def planted(points=800, factors=8, wrong=0.0, seed=1):
    """Columns, and failures in: first above 0.6, third below 0.7, word b or c."""
    rng = np.random.default_rng(seed)
    numbers = rng.random((points, factors))
    words = rng.choice(["a", "b", "c"], points)
    fails = (numbers[:, 0] > 0.6) & (numbers[:, 2] < 0.7) & (words != "a")
    return [*numbers.T, words], fails ^ (rng.random(points) < wrong)


@pytest.mark.parametrize("seed", range(5))
def test_prim_finds_a_planted_box_and_restricts_nothing_else(seed):
    columns, fails = planted(seed=seed)
    box, _ = find_box(columns, fails)
    sides = {side.factor: side for side in box.sides}
    assert set(sides) == {0, 2, 8}
    assert sides[0].low == pytest.approx(0.6, abs=0.05)
    assert sides[0].high == np.inf
    assert sides[2].high == pytest.approx(0.7, abs=0.05)
    assert set(sides[8].words) == {"b", "c"}
    assert box.coverage > 0.9
    assert box.density > 0.9


def test_the_box_is_found_though_some_points_are_wrong():
    columns, fails = planted(wrong=0.05)
    box, _ = find_box(columns, fails)
    assert {side.factor for side in box.sides} == {0, 2, 8}


def test_coverage_density_and_mass_are_those_of_the_points_inside():
    columns, fails = planted()
    box, _ = find_box(columns, fails)
    kept = inside(box.sides, columns)
    assert box.points == kept.sum()
    assert box.coverage == pytest.approx((kept & fails).sum() / fails.sum())
    assert box.density == pytest.approx(fails[kept].mean())
    assert box.mass == pytest.approx(kept.mean())


@pytest.mark.parametrize("seed", range(5))
def test_failures_without_a_reason_give_no_box(seed):
    columns, _ = planted(300, 20, seed=seed)
    fails = np.random.default_rng(seed + 100).random(300) < 0.3
    assert find_box(columns, fails)[0].sides == ()


def test_peeling_goes_from_all_points_to_denser_ones():
    columns, fails = planted()
    _, way = find_box(columns, fails)
    assert (way[0].coverage, way[0].mass) == (1.0, 1.0)
    assert all(later.density > earlier.density for earlier, later in pairwise(way))
    assert all(later.points < earlier.points for earlier, later in pairwise(way))


def test_whole_numbers_with_few_levels_are_peeled_too():
    rng = np.random.default_rng(2)
    vans, days = rng.integers(1, 5, 400).astype(float), rng.random(400)
    box, _ = find_box([vans, days], vans <= 1)
    assert [(side.factor, side.high) for side in box.sides] == [(0, 1.0)]
    assert (box.coverage, box.density) == (1.0, 1.0)


def test_a_side_of_words_and_one_of_numbers_hold_where_they_should():
    assert Side(0, words=("a",)).holds(np.array(["a", "b"])).tolist() == [True, False]
    assert Side(0, low=0.5).holds(np.array([0.4, 0.5])).tolist() == [False, True]


def test_filtering_names_the_planted_factors_and_no_others():
    columns, fails = planted()
    found = splits(columns, fails)
    assert {index for index, split in enumerate(found) if split.p_adjusted < 0.05} == {0, 2, 8}
    assert found[0].failing > 0.6 > found[0].others
    assert found[8].worst in {"b", "c"}


def test_p_values_are_adjusted_for_the_number_of_factors():
    columns, _ = planted(300, 30)
    false = 0
    for seed in range(40):
        fails = np.random.default_rng(seed).random(300) < 0.3
        false += min(split.p_adjusted for split in splits(columns, fails)) < 0.05
    assert false <= 6


def test_without_failures_nothing_is_compared():
    columns, fails = planted()
    assert all(np.isnan(split.distance) for split in splits(columns, np.zeros_like(fails)))
