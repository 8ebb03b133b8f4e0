"""Who does the batches of a sweep: this process, processes of this machine, or a Dask cluster.

One interface, and the same bytes from each: batches go in, finished batches come out as they are done.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from typing import Protocol

from sim.experiment.batch import Batch, Finished, lost, run_batch
from sim.experiment.execute import as_done, processes

DIED = "the worker process died over it again and again: killed, or out of memory"


Doing = Generator[tuple[Batch, Finished], None, None]


class Backend(Protocol):
    """Does batches.

    Attributes
    ----------
    seconds
        How long a batch should take: at least 0.2 s, more where sending it is dear.
    """

    seconds: float

    @property
    def workers(self) -> int:
        """Processes that work now."""

    def run(self, batches: Iterator[Batch], runs: int) -> Doing:
        """Do batches of so many runs, taken as room is made; each comes back once, whole or split."""


class Serial:
    """Everything is done in one process: here."""

    seconds = 0.4
    workers = 1

    def run(self, batches: Iterator[Batch], runs: int) -> Doing:
        """Do batches in their order."""
        for batch in batches:
            yield batch, run_batch(batch)


class Processes:
    """Worker processes of this machine."""

    seconds = 0.4

    def __init__(self, jobs: int) -> None:
        self.workers = jobs

    def run(self, batches: Iterator[Batch], runs: int) -> Doing:
        """Do batches; one that kills its workers is split until the run that does it is found."""
        waiting = Waiting(batches)
        with closing(as_done(run_batch, waiting, processes(self.workers, runs))) as found:
            for done in found:
                if done.result is not None:
                    yield done.item, done.result
                elif (given_up := waiting.split(done.item)) is not None:
                    yield done.item, given_up


class Waiting:
    """Batches to do: those to be done again first, then fresh ones; None while there is none."""

    def __init__(self, fresh: Iterator[Batch]) -> None:
        self.fresh = fresh
        self.again: deque[Batch] = deque()

    def __iter__(self) -> Iterator[Batch | None]:
        return self

    def __next__(self) -> Batch | None:
        return self.again.popleft() if self.again else next(self.fresh, None)

    def split(self, batch: Batch) -> Finished | None:
        """Put the runs of a batch that died back one by one; a single run is given up."""
        if len(batch.runs) == 1:
            return lost(batch, DIED)
        self.again.extend(batch.split())
        return None


@contextmanager
def backend_of(jobs: int, cluster: str = "", scheduler_file: str = "") -> Iterator[Backend]:
    """Choose who does the work: a cluster where one is named, else processes of this machine.

    Raises
    ------
    ClusterError
        If the cluster cannot be used.
    """
    if cluster or scheduler_file:
        from sim.experiment.cluster import dask_cluster

        with dask_cluster(cluster, scheduler_file) as backend:
            yield backend
    else:
        most = processes(jobs, jobs)
        yield Processes(most) if most > 1 else Serial()
