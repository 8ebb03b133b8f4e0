"""Text of CSV tables as spreadsheets write them: encodings, separators, quotes, line breaks in cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from sim.scenario.problems import Place, Problem, problem
from sim.scenario.reader import Refused, decoded, refuse_unprintable

MARKS = ",;\t"
"""What may stand between cells."""
LONGEST_CELL = 50
"""Lines that one quoted cell may span."""
WORKBOOKS = {
    b"PK\x03\x04": "a workbook (xlsx) or another packed file",
    b"\xd0\xcf\x11\xe0": "a workbook (xls)",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
}
"""First bytes of what is often saved under the name of a CSV table."""


def text_of(content: bytes, file: str) -> tuple[str, tuple[Problem, ...]]:
    """Text of a table, and a note if it is not UTF-8 but GB18030, as Chinese spreadsheets write.

    Raises
    ------
    Refused
        If it is neither.
    """
    for first, what in WORKBOOKS.items():
        if content.startswith(first):
            fix = "save the sheet as `CSV UTF-8 (comma delimited)`"
            raise Refused("E003", Place(file, 1, 1), f"is {what}, not a CSV table", fix)
    try:
        return decoded(content, file), ()
    except Refused as refusal:
        text = _in_chinese(content)
        if text is None:
            raise
        refuse_unprintable(text, file)
        message = "the table is not UTF-8 and is read as GB18030"
        fix = "check its names, and save it as `CSV UTF-8` to be sure"
        return text, (problem("N707", refusal.problem.place, "", message, fix),)


def _in_chinese(content: bytes) -> str | None:
    """Text in GB18030; None where it is none, or rather UTF-8 with a broken byte."""
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        if not content[: fault.start].isascii():
            return None
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError:
        return None


def separator(header: str) -> str:
    """Mark that divides the header into most cells."""
    return max(MARKS, key=lambda mark: len(split(header, mark) or ()))


def records(lines: Sequence[str], mark: str, start: int) -> Iterator[tuple[int, str]]:
    """Rows with the number of their first line; a quoted cell may hold line breaks.

    A quote that no later line ends belongs to its own line alone.
    """
    at = 0
    while at < len(lines):
        count = _lines_of(lines, at, mark)
        yield start + at, "\n".join(lines[at : at + count])
        at += count


def _lines_of(lines: Sequence[str], at: int, mark: str) -> int:
    """Lines of the row that begins at a line."""
    is_open = False
    for end, line in enumerate(lines[at : at + LONGEST_CELL], start=1):
        is_open ^= line.count('"') % 2 == 1
        if not is_open and end == 1:
            return 1
        if not is_open and split("\n".join(lines[at : at + end]), mark) is not None:
            return end
    return 1


@cache
def _cell(mark: str) -> re.Pattern[str]:
    end = rf"(?={mark}|\Z)"
    return re.compile(rf'"((?:[^"]|"")*)"{end}|([^"{mark}]*){end}')


def split(line: str, mark: str = ",") -> list[tuple[str, int]] | None:
    """Cells of a row with where they begin (from 1); None for a quote that does not fit."""
    cells: list[tuple[str, int]] = []
    at = 0
    while found := _cell(mark).match(line, at):
        quoted, bare = found.group(1), found.group(2)
        cells.append((quoted.replace('""', '"') if quoted is not None else bare, at + 1))
        at = found.end() + 1
        if found.end() == len(line):
            return cells
    return None


def place_in(row: str, column: int, number: int, file: str) -> Place:
    """Place of a cell of a row that may hold line breaks."""
    before = row[: column - 1]
    return Place(file, number + before.count("\n"), len(before) - before.rfind("\n"))
