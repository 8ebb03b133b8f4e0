"""Paired comparison: two plans met the same chance, so they are compared replication by replication."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import betainc

from sim.experiment.intervals import spread
from sim.units import BoolArray, FloatArray

EXACT = 13
"""Up to so many replications all 2^n sign patterns are looked at."""
FLIPS = 9_999
"""Sign patterns drawn beyond: the smallest p is 1 / (FLIPS + 1)."""


def variance_ratio(plan: FloatArray, baseline: FloatArray) -> FloatArray:
    """How many times more replications independent chance would need, (s1^2 + s2^2) / s_d^2, by quantity.

    Of two matrices (replications, quantities) of the same replications; NaN pairs are left out. NaN where
    the difference does not vary.
    """
    difference = plan - baseline
    missing = np.isnan(difference)
    apart = sum(_variance(np.where(missing, np.nan, values)) for values in (plan, baseline))
    together = _variance(difference)
    varies = together > 1e-24 * np.maximum(apart, 1e-300)
    ratio: FloatArray = np.divide(apart, together, out=np.full(together.shape, np.nan), where=varies)
    return ratio


def _variance(values: FloatArray) -> FloatArray:
    known = ~np.isnan(values)
    n = known.sum(axis=0)
    mean = np.where(known, values, 0.0).sum(axis=0) / np.maximum(n, 1)
    return spread(values, n, mean)


def sign_flip_p(differences: FloatArray, flips: int = FLIPS) -> FloatArray:
    """Two-sided p (quantities,) of mean differences of 0, by a permutation test over replications.

    If the plans do not differ, each replication's difference could as well have had the other sign. Exact
    for few replications; for more, `flips` patterns are drawn that depend on nothing but their number and
    that of the replications, and p is never below what all patterns could give. A quantity without a value,
    or with none but zeros, gets 1.
    """
    known = np.where(np.isnan(differences), 0.0, differences)
    least = np.abs(known.sum(axis=0)) - 1e-9 * np.abs(known).sum(axis=0)
    if len(known) <= EXACT:
        return np.asarray((np.abs(_all_signs(len(known)) @ known) >= least).mean(axis=0))
    generator = np.random.Generator(np.random.Philox(key=len(known)))
    reached = np.zeros(known.shape[1])
    for first in range(0, flips, 500):
        heads = generator.integers(0, 2, size=(min(500, flips - first), len(known)), dtype=np.int8)
        reached += (np.abs((heads * 2.0 - 1.0) @ known) >= least).sum(axis=0)
    return np.asarray(np.maximum((1 + reached) / (1 + flips), 2.0 ** (1 - len(known))))


def _all_signs(n: int) -> FloatArray:
    """Every pattern (2^n, n) of signs."""
    bits = np.arange(2**n)[:, None] >> np.arange(n) & 1
    return np.asarray(2.0 * bits - 1.0)


def mcnemar_p(differences: FloatArray) -> FloatArray:
    """Two-sided exact p (quantities,) for 0/1 indicators: in a discordant pair either is as likely."""
    up = (differences > 0).sum(axis=0)
    down = (differences < 0).sum(axis=0)
    fewer, more = np.minimum(up, down), np.maximum(up, down)
    tail = betainc(np.maximum(more, 1), fewer + 1, 0.5)
    return np.where(more == 0, 1.0, np.minimum(1.0, 2 * tail))


def is_indicator(values: FloatArray) -> BoolArray:
    """Whether all values of each quantity are 0 or 1."""
    return np.asarray(((values == 0) | (values == 1) | np.isnan(values)).all(axis=0))


def holm(p_values: Sequence[float]) -> FloatArray:
    """Adjust the p of a family (Holm 1979): reject where it is at most the family's error rate."""
    p = np.asarray(p_values, dtype=float)
    order = np.argsort(p, kind="stable")
    stepped = p[order] * np.arange(len(p), 0, -1)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(np.maximum.accumulate(stepped), 1.0)
    return adjusted
