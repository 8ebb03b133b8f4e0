"""What there is: regions, plans, futures, studies and sweeps with their titles."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path as FilePath

from sim.scenario.library import Library, Shelf
from sim.scenario.nodes import find, plain


@dataclass(frozen=True)
class Listed:
    """A name with its titles and, of a plan or future, what it changes."""

    region: str
    name: str
    en: str
    zh: str
    about_en: str = ""
    about_zh: str = ""


def list_regions(root: FilePath | None = None) -> tuple[Listed, ...]:
    """All regions with their titles."""
    library = Library.at(root)
    return tuple(
        _listed(library, region, region, library.region_file(region)) for region in library.regions()
    )


def list_plans(root: FilePath | None = None) -> tuple[Listed, ...]:
    """All plans of all regions."""
    return _shelf(root, "plans")


def list_futures(root: FilePath | None = None) -> tuple[Listed, ...]:
    """All futures of all regions."""
    return _shelf(root, "futures")


def list_studies(root: FilePath | None = None) -> tuple[Listed, ...]:
    """All studies of all regions."""
    return _shelf(root, "studies")


def list_sweeps(root: FilePath | None = None) -> tuple[Listed, ...]:
    """All sweeps of all regions."""
    return _shelf(root, "sweeps")


def _shelf(root: FilePath | None, shelf: Shelf) -> tuple[Listed, ...]:
    library = Library.at(root)
    return tuple(
        _listed(library, region, name, library.path(region, shelf, name))
        for region in library.regions()
        for name in library.names(region, shelf)
    )


def _listed(library: Library, region: str, name: str, path: FilePath) -> Listed:
    tree = library.document(path).tree
    texts = [
        str(plain(found)) if tree is not None and (found := find(tree, (word, lang))) is not None else ""
        for word in ("title", "about")
        for lang in ("en", "zh")
    ]
    return Listed(region, name, *texts)
