"""A point of a sweep as a merged scenario, judged as every scenario is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.scenario.drafting import Scenario, draft
from sim.scenario.factors import Factor, Value, setting_of
from sim.scenario.library import Library
from sim.scenario.options import overridden
from sim.scenario.problems import Place, Problem, errors_of, problem
from sim.scenario.sweeps import Base, Sweep


def settings_of(sweep: Sweep, factors: Sequence[Factor], values: Sequence[Value]) -> tuple[str, ...]:
    """All `--set` options that make a base a point."""
    varied = (setting_of(factor.path, value) for factor, value in zip(factors, values, strict=True))
    return overridden(sweep.spec.settings, tuple(varied))


def scenario_at(
    sweep: Sweep, base: Base, factors: Sequence[Factor], values: Sequence[Value]
) -> tuple[Scenario | None, tuple[Problem, ...]]:
    """Scenario of a point, if it can be, and all its problems.

    Where several scenarios are swept, one that has not got a value is left as it is.
    """
    several = len(sweep.bases) > 1
    settings = settings_of(sweep, factors, values)
    library = Library.at(sweep.root)
    return draft(base.name, settings, library, lenient_settings=several, years=sweep.spec.years)


def levels_alone(sweep: Sweep, most: int = 200) -> Iterator[Problem]:
    """Errors of each level, or end of a law, put into the first scenario alone; at most so many are tried.

    Where points must keep a constraint, levels alone say nothing.
    """
    if sweep.constraints:
        return
    trials = [(factor, value) for factor in sweep.factors for value in factor.ends][:most]
    for factor, value in trials:
        for one in errors_of(scenario_at(sweep, sweep.bases[0], [factor], [value])[1]):
            message = f"{one.message} ({one.code}; {factor.path}={value})"
            yield problem("E604", Place(sweep.name, 1, 1), one.path, message, one.fix)


def cannot_be(number: int, name: str, written: str, problems: Sequence[Problem]) -> list[Problem]:
    """Errors of an impossible point, placed at the point."""
    return [
        problem(
            "E604",
            Place("point", number, 1),
            one.path,
            f"{one.message} ({one.code}; {name}, {written})",
            one.fix,
        )
        for one in errors_of(problems)
    ]
