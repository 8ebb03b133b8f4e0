"""KPIs of the hazardous chain against pencil and against an event account."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from planner_cases.hazard_cases import (
    KG,
    OIL_1,
    OIL_2,
    SOLID_1,
    SOLID_3,
    at,
    county,
    measured,
    run,
    tiny_network,
    trips_of,
    with_bay,
    with_direct,
    with_point,
)

from sim.calendars import Horizon
from sim.chance.chance import Chance
from sim.kpi.costs import COMPONENTS, PAYERS
from sim.kpi.sources import compliance, source_storage
from sim.model.hazardous import simulate_hazardous
from sim.network.hazardous import HazardousNetwork
from sim.record.hazardous import HazardousRecord
from sim.units import DAY, HOUR, TONNE

TWO = ((1, OIL_1, 50), (2, OIL_1, 40), (5, OIL_2, 85))
TWO_YEARS = Horizon(2026, 2027, 0)


def value(record: HazardousRecord, place: str, kpi: str) -> float:
    return float(measured(record)[0][place, kpi])


# --- money and vehicles ------------------------------------------------------------------------------------


def test_a_direct_trip_costs_kilometres_tolls_and_crew_and_each_tonne_its_disposal() -> None:
    record = run(county(), *TWO)
    haul = (2 * 270 + 40) * 4 + 2 * 270 * 1 + 900

    assert value(record, "county", "cost:direct_haul") == pytest.approx(haul)
    assert value(record, "county", "cost:disposal") == pytest.approx(0.175 * 3000)
    assert value(record, "county", "cost:generator") == pytest.approx(haul + 525)
    assert value(record, "county", "cost_per_tonne") == pytest.approx((haul + 525) / 0.175)
    assert value(record, "county", "vehicle_km") == value(record, "receivers", "vehicle_km") == 580
    assert value(record, "county", "co2") == pytest.approx(580 * 0.8)
    assert value(record, "receivers", "hours_per_tonne") == pytest.approx((6 + 2 / 3) / 0.175)
    assert value(record, "receivers", "load_factor") == pytest.approx(0.175 / 5)


def test_rounds_cost_the_operator_who_has_a_fee_for_what_he_collects() -> None:
    record = run(county("pilot"), (1, OIL_1, 20), (2, OIL_2, 30), (3, SOLID_3, 40))
    rounds = 80 * 2 + 2 * 600

    assert value(record, "county", "cost:rounds") == rounds
    assert value(record, "county", "cost:operation") == 200_000
    assert value(record, "county", "cost:operator") == pytest.approx(rounds + 200_000 - 0.09 * 3500)
    assert value(record, "county", "cost:generator") == pytest.approx(0.09 * 3500)
    bays, containers = 8.5 * 2000, 3 * 100 + 6 * 50
    assert value(record, "county", "capital") == 100_000 + 40_000 + bays + containers
    assert value(record, "county", "capital:generator") == containers
    assert value(record, "county", "cost") == rounds + 200_000


@pytest.mark.parametrize(
    ("lever", "kcny"),
    [
        ("source_types.garage.containers.waste_oil=2", 0.1),
        ("source_types.petrol_station.containers.oily_solids=5", 3 * 0.05),
        ("more_containers={garage-1: {waste_oil: 1}, petrol-1: {oily_solids: 2}}", 0.1 + 2 * 0.05),
        ("collection_point.bays.waste_oil.capacity_t=7", 2),
        ("collection_point.vans=2", 40),
    ],
)
def test_no_room_and_no_vehicle_is_free(lever: str, kcny: float) -> None:
    """One more of anything that a plan can have more of costs capital a year."""
    plain, more = (run(tiny_network("pilot", TWO_YEARS, *one)) for one in ((), (lever,)))

    assert value(more, "county", "capital") - value(plain, "county", "capital") == pytest.approx(1000 * kcny)


def shipped_like(**changed: Any) -> HazardousRecord:
    network = tiny_network("pilot", Horizon(2026, 2027, 1), "generation.level_factor=10")
    assert network.collection is not None
    opening = replace(network.collection.opening, low=at(500), mode=at(500), high=at(500))
    return simulate_hazardous(with_point(network, opening=opening, **changed), Chance(1, 0))


def test_components_and_payers_each_add_up_to_the_cost() -> None:
    totals = measured(shipped_like())[0]
    cost = totals["county", "cost"]

    assert min(totals["county", f"cost:{name}"] for name in COMPONENTS) > 0
    assert sum(totals["county", f"cost:{name}"] for name in COMPONENTS) == pytest.approx(cost)
    assert sum(totals["county", f"cost:{name}"] for name in PAYERS) == pytest.approx(cost)


def test_time_of_vans_is_shifts_of_working_days_and_its_states_fill_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sim.model.van.operating_lives", lambda *_: np.array([1.0, 1e9, 2e9]))
    network = with_point(county("pilot"), mean_operating=HOUR, repair=2 * DAY)
    record = run(network, (1, OIL_1, 20), (1, OIL_2, 20), (1, SOLID_3, 20))
    totals, _, outcome = measured(record)
    hours = dict(zip(outcome.hours["state"][6:].tolist(), outcome.hours["hours"][6:].tolist(), strict=True))

    busy = 1 + 50 / 60 + 3
    assert outcome.hours["object"][6:].tolist() == ["vans"] * 9
    assert totals["vans", "vehicle_utilisation"] == pytest.approx(busy / (365 * 9))
    assert hours["down"] == pytest.approx(7 + 10 / 60 + 9 + 1 + 50 / 60)
    assert hours["idle"] == pytest.approx(365 * 9 - busy - hours["down"])
    assert hours["off_shift"] == pytest.approx(365 * 15)
    assert outcome.hours["share_scheduled"][6:-1].sum() == pytest.approx(1)
    assert outcome.hours["share_calendar"][6:].sum() == pytest.approx(1)


def test_a_trip_counts_in_the_year_in_which_it_starts_and_its_tonnes_in_that_of_acceptance() -> None:
    network = with_direct(county(horizon=Horizon(2026, 2026, 1)), lead=0)
    record = run(network, (364.5, OIL_1, 120))
    early = run(network, (363.5, OIL_1, 120))
    assert trips_of(record, "start") == [at(365, 8)]
    assert trips_of(early, "start") == [at(364, 8)]

    assert value(record, "county", "direct_trips") == 1
    assert value(early, "county", "direct_trips") == value(early, "county", "vehicle_km") == 0
    assert value(early, "county", "transferred") == pytest.approx(0.12)  # accepted on 2 January


def test_containers_are_loaded_and_unloaded_and_again_at_the_collection_point() -> None:
    direct = run(county(), (1, OIL_1, 171), (1, OIL_2, 90))
    pilot = run(with_bay(county("pilot"), release=90), (1, OIL_1, 171), (1, OIL_2, 90))

    assert value(direct, "county", "spills_handling") == pytest.approx(2 * (2 + 1) * 0.0005)
    # the joint load: what came on day 60, 171 kg, is two drums; 90 kg of day 61 go along
    assert value(pilot, "county", "spills_handling") == pytest.approx(2 * (2 + 1 + 2) * 0.0005)
    empty, loaded = trips_of(direct, "drive_empty")[0], trips_of(direct, "drive_loaded")[0]
    road = loaded / (empty + loaded) * (540 * 0.3 * 0.4e-6 * 0.086 + (540 * 0.7 + 20 * 2) * 1.36e-6 * 0.086)
    assert value(direct, "county", "spills_road") == pytest.approx(road)


# --- compliance and site cap -------------------------------------------------------------------------------


def test_compliance_weighs_full_basic_and_no_compliance() -> None:
    record = run(with_direct(county(), trucks=0), (360, OIL_1, 180), (345, OIL_2, 350))

    assert value(record, "sources", "compliance") == pytest.approx((0.7 + 0 + 1) / 3)
    assert value(record, "sources", "overflow_days") == pytest.approx((5 + 20) / 3)
    assert value(record, "sources", "overflow_probability") == pytest.approx(2 / 3)
    assert value(record, "sources", "overflow_any") == 1


def test_an_old_lot_costs_compliance_in_the_year_in_which_it_is_too_old() -> None:
    record = run(with_direct(county(horizon=TWO_YEARS), trucks=0), (340, OIL_1, 9), (10, OIL_2, 9))

    assert compliance(record, source_storage(record)).tolist() == pytest.approx(
        [1, (0 + 0.7 + 1) / 3], abs=1e-9
    )


def test_a_site_overflows_when_all_its_stores_together_pass_the_legal_cap() -> None:
    network = replace(with_direct(county(), trucks=0), site_cap=100 * KG)
    record = run(network, (10, OIL_1, 60), (20, SOLID_1, 50))

    assert value(record, "site:garage-1", "overflow_days") == 365 - 20
    assert value(record, f"site:{OIL_1}", "overflow_days") == 0
    later = replace(record, network=replace(network, site_cap_from=at(30)))
    assert value(later, "site:garage-1", "overflow_days") == 365 - 30


@pytest.mark.parametrize("replication", range(3))
@pytest.mark.parametrize(("plan", "since"), [("long_haul", -100), ("pilot", 500)])
def test_days_of_overflow_of_sites_are_those_of_the_event_account(
    plan: str, since: int, replication: int
) -> None:
    network = tiny_network(plan, Horizon(2026, 2027, 1), "generation.level_factor=4")
    network = replace(network, site_cap=150 * KG, site_cap_from=at(since))
    record = simulate_hazardous(network, Chance(1, replication))

    assert source_storage(record).site_days == pytest.approx(np.array(days_over(record)), abs=1e-9)


def days_over(record: HazardousRecord) -> list[list[float]]:
    """(sites, years) days with a full store or a full site, event by event."""
    network = record.network
    edges = network.horizon.reported_edges.tolist()
    capacity = network.stores.capacity.tolist()
    days = []
    for site in range(len(network.sites.names)):
        own = set(np.flatnonzero(network.stores.site == site).tolist())
        events = [(edge, -1, 0) for edge in [*edges, max(network.site_cap_from, 0)]]
        arrivals = zip(
            record.inflow.time.tolist(),
            record.inflow.stock.tolist(),
            record.inflow.mass.tolist(),
            strict=True,
        )
        events += [(time, stock, mass) for time, stock, mass in arrivals if stock in own]
        events += [(row[3], row[0], row[1] - row[2]) for row in record.removals.tolist() if row[0] in own]
        events.sort()
        level = dict.fromkeys(own, 0)
        over = [0] * (len(edges) - 1)
        for (begin, stock, mass), (end, _, _) in pairwise(events):
            if stock >= 0:
                level[stock] += mass
            capped = begin >= network.site_cap_from and sum(level.values()) > network.site_cap
            if (capped or any(level[one] > capacity[one] for one in own)) and edges[0] <= begin < edges[-1]:
                over[int(np.searchsorted(edges, begin, side="right")) - 1] += end - begin
        days.append([time / DAY for time in over])
    return days


# --- ages, balance, daily series ---------------------------------------------------------------------------


def test_the_cohort_leaves_out_the_last_year_and_counts_who_still_waits() -> None:
    network = with_direct(county(horizon=TWO_YEARS), trucks=0)
    record = run(network, (100, OIL_1, 10), (364, OIL_1, 30), (366, OIL_2, 900))

    assert value(record, "sources", "dwell_mean") == pytest.approx((10 * 630 + 30 * 366) / 40)
    assert value(record, "sources", "age_over_limit_share") == 1
    assert value(record, "county", "transfer_cycle_p95") == pytest.approx(630)


def test_clocks_run_separately_at_the_source_at_the_point_and_across_both() -> None:
    network = with_bay(county("pilot", horizon=TWO_YEARS), release=90)
    record = run(network, (1, OIL_1, 90))
    collected, received, left, accepted = at(60, 8 + 40 / 60), at(60, 9 + 50 / 60), at(68, 10), at(70, 14)

    assert value(record, "sources", "dwell_mean") == pytest.approx((collected - at(1)) / DAY)
    assert value(record, "collection_point", "dwell_mean") == pytest.approx((left - received) / DAY)
    assert value(record, "county", "transfer_cycle_mean") == pytest.approx((accepted - at(1)) / DAY)
    assert value(record, "county", "age_over_limit_share") == 0
    limited = replace(record, network=replace(network, age_limit=60 * DAY))
    assert value(limited, "county", "age_over_limit_share") == 1
    assert value(limited, "sources", "age_over_limit_share") == 0


def test_nobody_collected_is_no_mean_time() -> None:
    totals = measured(run(county(horizon=TWO_YEARS)))[0]

    assert np.isnan(totals["county", "transfer_cycle_mean"])
    assert np.isnan(totals["county", "cost_per_tonne"])


def balance_network(plan: str) -> HazardousNetwork:
    settings = ("generation.level_factor=8", "generation.capture_share={direct: 0.6, pilot: 0.9}")
    network = tiny_network(plan, Horizon(2026, 2027, 1), *settings)
    return replace(network, divert_share=0.5, divert_grace=20 * DAY)


@pytest.mark.parametrize("plan", ["long_haul", "pilot"])
def test_the_mass_balance_of_each_stream_closes_with_all_its_terms(plan: str) -> None:
    totals, _, outcome = measured(simulate_hazardous(balance_network(plan), Chance(1, 0)))
    mass = outcome.mass
    names = ("start_t", "generated_t", "informal_t", "transferred_t", "diverted_t", "end_t")
    terms = {name: mass[name] for name in names}

    assert mass["stream"].tolist() == ["oil", "filters", "sludge"]
    assert all(terms[name].sum() > 0 for name in names)
    assert mass["residual_t"].tolist() == [0, 0, 0]
    for name in ("generated", "informal", "transferred", "diverted"):
        assert totals["county", name] == pytest.approx(mass[f"{name}_t"].sum() / 2, rel=0.002)
    assert totals["county", "stock_end"] == pytest.approx(mass["end_t"].sum())


@pytest.mark.parametrize("plan", ["long_haul", "pilot"])
def test_daily_stocks_are_the_levels_at_the_midnight_that_begins_each_day(plan: str) -> None:
    record = simulate_hazardous(balance_network(plan), Chance(1, 1))
    daily = measured(record)[2].daily
    horizon = record.network.horizon
    midnights = np.arange(horizon.report_start, horizon.end, DAY)

    def level(arrived: Any, mass: Any, gone: Any, taken: Any) -> list[float]:
        return [float(mass[arrived < when].sum() - taken[gone < when].sum()) / TONNE for when in midnights]

    removals = record.removals
    expected = [
        level(record.inflow.time, record.inflow.mass, removals[:, 3], removals[:, 2] - removals[:, 1])
    ]
    if plan == "pilot":
        received, out = record.bay_in, record.bay_out
        for bays in ({0, 1}, {0}, {1}):
            came, went = np.isin(received[:, 0], list(bays)), np.isin(out[:, 0], list(bays))
            taken = (out[:, 2] - out[:, 1])[went]
            expected.append(level(received[came, 1], received[came, 2], out[went, 3], taken))
    assert daily.shape == (len(expected), len(midnights))
    assert daily == pytest.approx(np.array(expected), abs=1e-5)


def test_the_bays_peak_is_that_of_all_bays_together() -> None:
    record = run(with_bay(county("pilot"), release=90), (1, OIL_1, 60), (1, SOLID_3, 50), (90, OIL_1, 40))

    assert value(record, "collection_point/waste_oil", "peak_stock") == pytest.approx(0.1)
    assert value(record, "collection_point", "peak_stock") == pytest.approx(0.15)


def test_what_a_bay_turned_away_is_unmet_and_a_day_of_overflow() -> None:
    network = with_bay(county("pilot"), capacity=100, release=1000)
    record = run(network, (1, OIL_1, 90), (1, OIL_2, 90))

    campaigns = 6  # days 60 to 360: 80 kg find no room each time
    assert value(record, "collection_point/waste_oil", "unmet") == pytest.approx(0.08 * campaigns)
    assert value(record, "collection_point/waste_oil", "overflow_days") == campaigns
    assert value(record, "collection_point", "overflow_any") == 1
    assert value(record, "collection_point", "overflow_probability") == 0.5


def test_the_licence_is_used_by_what_is_received_while_the_point_is_open() -> None:
    network = with_point(county("pilot"), licence=1000 * KG)
    assert network.collection is not None
    half = replace(network.collection.opening, low=at(182.5), mode=at(182.5), high=at(182.5))

    assert value(run(network, (1, OIL_1, 90)), "collection_point", "licence_utilisation") == pytest.approx(
        0.09
    )
    record = run(with_direct(with_point(network, opening=half), trucks=0), (1, OIL_1, 90))
    assert value(record, "collection_point", "licence_utilisation") == pytest.approx(0.18)
