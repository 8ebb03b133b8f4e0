"""A study's results as views in each language, for pages and for lines: the tables are read once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from sim.archive import Results
from sim.report.markdown import escape
from sim.report.told import told, told_values
from sim.report.view import View
from sim.report.words import LANGUAGES
from sim.text import one_line


class Telling:
    """Views of one study: `page` with texts as Markdown shows them, `line` with texts in one line.

    `facts` are those of the first screen, where they are known already.
    """

    def __init__(self, results: Results, facts: Mapping[str, Any] | None = None) -> None:
        self.results, self._facts = results, facts

    def page(self, lang: str) -> View:
        """View for a page."""
        return self._page[lang]

    def line(self, lang: str) -> View:
        """View for lines, cells and figures."""
        return self._line[lang]

    @cached_property
    def _page(self) -> dict[str, View]:
        views = _views(self.results, escape)
        for view in views.values():
            view.facts = told_values(self._facts, escape) if self._facts else None
        return views

    @cached_property
    def _line(self) -> dict[str, View]:
        return _views(self.results, one_line)


def _views(results: Results, say: Callable[[str], str]) -> dict[str, View]:
    first = View(told(results, say), LANGUAGES[0])
    return {lang: first.in_language(lang) for lang in LANGUAGES}
