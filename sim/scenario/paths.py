"""Files that a scenario file names: `extends` and tables, never outside their folder."""

from __future__ import annotations

from pathlib import Path as FilePath

from sim.scenario.library import ENDINGS, Library, file_of
from sim.scenario.nodes import Leaf, Node
from sim.scenario.problems import Problem, nearest, problem
from sim.scenario.reader import Document
from sim.scenario.schema import ScenarioSpec


def resolve_path(
    said: Node, path: str, folder: FilePath, home: FilePath, library: Library
) -> FilePath | Problem:
    """File that a value names; it may not leave `home` (links are followed first).

    `extends` may also be the name of a plan, `region/plan`.
    """
    text = said.value if isinstance(said, Leaf) else None
    if not isinstance(text, str) or not text or "\x00" in text:
        return problem("E103", said.place, path, "is not a path", "write a path such as ../region.yaml")
    if path == "extends" and not text.endswith(ENDINGS):
        found = library.locate(text, "plans", library.region_of(folder / "_"))
        if isinstance(found, Problem):
            fix = "extend a plan, or ../region.yaml" if library.mistaken(text, "plans") else found.fix
            return problem("E001", said.place, path, found.message, fix)
        return library.path(found[0], "plans", found[1])
    try:
        target = (folder / text).resolve()
    except (OSError, RuntimeError, ValueError) as fault:
        return problem("E001", said.place, path, f"{text} cannot be resolved: {fault}", "correct the path")
    if not target.is_relative_to(home.resolve()):
        message = f"{text} leaves the folder {library.label(home)}"
        return problem("E010", said.place, path, message, "keep the file in that folder")
    return target


def extends_nothing(document: Document, library: Library) -> Problem | None:
    """Fault of a plan that extends nothing and lacks most sections: one, rather than one for each section."""
    tree = document.tree
    if tree is None or "extends" in tree.entries or document.path.stem == "region":
        return None
    needed = [name for name, info in ScenarioSpec.model_fields.items() if info.is_required()]
    lacking = [name for name in needed if name not in tree.entries]
    if len(lacking) <= len(needed) / 2:
        return None
    others = [name for name in tree.entries if name not in ScenarioSpec.model_fields]
    if near := nearest("extends", others):
        return problem("E101", tree.keys[near], near, "unknown word", "did you mean extends?")
    message = f"is missing, and so are {len(lacking)} sections: {', '.join(lacking)}"
    fix = f"add `extends: {_base_of(document.path, library)}`"
    return problem("E102", tree.place, "extends", message, fix)


def _base_of(path: FilePath, library: Library) -> str:
    """What a file may well extend: its region, or some plan."""
    region = file_of(library.home(path), "region")
    if region.is_file():
        return region.name if region.parent == path.resolve().parent else f"../{region.name}"
    plans = (f"{one}/{plan}" for one in library.regions() for plan in library.names(one, "plans"))
    return next(plans, "region/plan")
