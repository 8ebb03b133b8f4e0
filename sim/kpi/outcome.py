"""What one replication of one scenario came to: plain arrays whose meaning a `Layout` gives.

The layout depends on the network alone, so all replications of a scenario share it and their
outcomes can be stacked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.units import FloatArray


class Key(NamedTuple):
    """A KPI at a place; unit and definition are in the registry."""

    place: str
    kpi: str


class Series(NamedTuple):
    """A quantity followed day by day, and its capacity in the same unit (NaN: none)."""

    place: str
    quantity: str
    capacity: float


class PeakPlace(NamedTuple):
    """A place whose highest stock of every year is kept.

    Attributes
    ----------
    capacity
        As configured, t.
    method
        How a storage curve may be read: `peak` (share of years, every capacity), `peak_call_kept` (the same
        if the source goes on calling at the mass it calls at now), `first_passage` and
        `first_passage_call_kept` (ever too small since the run began, up to the configured capacity; the
        value of a year is the highest up to its end), `none` (not at all).
    step
        Mass of one container, t; NaN where capacity does not come in containers.
    """

    place: str
    capacity: float
    method: str
    step: float = float("nan")


@dataclass(frozen=True)
class Layout:
    """Meaning of the rows of an `Outcome`.

    Attributes
    ----------
    keys
        KPIs over the whole reported period. Those of single sites (`site:NAME`, `site:NAME/class`) come last.
    groups
        How many of `keys` are groups, collection point, yard and vehicles: the rest are single sites.
    yearly_keys
        KPIs that also have a value per reported year.
    years
        Reported calendar years.
    series
        Quantities followed at midnight of every reported day.
    peaks
        Places whose highest stock of every year is kept; single stores (`site:NAME/class`) come last.
    """

    keys: tuple[Key, ...]
    groups: int
    yearly_keys: tuple[Key, ...]
    years: tuple[int, ...]
    series: tuple[Series, ...]
    peaks: tuple[PeakPlace, ...]


Rows = dict[str, npt.NDArray[Any]]
"""Flat columns of equal length."""


@dataclass(frozen=True)
class Outcome:
    """What one replication came to.

    Attributes
    ----------
    replication
        Its number, from 0.
    totals
        (keys,) values over the reported period; NaN where a KPI has no value (nobody collected).
    yearly
        (yearly keys, years).
    daily
        (series, days), float32.
    peaks
        (places, years) highest stock, t; of a place that turns waste away, the most room asked for so far.
    episodes
        Columns place, start, end (s), days, peak_excess_t, cause.
    mass
        Columns stream, start_t, generated_t, informal_t, transferred_t, used_t, no_outlet_t, diverted_t,
        end_t, residual_t, over the reported period.
    hours
        Columns object, state, hours, share_scheduled, share_calendar.
    failure
        What did not close or went wrong; empty when all is well.
    """

    replication: int
    totals: FloatArray
    yearly: FloatArray
    daily: npt.NDArray[np.float32]
    peaks: FloatArray
    episodes: Rows
    mass: Rows
    hours: Rows
    failure: str = ""
