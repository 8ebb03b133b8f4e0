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
    first_screen,
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
    warned,
)
from sim.report.view import View

SECTIONS: dict[str, Callable[[View], str]] = {
    "first_screen": first_screen.write,
    "warned": warned.write,
    "about": about.write,
    "history": history.write,
    "verdict": verdict.write,
    "by_year": by_year.write,
    "off_peak": off_peak.write,
    "best": best.write,
    "enough": enough.write,
    "likely": likely.write,
    "bargain": bargain.write,
    "sites": sites.write,
    "waiting": waiting.write,
    "slag": slag.write,
    "headroom": headroom.write,
    "never": never.write,
    "assumptions": assumptions.write,
    "reading": reading.write,
}


def section_of(view: View, name: str) -> str:
    """Text of a section, worked out once for a view."""
    section = SECTIONS[name]
    if section not in view.sections:
        view.sections[section] = section(view)
    return view.sections[section]
