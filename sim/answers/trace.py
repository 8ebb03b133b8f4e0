"""The dated story of one replication, both chains, told from their records alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from sim.answers.hazardous_story import POINT, VANS, hazardous_story
from sim.answers.line import Line, Moment
from sim.answers.slag_story import slag_story
from sim.answers.trace_words import RANK, note, say
from sim.calendars import Horizon
from sim.chance.chance import Chance
from sim.errors import PlannerError
from sim.experiment.manifest import fingerprint
from sim.experiment.replicate import Prepared, prepare, run_one
from sim.model.simulate import simulate
from sim.network.compile import Chain
from sim.record.slag import SlagRecord
from sim.scenario.load import Scenario, Study
from sim.scenario.problems import nearest
from sim.text import in_key

COLUMNS = ("when", "place", "event", "text", "mass_t")
CHAINS: tuple[Chain, ...] = ("hazardous", "slag")


class UnknownPlaceError(PlannerError, ValueError):
    """A place or year that the story has not got."""


def story(
    scenario: Scenario,
    study: Study,
    seed: int,
    replication: int,
    settings: tuple[str, ...],
    lang: str,
    cause: Callable[[str], str],
) -> pd.DataFrame:
    """Run both chains of a scenario once and tell what happened in the reported years.

    Parameters
    ----------
    study
        Gives years and accounting.
    settings
        The `--set` options that the scenario was loaded with, for the hash of the inputs.
    cause
        Words for the cause of an overflow.

    Returns
    -------
    pd.DataFrame
        Columns when (ISO), place, event, text, mass_t; by date, notes first.
    """
    horizon = Horizon(study.years.first, study.years.last, study.years.warm_up_years)
    lines: list[Line] = []
    failures = []
    for chain in CHAINS:
        spec = study.spec
        target = spec.tolerances.utilisation_target
        prepared = prepare(scenario, chain, horizon, spec.accounting, target)
        told, failure = _chain(prepared, seed, replication)
        lines += told
        failures += [failure] if failure else []
    mark = fingerprint(study, settings, seed, study.spec.replications)[:8]
    drawn = {"seed": seed, "replication": replication, "mark": mark}
    said = [note("run", lang, name=scenario.name, first=horizon.first, last=horizon.last, **drawn)]
    said += [note("books", lang, failure=text) for text in failures]
    start = horizon.report_start
    notes = [Line(start, "county", "note", values={"text": text}) for text in said]
    reported = sorted(
        (line for line in lines if start <= line.when < horizon.end),
        key=lambda line: (line.when, RANK[line.event.partition(":")[0]]),
    )
    return _table([*notes, *reported], horizon, lang, cause)


def _chain(prepared: Prepared, seed: int, replication: int) -> tuple[list[Line], str]:
    """Lines of one chain, and what of its books does not close."""
    record = simulate(prepared.network, Chance(seed, replication))
    outcome = run_one(prepared, Chance(seed, replication), replication)
    if isinstance(record, SlagRecord):
        return list(slag_story(record, outcome, prepared.layout)), outcome.failure
    return list(hazardous_story(record, outcome, prepared.layout)), outcome.failure


def _table(lines: Iterable[Line], horizon: Horizon, lang: str, cause: Callable[[str], str]) -> pd.DataFrame:
    midnight = datetime.combine(horizon.start, datetime.min.time())

    def moment(when: int) -> datetime:
        return midnight + timedelta(seconds=int(when))

    def worded(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        for name, value in values.items():
            if isinstance(value, Moment):
                yield name, f"{moment(value):%Y-%m-%d %H:%M}"
            else:
                yield name, cause(value) if name == "cause" else value

    rows = [
        (
            moment(line.when).isoformat(),
            line.place,
            line.event.partition(":")[0],
            say(line.event, lang, mass=line.mass_t, **dict(worded(line.values))),
            line.mass_t,
        )
        for line in lines
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def only(table: pd.DataFrame, year: int | None, place: str | None) -> pd.DataFrame:
    """Keep the notes, and the lines of one calendar year and one place with what belongs to it.

    Raises
    ------
    UnknownPlaceError
        If nothing happened there or then.
    """
    kept = pd.Series(True, index=table.index)
    if year is not None:
        kept &= table["when"].str.startswith(f"{year}-")
        if not kept.any():
            raise UnknownPlaceError(f"{year} is not among the years of this story")
    if place is not None:
        place = place.removeprefix("site:")
        names = table["place"].str.removeprefix("site:")
        there = names.isin([place, in_key(place)])
        there |= names.str.startswith((f"{place}/", f"{in_key(place)}/"))
        if not there.any():
            raise UnknownPlaceError(_not_told(place, table["place"].unique().tolist()))
        kept &= there
    return table[kept | (table["event"] == "note")].reset_index(drop=True)


def _not_told(place: str, told: list[str]) -> str:
    """Words for a place that the story has not got: absent here, misspelt, or none of those that it has."""
    head = place.partition("/")[0]
    if head in (POINT, VANS) and head not in told:
        return f"nothing is told of {place}: this plan has none, or not in these years"
    if near := nearest(place, sorted({one.removeprefix("site:") for one in told})):
        return f"nothing is told of {place}; did you mean {near}?"
    others = sorted({one.partition("/")[0] for one in told if not one.startswith("site:")})
    site = min((one.removeprefix("site:") for one in told if one.startswith("site:")), default="")
    example = f", or a site such as {site.partition('/')[0]}" if site else ""
    return f"nothing is told of {place}; write one of {', '.join(others)}{example}"
