"""The resolved scenario as rows: every value with its unit, range, origin, and the file that set it."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sim.scenario.drafting import Scenario
from sim.scenario.plausible import joined
from sim.scenario.schema import OffPeakWindows, Window
from sim.scenario.vocabulary import unit_at


@dataclass(frozen=True)
class ShownValue:
    """One value of a scenario."""

    path: str
    value: object
    unit: str
    low: object
    high: object
    origin: str
    confidence: str
    place: str


def shown(scenario: Scenario) -> tuple[ShownValue, ...]:
    """All values of a scenario in the order of its files."""
    rows = []
    for path, one in scenario.origins.items():
        if isinstance(one.value, tuple) and any(isinstance(item, Mapping) for item in one.value):
            continue
        low, high = one.range or (None, None)
        unit = unit_at(tuple(path.split(".")))
        rows.append(ShownValue(path, one.value, unit, low, high, one.origin, one.confidence, str(one.place)))
    return tuple(rows)


def written(value: object) -> str:
    """Write a value as a scenario file does."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case tuple():
            return "[" + ", ".join(map(written, value)) + "]"
        case float():
            return f"{value:.10g}"
        case _:
            return str(value)


def window_days(windows: Iterable[Window]) -> dict[int, list[int]]:
    """Days per month of each year that windows cover; shared days count once."""
    counts: dict[int, list[int]] = {}
    for first, last in joined(windows):
        year, month = first.year, first.month
        while (year, month) <= (last.year, last.month):
            end = date(year, month, monthrange(year, month)[1])
            begin = date(year, month, 1)
            days = (min(end, last) - max(begin, first)).days + 1
            counts.setdefault(year, [0] * 12)[month - 1] += days
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return counts


def windows_of(scenario: Scenario) -> dict[int, list[int]]:
    """Closure days per month of the kiln's windows; empty for other forms."""
    off_peak = scenario.spec.kiln.off_peak
    return window_days(off_peak.windows) if isinstance(off_peak, OffPeakWindows) else {}
