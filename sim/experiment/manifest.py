"""What the manifest says: how results came about, and what a reader of the archive needs to explain them."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from sim import __version__
from sim.calendars import Horizon
from sim.experiment.provenance import provenance
from sim.scenario.load import Cell, Scenario, Study

PACKAGES = ("simpy", "numpy", "scipy", "pandas", "matplotlib", "pydantic", "holidays", "pyvrp")
SEED_SCHEME = (
    "Philox, key = blake2b(seed/name), highest counter word = replication; the same chance for every plan"
)


def fingerprint(study: Study, settings: Sequence[str], seed: int, replications: int) -> str:
    """SHA-256 of all that decides the numbers: inputs, `--set`, seed, replications, versions."""
    inputs = {
        "study": study.name,
        "inputs": dict(study.inputs),
        "settings": list(settings),
        "seed": seed,
        "replications": replications,
        "versions": versions(),
    }
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()


def versions() -> dict[str, str]:
    """Versions of this program, Python and what it computes with."""
    return {"waste-planner": __version__, "python": platform.python_version()} | {
        name: _version(name) for name in PACKAGES
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def describe(
    study: Study, horizon: Horizon, settings: Sequence[str], seed: int, replications: int
) -> dict[str, Any]:
    """Everything that is known before the first run."""
    scenarios = {cell.scenario.name: cell.scenario for cell in study.cells}
    richest = max(scenarios.values(), key=lambda one: one.spec.collection_point is not None)
    return {
        "study_name": study.name,
        "region": study.region,
        "command": [*sys.argv],
        "settings": list(settings),
        "seed": seed,
        "seed_scheme": SEED_SCHEME,
        "replications": replications,
        "years": list(horizon.reported_years),
        "warm_up_years": horizon.warm_up_years,
        "program": provenance(),
        "versions": versions(),
        "platform": platform.platform(),
        "inputs": dict(sorted(study.inputs.items())),
        "problems": [str(problem) for problem in study.problems],
        "study": study.spec.model_dump(mode="json"),
        "cells": [_cell(cell) for cell in study.cells],
        "scenarios": {name: scenario.spec.model_dump(mode="json") for name, scenario in scenarios.items()},
        "origins": _origins(scenarios),
        "map": _map(richest),
        "recorded": _recorded(richest, horizon),
        "recorded_notes": _notes(richest, horizon),
    }


def _cell(cell: Cell) -> dict[str, Any]:
    titles = [title.model_dump() for title in cell.scenario.future_titles]
    abouts = [about and about.model_dump() for about in cell.scenario.future_abouts]
    names = {"table": cell.table, "plan": cell.plan, "future": cell.future, "scenario": cell.scenario.name}
    notes = [{"code": problem.code, "text": problem.sentence} for problem in cell.scenario.problems]
    changed = [list(settings) for settings in cell.scenario.overridden]
    said = {"future_titles": titles, "future_abouts": abouts, "overridden": changed, "notes": notes}
    return names | said


def _origins(scenarios: Mapping[str, Scenario]) -> list[dict[str, Any]]:
    """Each value with its origin once, and the scenarios that have it if not all do."""
    found: dict[str, dict[str, Any]] = {}
    for name, scenario in scenarios.items():
        for path, origin in scenario.origins.items():
            entry = found.setdefault(f"{path} {origin}", {"path": path, **asdict(origin), "scenarios": []})
            entry["scenarios"].append(name)
    for entry in found.values():
        if len(entry["scenarios"]) == len(scenarios):
            del entry["scenarios"]
    return list(found.values())


def _map(scenario: Scenario) -> dict[str, Any]:
    """Tables of the region and the points that a map shows, as (latitude, longitude)."""
    spec = scenario.spec
    tables = vars(scenario.tables).items()
    found: dict[str, Any] = {name: _plain(rows) for name, rows in tables if name != "record"}
    found |= {
        "gate": (spec.roads.gate.lat, spec.roads.gate.lon),
        "town": (spec.roads.town.lat, spec.roads.town.lon),
        "works": (spec.kiln.lat, spec.kiln.lon),
    }
    if spec.collection_point is not None:
        found["collection_point"] = (spec.collection_point.lat, spec.collection_point.lon)
    return found


def _recorded(scenario: Scenario, horizon: Horizon) -> dict[str, dict[int, float]]:
    """What is recorded of the reported years: quantity -> year -> value."""
    found: dict[str, dict[int, float]] = {}
    for row in scenario.tables.record:
        if row.year in horizon.reported_years:
            found.setdefault(row.quantity, {})[row.year] = row.recorded
    return found


def _notes(scenario: Scenario, horizon: Horizon) -> list[dict[str, Any]]:
    """What the record's rows say of how the model comes to a year."""
    return [
        {"year": row.year, "quantity": row.quantity, "en": row.note, "zh": row.note_zh or row.note}
        for row in scenario.tables.record
        if row.note and row.year in horizon.reported_years
    ]


def _plain(rows: Sequence[Any]) -> list[Mapping[str, Any]]:
    return [row.model_dump(mode="json") for row in rows]
