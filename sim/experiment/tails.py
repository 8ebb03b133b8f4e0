"""Extrapolation of rare overflow: a generalised Pareto law over the highest stocks of years.

What was never seen is not known from the runs. A fitted tail is a guess about it, made only when asked for,
and refused where it has too little to stand on or does not fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
from scipy.stats import genpareto

from sim.errors import PlannerError
from sim.units import BoolArray, FloatArray

THRESHOLD = 0.9
"""Quantile of the yearly peaks above which the tail is fitted."""
EXCEEDANCES, FROM = 50, 30
"""Fewest years above the threshold, and fewest replications that they come from."""
RESAMPLES = 400
POOR_FIT = 0.05


class NoTailError(PlannerError, ValueError):
    """A tail cannot be fitted."""


@dataclass(frozen=True)
class Tail:
    """A fitted tail and what it says.

    Attributes
    ----------
    threshold, shape, scale
        Of the law of what years exceed the threshold by, t.
    exceedances, replications
        Years above the threshold, and the replications that they come from.
    fit
        Probability of a worse fit if the law were right (Cramer-von Mises, parametric bootstrap), from one
        year of each replication.
    capacity, share, low, high
        (capacities,) t, extrapolated share of years, and its 95 % interval over resampled replications.
    """

    threshold: float
    shape: float
    scale: float
    exceedances: int
    replications: int
    fit: float
    capacity: FloatArray
    share: FloatArray
    low: FloatArray
    high: FloatArray


def extrapolate(peaks: FloatArray, capacity: FloatArray, confidence: float = 0.95) -> Tail:
    """Extrapolated share of years whose peak exceeds each capacity.

    The threshold is the 90 % quantile of all yearly peaks; shape and scale come from probability-weighted
    moments (Hosking and Wallis 1987), which stay sensible in small samples. The interval resamples
    replications whole.

    Parameters
    ----------
    peaks
        (replications, years), t.
    capacity
        (capacities,) above the threshold, t.

    Raises
    ------
    NoTailError
        If too few years exceed the threshold, or the law does not fit.
    """
    known = peaks[~np.isnan(peaks).any(axis=1)]
    threshold = float(np.quantile(known, THRESHOLD))
    above = known > threshold
    _enough(above)
    excess = np.sort(known[above] - threshold)
    shape, scale = moments(excess)
    random = np.random.Generator(np.random.Philox(20260102))
    fit = goodness(_first_of_each(known - threshold), shape, scale, random)
    if fit < POOR_FIT:
        raise NoTailError(
            f"what {len(excess)} years exceed {threshold:.4g} t by does not follow a generalised Pareto law "
            f"(p = {fit:.3f}); nothing can be extrapolated"
        )
    share = _exceeding(threshold, shape, scale, float(above.mean()), capacity)
    resampled = np.stack([_resampled(known, capacity, random) for _ in range(RESAMPLES)])
    tail = (1 - confidence) / 2
    low, high = np.quantile(resampled, [tail, 1 - tail], axis=0)
    return Tail(
        threshold=threshold,
        shape=shape,
        scale=scale,
        exceedances=len(excess),
        replications=int(above.any(axis=1).sum()),
        fit=fit,
        capacity=capacity,
        share=share,
        low=np.minimum(low, share),
        high=np.maximum(high, share),
    )


def _first_of_each(excess: FloatArray) -> FloatArray:
    """Sorted excess of each replication's first year above: years of one replication are not independent."""
    above = excess > 0
    first = above.argmax(axis=1)
    values = excess[np.arange(len(excess)), first]
    return np.sort(values[above.any(axis=1)])


def _enough(above: BoolArray) -> None:
    years, replications = int(above.sum()), int(above.any(axis=1).sum())
    if years < EXCEEDANCES or replications < FROM:
        need = max(FROM, ceil(round(EXCEEDANCES / (1 - THRESHOLD) / above.shape[1], 6)))
        raise NoTailError(
            f"{years} years of {replications} replications lie above the threshold; a tail takes "
            f"{EXCEEDANCES} of {FROM}: ask for about {need} replications or more"
        )


def moments(excess: FloatArray) -> tuple[float, float]:
    """Shape and scale from probability-weighted moments of sorted excesses; shapes below 0.5."""
    n = len(excess)
    mean = float(excess.mean())
    weighted = float((excess * (n - np.arange(1, n + 1)) / max(1, n - 1)).mean())
    apart = mean - 2 * weighted
    if apart <= 0:
        return 0.0, mean
    return 2.0 - mean / apart, 2 * mean * weighted / apart


def _exceeding(
    threshold: float, shape: float, scale: float, share: float, capacity: FloatArray
) -> FloatArray:
    return np.asarray(share * genpareto.sf(capacity - threshold, shape, scale=scale), dtype=np.float64)


def _resampled(known: FloatArray, capacity: FloatArray, random: np.random.Generator) -> FloatArray:
    drawn = known[random.integers(0, len(known), len(known))]
    threshold = float(np.quantile(drawn, THRESHOLD))
    above = drawn > threshold
    excess = np.sort(drawn[above] - threshold)
    if not len(excess):
        return np.zeros(len(capacity))
    return _exceeding(threshold, *moments(excess), float(above.mean()), capacity)


def goodness(excess: FloatArray, shape: float, scale: float, random: np.random.Generator) -> float:
    """Share of samples of the law, each fitted anew, that fit worse than the sample at hand fitted anew."""
    own = _distance(excess, *moments(excess))
    worse = 0
    for _ in range(RESAMPLES):
        drawn = np.sort(genpareto.rvs(shape, scale=scale, size=len(excess), random_state=random))
        worse += _distance(drawn, *moments(drawn)) >= own
    return worse / RESAMPLES


def _distance(excess: FloatArray, shape: float, scale: float) -> float:
    """Cramer-von Mises distance of sorted excesses from the law."""
    n = len(excess)
    middle = (2 * np.arange(1, n + 1) - 1) / (2 * n)
    return float(((genpareto.cdf(excess, shape, scale=scale) - middle) ** 2).sum()) + 1 / (12 * n)
