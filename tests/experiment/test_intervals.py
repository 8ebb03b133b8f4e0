"""Intervals over replications: pencil cases, domain, coverage."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import binomtest, ttest_1samp

from sim.experiment.intervals import (
    FEW,
    Errors,
    clopper_pearson,
    reach_interval,
    replications_for,
    t_interval,
)


def indicators(ones: int, n: int) -> np.ndarray:
    return np.repeat([1.0, 0.0], [ones, n - ones])[:, None]


@pytest.mark.parametrize(("ones", "n"), [(0, 200), (1, 200), (6, 200), (100, 200), (200, 200), (0, 1)])
def test_clopper_pearson_is_the_exact_binomial_interval(ones: int, n: int) -> None:
    found = clopper_pearson(indicators(ones, n))
    exact = binomtest(ones, n).proportion_ci(0.95, "exact")
    assert found.low[0] == pytest.approx(exact.low)
    assert found.high[0] == pytest.approx(exact.high)


def test_nothing_in_200_leaves_less_than_two_percent_for_an_indicator() -> None:
    assert clopper_pearson(indicators(0, 200)).high[0] == pytest.approx(1 - 0.025 ** (1 / 200))


@pytest.mark.parametrize(("n", "bound"), [(20, 0.1446), (200, 0.0155)])
def test_of_nothing_seen_the_one_bound_has_its_closed_form(n: int, bound: float) -> None:
    """1 - 0.044^(1/n): not one in 20 runs, at most 14 %."""
    found, methods = reach_interval(np.zeros((n, 1)), 0.0, 1.0)
    assert methods.tolist() == ["one_sided"]
    assert (found.low[0], found.high[0]) == (0, pytest.approx(bound, abs=5e-5))


@pytest.mark.parametrize("limit", [0.01, 0.05, 0.3])
def test_so_many_replications_without_an_event_are_needed_and_suffice(limit: float) -> None:
    n = replications_for(limit)
    assert reach_interval(np.zeros((n, 1)), 0.0, 1.0)[0].high[0] <= limit
    assert reach_interval(np.zeros((n - 1, 1)), 0.0, 1.0)[0].high[0] > limit


def test_everything_in_200_mirrors_nothing_in_200() -> None:
    nothing, everything = (reach_interval(np.full((200, 1), seen), 0.0, 1.0)[0] for seen in (0.0, 1.0))
    assert everything.low[0] == pytest.approx(1 - nothing.high[0])
    assert everything.high[0] == 1


@pytest.mark.parametrize(("ones", "n"), [(1, 20), (3, 50), (9, 200), (10, 50), (100, 200), (199, 200)])
def test_of_yes_or_no_it_is_the_exact_interval_with_less_error_where_they_are_few(ones: int, n: int) -> None:
    found, methods = reach_interval(indicators(ones, n), 0.0, 1.0)
    few = min(ones, n - ones) < FEW
    exact = clopper_pearson(indicators(ones, n), 1 - 0.05 * (0.56 if few else 1))
    assert methods.tolist() == ["few" if few else "bootstrap"]
    assert found.low[0] == pytest.approx(exact.low[0], rel=0.03)
    assert found.high[0] == pytest.approx(exact.high[0], rel=0.003)


def test_t_interval_is_the_textbook_one() -> None:
    values = np.array([1.0, 2.0, 4.0, 8.0])
    found, exact = t_interval(values[:, None]), ttest_1samp(values, 0).confidence_interval()
    assert (found.low[0], found.high[0]) == pytest.approx((exact.low, exact.high))


def test_a_constant_sample_gives_a_degenerate_t_interval() -> None:
    found = t_interval(np.full((5, 1), 7.0))
    assert (found.n[0], found.mean[0], found.low[0], found.high[0]) == (5, 7, 7, 7)


def test_one_value_gives_a_mean_and_no_t_interval() -> None:
    found = t_interval(np.array([[3.0], [np.nan]]))
    assert (found.n[0], found.mean[0]) == (1, 3)
    assert np.isnan(found.low[0])


def reached(values: np.ndarray):
    return reach_interval(values, 0.0, 1.0)[0]


@pytest.mark.parametrize("method", [t_interval, clopper_pearson, reached])
def test_replications_without_a_value_do_not_count(method) -> None:
    values = np.array([[0.0, np.nan], [1.0, np.nan], [np.nan, np.nan], [1.0, np.nan]])
    found, without = method(values), method(values[[0, 1, 3], :1])
    assert found.n.tolist() == [3, 0]
    assert (found.low[0], found.high[0]) == pytest.approx((without.low[0], without.high[0]))
    assert np.isnan([found.mean[1], found.low[1], found.high[1]]).all()


# --- what holds whatever was seen --------------------------------------------------------------------

SHARES = arrays(
    float,
    st.tuples(st.integers(2, 30), st.integers(1, 3)),
    elements=st.integers(0, 450).map(lambda k: k / 450),
)


@given(SHARES)
@settings(max_examples=60, deadline=None)
def test_an_interval_holds_its_mean_inside_unless_it_is_one_sided(values: np.ndarray) -> None:
    found, methods = reach_interval(values, 0.0, 1.0)
    assert (found.low >= 0).all()
    assert (found.high <= 1).all()
    inside = (found.low < found.mean) & (found.mean < found.high)
    assert (inside == (methods != "one_sided")).all()


@given(SHARES)
@settings(max_examples=40, deadline=None)
def test_what_does_not_happen_has_the_mirrored_interval(values: np.ndarray) -> None:
    (found, methods), (mirrored, others) = (reach_interval(own, 0.0, 1.0) for own in (values, 1 - values))
    assert methods.tolist() == others.tolist()
    assert found.low == pytest.approx(1 - mirrored.high, abs=1e-6)
    assert found.high == pytest.approx(1 - mirrored.low, abs=1e-6)


@given(SHARES, st.floats(0.5, 0.9999), st.floats(0.5, 0.9999))
@settings(max_examples=40, deadline=None)
def test_more_confidence_never_narrows_it(values: np.ndarray, one: float, other: float) -> None:
    less, more = (reach_interval(values, 0.0, 1.0, Errors.of(level))[0] for level in sorted((one, other)))
    assert (more.low <= less.low + 1e-8).all()
    assert (more.high >= less.high - 1e-8).all()


@given(SHARES, st.floats(1e-3, 1e5), st.floats(-1e3, 1e3))
@settings(max_examples=40, deadline=None)
def test_it_has_the_unit_of_its_values(values: np.ndarray, scale: float, shift: float) -> None:
    found, _ = reach_interval(values, -np.inf, np.inf)
    other, _ = reach_interval(values * scale + shift + 7, -np.inf, np.inf)
    varied = (values != values[0]).any(axis=0)
    size = abs(shift) + scale + 7
    assert other.high[varied] == pytest.approx(found.high[varied] * scale + shift + 7, abs=1e-6 * size)
    assert other.low[varied] == pytest.approx(found.low[varied] * scale + shift + 7, abs=1e-6 * size)


@pytest.mark.parametrize("few", [1, 4, 20])
def test_the_same_seen_in_more_runs_says_more(few: int) -> None:
    once = np.repeat([0.3, 0.0], [few, 40 - few])[:, None]
    (found, _), (twice, _) = (reach_interval(np.tile(once, (k, 1)), 0.0, 1.0) for k in (1, 3))
    assert twice.high[0] - twice.low[0] < found.high[0] - found.low[0]


def test_neither_the_order_of_replications_nor_other_quantities_matter() -> None:
    rng = np.random.default_rng(5)
    values = np.concatenate([rng.random((100, 3)), rng.integers(0, 6, (100, 200)) / 5], axis=1)
    (one, _), (other, _) = (reach_interval(own, 0.0, 1.0) for own in (values, rng.permutation(values)))
    assert one.high == pytest.approx(other.high, rel=1e-12)
    alone, _ = reach_interval(values[:, :1], 0.0, 1.0)
    assert (alone.low[0], alone.high[0]) == pytest.approx((one.low[0], one.high[0]), rel=1e-12)


def test_its_bound_is_the_quantile_of_means_with_random_weights() -> None:
    """Ten shares and one more at the reach, 400000 draws of weights: 2.5 % of the means lie above."""
    values = np.array([0.1, 0.12, 0.15, 0.2, 0.2, 0.22, 0.25, 0.3, 0.35, 0.4, 0.41, 0.5])
    found, _ = reach_interval(values[:, None], -np.inf, np.inf)
    away = values - values.mean()
    reach = 2.5 + 15 * (away**4).sum() / (away**2).sum() ** 2
    weights = np.random.default_rng(7).dirichlet(np.ones(13), 400_000)
    for sign, bound in ((1, found.high[0]), (-1, found.low[0])):
        means = weights @ np.append(sign * away, reach * (sign * away).max())
        assert (means > sign * (bound - values.mean())).mean() == pytest.approx(0.025, abs=0.001)


def test_many_sites_tell_more_than_one_indicator() -> None:
    """90 sites that hardly vary between replications: both bounds are close, as Student's are."""
    values = np.clip(np.random.default_rng(1).normal(0.05, 0.01, (200, 1)), 0, 1)
    (found, _), plain = reach_interval(values, 0.0, 1.0), t_interval(values)
    assert found.high[0] - found.low[0] < 1.5 * (plain.high[0] - plain.low[0])


def test_without_a_domain_what_never_varies_is_a_constant_and_nothing_seen_is_not_known() -> None:
    values = np.array([[7.0, 0.0], [7.0, 0.0], [7.0, 0.0]])
    found, methods = reach_interval(values, 0.0, np.inf)
    assert methods.tolist() == ["constant", "none"]
    assert (found.low[0], found.high[0]) == (7, 7)
    assert np.isnan([found.low[1], found.high[1]]).all()
