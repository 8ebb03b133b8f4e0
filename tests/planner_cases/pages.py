"""Pages of results, held to be whole."""

from __future__ import annotations

from planner_cases.holes import assert_whole
from sim.archive import Results
from sim.report.page import write_page
from sim.report.view import View


def page_of(found: Results, lang: str = "en") -> str:
    """The page: nothing of it failed, and no sentence has a hole."""
    written = write_page(View(found, lang))
    assert written.failures == ()
    return assert_whole(written.page)
