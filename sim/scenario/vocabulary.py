"""What the schema says about a place in a scenario: its type, its words, its bounds, its usual interval."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from sim.scenario.nodes import Branch, Leaf, Node
from sim.spec import Spec, unit_of

TAGS = ("policy", "law", "form")
"""Words whose change replaces a mapping whole."""


@dataclass(frozen=True)
class Kind:
    """One place of the schema: bare type, constraints, usual interval, default (undefined if required).

    `unit` is one that the name does not carry; `examples` are values for which no shipped file has one.
    """

    type: Any
    constraints: tuple[Any, ...] = field(default=(), hash=False)
    usual: tuple[float, float] | None = None
    default: Any = field(default=PydanticUndefined, hash=False)
    discriminator: str | None = None
    unit: str = ""
    examples: tuple[Any, ...] = field(default=(), hash=False)

    @property
    def is_map(self) -> bool:
        """A mapping of free names."""
        return get_origin(self.type) is dict

    @property
    def is_spec(self) -> bool:
        """A mapping of closed words."""
        return isinstance(self.type, type) and issubclass(self.type, Spec)

    @property
    def is_union(self) -> bool:
        """One of several mappings told apart by a tag."""
        return get_origin(self.type) in (Union, types.UnionType)

    @property
    def is_plain(self) -> bool:
        """A single value."""
        return not (self.is_map or self.is_spec or self.is_union or get_origin(self.type) is tuple)

    @property
    def choices(self) -> tuple[str, ...]:
        """Words allowed for a single value; empty if they are not a closed list."""
        return get_args(self.type) if get_origin(self.type) is Literal else ()

    def bound(self, name: str) -> Any:
        """Bound of a name (ge, gt, le, lt), or None."""
        return next((getattr(one, name) for one in self.constraints if hasattr(one, name)), None)

    def allows(self, value: Any) -> bool:
        """Whether a number keeps the bounds."""
        low, above = self.bound("ge"), self.bound("gt")
        high, below = self.bound("le"), self.bound("lt")
        return not (
            (low is not None and value < low)
            or (above is not None and value <= above)
            or (high is not None and value > high)
            or (below is not None and value >= below)
        )

    @property
    def bounds_text(self) -> str:
        """Bounds in words."""
        words = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}
        said = [
            f"{word} {self.bound(name):g}" for name, word in words.items() if self.bound(name) is not None
        ]
        return " and ".join(said)


@cache
def kind_of(spec: type[Spec]) -> Kind:
    """Kind of a whole spec."""
    return Kind(spec)


def _kind(annotation: Any, info: FieldInfo | None = None) -> Kind:
    said: list[Any] = [info] if info is not None else []
    bare = annotation
    while True:
        if get_origin(bare) is Annotated:
            bare, *more = get_args(bare)
            said += more
        elif (inner := _optional(bare)) is not None:
            bare = inner
        else:
            break
    infos = [one for one in said if isinstance(one, FieldInfo)]
    constraints = [each for one in said for each in (one.metadata if isinstance(one, FieldInfo) else [one])]
    usual = next((found for one in infos if (found := _said(one, "usual"))), None)
    unit = next((found for one in infos if (found := _said(one, "unit"))), "")
    examples = next((tuple(one.examples) for one in infos if one.examples), ())
    tag = next((one.discriminator for one in infos if isinstance(one.discriminator, str)), None)
    default = PydanticUndefined
    if info is not None and not info.is_required():
        default = info.get_default(call_default_factory=True, validated_data={})
    ends = None if usual is None else (float(usual[0]), float(usual[1]))
    return Kind(bare, tuple(constraints), ends, default, tag, unit, examples)


def _optional(annotation: Any) -> Any:
    """Type beside None, or None if the type is not optional."""
    members = get_args(annotation)
    if get_origin(annotation) not in (Union, types.UnionType) or type(None) not in members:
        return None
    rest = [one for one in members if one is not type(None)]
    return rest[0] if len(rest) == 1 else None


def _said(info: FieldInfo, word: str) -> Any:
    """What `number` was told of a field beside its bounds."""
    extra = info.json_schema_extra
    return extra.get(word) if isinstance(extra, Mapping) else None


@cache
def fields_of(spec: type[Spec]) -> dict[str, Kind]:
    """Kinds of a spec's words."""
    return {name: _kind(info.annotation, info) for name, info in spec.model_fields.items()}


