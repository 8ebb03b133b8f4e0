"""Warnings about what is out of reach: in space, in time, or for want of a vehicle."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from math import cos, hypot, radians
from statistics import median

from sim.scenario.facts import Facts, Rule, Steps
from sim.scenario.problems import Place, Problem, dotted, problem
from sim.scenario.schema import OffPeakWindows, OpeningOn

FAR_KM = 300.0
KM_PER_DEGREE = 111.2
REST_HOURS = 8.0

Spot = tuple[str, Place, float, float]
"""Dotted path, place of the latitude, latitude, longitude."""


def far_places(facts: Facts) -> Iterator[Problem]:
    """Places of the county far from the middle of them all: a slip in a coordinate."""
    spots = list(_spots(facts))
    if not spots:
        return
    middle = median(spot[2] for spot in spots), median(spot[3] for spot in spots)
    for path, place, lat, lon in spots:
        away = distance_km(middle, (lat, lon))
        if away > FAR_KM:
            message = f"lies {away:.0f} km from the middle of all places"
            yield problem("W608", place, path, message, "check lat and lon")


def _spots(facts: Facts) -> Iterator[Spot]:
    for name in ("townships", "sources"):
        table = getattr(facts.tables, name)
        for index, row in enumerate(table.rows):
            yield f"tables.{name}.{row.name}.lat", table.place(index, "lat"), row.lat, row.lon
    if "roads" in facts.sections:
        yield _spot(facts, ("roads", "gate"), facts.sections["roads"].gate)
    if "kiln" in facts.sections:
        yield _spot(facts, ("kiln",), facts.sections["kiln"])
    if facts.collection_point is not None:
        yield _spot(facts, ("collection_point",), facts.collection_point)


def _spot(facts: Facts, path: Steps, found: object) -> Spot:
    path = (*path, "lat")
    return dotted(path), facts.place(*path), getattr(found, "lat"), getattr(found, "lon")  # noqa: B009


def distance_km(one: tuple[float, float], two: tuple[float, float]) -> float:
    """Rough distance of two points (lat, lon)."""
    east = (one[1] - two[1]) * cos(radians((one[0] + two[0]) / 2))
    return KM_PER_DEGREE * hypot(one[0] - two[0], east)


def far_town(facts: Facts) -> Iterator[Problem]:
    """Receivers' town farther from the gate in a straight line than by the longest route."""
    roads = facts.sections["roads"]
    straight = distance_km((roads.gate.lat, roads.gate.lon), (roads.town.lat, roads.town.lon))
    longest = max((route.distance_km for route in roads.routes.values()), default=straight)
    if straight > 1.05 * longest:
        message = f"lies {straight:.0f} km from the gate in a straight line, and {longest:g} km by road"
        yield facts.say("W608", ("roads", "town", "lat"), message, "check lat and lon")


def windows_in_time(facts: Facts) -> Iterator[Problem]:
    """Off-peak windows that no simulated year sees."""
    off_peak, years = facts.sections["kiln"].off_peak, facts.sections["years"]
    if not isinstance(off_peak, OffPeakWindows):
        return
    first, last = years.first - years.warm_up_years, years.last
    outside = [one for one in off_peak.windows if one.last.year < first or one.first.year > last]
    if outside:
        message = f"{len(outside)} of {len(off_peak.windows)} windows lie outside {first}-{last}"
        path: Steps = ("kiln", "off_peak", "windows")
        yield facts.say("W607", path, message, "add windows for these years, or leave the others out")


def opening_in_time(facts: Facts) -> Iterator[Problem]:
    """Find a collection point that opens when all is over."""
    point, years = facts.collection_point, facts.sections["years"]
    if point is None:
        return
    word = "date" if isinstance(point.opening, OpeningOn) else "low"
    earliest: date = getattr(point.opening, word)
    if earliest.year > years.last:
        message = f"opens on {earliest} at the earliest, after the last year {years.last}"
        path: Steps = ("collection_point", "opening", word)
        yield facts.say("W611", path, message, "choose an earlier date or later years", ("years", "last"))


def nightly_rest(facts: Facts) -> Iterator[Problem]:
    """Working time of a day that leaves less than a night's rest."""
    for word in ("driver_hours", "shift_hours"):
        hours = getattr(facts.sections["driving"], word)
        if hours > 24 - REST_HOURS:
            message = f"{hours:g} h leave {24 - hours:g} h of rest a day"
            yield facts.say("W609", ("driving", word), message, f"write at most {24 - REST_HOURS:g}")


def vehicles_for_all(facts: Facts) -> Iterator[Problem]:
    """Regimes that serve sources without a vehicle."""
    regimes = facts.sections["regimes"]
    served = {regimes.by_type.get(row.type, regimes.default) for row in facts.tables.sources.rows}
    if "direct" in served and "direct" in facts.sections and facts.sections["direct"].trucks == 0:
        message = "no truck, and sources in the direct regime"
        yield facts.say("W610", ("direct", "trucks"), message, "write at least 1", ("regimes", "default"))
    if "pilot" in served and facts.collection_point is not None and facts.collection_point.vans == 0:
        message = "no van, and sources in the pilot regime"
        yield facts.say(
            "W610", ("collection_point", "vans"), message, "write at least 1", ("regimes", "default")
        )


def gaps_in_history(facts: Facts) -> Iterator[Problem]:
    """Smelters without a row for a recorded year."""
    table = facts.tables.smelter_history
    years = {row.year for row in table.rows}
    known: dict[str, set[int]] = {row.name: set() for row in facts.tables.smelters.rows}
    for row in table.rows:
        known.setdefault(row.name, set()).add(row.year)
    for name, has in known.items() if not table.is_faulty else ():
        if missing := sorted(years - has):
            message = f"no row for {', '.join(map(str, missing))}, which counts as 0 t"
            path = f"tables.smelter_history.{name}"
            yield problem("W613", Place(table.file, 1, 1), path, message, "add the rows")


RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    ((), far_places),
    (("roads",), far_town),
    (("kiln", "years"), windows_in_time),
    (("collection_point", "years"), opening_in_time),
    (("driving",), nightly_rest),
    (("regimes",), vehicles_for_all),
    ((), gaps_in_history),
)
