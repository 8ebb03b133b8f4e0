"""Cases at the edge, by pencil: nothing, nobody, just enough, too long, and the ends of the calendar."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from planner_cases import slag_cases
from planner_cases.hazard_cases import (
    KG,
    at,
    county,
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
)
from planner_cases.regions import SOURCES, write_tiny_region

from sim.calendars import Horizon
from sim.chance.chance import Chance
from sim.chance.roads import RoadState, merge
from sim.kpi.slag import slag_measures
from sim.model.hazardous import simulate_hazardous
from sim.model.simulate import simulate
from sim.network.compile import compile_network
from sim.network.hazardous import HazardousNetwork, Road
from sim.record.hazardous import Kind, Visit
from sim.scenario.drafting import draft
from sim.scenario.library import Library
from sim.units import DAY, HOUR

OIL_1, OIL_2, SOLID_3 = "garage-1/waste_oil", "garage-2/waste_oil", "petrol-1/oily_solids"
LOAD = ((5, OIL_1, 120),)
"""A call of a load on day 5; its truck has papers on day 12, leaves at 8:00, loads at 10:40."""
MINUTE = 1 / 60


def shut(monkeypatch: pytest.MonkeyPatch, *closures: tuple[float, float]) -> None:
    """Close the old road from the first to the second moment (s) of each pair, in any order."""

    def state(chance: Chance, road: Road, horizon: Horizon) -> RoadState:
        drawn = closures if road.name == "old_road" else ()
        begin, end = merge(*np.array(drawn, dtype=np.float64).reshape(-1, 2).T)
        return RoadState(np.ones(horizon.days), begin.astype(np.int64), end.astype(np.int64))

    monkeypatch.setattr("sim.model.world.road_state", state)


# --- closures ---------------------------------------------------------------------------------------------


def test_a_truck_waits_for_the_last_of_closures_that_overlap(monkeypatch: pytest.MonkeyPatch) -> None:
    shut(monkeypatch, (at(13), at(16, 9)), (at(11), at(14)), (at(12), at(12, 10)), (at(16, 9), at(17, 11)))

    assert trips_of(run(county(), *LOAD), "free", "start") == [(at(12), at(17, 11))]


def test_a_closure_that_began_before_the_horizon_holds_until_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    shut(monkeypatch, (-at(30), at(20, 12)))

    assert trips_of(run(county(), *LOAD), "start") == [at(20, 12)]


def test_behind_a_closure_across_the_end_of_the_horizon_nobody_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    shut(monkeypatch, (at(12), at(400)))
    record = run(county(), *LOAD)

    assert trips_of(record, "start") == []
    assert measured(record)[0]["county", "stock_end"] == pytest.approx(0.12)
    assert measured(record)[2].episodes["place"].tolist() == []


def test_a_truck_caught_by_a_closure_across_the_end_has_its_load_on_the_road(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shut(monkeypatch, (at(12, 10), at(400)))
    record = run(county(), *LOAD)
    totals, _, outcome = measured(record)

    assert trips_of(record, "start", "end") == [(at(12, 8), at(400, 9))]  # 2 h, the gate opens, 1 h
    assert totals["county", "transferred"] == 0
    assert totals["county", "stock_end"] == pytest.approx(0.12)
    assert outcome.mass["residual_t"].tolist() == [0, 0, 0]


def test_stops_of_the_kiln_across_both_ends_of_the_horizon_count_inside_it() -> None:
    """Thirty days from the begin on, thirty up to the end."""
    record = slag_cases.run(slag_cases.works(), (0, 30), (335, 365))
    found = slag_measures(record, record.network, "oldest_first", 0.98).values

    assert slag_cases.yard_at(record, 30, 90, 335, 365) == pytest.approx([3000, 0, 0, 3000])
    assert found["kiln", "days_not_burning"][1] == pytest.approx(60)
    assert found["kiln_yard", "peak_stock"][1] == pytest.approx(3000)
    assert found["kiln_yard", "overflow_days"][1] == pytest.approx(15 + 30 + 15)


# --- the 29th of February -----------------------------------------------------------------------------------


def test_a_leap_year_has_a_day_more_in_every_mean() -> None:
    """One batch of 100 kg stands from noon of 29 February 2028 to the end: 306.5 of 366 days."""
    network = with_direct(county(horizon=Horizon(2028, 2028, 0)), trucks=0)
    record = run(network, (59.5, OIL_1, 100))
    totals, _, outcome = measured(record)

    assert network.horizon.date_of(at(59.5)).isoformat() == "2028-02-29"
    assert totals["sources", "stock_mean"] == pytest.approx(0.1 * 306.5 / 366)
    assert outcome.daily.shape[1] == 366
    assert outcome.daily[0, [59, 60]].tolist() == pytest.approx([0, 0.1])


def test_the_works_of_a_leap_year_makes_and_uses_a_day_more() -> None:
    network = slag_cases.works(horizon=Horizon(2028, 2028, 0))
    record = slag_cases.run(network, (59, 60))
    found = slag_measures(record, record.network, "oldest_first", 0.98).values

    assert found["county", "slag_generated"][1] == pytest.approx(36_600)
    assert found["county", "slag_used"][1] == pytest.approx(36_600)
    assert found["kiln", "days_not_burning"][1] == pytest.approx(1)
    assert slag_cases.yard_at(record, 59, 60, 62) == pytest.approx([0, 100, 0])


# --- nobody -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plan", ["long_haul", "pilot"])
def test_a_region_without_sources_is_measured(plan: str, tmp_path: Path) -> None:
    header = SOURCES.splitlines()[0]
    root = write_tiny_region(tmp_path, sources=f"{header}\n")
    scenario, _ = draft(f"tiny/{plan}", (), Library.at(root), chains=("slag",))
    assert scenario is not None
    network = compile_network(scenario, Horizon(2026, 2026, 0), "hazardous")
    record = simulate(network, Chance(1, 0))
    totals, _, outcome = measured(record)  # type: ignore[arg-type]

    assert totals["county", "generated"] == 0
    assert totals["county", "transferred"] == 0
    assert outcome.failure == ""


def test_without_trucks_what_vans_bring_stays_in_the_bays() -> None:
    network = with_direct(with_bay(county("pilot"), release=50), trucks=0)
    record = run(network, (1, OIL_1, 60), (100, OIL_1, 60))

    assert trips_of(record, "kind") == [Kind.ROUND, Kind.ROUND]
    assert measured(record)[0]["collection_point/waste_oil", "peak_stock"] == pytest.approx(0.12)


def test_without_trucks_stores_of_sources_only_fill() -> None:
    record = run(with_direct(county(), trucks=0), *((day, OIL_1, 50) for day in range(1, 9)))
    totals, _, outcome = measured(record)

    assert totals["sources", "peak_stock"] == pytest.approx(0.4)
    assert outcome.episodes["start"].tolist() == [at(4)]  # the fourth batch makes 200 kg of 170
    assert outcome.episodes["days"].tolist() == [361]


def test_without_vans_and_trucks_nothing_moves() -> None:
    record = run(with_direct(with_point(county("pilot"), vans=0), trucks=0), *LOAD)

    assert trips_of(record, "kind") == []
    assert record.visits["site"].tolist() == []


# --- just enough --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("grams", "over"), [(170 * KG, []), (170 * KG + 1, [at(3)])])
def test_a_store_of_one_batch_overflows_by_a_gram_more(grams: int, over: list[int]) -> None:
    record = run(county(), (3, OIL_1, grams / KG))

    assert record.network.stores.capacity[0] == 170 * KG
    assert measured(record)[2].episodes["start"].tolist() == over


def test_a_store_of_one_batch_is_over_from_the_second_batch_to_the_truck() -> None:
    record = run(county(), (1, OIL_1, 170), (5, OIL_1, 170))
    outcome = measured(record)[2]

    assert taken(record) == [(OIL_1, 340, at(8, 10 + 40 * MINUTE))]
    assert outcome.episodes["start"].tolist() == [at(5)]
    assert outcome.episodes["days"].tolist() == pytest.approx([3 + (10 + 40 / 60) / 24])
    assert outcome.episodes["peak_excess_t"].tolist() == pytest.approx([0.17])


def test_a_bay_of_one_batch_takes_one_and_turns_the_next_away() -> None:
    network = with_bay(county("pilot"), capacity=90, release=1000)
    record = run(network, (1, OIL_1, 90), (1, OIL_2, 90))

    assert taken(record)[0] == (OIL_1, 90, at(60, 8 + 40 * MINUTE))
    assert visits_of(record, "ended")[:2] == [Visit.COLLECTED, Visit.BAY_FULL]
    assert record.turned_away[0].tolist() == [0, at(61, 8 + 50 * MINUTE), 90 * KG]


def test_a_van_and_a_truck_of_one_batch_take_it_whole() -> None:
    network = with_bay(county("pilot"), release=90)
    assert network.collection is not None
    network = with_point(
        network,
        van=replace(network.collection.van, payload=90 * KG),
        haul_fleet=replace(network.collection.haul_fleet, payload=90 * KG),
    )
    record = run(network, (1, OIL_1, 90))

    assert trips_of(record, "kind", "mass") == [(Kind.ROUND, 90 * KG), (Kind.HAUL, 90 * KG)]
    assert visits_of(record, "ended") == [Visit.COLLECTED]


# --- too long ------------------------------------------------------------------------------------------


def far(network: HazardousNetwork, hours: int) -> HazardousNetwork:
    """The receivers' town so many hours at the wheel away; a driver drives eight a day."""
    return replace(network, routes=(replace(network.routes[0], duration=hours * HOUR),))


