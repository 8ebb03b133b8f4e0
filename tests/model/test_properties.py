"""What holds for every small county and every luck."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planner_cases.hazard_cases import with_point
from planner_cases.small_counties import (
    HORIZON,
    Choices,
    choices,
    history,
    replications,
    rows_of,
    simulated,
    small,
)

from sim.chance.chance import Chance
from sim.kpi.hazardous import measure_hazardous
from sim.kpi.storage import overflow_intervals, rises_of
from sim.model.hazardous import simulate_hazardous
from sim.model.rounds import Rounds
from sim.record.hazardous import DIVERTED, HazardousRecord, Kind
from sim.record.inflow import Inflow
from sim.record.lots import lots_of


@settings(max_examples=40, deadline=None)
@given(choices(), replications)
def test_books_close_and_nothing_is_less_than_nothing(chosen: Choices, replication: int) -> None:
    network = small(chosen)
    record = simulated(network, replication)
    outcome, values = measure_hazardous(record, replication)

    assert outcome.failure == ""
    assert outcome.daily.min() > -1e-9
    assert outcome.peaks.min(initial=0) >= 0
    negative = [key for key, value in values.totals.items() if value < -1e-9 and key.kpi != "cost:operator"]
    assert negative == []
    assert (outcome.hours["hours"] > -1e-6).all()
    shares = outcome.hours["share_scheduled"]
    for owner in set(outcome.hours["object"].tolist()):
        own = shares[(outcome.hours["object"] == owner) & np.isfinite(shares)]
        assert own.sum() == pytest.approx(1) or not own.any()


@settings(max_examples=40, deadline=None)
@given(choices(), replications)
def test_nothing_carries_or_holds_more_than_it_may(chosen: Choices, replication: int) -> None:
    network = small(chosen)
    record = simulated(network, replication)
    trips, point = record.trips, network.collection
    payload = {Kind.DIRECT: network.direct.fleet.payload}
    if point is not None:
        payload |= {Kind.ROUND: point.van.payload, Kind.HAUL: point.haul_fleet.payload}

    assert all(mass <= payload[Kind(kind)] for kind, mass in zip(trips["kind"], trips["mass"], strict=True))
    for owners in ([Kind.ROUND], [Kind.DIRECT, Kind.HAUL]):
        rows = np.flatnonzero(np.isin(trips["kind"], owners))
        rows = rows[np.lexsort((trips["start"][rows], trips["vehicle"][rows]))]
        same = np.diff(trips["vehicle"][rows]) == 0
        assert (trips["start"][rows][1:] >= trips["end"][rows][:-1])[same].all()
    if point is None or not point.refuses:
        return
    capacity = np.array([bay.capacity for bay in point.bays])
    inflow = Inflow(*record.bay_in[:, :3].T, len(capacity), HORIZON.end)
    rises = rises_of(inflow, record.bay_out, capacity, HORIZON.simulated_edges)
    assert len(overflow_intervals(rises, capacity).owner) == 0
    year = np.searchsorted(HORIZON.simulated_edges, record.bay_in[:, 1], side="right")
    assert np.bincount(year, weights=record.bay_in[:, 2]).max(initial=0) <= point.licence


@settings(max_examples=40, deadline=None)
@given(choices(), replications)
def test_visits_follow_their_trip_and_waste_leaves_at_a_visit(chosen: Choices, replication: int) -> None:
    network = small(chosen)
    record = simulated(network, replication)
    visits, trips = record.visits, record.trips
    end = np.minimum(trips["end"], HORIZON.end - 1)

    assert (visits["when"] >= trips["start"][visits["trip"]]).all()
    assert (visits["when"] <= end[visits["trip"]]).all()
    assert (trips["decided"] <= trips["start"]).all()
    assert (
        np.bincount(visits["trip"], minlength=len(end))
        == np.where(trips["kind"] == Kind.HAUL, 0, trips["stops"])
    ).all()
    stops = set(zip(visits["trip"].tolist(), visits["site"].tolist(), visits["when"].tolist(), strict=True))
    taken = record.removals[record.removals[:, 4] != DIVERTED]
    sites = network.stores.site[taken[:, 0]]
    assert set(zip(taken[:, 4].tolist(), sites.tolist(), taken[:, 3].tolist(), strict=True)) <= stops


def contents(record: HazardousRecord) -> list[bytes]:
    arrays: list[Any] = [record.removals, record.bay_in, record.bay_out, record.turned_away, record.down]
    lots = lots_of(record)
    arrays += [
        *record.trips.values(),
        *record.visits.values(),
        *(getattr(lots, one.name) for one in fields(lots)),
    ]
    return [array.tobytes() for array in arrays]


@settings(max_examples=15, deadline=None)
@given(choices(), replications)
def test_the_same_luck_gives_the_same_bytes(chosen: Choices, replication: int) -> None:
    network = small(chosen)
    shared = Chance(1, replication)
    first, again = simulate_hazardous(network, shared), simulate_hazardous(network, shared)

    assert contents(first) == contents(again) == contents(simulated(network, replication))


PLAIN_ROUNDS = {
    "plan": "pilot",
    "partial_containers": True,
    "divert_share": 0.0,
    "bay_factor": 1,
    "refuses": False,
    "vans": 1,
    "van_kg": 1500,
    "licence_kg": 10**6,
    "operating_hours": 500.0,
    "rounds": "fixed",
    "trucks": 0,
}


@settings(max_examples=25, deadline=None)
@given(choices(**PLAIN_ROUNDS), replications)
def test_more_capture_never_gives_less_to_fixed_rounds(chosen: Choices, replication: int) -> None:
    network = small(chosen)
    assert network.collection is not None
    opening = replace(network.collection.opening, low=0, mode=0, high=0)
    network = with_point(network, opening=opening, enrolment=0, skip_below=1)
    tonnes = []
    for share in (0.2, 0.6, 1.0):
        record = simulated(replace(network, capture_direct=share, capture_pilot=share), replication)
        tonnes.append(int((record.removals[:, 2] - record.removals[:, 1]).sum()))

    assert tonnes == sorted(tonnes)


def first_overflow(record: HazardousRecord) -> list[int]:
    """(stores,) first second above capacity of each store."""
    capacity = record.network.stores.capacity
    rises = rises_of(record.inflow, record.removals, capacity, HORIZON.simulated_edges)
    found = overflow_intervals(rises, capacity)
    first = np.full(len(capacity), HORIZON.end)
    np.minimum.at(first, found.owner, found.begin)
    return first.tolist()


@settings(max_examples=25, deadline=None)
@given(choices(), replications, st.sampled_from([1.01, 1.5, 4]))
def test_a_larger_store_never_overflows_earlier(chosen: Choices, replication: int, factor: float) -> None:
    network = small(chosen)
    network = replace(network, divert_share=0.0)
    capacity = np.ceil(network.stores.capacity * factor).astype(np.int64)
    larger = replace(network, stores=replace(network.stores, capacity=capacity))
    pairs = zip(
        first_overflow(simulated(network, replication)),
        first_overflow(simulated(larger, replication)),
        strict=True,
    )

    assert all(late >= early for early, late in pairs)


@settings(max_examples=30, deadline=None)
@given(choices(plan="pilot", vans=1), replications)
def test_a_campaign_made_at_once_is_what_its_rounds_one_by_one_come_to(
    chosen: Choices, replication: int
) -> None:
    network = small({**chosen, "vans": min(chosen["vans"], 1)})
    laid_out = simulated(network, replication)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rounds, "make_ahead", lambda rounds, now: 0)
        stepwise = simulated(network, replication)
    for name in ("removals", "bay_in", "bay_out"):
        assert rows_of(getattr(laid_out, name), laid_out) == rows_of(getattr(stepwise, name), stepwise)
    assert laid_out.turned_away.tolist() == stepwise.turned_away.tolist()
    assert laid_out.down.tolist() == stepwise.down.tolist()
    assert history(laid_out) == history(stepwise)
