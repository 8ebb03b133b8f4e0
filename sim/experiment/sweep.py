"""Runs a sweep: what is not in the store yet is done by a backend, then everything is written from the store."""

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

from sim.archive import new_folder
from sim.experiment.backends import Backend, backend_of
from sim.experiment.batch import Batch, Finished, Part, Run, pack, run_batch
from sim.experiment.estimates import estimate
from sim.experiment.execute import cores
from sim.experiment.fingerprint import is_changed, program
from sim.experiment.layout import Point, Points
from sim.experiment.progress import watching
from sim.experiment.store import Kept, Store, StoreError, open_store
from sim.experiment.sweep_files import Table, Written, fingerprint_of, judge_kpis, needs_parquet, write_sweep
from sim.kpi.outcome import Key

TOGETHER = 4
"""Points in a batch: they share the chance of each replication, and their networks travel together."""
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


@dataclass(frozen=True)
class Estimate:
    """What a sweep will take.

    Attributes
    ----------
    runs, kept
        All runs, and those of them that are in the store already.
    seconds
        Of this machine's or the cluster's workers, from a run tried here; NaN if nothing is to be run.
    disk
        Bytes of store and tables.
    """

    points: int
    runs: int
    kept: int
    seconds: float
    disk: float
    workers: int


@dataclass
class Tally:
    """Replications of each work that are wanted, and what was done."""

    wanted: dict[bytes, int]
    computed: int = 0
    failed: int = 0
    busy_seconds: float = 0.0
    per_run: float = field(default=0.05)


Make = Callable[[Point], Sequence[Part]]
Agree = Callable[[Estimate], bool]


