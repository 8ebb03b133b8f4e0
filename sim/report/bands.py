"""Daily bands of stocks, their capacities, and when the kiln typically stands."""

from __future__ import annotations

import math
from typing import Any

import matplotlib.dates as mdates
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from sim.report.style import INK, LIMIT, note
from sim.report.view import Cell, View
from sim.units import FloatArray

Dates = npt.NDArray[np.datetime64]

WEIGHTS = np.array([0.15, 0.225, 0.25, 0.225, 0.15])
"""Share of the replications that each quantile of the bands stands for."""

SHADE = 0.35
"""Grey of a month in which the kiln never burns: 0 white, 1 black."""


def _bands(view: View, cell: Cell, where: str = "", name: str = "") -> pd.DataFrame:
    """Bands of a cell, those without a value left out; only those with `name` in the column `where`."""
    rows = view.rows(view.results.daily_bands, cell)
    if where:
        rows = rows[rows[where] == name]
    return rows[rows["p50"].notna()]


def stock_rows(view: View, cell: Cell, place: str) -> pd.DataFrame:
    """Bands of the stock of a place, t, by date; empty where there are none."""
    rows = _bands(view, cell, "place", place)
    if rows.empty:
        return rows
    chosen = rows[rows["quantity"].astype(str).str.startswith("stock")]
    return chosen.assign(date=pd.to_datetime(chosen["date"])).sort_values("date", kind="stable")


def bays(view: View, cell: Cell) -> list[str]:
    """Storage classes that have a bay with bands, in the scenario's order."""
    rows = _bands(view, cell)
    if rows.empty:
        return []
    bay = "collection_point/"
    held = {place.removeprefix(bay) for place in map(str, rows["place"].unique()) if place.startswith(bay)}
    order = list(bay_specs(view, cell))
    return [name for name in order if name in held] + sorted(held.difference(order))


def bay_specs(view: View, cell: Cell) -> dict[str, dict[str, float]]:
    """Bays of the collection point by storage class; empty where there is none."""
    point = view.spec(cell).get("collection_point") or {}
    return dict(point.get("bays", {}))


def bay_capacity(view: View, cell: Cell, storage_class: str) -> float:
    """Capacity of a bay, t; NaN where the scenario has none."""
    return float(bay_specs(view, cell).get(storage_class, {}).get("capacity_t", math.nan))


def yard_capacity(view: View, cell: Cell) -> float:
    """Capacity of the kiln's yard, t; NaN where the scenario has none."""
    return float(view.spec(cell).get("kiln", {}).get("yard_capacity_t", math.nan))


def stopped_share(view: View, cell: Cell) -> pd.Series[float]:
    """About the share of replications whose kiln stands, by date; empty where the tables do not tell.

    The bands hold quantiles of a 0/1 quantity, so the share is known to within a quarter.
    """
    stands = _bands(view, cell, "quantity", "not_burning")
    if stands.empty:
        return pd.Series(dtype=float)
    share = stands[["p05", "p25", "p50", "p75", "p95"]].to_numpy(float) @ WEIGHTS
    return pd.Series(share, index=pd.to_datetime(stands["date"])).sort_index()


def shade_stops(axes: Axes, share: pd.Series[float]) -> bool:
    """Shade months, the darker the more the kiln stands; says whether anything was shaded."""
    monthly = share.groupby(share.index.to_numpy().astype("datetime64[M]")).mean() if len(share) else share
    if not len(monthly):
        return False
    first = monthly.index.to_numpy().astype("datetime64[M]")
    left, right = _numbers(first.astype("datetime64[D]")), _numbers((first + 1).astype("datetime64[D]"))
    greys = [str(round(1 - SHADE * float(stands), 3)) for stands in monthly]
    months = list(zip(left, right - left, strict=True))
    axes.broken_barh(months, (0, 1), facecolors=greys, linewidth=0, zorder=0,
                     transform=axes.get_xaxis_transform())  # fmt: skip
    return True


def draw_band(axes: Axes, rows: pd.DataFrame, colour: str, label: str = "") -> None:
    """Median with the middle half and the middle nine tenths of the replications."""
    dates = numbers_of(rows)
    axes.fill_between(dates, rows["p05"], rows["p95"], color=colour, alpha=0.2, linewidth=0)
    axes.fill_between(dates, rows["p25"], rows["p75"], color=colour, alpha=0.35, linewidth=0)
    axes.plot(dates, rows["p50"], color=colour, linewidth=0.9, label=label or None)


def draw_capacity(axes: Axes, capacity: float, text: str) -> None:
    """Capacity line, named at its right end: below it, or above it where there is more room."""
    if math.isnan(capacity):
        return
    axes.axhline(capacity, color=LIMIT, linestyle="--", linewidth=1)
    below = capacity > 0.4 * axes.get_ylim()[1]
    offset, edge = ((-2, -3), "top") if below else ((-2, 3), "bottom")
    note(
        axes, text, (1, capacity), ("axes fraction", "data"), xytext=offset, ha="right", va=edge, color=LIMIT
    )


def date_axis(axes: Axes, dates: Dates) -> None:
    """Years as labels, quarters as small ticks."""
    first, last = dates[0].astype("datetime64[M]"), dates[-1].astype("datetime64[M]")
    quarters = [month for month in np.arange(first, last + 1) if month.astype(int) % 3 == 0]
    years = [month for month in quarters if month.astype(int) % 12 == 0]
    axes.set_xlim(*_numbers(dates[[0, -1]]))
    axes.set_xticks(_numbers(years), [str(year)[:4] for year in years])
    axes.set_xticks(_numbers(quarters), minor=True)
    axes.tick_params(axis="x", which="minor", length=2, color=INK)


def numbers_of(rows: pd.DataFrame) -> FloatArray:
    """Dates of rows as numbers of the time axis."""
    return _numbers(rows["date"].to_numpy())


def _numbers(dates: Any) -> FloatArray:
    convert: Any = mdates.date2num
    return np.atleast_1d(convert(dates)).astype(np.float64)
