"""The processes of a run by name, and a look at them when it is over."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import simpy

from sim.errors import PlannerError


class DeadlockError(PlannerError, RuntimeError):
    """Processes wait for what nobody brings about, although there is work for them."""


class Processes:
    """All that goes on in one run.

    A process waits for the clock, and goes on by itself, or for somebody. Nothing is looked at while the run
    goes on, so naming processes costs nothing per event.
    """

    def __init__(self, env: simpy.Environment) -> None:
        self.env = env
        self._named: list[tuple[str, Generator[Any, Any, None], simpy.Process, Callable[[], str]]] = []

    def start(
        self, name: str, story: Generator[Any, Any, None], overdue: Callable[[], str] = lambda: "it waits"
    ) -> None:
        """Start a process.

        Parameters
        ----------
        overdue
            What work it has missed by the end of the run while it waited for somebody; empty if none.
        """
        self._named.append((name, story, self.env.process(story), overdue))

    def run(self, until: int | None = None) -> None:
        """Let everything happen until a moment, s; None: until nothing is left to happen. Then it is over.

        Raises
        ------
        DeadlockError
            With the name of each process that waits for somebody and has missed work, and what it is.
        """
        self.env.run(until)
        stuck = [
            f"{name} ({missed})"
            for name, _, process, overdue in self._named
            if process.is_alive
            and process.target is not None
            and not process.target.triggered
            and (missed := overdue())
        ]
        if stuck:
            raise DeadlockError(f"nobody wakes up: {', '.join(stuck)}")
        for _, story, _, _ in self._named:
            story.close()
