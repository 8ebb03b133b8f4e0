"""Titles of plans, futures and cells: no two alike, and marked where `--set` changes what they say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from sim.archive import named_with
from sim.report.words import Words
from sim.scenario.folding import folded
from sim.scenario.options import short_setting


class Cell(NamedTuple):
    """A plan in a future, as the study writes them."""

    plan: str
    future: str


class Naming:
    """What plans and futures of a manifest are called in one language."""

    def __init__(self, manifest: Mapping[str, Any], words: Words) -> None:
        self.manifest, self.words = manifest, words

    @cached_property
    def cells(self) -> dict[Cell, Mapping[str, Any]]:
        """What the manifest says of each cell: scenario, titles of its futures, what of them was changed."""
        return {Cell(entry["plan"], entry["future"]): entry for entry in self.manifest.get("cells", [])}

    def plan(self, plan: str) -> str:
        """Title of a plan; a scenario that carries futures in its name has its own ones added."""
        return self._plans.get(plan, spoken(plan))

    def future(self, future: str) -> str:
        """Title of a future; parts of a composed one are joined."""
        parts = [self._futures.get(part, spoken(part)) for part in future.split("+") if part]
        return " + ".join(parts) or self.words("future:none")

    @cached_property
    def common(self) -> tuple[str, ...]:
        """Titles of futures that all scenarios carry: said once, at the top of the page."""
        return tuple(map(self.future, self._common))

    @cached_property
    def _common(self) -> tuple[str, ...]:
        carried = [self._carried(cell) for cell in self.cells]
        return tuple(one for one in carried[0] if all(one in other for other in carried)) if carried else ()

    def _carried(self, cell: Cell) -> tuple[str, ...]:
        """Futures in the name of a cell's scenario that its future does not name."""
        of_cell = cell.future.split("+")
        return tuple(one for one in self._parts(cell) if one not in of_cell)

    def _parts(self, cell: Cell) -> list[str]:
        """Futures of a cell's scenario, in the order of their titles."""
        entry = self.cells[cell]
        parts, titles = entry["scenario"].split("+")[1:], entry.get("future_titles", [])
        return parts if len(parts) == len(titles) else []

    @cached_property
    def _plans(self) -> dict[str, str]:
        titles: dict[str, str] = {}
        for cell, entry in self.cells.items():
            spec = self.manifest.get("scenarios", {}).get(entry["scenario"], {})
            if cell.plan not in titles and spec.get("title"):
                own = [self.future(one) for one in self._carried(cell) if one not in self._common]
                title = self.changed(self.words.pick(spec["title"]), overridden(entry, 0))
                titles[cell.plan] = " + ".join([title, *own])
        return told_apart(titles, self.words)

    @cached_property
    def _futures(self) -> dict[str, str]:
        """Titles of single futures by name."""
        titles: dict[str, str] = {}
        settings: dict[str, dict[str, None]] = {}
        for cell, entry in self.cells.items():
            for number, part in enumerate(self._parts(cell)):
                titles[part] = self.words.pick(entry["future_titles"][number])
                settings.setdefault(part, {}).update(dict.fromkeys(overridden(entry, number + 1)))
        return {
            part: self.changed(title, list(settings[part]))
            for part, title in told_apart(titles, self.words).items()
        }

    def changed(self, title: str, settings: Sequence[str]) -> str:
        """Title with the settings that change what it stands for, if any do."""
        if not settings:
            return title
        return self.words("title:changed", title=title, settings=self.settings(settings))

    def is_told(self, settings: Sequence[str], title: str) -> bool:
        """Whether a title says all settings already."""
        return all(short_setting(one) in title for one in settings)

    def settings(self, settings: Iterable[str]) -> str:
        """Settings in short."""
        return self.words.join([short_setting(one) for one in settings])


def footer_of(words: Words, name: str, years: Sequence[int], runs: int, settings: Sequence[str]) -> str:
    """Foot of a figure: name of the run, years, number of runs, and what was changed for it alone."""
    told = words(
        "figure:foot", name=named_with(name.rpartition("/")[2], ()), first=years[0], last=years[-1], runs=runs
    )
    return " · ".join([told, *settings])


def overridden(entry: Mapping[str, Any], place: int) -> list[str]:
    """Settings that change what a cell's plan (place 0) or one of its futures (1, 2, ...) says."""
    every = entry.get("overridden", [])
    return list(every[place]) if place < len(every) else []


def told_apart(titles: Mapping[str, str], words: Words) -> dict[str, str]:
    """Titles by name; where several names have one title, each has its name in brackets.

    Titles that differ in case, width or space alone count as one.
    """
    counts = Counter(folded(title) for title in titles.values())
    twice = [name for name, title in titles.items() if counts[folded(title)] > 1]
    short = Counter(_short(name) for name in twice)
    named = {name: _short(name) if short[_short(name)] == 1 else name for name in twice}
    return {
        name: words("title:named", title=title, name=named[name]) if name in named else title
        for name, title in titles.items()
    }


def _short(name: str) -> str:
    return name.rpartition("/")[2]


def spoken(name: str) -> str:
    """A name as words."""
    return _short(name).replace("_", " ").replace("+", " + ")
