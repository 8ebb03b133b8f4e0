"""Units as people read them, on every page and in every printed table; files keep the KPIs' own."""

from __future__ import annotations


def readable(unit: str) -> tuple[float, str]:
    """What values of a unit are multiplied by, and the unit then: shares in percent, money in thousands."""
    if unit == "1":
        return 100.0, "%"
    if unit.startswith("CNY"):
        return 0.001, f"k{unit}"
    return 1.0, unit
