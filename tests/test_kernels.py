"""Kernels: never stale, kept where files can be made, the same as Python, told about when compiled."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module, invalidate_caches
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from sim import kernels
from sim.experiment.progress import compiled
from sim.kernels import COMPILING, kernel

ROOT = Path(__file__).parent.parent
CALLED = """
from sim.kernels import kernel
PLUS = {plus}
@kernel()
def more(number):
    return number + PLUS
"""
CALLER = """
from sim.kernels import kernel
from {called} import more
@kernel("i8(i8)")
def twice(number):
    return 2 * more(number)
"""


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for kernels, and modules."""
    kernels.ready()
    monkeypatch.setattr(kernels, "_root", lambda: tmp_path / "kept")
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def _written(folder: Path, plus: int) -> ModuleType:
    """The caller, with what it calls as it stands now."""
    for name, text in (("called", CALLED.format(plus=plus)), ("caller", CALLER.format(called="called"))):
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
        sys.modules.pop(name, None)
    invalidate_caches()
    sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
    try:
        return import_module("caller")
    finally:
        sys.dont_write_bytecode = before


def test_a_change_in_a_called_file_is_seen_and_nothing_is_compiled_twice(fresh: Path) -> None:
    told: list[str] = []
    for plus in (1, 10, 1):
        module = _written(fresh, plus)
        kernels.ready(told.append)
        assert module.twice(5) == 2 * (5 + plus)
        assert sum(module.twice.stats.cache_hits.values()) == (len(told) == 2 and plus == 1)
    assert told == [COMPILING] * 2


def test_what_may_change_unnoticed_is_refused() -> None:
    table = np.arange(3)
    scope: dict[str, Any] = {"table": table}
    exec("def first():\n    return table[0]", scope)  # noqa: S102 - a function with a global of its own

    with pytest.raises(TypeError, match="kernel first: table may change unnoticed"):
        kernel("i8()")(scope["first"])


def test_kernels_are_kept_where_files_can_be_made(tmp_path: Path) -> None:
    (blocked := tmp_path / "file").write_text("")

    found = kernels._first_writable(blocked / "inside", tmp_path / "user")

    assert found.parent == tmp_path / "user"
    with pytest.raises(OSError, match=r"no folder for compiled kernels can be written: .*file"):
        kernels._first_writable(blocked)


def test_compiling_is_told_unless_quiet(fresh: Path) -> None:
    said = []
    for plus, quiet in ((3, False), (4, True), (3, False)):
        module, out = _written(fresh, plus), StringIO()
        compiled(quiet=quiet, stream=out)
        said.append(out.getvalue())
        assert module.twice(1) == 2 * (1 + plus)
    assert said == [f"{COMPILING}\n", "", ""]


def _run(code: str, **settings: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=ROOT,
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_processes_may_compile_at_the_same_time(tmp_path: Path) -> None:
    (tmp_path / "called.py").write_text(CALLED.format(plus=7), encoding="utf-8")
    (tmp_path / "caller.py").write_text(CALLER.format(called="called"), encoding="utf-8")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from sim import kernels; import caller; "
        "kernels.ready(); print(caller.twice(3))"
    )
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda _: _run(code, NUMBA_CACHE_DIR=str(tmp_path / "kept")), range(3)))

    assert answers == ["20\n"] * 3


def test_the_same_statements_as_python_give_the_same_record_to_the_bit() -> None:
    code = "import sys; sys.path.insert(0, 'tests'); from record_digests import digests; print(*digests())"

    assert _run(code, NUMBA_DISABLE_JIT="1") == _run(code)
