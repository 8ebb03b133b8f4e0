"""The main study shows every shipped plan that another does not make needless."""

from __future__ import annotations

import numpy as np
import pytest

from sim.calendars import Horizon
from sim.chance.chance import Chance
from sim.experiment.intervals import t_interval
from sim.experiment.replicate import prepare, run_one
from sim.scenario.load import list_plans, load_scenario, load_study
from sim.units import FloatArray

STUDY = load_study("chengkou/headline")
TABLE = next(table for table in STUDY.spec.tables.values() if table.chain == "hazardous")
LEFT_OUT = sorted({plan.name for plan in list_plans() if plan.region == "chengkou"} - set(TABLE.plans))
REPLICATIONS = 6


@pytest.fixture(scope="module")
def shown() -> dict[str, FloatArray]:
    return {plan: faults_of(plan) for plan in TABLE.plans}


def faults_of(plan: str) -> FloatArray:
    """(replications, criteria): yearly cost with capital, share of site-years over, share over age."""
    years = STUDY.years
    scenario = load_scenario(f"chengkou/{plan}+{TABLE.futures[0]}")
    horizon = Horizon(years.first, years.last, years.warm_up_years)
    ready = prepare(scenario, "hazardous", horizon, "oldest_first", 0.98)
    at = {(key.place, key.kpi): number for number, key in enumerate(ready.layout.keys)}
    runs = [run_one(ready, Chance(1, number), number).totals for number in range(REPLICATIONS)]
    totals = np.array(runs)
    cost = totals[:, at["county", "cost"]] + totals[:, at["county", "capital"]]
    over = totals[:, at["sources", "overflow_probability"]]
    return np.stack([cost, over, totals[:, at["county", "age_over_limit_share"]]], axis=1)


def covers(one: FloatArray, other: FloatArray) -> bool:
    """Whether no criterion of `one` is shown, on the same chance, to be worse than that of `other`."""
    low = t_interval(one - other).low
    return bool((np.nan_to_num(low) <= 0).all())


def test_no_plan_on_the_front_of_cost_and_risk_is_left_out(shown: dict[str, FloatArray]) -> None:
    for plan in LEFT_OUT:
        own = faults_of(plan)
        assert any(covers(one, own) for one in shown.values()), plan


def test_a_cheap_plan_that_keeps_the_age_limit_would_be_missed(shown: dict[str, FloatArray]) -> None:
    """What the test above looks for can be told by so few runs."""
    cheap = shown["long_haul_within_year"]
    assert not any(covers(one, cheap) for plan, one in shown.items() if plan != "long_haul_within_year")
