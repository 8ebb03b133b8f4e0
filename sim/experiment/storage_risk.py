"""Risk of overflow against capacity, for every capacity at once, from one set of runs.

Where no rule reads a place's capacity and nothing happens when it is full, its stock is the same whatever
the capacity, so a year overflows at capacity c exactly when its highest stock is above c. Where waste is
turned away, this holds until it first happens. A replication is one unit, whatever its years and stores.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, erfc, sqrt

import numpy as np

from sim.experiment.intervals import CONFIDENCE, Errors, Intervals, reach_interval
from sim.kpi.outcome import PeakPlace
from sim.units import FloatArray

GRID = 60
"""Capacities of a curve."""
WORST = 10
"""Single stores that get a curve."""
ROUNDING = 1e-8
"""Excess, t, below which nothing stands above a capacity."""
FEW_VALUES = 16
"""Peaks of a replication that are quicker compared with all capacities than looked up among them."""


@dataclass(frozen=True)
class Curve:
    """Overflow of a place at each capacity.

    Attributes
    ----------
    place, method
        Words of the table `storage_curve`.
    capacity
        (capacities,) t.
    shares
        (replications, capacities) in [0, 1]: share of the years (of a class: of its stores and years) that
        overflow; of a first passage 0 or 1.
    """

    place: str
    method: str
    capacity: FloatArray
    shares: FloatArray


# --- from peaks to curves ----------------------------------------------------------------------------


def curves_of(places: Sequence[PeakPlace], peaks: FloatArray) -> Iterator[Curve]:
    """Curves of all places: bays, yard, heaps; sources by class; the stores that overflow most.

    Parameters
    ----------
    peaks
        (replications, places, years) t.
    """
    for row, one in enumerate(places):
        if not is_store(one) and one.method != "none":
            yield curve_of(one, peaks[:, row])
    stores = [row for row, one in enumerate(places) if is_store(one)]
    for name in dict.fromkeys(class_of(places[row]) for row in stores):
        rows = [row for row in stores if class_of(places[row]) == name]
        yield class_curve(name, [places[row] for row in rows], peaks[:, rows])
    for row in worst(places, peaks, stores):
        yield curve_of(places[row], peaks[:, row])


def is_store(place: PeakPlace) -> bool:
    """Whether it is the store of a single source."""
    return place.place.startswith("site:")


def class_of(place: PeakPlace) -> str:
    """Storage class of a single store."""
    return place.place.rpartition("/")[2]


def curve_of(place: PeakPlace, peaks: FloatArray, capacity: FloatArray | None = None) -> Curve:
    """Curve of one place.

    Parameters
    ----------
    peaks
        (replications, years) as its method says, t.
    capacity
        Capacities asked for, t; None: a grid.
    """
    grid = capacity_grid(place, peaks) if capacity is None else capacity
    return Curve(place.place, place.method, grid, _shares(place.method, peaks[:, None], grid))


def class_curve(
    name: str, stores: Sequence[PeakPlace], peaks: FloatArray, capacity: FloatArray | None = None
) -> Curve:
    """Curve of a class's stores if all had the same capacity.

    Parameters
    ----------
    peaks
        (replications, stores, years), t.
    """
    method = max((one.method for one in stores), key=len)
    if capacity is None:
        least = min(one.capacity for one in stores)
        steps = PeakPlace(name, least if _is_first(method) else float("nan"), method, stores[0].step)
        capacity = capacity_grid(steps, peaks)
    return Curve(f"sources/{name}", method, capacity, _shares(method, peaks, capacity))


def _is_first(method: str) -> bool:
    return method.startswith("first_passage")


def _shares(method: str, peaks: FloatArray, grid: FloatArray) -> FloatArray:
    """(replications, capacities) from peaks (replications, stores, years); NaN where a run broke off."""
    used = peaks[:, :, -1:] if _is_first(method) else peaks
    ordered = np.sort(used.reshape(len(used), -1), axis=1)
    limit = grid + ROUNDING
    if ordered.shape[1] <= FEW_VALUES:
        above = (ordered[:, :, None] > limit).sum(axis=1)
    else:
        above = np.stack([ordered.shape[1] - row.searchsorted(limit, side="right") for row in ordered])
    shares = above / max(1, ordered.shape[1])
    shares[np.isnan(ordered).any(axis=1)] = np.nan
    return np.asarray(shares, dtype=np.float64)


def worst(places: Sequence[PeakPlace], peaks: FloatArray, stores: Sequence[int]) -> list[int]:
    """Rows of the stores that overflow in most years; of equals, the one whose stock passes most."""
    capacity = np.array([places[row].capacity for row in stores])
    own = peaks[:, list(stores)]
    over = (own > capacity[:, None]).sum(axis=(0, 2))
    reached = np.nan_to_num(own).sum(axis=(0, 2)) / np.maximum(capacity, 1e-6)
    order = np.lexsort((-reached, -over))
    return [stores[index] for index in order[:WORST].tolist() if over[index] > 0]


def capacity_grid(place: PeakPlace, peaks: FloatArray) -> FloatArray:
    """Capacities from 0, the configured one among them; beyond it only where the curve holds.

    Whole containers where capacity comes in containers; whole grams in any case.
    """
    known = peaks[np.isfinite(peaks)]
    seen = float(known.max(initial=0.0))
    capacity = place.capacity
    if np.isfinite(place.step):
        top = capacity if _is_first(place.method) else max(seen, 0.0 if np.isnan(capacity) else capacity)
        return _containers(top, place.step, capacity)
    if np.isnan(capacity):
        return np.linspace(0.0, max(seen, 1e-3), GRID).round(6)
    if _is_first(place.method):
        return np.append(np.linspace(0.0, capacity, GRID)[:-1].round(6), capacity)
    top = 1.05 * max(seen, capacity)
    below = min(max(round(GRID * capacity / top), 2), GRID - 1)
    return np.concatenate(
        [
            np.linspace(0.0, capacity, below)[:-1].round(6),
            [capacity],
            np.linspace(capacity, top, GRID - below + 1)[1:].round(6),
        ]
    )


def _containers(top: float, step: float, capacity: float) -> FloatArray:
    """Multiples of a container up to the first that is not below `top`, thinned to about a grid's length."""
    count = ceil(round(top / step, 9))
    stride = max(1, ceil(count / GRID))
    grid = np.arange(0, count + stride, stride) * step
    own = [] if np.isnan(capacity) else [capacity]
    return np.unique(np.concatenate([grid, own]).round(6))


