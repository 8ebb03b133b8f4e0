"""Confidence intervals over replications.

The replication is the unit: years and sites of one replication share weather, activity and trucks, so a
replication gives one value (a mean over its years and sites), however many place-years stand behind it.
Every function takes a matrix (replications, quantities); NaN is a replication without a value.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv, stdtrit

from sim.units import BoolArray, FloatArray, IntArray

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Intervals:
    """Means with their intervals, one per quantity.

    Attributes
    ----------
    n
        Replications with a value.
    mean, low, high
        NaN where there are too few values.
    """

    n: IntArray
    mean: FloatArray
    low: FloatArray
    high: FloatArray


def count_and_mean(values: FloatArray) -> tuple[IntArray, FloatArray]:
    """Replications with a value, and the mean over them (NaN: none)."""
    known = ~np.isnan(values)
    n = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    return n, np.divide(total, n, out=np.full(n.shape, np.nan), where=n > 0)


def spread(values: FloatArray, n: IntArray, mean: FloatArray) -> FloatArray:
    """Sample variance over replications; NaN below two values."""
    squares = (np.where(np.isnan(values), 0.0, values - mean) ** 2).sum(axis=0)
    variance: FloatArray = np.divide(squares, n - 1, out=np.full(n.shape, np.nan), where=n > 1)
    return variance


def t_interval(values: FloatArray, confidence: float = CONFIDENCE) -> Intervals:
    """Student's interval of the mean: exact for normal values, approximate else.

    A constant sample gives a degenerate interval; below two values there is none.
    """
    n, mean = count_and_mean(values)
    variance = spread(values, n, mean)
    width = np.full(n.shape, np.nan)
    enough = n > 1
    width[enough] = stdtrit(n[enough] - 1, (1 + confidence) / 2) * np.sqrt(variance[enough] / n[enough])
    return Intervals(n, mean, mean - width, mean + width)


def skewed_interval(values: FloatArray, confidence: float = CONFIDENCE) -> Intervals:
    """Student's interval of the mean, corrected for the skewness of the values.

    A mean of skewed values lies below its expectation just when the variance is underestimated, so Student's
    upper bound fails far more often than it says, the more the higher the confidence. Hall's transformation
    of the t statistic, which is monotone, removes this to the first order. Without skewness it is Student's.

    References
    ----------
    Hall (1992), On the removal of skewness by transformation, J. R. Statist. Soc. B 54, 221-228.
    """
    found = t_interval(values, confidence)
    n, mean = found.n, found.mean
    deviation = np.sqrt(spread(values, n, mean))
    cubes = (np.where(np.isnan(values), 0.0, values - mean) ** 3).sum(axis=0) / np.maximum(n, 1)
    skewed = (n > 2) & (deviation > 0)
    skewness = np.divide(cubes, deviation**3, out=np.zeros(n.shape), where=skewed)
    skewed &= np.abs(skewness) > 1e-6
    if not skewed.any():
        return found
    roots = np.sqrt(n[skewed])
    steps = skewness[skewed] / roots
    quantile = stdtrit(n[skewed] - 1, (1 + confidence) / 2)
    low, high = found.low.copy(), found.high.copy()
    for bound, sign in ((low, 1), (high, -1)):
        turned = 3 / steps * (np.cbrt(1 + sign * quantile * steps - steps**2 / 6) - 1)
        bound[skewed] = mean[skewed] - deviation[skewed] / roots * turned
    return Intervals(n, mean, low, high)


def clopper_pearson(values: FloatArray, confidence: float = CONFIDENCE) -> Intervals:
    """Exact interval of a probability from one 0 or 1 per replication (Clopper and Pearson 1934)."""
    n, mean = count_and_mean(values)
    ones = np.rint(np.where(n > 0, mean, 0.0) * n)
    tail = (1 - confidence) / 2
    with np.errstate(invalid="ignore"):
        low = np.where(ones > 0, betaincinv(np.maximum(ones, 1), n - ones + 1, tail), 0.0)
        high = np.where(ones < n, betaincinv(ones + 1, np.maximum(n - ones, 1), 1 - tail), 1.0)
    empty = n == 0
    return Intervals(n, mean, np.where(empty, np.nan, low), np.where(empty, np.nan, high))


def betting(values: FloatArray, confidence: float = CONFIDENCE, horizon: int | None = None) -> Intervals:
    """Interval of the mean of independent values in [0, 1], whatever their law.

    Two gamblers bet against every candidate mean m, one that the values are lower, one that they are
    higher. Each splits its capital over constant shares b of the largest bet that cannot ruin it; for the
    first, after the values x_i, capital is ``sum_b w_b prod_i (1 - b (x_i - m) / (1 - m))``. If m is the
    mean, it is a martingale that exceeds 2 / alpha with probability at most alpha / 2 (Ville), at any time;
    means that make it exceed are left out. Capital is monotone in m, so what remains is an interval.

    It uses only that values are in [0, 1] and replications independent, hence holds for any dependence of
    years and sites inside a replication. It depends on the values, not on their order. With 0 of n the
    upper bound is ``1 - (alpha w_1 / 2)^(1/n)``, about 4.2 / n, near the exact 3.7 / n. The weight on the
    boldest bet serves rare events; the others serve values that vary.

    Parameters
    ----------
    values
        (replications, quantities) in [0, 1].
    confidence
        Coverage, at least this.
    horizon
        Largest number of replications looked at; the bounds then hold for all looks up to it together.
        Default: the replications at hand.

    References
    ----------
    Waudby-Smith and Ramdas (2024), Estimating means of bounded random variables by betting (hedged capital,
    diversified constant bets). Orabona and Jun (2024) on the mixture's regret.
    """
    n, mean = count_and_mean(values)
    rows = _Counted.of(np.clip(values, 0.0, 1.0))
    shares, weights = _bets(horizon or values.shape[0])
    goal = float(np.log(2 / (1 - confidence)))
    high = _upper(rows, shares, weights, goal)
    low = 1 - _upper(rows.mirrored(), shares, weights, goal)
    empty = n == 0
    return Intervals(n, mean, np.where(empty, np.nan, low), np.where(empty, np.nan, high))


BOLD = 0.6
"""Weight of the boldest bet: with 0 of n it costs log(1 / BOLD) / n in the upper bound."""
STEP = 0.6
"""Ratio of one bet's share to the next; the smallest is of order n^(-1/2), as for a fair coin."""


