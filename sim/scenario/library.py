"""Where scenario files lie: regions with their plans, futures and studies, below one root."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Literal, TypeVar

from sim.scenario.problems import Place, Problem, nearest, problem, suggestion
from sim.scenario.reader import Document, Refused, read_document, read_text
from sim.scenario.settings import settle
from sim.scenario.tables import CsvTable, read_table
from sim.spec import Spec

Shelf = Literal["plans", "futures", "studies", "sweeps"]
Row = TypeVar("Row", bound=Spec)
DEFAULT = "default"
"""File beside the regions that names one of them."""
MOST_SHOWN = 40
ENDINGS = (".yaml", ".yml")
SHELVES: dict[Shelf, str] = {"plans": "plan", "futures": "future", "studies": "study", "sweeps": "sweep"}
"""Folder -> what a file in it is."""

RUNS: dict[Shelf, str] = {"plans": "run", "studies": "compare", "sweeps": "sweep"}
"""Folder -> the command that runs what lies in it."""


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
        return tuple(
            sorted({path.parent.name for end in ENDINGS for path in self.root.glob(f"*/region{end}")})
        )

    @property
    def default(self) -> str:
        """Region that a name without one means where several have it; an empty text where none is named."""
        named = self.named_default()
        return named if isinstance(named, str) else ""

    def named_default(self) -> str | Problem:
        """What the file `default` says, or what is wrong with it."""
        path = self.root / DEFAULT
        if not os.path.isfile(path):
            return ""
        try:
            word = read_text(path, DEFAULT)[0].strip()
        except Refused as refusal:
            return refusal.problem
        if word in self.regions():
            return word
        message = f"there is no region {word[:MOST_SHOWN]!r}"
        return problem("E401", Place(DEFAULT, 1, 1), "", message, suggestion(word, self.regions()))

    def preferred(self, names: Sequence[str]) -> str:
        """Which of several regions a name means; an empty text where that is open."""
        return names[0] if len(names) == 1 else self.default if self.default in names else ""

    def shelf_named(self, name: str, shelves: Iterable[Shelf]) -> Shelf | None:
        """First of several shelves that a name is on; one of the default region before all others."""
        head = name.partition("+")[0]
        found = {
            shelf: at
            for shelf in shelves
            if not isinstance(at := self.locate(head if shelf == "plans" else name, shelf), Problem)
        }
        if len({region for region, _ in found.values()}) < 2:
            return next(iter(found), None)
        return min(found, key=lambda shelf: found[shelf][0] != self.default)

    def names(self, region: str, shelf: Shelf) -> tuple[str, ...]:
        """Names of a region's plans, futures or studies."""
        return tuple(sorted({path.stem for path in self.files(region, shelf)}))

    def path(self, region: str, shelf: Shelf, name: str) -> FilePath:
        """File of a plan, future or study."""
        return file_of(self.root / region / shelf, name)

    def files(self, region: str, shelf: Shelf) -> list[FilePath]:
        """Files of a region's plans, futures or studies."""
        folder = self.root / region / shelf
        return sorted(path for ending in ENDINGS for path in folder.glob(f"*{ending}"))

    def region_file(self, region: str) -> FilePath:
        """File of a region."""
        return file_of(self.root / region, "region")

    def label(self, path: FilePath) -> str:
        """Name of a file in messages: relative to the root, or absolute."""
        resolved = resolved_path(path)
        if resolved.is_relative_to(self.root):
            return resolved.relative_to(self.root).as_posix()
        return resolved.as_posix()

    def home(self, path: FilePath) -> FilePath:
        """Folder whose files a file may name: its region's, or its own."""
        folder = resolved_path(path).parent
        return next(
            (one for one in (folder, folder.parent) if os.path.isfile(file_of(one, "region"))), folder
        )

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

    def locate(self, name: str, shelf: Shelf, home: str = "") -> tuple[str, str] | Problem:
        """Region and stem of a plan or study named `region/name`, or `name`.

        A name without a region is that of the region `home`, else of the default region, else of the only one
        that has it.
        """
        region, _, stem = name.rpartition("/")
        if region and stem in self.names(region, shelf):
            return region, stem
        owners = [] if region else [one for one in self.regions() if stem in self.names(one, shelf)]
        if owners and (owner := home if home in owners else self.preferred(owners)):
            return owner, stem
        word = SHELVES[shelf]
        if owners:
            if isinstance(fault := self.named_default(), Problem):
                return fault
            listed = " or ".join(f"{one}/{stem}" for one in owners)
            fix = f"write {listed}, or name the region to prefer in the file `{DEFAULT}` of the scenarios"
            return unknown(name, f"more than one region has a {word} {stem}", fix)
        if said := self.mistaken(name, shelf):
            return unknown(name, *said)
        known = [f"{one}/{plan}" for one in self.regions() for plan in self.names(one, shelf)]
        return unknown(name, f"there is no {word} {name}", advice(name, known))

    def shelf_of(self, path: FilePath) -> Shelf | None:
        """Shelf of a region that a file lies on."""
        folder = resolved_path(path).parent
        there = os.path.isfile(file_of(folder.parent, "region"))
        return next((one for one in SHELVES if there and one == folder.name), None)

    def elsewhere(self, name: str, shelf: Shelf) -> tuple[str, Shelf] | None:
        """Region and shelf of a name that is not on the shelf where it is looked for."""
        region, _, stem = name.rpartition("/")
        owners = [region] if region else self.regions()
        others = [one for one in SHELVES if one != shelf]
        found = ((owner, one) for one in others for owner in owners if stem in self.names(owner, one))
        return next(found, None)

    def mistaken(self, name: str, shelf: Shelf) -> tuple[str, str] | None:
        """What a name or file is that is none of a shelf, and how it is used; None where it is unknown."""
        word, (head, _, _) = SHELVES[shelf], name.partition("+")
        if name.endswith(ENDINGS) and os.path.isfile(path := FilePath(name)):
            lies, named = self.shelf_of(path), "/".join(filter(None, [self.region_of(path), path.stem]))
            if lies == shelf:
                return f"{name} is a file", f"write the name of the {word}: {named}"
            if lies is not None:
                return f"{name} is a {SHELVES[lies]}, not a {word}", self._use(named, lies)
            return f"{name} is a file, not a {word}", self._use(name, "plans")
        if there := self.elsewhere(head, shelf):
            owner, lies = there
            full = name if lies == "plans" else f"{owner}/{head.rpartition('/')[2]}"
            return f"{name} is a {SHELVES[lies]}, not a {word}", self._use(full, lies)
        if head in self.regions():
            return f"{head} is a region, not a {word}", "`python run.py list` shows what it holds"
        return None

    def _use(self, name: str, shelf: Shelf) -> str:
        """How something on a shelf is used."""
        if shelf in RUNS:
            return f"`python run.py {RUNS[shelf]} {name}` runs it"
        region, _, stem = name.rpartition("/")
        plan = next(iter(self.names(region, "plans")), "plan")
        return f"add it to a plan: {'/'.join(filter(None, [region, plan]))}+{stem}"


def file_of(folder: FilePath, stem: str) -> FilePath:
    """File of a name in a folder, with the ending that it has there."""
    named = [folder / f"{stem}{ending}" for ending in ENDINGS]
    return next((one for one in named if os.path.isfile(one)), named[0])


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
