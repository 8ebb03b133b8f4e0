"""The tables of validation as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from sim.verification.page import markdown

Show = Callable[[Any], str]


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def _rate(value: float) -> str:
    return f"{100 * value:.2f} %"


def _tonnes(value: float) -> str:
    return f"{value:.2f}"


def _large(value: float) -> str:
    return f"{value:,.0f}"


def _yes(value: bool) -> str:
    return "yes" if value else "no"


COLUMNS: Mapping[str, Mapping[str, tuple[str, Show]]] = {
    "transfers": {
        "future": ("Future", str),
        "year": ("Year", str),
        "recorded_t": ("Recorded, t", _tonnes),
        "mean_t": ("Mean, t", _tonnes),
        "low_t": ("95 % of years from, t", _tonnes),
        "high_t": ("to, t", _tonnes),
        "at_least": ("Years with at least the record", _percent),
    },
    "hold_out": {
        "yearly_cv": ("Spread of years (assumed)", str),
        "level": ("Fitted level", _tonnes),
        "year": ("Predicted year", str),
        "recorded_t": ("Recorded, t", _tonnes),
        "mean_t": ("Mean, t", _tonnes),
        "low_t": ("95 % of years from, t", _tonnes),
        "high_t": ("to, t", _tonnes),
        "at_least": ("Years with at least the record", _percent),
        "inside": ("Record inside", _yes),
    },
    "slag": {
        "year": ("Year", str),
        "recorded_t": ("Recorded, t", _large),
        "simulated_t": ("Simulated, t", _large),
        "recorded_rate": ("Recorded rate", _rate),
        "oldest_first": ("Oldest first", _rate),
        "newest_first": ("Newest first", _rate),
        "at_acceptance": ("At acceptance", _rate),
    },
    "pond": {
        "year": ("Year", str),
        "inflow_t": ("Inflow, t", _large),
        "used_m3": ("Used on 31 December, m3", _large),
        "share": ("Share of capacity", _rate),
    },
    "vehicles": {
        "plan": ("Plan", str),
        "vehicle": ("Vehicle", str),
        "per_year": ("Trips/yr", _tonnes),
        "t_per_day": ("t per day under way", _tonnes),
        "stops": ("Stops per trip", _tonnes),
        "load_factor": ("Load factor", _percent),
    },
    "tours": {
        "zone": ("Zone", str),
        "tour_km": ("A-priori tour, km", _tonnes),
        "nearest_neighbour_km": ("Nearest neighbour, km", _tonnes),
        "saving": ("Saved", _percent),
    },
}
"""Table -> column -> its head, and how its values are shown."""


def record_table(name: str, table: pd.DataFrame) -> str:
    """One table of validation; the region is named where there are several."""
    columns = dict(COLUMNS[name])
    if table["region"].nunique() > 1:
        columns = {"region": ("Region", str), **columns}
    lines = [
        [show(value) for (_, show), value in zip(columns.values(), row, strict=True)]
        for row in table[[*columns]].itertuples(index=False)
    ]
    return markdown(tuple(head for head, _ in columns.values()), lines)
