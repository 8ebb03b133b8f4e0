"""What is asked of a sensitivity study, understood."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from sim.kpi.outcome import Key
from sim.kpi.registry import KPIS
from sim.scenario.problems import Place, ScenarioError, problem, suggestion
from sim.scenario.study import Tolerances
from sim.scenario.sweep_study import Chains
from sim.scenario.sweeps import Sweep

Method = Literal["", "morris", "sobol", "regional", "prim"]
"""Empty: screening by Morris, then Sobol' on what matters."""
METHODS: tuple[Method, ...] = ("morris", "sobol", "regional", "prim")
COMPANIONS = (
    Key("sources", "overflow_probability"),
    Key("sources", "overflow_days"),
    Key("collection_point", "overflow_any"),
    Key("county", "age_over_limit_share"),
    Key("county", "cost"),
    Key("kiln_yard", "overflow_probability"),
    Key("county", "utilisation_rate_oldest_first"),
    Key("slag", "cost"),
)
"""KPIs that are looked at beside the one asked for: they come from the same runs."""


class Output(NamedTuple):
    """A KPI of the plan, or, where `against` names another plan, the paired difference to it."""

    key: Key
    against: str = ""


class Limit(NamedTuple):
    """A point fails where its mean lies beyond `value`; under it where the KPI must be `at_least` that."""

    value: float
    at_least: bool = False


@dataclass(frozen=True)
class Question:
    """A sensitivity study.

    Attributes
    ----------
    sweep
        The plan, then the plan that it is compared with if any, each in all futures; and what varies.
    asked
        KPIs asked for; the first decides what is looked at closely.
    trajectories, base, points
        Size of the Morris, Sobol' and Latin hypercube designs.
    most
        Assumptions that are looked at closely.
    replications
        Of each point.
    limit
        Where a point fails, for `regional` and `prim`; None: the tolerance of the region's study.
    """

    sweep: Sweep
    asked: tuple[Key, ...]
    method: Method = ""
    trajectories: int = 4
    base: int = 64
    points: int = 256
    most: int = 8
    replications: int = 4
    limit: Limit | None = None
    tolerances: Tolerances | None = None
    paths: tuple[str, ...] = field(default=())

    @property
    def plan(self) -> str:
        """Scenario asked about."""
        return self.sweep.spec.scenarios[0]

    @property
    def against(self) -> str:
        """Scenario that it is compared with; empty: none."""
        return self.sweep.spec.scenarios[1] if len(self.sweep.spec.scenarios) > 1 else ""

    def outputs(self, known: tuple[Key, ...], other: tuple[Key, ...]) -> tuple[Output, ...]:
        """Outputs asked for, then companions that the runs give too; differences where both plans have it."""
        keys = [*self.asked, *(key for key in COMPANIONS if key in known and key not in self.asked)]
        found = []
        for key in keys:
            found.append(Output(key))
            if self.against and key in other:
                found.append(Output(key, self.against))
        return tuple(found)


def key_of(text: str, number: int = 1) -> Key:
    """KPI written as `kpi@place`.

    Raises
    ------
    ScenarioError
        If there is no such KPI, or no place is named.
    """
    kpi, _, place = text.partition("@")
    where = Place("--kpi", number, 1)
    known = KPIS.get(kpi) or KPIS.get(kpi.partition(":")[0])
    if known is None:
        raise ScenarioError([problem("E101", where, text, "there is no such KPI", suggestion(kpi, [*KPIS]))])
    if not place:
        kinds = [*known.hazardous, *known.slag]
        raise ScenarioError([problem("E101", where, text, "names no place", f"write {kpi}@{kinds[0]}")])
    return Key(place, kpi)


def chains_of(keys: tuple[Key, ...]) -> Chains:
    """Half of the scenario that gives these KPIs, or both."""
    chains = set()
    for key in keys:
        known = KPIS.get(key.kpi) or KPIS[key.kpi.partition(":")[0]]
        kind = _kind(key.place)
        chains |= {"hazardous"} if kind in known.hazardous else set()
        chains |= {"slag"} if kind in known.slag else set()
    if chains == {"hazardous"}:
        return "hazardous"
    return "slag" if chains == {"slag"} else "both"


def _kind(place: str) -> str:
    if place.startswith("site:"):
        return "site"
    return "bay" if place.startswith("collection_point/") else place
