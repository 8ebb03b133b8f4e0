"""Cross checks of the merged scenario: what must fit together, come in order, and sum to one."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from itertools import pairwise

from sim.scenario.facts import Facts, Rule, Steps
from sim.scenario.nodes import Branch, find
from sim.scenario.problems import Place, Problem, problem
from sim.scenario.schema import (
    OffPeakAnnual,
    OffPeakMonthly,
    OffPeakWindows,
    OpeningTriangular,
    OpensNever,
    Years,
)

TOLERANCE = 1e-9
SEASON_TOLERANCE = 1e-6


def way_out(facts: Facts) -> Iterator[Problem]:
    """Demand a receiver, and a route that hazardous goods may ever use."""
    if not facts.sections["receivers"]:
        gone = _entries(facts, ("receivers",))
        yield facts.say("E408", ("receivers",), "there is no receiver", "add one", *gone)
    routes = facts.sections["roads"].routes.values()
    if not any(route.hazardous_goods and not isinstance(route.opens, OpensNever) for route in routes):
        message = "no route is ever open to hazardous goods"
        names = _entries(facts, ("roads", "routes"))
        causes = [*names, *((*name, word) for name in names for word in ("hazardous_goods", "opens"))]
        fix = "set `hazardous_goods: true` on a route that opens"
        yield facts.say("E408", ("roads", "routes"), message, fix, *causes)


def _entries(facts: Facts, path: Steps) -> list[Steps]:
    """Paths of the entries of a mapping, and of those removed from it."""
    holder = find(facts.tree, path)
    return [(*path, key) for key in holder.keys] if isinstance(holder, Branch) else []


def sources_of_waste(facts: Facts) -> Iterator[Problem]:
    """Demand sources where hazardous waste is asked about."""
    table = facts.tables.sources
    if "hazardous" in facts.chains and table.file and not table.rows and not table.problems:
        message = f"{table.file} has no rows, and hazardous waste is asked about"
        yield facts.say("E410", ("tables", "sources", "file"), message, "add rows")


def receivers_open(facts: Facts) -> Iterator[Problem]:
    """Receivers open before they close."""
    for name, receiver in facts.sections["receivers"].items():
        if receiver.opens >= receiver.closes:
            at: Steps = ("receivers", name)
            yield facts.misordered("E405", (*at, "opens"), (*at, "closes"), strict=True)


def opening_in_order(facts: Facts) -> Iterator[Problem]:
    """Demand low <= mode <= high of an uncertain opening, and a hand-over lead below its limit."""
    point = facts.collection_point
    if point is None:
        return
    opening = point.opening
    at: Steps = ("collection_point",)
    if isinstance(opening, OpeningTriangular):
        yield from _ascending(facts, (*at, "opening"), "low", "mode", "high")
    if point.handover_lead_working_days >= point.handover_working_days:
        lead, limit = (*at, "handover_lead_working_days"), (*at, "handover_working_days")
        yield facts.misordered("E405", lead, limit, strict=True)


def _ascending(facts: Facts, at: Steps, *words: str) -> Iterator[Problem]:
    """Demand that values of a mapping come in order."""
    for low, high in pairwise((*at, word) for word in words):
        if facts.value(low) > facts.value(high):
            yield facts.misordered("E405", low, high)


def years_in_order(facts: Facts) -> Iterator[Problem]:
    """Demand that the first year is not after the last."""
    path = facts.latest(("years", "last"), ("years", "first"))
    yield from misordered(facts.sections["years"], facts.place(*path), str(path[-1]))


def misordered(years: Years, place: Place, blamed: str = "last") -> list[Problem]:
    """Error of years whose first is after their last."""
    if years.first <= years.last:
        return []
    if blamed == "first":
        message = f"{years.first} is after the last year {years.last}"
        return [problem("E405", place, "years.first", message, f"write {years.last} or earlier")]
    message = f"{years.last} is before the first year {years.first}"
    return [problem("E405", place, "years.last", message, f"write {years.first} or later")]


def seasons_average_one(facts: Facts) -> Iterator[Problem]:
    """Demand that season factors only shift within the year: `level_factor` says how much there is."""
    for section in ("generation", "cement"):
        factors = facts.sections[section].season_factors if section in facts.sections else (1.0,)
        mean = sum(factors) / len(factors)
        if abs(mean - 1) > SEASON_TOLERANCE:
            fix = f"divide each by {mean:.7g}" if mean else "write factors with mean 1"
            yield facts.say("E409", (section, "season_factors"), f"their mean is {mean:.7g}", fix)


def batches_not_too_many(facts: Facts) -> Iterator[Problem]:
    """Refuse a run of so many batches that it would never end; the stream with most of them is blamed."""
    types, streams, generation = (facts.sections[name] for name in ("source_types", "streams", "generation"))
    counts: dict[str, float] = {}
    for row in facts.tables.sources.rows:
        kind = types.get(row.type)
        for name, tonnes in kind.generation_t_per_year.items() if kind else ():
            if name in streams:
                yearly = tonnes * 1000 * row.size_factor / streams[name].batch.mean_kg
                counts[name] = counts.get(name, 0.0) + yearly
    years = facts.sections["years"]
    first = years.first - years.warm_up_years
    growth = (
        (1 + generation.growth_per_year) ** max(0, year - generation.growth_from_year)
        for year in range(first, years.last + 1)
    )
    scale = generation.level_factor * sum(growth)
    total = scale * sum(counts.values())
    if total > generation.most_batches:
        worst = max(counts, key=lambda name: counts[name])
        most = f"generation.most_batches is {generation.most_batches:,}"
        message = f"about {total:.2g} batches arise in a run; {most}"
        fix = "check the units, or raise generation.most_batches"
        blamed = ("source_types",), ("generation", "level_factor"), ("generation", "growth_per_year")
        yield facts.say("E412", ("streams", worst, "batch", "mean_kg"), message, fix, *blamed)


def stops_of_kiln(facts: Facts) -> Iterator[Problem]:
    """Off-peak forms are consistent, and unplanned stops have their lengths in order."""
    kiln = facts.sections["kiln"]
    at: Steps = ("kiln", "off_peak")
    match kiln.off_peak:
        case OffPeakWindows(windows=windows):
            for index, one in enumerate(windows):
                if one.last < one.first:
                    message = f"ends on {one.last}, before it begins on {one.first}"
                    yield facts.say(
                        "E405", (*at, "windows", index, "last"), message, "exchange first and last"
                    )
        case OffPeakAnnual(quarter_shares=shares):
            if abs(sum(shares) - 1) > TOLERANCE:
                message = f"the shares sum to {sum(shares):.10g}"
                yield facts.say("E404", (*at, "quarter_shares"), message, "make them sum to 1")
        case OffPeakMonthly(days_by_month=days):
            for month, count in enumerate(days, start=1):
                if count > (most := calendar.monthrange(2024, month)[1]):
                    name = calendar.month_name[month]
                    path = (*at, "days_by_month", month - 1)
                    yield facts.say("E406", path, f"{count} days in {name}", f"write at most {most}")
    if getattr(kiln.off_peak, "campaigns", None) is not None:
        yield from _ascending(facts, (*at, "campaigns"), "shortest_days", "usual_days", "longest_days")
    yield from _ascending(facts, ("kiln", "unplanned"), "shortest_days", "longest_days")


def months_of_calendar(facts: Facts) -> Iterator[Problem]:
    """February of a common year has 28 days; no year stands twice."""
    table = facts.tables.kiln_calendar
    seen: dict[int, int] = {}
    for index, row in enumerate(table.rows):
        if row.m02 == 29 and not calendar.isleap(row.year) and facts.limit.admits(table.place(index, "m02")):
            path = f"tables.kiln_calendar.{row.year}.m02"
            message = f"29 days; February {row.year} has 28 days"
            yield problem("E406", table.place(index, "m02"), path, message, "write at most 28")
        if row.year in seen and facts.limit.admits(table.place(index, "year")):
            message = f"{row.year} stands twice, first at line {seen[row.year]}"
            yield problem(
                "E505", table.place(index, "year"), "tables.kiln_calendar.year", message, "keep one row"
            )
        seen.setdefault(row.year, table.place(index, "year").line)


def record_once(facts: Facts) -> Iterator[Problem]:
    """No quantity is recorded twice for a year."""
    table = facts.tables.record
    seen: dict[tuple[int, str], int] = {}
    for index, row in enumerate(table.rows):
        key = row.year, row.quantity
        if key in seen and facts.limit.admits(table.place(index, "year")):
            message = f"{row.quantity} of {row.year} stands twice, first at line {seen[key]}"
            yield problem("E505", table.place(index, "year"), "tables.record.year", message, "keep one row")
        seen.setdefault(key, table.place(index, "year").line)


def history_once(facts: Facts) -> Iterator[Problem]:
    """No smelter has two rows for a year."""
    table = facts.tables.smelter_history
    seen: dict[tuple[str, int], int] = {}
    for index, row in enumerate(table.rows):
        key = row.name, row.year
        if key in seen and facts.limit.admits(table.place(index, "year")):
            message = f"{row.name} in {row.year} stands twice, first at line {seen[key]}"
            path = "tables.smelter_history.year"
            yield problem("E505", table.place(index, "year"), path, message, "keep one row")
        seen.setdefault(key, table.place(index, "year").line)


def recorded_needs_rows(facts: Facts) -> Iterator[Problem]:
    """Off-peak days as recorded need a kiln calendar with rows."""
    table = facts.tables.kiln_calendar
    if facts.sections["kiln"].off_peak.form == "recorded" and not table.rows and not table.is_faulty:
        message = "recorded, and the kiln calendar has no rows"
        fix, file = "add a row, or write another form", ("tables", "kiln_calendar", "file")
        yield facts.say("E401", ("kiln", "off_peak", "form"), message, fix, file)


def thresholds_in_order(facts: Facts) -> Iterator[Problem]:
    """Thresholds of `basically compliant` are not stricter than those of `compliant`."""
    rules = facts.sections["compliance"]
    for word in ("overflow_days", "age_days"):
        if getattr(rules, word) > getattr(rules, f"basic_{word}"):
            yield facts.misordered("E405", ("compliance", word), ("compliance", f"basic_{word}"))


def start_has_room(facts: Facts) -> Iterator[Problem]:
    """Demand room for the start stock in a yard that keeps nothing above its capacity."""
    slag, kiln = facts.sections["slag"], facts.sections["kiln"]
    if kiln.yard_overflow.policy == "no_outlet" and slag.start_t > kiln.yard_capacity_t:
        yield facts.misordered("E405", ("slag", "start_t"), ("kiln", "yard_capacity_t"))


def ponds_not_overfull(facts: Facts) -> Iterator[Problem]:
    """Demand that no pond holds more than it can."""
    for name, pond in facts.sections["ponds"].items():
        if pond.used_m3 > pond.capacity_m3:
            yield facts.misordered("E405", ("ponds", name, "used_m3"), ("ponds", name, "capacity_m3"))


RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    (("receivers", "roads"), way_out),
    ((), sources_of_waste),
    (("receivers",), receivers_open),
    (("collection_point",), opening_in_order),
    (("years",), years_in_order),
    ((), seasons_average_one),
    (("streams", "source_types", "generation", "years"), batches_not_too_many),
    (("kiln",), stops_of_kiln),
    ((), months_of_calendar),
    ((), record_once),
    ((), history_once),
    (("kiln",), recorded_needs_rows),
    (("compliance",), thresholds_in_order),
    (("slag", "kiln"), start_has_room),
    (("ponds",), ponds_not_overfull),
)
