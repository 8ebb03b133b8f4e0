"""Intervals over replications: pencil cases, domain, coverage."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import beta, binomtest, t, ttest_1samp

from sim.experiment.intervals import (
    betting,
    clopper_pearson,
    replications_for,
    skewed_interval,
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


def test_nothing_in_200_leaves_about_two_percent_for_a_share() -> None:
    found = betting(np.zeros((200, 1)))
    assert found.low[0] == 0
    assert found.high[0] == pytest.approx(1 - (0.6 * 0.025) ** (1 / 200), rel=0.02)
    assert 3.6 / 200 < found.high[0] < 4.3 / 200


def test_so_many_replications_without_an_event_are_needed_and_suffice() -> None:
    n = replications_for(0.05)
    assert betting(np.zeros((n, 1))).high[0] <= 0.05
    assert betting(np.zeros((n - 4, 1))).high[0] > 0.05


def test_everything_in_200_mirrors_nothing_in_200() -> None:
    nothing, everything = betting(np.zeros((200, 1))), betting(np.ones((200, 1)))
    assert everything.low[0] == pytest.approx(1 - nothing.high[0])
    assert everything.high[0] == 1


def test_t_interval_is_the_textbook_one() -> None:
    values = np.array([1.0, 2.0, 4.0, 8.0])
    found, exact = t_interval(values[:, None]), ttest_1samp(values, 0).confidence_interval()
    assert (found.low[0], found.high[0]) == pytest.approx((exact.low, exact.high))


def test_without_skewness_the_corrected_interval_is_students() -> None:
    values = np.array([[1.0], [2.0], [3.0], [4.0], [5.0]])
    found, plain = skewed_interval(values, 0.99), t_interval(values, 0.99)
    assert (found.low[0], found.high[0]) == pytest.approx((plain.low[0], plain.high[0]))


def test_the_corrected_interval_turns_the_t_statistic_by_halls_cubic() -> None:
    """Put back into T + s T^2 / 3 + s^2 T^3 / 27 + s / 6, s = skewness / sqrt(n), it is the quantile."""
    values = np.array([0.0, 0.0, 1.0, 2.0, 9.0])
    found, n = skewed_interval(values[:, None]), 5
    deviation = values.std(ddof=1)
    step = ((values - values.mean()) ** 3).mean() / deviation**3 / np.sqrt(n)
    for bound, sign in ((found.low[0], 1), (found.high[0], -1)):
        turned = (values.mean() - bound) / deviation * np.sqrt(n)
        back = turned + step * turned**2 / 3 + step**2 * turned**3 / 27 + step / 6
        assert back == pytest.approx(sign * t.ppf(0.975, 4))


def test_right_skew_moves_both_bounds_up_and_left_skew_down() -> None:
    values = np.array([[0.0], [0.0], [0.0], [1.0], [9.0]])
    for sign in (1, -1):
        found, plain = skewed_interval(sign * values), t_interval(sign * values)
        assert (sign * (found.low - plain.low) > 0).all()
        assert (sign * (found.high - plain.high) > 0).all()


def test_a_constant_sample_gives_a_degenerate_t_interval() -> None:
    found = t_interval(np.full((5, 1), 7.0))
    assert (found.n[0], found.mean[0], found.low[0], found.high[0]) == (5, 7, 7, 7)


def test_one_value_gives_a_mean_and_no_t_interval() -> None:
    found = t_interval(np.array([[3.0], [np.nan]]))
    assert (found.n[0], found.mean[0]) == (1, 3)
    assert np.isnan(found.low[0])


@pytest.mark.parametrize("method", [t_interval, skewed_interval, clopper_pearson, betting])
def test_replications_without_a_value_do_not_count(method) -> None:
    values = np.array([[0.0, np.nan], [1.0, np.nan], [np.nan, np.nan], [1.0, np.nan]])
    found, without = method(values), method(values[[0, 1, 3], :1])
    assert found.n.tolist() == [3, 0]
    assert (found.low[0], found.high[0]) == pytest.approx((without.low[0], without.high[0]), abs=0.02)
    assert np.isnan([found.mean[1], found.low[1], found.high[1]]).all()


@given(arrays(float, st.tuples(st.integers(2, 30), st.integers(1, 3)), elements=st.floats(0, 1)))
@settings(max_examples=60, deadline=None)
def test_a_betting_interval_holds_its_mean_and_stays_in_its_domain(values: np.ndarray) -> None:
    found = betting(values)
    assert (found.low >= 0).all()
    assert (found.high <= 1).all()
    assert (found.low <= found.mean + 1e-9).all()
    assert (found.mean <= found.high + 1e-9).all()


def test_the_order_of_replications_does_not_matter() -> None:
    rng = np.random.default_rng(5)
    values = rng.random((100, 3))
    one, other = betting(values), betting(rng.permutation(values))
    assert np.allclose(one.high, other.high, atol=1e-12)
    assert np.allclose(one.low, other.low, atol=1e-12)


def test_few_distinct_values_are_counted_to_the_same_bounds() -> None:
    rng = np.random.default_rng(6)
    shares = rng.integers(0, 6, (150, 4)) / 5
    alone = betting(shares)
    beside = betting(np.concatenate([shares, rng.random((150, 1))], axis=1))
    assert np.allclose(alone.low, beside.low[:4], atol=1e-6)
    assert np.allclose(alone.high, beside.high[:4], atol=1e-6)


def test_many_sites_tell_more_than_one_indicator() -> None:
    """90 sites that hardly vary between replications: the lower bound is close, the upper within 4.3 / n."""
    values = np.clip(np.random.default_rng(1).normal(0.05, 0.01, (200, 1)), 0, 1)
    found = betting(values)
    assert found.low[0] > 0.04
    assert found.high[0] < found.mean[0] + 4.3 / 200


def covered(samples: np.ndarray, mean: float) -> float:
    """Share of samples (replications, samples) whose betting interval holds the mean."""
    found = betting(samples)
    return float(((found.low <= mean) & (mean <= found.high)).mean())


def correlated_years(rng: np.random.Generator, p: float, n: int, samples: int, years: int = 5) -> np.ndarray:
    """Shares of years with an overflow whose probability varies wildly between replications."""
    risk = beta(p * 0.5, (1 - p) * 0.5).rvs((n, samples), random_state=rng)
    return rng.binomial(years, risk) / years


@pytest.mark.parametrize("p", [0.01, 0.05, 0.3])
def test_betting_covers_with_strongly_correlated_years(p: float) -> None:
    assert covered(correlated_years(np.random.default_rng(8), p, 200, 300), p) >= 0.93


@pytest.mark.statistical
@pytest.mark.parametrize("n", [20, 200, 1000])
@pytest.mark.parametrize("p", [0.002, 0.01, 0.05, 0.3, 0.9])
def test_betting_covers_rare_and_common_shares_at_every_n(n: int, p: float) -> None:
    assert covered(correlated_years(np.random.default_rng(9), p, n, 3000), p) >= 0.95 - 3.3 * 0.004


@pytest.mark.statistical
def test_betting_covers_at_all_looks_together() -> None:
    """A gambler who stops when it suits him is covered too: looks at 20, 40, ... 320."""
    samples = correlated_years(np.random.default_rng(10), 0.05, 320, 2000)
    missed = np.zeros(2000, dtype=bool)
    for n in (20, 40, 80, 160, 320):
        found = betting(samples[:n], horizon=320)
        missed |= (found.low > 0.05) | (found.high < 0.05)
    assert missed.mean() <= 0.05 + 3.3 * 0.005
