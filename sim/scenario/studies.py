"""Studies: which plans in which futures answer which question, each cell a loaded scenario."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path as FilePath

from sim.scenario.compose import SETTING, is_path
from sim.scenario.drafting import Scenario, calendar_note, draft
from sim.scenario.library import Library, Shelf
from sim.scenario.nodes import Branch, find, place_of, plain
from sim.scenario.problems import Place, Problem, ScenarioError, errors_of, in_order, problem, suggestion
from sim.scenario.schema import Text, Years
from sim.scenario.study import StudySpec, StudyTable, Tolerances
from sim.scenario.validate import sections_of

TEMPLATE = "headline"
"""Study whose tolerances and counts hold for scenarios that are named on the command line."""


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


@dataclass(frozen=True)
class Listed:
    """A name with its titles."""

    region: str
    name: str
    en: str
    zh: str


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
    years = sections.get("years")
    names = _wanted(tables, library, region)
    drafts = {one: draft(one, settings, library, True, True, years) for one in names}
    problems += _of_cells([found for _, found in drafts.values()])
    loaded = [scenario for scenario, _ in drafts.values() if scenario is not None]
    if loaded:
        place = place_of(document.tree, ("years", "last")) if years else document.tree.place
        problems += calendar_note(years or loaded[0].spec.years, place)
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
    return Study(
        f"{region}/{stem}", region, spec, years or loaded[0].spec.years, cells, every, ordered
    ), ordered


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
    plans, futures = library.names(region, "plans"), library.names(region, "futures")
    for index, plan in enumerate(table.plans):
        head, *added = plan.split("+")
        place, path = place_of(tree, ("tables", key, "plans", index)), f"tables.{key}.plans.{index}"
        if head not in plans:
            yield problem("E401", place, path, f"there is no plan {head}", suggestion(head, plans))
        yield from _judge_futures(added, futures, place, path)
    for index, future in enumerate(table.futures):
        place, path = place_of(tree, ("tables", key, "futures", index)), f"tables.{key}.futures.{index}"
        yield from _judge_futures(filter(None, future.split("+")), futures, place, path)
    rows = table.plans if table.vary == "plans" else table.futures
    if table.baseline not in rows:
        place, path = place_of(tree, ("tables", key, "baseline")), f"tables.{key}.baseline"
        message = f"{table.baseline or '(none)'} is not one of the {table.vary}"
        yield problem("E401", place, path, message, suggestion(table.baseline, rows))


def _judge_futures(names: Iterable[str], known: Sequence[str], place: Place, path: str) -> Iterator[Problem]:
    for name in names:
        if name not in known:
            yield problem("E401", place, path, f"there is no future {name}", suggestion(name, known))


def _of_cells(drafts: Sequence[tuple[Problem, ...]]) -> list[Problem]:
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


def study_of(names: Sequence[str], settings: Sequence[str] = (), root: FilePath | None = None) -> Study:
    """Study of scenarios that are named one by one; the first is the baseline.

    Tolerances, replications and seed are those of the region's study `headline`, or of its first.

    Raises
    ------
    ScenarioError
        With all problems of all scenarios.
    """
    library = Library.at(root)
    several = len(names) > 1
    drafts = [draft(name, settings, library, lenient_settings=several) for name in dict.fromkeys(names)]
    problems = in_order(_of_cells([found for _, found in drafts]))
    loaded = [scenario for scenario, _ in drafts if scenario is not None]
    if errors_of(problems) or len(loaded) < len(drafts):
        raise ScenarioError(problems)
    first = loaded[0]
    years = first.spec.years
    loaded = [replace(one, spec=one.spec.model_copy(update={"years": years})) for one in loaded]
    template = _template(library, first.region)
    spec = template.model_copy(update=_question(loaded, template))
    cells = tuple(Cell(chain, one.name, "", one) for chain in spec.tables for one in loaded)
    inputs: dict[str, str] = {}
    for one in loaded:
        inputs |= one.inputs
    joined = "_vs_".join(_joinable(one.name) for one in loaded)
    noted = in_order([*problems, *calendar_note(years, first.origins["years.last"].place)])
    return Study(joined, first.region, spec, years, cells, dict(sorted(inputs.items())), noted)


def _joinable(name: str) -> str:
    if is_path(name.split("+")[0]):
        head, *futures = name.split("+")
        name = "+".join([FilePath(head).stem, *futures])
    return name.replace("/", "-")


def _question(loaded: Sequence[Scenario], template: StudySpec) -> dict[str, object]:
    names = tuple(one.name for one in loaded)
    title = Text(
        en=" / ".join(one.spec.title.en for one in loaded), zh=" / ".join(one.spec.title.zh for one in loaded)
    )
    tables = {}
    for chain in ("hazardous", "slag"):
        kpis = next((one.primary_kpis for one in template.tables.values() if one.chain == chain), ())
        tables[chain] = StudyTable(
            chain=chain,
            title=title,
            plans=names,
            futures=("",),
            vary="plans",
            baseline=names[0],
            primary_kpis=kpis,
        )
    return {"title": title, "years": None, "tables": tables}


def _template(library: Library, region: str) -> StudySpec:
    names = library.names(region, "studies")
    for name in sorted(names, key=lambda one: (one != TEMPLATE, one)):
        tree = library.document(library.path(region, "studies", name)).tree
        sections, faults = sections_of(StudySpec, tree) if tree is not None else ({}, [])
        if tree is not None and not faults and len(sections) == len(StudySpec.model_fields):
            return StudySpec.model_construct(**sections)
    return PLAIN


PLAIN = StudySpec(
    title=Text(en="Scenarios", zh="情景"),
    replications=200,
    seed=1,
    accounting="at_acceptance",
    tolerances=Tolerances(
        sources_overflow_probability=0.05,
        sources_overflow_days=2,
        bay_overflow_probability=0.05,
        yard_overflow_probability=0.1,
        utilisation_target=0.98,
        utilisation_target_met=0.9,
        age_over_limit_share=0.01,
    ),
    tables={},
)
"""Tolerances and counts where a region has no study."""


def list_regions(root: FilePath | None = None) -> tuple[Listed, ...]:
    """All regions with their titles."""
    library = Library.at(root)
    return tuple(
        _listed(library, region, region, library.root / region / "region.yaml")
        for region in library.regions()
    )


def list_plans(root: FilePath | None = None) -> tuple[Listed, ...]:
    """All plans of all regions."""
    return _shelf(root, "plans")


def list_futures(root: FilePath | None = None) -> tuple[Listed, ...]:
    """All futures of all regions."""
    return _shelf(root, "futures")


def list_studies(root: FilePath | None = None) -> tuple[Listed, ...]:
    """All studies of all regions."""
    return _shelf(root, "studies")


def _shelf(root: FilePath | None, shelf: Shelf) -> tuple[Listed, ...]:
    library = Library.at(root)
    return tuple(
        _listed(library, region, name, library.path(region, shelf, name))
        for region in library.regions()
        for name in library.names(region, shelf)
    )


def _listed(library: Library, region: str, name: str, path: FilePath) -> Listed:
    tree = library.document(path).tree
    title = find(tree, ("title",)) if tree is not None else None
    said = plain(title) if title is not None else {}
    words = said if isinstance(said, dict) else {}
    return Listed(region, name, str(words.get("en", "")), str(words.get("zh", "")))
