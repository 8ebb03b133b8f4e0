"""Which plan keeps which limit in which future, question by question: storage, age, slag."""

from __future__ import annotations

from dataclasses import dataclass

from sim.report.view import SLAG_PLACES, Cell, Comparison, Estimate, View

ORDER = ("fails", "undecided", "meets")
QUESTIONS = {"hazardous": ("storage", "age"), "slag": ("slag",)}
"""What is judged apart in each chain, the leading question first: age takes far more runs to decide."""


@dataclass(frozen=True)
class Criterion:
    """One limit, and what the plan gives."""

    place: str
    kpi: str
    estimate: Estimate


@dataclass(frozen=True)
class Verdict:
    """The worst of all criteria of one question, and those that made it so."""

    word: str
    criteria: tuple[Criterion, ...]

    @property
    def reasons(self) -> tuple[Criterion, ...]:
        """Criteria that are not met."""
        return tuple(c for c in self.criteria if c.estimate.verdict == self.word != "meets")


def verdict(view: View, cell: Cell, question: str) -> Verdict:
    """Verdict of one cell on one question; its word is empty where no limit applies."""
    criteria = tuple(
        Criterion(place, kpi, found)
        for place in view.places(cell)
        for kpi, found in view.kpis(cell, place).items()
        if found.verdict and question_of(place, kpi) == question
    )
    words = {c.estimate.verdict for c in criteria}
    return Verdict(next((word for word in ORDER if word in words), ""), criteria)


def question_of(place: str, kpi: str) -> str:
    """Question that a limit on a KPI answers."""
    if is_slag(place, kpi):
        return "slag"
    return "age" if kpi == "age_over_limit_share" else "storage"


def is_slag(place: str, kpi: str) -> bool:
    """Whether a KPI belongs to the slag half."""
    return place in SLAG_PLACES or kpi.startswith("utilisation_")


def reason(view: View, criterion: Criterion, *, long: bool = False) -> str:
    """Name of a criterion: `site-years`, `days`; `long` says more."""
    if long and (text := view.words(f"long:{criterion.place}:{criterion.kpi}", default="")):
        return text
    place, _, part = criterion.place.partition("/")
    text = view.words(f"criterion:{place}:{criterion.kpi}", default=view.words(f"criterion:{criterion.kpi}",
                      default=criterion.kpi.replace("_", " ")))  # fmt: skip
    return f"{text} {part.replace('_', ' ')}" if part else text


def by_future(view: View, table: Comparison, plan: str, question: str) -> dict[str, Verdict]:
    """Verdicts of a plan on one question in every future of a table."""
    return {future: verdict(view, Cell(plan, future), question) for future in table.futures}


def verdicts_of(view: View, table: Comparison, cell: Cell) -> dict[tuple[str, str], str]:
    """Verdict of a cell on each limit of its chain, by place and KPI."""
    return {
        (one.place, one.kpi): one.estimate.verdict
        for question in QUESTIONS[table.chain]
        for one in verdict(view, cell, question).criteria
    }
