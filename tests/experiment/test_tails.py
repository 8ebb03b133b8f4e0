"""Extrapolation: right where the law is right, refused where there is too little or the law is wrong."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import genpareto

from sim.experiment.tails import NoTailError, extrapolate, goodness, moments


def test_moments_find_the_shape_and_scale_of_a_large_sample() -> None:
    drawn = np.sort(genpareto.rvs(0.15, scale=3.0, size=200_000, random_state=np.random.default_rng(1)))
    assert moments(drawn) == pytest.approx((0.15, 3.0), abs=0.05)


def test_an_exponential_tail_is_extrapolated_beyond_what_was_seen() -> None:
    peaks = np.random.default_rng(2).exponential(1.0, (400, 5))
    capacity = np.array([8.0, 10.0])
    tail = extrapolate(peaks, capacity)
    truth = np.exp(-capacity)
    assert (tail.low <= truth).all()
    assert (truth <= tail.high).all()
    assert (tail.exceedances, tail.fit > 0.05) == (200, True)


def test_too_few_years_above_the_threshold_are_no_tail() -> None:
    with pytest.raises(NoTailError, match=r"20 years of .* ask for about 100 replications"):
        extrapolate(np.random.default_rng(3).exponential(1.0, (40, 5)), np.array([9.0]))


def test_years_of_few_replications_are_no_tail() -> None:
    """100 years above the threshold, but of 20 replications that have bad luck in all years."""
    peaks = np.random.default_rng(4).random((200, 5))
    peaks[:20] += 5
    with pytest.raises(NoTailError, match="100 years of 20 replications"):
        extrapolate(peaks, np.array([9.0]))


def test_a_law_that_does_not_fit_is_refused() -> None:
    """Two heaps of values, nothing between."""
    random = np.random.default_rng(5)
    peaks = random.random((400, 5)) + np.where(random.random((400, 5)) > 0.95, 10.0, 0.0)
    with pytest.raises(NoTailError, match="does not follow"):
        extrapolate(peaks, np.array([20.0]))


def test_goodness_is_small_for_another_law_only() -> None:
    random = np.random.default_rng(6)
    right = np.sort(genpareto.rvs(-0.1, scale=1.0, size=100, random_state=random))
    wrong = np.sort(np.concatenate([random.random(50) * 0.01, 5 + random.random(50) * 0.01]))
    assert goodness(right, *moments(right), random) > 0.05
    assert goodness(wrong, *moments(wrong), random) < 0.05


@pytest.mark.statistical
def test_intervals_of_an_extrapolation_hold_about_as_often_as_they_say() -> None:
    """Years that share their luck, ten times beyond the highest tenth: 95 % is not promised, 85 % is."""
    held, made = 0, 0
    for seed in range(60):
        random = np.random.default_rng(seed)
        common = random.exponential(1.0, (300, 1))
        peaks = np.where(random.random((300, 5)) < 0.5, common, random.exponential(1.0, (300, 5)))
        try:
            tail = extrapolate(peaks, np.array([6.9]))
        except NoTailError:
            continue
        made += 1
        held += bool(tail.low[0] <= np.exp(-6.9) <= tail.high[0])
    assert made > 50
    assert held >= 0.85 * made
