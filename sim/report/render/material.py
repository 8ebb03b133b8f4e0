"""What every report is made from: facts and tables of one study, told in one language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.report.render.words import RENDER
from sim.report.screen.sentences import Speaker, screen_of
from sim.report.telling import Telling
from sim.report.told import told_values
from sim.text import one_line

Facts = Mapping[str, Any]


class Material:
    """Facts, first screen and tables of a study, every text in one line that does nothing."""

    def __init__(self, telling: Telling, facts: Facts, lang: str) -> None:
        self.lang, self._place = lang, int(lang == "zh")
        self.facts: Facts = told_values(facts, one_line)
        self.view = telling.line(lang)
        self.screen = screen_of(self.facts, lang)
        self.speaker = Speaker(self.facts, lang)

    def say(self, key: str, **parts: object) -> str:
        """A text of the reports."""
        return RENDER[key][self._place].format(**parts)

    def pick(self, both: Mapping[str, str]) -> str:
        """Text that exists in both languages."""
        return str(both[self.lang])

    @property
    def title(self) -> str:
        """Title of the study."""
        return self.pick(self.facts["title"])

    @property
    def subtitle(self) -> str:
        """Years, what was compared, runs, and what was changed for this run alone."""
        first, last = self.facts["years"]
        years = str(first) if first == last else f"{first}–{last}"
        told = [self.say("subtitle", years=years, plans=self._compared(), runs=self.facts["runs"])]
        if self.facts["settings"]:
            settings = self.speaker.say("comma").join(self.facts["settings"])
            told.append(self.say("changed", settings=settings))
        return " · ".join(told)

    def _compared(self) -> str:
        collection, bulk = self.facts["collection"], self.facts["bulk"]
        if not collection:
            return self.say("cases", cases=len(bulk["cells"]) if bulk else 0)
        plans, futures = len(collection["plans"]), len(collection["futures"])
        if plans == 1 and futures == 1:
            return self.say("one_plan")
        return self.say("plans" if futures > 1 else "one_future", plans=plans, futures=futures)

    def place(self, name: str) -> str:
        """Place of a KPI in words; a bay by its class."""
        head, _, rest = name.partition("/")
        title = self.say(f"place:{head}") if f"place:{head}" in RENDER else self.view.words(
            f"place:{head}", default=head.replace("_", " ")
        )  # fmt: skip
        if not rest:
            return title
        return f"{title} / {self._classes.get(rest, rest.replace('_', ' '))}"

    @property
    def _classes(self) -> dict[str, str]:
        entries = self.view.any_spec.get("storage_classes", {})
        return {name: self.pick(entry["title"]) for name, entry in entries.items() if "title" in entry}

    def unit(self, unit: str) -> str:
        """Unit in the report's language."""
        return self.say(f"unit:{unit}") if f"unit:{unit}" in RENDER else unit
