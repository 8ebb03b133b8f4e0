"""Files that a scenario file names: `extends` and tables, never outside their folder."""

from __future__ import annotations

from pathlib import Path as FilePath

from sim.scenario.library import ENDINGS, Library
from sim.scenario.nodes import Leaf, Node
from sim.scenario.problems import Problem, problem


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
        found = library.locate(text, "plans")
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
