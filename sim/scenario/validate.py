"""Judges the merged scenario against the schema, section by section, and says in words what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Annotated, Any, get_origin

from pydantic import TypeAdapter, ValidationError

from sim.scenario.nodes import (
    Branch,
    Items,
    Leaf,
    Node,
    child_of,
    deeper,
    find,
    key_place,
    leaves,
    place_of,
    plain,
)
from sim.scenario.problems import Limit, Problem, dotted, problem, suggestion
from sim.scenario.vocabulary import Kind, child, kind_of, members_of, pattern, tag_of, unit_at, words
from sim.spec import Spec

Loc = tuple[str | int, ...]
LONGEST_PATTERN = 150
"""A mapping that takes more characters to write out is not."""
MAX_ERRORS = 500
"""Of a file with more faults so many are looked at, and nothing is made of its sections."""
TYPE_WORDS = {
    "int": "a whole number", "float": "a number", "string": "text", "bool": "true or false",
    "date": "a date (YYYY-MM-DD)", "tuple": "a list", "dict": "a mapping", "model": "a mapping",
}  # fmt: skip


def sections_of(
    spec: type[Spec], tree: Branch, partial: bool = False
) -> tuple[dict[str, Any], list[Problem]]:
    """Top-level fields of `spec` that are valid, by name, and what is wrong with the others.

    With `partial` (a file below could not be read) missing keys are not reported.
    """
    values = plain(tree)
    faulty = {path[0] for path, leaf in leaves(tree) if isinstance(leaf, Leaf) and leaf.faulty and path}
    faulty |= {path[0] for path, _ in _faulty_items(tree)}
    try:
        whole = spec.model_validate(values)
        if not faulty:
            return {name: getattr(whole, name) for name in spec.model_fields}, []
        errors = []
    except ValidationError as fault:
        errors = fault.errors(include_url=False, include_context=True)
    limit, many = Limit(), len(errors) > MAX_ERRORS
    errors = errors[:MAX_ERRORS]
    problems = [found for one in errors if (found := translate(one, spec, tree, partial, limit))]
    problems += limit.rest()
    if many:
        return {}, problems
    unknown = {one["loc"] for one in errors if one["type"] == "extra_forbidden"}
    bad = {str(one["loc"][0]) for one in errors if one["loc"] not in unknown and one["loc"]} | faulty
    for loc in unknown:
        _remove(values, _follow(loc, spec, tree)[0])
    good = {}
    for name, info in spec.model_fields.items():
        if name in values and name not in bad:
            good[name] = _adapter(spec, name).validate_python(values[name])
        elif name not in values and not info.is_required():
            good[name] = info.get_default(call_default_factory=True, validated_data={})
    return good, problems


def _remove(values: Any, path: Loc) -> None:
    """Take an unknown word out, so that it hides no other fault of its section."""
    for step in path[:-1]:
        values = values[step]
    values.pop(path[-1], None)


def _faulty_items(node: Node, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Leaf]]:
    found: list[tuple[tuple[str, ...], Leaf]] = []
    for where, value in leaves(node, path):
        if isinstance(value, Items):
            found += [(where, item) for item in value.items if isinstance(item, Leaf) and item.faulty]
    return found


@cache
def _adapter(spec: type[Spec], name: str) -> TypeAdapter[Any]:
    info = spec.model_fields[name]
    wanted: Any = Annotated[info.annotation, info]
    return TypeAdapter(wanted)


def translate(
    error: Mapping[str, Any], spec: type[Spec], tree: Branch, partial: bool, limit: Limit
) -> Problem | None:
    """Problem of one validation error; None where the value has been reported, or beyond the limit."""
    path, kind, parent = _follow(error["loc"], spec, tree)
    value = find(tree, path)
    if isinstance(value, Leaf) and value.faulty:
        return None
    if error["type"] == "too_short" and len(error["input"]) >= error["ctx"]["min_length"]:
        return None  # items that are wrong themselves are not counted
    if error["type"] in ("missing", "union_tag_not_found"):
        return (
            None if partial or not limit.admits(key_place(tree, path)) else _missing(error, path, kind, tree)
        )
    if not limit.admits(place_of(tree, path)):
        return None
    code, message, fix = explain(error, path, kind, parent, find(tree, path[:-1]))
    if error["type"] == "union_tag_invalid" and kind is not None:
        path = (*path, kind.discriminator or "")
    place = key_place(tree, path) if code == "E101" else place_of(tree, path)
    return problem(code, place, dotted(path), message, fix)


def _follow(loc: Loc, spec: type[Spec], tree: Branch) -> tuple[Loc, Kind | None, Kind | None]:
    """Path of a location without tags, the kind there, and the kind that holds it."""
    path: list[str | int] = []
    parent: Kind | None = None
    kind: Kind | None = kind_of(spec)
    node: Node | None = tree
    for step in loc:
        if step == "[key]":
            continue
        if kind is not None and kind.is_union:
            member = _member(kind, step)
            if member is not None:
                kind = member
                continue
        path.append(step)
        parent, kind = kind, child(kind, step, node) if kind else None
        node = child_of(node, step) if node is not None else None
    return tuple(path), kind, parent


def _member(kind: Kind, step: str | int) -> Kind | None:
    word = kind.discriminator or ""
    return next((kind_of(one) for one in members_of(kind) if tag_of(one, word) == step), None)


def _missing(error: Mapping[str, Any], path: Loc, kind: Kind | None, tree: Branch) -> Problem:
    if error["type"] == "union_tag_not_found" and kind is not None:
        path = (*path, kind.discriminator or "")
        allowed = ", ".join(tag_of(one, kind.discriminator or "") for one in members_of(kind))
        fix = f"add `{path[-1]}:` with one of {allowed}"
        return problem("E102", key_place(tree, path), dotted(path), "is missing", fix)
    unit = "" if kind is not None and (kind.is_spec or kind.is_union) else unit_at(path)
    fix = f"add `{path[-1]}:`" + (f" in {unit}" if unit else "")
    return problem("E102", key_place(tree, path), dotted(path), "is missing", fix)


def explain(
    error: Mapping[str, Any], path: Loc, kind: Kind | None, parent: Kind | None, holder: Node | None
) -> tuple[str, str, str]:
    """Code, message and fix of one validation error."""
    said = error["type"]
    given = error.get("input")
    unit = unit_at(path)
    if "[key]" in error["loc"] or said == "extra_forbidden":
        known = words(parent, holder) if parent else ()
        word = str(path[-1]) if path else ""
        return "E101", "unknown word", meant(word, holder) or suggestion(word, known)
    if said == "literal_error":
        return _choice(given, kind.choices if kind else ())
    if said == "union_tag_invalid" and kind is not None:
        word = kind.discriminator or ""
        tag = given.get(word) if isinstance(given, Mapping) else given
        return _choice(tag, tuple(tag_of(one, word) for one in members_of(kind)))
    if said == "string_pattern_mismatch":
        return "E106", f"{show(given)} has not the form wanted", "write a time of day as 08:00"
    if said in ("too_short", "too_long"):
        limit = error["ctx"].get("min_length", error["ctx"].get("max_length"))
        count = error["ctx"]["actual_length"]
        return (
            "E107",
            f"has {count} items",
            f"write {'at least' if said == 'too_short' else 'at most'} {limit}",
        )
    if said == "finite_number":
        return "E012", f"{given} is not a finite number", "write a number"
    if kind is not None and said.startswith(("greater_than", "less_than")):
        bounds = kind.bounds_text + (f" {unit}" if unit else "")
        return "E104", f"{show(given, unit)} is out of bounds", f"allowed: {bounds}"
    return _wrong_type(said, given, unit, kind)


def meant(word: str, holder: Node | None) -> str:
    """Advice for a word that stands further down in a mapping; empty where it does not."""
    found = deeper(word, holder)
    return f"did you mean {' or '.join(found[:5])}?" if found else ""


def _choice(given: Any, allowed: tuple[str, ...]) -> tuple[str, str, str]:
    listed = ", ".join(allowed)
    close = suggestion(str(given), allowed)
    fix = close if close.startswith("did") else f"write one of {listed}"
    return "E105", f"{show(given)} is not one of {listed}", fix


def _wrong_type(said: str, given: Any, unit: str, kind: Kind | None) -> tuple[str, str, str]:
    wanted = next((text for word, text in TYPE_WORDS.items() if said.startswith(word)), "another value")
    wanted += f" in {unit}" if unit and "number" in wanted else ""
    fix = f"write {wanted}"
    if isinstance(given, str) and "number" in wanted and given.replace(".", "", 1).isdigit():
        fix = f"write {given} without quotes"
    elif said.startswith("int") and isinstance(given, float) and given.is_integer():
        fix = f"write {given:.0f}"
    elif wanted == "text" and isinstance(given, int | float | date):
        fix = f'write "{given}" in quotes'
    elif kind is not None and (kind.is_map or kind.is_spec) and given is None:
        fix = "write its entries below, or remove the line"
    elif (
        kind is not None
        and (kind.is_spec or kind.is_union)
        and len(written := pattern(kind)) <= LONGEST_PATTERN
    ):
        fix = f"write {written}"
    elif kind is not None and get_origin(kind.type) is tuple:
        fix = "write a list: [a, b]"
    return "E103", f"{show(given, unit)} is not {wanted}", fix


def show(value: Any, unit: str = "") -> str:
    """Name a value as an error does."""
    match value:
        case None:
            return "an empty value"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"{value} {unit}".strip()
        case date():
            return f"the date {value}"
        case str():
            return f'"{value[:60]}"'
        case tuple() | list():
            return f"a list of {len(value)}"
        case _:
            return "a mapping"


def ranges_outside(spec: type[Spec], tree: Branch) -> list[Problem]:
    """Ranges whose ends break the bounds of their value, or are fractions of a whole number."""
    found = []
    for path, leaf in leaves(tree):
        if not isinstance(leaf, Leaf) or leaf.range is None:
            continue
        kind = kind_along(spec, path, tree)
        outside = [end for end in leaf.range if kind is not None and _is_number(end) and not kind.allows(end)]
        if kind is not None and outside:
            message = f"the range end {show(outside[0], unit_at(path))} is out of bounds"
            found.append(problem("E206", leaf.place, dotted(path), message, f"allowed: {kind.bounds_text}"))
        elif kind is not None and kind.type is int and any(_is_fraction(end) for end in leaf.range):
            message = f"the range {list(leaf.range)} of a whole number has a fraction"
            found.append(problem("W612", leaf.place, dotted(path), message, "write whole numbers"))
    return found


def kind_along(spec: type[Spec], path: tuple[str | int, ...], tree: Node) -> Kind | None:
    """Kind at a path, choosing among alternatives by what the tree says."""
    kind: Kind | None = kind_of(spec)
    node: Node | None = tree
    for step in path:
        kind = child(kind, step, node) if kind else None
        node = child_of(node, step) if node is not None else None
    return kind


def _is_fraction(value: object) -> bool:
    return isinstance(value, float) and not value.is_integer()


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
