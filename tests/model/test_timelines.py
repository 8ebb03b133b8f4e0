"""Timelines of the pencil county (see `hazard_cases`) that a reader can check by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from planner_cases.hazard_cases import (
    KG,
    OIL_1,
    OIL_2,
    SOLID_1,
    SOLID_3,
    at,
    batches,
    county,
    every_day,
    measured,
    run,
    taken,
    tiny,
    tiny_network,
    trips_of,
    visits_of,
    with_bay,
    with_direct,
    with_point,
    with_time,
)

from sim.calendars import Horizon
from sim.chance.chance import Chance
from sim.chance.roads import RoadState
from sim.model.hazardous import simulate_hazardous
from sim.network.compile_hazardous import compile_hazardous
from sim.network.hazardous import HazardousNetwork, Road
from sim.record.hazardous import HazardousRecord, Kind, Visit
from sim.units import DAY, HOUR

TWO = ((1, OIL_1, 50), (2, OIL_1, 40), (5, OIL_2, 85))
"""`garage-1` calls on day 2 with 90 kg, `garage-2` on day 5 with 85 kg: together a load."""
MINUTE = 1 / 60


def shut(monkeypatch: pytest.MonkeyPatch, name: str, *closures: tuple[int, int]) -> None:
    """Close the road `name` from the first to the second moment of each pair, s; no other closes."""

    def state(chance: Chance, road: Road, horizon: Horizon) -> RoadState:
        begin, end = np.array(closures if road.name == name else [], dtype=np.int64).reshape(-1, 2).T
        return RoadState(np.ones(horizon.days), begin, end)

    monkeypatch.setattr("sim.model.world.road_state", state)


def miss(monkeypatch: pytest.MonkeyPatch, *dates: tuple[int, int]) -> None:
    """Nobody is there at (site, day)."""

    def table(chance: Chance, network: HazardousNetwork) -> np.ndarray:
        times = np.full((len(network.sites.names), network.horizon.days), network.time.load, dtype=np.int32)
        for site, day in dates:
            times[site, day] = -1
        return times

    monkeypatch.setattr("sim.model.world.services", table)


# --- long haul -------------------------------------------------------------------------------------------


def test_a_truck_is_sent_when_the_calls_make_a_load_and_drives_town_sources_town() -> None:
    record = run(county(), *TWO)

    assert trips_of(record, "kind", "decided", "ready", "start", "end", "accepted") == [
        (Kind.DIRECT, at(5), at(12), at(12, 8), at(12, 8 + 6 + 40 * MINUTE), at(14, 14 + 40 * MINUTE))
    ]
    assert visits_of(record, "site", "called", "when", "ended") == [
        (0, at(2), at(12, 10 + 40 * MINUTE), Visit.COLLECTED),
        (1, at(5), at(12, 11 + 20 * MINUTE), Visit.COLLECTED),
    ]
    assert taken(record) == [(OIL_1, 90, at(12, 10 + 40 * MINUTE)), (OIL_2, 85, at(12, 11 + 20 * MINUTE))]
    states = ("drive_empty", "drive_loaded", "load", "unload", "wait", "rest", "local_m", "mass", "stops")
    hours = [(130, 150, 60, 60, 0, 0, 40_000, 175 * KG, 2)]
    assert [
        (a // 60, b // 60, c // 60, d // 60, *rest) for a, b, c, d, *rest in trips_of(record, *states)
    ] == hours


def test_too_small_a_load_goes_after_the_longest_wait() -> None:
    assert trips_of(run(county(), *TWO[:2]), "decided", "start") == [(at(62), at(69, 8))]


def test_an_old_lot_calls_however_small_it_is() -> None:
    network = with_direct(county(), max_wait=0)

    record = run(network, (1, OIL_1, 3), (300, OIL_1, 4))

    assert trips_of(record, "decided") == [at(331)]
    assert taken(record) == [(OIL_1, 7, at(338, 10 + 40 * MINUTE))]


def test_papers_that_are_ready_after_the_shift_began_wait_for_the_next_working_day() -> None:
    network = replace(county(), calendar=every_day(county().horizon, 13, 14))

    record = run(network, TWO[0], TWO[1], (5.5, OIL_2, 85))

    assert trips_of(record, "ready", "start") == [(at(12, 12), at(15, 8))]


def test_what_arrives_in_the_second_of_loading_is_loaded_too() -> None:
    loading = 12 + 10.5 / 24 + 10 / 1440
    record = run(county(), *TWO, (loading, OIL_1, 5), (loading + 1 / DAY, OIL_1, 6))

    assert taken(record)[0] == (OIL_1, 95, at(12, 10 + 40 * MINUTE))


def test_a_long_way_takes_a_break_each_day_and_a_night_between() -> None:
    network = replace(county(), routes=(replace(county().routes[0], duration=7 * HOUR),))
    record = run(network, (1, OIL_1, 120))

    # 8:00 + 7 h + break 15:30, source 15:40-16:10, gate 16:20, night, 8:00 + 7 h + break 15:30, unload 16:30
    assert trips_of(record, "start", "end") == [(at(8, 8), at(9, 16.5))]
    assert trips_of(record, "rest", "wait", "drive_loaded") == [
        (round((0.5 + 15 + 40 * MINUTE + 0.5) * HOUR), 0, round((7 + 10 * MINUTE) * HOUR))
    ]


def test_a_truck_that_comes_after_closing_time_waits_for_the_morning() -> None:
    network = county()
    network = replace(network, receivers=(replace(network.receivers[0], closes=13 * HOUR),))
    record = run(network, *TWO)

    assert trips_of(record, "end", "wait") == [(at(13, 9), at(0, 18 + 20 * MINUTE))]


def test_a_full_truck_leaves_the_rest_which_calls_again() -> None:
    network = with_direct(county(), fleet=replace(county().direct.fleet, payload=100 * KG))
    record = run(network, *TWO[:2], (5, OIL_2, 200))

    first, second = at(12, 11 + 20 * MINUTE), at(20, 10 + 50 * MINUTE)
    assert visits_of(record, "site", "ended", "called", "when")[1:] == [
        (1, Visit.TRUCK_FULL, at(5), first),
        (1, Visit.TRUCK_FULL, first, second),
        (1, Visit.COLLECTED, second, at(80 + 8, 10 + 50 * MINUTE)),
    ]
    assert [mass for _, mass, _ in taken(record)] == [90, 10, 100, 90]


def test_who_may_hand_over_whole_containers_only_calls_when_one_is_full() -> None:
    network = replace(with_direct(county(), oldest=20 * DAY), partial_containers=False)
    record = run(network, (1, OIL_1, 140), (40, OIL_1, 35))

    assert visits_of(record, "called") == [at(40)]
    assert taken(record) == [(OIL_1, 170, at(47, 10 + 40 * MINUTE))]


def test_a_truck_makes_no_more_stops_than_it_may_and_takes_those_who_called_first() -> None:
    record = run(with_direct(county(), max_stops=1), *TWO)

    assert visits_of(record, "site", "called") == [(0, at(2)), (1, at(5))]
    assert trips_of(record, "decided") == [at(5), at(65)]


def test_a_missed_visit_leaves_the_waste_and_the_source_calls_again(monkeypatch: pytest.MonkeyPatch) -> None:
    miss(monkeypatch, (0, 12))
    record = run(county(), *TWO)

    assert visits_of(record, "site", "ended", "called", "when")[:2] == [
        (0, Visit.MISSED, at(2), at(12, 10 + 10 * MINUTE)),
        (1, Visit.COLLECTED, at(5), at(12, 10 + 50 * MINUTE)),
    ]
    assert visits_of(record, "site", "ended", "called")[2] == (0, Visit.COLLECTED, at(12, 10 + 10 * MINUTE))
    assert trips_of(record, "decided")[1] == at(72, 10 + 10 * MINUTE)


def test_a_closed_road_holds_the_truck_in_town(monkeypatch: pytest.MonkeyPatch) -> None:
    shut(monkeypatch, "old_road", (at(11), at(13, 10)))

    assert trips_of(run(county(), *TWO), "ready", "free", "start") == [(at(12), at(12), at(13, 10))]


def test_a_road_closed_behind_the_truck_holds_it_in_the_county(monkeypatch: pytest.MonkeyPatch) -> None:
    shut(monkeypatch, "old_road", (at(12, 11), at(14, 9)))

    record = run(county(), *TWO)

    assert trips_of(record, "start", "end") == [(at(12, 8), at(14, 12))]
    assert trips_of(record, "wait") == [at(1, 21 + 20 * MINUTE)]


def test_closed_county_roads_hold_the_truck_at_the_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    shut(monkeypatch, "local", (at(12, 9), at(12, 12)))

    assert taken(run(county(), *TWO))[0] == (OIL_1, 90, at(12, 12 + 40 * MINUTE))


def test_of_two_roads_the_truck_takes_the_one_that_arrives_first(monkeypatch: pytest.MonkeyPatch) -> None:
    network = county()
    slow = replace(
        network.routes[0], road=replace(network.routes[0].road, name="long_way"), duration=5 * HOUR
    )
    shut(monkeypatch, "old_road", (at(12), at(12, 12)))
    record = run(replace(network, routes=(*network.routes, slow)), *TWO)

    assert trips_of(record, "route", "route_back", "start") == [(1, 0, at(12, 8))]


def test_no_truck_drives_a_road_that_has_not_opened() -> None:
    network = county()
    record = run(replace(network, routes=(replace(network.routes[0], opens=at(100, 9)),)), *TWO)

    assert trips_of(record, "start", "wait") == [(at(100, 9), 0)]


def test_a_used_up_licence_refuses_until_the_first_of_january() -> None:
    network = county(horizon=Horizon(2026, 2027, 0))
    network = replace(network, receivers=(replace(network.receivers[0], capacity=100 * KG),))
    record = run(network, *TWO, (50, OIL_1, 100), (60, OIL_2, 100))

    assert trips_of(record, "decided", "start") == [
        (at(5), at(12, 8)),
        (at(50), at(365, 8)),
    ]


def test_the_next_receiver_is_asked_when_the_first_has_no_licence_left() -> None:
    network = county()
    first = replace(network.receivers[0], capacity=100 * KG)
    second = replace(network.receivers[0], name="other")
    record = run(replace(network, receivers=(first, second)), *TWO, (50, OIL_1, 100))

    assert trips_of(record, "receiver", "start") == [(0, at(12, 8)), (1, at(57, 8))]


@pytest.mark.parametrize(
    ("shares", "asked"),
    [
        ((1.0, 1.0), [0, 1, 0, 1]),
        ((0.75, 0.25), [0, 1, 0, 0]),
        ((0.0, 0.5), [1, 1, 1, 1]),
        ((0.0, 0.0), [0, 0, 0, 0]),
    ],
)
def test_receivers_share_the_tonnes_of_a_year(shares: tuple[float, float], asked: list[int]) -> None:
    network = county()
    firm = network.receivers[0]
    firms = tuple(replace(firm, name=f"{share}", work_share=share) for share in shares)
    loads = [(day, OIL_1, 170) for day in (5, 50, 100, 150)]

    record = run(replace(network, receivers=firms), *loads)

    assert trips_of(record, "receiver") == asked


def test_nobody_comes_without_trucks() -> None:
    record = run(with_direct(county(), trucks=0), *TWO)

    assert taken(record) == []
    assert measured(record)[0]["county", "stock_end"] == pytest.approx(0.175)


def test_two_trucks_leave_on_the_same_day_and_one_truck_one_after_the_other() -> None:
    rows = ((5, OIL_1, 120), (5.1, OIL_2, 120))
    network = replace(county(), routes=(replace(county().routes[0], duration=7 * HOUR),))

    one = trips_of(run(with_direct(network, trucks=1), *rows), "vehicle", "start", "free")
    two = trips_of(run(with_direct(network, trucks=2), *rows), "vehicle", "start", "free")

    assert one == [(0, at(12, 8), at(12)), (0, at(14, 8), at(13, 16.5))]
    assert two == [(0, at(12, 8), at(12)), (1, at(12, 8), at(12.1))]


def test_a_trip_that_cannot_leave_before_the_end_is_not_made() -> None:
    assert trips_of(run(county(), (360, OIL_1, 120)), "start") == []


def test_a_trip_that_has_not_arrived_by_the_end_takes_nothing() -> None:
    network = replace(county(), routes=(replace(county().routes[0], duration=30 * HOUR),))
    record = run(network, (357, OIL_1, 120))

    assert trips_of(record, "start", "mass", "stops") == [(at(364, 8), 0, 0)]
    assert measured(record)[0]["county", "stock_end"] == pytest.approx(0.12)


def test_what_is_on_the_road_at_the_end_is_in_stock_but_not_at_its_source() -> None:
    record = run(county(), (357, OIL_1, 120))
    totals, _, outcome = measured(record)

    assert trips_of(record, "start", "mass", "accepted") == [
        (at(364, 8), 120 * KG, at(366, 13 + 50 * MINUTE))
    ]
    assert totals["county", "stock_end"] == pytest.approx(0.12)
    assert totals["county", "transferred"] == 0
    assert outcome.mass["residual_t"].tolist() == [0, 0, 0]


def test_a_horizon_of_one_leap_year_has_a_29th_of_february() -> None:
    network = with_point(county("pilot", horizon=Horizon(2028, 2028, 0)), every_days=59)
    record = run(network, (1, OIL_1, 10))

    assert trips_of(record, "start")[0] == at(59, 8)
    assert network.horizon.date_of(trips_of(record, "start")[0]).isoformat() == "2028-02-29"
    assert network.horizon.end == 366 * DAY


# --- milk runs -------------------------------------------------------------------------------------------


def test_rounds_go_out_on_fixed_days_zone_by_zone_one_a_day() -> None:
    record = run(county("pilot"), (1, OIL_1, 20), (2, OIL_2, 30), (3, SOLID_3, 40), (200, OIL_1, 1))

    assert trips_of(record, "kind", "start", "end", "stops", "mass", "local_m") == [
        (Kind.ROUND, at(60, 8), at(60, 9 + 50 * MINUTE), 1, 20 * KG, 20_000),
        (Kind.ROUND, at(61, 8), at(61, 11), 2, 70 * KG, 60_000),
        (Kind.ROUND, at(240, 8), at(240, 9 + 50 * MINUTE), 1, 1 * KG, 20_000),
    ]
    assert visits_of(record, "site", "when")[:3] == [
        (0, at(60, 8 + 40 * MINUTE)),
        (1, at(61, 8 + 50 * MINUTE)),
        (2, at(61, 9.5)),
    ]
    assert record.bay_in[:, :3].tolist() == [
        [0, at(60, 9 + 50 * MINUTE), 20 * KG],
        [0, at(61, 11), 30 * KG],
        [0, at(240, 9 + 50 * MINUTE), 1 * KG],
        [1, at(61, 11), 40 * KG],
    ]


def test_a_source_that_holds_less_than_the_least_is_not_visited() -> None:
    network = with_point(county("pilot"), skip_below=20 * KG)

    assert visits_of(run(network, (1, OIL_1, 20), (1, OIL_2, 19)), "site") == [0]


def test_a_round_ends_where_the_shift_does_but_the_first_stop_is_always_made() -> None:
    network = with_time(county("pilot"), shift=2 * HOUR)
    record = run(network, (1, OIL_2, 30), (1, SOLID_3, 40))

    assert visits_of(record, "site", "when") == [(1, at(60, 8 + 50 * MINUTE)), (2, at(61, 9))]
    assert [(start, over // 60) for start, over in trips_of(record, "start", "overtime")] == [
        (at(60, 8), 10),
        (at(61, 8), 30),
    ]


def test_a_round_makes_no_more_stops_than_it_may() -> None:
    record = run(with_point(county("pilot"), max_stops=1), (1, OIL_2, 30), (1, SOLID_3, 40))

    assert visits_of(record, "site", "when") == [(1, at(60, 8 + 50 * MINUTE)), (2, at(61, 9))]


def test_on_call_a_round_visits_those_who_called() -> None:
    network = with_point(county("pilot"), rounds="on_call", every_days=7, call_oldest=100 * DAY)
    record = run(network, (1, OIL_1, 50), (9, OIL_1, 40), (9, OIL_2, 10))

    assert visits_of(record, "site", "when") == [
        (0, at(14, 8 + 40 * MINUTE)),  # 90 kg on day 9, the next round is on day 14
        (1, at(112, 8 + 50 * MINUTE)),  # a hundred days old on day 109
    ]


def test_a_full_van_leaves_the_rest_for_the_next_round() -> None:
    network = with_point(county("pilot"), van=replace(county("pilot").collection.van, payload=100 * KG))  # type: ignore[union-attr]
    record = run(network, (1, OIL_2, 90), (1, SOLID_3, 90))

    assert visits_of(record, "site", "ended", "when") == [
        (1, Visit.COLLECTED, at(60, 8 + 50 * MINUTE)),
        (2, Visit.TRUCK_FULL, at(60, 9.5)),
        (2, Visit.COLLECTED, at(61, 9)),
    ]
    assert [mass for _, mass, _ in taken(record)] == [90, 10, 80]


def test_a_van_comes_back_to_a_source_that_holds_more_than_it_can_carry() -> None:
    network = with_point(county("pilot"), van=replace(county("pilot").collection.van, payload=40 * KG))  # type: ignore[union-attr]

    assert [mass for _, mass, _ in taken(run(network, (1, OIL_1, 90)))] == [40, 40, 10]


def test_a_full_bay_turns_waste_away_which_stays_at_its_source() -> None:
    network = with_bay(county("pilot"), capacity=100, release=1000)
    record = run(network, (1, OIL_1, 90), (1, OIL_2, 90))

    moment = at(61, 8 + 50 * MINUTE)
    assert visits_of(record, "site", "ended")[:2] == [(0, Visit.COLLECTED), (1, Visit.BAY_FULL)]
    assert record.turned_away[0].tolist() == [0, moment, 80 * KG]
    assert taken(record)[1] == (OIL_2, 10, moment)


def test_a_bay_that_keeps_takes_all_and_overflows() -> None:
    network = with_point(with_bay(county("pilot"), capacity=100, release=1000), refuses=False)
    record = run(network, (1, OIL_1, 90), (1, OIL_2, 90))
    totals, _, outcome = measured(record)

    assert [mass for _, mass, _ in taken(record)] == [90, 90]
    assert totals["collection_point/waste_oil", "peak_stock"] == pytest.approx(0.18)
    assert outcome.episodes["place"].tolist() == ["collection_point/waste_oil"]
    assert outcome.episodes["start"].tolist() == [at(61, 10 + 10 * MINUTE)]


def test_a_used_up_licence_turns_waste_away_until_january() -> None:
    network = with_point(county("pilot", horizon=Horizon(2026, 2027, 0)), licence=100 * KG)
    record = run(network, (1, OIL_1, 90), (1, OIL_2, 90))

    assert [(mass, when // DAY) for _, mass, when in taken(record)] == [(90, 60), (10, 61), (80, 420)]


def test_a_missed_round_leaves_the_waste_for_the_next_campaign(monkeypatch: pytest.MonkeyPatch) -> None:
    miss(monkeypatch, (0, 60))
    record = run(county("pilot"), (1, OIL_1, 20))

    assert visits_of(record, "ended", "when") == [
        (Visit.MISSED, at(60, 8 + 10 * MINUTE)),
        (Visit.COLLECTED, at(120, 8 + 40 * MINUTE)),
    ]


def test_closed_county_roads_keep_the_van_home_until_the_next_open_morning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shut(monkeypatch, "local", (at(59), at(60, 9)), (at(61, 7), at(61, 8.5)))

    assert trips_of(run(county("pilot"), (1, OIL_1, 20)), "start") == [at(62, 8)]


def test_a_broken_van_is_repaired_before_its_next_round(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "sim.model.van.operating_lives", lambda chance, vehicle, count: np.array([1.0, 1e9, 2e9])
    )
    network = with_point(county("pilot"), mean_operating=HOUR, repair=2 * DAY)
    record = run(network, (1, OIL_1, 20), (1, OIL_2, 20))

    broken = at(60, 9 + 50 * MINUTE)
    assert record.down.tolist() == [[0, broken, broken + 2 * DAY]]
    assert trips_of(record, "start", "free") == [(at(60, 8), at(60, 8)), (at(63, 8), broken + 2 * DAY)]


def test_a_van_may_break_on_each_of_its_rounds() -> None:
    network = with_point(county("pilot"), mean_operating=1, repair=0, every_days=1)
    record = run(network, *((day, OIL_1, 1) for day in range(1, 364)))

    assert len(record.down) == len(record.trips["kind"]) == 363


def test_two_vans_share_a_campaign() -> None:
    network = with_point(county("pilot"), vans=2)
    record = run(network, (1, OIL_1, 20), (1, OIL_2, 20))

    assert trips_of(record, "vehicle", "start") == [(0, at(60, 8)), (1, at(60, 8))]


def test_no_vans_collect_nothing() -> None:
    totals, _, _ = measured(run(with_point(county("pilot"), vans=0), (1, OIL_1, 20)))

    assert totals["county", "transferred"] == 0
    assert totals["county", "rounds"] == 0


# --- regimes ---------------------------------------------------------------------------------------------


def opening_on(network: HazardousNetwork, day: float) -> HazardousNetwork:
    assert network.collection is not None
    law = replace(network.collection.opening, low=at(day), mode=at(day), high=at(day))
    return with_point(network, opening=law)


def test_until_the_collection_point_opens_the_direct_regime_holds() -> None:
    network = opening_on(county("pilot"), 30.5)
    record = run(network, *TWO, (20, OIL_1, 120), (40, OIL_2, 10))

    assert trips_of(record, "kind", "start")[:2] == [(Kind.DIRECT, at(12, 8)), (Kind.DIRECT, at(27, 8))]
    assert trips_of(record, "kind", "start")[2:] == [(Kind.ROUND, at(91, 8))]


def test_a_call_that_found_no_truck_before_enrolment_is_left_to_the_vans() -> None:
    record = run(opening_on(county("pilot"), 30.5), *TWO[:2])

    assert trips_of(record, "kind", "start") == [(Kind.ROUND, at(31, 8))]


def test_a_truck_leaves_to_the_vans_who_is_enrolled_before_it_comes() -> None:
    record = run(opening_on(county("pilot"), 10), *TWO)

    assert trips_of(record, "kind", "start") == [(Kind.ROUND, at(10, 8)), (Kind.ROUND, at(11, 8))]


def test_a_source_that_a_truck_is_on_its_way_to_is_enrolled_after_it() -> None:
    record = run(opening_on(county("pilot"), 12.45), *TWO)  # at 10:48, between the two visits

    assert visits_of(record, "site", "ended") == [(0, Visit.COLLECTED), (1, Visit.COLLECTED)]
    assert trips_of(record, "kind", "mass") == [(Kind.DIRECT, 175 * KG)]


def test_a_source_that_is_not_enrolled_is_not_visited_by_vans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "sim.model.hazardous.visits.enrolment",
        lambda chance, network, site, opens: np.array([at(70), at(0), at(500)]),
    )
    record = run(county("pilot"), (1, OIL_1, 20), (1, OIL_2, 20), (1, SOLID_3, 10))

    assert visits_of(record, "site", "when") == [(1, at(60, 8 + 50 * MINUTE)), (0, at(120, 8 + 40 * MINUTE))]


def test_a_mixed_plan_serves_each_source_by_its_own_regime() -> None:
    network = county("pilot")
    network = replace(network, sites=replace(network.sites, pilot=np.array([True, False, False])))
    record = run(network, (1, OIL_1, 20), (1, OIL_2, 120))

    assert visits_of(record, "site") == [1, 0]
    assert trips_of(record, "kind") == [Kind.DIRECT, Kind.ROUND]


# --- joint loads -----------------------------------------------------------------------------------------


def test_a_bay_at_its_release_level_orders_a_joint_load() -> None:
    record = run(with_bay(county("pilot"), release=90), (1, OIL_1, 90))

    decided = at(60, 9 + 50 * MINUTE)
    assert trips_of(record, "kind", "decided", "ready", "start", "end", "accepted")[1:] == [
        (Kind.HAUL, decided, decided + 7 * DAY, at(68, 8), at(68, 14), at(70, 14))
    ]
    assert record.bay_out.tolist() == [[0, 0, 90 * KG, at(68, 10), 1]]


def test_a_lot_that_must_be_handed_over_orders_a_joint_load() -> None:
    network = with_point(county("pilot"), age_trigger_working_days=5)
    network = replace(network, calendar=every_day(network.horizon, 62, 63))
    record = run(network, (1, OIL_1, 9))

    assert trips_of(record, "decided", "start")[1:] == [(at(67, 8), at(74, 8))]


def test_a_short_payload_takes_the_bay_that_is_due_first_and_then_the_oldest() -> None:
    network = with_bay(county("pilot"), bay=1, release=90)
    assert network.collection is not None
    network = with_point(network, haul_fleet=replace(network.collection.haul_fleet, payload=100 * KG))
    record = run(network, (1, OIL_1, 60), (1, SOLID_3, 90))

    assert record.bay_in[:, :2].tolist() == [[0, at(60, 9 + 50 * MINUTE)], [1, at(61, 10.5)]]
    assert [(bay, (end - begin) // KG) for bay, begin, end, *_ in record.bay_out.tolist()][:2] == [
        (0, 10),
        (1, 90),
    ]


def test_what_a_joint_load_left_is_ordered_again_when_it_is_due() -> None:
    network = with_bay(county("pilot"), release=90)
    assert network.collection is not None
    network = with_point(network, haul_fleet=replace(network.collection.haul_fleet, payload=100 * KG))
    record = run(network, (1, OIL_1, 250))

    assert trips_of(record, "kind", "decided", "mass")[1:3] == [
        (Kind.HAUL, at(60, 9 + 50 * MINUTE), 100 * KG),
        (Kind.HAUL, at(68, 10), 100 * KG),
    ]


def test_a_joint_load_does_not_keep_the_only_truck_from_the_others_for_ever() -> None:
    network = with_direct(with_bay(county("pilot"), release=90), trucks=1)
    network = replace(network, sites=replace(network.sites, pilot=np.array([True, True, False])))
    record = run(network, (1, OIL_1, 90), (61, SOLID_3, 120))

    assert trips_of(record, "kind", "start") == [
        (Kind.ROUND, at(60, 8)),
        (Kind.DIRECT, at(69, 8)),
        (Kind.HAUL, at(68, 8)),
    ]


# --- nobody and nothing ----------------------------------------------------------------------------------


@pytest.mark.parametrize("plan", ["long_haul", "pilot"])
def test_a_county_without_waste_has_no_trips(plan: str) -> None:
    record = run(county(plan))

    assert trips_of(record, "start") == []
    assert measured(record)[0]["county", "generated"] == 0


@pytest.mark.parametrize("plan", ["long_haul", "pilot"])
def test_a_county_without_sources_runs(plan: str) -> None:
    scenario = tiny(plan)
    usual = tiny_network(plan, Horizon(2026, 2026, 0))
    network = compile_hazardous(
        scenario.spec, replace(scenario.tables, sources=()), usual.horizon, usual.calendar
    )
    record: HazardousRecord = simulate_hazardous(network, Chance(1, 0))

    assert trips_of(record, "start") == []
    assert record.inflow.stocks == 0


def test_batches_are_ordered_by_store_and_time() -> None:
    network = county()
    found = batches(network, (3, OIL_2, 1), (2, SOLID_1, 1), (1, OIL_1, 1), (0.5, SOLID_1, 2))

    assert found.store.tolist() == sorted(found.store.tolist())
    assert found.mass.tolist() == [KG, 2 * KG, KG, KG]
