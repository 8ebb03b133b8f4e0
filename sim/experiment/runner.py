"""Runs a study from its cells to its folder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import pandas as pd

from sim.archive import Results, named_with, new_folder, tidy, write_csv, write_manifest, write_results
from sim.calendars import Horizon
from sim.experiment import tables
from sim.experiment.adaptive import all_stop, run_looks
from sim.experiment.beside import Start, later
from sim.experiment.block import Ready, Simulation
from sim.experiment.decide import Deciding, chosen_from, deciding, selection_table, stops_table
from sim.experiment.estimates import out_of_reach
from sim.experiment.execute import Workers, processes
from sim.experiment.fingerprint import every_source
from sim.experiment.foresee import LONG, MANY, foresee
from sim.experiment.kept import KeptRuns, keeping, runs_folder, said_of
from sim.experiment.manifest import describe, fingerprint
from sim.experiment.pieces import Pieces, Reported
from sim.experiment.progress import busy, compiled, progress
from sim.experiment.selection import Select
from sim.experiment.stopping import BUDGET, Until
from sim.kpi.outcome import Outcome
from sim.scenario.load import Cell, Study

DAILY_BYTES = 400_000_000
"""Room on disk for the days of cells that are run together."""


@dataclass(frozen=True)
class Options:
    """How a study is run.

    Attributes
    ----------
    replications, seed
        None: as the study says. With `until` or `select`: replications of a cell at most; None: `BUDGET`.
    jobs
        Worker processes; None: one per processor.
    out
        Folder of all results.
    quiet
        No progress.
    settings
        The `--set` options that the study was loaded with, for the manifest.
    until
        Add replications look by look, until verdicts are decided or intervals narrow.
    select
        Add replications look by look, until the best plan is found.
    tell
        Told before the first run what a study that decides for itself will take.
    """

    replications: int | None = None
    seed: int | None = None
    jobs: int | None = None
    out: Path = Path("results")
    quiet: bool = False
    settings: tuple[str, ...] = ()
    until: Until | None = None
    select: Select | None = None
    tell: Callable[[Sequence[str]], None] = lambda _: None

    @property
    def decides(self) -> bool:
        """Whether what is seen decides how much is run."""
        return self.until is not None or self.select is not None


@dataclass(frozen=True)
class Engine:
    """What makes cells ready and runs them: the functions of `sim.experiment.replicate`, or others in a test.

    Attributes
    ----------
    prepare
        (scenario, chain, horizon, accounting, utilisation target) -> ready.
    chance
        (seed, replication) -> chance.
    run_one
        (ready, chance, replication) -> outcome.
    """

    prepare: Callable[..., Ready]
    chance: Callable[[int, int], Any]
    run_one: Callable[[Any, Any, int], Outcome]


Report = Callable[[Results, Path], Reported]
"""Writes page and figures into a folder; returns the page, and what of them could not be made."""


@dataclass(frozen=True, repr=False)
class Finished(Results):
    """A study that was run: its tables and manifest, and what stands beside them.

    Attributes
    ----------
    folder
        Where they lie.
    answer
        The page.
    failures
        One sentence per replication that went wrong, and per figure or section that could not be made.
    """

    folder: Path
    answer: str
    failures: tuple[str, ...]

    @property
    def stops(self) -> pd.DataFrame:
        """Verdict, replications and reason to stop of each cell; only with `until` or `select`."""
        return stops_table(self.manifest)

    @property
    def selection(self) -> pd.DataFrame:
        """How each plan came out; only with `select`."""
        return selection_table(self.manifest)


def run_study(
    study: Study, options: Options, engine: Engine, report: Report, start: Start = later
) -> Finished:
    """Run every cell, tabulate, write and explain.

    Parameters
    ----------
    start
        Has some of the work done beside this process.

    Raises
    ------
    NotWritableError
        Before the first run, if results cannot be written.
    AskedError
        Before the first run, if what is to be decided is nowhere to be found.
    StoreError
        If finished runs cannot be kept.

    Notes
    -----
    Finished runs are kept until the results are complete: called again after a kill or a fault, it goes on.
    """
    begun = perf_counter()
    replications = options.replications or (BUDGET if options.decides else study.spec.replications)
    seed = study.spec.seed if options.seed is None else options.seed
    jobs = processes(options.jobs, replications * len(study.spec.tables))
    mark = fingerprint(study, [*options.settings, *_asked(options)], seed, replications)
    tidy(options.out, folder_name(study, options.settings), options.tell)
    whole = hashlib.sha256(f"{mark}\n{every_source()}".encode()).hexdigest()
    with (
        new_folder(options.out, folder_name(study, options.settings), mark) as folder,
        keeping(runs_folder(folder.final.parent, whole), whole) as kept,
        _crew(jobs, engine) as workers,
    ):
        horizon = Horizon(study.years.first, study.years.last, study.years.warm_up_years)
        compiled(quiet=options.quiet)
        ready = [_ready(cell, study, engine, horizon) for cell in study.cells]
        if options.select is not None:
            study, ready = _racing(study, ready, options.select)
        known = describe(study, horizon, options.settings, seed, replications)
        plan = (
            deciding(study, ready, options.until, options.select, replications) if options.decides else None
        )
        notes = plan.notes() if plan else out_of_reach(study.spec.tolerances, replications)
        if plan:
            options.tell(notes)
        cells = _simulate(study, options, engine, ready, seed, replications, plan, jobs, workers, kept)
        failures = failures_of(cells)
        rule = plan.rule if plan else None
        with busy("tables", quiet=options.quiet):
            made = tables.all_tables(
                study.name, study.spec, seed, horizon, cells, bool(known["recorded"]), rule, start
            )
        known["map"]["tours"] = next((one.tours for one in ready if one.tours), {})
        known["notes"] = notes
        manifest: dict[str, Any] = known | _outcome(cells, failures, begun)
        if plan:
            manifest |= plan.facts([cell.found.totals for cell in cells])
            manifest["stopped_because"] = _reasons(plan)
        results = Results(**made, manifest=manifest)
        written = start(write_results, results, folder.partial)
        if plan:
            write_csv(stops_table(manifest), folder.partial / "stops.csv")
        if options.select:
            write_csv(selection_table(manifest), folder.partial / "selection.csv")
        with busy("page and figures", quiet=options.quiet):
            told = _reported(report, results, folder.partial)
            written()
        if told.failures:
            failures += told.failures
            manifest["failures"] = list(failures)
            write_manifest(manifest, folder.partial)
    kept.remove()
    return Finished(**made, manifest=manifest, folder=folder.final, answer=told.page, failures=failures)


def _reported(report: Report, results: Results, folder: Path) -> Reported:
    """Page and figures; whatever goes wrong with them, the tables are kept."""
    pieces = Pieces()
    told = pieces.make("page", report, results, folder)
    return told or Reported("", tuple(pieces.failures))


def folder_name(study: Study, settings: Sequence[str]) -> str:
    """Name of the study's folder: without its region, and with what was changed."""
    return named_with(study.name.rpartition("/")[2], settings)


