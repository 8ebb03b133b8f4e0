"""Comprehensive utilisation rate, which depends on what counts as used, and as old stock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.record.slag import SlagRecord
from sim.units import FloatArray

if TYPE_CHECKING:
    from sim.scenario.study import Accounting

ACCOUNTINGS: tuple[Accounting, ...] = ("oldest_first", "newest_first", "at_acceptance")


def used_at_once(record: SlagRecord) -> FloatArray:
    """Add up what other outlets and users elsewhere took without a wait: t per simulated year."""
    return record.outlet_used + record.taken_by("elsewhere")


def utilisation_rates(record: SlagRecord) -> dict[Accounting, FloatArray]:
    """Give used / (generated this year + used stock of earlier years) per reported year, by accounting.

    Oldest first: what the works uses comes from the stock of 1 January while it lasts. Newest first:
    it counts against what arose this year for the works, and only the rest is old stock. At
    acceptance: waste is used when the yard accepts it, and old stock is what lay on the heaps on
    1 January. Waste in a pond or with nobody is generated and not used, and no usable stock.
    """
    years = len(record.network.horizon.reported_years)
    used, accepted = record.moved.used, record.moved.delivered
    fresh = record.taken_by("works") - record.outlet_used
    begins = record.new_years[:-1]
    heap, yard = record.heaped[begins], record.stored[begins]
    counted = np.array([used, used, accepted])
    old = np.array([np.minimum(used, heap + yard), np.maximum(used - fresh, 0.0), np.minimum(accepted, heap)])
    whole = record.generated.sum(axis=0) + old
    rates = (counted + used_at_once(record)) / np.where(whole > 0.0, whole, np.nan)
    return dict(zip(ACCOUNTINGS, rates[:, -years:], strict=True))
