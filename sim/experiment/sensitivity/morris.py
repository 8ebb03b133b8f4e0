"""Screening by elementary effects: which of many assumptions move an output at all.

After Morris (1991), Factorial sampling plans for preliminary computational experiments, and Campolongo,
Cariboni and Saltelli (2007), An effective screening design for sensitivity analysis of large models (mu*).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.experiment.sensitivity.noise import cross, jackknife, widened
from sim.units import FloatArray

BOOTSTRAPS = 1000
FEWEST = 4
"""Trajectories below which mu* is hardly more than an order of magnitude."""


@dataclass(frozen=True)
class Effects:
    """Elementary effects of each factor, in the output's unit over the factor's whole range: (factors,).

    Attributes
    ----------
    mu, mu_star, sigma
        Mean, mean of the absolute value, and spread over trajectories.
    low, high
        95 % interval of `mu_star` (trajectories resampled, widened by what luck adds).
    strength
        Root of the mean squared effect with luck taken out; 0 where luck explains all of it.
    noise
        Standard error of a single effect that luck leaves.
    used
        Trajectories with a value.
    """

    mu: FloatArray
    mu_star: FloatArray
    sigma: FloatArray
    low: FloatArray
    high: FloatArray
    strength: FloatArray
    noise: FloatArray
    used: FloatArray


def elementary(shares: FloatArray, values: FloatArray) -> FloatArray:
    """Effects (trajectories, factors, replications) of a design whose trajectories lie in order.

    Parameters
    ----------
    shares
        (trajectories x (factors + 1), factors) coordinates in [0, 1]; each step moves one factor.
    values
        (rows, replications).
    """
    factors = shares.shape[1]
    walks = shares.reshape(-1, factors + 1, factors)
    found = values.reshape(len(walks), factors + 1, -1)
    steps = np.diff(walks, axis=1)
    moved = np.abs(steps).argmax(axis=2)
    size = np.take_along_axis(steps, moved[..., None], axis=2)
    effects = np.full((len(walks), factors, found.shape[-1]), np.nan)
    np.put_along_axis(effects, np.broadcast_to(moved[..., None], effects.shape),
                      np.diff(found, axis=1) / size, axis=1)  # fmt: skip
    return effects


def effects_of(shares: FloatArray, values: FloatArray, seed: int = 0) -> Effects:
    """Sum elementary effects up; those with a value missing are left out."""
    found = elementary(shares, values)
    means = found.mean(axis=2)
    used = (~np.isnan(means)).sum(axis=0)
    count = found.shape[2]
    squared = cross(found, found)
    error = found.var(axis=2, ddof=1) / count if count > 1 else np.full(means.shape, np.nan)
    star = _mean(np.abs(means))
    low, high = _resampled(np.abs(means), seed)
    without = np.stack([_mean(np.abs(np.delete(found, r, axis=2).mean(axis=2))) for r in range(count)]
                       if count > 2 else [star])  # fmt: skip
    low, high = widened(star, low, high, jackknife(without))
    return Effects(
        _mean(means), star, _spread(means), np.maximum(low, 0.0), high,
        np.sqrt(np.maximum(_mean(squared), 0.0)), np.sqrt(_mean(error)), used.astype(float),
    )  # fmt: skip


def _mean(values: FloatArray) -> FloatArray:
    """Mean (factors,) of what there is."""
    known = ~np.isnan(values)
    n = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    return np.asarray(np.divide(total, n, out=np.full(n.shape, np.nan), where=n > 0))


def _spread(values: FloatArray) -> FloatArray:
    known = ~np.isnan(values)
    n = known.sum(axis=0)
    squares = np.where(known, (values - _mean(values)) ** 2, 0.0).sum(axis=0)
    return np.asarray(np.sqrt(np.divide(squares, n - 1, out=np.full(n.shape, np.nan), where=n > 1)))


def _resampled(values: FloatArray, seed: int) -> tuple[FloatArray, FloatArray]:
    if len(values) < 2:
        nothing = np.full(values.shape[1], np.nan)
        return nothing, nothing
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, len(values), (BOOTSTRAPS, len(values)))
    means = np.stack([_mean(values[rows]) for rows in drawn])
    known = np.where(np.isnan(means).all(axis=0), 0.0, means)
    low, high = np.nanquantile(known, (0.025, 0.975), axis=0)
    return low, high
