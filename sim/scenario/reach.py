"""What is out of reach: in space, in time, or for want of a vehicle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from math import cos, hypot, radians
from statistics import median, median_low

from sim.scenario.facts import Facts, Rule, Steps
from sim.scenario.problems import Place, Problem, dotted, problem
from sim.scenario.schema import OffPeakWindows, OpeningOn

FAR_KM = 300.0
"""Largest extent of a county: what lies further from its middle is a slip."""
NEAR_KM, OUT_KM = 10.0, 30.0
"""So far a site may lie from its township, and any other place from the next one, if those that lie nearest
(a quarter of them) do not lie a tenth as far themselves."""
TIMES = 10.0
KM_PER_DEGREE = 111.2
REST_HOURS = 8.0

Point = tuple[float, float]
"""Latitude, longitude."""


def misplaced_sites(facts: Facts) -> Iterator[Problem]:
    """Sites far from their township; where most sites of a township are, the township is misplaced."""
    townships, sources = facts.tables.townships, facts.tables.sources
    seat = {row.name: (row.lat, row.lon) for row in townships.rows}
    rows = [(index, row) for index, row in enumerate(sources.rows) if row.township in seat]
    away = {row.name: distance_km(seat[row.township], (row.lat, row.lon)) for _, row in rows}
    limit, middle = _limit(away.values(), NEAR_KM), _middle(facts)
    moved = set()
    for index, township in enumerate(townships.rows):
        own = [row for _, row in rows if row.township == township.name]
        if not own or median_low(away[row.name] for row in own) <= limit:
            continue
        here, there = seat[township.name], (median(row.lat for row in own), median(row.lon for row in own))
        if len(own) > 1 or distance_km(here, middle) > distance_km(there, middle):
            moved.add(township.name)
            path, place = f"tables.townships.{township.name}.lat", townships.place(index, "lat")
            yield _misplaced(path, place, here, there, limit, "its sites")
    for index, row in rows:
        if away[row.name] > limit and row.township not in moved:
            path, place = f"tables.sources.{row.name}.lat", sources.place(index, "lat")
            where = f"its township {row.township}"
            yield _misplaced(path, place, (row.lat, row.lon), seat[row.township], limit, where)


def misplaced_places(facts: Facts) -> Iterator[Problem]:
    """Townships and other places of the county far from the next of them, or from the middle of all."""
    townships = facts.tables.townships
    spots = [
        (f"tables.townships.{row.name}.lat", townships.place(index, "lat"), (row.lat, row.lon))
        for index, row in enumerate(townships.rows)
    ]
    for path in _places(facts):
        here = facts.value((*path, "lat")), facts.value((*path, "lon"))
        spots.append((dotted((*path, "lat")), facts.place(*path, "lat"), here))
    nearest = [
        min((distance_km(here, other) for _, _, other in spots[:index] + spots[index + 1 :]), default=0.0)
        for index, (_, _, here) in enumerate(spots)
    ]
    limit, middle = _limit(nearest, OUT_KM), _middle(facts)
    for (text, place, here), km in zip(spots, nearest, strict=True):
        if km > limit or distance_km(here, middle) > FAR_KM:
            yield _misplaced(text, place, here, middle, FAR_KM, "the middle of all places")


def _limit(distances: Iterable[float], least: float) -> float:
    """Distance beyond which a place is misplaced; few slips do not move it."""
    near = sorted(distances)
    return max(least, TIMES * near[len(near) // 4]) if near else least


def _middle(facts: Facts) -> Point:
    """Middle of all places of the county, wherever a few of them lie."""
    spots = [(row.lat, row.lon) for row in facts.tables.townships.rows]
    spots += [(row.lat, row.lon) for row in facts.tables.sources.rows]
    spots += [(facts.value((*path, "lat")), facts.value((*path, "lon"))) for path in _places(facts)]
    return (median(lat for lat, _ in spots), median(lon for _, lon in spots)) if spots else (0.0, 0.0)


def _places(facts: Facts) -> Iterator[Steps]:
    """Paths of the county's places that stand in the scenario itself."""
    if "roads" in facts.sections:
        yield "roads", "gate"
    if "kiln" in facts.sections:
        yield ("kiln",)
    if facts.collection_point is not None:
        yield ("collection_point",)


