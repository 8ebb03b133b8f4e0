"""Calendar time: the horizon of a run and working days.

Model time is whole seconds since midnight of the horizon's first day, local time (China has no
daylight saving, so a day is always 86 400 s).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from sim.units import DAY, IntArray


@dataclass(frozen=True)
class Horizon:
    """Whole calendar years `first`..`last` that are reported, after `warm_up_years` that are not."""

    first: int
    last: int
    warm_up_years: int

    @cached_property
    def start(self) -> date:
        """First simulated day."""
        return date(self.first - self.warm_up_years, 1, 1)

    @cached_property
    def days(self) -> int:
        """Simulated days, warm-up included."""
        return (date(self.last + 1, 1, 1) - self.start).days

    @property
    def end(self) -> int:
        """End of the run, s."""
        return self.days * DAY

    @cached_property
    def report_start(self) -> int:
        """Begin of the first reported year, s."""
        return self.at(date(self.first, 1, 1))

    @cached_property
    def simulated_years(self) -> tuple[int, ...]:
        """All simulated calendar years."""
        return tuple(range(self.start.year, self.last + 1))

    @cached_property
    def reported_years(self) -> tuple[int, ...]:
        """The calendar years that results speak of."""
        return tuple(range(self.first, self.last + 1))

    @cached_property
    def simulated_edges(self) -> IntArray:
        """1 January of every simulated year, and the end of the run, s."""
        return self._edges(self.start.year)

    @cached_property
    def reported_edges(self) -> IntArray:
        """1 January of every reported year, and the end of the run, s."""
        return self._edges(self.first)

    @cached_property
    def year_days(self) -> tuple[int, ...]:
        """Days of every simulated year."""
        return tuple((np.diff(self.simulated_edges) // DAY).tolist())

    @cached_property
    def month_edges(self) -> IntArray:
        """First of every simulated month, and the end of the run, s."""
        months = [date(year, month, 1) for year in self.simulated_years for month in range(1, 13)]
        return np.array([*map(self.at, months), self.end], dtype=np.int64)

    def _edges(self, first: int) -> IntArray:
        return np.array([self.at(date(year, 1, 1)) for year in range(first, self.last + 2)], dtype=np.int64)

    def at(self, day: date) -> int:
        """Midnight that begins `day`, s; negative before the horizon."""
        return (day - self.start).days * DAY

    def date_of(self, when: int) -> date:
        """Calendar day that contains the instant `when`, s."""
        return self.start + timedelta(days=int(when) // DAY)


@dataclass(frozen=True)
class WorkingCalendar:
    """Working days of a horizon, and a margin of two years after it; beyond that every day is one.

    Attributes
    ----------
    working
        Day indices (from the horizon's first day) that are working days, ascending.
    announced_until
        Last year whose make-up days and holidays are decreed; later ones are predicted.
    """

    working: IntArray
    announced_until: int

    def next_working(self, day: int) -> int:
        """First working day on or after `day` (day index)."""
        return self._at(bisect_left(self._days, day), day)

    def after(self, day: int, working_days: int) -> int:
        """Day index that lies `working_days` working days after `day`."""
        return self._at(bisect_right(self._days, day) + working_days - 1, day)

    def after_each(self, days: IntArray, working_days: int) -> IntArray:
        """The same for many days."""
        places = self.working.searchsorted(days, side="right") + working_days - 1
        known = len(self.working)
        beyond = np.maximum(days, self._last) + 1 + places - known
        return np.where(places < known, self.working.take(places, mode="clip") if known else 0, beyond)

    def _at(self, place: int, day: int) -> int:
        """Working day at a place of the list, or as many days after its end (and after `day`)."""
        beyond = place - len(self._days)
        return self._days[place] if beyond < 0 else max(day, self._last) + 1 + beyond

    @property
    def _last(self) -> int:
        return self._days[-1] if self._days else -1

    @cached_property
    def _days(self) -> list[int]:
        days: list[int] = self.working.tolist()
        return days


ANNOUNCED_UNTIL = 2026
"""Last year whose Chinese working-day arrangement has been decreed in the calendar library."""


def working_calendar(
    horizon: Horizon, closed: tuple[date, ...] = (), worked: tuple[date, ...] = ()
) -> WorkingCalendar:
    """Chinese working days over `horizon`, with dates `closed` or `worked` by hand."""
    import holidays

    years = range(horizon.start.year, horizon.last + 3)
    chinese = holidays.country_holidays("CN", years=years)
    days = (date(horizon.last + 3, 1, 1) - horizon.start).days
    shut, open_ = set(closed), set(worked)
    working = [
        index
        for index in range(days)
        if (day := horizon.start + timedelta(days=index)) in open_
        or (day not in shut and chinese.is_working_day(day))
    ]
    return WorkingCalendar(np.array(working, dtype=np.int64), ANNOUNCED_UNTIL)