def run_sweep(
    points: Points,
    options: SweepOptions,
    agree: Agree = lambda _: True,
    make: Make | None = None,
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
    sweep = points.sweep
    if options.parquet:
        needs_parquet()
    place = (options.store or options.out / sweep.name) / STORE
    tally = Tally(dict.fromkeys((point.work for point in points.points), sweep.spec.replications))
    with open_store(place) as store, backend_of(
        options.jobs or cores(), options.cluster, options.scheduler_file
    ) as backend:
        if options.retry_failed:
            store.forget_failures(tally.wanted)
        guess = foresee(points, tally, backend.workers, store, make)
        if not agree(guess):
            return None
        _work(points, tally, store, backend, options, make or points.parts)
        mark = fingerprint_of(points)
        with new_folder(options.out, sweep.name, mark) as folder:
            (folder.partial / "figures").rmdir()
            table = Table(points, store, tally.wanted)
            facts: dict[str, Any] = {
                "runs_computed": tally.computed,
                "runs_from_store": sum(tally.wanted.values()) - tally.computed,
                "workers": backend.workers,
                "backend": type(backend).__name__.lower(),
                "worker_seconds": round(tally.busy_seconds, 3),
                "program": program(),
                "command": list(options.command),
            }
            manifest = write_sweep(table, folder.partial, facts, begun, parquet=options.parquet)
    return Written(folder.final, manifest)


def foresee(
    points: Points, tally: Tally, workers: int, store: Store | None = None, make: Make | None = None
) -> Estimate:
    """Estimate time and disk of what is missing, from a run that is tried here and not kept."""
    runs = sum(tally.wanted.values())
    missing = [point for point in _distinct(points) if store is None or not store.replications(point.work)]
    kept = 0 if store is None else sum(len(_kept(store, work, n)) for work, n in tally.wanted.items())
    keys, seconds = 100, float("nan")
    if kept < runs:
        found, tally.per_run = _try(points, (make or points.parts)(missing[0] if missing else points.points[0]))
        judge_kpis(points.sweep, found)
        keys = len(found) or keys
        seconds = (runs - kept) * tally.per_run / max(workers, 1)
    rows = len(points.points) * points.sweep.spec.replications * (len(points.sweep.spec.kpis) or keys)
    disk = (runs - kept) * (60.0 + 8 * keys) + 60.0 * rows
    return Estimate(len(points.points), runs, kept, seconds, disk, workers)


def _try(points: Points, parts: Sequence[Part]) -> tuple[tuple[Key, ...], float]:
    """Keys of a run, and the seconds of the second of two."""
    seed = points.sweep.spec.seed
    batch = Batch(0, seed, pack(parts), (tuple(range(len(parts))),), (Run(0, 0),))
    run_batch(batch)
    done = run_batch(batch)
    return done.keys[0], max(done.seconds, 1e-4)


def _kept(store: Store, work: bytes, below: int) -> set[int]:
    return {one for one in store.replications(work) if one < below}


def _distinct(points: Points) -> list[Point]:
    """One point for each work."""
    return list({point.work: point for point in reversed(points.points)}.values())[::-1]


# --- doing what is missing ---------------------------------------------------------------------------


def _work(
    points: Points, tally: Tally, store: Store, backend: Backend, options: SweepOptions, make: Make
) -> None:
    with watching("sweeping", quiet=options.quiet) as watch:
        while True:
            missing = [
                (point, gaps)
                for point in _distinct(points)
                if (gaps := _gaps(store, point.work, tally.wanted[point.work]))
            ]
            watch.begin(sum(tally.wanted.values()), sum(len(gaps) for _, gaps in missing))
            if missing:
                _do(missing, points.sweep.spec.seed, tally, store, backend, make, watch.step)
            if not _more(points, tally, store):
                return


def _gaps(store: Store, work: bytes, wanted: int) -> list[int]:
    kept = store.replications(work)
    return [one for one in range(wanted) if one not in kept]


def _do(
    missing: Sequence[tuple[Point, list[int]]],
    seed: int,
    tally: Tally,
    store: Store,
    backend: Backend,
    make: Make,
    step: Callable[[int, int, int], None],
) -> None:
    works: list[tuple[bytes, ...]] = []
    runs = sum(len(gaps) for _, gaps in missing)
    batches = _batches(missing, seed, tally, backend, make, works, runs)
    done = backend.run(batches)
    with closing(done):  # type: ignore[type-var]
        for batch, finished in done:
            if is_changed():
                raise StoreError(CHANGED)
            rows = _rows(batch, finished, works, store)
            store.add(rows)
            failed = sum(row.failure != "" for row in rows)
            tally.computed += len(rows)
            tally.failed += failed
            tally.busy_seconds += finished.seconds
            if finished.seconds > 0:
                tally.per_run += 0.2 * (finished.seconds / len(rows) - tally.per_run)
            step(len(rows), failed, backend.workers)


def _rows(
    batch: Batch, finished: Finished, works: list[tuple[bytes, ...]], store: Store
) -> list[Kept]:
    layouts = [store.layout(keys) for keys in finished.keys]
    owners = works[batch.group]
    return [
        Kept(owners[one.run.point], one.run.replication, layouts[one.keys], one.values, one.failure)
        for one in finished.found
    ]


def _batches(
    missing: Sequence[tuple[Point, list[int]]],
    seed: int,
    tally: Tally,
    backend: Backend,
    make: Make,
    works: list[tuple[bytes, ...]],
    runs: int,
) -> Iterator[Batch]:
    """Cut what is missing into batches of a few points, compiled when their turn comes."""
    waiting = iter(missing)
    while group := list(islice(waiting, TOGETHER)):
        number = len(works)
        works.append(tuple(point.work for point, _ in group))
        payload, parts = _packed([make(point) for point, _ in group])
        pairs = sorted(Run(one, index) for index, (_, gaps) in enumerate(group) for one in gaps)
        size = batch_size(backend, tally.per_run, runs)
        for first in range(0, len(pairs), size):
            yield Batch(number, seed, payload, parts, tuple(pairs[first : first + size]))


def batch_size(backend: Backend, per_run: float, runs: int) -> int:
    """Runs of a batch: as long as the backend wants, shorter where workers would wait, 0.2 s at least."""
    wanted = backend.seconds / per_run
    shared = runs / (4 * max(backend.workers, 1))
    return max(1, round(max(0.2 / per_run, min(wanted, shared))))


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


# --- how many replications are enough ----------------------------------------------------------------


def _more(points: Points, tally: Tally, store: Store) -> bool:
    """Ask for twice the replications where an interval is still too wide; whether any is."""
    until = points.sweep.spec.until
    if until is None:
        return False
    kpi, _, place = until.kpi.partition("@")
    key = Key(place, kpi)
    grown = False
    for work, wanted in tally.wanted.items():
        if wanted >= until.at_most:
            continue
        if _half_width(store, work, wanted, key, len(_years(points))) > until.half_width:
            tally.wanted[work] = min(2 * wanted, until.at_most)
            grown = True
    return grown


def _years(points: Points) -> range:
    years = points.sweep.years
    return range(years.first, years.last + 1)


def _half_width(store: Store, work: bytes, wanted: int, key: Key, years: int) -> float:
    values = [
        np.frombuffer(run.totals, "<f8")[keys.index(key)]
        for run in store.runs(work, wanted)
        if not run.failure and key in (keys := store.keys(run.layout))
    ]
    if len(values) < 2:
        return 0.0
    found, _ = estimate(np.array(values)[:, None], [key], years)
    return float((found.high[0] - found.low[0]) / 2)
