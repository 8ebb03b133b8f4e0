"""From a scenario's name to a Scenario, or to all its problems at once."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any, TypeVar

from sim.arguments import understood
from sim.calendars import ANNOUNCED_UNTIL
from sim.scenario import consistency, plausible, reach, references, sizes
from sim.scenario.cells import named, with_cells
from sim.scenario.compose import Composed, compose
from sim.scenario.facts import CHAINS, TABLES, Facts, TableSet, run_rules
from sim.scenario.library import Library
from sim.scenario.nodes import Branch, Items, Leaf, Range, find, leaves, place_of, plain
from sim.scenario.options import SETTING
from sim.scenario.paths import resolve_path
from sim.scenario.problems import Place, Problem, ScenarioError, dotted, errors_of, in_order, problem
from sim.scenario.schema import (
    KilnCalendarRow,
    RecordRow,
    ScenarioSpec,
    SmelterHistoryRow,
    SmelterRow,
    SourceRow,
    Text,
    TownshipRow,
    Years,
)
from sim.scenario.tables import CsvTable
from sim.scenario.validate import ranges_outside, sections_of
from sim.spec import Spec

Row = TypeVar("Row", bound=Spec)


@dataclass(frozen=True)
class Origin:
    """Where a value comes from: its range, who says so, how sure, and the place and file that set it."""

    value: object
    range: Range | None
    origin: str
    confidence: str
    place: Place
    layer: str


@dataclass(frozen=True)
class RegionTables:
    """Rows of a region's tables by name and year: a table is a set, whatever the order of its lines."""

    townships: tuple[TownshipRow, ...]
    sources: tuple[SourceRow, ...]
    smelters: tuple[SmelterRow, ...]
    kiln_calendar: tuple[KilnCalendarRow, ...]
    record: tuple[RecordRow, ...] = ()
    smelter_history: tuple[SmelterHistoryRow, ...] = ()


@dataclass(frozen=True)
class Scenario:
    """A plan in a future, understood.

    Attributes
    ----------
    origins
        Dotted path of every value -> its origin; a table's column is `tables.<table>.<column>`.
    inputs
        File (relative to the scenarios root, or absolute) -> SHA-256.
    problems
        Warnings and notes.
    future_titles
        Titles of the futures, in their order; `spec.title` is the plan's.
    future_abouts
        What the futures change, a sentence each; `spec.about` is the plan's.
    overridden
        Settings that change what the plan's files say, then what each future says.
    """

    name: str
    region: str
    plan: str
    futures: tuple[str, ...]
    spec: ScenarioSpec
    tables: RegionTables
    origins: Mapping[str, Origin]
    inputs: Mapping[str, str]
    problems: tuple[Problem, ...]
    future_titles: tuple[Text, ...] = ()
    future_abouts: tuple[Text | None, ...] = ()
    overridden: tuple[tuple[str, ...], ...] = ()

    def __repr__(self) -> str:
        """One line."""
        return f"<Scenario {self.name}: {len(self.origins)} values, {len(self.problems)} remarks>"


@understood
def load_scenario(name: str, settings: Sequence[str] = (), root: FilePath | None = None) -> Scenario:
    """Load `region/plan[+future...]` or a YAML file, with `--set` options `a.b=1`.

    Raises
    ------
    ScenarioError
        With all problems of all files, if any is an error.
    """
    scenario, problems = draft(name, settings, Library.at(root))
    if scenario is None:
        raise ScenarioError(problems)
    return scenario


def draft(
    name: str,
    settings: Sequence[str],
    library: Library,
    lenient_futures: bool = False,
    lenient_settings: bool = False,
    years: Years | None = None,
    chains: tuple[str, ...] = CHAINS,
) -> tuple[Scenario | None, tuple[Problem, ...]]:
    """Scenario, if it has no error, and all its problems.

    `years` replace those of the region, but for what a setting says of them; `chains` are asked about.
    """
    whole = compose(name, settings, library, lenient_futures, lenient_settings)
    if not whole.found:
        return None, in_order(whole.problems)
    sections, faults = sections_of(ScenarioSpec, whole.tree, whole.partial)
    if years is not None and "years" in sections:
        sections["years"] = _but_for_settings(years, sections["years"], whole.tree)
    tables = read_tables(whole, library)
    facts = Facts(sections, whole.tree, tables, tuple(whole.layers), chains=chains)
    problems = [*whole.problems, *faults, *ranges_outside(ScenarioSpec, whole.tree), *_table_problems(tables)]
    if not whole.partial:
        problems += run_rules((*references.RULES, *consistency.RULES), facts)
    problems += run_rules((*plausible.RULES, *sizes.RULES, *reach.RULES), facts)
    problems += calendar_note(sections.get("years"), facts.place("years", "last"))
    ordered = in_order(accepted(one, whole.accepts) for one in problems)
    if errors_of(ordered) or len(sections) < len(ScenarioSpec.model_fields):
        return None, ordered
    return _scenario(whole, sections, tables, ordered), ordered


