"""Why a store overflowed, on timelines whose blockage is plain to see."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from planner_cases.hazard_cases import KG, at, county, measured, run, with_bay, with_direct, with_point

from sim.calendars import Horizon
from sim.chance.chance import Chance
from sim.chance.roads import RoadState
from sim.network.hazardous import HazardousNetwork, Road
from sim.record.hazardous import HazardousRecord
from sim.units import HOUR

OIL_1, OIL_2 = "garage-1/waste_oil", "garage-2/waste_oil"
TWO = ((2, OIL_1, 90), (5, OIL_2, 85))
"""A truck is decided on on day 5, has its papers on day 12, leaves at 8:00 and loads at 10:40."""


def causes(record: HazardousRecord, place: str = OIL_1) -> list[tuple[float, str]]:
    """(day on which it began, cause) of each overflow of `place`."""
    episodes = measured(record)[2].episodes
    rows = np.flatnonzero(episodes["place"] == (place if "point" in place else f"site:{place}"))
    return [(round(episodes["start"][row] / 86400, 3), str(episodes["cause"][row])) for row in rows]


def cause_at(day: float, network: HazardousNetwork | None = None) -> list[tuple[float, str]]:
    """Causes if the store of 170 kg overflows on `day`."""
    return causes(run(network or county(), *TWO, (day, OIL_1, 100)))


@pytest.mark.parametrize(
    ("day", "cause"),
    [
        (6, "manifest"),
        (12.2, "receiver closed"),
        (12.4, "vehicle under way"),
    ],
)
def test_the_phase_of_the_trip_that_comes_next_is_the_cause(day: float, cause: str) -> None:
    assert cause_at(day) == [(day, cause)]


def test_a_store_that_overflows_before_it_calls_has_a_trigger_that_is_too_high() -> None:
    network = county()
    network = replace(network, stores=replace(network.stores, call_direct=network.stores.call_direct * 3))

    assert causes(run(network, (2, OIL_1, 200), (20, OIL_1, 100))) == [(2, "trigger not reached")]


def test_too_small_a_load_waits_for_others() -> None:
    network = county()
    network = replace(network, routes=(replace(network.routes[0], min_load=1000 * KG),))

    assert causes(run(network, (1, OIL_1, 140), (2, OIL_1, 60))) == [(2, "waiting for minimum load")]


def test_a_batch_that_is_more_than_the_room_above_the_trigger_is_itself_the_cause() -> None:
    assert causes(run(county(), (2, OIL_1, 200))) == [(2, "single batch larger than the room")]


def test_a_truck_that_is_still_away_is_no_vehicle_free() -> None:
    network = county()
    network = with_direct(replace(network, routes=(replace(network.routes[0], duration=7 * HOUR),)), trucks=1)

    assert causes(run(network, (5, OIL_2, 120), (5.1, OIL_1, 120), (13, OIL_1, 100))) == [
        (13, "no vehicle free")
    ]


def test_a_closed_road_is_the_cause_while_the_truck_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def state(chance: Chance, road: Road, horizon: Horizon) -> RoadState:
        return RoadState(np.ones(horizon.days), np.array([at(11)]), np.array([at(14)]))

    monkeypatch.setattr("sim.model.world.road_state", state)
    assert cause_at(13) == [(13, "road closed")]


def test_a_missed_visit_is_the_cause_until_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(chance: Chance, network: HazardousNetwork) -> np.ndarray:
        return np.full((3, network.horizon.days), -1, dtype=np.int32)

    monkeypatch.setattr("sim.model.world.services", nobody)
    assert cause_at(14) == [(14, "missed visit")]


def test_what_a_full_truck_left_behind_is_its_cause() -> None:
    network = with_direct(county(), fleet=replace(county().direct.fleet, payload=20 * KG), max_wait=10**9)

    assert causes(run(network, (2, OIL_1, 120), (14, OIL_1, 100))) == [(14, "truck full (left behind)")]


def test_a_round_that_is_not_due_or_a_source_that_has_not_called() -> None:
    fixed = county("pilot")
    on_call = with_point(fixed, rounds="on_call", every_days=7, call_oldest=10**9)
    calls_late = replace(on_call, stores=replace(on_call.stores, call_pilot=on_call.stores.call_pilot * 3))

    assert causes(run(fixed, (9, OIL_1, 200))) == [(9, "next round not due")]
    assert causes(run(on_call, (8, OIL_1, 150), (9, OIL_1, 50))) == [(9, "next round not due")]
    assert causes(run(on_call, (9, OIL_1, 200))) == [(9, "single batch larger than the room")]
    assert causes(run(calls_late, (9, OIL_1, 200), (50, OIL_1, 100))) == [(9, "trigger not reached")]


def test_before_opening_and_enrolment_the_plan_itself_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    network = with_direct(county("pilot"), trucks=0)
    assert network.collection is not None
    opening = replace(network.collection.opening, low=at(50), mode=at(50), high=at(50))
    monkeypatch.setattr(
        "sim.model.hazardous.visits.enrolment",
        lambda chance, network, site, opens: np.array([at(200), at(50), at(50)]),
    )
    record = run(with_point(network, opening=opening), (9, OIL_1, 200), (9, OIL_2, 400), (245, OIL_1, 400))

    assert causes(record) == [(9, "collection point not open"), (245, "next round not due")]
    late = run(with_point(network, opening=opening), (100, OIL_1, 200))
    assert causes(late) == [(100, "not enrolled")]


def test_a_full_bay_is_the_cause_at_the_source_and_has_an_episode_of_its_own() -> None:
    network = with_bay(county("pilot"), capacity=100, release=1000)
    record = run(network, (1, OIL_1, 150), (70, OIL_1, 150))

    assert causes(record)[0] == (70, "bay full")
    assert causes(record, "collection_point/waste_oil")[0] == (60, "bay full")


@pytest.mark.parametrize("network", [with_direct(county(), trucks=0), with_point(county("pilot"), vans=0)])
def test_where_there_are_no_vehicles_none_is_free(network: HazardousNetwork) -> None:
    assert causes(run(network, (2, OIL_1, 200))) == [(2, "no vehicle free")]


def test_an_episode_that_began_in_warm_up_is_told_from_the_first_reported_second() -> None:
    network = with_direct(county(horizon=Horizon(2026, 2026, 1)), trucks=0)
    totals, _, outcome = measured(run(network, (300, OIL_1, 200)))

    assert outcome.episodes["start"].tolist() == [at(365)]
    assert outcome.episodes["days"].tolist() == [365]
    assert totals[f"site:{OIL_1}", "overflow_days"] == 365
