"""The model and the second engine, each on draws of its own, are equivalent within stated margins.

Two one-sided tests per figure at a level of 0.001: both ends of Welch's interval of the difference must lie
within the margin, a share of the mean; for overflow, of all stores x years. The common factor of a year
is left out where margins are narrow: it moves everything at once.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import t

from benchmarks.plain_engine.facts import HazardousFacts
from benchmarks.plain_engine.hazardous import run_hazardous
from benchmarks.plain_engine.luck import OwnLuck
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
FIGURES = ("transferred", "trips", "visits", "overflow place-years")
NARROW, WIDE = (0.03, 0.04, 0.03, 0.005), (0.12, 0.12, 0.12, 0.015)


def figures_here(facts: HazardousFacts, network: HazardousNetwork) -> list[float]:
    """Tonnes collected, rounds and direct trips, visits, and stores x years with overflow."""
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
    return len(
        {(s, y) for s, begin, end in episodes for y, (first, last) in years if begin < last and end > first}
    )


def runs(run: Callable[[int], list[float]]) -> FloatArray:
    return np.array([run(replication) for replication in range(REPLICATIONS)], dtype=np.float64)


def interval(here: FloatArray, there: FloatArray) -> tuple[float, float]:
    """Welch's interval of the difference of means; each end is passed with a probability of 0.001."""
    parts = here.var(ddof=1) / len(here), there.var(ddof=1) / len(there)
    error = sum(parts)
    freedom = error**2 / sum(part**2 / (REPLICATIONS - 1) for part in parts)
    half = float(t.ppf(CONFIDENCE, freedom)) * error**0.5
    middle = here.mean() - there.mean()
    return middle - half, middle + half


@pytest.mark.statistical
@pytest.mark.parametrize(
    ("name", "settings", "margins"),
    [
        ("long_haul+g69_open+waste_x2", [STEADY], NARROW),
        ("pilot+g69_open+waste_x2", [STEADY], NARROW),
        ("pilot_on_call+g69_open+latent", [STEADY], NARROW),
        ("long_haul+g69_open+waste_x2", [], WIDE),
    ],
)
def test_engines_on_their_own_draws_are_equivalent(
    name: str, settings: list[str], margins: tuple[float, ...]
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
    whole = model.mean(axis=0)
    whole[3] = len(network.stores) * len(YEARS.reported_years)
    for column, (figure, margin) in enumerate(zip(FIGURES, margins, strict=True)):
        low, high = np.array(interval(plain[:, column], model[:, column])) / whole[column]
        assert -margin < low <= high < margin, f"{figure}: {low:+.4f} to {high:+.4f}, margin {margin}"
