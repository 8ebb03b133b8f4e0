"""What must hold of a sweep's points: `capacity_t >= release_t`, `a < 2 * b`, `a > 3`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

NUMBER = r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"
PATH = r"[A-Za-z_][\w-]*(?:\.[\w-]+)*"
TERM = rf"(?:({NUMBER})\s*\*\s*)?({PATH})|({NUMBER})"
WHOLE = re.compile(rf"\s*(?:{TERM})\s*(<=|>=|<|>)\s*(?:{TERM})\s*")
COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt,
}  # fmt: skip


@dataclass(frozen=True)
class Term:
    """`factor * path`, or the number `factor` where there is no path."""

    factor: float
    path: str

    def value(self, values: Mapping[str, Any]) -> float:
        """Value of the term."""
        return self.factor * float(values[self.path]) if self.path else self.factor


@dataclass(frozen=True)
class Constraint:
    """A comparison of two terms."""

    text: str
    left: Term
    sign: str
    right: Term

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths that it speaks of."""
        return tuple(term.path for term in (self.left, self.right) if term.path)

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Whether it holds of values by path."""
        return COMPARE[self.sign](self.left.value(values), self.right.value(values))


def parse_constraint(text: str) -> Constraint | None:
    """Constraint, or None if the text is none."""
    found = WHOLE.fullmatch(text)
    if found is None:
        return None
    left, sign, right = found.groups()[:3], found[4], found.groups()[4:]
    return Constraint(text, _term(*left), sign, _term(*right))


def _term(factor: str | None, path: str | None, number: str | None) -> Term:
    if path is None:
        return Term(float(number or 0), "")
    return Term(float(factor or 1), path)
