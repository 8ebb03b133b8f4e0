"""Points of a sweep: every row in every scenario and future, each judged before the first run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from sim.calendars import Horizon
from sim.experiment.batch import ChainPart, Part
from sim.experiment.designs import Design, Row
from sim.experiment.fingerprint import work_of
from sim.experiment.progress import Advance
from sim.kpi.measure import Judgement
from sim.network.compile import Chain, compile_network
from sim.network.valuation import compile_valuation
from sim.scenario.load import Scenario
from sim.scenario.points import cannot_be, scenario_at
from sim.scenario.problems import Place, Problem, ScenarioError, errors_of
from sim.scenario.show import written
from sim.scenario.sweeps import Base, Sweep

REMEMBERED = 500
"""Scenarios of points that are kept in memory between being judged and being compiled."""


@dataclass(frozen=True)
class Point:
    """A row of the design in one scenario and future.

    Attributes
    ----------
    work
        Hash of all that decides its runs but the replication: points with the same are run once.
    """

    number: int
    base: Base
    row: Row
    work: bytes


@dataclass
class Points:
    """All points of a sweep, and how to get at their scenarios again."""

    sweep: Sweep
    design: Design
    points: tuple[Point, ...] = ()
    problems: tuple[Problem, ...] = ()
    remembered: dict[bytes, Scenario] = field(default_factory=dict)

    def scenario(self, point: Point) -> Scenario:
        """Return the merged scenario of a point."""
        if point.work in self.remembered:
            return self.remembered[point.work]
        scenario, problems = scenario_at(self.sweep, point.base, self.design.factors, point.row)
        if scenario is None:
            raise ScenarioError(problems)
        return scenario

    def parts(self, point: Point) -> tuple[Part, ...]:
        """Compile the chains of a point."""
        return compiled(self.scenario(point), self.sweep)


def chains_of(sweep: Sweep) -> tuple[Chain, ...]:
    """Chains that the sweep runs."""
    match sweep.spec.chain:
        case "both":
            return ("hazardous", "slag")
        case "hazardous":
            return ("hazardous",)
        case "slag":
            return ("slag",)


def horizon_of(sweep: Sweep) -> Horizon:
    """Years of the sweep."""
    return Horizon(sweep.years.first, sweep.years.last, sweep.years.warm_up_years)


def compiled(scenario: Scenario, sweep: Sweep) -> tuple[Part, ...]:
    """Networks of a scenario's chains, with what is needed to judge them."""
    judgement = Judgement(sweep.accounting, sweep.utilisation_target, compile_valuation(scenario.spec))
    horizon = horizon_of(sweep)
    return tuple(
        ChainPart(compile_network(scenario, horizon, chain), judgement) for chain in chains_of(sweep)
    )


def judged(sweep: Sweep, design: Design, advance: Advance = lambda _: None) -> Points:
    """Judge every point as a merged scenario.

    Raises
    ------
    ScenarioError
        With the errors of all points that cannot be.
    """
    found = Points(sweep, design)
    asked = {
        "chains": chains_of(sweep),
        "years": sweep.years.model_dump(),
        "seed": sweep.spec.seed,
        "accounting": sweep.accounting,
        "target": sweep.utilisation_target,
    }
    points, errors, doubts = [], list[Problem](), _Doubts()
    for number, (base, row) in enumerate(_each(sweep.bases, design.rows)):
        scenario, problems = scenario_at(sweep, base, design.factors, row)
        advance(1)
        if scenario is None or errors_of(problems):
            errors += cannot_be(number, base.name, said(design, row), problems)
            continue
        doubts.add(number, problems)
        work = work_of(scenario, asked)
        points.append(Point(number, base, row, work))
        if len(found.remembered) < REMEMBERED:
            found.remembered[work] = scenario
    if errors:
        raise ScenarioError(errors)
    found.points = tuple(points)
    found.problems = (*sweep.problems, *doubts.said(sweep.problems, len(points)))
    return found


class _Doubts:
    """Warnings of points, each once by what it is about, with how many points it concerns."""

    def __init__(self) -> None:
        self.first: dict[tuple[str, str], tuple[int, Problem]] = {}
        self.counts = Counter[tuple[str, str]]()

    def add(self, number: int, problems: Sequence[Problem]) -> None:
        """Note the warnings of a point."""
        for key, one in {(one.code, one.path): one for one in problems if one.severity == "warning"}.items():
            self.first.setdefault(key, (number, one))
            self.counts[key] += 1

    def said(self, known: Sequence[Problem], points: int) -> Iterator[Problem]:
        """Say those that the scenarios have not got by themselves."""
        there = {(one.code, one.path) for one in known}
        for key, (number, one) in self.first.items():
            if key not in there:
                message = f"at {self.counts[key]} of {points} points, first this one: {one.message}"
                yield replace(one, place=Place("point", number, 1), message=message)


def _each(bases: Sequence[Base], rows: Sequence[Row]) -> Iterator[tuple[Base, Row]]:
    return ((base, row) for base in bases for row in rows)


def said(design: Design, row: Row) -> str:
    """Write a row's values in words, by the shortest names that tell them apart."""
    return ", ".join(f"{name}={written(value)}" for name, value in zip(short_names(design), row, strict=True))


def short_names(design: Design) -> tuple[str, ...]:
    """Ends of the factors' paths, long enough to tell them apart."""
    paths = [factor.path.split(".") for factor in design.factors]
    names = []
    for path in paths:
        length = 1
        while length < len(path) and sum(other[-length:] == path[-length:] for other in paths) > 1:
            length += 1
        names.append(".".join(path[-length:]))
    return tuple(names)
