"""Cross checks of the merged scenario: which words refer to which others, and what must fit together."""

from __future__ import annotations

import calendar
from collections.abc import Iterator

from sim.scenario.facts import Facts, Rule, Steps
from sim.scenario.problems import Problem, problem, suggestion
from sim.scenario.schema import (
    OffPeakAnnual,
    OffPeakMonthly,
    OffPeakWindows,
    OpeningTriangular,
    OpensNever,
)

TOLERANCE = 1e-9


def streams_of_types(facts: Facts) -> Iterator[Problem]:
    """Streams that source types name."""
    streams = facts.sections["streams"]
    for name, kind in facts.sections["source_types"].items():
        for stream in kind.generation_t_per_year:
            path: Steps = ("source_types", name, "generation_t_per_year", stream)
            yield from facts.refer(stream, streams, "stream", path, key=True)
        if kind.cleaning is not None:
            path = ("source_types", name, "cleaning", "stream")
            yield from facts.refer(kind.cleaning.stream, streams, "stream", path)


def classes_of_streams(facts: Facts) -> Iterator[Problem]:
    """Classes that streams, types and bays name have a container."""
    classes = facts.sections["storage_classes"]
    for name, stream in facts.sections["streams"].items():
        path: Steps = ("streams", name, "storage_class")
        yield from facts.refer(stream.storage_class, classes, "storage class", path)


def classes_of_types(facts: Facts) -> Iterator[Problem]:
    """Containers of source types are of declared classes."""
    classes = facts.sections["storage_classes"]
    for name, kind in facts.sections["source_types"].items():
        for one in kind.containers:
            path: Steps = ("source_types", name, "containers", one)
            yield from facts.refer(one, classes, "storage class", path, key=True)


def classes_of_bays(facts: Facts) -> Iterator[Problem]:
    """Bays are of declared classes and hold their release level."""
    point = facts.collection_point
    for name, bay in point.bays.items() if point else ():
        path: Steps = ("collection_point", "bays", name)
        yield from facts.refer(name, facts.sections["storage_classes"], "storage class", path, key=True)
        if bay.release_t > bay.capacity_t:
            message = f"{bay.release_t:g} t is above the bay's capacity of {bay.capacity_t:g} t"
            yield facts.say("E403", (*path, "release_t"), message, f"write at most {bay.capacity_t:g}")


def classes_kept_apart(facts: Facts) -> Iterator[Problem]:
    """Keep classes apart from other declared classes only."""
    classes = facts.sections["storage_classes"]
    for name, one in classes.items():
        others = [other for other in classes if other != name]
        for index, other in enumerate(one.keep_apart_from):
            path: Steps = ("storage_classes", name, "keep_apart_from", index)
            yield from facts.refer(other, others, "other storage class", path)


def names_in_tables(facts: Facts) -> Iterator[Problem]:
    """Types and townships that the tables name."""
    tables = facts.tables
    townships = [row.name for row in tables.townships.rows]
    for index, row in enumerate(tables.sources.rows):
        if "source_types" in facts.sections:
            yield from _cell(
                facts, "sources", index, row.name, "type", row.type, list(facts.sections["source_types"])
            )
        if not tables.townships.problems:
            yield from _cell(facts, "sources", index, row.name, "township", row.township, townships)
    for index, smelter in enumerate(tables.smelters.rows):
        if not tables.townships.problems:
            yield from _cell(facts, "smelters", index, smelter.name, "township", smelter.township, townships)


def _cell(
    facts: Facts, table: str, index: int, row: str, column: str, word: str, known: list[str]
) -> Iterator[Problem]:
    if word not in known:
        place = getattr(facts.tables, table).place(index, column)
        path = f"tables.{table}.{row}.{column}"
        what = "source type" if column == "type" else column
        yield problem("E401", place, path, f"there is no {what} {word}", suggestion(word, known))


def regimes_of_types(facts: Facts) -> Iterator[Problem]:
    """Source types that regimes name."""
    for name in facts.sections["regimes"].by_type:
        path: Steps = ("regimes", "by_type", name)
        yield from facts.refer(name, facts.sections["source_types"], "source type", path, key=True)


