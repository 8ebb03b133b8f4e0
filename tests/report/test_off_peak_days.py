from __future__ import annotations

import math

import pytest

from sim.report.off_peak import Level, kept
from sim.report.verdicts import Criterion
from sim.report.view import Estimate


def level(days: float, mean: float, low: float, high: float, kpi: str = "overflow_probability") -> Level:
    tolerance = 0.9 if kpi == "utilisation_target_met" else 0.1
    found = Estimate(mean, low, high, low, mean, high, 50, tolerance, "undecided")
    return days, Criterion("kiln_yard", kpi, found)


def test_days_are_interpolated_where_the_mean_and_the_ends_of_the_interval_leave_the_limit() -> None:
    found = kept(
        "plan",
        "route",
        [
            level(80, 0.02, 0.0, 0.08),
            level(100, 0.06, 0.01, 0.12),
            level(120, 0.14, 0.06, 0.2),
            level(140, 0.3, 0.2, 0.4),
        ],
    )
    assert (found.reach, found.low) == (pytest.approx(110), pytest.approx(90))
    assert found.high == pytest.approx(120 + 20 * 0.04 / 0.14)
    assert (found.keeps and found.keeps[0], found.leaves and found.leaves[0]) == (100, 120)


def test_between_numbers_of_days_far_apart_none_is_guessed() -> None:
    found = kept("plan", "", [level(0, 0.0, 0.0, 0.05), level(110, 0.3, 0.2, 0.4), level(180, 0.6, 0.5, 0.7)])
    assert math.isnan(found.reach)
    assert (found.low, found.high) == (0, 110)


def test_a_share_that_must_be_reached_is_left_from_above() -> None:
    rate = "utilisation_target_met"
    levels = [
        level(0, 1.0, 0.92, 1.0, rate),
        level(10, 0.88, 0.8, 0.95, rate),
        level(20, 0.7, 0.6, 0.8, rate),
    ]
    found = kept("plan", "", levels)
    assert found.reach == pytest.approx(10 * 0.1 / 0.12)
    assert (found.keeps and found.keeps[0], found.leaves and found.leaves[0]) == (0, 10)


@pytest.mark.parametrize(("mean", "side"), [(0.0, math.inf), (0.5, -math.inf)])
def test_a_limit_that_is_always_kept_or_never_has_no_crossing(mean: float, side: float) -> None:
    found = kept("plan", "", [level(days, mean, mean, mean) for days in (0, 10, 20)])
    assert (found.reach, found.low, found.high) == (side, side, side)
    assert (found.keeps is None, found.leaves is None) == (side < 0, side > 0)
