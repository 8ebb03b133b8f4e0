"""Takes `{value, range, origin, confidence}` apart, and hands the origin of a mapping down to its values."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sim.scenario.nodes import Branch, Items, Leaf, Node, Path, Range
from sim.scenario.problems import Place, Problem, dotted, problem, suggestion
from sim.scenario.validate import show

WORDS = ("value", "range", "origin", "confidence")
CONFIDENCES = ("high", "medium", "low")


def settle(tree: Branch) -> tuple[Branch, tuple[Problem, ...]]:
    """Tree without setting words: every value carries its own range, origin and confidence."""
    problems: list[Problem] = []
    settled = _settle_entries(tree, (), "", "", problems)
    return settled if isinstance(settled, Branch) else Branch({}, tree.place), tuple(problems)


def _settle(node: Node, path: Path, origin: str, confidence: str, problems: list[Problem]) -> Node:
    match node:
        case Leaf():
            return replace(node, origin=origin, confidence=confidence)
        case Items():
            items = tuple(
                _settle(item, (*path, str(index)), origin, confidence, problems)
                for index, item in enumerate(node.items)
            )
            return Items(items, node.place, origin, confidence)
        case Branch():
            return _settle_branch(node, path, origin, confidence, problems)


def _settle_branch(node: Branch, path: Path, origin: str, confidence: str, problems: list[Problem]) -> Node:
    if "value" in node.entries:
        origin = _origin(node, path, problems) or origin
        confidence = _confidence(node, path, problems) or confidence
        return _setting(node, path, origin, confidence, problems)
    return _settle_entries(node, path, origin, confidence, problems)


def _settle_entries(node: Branch, path: Path, origin: str, confidence: str, problems: list[Problem]) -> Node:
    origin = _origin(node, path, problems) or origin
    confidence = _confidence(node, path, problems) or confidence
    if "range" in node.entries:
        fix = "write {value: ..., range: [low, high]}"
        problems.append(problem("E204", node.keys["range"], dotted(path), "a range without a value", fix))
        if all(key in WORDS for key in node.entries):
            return Leaf(None, node.place, faulty=True)
    entries = {
        key: _settle(child, (*path, key), origin, confidence, problems)
        for key, child in node.entries.items()
        if key not in ("range", "origin", "confidence")
    }
    return Branch(entries, node.place, node.keys)


def _origin(node: Branch, path: Path, problems: list[Problem]) -> str:
    said = node.entries.get("origin")
    if said is None or (isinstance(said, Leaf) and (said.faulty or isinstance(said.value, str))):
        return str(said.value) if isinstance(said, Leaf) and not said.faulty else ""
    problems.append(problem("E205", said.place, dotted(path), "an origin is one text", "write it in quotes"))
    return ""


def _confidence(node: Branch, path: Path, problems: list[Problem]) -> str:
    said = node.entries.get("confidence")
    if said is None or (isinstance(said, Leaf) and (said.faulty or said.value in CONFIDENCES)):
        return str(said.value) if isinstance(said, Leaf) and not said.faulty else ""
    fix = suggestion(str(said.value) if isinstance(said, Leaf) else "", CONFIDENCES)
    problems.append(problem("E205", said.place, dotted(path), "confidence is high, medium or low", fix))
    return ""


def _setting(node: Branch, path: Path, origin: str, confidence: str, problems: list[Problem]) -> Node:
    for key in node.entries:
        if key not in WORDS:
            fix = suggestion(key, WORDS)
            message = "unknown word beside `value`"
            problems.append(problem("E101", node.keys[key], dotted((*path, key)), message, fix))
    value = node.entries["value"]
    if isinstance(value, Branch):
        message = "`value` holds a mapping"
        fix = "put origin and confidence into the mapping itself"
        problems.append(problem("E204", value.place, dotted(path), message, fix))
        return Leaf(None, value.place, faulty=True)
    settled = _settle(value, path, origin, confidence, problems)
    if isinstance(settled, Leaf):
        found = _range(node, settled, path, problems)
        empty = settled.value is None and "range" in node.entries
        return replace(settled, range=found, faulty=settled.faulty or empty)
    if "range" in node.entries:
        message = "a list has no range"
        problems.append(problem("E204", node.keys["range"], dotted(path), message, "remove the range"))
    return settled


def _range(node: Branch, value: Leaf, path: Path, problems: list[Problem]) -> Range | None:
    given = node.entries.get("range")
    if given is None or value.faulty:
        return None
    if _kind(value.value) is None:
        message = f"{show(value.value)} is not a number or date and has no range"
        fix = "write the value" if value.value is None else "remove the range"
        problems.append(problem("E204", node.keys["range"], dotted(path), message, fix))
        return None
    ends = given.items if isinstance(given, Items) else ()
    if any(isinstance(end, Leaf) and end.faulty for end in ends):
        return None
    if len(ends) != 2 or any(
        not isinstance(end, Leaf) or _kind(end.value) != _kind(value.value) for end in ends
    ):
        message = "a range is a list of two values like its value"
        problems.append(problem("E201", given.place, dotted(path), message, "write range: [low, high]"))
        return None
    low, high = (end.value for end in ends if isinstance(end, Leaf))
    return _judged(low, high, value.value, given.place, path, problems)  # type: ignore[arg-type]


def _judged(
    low: float, high: float, value: float, place: Place, path: Path, problems: list[Problem]
) -> Range | None:
    if low > high:
        message = f"the range begins at {low} and ends at {high}"
        problems.append(problem("E202", place, dotted(path), message, f"write [{high}, {low}]"))
        return None
    if not low <= value <= high:
        message = f"{value} lies outside its range [{low}, {high}]"
        problems.append(problem("E203", place, dotted(path), message, "widen the range or correct the value"))
        return None
    return (low, high)


def _kind(value: object) -> str | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return "number"
    return "date" if isinstance(value, date) else None
