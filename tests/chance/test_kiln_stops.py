"""Where the stops of the kiln fall."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planner_cases.slag_cases import CAMPAIGNS, kiln_of, task

from sim.calendars import Horizon
from sim.chance.kiln_stops import (
    KilnStops,
    campaign_days,
    draw_kiln_stops,
    echo_stops,
    seconds_within,
)
from sim.chance.smelters import draw_smelter_factors
from sim.network.kiln_plan import apportion, compile_kiln
from sim.randomness import Sequences
from sim.record.slag import kiln_seconds
from sim.scenario.schema import (
    KilnCalendarRow,
    OffPeakMonthly,
    OffPeakRecorded,
    OffPeakWindows,
    UnplannedStops,
    Window,
)
from sim.units import DAY

YEARS = Horizon(2026, 2028, 0)
OFTEN = UnplannedStops(per_year=6.0, shortest_days=1.0, longest_days=5.0)


def draw(off_peak: Any, seed: int = 1, horizon: Horizon = YEARS, **changes: Any) -> KilnStops:
    plan = compile_kiln(kiln_of(off_peak, **changes), CALENDAR, horizon)
    return draw_kiln_stops(Sequences(seed, 0), "kiln", plan, horizon)


def row(year: int, days: int) -> KilnCalendarRow:
    months = {f"m{month:02d}": days for month in range(1, 13)}
    return KilnCalendarRow(year=year, basis="test", **months)  # type: ignore[arg-type]


CALENDAR = (row(2026, 5), row(2027, 20))


def days_by_year(flags: np.ndarray, horizon: Horizon = YEARS) -> list[int]:
    edges = horizon.simulated_edges // DAY
    return [int(flags[a:b].sum()) for a, b in pairwise(edges)]


def idle_seconds(stops: KilnStops, horizon: Horizon = YEARS) -> np.ndarray:
    """Whether the kiln stands, half-day by half-day."""
    edges = np.arange(0, horizon.end + 1, DAY // 2)
    return seconds_within(stops.not_burning, edges)


def test_an_annual_task_is_shared_out_by_largest_claim() -> None:
    shares = (0.29, 0.18, 0.24, 0.29)

    assert apportion(190, shares, (90, 91, 92, 92)) == [55, 34, 46, 55]
    assert apportion(366, shares, (90, 91, 92, 92)) == [90, 91, 92, 92]
    assert apportion(0, shares, (90, 91, 92, 92)) == [0, 0, 0, 0]
    assert apportion(3, (0.5, 0.0), (1, 5)) == [1, 2]


@given(total=st.integers(0, 365), shares=st.tuples(*[st.floats(0, 1)] * 4))
def test_one_day_more_takes_no_day_away_from_any_quarter(total: int, shares: tuple[float, ...]) -> None:
    room = (90, 91, 92, 92)
    fewer, more = apportion(total, shares, room), apportion(total + 1, shares, room)

    assert all(a <= b for a, b in zip(fewer, more, strict=True))
    assert sum(fewer) == total


@pytest.mark.parametrize("days", [0, 110, 190])
def test_a_task_is_met_to_the_day_in_every_year(days: int) -> None:
    for seed in range(20):
        assert days_by_year(draw(task(days), seed).off_peak) == [days] * 3


@settings(deadline=None, max_examples=100)
@given(
    seed=st.integers(0, 2**32),
    days=st.tuples(st.integers(0, 366), st.integers(0, 366)).map(sorted),
    restart=st.sampled_from([0.0, 1.5, 3.0]),
)
def test_a_shorter_task_stands_on_a_subset_of_the_days_of_a_longer_one(
    seed: int, days: list[int], restart: float
) -> None:
    short, long = (draw(task(d), seed, restart_days=restart, unplanned=OFTEN) for d in days)

    assert not (short.off_peak & ~long.off_peak).any()
    assert (idle_seconds(short) <= idle_seconds(long)).all()


def test_plans_that_are_equal_are_looked_up_under_the_same_text() -> None:
    one, other, longer = (compile_kiln(kiln_of(task(days)), CALENDAR, YEARS) for days in (110, 110, 190))

    assert one is not other
    assert one.key == other.key != longer.key


def test_stops_of_a_year_do_not_depend_on_when_the_simulation_begins() -> None:
    late, early = Horizon(2027, 2028, 0), Horizon(2027, 2028, 1)

    assert (draw(task(190), horizon=late).off_peak == draw(task(190), horizon=early).off_peak[365:]).all()


def test_the_kiln_heats_up_after_every_stop() -> None:
    windows = OffPeakWindows(form="windows", windows=(_window((2026, 3, 1), (2026, 3, 20)),))
    stops = draw(windows, maintenance_days=0)
    begin, end = YEARS.at(date(2026, 3, 1)), YEARS.at(date(2026, 3, 21))

    assert stops.not_burning.tolist() == [[begin, end + 3 * DAY // 2]]
    assert days_by_year(stops.off_peak) == [20, 0, 0]


def test_a_stop_over_new_years_eve_reaches_into_the_horizon() -> None:
    windows = OffPeakWindows(form="windows", windows=(_window((2025, 12, 20), (2025, 12, 31)),))

    assert draw(windows, maintenance_days=0).not_burning.tolist() == [[0, 3 * DAY // 2]]


def test_windows_that_overlap_count_once() -> None:
    windows = (_window((2026, 3, 1), (2026, 3, 20)), _window((2026, 3, 11), (2026, 3, 30)))

    assert days_by_year(draw(OffPeakWindows(form="windows", windows=windows)).off_peak)[0] == 30


def test_maintenance_fills_up_a_year_with_fewer_off_peak_days_and_is_not_counted_as_such() -> None:
    none, some, enough = (draw(task(days)) for days in (0, 10, 30))

    assert days_by_year(none.off_peak) == [0, 0, 0]
    assert days_by_year(none.maintenance) == [25, 25, 25]
    assert days_by_year(some.maintenance) == [15, 15, 15]
    assert days_by_year(enough.maintenance) == [0, 0, 0]


def test_maintenance_follows_the_last_dated_stop() -> None:
    windows = OffPeakWindows(form="windows", windows=(_window((2026, 3, 1), (2026, 3, 20)),))
    stops = draw(windows, maintenance_days=25)

    assert np.flatnonzero(stops.maintenance).tolist()[:6] == [79, 80, 81, 82, 83, 365]
    assert days_by_year(stops.maintenance) == [5, 25, 25]


def test_recorded_years_hold_month_by_month_and_the_last_row_holds_after_them() -> None:
    stops = draw(OffPeakRecorded(form="recorded", campaigns=CAMPAIGNS))

    assert days_by_year(stops.off_peak) == [60, 240, 240]
    assert stops.off_peak[:31].sum() == 5


def test_a_29_february_is_left_out_of_years_that_have_none() -> None:
    months = (0, 31) + (0,) * 10
    form = OffPeakMonthly(form="monthly", days_by_month=months, campaigns=CAMPAIGNS)

    assert days_by_year(draw(form, maintenance_days=0).off_peak) == [28, 28, 29]


def test_campaigns_keep_to_their_law() -> None:
    lengths = campaign_days(CAMPAIGNS, np.linspace(0, 1, 101)).tolist()

    assert lengths[0] == 5
    assert lengths[-1] == 25
    assert lengths == sorted(lengths)
    assert np.mean(lengths) == pytest.approx(14, abs=0.2)
    all_alike = CAMPAIGNS.model_copy(update={"usual_days": 5, "longest_days": 5})
    assert campaign_days(all_alike, np.array([0.3])).tolist() == [5]


def test_unplanned_stops_come_at_their_rate_and_are_the_same_for_every_task() -> None:
    long = Horizon(2026, 2065, 0)
    none = draw(task(0), horizon=long, maintenance_days=0, unplanned=OFTEN)
    busy = draw(task(190), horizon=long, unplanned=OFTEN)

    assert len(none.not_burning) == pytest.approx(240, abs=60)
    assert (idle_seconds(none, long) <= idle_seconds(busy, long)).all()


def test_every_second_of_the_kiln_has_one_state() -> None:
    seconds = kiln_seconds(draw(task(190), unplanned=OFTEN), YEARS.simulated_edges)

    assert sum(seconds.values()).tolist() == np.diff(YEARS.simulated_edges).tolist()
    assert min(int(state.min()) for state in seconds.values()) >= 0
    assert (seconds["off_peak"] == 190 * DAY).all()


def test_the_echo_shows_the_task_and_the_days_not_burning() -> None:
    echo = echo_stops(kiln_of(task(190), unplanned=OFTEN), (), Horizon(2026, 2027, 2))

    assert [year.year for year in echo] == [2026, 2027]
    assert [year.off_peak_days for year in echo] == [190, 190]
    assert all(195 < year.days_not_burning < 230 for year in echo)
    assert sum(echo[0].months) == pytest.approx(190)


def test_a_smelters_year_depends_on_nothing_but_the_smelter_and_the_year() -> None:
    alone = draw_smelter_factors(Sequences(1, 0), ("a",), (2026, 2027), 0.3)
    other = draw_smelter_factors(Sequences(1, 0), ("b", "a"), (2024, 2025, 2026, 2027), 0.3)

    assert (alone[0] == other[1, 2:]).all()
    assert (draw_smelter_factors(Sequences(1, 0), ("a",), (2026,), 0.0) == 1).all()


def test_factors_of_smelters_have_mean_one_and_their_spread() -> None:
    factors = draw_smelter_factors(
        Sequences(1, 0), [str(name) for name in range(400)], tuple(range(2000, 2060)), 0.34
    )

    assert factors.mean() == pytest.approx(1, abs=0.02)
    assert factors.std() == pytest.approx(0.34, abs=0.02)


def _window(first: tuple[int, int, int], last: tuple[int, int, int]) -> Window:
    return Window(first=date(*first), last=date(*last))
