"""How many days of which quarter or month the kiln must stand; where in it they fall is chance."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from sim.calendars import Horizon
from sim.units import BoolArray, IntArray, seconds

if TYPE_CHECKING:
    from sim.scenario.schema import (
        Kiln,
        KilnCalendarRow,
        OffPeakAnnual,
        OffPeakMonthly,
        OffPeakRecorded,
        OffPeakWindows,
    )


@dataclass(frozen=True)
class StopPeriod:
    """A quarter or a month, out of which campaigns are drawn.

    Attributes
    ----------
    first
        Index of its first day, from the horizon's first day; negative before the horizon.
    days
        Its length.
    off_peak
        Off-peak days in it.
    stopped
        Off-peak days and the maintenance that found no room in them.
    """

    first: int
    days: int
    off_peak: int
    stopped: int


@dataclass(frozen=True)
class StopQuarter:
    """A calendar quarter (1 to 4) and the periods that it is made of: itself, or its three months."""

    year: int
    number: int
    periods: tuple[StopPeriod, ...]


@dataclass(frozen=True)
class CampaignLaw:
    """A campaign's length in whole days: triangular."""

    shortest_days: int
    usual_days: int
    longest_days: int


@dataclass(frozen=True)
class CampaignDraws:
    """Campaigns to draw, for each period as many as fill it if all are short; days from the first planned.

    Attributes
    ----------
    quarters
        Year and number of each quarter, and how many campaigns are drawn for it.
    start
        (campaigns,) index of the first campaign of the same period.
    first, end
        (campaigns,) first day of the period, and the day after its last.
    off_peak, stopped
        (days,) whether the kiln stops, off-peak or at all, on the day that is drawn to this place.
    """

    quarters: tuple[tuple[str, str, int], ...]
    start: IntArray
    first: IntArray
    end: IntArray
    off_peak: BoolArray
    stopped: BoolArray


