"""Does the same task for many items: here, or in processes of this machine.

A worker that is killed is replaced and what it was doing is done again; an item that takes its workers along
is found and told apart from those that were under way beside it.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import shutil
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Generic, TypeVar

from sim.errors import PlannerError
from sim.locks import LOCK, TEMPORARY, Lock

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 3
"""Items under way or finished but not yet collected, per worker: bounds the memory of results."""
STRIKES = 2
"""Workers that an item may take along, running alone, before it is given up."""


CANNOT_START = (
    "worker processes end as soon as they start; a script that runs anything needs "
    '`if __name__ == "__main__":`, or jobs=1'
)
MOST_JOBS = 61
STARTS = 3
"""Pools in a row whose workers end before they did anything."""


class WorkerDiedError(PlannerError):
    """Workers died over the same item again and again: killed, or out of memory; or they cannot start."""


@dataclass(frozen=True)
class Done(Generic[Item, Result]):
    """An item with its result; `result` is None and `died` true where its workers died over it."""

    item: Item
    result: Result | None
    died: bool = False


def cores() -> int:
    """Processors that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def processes(jobs: int | None, work: int) -> int:
    """Worker processes for so many pieces of work: as many as asked for, or one per processor; not too many.

    Windows waits for at most 61 of them; many more than there are processors are only in each other's way.
    """
    return max(1, min(jobs or cores(), work, max(MOST_JOBS, cores()) if os.name != "nt" else MOST_JOBS))


def execute(
    task: Callable[[Item], Result], items: Sequence[Item], jobs: int = 1
) -> Generator[Result, None, None]:
    """Results of `task` for each item, in order: many workers give what one gives, byte for byte.

    Parameters
    ----------
    task
        Sent once to each worker, so it may be large; must be picklable if `jobs` > 1.
    items
        Small descriptions of pieces of work.
    jobs
        Worker processes; with 1 everything happens in this process.

    Raises
    ------
    WorkerDiedError
        If workers die over one item again and again.

    Notes
    -----
    Workers are spawned on every operating system, so a script that calls this needs the usual
    ``if __name__ == "__main__":``. Leaving the iterator early, by an error, Ctrl-C or `close`, ends all
    workers at once; so does the death of this process.
    """
    if jobs <= 1 or len(items) <= 1:
        return (task(item) for item in items)
    return _in_order(_Numbered(task), items, min(jobs, len(items)))


def _in_order(
    task: _Numbered[Item, Result], items: Sequence[Item], jobs: int
) -> Generator[Result, None, None]:
    held: dict[int, Result] = {}
    wanted = 0
    fresh = _Bounded(items, AHEAD * jobs)
    found = as_done(task, fresh, jobs)
    try:
        for done in found:
            number, item = done.item
            if done.died:
                raise WorkerDiedError(
                    f"worker processes died again and again over {item!r}: killed, or out of memory"
                )
            held[number] = done.result  # type: ignore[assignment]
            while wanted in held:
                yield held.pop(wanted)
                wanted += 1
                fresh.collected = wanted
    finally:
        found.close()


@dataclass(frozen=True)
class _Numbered(Generic[Item, Result]):
    """The task for items that carry their number."""

    task: Callable[[Item], Result]

    def __call__(self, numbered: tuple[int, Item]) -> Result:
        return self.task(numbered[1])


class _Bounded(Generic[Item]):
    """Numbered items, none further than `room` ahead of those collected."""

    def __init__(self, items: Sequence[Item], room: int) -> None:
        self.items, self.room = items, room
        self.collected = self.given = 0

    def __iter__(self) -> Iterator[tuple[int, Item] | None]:
        while self.given < len(self.items):
            if self.given < self.collected + self.room:
                self.given += 1
                yield self.given - 1, self.items[self.given - 1]
            else:
                yield None


def as_done(
    task: Callable[[Item], Result],
    items: Iterable[Item | None],
    jobs: int,
    ahead: int = AHEAD,
    workers: Workers | None = None,
) -> Generator[Done[Item, Result], None, None]:
    """Items with their results as they come from worker processes; items are taken as room is made.

    Parameters
    ----------
    items
        Each is sent to a worker; a None says that nothing more is to be taken before something is done.
    ahead
        Items sent or waiting, per worker.
    workers
        As many as `jobs`, started before; None: they are started now.

    Notes
    -----
    When a worker dies, its pool is made anew and everything under way is done again, one at a time: whatever
    then takes `STRIKES` workers along is the culprit, and comes back as `died`. As with `execute`, workers
    end when the iterator is left or this process dies.
    """
    pool = workers or Workers(jobs)
    pool.give(task)
    fresh = iter(items)
    suspects: deque[Item] = deque()
    under_way: dict[Future[Result], Item] = {}
    strikes = stillborn = 0
    try:
        while True:
            if suspects and not under_way:
                under_way[pool.submit(suspects[0])] = suspects[0]
            elif not suspects:
                _fill(under_way, fresh, ahead * jobs, pool)
            if not under_way:
                return
            ready, _ = wait(under_way, return_when=FIRST_COMPLETED)
            alone = bool(suspects)
            broken = []
            for future in ready:
                item = under_way.pop(future)
                try:
                    done = Done(item, future.result())
                except BrokenProcessPool:
                    broken.append(item)
                    continue
                if alone:
                    suspects.popleft()
                    strikes = 0
                yield done
            if not broken:
                continue
            stillborn = 0 if pool.has_begun() else stillborn + 1
            if stillborn >= STARTS:
                raise WorkerDiedError(CANNOT_START)
            if not alone:
                suspects.extend(broken)
                for future, item in under_way.items():
                    if future.done() and future.exception() is None:
                        yield Done(item, future.result())
                    else:
                        suspects.append(item)
                under_way.clear()
                pool.renew()
                continue
            pool.renew()
            strikes += stillborn == 0
            if strikes >= STRIKES:
                strikes = 0
                yield Done(suspects.popleft(), None, died=True)
    finally:
        pool.close()


