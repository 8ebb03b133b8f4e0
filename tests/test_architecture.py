"""Imports point one way, and a worker loads no more than it needs."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
WORKER = (
    "sim.experiment.block",
    "sim.experiment.replicate",
    "sim.experiment.storage_trials",
    "sim.experiment.coupling",
)
HEAVY = (
    "pandas", "matplotlib", "click", "pyvrp", "holidays", "pydantic", "ruamel", "sim.scenario",
    "docx", "jinja2", "xlsxwriter",
    "scipy.linalg", "scipy.optimize", "scipy.sparse", "scipy.special", "scipy.stats",
)  # fmt: skip
"""Of SciPy its parts: numba looks at the version that its name alone tells."""


def _contracts():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]


def _parts():
    """Packages and modules that stand directly in `sim`."""
    here = [path for path in (ROOT / "sim").iterdir() if path.is_dir() or path.suffix == ".py"]
    found = {path.stem if path.suffix == ".py" else path.name for path in here}
    return {f"sim.{name}" for name in found if not name.startswith("_")}


def test_imports_keep_the_contracts(monkeypatch, capsys):
    lint_imports = pytest.importorskip("importlinter.cli").lint_imports
    monkeypatch.chdir(ROOT)
    broken = lint_imports(no_cache=True, no_logo=True)
    assert not broken, capsys.readouterr().out


def test_every_part_of_sim_has_its_layer():
    layers = next(contract["layers"] for contract in _contracts() if contract["type"] == "layers")
    assert {name for layer in layers for name in re.split(r" [:|] ", layer)} == _parts()


def test_simpy_is_forbidden_everywhere_but_in_the_model():
    forbidden = next(
        contract for contract in _contracts() if "simpy" in contract.get("forbidden_modules", ())
    )
    assert set(forbidden["source_modules"]) == _parts() - {"sim.model"}


def test_a_worker_loads_nothing_heavy_and_no_scenario_language():
    code = f"import {', '.join(WORKER)}, json, sys; print(json.dumps(list(sys.modules)))"
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(json.loads(answer.stdout))
    assert loaded.isdisjoint(HEAVY)
    assert "simpy" in loaded


def _imported(path):
    """Names of all modules that a file imports, with those of packages' members."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (one.name for one in node.names)


def test_only_the_renderers_know_the_libraries_of_their_formats():
    knowing = {
        (path.relative_to(ROOT / "sim").as_posix(), name.partition(".")[0])
        for path in (ROOT / "sim").rglob("*.py")
        for name in _imported(path)
        if name.partition(".")[0] in {"docx", "jinja2", "xlsxwriter"}
    }
    assert knowing == {
        ("report/render/word.py", "docx"),
        ("report/render/html.py", "jinja2"),
        ("report/render/excel.py", "xlsxwriter"),
    }


def test_tests_import_what_they_share_in_one_way():
    """Other packages bring a package `tests` along, so ours is never imported by that name."""
    scripts = {path.stem for path in (ROOT / "tests").glob("*.py") if not path.stem.startswith("test_")}
    files = sorted((ROOT / "tests").rglob("*.py"))
    inner = {path.stem for path in files if path.parent != ROOT / "tests" and path.stem != "__init__"}
    for path in files:
        for name in _imported(path):
            head = name.partition(".")[0]
            assert head != "tests", f"{path.name} imports {name}"
            assert head in scripts or head not in inner, (
                f"{path.name} imports {name}: write planner_cases.{head}"
            )
    helpers = {path.stem for path in (ROOT / "tests" / "planner_cases").glob("*.py")}
    loose = inner - helpers - {path.stem for path in files if path.stem.startswith("test_")}
    assert not loose, f"helpers outside of tests/planner_cases: {loose}"
