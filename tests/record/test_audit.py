"""The books close on the shipped region, and each line of the audit notices its own fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from planner_cases.hazard_cases import county, run, with_bay, with_direct

from sim.calendars import Horizon
from sim.chance.chance import Chance
from sim.kpi.hazardous import measure_hazardous
from sim.model.hazardous import simulate_hazardous
from sim.network.compile import compile_network
from sim.network.hazardous import HazardousNetwork
from sim.record.audit import audit_hazardous
from sim.record.hazardous import DIVERTED, HazardousRecord
from sim.record.lots import Lots, lots_of
from sim.scenario.load import load_scenario

HORIZON = Horizon(2026, 2027, 2)
DIVERT = "storage_rules.source_overflow={policy: divert, share: 0.5, grace_days: 30}"
WHOLE = "storage_rules.partial_containers=false"
TIGHT = tuple(
    f"collection_point.bays.{bay}={{capacity_t: {capacity}, release_t: {capacity / 2}}}"
    for bay, capacity in (("waste_oil", 0.4), ("oily_solids", 0.2), ("batteries", 0.3), ("lab", 0.05))
)
VANS = ("collection_point.vans=2", "collection_point.breakdowns.mean_operating_hours=60")
SHORT = ("vehicles.van.payload_t=0.3", "vehicles.medium.payload_t=0.9", "vehicles.heavy.payload_t=1.1")
CASES: dict[str, tuple[str, ...]] = {
    "long_haul": (),
    "long_haul+latent": (),
    "long_haul+g69_dated": ("generation.growth_per_year=0.1",),
    "pilot": (),
    "pilot+latent": (),
    "mixed+latent": ("direct.trucks=1",),
    "pilot_on_call": VANS,
    "pilot+reported": (DIVERT,),
    "mixed+waste_x3": (DIVERT, WHOLE),
    "pilot+waste_x2": (WHOLE, *VANS),
    "pilot+waste_x3": (*TIGHT, *VANS),
    "mixed+waste_x2": (*TIGHT, *SHORT),
    "pilot_small_store+waste_x3": (*SHORT, DIVERT, "collection_point.licence_t_per_year=12"),
    "long_haul+waste_x3": (
        *SHORT,
        WHOLE,
        "receivers.ruilin.capacity_t_per_year=10",
        "stops.missed_share=0.3",
    ),
}


@pytest.mark.parametrize("name", list(CASES))
def test_the_books_of_the_shipped_region_close(name: str) -> None:
    network = compile_network(load_scenario(f"chengkou/{name}", CASES[name]), HORIZON, "hazardous")
    assert isinstance(network, HazardousNetwork)
    for replication in range(2):
        outcome, _ = measure_hazardous(simulate_hazardous(network, Chance(1, replication)), replication)
        assert outcome.failure == ""


@pytest.fixture(scope="module")
def record() -> HazardousRecord:
    """Two sources, two rounds, two joint loads of which the second leaves something."""
    network = with_bay(county("pilot"), release=90)
    rows = ((1, "garage-1", 90), (2, "garage-1", 40), (3, "garage-2", 70), (3, "petrol-1/oily_solids", 30))
    found = run(network, *rows, (70, "garage-1", 100), (130, "garage-1", 20))
    assert found.bay_out[:, 0].tolist() == [0, 0, 1]
    return found


def with_removal(record: HazardousRecord, row: int, column: int, change: int) -> HazardousRecord:
    removals = record.removals.copy()
    removals[row, column] += change
    return replace(record, removals=removals)


def with_bay_out(record: HazardousRecord, row: int, column: int, change: int) -> HazardousRecord:
    removals = record.bay_out.copy()
    removals[row, column] += change
    return replace(record, bay_out=removals)


def with_trip(record: HazardousRecord, name: str, change: int) -> HazardousRecord:
    return replace(record, trips=record.trips | {name: record.trips[name] + change})


def without_a_receipt(record: HazardousRecord) -> HazardousRecord:
    return replace(record, bay_in=record.bay_in[:-1])


FAULTS: dict[str, Callable[[HazardousRecord], HazardousRecord]] = {
    "removals of a store leave a gap or overlap": lambda record: with_removal(record, 1, 1, 1),
    "a store gave more than it held": lambda record: with_removal(record, 0, 3, -60 * 86400),
    "a store gave younger grams first": lambda record: with_removal(record, 0, 3, 200 * 86400),
    "a removal from a store took nothing": lambda record: with_removal(record, 0, 2, -(10**9)),
    "a trip's load is not what was taken for it": lambda record: with_trip(record, "mass", 1),
    "the states of a trip do not fill its time": lambda record: with_trip(record, "wait", 1),
    "vans loaded": without_a_receipt,
    "removals of a bay leave a gap or overlap": lambda record: with_bay_out(record, 1, 1, 1),
    "a bay gave more than it held": lambda record: with_bay_out(record, 0, 3, -20 * 86400),
    "a bay gave younger grams first": lambda record: with_bay_out(record, 0, 3, 300 * 86400),
    "a removal from a bay took nothing": lambda record: with_bay_out(record, 0, 2, -(10**9)),
}


@pytest.mark.parametrize("message", list(FAULTS))
def test_the_audit_notices_a_record_in_which(message: str, record: HazardousRecord) -> None:
    assert message in audit_hazardous(FAULTS[message](record), lots_of(record))


LOT_FAULTS: dict[str, Callable[[Lots], Lots]] = {
    "lots do not add up to what went into the stores": lambda lots: replace(lots, mass=lots.mass + 1),
    "a lot went on before it arrived": lambda lots: replace(lots, arose=lots.collected + 1),
    "the integral of a store's stock is not the sum": lambda lots: replace(
        lots, collected=lots.collected + 1
    ),
    "the integral of the bays' stock is not the sum": lambda lots: replace(lots, left=lots.left - 1),
}


@pytest.mark.parametrize("message", list(LOT_FAULTS))
def test_the_audit_notices_lots_in_which(message: str, record: HazardousRecord) -> None:
    assert message in audit_hazardous(record, LOT_FAULTS[message](lots_of(record)))


def test_a_county_in_which_all_removals_are_illegal_has_books_too() -> None:
    network = replace(with_direct(county(), trucks=0), divert_share=0.5, divert_grace=86400)
    record = run(network, (1, "garage-1", 200), (2, "garage-2", 500), (3, "petrol-1/oily_solids", 200))

    assert set(record.removals[:, 4].tolist()) == {DIVERTED}
    assert len(record.removals) == 3


def test_the_books_of_one_trip_close() -> None:
    record = run(county(), (1, "garage-1", 120), (300, "garage-1", 10))

    assert len(record.trips["kind"]) == 1
    assert lots_of(record).mass.sum() == 130_000
    assert np.count_nonzero(lots_of(record).collected < record.network.horizon.end) == 1
