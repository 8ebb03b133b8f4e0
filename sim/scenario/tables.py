"""CSV tables beside a scenario file: strict, with the file, row and column of every cell."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from sim.scenario.csvtext import place_in, records, separator, split, text_of
from sim.scenario.folding import ALIKE, folded
from sim.scenario.nodes import Branch, Leaf
from sim.scenario.problems import MAX_PROBLEMS, Place, Problem, problem, suggestion
from sim.scenario.reader import Refused, read_content, refuse_long_line
from sim.scenario.scalars import DECIMAL, INTEGER, LONGEST
from sim.scenario.validate import explain
from sim.scenario.vocabulary import Kind, fields_of, kind_of
from sim.spec import Spec

Row = TypeVar("Row", bound=Spec)
MAX_COLUMNS = 200


@dataclass(frozen=True, eq=False)
class CsvTable(Generic[Row]):
    """Rows that are valid, the place of every cell, and what is wrong with the rest.

    `changed` are the cells that options set: dotted path -> value.
    """

    file: str
    rows: tuple[Row, ...] = ()
    cells: tuple[Mapping[str, Place], ...] = ()
    header: Mapping[str, Place] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    sha256: str = ""
    changed: Mapping[str, Leaf] = field(default_factory=dict)

    @property
    def is_faulty(self) -> bool:
        """Whether something in it is an error."""
        return any(one.severity == "error" for one in self.problems)

    def place(self, row: int, column: str) -> Place:
        """Place of a cell, or of its row."""
        return self.cells[row].get(column, Place(self.file, self.cells[row]["*"].line, 1))


def read_table(path: FilePath, file: str, name: str, row: type[Row]) -> CsvTable[Row]:
    """Read one table; what is wrong is in `problems`, never an exception."""
    try:
        content = read_content(path, file)
        text, notes = text_of(content, file)
    except Refused as refusal:
        return CsvTable(file, problems=(refusal.problem,))
    table = parse_table(text, file, name, row, hashlib.sha256(content).hexdigest())
    return replace(table, problems=(*table.problems, *notes))


def parse_table(text: str, file: str, name: str, row: type[Row], sha256: str = "") -> CsvTable[Row]:
    """Table of a text."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not lines[0].strip():
        empty = problem(
            "E005", Place(file, 1, 1), f"tables.{name}", "the table has no header", "write the columns"
        )
        return CsvTable(file, problems=(empty,), sha256=sha256)
    reading = _Reading(file, name, row)
    try:
        mark = separator(lines[0])
        header = reading.header(lines[0], mark)
        for number, line in records(lines[1:], mark, start=2):
            reading.row(line, number, header, mark)
    except Refused as refusal:
        problems = (*reading.problems, replace(refusal.problem, path=f"tables.{name}"))
        return CsvTable(file, problems=problems, sha256=sha256)
    return CsvTable(
        file, tuple(reading.rows), tuple(reading.cells), dict(header), tuple(reading.problems), sha256
    )


