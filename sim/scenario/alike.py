"""Plans, and futures, that a reader could not tell apart: several with one title."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Literal

from sim.scenario.drafting import Scenario
from sim.scenario.folding import folded
from sim.scenario.problems import Place, Problem, problem
from sim.scenario.schema import Text

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")


def alike(scenarios: Iterable[Scenario]) -> Iterator[Problem]:
    """Warn of each title that several plans, or several futures, of the scenarios have."""
    plans: dict[str, tuple[Text, Place]] = {}
    futures: dict[str, tuple[Text, Place]] = {}
    for one in scenarios:
        plans.setdefault(one.name.partition("+")[0], (one.spec.title, one.origins["title.en"].place))
        for future, title in zip(one.futures, one.future_titles, strict=False):
            futures.setdefault(future, (title, _place_of_future(one, future)))
    for kind, named in (("plans", plans), ("futures", futures)):
        for language in LANGUAGES:
            yield from _alike(kind, language, named)


def _alike(kind: str, language: Language, named: dict[str, tuple[Text, Place]]) -> Iterator[Problem]:
    groups: dict[str, list[str]] = {}
    for name, (title, _) in named.items():
        groups.setdefault(folded(getattr(title, language)), []).append(name)
    for names in groups.values():
        if len(names) > 1:
            title, place = named[names[-1]]
            message = f"{kind} with one title, {getattr(title, language)!r}: {', '.join(sorted(names))}"
            fix = "give each a title of its own; until then each has its name beside it"
            yield problem("W616", place, f"title.{language}", message, fix)


def _place_of_future(scenario: Scenario, future: str) -> Place:
    files = [file for file in scenario.inputs if PurePath(file).stem == future]
    return Place(next((file for file in files if "futures" in PurePath(file).parts), scenario.name), 1, 1)
