"""Edges of the processes, to the second and the gram."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from planner_cases import asked, slag_cases
from planner_cases.hazard_cases import (
    KG,
    OIL_1,
    OIL_2,
    SOLID_1,
    SOLID_3,
    at,
    county,
    fixed_chance,
    run,
    taken,
    trips_of,
    visits_of,
    with_bay,
    with_direct,
    with_point,
)

from sim.calendars import Horizon
from sim.chance.chance import Chance
from sim.chance.roads import RoadState
from sim.model.driving import Driver
from sim.model.hazardous import simulate_hazardous
from sim.model.stock import Stocks
from sim.network.hazardous import Fleet, HazardousNetwork, Road, WorkingTime
from sim.record.hazardous import Kind, Visit
from sim.record.inflow import Inflow
from sim.record.lots import lots_of
from sim.units import DAY, HOUR

MINUTE = 1 / 60
SECOND = 1 / DAY


def truck(**changed: int) -> HazardousNetwork:
    """The county with another truck."""
    return with_direct(county(), fleet=replace(county().direct.fleet, **changed))


# --- receivers' trucks --------------------------------------------------------------------------------


@pytest.mark.parametrize("others", [[(3, OIL_2, 90)], [(3, OIL_2, 90), (4, SOLID_3, 85)]])
def test_a_truck_that_is_full_at_its_first_stop_drives_home_from_there(
    others: list[tuple[float, str, float]],
) -> None:
    record = run(truck(payload=100 * KG), (2, OIL_1, 150), *others)

    assert trips_of(record, "stops", "local_m", "mass")[0] == (1, 20_000, 100 * KG)
    assert visits_of(record, "site", "ended")[0] == (0, Visit.TRUCK_FULL)


def test_a_truck_that_is_full_at_its_second_stop_leaves_out_the_third_alone() -> None:
    record = run(truck(payload=120 * KG), (2, OIL_1, 95), (2, OIL_2, 90), (2, SOLID_3, 85))

    assert visits_of(record, "site", "ended")[:2] == [(0, Visit.COLLECTED), (1, Visit.TRUCK_FULL)]
    assert trips_of(record, "stops", "local_m")[0] == (2, 40_000)


def apart(network: HazardousNetwork) -> HazardousNetwork:
    """Oily solids must not lie in a compartment with anything else."""
    groups = np.zeros(len(network.classes), dtype=np.int64)
    groups[network.classes.index("oily_solids")] = 1
    return replace(network, apart=groups)


def test_a_truck_with_one_compartment_takes_the_classes_with_most_mass_on_the_whole_tour() -> None:
    rows = ((2, OIL_1, 90), (2, SOLID_1, 40), (2, SOLID_3, 85))  # 90 kg of oil, 125 kg of solids
    record = run(apart(truck(compartments=1)), *rows)

    assert taken(record)[:2] == [
        (SOLID_1, 40, at(9, 10 + 40 * MINUTE)),
        (SOLID_3, 85, at(9, 11.5)),
    ]
    assert visits_of(record, "ended")[:2] == [Visit.TRUCK_FULL, Visit.COLLECTED]
    assert [mass for _, mass, _ in taken(run(apart(truck(compartments=2)), *rows))] == [90, 40, 85]
    assert [mass for _, mass, _ in taken(run(truck(compartments=1), *rows))] == [90, 40, 85]


def test_a_van_with_one_compartment_leaves_the_other_class_at_its_source() -> None:
    network = apart(county("pilot"))
    assert network.collection is not None
    van: Fleet = replace(network.collection.van, compartments=1)
    record = run(with_point(network, van=van), (1, OIL_1, 40), (1, SOLID_1, 50))

    assert taken(record) == [
        (SOLID_1, 50, at(60, 8 + 40 * MINUTE)),
        (OIL_1, 40, at(120, 8 + 40 * MINUTE)),
    ]


def test_a_source_is_served_by_the_point_from_the_second_in_which_it_is_enrolled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing is kept for receivers' trucks, everything for vans: what comes in that second is kept."""
    monkeypatch.setattr("sim.model.hazardous.capture_draws", lambda chance, arising: np.full(2, 0.5))
    network = county("pilot")
    assert network.collection is not None
    opening = replace(network.collection.opening, low=at(30), mode=at(30), high=at(30))
    network = replace(with_point(network, opening=opening), capture_direct=0.0, capture_pilot=1.0)
    record = simulate_hazardous(network, fixed_chance(network, (30 - SECOND, OIL_1, 10), (30, OIL_1, 20)))

    assert record.inflow.mass.tolist() == [20 * KG]


def test_tables_without_rows_have_their_columns() -> None:
    record = run(county(), (1, OIL_1, 120))

    assert [record.bay_in.shape, record.bay_out.shape] == [(0, 4), (0, 5)]
    assert [record.turned_away.shape, record.down.shape] == [(0, 3), (0, 3)]
    assert run(county()).removals.shape == (0, 5)


# --- vans and the collection point --------------------------------------------------------------------


