"""What varies in a sweep: a value of a scenario with its levels, or with the law of its range."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sim.errors import PlannerError
from sim.scenario.cells import paths_of, value_of
from sim.scenario.drafting import Scenario
from sim.scenario.problems import MOST_LISTED, nearest
from sim.scenario.scalars import Fault, resolve
from sim.scenario.schema import ScenarioSpec
from sim.scenario.sweep_study import MOST_LEVELS, FactorSpec, Law
from sim.scenario.vocabulary import unit_at
from sim.spec import Spec

Value = float | int | bool | str | date
Kind = Literal["float", "int", "date", "word"]
DIGITS = 10
"""Significant digits of a value that a law gives: short in tables, and the same when read back."""


class FactorError(PlannerError, ValueError):
    """A factor that cannot vary as it is asked to; `fix` puts it right."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.message, self.fix = message, fix


@dataclass(frozen=True)
class Factor:
    """A value that varies.

    Attributes
    ----------
    path
        Dotted path in the scenario.
    base
        The scenario's own value.
    levels
        Values in order; empty where a law gives them.
    law, low, mode, high
        Law between `low` and `high` (days since year 1 for dates); unused with levels.
    """

    path: str
    unit: str
    kind: Kind
    base: Value
    levels: tuple[Value, ...] = ()
    law: Law = "uniform"
    low: float = math.nan
    mode: float = math.nan
    high: float = math.nan

    def at(self, share: float) -> Value:
        """Value below which a share in [0, 1] of the factor's law lies; a level where it has levels."""
        if self.levels:
            return self.levels[min(int(share * len(self.levels)), len(self.levels) - 1)]
        return self.rounded(self._quantile(share))

    def _quantile(self, share: float) -> float:
        width = self.high - self.low
        if self.law == "uniform":
            return self.low + share * width
        rise = (self.mode - self.low) / width
        if share < rise:
            return self.low + math.sqrt(share * width * (self.mode - self.low))
        return self.high - math.sqrt((1 - share) * width * (self.high - self.mode))

    def rounded(self, number: float) -> Value:
        """Give a number the factor's type."""
        if self.kind == "date":
            return date.fromordinal(round(number))
        if self.kind == "int":
            return round(number)
        return float(f"{number:.{DIGITS}g}")

    @property
    def ends(self) -> tuple[Value, ...]:
        """Levels, or both ends of the law."""
        return self.levels or (self.rounded(self.low), self.rounded(self.high))


# --- from what is asked ------------------------------------------------------------------------------


def factor_of(asked: FactorSpec, scenarios: Sequence[Scenario], law: Law = "uniform") -> Factor:
    """Factor of a sweep on the first of its scenarios that has the value.

    Raises
    ------
    FactorError
        If no scenario has it, or it cannot vary so.
    """
    path, owner, base = _owner(asked.path, scenarios)
    asked = asked.model_copy(update={"path": path})
    if asked.path.startswith("years."):
        raise FactorError("is the same for all points", f"give all of them one: --set {asked.path}={base}")
    kind = _kind_of(base)
    unit = unit_at(tuple(asked.path.split(".")))
    asked = _not_a_clock(asked, kind)
    if asked.values is not None:
        if (asked.low, asked.high, asked.mode, asked.count, asked.law) != (None,) * 5:
            raise FactorError("has values and a law", "leave low, high, mode, count and law out")
        return Factor(asked.path, unit, kind, base, _levels(asked.values, kind))
    if kind == "word":
        raise FactorError(f"{base!r} has no range", "list its values")
    low, high = _ends(asked, owner, kind)
    if asked.count is not None:
        return Factor(asked.path, unit, kind, base, _spaced(low, high, asked.count, kind))
    chosen: Law = asked.law or ("triangular" if asked.mode is not None else law)
    mode = _number(asked.mode, kind) if asked.mode is not None else _number(base, kind)
    if chosen == "triangular" and not low <= mode <= high:
        raise FactorError(f"the mode {asked.mode or base} lies outside", "write a mode between low and high")
    return Factor(asked.path, unit, kind, base, (), chosen, low, mode, high)


def _not_a_clock(asked: FactorSpec, kind: Kind) -> FactorSpec:
    """`20:40` of a number is a law, though it looks like a time of day."""
    said = asked.values[0] if asked.values is not None and len(asked.values) == 1 else None
    if kind == "word" or not isinstance(said, str) or not CLOCK.fullmatch(said):
        return asked
    low, high = said.split(":")
    return FactorSpec(path=asked.path, low=int(low), high=int(high))