def _racing(study: Study, ready: list[Ready], select: Select) -> tuple[Study, list[Ready]]:
    """Study and cells of those that race, the others left out."""
    chosen = chosen_from(study, ready, select)
    if len(chosen) == len(ready):
        return study, ready
    return replace(study, cells=tuple(study.cells[i] for i in chosen)), [ready[i] for i in chosen]


def _asked(options: Options) -> list[str]:
    """What decides how much is run, for the fingerprint."""
    return [repr(one) for one in (options.until, options.select) if one is not None]


def _reasons(plan: Deciding) -> str:
    """How many cells stopped for each reason."""
    words = [stop.why for stop in plan.stops.values()]
    return ", ".join(f"{word}: {words.count(word)} of {len(words)} cells" for word in dict.fromkeys(words))


def _crew(jobs: int, engine: Engine) -> AbstractContextManager[Workers | None]:
    """Worker processes, which start while the cells are made ready; None where this process does it all."""
    return nullcontext() if jobs == 1 else closing(Workers(jobs, engine.run_one.__module__))


def _simulate(
    study: Study,
    options: Options,
    engine: Engine,
    ready: Sequence[Ready],
    seed: int,
    replications: int,
    plan: Deciding | None,
    jobs: int,
    workers: Workers | None,
    kept: KeptRuns,
) -> list[tables.Cell]:
    groups = plan.groups if plan else together(study.cells, ready, replications)
    members = tuple(tuple(ready[index] for index in group) for group in groups)
    task = Simulation(members, seed, engine.chance, engine.run_one)
    looks, ask = (plan.rule.looks, plan.ask) if plan else ([replications], all_stop)
    finished = kept.count()
    options.tell(said_of(finished, kept.store.damaged))
    left = len(study.cells) * replications - finished
    expected = float("nan")
    if left >= MANY:
        foreseen = foresee(ready, engine.chance, engine.run_one, left, jobs)
        foreseen.refuse()
        expected = foreseen.seconds
        if expected > LONG:
            options.tell([f"at most {foreseen.said()}" if plan else foreseen.said()])
    with progress(left, "simulating", quiet=options.quiet, expected=expected) as advance:
        collected = run_looks(task, looks, ask, jobs, advance, workers, kept)
    found = {
        index: cell
        for group, cells in zip(groups, collected, strict=True)
        for index, cell in zip(group, cells, strict=True)
    }
    return [
        tables.Cell(cell.table, tables.Name(cell.plan, cell.future), cell.scenario.name, found[index])
        for index, cell in enumerate(study.cells)
    ]


def _ready(cell: Cell, study: Study, engine: Engine, horizon: Horizon) -> Ready:
    spec = study.spec
    chain = spec.tables[cell.table].chain
    return engine.prepare(cell.scenario, chain, horizon, spec.accounting, spec.tolerances.utilisation_target)


def together(cells: Sequence[Cell], ready: Sequence[Ready], replications: int) -> list[list[int]]:
    """Group indices of cells that are run together: of one table, as many as their days leave room for.

    They share the chance of each replication, drawn once.
    """
    groups: list[list[int]] = []
    room = 0.0
    for index, (cell, made) in enumerate(zip(cells, ready, strict=True)):
        need = 4.0 * 366 * len(made.layout.years) * len(made.layout.series) * replications
        if not groups or cells[groups[-1][0]].table != cell.table or need > room:
            groups.append([])
            room = DAILY_BYTES
        groups[-1].append(index)
        room -= need
    return groups


def failures_of(cells: Sequence[tables.Cell]) -> tuple[str, ...]:
    """One sentence per replication that went wrong."""
    return tuple(
        f"{cell.name.plan}+{cell.name.future}".rstrip("+")
        + f", replication {failure.replication}: {failure.text}"
        for cell in cells
        for failure in cell.found.failures
    )


def _outcome(cells: Sequence[tables.Cell], failures: Sequence[str], begun: float) -> dict[str, Any]:
    return {
        "runs": sum(len(cell.found.totals) for cell in cells),
        "stopped_because": "all replications asked for were run",
        "failures": list(failures),
        "wall_time_s": round(perf_counter() - begun, 3),
    }
