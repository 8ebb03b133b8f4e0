"""The worked example of the page on sweeps runs as it stands there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "SWEEPS.md").read_text(encoding="utf-8")


def test_the_worked_example_runs_as_it_stands(tmp_path: Path) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "example.py").write_text(example, encoding="utf-8")
    found = subprocess.run(
        [sys.executable, "example.py"],
        cwd=tmp_path, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    assert found.stdout.startswith("6 points, 24 runs\n")
    assert found.stdout.rstrip().splitlines()[-1].endswith("runs were finished already")
    folders = list((tmp_path / "results" / "sweep_chengkou-pilot").glob("2*"))
    assert len(folders) == 2
    assert {path.name for path in folders[0].iterdir()} == {
        "design.csv",
        "runs.csv",
        "points.csv",
        "manifest.json",
    }


def test_the_sweep_shown_as_a_file_is_understood(tmp_path: Path) -> None:
    from sim.scenario.sweeps import load_sweep

    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "shown.yaml").write_text(text, encoding="utf-8")
    assert len(load_sweep(str(tmp_path / "shown.yaml")).factors) == 2


def test_every_command_of_the_page_is_understood() -> None:
    import shlex

    from sim.cli.sweep import command

    lines = re.findall(r"^python run\.py sweep (.*)$", PAGE, re.MULTILINE)
    assert lines
    for line in lines:
        assert command.make_context("sweep", shlex.split(line))
