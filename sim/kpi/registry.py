"""Every KPI's unit and definition, in one place that tables, docs and reports read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Definition:
    """What a KPI means."""

    unit: str
    text: str


KPIS: dict[str, Definition] = {}


def define(name: str, unit: str, text: str) -> str:
    """Register a KPI and return its name.

    Raises
    ------
    ValueError
        If another KPI has that name.
    """
    if name in KPIS:
        raise ValueError(f"KPI {name} is defined twice")
    KPIS[name] = Definition(unit, text)
    return name
