"""The sections of the answer page in reading order: functions from tables to Markdown."""

from __future__ import annotations

from collections.abc import Callable

from sim.report.sections import (
    about,
    assumptions,
    bargain,
    best,
    by_year,
    enough,
    headroom,
    history,
    likely,
    never,
    off_peak,
    reading,
    sites,
    slag,
    verdict,
    waiting,
)
from sim.report.view import View

SECTIONS: tuple[Callable[[View], str], ...] = (
    about.write,
    history.write,
    verdict.write,
    by_year.write,
    off_peak.write,
    best.write,
    enough.write,
    likely.write,
    bargain.write,
    sites.write,
    waiting.write,
    slag.write,
    headroom.write,
    never.write,
    assumptions.write,
    reading.write,
)
