"""How good a year each smelter has."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.chance.chance import lognormal_factor
from sim.randomness import Sequences
from sim.units import FloatArray

FIRST_YEAR = 1950
"""Calendar year of the first draw of a smelter's sequence."""


def draw_smelter_factors(
    sequences: Sequences, smelters: Sequence[str], years: Sequence[int], cv: float
) -> FloatArray:
    """Draw the yearly factor of every smelter: lognormal, mean 1, coefficient of variation `cv`.

    One unit-normal draw per smelter and calendar year: neither another smelter, nor another horizon,
    nor another `cv` changes it.

    Returns
    -------
    FloatArray
        (smelters, years).
    """
    if cv == 0.0:
        return np.ones((len(smelters), len(years)))
    columns = np.array(years) - FIRST_YEAR
    normal = np.empty((len(smelters), columns[-1] + 1))
    for name, row in zip(smelters, normal, strict=True):
        sequences.open("smelter", name).standard_normal(out=row)
    return lognormal_factor(normal[:, columns], cv)
