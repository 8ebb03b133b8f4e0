"""The door of the scenario language: names in, scenarios and studies out, or all problems at once."""

from __future__ import annotations

from sim.scenario.drafting import Origin, RegionTables, Scenario, load_scenario
from sim.scenario.listing import Listed, list_futures, list_plans, list_regions, list_studies, list_sweeps
from sim.scenario.named import study_of
from sim.scenario.studies import Cell, Study, load_study

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
    "list_sweeps",
    "load_scenario",
    "load_study",
    "study_of",
]
