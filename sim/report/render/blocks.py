"""The page's own Markdown as blocks: headings, paragraphs, points, tables, with their emphasis."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

Runs = tuple[tuple[str, str], ...]
"""Pieces of a text, each with how it is set: `strong`, `em`, `code` or nothing."""

INLINE = re.compile(r"\\(.)|(\*\*)|(\*)|`([^`]*)`", re.DOTALL)
CELLS = re.compile(r"(?<!\\)(?:\\\\)*\|")
RULE = re.compile(r"[|\- ]+")


@dataclass(frozen=True)
class Heading:
    """Heading inside a question."""

    runs: Runs


@dataclass(frozen=True)
class Paragraph:
    """One paragraph."""

    runs: Runs


@dataclass(frozen=True)
class Points:
    """List of points."""

    items: tuple[Runs, ...]


@dataclass(frozen=True)
class Grid:
    """Table of texts."""

    heads: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]


Block = Heading | Paragraph | Points | Grid


def blocks_of(page: str) -> Iterator[Block]:
    """Blocks of a section as `sim.report.markdown` writes it."""
    for part in page.strip().split("\n\n"):
        lines = [line for line in part.split("\n") if line]
        if not lines:
            continue
        if lines[0].startswith("#"):
            yield Heading(runs_of(lines[0].lstrip("#").strip()))
            lines = lines[1:]
        if lines and lines[0].startswith("| "):
            heads, *rows = [tuple(map(runs_of, _cells(line))) for line in lines if not RULE.fullmatch(line)]
            yield Grid(heads, tuple(rows))
        elif lines and all(line.startswith("- ") for line in lines):
            yield Points(tuple(runs_of(line[2:]) for line in lines))
        elif lines:
            yield Paragraph(runs_of(" ".join(lines)))


def _cells(line: str) -> list[str]:
    """Cells of a row; a bar with a backslash before it belongs to its cell."""
    inner = line.strip().removeprefix("|").removesuffix("|")
    ends = [found.end() - 1 for found in CELLS.finditer(inner)]
    starts = [0, *(end + 1 for end in ends)]
    return [inner[a:b].strip() for a, b in zip(starts, [*ends, len(inner)], strict=True)]


def runs_of(text: str) -> Runs:
    """Pieces of a text; a backslash makes a plain letter of what follows."""
    runs: list[tuple[str, str]] = []
    style, last = "", 0

    def add(piece: str, how: str) -> None:
        if not piece:
            return
        if runs and runs[-1][1] == how:
            runs[-1] = (runs[-1][0] + piece, how)
        else:
            runs.append((piece, how))

    for found in INLINE.finditer(text):
        add(text[last : found.start()], style)
        last = found.end()
        letter, strong, em, code = found.groups()
        if letter is not None:
            add(letter, style)
        elif strong:
            style = "" if style == "strong" else "strong"
        elif em:
            style = "" if style == "em" else "em"
        else:
            add(code, "code")
    add(text[last:], style)
    return tuple(runs)


def plain(runs: Runs) -> str:
    """Text without its emphasis."""
    return "".join(piece for piece, _ in runs)
