"""Monte Carlo filtering: which assumptions tell points that fail from points that do not.

After Hornberger and Spear (1981) and Saltelli et al. (2008), Global sensitivity analysis: two samples of each
assumption's values, at points that fail and at the others, by Kolmogorov and Smirnov.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.experiment.paired import holm
from sim.units import BoolArray, FloatArray

FEWEST = 10
"""Points on either side below which nothing can be told apart."""


@dataclass(frozen=True)
class Split:
    """How far values of one factor lie apart between points that fail and the others.

    Attributes
    ----------
    distance
        Largest difference of the two cumulative shares, in [0, 1]; for words, half the sum of differences.
    p_value, p_adjusted
        That so much arises if the factor has nothing to do with it; adjusted over all factors (Holm).
    failing, others
        Median coordinates in [0, 1]: the law's share below them; NaN for words.
    worst
        Of words: the one with the largest share of failures.
    """

    distance: float
    p_value: float
    p_adjusted: float
    failing: float
    others: float
    worst: str = ""


def splits(columns: Sequence[npt.NDArray[np.generic]], fails: BoolArray) -> tuple[Split, ...]:
    """Compare every factor: columns of coordinates (floats), or of words; `fails` is (points,)."""
    if min(fails.sum(), (~fails).sum()) < 1:
        return tuple(Split(np.nan, np.nan, np.nan, np.nan, np.nan) for _ in columns)
    found = [
        _numbers(column.astype(float), fails) if column.dtype.kind in "fiu" else _words(column, fails)
        for column in columns
    ]
    adjusted = holm([one.p_value for one in found])
    return tuple(
        Split(one.distance, one.p_value, float(p), one.failing, one.others, one.worst)
        for one, p in zip(found, adjusted, strict=True)
    )


def _numbers(values: FloatArray, fails: BoolArray) -> Split:
    from scipy.stats import ks_2samp

    failing, others = values[fails], values[~fails]
    test = ks_2samp(failing, others)
    middle = float(np.median(failing)), float(np.median(others))
    return Split(float(test.statistic), float(test.pvalue), np.nan, *middle)


def _words(values: npt.NDArray[np.generic], fails: BoolArray) -> Split:
    from scipy.stats import chi2_contingency

    words, codes = np.unique(values, return_inverse=True)
    counts = np.stack([np.bincount(codes[side], minlength=len(words)) for side in (fails, ~fails)])
    apart = float(np.abs(counts[0] / counts[0].sum() - counts[1] / counts[1].sum()).sum() / 2)
    p = float(chi2_contingency(counts).pvalue) if len(words) > 1 else 1.0
    return Split(apart, p, np.nan, np.nan, np.nan, str(words[(counts[0] / counts.sum(axis=0)).argmax()]))
