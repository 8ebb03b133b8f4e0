"""Curves of risk against capacity: which capacities, which methods, and bands that hold over all of them."""

from __future__ import annotations

import numpy as np
import pytest

from sim.experiment.storage_risk import (
    Curve,
    band,
    capacity_grid,
    class_curve,
    curve_of,
    local_level,
    pointwise,
    worst,
)
from sim.kpi.outcome import PeakPlace

YARD = PeakPlace("kiln_yard", 5.0, "peak")
BAY = PeakPlace("collection_point/lab", 3.0, "first_passage")
STORE = PeakPlace("site:a/lab", 0.1, "peak_call_kept", 0.05)


def correlated_peaks(seed: int, replications: int, years: int = 5) -> np.ndarray:
    """Years that share most of their luck: correlation 0.8 of the logarithms."""
    random = np.random.default_rng(seed)
    common, own = random.standard_normal((replications, 1)), random.standard_normal((replications, years))
    return np.exp(0.5 * (np.sqrt(0.8) * common + np.sqrt(0.2) * own))


def test_a_curve_counts_the_years_above_each_capacity() -> None:
    peaks = np.array([[1.0, 2.0], [4.0, 6.0]])
    curve = curve_of(YARD, peaks, np.array([0.0, 1.0, 2.0, 5.0, 6.0]))
    assert curve.shares.tolist() == [[1, 0.5, 0, 0, 0], [1, 1, 1, 0.5, 0]]


def test_a_stock_exactly_at_the_capacity_does_not_overflow() -> None:
    assert curve_of(YARD, np.array([[0.17]]), np.array([0.17])).shares.item() == 0


def test_a_first_passage_is_yes_or_no_for_a_replication() -> None:
    peaks = np.array([[0.5, 1.5], [0.5, np.inf], [0.5, 0.5]])
    curve = curve_of(BAY, peaks, np.array([1.0, 3.0]))
    assert curve.shares.tolist() == [[1, 0], [1, 1], [0, 0]]


def test_a_class_counts_stores_and_years_alike() -> None:
    peaks = np.array([[[0.04, 0.2], [0.0, 0.0]]])
    other = PeakPlace("site:b/lab", 0.3, "peak", 0.05)
    curve = class_curve("lab", [STORE, other], peaks, np.array([0.01, 0.1]))
    assert curve.shares.tolist() == [[0.5, 0.25]]
    assert (curve.place, curve.method) == ("sources/lab", "peak_call_kept")


def test_stores_come_in_whole_containers() -> None:
    assert capacity_grid(STORE, np.array([[0.21]])).tolist() == [0.0, 0.05, 0.1, 0.15, 0.2, 0.25]


def test_a_broken_replication_has_no_part_in_a_curve() -> None:
    peaks = np.array([[1.0], [np.nan], [3.0]])
    curve = curve_of(YARD, peaks, np.array([2.0]))
    found = pointwise(curve.shares)
    assert (found.n.item(), found.mean.item()) == (2, 0.5)
    assert not np.isnan(band(curve.shares).high).any()


def test_the_worst_stores_are_those_that_overflow_most() -> None:
    places = [YARD, STORE, PeakPlace("site:b/lab", 0.1, "peak"), PeakPlace("site:c/lab", 0.1, "peak")]
    peaks = np.array([[[9.0, 9.0], [0.2, 0.0], [0.2, 0.2], [0.1, 0.1]]])
    assert worst(places, peaks, [1, 2, 3]) == [2, 1]


def test_the_band_contains_each_interval_and_only_falls() -> None:
    curve = curve_of(YARD, correlated_peaks(1, 200), np.linspace(0.0, 5.0, 60))
    alone, whole = pointwise(curve.shares), band(curve.shares)
    assert (whole.high <= np.minimum.accumulate(whole.high)).all()
    assert (np.diff(whole.low) <= 0).all()
    assert (whole.high >= alone.mean).all()
    assert (whole.low <= alone.mean).all()
    middle = (alone.mean > 0.1) & (alone.mean < 0.9)
    assert (whole.high - whole.low > alone.high - alone.low)[middle].all()


def test_where_nothing_was_seen_the_band_says_more_than_nothing() -> None:
    whole = band(np.zeros((100, 20)))
    assert (whole.high > 0.03).all()
    assert (whole.high < 0.1).all()


def test_the_level_lies_between_one_capacity_and_all_unrelated() -> None:
    shares = curve_of(YARD, correlated_peaks(2, 200), np.linspace(0.1, 4.0, 60)).shares
    level = local_level(shares, 0.05)
    assert 0.05 / 60 <= level < 0.02
    assert local_level(shares[:, :1] * 0 + np.arange(200)[:, None] % 2, 0.05) == pytest.approx(0.05, rel=0.5)


@pytest.mark.statistical
@pytest.mark.parametrize("replications", [40, 200])
def test_bands_cover_the_whole_true_curve_as_often_as_they_say(replications: int) -> None:
    """400 samples of years that share most of their luck; rare overflow included. Error at most 5 %."""
    grid = np.linspace(0.2, 6.0, 40)
    truth = (correlated_peaks(999, 400_000)[:, :, None] > grid).mean(axis=(0, 1))
    missed = 0
    for seed in range(400):
        found = band(curve_of(YARD, correlated_peaks(seed, replications), grid).shares)
        missed += bool(((found.low > truth) | (found.high < truth)).any())
    assert missed <= 30  # 400 x 0.05 + 2.3 standard errors


@pytest.mark.statistical
def test_pointwise_intervals_together_would_miss() -> None:
    """What the band is for: exact intervals at each capacity miss somewhere far more often than 5 %."""
    grid = np.linspace(0.2, 6.0, 40)
    truth = (correlated_peaks(999, 400_000, 1)[:, :, None] > grid).mean(axis=(0, 1))
    missed = 0
    for seed in range(200):
        curve = Curve("a", "peak", grid, (correlated_peaks(seed, 200, 1)[:, :, None] > grid).mean(axis=1))
        found = pointwise(curve.shares)
        missed += bool(((found.low > truth) | (found.high < truth)).any())
    assert missed > 30
