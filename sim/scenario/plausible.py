"""Warnings: what is allowed and yet probably not meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import Any

from sim.scenario.facts import TABLES, Facts, Rule, Steps
from sim.scenario.nodes import Items, Leaf, Node
from sim.scenario.problems import Problem, dotted, problem
from sim.scenario.schema import (
    OffPeakAnnual,
    OffPeakMonthly,
    OffPeakWindows,
    ScenarioSpec,
    Stream,
    Window,
)
from sim.scenario.tables import CsvTable
from sim.scenario.vocabulary import Kind, child, fields_of, kind_of, unit_at
from sim.spec import Spec

TOO_FAR = 5.0
NEARLY_ALL = 0.95
"""Share of its feed from which on a route needs decades to come to rest: (spread of a year's slag / what is
left)² years, 46 at 95 % with the shipped spread of 0.34."""
NORMAL_95 = 1.645


def magnitudes(facts: Facts) -> Iterator[Problem]:
    """Numbers and ranges far outside their usual interval."""
    whole = kind_of(ScenarioSpec)
    for name, node in facts.tree.entries.items():
        kind = child(whole, name)
        if kind is not None and name in facts.sections:
            yield from _magnitudes(node, kind, (name,))
    for name in TABLES:
        yield from _magnitudes_of_table(name, getattr(facts.tables, name))


def _magnitudes(node: Node, kind: Kind, path: Steps) -> Iterator[Problem]:
    if isinstance(node, Leaf):
        for value in (node.value, *(node.range or ())):
            if message := odd(value, kind, path):
                yield problem("W605", node.place, dotted(path), message, "check the unit")
                return
        return
    steps: Iterable[tuple[str | int, Node]]
    steps = enumerate(node.items) if isinstance(node, Items) else node.entries.items()
    for step, inner in steps:
        if found := child(kind, step, node):
            yield from _magnitudes(inner, found, (*path, step))


@lru_cache(maxsize=64)
def _magnitudes_of_table(name: str, table: CsvTable[Any]) -> tuple[Problem, ...]:
    found = []
    for index, row in enumerate(table.rows):
        spec: type[Spec] = type(row)
        for column, kind in fields_of(spec).items():
            if message := odd(getattr(row, column), kind, (column,)):
                path = f"tables.{name}.{getattr(row, 'name', index)}.{column}"
                found.append(problem("W605", table.place(index, column), path, message, "check the unit"))
    return tuple(found)


def odd(value: object, kind: Kind, path: Steps) -> str:
    """Why a magnitude is odd, or an empty text. Zero never is."""
    if kind.usual is None or not isinstance(value, int | float) or isinstance(value, bool) or value == 0:
        return ""
    low, high = kind.usual
    if (low == 0 or abs(value) >= low / TOO_FAR) and abs(value) <= TOO_FAR * high:
        return ""
    unit = unit_at(path)
    usual = f"usual is {low:g} to {high:g} {unit}".strip()
    size = "large" if abs(value) > high else "small"
    return f"{value:g} {unit}".strip() + f" is very {size}; {usual}"


def overlapping_windows(facts: Facts) -> Iterator[Problem]:
    """Off-peak windows that share days."""
    off_peak = facts.sections["kiln"].off_peak
    if not isinstance(off_peak, OffPeakWindows):
        return
    order = sorted(range(len(off_peak.windows)), key=lambda index: off_peak.windows[index].first)
    ends: Window | None = None
    for index in order:
        window = off_peak.windows[index]
        if ends is not None and window.first <= ends.last:
            message = f"{window.first} to {window.last} overlaps {ends.first} to {ends.last}; days count once"
            yield facts.say("W601", ("kiln", "off_peak", "windows", index), message, "shorten one of them")
        ends = window if ends is None or window.last > ends.last else ends


def joined(windows: Iterable[Window]) -> list[tuple[date, date]]:
    """First and last days of windows, those that overlap joined into one."""
    found: list[tuple[date, date]] = []
    for one in sorted(windows, key=lambda one: one.first):
        if found and one.first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], one.last))
        elif one.first <= one.last:
            found.append((one.first, one.last))
    return found


def small_stores(facts: Facts) -> Iterator[Problem]:
    """Find stores below one container, or below a large (95 %) batch of what they keep."""
    types, classes = facts.sections["source_types"], facts.sections["storage_classes"]
    streams = facts.sections["streams"]
    present = {row.type for row in facts.tables.sources.rows}
    for name in sorted(present & set(types)):
        for stream in types[name].generation_t_per_year:
            if stream in streams and streams[stream].storage_class in classes:
                count = types[name].containers.get(streams[stream].storage_class, 0)
                path: Steps = ("source_types", name, "containers", streams[stream].storage_class)
                if found := _store(count, stream, streams[stream], classes):
                    yield facts.say(found[0], path, found[1], "write more containers")
    for index, row in enumerate(facts.tables.sources.rows):
        for stream in types[row.type].generation_t_per_year if row.type in types else ():
            one = streams.get(stream)
            count = getattr(row, one.storage_class) if one is not None else None
            if one is None or count is None or one.storage_class not in classes:
                continue
            if found := _store(count, stream, one, classes):
                place = facts.tables.sources.place(index, one.storage_class)
                cell = f"tables.sources.{row.name}.{one.storage_class}"
                yield problem(found[0], place, cell, found[1], "write more containers")


def _store(count: int, name: str, stream: Stream, classes: Any) -> tuple[str, str] | None:
    if count < 1:
        return "W602", f"no container for {name}, which arises here"
    room = count * classes[stream.storage_class].container_t * 1000
    large = stream.batch.mean_kg * (1 + NORMAL_95 * stream.batch.cv)
    if room < large:
        return (
            "W603",
            f"{count} containers hold {room:.0f} kg; one batch in twenty of {name} exceeds {large:.0f} kg",
        )
    return None


def empty_tables(facts: Facts) -> Iterator[Problem]:
    """Tables without rows."""
    for name in TABLES:
        if name == "sources" and "hazardous" in facts.chains:
            continue
        table = getattr(facts.tables, name)
        if not table.rows and not table.is_faulty and table.file:
            place = facts.place("tables", name, "file")
            yield problem("W606", place, f"tables.{name}", f"{table.file} has no rows", "add rows")


def steady_routes(facts: Facts) -> Iterator[Problem]:
    """Slag routes whose mean inflow exceeds nearly all of their mean feed."""
    slag, kiln, cement = (facts.sections[name] for name in ("slag", "kiln", "cement"))
    rows = [row for row in facts.tables.smelters.rows if row.takes == "works" and row.status == "operating"]
    others = sum(outlet.capacity_t_per_day for outlet in facts.sections["outlets"].values()) * 365
    inflow = max(0.0, slag.level_factor * sum(row.t_per_year for row in rows) - others)
    burning = max(0.0, 365 - days_not_burning(facts))
    raw_meal = kiln.raw_meal_limit_t_per_day * burning
    clinker_bound = kiln.clinker_t_per_day * burning / cement.clinker_factor
    grinding = cement.slag_share * min(cement.demand_t_per_year * cement.market_factor, clinker_bound)
    if not slag.earmarked:
        if inflow > NEARLY_ALL * (raw_meal + grinding):
            yield _unsteady(facts, "both routes", inflow, raw_meal + grinding, burning)
        return
    for route, share, feed in (
        ("raw meal", slag.raw_meal_share, raw_meal),
        ("grinding", 1 - slag.raw_meal_share, grinding),
    ):
        if inflow * share > NEARLY_ALL * feed:
            yield _unsteady(facts, route, inflow * share, feed, burning)


def _unsteady(facts: Facts, route: str, inflow: float, feed: float, burning: float) -> Problem:
    message = (
        f"{route}: {inflow:.0f} t/yr arrive and {feed:.0f} t/yr can be fed in {burning:.0f} burning days; "
        "no steady state within years, and an overflow probability that speaks of the horizon"
    )
    return facts.say(
        "W604", ("slag", "raw_meal_share"), message, "move the share, or raise the route's limit"
    )


def days_not_burning(facts: Facts) -> float:
    """Rough mean days a year without fire: off-peak with maintenance inside it, restarts, unplanned stops.

    An unplanned stop on a day of a planned one adds nothing.
    """
    kiln = facts.sections["kiln"]
    off_peak, stops = _off_peak(facts)
    unplanned = kiln.unplanned
    unplanned_days = unplanned.per_year * (unplanned.shortest_days + unplanned.longest_days) / 2
    planned = max(off_peak, kiln.maintenance_days)
    return float(planned + stops * kiln.restart_days + (1 - planned / 365) * unplanned_days)


def _off_peak(facts: Facts) -> tuple[float, float]:
    """Mean off-peak days and stops a year; a drawn campaign that follows another is one stop with it."""
    off_peak, years = facts.sections["kiln"].off_peak, facts.sections["years"]
    span = range(years.first, max(years.first, years.last) + 1)
    if isinstance(off_peak, OffPeakWindows):
        begin, end = date(span[0], 1, 1), date(span[-1], 12, 31)
        inside = [(max(first, begin), min(last, end)) for first, last in joined(off_peak.windows)]
        days = sum(max(0, (last - first).days + 1) for first, last in inside)
        return days / len(span), len(inside) / len(span)
    if isinstance(off_peak, OffPeakAnnual):
        total = float(off_peak.days_per_year)
    elif isinstance(off_peak, OffPeakMonthly):
        total = float(sum(off_peak.days_by_month))
    else:
        total = _recorded_days(facts, span)
    return total, total / off_peak.campaigns.usual_days * (1 - total / 365)


def _recorded_days(facts: Facts, span: range) -> float:
    rows = sorted(facts.tables.kiln_calendar.rows, key=lambda row: row.year)
    if not rows:
        return 0.0
    by_year = {row.year: sum(getattr(row, f"m{month:02}") for month in range(1, 13)) for row in rows}
    held = [min(max(year, rows[0].year), rows[-1].year) for year in span]
    latest = {year: max(one for one in by_year if one <= year) for year in held}
    return float(sum(by_year[latest[year]] for year in held)) / len(held)


RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    ((), magnitudes),
    (("kiln",), overlapping_windows),
    (("source_types", "storage_classes", "streams"), small_stores),
    ((), empty_tables),
    (("slag", "kiln", "cement", "outlets", "years"), steady_routes),
)
