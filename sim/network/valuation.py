"""Prices, thresholds and release factors: what turns facts of a run into money, verdicts and risks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario.schema import Container, ScenarioSpec


@dataclass(frozen=True)
class Valuation:
    """Unit costs (CNY), who pays each component, compliance thresholds (days), expected releases.

    `container_per_year` is what a container of each class costs a year: price over life, and floor.
    """

    disposal_per_t: float
    fee_per_t: float
    slag_haul_per_t_km: float
    container_per_year: Mapping[str, float]
    payers: Mapping[str, str]
    overflow_days: float
    basic_overflow_days: float
    age_days: float
    basic_age_days: float
    basic_weight: float
    rural_release_per_km: float
    freeway_release_per_km: float
    spill_per_handling: float


def yearly(container: Container) -> float:
    """What a container costs a year, CNY."""
    return container.price_cny / container.life_years + container.floor_cny_per_year


def compile_valuation(spec: ScenarioSpec) -> Valuation:
    """Valuation of a scenario."""
    costs, rules, releases = spec.costs, spec.compliance, spec.releases
    return Valuation(
        disposal_per_t=costs.disposal_cny_per_t,
        fee_per_t=costs.collection_fee_cny_per_t,
        slag_haul_per_t_km=costs.slag_haul_cny_per_t_km,
        container_per_year={name: yearly(one) for name, one in spec.storage_classes.items()},
        payers=costs.payers.model_dump(),
        overflow_days=rules.overflow_days,
        basic_overflow_days=rules.basic_overflow_days,
        age_days=rules.age_days,
        basic_age_days=rules.basic_age_days,
        basic_weight=rules.basic_weight,
        rural_release_per_km=releases.rural_accidents_per_million_km * releases.rural_release_share / 1e6,
        freeway_release_per_km=releases.freeway_accidents_per_million_km
        * releases.freeway_release_share
        / 1e6,
        spill_per_handling=releases.spills_per_handling,
    )