class _Reading(Generic[Row]):
    """State of reading one table."""

    def __init__(self, file: str, name: str, row: type[Row]) -> None:
        self.file, self.name, self.spec = file, name, row
        self.kinds = fields_of(row)
        self.rows: list[Row] = []
        self.cells: list[Mapping[str, Place]] = []
        self.problems: list[Problem] = []
        self.first: dict[str, tuple[str, int]] = {}
        """Names as they are read, as they were written first, and where."""
        self.columns: list[str] = []

    def report(self, code: str, place: Place, path: str, message: str, fix: str) -> None:
        self.problems.append(problem(code, place, f"tables.{self.name}{path}", message, fix))

    def header(self, line: str, mark: str) -> dict[str, Place]:
        """Columns with their places; unknown, missing and double ones are reported."""
        refuse_long_line(line, 1, self.file)
        header: dict[str, Place] = {}
        cells = split(line, mark) or [(line, 1)]
        while len(cells) > 1 and not cells[-1][0].strip():
            cells.pop()
        if len(cells) > MAX_COLUMNS:
            place = Place(self.file, 1, cells[MAX_COLUMNS][1])
            raise Refused("E006", place, f"more than {MAX_COLUMNS} columns", "keep those that are known")
        for text, column in cells:
            word, place = text.strip(), Place(self.file, 1, column)
            self.columns.append(word)
            if word in header:
                message = f"the column stands twice, first at column {header[word].column}"
                self.report("E503", place, f".{word}", message, "remove one")
            elif word not in self.kinds:
                self.report("E501", place, f".{word}", "unknown column", suggestion(word, list(self.kinds)))
            header.setdefault(word, place)
        for word, kind in self.kinds.items():
            if word not in header and kind.default is not None:
                fix = f"add the column {word}"
                self.report("E502", Place(self.file, 1, 1), f".{word}", "the column is missing", fix)
        return header

    def row(self, line: str, number: int, header: Mapping[str, Place], mark: str) -> None:
        """Read one row; it is kept if nothing is wrong with it. One of blank cells is none."""
        if not line.strip(f"{mark} \t"):
            return
        start = Place(self.file, number, 1)
        if len(self.problems) >= MAX_PROBLEMS:
            message = f"more than {MAX_PROBLEMS} problems; the rest is not read"
            raise Refused("E006", start, message, "correct these")
        refuse_long_line(line, number, self.file)
        parts = split(line, mark)
        if parts is None:
            self.report("E504", start, "", "a quote without end", 'write "..." around the cell')
            return
        while len(parts) > len(self.columns) and not parts[-1][0].strip():
            parts.pop()
        if len(parts) != len(self.columns):
            message = f"{len(parts)} cells for {len(self.columns)} columns"
            self.report("E504", start, "", message, "put cells with a comma in quotes")
            return
        given = {word: part for word, part in zip(self.columns, parts, strict=True) if word in self.kinds}
        places = {word: place_in(line, column, number, self.file) for word, (_, column) in given.items()}
        places["*"] = start
        values = {word: cell(text, self.kinds[word]) for word, (text, _) in given.items()}
        self.judge(values, places)

    def judge(self, values: dict[str, Any], places: dict[str, Place]) -> None:
        """Validate the values of a row."""
        said = values.get("name", values.get("year"))
        title = str(places["*"].line if said is None else said)
        before = len(self.problems)
        is_named = said is not None and "name" in self.kinds and "year" not in self.kinds
        if is_named and folded(title) in self.first:
            first, line = self.first[folded(title)]
            how = "stands twice, first" if first == title else f"{ALIKE} from {first}"
            message = f"{title} {how} at line {line}"
            self.report("E505", places.get("name", places["*"]), f".{title}", message, "rename one")
        if is_named:
            self.first.setdefault(folded(title), (title, places["*"].line))
        try:
            valid = self.spec.model_validate(values)
        except ValidationError as fault:
            for error in fault.errors(include_url=False):
                self.translate(error, title, places)
            return
        if len(self.problems) == before and len(values) == len(self.columns):
            self.rows.append(valid)
            self.cells.append(places)

    def translate(self, error: Mapping[str, Any], title: str, places: Mapping[str, Place]) -> None:
        """Report one validation error of a row."""
        column = str(error["loc"][0])
        if error["type"] == "missing":
            return
        place = places.get(column, places["*"])
        if error.get("input") is None:
            self.report("E102", place, f".{title}.{column}", "is blank", "fill in the cell")
            return
        empty = Branch({}, place)
        code, message, fix = explain(error, (column,), self.kinds[column], kind_of(self.spec), empty)
        self.report(code, place, f".{title}.{column}", message, fix.replace("without quotes", "as a number"))


def cell(text: str, kind: Kind) -> str | int | float | None:
    """Value of a cell: blank is None, numbers where the column wants them, else text."""
    text = " ".join(part for line in text.splitlines() if (part := line.strip()))
    if not text:
        return None
    if kind.type in (int, float) and len(text) <= LONGEST:
        if INTEGER.fullmatch(text):
            return int(text)
        if DECIMAL.fullmatch(text):
            return float(text)
    return text