def factors_with_range(scenarios: Sequence[Scenario], law: Law) -> Iterator[Factor]:
    """Factor of every value that carries a range with room in it, in the order of the files."""
    seen: set[str] = set()
    for scenario in scenarios:
        for path, origin in scenario.origins.items():
            if origin.range is not None and origin.range[0] != origin.range[1] and path not in seen:
                seen.add(path)
                yield factor_of(FactorSpec(path=path), [scenario], law)


def value_at(spec: Spec, path: str) -> Any:
    """Value of a resolved scenario at a dotted path.

    Raises
    ------
    LookupError
        If there is none.
    """
    found: Any = spec
    for step in path.split("."):
        if isinstance(found, Mapping):
            found = found[step]
        elif isinstance(found, tuple) and step.isdigit():
            found = found[int(step)]
        elif isinstance(found, Spec) and step in type(found).model_fields:
            found = getattr(found, step)
        else:
            raise LookupError(path)
    return found


def value_in(scenario: Scenario, path: str) -> Any:
    """Value of a scenario or of a cell of its tables; a blank count of containers is that of the type.

    Raises
    ------
    LookupError
        If there is none.
    """
    try:
        return value_at(scenario.spec, path)
    except LookupError:
        found = value_of(vars(scenario.tables), path)
    if found is None and path.startswith("tables.sources."):
        head, _, column = path.rpartition(".")
        kind = scenario.spec.source_types[value_of(vars(scenario.tables), f"{head}.type")]
        return kind.containers.get(column, 0)  # type: ignore[call-overload]
    return found


def whole_paths(path: str, scenario: Scenario) -> list[str]:
    """Paths of a scenario's values that a path means, which may begin further down."""
    if path.partition(".")[0] in ScenarioSpec.model_fields:
        return [path]
    return [one for one in scenario.origins if one.endswith(f".{path}")]


def _owner(path: str, scenarios: Sequence[Scenario]) -> tuple[str, Scenario, Value]:
    """Whole path of a value, the first scenario that has it, and the value there."""
    for scenario in scenarios:
        whole = whole_paths(path, scenario)
        if len(whole) > 1:
            listed = " or ".join(whole[:MOST_LISTED])
            raise FactorError(f"{len(whole)} places of {scenario.name} end so", f"write {listed}")
        try:
            found = value_in(scenario, whole[0]) if whole else None
        except LookupError:
            continue
        if isinstance(found, (bool, int, float, str, date)):
            return whole[0], scenario, found
        if whole:
            raise FactorError("is not a single value", "vary a number, a date, a word, true or false")
    raise FactorError("no scenario of the sweep has it", _advice(path, scenarios))


def _advice(path: str, scenarios: Sequence[Scenario]) -> str:
    """Path that was probably meant: one that ends in the same word, or looks alike."""
    word = path.rpartition(".")[2]
    known = list(dict.fromkeys(one for scenario in scenarios for one in scenario.origins))
    if path.startswith("tables."):
        known = [one for scenario in scenarios for one in paths_of(vars(scenario.tables), path)]
    close = nearest(path, known)
    ends = [one for one in known if one.endswith(f".{word}")]
    said = [close] if close else ends[:5]
    return f"did you mean {' or '.join(said)}?" if said else "see `show`"


def _kind_of(base: Value) -> Kind:
    if isinstance(base, bool | str):
        return "word"
    if isinstance(base, date):
        return "date"
    return "int" if isinstance(base, int) else "float"


def _levels(values: Sequence[Any], kind: Kind) -> tuple[Value, ...]:
    odd = [value for value in values if not isinstance(value, (bool, int, float, str, date))]
    if odd:
        raise FactorError("holds a list or mapping", "list numbers, dates, words, true or false")
    if len(set(values)) < len(values):
        raise FactorError("has a value twice", "name each value once")
    return tuple(float(value) if kind == "float" and type(value) is int else value for value in values)


