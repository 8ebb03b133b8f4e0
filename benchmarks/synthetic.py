"""Chengkou many times over: as many counties side by side as asked for, written as a region of its own."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any

from sim.calendars import Horizon
from sim.kpi.measure import Judgement
from sim.network.compile import Chain, Network, compile_network
from sim.network.valuation import compile_valuation
from sim.scenario.load import Scenario, load_scenario

SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"
BAYS = ("waste_oil", "oily_solids", "batteries", "lab", "paint", "other")


@cache
def compiled(
    name: str, settings: tuple[str, ...], horizon: Horizon, chain: Chain, counties: int
) -> tuple[Network, Judgement]:
    """The network of a scenario for so many counties, and how its runs are judged."""
    scenario = load(name, settings, counties)
    network = compile_network(scenario, horizon, chain)
    return network, Judgement("oldest_first", 0.98, compile_valuation(scenario.spec))


def load(name: str, settings: Sequence[str] = (), counties: int = 1) -> Scenario:
    """Load a scenario of Chengkou, its sources, townships, zones, vehicles and bays multiplied."""
    if counties == 1:
        return load_scenario(name, settings)
    with region(counties) as root:
        plain = load_scenario(name, settings, root)
        return load_scenario(name, [*settings, *_multiplied(plain.spec, counties)], root)


@contextmanager
def region(counties: int) -> Any:
    """A folder of scenarios in which Chengkou has so many times its townships and sources."""
    with TemporaryDirectory() as folder:
        root = Path(folder) / "scenarios"
        copytree(SCENARIOS, root)
        for table, own in (("townships.csv", ("name", "zone")), ("sources.csv", ("name", "township"))):
            _multiply(root / "chengkou" / table, own, counties)
        yield root


def _multiply(path: Path, own: tuple[str, ...], counties: int) -> None:
    """Write every row once per county; what is named in `own` gets the county's number."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        rows, columns = list(reader), list(reader.fieldnames or ())
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        for county in range(counties):
            for row in rows:
                renamed = {column: f"{row[column]}_{county}" for column in own if county}
                writer.writerow(row | renamed)


def _multiplied(spec: Any, counties: int) -> list[str]:
    """Settings that give each county its vehicles, its bays, its room in joint loads and its licences."""
    found = [f"direct.trucks={spec.direct.trucks * counties}"]
    found += [
        f"receivers.{name}.capacity_t_per_year={receiver.capacity_t_per_year * counties}"
        for name, receiver in spec.receivers.items()
    ]
    point = spec.collection_point
    if point is not None:
        found.append(f"collection_point.vans={point.vans * counties}")
        found.append(f"collection_point.licence_t_per_year={point.licence_t_per_year * counties}")
        load = spec.vehicles[point.haul_vehicle].payload_t
        found.append(f"vehicles.{point.haul_vehicle}.payload_t={load * counties}")
        found += [
            f"collection_point.bays.{name}.capacity_t={bay.capacity_t * counties}"
            for name, bay in point.bays.items()
        ]
        found += [
            f"collection_point.bays.{name}.release_t={bay.release_t * counties}"
            for name, bay in point.bays.items()
        ]
    return found
