"""A pencil county: three sources on a line, constant laws, and batches that a test writes down itself.

Sources `garage-1`, `garage-2`, `petrol-1` lie 10, 20 and 30 km east of the gate (and of the collection
point); a kilometre takes a minute. Every day is a working day, the shift is 8-17 h; loading takes 30
minutes a stop, unloading an hour. The receivers' town is two hours away. Day 0 is 1 January 2026.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from planner_cases.regions import write_tiny_region
from sim.calendars import Horizon, WorkingCalendar
from sim.chance.chance import Chance
from sim.chance.deposits import Deposits
from sim.kpi.hazardous import layout_hazardous, measure_hazardous
from sim.kpi.outcome import Outcome
from sim.model.hazardous import simulate_hazardous
from sim.network.compile import compile_network
from sim.network.hazardous import HazardousNetwork
from sim.record.audit import audit_hazardous
from sim.record.hazardous import HazardousRecord
from sim.record.lots import lots_of
from sim.scenario.load import Scenario, load_scenario
from sim.units import DAY, HOUR

OIL_1, OIL_2, SOLID_1, SOLID_3 = (
    "garage-1/waste_oil",
    "garage-2/waste_oil",
    "garage-1/oily_solids",
    "petrol-1/oily_solids",
)
KG = 1000
YEAR_2026 = Horizon(2026, 2026, 0)
NO_AGE = 700
"""Days after which a lot in a bay is due: never within the year."""
STILL = (
    "generation.yearly_cv=0",
    "roads.local.travel_time_cv=0",
    "roads.local.closures.landslide.per_year=0",
    "roads.routes.old_road.travel_time_cv=0",
    "roads.routes.old_road.closures.ice.per_year=0",
    "roads.routes.new_road.travel_time_cv=0",
    "stops.missed_share=0",
    "stops.load_time_cv=0",
    "receivers.plant_a.confirmation_cv=0",
)


@lru_cache(maxsize=64)
def tiny(plan: str = "long_haul", *settings: str) -> Scenario:
    """The tiny region's scenario."""
    with tempfile.TemporaryDirectory() as folder:
        return load_scenario(f"tiny/{plan}", settings, write_tiny_region(Path(folder)))


@lru_cache(maxsize=64)
def tiny_network(plan: str, horizon: Horizon, *settings: str) -> HazardousNetwork:
    """Its network, as the files say."""
    network = compile_network(tiny(plan, *settings), horizon, "hazardous")
    assert isinstance(network, HazardousNetwork)
    return network


def county(plan: str = "long_haul", *settings: str, horizon: Horizon = YEAR_2026) -> HazardousNetwork:
    """The pencil county; sources call at 80 kg or 330 days, a truck comes for 100 kg or after 60 days.

    Papers take 7 days. Under the plan `pilot` a van leaves every 60 days from day 0 on and never
    breaks; only a bay's release level orders a joint load.
    """
    network = tiny_network(plan, horizon, *STILL, *settings)
    stores = replace(
        network.stores,
        call_direct=np.full(len(network.stores), 80 * KG),
        call_pilot=np.full(len(network.stores), 80 * KG),
    )
    time = replace(
        network.time,
        shift_start=8 * HOUR,
        shift=9 * HOUR,
        driving=8 * HOUR,
        break_after=4 * HOUR,
        break_time=HOUR // 2,
        load=HOUR // 2,
        unload=HOUR,
    )
    old_road = next(route for route in network.routes if route.road.name == "old_road")
    point = network.collection
    if point is not None:
        opening = replace(point.opening, low=0, mode=0, high=0)
        point = replace(
            point, opening=opening, mean_operating=1e12, skip_below=1, age_trigger_working_days=NO_AGE
        )
    return replace(
        network,
        stores=stores,
        time=time,
        routes=(replace(old_road, duration=2 * HOUR, min_load=100 * KG),),
        east_km=np.array([10.0, 20.0, 30.0, 0.0, 0.0]),
        north_km=np.zeros(5),
        circuity=1.0,
        pace=60.0,
        tour_rank=np.array([0, 1, 2]),
        gate_rank=np.array([0, 1, 2]),
        calendar=every_day(horizon),
        collection=point,
    )


def every_day(horizon: Horizon, *closed: int) -> WorkingCalendar:
    """A calendar on which all but the days `closed` are working days."""
    days = np.setdiff1d(np.arange(horizon.days + 731), closed)
    return WorkingCalendar(days, horizon.last)


