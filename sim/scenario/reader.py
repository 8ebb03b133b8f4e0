"""Scenario files into trees: a walk over YAML events that knows every place and refuses hostile files.

Nothing is built beyond the tree, so time and memory are bounded by the limits on size, depth and count.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from sim.scenario.folding import ALIKE, folded
from sim.scenario.nodes import Branch, Items, Leaf, Node
from sim.scenario.plainly import begins_before, plainly
from sim.scenario.problems import MAX_PROBLEMS, Place, Problem, problem
from sim.scenario.scalars import Fault, resolve

MAX_BYTES = 2_000_000
MAX_DEPTH = 30
MAX_NODES = 20_000
MAX_LINES = 20_000
MAX_LINE = 10_000
LONGEST_KEY = 200
UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


class Refused(Exception):  # noqa: N818
    """The rest of a file is not read."""

    def __init__(self, code: str, place: Place, message: str, fix: str) -> None:
        super().__init__(message)
        self.problem = problem(code, place, "", message, fix)


@dataclass(frozen=True)
class Document:
    """A file as read: its tree (None where it could not be read), problems and SHA-256."""

    file: str
    path: FilePath
    tree: Branch | None
    problems: tuple[Problem, ...]
    sha256: str


def read_text(path: FilePath, file: str) -> tuple[str, str]:
    """Text of a file and its SHA-256.

    Raises
    ------
    Refused
        If it is missing, too large, or not UTF-8 text.
    """
    content = read_content(path, file)
    return decoded(content, file), hashlib.sha256(content).hexdigest()


def read_content(path: FilePath, file: str) -> bytes:
    """Bytes of a file.

    Raises
    ------
    Refused
        If it is missing or too large.
    """
    start = Place(file, 1, 1)
    try:
        if not path.is_file():
            raise Refused("E001", start, f"there is no file {file}", "correct the name or write the file")
        size = os.path.getsize(path)
        if size > MAX_BYTES:
            raise Refused(
                "E002", start, f"{size / 1e6:.1f} MB; at most 2 MB are read", "keep only what differs"
            )
        return path.read_bytes()
    except (OSError, ValueError) as fault:
        raise Refused("E001", start, f"{file} cannot be read: {fault}", "correct the name") from fault


def decoded(content: bytes, file: str) -> str:
    """Text of bytes in UTF-8, with or without a mark.

    Raises
    ------
    Refused
        If they are none.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        good = content[: fault.start].decode("utf-8", errors="replace")
        place = _position(good, len(good), file)
        byte = content[fault.start]
        raise Refused("E003", place, f"byte 0x{byte:02x} is not UTF-8", "save the file as UTF-8") from fault
    refuse_unprintable(text, file)
    return text


def refuse_unprintable(text: str, file: str) -> None:
    """Refuse what is no text.

    Raises
    ------
    Refused
        At the first control character.
    """
    if found := UNPRINTABLE.search(text):
        place = _position(text, found.start(), file)
        code = f"U+{ord(found.group()):04X}"
        raise Refused("E003", place, f"control character {code} is not text", "remove it")


def _refuse_long_lines(text: str, file: str) -> None:
    lines = text.split("\n")
    if len(lines) > MAX_LINES:
        raise Refused(
            "E006", Place(file, MAX_LINES, 1), f"more than {MAX_LINES} lines", "keep only what differs"
        )
    for number, line in enumerate(lines, start=1):
        refuse_long_line(line, number, file)


def refuse_long_line(line: str, number: int, file: str) -> None:
    """Refuse a line that is too long to be read in bounded time.

    Raises
    ------
    Refused
        If it has more than `MAX_LINE` characters.
    """
    if len(line) > MAX_LINE:
        message = f"a line of {len(line)} characters"
        raise Refused("E006", Place(file, number, MAX_LINE), message, f"break it below {MAX_LINE} characters")


def _position(text: str, index: int, file: str) -> Place:
    line = text.count("\n", 0, index) + 1
    return Place(file, line, index - (text.rfind("\n", 0, index) + 1) + 1)


def read_document(path: FilePath, file: str) -> Document:
    """Read one YAML file; what is wrong with it is in `problems`, never an exception."""
    try:
        text, sha256 = read_text(path, file)
    except Refused as refusal:
        return Document(file, path, None, (refusal.problem,), "")
    tree, problems = read_tree(text, file)
    return Document(file, path, tree, problems, sha256)


def read_tree(text: str, file: str) -> tuple[Branch | None, tuple[Problem, ...]]:
    """Tree of a text whose top is a mapping, and what is wrong with it."""
    node, problems = read_node(text, file)
    if node is None or isinstance(node, Branch):
        return node, problems
    if isinstance(node, Leaf) and node.value is None and not node.faulty:
        empty = problem("E005", Place(file, 1, 1), "", "the file is empty", "write `title:` and what differs")
        return None, (*problems, empty)
    top = problem("E005", node.place, "", "the top of the file is not a mapping", "write `key: value` lines")
    return None, (*problems, top)


def read_node(
    text: str, file: str, line: int = 0, column: int = 0, path: tuple[str, ...] = ()
) -> tuple[Node | None, tuple[Problem, ...]]:
    """Node of any YAML text at `path`; `line` and `column` are added to its places."""
    walk = Walk(text, file, line, column)
    try:
        _refuse_long_lines(text, file)
        node = walk.document(path)
    except Refused as refusal:
        return None, (*walk.problems, refusal.problem)
    except MarkedYAMLError as fault:
        said = " ".join(filter(None, [fault.context, fault.problem]))
        marks = [fault.problem_mark, fault.context_mark]
        place = walk.at(next(filter(None, reversed(marks) if begins_before(said) else marks), None))
        return None, (*walk.problems, problem("E004", place, "", *plainly(said)))
    except Exception as fault:
        message = f"not YAML: {type(fault).__name__}"
        return None, (*walk.problems, problem("E004", walk.last, "", message, "correct the line"))
    return node, tuple(walk.problems)