def _bets(n: int) -> tuple[FloatArray, FloatArray]:
    count = max(2, 1 + int(np.ceil(np.log(np.sqrt(max(n, 1)) / 1.5) / -np.log(STEP))))
    shares = STEP ** np.arange(count, dtype=float)
    weights = np.full(count, (1 - BOLD) / (count - 1))
    weights[0] = BOLD
    return shares, weights


def replications_for(limit: float, confidence: float = CONFIDENCE) -> int:
    """Replications that suffice to show that a share is at most `limit` if nothing ever happens."""
    return math.ceil(math.log((1 - confidence) / 2 * BOLD) / math.log1p(-limit))


@dataclass(frozen=True)
class _Counted:
    """Distinct rows of values with how often each value occurs.

    Attributes
    ----------
    values
        (rows or 1, values).
    counts
        (rows, values); where a row has fewer values than others, 0.
    means, gaps
        (rows,) mean of the values, and of 1 - values.
    origin
        Row of each quantity.
    """

    values: FloatArray
    counts: FloatArray
    means: FloatArray
    gaps: FloatArray
    origin: IntArray

    @classmethod
    def of(cls, values: FloatArray, few: int = 64) -> _Counted:
        """Count: a share of few place-years takes few values, and many quantities are alike."""
        ordered = np.sort(values.T, axis=1)
        distinct = np.unique(ordered.round(12))
        distinct = distinct[~np.isnan(distinct)]
        if 0 < len(distinct) <= few:
            rows = ordered.round(12)
            counts = np.stack([(rows == value).sum(axis=1) for value in distinct], axis=-1, dtype=float)
            counts, origin = np.unique(counts, axis=0, return_inverse=True)
            return cls(distinct[None], counts, *_means(distinct, counts), origin.ravel())
        known = ~np.isnan(ordered)
        filled = np.where(known, ordered, 0.0)
        return cls(*_row_by_row(filled, known), *_means(filled, known), np.arange(len(ordered)))

    def mirrored(self) -> _Counted:
        """Count 1 - values."""
        return _Counted(1 - self.values, self.counts, self.gaps, self.means, self.origin)


