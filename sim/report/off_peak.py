"""How many off-peak days a year a limit of the slag half stands, read off the numbers of days simulated."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sim.report.verdicts import Criterion, verdict
from sim.report.view import Cell, Comparison, View

AT_LEAST = "utilisation_target_met"
"""The only limit that is kept from above; all others are kept from below."""
FINE = 20.0
"""Numbers of days so close that one may be interpolated between them."""
TINY = 1e-9
Level = tuple[float, Criterion]


@dataclass(frozen=True)
class DaysKept:
    """Days a year up to which one limit is kept on one route of the slag.

    Attributes
    ----------
    reach
        Where the mean of the runs leaves the limit, interpolated between two numbers of days; infinite where
        it never does, or never keeps it; NaN where the two lie too far apart.
    low, high
        The same of the ends of the interval of each number of days; where these lie too far apart, the
        number on the outer side.
    keeps, leaves
        Largest simulated number of days that keeps the limit by its mean, and the next, which does not.
    """

    plan: str
    rest: str
    limit: Criterion
    reach: float
    low: float
    high: float
    keeps: Level | None
    leaves: Level | None


def days_kept(view: View, table: Comparison) -> tuple[DaysKept, ...]:
    """Each limit on each route of the slag for which three and more numbers of days were simulated."""
    found = []
    for (plan, rest, _, _), levels in _levels(view, table).items():
        if len({days for days, _ in levels}) > 2:
            found.append(kept(plan, rest, sorted(levels, key=lambda level: level[0])))
    return tuple(found)


def _levels(view: View, table: Comparison) -> dict[tuple[str, str, str, str], list[Level]]:
    """Levels by plan, what the futures share but for their days, and limit."""
    found: dict[tuple[str, str, str, str], list[Level]] = {}
    for cell in table.cells:
        days = _days(view, cell)
        for criterion in verdict(view, cell, "slag").criteria if days is not None else ():
            key = cell.plan, view.rest_of(table, cell), criterion.place, criterion.kpi
            found.setdefault(key, []).append((float(days or 0), criterion))
    return found


def _days(view: View, cell: Cell) -> float | None:
    """Days of an annual task; None for calendars of another form."""
    off_peak = view.spec(cell).get("kiln", {}).get("off_peak", {})
    return off_peak.get("days_per_year") if isinstance(off_peak, dict) else None


def kept(plan: str, rest: str, levels: Sequence[Level]) -> DaysKept:
    """Days up to which a limit is kept, from its estimates at several numbers of days in their order."""
    days = [one for one, _ in levels]
    means = [_excess(criterion, criterion.estimate.mean) for _, criterion in levels]
    ends = [
        sorted(_excess(criterion, end) for end in (criterion.estimate.low, criterion.estimate.high))
        for _, criterion in levels
    ]
    left = next((number for number, excess in enumerate(means) if excess > TINY), len(levels))
    return DaysKept(
        plan,
        rest,
        levels[0][1],
        _crossing(days, means),
        _crossing(days, [worst for _, worst in ends], outer=0),
        _crossing(days, [best for best, _ in ends], outer=1),
        levels[left - 1] if left else None,
        levels[left] if left < len(levels) else None,
    )


def _excess(criterion: Criterion, value: float) -> float:
    """By how much a value leaves the limit; negative where it keeps it."""
    excess = value - criterion.estimate.tolerance
    return -excess if criterion.kpi == AT_LEAST else excess


def _crossing(days: Sequence[float], excess: Sequence[float], outer: int | None = None) -> float:
    """Days at which the excess first becomes positive; infinite where it never is, or is from the start."""
    if excess[0] > TINY:
        return -math.inf
    for (near, low), (far, high) in pairwise(zip(days, excess, strict=True)):
        if high > TINY:
            if far - near <= FINE:
                return near + (far - near) * low / (low - high)
            return math.nan if outer is None else (near, far)[outer]
    return math.inf
