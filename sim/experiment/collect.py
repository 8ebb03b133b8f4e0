"""What came back from the workers: the replications of a cell joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.experiment.block import Failure, Stack
from sim.experiment.days import Bands
from sim.kpi.outcome import Layout, Rows
from sim.units import FloatArray


@dataclass(frozen=True)
class Collected:
    """All replications of one cell, with its days reduced to bands.

    Attributes
    ----------
    totals
        (replications, keys).
    yearly
        (replications, yearly keys, years).
    peaks
        (replications, places, years), t.
    bands
        (series, days, quantiles) over replications.
    over
        (series, days) share of replications above capacity; NaN without a capacity.
    """

    layout: Layout
    totals: FloatArray
    yearly: FloatArray
    peaks: FloatArray
    bands: FloatArray
    over: FloatArray
    episodes: Rows
    mass: Rows
    hours: Rows
    failures: tuple[Failure, ...]


def collect(layout: Layout, stacks: Sequence[Stack], bands: Bands) -> Collected:
    """Join the blocks of one cell, given in order of replication."""

    def joined(name: str) -> Any:
        return np.concatenate([getattr(part, name) for part in stacks])

    def rows(name: str) -> Rows:
        parts: list[Rows] = [getattr(part, name) for part in stacks]
        return {column: np.concatenate([part[column] for part in parts]) for column in parts[0]}

    failures = tuple(failure for part in stacks for failure in part.failures)
    return Collected(
        layout, joined("totals"), joined("yearly"), joined("peaks"), bands.quantiles, bands.over,
        rows("episodes"), rows("mass"), rows("hours"), failures,
    )  # fmt: skip