# --- intervals ---------------------------------------------------------------------------------------


def pointwise(shares: FloatArray, confidence: float = CONFIDENCE) -> Intervals:
    """Interval at each capacity by itself."""
    return reach_interval(shares, 0.0, 1.0, Errors.of(confidence))[0]


def band(shares: FloatArray, confidence: float = CONFIDENCE, *, falling: bool = True) -> Intervals:
    """Intervals that hold at all capacities at once.

    Each capacity gets an interval of the same kind and the same confidence (equal precision), as high as
    needed for all of them together. Where the true curve only falls, a bound of a smaller capacity bounds the
    larger ones too.
    """
    found = pointwise(shares, 1 - local_level(shares, 1 - confidence))
    if not falling:
        return found
    low = np.maximum.accumulate(found.low[::-1])[::-1]
    return Intervals(found.n, found.mean, low, np.minimum.accumulate(found.high))


RESAMPLES = 500
FEW = 5
"""Replications on either side below which resampling says nothing of a capacity."""


def local_level(shares: FloatArray, level: float) -> float:
    """Probability of error at each capacity that makes `level` for all of them together.

    Replications are resampled whole, with all their years and stores (cluster bootstrap); the largest
    deviation over the capacities, in standard errors, is what has to be covered. The result lies between
    `level` and, as if all capacities were unrelated, `level` over their number (Bonferroni), which is used
    where overflow is too rare or too common to resample.
    """
    known = shares[~np.isnan(shares).any(axis=1)]
    if len(known) < 2 * FEW:
        return float(level / max(1, shares.shape[1]))
    distinct = np.stack([*{column.tobytes(): column for column in known.T}.values()], axis=1)
    least: float = level / max(1, distinct.shape[1])
    varied = ((distinct > 0).sum(axis=0) >= FEW) & ((distinct < 1).sum(axis=0) >= FEW)
    columns = distinct[:, varied]
    error = columns.std(axis=0)
    columns, error = columns[:, error > 0], error[error > 0]
    if not columns.shape[1]:
        return least
    means = _weights(len(known)) @ columns
    largest = (np.abs(means - columns.mean(axis=0)) / error).max(axis=1) * sqrt(len(known))
    reach = ceil(1000 * float(np.quantile(largest, 1 - level))) / 1000
    return float(min(level, max(least, erfc(reach / sqrt(2)))))


@lru_cache(maxsize=4)
def _weights(n: int) -> FloatArray:
    """(resamples, n) share of each replication in each resample; always the same."""
    drawn = np.random.Generator(np.random.Philox(20260101)).multinomial(n, np.full(n, 1 / n), RESAMPLES)
    return np.asarray(drawn / n, dtype=np.float64)
