"""What the files of a library say at each word of the vocabularies: examples for whoever writes one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_origin

from sim.scenario.library import Library, Shelf
from sim.scenario.nodes import Branch, Items, Leaf, Node, find, plain
from sim.scenario.schema import (
    KilnCalendarRow,
    RecordRow,
    ScenarioSpec,
    SmelterHistoryRow,
    SmelterRow,
    SourceRow,
    TownshipRow,
)
from sim.scenario.study import StudySpec
from sim.scenario.sweep_study import SweepSpec
from sim.scenario.vocabulary import Kind, chosen, fields_of, item_kind, kind_of
from sim.spec import Spec

ROWS: dict[str, type[Spec]] = {
    "townships": TownshipRow,
    "sources": SourceRow,
    "smelters": SmelterRow,
    "smelter_history": SmelterHistoryRow,
    "kiln_calendar": KilnCalendarRow,
    "record": RecordRow,
}
"""What a row of each table of a region is."""
SHELVES: dict[Shelf, type[Spec]] = {
    "plans": ScenarioSpec,
    "futures": ScenarioSpec,
    "studies": StudySpec,
    "sweeps": SweepSpec,
}
FEW = 2
"""Items of a list of names, and entries of a mapping of free names, that an example shows."""

Examples = dict[tuple[type[Spec], str], Any]
"""An example by spec and word."""


def examples_in(library: Library) -> Examples:
    """First example of each word, in the files of all regions, in their tables, or else beside the field."""
    found: Examples = {}
    for path, spec in _files(library):
        tree = library.document(path).tree
        if tree is not None:
            _collect(kind_of(spec), tree, found)
    for region in library.regions():
        _collect_cells(library, region, found)
    return found


def example_of(spec: type[Spec], word: str, found: Examples) -> Any:
    """Example of a word; None where neither a file nor the field has one."""
    if (spec, word) in found:
        return found[spec, word]
    kind = fields_of(spec)[word]
    if kind.examples:
        return kind.examples[0]
    return next((word for word in kind.choices if word != kind.default), None)


def _files(library: Library) -> Iterator[tuple[Path, type[Spec]]]:
    for region in library.regions():
        yield library.region_file(region), ScenarioSpec
        for shelf, spec in SHELVES.items():
            for path in library.files(region, shelf):
                yield path, spec


def _collect(kind: Kind, node: Node, found: Examples) -> None:
    if kind.is_union:
        known = chosen(kind, node)
        if known is not None:
            _collect(known, node, found)
    elif kind.is_spec and isinstance(node, Branch):
        for word, inner in fields_of(kind.type).items():
            if word in node.entries:
                _keep((kind.type, word), inner, node.entries[word], found)
    elif kind.is_map and isinstance(node, Branch):
        for entry in node.entries.values():
            _collect(item_kind(kind), entry, found)
    elif get_origin(kind.type) is tuple and isinstance(node, Items):
        for item in node.items:
            _collect(item_kind(kind), item, found)


def _keep(place: tuple[type[Spec], str], kind: Kind, node: Node, found: Examples) -> None:
    if isinstance(node, Leaf) and node.value is None:
        return
    found.setdefault(place, plain(_shortened(kind, node)))
    _collect(kind, node, found)


def _shortened(kind: Kind, node: Node) -> Node:
    """The beginning of a mapping of free names, or of a list of free length."""
    if kind.is_map and isinstance(node, Branch):
        return Branch(dict([*node.entries.items()][:FEW]), node.place)
    if isinstance(node, Items) and kind.bound("max_length") is None:
        return Items(node.items[:FEW], node.place)
    return node


def _collect_cells(library: Library, region: str, found: Examples) -> None:
    path = library.region_file(region)
    tree = library.document(path).tree
    for name, row in ROWS.items():
        file = find(tree, ("tables", name, "file")) if tree is not None else None
        if not (isinstance(file, Leaf) and isinstance(file.value, str)):
            continue
        for one in library.table(path.parent / file.value, name, row).rows:
            for word in fields_of(row):
                if (value := getattr(one, word)) is not None:
                    found.setdefault((row, word), value)
