"""Commands killed at random moments go on: no run lost, none doubled, every byte as if nothing happened."""

from __future__ import annotations

import os
import random
import re
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from planner_cases.regions import write_tiny_region

import sim.curves
import sim.influence
import sim.report.curve_page
import sim.report.influence
import sim.report.page
import sim.sweeps  # noqa: F401 - all imported here once, not in every process that is killed
from sim.cli import compare, curve, run, sensitivity, sweep  # noqa: F401
from sim.cli.main import main
from sim.experiment.pieces import Reported

VARY = "collection_point.vans=1,2"
COMMANDS = {
    "run": ("run", "{plans}/pilot.yaml", "--replications", "40"),
    "compare": ("compare", "{plans}/long_haul.yaml", "{plans}/pilot.yaml", "--replications", "30"),
    "sweep": ("sweep", "{plans}/pilot.yaml", "--vary", VARY, "--replications", "60"),
    "sensitivity": (
        "sensitivity", "{plans}/pilot.yaml", "--method", "regional", "--points", "12", "--replications", "8",
    ),
    "curve": (
        "curve", "{plans}/pilot.yaml", "collection_point/waste_oil", "--each", "--capacities", "4,5",
        "--replications", "30",
    ),
}  # fmt: skip
Count = Callable[[str, tuple[str, int, int]], None]
KILLS = 2
PAGES = {
    "sim.report.page.write_report": Reported("page"),
    "sim.report.influence.write_influence": (),
    "sim.report.curve_page.write_curve": Reported("page"),
}


@dataclass
class Process:
    """A command in a process of its own, forked from this one: it has imported everything already."""

    words: tuple[str, ...]
    out: Path

    def __post_init__(self) -> None:
        self.log = self.out.with_suffix(".log")
        self.begun = time.monotonic()
        self.number = os.fork()
        if self.number == 0:
            self._become()

    def _become(self) -> None:
        code = 1
        try:
            file = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(file, 1)
            os.dup2(file, 2)
            sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
            main([*self.words, "--jobs", "1", "--out", str(self.out)], prog_name="run.py")
        except SystemExit as end:
            code = int(end.code or 0)
        finally:
            with suppress(OSError):
                sys.stdout.flush()
            os._exit(code)

    def end(self) -> int:
        """Wait for its end; the exit code."""
        return os.waitstatus_to_exitcode(os.waitpid(self.number, 0)[1])

    def kill_after(self, seconds: float) -> bool:
        """Kill it; whether it was still alive."""
        time.sleep(max(0.0, self.begun + seconds - time.monotonic()))
        os.kill(self.number, signal.SIGKILL)
        return self.end() == -signal.SIGKILL


def short_page(told: Any) -> Callable[..., Any]:
    """Write a page without figures, which take longer than all runs."""

    def write(found: Any, *where: Any, **_: Any) -> Any:
        folder = next(one for one in where if isinstance(one, Path))
        for name in ("answer.md", "sensitivity.md"):
            (folder / name).write_text("page", encoding="utf-8")
        return told

    return write


def files(out: Path) -> dict[str, bytes]:
    """Every file of the newest results but the manifest."""
    latest = next(out.glob("*/latest"))
    folder = latest.parent / latest.read_text(encoding="utf-8").strip()
    found = {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    del found["manifest.json"]
    return found


def kept(out: Path) -> int:
    """Runs that lie in the store; two rows for the same run cannot be."""
    for store in out.rglob("runs.sqlite"):
        with closing(sqlite3.connect(store)) as base, suppress(sqlite3.OperationalError):
            return int(base.execute("SELECT count(*) FROM runs WHERE replication >= 0").fetchone()[0])
    return 0


def finished_already(log: Path) -> int:
    """Runs that the command says it goes on from."""
    found = re.search(r"(\d+) (?:runs )?are finished already", log.read_text(encoding="utf-8"))
    return int(found[1]) if found else 0


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_region(tmp_path_factory.mktemp("scenarios")) / "tiny" / "plans"


@pytest.mark.hostile
@pytest.mark.parametrize("name", COMMANDS)
def test_a_killed_command_goes_on(
    name: str, plans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record_property: Count
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    for page, told in PAGES.items():
        monkeypatch.setattr(page, short_page(told))
    words = tuple(word.format(plans=plans) for word in COMMANDS[name])
    whole = Process(words, tmp_path / "whole")
    assert whole.end() == 0, whole.log.read_text()
    length = time.monotonic() - whole.begun
    dice, out, said = random.Random(name), tmp_path / "out", []
    for _ in range(KILLS):
        before = kept(out)
        killed = Process(words, out)
        if not killed.kill_after(length * dice.uniform(0.2, 0.9)):
            break
        said.append(finished_already(killed.log) in (0, before))
        assert kept(out) >= before
    before = kept(out)
    last = Process(words, out)
    ended, goes_on = last.end(), finished_already(last.log) == before
    record_property("hostile", (f"kills of {name}", len(said), sum(said) if goes_on and not ended else 0))
    assert ended == 0, last.log.read_text()
    assert goes_on
    assert all(said)
    assert files(out) == files(tmp_path / "whole")
    assert list(out.rglob(".partial-*")) == []
    assert list(out.rglob(".runs-*")) == []
    assert list((tmp_path / "temporary").iterdir()) == []