def _misplaced(path: str, place: Place, here: Point, there: Point, limit: float, where: str) -> Problem:
    """Error where a slip of the pen explains it, else a warning."""
    away = f"lies {distance_km(here, there):.0f} km from {where}"
    if 0 in here:
        return problem("E411", place, path, f"a coordinate is 0, and the place {away}", "write lat and lon")
    lat, lon = here
    for word, meant in (
        ("swapped", (lon, lat)), ("without a sign", (-lat, lon)), ("without a sign", (lat, -lon)),
        ("without a sign", (-lat, -lon)),
    ):  # fmt: skip
        if distance_km(meant, there) <= limit:
            fix = f"write lat {meant[0]:g} and lon {meant[1]:g}"
            return problem("E411", place, path, f"the coordinates are {word}: the place {away}", fix)
    return problem("W608", place, path, away, "check lat and lon")


def distance_km(one: Point, two: Point) -> float:
    """Rough distance of two points."""
    east = (one[1] - two[1]) * cos(radians((one[0] + two[0]) / 2))
    return KM_PER_DEGREE * hypot(one[0] - two[0], east)


def far_town(facts: Facts) -> Iterator[Problem]:
    """Receivers' town farther from the gate in a straight line than by the longest route."""
    roads = facts.sections["roads"]
    gate, town = ((one.lat, one.lon) for one in (roads.gate, roads.town))
    straight = distance_km(gate, town)
    longest = max((route.distance_km for route in roads.routes.values()), default=straight)
    if straight > 1.05 * longest:
        path: Steps = ("roads", "town", "lat")
        where = f"the gate in a straight line, and {longest:g} km by road"
        yield _misplaced(dotted(path), facts.place(*path), town, gate, 1.05 * longest, where)


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


def vehicles_for_containers(facts: Facts) -> Iterator[Problem]:
    """Vehicles that cannot carry one full container of what they are sent for."""
    vehicles, classes = facts.sections["vehicles"], facts.sections["storage_classes"]
    point = facts.collection_point
    used: list[tuple[Steps, str]] = [(("direct", "vehicle"), "direct")]
    if point is not None:
        used += [(("collection_point", word), "pilot") for word in ("van", "haul_vehicle")]
    for path, regime in used:
        name = facts.value(path)
        for one in sorted(_classes_of(facts, regime) & set(classes)) if name in vehicles else ():
            payload, full = vehicles[name].payload_t, classes[one].container_t
            if payload < full:
                message = f"{payload:g} t, and a full container of {one} has {full:g} t"
                container: Steps = ("storage_classes", one, "container_t")
                fix = "choose a larger vehicle or a smaller container"
                yield facts.say("W614", ("vehicles", name, "payload_t"), message, fix, container)


def _classes_of(facts: Facts, regime: str) -> set[str]:
    """Classes of the waste of all sources in a regime."""
    regimes, types, streams = (facts.sections[name] for name in ("regimes", "source_types", "streams"))
    present = {row.type for row in facts.tables.sources.rows} & set(types)
    return {
        streams[stream].storage_class
        for name in present
        if regimes.by_type.get(name, regimes.default) == regime
        for stream in types[name].generation_t_per_year
        if stream in streams
    }


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


WASTE = ("storage_classes", "source_types", "streams")
RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    ((), misplaced_sites),
    ((), misplaced_places),
    (("roads",), far_town),
    (("kiln", "years"), windows_in_time),
    (("collection_point", "years"), opening_in_time),
    (("driving",), nightly_rest),
    (("regimes",), vehicles_for_all),
    (("regimes", "direct", "vehicles", *WASTE), vehicles_for_containers),
    ((), gaps_in_history),
)
