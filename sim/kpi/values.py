"""KPI values of one run while they are gathered: a total, and a value per reported year where it has one."""

from __future__ import annotations

import numpy as np

from sim.kpi.outcome import Key
from sim.kpi.registry import KPIS
from sim.units import FloatArray


class Values:
    """Values by (place, KPI), in the order in which they were put."""

    def __init__(self, years: int) -> None:
        self.years = years
        self.totals: dict[Key, float] = {}
        self.yearly: dict[Key, FloatArray] = {}

    def put(self, place: str, kpi: str, total: float, yearly: FloatArray | None = None) -> None:
        """Note a KPI that has been defined."""
        if kpi.split(":")[0] not in KPIS:
            raise KeyError(f"KPI {kpi} has no definition")
        self.totals[Key(place, kpi)] = total
        if yearly is not None:
            self.yearly[Key(place, kpi)] = yearly

    def mean(self, place: str, kpi: str, yearly: FloatArray) -> None:
        """Note a KPI whose total is the mean of its yearly values."""
        self.put(place, kpi, mean(yearly), yearly)

    def peak(self, place: str, kpi: str, yearly: FloatArray) -> None:
        """Note a KPI whose total is the highest of its yearly values."""
        self.put(place, kpi, float(np.maximum.reduce(yearly)), yearly)


def mean(yearly: FloatArray) -> float:
    """Mean of a few values: as `yearly.mean()`, in a third of its time."""
    return float(np.add.reduce(yearly) / len(yearly))


def ratio(part: float, whole: float) -> float:
    """Part over whole; NaN where there is no whole."""
    return part / whole if whole else float("nan")


def ratios(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Parts over wholes; NaN where there is no whole."""
    result = np.full(np.broadcast(part, whole).shape, np.nan)
    np.divide(part, whole, out=result, where=whole != 0)
    return result
