"""Estimators against known indices and against an independent implementation; luck taken out of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planner_cases.sensitivity_cases import ISHIGAMI_FIRST, ISHIGAMI_TOTAL, additive, ishigami

from sim.experiment.designs import trajectory
from sim.experiment.sensitivity import morris, sobol
from sim.experiment.sensitivity.cautions import is_constant, is_usable, note_of
from sim.experiment.sensitivity.noise import cross, jackknife, shares_of, widened


def values_of(shares, model=ishigami):
    return np.array([model(row) for row in shares])


def with_luck(values, replications, common=0.0, own=0.0, seed=0):
    """Values (rows, replications): luck that all rows share, and luck of each row."""
    rng = np.random.default_rng(seed)
    shared = common * rng.normal(size=replications)
    return values[:, None] + shared + own * rng.normal(size=(len(values), replications))


def walks(factors, count, seed=1):
    rng = np.random.default_rng(seed)
    return np.concatenate([trajectory(factors, rng) for _ in range(count)])


# --- luck --------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 6), st.integers(0, 10_000))
def test_a_cross_product_is_the_mean_over_pairs_of_different_replications(count, seed):
    first, second = np.random.default_rng(seed).normal(size=(2, 3, count))
    pairs = [first[:, r] * second[:, s] for r in range(count) for s in range(count) if r != s]
    assert np.allclose(cross(first, second), np.mean(pairs, axis=0))


def test_cross_products_of_pure_luck_average_to_nothing():
    luck = np.random.default_rng(3).normal(size=(200_000, 2))
    assert abs(cross(luck, luck).mean()) < 0.01
    assert luck.mean(axis=1).var() == pytest.approx(0.5, abs=0.01)  # what a plain square would have kept


def test_the_variance_of_runs_is_split_into_assumptions_luck_and_interplay():
    rng = np.random.default_rng(5)
    values = 3 * rng.normal(size=(4000, 1)) + rng.normal(size=(4000, 60)) + 2 * rng.normal(size=60)
    found = shares_of(values)
    assert found.parameters == pytest.approx(9, rel=0.08)
    assert found.interplay == pytest.approx(1, rel=0.02)
    assert found.luck == pytest.approx(4, rel=0.5)
    assert found.left == pytest.approx(found.interplay / 60)


def test_one_replication_tells_no_luck():
    found = shares_of(np.arange(10.0)[:, None])
    assert found.parameters > 0
    assert np.isnan([found.luck, found.interplay]).all()


def test_an_interval_is_widened_by_luck_and_never_shortened():
    low, high = widened(np.array([1.0]), np.array([0.8]), np.array([1.2]), np.array([0.5]))
    assert low[0] < 0.05
    assert high[0] > 1.95
    same = widened(np.array([1.0]), np.array([0.8]), np.array([1.2]), np.array([np.nan]))
    assert np.allclose(same, [[0.8], [1.2]])


def test_the_jackknife_of_a_mean_is_its_standard_error():
    values = np.random.default_rng(1).normal(size=12)
    without = np.array([np.delete(values, r).mean() for r in range(12)])
    assert jackknife(without) == pytest.approx(values.std(ddof=1) / np.sqrt(12))


# --- Sobol' ------------------------------------------------------------------------------------------


def test_sobol_indices_of_ishigami_are_the_known_ones():
    found = sobol.indices_of(values_of(sobol.rows_of(3, 2048, 1))[:, None], 3)
    assert found.first == pytest.approx(ISHIGAMI_FIRST, abs=0.02)
    assert found.total == pytest.approx(ISHIGAMI_TOTAL, abs=0.02)
    assert found.variance == pytest.approx(13.84, rel=0.02)


def test_sobol_indices_are_those_of_salib():
    salib = pytest.importorskip("SALib.analyze.sobol")
    factors, base = 3, 256
    values = values_of(sobol.rows_of(factors, base, 7)).reshape(factors + 2, base)
    ordered = np.stack([values[0], *values[2:], values[1]], axis=1).ravel()  # A, AB.., B row by row
    problem = {"num_vars": factors, "names": ["x", "y", "z"], "bounds": [[0, 1]] * 3}
    other = salib.analyze(problem, ordered, calc_second_order=False, num_resamples=2, seed=1)
    found = sobol.indices_of(values.reshape(-1, 1), factors)
    assert found.first == pytest.approx(other["S1"], abs=1e-3)  # which centres all values, not A and B only
    assert found.total == pytest.approx(other["ST"], abs=1e-3)


def test_luck_does_not_bias_sobol_indices():
    values = values_of(sobol.rows_of(4, 2048, 1), additive)
    noisy = with_luck(values, 4, common=5.0, own=1.0)  # as much luck of its own as assumptions
    found = sobol.indices_of(noisy, 4)
    assert found.total == pytest.approx((16 / 21, 4 / 21, 1 / 21, 0), abs=0.05)
    assert found.first == pytest.approx((16 / 21, 4 / 21, 1 / 21, 0), abs=0.07)
    plain = sobol.indices_of(noisy.mean(axis=1, keepdims=True), 4)
    assert (
        plain.total[3] > 0.1
    )  # means of replications would make luck an influence of a factor that has none


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    truth = np.array([16, 4, 1, 0]) / 21
    inside = []
    for seed in range(60):
        noisy = with_luck(values_of(sobol.rows_of(4, 64, seed), additive), 4, 2.0, 0.6, seed)
        found = sobol.indices_of(noisy, 4, seed)
        inside.append((found.total_low <= truth) & (truth <= found.total_high))
    assert np.mean(inside) > 0.85


def test_rows_with_a_value_missing_are_left_out_of_sobol_indices():
    values = values_of(sobol.rows_of(3, 512, 1))[:, None]
    values[[5, 700]] = np.nan
    found = sobol.indices_of(values, 3)
    assert found.used == 510
    assert found.total == pytest.approx(ISHIGAMI_TOTAL, abs=0.1)


# --- Morris ------------------------------------------------------------------------------------------


def test_elementary_effects_of_a_sum_are_its_weights():
    shares = walks(4, 5)
    found = morris.effects_of(shares, values_of(shares, additive)[:, None])
    assert found.mu == pytest.approx((4, 2, 1, 0))
    assert found.mu_star == pytest.approx((4, 2, 1, 0))
    assert found.sigma == pytest.approx((0, 0, 0, 0), abs=1e-9)


def test_morris_measures_are_those_of_salib():
    salib = pytest.importorskip("SALib.analyze.morris")
    shares = walks(3, 12)
    values = values_of(shares)
    problem = {"num_vars": 3, "names": ["x", "y", "z"], "bounds": [[0, 1]] * 3}
    other = salib.analyze(problem, shares, values, num_levels=4, num_resamples=2, seed=1)
    found = morris.effects_of(shares, values[:, None])
    assert found.mu == pytest.approx(np.asarray(other["mu"]))
    assert found.mu_star == pytest.approx(np.asarray(other["mu_star"]))
    assert found.sigma == pytest.approx(np.asarray(other["sigma"]))


def test_common_luck_leaves_effects_alone_and_own_luck_is_taken_out_of_the_strength():
    shares = walks(4, 200)
    values = values_of(shares, additive)
    common = morris.effects_of(shares, with_luck(values, 4, common=9.0))
    assert common.mu_star == pytest.approx((4, 2, 1, 0), abs=1e-9)
    own = morris.effects_of(shares, with_luck(values, 4, own=1.0))
    assert own.mu_star[3] > 0.7  # luck makes an effect of what has none
    assert own.strength == pytest.approx((4, 2, 1, 0), abs=0.3)
    assert own.noise == pytest.approx(1.5 * np.sqrt(2 / 4), rel=0.1)


def test_effects_next_to_a_missing_value_are_left_out():
    shares = walks(3, 6)
    values = values_of(shares, additive)[:, None]
    values[0] = np.nan
    found = morris.effects_of(shares, values)
    assert sorted(found.used) == [5, 6, 6]
    assert found.mu_star == pytest.approx((4, 2, 1))


# --- guards ------------------------------------------------------------------------------------------


def test_indices_outside_0_to_1_are_read_by_their_interval():
    assert note_of(0.3, 0.1, 0.5) == ""
    assert note_of(-0.02, -0.1, 0.04) == "read_as_0"
    assert note_of(-0.2, -0.3, -0.1) == "outside"
    assert note_of(1.1, 0.9, 1.3) == "read_as_1"
    assert note_of(1.4, 1.2, 1.6) == "outside"
    assert note_of(np.nan, np.nan, np.nan) == ""


def test_constant_values_and_many_missing_ones_are_not_usable():
    assert is_constant(np.zeros((5, 2)))
    assert not is_usable(np.zeros((5, 2)))
    values = np.arange(10.0).reshape(5, 2)
    assert is_usable(values)
    values[:2] = np.nan
    assert not is_usable(values)
