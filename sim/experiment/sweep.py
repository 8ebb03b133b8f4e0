"""Runs a sweep: a backend does what is not in the store yet, then everything is written from the store."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from sim.archive import Tell, named_with, new_folder, tidy
from sim.experiment.backends import Backend, backend_of
from sim.experiment.batch import Batch, Finished, Part, Run, pack, run_batch
from sim.experiment.estimates import estimate
from sim.experiment.execute import cores
from sim.experiment.fingerprint import is_changed, program
from sim.experiment.layout import Point, Points
from sim.experiment.progress import Watch, compiled, watching
from sim.experiment.provenance import provenance
from sim.experiment.stopping import HalfWidth, looks
from sim.experiment.store import Kept, Store, StoreError, open_store
from sim.experiment.sweep_files import (
    Table,
    Written,
    fingerprint_of,
    judge_kpis,
    needs_parquet,
    write_sweep,
)
from sim.kpi.outcome import Key
from sim.scenario.sweeps import Sweep

TOGETHER = 4
"""Points in a batch: they share the chance of each replication, and their networks travel together."""
SHORTEST = 0.2
"""Seconds of work that are worth sending."""
STORE = "runs.sqlite"
CHANGED = "the program was changed while the sweep ran; runs from before the change are kept: start it again"


@dataclass(frozen=True)
class SweepOptions:
    """How a sweep is run.

    Attributes
    ----------
    jobs
        Worker processes; None: one per processor.
    out, store
        Folder of all results; folder of the store, if not the sweep's own in `out`.
    cluster, scheduler_file
        An existing Dask scheduler, by its address or its file; empty: this machine.
    retry_failed
        Do runs again that failed before.
    parquet
        Write runs as Parquet instead of CSV.
    command
        The command line, for the manifest.
    tell
        Told what a killed run left behind.
    """

    jobs: int | None = None
    out: Path = Path("results")
    store: Path | None = None
    cluster: str = ""
    scheduler_file: str = ""
    quiet: bool = False
    retry_failed: bool = False
    parquet: bool = False
    command: tuple[str, ...] = ()
    tell: Tell = lambda _: None


@dataclass(frozen=True)
class Estimate:
    """What a sweep will take.

    Attributes
    ----------
    runs, kept
        All runs, and those of them that are in the store already.
    seconds
        With so many workers, from a run that is tried here; NaN if nothing is to be run.
    disk
        Bytes of store and tables.
    damaged
        Runs of the store that could not be trusted, and are done again.
    """

    points: int
    runs: int
    kept: int
    seconds: float
    disk: float
    workers: int
    damaged: int = 0


Make = Callable[[Point], Sequence[Part]]
Agree = Callable[[Estimate], bool]


def run_sweep(
    points: Points, options: SweepOptions, agree: Agree = lambda _: True, make: Make | None = None
) -> Written | None:
    """Run what is missing, write the tables; None if `agree` says no to the estimate.

    Raises
    ------
    BusyError
        If another process works on the same sweep.
    StoreError
        If finished runs cannot be kept.
    ClusterError
        If the cluster cannot be used, or is lost; what was finished is kept.
    NotWritableError
        If results cannot be written.
    """
    begun = perf_counter()
    if options.parquet:
        needs_parquet()
    compile_point = make or points.parts
    compiled(quiet=options.quiet)
    Work(points, compile_point).judge_kpis()
    tidy(options.out, folder_name(points.sweep), options.tell)
    place = (options.store or options.out / folder_name(points.sweep)) / STORE
    with (
        open_store(place) as store,
        backend_of(options.jobs or cores(), options.cluster, options.scheduler_file) as backend,
    ):
        work = Work(points, compile_point, store)
        if options.retry_failed:
            store.forget_failures(work.wanted)
        if not agree(work.foresee(backend.workers)):
            return None
        with watching("sweeping", quiet=options.quiet) as watch:
            work.do(store, backend, watch)
        return _written(work, store, backend, options, begun)


def folder_name(sweep: Sweep) -> str:
    """Name of a sweep's folder, with what was changed for all of its points."""
    return named_with(sweep.name, sweep.spec.settings)


