"""Cells of tables that a `--set` names: `tables.sources.garage_small_09.waste_oil=2`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pydantic import ValidationError

from sim.scenario.nodes import Branch, Leaf, Node, Path, leaves
from sim.scenario.overlay import leap
from sim.scenario.problems import Place, Problem, dotted, problem, suggestion
from sim.scenario.schema import Table, Tables
from sim.scenario.tables import CsvTable
from sim.scenario.validate import explain
from sim.scenario.vocabulary import fields_of, kind_of
from sim.spec import Spec

Row = TypeVar("Row", bound=Spec)
KEYS = {"kiln_calendar": ("year",), "record": ("year", "quantity"), "smelter_history": ("name", "year")}
"""Columns that name a row; elsewhere its `name` does."""


@dataclass(frozen=True)
class SetCell:
    """A value for one cell: the words that name its row, its column, where that stands."""

    table: str
    row: Path
    column: str
    node: Node
    place: Place

    @property
    def path(self) -> str:
        """Dotted path."""
        return dotted(("tables", self.table, *self.row, self.column))


def keys_of(table: str) -> tuple[str, ...]:
    """Columns that name a row of a table."""
    return KEYS.get(table, ("name",))


def named(row: Spec, table: str) -> Path:
    """Words that name a row."""
    return tuple(str(getattr(row, column)) for column in keys_of(table))


def taken(tree: Branch) -> tuple[Branch, list[SetCell], list[Problem]]:
    """An option's tree without the cells that it sets, these, and what is wrong with them."""
    tables = tree.entries.get("tables")
    if not isinstance(tables, Branch):
        return tree, [], []
    cells: list[SetCell] = []
    problems: list[Problem] = []
    rest: dict[str, Node] = {}
    for table, node in tables.entries.items():
        if table not in Tables.model_fields or not isinstance(node, Branch):
            rest[table] = node
            continue
        own = {word: below for word, below in node.entries.items() if word in Table.model_fields}
        if own or not node.entries:
            rest[table] = Branch(own, node.place, node.keys)
        for word in node.entries.keys() - own.keys():
            for path, value in leaves(node.entries[word], (word,)):
                place = node.keys.get(word, value.place)
                if len(path) != len(keys_of(table)) + 1:
                    shown = ".".join(key.upper() for key in (*keys_of(table), "column"))
                    fix = f"write tables.{table}.{shown}=VALUE"
                    whole = dotted(("tables", table, *path))
                    problems.append(problem("E014", place, whole, "does not name one cell", fix))
                else:
                    cells.append(SetCell(table, path[:-1], path[-1], value, place))
    others = {key: node for key, node in tree.entries.items() if key != "tables"}
    if rest:
        others["tables"] = Branch(rest, tables.place, tables.keys)
    return Branch(others, tree.place, tree.keys), cells, problems


def with_cells(table: CsvTable[Row], name: str, cells: Sequence[SetCell]) -> CsvTable[Row]:
    """Table with the cells that options set; what is wrong with these is among its problems."""
    own = [cell for cell in cells if cell.table == name]
    if not own or table.is_faulty or not table.rows:
        return table
    rows, places = list(table.rows), list(table.cells)
    order = {named(row, name): index for index, row in enumerate(rows)}
    problems: list[Problem] = []
    changed: dict[str, Leaf] = {}
    for cell in own:
        index = order.get(cell.row)
        if index is None:
            known = [dotted(key) for key in order]
            message = f"{table.file} has no row {dotted(cell.row)}"
            problems.append(
                problem("E401", cell.place, cell.path, message, suggestion(dotted(cell.row), known))
            )
            continue
        found = _changed(rows[index], cell, table)
        if isinstance(found, Problem):
            problems.append(found)
            continue
        if message := leap(Leaf(getattr(rows[index], cell.column), cell.place), _leaf(cell), (cell.column,)):
            problems.append(problem("W605", cell.node.place, cell.path, message, "check the unit"))
        rows[index] = found
        places[index] = {**places[index], cell.column: cell.node.place}
        changed[cell.path] = _leaf(cell)
    return replace(
        table, rows=tuple(rows), cells=tuple(places), problems=(*table.problems, *problems), changed=changed
    )


def _leaf(cell: SetCell) -> Leaf:
    return cell.node if isinstance(cell.node, Leaf) else Leaf(None, cell.place, faulty=True)


def _changed(row: Row, cell: SetCell, table: CsvTable[Row]) -> Row | Problem:
    """Row with another value in a cell."""
    spec, leaf = type(row), _leaf(cell)
    kinds = fields_of(spec)
    if cell.column not in kinds:
        return problem("E501", cell.place, cell.path, "unknown column", suggestion(cell.column, list(kinds)))
    if cell.column in keys_of(cell.table):
        return problem("E014", cell.place, cell.path, "names its row and cannot be set", "set another column")
    if not isinstance(cell.node, Leaf):
        return problem(
            "E103", cell.node.place, cell.path, "a cell holds one value", "write a number or a word"
        )
    values: Mapping[str, Any] = row.model_dump() | {cell.column: leaf.value}
    try:
        return spec.model_validate(values)
    except ValidationError as fault:
        error = fault.errors(include_url=False)[0]
    if leaf.value is None:
        return problem("E102", leaf.place, cell.path, "is blank", "write a value")
    empty = Branch({}, leaf.place)
    said = explain(error, (cell.column,), kinds[cell.column], kind_of(spec), empty)
    return problem(said[0], leaf.place, cell.path, said[1], said[2])


def value_of(rows: Mapping[str, Sequence[Spec]], path: str) -> Any:
    """Value of a cell by its dotted path; None where it is blank.

    Raises
    ------
    LookupError
        If there is no such cell.
    """
    head, _, rest = path.partition(".")
    table, _, rest = rest.partition(".")
    words, _, column = rest.rpartition(".")
    if head != "tables" or table not in rows:
        raise LookupError(path)
    for row in rows[table]:
        if dotted(named(row, table)) == words and column in type(row).model_fields:
            return getattr(row, column)
    raise LookupError(path)


def paths_of(rows: Mapping[str, Sequence[Spec]], like: str) -> list[str]:
    """Paths of cells of the table, and of the column if there is one, that a path names."""
    table, column = like.split(".")[1], like.rpartition(".")[2]
    every = [(row, type(row).model_fields) for row in rows.get(table, ())]
    return [
        dotted(("tables", table, *named(row, table), one))
        for row, columns in every
        for one in columns
        if one == column or column not in columns
    ]