@dataclass(frozen=True)
class KilnPlan:
    """Stops of the kiln as far as they are fixed, from the year before the horizon on.

    Attributes
    ----------
    first_day
        Index of the first planned day; the year before the horizon is planned too, so that a stop
        over New Year's Eve reaches into the horizon.
    quarters
        What campaigns must fill; empty where the stops have dates.
    campaigns
        Law of a campaign's length.
    off_peak_days, maintenance_days
        Indices of stop days whose dates are given.
    restart
        Heating up after a stop, s.
    unplanned_per_year, unplanned_shortest, unplanned_longest
        Unplanned stops per year, and their uniform duration, s; it includes their own restart.
    """

    first_day: int
    quarters: tuple[StopQuarter, ...]
    campaigns: CampaignLaw | None
    off_peak_days: tuple[int, ...]
    maintenance_days: tuple[int, ...]
    restart: int
    unplanned_per_year: float
    unplanned_shortest: int
    unplanned_longest: int

    @cached_property
    def key(self) -> str:
        """The plan as text: the same for plans that are equal, and looked up more quickly."""
        return repr(self)

    @cached_property
    def draws(self) -> CampaignDraws:
        """What is drawn for the quarters, if the stops have no dates."""
        assert self.campaigns is not None  # noqa: S101 - there is a law where there are quarters
        periods = [period for quarter in self.quarters for period in quarter.periods]
        first, days, off_peak, stopped = np.array(
            [(one.first - self.first_day, one.days, one.off_peak, one.stopped) for one in periods]
        ).T
        counts = -(-days // self.campaigns.shortest_days)
        of_quarters = counts.reshape(len(self.quarters), -1).sum(axis=1).tolist()
        place = np.arange(days.sum()) - np.repeat(first, days)
        return CampaignDraws(
            quarters=tuple(
                (str(quarter.year), str(quarter.number), count)
                for quarter, count in zip(self.quarters, of_quarters, strict=True)
            ),
            start=np.repeat(np.cumsum(counts) - counts, counts),
            first=np.repeat(first, counts),
            end=np.repeat(first + days, counts),
            off_peak=place < np.repeat(off_peak, days),
            stopped=place < np.repeat(stopped, days),
        )


def compile_kiln(kiln: Kiln, calendar: Sequence[KilnCalendarRow], horizon: Horizon) -> KilnPlan:
    """Work out the stops of `kiln` over `horizon` and the year before it.

    Maintenance lies inside off-peak stops. A year with fewer off-peak days than maintenance days is
    filled up: by the same apportionment and the same campaigns, or, where stops have dates, with the
    days that follow the year's last stop (the first days of January if it has none).
    """
    years = range(horizon.start.year - 1, horizon.last + 1)
    quarters: tuple[StopQuarter, ...] = ()
    campaigns: CampaignLaw | None = None
    off_peak_days: tuple[int, ...] = ()
    maintenance_days: tuple[int, ...] = ()
    form = kiln.off_peak
    if form.form == "windows":
        off_peak_days, maintenance_days = _dated(form, kiln.maintenance_days, years, horizon)
    else:
        law = form.campaigns
        campaigns = CampaignLaw(law.shortest_days, law.usual_days, law.longest_days)
        quarters = tuple(
            quarter for year in years for quarter in _quarters(kiln, form, calendar, year, horizon)
        )
    stops = kiln.unplanned
    return KilnPlan(
        first_day=(date(years[0], 1, 1) - horizon.start).days,
        quarters=quarters,
        campaigns=campaigns,
        off_peak_days=off_peak_days,
        maintenance_days=maintenance_days,
        restart=seconds(days=kiln.restart_days),
        unplanned_per_year=stops.per_year,
        unplanned_shortest=seconds(days=stops.shortest_days),
        unplanned_longest=seconds(days=stops.longest_days),
    )


def apportion(
    total: int, weights: Sequence[float], room: Sequence[int], given: Sequence[int] = ()
) -> list[int]:
    """Share `total` whole days out by weight, at most `room` each, at least what is `given`.

    Sainte-Lague: day by day to whom weight / (2 x days held + 1) is largest, the first of equals. A
    larger total therefore never takes a day away from anybody (house monotone).
    """
    held = list(given) or [0] * len(weights)
    claims = sorted(
        (-weight / (2 * days + 1), index)
        for index, (weight, most) in enumerate(zip(weights, room, strict=True))
        for days in range(held[index], most)
    )
    for _, index in claims[: max(0, total - sum(held))]:
        held[index] += 1
    return held


def _quarters(
    kiln: Kiln,
    form: OffPeakAnnual | OffPeakMonthly | OffPeakRecorded,
    calendar: Sequence[KilnCalendarRow],
    year: int,
    horizon: Horizon,
) -> list[StopQuarter]:
    months = [monthrange(year, month)[1] for month in range(1, 13)]
    if form.form == "annual":
        lengths = [sum(months[start : start + 3]) for start in range(0, 12, 3)]
        shares = form.quarter_shares
        off_peak = apportion(form.days_per_year, shares, lengths)
        stopped = apportion(max(form.days_per_year, kiln.maintenance_days), shares, lengths)
    else:
        lengths = months
        wanted = form.days_by_month if form.form == "monthly" else _recorded(calendar, year)
        off_peak = [min(days, most) for days, most in zip(wanted, months, strict=True)]
        weights = off_peak if any(off_peak) else months
        stopped = apportion(kiln.maintenance_days, weights, months, off_peak)
    first = (date(year, 1, 1) - horizon.start).days
    starts = accumulate(lengths[:-1], initial=first)
    periods = [StopPeriod(*numbers) for numbers in zip(starts, lengths, off_peak, stopped, strict=True)]
    size = len(periods) // 4
    return [StopQuarter(year, q + 1, tuple(periods[q * size : (q + 1) * size])) for q in range(4)]


def _recorded(calendar: Sequence[KilnCalendarRow], year: int) -> tuple[int, ...]:
    """Days per month of `year`; a year outside the calendar takes its first or last row."""
    rows = {row.year: row for row in calendar}
    row = rows[min((known for known in rows), key=lambda known: (abs(known - year), known))]
    return tuple(getattr(row, f"m{month:02d}") for month in range(1, 13))


def _dated(
    form: OffPeakWindows, maintenance: int, years: range, horizon: Horizon
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Off-peak days and surplus maintenance days of stops that have dates."""
    off_peak = {
        window.first + timedelta(days=offset)
        for window in form.windows
        for offset in range((window.last - window.first).days + 1)
    }
    surplus: set[date] = set()
    for year in years:
        of_year = [date(year, 1, 1) + timedelta(days=offset) for offset in range(_length(year))]
        stops = [index for index, day in enumerate(of_year) if day in off_peak]
        last = stops[-1] + 1 if stops else 0
        free = [day for day in of_year[last:] + of_year[:last] if day not in off_peak]
        surplus.update(free[: max(0, maintenance - len(stops))])
    inside = [day for day in off_peak if years[0] <= day.year <= years[-1]]
    return tuple(sorted(_index(inside, horizon))), tuple(sorted(_index(surplus, horizon)))


def _length(year: int) -> int:
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days


def _index(days: Sequence[date] | set[date], horizon: Horizon) -> list[int]:
    return [(day - horizon.start).days for day in days]
