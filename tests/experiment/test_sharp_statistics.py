"""Edges of the statistics: what faults put into them one at a time had shown nobody to look at."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from planner_cases.pretended import TOLERANCES
from scipy.stats import beta, norm

from sim.experiment.estimates import (
    estimate,
    estimate_difference,
    needed_runs,
    out_of_reach,
    verdict,
    widen,
)
from sim.experiment.intervals import (
    clopper_pearson,
    count_and_mean,
    reach_interval,
    replications_for,
    spread,
    t_interval,
)
from sim.experiment.paired import is_indicator, sign_flip_p, variance_ratio
from sim.experiment.selection import BATCH, ERROR, STAGE, Field, Race, Select, Standing, fields_of, looks
from sim.experiment.stopping import AskedError
from sim.experiment.storage_risk import GRID, capacity_grid, curve_of, local_level
from sim.kpi.outcome import Key, PeakPlace
from sim.scenario.study import Tolerances

OVER, DAYS, COST = (
    Key("sources", "overflow_probability"),
    Key("sources", "overflow_days"),
    Key("county", "cost"),
)
FILL = Key("sources", "storage_utilisation")

# --- intervals ----------------------------------------------------------------------------------------------


def test_students_interval_by_hand() -> None:
    """1, 2, 3: mean 2, variance 1, t(0.975, 2) = 4.302653."""
    found = t_interval(np.array([[1.0], [2.0], [3.0]]))

    assert found.n.tolist() == [3]
    assert found.mean.tolist() == [2.0]
    assert found.high[0] - 2.0 == pytest.approx(4.302653 / math.sqrt(3), rel=1e-6)
    assert 2.0 - found.low[0] == pytest.approx(4.302653 / math.sqrt(3), rel=1e-6)


def test_what_is_missing_counts_nowhere() -> None:
    values = np.array([[1.0, np.nan], [np.nan, np.nan], [4.0, np.nan]])
    n, mean = count_and_mean(values)

    assert n.tolist() == [2, 0]
    assert mean[0] == 2.5
    assert np.isnan(mean[1])
    assert spread(values, n, mean)[0] == 4.5
    assert np.isnan(spread(values[:1], *count_and_mean(values[:1]))[0])


@pytest.mark.parametrize(("ones", "n"), [(0, 7), (7, 7), (3, 7), (1, 200)])
def test_the_exact_interval_of_a_probability_is_that_of_the_beta_law(ones: int, n: int) -> None:
    found = clopper_pearson(np.repeat([1.0, 0.0], [ones, n - ones])[:, None], 0.9)

    assert found.low[0] == pytest.approx(beta.ppf(0.05, ones, n - ones + 1) if ones else 0.0)
    assert found.high[0] == pytest.approx(beta.ppf(0.95, ones + 1, n - ones) if ones < n else 1.0)


def test_no_replication_has_no_interval_of_any_kind() -> None:
    nothing = np.full((5, 1), np.nan)
    for found in (clopper_pearson(nothing), reach_interval(nothing, 0.0, 1.0)[0], t_interval(nothing)):
        assert found.n[0] == 0
        assert np.isnan([found.mean[0], found.low[0], found.high[0]]).all()


# --- pairs ------------------------------------------------------------------------------------------


def test_nothing_but_zeros_has_p_one_however_few() -> None:
    assert sign_flip_p(np.zeros((5, 2))).tolist() == [1.0, 1.0]


def test_up_to_thirteen_pairs_all_patterns_count_and_beyond_so_many_are_drawn() -> None:
    values = np.random.default_rng(1).normal(0.5, 1, (14, 1))

    assert sign_flip_p(values[:13])[0] * 2**13 == pytest.approx(round(sign_flip_p(values[:13])[0] * 2**13))
    assert sign_flip_p(values)[0] * 10_000 == pytest.approx(round(sign_flip_p(values)[0] * 10_000))
    assert sign_flip_p(values)[0] * 2**14 != pytest.approx(round(sign_flip_p(values)[0] * 2**14), abs=1e-3)


def test_drawn_patterns_are_fair() -> None:
    """The sum of 400 signs is normal: a difference of two standard errors has a p of 4.55 %."""
    values = np.full((400, 1), 1.0)
    values[:180] = -1.0  # sum 40, two standard deviations; a sum of 40 itself counts

    assert sign_flip_p(values)[0] == pytest.approx(2 * norm.sf(39 / 20), abs=0.007)


def test_an_indicator_may_have_gaps() -> None:
    values = np.array([[1.0, 0.5, 0.0, np.nan], [np.nan, 1.0, 0.0, np.nan], [0.0, 0.0, 0.0, np.nan]])

    assert is_indicator(values).tolist() == [True, False, True, True]


def test_a_ratio_of_variances_needs_a_difference_that_varies() -> None:
    base = np.array([[1e-3], [2e-3], [4e-3]])
    plan = base * 1.1

    found = variance_ratio(plan, base)
    assert found[0] == pytest.approx((1.1**2 + 1) / 0.1**2)
    gap = np.vstack([base, [[np.nan]]])
    assert variance_ratio(np.vstack([plan, [[9.0]]]), gap) == pytest.approx(found)


# --- which interval, which verdict ----------------------------------------------------------------------


def test_bounds_stay_in_the_domain_of_their_kpi() -> None:
    rising = np.array([0.0, 0.0, 1.0])[:, None]
    high = [estimate(rising, [key])[0].high[0] for key in (OVER, DAYS, FILL)]
    assert high[0] < 1 < min(high[1:])
    assert estimate(np.array([[-1.0], [0.0], [0.2]]), [COST])[0].low[0] < 0
    assert estimate(np.array([[0.2], [0.0], [0.0]]), [COST])[0].low[0] >= 0
    load = Key("vans", "load_factor")
    assert 0.9 < estimate(np.array([[0.5], [0.9], [1.0]]), [load])[0].high[0] <= 1
    assert estimate(np.array([[0.5], [0.9], [1.4]]), [load])[0].high[0] > 1  # cut only where values are


def test_differences_of_shares_stay_within_one_on_both_sides_and_of_others_anywhere() -> None:
    keys = [OVER, FILL, COST]
    plan = np.array([[0.0], [1.0], [0.0]]) * np.ones(3)
    for sign in (1, -1):
        wide = estimate_difference(sign * plan, 0 * plan, keys)
        assert max(abs(wide.low[0]), abs(wide.high[0])) < 1
        assert min(max(abs(wide.low[other]), abs(wide.high[other])) for other in (1, 2)) > 1


def test_one_pair_in_which_nothing_happened_leaves_everything_open() -> None:
    nothing = np.zeros((1, 2))
    found = estimate_difference(nothing, nothing, [OVER, COST])

    assert (found.low[0], found.high[0]) == (pytest.approx(-0.986), pytest.approx(0.986))
    assert np.isnan([found.low[1], found.high[1]]).all()


def test_wide_arrays_have_values_where_they_were_chosen() -> None:
    chosen = np.array([False, True, False, True])
    found = widen(t_interval(np.array([[1.0, 5.0], [3.0, 5.0]])), chosen)

    assert found.n.tolist() == [0, 2, 0, 2]
    assert found.mean[[1, 3]].tolist() == [2.0, 5.0]
    assert np.isnan(found.mean[[0, 2]]).all()


def test_an_interval_that_touches_its_limit_from_above_is_undecided() -> None:
    assert verdict(0.05, 0.2, 0.05) == "undecided"
    assert verdict(0.0500001, 0.2, 0.05) == "fails"
    assert verdict(0.9, 0.95, 0.9, at_least=True) == "meets"
    assert verdict(0.5, 0.9, 0.9, at_least=True) == "undecided"


def test_limits_of_nothing_and_of_everything_need_no_runs() -> None:
    tolerances = Tolerances.model_validate(
        TOLERANCES | {"sources_overflow_probability": 0.0, "any_bay_overflow_probability": 1.0}
    )
    needed = needed_runs(tolerances)

    assert set(needed) == {"yard_overflow_probability", "utilisation_target_met", "age_over_limit_share"}
    assert needed["utilisation_target_met"] == needed["yard_overflow_probability"] == replications_for(0.1)
    assert out_of_reach(tolerances, needed["yard_overflow_probability"])[0].startswith("age_over_limit_share")
    assert len(out_of_reach(tolerances, needed["yard_overflow_probability"] - 1)) == 3


# --- races ------------------------------------------------------------------------------------------


def test_a_race_of_one_is_over_before_it_begins() -> None:
    race = Race(1, 0.5, 0.05)
    race.add(np.array([1.0]))

    assert race.best == 0
    assert race.count == 0
    assert math.isnan(race.standings()[0].mean)


def test_a_plan_falls_out_in_the_first_batch_in_which_it_lags_by_more_than_the_room_left() -> None:
    """Lag d, variance V of the difference: out at the first n with d > max(0, h2 V / z - z n) / 2n."""
    flips = np.resize([0.5, -0.5], 400)
    values = np.stack([flips + 0.1, np.zeros(400)], axis=1)
    race = Race(2, 0.1, 0.05)
    for row in values:
        race.add(row)
    variance = 0.25 * 20 / 19
    h2s2 = 2 * ((0.1 ** (-2 / 19) - 1) / 2) * 19 * variance
    means = (flips + 0.1).cumsum() / np.arange(1, 401)
    first = next(
        n for n in range(STAGE, 401) if means[n - 1] > max(0.0, 0.1 / (2 * n) * (h2s2 / 0.1**2 - n)) + 1e-12
    )

    assert race.best == 1
    assert race.standings()[0] == Standing("eliminated", first, pytest.approx(means[first - 1]), 1)


def test_a_race_that_its_budget_ends_is_open() -> None:
    race = Race(2, 0.01, 0.05)
    for row in np.random.default_rng(1).normal(size=(25, 2)):
        race.add(row)

    assert race.best is None
    assert [one.status for one in race.standings()] == ["open", "open"]


def test_the_batch_that_fills_up_the_replications_is_taken() -> None:
    field = Field("t", "", (0, 1), (0, 0), Race(2, 0.1, 0.05))
    totals = np.arange(2.0 * BATCH)[:, None]
    field.feed({0: totals, 1: totals})

    assert field.taken == 2 * BATCH
    assert field.stopped() == frozenset()


def test_a_field_that_is_decided_needs_nobody_any_more_and_one_that_is_not_those_who_are_in() -> None:
    field = Field("t", "", (4, 6, 8), (0, 0, 0), Race(3, 0.5, 0.05))
    field.race.alive = [0, 2]
    assert field.stopped() == frozenset({6})
    field.race.best = 2
    assert field.stopped() == frozenset({4, 6, 8})


def test_looks_come_a_quarter_stage_apart_and_further_apart_later() -> None:
    """100, then steps of 5 x max(5, looks / 40)."""
    assert looks(230)[:6] == (100, 125, 150, 175, 200, 225)
    assert looks(230)[-1] == 230
    steps = [(look, after - look) for look, after in pairwise(looks(4000)[:-1])]
    assert steps == [(look, 5 * max(5, look // 40)) for look, _ in steps]
    assert looks(100) == (100,)


def test_the_error_is_shared_by_all_races_and_columns_are_those_of_the_kpi() -> None:
    keys, others = [DAYS, COST], [COST, DAYS]
    fields = fields_of(
        Select("cost@county", 5.0, True),
        [("one", "", [(0, keys), (3, others)]), ("two", "wet", [(1, keys), (2, keys)])],
    )

    assert [(own.table, own.future, own.cells, own.columns) for own in fields] == [
        ("one", "", (0, 3), (1, 0)),
        ("two", "wet", (1, 2), (1, 1)),
    ]
    assert [own.race.error for own in fields] == [ERROR / 2, ERROR / 2]
    assert ERROR == 0.05
    assert all(own.race.largest and own.race.zone == 5.0 for own in fields)


@pytest.mark.parametrize("zone", [math.inf, -0.0, math.nan])
def test_a_zone_is_a_number_above_nothing(zone: float) -> None:
    with pytest.raises(AskedError):
        Select("cost@county", zone)
    assert Select("cost@county", 0.5).key == COST


# --- curves of storage ------------------------------------------------------------------------------------

YARD = PeakPlace("kiln_yard", 5.0, "peak")
BAY = PeakPlace("collection_point/lab", 3.0, "first_passage")


def test_a_grid_goes_a_little_beyond_what_was_seen_and_holds_the_configured_capacity() -> None:
    """Sixty capacities up to 1.05 x 6 t; as many below 5 t as above in proportion."""
    grid = capacity_grid(YARD, np.array([[6.0]]))
    below = int((grid < 5.0).sum())

    assert len(grid) == GRID == 60
    assert (grid[0], grid[-1]) == (0.0, pytest.approx(6.3))
    assert below == round(60 * 5 / 6.3) - 1
    assert np.diff(grid[: below + 1]) == pytest.approx(5 / below, abs=2e-6)
    assert (np.diff(grid) > 0).all()


def test_a_grid_of_a_first_passage_ends_where_it_holds() -> None:
    grid = capacity_grid(BAY, np.array([[9.0, np.inf]]))

    assert len(grid) == GRID
    assert grid[1:3].tolist() == pytest.approx([3 / 59, 6 / 59], abs=1e-6)
    assert grid[-1] == 3.0


def test_a_place_without_a_capacity_has_a_grid_up_to_what_was_seen() -> None:
    alone = PeakPlace("sources/lab", math.nan, "peak")

    assert capacity_grid(alone, np.array([[2.0]])).tolist() == pytest.approx(np.linspace(0, 2, 60), abs=1e-6)
    assert capacity_grid(alone, np.zeros((3, 1)))[-1] == 1e-3


def test_a_first_passage_looks_at_the_last_year_which_is_the_highest() -> None:
    assert curve_of(BAY, np.array([[2.0, 2.5, 0.5]]), np.array([1.0])).shares.item() == 0


def test_few_replications_share_the_error_over_all_capacities_and_alike_ones_count_once() -> None:
    nine, many = np.zeros((9, 4)), np.zeros((30, 4))
    many[:2, 0] = 1.0  # two columns are distinct, and neither can be resampled

    assert local_level(nine, 0.05) == 0.05 / 4
    assert local_level(many, 0.05) == 0.05 / 2
    assert local_level(np.zeros((9, 0)), 0.05) == 0.05


def test_capacities_that_move_together_cost_no_more_than_one() -> None:
    """One capacity in two states, half and half: a normal mean is off by 1.96 errors in 5 % of resamples."""
    column = np.repeat([0.0, 1.0], 200)[:, None]

    assert local_level(column, 0.05) == pytest.approx(0.05, abs=0.02)
    assert local_level(np.hstack([column, column]), 0.05) == local_level(column, 0.05)
    other = np.tile([0.0, 1.0], 200)[:, None]
    assert 0.025 <= local_level(np.hstack([column, other]), 0.05) < local_level(column, 0.05)
