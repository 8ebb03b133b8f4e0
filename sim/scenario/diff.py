"""What differs between two scenarios, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.scenario.cells import named
from sim.scenario.drafting import Origin, Scenario
from sim.scenario.facts import TABLES
from sim.scenario.problems import dotted
from sim.scenario.schema import Table
from sim.scenario.vocabulary import unit_at


@dataclass(frozen=True)
class Difference:
    """One value that two scenarios do not share; None where one has not got it."""

    path: str
    unit: str
    first: Origin | None
    second: Origin | None


def differences(first: Scenario, second: Scenario) -> tuple[Difference, ...]:
    """Values and ranges that differ, in the order of the first scenario, then of the second."""
    found = []
    own = dict.fromkeys([*first.origins, *second.origins])
    for path in (one for one in own if not _is_cell(one)):
        one, other = first.origins.get(path), second.origins.get(path)
        if _said(one) != _said(other) and not _is_list_of_mappings(one) and not _is_list_of_mappings(other):
            found.append(Difference(path, unit_at(tuple(path.split("."))), one, other))
    return (*found, *_of_tables(first, second))


def _is_cell(path: str) -> bool:
    """Whether a path is that of a table's cell, which is told with its table."""
    return path.startswith("tables.") and path.count(".") > 2 and path.split(".")[2] not in Table.model_fields


def _said(one: Origin | None) -> object:
    return None if one is None else (type(one.value) is bool, one.value, one.range)


def _is_list_of_mappings(one: Origin | None) -> bool:
    return (
        one is not None and isinstance(one.value, tuple) and any(isinstance(item, dict) for item in one.value)
    )


def _of_tables(first: Scenario, second: Scenario) -> Iterator[Difference]:
    for table in TABLES:
        one, other = _cells(first, table), _cells(second, table)
        for path in dict.fromkeys([*one, *other]):
            left, right = one.get(path), other.get(path)
            if _said(left) != _said(right):
                yield Difference(path, unit_at((path.rpartition(".")[2],)), left, right)


def _cells(scenario: Scenario, table: str) -> dict[str, Origin]:
    cells: dict[str, Origin] = {}
    for row in getattr(scenario.tables, table):
        head = dotted(("tables", table, *named(row, table)))
        for column in type(row).model_fields:
            path = f"{head}.{column}"
            said = (path, head, f"tables.{table}.{column}")
            if origin := next((scenario.origins[one] for one in said if one in scenario.origins), None):
                value = getattr(row, column)
                cells[path] = Origin(
                    value, None, origin.origin, origin.confidence, origin.place, origin.layer
                )
    return cells
