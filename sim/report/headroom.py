"""How much more each plan carries: waste in the rounds, days without the kiln."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from sim.report.verdicts import Criterion, reason, verdict
from sim.report.view import Cell, Comparison, View

DAYS_PER_YEAR = 365.0


@dataclass(frozen=True)
class VolumeHeadroom:
    """Tonnes a year into stores at which a plan leaves the first of its limits on storage.

    `reach` is interpolated between two simulated volumes when `crosses`; else it is the largest
    simulated volume (all limits kept throughout) or the smallest one (not kept there). `limit` names it;
    empty where all are kept.
    """

    plan: str
    today: float
    reach: float
    crosses: bool
    limit: str


def volume_headroom(view: View, table: Comparison) -> tuple[VolumeHeadroom, ...]:
    """Headroom of each plan over the volumes that the study's futures simulate.

    Means over runs, interpolated linearly in the tonnes a year that reach the stores; the volume of the first
    future counts as today's.
    """
    return tuple(found for plan in table.plans if (found := _of_plan(view, table, plan)))


def _of_plan(view: View, table: Comparison, plan: str) -> VolumeHeadroom | None:
    points: dict[str, list[tuple[float, Criterion]]] = {}
    for future in table.futures:
        cell = Cell(plan, future)
        volume = stored_t(view, cell)
        for criterion in verdict(view, cell, "storage").criteria:
            if not math.isnan(volume + criterion.estimate.mean):
                points.setdefault(reason(view, criterion), []).append((volume, criterion))
    volumes = [volume for held in points.values() for volume, _ in held]
    if not volumes or max(volumes) < 1.05 * min(volumes):
        return None
    today = stored_t(view, Cell(plan, table.futures[0]))
    ends = {limit: end for limit, held in points.items() if (end := _end_of(held)) is not None}
    reach, crosses = min(ends.values(), default=(max(volumes), False))
    left = [limit for limit, end in ends.items() if end[0] == reach]
    return VolumeHeadroom(plan, today, reach, crosses, view.words.join(left))


def _end_of(points: list[tuple[float, Criterion]]) -> tuple[float, bool] | None:
    """Volume at which one limit is left, and whether that lies between two points; None if it is kept."""
    points = sorted(points, key=lambda point: point[0])
    excess = [(volume, one.estimate.mean - one.estimate.tolerance) for volume, one in points]
    if excess[0][1] > 0:
        return excess[0][0], False
    for (near, low), (far, high) in pairwise(excess):
        if high > 0:
            return near + (far - near) * low / (low - high), True
    return None


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
    inflow = view.mean(cell, "generated", "smelters") / DAYS_PER_YEAR
    share = float(spec.get("slag", {}).get("raw_meal_share", math.nan))
    silo = float(spec.get("cement", {}).get("silo_days", math.nan))
    if math.isnan(capacity + inflow + share + silo) or inflow <= 0:
        return None
    raw = share * inflow
    grinding = capacity / raw if raw > 0 else math.inf
    days = grinding if grinding <= silo else silo + (capacity - raw * silo) / inflow
    return StopHeadroom(capacity, inflow, raw, silo, grinding, days, capacity / inflow)
