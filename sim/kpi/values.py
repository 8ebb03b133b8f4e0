"""KPI values of one run while they are gathered: a total, and a value per reported year where it has one."""

from __future__ import annotations

from functools import cache

import numpy as np

from sim.kpi.outcome import Key
from sim.kpi.registry import KPIS
from sim.units import FloatArray


class Values:
    """Values by (place, KPI), in the order in which they were put.

    Attributes
    ----------
    yearly
        (years,) values of the KPIs that have one for each reported year.
    """

    def __init__(self, years: int) -> None:
        self.years = years
        self.yearly: dict[Key, FloatArray] = {}
        self._totals: dict[Key, float] = {}
        self._means: list[Key] = []

    @property
    def totals(self) -> dict[Key, float]:
        """Values over the reported period; means over the years are taken of all KPIs at once."""
        if self._means:
            table = np.concatenate([self.yearly[key] for key in self._means]).reshape(-1, self.years)
            means = np.add.reduce(table, axis=1) / self.years
            self._totals.update(zip(self._means, means.tolist(), strict=True))
            self._means = []
        return self._totals

    def put(self, place: str, kpi: str, total: float, yearly: FloatArray | None = None) -> None:
        """Note a KPI that has been defined."""
        key = _key(place, kpi)
        self._totals[key] = total
        if yearly is not None:
            self.yearly[key] = yearly

    def mean(self, place: str, kpi: str, yearly: FloatArray) -> None:
        """Note a KPI whose total is the mean of its yearly values."""
        key = _key(place, kpi)
        self._means.append(key)
        self._totals[key] = np.nan
        self.yearly[key] = yearly

    def peak(self, place: str, kpi: str, yearly: FloatArray) -> None:
        """Note a KPI whose total is the highest of its yearly values."""
        self.put(place, kpi, float(np.maximum.reduce(yearly)), yearly)


@cache
def _key(place: str, kpi: str) -> Key:
    """Key of a KPI that has been defined."""
    if kpi.split(":")[0] not in KPIS:
        raise KeyError(f"KPI {kpi} has no definition")
    return Key(place, kpi)


def mean(yearly: FloatArray) -> float:
    """Mean of a few values: as `yearly.mean()`, in a third of its time."""
    return float(np.add.reduce(yearly) / len(yearly))


def ratio(part: float, whole: float) -> float:
    """Part over whole; NaN where there is no whole."""
    return part / whole if whole else float("nan")


def ratios(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Parts over wholes; NaN where there is no whole."""
    if np.count_nonzero(whole) == whole.size:
        return part / whole
    return np.where(whole != 0, part, np.nan) / np.where(whole != 0, whole, 1.0)
