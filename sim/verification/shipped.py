"""What is shipped: regions, and every scenario of theirs."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.listing import list_futures, list_plans, list_regions, list_studies
from sim.scenario.load import RegionTables, Scenario, load_scenario, load_study
from sim.scenario.problems import ScenarioError


def regions() -> tuple[str, ...]:
    """Names of all regions."""
    return tuple(listed.name for listed in list_regions())


def tables_of(region: str) -> RegionTables:
    """Tables of a region, as its first plan has them."""
    return next(plans(region)).tables


def plans(region: str) -> Iterator[Scenario]:
    """Every plan of a region as it is today."""
    for listed in list_plans():
        if listed.region == region:
            yield load_scenario(f"{region}/{listed.name}")


def with_collection_point(region: str) -> Scenario | None:
    """First plan of a region that has a collection point."""
    return next((plan for plan in plans(region) if plan.spec.collection_point is not None), None)


def all_scenarios() -> dict[str, Scenario]:
    """Every cell of every study, every plan, and every future on every plan that it applies to."""
    found = {
        cell.scenario.name: cell.scenario
        for study in list_studies()
        for cell in load_study(f"{study.region}/{study.name}").cells
    }
    for region in regions():
        for plan in plans(region):
            found[plan.name] = plan
            for future in list_futures():
                name = f"{plan.name}+{future.name}"
                if future.region == region and name not in found:
                    try:
                        found[name] = load_scenario(name)
                    except ScenarioError:
                        continue
    return found
