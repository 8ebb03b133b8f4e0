"""Where scenario files lie: regions with their plans, futures and studies, below one root."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Literal, TypeVar

from sim.scenario.problems import Place, Problem, nearest, problem
from sim.scenario.reader import Document, read_document
from sim.scenario.settings import settle
from sim.scenario.tables import CsvTable, read_table
from sim.spec import Spec

Shelf = Literal["plans", "futures", "studies", "sweeps"]
Row = TypeVar("Row", bound=Spec)
ENDINGS = (".yaml", ".yml")


def shipped_root() -> FilePath:
    """Folder of the scenarios that come with the program, or `scenarios` in the working folder."""
    beside = FilePath(__file__).resolve().parents[2] / "scenarios"
    return beside if beside.is_dir() else FilePath("scenarios").resolve()


@dataclass(frozen=True)
class Library:
    """All regions below a root folder."""

    root: FilePath

    @staticmethod
    def at(root: FilePath | str | None) -> Library:
        """Library at a folder; the shipped one without."""
        return Library(shipped_root() if root is None else FilePath(root).resolve())

    def regions(self) -> tuple[str, ...]:
        """Names of all regions."""
        return tuple(sorted(path.parent.name for path in self.root.glob("*/region.yaml")))

    def names(self, region: str, shelf: Shelf) -> tuple[str, ...]:
        """Names of a region's plans, futures or studies."""
        return tuple(sorted(path.stem for path in (self.root / region / shelf).glob("*.yaml")))

    def path(self, region: str, shelf: Shelf, name: str) -> FilePath:
        """File of a plan, future or study."""
        return self.root / region / shelf / f"{name}.yaml"

    def label(self, path: FilePath) -> str:
        """Name of a file in messages: relative to the root, or absolute."""
        resolved = resolved_path(path)
        if resolved.is_relative_to(self.root):
            return resolved.relative_to(self.root).as_posix()
        return resolved.as_posix()

    def home(self, path: FilePath) -> FilePath:
        """Folder whose files a file may name: its region's, or its own."""
        folder = resolved_path(path).parent
        return next((one for one in (folder, folder.parent) if os.path.isfile(one / "region.yaml")), folder)

    def region_of(self, path: FilePath) -> str:
        """Region that a file belongs to, or an empty text."""
        home = self.home(path)
        return home.name if home.parent == self.root else ""

    def document(self, path: FilePath) -> Document:
        """Read a YAML file, with origins handed down to its values; once while it does not change."""
        return _document(path, self.label(path), _stamp(path))

    def table(self, path: FilePath, name: str, row: type[Row]) -> CsvTable[Row]:
        """Read a CSV table; once while it does not change."""
        return _table(path, self.label(path), name, row, _stamp(path))  # type: ignore[return-value]

    def locate(self, name: str, shelf: Shelf) -> tuple[str, str] | Problem:
        """Region and stem of a plan or study named `region/name` or, while unambiguous, `name`."""
        region, _, stem = name.rpartition("/")
        if region and stem in self.names(region, shelf):
            return region, stem
        owners = [] if region else [one for one in self.regions() if stem in self.names(one, shelf)]
        if len(owners) == 1:
            return owners[0], stem
        word = "study" if shelf == "studies" else shelf[:-1]
        if owners:
            listed = " or ".join(f"{one}/{stem}" for one in owners)
            return unknown(name, f"more than one region has a {word} {stem}", f"write {listed}")
        known = [f"{one}/{plan}" for one in self.regions() for plan in self.names(one, shelf)]
        return unknown(name, f"there is no {word} {name}", advice(name, known))


def resolved_path(path: FilePath) -> FilePath:
    """Path with its links followed; as it stands where they lead in a circle."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        return FilePath(os.path.abspath(path))


def advice(name: str, known: Iterable[str]) -> str:
    """Nearest known name; with or without its region."""
    listed = list(known)
    short = {one.rpartition("/")[2]: one for one in listed}
    close = nearest(name, listed) or short.get(nearest(name.rpartition("/")[2], short), "")
    return f"did you mean {close}?" if close else "`python run.py list` shows all names"


def unknown(name: str, message: str, fix: str) -> Problem:
    """Problem of a name on the command line."""
    return problem("E001", Place(name, 1, 1), "", message, fix)


def _stamp(path: FilePath) -> tuple[int, int]:
    try:
        status = path.stat()
    except (OSError, ValueError):
        return (0, 0)
    return (status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=256)
def _document(path: FilePath, label: str, stamp: tuple[int, int]) -> Document:
    raw = read_document(path, label)
    if raw.tree is None:
        return raw
    tree, problems = settle(raw.tree)
    return Document(raw.file, raw.path, tree, (*raw.problems, *problems), raw.sha256)


@lru_cache(maxsize=64)
def _table(path: FilePath, label: str, name: str, row: type[Spec], stamp: tuple[int, int]) -> CsvTable[Spec]:
    return read_table(path, label, name, row)
