"""Sweeps: what varies, in which scenarios and futures; judged before anything is laid out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path as FilePath

from sim.scenario.compose import folder_of, is_path
from sim.scenario.consistency import misordered
from sim.scenario.constraints import Constraint, parse_constraint
from sim.scenario.drafting import Scenario, draft
from sim.scenario.factors import (
    Factor,
    FactorError,
    factor_of,
    factors_with_range,
    value_in,
)
from sim.scenario.library import Library
from sim.scenario.named import template_of
from sim.scenario.nodes import Branch, child_of, place_of
from sim.scenario.options import overridden
from sim.scenario.problems import Place, Problem, ScenarioError, errors_of, in_order, nearest, problem
from sim.scenario.schema import Years
from sim.scenario.study import Accounting
from sim.scenario.sweep_study import SweepSpec
from sim.scenario.validate import sections_of
from sim.text import folder_called

Loc = tuple[str | int, ...]
Where = Callable[[Loc], Place]
NEEDS = {"lhs": "points", "sobol": "points", "morris": "trajectories", "csv": "file"}
"""What a design cannot do without."""


@dataclass(frozen=True)
class Base:
    """A scenario in a future, as the sweep names them, before anything varies."""

    scenario: str
    future: str
    loaded: Scenario

    @property
    def name(self) -> str:
        """Name that loads it."""
        return full_name(self.scenario, self.future)


@dataclass(frozen=True)
class Sweep:
    """What is asked of a sweep, understood.

    Attributes
    ----------
    name
        Name of its folder of results.
    folder
        Where the file of a `csv` design lies.
    years, accounting, utilisation_target
        Of the sweep, or of the region and its study.
    problems
        Warnings and notes of its scenarios.
    """

    name: str
    region: str
    folder: FilePath
    spec: SweepSpec
    bases: tuple[Base, ...]
    factors: tuple[Factor, ...]
    constraints: tuple[Constraint, ...]
    years: Years
    accounting: Accounting
    utilisation_target: float
    inputs: Mapping[str, str]
    problems: tuple[Problem, ...]
    root: FilePath | None = None


def load_sweep(
    name: str, settings: Sequence[str] = (), root: FilePath | None = None, **changed: object
) -> Sweep:
    """Load `region/sweep` or a YAML file; `changed` replaces fields of its spec.

    Raises
    ------
    ScenarioError
        With all problems of the sweep and of its scenarios.
    """
    sweep, problems = draft_sweep(name, Library.at(root), settings, changed)
    if sweep is None:
        raise ScenarioError(problems)
    return replace(sweep, root=root)


def sweep_of(spec: SweepSpec, name: str = "", root: FilePath | None = None) -> Sweep:
    """Sweep that is not a file; the places of its problems are ordinals of its factors.

    Raises
    ------
    ScenarioError
        With all problems of the sweep and of its scenarios.
    """

    def where(loc: Loc) -> Place:
        ordinal = next((step + 1 for step in loc if isinstance(step, int)), 1)
        return Place(f"--{loc[0]}".replace("_", "-"), ordinal, 1)

    called = name or "sweep_" + "_".join(folder_of(one) for one in spec.scenarios)
    sweep, problems = _judge(called, spec, where, Library.at(root), FilePath())
    if sweep is None:
        raise ScenarioError(problems)
    return replace(sweep, root=root)


def is_sweep(name: str, library: Library) -> bool:
    """Whether a name or YAML file is a sweep, rather than a scenario."""
    if not is_path(name):
        return library.shelf_named(name, ("sweeps", "plans")) == "sweeps"
    path = FilePath(name)
    tree = library.document(path).tree if os.path.isfile(path) else None
    return tree is not None and "scenarios" in tree.entries


def draft_sweep(
    name: str,
    library: Library,
    settings: Sequence[str] = (),
    changed: Mapping[str, object] | None = None,
) -> tuple[Sweep | None, tuple[Problem, ...]]:
    """Sweep, if nothing in it is an error, and all its problems."""
    path = FilePath(name)
    if not is_path(name):
        found = library.locate(name, "sweeps")
        if isinstance(found, Problem):
            return None, (found,)
        path = library.path(found[0], "sweeps", found[1])
    document = library.document(path)
    tree = document.tree
    if tree is None:
        return None, document.problems
    sections, faults = sections_of(SweepSpec, tree)
    if document.problems or faults or len(sections) < len(SweepSpec.model_fields):
        return None, in_order([*document.problems, *faults])
    spec = SweepSpec.model_construct(**sections)
    update = {"settings": overridden(spec.settings, settings)} | dict(changed or {})
    spec = spec.model_copy(update=update)
    sweep, problems = _judge(folder_called(path.stem), spec, _in_file(tree), library, path.resolve().parent)
    if sweep is None:
        return None, problems
    return replace(sweep, inputs=dict(sweep.inputs) | {document.file: document.sha256}), problems


def full_name(scenario: str, future: str) -> str:
    """Name of a scenario in a future."""
    return "+".join(filter(None, [scenario, future]))


def _in_file(tree: Branch) -> Where:
    def where(loc: Loc) -> Place:
        steps: Loc = ()
        here = tree
        for step in loc:
            below = child_of(here, step)
            if below is None:
                break
            here, steps = below, (*steps, step)  # type: ignore[assignment]
        return place_of(tree, steps)

    return where


# --- judging -----------------------------------------------------------------------------------------


def _judge(
    name: str, spec: SweepSpec, where: Where, library: Library, folder: FilePath
) -> tuple[Sweep | None, tuple[Problem, ...]]:
    wrong = misordered(spec.years, where(("years", "last"))) if spec.years is not None else []
    if wrong:
        return None, tuple(wrong)
    bases, problems = _bases(spec, library)
    if errors_of(problems) or not bases:
        return None, in_order(problems)
    scenarios = [base.loaded for base in bases]
    factors, faults = _factors(spec, scenarios, where)
    constraints, more = _constraints(spec, scenarios, where)
    problems = [*problems, *faults, *more, *_of_design(spec, factors, where)]
    ordered = in_order(problems)
    if errors_of(ordered):
        return None, ordered
    first = scenarios[0]
    template = template_of(library, first.region)
    target = spec.utilisation_target
    inputs = {file: digest for one in scenarios for file, digest in one.inputs.items()}
    return Sweep(
        name, first.region, folder, spec, bases, factors, constraints,
        first.spec.years,
        spec.accounting or template.accounting,
        template.tolerances.utilisation_target if target is None else target,
        dict(sorted(inputs.items())), ordered,
    ), ordered  # fmt: skip


def _bases(spec: SweepSpec, library: Library) -> tuple[tuple[Base, ...], list[Problem]]:
    bases: list[Base] = []
    problems: list[Problem] = []
    pairs = [(scenario, future) for scenario in spec.scenarios for future in spec.futures]
    for scenario, future in dict.fromkeys(pairs):
        drafted = draft(full_name(scenario, future), spec.settings, library, years=spec.years)
        problems += drafted[1]
        if drafted[0] is not None:
            bases.append(Base(scenario, future, drafted[0]))
    return tuple(bases), problems


def _factors(
    spec: SweepSpec, scenarios: Sequence[Scenario], where: Where
) -> tuple[tuple[Factor, ...], list[Problem]]:
    found: dict[str, Factor] = {}
    problems = []
    for index, asked in enumerate(spec.vary):
        place = where(("vary", index))
        try:
            factor = factor_of(asked, scenarios, spec.law)
        except FactorError as fault:
            problems.append(problem("E601", place, asked.path, fault.message, fault.fix))
            continue
        if found.setdefault(factor.path, factor) is not factor:
            problems.append(problem("E601", place, asked.path, "varies twice", "leave one of them out"))
    if spec.all_ranges:
        for factor in factors_with_range(scenarios, spec.law):
            found.setdefault(factor.path, factor)
    for index, path in enumerate(spec.leave_out):
        if found.pop(path, None) is None:
            close = nearest(path, found)
            fix = f"did you mean {close}?" if close else "remove it"
            problems.append(problem("E601", where(("leave_out", index)), path, "does not vary", fix))
    return tuple(found.values()), problems


def _constraints(
    spec: SweepSpec, scenarios: Sequence[Scenario], where: Where
) -> tuple[tuple[Constraint, ...], list[Problem]]:
    found: list[Constraint] = []
    problems: list[Problem] = []
    for index, text in enumerate(spec.where):
        constraint = parse_constraint(text)
        place = where(("where", index))
        if constraint is None:
            fix = "write path >= path, or 2 * path < 10"
            problems.append(problem("E603", place, "where", f"{text!r} is not a comparison", fix))
            continue
        found.append(constraint)
        problems += [one for path in constraint.paths for one in _compared(path, scenarios, place)]
    return tuple(found), problems


def _compared(path: str, scenarios: Sequence[Scenario], place: Place) -> Iterator[Problem]:
    for scenario in scenarios:
        try:
            value = value_in(scenario, path)
        except LookupError:
            close = nearest(path, scenario.origins)
            fix = f"did you mean {close}?" if close else "see `show`"
            yield problem("E603", place, path, f"{scenario.name} has not got it", fix)
            return
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield problem("E603", place, path, "is not a number", "compare numbers")
            return


def _of_design(spec: SweepSpec, factors: Sequence[Factor], where: Where) -> Iterator[Problem]:
    design = spec.design
    needed = NEEDS.get(design.form, "")
    for field in ("points", "trajectories", "file"):
        given = getattr(design, field) is not None
        if field == needed and not given:
            yield problem(
                "E602", where(("design",)), "design", f"{design.form} needs {field}", f"add `{field}:`"
            )
        elif given and field != needed:
            message = f"{design.form} has no {field}"
            yield problem("E602", where(("design", field)), f"design.{field}", message, "remove it")
    if design.form == "csv":
        if factors:
            message = "the columns of a csv design say what varies"
            yield problem("E602", where(("vary", 0)), "vary", message, "leave `vary` out")
        return
    if design.form != "grid" and not spec.vary and not spec.all_ranges:
        yield problem("E602", where(("design",)), "design", "nothing varies", "name what varies in `vary`")
    for factor in factors if design.form == "grid" else ():
        if not factor.levels:
            fix = "write values, or low:high:count"
            index = next((i for i, one in enumerate(spec.vary) if one.path == factor.path), None)
            place = where(("vary", index)) if index is not None else where(("all_ranges",))
            yield problem("E602", place, factor.path, "has no levels for a grid", fix)
