"""All that chance decides in one replication: drawn by name when first asked for, then kept.

Every plan that is run on the same `Chance` meets the same deposits, closures, refusals, breakdowns
and kiln stops, as far as they exist in it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import numpy as np

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


def per_date(
    chance: Chance, horizon: Horizon, draw: Callable[[np.random.Generator, int], FloatArray], *name: str
) -> FloatArray:
    """(days, ...) draws of every date of the horizon; each calendar year has a sequence of its own.

    Parameters
    ----------
    draw
        (generator, days) -> (days, ...).
    """
    years = zip(horizon.simulated_years, horizon.year_days, strict=True)
    return np.concatenate([draw(chance.sequences.open(*name, str(year)), count) for year, count in years])


def normal_per_date(chance: Chance, horizon: Horizon, *name: str) -> FloatArray:
    """(days,) a standard normal draw for every date of the horizon."""
    return per_date(chance, horizon, lambda generator, days: generator.standard_normal(days), *name)


def lognormal_factor(normal: FloatArray, cv: float) -> FloatArray:
    """Lognormal factors with mean 1 and coefficient of variation `cv`, from standard normal draws."""
    spread = np.log1p(cv * cv)
    factors: FloatArray = np.exp(np.sqrt(spread) * normal - spread / 2)
    return factors
