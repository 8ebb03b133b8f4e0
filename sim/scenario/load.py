"""The door of the scenario language: names in, scenarios and studies out, or all problems at once."""

from __future__ import annotations

from sim.scenario.drafting import Origin, RegionTables, Scenario, load_scenario
from sim.scenario.studies import (
    Cell,
    Listed,
    Study,
    list_futures,
    list_plans,
    list_regions,
    list_studies,
    load_study,
    study_of,
)

__all__ = [
    "Cell",
    "Listed",
    "Origin",
    "RegionTables",
    "Scenario",
    "Study",
    "list_futures",
    "list_plans",
    "list_regions",
    "list_studies",
    "load_scenario",
    "load_study",
    "study_of",
]
