"""A row of the table of targets, and tables as text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from benchmarks.clock import Spread


@dataclass(frozen=True)
class Row:
    """What was asked for and what was reached; `met` is None where there is no target."""

    what: str
    target: str
    reached: str
    met: bool | None
    remark: str = ""


@dataclass(frozen=True)
class Grid:
    """A table of its own below the rows."""

    title: str
    heads: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Found:
    """What a measurement gives: rows of targets, tables behind them, curves for the figure.

    Attributes
    ----------
    curves
        (panel, engine, x, ms per replication).
    """

    rows: tuple[Row, ...] = ()
    grids: tuple[Grid, ...] = ()
    curves: tuple[tuple[str, str, float, float], ...] = ()


def judged(
    what: str, bound: Literal["<=", ">="], limit: float, unit: str, reached: Spread, remark: str = ""
) -> Row:
    """Row of a median against its bound."""
    met = reached.middle <= limit if bound == "<=" else reached.middle >= limit
    sign = "≤" if bound == "<=" else "≥"
    return Row(what, f"{sign} {limit:g}{unit}", reached.text(unit=unit), met, remark)


def missing(what: str, target: str, why: str) -> Row:
    """Row of something that could not be measured."""
    return Row(what, target, "not measured", None, why)


def targets(rows: Iterable[Row]) -> str:
    """The table of targets."""
    verdict = {True: "met", False: "**not met**", None: ""}
    lines = [(row.what, row.target, row.reached, verdict[row.met], row.remark) for row in rows]
    return markdown(("What", "Target", "Median [lowest .. highest]", "", "Remark"), lines)


def grid(table: Grid) -> str:
    """A table with its title."""
    return f"**{table.title}**\n\n{markdown(table.heads, table.lines)}"


def markdown(heads: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Table with padded columns."""
    texts = [list(heads), *map(list, lines)]
    wide = [max(3, *(len(line[column]) for line in texts)) for column in range(len(heads))]
    padded = ["| " + " | ".join(map(str.ljust, line, wide)) + " |" for line in texts]
    return "\n".join([padded[0], "|" + "|".join("-" * (to + 2) for to in wide) + "|", *padded[1:]])
