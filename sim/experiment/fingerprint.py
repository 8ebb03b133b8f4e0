"""What decides a run's result, as hashes: the scenario, the program that workers import, the seed."""

from __future__ import annotations

import ast
import hashlib
import json
import platform
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sim.scenario.load import Scenario

WORKER = "sim.experiment.batch"
"""Module that workers are given their task from."""
PACKAGES = ("simpy", "numpy", "holidays", "pyvrp")
"""What runs are computed with."""


@cache
def program() -> str:
    """SHA-256 of every source file of ours that a worker imports, and of the versions of what it uses."""
    digest = hashlib.sha256()
    for name, path in sorted(worker_sources().items()):
        _stamps[path] = _stamp(path)
        digest.update(f"{name}\n".encode() + path.read_bytes().replace(b"\r\n", b"\n"))
    digest.update(json.dumps([platform.python_version(), *map(_version, PACKAGES)]).encode())
    return digest.hexdigest()


_stamps: dict[Path, tuple[int, int]] = {}


def is_changed() -> bool:
    """Whether a source file that workers import was written since `program` read it."""
    return any(_stamp(path) != stamp for path, stamp in _stamps.items())


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return (0, 0)
    return (status.st_mtime_ns, status.st_size)


@cache
def every_source() -> str:
    """SHA-256 of every source file of ours and of the versions of what it uses; quicker than `program`."""
    digest = hashlib.sha256()
    root = Path(__file__).parents[1]
    for path in sorted(root.rglob("*.py")):
        _all_stamps[path] = _stamp(path)
        digest.update(f"{path.relative_to(root).as_posix()}\n".encode())
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    digest.update(json.dumps([platform.python_version(), *map(_version, PACKAGES)]).encode())
    return digest.hexdigest()


_all_stamps: dict[Path, tuple[int, int]] = {}


def is_any_source_changed() -> bool:
    """Whether a source file was written since `every_source` read it."""
    return any(_stamp(path) != stamp for path, stamp in _all_stamps.items())


def worker_sources() -> dict[str, Path]:
    """Modules of ours that a worker imports, directly or not, with their files."""
    found: dict[str, Path] = {}
    waiting = [WORKER]
    while waiting:
        name = waiting.pop()
        if name in found or (path := _file(name)) is None:
            continue
        found[name] = path
        waiting += _imported(path)
    return found


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sim"):
            yield str(node.module)
            yield from (f"{node.module}.{one.name}" for one in node.names)
        elif isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name.startswith("sim."))


def _file(name: str) -> Path | None:
    try:
        spec = find_spec(name)
    except ModuleNotFoundError:
        return None
    return Path(spec.origin) if spec is not None and spec.origin else None


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def work_of(scenario: Scenario, asked: dict[str, Any]) -> bytes:
    """SHA-256 of all that decides a scenario's runs but the replication; titles do not.

    Parameters
    ----------
    asked
        Chains, years, seed, accounting and target.
    """
    spec = scenario.spec.model_dump_json(exclude={"title"})
    tables = vars(scenario.tables)
    rows = {name: _rows(tables[name]) for name in tables if name != "record"}
    said = json.dumps([asked, rows, program()], sort_keys=True, default=str)
    return hashlib.sha256(f"{said}\n{spec}".encode()).digest()


@cache
def _rows(rows: tuple[Any, ...]) -> str:
    return hashlib.sha256("\n".join(row.model_dump_json() for row in rows).encode()).hexdigest()
