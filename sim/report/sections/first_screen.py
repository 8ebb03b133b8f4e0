"""The first screen at the top of the page."""

from __future__ import annotations

from sim.report.screen.facts import facts_of
from sim.report.screen.text import first_screen
from sim.report.view import View


def write(view: View) -> str:
    """Headline, labelled sentences and the table of plans."""
    return first_screen(view.facts or facts_of(view.given), view.words.lang)
