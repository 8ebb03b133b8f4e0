"""Waste planner: what the commands do, as Python calls that return pandas tables.

`run`, `compare`, `sweep`, `sensitivity`, `curve`, `trace` simulate; `verify` holds the model against exact
values; `check`, `show`, `diff`, `names` read scenarios; `load_scenario` and `load_study` return them as
frozen specs; `read_results`, `read_sweep`, `read_sensitivity` read folders of results; `write_reports` makes
reports of one. All errors are `PlannerError`s; warnings about files are `PlannerWarning`s. Names are imported
when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "run": "sim.api",
    "compare": "sim.api",
    "trace": "sim.api",
    "verify": "sim.api",
    "validate": "sim.api",
    "write_reports": "sim.api",
    "sweep": "sim.sweeps",
    "read_sweep": "sim.sweeps",
    "sensitivity": "sim.influence",
    "read_sensitivity": "sim.influence",
    "curve": "sim.curves",
    "check": "sim.language",
    "deep_check": "sim.experiment.deep",
    "show": "sim.language",
    "diff": "sim.language",
    "names": "sim.language",
    "load_scenario": "sim.scenario.load",
    "load_study": "sim.scenario.load",
    "study_of": "sim.scenario.load",
    "read_results": "sim.archive",
    "PlannerError": "sim.errors",
    "PlannerWarning": "sim.errors",
    "ArgumentError": "sim.errors",
    "ReportError": "sim.errors",
    "ScenarioError": "sim.scenario.problems",
    "FactorError": "sim.scenario.factors",
    "NotWritableError": "sim.archive",
    "NoResultsError": "sim.archive",
    "AskedError": "sim.experiment.stopping",
    "CurveError": "sim.experiment.storage_study",
    "NoTailError": "sim.experiment.tails",
    "UnknownPlaceError": "sim.answers.trace",
    "WorkerDiedError": "sim.experiment.execute",
    "ClusterError": "sim.experiment.cluster",
    "UnreachableError": "sim.experiment.cluster",
    "StoreError": "sim.experiment.store",
    "ClosedError": "sim.experiment.store",
    "BusyError": "sim.experiment.store",
    "ParquetMissingError": "sim.experiment.sweep_files",
    "DeadlockError": "sim.model.processes",
}

__all__ = [*_HOMES]


def __getattr__(name: str) -> Any:
    """Import a name when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """All public names."""
    return sorted([*globals(), *_HOMES])
