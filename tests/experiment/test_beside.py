"""Work that another process does beside this one."""

import os
import signal
import time
from collections.abc import Sequence

import pytest

from sim.experiment.beside import beside, later

HERE = os.getpid()


def whose(number: int) -> tuple[int, int]:
    return number, os.getpid()


def fail(text: str) -> None:
    raise ValueError(text)


def die_elsewhere(parent: int) -> int:
    if os.getpid() != parent:
        os.kill(os.getpid(), signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    return 7


def sleep() -> None:
    time.sleep(60)


def test_it_works_elsewhere_in_the_order_given_and_ends() -> None:
    with beside("sim.report.page") as start:
        results = [start(whose, number) for number in range(5)]
        found: Sequence[tuple[int, int]] = [result() for result in results]
    assert [number for number, _ in found] == [0, 1, 2, 3, 4]
    (worker,) = {pid for _, pid in found}
    assert worker != HERE
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


def test_with_nobody_beside_the_work_is_done_here_when_it_is_asked_for() -> None:
    begun: list[int] = []
    result = later(begun.append, 1)
    assert not begun
    result()
    assert begun == [1]


def test_an_error_is_raised_where_the_result_is_asked_for() -> None:
    with beside() as start:
        result = start(fail, "no ink")
        with pytest.raises(ValueError, match="no ink"):
            result()


def test_what_a_killed_process_leaves_undone_is_done_here() -> None:
    with beside() as start:
        first, second = start(die_elsewhere, HERE), start(whose, 3)
        assert first() == 7
        assert second() == (3, HERE)
        assert start(whose, 4)() == (4, HERE)


def test_leaving_early_does_not_wait() -> None:
    begun = time.perf_counter()
    with beside() as start:
        start(sleep)
    assert time.perf_counter() - begun < 30
