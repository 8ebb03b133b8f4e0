"""When the kiln does not burn: off-peak campaigns, restarts, unplanned stops.

On the same chance a shorter task stands on a subset of a longer one's days, restarts included: every
quarter has one order of its days (a permutation of campaigns of drawn length), of which a task takes
the first ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.calendars import Horizon
from sim.network.kiln_plan import CampaignDraws, CampaignLaw, KilnPlan, compile_kiln
from sim.randomness import Sequences
from sim.units import DAY, YEAR, BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    from sim.scenario.schema import Kiln, KilnCalendarRow


@dataclass(frozen=True)
class KilnStops:
    """When the kiln does not burn, over the horizon.

    Attributes
    ----------
    not_burning
        (spans, 2) begin and end of whatever keeps the kiln from burning, s; merged, ascending.
    planned
        (spans, 2) the same of off-peak and maintenance days with the restart after each.
    off_peak, maintenance
        (simulated days,) off-peak days; maintenance days outside off-peak stops.
    """

    not_burning: IntArray
    planned: IntArray
    off_peak: BoolArray
    maintenance: BoolArray


class StopYear(NamedTuple):
    """Stops of one year: off-peak days in all and by month, and days not burning."""

    year: int
    off_peak_days: float
    days_not_burning: float
    months: tuple[float, ...]


def draw_kiln_stops(sequences: Sequences, kiln: str, plan: KilnPlan, horizon: Horizon) -> KilnStops:
    """Draw when `kiln` does not burn over `horizon`."""
    off_peak, stopped = _stop_days(sequences, kiln, plan, horizon.days - plan.first_day)
    inside = np.concatenate([[False], stopped, [False]])
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + plan.first_day
    planned = edges.reshape(-1, 2) * DAY + (0, plan.restart)
    unplanned = _unplanned(sequences, kiln, plan, horizon.end)
    return KilnStops(
        not_burning=_merge(np.concatenate([planned, unplanned]), horizon.end),
        planned=_merge(planned, horizon.end),
        off_peak=off_peak[-plan.first_day :],
        maintenance=(stopped & ~off_peak)[-plan.first_day :],
    )


def _stop_days(sequences: Sequences, kiln: str, plan: KilnPlan, days: int) -> tuple[BoolArray, BoolArray]:
    """(days,) from the first planned one on: whether it stops off-peak; whether it stops at all."""
    off_peak, stopped = np.zeros(days, dtype=np.bool_), np.zeros(days, dtype=np.bool_)
    if plan.campaigns is None:
        off_peak[np.array(plan.off_peak_days, dtype=np.int64) - plan.first_day] = True
        stopped[np.array(plan.maintenance_days, dtype=np.int64) - plan.first_day] = True
        return off_peak, off_peak | stopped
    order = _order_of_days(sequences, kiln, plan.draws, plan.campaigns)
    off_peak[order], stopped[order] = plan.draws.off_peak, plan.draws.stopped
    return off_peak, stopped


def _order_of_days(sequences: Sequences, kiln: str, draws: CampaignDraws, law: CampaignLaw) -> IntArray:
    """(days,) the days of each period in their drawn order: its campaigns, one after the other."""
    drawn = [
        sequences.open("kiln_stops", kiln, year, number).random(2 * count)
        for year, number, count in draws.quarters
    ]
    unit, place = np.concatenate(drawn).reshape(-1, 2).T
    total = np.concatenate([[0], np.cumsum(campaign_days(law, unit))])
    ends = np.minimum(draws.first + total[1:] - total[draws.start], draws.end)
    order = np.lexsort((place, draws.end))
    ends, begins = ends[order], np.concatenate([[0], ends[:-1]])[order]
    taken = np.cumsum(ends - begins)
    return np.repeat(ends - taken, ends - begins) + np.arange(taken[-1])


def campaign_days(law: CampaignLaw, unit: FloatArray) -> IntArray:
    """Whole days of campaigns: the triangular law's quantiles at `unit`."""
    low, mode, high = law.shortest_days, law.usual_days, law.longest_days
    above = unit * (high - low)
    shorter = low + np.sqrt(above * (mode - low))
    longer = high - np.sqrt((1.0 - unit) * (high - low) * (high - mode))
    return np.rint(np.where(above < mode - low, shorter, longer)).astype(np.int64)


def _unplanned(sequences: Sequences, kiln: str, plan: KilnPlan, end: int) -> IntArray:
    """(stops, 2) s, by ordinal: unit-exponential gaps stretched by the rate, uniform durations."""
    if plan.unplanned_per_year == 0.0:
        return np.zeros((0, 2), dtype=np.int64)
    stretch = YEAR / plan.unplanned_per_year
    count = 64
    while (begins := _gaps(sequences, kiln, count) * stretch)[-1] < end:
        count *= 2
    begins = begins[: begins.searchsorted(end)]
    units = sequences.open("unplanned", kiln, "durations").random(len(begins))
    lengths = plan.unplanned_shortest + units * (plan.unplanned_longest - plan.unplanned_shortest)
    return np.rint([begins, begins + lengths]).astype(np.int64).T


def _gaps(sequences: Sequences, kiln: str, count: int) -> FloatArray:
    return np.cumsum(sequences.open("unplanned", kiln, "gaps").standard_exponential(count))


def _merge(spans: IntArray, end: int) -> IntArray:
    """Union of spans inside [0, end), ascending."""
    spans = np.minimum(np.maximum(spans, 0), end)
    begin, finish = spans.take(spans[:, 0].argsort(), axis=0).T
    reached = np.maximum.accumulate(finish)
    is_first, is_last = np.ones((2, len(spans)), dtype=np.bool_)
    is_first[1:] = is_last[:-1] = begin[1:] > reached[:-1]
    merged = np.array([begin[is_first], reached[is_last]]).T
    return merged[merged[:, 0] < merged[:, 1]]


def seconds_within(spans: IntArray, edges: IntArray) -> IntArray:
    """Seconds that ascending, disjoint `spans` cover between successive `edges`."""
    begin, end = spans.T
    before: IntArray = (np.minimum(np.maximum(edges[:, None], begin), end) - begin).sum(axis=1)
    return before[1:] - before[:-1]


ECHO_SEED, ECHO_REPLICATIONS = 1, 20


def echo_stops(kiln: Kiln, calendar: Sequence[KilnCalendarRow], horizon: Horizon) -> tuple[StopYear, ...]:
    """Off-peak days and days not burning per reported year: means over a few replications."""
    plan = compile_kiln(kiln, calendar, horizon)
    draws = [
        draw_kiln_stops(Sequences(ECHO_SEED, replication), "kiln", plan, horizon)
        for replication in range(ECHO_REPLICATIONS)
    ]
    idle = np.mean([seconds_within(draw.not_burning, horizon.reported_edges) for draw in draws], axis=0)
    flags = np.sum([draw.off_peak for draw in draws], axis=0)
    dates = [horizon.start + timedelta(days=index) for index in range(horizon.days)]
    month_of = np.array([(day.year - horizon.first) * 12 + day.month - 1 for day in dates])
    reported = month_of >= 0
    months = np.bincount(month_of[reported], flags[reported]).reshape(-1, 12)
    count = ECHO_REPLICATIONS
    return tuple(
        StopYear(year, float(days.sum()) / count, float(still) / DAY, tuple((days / count).tolist()))
        for year, days, still in zip(horizon.reported_years, months, idle, strict=True)
    )
