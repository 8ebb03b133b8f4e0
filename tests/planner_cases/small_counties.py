"""Small counties that differ in sizes, rules and roads, as a few words say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from planner_cases.hazard_cases import tiny_network, with_direct, with_point, with_time
from sim.calendars import Horizon
from sim.chance.chance import Chance
from sim.model.hazardous import simulate_hazardous
from sim.network.hazardous import HazardousNetwork
from sim.record.hazardous import HazardousRecord
from sim.units import DAY, HOUR, IntArray

HORIZON = Horizon(2026, 2027, 1)

KG = 1000

Choices = dict[str, Any]

CHOICES: dict[str, list[Any]] = {
    "plan": ["long_haul", "pilot"],
    "level": [0.3, 1, 5, 20],
    "partial_containers": [True, False],
    "divert_share": [0.0, 0.0, 0.4],
    "divert_days": [0, 40],
    "capture": [1.0, 0.5],
    "site_cap_kg": [3000, 100],
    "receiver_kg": [10**7, 600],
    "missed": [0.0, 0.3],
    "shift_hours": [9, 3],
    "trucks": [1, 0, 2],
    "truck_stops": [12, 1],
    "max_wait_days": [60, 5],
    "truck_kg": [5000, 150],
    "compartments": [2, 1],
    "mixed": [False, True],
    "bay_factor": [1, 0.03],
    "refuses": [True, False],
    "vans": [1, 0, 2],
    "van_kg": [1500, 100],
    "licence_kg": [10**6, 300],
    "enrolment_days": [0, 200],
    "operating_hours": [500.0, 20.0],
    "rounds": ["fixed", "on_call"],
    "every_days": [60, 7],
    "van_stops": [15, 1],
}

"""What one small county may differ in from another; the first of each is the plainest."""


def choices(**fixed: Any) -> st.SearchStrategy[Choices]:
    """The tiny region with other sizes, rules and roads, as a few words."""
    free = {name: st.sampled_from(values) for name, values in CHOICES.items()}
    return st.fixed_dictionaries(free | {name: st.just(value) for name, value in fixed.items()})


def small(chosen: Choices) -> HazardousNetwork:
    """The county that was chosen."""
    network = tiny_network(chosen["plan"], HORIZON, f"generation.level_factor={chosen['level']}")
    pilot = network.sites.pilot & np.array([True, not chosen["mixed"], True])
    network = replace(
        network,
        partial_containers=chosen["partial_containers"],
        divert_share=chosen["divert_share"],
        divert_grace=chosen["divert_days"] * DAY,
        capture_direct=chosen["capture"],
        site_cap=chosen["site_cap_kg"] * KG,
        receivers=(replace(network.receivers[0], capacity=chosen["receiver_kg"] * KG),),
        sites=replace(network.sites, pilot=pilot),
    )
    network = with_time(network, missed=chosen["missed"], shift=chosen["shift_hours"] * HOUR)
    truck = replace(
        network.direct.fleet, payload=chosen["truck_kg"] * KG, compartments=chosen["compartments"]
    )
    network = with_direct(
        network,
        trucks=chosen["trucks"],
        max_stops=chosen["truck_stops"],
        max_wait=chosen["max_wait_days"] * DAY,
        fleet=truck,
    )
    point = network.collection
    if point is None:
        return network
    factor = chosen["bay_factor"]
    return with_point(
        network,
        bays=tuple(
            replace(bay, capacity=int(bay.capacity * factor), release=int(bay.release * factor))
            for bay in point.bays
        ),
        refuses=chosen["refuses"],
        vans=chosen["vans"],
        van=replace(point.van, payload=chosen["van_kg"] * KG),
        haul_fleet=truck,
        licence=chosen["licence_kg"] * KG,
        opening=replace(point.opening, low=0, mode=100 * DAY, high=500 * DAY),
        enrolment=chosen["enrolment_days"] * DAY,
        mean_operating=chosen["operating_hours"] * HOUR,
        rounds=chosen["rounds"],
        every_days=chosen["every_days"],
        call_oldest=100 * DAY,
        max_stops=chosen["van_stops"],
    )


replications = st.integers(0, 5)


def simulated(network: HazardousNetwork, replication: int = 0) -> HazardousRecord:
    return simulate_hazardous(network, Chance(1, replication))


def rows_of(table: IntArray, record: HazardousRecord) -> list[Any]:
    """Rows with the start and vehicle of a trip for its number."""
    if table.shape[1] < 5:
        return list(table[:, :3].tolist())
    start, vehicle = (np.append(record.trips[name], -1)[table[:, 4]] for name in ("start", "vehicle"))
    return list(np.column_stack([table[:, :4], start, vehicle]).tolist())


def history(record: HazardousRecord) -> list[Any]:
    return sorted(zip(*(column.tolist() for column in record.trips.values()), strict=True))
