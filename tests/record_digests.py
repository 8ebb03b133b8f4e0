"""Digests of whole records: a few small counties that differ in every rule, and slag chains."""

from __future__ import annotations

import dataclasses
from hashlib import blake2b
from typing import Any

import numpy as np


def digests() -> list[str]:
    """One per run."""
    from frozen_kpis import BAYS
    from planner_cases.slag_cases import run, works
    from planner_cases.small_counties import CHOICES, small

    from sim.chance.chance import Chance
    from sim.model.hazardous import simulate_hazardous

    plain = {name: values[0] for name, values in CHOICES.items()}
    pressed = {"plan": "pilot", "level": 5, "refuses": True, "every_days": 7}
    counties = [plain | {"plan": "long_haul"}, *(plain | pressed | bays for bays in BAYS)]
    found = [simulate_hazardous(small(chosen), Chance(number, 0)) for number, chosen in enumerate(counties)]
    chains = (works(share=0.5, yard_keeps=False), works(target=300.0, heap_keeps=False))
    return [digest(record) for record in (*found, *(run(chain, (100, 131.5)) for chain in chains))]


def digest(record: Any) -> str:
    """Of all arrays of a record, and of what they are made of."""
    state = blake2b(digest_size=8)
    _feed(state, record)
    return state.hexdigest()


def _feed(state: Any, value: Any) -> None:
    if isinstance(value, np.ndarray):
        state.update(repr((value.dtype.str, value.shape)).encode() + np.ascontiguousarray(value).tobytes())
    elif isinstance(value, dict):
        _feed(state, [*value, *value.values()])
    elif isinstance(value, (list, tuple)):
        for part in value:
            _feed(state, part)
    elif dataclasses.is_dataclass(value):
        _feed(state, [getattr(value, field.name) for field in dataclasses.fields(value)][1:])
    elif hasattr(value, "mass_axis"):
        _feed(state, [value.stock, value.time, value.mass_axis])
    else:
        state.update(repr(value).encode())
