"""Does the same task for many items: here, or in processes of this machine.

Results come back in the order of the items, so many workers give what one gives, byte for byte.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 3
"""Items under way or finished but not yet collected, per worker: bounds the memory of results."""


def cores() -> int:
    """Processors that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def execute(
    task: Callable[[Item], Result], items: Sequence[Item], jobs: int = 1
) -> Generator[Result, None, None]:
    """Results of `task` for each item, in order.

    Parameters
    ----------
    task
        Sent once to each worker, so it may be large; must be picklable if `jobs` > 1.
    items
        Small descriptions of pieces of work.
    jobs
        Worker processes; with 1 everything happens in this process.

    Notes
    -----
    Workers are spawned on every operating system, so a script that calls this needs the usual
    ``if __name__ == "__main__":``. Leaving the iterator early, by an error, Ctrl-C or `close`, ends all
    workers at once; so does the death of this process.
    """
    if jobs <= 1 or len(items) <= 1:
        return _here(task, items)
    return _in_processes(task, items, min(jobs, len(items)))


def _here(task: Callable[[Item], Result], items: Sequence[Item]) -> Generator[Result, None, None]:
    for item in items:
        yield task(item)


def _in_processes(
    task: Callable[[Item], Result], items: Sequence[Item], jobs: int
) -> Generator[Result, None, None]:
    context = multiprocessing.get_context("spawn")
    lifeline, held = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(jobs, context, _begin, (task, lifeline))
    under_way: deque[Future[Result]] = deque()
    try:
        for item in items:
            with _ctrl_c_ignored():
                under_way.append(pool.submit(_do, item))
            if len(under_way) >= AHEAD * jobs:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    except BaseException:
        held.close()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        held.close()
        lifeline.close()


@contextmanager
def _ctrl_c_ignored() -> Iterator[None]:
    """Workers spawned in here leave Ctrl-C to their parent from their first instruction on."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


# --- in the worker -----------------------------------------------------------------------------------

_task: Callable[[Any], Any]


def _begin(task: Callable[[Any], Any], lifeline: Connection) -> None:
    """Take the task, and leave as soon as the parent closes its end of the pipe or dies."""
    global _task
    _task = task
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with, args=(lifeline,), daemon=True).start()


def _leave_with(lifeline: Connection) -> None:
    try:
        lifeline.recv_bytes()
    except (EOFError, OSError):
        os._exit(1)


def _do(item: Any) -> Any:
    return _task(item)
