"""Studies of scenarios that are named one by one on the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path as FilePath

from sim.arguments import understood
from sim.scenario.alike import alike
from sim.scenario.compose import folder_of, head_and_futures
from sim.scenario.drafting import Scenario, calendar_note, draft
from sim.scenario.library import Library
from sim.scenario.problems import Place, Problem, ScenarioError, errors_of, in_order, problem
from sim.scenario.schema import Text
from sim.scenario.studies import Cell, Study, of_cells
from sim.scenario.study import StudySpec, StudyTable, Tolerances
from sim.scenario.validate import sections_of

TEMPLATE = "headline"
"""Study whose tolerances and counts hold for scenarios that are named on the command line."""


@understood
def study_of(names: Sequence[str], settings: Sequence[str] = (), root: FilePath | None = None) -> Study:
    """Study of scenarios that are named one by one; the first is the baseline.

    Tolerances, replications and seed are those of the region's study `headline`, or of its first. Cells have
    plan and future apart, as in any study; plans and baseline of the tables are whole names.

    Raises
    ------
    ScenarioError
        With all problems of all scenarios.
    """
    library = Library.at(root)
    several = len(names) > 1
    drafts = [draft(name, settings, library, lenient_settings=several) for name in names]
    loaded = [scenario for scenario, _ in drafts if scenario is not None]
    problems = in_order(
        [*of_cells([found for _, found in drafts]), *_named_twice(names, drafts), *alike(loaded)]
    )
    if errors_of(problems) or len(loaded) < len(drafts):
        raise ScenarioError(problems)
    first = loaded[0]
    years = first.spec.years
    loaded = [replace(one, spec=one.spec.model_copy(update={"years": years})) for one in loaded]
    template = template_of(library, first.region)
    spec = template.model_copy(update=_question(loaded, template))
    cells = tuple(Cell(chain, *_apart(one, first.region), one) for chain in spec.tables for one in loaded)
    inputs: dict[str, str] = {}
    for one in loaded:
        inputs |= one.inputs
    joined = "_vs_".join(folder_of(one.name) for one in loaded)
    noted = in_order([*problems, *calendar_note(years, first.origins["years.last"].place)])
    return Study(joined, first.region, spec, years, cells, dict(sorted(inputs.items())), noted)


def _named_twice(names: Sequence[str], drafts: Sequence[tuple[Scenario | None, object]]) -> Iterator[Problem]:
    """Refuse a second name of the same scenario."""
    first: dict[str, str] = {}
    for name, (scenario, _) in zip(names, drafts, strict=True):
        if scenario is None:
            continue
        before = first.get(scenario.name)
        if before is None:
            first[scenario.name] = name
        else:
            also = f", first as {before}" if before != name else ""
            message = f"{scenario.name} stands twice{also}"
            yield problem("E505", Place(name, 1, 1), "", message, "name each scenario once")


def _apart(one: Scenario, region: str) -> tuple[str, str]:
    """Plan and future of a scenario as a study of the region writes them."""
    plan, futures = head_and_futures(one.name)
    return plan.removeprefix(f"{region}/"), "+".join(futures)


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


def template_of(library: Library, region: str) -> StudySpec:
    """Study whose tolerances and counts hold where none is named."""
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
        any_bay_overflow_probability=0.05,
        yard_overflow_probability=0.1,
        utilisation_target=0.98,
        utilisation_target_met=0.9,
        age_over_limit_share=0.01,
    ),
    tables={},
)
"""Tolerances and counts where a region has no study."""
