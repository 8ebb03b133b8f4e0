"""Progress: a first estimate, signs of life, a notebook's bar; and what a study will take."""

from __future__ import annotations

import io
import sys
import time
from types import SimpleNamespace
from typing import Any

import pytest
from planner_cases.pretended import ENGINE, Prepared

from sim.experiment import foresee as foreseeing
from sim.experiment import progress as shown
from sim.experiment.foresee import Foreseen, foresee
from sim.experiment.progress import busy, progress, watching
from sim.experiment.stopping import AskedError


def test_what_is_expected_is_said_before_the_first_run() -> None:
    stream = io.StringIO()
    with progress(40, "simulating", stream=stream, expected=12.0):
        assert stream.getvalue() == "simulating: 0 of 40 runs, about 12 s left\n"


@pytest.mark.parametrize("what", ["runs", "busy", "sweep"])
def test_nothing_is_silent_for_long(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown, "BEAT", 0.05)
    stream = io.StringIO()
    if what == "runs":
        with progress(2, "simulating", stream=stream):
            time.sleep(0.3)
    elif what == "busy":
        with busy("tables", stream=stream):
            time.sleep(0.3)
    else:
        with watching("sweeping", stream=stream) as watch:
            watch.begin(2, 2)
            time.sleep(0.3)
    lines = stream.getvalue().splitlines()
    assert 2 <= len(lines) <= 8
    assert "so far" in lines[0]


def test_a_notebook_gets_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []

    def display(what: Any, display_id: bool) -> Any:
        drawn.append(what)
        return SimpleNamespace(update=drawn.append)

    kernel = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=object()))
    monkeypatch.setitem(sys.modules, "IPython", kernel)
    monkeypatch.setitem(sys.modules, "IPython.display", SimpleNamespace(display=display, HTML=str))
    with progress(4, "simulating") as advance:
        advance(4)
    assert 'value="0" max="4"' in drawn[0]
    assert 'value="4" max="4"' in drawn[-1]


def test_what_does_not_fit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreseeing, "memory", lambda: 1e9)
    Foreseen(1000, 2, 10.0, 0.9e9).refuse()
    with pytest.raises(AskedError, match=r"this machine has 1.0 GB: ask for fewer"):
        Foreseen(10**6, 2, 36000.0, 5e10).refuse()


def test_a_study_is_foreseen_from_its_runs_and_those_that_fail_are_left_to_be_told() -> None:
    cells = (Prepared("broken", 0.0, fails_at=0), Prepared("a", 0.0))
    found = foresee(cells, ENGINE.chance, ENGINE.run_one, 1000, 2)
    assert found.seconds > 0
    assert found.memory > 1000 * 100
    assert "1,000 runs take about" in found.said()
