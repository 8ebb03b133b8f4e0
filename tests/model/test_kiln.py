"""Timelines of the slag chain that a pencil can follow; see `slag_cases` for its numbers."""

from __future__ import annotations

import numpy as np
import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st
from planner_cases.slag_cases import YEAR_2026, heap_at, kiln_of, run, stand, task, works, yard_at

from sim.calendars import Horizon
from sim.chance.kiln_stops import draw_kiln_stops
from sim.kernels import as_python
from sim.model.kiln import SlagFlow, run_kiln, simulate_slag
from sim.model.slag_flow import cut
from sim.network.kiln_plan import KilnPlan, compile_kiln
from sim.network.slag import SlagNetwork
from sim.randomness import Sequences
from sim.record.slag import SlagLog, audit_slag
from sim.units import DAY, FloatArray


def test_a_stop_piles_up_what_arises_and_the_rest_of_the_feed_limit_clears_it() -> None:
    record = run(works(), (100, 120))

    assert yard_at(record, 100, 110, 120) == pytest.approx([0, 1000, 2000])
    assert yard_at(record, 130, 160, 161) == pytest.approx([1500, 0, 0])  # 150 - 100 t/d for 40 days


def test_a_stop_before_the_yard_is_empty_starts_from_what_is_left() -> None:
    record = run(works(), (100, 110), (114, 124))

    assert yard_at(record, 110, 114, 124) == pytest.approx([1000, 800, 1800])
    assert yard_at(record, 159.5, 160) == pytest.approx([25, 0])


def test_stops_end_and_begin_at_any_second() -> None:
    record = run(works(), (100, 101.5))

    assert yard_at(record, 101.5, 104.5) == pytest.approx([150, 0])


def test_earmarked_slag_waits_for_the_kiln_while_the_other_part_is_ground() -> None:
    record = run(works(share=0.5), (100, 120))
    raw_meal, grinding = record.yard

    at = np.array([110, 120]) * DAY
    assert np.interp(at, record.edges, raw_meal) == pytest.approx([500, 1000])
    assert np.interp(at, record.edges, grinding) == pytest.approx([0, 500])  # the silo lasts 10 days


def test_a_pooled_yard_lets_grinding_take_all_slag_while_the_kiln_stands() -> None:
    earmarked, pooled = run(works(share=0.5), (100, 110)), run(works(share=0.5, earmarked=False), (100, 110))

    assert yard_at(earmarked, 110) == pytest.approx([500])
    assert yard_at(pooled, 110) == [0]
    assert pooled.raw_used[~pooled.burning].max() == 0
    assert pooled.raw_used[pooled.burning][0] == pytest.approx(50)


def test_grinding_ends_with_the_clinker_silo_in_a_long_stop() -> None:
    record = run(works(share=0.0), (100, 130))
    silo = np.interp(np.array([100, 110, 130, 170]) * DAY, record.edges, record.silo)

    assert silo == pytest.approx([20_000, 0, 0, 20_000])  # refills with 2500 - 2000 t/d
    assert yard_at(record, 110, 130) == pytest.approx([0, 2000])
    assert yard_at(record, 230, 231) == pytest.approx([0, 0])  # 120 - 100 t/d for 100 days


def test_clinker_that_finds_no_room_in_the_silo_is_sold() -> None:
    record = run(works())

    assert record.sold == pytest.approx(np.full(12, 500.0))


def test_with_an_empty_silo_and_more_demand_than_clinker_grinding_follows_the_kiln() -> None:
    record = run(works(share=0.0, clinker_demand=np.full(12, 3000.0)))

    assert record.ground[0] == 3000  # the silo gives 500 t/d for 40 days
    assert record.edges[2] == 40 * DAY
    assert record.ground[-1] == 2500
    assert record.silo_empty[-1]


def test_a_yard_that_keeps_nothing_above_its_capacity_sends_the_rest_away() -> None:
    record = run(works(yard_keeps=False), (100, 120))

    assert record.yard.max() == pytest.approx(1500)
    assert record.yard_no_outlet.sum(axis=0) @ record.days == pytest.approx(500)
    assert yard_at(record, 150) == pytest.approx([0])


def test_a_full_yard_gives_the_room_that_one_part_leaves_to_the_other() -> None:
    for rates, expected in (([100.0, -30.0], [70, 0]), ([60.0, 20.0], [60, 20]), ([10.0, -30.0], [0, 0])):
        gone = np.ones(2)
        as_python(cut)(np.array(rates), gone)
        assert gone == pytest.approx(expected)

    # Both parts rise from day 110 on (50 t/d each); full with 1 500 t on day 120.
    record = run(works(share=0.5, yard_keeps=False), (100, 130))
    assert yard_at(record, 110, 120, 130) == pytest.approx([500, 1500, 1500])
    assert record.yard_no_outlet.sum(axis=0) @ record.days == pytest.approx(1000)


def test_pulled_slag_waits_on_the_heap_once_the_yard_has_its_target() -> None:
    record = run(works(target=300.0), (100, 120))

    assert yard_at(record, 103, 120) == pytest.approx([300, 300])
    assert heap_at(record, 103, 120) == pytest.approx([0, 1700])
    assert heap_at(record, 154) == pytest.approx([0])  # 1 700 t at 50 t/d
    assert yard_at(record, 154, 160) == pytest.approx([300, 0])


def test_a_heap_that_keeps_nothing_above_its_capacity_sends_the_rest_away() -> None:
    record = run(works(target=300.0, heap_keeps=False), (100, 120))

    assert record.heap.max() == pytest.approx(1000)
    assert record.heap_no_outlet.sum(axis=0) @ record.days == pytest.approx(700)


