"""Another process that does some of the work while this one does the rest."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from typing import Any

from sim.experiment.execute import Workers

Start = Callable[..., Callable[[], Any]]
"""(function, *arguments) -> what gives its result, and waits for it if need be."""


def later(function: Callable[..., Any], *arguments: Any) -> Callable[[], Any]:
    """Do nothing beside: the work is done here, when its result is asked for."""
    return partial(function, *arguments)


@contextmanager
def beside(*modules: str) -> Iterator[Start]:
    """A process that does what it is given, one after the other, in the order given.

    Parameters
    ----------
    modules
        What it imports while there is nothing else to do.

    Notes
    -----
    What it was doing when it was killed is done here. It ends with the context, or when this process dies.
    """
    workers = Workers(1, *modules)
    workers.give(_call)

    def start(function: Callable[..., Any], *arguments: Any) -> Callable[[], Any]:
        found = workers.submit(pickle.dumps((function, arguments), pickle.HIGHEST_PROTOCOL))

        def result() -> Any:
            try:
                return found.result()
            except BrokenProcessPool:
                return function(*arguments)

        return result

    try:
        yield start
    finally:
        workers.close()


def _call(work: bytes) -> Any:
    function, arguments = pickle.loads(work)  # noqa: S301 - our own, and pickled at once: not while others work
    return function(*arguments)
