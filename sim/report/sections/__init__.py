"""The sections of the answer page in reading order: functions from tables to Markdown."""

from __future__ import annotations

from collections.abc import Callable

from sim.report.sections import (
    assumptions,
    bargain,
    best,
    enough,
    headroom,
    history,
    likely,
    never,
    reading,
    sites,
    slag,
    verdict,
    waiting,
    warned,
)
from sim.report.view import View

SECTIONS: tuple[Callable[[View], str], ...] = (
    warned.write,
    history.write,
    verdict.write,
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
