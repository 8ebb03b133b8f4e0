"""Writes the table of coverage into docs/STATISTICS.md: `python tests/coverage_page.py` (minutes)."""

from __future__ import annotations

from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "STATISTICS.md"
COMMAND = "python tests/coverage_page.py"
VERDICT_SIZES = (50, 200)
HEADS = ("Law of a replication", "n = 20", "50", "200", "a verdict's, n = 50", "200")


def cell(name: str, size: int) -> str:
    """Coverage of the 95 % interval, %."""
    from sim.verification.coverage import missed

    return f"{100 * missed(name, size).covered:.1f}"


def verdict_cell(name: str, size: int) -> str:
    """Samples of which a bound as one of 94 verdicts at one of 12 looks leaves out the mean."""
    from sim.verification.coverage import SAMPLES, VERDICT, missed

    found = missed(name, size, VERDICT)
    return str(round(SAMPLES * (found.below + found.above)))


def row(name: str) -> list[str]:
    """Line of a law."""
    from sim.verification.coverage import SIZES

    print(name, flush=True)  # noqa: T201
    return [
        name,
        *(cell(name, size) for size in SIZES),
        *(verdict_cell(name, size) for size in VERDICT_SIZES),
    ]


def write() -> None:
    """Write the table between its marks."""
    from sim.verification.coverage import LAWS
    from sim.verification.page import markdown, write_between

    write_between(PAGE, "coverage", COMMAND, markdown(HEADS, [row(name) for name in LAWS]))


if __name__ == "__main__":
    import sys

    sys.path.insert(0, str(PAGE.parent.parent))
    write()
