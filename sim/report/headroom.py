"""How much more each plan carries: waste in the rounds, days without the kiln."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from sim.report.view import Cell, Comparison, View

DAYS_PER_YEAR = 365.0


@dataclass(frozen=True)
class VolumeHeadroom:
    """Tonnes a year into stores at which a plan leaves its limit.

    `reach` is interpolated between two simulated volumes when `crosses`; else it is the largest
    simulated volume (limit kept throughout) or the smallest one (never kept).
    """

    plan: str
    today: float
    reach: float
    crosses: bool
    kept_at_all: bool


def volume_headroom(view: View, table: Comparison) -> tuple[VolumeHeadroom, ...]:
    """Headroom of each plan over the volumes that the study's futures simulate.

    Interpolated linearly in the tonnes a year that reach the stores; the volume of the first future
    counts as today's.
    """
    limit = view.tolerance("sources_overflow_probability")
    return tuple(found for plan in table.plans if (found := _of_plan(view, table, plan, limit)))


def _of_plan(view: View, table: Comparison, plan: str, limit: float) -> VolumeHeadroom | None:
    points = []
    for future in table.futures:
        cell = Cell(plan, future)
        volume, chance = stored_t(view, cell), view.mean(cell, "overflow_probability", "sources")
        if not math.isnan(volume) and not math.isnan(chance):
            points.append((volume, chance))
    today = stored_t(view, Cell(plan, table.futures[0]))
    points.sort()
    if len(points) < 2 or points[-1][0] < 1.05 * points[0][0] or math.isnan(limit):
        return None
    if points[0][1] > limit:
        return VolumeHeadroom(plan, today, points[0][0], crosses=False, kept_at_all=False)
    for (near, low), (far, high) in pairwise(points):
        if high > limit:
            reach = near + (far - near) * (limit - low) / (high - low)
            return VolumeHeadroom(plan, today, reach, crosses=True, kept_at_all=True)
    return VolumeHeadroom(plan, today, points[-1][0], crosses=False, kept_at_all=True)


def stored_t(view: View, cell: Cell) -> float:
    """Tonnes a year that reach the stores: generated less what informal buyers take."""
    places = ("county", "sources")
    informal = view.mean(cell, "informal", *places)
    return view.mean(cell, "generated", *places) - (0.0 if math.isnan(informal) else informal)


@dataclass(frozen=True)
class StopHeadroom:
    """Longest kiln stop that an empty yard stands, by hand.

    `days_grinding` while cement grinding goes on, `days` when it ends with a clinker silo that was full,
    `days_empty` when the silo is empty and grinding stops with the kiln.
    """

    capacity_t: float
    inflow_t_per_day: float
    raw_meal_t_per_day: float
    silo_days: float
    days_grinding: float
    days: float
    days_empty: float


def stop_headroom(view: View, cell: Cell) -> StopHeadroom | None:
    """Hand check of one cell; None where the tables lack the slag generated or the scenario."""
    spec = view.spec(cell)
    capacity = float(spec.get("kiln", {}).get("yard_capacity_t", math.nan))
    inflow = slag_t(view, cell) / DAYS_PER_YEAR
    share = float(spec.get("slag", {}).get("raw_meal_share", math.nan))
    silo = float(spec.get("cement", {}).get("silo_days", math.nan))
    if math.isnan(capacity + inflow + share + silo) or inflow <= 0:
        return None
    raw = share * inflow
    grinding = capacity / raw if raw > 0 else math.inf
    days = grinding if grinding <= silo else silo + (capacity - raw * silo) / inflow
    return StopHeadroom(capacity, inflow, raw, silo, grinding, days, capacity / inflow)


def slag_t(view: View, cell: Cell) -> float:
    """Slag generated, t/yr."""
    return view.mean(cell, "slag_generated", "county", "smelters", "kiln_yard")
