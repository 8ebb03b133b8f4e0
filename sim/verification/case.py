"""A case: what theory says, what the model gave, and how far the two may lie apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.experiment.intervals import clopper_pearson, t_interval
from sim.units import FloatArray

Law = Literal["exact", "mean", "share", "at_most", "ratio"]
ROUNDING = 1e-9
"""Relative error that real-valued arithmetic may leave."""


@dataclass(frozen=True)
class Case:
    """One quantity with its exact value.

    Attributes
    ----------
    law
        `exact`: one value that must agree; `mean` or `share` of independent values; `at_most`: a share that
        must not be larger; `ratio` of the sums of two columns of independent rows.
    values
        (1,), (n,) or (n, 2).
    tolerance
        Allowed |simulated - exact| / max(1, |exact|) under the law `exact`.
    """

    name: str
    exact: float
    values: FloatArray
    unit: str = "1"
    law: Law = "exact"
    tolerance: float = 0.0


@dataclass(frozen=True)
class Finding:
    """What a case came to; `low` and `high` are NaN where nothing is left to chance."""

    simulated: float
    low: float
    high: float
    n: int
    holds: bool


def equal(name: str, exact: float, simulated: float, unit: str = "1", tolerance: float = ROUNDING) -> Case:
    """Two values that must agree."""
    return Case(name, exact, np.array([simulated], dtype=np.float64), unit, "exact", tolerance)


def none(name: str, exceptions: int) -> Case:
    """Count of exceptions to what must always hold."""
    return Case(name, 0.0, np.array([exceptions], dtype=np.float64), "exceptions")


def judge(case: Case, confidence: float) -> Finding:
    """Compare a case with its exact value; under chance, at `confidence`."""
    if case.law == "exact":
        simulated = float(case.values[0])
        room = case.tolerance * max(1.0, abs(case.exact))
        return Finding(simulated, np.nan, np.nan, 1, abs(simulated - case.exact) <= room)
    if case.law == "ratio":
        return _ratio(case, confidence)
    interval = t_interval if case.law == "mean" else clopper_pearson
    found = interval(case.values[:, None], confidence)
    low, high = float(found.low[0]), float(found.high[0])
    holds = low <= case.exact and (case.exact <= high or case.law == "at_most")
    return Finding(float(found.mean[0]), low, high, len(case.values), holds)


def _ratio(case: Case, confidence: float) -> Finding:
    """Ratio of means; its interval follows from part - exact x whole, whose mean is 0 in theory."""
    part, whole = case.values.T
    found = t_interval((part - case.exact * whole)[:, None], confidence)
    simulated, scale = part.mean() / whole.mean(), whole.mean()
    half = float(found.high[0] - found.low[0]) / 2 / scale
    low, high = float(simulated - half), float(simulated + half)
    return Finding(float(simulated), low, high, len(case.values), low <= case.exact <= high)
