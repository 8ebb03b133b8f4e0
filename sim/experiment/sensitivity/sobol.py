"""Variance shares after Sobol': what of an output's spread an assumption explains, alone and in all.

Estimators of Saltelli et al. (2010), Variance based sensitivity analysis of model output: first order with
B (AB - A), total with (A - AB)^2 / 2 (Jansen 1999); every product is one of different replications.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.experiment.sensitivity.noise import cross, jackknife, widened
from sim.units import FloatArray, IntArray

BOOTSTRAPS = 1000
FEWEST = 32
"""Base rows below which intervals are too short and indices hardly more than a hint."""


@dataclass(frozen=True)
class Indices:
    """Indices (factors,) with 95 % intervals.

    Attributes
    ----------
    variance
        Of the output over the factors' laws, luck averaged out.
    luck
        Standard error of `total` that luck adds.
    used
        Base rows with all their values.
    """

    first: FloatArray
    first_low: FloatArray
    first_high: FloatArray
    total: FloatArray
    total_low: FloatArray
    total_high: FloatArray
    luck: FloatArray
    variance: float
    used: int


def rows_of(factors: int, base: int, seed: int) -> FloatArray:
    """Coordinates (base x (factors + 2), factors): A, B, then A with each column of B in turn.

    A and B are halves of one scrambled Sobol' sequence; `base` is a power of two.
    """
    from scipy.stats import qmc

    drawn = qmc.Sobol(2 * factors, rng=seed).random_base2(int(np.log2(base)))
    a, b = drawn[:, :factors], drawn[:, factors:]
    mixed = []
    for factor in range(factors):
        one = a.copy()
        one[:, factor] = b[:, factor]
        mixed.append(one)
    return np.concatenate([a, b, *mixed])


def indices_of(values: FloatArray, factors: int, seed: int = 0) -> Indices:
    """Indices of values (base x (factors + 2), replications) in the order of `rows_of`.

    Base rows with a value missing are left out.
    """
    parts = values.reshape(factors + 2, -1, values.shape[1])
    parts = parts[:, ~np.isnan(parts).any(axis=(0, 2))]
    used, count = parts.shape[1:]
    if used < 2:
        nothing = np.full(factors, np.nan)
        return Indices(*(nothing,) * 7, np.nan, used)
    terms = _terms(parts)
    every = np.arange(used)[None]
    first, total, variance = (found[0] for found in _ratios(terms, every))
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, used, (BOOTSTRAPS, used))
    firsts, totals, _ = _ratios(terms, drawn)
    without = [_ratios(_terms(np.delete(parts, r, axis=2)), every) for r in range(count)] if count > 2 else []
    luck_first, luck_total = (
        jackknife(np.stack([found[place][0] for found in without])) if without else np.full(factors, np.nan)
        for place in (0, 1)
    )
    return Indices(
        first, *widened(first, *_bounds(firsts), luck_first),
        total, *widened(total, *_bounds(totals), luck_total),
        luck_total, float(variance), used,
    )  # fmt: skip


def _terms(parts: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Numerators (factors, rows) of both indices, squares (rows,) and means (rows,) of A and B."""
    parts = parts - parts[:2].mean(axis=(0, 1))
    a, b, mixed = parts[0], parts[1], parts[2:]
    first = cross(np.broadcast_to(b, mixed.shape), mixed - a)
    total = cross(mixed - a, mixed - a) / 2
    squares = (cross(a, a) + cross(b, b)) / 2
    return first, total, squares, (a.mean(axis=1) + b.mean(axis=1)) / 2


def _ratios(
    terms: tuple[FloatArray, FloatArray, FloatArray, FloatArray], rows: IntArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """First (samples, factors), total and variance (samples,) over samples of rows."""
    first, total, squares, means = terms
    counts = np.zeros((len(rows), len(means)))
    np.add.at(counts, (np.arange(len(rows))[:, None], rows), 1.0)
    weights = counts / rows.shape[1]
    variance = weights @ squares - (weights @ means) ** 2
    safe = np.where(variance > 0, variance, np.nan)[:, None]
    return (weights @ first.T) / safe, (weights @ total.T) / safe, variance


def _bounds(samples: FloatArray) -> tuple[FloatArray, FloatArray]:
    known = samples[~np.isnan(samples).any(axis=1)]
    if len(known) < len(samples) / 2:
        nothing = np.full(samples.shape[1], np.nan)
        return nothing, nothing
    low, high = np.quantile(known, (0.025, 0.975), axis=0)
    return low, high