def with_time(network: HazardousNetwork, **changed: Any) -> HazardousNetwork:
    """Other working times."""
    return replace(network, time=replace(network.time, **changed))


def with_direct(network: HazardousNetwork, **changed: Any) -> HazardousNetwork:
    """Other rules of the long haul."""
    return replace(network, direct=replace(network.direct, **changed))


def with_point(network: HazardousNetwork, **changed: Any) -> HazardousNetwork:
    """Another collection point."""
    assert network.collection is not None
    return replace(network, collection=replace(network.collection, **changed))


def with_bay(network: HazardousNetwork, bay: int = 0, **kilograms: float) -> HazardousNetwork:
    """Another `capacity` or `release` of one bay, kg (0: waste oil, 1: oily solids)."""
    assert network.collection is not None
    bays = list(network.collection.bays)
    bays[bay] = replace(bays[bay], **{name: round(mass * KG) for name, mass in kilograms.items()})
    return with_point(network, bays=tuple(bays))


def store_of(network: HazardousNetwork, place: str) -> int:
    """Index of a store, `garage-1` being short for `garage-1/waste_oil`."""
    return network.stores.names.index(place if "/" in place else f"{place}/waste_oil")


def batches(network: HazardousNetwork, *rows: tuple[float, str, float]) -> Deposits:
    """Deposits from (day, store, kg)."""
    table = sorted(
        (store_of(network, place), round(day * DAY), round(kilograms * KG)) for day, place, kilograms in rows
    )
    store, time, mass = np.array(table, dtype=np.int64).reshape(-1, 3).T
    of_class = {0: "oil", 1: "filters"}
    streams = [network.streams.index(of_class[int(network.stores.storage_class[row])]) for row in store]
    return Deposits(
        time=time,
        mass=mass,
        store=store,
        stream=np.array(streams, dtype=np.int64),
        order=np.arange(len(table)),
        counts=np.array([len(table)]),
    )


def fixed_chance(network: HazardousNetwork, *rows: tuple[float, str, float]) -> Chance:
    """Chance in which exactly these batches arise, and nothing is cleaned."""
    chance = Chance(1, 0)
    none = np.empty(0, dtype=np.int64)
    chance.keep(("deposits", network.arising.key), lambda: batches(network, *rows))
    chance.keep(("cleanings", network.arising.key), lambda: (none, none, none))
    return chance


def run(network: HazardousNetwork, *rows: tuple[float, str, float]) -> HazardousRecord:
    """Simulate the pencil county with these batches; the books must close."""
    return closed(simulate_hazardous(network, fixed_chance(network, *rows)))


def closed(record: HazardousRecord) -> HazardousRecord:
    """The record, after its audit."""
    assert audit_hazardous(record, lots_of(record)) == ""
    return record


def trips_of(record: HazardousRecord, *columns: str) -> list[Any]:
    """Trips as tuples of `columns` (plain values for one column)."""
    chosen = [record.trips[name].tolist() for name in columns]
    return list(zip(*chosen, strict=True)) if len(columns) > 1 else chosen[0]


def visits_of(record: HazardousRecord, *columns: str) -> list[Any]:
    """Visits in order of time, as tuples of `columns`."""
    order = np.argsort(record.visits["when"], kind="stable")
    chosen = [record.visits[name][order].tolist() for name in columns]
    return list(zip(*chosen, strict=True)) if len(columns) > 1 else chosen[0]


def taken(record: HazardousRecord) -> list[tuple[str, float, int]]:
    """(store, kg, when) of each removal, in order of time."""
    rows = sorted((row[3], row[1], row) for row in record.removals.tolist())
    names = record.network.stores.names
    return [(names[row[0]], (row[2] - row[1]) / KG, row[3]) for _, _, row in rows]


def at(day: float, hour: float = 0.0) -> int:
    """Seconds of an hour of a day."""
    return round(day * DAY + hour * HOUR)


def measured(record: HazardousRecord) -> tuple[dict[Any, Any], dict[Any, Any], Outcome]:
    """Totals and yearly values by (place, KPI), and the outcome; the books must close."""
    outcome, values = measure_hazardous(record, 0)
    layout = layout_hazardous(record.network, values)
    assert outcome.failure == ""
    totals = dict(zip(layout.keys, outcome.totals.tolist(), strict=True))
    return totals, dict(zip(layout.yearly_keys, outcome.yearly, strict=True)), outcome
