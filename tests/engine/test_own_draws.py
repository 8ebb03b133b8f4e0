"""The model and the second engine, each on draws of its own, are equivalent within stated margins.

Two one-sided tests per figure: both ends of the 99.9 % interval of the relative difference must lie within
the margin. The common factor of a year is left out where margins are narrow: it moves everything at once.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from benchmarks.plain_engine.facts import HazardousFacts
from benchmarks.plain_engine.hazardous import run_hazardous
from benchmarks.plain_engine.luck import OwnLuck
from scipy.stats import t

from sim.calendars import Horizon
from sim.chance.chance import Chance
from sim.kpi.sources import source_storage
from sim.model.simulate import simulate
from sim.network.compile import compile_network
from sim.network.hazardous import HazardousNetwork
from sim.record.hazardous import DIVERTED, HazardousRecord, Kind
from sim.scenario.load import load_scenario
from sim.units import TONNE, FloatArray

YEARS = Horizon(2026, 2030, 2)
REPLICATIONS = 40
CONFIDENCE = 0.999
STEADY = "generation.yearly_cv=0"
MARGINS = {"transferred": 0.03, "trips": 0.04, "visits": 0.03, "overflow place-years": 0.25}
WIDE = {"transferred": 0.12, "trips": 0.12, "visits": 0.12, "overflow place-years": 0.6}


def figures_here(facts: HazardousFacts, network: HazardousNetwork) -> list[float]:
    """Tonnes collected, trips, visits and stores x years with overflow, in the reported years."""
    since, edges = network.horizon.report_start, network.horizon.reported_edges.tolist()
    return [
        sum(mass for _, when, mass in facts.removals if when >= since) / TONNE,
        sum(trip.start >= since and trip.kind != "haul" for trip in facts.trips),
        sum(visit.when >= since for visit in facts.visits),
        _place_years([(store, begin, end) for store, begin, end in facts.episodes if end > since], edges),
    ]


def figures_there(record: HazardousRecord) -> list[float]:
    since, edges = record.network.horizon.report_start, record.network.horizon.reported_edges.tolist()
    removals = record.removals[(record.removals[:, 3] >= since) & (record.removals[:, 4] != DIVERTED)]
    over = source_storage(record).over
    episodes = list(zip(over.owner.tolist(), over.begin.tolist(), over.end.tolist(), strict=True))
    return [
        float((removals[:, 2] - removals[:, 1]).sum()) / TONNE,
        int(((record.trips["start"] >= since) & (record.trips["kind"] != Kind.HAUL)).sum()),
        int((record.visits["when"] >= since).sum()),
        _place_years(episodes, edges),
    ]


def _place_years(episodes: list[tuple[int, int, int]], edges: list[int]) -> int:
    years = list(enumerate(pairwise(edges)))
    return len({(s, y) for s, begin, end in episodes for y, (first, last) in years if begin < last and end > first})


def runs(run: Callable[[int], list[float]]) -> FloatArray:
    return np.array([run(replication) for replication in range(REPLICATIONS)], dtype=np.float64)


def relative_interval(here: FloatArray, there: FloatArray) -> tuple[float, float]:
    """Welch's interval of the difference of means, over the mean of `there`."""
    parts = here.var(ddof=1) / len(here), there.var(ddof=1) / len(there)
    error = sum(parts)
    freedom = error**2 / sum(part**2 / (REPLICATIONS - 1) for part in parts if part)
    half = float(t.ppf(CONFIDENCE, freedom)) * error**0.5
    middle = here.mean() - there.mean()
    return (middle - half) / there.mean(), (middle + half) / there.mean()


@pytest.mark.statistical
@pytest.mark.parametrize(
    ("name", "settings", "margins"),
    [
        ("long_haul+g69_open+waste_x2", [STEADY], MARGINS),
        ("pilot+g69_open+waste_x2", [STEADY], MARGINS),
        ("pilot_on_call+g69_open+latent", [STEADY], MARGINS),
        ("long_haul+g69_open+waste_x2", [], WIDE),
    ],
)
def test_engines_on_their_own_draws_are_equivalent(
    name: str, settings: list[str], margins: dict[str, float]
) -> None:
    network = compile_network(load_scenario(f"chengkou/{name}", settings), YEARS, "hazardous")
    assert isinstance(network, HazardousNetwork)
    generator = np.random.default_rng(20_261_231)

    def there(replication: int) -> list[float]:
        record = simulate(network, Chance(7, replication))
        assert isinstance(record, HazardousRecord)
        return figures_there(record)

    model = runs(there)
    plain = runs(lambda _: figures_here(run_hazardous(network, OwnLuck(network, generator)), network))
    for column, (figure, margin) in enumerate(margins.items()):
        low, high = relative_interval(plain[:, column], model[:, column])
        print(f"{name} {figure}: {model[:, column].mean():.1f}, {low:+.3f} to {high:+.3f} (margin {margin})")  # noqa: T201
        assert -margin < low <= high < margin, figure
