"""Batches done by an existing Dask cluster; needs the extra `cluster`.

Encryption and certificates come from Dask's own configuration (`distributed.comm.tls`).
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any

from sim.errors import PlannerError
from sim.experiment import fingerprint
from sim.experiment.backends import Doing, Waiting
from sim.experiment.batch import Batch, run_batch
from sim.experiment.fingerprint import program

AHEAD = 2
"""Batches sent, per thread of a worker: one under way, one waiting."""
PATIENCE = 10.0
"""Seconds without a scheduler before it is given up."""
LOST = "the scheduler is lost; what was finished is kept: start it again, and the same command"
MISSING = (
    'a cluster needs the extra `cluster`: python -m pip install ".[cluster]" in the folder of the program'
)


class ClusterError(PlannerError):
    """The cluster cannot be used, or is lost."""


class UnreachableError(ClusterError):
    """No scheduler can be reached: nothing was run."""


@contextmanager
def dask_cluster(address: str, scheduler_file: str) -> Iterator[DaskCluster]:
    """Connect to a scheduler that runs already.

    Raises
    ------
    UnreachableError
        If it cannot be reached.
    ClusterError
        If it has no worker, or its workers run another program.
    """
    if find_spec("distributed") is None:
        raise UnreachableError(MISSING)
    from distributed import Client
    from distributed.comm.addressing import parse_address
    from distributed.comm.registry import get_backend

    where = {"scheduler_file": scheduler_file} if scheduler_file else {"address": address}
    if scheduler_file and not Path(scheduler_file).is_file():
        raise UnreachableError(f"there is no file {scheduler_file}: start `dask scheduler --scheduler-file`")
    try:
        if address:
            get_backend(parse_address(address)[0])
        client: Any = Client(**where, timeout=PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except Exception as error:  # an address that nobody understands is told in many ways
        raise UnreachableError(f"no scheduler answers at {scheduler_file or address}: {error}") from error
    with _silent():
        try:
            _check(client)
            yield DaskCluster(client)
        finally:
            with suppress(Exception):
                client.close(timeout=2)


@contextmanager
def _silent() -> Iterator[None]:
    """Keep the tracebacks of lost connections out of sight: a sentence says it."""
    loggers = [logging.getLogger(name) for name in list(logging.root.manager.loggerDict)]
    own = [one for one in loggers if one.name.partition(".")[0] in ("distributed", "tornado", "asyncio")]
    levels = [one.level for one in own]
    for one in own:
        one.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for one, level in zip(own, levels, strict=True):
            one.setLevel(level)


def _check(client: Any) -> None:
    """Make sure that there are workers, and that they and the scheduler have this program."""
    try:
        client.wait_for_workers(1, timeout=3 * PATIENCE)
    except TimeoutError as error:
        raise ClusterError("the scheduler has no workers: start `dask worker` with its address") from error
    programs = {"the scheduler": _program_of("the scheduler", client.run_on_scheduler)}
    programs |= _program_of("workers", client.run)
    other = sorted(one for one, found in programs.items() if found != program())
    if other:
        raise ClusterError(
            "these have another version of the program, Python, numpy, simpy, pyvrp or holidays: "
            + ", ".join(other)
        )


def _program_of(who: str, ask: Callable[..., Any]) -> Any:
    """What the scheduler, or every worker, says of its program."""
    try:
        return ask(fingerprint.program)
    except OSError as error:
        raise ClusterError(LOST) from error
    except Exception as error:
        said = str(error).partition("\n")[0]
        raise ClusterError(
            f"{who} cannot import the program ({type(error).__name__}: {said}): install it there, or put its "
            "folder on PYTHONPATH before starting"
        ) from error


class DaskCluster:
    """Workers of an existing scheduler."""

    seconds = 2.0

    def __init__(self, client: Any) -> None:
        self.client = client

    @property
    def workers(self) -> int:
        """Threads of all workers."""
        return sum(
            worker["nthreads"] for worker in self.client.scheduler_info(n_workers=-1)["workers"].values()
        )

    def run(self, batches: Iterator[Batch], runs: int) -> Doing:
        """Do batches; one that kills its workers is split until the run that does it is found.

        A worker that dies takes along what waits on it, so a single run is given up only if it dies again
        with nothing else under way.

        Raises
        ------
        ClusterError
            If the scheduler is lost; what came back before stands.
        """
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError

        waiting = Waiting(batches)
        suspects: deque[Batch] = deque()
        alone = ""
        under_way: dict[str, tuple[Any, Batch]] = {}
        ready: SimpleQueue[Any] = SimpleQueue()
        try:
            while True:
                self._fill(under_way, waiting, ready.put)
                if not under_way and suspects:
                    alone = self._submit(under_way, suspects.popleft(), ready.put)
                if not under_way:
                    return
                future = self._next(ready)
                _, batch = under_way.pop(future.key)
                try:
                    finished = future.result(timeout=PATIENCE)
                except KilledWorker:
                    if len(batch.runs) == 1 and future.key != alone:
                        suspects.append(batch)
                    elif (given_up := waiting.split(batch)) is not None:
                        yield batch, given_up
                    continue
                except (FutureCancelledError, OSError, TimeoutError) as error:
                    raise self._lost() from error
                yield batch, finished
        finally:
            with suppress(Exception):
                self.client.cancel([future for future, _ in under_way.values()], force=True)

    def _fill(
        self, under_way: dict[str, tuple[Any, Batch]], waiting: Waiting, tell: Callable[[Any], None]
    ) -> None:
        room = AHEAD * max(self.workers, 1)
        while len(under_way) < room and (batch := next(waiting)) is not None:
            self._submit(under_way, batch, tell)

    def _submit(
        self, under_way: dict[str, tuple[Any, Batch]], batch: Batch, tell: Callable[[Any], None]
    ) -> str:
        future = self.client.submit(run_batch, batch, pure=False, key=None)
        under_way[future.key] = future, batch
        future.add_done_callback(tell)
        return str(future.key)

    def _next(self, ready: SimpleQueue[Any]) -> Any:
        """Wait for a batch to be done, as long as there is a scheduler."""
        alive = monotonic()
        while True:
            try:
                return ready.get(timeout=0.5)
            except Empty:
                if self.client.status == "running":
                    alive = monotonic()
                elif self.client.status == "closed" or monotonic() - alive > PATIENCE:
                    raise self._lost() from None

    def _lost(self) -> ClusterError:
        return ClusterError(LOST)
