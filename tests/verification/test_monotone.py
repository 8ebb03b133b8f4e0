"""What more of something never makes worse, and where more of it does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.calendars import Horizon
from sim.chance.chance import Chance
from sim.kpi.storage import overflow_intervals, rises_of
from sim.model.simulate import simulate
from sim.network.hazardous import HazardousNetwork
from sim.network.slag import lanes_of
from sim.record.hazardous import HazardousRecord
from sim.record.inflow import NEVER
from sim.record.slag import SlagRecord
from sim.units import DAY
from sim.verification.regions import KG, county, kiln_stands, told, with_vans, works

YEARS = Horizon(2026, 2027, 0)


def run(network: HazardousNetwork, chance: Chance) -> HazardousRecord:
    record = simulate(network, chance)
    assert isinstance(record, HazardousRecord)
    return record


def first_overflow(record: HazardousRecord, store: int = 0) -> int:
    """When a store first passes its capacity, s; `NEVER` if it does not."""
    capacity = record.network.stores.capacity
    edges = np.array([0, record.network.horizon.end])
    over = overflow_intervals(rises_of(record.inflow, record.removals, capacity, edges), capacity)
    return int(over.begin[over.owner == store].min(initial=NEVER))


def transferred(record: HazardousRecord) -> int:
    """Grams accepted by receivers within the horizon."""
    accepted = record.trips["accepted"]
    return int(record.trips["mass"][(accepted >= 0) & (accepted < record.network.horizon.end)].sum())


def with_store(network: HazardousNetwork, kilograms: float, call_kg: float | None = None) -> HazardousNetwork:
    """Another capacity of the first store, and when it calls."""
    capacity, call = network.stores.capacity.copy(), network.stores.call_direct.copy()
    capacity[0] = round(kilograms * KG)
    if call_kg is not None:
        call[0] = round(call_kg * KG)
    return replace(network, stores=replace(network.stores, capacity=capacity, call_direct=call))


COUNTIES = st.fixed_dictionaries(
    {
        "sites": st.integers(1, 4),
        "call_kg": st.sampled_from([20.0, 60.0, 150.0]),
        "cv": st.sampled_from([0.0, 0.8]),
        "per_day": st.sampled_from([0.05, 0.2, 0.8]),
        "trucks": st.integers(0, 2),
        "payload_kg": st.sampled_from([60.0, 1000.0]),
        "papers_days": st.sampled_from([0.0, 7.0, 40.0]),
    }
)


@given(COUNTIES, st.booleans(), st.integers(0, 99), st.lists(st.integers(10, 400), min_size=2, max_size=5))
@settings(max_examples=60, deadline=None)
def test_a_larger_store_that_keeps_and_calls_in_tonnes_never_overflows_earlier(
    chosen: dict[str, Any], vans: bool, seed: int, sizes: list[int]
) -> None:
    network = county(YEARS, **chosen)
    network = with_vans(network, 1, every_days=30) if vans else network

    firsts = [first_overflow(run(with_store(network, size), Chance(seed, 0))) for size in sorted(sizes)]

    assert firsts == sorted(firsts)


def test_a_larger_store_that_calls_at_a_share_of_its_size_may_overflow_although_the_smaller_does_not() -> (
    None
):
    network = county(YEARS, papers_days=7.0)
    chance = [(1.0, 0, 80.0), (30.0, 0, 95.0)]

    smaller = with_store(network, 100, call_kg=0.8 * 100)  # 80 kg are a call: emptied before the next 95 kg
    larger = with_store(network, 110, call_kg=0.8 * 110)  # 80 kg are none: 175 kg on day 30

    assert first_overflow(run(smaller, told(smaller, 1, 0, chance))) == NEVER
    assert first_overflow(run(larger, told(larger, 1, 0, chance))) == 30 * DAY


# --- the kiln ------------------------------------------------------------------------------------------


def slag(stops: list[tuple[int, int]], chosen: dict[str, Any]) -> SlagRecord:
    plan = kiln_stands(*stops, restart_days=chosen["restart"])
    network = works(
        kiln=plan,
        lanes=lanes_of(chosen["share"], chosen["earmarked"]),
        raw_meal_share=chosen["share"],
        haul=chosen["haul"],
        target=chosen["target"],
        silo=chosen["silo"],
        raw_limit=chosen["limit"],
        start=chosen["start"],
    )
    record = simulate(network, Chance(1, 0))
    assert isinstance(record, SlagRecord)
    return record


SPANS = st.lists(st.tuples(st.integers(0, 360), st.integers(1, 60)), max_size=5)
WORKS = st.fixed_dictionaries(
    {
        "restart": st.sampled_from([0.0, 1.5, 6.0]),
        "share": st.sampled_from([0.0, 0.3, 1.0]),
        "earmarked": st.booleans(),
        "haul": st.sampled_from([60.0, 130.0, 400.0]),
        "target": st.sampled_from([np.inf, 500.0]),
        "silo": st.sampled_from([0.0, 5_000.0, 40_000.0]),
        "limit": st.sampled_from([40.0, 110.0, 150.0]),
        "start": st.sampled_from([0.0, 900.0]),
    }
)


@given(WORKS, SPANS, SPANS)
@settings(max_examples=150, deadline=None)
def test_days_without_burning_that_contain_others_never_lower_the_peak_of_the_yard(
    chosen: dict[str, Any], few: list[tuple[int, int]], further: list[tuple[int, int]]
) -> None:
    some = [(first, min(365, first + days)) for first, days in few]
    more = [*some, *((first, min(365, first + days)) for first, days in further)]

    low, high = (float(slag(stops, chosen).yard.sum(axis=0).max()) for stops in (some, more))

    assert high >= low - 1e-6


# --- capture -------------------------------------------------------------------------------------------

MORNINGS = st.lists(
    st.tuples(st.integers(0, 700), st.integers(0, 7), st.integers(0, 3), st.integers(1, 90)), max_size=40
)
"""Batches as (day, hour before the shift, site, kg)."""


def fixed_rounds(sites: int, every_days: int) -> HazardousNetwork:
    """Vans that come on fixed days and take whatever there is."""
    network = with_vans(county(YEARS, sites=sites), 1, every_days)
    point = network.collection
    assert point is not None
    return replace(network, collection=replace(point, rounds="fixed", max_stops=9))


def capture(network: HazardousNetwork, share: float) -> HazardousNetwork:
    return replace(network, capture_direct=share, capture_pilot=share)


@given(MORNINGS, st.integers(0, 99), st.sampled_from([5, 30]), st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_more_capture_never_means_less_collected_on_fixed_days(
    rows: list[tuple[int, int, int, int]], seed: int, every_days: int, one: float, other: float
) -> None:
    network = fixed_rounds(4, every_days)
    batches = [(day + hour / 24, site, float(mass)) for day, hour, site, mass in rows]
    less, more = (
        run(capture(network, share), told(network, seed, 0, batches)) for share in sorted((one, other))
    )

    for day in range(0, network.horizon.days, 50):
        collected = [
            int((r.removals[:, 2] - r.removals[:, 1])[r.removals[:, 3] < day * DAY].sum())
            for r in (less, more)
        ]
        assert collected[0] <= collected[1]


@given(COUNTIES, st.integers(0, 99), st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=40, deadline=None)
def test_more_capture_never_stores_less_and_what_was_stored_is_transferred_or_still_there(
    chosen: dict[str, Any], seed: int, one: float, other: float
) -> None:
    network = county(YEARS, **chosen)
    less, more = (run(capture(network, share), Chance(seed, 0)) for share in sorted((one, other)))
    pairs = [set(zip(r.inflow.stock.tolist(), r.inflow.time.tolist(), strict=True)) for r in (less, more)]

    assert pairs[0] <= pairs[1]
    for record in (less, more):
        removed = int((record.removals[:, 2] - record.removals[:, 1]).sum())
        assert transferred(record) <= removed <= int(record.inflow.mass.sum())


def test_more_capture_may_transfer_less_within_the_horizon_where_trips_wait_for_calls() -> None:
    """A call comes sooner, so a trip takes what there is by then: less than a later one would have found."""
    network = county(Horizon(2026, 2026, 0), call_kg=100.0, papers_days=14.0)
    batches = [(10.0, 0, 90.0), (200.0, 0, 30.0), (218.0, 0, 80.0)]

    def half(seed: int) -> HazardousRecord:
        return run(capture(network, 0.5), told(network, seed, 0, batches))

    seed = next(seed for seed in range(99) if half(seed).inflow.mass.tolist() == [90 * KG, 80 * KG])
    all_of_it = run(capture(network, 1.0), told(network, seed, 0, batches))

    assert transferred(half(seed)) == 170 * KG  # a call on day 218, a trip on day 232
    assert transferred(all_of_it) == 120 * KG  # a call on day 200, a trip on day 214; 80 kg are no call