def test_a_yard_above_its_target_calls_nothing_until_it_has_fallen_to_it() -> None:
    record = run(works(target=300.0, start=900.0))

    assert heap_at(record, 4) == pytest.approx([400])  # 600 t at 150 t/d
    assert yard_at(record, 4) == pytest.approx([300])


def test_haulage_below_what_arises_fills_the_heap() -> None:
    record = run(works(haul=80.0))

    assert heap_at(record, 50) == pytest.approx([1000])
    assert record.delivered[0][0] == 80


def test_other_outlets_are_served_first_from_what_arises() -> None:
    record = run(works(outlets=30.0), (100, 120))

    assert yard_at(record, 120) == pytest.approx([1400])
    assert record.outlet_used == pytest.approx([30 * 365])


def test_the_start_stock_is_split_by_the_earmark() -> None:
    record = run(works(share=0.25, start=1000.0))

    assert record.yard[:, 0] == pytest.approx([250, 750])


def test_the_queue_holds_switches_of_the_kiln_and_nothing_else() -> None:
    network = works(share=0.5)
    stops = stand(YEAR_2026, (100, 120), (200, 230))
    env = simpy.Environment()
    log = SlagLog(2)
    env.process(run_kiln(env, SlagFlow(network, network.expected, log), stops, YEAR_2026.end))
    steps = 0
    while env.peek() < float("inf"):
        env.step()
        steps += 1

    assert steps == 5 + 2  # four switches and the end; the process's begin and end


def _small_steps(network: SlagNetwork, stops: list[tuple[int, int]], per_day: int) -> FloatArray:
    """Stocks of the yard's two parts at midnights, by brute force."""
    idle = np.zeros(network.horizon.days * per_day, dtype=bool)
    for begin, end in stops:
        idle[begin * per_day : end * per_day] = True
    stock, silo = np.zeros(2), network.silo
    shares = np.array([lane.share for lane in network.lanes])
    seen = []
    for index, rest in enumerate(idle):
        if index % per_day == 0:
            seen.append(stock.copy())
        made = 0.0 if rest else network.clinker / per_day
        ground = min(network.clinker_demand[0] / per_day, silo + made)
        silo = min(network.silo, silo + made - ground)
        limit = np.array([0.0 if rest else network.raw_limit / per_day, network.slag_per_clinker * ground])
        stock = np.maximum(stock + shares * 100.0 / per_day - limit, 0.0)
    return np.array(seen).T


def test_crossings_in_closed_form_agree_with_small_steps() -> None:
    network = works(share=0.6, clinker_demand=np.full(12, 2400.0), slag_per_clinker=0.018)
    stops = [(3, 20), (30, 61), (70, 75), (150, 190), (200, 215), (300, 350)]
    record = run(network, *stops)
    brute = _small_steps(network, stops, 48)
    midnights = np.arange(network.horizon.days) * DAY

    for part, expected in zip(record.yard, brute, strict=True):
        assert np.interp(midnights, record.edges, part) == pytest.approx(expected, abs=5.0)


CHAINS = st.builds(
    works,
    share=st.sampled_from([0.0, 0.3, 0.5, 0.64, 1.0]),
    earmarked=st.booleans(),
    horizon=st.just(Horizon(2026, 2027, 0)),
    target=st.sampled_from([np.inf, 0.0, 400.0]),
    haul=st.sampled_from([90.0, 110.0, 400.0]),
    heap_keeps=st.booleans(),
    yard_keeps=st.booleans(),
    start=st.sampled_from([0.0, 700.0]),
    outlets=st.sampled_from([0.0, 12.5, 200.0]),
    raw_limit=st.sampled_from([0.0, 76.0, 150.0]),
    silo=st.sampled_from([0.0, 20_000.0]),
    slag_per_clinker=st.sampled_from([0.0, 0.04, 0.06]),
)


@settings(deadline=None, max_examples=150)
@given(network=CHAINS, seed=st.integers(0, 10_000), days=st.sampled_from([0, 110, 190, 365]))
def test_books_close_and_no_stock_is_below_nothing(network: SlagNetwork, seed: int, days: int) -> None:
    stops = draw_kiln_stops(Sequences(seed, 0), "kiln", _plan(days, network.horizon), network.horizon)
    factors = np.random.default_rng(seed).uniform(0.3, 2.0, network.expected.shape)

    assert audit_slag(simulate_slag(network, stops, factors)) == ""


@settings(deadline=None, max_examples=100)
@given(
    network=CHAINS.filter(lambda network: network.heap_keeps and network.yard_keeps),
    seed=st.integers(0, 10_000),
    days=st.tuples(st.integers(0, 366), st.integers(0, 366)).map(sorted),
)
def test_fewer_days_without_the_kiln_never_give_the_higher_stock(
    network: SlagNetwork, seed: int, days: list[int]
) -> None:
    highest = []
    for task_days in days:
        plan = _plan(task_days, network.horizon)
        stops = draw_kiln_stops(Sequences(seed, 0), "kiln", plan, network.horizon)
        record = simulate_slag(network, stops, np.ones_like(network.expected))
        highest.append((record.yard.sum(axis=0).max(), record.heap.sum(axis=0).max()))

    assert highest[0][0] <= highest[1][0] + 1e-6
    assert highest[0][1] <= highest[1][1] + 1e-6


def _plan(days: int, horizon: Horizon) -> KilnPlan:
    return compile_kiln(kiln_of(task(days)), (), horizon)
