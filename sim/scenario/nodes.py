"""The tree that a scenario file is read into: every key and value knows its place and its origin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sim.scenario.problems import Place

Scalar = str | int | float | bool | date | None
Range = tuple[float, float] | tuple[date, date]
Path = tuple[str, ...]


@dataclass(frozen=True)
class Leaf:
    """A single value. A `faulty` one has been reported and is not judged again."""

    value: Scalar
    place: Place
    faulty: bool = False
    range: Range | None = None
    origin: str = ""
    confidence: str = ""


@dataclass(frozen=True)
class Items:
    """A list, replaced whole by an overlay."""

    items: tuple[Node, ...]
    place: Place
    origin: str = ""
    confidence: str = ""


@dataclass(frozen=True)
class Branch:
    """A mapping; `keys` holds the place of every key."""

    entries: dict[str, Node]
    place: Place
    keys: dict[str, Place] = field(default_factory=dict)


Node = Leaf | Items | Branch


def without(branch: Branch, *words: str) -> Branch:
    """Leave some keys of a mapping out."""
    kept = {key: node for key, node in branch.entries.items() if key not in words}
    return Branch(kept, branch.place, branch.keys)


def plain(node: Node) -> Any:
    """Dicts, tuples and scalars, as validation wants them."""
    match node:
        case Leaf():
            return node.value
        case Items():
            return tuple(plain(item) for item in node.items)
        case Branch():
            return {key: plain(child) for key, child in node.entries.items()}


def child_of(node: Node, step: str | int) -> Node | None:
    """Entry of a mapping or item of a list, if there."""
    match node:
        case Branch():
            return node.entries.get(str(step))
        case Items() if str(step).isdigit() and int(step) < len(node.items):
            return node.items[int(step)]
        case _:
            return None


def find(node: Node, path: tuple[str | int, ...]) -> Node | None:
    """Node at a path, if there."""
    found: Node | None = node
    for step in path:
        if found is None:
            return None
        found = child_of(found, step)
    return found


def place_of(node: Node, path: tuple[str | int, ...]) -> Place:
    """Place of the value at a path, or of the innermost mapping on the way that exists."""
    here = node
    for step in path:
        there = child_of(here, step)
        if there is None:
            break
        here = there
    return here.place


def key_place(node: Node, path: tuple[str | int, ...]) -> Place:
    """Place of the key that ends a path, or of the value if it has no key."""
    parent = find(node, path[:-1])
    if isinstance(parent, Branch) and str(path[-1]) in parent.keys:
        return parent.keys[str(path[-1])]
    return place_of(node, path)


def leaves(node: Node, path: Path = ()) -> Iterator[tuple[Path, Leaf | Items]]:
    """All values with their paths; a list of plain values counts as one."""
    match node:
        case Leaf():
            yield path, node
        case Items():
            yield path, node
            for index, item in enumerate(node.items):
                if not isinstance(item, Leaf):
                    yield from leaves(item, (*path, str(index)))
        case Branch():
            for key, child in node.entries.items():
                yield from leaves(child, (*path, key))


def branches(node: Node, path: Path = ()) -> Iterator[tuple[Path, Branch]]:
    """All mappings with their paths, the outer before the inner."""
    if isinstance(node, Branch):
        yield path, node
        for key, inner in node.entries.items():
            yield from branches(inner, (*path, key))


def deeper(word: str, holder: Node | None) -> list[str]:
    """Dotted paths below a mapping that end with a word and have others before it."""
    if holder is None:
        return []
    found = [(*path, word) for path, node in branches(holder) if path and word in node.entries]
    return [".".join(path) for path in found]
