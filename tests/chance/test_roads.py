"""Closures and travel times of roads, by road and date."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.calendars import Horizon
from sim.chance.chance import Chance
from sim.chance.roads import RoadState, merge, road_state
from sim.network.hazardous import Road, RoadClosures
from sim.units import DAY

HORIZON = Horizon(2026, 2029, 0)
SLIDES = RoadClosures("landslide", 6.0, (5, 6, 7, 8, 9), 1.0 * DAY, 1.0)
ICE = RoadClosures("ice", 2.0, (12, 1, 2), 2.0 * DAY, 0.5)
ROAD = Road("old_road", 0.2, (SLIDES, ICE))


def state(road: Road = ROAD, replication: int = 0, horizon: Horizon = HORIZON) -> RoadState:
    return road_state(Chance(1, replication), road, horizon)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 15)), max_size=15), st.integers(0, 70))
def test_merged_closures_cover_the_same_instants_and_do_not_touch(
    rows: list[tuple[int, int]], when: int
) -> None:
    begin = np.array([float(row[0]) for row in rows])
    end = begin + np.array([float(row[1]) for row in rows])
    shut, reopened = merge(begin, end)
    merged = RoadState(np.empty(0), shut.astype(np.int64), reopened.astype(np.int64))
    is_shut = bool(((begin <= when) & (when < end)).any())

    assert (shut[1:] > reopened[:-1]).all()
    assert (merged.open_from(when) > when) == is_shut
    again = merged.open_from(when)
    assert not ((begin <= again) & (again < end)).any()


def test_a_road_opens_when_its_closure_ends_and_is_shut_from_its_first_second() -> None:
    road = RoadState(np.empty(0), np.array([100, 300]), np.array([200, 310]))

    assert [road.open_from(when) for when in (0, 99, 100, 150, 199, 200, 250, 305, 400)] == [
        0, 99, 200, 200, 200, 200, 250, 310, 400,
    ]  # fmt: skip


def test_a_road_has_its_own_closures_whatever_other_roads_there_are() -> None:
    chance = Chance(1, 0)
    road_state(chance, Road("new_road", 0.3, (SLIDES,)), HORIZON)
    after_another = road_state(chance, ROAD, HORIZON)

    assert after_another.shut.tolist() == state().shut.tolist()
    assert after_another.factor.tolist() == state().factor.tolist()
    assert state(Road("new_road", 0.2, (SLIDES, ICE))).shut.tolist() != state().shut.tolist()


def test_another_kind_of_closure_changes_no_date_of_the_first() -> None:
    slides = state(Road("old_road", 0.2, (SLIDES,)))
    month = np.array([HORIZON.date_of(int(when)).month for when in state().shut])

    assert state().shut[np.isin(month, SLIDES.months)].tolist() == slides.shut.tolist()
    assert state().factor.tolist() == slides.factor.tolist()


def test_a_longer_horizon_begins_with_the_shorter_one() -> None:
    longer = state(horizon=Horizon(2026, 2031, 0))

    assert longer.factor[: HORIZON.days].tolist() == state().factor.tolist()
    assert longer.shut[: len(state().shut)].tolist() == state().shut.tolist()


def test_more_frequent_closures_contain_the_rarer_ones() -> None:
    def shut(per_year: float) -> set[int]:
        law = RoadClosures("landslide", per_year, SLIDES.months, 1.0, 0.0)
        return set(state(Road("old_road", 0.0, (law,))).shut.tolist())

    assert shut(2.0) < shut(6.0) < shut(20.0)


def test_closures_fall_into_their_months_as_often_as_they_should() -> None:
    found = [state(Road("old_road", 0.0, (SLIDES,)), replication) for replication in range(100)]
    begins = np.concatenate([road.shut for road in found])
    lasted = np.concatenate([road.reopened - road.shut for road in found])

    assert {HORIZON.date_of(int(when)).month for when in begins} == set(SLIDES.months)
    assert len(begins) / 400 == pytest.approx(6, rel=0.08)  # some are merged
    assert lasted.mean() / DAY == pytest.approx(1, rel=0.15)


def test_travel_times_vary_around_the_usual_and_not_at_all_without_spread() -> None:
    factors = np.array([state(replication=index).factor for index in range(20)])

    assert factors.mean() == pytest.approx(1, abs=0.01)
    assert factors.std() == pytest.approx(0.2, rel=0.05)
    assert set(state(Road("old_road", 0.0, ())).factor) == {1.0}


def test_other_replications_have_other_closures() -> None:
    assert state(replication=1).shut.tolist() != state().shut.tolist()
    assert state(replication=1).factor.tolist() != state().factor.tolist()
