"""Comprehensive utilisation rate, which depends on what counts as used, and as old stock."""

from __future__ import annotations

from typing import get_args

import numpy as np

from sim.record.slag import SlagRecord
from sim.scenario.study import Accounting
from sim.units import FloatArray

ACCOUNTINGS: tuple[Accounting, ...] = get_args(Accounting)


def generated_waste(record: SlagRecord) -> FloatArray:
    """Add up general waste, whoever takes it: t per simulated year."""
    return np.asarray(record.generated.sum(axis=0), dtype=np.float64)


def used_at_once(record: SlagRecord) -> FloatArray:
    """Add up what other outlets and users elsewhere took without a wait: t per simulated year."""
    return record.outlet_used + record.taken_by("elsewhere")


def used_by_works(record: SlagRecord) -> FloatArray:
    """Add up what the works' two routes took: t per simulated year."""
    return record.by_year(record.used.sum(axis=0))


def utilisation_rates(record: SlagRecord) -> dict[Accounting, FloatArray]:
    """Give used / (generated this year + used stock of earlier years) per reported year, by accounting.

    Oldest first: what the works uses comes from the stock of 1 January while it lasts. Newest first:
    it counts against what arose this year for the works, and only the rest is old stock. At
    acceptance: waste is used when the yard accepts it, and old stock is what lay on the heaps on
    1 January. Waste in a pond or with nobody is generated and not used, and no usable stock.
    """
    years = len(record.network.horizon.reported_years)
    generated, at_once = generated_waste(record), used_at_once(record)
    used = used_by_works(record)
    accepted = record.by_year(record.delivered.sum(axis=0))
    fresh = record.taken_by("works") - record.outlet_used
    heap, yard = (_on_new_years_day(record, stock) for stock in (record.heap, record.yard))
    old = {
        "oldest_first": (used, np.minimum(used, heap + yard)),
        "newest_first": (used, np.maximum(used - fresh, 0.0)),
        "at_acceptance": (accepted, np.minimum(accepted, heap)),
    }
    rates = {}
    for accounting in ACCOUNTINGS:
        counted, stock = old[accounting]
        whole = generated + stock
        rate = np.divide(counted + at_once, whole, out=np.full(len(whole), np.nan), where=whole > 0.0)
        rates[accounting] = rate[-years:]
    return rates


def _on_new_years_day(record: SlagRecord, stock: FloatArray) -> FloatArray:
    """Read the stock in all lanes when each simulated year begins, t."""
    first = record.year.searchsorted(np.arange(len(record.network.year_days)))
    return np.asarray(stock[:, first].sum(axis=0), dtype=np.float64)
