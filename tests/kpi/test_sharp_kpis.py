"""Edges of the KPIs, to the second and the gram: where a phase ends, where a limit is just kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from planner_cases.hazard_cases import (
    KG,
    OIL_1,
    OIL_2,
    SOLID_1,
    at,
    county,
    every_day,
    measured,
    run,
    trips_of,
    with_bay,
    with_direct,
    with_point,
    with_time,
)
from planner_cases.slag_cases import run as run_works
from planner_cases.slag_cases import works

from sim.calendars import Horizon
from sim.kpi.measure import Judgement, Record, group_totals, layout_of, measure
from sim.kpi.registry import KPIS
from sim.kpi.slag import slag_measures
from sim.network.hazardous import HazardousNetwork
from sim.record.hazardous import HazardousRecord
from sim.units import DAY, HOUR
from sim.verification.regions import VALUATION

TWO = ((2, OIL_1, 90), (5, OIL_2, 85))
"""A truck is decided on on day 5, has its papers on day 12, leaves at 8:00 and loads at 10:40."""
SECOND = 1 / DAY


def cause(record: HazardousRecord, place: str = OIL_1) -> str:
    """Why the first overflow of a store began."""
    episodes = measured(record)[2].episodes
    return str(episodes["cause"][np.flatnonzero(episodes["place"] == f"site:{place}")[0]])


def total(record: HazardousRecord, place: str, kpi: str) -> float:
    return float(measured(record)[0][place, kpi])


# --- causes, to the second --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (5 - SECOND, "waiting for minimum load"),
        (5, "manifest"),
        (12 - SECOND, "manifest"),
        (12, "receiver closed"),
        (12 + 8 / 24 - SECOND, "receiver closed"),
        (12 + 8 / 24, "vehicle under way"),
    ],
)
def test_a_phase_of_a_trip_begins_with_its_second(day: float, found: str) -> None:
    assert cause(run(county(), *TWO, (day, OIL_1, 100))) == found


def test_a_truck_that_is_away_is_the_cause_until_the_second_in_which_it_is_free() -> None:
    """The truck is back on day 13 at 16:30; the second trip has its papers on day 12."""
    network = replace(county(), routes=(replace(county().routes[0], duration=7 * HOUR),))
    rows = ((5, OIL_1, 120), (5.1, OIL_2, 120))
    free = trips_of(run(network, *rows), "free")[1] / DAY

    assert cause(run(network, *rows, (free - SECOND, OIL_2, 300)), OIL_2) == "no vehicle free"
    assert cause(run(network, *rows, (free, OIL_2, 300)), OIL_2) == "receiver closed"


@pytest.mark.parametrize(("hours", "found"), [(5, "vehicle under way"), (11, "driver hours")])
def test_a_break_on_the_way_is_no_night(hours: int, found: str) -> None:
    network = with_time(county(), shift=16 * HOUR, driving=12 * HOUR)
    network = replace(network, routes=(replace(network.routes[0], duration=hours * HOUR),))

    assert cause(run(network, *TWO, (12.4, OIL_1, 100))) == found


def test_a_source_that_calls_when_its_store_is_full_waits_for_a_load_when_nobody_comes() -> None:
    network = county()
    network = replace(network, routes=(replace(network.routes[0], min_load=1000 * KG),))
    full = replace(network, stores=replace(network.stores, call_direct=network.stores.capacity))

    assert cause(run(full, (340, OIL_1, 100), (341, OIL_1, 100))) == "waiting for minimum load"
    more = replace(full, stores=replace(full.stores, call_direct=full.stores.capacity + 1))
    assert cause(run(more, (340, OIL_1, 100), (341, OIL_1, 100))) == "trigger not reached"


def opening(day: float) -> HazardousNetwork:
    network = with_direct(county("pilot"), trucks=0)
    assert network.collection is not None
    return with_point(
        network, opening=replace(network.collection.opening, low=at(day), mode=at(day), high=at(day))
    )


@pytest.mark.parametrize(
    ("day", "found"), [(50 - SECOND, "collection point not open"), (50, "next round not due")]
)
def test_the_point_is_open_from_its_first_second(day: float, found: str) -> None:
    assert cause(run(opening(50), (day, OIL_1, 200))) == found


def test_a_source_is_enrolled_from_its_first_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "sim.model.hazardous.visits.enrolment",
        lambda chance, network, site, opens: np.array([at(70.5), at(50), at(50)]),
    )

    assert cause(run(opening(50), (70.5 - SECOND, OIL_1, 200))) == "not enrolled"
    assert cause(run(opening(50), (70.5, OIL_1, 200))) == "next round not due"


@pytest.mark.parametrize(
    ("day", "found"), [(60 + 8 / 24 - SECOND, "next round not due"), (60 + 8 / 24, "vehicle under way")]
)
def test_a_round_is_decided_on_when_its_campaign_opens(day: float, found: str) -> None:
    assert cause(run(county("pilot"), (1, OIL_1, 20), (day, OIL_1, 200))) == found


def test_on_call_what_a_van_has_just_taken_is_no_call_any_more() -> None:
    """Emptied on day 7 at 8:40; 200 kg in that second find an empty store whose site has not called."""
    network = with_point(county("pilot"), rounds="on_call", every_days=7, call_oldest=10**9)
    visit = 7 + (8 + 40 / 60) / 24
    record = run(network, (1, OIL_1, 90), (visit + SECOND, OIL_1, 200))

    assert cause(record) == "single batch larger than the room"


# --- limits that are just kept ----------------------------------------------------------------------


def kept(days: float, age: float, **rules: float) -> float:
    """Compliance of three sites, of which one overflows for `days` and one has a lot of `age` days."""
    network = with_direct(county(horizon=Horizon(2026, 2026, 0)), trucks=0)
    network = replace(network, valuation=replace(network.valuation, **rules))
    return total(run(network, (365 - days, OIL_1, 180), (365 - age, OIL_2, 9)), "sources", "compliance")


def test_days_of_overflow_up_to_the_limit_are_compliant() -> None:
    rules = {"overflow_days": 3.0, "basic_overflow_days": 10.0, "basic_weight": 0.7}

    assert kept(3, 5, **rules) == pytest.approx(1)
    assert kept(3 + SECOND, 5, **rules) == pytest.approx(2.7 / 3)
    assert kept(10, 5, **rules) == pytest.approx(2.7 / 3)
    assert kept(10 + SECOND, 5, **rules) == pytest.approx(2 / 3)


def test_an_age_up_to_the_limit_is_compliant() -> None:
    rules = {"age_days": 100.0, "basic_age_days": 120.0, "basic_weight": 0.7}

    assert kept(0.5, 100, overflow_days=1.0, **rules) == pytest.approx(1)
    assert kept(0.5, 100 + SECOND, overflow_days=1.0, **rules) == pytest.approx(2.7 / 3)
    assert kept(0.5, 120, overflow_days=1.0, **rules) == pytest.approx(2.7 / 3)
    assert kept(0.5, 120 + SECOND, overflow_days=1.0, **rules) == pytest.approx(2 / 3)


def test_a_site_at_its_legal_cap_keeps_it() -> None:
    network = replace(with_direct(county(), trucks=0), site_cap=110 * KG)

    assert total(run(network, (10, OIL_1, 60), (20, SOLID_1, 50)), "site:garage-1", "overflow_days") == 0
    more = run(network, (10, OIL_1, 60), (20, SOLID_1, 50.001))
    assert total(more, "site:garage-1", "overflow_days") == 345


def test_a_lot_in_a_bay_may_stay_its_last_working_day_and_no_longer() -> None:
    """Received on day 60; ordered when due on day 65, loaded on day 73 (day 66 to 68 are holidays)."""
    network = with_point(county("pilot", horizon=Horizon(2026, 2027, 0)), age_trigger_working_days=5)
    network = replace(network, calendar=every_day(network.horizon, 66, 67, 68))
    record = run(network, (1, OIL_1, 20))
    loaded = int(record.bay_out[0, 3]) // DAY
    working = loaded - 60 - 3

    for limit, share in ((working, 0.0), (working - 1, 1.0)):
        own = replace(record, network=with_point(network, handover_working_days=limit))
        assert total(own, "collection_point", "handover_over_limit_share") == share


def test_a_trip_that_starts_in_the_second_after_the_end_is_none_of_the_years() -> None:
    network = county(horizon=Horizon(2026, 2027, 0))
    rows = ((357, OIL_1, 120),)
    record = run(network, *rows, (400, OIL_1, 120))
    one, both = measured(record)[1]["county", "direct_trips"].tolist()

    assert trips_of(record, "start") == [at(364, 8), at(407, 8)]
    assert (one, both) == (1, 1)


# --- slag ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("target", "met"), [(1.0, 1.0), (1.0 - 1e-9, 1.0), (1.0 + 1e-9, 0.0)])
def test_a_rate_that_just_reaches_its_target_meets_it(target: float, met: float) -> None:
    record = run_works(works(), (100, 120))

    found = slag_measures(record, record.network, "oldest_first", target).values
    assert found["county", "utilisation_target_met"][1] == met


def test_what_never_burns_has_no_feed_utilisation_of_burning_time() -> None:
    record = run_works(works(), (0, 365))
    found = slag_measures(record, record.network, "oldest_first", 0.98)

    assert np.isnan(found.values["kiln", "feed_utilisation_burning"][1])
    assert found.values["kiln", "feed_utilisation_calendar"][1] == 0
    assert found.values["kiln", "days_not_burning"][1] == 365
    assert np.isnan(found.hours["share_scheduled"]).all()


def test_an_hour_of_burning_is_a_year_of_feed_in_that_hour() -> None:
    """The kiln burns on the last half day of the year alone, on a yard that is full: 75 t of 75 t."""
    record = run_works(works(), (0, 364.5))
    found = slag_measures(record, record.network, "oldest_first", 0.98).values

    assert found["kiln", "feed_utilisation_burning"][1] == pytest.approx(1)
    assert found["county", "slag_used"][1] == pytest.approx(75)


def test_bays_have_the_peak_of_a_single_gram() -> None:
    record = run(with_bay(county("pilot"), release=1000), (1, OIL_1, 0.001))

    assert total(record, "collection_point/waste_oil", "peak_stock") == pytest.approx(1e-6)


# --- what is measured where ------------------------------------------------------------------------------


def test_a_kpi_of_the_works_without_a_definition_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {name: kpi for name, kpi in KPIS.items() if name != "stock_end"}
    monkeypatch.setattr("sim.kpi.measure.KPIS", known)

    with pytest.raises(KeyError, match="stock_end"):
        layout_of(run_works(works()), Judgement("oldest_first", 0.98, VALUATION))


def test_totals_of_groups_are_those_of_the_whole_measurement() -> None:
    judgement = Judgement("oldest_first", 0.98, VALUATION)
    records: list[Record] = [run(county("pilot"), *TWO), run_works(works(), (100, 120))]
    for record in records:
        keys, totals, failure = group_totals(record, judgement)
        layout = layout_of(record, judgement)

        assert failure == ""
        assert keys == layout.keys[: layout.groups]
        assert totals.tolist() == pytest.approx(
            measure(record, judgement, 3).totals[: layout.groups].tolist(), nan_ok=True
        )
        assert measure(record, judgement, 3).replication == 3
