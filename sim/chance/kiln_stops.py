"""When the kiln does not burn: off-peak campaigns, restarts, unplanned stops.

On the same chance a shorter task stands on a subset of a longer one's days, restarts included: every
quarter has one order of its days (a permutation of campaigns of drawn length), of which a task takes
the first ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil, sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.calendars import Horizon
from sim.network.kiln_plan import KilnPlan, StopPeriod, compile_kiln
from sim.randomness import Sequences
from sim.scenario.schema import Campaigns, Kiln, KilnCalendarRow
from sim.units import DAY, YEAR, BoolArray, FloatArray, IntArray

Span = tuple[int, int]
"""A half-open interval, s."""

OFF_PEAK, MAINTENANCE = 1, 2


@dataclass(frozen=True)
class KilnStops:
    """When the kiln does not burn, over the horizon.

    Attributes
    ----------
    not_burning
        Merged spans of whatever keeps the kiln from burning, ascending.
    planned
        Merged spans of off-peak and maintenance days with the restart after each.
    off_peak, maintenance
        (simulated days,) off-peak days; maintenance days outside off-peak stops.
    """

    not_burning: tuple[Span, ...]
    planned: tuple[Span, ...]
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
    days = _stop_days(sequences, kiln, plan, horizon)
    stopped = np.flatnonzero(np.diff((days != 0).astype(np.int8), prepend=0, append=0)) + plan.first_day
    edges = (stopped * DAY).tolist()
    planned = [(begin, end + plan.restart) for begin, end in zip(edges[::2], edges[1::2], strict=True)]
    unplanned = _unplanned(sequences, kiln, plan, horizon.end)
    inside = days[-plan.first_day :]
    return KilnStops(
        not_burning=_merge([*planned, *unplanned], horizon.end),
        planned=_merge(planned, horizon.end),
        off_peak=inside == OFF_PEAK,
        maintenance=inside == MAINTENANCE,
    )


def _stop_days(sequences: Sequences, kiln: str, plan: KilnPlan, horizon: Horizon) -> npt.NDArray[np.int8]:
    """Whether each planned day is an off-peak day, a maintenance day or none, from `plan.first_day` on."""
    days = np.zeros(horizon.days - plan.first_day, dtype=np.int8)
    days[np.array(plan.maintenance_days, dtype=np.int64) - plan.first_day] = MAINTENANCE
    days[np.array(plan.off_peak_days, dtype=np.int64) - plan.first_day] = OFF_PEAK
    for quarter in plan.quarters:
        generator = sequences.open("kiln_stops", kiln, str(quarter.year), str(quarter.number))
        for period in quarter.periods:
            campaigns = _campaigns(generator, plan.campaigns, period)
            first = period.first - plan.first_day
            for what, quota in ((MAINTENANCE, period.stopped), (OFF_PEAK, period.off_peak)):
                for begin, length in _fill(campaigns, quota):
                    days[first + begin : first + begin + length] = what
    return days


def _campaigns(generator: np.random.Generator, law: Campaigns | None, period: StopPeriod) -> list[Span]:
    """Cut a period into campaigns (first day, days), and bring them into a drawn order."""
    if law is None or period.days == 0:
        return []
    draws = generator.random((ceil(period.days / law.shortest_days), 2)).tolist()
    cut: list[tuple[float, int, int]] = []
    begin = 0
    for unit, place in draws:
        length = min(campaign_days(law, unit), period.days - begin)
        cut.append((place, begin, length))
        begin += length
        if begin == period.days:
            break
    return [(begin, length) for _, begin, length in sorted(cut)]


def campaign_days(law: Campaigns, unit: float) -> int:
    """Whole days of a campaign: the triangular law's quantile at `unit`."""
    low, mode, high = law.shortest_days, law.usual_days, law.longest_days
    if unit * (high - low) < mode - low:
        return round(low + sqrt(unit * (high - low) * (mode - low)))
    return round(high - sqrt((1.0 - unit) * (high - low) * (high - mode)))


def _fill(campaigns: Sequence[Span], quota: int) -> Iterable[Span]:
    """Campaigns (first day, days) in their order until `quota` days are full; the last is cut short."""
    for begin, length in campaigns:
        if quota <= 0:
            return
        yield begin, min(length, quota)
        quota -= length


def _unplanned(sequences: Sequences, kiln: str, plan: KilnPlan, end: int) -> list[Span]:
    """Unplanned stops by ordinal: unit-exponential gaps stretched by the rate, uniform durations."""
    if plan.unplanned_per_year == 0.0:
        return []
    stretch = YEAR / plan.unplanned_per_year
    count = 64
    while (begins := _gaps(sequences, kiln, count) * stretch)[-1] < end:
        count *= 2
    begins = begins[begins < end]
    units = sequences.open("unplanned", kiln, "durations").random(count)[: len(begins)]
    lengths = plan.unplanned_shortest + units * (plan.unplanned_longest - plan.unplanned_shortest)
    spans = np.rint(np.column_stack([begins, begins + lengths])).astype(np.int64)
    return [(begin, finish) for begin, finish in spans.tolist()]


def _gaps(sequences: Sequences, kiln: str, count: int) -> FloatArray:
    return np.cumsum(sequences.open("unplanned", kiln, "gaps").standard_exponential(count))


def _merge(spans: Iterable[Span], end: int) -> tuple[Span, ...]:
    """Union of spans inside [0, end), ascending."""
    merged: list[Span] = []
    for begin, finish in sorted(spans):
        begin, finish = max(begin, 0), min(finish, end)
        if begin >= finish:
            continue
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], finish))
        else:
            merged.append((begin, finish))
    return tuple(merged)


def seconds_within(spans: Sequence[Span], edges: IntArray) -> IntArray:
    """Seconds that ascending, disjoint `spans` cover between successive `edges`."""
    begin, end = np.array(spans, dtype=np.int64).reshape(-1, 2).T
    before = np.clip(edges[:, None] - begin, 0, end - begin).sum(axis=1)
    return np.asarray(np.diff(before), dtype=np.int64)


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