def _ends(asked: FactorSpec, owner: Scenario, kind: Kind) -> tuple[float, float]:
    if (asked.low is None) != (asked.high is None):
        raise FactorError("has one end only", "write low and high")
    if asked.low is not None:
        low, high = _number(asked.low, kind), _number(asked.high, kind)
    else:
        origin = owner.origins.get(asked.path)
        if origin is None or origin.range is None:
            raise FactorError("carries no range", "list its values, or write low and high")
        low, high = (_number(end, kind) for end in origin.range)
    if not low < high:
        raise FactorError(f"its range begins at {asked.low} and ends at {asked.high}", "write low below high")
    return low, high


def _number(value: Any, kind: Kind) -> float:
    if kind == "date" and isinstance(value, date):
        return float(value.toordinal())
    if kind != "date" and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise FactorError(f"{value!r} is not a {'date' if kind == 'date' else 'number'}", "correct it")


def _spaced(low: float, high: float, count: int, kind: Kind) -> tuple[Value, ...]:
    like = Factor("", "", kind, 0.0)
    levels = [like.rounded(low + (high - low) * index / (count - 1)) for index in range(count)]
    if len(set(levels)) < count:
        raise FactorError(f"there are not {count} whole values in it", "write a smaller count")
    return tuple(levels)


# --- as text -----------------------------------------------------------------------------------------

CLOCK = re.compile(r"\d\d:\d\d")
CALL = re.compile(r"(uniform|triangular)(?:\((.*)\))?")


def parse_factor(text: str) -> FactorSpec:
    """Read `path`, `path=1,2,3`, `path=5:40:8`, `path=5:40`, `path=triangular(5,10,40)`, `path=uniform`.

    Raises
    ------
    FactorError
        If it is none of these.
    """
    path, equals, said = (part.strip() for part in text.partition("="))
    if not path or (equals and not said):
        raise FactorError(f"{text!r} is not a factor", "write path=1,2,3 or path=low:high:count")
    if not equals:
        return FactorSpec(path=path)
    if call := CALL.fullmatch(said):
        return _law_of(path, call[1], call[2])
    parts = said.split(":")
    if len(parts) in (2, 3) and not CLOCK.fullmatch(said) and all(map(_is_end, parts[:2])):
        low, high = (_scalar(part) for part in parts[:2])
        count = _count(parts[2]) if len(parts) == 3 else None
        return FactorSpec(path=path, low=low, high=high, count=count)
    return FactorSpec(path=path, values=tuple(_scalar(part) for part in said.split(",")))


def _count(text: str) -> int:
    """Number of levels."""
    said = text.strip()
    if not said.isdecimal() or len(said) > 18 or not 2 <= int(said) <= MOST_LEVELS:
        fix = f"write path=low:high:count, count from 2 to {MOST_LEVELS:,}"
        raise FactorError(f"{said[:30]} is not a count", fix)
    return int(said)


def _law_of(path: str, law: str, arguments: str | None) -> FactorSpec:
    chosen: Law = "triangular" if law == "triangular" else "uniform"
    given = [_scalar(part) for part in arguments.split(",")] if arguments else []
    if len(given) not in (0, 2 if chosen == "uniform" else 3):
        raise FactorError(
            f"{law} has {len(given)} numbers", "write uniform(low,high) or triangular(low,mode,high)"
        )
    if not given:
        return FactorSpec(path=path, law=chosen)
    mode = given[1] if chosen == "triangular" else None
    return FactorSpec(path=path, low=given[0], high=given[-1], mode=mode, law=chosen)


def _is_end(text: str) -> bool:
    try:
        value = resolve(text.strip())
    except Fault:
        return True
    return isinstance(value, (int, float, date)) and not isinstance(value, bool)


def _scalar(text: str) -> Value:
    text = text.strip()
    try:
        value = resolve(text)
    except Fault as fault:
        raise FactorError(fault.message, fault.fix) from fault
    if value is None:
        raise FactorError("has an empty value", "write path=1,2,3")
    return value


def setting_of(path: str, value: Value) -> str:
    """Write a value as a `--set` option."""
    match value:
        case bool():
            return f"{path}={'true' if value else 'false'}"
        case float():
            return f"{path}={value!r}"
        case str():
            return f"{path}={_quoted(value)}"
        case _:
            return f"{path}={value}"


def _quoted(text: str) -> str:
    """Quote a word that would be read as something else."""
    try:
        plain = resolve(text) == text and not re.search(r"[^\w+./ -]", text)
    except Fault:
        plain = False
    return text if plain else "'" + text.replace("'", "''") + "'"
