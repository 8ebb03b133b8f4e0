"""What the record says beside what the model gives, year by year."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.report.view import Cell, View


@dataclass(frozen=True)
class YearCheck:
    """One year: recorded value, mean of the model, and the band in which 95 % of its years lie."""

    year: int
    recorded: float
    mean: float
    low: float
    high: float

    @property
    def inside(self) -> bool:
        """Whether the record lies in the band."""
        return self.low <= self.recorded <= self.high


def transfers(view: View, cell: Cell) -> tuple[YearCheck, ...]:
    """Recorded and simulated transfers of each year, t; empty where there is no record.

    The band is that of single years over replications; without their values, normal from the interval of the mean.
    """
    recorded = _recorded(view, "transferred_t")
    rows = view.rows(view.results.years, cell)
    if rows.empty or not recorded:
        return ()
    own = rows[rows["kpi"] == "transferred"]
    place = next((p for p in ("county", "sources", "receivers") if (own["place"] == p).any()), "")
    single = view.rows(view.results.replication_years, cell)
    single = single[(single["kpi"] == "transferred") & (single["place"] == place)]
    checks = []
    row: Any
    for row in own[own["place"] == place].sort_values("year").itertuples(index=False):
        year = int(row.year)
        low, high = _band(single.loc[single["year"] == year, "value"], row)
        checks.append(YearCheck(year, recorded.get(year, math.nan), float(row.mean), low, high))
    return tuple(checks) if any(not math.isnan(check.recorded) for check in checks) else ()


def _band(single: pd.Series[float], row: Any) -> tuple[float, float]:
    if single.notna().sum() > 1:
        low, high = single.quantile([0.025, 0.975])
        return float(low), float(high)
    half = (float(row.ci_high) - float(row.ci_low)) / 2 * math.sqrt(float(row.n))
    return max(0.0, float(row.mean) - half), float(row.mean) + half


def slag_tonnes(view: View, cell: Cell) -> dict[int, tuple[float, float]]:
    """Recorded and simulated slag of each recorded year, t; empty where there is no record."""
    recorded = _recorded(view, "slag_generated_t")
    simulated = _by_year(view, cell, "slag_generated")
    return {year: (recorded[year], simulated.get(year, math.nan)) for year in sorted(recorded)}


def slag_rates(view: View, cell: Cell, accountings: tuple[str, ...]) -> dict[int, tuple[float, ...]]:
    """Recorded utilisation rate of each recorded year, then the simulated ones by accounting."""
    recorded = _recorded(view, "utilisation_rate")
    simulated = [_by_year(view, cell, f"utilisation_rate_{name}") for name in accountings]
    return {
        year: (recorded[year], *(rates.get(year, math.nan) for rates in simulated))
        for year in sorted(recorded)
    }


def _recorded(view: View, name: str) -> dict[int, float]:
    values = view.manifest.get("recorded", {}).get(name, {})
    return {int(year): float(value) for year, value in values.items()}


def _by_year(view: View, cell: Cell, kpi: str) -> dict[int, float]:
    rows = view.rows(view.results.years, cell)
    if rows.empty:
        return {}
    own = rows[rows["kpi"] == kpi]
    return {int(year): float(mean) for year, mean in zip(own["year"], own["mean"], strict=True)}
