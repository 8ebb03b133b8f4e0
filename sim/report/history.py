"""What the record says beside what the model gives, year by year."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.report.view import Cell, View

TRANSFERRED = "transferred_t"


@dataclass(frozen=True)
class YearCheck:
    """One year: recorded value, mean of the model, and the band in which 95 % of its years lie.

    `at_least` is the share of replications in which the year is at least what is recorded.
    """

    year: int
    recorded: float
    mean: float
    low: float
    high: float
    at_least: float = math.nan

    @property
    def half_width(self) -> float:
        """Half of the band's width, as a share of the mean."""
        return (self.high - self.low) / 2 / self.mean if self.mean > 0 else math.nan

    @property
    def inside(self) -> bool:
        """Whether the record lies in the band."""
        return self.low <= self.recorded <= self.high


@dataclass(frozen=True)
class Swing:
    """Largest / smallest of the recorded years: recorded, median of the model, share at least as large."""

    recorded: float
    median: float
    at_least: float


def transfers(view: View, cell: Cell) -> tuple[YearCheck, ...]:
    """Recorded and simulated transfers of each year, t; empty where there is no record.

    The band is that of single years over replications; without their values, a normal one from the
    interval of the mean.
    """
    recorded = _recorded(view, TRANSFERRED)
    rows = view.rows(view.results.years, cell)
    if rows.empty or not recorded:
        return ()
    own = rows[rows["kpi"] == "transferred"]
    place = next((p for p in ("county", "sources", "receivers") if (own["place"] == p).any()), "")
    single = _single(view, cell)
    checks = []
    row: Any
    for row in own[own["place"] == place].sort_values("year").itertuples(index=False):
        year = int(row.year)
        value, values = recorded.get(year, math.nan), single.loc[single["year"] == year, "value"]
        low, high = _band(values, row)
        checks.append(YearCheck(year, value, float(row.mean), low, high, _share_above(values, value)))
    return tuple(checks) if any(not math.isnan(check.recorded) for check in checks) else ()


def swing(view: View, cell: Cell) -> Swing | None:
    """Compare how far the recorded years lie apart with the same years of each replication."""
    recorded = _recorded(view, TRANSFERRED)
    single = _single(view, cell)
    single = single[single["year"].isin(list(recorded))]
    if len(recorded) < 2 or single.empty or min(recorded.values()) <= 0:
        return None
    groups = single.groupby("replication")["value"]
    ratios = (groups.max() / groups.min()).dropna()
    known = max(recorded.values()) / min(recorded.values())
    return Swing(known, float(ratios.median()), _share_above(ratios, known))


def _single(view: View, cell: Cell) -> pd.DataFrame:
    """Transfers of every replication, year by year."""
    rows = view.rows(view.results.replications, cell)
    single = rows[rows["kpi"].astype(str).str.startswith("transferred:") & (rows["place"] == "county")]
    return single.assign(year=single["kpi"].astype(str).str.removeprefix("transferred:").astype(int))


def _share_above(values: pd.Series[float], recorded: float) -> float:
    known = values.dropna()
    if math.isnan(recorded) or known.empty:
        return math.nan
    return float((known >= recorded).mean())


def _band(single: pd.Series[float], row: Any) -> tuple[float, float]:
    if single.notna().sum() > 1:
        low, high = single.quantile([0.025, 0.975])
        return float(low), float(high)
    half = (float(row.ci_high) - float(row.ci_low)) / 2 * math.sqrt(float(row.n))
    if math.isnan(half):
        return math.nan, math.nan
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


def slag_ways(view: View, cell: Cell) -> dict[int, tuple[float, ...]]:
    """Per year: slag used, taken by nobody, and in the heaps and the yard on 31 December, t."""
    ways = [_by_year(view, cell, kpi) for kpi in ("slag_used", "no_outlet", "stock_end")]
    return {year: tuple(way.get(year, math.nan) for way in ways) for year in ways[0]}


def notes(view: View, *, transfers: bool) -> list[str]:
    """What the record says of its years: of transfers, or of all else."""
    said = view.manifest.get("recorded_notes", [])
    own = [note for note in said if (note.get("quantity") == TRANSFERRED) == transfers]
    return [f"{note['year']}: {view.words.pick(note)}" for note in own]


def _recorded(view: View, name: str) -> dict[int, float]:
    values = view.manifest.get("recorded", {}).get(name, {})
    return {int(year): float(value) for year, value in values.items()}


def _by_year(view: View, cell: Cell, kpi: str) -> dict[int, float]:
    rows = view.rows(view.results.years, cell)
    if rows.empty:
        return {}
    own = rows[rows["kpi"] == kpi]
    if (own["place"] == "county").any():
        own = own[own["place"] == "county"]
    return {int(year): float(mean) for year, mean in zip(own["year"], own["mean"], strict=True)}
