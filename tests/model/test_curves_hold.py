"""Storage curves from one set of runs are what direct simulation gives, seed by seed, where they say so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from planner_cases.hazard_cases import tiny, tiny_network, with_point
from planner_cases.slag_cases import run, works
from planner_cases.small_counties import Choices, choices, replications, simulated, small

from sim.calendars import Horizon
from sim.experiment.storage_trials import with_capacity
from sim.kpi.collection import put_bays
from sim.kpi.first_passage import bay_claims, is_known
from sim.kpi.hazardous import measure_hazardous
from sim.kpi.outcome import Key
from sim.kpi.peaks import calls_by_share, peak_places
from sim.kpi.slag import HEAPS, YARD, slag_measures
from sim.kpi.values import Values
from sim.network.hazardous import HazardousNetwork
from sim.network.slag import SlagNetwork
from sim.units import TONNE, BoolArray, FloatArray

sizes = st.sampled_from([0.03, 0.1, 0.3, 0.6, 1.0, 1.7])


def peaks_and_overflow(network: HazardousNetwork, replication: int) -> tuple[FloatArray, FloatArray]:
    """(places, years) peaks, and (places,) share of years with overflow: bays, then stores."""
    outcome, values = measure_hazardous(simulated(network, replication), replication)
    places = peak_places(network)
    totals = dict(zip(values.totals, outcome.totals, strict=False))
    names = network.stores.names
    first = len(values.totals) + 2 * len(network.sites.names)
    totals |= {
        Key(f"site:{name}", "overflow_probability"): outcome.totals[first + index]
        for index, name in enumerate(names)
    }
    return outcome.peaks, np.array([totals[Key(one.place, "overflow_probability")] for one in places])


def bays_scaled(network: HazardousNetwork, factor: float) -> HazardousNetwork:
    assert network.collection is not None
    bays = network.collection.bays
    return with_point(network, bays=tuple(replace(bay, capacity=int(bay.capacity * factor)) for bay in bays))


@settings(max_examples=25, deadline=None)
@given(choices(plan="pilot", refuses=False), replications, sizes)
def test_bays_that_keep_overflow_exactly_when_their_peak_is_above_any_capacity(
    chosen: Choices, replication: int, size: float
) -> None:
    base = small(chosen)
    other = bays_scaled(base, size)
    assert base.collection is not None
    assert other.collection is not None
    count = len(base.collection.bays)
    capacity = np.array([bay.capacity for bay in other.collection.bays]) / TONNE
    peaks, _ = peaks_and_overflow(base, replication)
    _, direct = peaks_and_overflow(other, replication)
    assert ((peaks[:count] > capacity[:, None]).mean(axis=1) == direct[:count]).all()


@settings(max_examples=25, deadline=None)
@given(choices(divert_share=0.0), replications, sizes)
def test_stores_whose_calls_stay_overflow_exactly_when_their_peak_is_above_any_capacity(
    chosen: Choices, replication: int, size: float
) -> None:
    base = small(chosen)
    capacity = np.maximum((base.stores.capacity * size).astype(np.int64), 1)
    other = replace(base, stores=replace(base.stores, capacity=capacity))
    stores = len(capacity)
    peaks, _ = peaks_and_overflow(base, replication)
    _, direct = peaks_and_overflow(other, replication)
    expected = (peaks[-stores:] > capacity[:, None] / TONNE).mean(axis=1)
    assert expected == pytest.approx(direct[-stores:], abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(choices(plan="pilot", refuses=True), replications, st.sampled_from([0.05, 0.2, 0.5, 0.8, 1.0]))
def test_a_bay_is_first_full_when_more_is_asked_for_than_it_holds(
    chosen: Choices, replication: int, size: float
) -> None:
    """Each bay by itself: the others stay as they are."""
    base = small(chosen)
    assume(is_known(base))
    assert base.collection is not None
    claims = bay_claims(simulated(base, replication))
    for number, bay in enumerate(base.collection.bays):
        smaller = replace(bay, capacity=int(bay.capacity * size))
        bays = (*base.collection.bays[:number], smaller, *base.collection.bays[number + 1 :])
        direct = bay_claims(simulated(with_point(base, bays=bays), replication))
        assert (np.isinf(direct[number]) == (claims[number] > smaller.capacity / TONNE)).all()


@settings(max_examples=25, deadline=None)
@given(choices(divert_share=0.4), replications, st.sampled_from([0.3, 0.6, 0.9]))
def test_a_store_that_diverts_is_first_too_small_when_its_stock_first_is_above(
    chosen: Choices, replication: int, size: float
) -> None:
    base = small(chosen)
    stores = len(base.stores)
    peaks, _ = peaks_and_overflow(base, replication)
    for store in range(stores):
        capacity = base.stores.capacity.copy()
        capacity[store] = max(1, int(capacity[store] * size))
        other = replace(base, stores=replace(base.stores, capacity=capacity))
        direct, _ = peaks_and_overflow(other, replication)
        limit = capacity[store] / TONNE
        assert ((direct[-stores:][store] > limit) == (peaks[-stores:][store] > limit)).all()


# --- slag --------------------------------------------------------------------------------------------

SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(5, 50)), min_size=1, max_size=6)
THREE_YEARS = Horizon(2026, 2027, 1)


def stops_of(steps: list[tuple[int, int]]) -> list[tuple[float, float]]:
    found, now = [], 0
    for pause, length in steps:
        found.append((now + pause, now + pause + length))
        now += pause + length + 1
    return found


def slag_facts(network: SlagNetwork, spans: list[tuple[float, float]]) -> tuple[FloatArray, BoolArray]:
    """(yard and heaps, years) peaks, and whether they overflowed."""
    found = slag_measures(run(network, *spans), network, "oldest_first", 0.98)
    places = (YARD, HEAPS)
    over = np.stack([found.values[place, "overflow_probability"][0] > 0 for place in places])
    return np.stack([found.peaks[place] for place in places]), over


@settings(max_examples=25, deadline=None)
@given(SPANS, st.sampled_from([50.0, 333.3, 1500.0, 2222.2]), st.sampled_from([60.0, 90.0, 400.0]))
def test_a_yard_that_keeps_overflows_exactly_when_its_peak_is_above_any_capacity(
    steps: list[tuple[int, int]], capacity: float, haul: float
) -> None:
    spans = stops_of(steps)
    base = works(horizon=THREE_YEARS, haul=haul)
    other = replace(base, yard_capacity=capacity, heap_capacity=capacity)
    peaks, _ = slag_facts(base, spans)
    _, direct = slag_facts(other, spans)
    assert ((peaks > capacity + 1e-8) == direct).all()


@settings(max_examples=25, deadline=None)
@given(SPANS, st.sampled_from([50.0, 333.3, 900.0, 1500.0]))
def test_a_yard_that_sends_away_is_first_full_when_its_stock_first_is_above(
    steps: list[tuple[int, int]], capacity: float
) -> None:
    spans = stops_of(steps)
    base = works(horizon=THREE_YEARS, yard_keeps=False)
    peaks, _ = slag_facts(base, spans)
    direct, _ = slag_facts(replace(base, yard_capacity=capacity), spans)
    assert (np.isinf(direct[0]) == (peaks[0] > capacity)).all()


# --- where it would not hold -------------------------------------------------------------------------


def test_a_source_that_calls_at_a_share_of_its_store_is_no_matter_of_one_set_of_runs() -> None:
    """A store of half the size calls sooner, so it overflows less often than the stock of the other tells."""
    horizon = Horizon(2026, 2030, 1)
    base = tiny_network("long_haul", horizon, "generation.level_factor=5")
    assert calls_by_share(base).all()
    spec = tiny("long_haul", "generation.level_factor=5").spec
    differ = 0
    for store, name in enumerate(base.stores.names):
        capacity = base.stores.capacity[store] / TONNE / 2
        other = with_capacity(base, spec, f"site:{name}", capacity)
        for replication in range(12):
            peaks, _ = peaks_and_overflow(base, replication)
            _, direct = peaks_and_overflow(other, replication)
            differ += (peaks[store] > capacity).mean() != direct[store]
    assert differ > 0


def test_what_a_bay_turned_away_comes_later_so_that_years_after_the_first_are_another_story() -> None:
    horizon = Horizon(2026, 2030, 1)
    base = tiny_network("pilot", horizon, "generation.level_factor=5")
    assert base.collection is not None
    assert base.collection.refuses
    differ = 0
    for size in (0.1, 0.2, 0.3, 0.5):
        other = bays_scaled(base, size)
        assert other.collection is not None
        for replication in range(4):
            values = Values(5)
            wide, _ = put_bays(values, simulated(base, replication))
            _, direct = peaks_and_overflow(other, replication)
            for number, bay in enumerate(other.collection.bays):
                differ += (wide[number] > bay.capacity / TONNE).mean() != direct[number]
    assert differ > 0


def test_fixed_rounds_from_the_begin_on_never_ask_how_full_a_store_is() -> None:
    base = tiny_network("pilot", Horizon(2026, 2030, 1))
    assert base.collection is not None
    opened = with_point(base, opening=replace(base.collection.opening, low=-9, mode=-9, high=-9), enrolment=0)
    pilot = base.sites.pilot[base.stores.site]
    assert (calls_by_share(opened) == ~pilot).all()
    assert calls_by_share(with_point(opened, rounds="on_call")).all()
