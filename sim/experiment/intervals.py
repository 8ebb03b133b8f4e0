"""Confidence intervals over replications.

The replication is the unit: years and sites of one replication share weather, activity and trucks, so a
replication gives one value (a mean over its years and sites), however many place-years stand behind it.
Every function takes a matrix (replications, quantities); NaN is a replication without a value.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, ndtri, stdtrit

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


@dataclass(frozen=True)
class Errors:
    """How often bounds may be wrong.

    Attributes
    ----------
    side
        A bound of a quantity that varies from run to run.
    few
        A bound where few runs differ from the others.
    none
        The one bound that is left where nothing else than an end of the domain was seen.
    """

    side: float
    few: float
    none: float

    @classmethod
    def of(cls, confidence: float) -> Errors:
        """Errors that make intervals of this confidence.

        A sample with no event may come from a risk from which others with few events come, so these leave
        some of their error to it.
        """
        error = 1 - confidence
        return cls(0.5 * error, 0.28 * error, 0.88 * error)


FEW = 10
"""Runs that differ from the commonest value below which nothing is taken for granted of those not seen."""
REACH, UNSURE = 2.5, 15.0
"""A run not seen is within so many times the largest deviation seen; the more, the fewer runs make up the
variance."""
SINGLE = Errors.of(CONFIDENCE)


def replications_for(limit: float, none: float = SINGLE.none) -> int:
    """Replications that suffice to show that a share is at most `limit` if nothing ever happens."""
    return math.ceil(math.log(none) / math.log1p(-limit))


def reach_interval(
    values: FloatArray,
    floor: FloatArray | float,
    ceiling: FloatArray | float,
    errors: Errors = SINGLE,
    worst: BoolArray | bool = True,
) -> tuple[Intervals, npt.NDArray[np.object_]]:
    """Interval of the mean, whatever the law of the values within their reach, and how it was found.

    The upper bound is a quantile of the mean over replications with random weights (Bayesian bootstrap), to
    which one more replication is added that has seen the worst: the *reach* of the values. Where this is the
    end of their domain nothing else is assumed (Gaffke's bound; of 0 or 1 it is the exact one of Clopper and
    Pearson). Where at least `FEW` runs differ from the commonest value, it is a multiple of the largest
    deviation seen. The lower bound mirrors it. Neither depends on the order of the replications.

    Parameters
    ----------
    values
        (replications, quantities).
    floor, ceiling
        Ends of the domain; infinite where it has none.
    worst
        Whether these are the worst there can be where few runs tell: of days of a year they are too far off.

    Returns
    -------
    Intervals, methods
        ``bootstrap``, ``few`` (the end of the domain was added), ``one_sided`` (nothing else than an end of
        the domain was seen), ``constant`` (the same in all runs, without a domain) and ``none`` (too few
        values).

    References
    ----------
    Gaffke (2005), Three test statistics for a nonparametric one-sided hypothesis on the mean of a nonnegative
    variable. Rubin (1981), The Bayesian bootstrap. Barndorff-Nielsen (1986) on the signed root.
    """
    n, mean = count_and_mean(values)
    floor, ceiling = np.broadcast_to(floor, n.shape), np.broadcast_to(ceiling, n.shape)
    domain = np.isfinite(floor) & np.isfinite(ceiling) & worst
    low, high, methods = _of_equal(n, mean, floor, ceiling, domain, errors)
    least, largest = _last(np.fmin, values), _last(np.fmax, values)
    varied = np.flatnonzero(largest - least > 1e-12 * np.maximum(np.abs(least), np.abs(largest)))
    if len(varied):
        rows = _distinct(values[:, varied])
        own = mean[varied]
        few = n[varied] - rows.counts.max(axis=1) < FEW
        bounded = few & domain[varied]
        error = np.where(bounded, errors.few, errors.side)
        for bound, end, sign in ((high, ceiling, 1), (low, floor, -1)):
            away = sign * (rows.values - own[:, None])
            most = np.where(rows.counts > 0, away, -np.inf).max(axis=1)
            edge = np.maximum(sign * (end[varied] - own), most)
            beyond = np.minimum(edge, np.maximum(_reach(away, rows.counts, error), 1.0) * most)
            bound[varied] = own + sign * _bound(away, rows.counts, np.where(bounded, edge, beyond), error)
        methods[varied] = np.where(bounded, "few", "bootstrap")
    return Intervals(n, mean, low, high), methods


def _last(pick: np.ufunc, values: FloatArray) -> FloatArray:
    found: FloatArray = pick.reduce(values, axis=0, initial=np.nan)
    return found


def _of_equal(
    n: IntArray,
    mean: FloatArray,
    floor: FloatArray,
    ceiling: FloatArray,
    domain: BoolArray,
    errors: Errors,
) -> tuple[FloatArray, FloatArray, npt.NDArray[np.object_]]:
    """Bounds of what was the same in all runs, in closed form."""
    at_end = domain & ((mean <= floor) | (mean >= ceiling))
    unseen = 1 - np.where(at_end, errors.none, errors.few) ** (1 / np.maximum(n, 1))
    known = domain | ((mean != 0) & (n > 1))
    with np.errstate(invalid="ignore"):
        low = np.where(domain, mean - unseen * (mean - floor), np.where(known, mean, np.nan))
        high = np.where(domain, mean + unseen * (ceiling - mean), np.where(known, mean, np.nan))
    methods = np.where(domain, "few", np.where(known, "constant", "none")).astype(object)
    methods[at_end] = "one_sided"
    methods[n == 0] = "none"
    return low, high, methods


@dataclass(frozen=True)
class _Distinct:
    """Distinct values (quantities, values) of each quantity, with how often each occurs (0: filled up)."""

    values: FloatArray
    counts: FloatArray


def _distinct(values: FloatArray) -> _Distinct:
    ordered = np.sort(values.T, axis=1)
    known = ~np.isnan(ordered)
    fresh = known.copy()
    fresh[:, 1:] &= ordered[:, 1:] != ordered[:, :-1]
    shape = len(ordered), int(fresh.sum(axis=1).max())
    at = known.nonzero()[0] * shape[1] + (fresh.cumsum(axis=1) - 1)[known]
    found = np.repeat(ordered[:, 0], shape[1])
    found[at] = ordered[known]
    counts = np.bincount(at, minlength=len(found)).astype(float)
    return _Distinct(found.reshape(shape), counts.reshape(shape))


def _reach(away: FloatArray, counts: FloatArray, error: FloatArray) -> FloatArray:
    """Multiple of the largest deviation: the more, the fewer runs make up the variance.

    What may have been missed so far is the worse, the smaller the error is to be: as the normal quantile.
    """
    squares = away**2
    scaled = squares / squares.max(axis=1, keepdims=True)
    unsure: FloatArray = (scaled**2 * counts).sum(axis=1) / (scaled * counts).sum(axis=1) ** 2
    return np.asarray((REACH + UNSURE * unsure) * ndtri(error) / ndtri(SINGLE.side), dtype=np.float64)


_CHUNK = 128
"""Quantities at a time: what they need stays near the processor."""
_STEPS = 100
"""Newton's steps at most; about five suffice."""


