"""What the cross checks read: sections and tables that did validate, and where each value stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.scenario.nodes import Branch, find, key_place, place_of
from sim.scenario.options import SETTING
from sim.scenario.problems import Limit, Place, Problem, dotted, problem, suggestion
from sim.scenario.schema import (
    CollectionPoint,
    KilnCalendarRow,
    RecordRow,
    SmelterHistoryRow,
    SmelterRow,
    SourceRow,
    TownshipRow,
)
from sim.scenario.tables import CsvTable
from sim.scenario.vocabulary import unit_at
from sim.spec import Spec

Steps = tuple[str | int, ...]
TABLES = ("townships", "sources", "smelters", "kiln_calendar", "record", "smelter_history")
"""Tables of a region; those that it does not name have no rows."""
CHAINS = ("hazardous", "slag")
ORDERS = {
    ("number", False): ("is above", "at most", "at least"),
    ("number", True): ("is not below", "less than", "more than"),
    ("time", False): ("is after", "no later than", "no earlier than"),
    ("time", True): ("is not before", "earlier than", "later than"),
}
"""(what is compared, whether equal is wrong too) -> the fault, the fix of the first, that of the second."""


@dataclass(frozen=True)
class TableSet:
    """The tables of a region as read."""

    townships: CsvTable[TownshipRow]
    sources: CsvTable[SourceRow]
    smelters: CsvTable[SmelterRow]
    kiln_calendar: CsvTable[KilnCalendarRow]
    record: CsvTable[RecordRow]
    smelter_history: CsvTable[SmelterHistoryRow]


@dataclass(frozen=True)
class Facts:
    """A merged scenario for cross checks; `layers` are its files, the last of which wins.

    `chains` are those that it is to answer for.
    """

    sections: Mapping[str, Any]
    tree: Branch
    tables: TableSet
    layers: tuple[str, ...]
    limit: Limit = field(default_factory=Limit)
    chains: tuple[str, ...] = CHAINS

    def has(self, names: Iterable[str]) -> bool:
        """Whether all these sections did validate."""
        return all(name in self.sections for name in names)

    @property
    def collection_point(self) -> CollectionPoint | None:
        """The collection point, if there is a valid one."""
        found = self.sections.get("collection_point")
        return found if isinstance(found, CollectionPoint) else None

    def place(self, *path: str | int) -> Place:
        """Place of a value."""
        return place_of(self.tree, path)

    def key(self, *path: str | int) -> Place:
        """Place of the key that ends a path."""
        return key_place(self.tree, path)

    def value(self, path: Steps) -> Any:
        """Value at a path of the sections."""
        found: Any = self.sections
        for step in path:
            found = getattr(found, str(step)) if isinstance(found, Spec) else found[step]
        return found

    def latest(self, *paths: Steps) -> Steps:
        """Path whose value was set, or removed, by the last layer; the first of several."""
        return max(paths, key=lambda path: self.layer(self._set_at(path)))

    def layer(self, place: Place) -> int:
        """Order of the layer that a place lies in; all options are the last one."""
        every = (*self.layers, SETTING)
        return every.index(place.file) if place.file in every else -1

    def _set_at(self, path: Steps) -> Place:
        return self.key(*path) if find(self.tree, path) is None else self.place(*path)

    def say(self, code: str, path: Steps, message: str, fix: str, *others: Steps) -> Problem:
        """Problem at a value, or at the one among `others` that a later layer set."""
        blamed = self.latest(path, *others)
        return problem(code, self._set_at(blamed), dotted(blamed), message, fix)

    def misordered(self, code: str, low: Steps, high: Steps, strict: bool = False) -> Problem:
        """Problem of `low` above `high`, at the one that a later layer set."""
        kind = "number" if isinstance(self.value(low), int | float) else "time"
        fault, most, least = ORDERS[kind, strict]
        one, other = (self._shown(path) for path in (low, high))
        fix = f"write {most} {other}" if self.latest(low, high) == low else f"write {least} {one}"
        return self.say(code, low, f"{low[-1]} of {one} {fault} {high[-1]} of {other}", fix, high)

    def _shown(self, path: Steps) -> str:
        value = self.value(path)
        return f"{value:g} {unit_at(path)}".strip() if isinstance(value, int | float) else str(value)

    def refer(
        self, word: str, section: str, what: str, path: Steps, key: bool = False, but: str = ""
    ) -> Iterator[Problem]:
        """Problem if a word is none of a section's names; where a later layer removed it, there."""
        names = tuple(name for name in self.sections[section] if name != but)
        if word in names:
            return
        place = self.key(*path) if key else self.place(*path)
        if found := self.removed(word, section, what, dotted(path), place):
            yield found
        elif self.limit.admits(place):
            yield problem("E401", place, dotted(path), f"there is no {what} {word}", suggestion(word, names))

    def removed(self, word: str, section: str, what: str, user: str, place: Place) -> Problem | None:
        """Problem of a name of a section that `user`, at a place, needs and a later layer removed."""
        holder = self.tree.entries.get(section)
        if not isinstance(holder, Branch) or word in holder.entries or word not in holder.keys:
            return None
        if self.layer(holder.keys[word]) <= self.layer(place):
            return None
        message, fix = f"there is no {what} {word}, which {user} names", f"keep it, or change {user}"
        return problem("E401", holder.keys[word], f"{section}.{word}", message, fix)


Rule = Callable[[Facts], Iterator[Problem]]


def run_rules(rules: Iterable[tuple[tuple[str, ...], Rule]], facts: Facts) -> list[Problem]:
    """Problems of all rules whose sections did validate."""
    found = [one for needs, rule in rules if facts.has(needs) for one in rule(facts)]
    return [*found, *facts.limit.rest()]