@pytest.mark.parametrize(("life", "broken"), [(6600, True), (6601, False)])
def test_a_van_breaks_in_the_second_in_which_its_life_is_over(
    life: int, broken: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its only round takes from 8:00 to 9:50, 6 600 s."""
    lives = np.array([1.0, 1e9])
    monkeypatch.setattr("sim.model.van.operating_lives", lambda chance, vehicle, count: lives)
    record = run(with_point(county("pilot"), mean_operating=life), (1, OIL_1, 20))

    assert bool(len(record.down)) is broken


def test_a_campaign_whose_first_morning_lies_behind_the_end_makes_no_round(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def state(chance: Chance, road: Road, horizon: Horizon) -> RoadState:
        closed = [[at(359)], [at(400)]] if road.name == "local" else [[], []]
        begin, end = np.array(closed, dtype=np.int64)
        return RoadState(np.ones(horizon.days), begin, end)

    monkeypatch.setattr("sim.model.world.road_state", state)

    assert trips_of(run(county("pilot"), (350, OIL_1, 20)), "start") == []


def test_a_joint_load_is_one_stop_and_drives_to_the_point_and_back() -> None:
    network = with_bay(county("pilot"), release=90)
    east = network.east_km.copy()
    east[network.depot] = -5.0
    record = run(replace(network, east_km=east), (1, OIL_1, 90))
    kind, stops, metres = trips_of(record, "kind", "stops", "local_m")[1]

    assert (kind, stops, metres) == (Kind.HAUL, 1, 10_000)


def test_a_lot_of_one_gram_goes_with_the_load_like_any_other() -> None:
    network = with_point(with_bay(county("pilot"), release=60.001), age_trigger_working_days=30)
    record = run(network, (1, OIL_1, 60), (1, OIL_2, 0.001))

    assert trips_of(record, "kind").count(Kind.HAUL) == 1  # nothing is left that could become too old
    assert record.bay_out[:, 2].tolist() == [60_001]


def test_vans_come_without_a_call() -> None:
    network = with_point(county("pilot"), rounds="on_call", every_days=7)

    assert visits_of(run(network, (1, OIL_1, 90)), "called") == [-1]


def test_what_is_on_the_road_at_the_end_has_left_its_source_and_is_accepted_after_it() -> None:
    lots = lots_of(run(county(), (350, OIL_1, 120), (357, OIL_2, 120)))

    assert lots.accepted.tolist() == [at(359, 13 + 50 * MINUTE), at(366, 14 + 10 * MINUTE)]
    assert lots.collected.tolist() == [at(357, 10 + 40 * MINUTE), at(364, 10 + 50 * MINUTE)]


# --- stocks -------------------------------------------------------------------------------------------


def test_the_clock_of_diverting_starts_with_the_first_gram_above_the_capacity() -> None:
    """170 kg of 170 on day 1; a kilogram more on day 10 has five days of grace."""
    network = replace(county(), divert_share=1.0, divert_grace=5 * DAY)
    times = np.array([at(1), at(10)])
    inflow = Inflow(
        np.zeros(2, dtype=np.int64), times, np.array([170 * KG, KG]), len(network.stores), network.horizon.end
    )
    stocks = Stocks(network, inflow)

    assert asked.collectable(stocks, 0, at(15) - 1) == 171 * KG
    assert asked.collectable(stocks, 0, at(15)) == 170 * KG


# --- drivers ------------------------------------------------------------------------------------------


def rules(**hours: float) -> WorkingTime:
    usual = {"shift": 24.0, "driving": 8.0, "break_after": 24.0, "break_time": 0.5} | hours
    return WorkingTime(
        8 * HOUR, load=0, load_cv=0.0, unload=0, missed=0.0, **{k: int(v * HOUR) for k, v in usual.items()}
    )


def test_hours_at_the_wheel_of_a_day_add_up_over_its_ways() -> None:
    driver = Driver(at(0, 8), rules())
    driver.drive(5 * HOUR)
    driver.drive(5 * HOUR)

    assert driver.now == at(1, 8 + 2)  # three hours until 16:00, a night, two hours from 8:00
    assert driver.hours["rest"] == 16 * HOUR


def test_a_wait_by_day_is_no_night() -> None:
    driver = Driver(at(0, 8), rules())
    driver.drive(5 * HOUR)
    driver.wait_until(at(0, 14))
    driver.drive(4 * HOUR)

    assert driver.now == at(1, 8 + 1)
    assert driver.hours["wait"] == HOUR


def test_a_wait_over_a_night_is_a_rest() -> None:
    driver = Driver(at(0, 8), rules())
    driver.drive(5 * HOUR)
    driver.wait_until(at(1, 6))
    driver.drive(8 * HOUR)

    assert driver.now == at(1, 14)


# --- the works ----------------------------------------------------------------------------------------


def test_a_yard_is_full_to_the_gram() -> None:
    """Half a tonne of room at the begin of a stop of 20 days with 100 t/d: 1 999.5 t find none."""
    record = slag_cases.run(slag_cases.works(yard_keeps=False, start=1499.5), (0, 20))

    assert record.yard_no_outlet.sum(axis=0) @ record.days == pytest.approx(1999.5)
    assert record.yard.max() == pytest.approx(1500)


def test_a_yard_that_fills_by_half_a_tonne_a_day_is_full_in_the_end() -> None:
    """100 t/d come, 99.5 are fed: 5 t of room last ten days."""
    record = slag_cases.run(slag_cases.works(yard_keeps=False, raw_limit=99.5, start=1495.0))

    assert slag_cases.yard_at(record, 5, 10, 365) == pytest.approx([1497.5, 1500, 1500])
    assert record.yard_no_outlet.sum(axis=0) @ record.days == pytest.approx(355 * 0.5)


def test_each_route_has_its_own_use_in_an_earmarked_and_in_a_pooled_yard() -> None:
    """Of 100 t/d that come, raw meal takes 40 and grinding 60."""
    for earmarked in (True, False):
        record = slag_cases.run(slag_cases.works(share=0.4, earmarked=earmarked, slag_per_clinker=0.03))
        assert record.raw_used @ record.days == pytest.approx(40 * 365)
        assert record.grinding_used @ record.days == pytest.approx(60 * 365)
    assert slag_cases.works().pond is None
    assert record.pond_m3.tolist() == []
