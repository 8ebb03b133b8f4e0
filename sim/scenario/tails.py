"""Paths that begin deeper down: `rounds.every_days` for `collection_point.rounds.every_days`."""

from __future__ import annotations

from sim.scenario.nodes import Branch, Path, branches, find
from sim.scenario.schema import ScenarioSpec
from sim.scenario.validate import kind_along
from sim.scenario.vocabulary import Kind, child, child_kinds, kind_of, words


def above(steps: Path, tree: Branch) -> list[Path]:
    """What may stand before the words of a path to make it whole; nothing where it is whole already.

    A path whose last word is not there, but may be, counts where no other does.
    """
    if not steps or steps[0] in ScenarioSpec.model_fields:
        return []
    held = [(path, node) for path, node in branches(tree) if path]
    whole = [path for path, node in held if find(node, steps) is not None]
    if whole or len(steps) == 1:
        return whole
    return [path for path, node in held if _may_hold(path, node, steps, tree)]


def _may_hold(path: Path, node: Branch, steps: Path, tree: Branch) -> bool:
    holder = find(node, steps[:-1])
    kind = kind_along(ScenarioSpec, (*path, *steps[:-1]), tree)
    return isinstance(holder, Branch) and kind is not None and child(kind, steps[-1]) is not None


def is_in_vocabulary(steps: Path) -> bool:
    """Whether the schema knows a place that a path ends at, wherever it begins."""
    seen: set[Kind] = set()
    waiting = [kind_of(ScenarioSpec)]
    while waiting:
        kind = waiting.pop()
        if kind in seen:
            continue
        seen.add(kind)
        if steps[0] in words(kind) and _leads(kind, steps):
            return True
        waiting += child_kinds(kind)
    return False


def _leads(kind: Kind, steps: Path) -> bool:
    found: Kind | None = kind
    for step in steps:
        found = child(found, step) if found is not None else None
    return found is not None
