"""Runs the designs of a sensitivity study as sweeps do: on common chance, from a store, nothing twice."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from time import perf_counter

import numpy as np

from sim.experiment.backends import Backend, backend_of
from sim.experiment.batch import Part
from sim.experiment.designs import Design
from sim.experiment.execute import cores
from sim.experiment.layout import Point, Points, judged
from sim.experiment.progress import compiled, progress, watching
from sim.experiment.sensitivity.question import Output
from sim.experiment.store import Store, open_store
from sim.experiment.sweep import STORE, SweepOptions, Work, folder_name
from sim.experiment.sweep_files import are_identical
from sim.kpi.outcome import Key
from sim.scenario.problems import Place, ScenarioError, problem, suggestion
from sim.scenario.sweeps import Sweep
from sim.units import FloatArray

MakeOf = Callable[[Points, Point], Sequence[Part]]
"""Compiles a point of a design."""
MANY = 200
"""Points whose judging takes so long that progress is shown."""


@dataclass(frozen=True)
class Runs:
    """Values of a design.

    Attributes
    ----------
    values
        Of each KPI (bases, rows, replications); NaN where a run failed or has no value. Bases are scenarios,
        each in all futures.
    keys
        KPIs of each base.
    identical
        Points of which two replications are alike to the bit.
    failures
        Reason -> runs that failed for it.
    works
        Hashes of all points.
    """

    design: Design
    sweep: Sweep
    replications: int
    values: dict[Key, FloatArray]
    keys: tuple[frozenset[Key], ...]
    identical: int
    failures: dict[str, int]
    works: tuple[bytes, ...]
    runs: int

    def of(self, output: Output, future: int = 0) -> FloatArray:
        """Values (rows, replications) of an output in a future."""
        values = self.values[output.key]
        own: FloatArray = values[future]
        return own - values[len(self.sweep.spec.futures) + future] if output.against else own

    def all_futures(self, output: Output) -> FloatArray:
        """Values (futures x rows, replications), future by future."""
        return np.concatenate([self.of(output, future) for future in range(len(self.sweep.spec.futures))])


@dataclass
class Lab:
    """Where designs are run.

    Attributes
    ----------
    computed, seconds
        Runs done now, and the time workers took for them.
    judging
        Seconds that laying out and judging a point takes here.
    """

    sweep: Sweep
    store: Store
    backend: Backend
    options: SweepOptions
    make: MakeOf | None = None
    computed: int = 0
    seconds: float = 0.0
    judging: float = 0.04
    per_run: float = 0.05
    warned: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)

    def prepare(self, design: Design, replications: int) -> Work:
        """Judge all points of a design.

        Raises
        ------
        ScenarioError
            With the errors of all points that cannot be.
        """
        spec = self.sweep.spec.model_copy(update={"replications": replications})
        sweep = replace(self.sweep, spec=spec)
        count = len(sweep.bases) * len(design.rows)
        begun = perf_counter()
        quiet = self.options.quiet or count < MANY
        with progress(count, "checking", unit="points", quiet=quiet) as advance:
            points = judged(sweep, design, advance)
        if count >= MANY:
            self.judging = 2 * (perf_counter() - begun) / count
        self._note(str(one) for one in points.problems if one.severity == "warning")
        make = points.parts if self.make is None else partial(self.make, points)
        return Work(points, make, self.store)

    def _note(self, lines: Iterator[str]) -> None:
        for line in lines:
            about = " ".join(line.split()[1:3])
            if about not in self.warned:
                self.warned.add(about)
                self.problems.append(line)

    def keys(self, work: Work) -> tuple[frozenset[Key], ...]:
        """KPIs of the first point of each base, from a run that is tried and not kept."""
        rows = len(work.points.design.rows)
        compiled(quiet=self.options.quiet)
        firsts = work.points.points[::rows]
        return tuple(frozenset(work.tried(point)[0]) for point in firsts)

    def finish(self, work: Work, keys: Sequence[Key], what: str) -> Runs:
        """Do what is missing of a design, and read its values."""
        if self.options.retry_failed:
            self.store.forget_failures(work.wanted)
        with watching(what, quiet=self.options.quiet) as watch:
            work.do(self.store, self.backend, watch)
        self.computed += work.computed
        self.seconds += work.seconds
        self.per_run = work.per_run
        return self._read(work, keys)

    def _read(self, work: Work, keys: Sequence[Key]) -> Runs:
        points, replications = work.points, work.points.sweep.spec.replications
        rows = len(points.design.rows)
        bases = len(points.points) // rows
        values = {key: np.full((bases, rows, replications), np.nan) for key in keys}
        there: list[set[Key]] = [set() for _ in range(bases)]
        failures: dict[str, int] = {}
        identical = 0
        for place, point in enumerate(points.points):
            base, row = divmod(place, rows)
            kept = list(self.store.runs(point.work, replications))
            identical += are_identical(kept)
            for run in kept:
                if run.failure:
                    failures[run.failure] = failures.get(run.failure, 0) + 1
                    continue
                known = self.store.keys(run.layout)
                numbers = np.frombuffer(run.totals, "<f8")
                there[base].update(key for key in keys if key in known)
                for key in keys:
                    if key in known:
                        values[key][base, row, run.replication] = numbers[known.index(key)]
        return Runs(
            points.design, points.sweep, replications, values, tuple(map(frozenset, there)), identical,
            failures, tuple(point.work for point in points.points), len(points.points) * replications,
        )  # fmt: skip


@contextmanager
def open_lab(sweep: Sweep, options: SweepOptions, make: MakeOf | None = None) -> Iterator[Lab]:
    """Open store and backend; what is refused before its first run leaves no folder that was not there.

    Raises
    ------
    BusyError
        If another process works on the same study.
    ClosedError, ClusterError
        If runs cannot be kept, or the cluster cannot be used.
    """
    place = (options.store or options.out / folder_name(sweep)) / STORE
    made = [folder for folder in (place.parent, *place.parent.parents) if not folder.exists()]
    lab: Lab | None = None
    try:
        with (
            open_store(place) as store,
            backend_of(options.jobs or cores(), options.cluster, options.scheduler_file) as backend,
        ):
            lab = Lab(sweep, store, backend, options, make)
            yield lab
    except ScenarioError:
        if made and lab is not None and not lab.computed:
            shutil.rmtree(made[-1])
        raise


def judge_kpis(asked: Sequence[Key], known: frozenset[Key]) -> None:
    """Make sure that the plan has the KPIs asked for.

    Raises
    ------
    ScenarioError
        With all that it has not got.
    """
    faults = []
    for number, key in enumerate(asked, start=1):
        if key in known:
            continue
        places = sorted({one.place for one in known if one.kpi == key.kpi})
        message = f"{key.kpi} is not measured at {key.place}"
        fix = suggestion(key.place, places) if places else "see docs/KPIS.md"
        faults.append(problem("E101", Place("--kpi", number, 1), f"{key.kpi}@{key.place}", message, fix))
    if faults:
        raise ScenarioError(faults)
