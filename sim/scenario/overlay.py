"""Lays one scenario file over another, key by key.

Replaced whole: a value with its range and origin, a list, and a mapping whose policy, law or form
changes. `null` removes an entry. A plan may add what the schema knows; a future or a `--set` may
only touch what is there, with two exceptions that cannot hide a slip: a word that the schema gives
an empty default, and a name in a map of plain values or of maps of them, whose names are checked as
references.
An empty mapping changes nothing and is an error; a number a hundred times the one that it replaces
is warned about.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeGuard

from pydantic_core import PydanticUndefined

from sim.scenario.folding import ALIKE, folded
from sim.scenario.nodes import Branch, Leaf, Node, Path, deeper, find, plain
from sim.scenario.problems import Limit, Problem, dotted, nearest, problem, suggestion
from sim.scenario.vocabulary import TAGS, Kind, child, chosen, item_kind, pattern, tag_of, unit_at, words

LEAP = 100.0
"""A number that is so many times larger or smaller than the one it replaces is probably in another unit."""
ROUNDING = 1 - 1e-9


@dataclass
class Laying:
    """One overlay: whether it may add, what stands below it, and what went wrong.

    With `lenient`, what does not apply is noted and left out.
    """

    may_add: bool
    base_name: str
    lenient: bool = False
    problems: list[Problem] = field(default_factory=list)
    applied: int = 0
    limit: Limit = field(default_factory=Limit)

    def lay(self, base: Branch, over: Branch, kind: Kind, path: Path = ()) -> Branch:
        """Lay mapping `over` upon mapping `base`."""
        entries, keys = dict(base.entries), dict(base.keys)
        for key, node in over.entries.items():
            here = (*path, key)
            below = base.entries.get(key)
            inner = child(kind, key, over) or child(kind, key, base)
            if isinstance(node, Leaf) and node.value is None and not node.faulty:
                if below is None:
                    self.refuse(over, base, here, "E302", "null removes what is not there")
                else:
                    del entries[key]
                    keys[key] = over.keys.get(key, node.place)
                    self.applied += 1
                continue
            if below is None and not self.can_add(kind, inner):
                self.refuse(over, base, here, "E301", *self.why_not(kind, base, node, here))
                self.report_unknown(node, inner, here)
                continue
            if below is None and (twin := {folded(one): one for one in base.entries}.get(folded(key))):
                message = f"{ALIKE} from {twin} at {base.keys.get(twin, base.place)}"
                place = over.keys.get(key, node.place)
                self.problems.append(problem("E008", place, dotted(here), message, f"write {twin}"))
            entries[key], keys[key] = self.merged(below, node, inner, here), over.keys.get(key, node.place)
        return Branch(entries, base.place, keys)

    def merged(self, below: Node | None, node: Node, kind: Kind | None, path: Path) -> Node:
        """Entry that results from one entry upon another."""
        if isinstance(below, Branch) and isinstance(node, Branch) and kind and not _tag_changes(below, node):
            if below.entries and not node.entries:
                fix = f"write `{next(iter(below.entries))}: null` to remove an entry"
                message = "an empty mapping merges to nothing"
                self.problems.append(problem("E303", node.place, dotted(path), message, fix))
            return self.lay(below, node, kind, path)
        if isinstance(below, Leaf) and isinstance(node, Leaf) and (message := leap(below, node, path)):
            self.problems.append(problem("W605", node.place, dotted(path), message, "check the unit"))
        self.applied += 1
        return node

    def found(self) -> list[Problem]:
        """What went wrong."""
        return [*self.problems, *self.limit.rest()]

    def can_add(self, kind: Kind, inner: Kind | None) -> bool:
        """Whether an entry may be new here; unknown words are left to validation."""
        if self.may_add or inner is None:
            return True
        if kind.is_map:
            return inner.is_plain or (inner.is_map and item_kind(inner).is_plain)
        return inner.default is not PydanticUndefined and inner.default is not None

    def why_not(self, kind: Kind, base: Branch, node: Node, path: Path) -> tuple[str, str]:
        """Why an entry cannot be new here, and what to write where its mapping is to be another."""
        here = chosen(kind, base) if kind.is_union else None
        if here is None:
            return f"{self.base_name} has not got it", ""
        word = kind.discriminator or ""
        value = plain(node) if isinstance(node, Leaf) else "..."
        whole = pattern(kind, **{path[-1]: value})
        message = f"{self.base_name} has another {word} here, {tag_of(here.type, word)}, without {path[-1]}"
        return message, f"replace the whole: {dotted(path[:-1])}={whole}"

    def refuse(
        self, over: Branch, base: Branch, path: Path, code: str, message: str, advice: str = ""
    ) -> None:
        """Report, or note, what does not apply."""
        place = over.keys.get(path[-1], over.place)
        if self.lenient:
            self.problems.append(problem("N702", place, dotted(path), f"does not apply: {message}", ""))
        elif self.limit.admits(place):
            found = [*deeper(path[-1], base)[:5], *filter(None, [nearest(path[-1], base.entries)])]
            close = f"did you mean {' or '.join(found)}?" if found else ""
            fix = advice or close or "choose a plan that has it, or add it in a plan"
            self.problems.append(problem(code, place, dotted(path), message, fix))

    def report_unknown(self, node: Node, kind: Kind | None, path: Path) -> None:
        """Report unknown words in what is left out, where validation will not see them."""
        if not isinstance(node, Branch) or kind is None:
            return
        for key, inner in node.entries.items():
            known = child(kind, key, node)
            if known is None and self.limit.admits(node.keys[key]):
                fix = suggestion(key, words(kind, node))
                self.problems.append(
                    problem("E101", node.keys[key], dotted((*path, key)), "unknown word", fix)
                )
            self.report_unknown(inner, known, (*path, key))


def leap(below: Leaf, node: Leaf, path: Path) -> str:
    """Why a number is odd beside the one that it replaces, or an empty text."""
    had, has = below.value, node.value
    if not _is_number(had) or not _is_number(has) or not had or not has:
        return ""
    low, high = sorted((abs(float(had)), abs(float(has))))
    if high < LEAP * low * ROUNDING:
        return ""
    unit = unit_at(path)
    times = f"{high / low:.4g} times" if abs(float(has)) == high else f"1/{high / low:.4g} of"
    guess = "kilograms" if unit.split("/")[0] == "t" else "another unit"
    return f"{has:g} {unit}".strip() + f" is {times} the {had:g} that it replaces: {guess}?"


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _tag_changes(below: Branch, node: Branch) -> bool:
    for tag in TAGS:
        said = find(node, (tag,))
        had = find(below, (tag,))
        if isinstance(said, Leaf) and (not isinstance(had, Leaf) or had.value != said.value):
            return True
    return False
