"""KPIs of single years against those of the whole period, and against lots and trips one by one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from planner_cases.hazard_cases import (
    OIL_1,
    OIL_2,
    at,
    county,
    measured,
    run,
    tiny_network,
    with_direct,
    with_point,
    with_time,
)
from planner_cases.slag_cases import run as run_works
from planner_cases.slag_cases import works

from sim.calendars import Horizon
from sim.chance.chance import Chance
from sim.kpi.cycle import COHORT_TAIL
from sim.kpi.measure import Judgement, Record, layout_of, measure
from sim.model.hazardous import simulate_hazardous
from sim.network.hazardous import CollectionSite
from sim.record.hazardous import HazardousRecord, Kind
from sim.record.lots import lots_of
from sim.units import DAY, HOUR, TONNE
from sim.verification.regions import VALUATION

JUDGEMENT = Judgement("oldest_first", 0.98, VALUATION)
COHORT = [
    ("sources", "age_over_limit_share"),
    ("sources", "dwell_mean"),
    ("sources", "dwell_p95"),
    ("collection_point", "age_over_limit_share"),
    ("collection_point", "dwell_mean"),
    ("collection_point", "dwell_p95"),
    ("collection_point", "handover_over_limit_share"),
    ("county", "age_over_limit_share"),
    ("county", "transfer_cycle_mean"),
    ("county", "transfer_cycle_p95"),
]


def busy_county(
    horizon: Horizon, plan: str = "pilot", opens: int = at(500), divert: float = 0.0
) -> HazardousRecord:
    """The tiny region with ten times its waste, whose collection point opens on a day."""
    network = tiny_network(plan, horizon, "generation.level_factor=10")
    network = replace(network, divert_share=divert, divert_grace=20 * DAY, age_limit=30 * DAY)
    if network.collection is not None:
        opening = replace(network.collection.opening, low=opens, mode=opens, high=opens)
        network = with_point(network, opening=opening, handover_working_days=20)
    return simulate_hazardous(network, Chance(1, 0))


RECORDS: dict[str, Any] = {
    "long haul": lambda: busy_county(Horizon(2026, 2028, 1), "long_haul"),
    "pilot": lambda: busy_county(Horizon(2026, 2028, 1)),
    "diverted": lambda: busy_county(Horizon(2026, 2028, 1), divert=0.5),
    "never opened": lambda: busy_county(Horizon(2026, 2026, 0), opens=at(9999)),
    "works": lambda: run_works(works(horizon=Horizon(2027, 2028, 1)), (100, 130), (500, 560)),
}


@pytest.mark.parametrize("case", RECORDS)
def test_all_but_single_sites_has_a_value_per_year(case: str) -> None:
    layout = layout_of(RECORDS[case](), JUDGEMENT)

    assert layout.yearly_keys == layout.keys[: layout.groups]


@pytest.mark.parametrize("plan", ["long_haul", "pilot", "works"])
def test_a_single_year_is_the_whole_period(plan: str) -> None:
    year = Horizon(2027, 2027, 1)
    record: Record = (
        run_works(works(horizon=year), (400, 430)) if plan == "works" else busy_county(year, plan)
    )
    layout, outcome = layout_of(record, JUDGEMENT), measure(record, JUDGEMENT, 0)

    assert np.isfinite(outcome.totals[: layout.groups]).sum() > 15
    assert outcome.yearly[:, 0].tolist() == pytest.approx(
        outcome.totals[: layout.groups].tolist(), rel=0, abs=0, nan_ok=True
    )


@pytest.mark.parametrize("plan", ["long_haul", "pilot"])
def test_the_cohort_of_a_period_of_two_years_is_that_of_the_first(plan: str) -> None:
    totals, yearly, _ = measured(busy_county(Horizon(2026, 2027, 1), plan))
    known = [key for key in COHORT if key in totals]

    assert len(known) == (10 if plan == "pilot" else 6)
    for key in known:
        assert yearly[key][0] == totals[key] > 0
        assert np.isnan(yearly[key][1])


# --- lots one by one ---------------------------------------------------------------------------------------


def clocks(record: HazardousRecord) -> dict[str, tuple[Any, Any, Any, Any]]:
    """Year of arising, mass, seconds and begin of the wait of every lot of the cohort, by place."""
    lots, horizon = lots_of(record), record.network.horizon
    cohort = (lots.arose >= horizon.report_start) & (lots.arose < horizon.end - COHORT_TAIL)
    year = horizon.reported_edges.searchsorted(lots.arose, side="right") - 1
    spans = {
        "sources": (cohort, lots.arose, lots.collected),
        "collection_point": (cohort & (lots.received < horizon.end), lots.received, lots.left),
        "county": (cohort & ~lots.diverted, lots.arose, lots.accepted),
    }
    return {
        place: (year[own], lots.mass[own], (np.minimum(until, horizon.end) - since)[own], since[own])
        for place, (own, since, until) in spans.items()
        if own.any()
    }


def long_wait(waits: Any, masses: Any) -> float:
    """The first of the waits in order by which 95 % of the mass is reached, d."""
    passed = 0
    for wait, mass in sorted(zip(waits.tolist(), masses.tolist(), strict=True)):
        passed += mass
        if passed >= 0.95 * masses.sum():
            return float(wait / DAY)
    return float("nan")


@pytest.mark.parametrize("case", ["long haul", "pilot", "diverted"])
def test_waits_of_a_year_are_those_of_what_arose_in_it(case: str) -> None:
    record = RECORDS[case]()
    totals, yearly, _ = measured(record)
    found = clocks(record)

    assert len(found) == (2 if case == "long haul" else 3)
    for place, (years, masses, waits, _) in found.items():
        word = "transfer_cycle" if place == "county" else "dwell"
        assert totals[place, f"{word}_p95"] == long_wait(waits, masses)
        for year in range(3):
            own = years == year
            if not own.any():
                assert np.isnan(yearly[place, f"{word}_p95"][year])
                continue
            mean, late = (
                np.average(values[own], weights=masses[own]) for values in (waits, waits > 30 * DAY)
            )
            assert yearly[place, f"{word}_p95"][year] == long_wait(waits[own], masses[own])
            assert yearly[place, f"{word}_mean"][year] == pytest.approx(mean / DAY)
            assert yearly[place, "age_over_limit_share"][year] == pytest.approx(late)


def test_95_percent_of_the_tonnes_of_each_year_by_pencil() -> None:
    network = with_direct(county(horizon=Horizon(2026, 2028, 0)), trucks=0)
    record = run(network, (100, OIL_1, 4), (364, OIL_1, 96), (400.25, OIL_2, 5), (400.5, OIL_2, 95))
    totals, yearly, _ = measured(record)

    first, second = 1096 - 364, 1096 - 400.5
    for place, kpi in (("sources", "dwell_p95"), ("county", "transfer_cycle_p95")):
        assert yearly[place, kpi].tolist() == pytest.approx([first, second, np.nan], nan_ok=True)
        assert totals[place, kpi] == pytest.approx(first)


def test_late_tonnes_of_the_years_add_up_to_those_of_the_period() -> None:
    record = busy_county(Horizon(2026, 2028, 1), opens=at(400))
    totals, yearly, _ = measured(record)
    years, masses, waits, received = clocks(record)["collection_point"]
    working = record.network.calendar.working
    last = working[working.searchsorted(received // DAY, side="right") + 20 - 1]
    late = received + waits >= (last + 1) * DAY
    shares = yearly["collection_point", "handover_over_limit_share"]
    whole = np.bincount(years, weights=masses, minlength=3)
    judged = whole > 0

    assert 0 < totals["collection_point", "handover_over_limit_share"] < 1
    expected = np.bincount(years, masses * late, 3)[judged] / whole[judged]
    assert shares[judged].tolist() == pytest.approx(expected.tolist())
    assert shares[0] != shares[1]
    mean = np.average(shares[judged], weights=whole[judged])
    assert totals["collection_point", "handover_over_limit_share"] == pytest.approx(mean)


# --- stocks and vehicles -----------------------------------------------------------------------------------


@pytest.mark.parametrize("case", ["long haul", "pilot", "diverted"])
def test_the_stock_at_the_end_of_a_year_is_what_has_arisen_and_not_gone(case: str) -> None:
    record = RECORDS[case]()
    totals, yearly, _ = measured(record)
    lots = lots_of(record)
    gone = np.where(lots.diverted, lots.collected, lots.accepted)
    ends = record.network.horizon.reported_edges[1:]
    stock = [lots.mass[(lots.arose < end) & (gone >= end)].sum() / TONNE for end in ends]

    assert yearly["county", "stock_end"].tolist() == stock
    assert totals["county", "stock_end"] == stock[-1]
    assert len(set(stock)) == 3


def test_load_factors_of_the_years_weighted_by_their_trips_are_that_of_the_period() -> None:
    record = busy_county(Horizon(2026, 2028, 1), opens=at(800))
    totals, yearly, _ = measured(record)
    site, trips = record.network.collection, record.trips
    assert isinstance(site, CollectionSite)
    year = record.network.horizon.reported_edges.searchsorted(trips["start"], side="right") - 1
    payload = {
        Kind.ROUND: site.van.payload,
        Kind.HAUL: site.haul_fleet.payload,
        Kind.DIRECT: record.network.direct.fleet.payload,
    }
    for place, kinds in (("vans", [Kind.ROUND]), ("receivers", [Kind.DIRECT, Kind.HAUL])):
        room = np.zeros(3)
        for kind in kinds:
            own = (trips["kind"] == kind) & (year >= 0) & (year < 3)
            room += np.bincount(year[own], minlength=3) * payload[kind]
        factors = yearly[place, "load_factor"]
        driven = np.isfinite(factors)
        assert driven.tolist() == (room > 0).tolist()
        mean = np.average(factors[driven], weights=room[driven])
        assert totals[place, "load_factor"] == pytest.approx(mean)
        assert len(set(factors[driven].tolist())) == driven.sum() > 1
    assert np.isnan(yearly["vans", "load_factor"][0])


def test_vans_are_scheduled_on_the_working_days_of_a_year_since_the_opening() -> None:
    network = county("pilot", horizon=Horizon(2026, 2028, 0))
    assert network.collection is not None
    opening = replace(network.collection.opening, low=at(500), mode=at(500), high=at(500))
    rows = [(510 + 7.0 * week, OIL_1, 20) for week in range(80)]
    record = run(with_time(with_point(network, opening=opening), shift=HOUR), *rows)
    totals, yearly, _ = measured(record)
    trips = record.trips
    year = record.network.horizon.reported_edges.searchsorted(trips["start"], side="right") - 1
    rounds = [(trips["kind"] == Kind.ROUND) & (year == one) for one in range(3)]
    states = ("drive_empty", "drive_loaded", "load", "unload", "wait", "rest")
    busy = np.array([sum(trips[state][own].sum() for state in states) for own in rounds]) / HOUR
    overtime = np.array([trips["overtime"][own].sum() for own in rounds]) / HOUR
    scheduled = 1.0 * network.collection.vans * np.array([0, 730 - 500, 366]) + overtime

    assert (busy[1:] > 0).all()
    assert overtime.sum() > 0
    shares = yearly["vans", "vehicle_utilisation"]
    assert np.isnan(shares[0])
    assert shares[1:].tolist() == pytest.approx((busy[1:] / scheduled[1:]).tolist())
    assert totals["vans", "vehicle_utilisation"] == pytest.approx(busy.sum() / scheduled.sum())


def test_a_point_that_opens_after_the_end_has_no_scheduled_time() -> None:
    totals, yearly, outcome = measured(RECORDS["never opened"]())

    assert np.isnan([totals["vans", "vehicle_utilisation"], *yearly["vans", "vehicle_utilisation"]]).all()
    assert outcome.hours["hours"][outcome.hours["object"] == "vans"].tolist() == [0] * 9
