"""What was measured, as text for the terminal and for the page."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from benchmarks.peers import ENGINES, absent, versions
from benchmarks.scale import Scale
from benchmarks.table import Found, grid, targets

BEGIN, END = "<!-- begin benchmarks: python -m benchmarks -->", "<!-- end benchmarks -->"


def text(found: Sequence[Found], scale: Scale, minutes: float) -> str:
    """The table of targets and the tables behind it."""
    rows = [row for part in found for row in part.rows]
    met = sum(row.met is True for row in rows)
    judged = sum(row.met is not None for row in rows)
    parts = [machine(minutes), agreement(scale)]
    if rows:
        parts += [f"{met} of {judged} targets are met.", targets(rows)]
    parts += [grid(table) for part in found for table in part.grids]
    return "\n\n".join(parts)


def machine(minutes: float) -> str:
    """Where and when it was measured."""
    now = datetime.now().astimezone()
    load = f", load average {os.getloadavg()[0]:.2f} at the end" if hasattr(os, "getloadavg") else ""
    return (
        f"Measured {now:%Y-%m-%d} in {minutes:.1f} minutes on {_processor()}, {os.cpu_count()} hardware "
        f"threads, {platform.system()}{load}.\nPython {platform.python_version()}, {versions()}."
    )


def agreement(scale: Scale) -> str:
    """What was checked before anything was timed."""
    absentees = "; ".join(why for package in ENGINES if (why := absent(package)))
    lines = [
        f"Checked first, on {scale.checked} replication(s): every trip, visit, call, removal,",
        "receipt, joint load, repair, overflow episode and stock of the plain engine is the model's to the",
        "gram and second, its slag to 1e-9, its storage KPIs of the sources the model's; on the reduced work",
        "all engines come to the same trips, visits, missed visits, grams, overflowing store-years and",
        "seconds of overflow; Ciw to the same batches and waiting time.",
    ]
    if absentees:
        lines.append(f"Neither checked nor timed: {absentees}.")
    return "\n".join(lines)


def write(page: Path, written: str) -> None:
    """Put the text between the marks of the page; what stands outside stays."""
    whole = page.read_text(encoding="utf-8") if page.exists() else "# Performance\n"
    if BEGIN not in whole:
        whole = whole.rstrip("\n") + f"\n\n{BEGIN}\n{END}\n"
    before, _, rest = whole.partition(BEGIN)
    page.write_text(
        f"{before}{BEGIN}\n{written}\n{END}{rest.partition(END)[2]}", encoding="utf-8", newline="\n"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
