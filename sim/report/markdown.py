"""Markdown that also reads well as plain text in a terminal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from unicodedata import east_asian_width

from sim.text import one_line

MARKS = re.compile(r"[\\`*\[\]<|$]|~(?=~)|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)")
"""What Markdown would read as more than the letter it is; an underscore inside a word is none."""

BEGINS = re.compile(r"^(\d*)([-+#>.)])(?= )")
"""What at the start of a line would make a list, a heading or a quotation of it."""


def escape(text: str) -> str:
    """Text that others wrote, so that a page shows it as it is."""
    return MARKS.sub(r"\\\g<0>", one_line(text))


def width(text: str) -> int:
    """Columns that a text takes in a terminal; Chinese characters take two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Table with padded columns; columns in which every row is empty are left out."""
    kept = [i for i in range(len(heads)) if any(row[i] not in ("", "–") for row in rows)]
    lines = [[heads[i] for i in kept], *([row[i] for i in kept] for row in rows)]
    widths = [max(3, *(width(line[i]) for line in lines)) for i in range(len(kept))]
    texts = [
        "| " + " | ".join(_pad(cell, to) for cell, to in zip(line, widths, strict=True)) + " |"
        for line in lines
    ]
    rule = "|" + "|".join("-" * (to + 2) for to in widths) + "|"
    return "\n".join([texts[0], rule, *texts[1:]])


def once(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Rows whose first cell is left blank where it repeats the one above."""
    return [
        ["" if place and row[0] == rows[place - 1][0] else row[0], *row[1:]] for place, row in enumerate(rows)
    ]


def bullets(lines: Sequence[str]) -> str:
    """List of points."""
    return "\n".join("- " + BEGINS.sub(r"\1\\\2", line) for line in lines)


def section(title: str, *parts: str) -> str:
    """Heading and its paragraphs; empty when all of them are."""
    body = [part for part in parts if part]
    return "\n\n".join([f"## {title}", *body]) if body else ""


def _pad(text: str, to: int) -> str:
    return text + " " * (to - width(text))


def tight(page: str, lang: str) -> str:
    """Chinese writes the percent sign next to its number; cells of tables keep their width."""
    if lang != "zh":
        return page
    lines = [_tight_cells(line) if line.startswith("| ") else line for line in page.split("\n")]
    return "\n".join(lines).replace(" %", "%")


def _tight_cells(line: str) -> str:
    cells = [
        f"{cell.replace(' %', '%')}{' ' * cell.count(' %')}" for cell in line.removesuffix(" |").split(" | ")
    ]
    return " | ".join(cells) + " |"