def _written(work: Work, store: Store, backend: Backend, options: SweepOptions, begun: float) -> Written:
    sweep = work.points.sweep
    facts: dict[str, Any] = {
        "runs_computed": work.computed,
        "runs_from_store": sum(work.wanted.values()) - work.computed,
        "runs_damaged": store.damaged,
        "backend": type(backend).__name__.lower(),
        "workers": backend.workers,
        "worker_seconds": round(work.seconds, 3),
        "program": provenance() | {"workers": program()},
        "command": list(options.command),
    }
    mark = fingerprint_of(work.points)
    with new_folder(options.out, folder_name(sweep), mark) as folder:
        (folder.partial / "figures").rmdir()
        table = Table(work.points, store, work.wanted)
        manifest = write_sweep(table, folder.partial, facts, begun, parquet=options.parquet)
    return Written(folder.final, manifest)


@dataclass
class Work:
    """What is to be done for a sweep, and how far it is.

    Attributes
    ----------
    store
        None: nothing is kept and nothing can be done, only foreseen.
    make
        Compiles a point.
    wanted
        Replications of each work.
    computed, seconds
        Runs done now, and the time that workers took for them.
    per_run
        Seconds of a run, as far as is known.
    """

    points: Points
    make: Make
    store: Store | None = None
    wanted: dict[bytes, int] = field(default_factory=dict)
    computed: int = 0
    seconds: float = 0.0
    per_run: float = 0.05

    def __post_init__(self) -> None:
        replications = self.points.sweep.spec.replications
        self.distinct = list({point.work: point for point in self.points.points[::-1]}.values())[::-1]
        self.wanted = {point.work: replications for point in self.distinct}

    def gaps(self, point: Point) -> list[int]:
        """Replications of a point that are still to be done."""
        kept = self.store.replications(point.work) if self.store is not None else ()
        return [one for one in range(self.wanted[point.work]) if one not in kept]

    def missing(self) -> int:
        """Runs that are still to be done."""
        return sum(len(self.gaps(point)) for point in self.distinct)

    def foresee(self, workers: int) -> Estimate:
        """Estimate time and disk of what is missing, from a run that is tried here and not kept."""
        sweep = self.points.sweep
        runs, missing = sum(self.wanted.values()), self.missing()
        keys, seconds = 100, float("nan")
        if missing:
            found, self.per_run = self.tried(next(point for point in self.distinct if self.gaps(point)))
            keys = len(found) or keys
            seconds = missing * self.per_run / max(workers, 1)
        rows = len(self.points.points) * sweep.spec.replications * (len(sweep.spec.kpis) or keys)
        disk = missing * (60.0 + 8 * keys) + 60.0 * rows
        damaged = self.store.damaged if self.store is not None else 0
        return Estimate(len(self.points.points), runs, runs - missing, seconds, disk, workers, damaged)

    def judge_kpis(self) -> None:
        """Make sure that the KPIs asked for exist, from a run that is tried here and not kept.

        Raises
        ------
        ScenarioError
            With all that do not.
        """
        spec = self.points.sweep.spec
        if spec.kpis or spec.until:
            judge_kpis(self.points.sweep, self.tried(self.distinct[0])[0])

    def tried(self, point: Point) -> tuple[tuple[Key, ...], float]:
        """Keys of a run, and the seconds of the second of two."""
        parts = self.make(point)
        batch = Batch(0, self.points.sweep.spec.seed, pack(parts), (tuple(range(len(parts))),), (Run(0, 0),))
        run_batch(batch)
        done = run_batch(batch)
        return done.keys[0], max(done.seconds, 1e-4)

    def do(self, store: Store, backend: Backend, watch: Watch) -> None:
        """Do all that is missing, and more where intervals are still too wide.

        Raises
        ------
        StoreError
            If finished runs cannot be kept, or the program changes meanwhile.
        """
        while True:
            missing = self.missing()
            watch.begin(sum(self.wanted.values()), missing)
            owners: list[tuple[bytes, ...]] = []
            with closing(backend.run(self._batches(backend, owners, missing), missing)) as done:
                for batch, finished in done:
                    if is_changed():
                        raise StoreError(CHANGED)
                    rows = _rows(finished, owners[batch.group], store)
                    store.add(rows)
                    self._count(len(rows), finished.seconds)
                    watch.step(len(rows), sum(row.failure != "" for row in rows), backend.workers)
            if not self._more(store):
                return

    def _count(self, runs: int, seconds: float) -> None:
        self.computed += runs
        self.seconds += seconds
        if seconds > 0:
            self.per_run += 0.2 * (seconds / runs - self.per_run)

    def _batches(self, backend: Backend, owners: list[tuple[bytes, ...]], missing: int) -> Iterator[Batch]:
        """Cut what is missing into batches of a few points, compiled when their turn comes.

        `owners` is filled with the works of each group's points.
        """
        waiting = ((point, gaps) for point in self.distinct if (gaps := self.gaps(point)))
        while group := list(islice(waiting, TOGETHER)):
            number = len(owners)
            owners.append(tuple(point.work for point, _ in group))
            payload, parts = _packed([self.make(point) for point, _ in group])
            runs = sorted(Run(one, index) for index, (_, gaps) in enumerate(group) for one in gaps)
            size = batch_size(self.per_run, missing, backend)
            for first in range(0, len(runs), size):
                yield Batch(
                    number, self.points.sweep.spec.seed, payload, parts, tuple(runs[first : first + size])
                )

    def _more(self, store: Store) -> bool:
        """Ask for twice the replications where an interval is still too wide; whether any is."""
        until = self.points.sweep.spec.until
        if until is None:
            return False
        kpi, _, place = until.kpi.partition("@")
        grown = False
        goal = HalfWidth(until.kpi, until.half_width)
        first = self.points.sweep.spec.replications
        for work, wanted in self.wanted.items():
            values = store.values(work, wanted, Key(place, kpi))
            if wanted < until.at_most and not _is_narrow(values, Key(place, kpi), goal):
                self.wanted[work] = next(look for look in looks(first, until.at_most) if look > wanted)
                grown = True
        return grown


