"""The commands that read scenarios as Python calls: one documented function each, returning pandas tables.

>>> import sim
>>> sim.check().empty    # doctest: +SKIP
>>> sim.show("chengkou/pilot").query("confidence == 'low'")    # doctest: +SKIP
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sim.arguments import understood
from sim.calendars import Horizon
from sim.scenario import check as checking
from sim.scenario.diff import differences
from sim.scenario.load import (
    Scenario,
    list_futures,
    list_plans,
    list_regions,
    list_studies,
    list_sweeps,
    load_scenario,
)
from sim.scenario.problems import in_order, warn_of
from sim.scenario.show import shown, windows_of, written


@understood
def check(*names: str, root: Path | None = None) -> pd.DataFrame:
    """Problems of scenarios, studies or regions; of everything without names.

    Returns
    -------
    DataFrame
        severity, code, file, line, column, path, message, fix; empty where nothing is to be said.
    """
    columns = ["severity", "code", "file", "line", "column", "path", "message", "fix"]
    rows = [
        (
            one.severity,
            one.code,
            one.place.file,
            one.place.line,
            one.place.column,
            one.path,
            one.message,
            one.fix,
        )
        for one in checking.check(names, root).problems
    ]
    return pd.DataFrame(rows, columns=columns)


@understood
def show(name: str, *, settings: tuple[str, ...] = (), root: Path | None = None) -> pd.DataFrame:
    """Every value of a resolved scenario.

    Returns
    -------
    DataFrame
        path, value (as a file writes it), unit, low, high, origin, confidence, place.

    Raises
    ------
    ScenarioError
        With all problems of all files.
    """
    scenario = load_scenario(name, settings, root)
    warn_of(scenario.problems)
    return value_table(scenario)


def value_table(scenario: Scenario) -> pd.DataFrame:
    """Every value of a loaded scenario, as `show` returns it."""
    columns = ["path", "value", "unit", "low", "high", "origin", "confidence", "place"]
    rows = [
        (one.path, written(one.value), one.unit, one.low, one.high, one.origin, one.confidence, one.place)
        for one in shown(scenario)
    ]
    return pd.DataFrame(rows, columns=columns)


@understood
def diff(
    first: str, second: str, *, settings: tuple[str, ...] = (), root: Path | None = None
) -> pd.DataFrame:
    """Values and ranges that differ between two scenarios.

    Returns
    -------
    DataFrame
        path, unit, first, second (as files write them; NaN where there is none), first_place, second_place.

    Raises
    ------
    ScenarioError
        With all problems of all files.
    """
    columns = ["path", "unit", "first", "second", "first_place", "second_place"]
    pair = load_scenario(first, settings, root), load_scenario(second, settings, root)
    warn_of(in_order([*pair[0].problems, *pair[1].problems]))
    rows = [
        (
            one.path,
            one.unit,
            written(one.first.value) if one.first else None,
            written(one.second.value) if one.second else None,
            str(one.first.place) if one.first else None,
            str(one.second.place) if one.second else None,
        )
        for one in differences(*pair)
    ]
    return pd.DataFrame(rows, columns=columns)


@understood
def names(root: Path | None = None) -> pd.DataFrame:
    """All regions, plans, futures, studies and sweeps, with their titles and what they change."""
    shelves = {
        "region": list_regions,
        "plan": list_plans,
        "future": list_futures,
        "study": list_studies,
        "sweep": list_sweeps,
    }
    rows = [
        (kind, one.region, one.name, one.en, one.zh, one.about_en, one.about_zh)
        for kind, listed in shelves.items()
        for one in listed(root)
    ]
    return pd.DataFrame(rows, columns=["kind", "region", "name", "en", "zh", "about_en", "about_zh"])


def stop_table(scenario: Scenario) -> pd.DataFrame:
    """Kiln stops by year: off-peak days, days not burning, and off-peak days per month.

    Means over a few draws, since the calendar fixes how many days stop and chance fixes which.
    """
    from sim.chance.kiln_stops import echo_stops

    years = scenario.spec.years
    horizon = Horizon(years.first, years.last, years.warm_up_years)
    rows = [
        (one.year, one.off_peak_days, one.days_not_burning, *one.months)
        for one in echo_stops(scenario.spec.kiln, scenario.tables.kiln_calendar, horizon)
    ]
    months = [f"m{month:02}" for month in range(1, 13)]
    return pd.DataFrame(rows, columns=["year", "off_peak_days", "days_not_burning", *months])


def window_table(scenario: Scenario) -> pd.DataFrame:
    """Days that off-peak windows cover, per year and month; empty where the kiln has no windows."""
    rows = [(year, *days) for year, days in windows_of(scenario).items()]
    return pd.DataFrame(rows, columns=["year", *(f"m{month:02}" for month in range(1, 13))])
