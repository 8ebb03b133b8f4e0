"""Model units: hazardous mass in whole grams, time in whole seconds, slag in tonnes.

File units (tonnes, days, hours) are turned into these once, when a network is compiled.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


def sums(cells: IntArray, amounts: FloatArray | IntArray, size: int) -> FloatArray:
    """(size,) sum of the amounts that fall into each cell."""
    return np.bincount(cells, weights=amounts, minlength=size).astype(np.float64, copy=False)


HOUR = 3600
DAY = 86400
TONNE = 1_000_000
YEAR = 365.25 * DAY
"""Mean calendar year, s."""


def grams(tonnes: float) -> int:
    """Whole grams of a mass in tonnes."""
    return round(tonnes * TONNE)


def seconds(*, days: float = 0.0, hours: float = 0.0) -> int:
    """Whole seconds of a duration."""
    return round(days * DAY + hours * HOUR)


def clock(text: str) -> int:
    """Seconds after midnight of a time of day written `08:00`."""
    hour, minute = text.split(":")
    return int(hour) * HOUR + int(minute) * 60
