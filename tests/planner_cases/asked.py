"""Questions to single stores, as kernels answer them, and removals from them."""

from __future__ import annotations

import numpy as np

from sim import kernels
from sim.kernels import kernel
from sim.model import stock
from sim.model.stock import RULES, STOCK, Stocks
from sim.units import IntArray

_collectable, _reaches, _remove = stock.collectable, stock.reaches, stock.remove


@kernel(f"i8(i8, i8, {STOCK}, {RULES})")
def _ask_collectable(store, when, time, mass, first, out, capacity, container, share, grace, in_part):
    return _collectable(store, when, time, mass, first, out, capacity, container, share, grace, in_part)


@kernel(f"i8(i8, i8, {STOCK})")
def _ask_reaches(store, grams, time, mass, first, out):
    return _reaches(store, grams, time, mass, first, out)


@kernel("void(i8, i8, i8, i8[::1], i8[:, ::1], i8)")
def _do_remove(store, grams, when, out, removals, row):
    _remove(store, grams, when, out, removals, row)


def collectable(stocks: Stocks, store: int, when: int) -> int:
    """Grams that a vehicle may load."""
    kernels.ready()
    return int(_ask_collectable(store, when, *stocks.given, *stocks.rules))


def reaches(stocks: Stocks, mass: IntArray | int) -> list[int]:
    """When each store, and the one that stands for none, holds a mass if nobody comes, s."""
    kernels.ready()
    stores = np.arange(len(stocks.out))
    wanted = np.broadcast_to(mass, stores.shape).tolist()
    return [int(_ask_reaches(store, own, *stocks.given)) for store, own in zip(stores, wanted, strict=True)]


def take(stocks: Stocks, store: int, mass: int, when: int) -> int:
    """Remove grams; the number of the row in the log."""
    kernels.ready()
    first = stocks.log.removed
    _do_remove(store, mass, when, stocks.out, stocks.log.room(1), first)
    stocks.log.removed += 1
    return first
