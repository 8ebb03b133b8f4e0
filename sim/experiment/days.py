"""What is followed day by day: workers keep it on disk, a file a cell, and make bands of it in the end."""

from __future__ import annotations

import errno
import os
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.units import FloatArray

Daily = npt.NDArray[np.float32]

QUANTILES = (0.05, 0.25, 0.50, 0.75, 0.95)


@dataclass(frozen=True)
class Bands:
    """Days of one cell over its replications.

    Attributes
    ----------
    quantiles
        (series, days, quantiles).
    over
        (series, days) share of replications above capacity; NaN without a capacity.
    """

    quantiles: FloatArray
    over: FloatArray


def keep(file: Path, first: int, daily: Sequence[Daily]) -> tuple[int, ...]:
    """Put (series, days) of consecutive replications, of which `first` is the first, where they belong.

    Returns
    -------
    tuple[int, ...]
        Checksum of each.
    """
    images = [np.ascontiguousarray(one).tobytes() for one in daily]
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0))
    with open(descriptor, "wb", buffering=0) as opened:
        opened.seek(first * daily[0].nbytes)
        for image in images:
            if opened.write(image) != len(image):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(file))
    return tuple(map(zlib.crc32, images))


def bands_of_kept(file: Path, replications: int, days: int, capacity: FloatArray) -> Bands:
    """Bands of the replications that were kept in a file."""
    if not len(capacity):
        return bands_of(np.empty((replications, 0, days), np.float32), capacity)
    return bands_of(np.memmap(file, np.float32, "r", shape=(replications, len(capacity), days)), capacity)


def bands_of(daily: Daily, capacity: FloatArray) -> Bands:
    """Bands of values (replications, series, days), series by series; capacities (series,)."""
    broken = np.isnan(daily[:, :, 0]).all(axis=1)
    quantiles = np.full((*daily.shape[1:], len(QUANTILES)), np.nan)
    over = np.full(daily.shape[1:], np.nan)
    known = daily[~broken] if broken.any() else daily
    if len(known):
        for series, limit in enumerate(capacity.astype(np.float32)):
            ordered = np.sort(np.ascontiguousarray(known[:, series].T), axis=-1)
            quantiles[series] = quantiles_of_sorted(ordered, QUANTILES)
            if not np.isnan(limit):
                over[series] = (ordered > limit).mean(axis=-1)
    return Bands(quantiles, over)


def quantiles_of_sorted(ordered: npt.NDArray[np.floating[Any]], shares: Sequence[float]) -> FloatArray:
    """Quantiles (..., shares) of values sorted along the last axis, linear between neighbours."""
    last = ordered.shape[-1] - 1
    place = np.array(shares) * last
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, last)
    low, high = ordered[..., below].astype(float), ordered[..., above].astype(float)
    return np.asarray(low + (high - low) * (place - below))
