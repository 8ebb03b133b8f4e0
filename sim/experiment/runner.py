"""Runs a study from its cells to its folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from sim.archive import Results, new_folder, write_results
from sim.calendars import Horizon
from sim.experiment import tables
from sim.experiment.collect import Collected, Ready, Simulation, Tours, blocks_of, gather
from sim.experiment.estimates import out_of_reach
from sim.experiment.execute import cores, execute
from sim.experiment.manifest import describe, fingerprint
from sim.experiment.progress import progress
from sim.kpi.outcome import Outcome
from sim.scenario.load import Cell, Study

DAILY_BYTES = 400_000_000
"""Room for the daily values of cells that are run together."""


@dataclass(frozen=True)
class Options:
    """How a study is run.

    Attributes
    ----------
    replications, seed
        None: as the study says.
    jobs
        Worker processes; None: one per processor.
    out
        Folder of all results.
    quiet
        No progress.
    settings
        The `--set` options that the study was loaded with, for the manifest.
    """

    replications: int | None = None
    seed: int | None = None
    jobs: int | None = None
    out: Path = Path("results")
    quiet: bool = False
    settings: tuple[str, ...] = ()


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


Report = Callable[[Results, Path], str]
"""Writes page and figures into a folder and returns the page."""


@dataclass(frozen=True)
class Finished(Results):
    """A study that was run: its tables and manifest, and what stands beside them.

    Attributes
    ----------
    folder
        Where they lie.
    answer
        The page.
    failures
        One sentence per replication that went wrong.
    """

    folder: Path
    answer: str
    failures: tuple[str, ...]


def run_study(study: Study, options: Options, engine: Engine, report: Report) -> Finished:
    """Run every cell, tabulate, write and explain.

    Raises
    ------
    NotWritableError
        Before the first run, if results cannot be written.
    """
    begun = perf_counter()
    replications = options.replications or study.spec.replications
    seed = study.spec.seed if options.seed is None else options.seed
    mark = fingerprint(study, options.settings, seed, replications)
    with new_folder(options.out, folder_name(study), mark) as folder:
        horizon = Horizon(study.years.first, study.years.last, study.years.warm_up_years)
        known = describe(study, horizon, options.settings, seed, replications)
        cells, tours = _simulate(study, options, engine, horizon, seed, replications)
        failures = failures_of(cells)
        made = tables.all_tables(study.name, study.spec, seed, horizon, cells, bool(known["recorded"]))
        known["map"]["tours"] = tours
        known["notes"] = out_of_reach(study.spec.tolerances, replications)
        manifest: dict[str, Any] = known | _outcome(cells, failures, replications, begun)
        write_results(Results(**made, manifest=manifest), folder.partial)
        answer = report(Results(**made, manifest=manifest), folder.partial)
    return Finished(**made, manifest=manifest, folder=folder.final, answer=answer, failures=failures)


def folder_name(study: Study) -> str:
    """Name of the study's folder: without its region."""
    return study.name.rpartition("/")[2]


def _simulate(
    study: Study, options: Options, engine: Engine, horizon: Horizon, seed: int, replications: int
) -> tuple[list[tables.Cell], Tours]:
    jobs = options.jobs or cores()
    ready = [_ready(cell, study, engine, horizon) for cell in study.cells]
    groups = together(study.cells, ready, replications)
    members = [[ready[index] for index in group] for group in groups]
    blocks = blocks_of([len(group) for group in groups], replications, jobs)
    task = Simulation(tuple(map(tuple, members)), seed, engine.chance, engine.run_one)
    stacks = execute(task, blocks, jobs)
    try:
        with progress(len(study.cells) * replications, "simulating", quiet=options.quiet) as advance:
            collected = gather(members, blocks, stacks, advance)
    finally:
        stacks.close()
    found: dict[int, Collected] = {}
    for group, parts in zip(groups, collected, strict=True):
        found |= dict(zip(group, parts, strict=True))
    cells = [
        tables.Cell(cell.table, tables.Name(cell.plan, cell.future), cell.scenario.name, found[index])
        for index, cell in enumerate(study.cells)
    ]
    return cells, next((made.tours for made in ready if made.tours), {})


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


def _outcome(
    cells: Sequence[tables.Cell], failures: Sequence[str], replications: int, begun: float
) -> dict[str, Any]:
    return {
        "runs": len(cells) * replications,
        "stopped_because": "all replications asked for were run",
        "failures": list(failures),
        "wall_time_s": round(perf_counter() - begun, 3),
    }