def members_of(kind: Kind) -> tuple[type[Spec], ...]:
    """Alternatives of a tagged union."""
    return tuple(one for one in get_args(kind.type) if isinstance(one, type))


def tag_of(member: type[Spec], word: str) -> str:
    """Tag that chooses an alternative."""
    return str(fields_of(member)[word].choices[0])


def chosen(kind: Kind, node: Node | None) -> Kind | None:
    """Alternative that the tag of a node chooses."""
    word = kind.discriminator or ""
    said = node.entries.get(word) if isinstance(node, Branch) else None
    if not isinstance(said, Leaf):
        return None
    return next((kind_of(one) for one in members_of(kind) if tag_of(one, word) == said.value), None)


def child(kind: Kind, step: str | int, node: Node | None = None) -> Kind | None:
    """Kind of an entry or item; `node` (the mapping as written) chooses among alternatives."""
    if kind.is_union:
        known = chosen(kind, node)
        options = [known] if known else [kind_of(one) for one in members_of(kind)]
        return next((found for one in options if (found := child(one, step))), None)
    if kind.is_spec:
        return fields_of(kind.type).get(str(step))
    if kind.is_map or get_origin(kind.type) is tuple:
        return item_kind(kind)
    return None


@cache
def item_kind(kind: Kind) -> Kind:
    """Kind of the entries of a free mapping, or of the items of a list."""
    return _kind(get_args(kind.type)[1 if kind.is_map else 0])


def words(kind: Kind, node: Node | None = None) -> tuple[str, ...]:
    """Words that a mapping may hold; empty where names are free."""
    if kind.is_union:
        known = chosen(kind, node)
        options = [known] if known else [kind_of(one) for one in members_of(kind)]
        return tuple(dict.fromkeys(word for one in options for word in words(one)))
    if kind.is_spec:
        return tuple(fields_of(kind.type))
    return _kind(get_args(kind.type)[0]).choices if kind.is_map else ()


def child_kinds(kind: Kind) -> list[Kind]:
    """Kinds of everything that may stand directly in a place."""
    if kind.is_union:
        return [kind_of(one) for one in members_of(kind)]
    if kind.is_spec:
        return list(fields_of(kind.type).values())
    return [item_kind(kind)] if kind.is_map or get_origin(kind.type) is tuple else []


def pattern(kind: Kind, **given: object) -> str:
    """How a mapping of closed words is written, `{law: date, date: ...}`; alternatives joined by `or`."""
    if kind.is_union:
        options = [kind_of(one) for one in members_of(kind)]
        held = [one for one in options if given.keys() <= fields_of(one.type).keys()]
        return " or ".join(pattern(one, **given) for one in held)
    said = {word: one.choices[0] for word, one in fields_of(kind.type).items() if word in TAGS}
    words = [f"{word}: {(said | given).get(word, '...')}" for word in fields_of(kind.type)]
    return "{" + ", ".join(words) + "}"


def unit_at(path: tuple[str | int, ...]) -> str:
    """Find the unit of a value: its key carries it, or the key of the map or list that holds it."""
    if not path:
        return ""
    if unit := unit_of(str(path[-1])):
        return unit
    if len(path) < 2 or not (unit := unit_of(str(path[-2]))):
        return ""
    return "" if str(path[-2]) in _holders() else unit


def unit_in_words(word: str, kind: Kind) -> str:
    """Unit of a word's numbers: `1` for ratios and counts, empty where it holds no numbers."""
    while kind.is_map or get_origin(kind.type) is tuple:
        kind = item_kind(kind)
    if kind.type is Any:
        return "that of the path"
    return unit_of(word) or kind.unit or "1" if kind.type in (int, float) else ""


@cache
def _holders() -> frozenset[str]:
    """Words that hold closed mappings, whose own name is no unit of what is below."""
    return frozenset(
        name
        for spec in _all_specs(Spec)
        for name, kind in fields_of(spec).items()
        if kind.is_spec or kind.is_union
    )


def _all_specs(spec: type[Spec]) -> list[type[Spec]]:
    return [one for below in spec.__subclasses__() for one in (below, *_all_specs(below))]