def _means(values: FloatArray, counts: FloatArray | BoolArray) -> tuple[FloatArray, FloatArray]:
    n = np.maximum(counts.sum(axis=1), 1)
    return (values * counts).sum(axis=1) / n, ((1 - values) * counts).sum(axis=1) / n


def _row_by_row(ordered: FloatArray, known: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Distinct values of each sorted row, and how often they occur."""
    fresh = known.copy()
    fresh[:, 1:] &= ordered[:, 1:] != ordered[:, :-1]
    shape = len(ordered), int(fresh.sum(axis=1).max(initial=1))
    at = known.nonzero()[0] * shape[1] + (fresh.cumsum(axis=1) - 1)[known]
    values = np.zeros(shape[0] * shape[1])
    values[at] = ordered[known]
    counts = np.bincount(at, minlength=len(values)).astype(float)
    return values.reshape(shape), counts.reshape(shape)


_CHUNK = 256
_HALVINGS = 22
_STEPS = 60
"""Newton's steps at most; about seven suffice."""


def _upper(rows: _Counted, shares: FloatArray, weights: FloatArray, goal: float) -> FloatArray:
    """Largest mean whose log capital stays below `goal`, from above, to 2.4e-7 of the way to 1."""
    crossing = np.empty(len(rows.counts))
    taken = (rows.counts > 0).sum(axis=1)
    order = taken.argsort(kind="stable")
    for part in (order[first : first + _CHUNK] for first in range(0, len(order), _CHUNK)):
        if len(rows.values) == 1:
            values, counts = rows.values, rows.counts[part]
        else:
            most = max(1, taken[part[-1]])
            values, counts = rows.values[part, :most], rows.counts[part, :most]
        crossing[part] = _crossing(rows.means[part], values, counts, shares, weights, goal)
    low, high = rows.means, np.ones(len(crossing))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        beyond = middle >= crossing
        high = np.where(beyond, middle, high)
        low = np.where(beyond, low, middle)
    return high[rows.origin]


def _crossing(
    means: FloatArray,
    values: FloatArray,
    counts: FloatArray,
    shares: FloatArray,
    weights: FloatArray,
    goal: float,
) -> FloatArray:
    """Means (rows,) at which the log capital of the gambler who bets on lower values reaches `goal`.

    Log capital is convex and rises in -log(1 - mean). So Newton's first step from the mean of the values
    leads beyond the crossing, and the others back to it. NaN where it is never reached.
    """
    left = 1 - means
    bets = shares[:, None, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        for _ in range(_STEPS):
            gain = np.maximum(1 - bets + bets * (1 - values) / left[:, None], 1e-300)
            logs = np.einsum("brv,rv->rb", np.log(gain), counts)
            slopes = np.einsum("brv,rv->rb", 1 - (1 - bets) / gain, counts)
            most = logs.max(axis=1, keepdims=True)
            capital = np.exp(logs - most) * weights
            whole = capital.sum(axis=1)
            step = (most[:, 0] + np.log(whole) - goal) / ((capital * slopes).sum(axis=1) / whole)
            left = left * np.exp(step)
            if not (np.abs(step) > 1e-12).any():
                break
    return 1 - left


def clip(found: Intervals, low: FloatArray | float, high: FloatArray | float) -> Intervals:
    """Intervals cut to the domain of their quantity."""
    return Intervals(found.n, found.mean, np.clip(found.low, low, high), np.clip(found.high, low, high))


def choose(where: BoolArray, first: Intervals, second: Intervals) -> Intervals:
    """`first` where true, else `second`."""
    return Intervals(
        np.where(where, first.n, second.n),
        np.where(where, first.mean, second.mean),
        np.where(where, first.low, second.low),
        np.where(where, first.high, second.high),
    )