def batch_size(per_run: float, missing: int, backend: Backend) -> int:
    """Runs of a batch: as long as the backend wants, shorter where workers would wait, 0.2 s at least."""
    shared = missing / (4 * max(backend.workers, 1))
    return max(1, round(max(SHORTEST / per_run, min(backend.seconds / per_run, shared))))


def _packed(points: Sequence[Sequence[Part]]) -> tuple[bytes, tuple[tuple[int, ...], ...]]:
    """Distinct parts of points, packed, and which of them each point has."""
    seen: dict[bytes, int] = {}
    parts: list[Part] = []
    indices = []
    for own in points:
        found = []
        for part in own:
            image = pickle.dumps(part, protocol=5)
            if image not in seen:
                seen[image] = len(parts)
                parts.append(part)
            found.append(seen[image])
        indices.append(tuple(found))
    return pack(parts), tuple(indices)


def _rows(finished: Finished, owners: Sequence[bytes], store: Store) -> list[Kept]:
    layouts = [store.layout(keys) for keys in finished.keys]
    return [
        Kept(owners[one.run.point], one.run.replication, layouts[one.keys], one.values, one.failure)
        for one in finished.found
    ]


def _is_narrow(values: list[float], key: Key, goal: HalfWidth) -> bool:
    """Whether an interval is narrow enough; nothing is gained where there are no values."""
    if not values:
        return True
    found, _ = estimate(np.array(values)[:, None], [key])
    return goal.reached(found) is not None
