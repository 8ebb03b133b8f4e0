"""Commands called in this process, on scenarios of a test, and how every call must end."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sim.calendars import Horizon
from sim.chance.chance import Chance
from sim.cli.main import main
from sim.experiment.replicate import prepare, run_one
from sim.scenario import library
from sim.scenario.load import study_of
from sim.scenario.problems import ScenarioError

UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What no line of output may hold."""

LONGEST = 20
"""Time of the processor for a call, s."""


@contextmanager
def scenarios_at(root: Path, beside: Path) -> Iterator[None]:
    """Have commands find their scenarios below a folder, and work in another."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(library, "shipped_root", lambda: root)
        patch.chdir(beside)
        before = signal.getsignal(signal.SIGTERM)
        yield
        signal.signal(signal.SIGTERM, before)


def call(*words: object) -> Result:
    """Call a command as it is typed; what takes too long counts as a fault."""
    with at_most(LONGEST):
        return CliRunner().invoke(main, [str(word) for word in words])


def faults_of(found: Result, codes: tuple[int, ...] = (0, 2)) -> list[str]:
    """What is wrong with how a call ended: a traceback, another code, silence, a letter that acts."""
    faults = []
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        faults.append(f"traceback: {type(found.exception).__name__}: {found.exception}")
    elif found.exit_code not in codes:
        faults.append(f"exit code {found.exit_code}: {found.stderr[-300:]}")
    elif found.exit_code and not found.stderr.strip() and " error: " not in found.stdout:
        faults.append("refused without a word")
    if letter := UNSAFE.search(found.stdout + found.stderr):
        faults.append(f"says {letter.group()!r}")
    return faults


def files_below(folder: Path) -> list[str]:
    """All that lies below a folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


class TooLongError(Exception):
    """Something takes more time of the processor than it may."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """End what takes longer, in time of the processor."""

    def stop(*_: object) -> None:
        raise TooLongError(f"more than {seconds:g} s")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def run_through(name: str, settings: Sequence[str] = (), seconds: float = 10) -> str:
    """Simulate a replication of both chains: `run`, `refused`, or what went wrong."""
    try:
        with at_most(seconds):
            study = study_of([name], settings)
            years = study.years
            horizon = Horizon(years.first, years.last, years.warm_up_years)
            for cell in study.cells:
                chain = study.spec.tables[cell.table].chain
                ready = prepare(cell.scenario, chain, horizon, study.spec.accounting, 0.98)
                if failure := run_one(ready, Chance(1, 0), 0).failure:
                    return failure
    except ScenarioError as fault:
        return "refused" if all(one.fix or one.severity != "error" for one in fault.problems) else str(fault)
    except Exception as fault:
        return f"traceback: {type(fault).__name__}: {fault}"
    return "run"
