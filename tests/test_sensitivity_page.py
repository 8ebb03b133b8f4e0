"""The worked example of the page on sensitivity runs as it stands there, and its commands are understood."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "SENSITIVITY.md").read_text(encoding="utf-8")


def test_the_worked_example_runs_as_it_stands(tmp_path: Path) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "example.py").write_text(example, encoding="utf-8")
    found = subprocess.run(
        [sys.executable, "example.py"],
        cwd=tmp_path, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    lines = found.stdout.splitlines()
    rounds = next(line for line in lines if line.split()[0] == "collection_point.rounds.every_days")
    assert rounds.split()[1] == "decides"
    assert "# Which assumptions decide: Collection point, rounds every 60 days" in lines
    assert "'few_trajectories', 'few_rows'" in lines[-1]


def test_every_command_of_the_page_is_understood() -> None:
    from sim.cli.sensitivity import command

    lines = re.findall(r"^python run\.py sensitivity (.*)$", PAGE, re.MULTILINE)
    assert lines
    for line in lines:
        assert command.make_context("sensitivity", shlex.split(line))


def test_the_page_names_the_files_that_are_written() -> None:
    from sim.experiment.sensitivity.columns import TABLES

    assert all(f"`{name}.csv`" in PAGE for name in TABLES)