def _fill(under_way: dict[Future[Any], Any], fresh: Iterator[Any], room: int, pool: Workers) -> None:
    while len(under_way) < room:
        item = next(fresh, None)
        if item is None:
            return
        under_way[pool.submit(item)] = item


TASK, ENDED = "task", "ended"
"""Files in the workers' folder: what they do; that they are to end although this process lives."""


class Workers:
    """A pool of worker processes that can be made anew, and a folder of temporary files that they share.

    Attributes
    ----------
    folder
        Vanishes with the pool; if this process is killed, the workers remove it.
    """

    def __init__(self, jobs: int, *modules: str) -> None:
        """Start; workers import `modules` while they wait for something to do."""
        self.jobs, self.modules = jobs, modules
        self.context = multiprocessing.get_context("spawn")
        self.temporary = TemporaryDirectory(prefix=TEMPORARY, ignore_cleanup_errors=True)
        self.folder = Path(self.temporary.name)
        self.lock = Lock(self.folder / LOCK)
        self._start()

    def _start(self) -> None:
        (self.folder / ENDED).unlink(missing_ok=True)
        self.lifeline, self.held = self.context.Pipe(duplex=False)
        begin = self.folder, self.lifeline, self.modules
        self.pool = ProcessPoolExecutor(self.jobs, self.context, _begin, begin)
        with _ctrl_c_held():
            self.first_signs = [self.pool.submit(_nothing) for _ in range(self.jobs)]

    def has_begun(self) -> bool:
        """Whether a worker of this pool did anything."""
        return any(sign.done() and sign.exception() is None for sign in self.first_signs)

    def give(self, task: Callable[[Any], Any]) -> None:
        """Tell what is to be done, before the first item; in a file, so that nobody waits for a reader."""
        (self.folder / TASK).write_bytes(pickle.dumps(task, pickle.HIGHEST_PROTOCOL))

    def submit(self, item: Any) -> Future[Any]:
        """Have the task done on an item."""
        with _ctrl_c_held():
            try:
                return self.pool.submit(_do, item)
            except BrokenProcessPool as error:
                failed: Future[Any] = Future()
                failed.set_exception(error)
                return failed

    def renew(self) -> None:
        """End the workers and start others."""
        self._end()
        self._start()

    def close(self) -> None:
        """End the workers, whatever they are doing, and remove their folder."""
        self._end()
        self.lock.release()
        self.temporary.cleanup()

    def _end(self) -> None:
        """Let the workers die at once: to tidy up would take each longer than many a study."""
        if self.folder.exists():
            (self.folder / ENDED).touch()
        self.held.close()
        self.pool.shutdown(wait=True, cancel_futures=True)
        self.lifeline.close()


@contextmanager
def _ctrl_c_held() -> Iterator[None]:
    """Workers spawned in here leave Ctrl-C to their parent from their first instruction on.

    Held back, a Ctrl-C that comes meanwhile still arrives; ignored, where it cannot be held back, it is lost.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    if sys.platform == "win32":
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)
        return
    resource_tracker.ensure_running()  # which, when it starts, lets through what is held back
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


# --- in the worker -----------------------------------------------------------------------------------

_folder: Path


def _begin(folder: Path, lifeline: Connection, modules: Sequence[str]) -> None:
    """Get ready, and leave as soon as the parent closes its end of the pipe or dies."""
    global _folder
    _folder = folder
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with, args=(lifeline, folder), daemon=True).start()
    for module in modules:
        import_module(module)


def _leave_with(lifeline: Connection, folder: Path) -> None:
    try:
        lifeline.recv_bytes()
    except (EOFError, OSError):
        if not (folder / ENDED).exists():
            shutil.rmtree(folder, ignore_errors=True)
        os._exit(1)


def _nothing() -> None:
    """Show that a worker lives."""


def _do(item: Any) -> Any:
    return _task()(item)


@cache
def _task() -> Any:
    return pickle.loads((_folder / TASK).read_bytes())  # noqa: S301 - our parent's