def test_a_horizon_that_is_shorter_than_a_trip_sees_it_leave_and_nothing_else() -> None:
    record = run(far(county(), 8 * 400), *LOAD)
    totals, _, outcome = measured(record)

    assert trips_of(record, "start", "stops", "mass") == [(at(12, 8), 0, 0)]
    assert trips_of(record, "end")[0] > at(2 * 400)
    assert taken(record) == []
    assert totals["county", "stock_end"] == pytest.approx(0.12)
    assert outcome.mass["residual_t"].tolist() == [0, 0, 0]


def test_a_horizon_that_is_shorter_than_a_joint_load_leaves_all_in_the_bays() -> None:
    record = run(far(with_bay(county("pilot"), release=50), 8 * 400), (1, OIL_1, 60))

    assert trips_of(record, "kind") == [Kind.ROUND]  # what has left and not loaded is not in the record
    assert record.bay_out.tolist() == []
    assert measured(record)[0]["county", "stock_end"] == pytest.approx(0.06)


def test_papers_that_take_longer_than_the_horizon_let_nobody_leave() -> None:
    network = county()
    record = run(with_direct(network, lead=400 * DAY), *LOAD)

    assert trips_of(record, "start") == []
    assert measured(record)[0]["county", "stock_end"] == pytest.approx(0.12)


