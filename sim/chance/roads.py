"""Roads: closures that begin on a date, and each date's travel-time factor."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from sim.calendars import Horizon
from sim.chance.chance import Chance, lognormal_factor, normal_per_date, uniform, words_per_date
from sim.network.hazardous import Road, RoadClosures
from sim.units import DAY, BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class RoadState:
    """A road over the horizon.

    Attributes
    ----------
    factor
        (days,) travel time on the date over the usual one.
    shut, reopened
        (closures,) s; disjoint and ascending.
    """

    factor: FloatArray
    shut: IntArray
    reopened: IntArray

    def open_from(self, when: int) -> int:
        """First instant from `when` on at which the road is open, s."""
        shut, reopened = self._closures
        last = bisect_right(shut, when) - 1
        return when if last < 0 else max(when, reopened[last])

    def open_among(self, moments: list[int]) -> list[int]:
        """Those of ascending `moments`, s, at which the road is open."""
        kept = moments.copy()
        for shut, reopened in zip(*self._closures, strict=True):
            del kept[bisect_left(kept, shut) : bisect_left(kept, reopened)]
        return kept

    @cached_property
    def _closures(self) -> tuple[list[int], list[int]]:
        return self.shut.tolist(), self.reopened.tolist()


def road_state(chance: Chance, road: Road, horizon: Horizon) -> RoadState:
    """Closures and travel times of `road`; the factor of a date beyond the horizon is 1."""
    return chance.keep(("road", road, horizon), lambda: _draw(chance, road, horizon))


def _draw(chance: Chance, road: Road, horizon: Horizon) -> RoadState:
    normal = normal_per_date(chance, horizon, "travel_time", road.name)
    factor = lognormal_factor(normal, road.travel_time_cv)
    begins: list[FloatArray] = []
    ends: list[FloatArray] = []
    for closure in road.closures:
        begin, end = _closures(chance, road, closure, horizon)
        begins.append(begin)
        ends.append(end)
    shut, reopened = merge(np.concatenate([*begins, np.empty(0)]), np.concatenate([*ends, np.empty(0)]))
    return RoadState(factor, shut.astype(np.int64), reopened.astype(np.int64))


def _closures(
    chance: Chance, road: Road, closure: RoadClosures, horizon: Horizon
) -> tuple[FloatArray, FloatArray]:
    """Begin and end of each, s: the words of a date say whether one begins, at which hour, how long it is."""
    words = words_per_date(chance, horizon, "closure", road.name, closure.name)
    chance_per_day = closure.per_year / (len(closure.months) * 365.25 / 12)
    struck = np.flatnonzero((uniform(words[:, 0]) < chance_per_day) & _in_months(horizon, closure.months))
    hour, radius, angle = uniform(words[struck, 1:]).T
    normal = np.sqrt(-2 * np.log(radius)) * np.cos(2 * np.pi * angle)
    begin = (struck + hour) * DAY
    return begin, begin + closure.mean * lognormal_factor(normal, closure.cv)


@lru_cache(maxsize=64)
def _in_months(horizon: Horizon, months: tuple[int, ...]) -> BoolArray:
    """(days,) whether each date lies in one of the months."""
    edges = horizon.month_edges // DAY
    wanted = np.isin(np.arange(len(edges) - 1) % 12 + 1, months)
    return np.repeat(wanted, np.diff(edges))


def merge(begin: FloatArray, end: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Disjoint ascending intervals that cover the same instants."""
    if not len(begin):
        return begin, end
    order = np.argsort(begin, kind="stable")
    begin, end = begin[order], np.maximum.accumulate(end[order])
    fresh = np.concatenate([[True], begin[1:] > end[:-1]])
    last = np.concatenate([np.flatnonzero(fresh)[1:] - 1, [len(begin) - 1]])
    return begin[fresh], end[last]
