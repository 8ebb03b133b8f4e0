"""The table of verification as text, for the terminal and for a page that is partly written by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

HEADS = ("Case", "Unit", "Exact", "Simulated", "Interval", "n", "Verdict")


def tables(found: pd.DataFrame, seed: int) -> str:
    """What it came to, and one table per family."""
    parts = [_summary(found, seed)]
    for family, rows in found.groupby("family", sort=False):
        lines = [_line(row) for row in rows.itertuples(index=False)]
        parts += [f"**{family}**", markdown(HEADS, lines)]
    return "\n\n".join(parts)


def markdown(heads: tuple[str, ...], lines: list[list[str]]) -> str:
    """Table with padded columns; columns in which every row is empty are left out."""
    kept = [column for column in range(len(heads)) if any(line[column] for line in lines)]
    texts = [[line[column] for column in kept] for line in [[*heads], *lines]]
    wide = [max(3, *(len(line[column]) for line in texts)) for column in range(len(kept))]
    padded = ["| " + " | ".join(map(str.ljust, line, wide)) + " |" for line in texts]
    return "\n".join([padded[0], "|" + "|".join("-" * (to + 2) for to in wide) + "|", *padded[1:]])


def write_between(page: Path, name: str, command: str, text: str) -> None:
    """Put `text` between the marks `name` of a page; a page without them gets them at its end.

    What stands outside the marks is left as it is.
    """
    begin, end = f"<!-- begin {name}: {command} -->", f"<!-- end {name} -->"
    whole = page.read_text(encoding="utf-8") if page.exists() else ""
    if begin not in whole:
        whole = whole.rstrip("\n") + f"\n\n{begin}\n{end}\n"
    before, _, rest = whole.partition(begin)
    after = rest.partition(end)[2]
    page.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8", newline="\n")


def _summary(found: pd.DataFrame, seed: int) -> str:
    held, chancy = int((found["verdict"] == "holds").sum()), int((found["law"] != "exact").sum())
    text = f"{held} of {len(found)} cases hold (seed {seed})."
    if not chancy:
        return text
    return (
        f"{text} {chancy} of them are left to chance: their intervals are so wide that a right\n"
        "model fails any of them with a probability of 0.001 in all. The others agree to rounding, or to\n"
        "the stated tolerance."
    )


def _line(row: Any) -> list[str]:
    if row.law == "exact":
        return [row.case, row.unit, _number(row.exact), _number(row.simulated), "", "", row.verdict]
    digits = 4
    interval = f"{row.low:.{digits}g} to {row.high:.{digits}g}"
    return [row.case, row.unit, _number(row.exact), _number(row.simulated), interval, str(row.n), row.verdict]


def _number(value: float) -> str:
    text = f"{value:,.4f}" if abs(value) < 1000 else f"{value:,.2f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
