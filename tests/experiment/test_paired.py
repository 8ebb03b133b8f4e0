"""Paired comparison on common chance."""

import numpy as np
import pytest
from scipy.stats import binomtest

from sim.experiment.estimates import estimate_difference
from sim.experiment.paired import holm, mcnemar_p, sign_flip_p, variance_ratio
from sim.kpi.outcome import Key


def test_the_variance_ratio_says_what_common_chance_gained() -> None:
    base = np.array([[1.0], [2.0], [3.0], [4.0]])
    plan = base + np.array([[0.1], [-0.1], [0.1], [-0.1]])
    together = np.var(plan - base, ddof=1)
    gained = (np.var(plan, ddof=1) + np.var(base, ddof=1)) / together
    assert variance_ratio(plan, base)[0] == pytest.approx(gained)


def test_a_constant_difference_has_no_variance_ratio() -> None:
    base = np.array([[1.0], [2.0], [3.0]])
    assert np.isnan(variance_ratio(base + 1, base)[0])


def test_a_pair_with_one_value_missing_is_left_out() -> None:
    plan, base = np.array([[1.0], [np.nan], [3.0]]), np.array([[0.5], [1.0], [1.5]])
    found = estimate_difference(plan, base, [Key("county", "cost")])
    assert found.n[0] == 2
    assert found.mean[0] == pytest.approx(1.0)
    assert variance_ratio(plan, base) == pytest.approx(variance_ratio(plan[[0, 2]], base[[0, 2]]))


def test_equal_plans_have_p_one() -> None:
    zero = np.zeros((20, 1))
    assert sign_flip_p(zero)[0] == 1
    assert mcnemar_p(zero)[0] == 1
    assert sign_flip_p(np.full((20, 1), np.nan))[0] == 1


def test_a_clear_difference_has_the_smallest_p() -> None:
    assert sign_flip_p(np.full((30, 1), 0.2))[0] == pytest.approx(1e-4)


def test_the_permutation_test_is_exact_for_few_pairs() -> None:
    """Five pairs, all up: 2 of the 32 sign patterns are as far from 0; with the smallest down, 4 are."""
    assert sign_flip_p(np.array([[1.0], [2.0], [3.0], [4.0], [5.0]]))[0] == 2 / 32
    assert sign_flip_p(np.array([[-1.0], [2.0], [3.0], [4.0], [5.0]]))[0] == 4 / 32


@pytest.mark.parametrize("n", [1, 2, 8, 13, 14])
def test_p_is_never_below_what_all_sign_patterns_could_give(n: int) -> None:
    assert sign_flip_p(np.full((n, 1), 0.1))[0] == pytest.approx(2 / 2**n, rel=1.5 if n > 13 else 1e-12)
    assert sign_flip_p(np.full((n, 1), 0.1))[0] >= 2 / 2**n


def test_drawn_sign_patterns_agree_with_all_of_them() -> None:
    values = np.random.default_rng(5).normal(0.4, 1, (13, 20))
    assert sign_flip_p(np.vstack([values, np.zeros((1, 20))])) == pytest.approx(sign_flip_p(values), abs=0.02)


def test_the_permutation_test_is_repeatable_and_blind_to_its_neighbours() -> None:
    rng = np.random.default_rng(2)
    values = rng.normal(0.1, 1, (40, 3))
    assert sign_flip_p(values).tolist() == [sign_flip_p(values[:, [k]])[0] for k in range(3)]


@pytest.mark.parametrize(("up", "down"), [(1, 0), (5, 1), (0, 7), (10, 10)])
def test_mcnemar_is_the_binomial_test_on_discordant_pairs(up: int, down: int) -> None:
    pairs = np.repeat([1.0, -1.0, 0.0], [up, down, 30])[:, None]
    assert mcnemar_p(pairs)[0] == pytest.approx(binomtest(up, up + down).pvalue)


def test_holm_steps_down() -> None:
    assert holm([0.01, 0.04, 0.03]).tolist() == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.9, 0.8]).tolist() == [1.0, 1.0]
    assert holm([]).tolist() == []


@pytest.mark.statistical
def test_the_permutation_test_keeps_its_level() -> None:
    values = np.random.default_rng(4).standard_t(3, (40, 2000))
    assert (sign_flip_p(values) <= 0.05).mean() <= 0.05 + 3.3 * 0.005
