"""What hostile tests tried and what was handled, by kind: added up, and written as a table of a page."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sim.report.markdown import table
from sim.verification.page import write_between

PROPERTY = "hostile"
COMMAND = "python -m pytest -m hostile --reliability=docs/RELIABILITY.md"


def tried_by_kind(reports: Iterable[Any]) -> dict[str, tuple[int, int]]:
    """Kind -> attacks and those that were handled, of the tests' reports, in order of their names."""
    found: dict[str, tuple[int, int]] = {}
    for report in reports:
        for name, value in getattr(report, "user_properties", ()):
            if name == PROPERTY:
                kind, tried, handled = value
                before = found.get(kind, (0, 0))
                found[kind] = (before[0] + tried, before[1] + handled)
    return dict(sorted(found.items()))


def write_table(page: Path, tried: Mapping[str, tuple[int, int]]) -> None:
    """Write the table between the marks of a page."""
    rows = [[kind, f"{attacks:,}", f"{handled:,}"] for kind, (attacks, handled) in tried.items()]
    sums = (f"{sum(pair[part] for pair in tried.values()):,}" for part in (0, 1))
    text = table(["attack", "tried", "handled"], [*rows, ["together", *sums]])
    write_between(page, "reliability", COMMAND, text)
