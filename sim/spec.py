"""The base of every piece of a scenario file, and what its numbers say about themselves."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field


class Spec(BaseModel):
    """A frozen, validated piece of a scenario file: plain numbers in file units."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


MOST = 1e9
"""Upper bound of numbers that state none: what lies above it does not fit into model units."""


def number(*, usual: tuple[float, float] | None = None, unit: str = "", **bounds: Any) -> Any:
    """Field of a number: hard `bounds` (ge, gt, le, lt; `MOST` above) and the `usual` interval.

    A value five times outside `usual` is warned about: it is probably in another unit. `unit` is for a name
    that carries none.
    """
    if "lt" not in bounds:
        bounds.setdefault("le", MOST)
    extra: dict[str, Any] = {"unit": unit} if usual is None else {"unit": unit, "usual": list(usual)}
    return Field(json_schema_extra=extra, **bounds)


MOST_RUNS = 1_000_000
"""Replications of a scenario or point, at most."""

Share = Annotated[float, Field(ge=0, le=1)]
Factor = Annotated[float, Field(ge=0, le=1000)]
Months = Annotated[tuple[Factor, ...], Field(min_length=12, max_length=12)]
"""Twelve factors, January first."""

UNITS = {
    "days_per_year": "d/yr",
    "t_per_year": "t/yr",
    "t_per_day": "t/d",
    "cny_per_t_km": "CNY/(t km)",
    "cny_per_t_year": "CNY/(t yr)",
    "cny_per_year": "CNY/yr",
    "cny_per_km": "CNY/km",
    "cny_per_day": "CNY/d",
    "cny_per_t": "CNY/t",
    "kg_co2_per_km": "kg CO2/km",
    "per_million_km": "1/(10^6 km)",
    "per_handling": "1/handling",
    "per_year": "1/yr",
    "t_per_m3": "t/m3",
    "working_days": "working days",
    "km_per_h": "km/h",
    "hours": "h",
    "days": "d",
    "years": "yr",
    "cny": "CNY",
    "km": "km",
    "kg": "kg",
    "m3": "m3",
    "t": "t",
    "h": "h",
}


def unit_of(key: str) -> str:
    """Unit that a key's name carries (`payload_t` -> `t`), or an empty text."""
    for suffix, unit in UNITS.items():
        if key == suffix or key.endswith("_" + suffix):
            return unit
    return ""