def _but_for_settings(years: Years, said: Years, tree: Branch) -> Years:
    """Years with what settings `said` of them."""
    own = {name for name in Years.model_fields if place_of(tree, ("years", name)).file == SETTING}
    return years.model_copy(update=said.model_dump(include=own))


def read_tables(whole: Composed, library: Library) -> TableSet:
    """Read the region's tables; one whose file is not named is empty."""
    return TableSet(
        _table(whole, library, "townships", TownshipRow),
        _table(whole, library, "sources", SourceRow),
        _table(whole, library, "smelters", SmelterRow),
        _table(whole, library, "kiln_calendar", KilnCalendarRow),
        _table(whole, library, "record", RecordRow),
        _table(whole, library, "smelter_history", SmelterHistoryRow),
    )


def _table(whole: Composed, library: Library, name: str, row: type[Row]) -> CsvTable[Row]:
    said = find(whole.tree, ("tables", name, "file"))
    if not isinstance(said, Leaf) or said.faulty or not isinstance(said.value, str):
        return CsvTable("")
    file = said.place.file
    base = whole.base(file, library)
    target = resolve_path(said, f"tables.{name}.file", whole.folder(file), base, library)
    if isinstance(target, Problem):
        return CsvTable("", problems=(target,))
    if not os.path.isfile(target):
        message = f"there is no file {said.value}"
        missing = problem("E001", said.place, f"tables.{name}.file", message, "correct the path")
        return CsvTable("", problems=(missing,))
    return with_cells(library.table(target, name, row), name, whole.cells)


def _table_problems(tables: TableSet) -> list[Problem]:
    return [one for name in TABLES for one in getattr(tables, name).problems]


def calendar_note(years: Years | None, place: Place) -> list[Problem]:
    """Note for years whose working days are not decreed yet."""
    if years is None or years.last <= ANNOUNCED_UNTIL:
        return []
    message = f"working days after {ANNOUNCED_UNTIL} are predicted, not decreed"
    return [problem("N701", place, "years.last", message, "")]


def accepted(one: Problem, accepts: Mapping[str, str]) -> Problem:
    """Turn a warning that its author accepts into a note with the reason."""
    if one.severity != "warning" or one.code not in accepts:
        return one
    return problem(
        "N703", one.place, one.path, f"{one.code} accepted ({accepts[one.code]}): {one.message}", ""
    )


def _scenario(
    whole: Composed, sections: Mapping[str, Any], tables: TableSet, problems: tuple[Problem, ...]
) -> Scenario:
    every = [getattr(tables, name) for name in TABLES]
    files = [*whole.documents, *(table for table in every if table.file)]
    inputs = {one.file: one.sha256 for one in files}
    return Scenario(
        name=whole.name,
        region=whole.region,
        plan=whole.plan,
        futures=whole.futures,
        spec=ScenarioSpec.model_construct(**sections),
        tables=RegionTables(*(tuple(sorted(one.rows, key=_key)) for one in every)),
        origins=origins_of(whole.tree, tables),
        inputs=dict(sorted(inputs.items())),
        problems=problems,
        future_titles=tuple(Text(**title) for title in whole.titles),
        future_abouts=tuple(Text(**about) if about else None for about in whole.abouts),
        overridden=whole.overridden,
    )


def _key(row: Spec) -> tuple[Any, ...]:
    """What tells a row from the others of its table."""
    return tuple(getattr(row, word) for word in ("name", "year", "quantity") if hasattr(row, word))


def origins_of(tree: Branch, tables: TableSet) -> dict[str, Origin]:
    """Origin of every value and of every column of the tables."""
    origins: dict[str, Origin] = {}
    for path, node in leaves(tree):
        if path[0] == "tables" and len(path) == 4:
            continue
        where = node.range if isinstance(node, Leaf) else None
        value = plain(node) if isinstance(node, Leaf | Items) else None
        origins[".".join(path)] = Origin(
            value, where, node.origin, node.confidence, node.place, node.place.file
        )
    for name in TABLES:
        origins |= _column_origins(name, getattr(tables, name), tree)
    return origins


def _column_origins(name: str, table: CsvTable[Row], tree: Branch) -> dict[str, Origin]:
    file = find(tree, ("tables", name, "file"))
    general = file if isinstance(file, Leaf) else Leaf(None, Place(table.file, 1, 1))
    found = {}
    for column, place in table.header.items():
        said = find(tree, ("tables", name, "origins", column))
        text = str(said.value) if isinstance(said, Leaf) else general.origin
        confidence = said.confidence if isinstance(said, Leaf) else general.confidence
        value = f"{len(table.rows)} rows"
        found[f"tables.{name}.{column}"] = Origin(value, None, text, confidence, place, table.file)
    for index, row in enumerate(table.rows):
        path = dotted(("tables", name, *named(row, name)))
        if (said := getattr(row, "origin", None) or getattr(row, "basis", None)) and path not in found:
            found[path] = Origin(
                "1 row", None, said, "", Place(table.file, table.cells[index]["*"].line, 1), table.file
            )
    for path, leaf in table.changed.items():
        found[path] = Origin(leaf.value, leaf.range, leaf.origin, leaf.confidence, leaf.place, SETTING)
    return found
