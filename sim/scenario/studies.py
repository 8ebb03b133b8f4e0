"""Studies: which plans in which futures answer which question, each cell a loaded scenario."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath

from sim.arguments import understood
from sim.scenario.alike import alike
from sim.scenario.consistency import misordered
from sim.scenario.drafting import Scenario, calendar_note, draft
from sim.scenario.library import SHELVES, Library, Shelf
from sim.scenario.nodes import Branch, place_of
from sim.scenario.options import SETTING
from sim.scenario.primary import unknown_kpi
from sim.scenario.problems import Place, Problem, ScenarioError, errors_of, in_order, problem, suggestion
from sim.scenario.schema import Years
from sim.scenario.study import StudySpec, StudyTable
from sim.scenario.validate import sections_of


@dataclass(frozen=True)
class Cell:
    """One plan in one future of one table; names as the study writes them."""

    table: str
    plan: str
    future: str
    scenario: Scenario


@dataclass(frozen=True)
class Study:
    """A question over many runs, understood.

    Attributes
    ----------
    years
        Of the study, or of its region.
    inputs
        File -> SHA-256, over all cells.
    problems
        Warnings and notes, each once.
    """

    name: str
    region: str
    spec: StudySpec
    years: Years
    cells: tuple[Cell, ...]
    inputs: Mapping[str, str]
    problems: tuple[Problem, ...]

    def __repr__(self) -> str:
        """One line."""
        return f"<Study {self.region}/{self.name}: {len(self.cells)} cells, {len(self.problems)} remarks>"


@understood
def load_study(name: str, settings: Sequence[str] = (), root: FilePath | None = None) -> Study:
    """Load `region/study` with all its cells.

    Raises
    ------
    ScenarioError
        With all problems of the study and of its cells.
    """
    study, problems = draft_study(name, settings, Library.at(root))
    if study is None:
        raise ScenarioError(problems)
    return study


def draft_study(
    name: str, settings: Sequence[str], library: Library
) -> tuple[Study | None, tuple[Problem, ...]]:
    """Study, if nothing in it is an error, and all its problems."""
    found = library.locate(name, "studies")
    if isinstance(found, Problem):
        return None, (found,)
    region, stem = found
    document = library.document(library.path(region, "studies", stem))
    if document.tree is None:
        return None, document.problems
    sections, faults = sections_of(StudySpec, document.tree)
    problems = [*document.problems, *faults]
    tables: Mapping[str, StudyTable] = sections.get("tables", {})
    for key, table in tables.items():
        problems += _judge_table(key, table, document.tree, library, region)
    years, wrong = _own_years(sections.get("years"), document.tree)
    problems += wrong
    names = _wanted(tables, library, region)
    chains = tuple(dict.fromkeys(table.chain for table in tables.values()))
    drafts = {one: draft(one, settings, library, True, True, years, chains) for one in names}
    problems += of_cells([found for _, found in drafts.values()])
    loaded = [scenario for scenario, _ in drafts.values() if scenario is not None]
    problems += alike(loaded)
    sites = {row.name for scenario in loaded for row in scenario.tables.sources}
    for key, table in tables.items():
        problems += _judge_kpis(key, table, document.tree, sites)
    if loaded:
        place = place_of(document.tree, ("years", "last")) if years else document.tree.place
        problems += calendar_note(loaded[0].spec.years, place)
    ordered = in_order(problems)
    if errors_of(ordered) or not loaded:
        return None, ordered
    cells = tuple(
        Cell(key, plan, future, scenario)
        for key, table in tables.items()
        for plan, future in pairs(table)
        if (scenario := drafts[full_name(region, plan, future)][0]) is not None
    )
    inputs = {document.file: document.sha256}
    for scenario in loaded:
        inputs |= scenario.inputs
    spec = StudySpec.model_construct(**sections)
    every = dict(sorted(inputs.items()))
    return Study(f"{region}/{stem}", region, spec, loaded[0].spec.years, cells, every, ordered), ordered


def _own_years(years: Years | None, tree: Branch) -> tuple[Years | None, list[Problem]]:
    """Years of a study; none of its own where they are in the wrong order."""
    wrong = misordered(years, place_of(tree, ("years", "last"))) if years is not None else []
    return (None if wrong else years), wrong


def pairs(table: StudyTable) -> Iterator[tuple[str, str]]:
    """Plans x futures of a table, in its order."""
    return ((plan, future) for future in table.futures for plan in table.plans)


def full_name(region: str, plan: str, future: str) -> str:
    """Scenario name of a cell."""
    return "+".join(filter(None, [f"{region}/{plan}", future]))


def _wanted(tables: Mapping[str, StudyTable], library: Library, region: str) -> list[str]:
    plans, futures = library.names(region, "plans"), library.names(region, "futures")
    wanted = [
        full_name(region, plan, future)
        for table in tables.values()
        for plan, future in pairs(table)
        if plan.split("+")[0] in plans
        and all(one in futures for one in [*plan.split("+")[1:], *filter(None, future.split("+"))])
    ]
    return list(dict.fromkeys(wanted))


def _judge_table(
    key: str, table: StudyTable, tree: Branch, library: Library, region: str
) -> Iterator[Problem]:
    plans = library.names(region, "plans")
    for index, plan in enumerate(table.plans):
        head, *added = plan.split("+")
        place, path = place_of(tree, ("tables", key, "plans", index)), f"tables.{key}.plans.{index}"
        if head not in plans:
            yield problem("E401", place, path, *_unknown(head, "plans", library, region))
        yield from _judge_futures(added, library, region, place, path)
    for index, future in enumerate(table.futures):
        place, path = place_of(tree, ("tables", key, "futures", index)), f"tables.{key}.futures.{index}"
        yield from _judge_futures(filter(None, future.split("+")), library, region, place, path)
    yield from _judge_twice(key, table, tree)
    rows = table.plans if table.vary == "plans" else table.futures
    if table.baseline not in rows:
        place, path = place_of(tree, ("tables", key, "baseline")), f"tables.{key}.baseline"
        message = f"{table.baseline or '(none)'} is not one of the {table.vary}"
        yield problem("E401", place, path, message, suggestion(table.baseline, rows))


def _judge_twice(key: str, table: StudyTable, tree: Branch) -> Iterator[Problem]:
    """Refuse a plan, future or KPI that a table names a second time."""
    for word in ("plans", "futures", "primary_kpis"):
        names = getattr(table, word)
        for index, name in enumerate(names):
            if (first := names.index(name)) != index:
                place, path = place_of(tree, ("tables", key, word, index)), f"tables.{key}.{word}.{index}"
                message = f"{name or '(none)'} stands twice, first as {word}.{first}"
                yield problem("E505", place, path, message, "remove it")


def _judge_kpis(key: str, table: StudyTable, tree: Branch, sites: set[str]) -> Iterator[Problem]:
    for index, asked in enumerate(table.primary_kpis):
        if wrong := unknown_kpi(asked, table.chain, sites):
            place = place_of(tree, ("tables", key, "primary_kpis", index))
            yield problem("E401", place, f"tables.{key}.primary_kpis.{index}", *wrong)


def _judge_futures(
    names: Iterable[str], library: Library, region: str, place: Place, path: str
) -> Iterator[Problem]:
    for name in names:
        if name not in library.names(region, "futures"):
            yield problem("E401", place, path, *_unknown(name, "futures", library, region))


def _unknown(name: str, shelf: Shelf, library: Library, region: str) -> tuple[str, str]:
    """Message and fix for a name that the region has not got on a shelf."""
    there = library.elsewhere(f"{region}/{name}", shelf)
    fix = suggestion(name, library.names(region, shelf))
    if there is None:
        return f"there is no {SHELVES[shelf]} {name}", fix
    lies = there[1]
    message = f"{name} is a {SHELVES[lies]}, not a {SHELVES[shelf]}"
    return message, f"write it under {lies}" if lies in ("plans", "futures") else fix


def of_cells(drafts: Sequence[tuple[Problem, ...]]) -> list[Problem]:
    """Problems of all cells, each once; a `--set` that touches nothing in any cell is an error."""
    vain = Counter(
        line for found in drafts for line in {one.place.line for one in found if _is_vain_setting(one)}
    )
    every: list[Problem] = []
    for found in drafts:
        for one in found:
            if one.code == "N701":
                continue
            if _is_vain_setting(one) and vain[one.place.line] == len(drafts):
                fix = "set something that a plan of the study has"
                one = problem("E301", one.place, one.path, "no plan of the study has got it", fix)
            every.append(one)
    return every


def _is_vain_setting(one: Problem) -> bool:
    return one.code == "N702" and one.place.file == SETTING
