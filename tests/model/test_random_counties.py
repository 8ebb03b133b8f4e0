"""What holds wherever the sources lie, whatever they make, and on whichever days people work."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from planner_cases.regions import SOURCES, write_tiny_region

from sim.calendars import Horizon, WorkingCalendar
from sim.chance.chance import Chance
from sim.kpi.hazardous import measure_hazardous
from sim.model.hazardous import simulate_hazardous
from sim.network.compile import compile_network
from sim.network.hazardous import HazardousNetwork
from sim.record.audit import audit_hazardous
from sim.record.hazardous import Kind
from sim.record.lots import lots_of
from sim.scenario.load import load_scenario


class Source(NamedTuple):
    """A row of `sources.csv`."""

    type: str
    township: str
    north: float
    east: float
    size: float


class County(NamedTuple):
    """Where, who, when, and how."""

    sources: list[Source]
    plan: str
    settings: list[str]
    last: int
    warm_up: int
    week: list[int]


PLACES = st.floats(-0.3, 0.3).map(lambda degrees: round(degrees, 3))
ROWS = st.builds(
    Source,
    st.sampled_from(["garage", "petrol_station"]),
    st.sampled_from(["uptown", "downtown"]),
    PLACES,
    PLACES,
    st.sampled_from([0.3, 1.0, 8.0]),
)
EITHER = {
    "generation.level_factor": [1, 8],
    "storage_rules.partial_containers": ["true", "false"],
    "direct.trucks": [1, 0, 3],
    "direct.max_wait_days": [60, 5],
    "stops.missed_share": [0.05, 0.5],
    "roads.local.closures.landslide.per_year": [2, 60],
    "roads.routes.old_road.closures.ice.per_year": [1, 40],
    "roads.local.speed_km_per_h": [35, 6],
    "driving.driver_hours": [8, 3],
    "receivers.plant_a.capacity_t_per_year": [5000, 1],
    "vehicles.truck.compartments": [2, 1],
    "vehicles.van.payload_t": [1.5, 0.06],
}
PILOT = {
    "collection_point.vans": [1, 0, 3],
    "collection_point.rounds.every_days": [60, 3],
    "collection_point.bays.waste_oil.capacity_t": [6, 4],
    "collection_point.bay_overflow.policy": ["refuse", "keep"],
    "collection_point.licence_t_per_year": [1000, 1],
    "collection_point.breakdowns.mean_operating_hours": [500, 5],
    "collection_point.handover_working_days": [90, 17],
    "collection_point.enrolment_days": [0, 300],
}


@st.composite
def counties(draw: st.DrawFn) -> County:
    """One to six sources anywhere, other rules, other years, and any week from one working day to seven."""
    plan = draw(st.sampled_from(["long_haul", "pilot"]))
    rules = EITHER | (PILOT if plan == "pilot" else {})
    week = draw(st.lists(st.integers(0, 6), min_size=1, max_size=7, unique=True))
    last = draw(st.integers(2026, 2028))
    return County(
        draw(st.lists(ROWS, min_size=1, max_size=6)),
        plan,
        [f"{path}={draw(st.sampled_from(values))}" for path, values in rules.items()],
        last,
        draw(st.integers(0, 1)),
        sorted(week),
    )


def network_of(county: County) -> HazardousNetwork:
    """Its network, through the files."""
    rows = [
        f"source-{number},源,{one.type},{one.township},{31.9 + one.north},{108.7 + one.east},{one.size},,,,,,"
        for number, one in enumerate(county.sources)
    ]
    text = "\n".join([SOURCES.splitlines()[0], *rows, ""])
    with TemporaryDirectory() as folder:
        root = write_tiny_region(Path(folder), sources=text)
        scenario = load_scenario(f"tiny/{county.plan}", county.settings, root)
    horizon = Horizon(2026, county.last, county.warm_up)
    network = compile_network(scenario, horizon, "hazardous")
    assert isinstance(network, HazardousNetwork)
    days = np.arange(horizon.days + 731)
    return replace(network, calendar=WorkingCalendar(days[np.isin(days % 7, county.week)], 2026))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(counties(), st.integers(0, 99))
def test_books_close_wherever_and_whenever(county: County, seed: int) -> None:
    """Any run ends (else its watchdog says who waits), and its audit finds nothing."""
    network = network_of(county)
    record = simulate_hazardous(network, Chance(seed, 0))
    outcome, values = measure_hazardous(record, 0)
    trips = record.trips

    assert audit_hazardous(record, lots_of(record)) == ""
    assert outcome.failure == ""
    assert [key for key, total in values.totals.items() if total < -1e-9 and key.kpi != "cost:operator"] == []
    assert outcome.daily.min(initial=0) > -1e-9
    fleets = {Kind.DIRECT: network.direct.fleet}
    point = network.collection
    if point is not None:
        fleets |= {Kind.ROUND: point.van, Kind.HAUL: point.haul_fleet}
    for kind, mass in zip(trips["kind"].tolist(), trips["mass"].tolist(), strict=True):
        assert mass <= fleets[Kind(kind)].payload
    working = np.isin(trips["start"][trips["kind"] == Kind.ROUND] // 86_400, network.calendar.working)
    assert working.all()
    shares = outcome.hours["share_scheduled"]
    for owner in set(outcome.hours["object"].tolist()):
        own = shares[(outcome.hours["object"] == owner) & np.isfinite(shares)]
        assert own.sum() == pytest.approx(1) or not own.any()


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(counties(), st.integers(0, 99))
def test_bays_that_refuse_never_hold_more_than_they_may_in_any_county(county: County, seed: int) -> None:
    network = network_of(county)
    point = network.collection
    if point is None or not point.refuses:
        return
    record = simulate_hazardous(network, Chance(seed, 0))
    for number, bay in enumerate(point.bays):
        came = record.bay_in[record.bay_in[:, 0] == number]
        went = record.bay_out[record.bay_out[:, 0] == number]
        moments = np.concatenate([came[:, 1], went[:, 3]])
        change = np.concatenate([came[:, 2], went[:, 1] - went[:, 2]])
        order = np.lexsort((-change, moments))

        level = change[order].cumsum()
        assert level.min(initial=0) >= 0
        assert level.max(initial=0) <= bay.capacity
