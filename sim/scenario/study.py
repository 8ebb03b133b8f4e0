"""The vocabulary of a study: which plans in which futures answer which question."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.schema import Text, Years
from sim.spec import Share, Spec, number

Accounting = Literal["oldest_first", "newest_first", "at_acceptance"]


class StudyTable(Spec):
    """One comparison: plans x futures of one chain, against a baseline.

    `vary` says what the rows differ by: `plans` are compared within each future, or `futures`
    within each plan (then `baseline` names a future).
    """

    chain: Literal["hazardous", "slag"]
    title: Text
    plans: Annotated[tuple[str, ...], Field(min_length=1)]
    futures: Annotated[tuple[str, ...], Field(min_length=1)]
    vary: Literal["plans", "futures"]
    baseline: str
    primary_kpis: tuple[str, ...]


class Tolerances(Spec):
    """Limits that a plan must keep; the first two hold together."""

    sources_overflow_probability: Share
    sources_overflow_days: float = number(ge=0)
    any_bay_overflow_probability: Share
    yard_overflow_probability: Share
    utilisation_target: Share
    utilisation_target_met: Share
    age_over_limit_share: Share


class StudySpec(Spec):
    """A question over many runs.

    With `by_year` the page shows the primary KPIs of each table year by year: for years that are not alike.
    """

    title: Text
    years: Years | None = None
    by_year: bool = False
    replications: int = number(ge=2, le=1_000_000)
    seed: int = number(ge=0)
    accounting: Accounting
    tolerances: Tolerances
    tables: dict[str, StudyTable]
