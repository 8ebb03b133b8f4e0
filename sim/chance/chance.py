"""All that chance decides in one replication: drawn by name when first asked for, then kept.

Every plan that is run on the same `Chance` meets the same deposits, closures, refusals, breakdowns
and kiln stops, as far as they exist in it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from sim.calendars import Horizon
from sim.randomness import Sequences
from sim.units import FloatArray

T = TypeVar("T")


class Chance:
    """Named draws of one (seed, replication)."""

    def __init__(self, seed: int, replication: int) -> None:
        self.seed = seed
        self.replication = replication
        self.sequences = Sequences(seed, replication)
        self._kept: dict[Hashable, Any] = {}

    def keep(self, key: Hashable, draw: Callable[[], T]) -> T:
        """What `draw` gave when `key` was first asked for."""
        if key not in self._kept:
            self._kept[key] = draw()
        kept: T = self._kept[key]
        return kept

    def uniform(self, *name: str) -> float:
        """One uniform number in [0, 1) called `name`."""
        return float(self.sequences.open(*name).random())


YEAR_OF_BLOCKS = 1 << 16
"""Blocks of a sequence by date that belong to a calendar year: more than it ever draws."""


def normal_per_date(chance: Chance, horizon: Horizon, *name: str) -> FloatArray:
    """(days,) a standard normal draw for every date of the horizon; each calendar year has its own blocks."""
    normal = np.empty(horizon.days)
    end = 0
    for year, days in zip(horizon.simulated_years, horizon.year_days, strict=True):
        begin, end = end, end + days
        generator = chance.sequences.open(*name, block=year * YEAR_OF_BLOCKS)
        generator.standard_normal(out=normal[begin:end])
    return normal


def words_per_date(chance: Chance, horizon: Horizon, *name: str) -> npt.NDArray[np.uint64]:
    """(days, 4) words of 64 random bits: every date owns a block of the sequence."""
    bits = chance.sequences.open(*name, block=horizon.start.toordinal()).bit_generator
    words: npt.NDArray[np.uint64] = bits.random_raw(4 * horizon.days)
    return words.reshape(-1, 4)


def uniform(words: npt.NDArray[np.uint64]) -> FloatArray:
    """Uniform numbers in (0, 1) from words."""
    return ((words >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53


def lognormal_factor(normal: FloatArray, cv: float) -> FloatArray:
    """Lognormal factors with mean 1 and coefficient of variation `cv`, from standard normal draws."""
    spread = np.log1p(cv * cv)
    factors: FloatArray = np.exp(np.sqrt(spread) * normal - spread / 2)
    return factors