def vehicles_in_use(facts: Facts) -> Iterator[Problem]:
    """Vehicles that the regimes drive."""
    vehicles = facts.sections["vehicles"]
    if "direct" in facts.sections:
        yield from facts.refer(facts.sections["direct"].vehicle, vehicles, "vehicle", ("direct", "vehicle"))
    if point := facts.collection_point:
        yield from facts.refer(point.van, vehicles, "vehicle", ("collection_point", "van"))
        yield from facts.refer(point.haul_vehicle, vehicles, "vehicle", ("collection_point", "haul_vehicle"))


def pilot_has_collection_point(facts: Facts) -> Iterator[Problem]:
    """Demand a collection point for the pilot regime."""
    regimes = facts.sections["regimes"]
    if facts.sections.get("collection_point") is not None:
        return
    fix = "add `collection_point:`, or write direct"
    if regimes.default == "pilot":
        yield facts.say("E407", ("regimes", "default"), "pilot, and there is no collection point", fix)
    for name, regime in regimes.by_type.items():
        if regime == "pilot":
            yield facts.say(
                "E407", ("regimes", "by_type", name), "pilot, and there is no collection point", fix
            )


def bays_for_collected_waste(facts: Facts) -> Iterator[Problem]:
    """Every class that a source in the pilot regime produces has a bay."""
    point, regimes, streams = facts.collection_point, facts.sections["regimes"], facts.sections["streams"]
    if point is None:
        return
    reported: set[str] = set()
    types = facts.sections["source_types"]
    present = {row.type for row in facts.tables.sources.rows}
    for name, kind in types.items():
        if name not in present or regimes.by_type.get(name, regimes.default) != "pilot":
            continue
        produced = {streams[one].storage_class for one in kind.generation_t_per_year if one in streams}
        for one in sorted(produced - set(point.bays) - reported):
            reported.add(one)
            message = f"no bay for {one}, which sources of type {name} produce"
            yield facts.say("E402", ("collection_point", "bays"), message, f"add `{one}:` with its capacity")


def way_out(facts: Facts) -> Iterator[Problem]:
    """Demand a receiver, and a route that hazardous goods may ever use."""
    if not facts.sections["receivers"]:
        yield facts.say("E408", ("receivers",), "there is no receiver", "add one")
    routes = facts.sections["roads"].routes.values()
    if not any(route.hazardous_goods and not isinstance(route.opens, OpensNever) for route in routes):
        message = "no route is ever open to hazardous goods"
        yield facts.say("E408", ("roads", "routes"), message, "set `hazardous_goods: true` on one that opens")


def receivers_open(facts: Facts) -> Iterator[Problem]:
    """Receivers open before they close."""
    for name, receiver in facts.sections["receivers"].items():
        if receiver.opens >= receiver.closes:
            message = f"closes at {receiver.closes} and opens at {receiver.opens}"
            yield facts.say("E405", ("receivers", name, "closes"), message, "write the later time as closes")


def opening_in_order(facts: Facts) -> Iterator[Problem]:
    """Demand low <= mode <= high of an uncertain opening, and a hand-over lead below its limit."""
    point = facts.collection_point
    if point is None:
        return
    opening = point.opening
    if isinstance(opening, OpeningTriangular) and not opening.low <= opening.mode <= opening.high:
        message = f"low {opening.low}, mode {opening.mode}, high {opening.high} are not in order"
        yield facts.say("E405", ("collection_point", "opening", "mode"), message, "write low <= mode <= high")
    lead, limit = point.handover_lead_working_days, point.handover_working_days
    if lead >= limit:
        message = f"{lead} working days of lead leave nothing of the limit of {limit}"
        path: Steps = ("collection_point", "handover_lead_working_days")
        yield facts.say("E405", path, message, f"write less than {limit}")