def _bound(away: FloatArray, counts: FloatArray, reach: FloatArray, error: FloatArray) -> FloatArray:
    """Upper bounds (rows,) of means, from deviations (rows, values) and one more at `reach`."""
    values = np.concatenate([away / reach[:, None], np.ones((len(away), 1))], axis=1)
    counts = np.concatenate([counts, np.ones((len(away), 1))], axis=1)
    goal = -ndtri(error)
    parts = [slice(first, first + _CHUNK) for first in range(0, len(values), _CHUNK)]
    found = np.concatenate([_quantile(values[part], counts[part], goal[part]) for part in parts])
    return np.asarray(reach * found, dtype=np.float64)


def _quantile(values: FloatArray, counts: FloatArray, goal: FloatArray) -> FloatArray:
    """Quantile (rows,) of the mean with Dirichlet weights of values (rows, values), the largest 1, the last.

    The mean is above m as often as a sum of exponential variables, each times its value less m, is above 0.
    This probability comes from the saddle point t of the sum: by the signed root w of its exponent and the
    correction log(u / w) / w. As dw / dm = n t / w, Newton's method finds the m at which it is `goal`.
    """
    n = counts.sum(axis=1)
    low, high = np.asarray(1 / n), np.ones(len(n))
    deviation = np.sqrt(np.einsum("rv,rv,rv->r", values, values, counts)) / n
    m: FloatArray = np.minimum(low + goal * deviation, 0.5 + 0.5 * low)
    share, open_ = np.full(len(n), 0.5), np.ones(len(n), dtype=bool)
    for _ in range(_STEPS):
        moved = values - m[:, None]
        share = _saddle(moved, counts, share)
        t = share / (1 - m)
        left = 1 - t[:, None] * moved
        w = np.sqrt(2 * np.einsum("rv,rv->r", counts, np.log(left)))
        moved /= left
        u = t * np.sqrt(np.einsum("rv,rv,rv->r", counts, moved, moved))
        miss = w + np.log(u / w) / w - goal
        low, high = np.where(miss < 0, m, low), np.where(miss >= 0, m, high)
        step = m - miss * w / (n * t)
        step = np.where((step > low) & (step < high), step, (low + high) / 2)
        near = np.abs(step - m) <= 1e-9
        m = np.where(open_, step, m)
        open_ &= ~near
        if not open_.any():
            break
    return m


def _saddle(moved: FloatArray, counts: FloatArray, share: FloatArray) -> FloatArray:
    """Saddle point as a share of the largest possible t, where the derivative of the exponent is 0."""
    most = moved[:, -1]
    low, high, open_ = np.zeros(len(most)), np.ones(len(most)), np.ones(len(most), dtype=bool)
    for _ in range(_STEPS):
        gain = moved / (1 - (share / most)[:, None] * moved)
        first = np.einsum("rv,rv->r", counts, gain)
        second = np.einsum("rv,rv,rv->r", counts, gain, gain)
        low, high = np.where(first < 0, share, low), np.where(first >= 0, share, high)
        slope = second * (1 - share) / most - first
        step = share - np.divide(first * (1 - share), slope, out=np.ones_like(first), where=slope != 0)
        step = np.where((step > low) & (step < high), step, (low + high) / 2)
        near = np.abs(step - share) <= 1e-6 * (1 - share)
        share = np.where(open_, step, share)
        open_ &= ~near
        if not open_.any():
            break
    return share


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
