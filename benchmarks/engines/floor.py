"""SimPy alone: as many empty events as a run has, on a queue as long as the run's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import simpy


@dataclass(frozen=True)
class Queue:
    """What went over the event queue of a run: events, of them timeouts, and its mean length."""

    events: int
    timeouts: int
    length: float


def count(run: Callable[[], Any]) -> Queue:
    """Count the events that `run` puts on the queues of its environments."""
    seen: Counter[str] = Counter()
    schedule = simpy.Environment.schedule

    def counted(env: Any, event: Any, *args: Any, **named: Any) -> None:
        seen["events"] += 1
        seen["timeouts"] += isinstance(event, simpy.Timeout)
        seen["length"] += len(env._queue)
        schedule(env, event, *args, **named)

    simpy.Environment.schedule = counted  # type: ignore[method-assign]
    try:
        run()
    finally:
        simpy.Environment.schedule = schedule  # type: ignore[method-assign]
    return Queue(seen["events"], seen["timeouts"], seen["length"] / max(1, seen["events"]))


def run(queue: Queue) -> None:
    """Step through as many timeouts whose callback only sets the next."""
    env = simpy.Environment()
    length = max(1, round(queue.length))

    def again(_: Any) -> None:
        timeout = env.timeout(1.0)
        assert timeout.callbacks is not None
        timeout.callbacks.append(again)

    for number in range(length):
        timeout = env.timeout(number / length)
        assert timeout.callbacks is not None
        timeout.callbacks.append(again)
    for _ in range(queue.events):
        env.step()
