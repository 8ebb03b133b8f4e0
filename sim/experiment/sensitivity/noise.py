"""Luck apart from assumptions: all points meet the same replications, so both can be told from each other.

A value at row x of a design in replication r is ``m + a(x) + b(r) + e(x, r)``: what the assumptions do, what
luck does to all points alike, and what luck does to this point. Means over few replications still hold a
part of e. Products of *different* replications do not: their expectation has no luck in it, however few
replications there are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.units import FloatArray


def cross(first: FloatArray, second: FloatArray) -> FloatArray:
    """Mean of ``first[..., r] second[..., s]`` over r != s: (..., replications) twice -> (...).

    With one replication its plain product, which still holds its luck.
    """
    count = first.shape[-1]
    if count == 1:
        return np.asarray(first[..., 0] * second[..., 0])
    own = (first * second).sum(axis=-1)
    return np.asarray((first.sum(axis=-1) * second.sum(axis=-1) - own) / (count * (count - 1)))


@dataclass(frozen=True)
class Shares:
    """Where the spread of single runs over a design comes from; variances in the output's unit squared.

    Attributes
    ----------
    parameters
        Of the assumptions, luck averaged out.
    luck
        Of luck that hits all points alike; it vanishes from every difference between points.
    interplay
        Of luck that hits each point otherwise; the noise of an effect.
    left
        `interplay` over the replications: what of it is left in the mean of a point.
    """

    parameters: float
    luck: float
    interplay: float
    left: float

    @property
    def total(self) -> float:
        """Variance of a single run at a random point."""
        return self.parameters + self.luck + self.interplay


def shares_of(values: FloatArray) -> Shares:
    """Split the variance of (rows, replications) by its two margins; NaN where one replication shows none."""
    known = values[~np.isnan(values).any(axis=1)]
    rows, count = known.shape
    if rows < 2:
        return Shares(np.nan, np.nan, np.nan, np.nan)
    of_rows = float(known.mean(axis=1).var(ddof=1))
    if count < 2:
        return Shares(of_rows, np.nan, np.nan, np.nan)
    rest = known - known.mean(axis=1, keepdims=True) - known.mean(axis=0) + known.mean()
    interplay = float((rest**2).sum() / ((rows - 1) * (count - 1)))
    luck = max(0.0, float(known.mean(axis=0).var(ddof=1)) - interplay / rows)
    return Shares(max(0.0, of_rows - interplay / count), luck, interplay, interplay / count)


def jackknife(values: FloatArray) -> FloatArray:
    """Standard error (...) from what an estimate comes to without each replication: (replications, ...)."""
    count = len(values)
    if count < 3:
        return np.full(values.shape[1:], np.nan)
    return np.asarray(np.sqrt((count - 1) / count * ((values - values.mean(axis=0)) ** 2).sum(axis=0)))


def widened(
    middle: FloatArray, low: FloatArray, high: FloatArray, luck: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Bounds over rows, made wider by the standard error that luck adds; NaN adds nothing."""
    half = (high - low) / 2
    own = half / 1.96
    luck = np.nan_to_num(luck)
    grown = np.where(own > 0, np.hypot(own, luck) / np.where(own > 0, own, 1.0), 1.0)
    extra = np.where(own > 0, 0.0, 1.96 * luck)
    return middle + (low - middle) * grown - extra, middle + (high - middle) * grown + extra
