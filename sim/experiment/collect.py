"""What comes back from the workers, folded in order: replications joined, days reduced to bands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.experiment.block import Block, Daily, Failure, Ready, Stack
from sim.kpi.outcome import Layout, Rows
from sim.units import FloatArray

QUANTILES = (0.05, 0.25, 0.50, 0.75, 0.95)


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


def collect(layout: Layout, stacks: Sequence[Stack]) -> Collected:
    """Join the blocks of one cell, given in order of replication."""

    def joined(name: str) -> Any:
        return np.concatenate([getattr(part, name) for part in stacks])

    def rows(name: str) -> Rows:
        parts: list[Rows] = [getattr(part, name) for part in stacks]
        return {column: np.concatenate([part[column] for part in parts]) for column in parts[0]}

    bands, over = daily_bands(joined("daily"), np.array([series.capacity for series in layout.series]))
    failures = tuple(failure for part in stacks for failure in part.failures)
    return Collected(
        layout, joined("totals"), joined("yearly"), joined("peaks"), bands, over,
        rows("episodes"), rows("mass"), rows("hours"), failures,
    )  # fmt: skip


def daily_bands(daily: Daily, capacity: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Quantiles (series, days, quantiles) and shares above capacity (series, days) over replications."""
    shape = daily.shape[1:]
    broken = np.isnan(daily[:, :, :1]).all(axis=(1, 2))
    unbroken = daily[~broken] if broken.any() else daily
    if not unbroken.size:
        return np.full((*shape, len(QUANTILES)), np.nan), np.full(shape, np.nan)
    ordered = np.sort(np.ascontiguousarray(unbroken.transpose(1, 2, 0)), axis=-1)
    limit = capacity[:, None].astype(np.float32)
    over = np.where(np.isnan(limit), np.nan, (ordered > limit[..., None]).mean(axis=-1))
    return quantiles_of_sorted(ordered, QUANTILES), over


def quantiles_of_sorted(ordered: npt.NDArray[np.floating[Any]], shares: Sequence[float]) -> FloatArray:
    """Quantiles (..., shares) of values sorted along the last axis, linear between neighbours."""
    last = ordered.shape[-1] - 1
    place = np.array(shares) * last
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, last)
    low, high = ordered[..., below].astype(float), ordered[..., above].astype(float)
    return np.asarray(low + (high - low) * (place - below))


def gather(
    groups: Sequence[Sequence[Ready]],
    blocks: Sequence[Block],
    stacks: Iterator[tuple[Stack, ...]],
    done: Callable[[int], None],
) -> list[tuple[Collected, ...]]:
    """Fold stacks, which come in the order of `blocks`, into one `Collected` per cell.

    A group's days are reduced as soon as its last block is in. `done` is told of replications finished.
    """
    collected: list[tuple[Collected, ...]] = []
    held: list[tuple[Stack, ...]] = []
    for position, block in enumerate(blocks):
        held.append(next(stacks))
        done((block.last - block.first) * len(groups[block.group]))
        if position + 1 == len(blocks) or blocks[position + 1].group != block.group:
            cells = zip(groups[block.group], zip(*held, strict=True), strict=True)
            collected.append(tuple(collect(cell.layout, parts) for cell, parts in cells))
            held = []
    return collected
