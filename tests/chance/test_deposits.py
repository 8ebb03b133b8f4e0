"""What arises depends on its own name alone; more of it is the same, sooner."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from planner_cases.hazard_cases import tiny, tiny_network

from sim.calendars import Horizon
from sim.chance.chance import Chance
from sim.chance.deposits import activity, capture_draws, cleanings, deposits
from sim.model.hazardous import simulate_hazardous
from sim.network.compile_hazardous import compile_hazardous
from sim.network.hazardous import HazardousNetwork
from sim.record.hazardous import HazardousRecord
from sim.units import DAY, TONNE, YEAR, IntArray

HORIZON = Horizon(2026, 2027, 1)
USUAL = tiny_network("long_haul", HORIZON)


def with_sources(*names: str) -> HazardousNetwork:
    """The tiny region with the sources `names`, `new` being a twin of `garage-1`."""
    scenario = tiny("long_haul")
    rows = {row.name: row for row in scenario.tables.sources}
    rows["new"] = rows["garage-1"].model_copy(update={"name": "new"})
    tables = replace(scenario.tables, sources=tuple(rows[name] for name in names))
    return compile_hazardous(scenario.spec, tables, HORIZON, USUAL.calendar)


def batches_of(network: HazardousNetwork, seed: int = 1, replication: int = 0) -> dict[str, list[list[int]]]:
    """Per store and stream: [time, mass] of each batch, with its capture draw in billionths."""
    chance = Chance(seed, replication)
    found = deposits(chance, network.arising)
    draws = (capture_draws(chance, network.arising) * 1e9).astype(np.int64)
    by_flow: dict[str, list[list[int]]] = {}
    for name, stream, store in zip(
        network.arising.flows.names,
        network.arising.flows.stream.tolist(),
        network.arising.flows.store.tolist(),
        strict=True,
    ):
        rows = (found.store == store) & (found.stream == stream)
        by_flow[name] = np.stack([found.time[rows], found.mass[rows], draws[rows]], axis=1).tolist()
    return by_flow


def at_level(level: float, **generation: Any) -> HazardousNetwork:
    settings = [f"generation.{name}={value}" for name, value in generation.items()]
    return tiny_network("long_haul", HORIZON, f"generation.level_factor={level}", *settings)


def test_another_source_changes_no_batch_of_the_others() -> None:
    usual = batches_of(with_sources("garage-1", "garage-2", "petrol-1"))
    more = batches_of(with_sources("new", "garage-1", "garage-2", "petrol-1"))
    fewer = batches_of(with_sources("petrol-1", "garage-1"))

    assert {name: more[name] for name in usual} == usual
    assert fewer == {name: usual[name] for name in fewer}
    assert more["new/oil"] != usual["garage-1/oil"]


def test_another_stream_changes_no_batch_and_no_capture_draw_of_the_others() -> None:
    more = batches_of(
        tiny_network("long_haul", HORIZON, "source_types.garage.generation_t_per_year.sludge=0.3")
    )

    assert len(more["garage-1/sludge"]) > 20
    assert {name: more[name] for name in batches_of(USUAL)} == batches_of(USUAL)


def test_every_plan_meets_the_same_batches_in_one_and_in_two_chances() -> None:
    plans = [
        USUAL,
        tiny_network("pilot", HORIZON),
        tiny_network("pilot", HORIZON, "collection_point.vans=3"),
        tiny_network("pilot", HORIZON, "collection_point.bays.waste_oil.capacity_t=20", "direct.trucks=4"),
    ]
    shared = Chance(1, 0)
    records = [simulate_hazardous(network, chance) for network in plans for chance in (shared, Chance(1, 0))]

    for record in records:
        assert inflow(record).tolist() == inflow(records[0]).tolist()


def inflow(record: HazardousRecord) -> IntArray:
    return np.stack([record.inflow.stock, record.inflow.time, record.inflow.mass, record.stream])


def test_more_waste_meets_the_same_batches_sooner() -> None:
    usual, more = batches_of(at_level(1)), batches_of(at_level(3))

    for name, rows in usual.items():
        sooner = more[name][: len(rows)]
        assert len(more[name]) > 1.5 * len(rows)
        assert [row[1:] for row in sooner] == [row[1:] for row in rows]
        assert all(early[0] <= late[0] for early, late in zip(sooner, rows, strict=True))


def test_heavier_batches_arrive_when_the_lighter_ones_did_and_weigh_in_proportion() -> None:
    light = batches_of(USUAL)["garage-1/oil"]
    settings = ("streams.oil.batch.mean_kg=40", "source_types.garage.generation_t_per_year.oil=0.8")
    heavy = batches_of(tiny_network("long_haul", HORIZON, *settings))["garage-1/oil"]

    assert [row[0] for row in heavy] == [row[0] for row in light]
    assert [row[1] for row in heavy] == pytest.approx([2 * row[1] for row in light], abs=1)


def test_a_larger_share_captures_the_same_batches_and_more() -> None:
    def captured(share: float) -> set[int]:
        network = tiny_network("long_haul", HORIZON, f"generation.capture_share.direct={share}")
        record = simulate_hazardous(network, Chance(1, 0))
        assert record.captured is not None
        return set(np.flatnonzero(record.captured).tolist())

    some, more = captured(0.3), captured(0.6)
    assert some < more
    assert 0.2 < len(some) / len(batches_draws()) < 0.4


def batches_draws() -> IntArray:
    return deposits(Chance(1, 0), USUAL.arising).time


def test_what_is_not_captured_before_enrolment_is_not_captured_by_the_pilot_share() -> None:
    settings = ("generation.capture_share.direct=0", "generation.capture_share.pilot=1")
    network = tiny_network("pilot", HORIZON, *settings, "collection_point.opening.date=2026-07-01")
    record = simulate_hazardous(network, Chance(1, 0))

    assert record.captured is not None
    assert record.captured.tolist() == (record.deposits.time >= record.opens).tolist()


def test_a_seed_and_replication_give_one_history_and_others_give_others() -> None:
    usual = batches_of(USUAL, 5, 2)

    assert batches_of(USUAL, 5, 2) == usual
    assert batches_of(USUAL, 5, 3) != usual
    assert batches_of(USUAL, 6, 2) != usual


def test_replications_and_flows_share_no_batch() -> None:
    gaps = {tuple(rows[0]) for replication in range(8) for rows in batches_of(USUAL, 1, replication).values()}

    assert len(gaps) == 8 * len(batches_of(USUAL))


def test_the_activity_of_a_year_is_common_to_all_levels_growths_and_plans() -> None:
    def yearly(network: HazardousNetwork) -> IntArray:
        clock = activity(Chance(3, 1), network.arising)
        return np.diff(clock[::12]) / np.array([365, 365, 365]) * 365.25

    assert yearly(at_level(2)) == pytest.approx(2 * yearly(at_level(1)))
    grown = yearly(at_level(1, growth_per_year=0.1, growth_from_year=2026))
    assert grown / yearly(at_level(1)) == pytest.approx([1, 1, 1.1])
    assert len(set(yearly(at_level(1)).round(6).tolist())) == 3


def test_seasons_stretch_time_so_that_a_month_without_activity_has_no_batch() -> None:
    seasons = "[3,0,1,1,1,1,1,1,1,1,1,0]"
    network = tiny_network(
        "long_haul", HORIZON, f"generation.season_factors={seasons}", "generation.yearly_cv=0"
    )
    times = np.concatenate([deposits(Chance(1, i), network.arising).time for i in range(30)])
    month = np.searchsorted(HORIZON.month_edges, times, side="right") - 1
    counts = np.bincount(month % 12, minlength=12)

    assert counts[1] == counts[11] == 0
    assert counts[0] / counts[2:11].mean() == pytest.approx(3, rel=0.1)


def test_mass_and_number_of_batches_are_those_of_the_law_on_average() -> None:
    network = at_level(1, yearly_cv=0)
    flows = network.arising.flows
    years = (HORIZON.end) / YEAR
    found = [deposits(Chance(1, i), network.arising) for i in range(200)]
    count = np.mean([draw.counts for draw in found], axis=0) / years
    tonnes = np.mean([draw.mass.sum() for draw in found]) / TONNE / years

    assert count == pytest.approx(flows.batches_per_year, rel=0.05)
    assert tonnes == pytest.approx((flows.batches_per_year * flows.mean_mass).sum() / TONNE, rel=0.03)
    oil = np.concatenate([draw.mass[draw.stream == 0] for draw in found])
    assert oil.std() / oil.mean() == pytest.approx(0.5, rel=0.05)
    assert oil.min() >= 1


def test_batches_lie_within_the_horizon_ordered_by_store_and_time() -> None:
    found = deposits(Chance(1, 0), at_level(20).arising)

    assert (np.diff(found.store * HORIZON.end + found.time) >= 0).all()
    assert found.time.min() >= 0
    assert found.time.max() < HORIZON.end
    assert found.counts.sum() == len(found.time)


def test_a_stream_that_does_not_arise_has_no_batches() -> None:
    network = tiny_network("long_haul", HORIZON, "source_types.garage.generation_t_per_year.oil=0")

    assert batches_of(network)["garage-1/oil"] == []
    assert batches_of(network)["petrol-1/filters"] == batches_of(USUAL)["petrol-1/filters"]


def test_cleanings_come_at_their_period_from_a_first_date_of_their_own() -> None:
    when, mass, stream = cleanings(Chance(1, 0), USUAL.arising)
    period = round(2 * 365.25 * DAY)

    assert 0 <= when[0] < period
    assert np.diff(when).tolist() == [period] * (len(when) - 1)
    assert set(mass.tolist()) == {400_000}
    assert {USUAL.streams[index] for index in stream.tolist()} == {"sludge"}
