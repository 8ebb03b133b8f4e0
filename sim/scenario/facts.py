"""What the cross checks read: sections and tables that did validate, and where each value stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sim.scenario.nodes import Branch, key_place, place_of
from sim.scenario.problems import Place, Problem, dotted, problem, suggestion
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

Steps = tuple[str | int, ...]
TABLES = ("townships", "sources", "smelters", "kiln_calendar", "record", "smelter_history")
"""Tables of a region; those that it does not name have no rows."""


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
    """A merged scenario for cross checks."""

    sections: Mapping[str, Any]
    tree: Branch
    tables: TableSet

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

    def say(self, code: str, path: Steps, message: str, fix: str) -> Problem:
        """Problem at a value."""
        return problem(code, self.place(*path), dotted(path), message, fix)

    def refer(
        self, word: str, known: Iterable[str], what: str, path: Steps, key: bool = False
    ) -> Iterator[Problem]:
        """Problem if a word refers to nothing."""
        names = tuple(known)
        if word not in names:
            place = self.key(*path) if key else self.place(*path)
            yield problem("E401", place, dotted(path), f"there is no {what} {word}", suggestion(word, names))


Rule = Callable[[Facts], Iterator[Problem]]


def run_rules(rules: Iterable[tuple[tuple[str, ...], Rule]], facts: Facts) -> list[Problem]:
    """Problems of all rules whose sections did validate."""
    return [found for needs, rule in rules if facts.has(needs) for found in rule(facts)]