def years_in_order(facts: Facts) -> Iterator[Problem]:
    """Demand that the first year is not after the last."""
    years = facts.sections["years"]
    if years.first > years.last:
        message = f"{years.last} is before the first year {years.first}"
        yield facts.say("E405", ("years", "last"), message, f"write {years.first} or later")


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
    yield from _campaigns(facts)
    shortest, longest = kiln.unplanned.shortest_days, kiln.unplanned.longest_days
    if shortest > longest:
        message = f"the shortest stop of {shortest:g} d is longer than the longest of {longest:g} d"
        yield facts.say("E405", ("kiln", "unplanned", "shortest_days"), message, "exchange the two")


def _campaigns(facts: Facts) -> Iterator[Problem]:
    campaigns = getattr(facts.sections["kiln"].off_peak, "campaigns", None)
    if campaigns is None:
        return
    low, usual, high = campaigns.shortest_days, campaigns.usual_days, campaigns.longest_days
    if not low <= usual <= high:
        message = f"shortest {low}, usual {usual}, longest {high} days are not in order"
        yield facts.say(
            "E405", ("kiln", "off_peak", "campaigns"), message, "write shortest <= usual <= longest"
        )


def months_of_calendar(facts: Facts) -> Iterator[Problem]:
    """February of a common year has 28 days; no year stands twice."""
    table = facts.tables.kiln_calendar
    seen: dict[int, int] = {}
    for index, row in enumerate(table.rows):
        if row.m02 == 29 and not calendar.isleap(row.year):
            path = f"tables.kiln_calendar.{row.year}.m02"
            message = f"29 days; February {row.year} has 28 days"
            yield problem("E406", table.place(index, "m02"), path, message, "write at most 28")
        if row.year in seen:
            message = f"{row.year} stands twice, first at line {seen[row.year]}"
            yield problem(
                "E505", table.place(index, "year"), "tables.kiln_calendar.year", message, "keep one row"
            )
        seen.setdefault(row.year, table.place(index, "year").line)


def recorded_needs_rows(facts: Facts) -> Iterator[Problem]:
    """Off-peak days as recorded need a kiln calendar with rows."""
    table = facts.tables.kiln_calendar
    if facts.sections["kiln"].off_peak.form == "recorded" and not table.rows and not table.problems:
        message = "recorded, and the kiln calendar has no rows"
        yield facts.say("E401", ("kiln", "off_peak", "form"), message, "add a row, or write another form")


def thresholds_in_order(facts: Facts) -> Iterator[Problem]:
    """Thresholds of `basically compliant` are not stricter than those of `compliant`."""
    rules = facts.sections["compliance"]
    for word in ("overflow_days", "age_days"):
        full, basic = getattr(rules, word), getattr(rules, f"basic_{word}")
        if basic < full:
            message = f"{basic:g} d is below {word} of {full:g} d"
            yield facts.say("E405", ("compliance", f"basic_{word}"), message, f"write at least {full:g}")


def ponds_not_overfull(facts: Facts) -> Iterator[Problem]:
    """Demand that no pond holds more than it can."""
    for name, pond in facts.sections["ponds"].items():
        if pond.used_m3 > pond.capacity_m3:
            message = f"{pond.used_m3:g} m3 is above its capacity of {pond.capacity_m3:g} m3"
            yield facts.say(
                "E405", ("ponds", name, "used_m3"), message, f"write at most {pond.capacity_m3:g}"
            )


RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    (("streams", "source_types"), streams_of_types),
    (("streams", "storage_classes"), classes_of_streams),
    (("source_types", "storage_classes"), classes_of_types),
    (("storage_classes", "collection_point"), classes_of_bays),
    (("storage_classes",), classes_kept_apart),
    ((), names_in_tables),
    (("regimes", "source_types"), regimes_of_types),
    (("vehicles",), vehicles_in_use),
    (("regimes", "collection_point"), pilot_has_collection_point),
    (("regimes", "source_types", "streams", "collection_point"), bays_for_collected_waste),
    (("receivers", "roads"), way_out),
    (("receivers",), receivers_open),
    (("collection_point",), opening_in_order),
    (("years",), years_in_order),
    (("kiln",), stops_of_kiln),
    ((), months_of_calendar),
    (("kiln",), recorded_needs_rows),
    (("compliance",), thresholds_in_order),
    (("ponds",), ponds_not_overfull),
)
