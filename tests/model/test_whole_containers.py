"""Where containers must go whole, no vehicle and no joint load ever takes part of one."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from planner_cases.hazard_cases import KG, OIL_1, OIL_2, county, run, taken, visits_of, with_direct
from planner_cases.small_counties import CHOICES, small

from sim.chance.chance import Chance
from sim.kpi.episodes import FAILED
from sim.kpi.measure import Judgement, measure
from sim.model.hazardous import simulate_hazardous
from sim.record.hazardous import Visit
from sim.verification.regions import VALUATION

WHOLE = replace(with_direct(county(), oldest=20 * 86400), partial_containers=False)


def with_truck(payload: int):
    """The county with whole containers and another truck."""
    return with_direct(WHOLE, fleet=replace(WHOLE.direct.fleet, payload=payload))


def test_a_truck_takes_as_many_whole_containers_as_it_carries() -> None:
    record = run(with_truck(400 * KG), (1, OIL_1, 170), (1, OIL_2, 340))

    assert [mass for _, mass, _ in taken(record)][:3] == [170, 170, 170]
    assert visits_of(record, "ended")[:2] == [Visit.COLLECTED, Visit.TRUCK_FULL]


def test_a_container_that_the_truck_cannot_carry_stays_and_is_named() -> None:
    record = run(with_truck(100 * KG), (1, OIL_1, 340))

    assert taken(record) == []
    assert set(visits_of(record, "ended")) == {Visit.TOO_LARGE}
    assert FAILED[Visit.TOO_LARGE] == "container larger than the vehicle"


@pytest.mark.parametrize("seed", range(8))
def test_everything_that_leaves_a_store_or_a_bay_is_whole_containers(seed: int) -> None:
    draw = Random(seed)
    chosen = {name: draw.choice(values) for name, values in CHOICES.items()}
    chosen |= {"plan": "pilot" if seed % 4 else "long_haul", "partial_containers": False, "level": 5}
    record = simulate_hazardous(small(chosen), Chance(seed, 0))
    stores, removals = record.network.stores, record.removals[record.removals[:, 4] >= 0]
    assert len(removals) or chosen["vans"] == 0
    assert not ((removals[:, 2] - removals[:, 1]) % stores.container[removals[:, 0]]).any()
    if record.network.collection is not None and len(record.bay_out):
        size = np.zeros(len(record.network.classes), dtype=np.int64)
        size[stores.storage_class] = stores.container
        classes = np.array([bay.storage_class for bay in record.network.collection.bays])
        loads = record.bay_out[:, 2] - record.bay_out[:, 1]
        assert not (loads % size[classes[record.bay_out[:, 0]]]).any()
    assert not measure(record, Judgement("oldest_first", 0.98, VALUATION), 0).failure
