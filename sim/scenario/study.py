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
    """Half of the model that the table is about: hazardous waste, or slag."""
    title: Text
    """Heading of the table on the page and in figures."""
    plans: Annotated[tuple[str, ...], Field(min_length=1)]
    """Plans that are compared, by name."""
    futures: Annotated[tuple[str, ...], Field(min_length=1)]
    """Futures in which each plan is run, joined by `+`; an empty text is the plan as it stands."""
    vary: Literal["plans", "futures"]
    """What the rows differ by: `plans` within each future, or `futures` within each plan."""
    baseline: str
    """Plan (or future) that all others are compared with, on the same chance."""
    primary_kpis: tuple[str, ...]
    """KPIs that decide, as `kpi` or `kpi@place`: their differences are tested, and together."""


class Tolerances(Spec):
    """Limits that a plan must keep; the first two hold together."""

    sources_overflow_probability: Share
    """Share of site-years with an overflow up to which a plan is acceptable."""
    sources_overflow_days: float = number(ge=0)
    """Days a year and site with an overflow up to which a plan is acceptable."""
    any_bay_overflow_probability: Share
    """Share of years with an overflow of any bay up to which a plan is acceptable."""
    yard_overflow_probability: Share
    """Share of years with an overflow of the kiln's yard up to which a calendar is acceptable."""
    utilisation_target: Share
    """Utilisation rate of slag that a year must reach."""
    utilisation_target_met: Share
    """Share of years that must reach the target."""
    age_over_limit_share: Share
    """Share of tonnes that may wait longer than the age limit."""


class StudySpec(Spec):
    """A question over many runs.

    With `by_year` the page shows the primary KPIs of each table year by year: for years that are not alike.
    """

    title: Text
    """The question, as the page's heading."""
    years: Years | None = None
    """Years that are reported; left out, those of the region."""
    by_year: bool = False
    """Whether the page shows the primary KPIs year by year, for years that are not alike."""
    replications: int = number(ge=2, le=1_000_000)
    """Runs of each plan in each future, on common chance; more runs make intervals narrower."""
    seed: int = number(ge=0)
    """Number from which all chance is drawn; the same seed gives the same results."""
    accounting: Accounting
    """Which stock of slag counts as used first in the utilisation rate that is judged."""
    tolerances: Tolerances
    """Limits by which plans are judged."""
    tables: dict[str, StudyTable]
    """Comparisons of the study, by a name of your own."""
