"""Where a sweep looks: rows of values of its factors, laid out as a design says."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, Literal

import numpy as np

from sim.scenario.factors import Factor, FactorError, Value, factor_of, parse_factor, value_in
from sim.scenario.problems import Place, ScenarioError, problem
from sim.scenario.sweep_study import FactorSpec
from sim.scenario.sweeps import Sweep
from sim.units import FloatArray

Row = tuple[Value, ...]
LEVELS = 4
"""Levels of a Morris design; a step goes over half of them (Morris 1991)."""
EVENED = 500
"""Latin hypercubes of up to so many points are made more even by exchanging coordinates."""
MOST_POINTS = 1_000_000
"""Points of a sweep: about 1 kB of memory each, and a share of a second to judge."""
PATIENCE = 1000
"""Draws without a possible point before a constraint is called impossible."""


@dataclass(frozen=True)
class Design:
    """Rows of values, one for each factor.

    Attributes
    ----------
    shares
        (rows, factors) coordinates in [0, 1], where the design is drawn (lhs, sobol, morris); else None.
    left_out
        Rows of a grid, list or one-at-a-time design that break a constraint.
    """

    form: str
    factors: tuple[Factor, ...]
    rows: tuple[Row, ...]
    shares: FloatArray | None = None
    left_out: int = 0


def lay_out(sweep: Sweep, points: Sequence[Mapping[str, Any]] | None = None) -> Design:
    """Lay out the design of a sweep; `points` (values by path) replace it.

    Raises
    ------
    ScenarioError
        If no point keeps the constraints, or a list of points is not understood.
    """
    form = sweep.spec.design.form
    if points is None:
        _not_too_many(sweep)
    if points is not None:
        return _listed(sweep, [dict(point) for point in points])
    match form:
        case "csv":
            return _listed(sweep, list(_read(sweep)))
        case "grid":
            return _kept(sweep, product(*(factor.levels for factor in sweep.factors)))
        case "oat":
            return _kept(sweep, one_at_a_time(sweep.factors))
        case _:
            return _drawn(sweep)


def _not_too_many(sweep: Sweep) -> None:
    """Refuse what does not fit in memory, before it is laid out."""
    design = sweep.spec.design
    rows = {
        "grid": math.prod(len(factor.levels) for factor in sweep.factors),
        "morris": (design.trajectories or 1) * (len(sweep.factors) + 1),
        "lhs": design.points or 1,
        "sobol": design.points or 1,
    }.get(design.form, 1)
    points = rows * len(sweep.bases)
    if points > MOST_POINTS:
        message = f"{points:,} points are too many: at most {MOST_POINTS:,}"
        raise ScenarioError(
            [problem("E602", Place("--design", 1, 1), "design", message, "write fewer, or lhs:1000")]
        )


def one_at_a_time(factors: Sequence[Factor]) -> Iterator[Row]:
    """The base, then every other level (or both ends of the law) of each factor in turn."""
    base = tuple(factor.base for factor in factors)
    yield base
    for index, factor in enumerate(factors):
        for value in factor.ends:
            if value != factor.base:
                yield (*base[:index], value, *base[index + 1 :])


def trajectory(count: int, rng: np.random.Generator) -> FloatArray:
    """One Morris trajectory: (factors + 1, factors) coordinates; each step moves one factor.

    Steps go up or down by delta = levels / (2 (levels - 1)), in random order from a random start, after
    Morris (1991), Factorial sampling plans for preliminary computational experiments.
    """
    delta = LEVELS / (2 * (LEVELS - 1))
    start = rng.integers(0, LEVELS // 2, count) / (LEVELS - 1)
    up = rng.random(count) < 0.5
    here = np.where(up, start, start + delta)
    rows = [here]
    for factor in rng.permutation(count):
        here = here.copy()
        here[factor] += delta if up[factor] else -delta
        rows.append(here)
    steps: FloatArray = np.stack(rows).clip(0.0, 1.0)
    return steps


# --- drawn -------------------------------------------------------------------------------------------


def _drawn(sweep: Sweep) -> Design:
    design, factors = sweep.spec.design, sweep.factors
    if design.form == "morris":
        shares = _trajectories(sweep, design.trajectories or 1)
    else:
        sample = _latin if design.form == "lhs" else _sobol
        shares = _enough(sweep, design.points or 1, sample)
    return Design(design.form, factors, tuple(map(tuple, _values(factors, shares))), shares)


def _latin(factors: int, points: int, seed: int) -> FloatArray:
    from scipy.stats import qmc

    evened: Literal["random-cd"] | None = "random-cd" if 2 <= points <= EVENED and factors > 1 else None
    drawn: FloatArray = qmc.LatinHypercube(factors, optimization=evened, rng=seed).random(points)
    return drawn


def _sobol(factors: int, points: int, seed: int) -> FloatArray:
    from scipy.stats import qmc

    drawn: FloatArray = qmc.Sobol(factors, rng=seed).random_base2(int(np.ceil(np.log2(max(points, 2)))))
    return drawn[:points]


def _enough(sweep: Sweep, points: int, sample: Callable[[int, int, int], FloatArray]) -> FloatArray:
    """First `points` possible ones of a sample that is made larger until it holds so many."""
    size = points
    while True:
        shares = sample(len(sweep.factors), size, sweep.spec.seed)
        possible = [_holds(sweep, row) for row in _values(sweep.factors, shares)]
        found = sum(possible)
        if found >= points:
            return shares[np.flatnonzero(possible)[:points]]
        if found == 0 and size >= PATIENCE:
            raise _impossible(sweep)
        size = max(PATIENCE, 2 * size) if found == 0 else int(size * max(1.1, 1.1 * points / found)) + 1


def _trajectories(sweep: Sweep, count: int) -> FloatArray:
    rng = np.random.default_rng(sweep.spec.seed)
    kept = []
    for _ in range(count):
        for _ in range(PATIENCE):
            steps = trajectory(len(sweep.factors), rng)
            if all(_holds(sweep, row) for row in _values(sweep.factors, steps)):
                kept.append(steps)
                break
        else:
            raise _impossible(sweep)
    return np.concatenate(kept)


def _values(factors: Sequence[Factor], shares: FloatArray) -> list[Row]:
    return [tuple(factor.at(float(u)) for factor, u in zip(factors, row, strict=True)) for row in shares]


# --- listed ------------------------------------------------------------------------------------------


def _kept(sweep: Sweep, rows: Iterator[Row]) -> Design:
    every = list(rows)
    kept = tuple(row for row in every if _holds(sweep, row))
    if not kept:
        raise _impossible(sweep)
    return Design(sweep.spec.design.form, sweep.factors, kept, left_out=len(every) - len(kept))


def _holds(sweep: Sweep, row: Row) -> bool:
    """Whether a row keeps all constraints, in every scenario of the sweep."""
    varied = dict(zip((factor.path for factor in sweep.factors), row, strict=True))
    for constraint in sweep.constraints:
        for base in sweep.bases:
            fixed = {path: value_in(base.loaded, path) for path in constraint.paths if path not in varied}
            if not constraint.holds(fixed | varied):
                return False
    return True


def _impossible(sweep: Sweep) -> ScenarioError:
    said = " and ".join(sweep.spec.where)
    fix = "widen what varies, or drop the constraint"
    return ScenarioError([problem("E603", Place("--where", 1, 1), "where", f"no point keeps {said}", fix)])


def _listed(sweep: Sweep, points: list[dict[str, Any]]) -> Design:
    paths = list(dict.fromkeys(path for point in points for path in point if path != "point"))
    faults = [
        _fault(number, f"point {number} lacks {path}", "give every point a value")
        for number, point in enumerate(points)
        for path in paths
        if path not in point
    ]
    if not points or not paths:
        faults.append(_fault(0, "there are no points", "give each point a value by path"))
    factors = []
    scenarios = [base.loaded for base in sweep.bases]
    for path in paths if not faults else ():
        values = tuple(dict.fromkeys(_plain(point[path]) for point in points))
        try:
            factors.append(factor_of(FactorSpec(path=path, values=values), scenarios))
        except FactorError as fault:
            faults.append(_fault(0, f"{path}: {fault.message}", fault.fix))
    if faults:
        raise ScenarioError(faults)
    pairs = list(zip(paths, factors, strict=True))
    rows = [tuple(_typed(factor, _plain(point[path])) for path, factor in pairs) for point in points]
    return Design("csv", tuple(factors), tuple(rows))


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _typed(factor: Factor, value: Any) -> Value:
    whole = isinstance(value, int) and not isinstance(value, bool)
    typed: Value = float(value) if factor.kind == "float" and whole else value
    return typed


def _fault(number: int, message: str, fix: str) -> Any:
    return problem("E602", Place("point", number, 1), "", message, fix)


def _read(sweep: Sweep) -> Iterator[dict[str, Any]]:
    """Rows of a CSV file by column; the columns are paths, `point` is passed over."""
    path = sweep.folder / Path(sweep.spec.design.file or "")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError([_fault(0, f"{path} cannot be read: {error}", "correct the path")]) from error
    for number, row in enumerate(csv.DictReader(text.splitlines())):
        if None in row or None in row.values():
            raise ScenarioError(
                [_fault(number, f"{path}: row {number + 1} has another length", "correct it")]
            )
        try:
            yield {name: _cell(name, said) for name, said in row.items() if name != "point"}
        except FactorError as fault:
            raise ScenarioError([_fault(number, f"{path}: {fault.message}", fault.fix)]) from fault


def _cell(path: str, text: str) -> Any:
    values = parse_factor(f"{path}={text}").values if text else None
    if not values or len(values) != 1:
        raise FactorError(f"{path}: {text!r} is not one value", "write a number, a date or a word")
    return values[0]
