"""Check that all engines agree, time them in turns, and write the table and the figure."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.scale import Scale
    from benchmarks.table import Found

DOCS = Path(__file__).resolve().parent.parent / "docs"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; returns 0, or 1 if engines do not agree."""
    from benchmarks import page
    from benchmarks.rows import ROWS, differences
    from benchmarks.scale import QUICK, WHOLE

    options = _options(arguments, tuple(ROWS))
    scale = QUICK if options.quick else WHOLE
    begun = perf_counter()
    if not options.unchecked:
        print("checking that the engines agree ...", file=sys.stderr, flush=True)
        if found := list(differences(scale)):
            print("The engines do not agree, so nothing was timed:", *found, sep="\n")
            return 1
    found_rows = [_measured(name, scale) for name in options.names or ROWS]
    written = page.text(found_rows, scale, (perf_counter() - begun) / 60)
    out = options.out or (None if options.names or options.quick else DOCS)
    if options.names:
        print(_brief(found_rows))
    else:
        print(written)
    if out is not None:
        _write(out, written, found_rows)
    return 0


def _options(arguments: Sequence[str] | None, known: tuple[str, ...]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("command", nargs="?", choices=["rows"], help="measure the named rows only")
    parser.add_argument("names", nargs="*", metavar="ROW", help=", ".join(known))
    parser.add_argument("--quick", action="store_true", help="a little of everything; writes nothing")
    parser.add_argument(
        "--out", type=Path, help="folder of PERFORMANCE.md and performance.png; default: docs"
    )
    parser.add_argument("--unchecked", action="store_true", help="do not check first that the engines agree")
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.names if name not in known]:
        parser.error(f"no such row: {', '.join(unknown)}; there are {', '.join(known)}")
    return options


def _measured(name: str, scale: Scale) -> Found:
    from benchmarks.rows import ROWS

    begun = perf_counter()
    print(f"measuring {name} ...", end=" ", file=sys.stderr, flush=True)
    found = ROWS[name](scale)
    gc.freeze()  # What this row leaves is not searched for rubbish again while later ones are timed.
    print(f"{perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
    return found


def _brief(found: Sequence[Found]) -> str:
    from benchmarks.table import grid, targets

    rows = [row for part in found for row in part.rows]
    tables = [grid(table) for part in found for table in part.grids]
    return "\n\n".join([*([targets(rows)] if rows else []), *tables])


def _write(folder: Path, written: str, found: Sequence[Found]) -> None:
    from benchmarks import figure, page

    folder.mkdir(parents=True, exist_ok=True)
    page.write(folder / "PERFORMANCE.md", written)
    points = [point for part in found for point in part.curves]
    if points:
        figure.write(points, folder / "performance.png")


if __name__ == "__main__":
    sys.exit(main())