class Walk:
    """One pass over the events of a text."""

    def __init__(self, text: str, file: str, line: int, column: int) -> None:
        self.events: Iterator[Any] = YAML(typ="safe", pure=True).parse(text)
        self.file, self.line, self.column = file, line, column
        self.problems: list[Problem] = []
        self.last = Place(file, line + 1, column + 1)
        self.count = 0

    def at(self, mark: Any) -> Place:
        """Place of a mark."""
        if mark is None:
            return self.last
        return Place(self.file, self.line + mark.line + 1, self.column + mark.column + 1)

    def next(self) -> Any:
        """Next event."""
        event = next(self.events)
        self.last = self.at(event.start_mark)
        return event

    def report(self, code: str, place: Place, message: str, fix: str, path: str = "") -> None:
        """Note a problem, up to a limit per file."""
        self.problems.append(problem(code, place, path, message, fix))
        if len(self.problems) >= MAX_PROBLEMS:
            raise Refused(
                "E006", place, f"more than {MAX_PROBLEMS} problems; the rest is not read", "correct these"
            )

    def document(self, path: tuple[str, ...] = ()) -> Node:
        """Read the single document of the text."""
        self.next()
        event = self.next()
        if not isinstance(event, DocumentStartEvent):
            return Leaf(None, self.last)
        if event.version or event.tags:
            self.report("E007", self.last, "directives are not in the language", "remove the % lines")
        node = self.node(self.next(), path, 0)
        self.next()
        if isinstance(self.next(), DocumentStartEvent):
            self.report("E007", self.last, "a second document begins here", "keep one document per file")
        return node

    def node(self, event: Any, path: tuple[str, ...], depth: int) -> Node:
        """Node that begins with an event."""
        place = self.at(event.start_mark)
        self.count += 1
        if self.count > MAX_NODES:
            raise Refused("E006", place, f"more than {MAX_NODES} values", "keep long lists in a CSV table")
        if depth > MAX_DEPTH:
            raise Refused("E006", place, f"nested deeper than {MAX_DEPTH} levels", "flatten it")
        if isinstance(event, AliasEvent):
            self.report(
                "E007", place, "aliases are not in the language", "write the value out", ".".join(path)
            )
            return Leaf(None, place, faulty=True)
        self.refuse_extras(event, place, path)
        if isinstance(event, ScalarEvent):
            return self.leaf(event, place, path)
        if isinstance(event, SequenceStartEvent):
            return self.items(place, path, depth)
        return self.branch(place, path, depth)

    def refuse_extras(self, event: Any, place: Place, path: tuple[str, ...]) -> None:
        """Report an anchor or a tag."""
        if event.anchor:
            self.report("E007", place, "anchors are not in the language", "remove the &name", ".".join(path))
        if event.tag is not None:
            self.report("E007", place, "tags are not in the language", "remove the !tag", ".".join(path))

    def leaf(self, event: Any, place: Place, path: tuple[str, ...]) -> Leaf:
        """Value of a scalar; quoted ones are text."""
        if event.style:
            return Leaf(event.value, place)
        try:
            return Leaf(resolve(event.value), place)
        except Fault as fault:
            self.report(fault.code, place, fault.message, fault.fix, ".".join(path))
            return Leaf(None, place, faulty=True)

    def items(self, place: Place, path: tuple[str, ...], depth: int) -> Items:
        """Read a list."""
        nodes: list[Node] = []
        while not isinstance(event := self.next(), SequenceEndEvent):
            nodes.append(self.node(event, (*path, str(len(nodes))), depth + 1))
        return Items(tuple(nodes), place)

    def branch(self, place: Place, path: tuple[str, ...], depth: int) -> Branch:
        """Read a mapping; the first of two equal keys stays."""
        entries: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        seen: dict[str, str] = {}
        while not isinstance(event := self.next(), MappingEndEvent):
            key, where = self.key(event, path, depth)
            node = self.node(self.next(), (*path, key), depth + 1)
            if key in entries:
                message = f"stands twice, first at line {keys[key].line}, column {keys[key].column}"
                self.report("E008", where, message, "keep one of them", ".".join((*path, key)))
            elif twin := seen.get(folded(key)):
                message = f"{ALIKE} from {twin} at line {keys[twin].line}, column {keys[twin].column}"
                self.report("E008", where, message, "keep one of them", ".".join((*path, key)))
            elif key:
                entries[key], keys[key] = node, where
                seen[folded(key)] = key
        return Branch(entries, place, keys)

    def key(self, event: Any, path: tuple[str, ...], depth: int) -> tuple[str, Place]:
        """Word of a key; empty where it is none."""
        place = self.at(event.start_mark)
        if not isinstance(event, ScalarEvent):
            self.report("E009", place, "a key must be one word", "write `key: value`", ".".join(path))
            self.node(event, path, depth + 1)
            return "", place
        self.refuse_extras(event, place, path)
        if event.value == "<<" and not event.style:
            self.report(
                "E007", place, "merge keys are not in the language", "write the entries out", ".".join(path)
            )
            return "", place
        if not event.value or len(event.value) > LONGEST_KEY or "." in event.value or "\n" in event.value:
            shown = event.value[:20]
            self.report(
                "E009", place, f"{shown!r} cannot be a key", "use letters, digits and _", ".".join(path)
            )
            return "", place
        return str(event.value), place
