"""Whether the start is forgotten: empty and full start of the shipped scenarios on the same chance."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.calendars import Horizon
from sim.experiment.coupling import NEEDED, couple, known_figures
from sim.experiment.deep import SHARE_MARGIN, exempt
from sim.experiment.intervals import t_interval
from sim.experiment.replicate import Prepared, prepare
from sim.network.compile import Chain
from sim.scenario.listing import list_studies
from sim.scenario.load import Scenario, Study, load_scenario, load_study
from sim.verification.case import Case
from sim.verification.shipped import plans, regions

TITLE = "Warm-up: empty and full start on the same chance"
REPLICATIONS: dict[Chain, int] = {"hazardous": 40, "slag": 160}
ALIKE = 200
"""Replications in which stores are compared to the gram."""
FIRM = "collection_point.breakdowns.mean_operating_hours=1e8"
"""No van ever breaks down."""


def cases(seed: int) -> list[Case]:
    """Where rounds come by the calendar, stores forget to the gram; elsewhere what is reported does."""
    return [case for region in regions() for case in (*_rounds(region, seed), *_figures(region, seed))]


def _rounds(region: str, seed: int) -> Iterator[Case]:
    """Stores are emptied on days that hardly depend on any stock, so both starts are alike from then on.

    Now and then they are not: a site that holds nothing is left out of a campaign, which moves later
    rounds by a day, on which other visits are missed.
    """
    plan = next((plan for plan in plans(region) if _by_the_calendar(plan)), None)
    if plan is None:
        return
    ready = _ready(load_scenario(plan.name, (FIRM,)), "hazardous", _years(plan))
    pairs = couple(ready, seed, ALIKE)
    stores = len([one for one in ready.layout.peaks if one[0].startswith("site:")])
    apart = np.asarray(~pairs.alike[:, :stores].all(axis=1), dtype=np.float64)
    name = f"{plan.name}, vans that never break: replications with a store that remembers, at most"
    yield Case(name, 1.0 - NEEDED, apart, law="at_most")


def _by_the_calendar(plan: Scenario) -> bool:
    """Whether all sources are visited on fixed days."""
    point, regimes = plan.spec.collection_point, plan.spec.regimes
    served = {regimes.default, *regimes.by_type.values()}
    return point is not None and point.rounds.policy == "fixed" and served == {"pilot"}


def _figures(region: str, seed: int) -> Iterator[Case]:
    """Share of places that overflow in the first reported year after both starts, in the headline's cells."""
    for study in _headlines(region):
        years = Horizon(study.years.first, study.years.last, study.years.warm_up_years)
        for cell in _cells(study):
            chain = study.spec.tables[cell[0]].chain
            if exempt(cell[1], chain):
                continue
            ready = _ready(cell[1], chain, years)
            found = t_interval(couple(ready, seed, REPLICATIONS[chain]).apart)
            for index, key in enumerate(known_figures(ready)):
                if key.kpi == "overflow_probability":
                    widest = float(np.maximum(np.abs(found.low), np.abs(found.high))[index])
                    name = f"{cell[1].name}: difference at {key.place} in {years.first}, at most"
                    yield Case(name, 0.0, np.array([widest]), "1", "exact", MARGIN[chain])


MARGIN = {"hazardous": 2 * SHARE_MARGIN, "slag": 5 * SHARE_MARGIN}
"""What the 95 % interval of the difference must stay within: one yard is yes or no, many stores a share."""


def _headlines(region: str) -> list[Study]:
    names = [one.name for one in list_studies() if one.region == region]
    return [load_study(f"{region}/{name}") for name in names if name == "headline"]


def _cells(study: Study) -> list[tuple[str, Scenario]]:
    """Every plan in the first future, and every future of the table whose futures are compared."""
    found = []
    for name, table in study.spec.tables.items():
        for cell in study.cells:
            if cell.table == name and (table.vary == "futures" or cell.future == table.futures[0]):
                found.append((name, cell.scenario))
    return found


def _years(scenario: Scenario) -> Horizon:
    years = scenario.spec.years
    return Horizon(years.first, years.last, years.warm_up_years)


def _ready(scenario: Scenario, chain: Chain, years: Horizon) -> Prepared:
    return prepare(scenario, chain, years, "oldest_first", 0.98)