def test_rounds_further_apart_than_the_horizon_is_long_are_one_campaign() -> None:
    record = run(with_point(county("pilot"), every_days=400), (0, OIL_1, 60), (100, OIL_1, 60))

    assert trips_of(record, "start") == [at(0, 8)]


# --- the years that are not reported ------------------------------------------------------------------


def test_what_happens_in_the_warm_up_is_not_reported_but_not_forgotten() -> None:
    """Reported is 2027, from day 365 on; both overflows of the first timeline are over by then."""
    network = county(horizon=Horizon(2027, 2027, 1))
    rows = [(2, OIL_1, 120), (7, OIL_1, 60), (356, OIL_1, 120), (360, OIL_1, 60)]
    record = run(network, *rows)
    totals, _, outcome = measured(record)

    left = at(363, 10 + 40 * MINUTE)
    assert [when for _, _, when in taken(record)] == [at(9, 10 + 40 * MINUTE), left]
    assert outcome.episodes["start"].tolist() == []
    assert totals["county", "generated"] == totals["county", "direct_trips"] == 0

    later = run(
        network, *rows[:3], (362, OIL_1, 60), (362.5, OIL_1, 300), (364, OIL_1, 100), (366, OIL_1, 80)
    )
    outcome = measured(later)[2]
    assert outcome.episodes["start"].tolist() == [at(366)]
    assert measured(later)[0]["county", "generated"] == pytest.approx(0.08)


def test_the_smallest_region_is_the_same_in_one_year_with_and_without_a_warm_up_of_nothing() -> None:
    with_it = run(county(horizon=Horizon(2027, 2027, 1)), (370, OIL_1, 120))
    alone = run(county(horizon=Horizon(2027, 2027, 0)), (5, OIL_1, 120))
    keys = [
        key for key in measured(alone)[0] if key[1] in ("transferred", "vehicle_km", "stock_mean", "cost")
    ]

    assert keys
    for key in keys:
        assert measured(with_it)[0][key] == pytest.approx(measured(alone)[0][key])
    assert tiny("pilot").name
    assert simulate_hazardous(tiny_network("pilot", Horizon(2026, 2026, 0)), Chance(1, 0)).opens < 0
