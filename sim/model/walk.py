"""Rounds of vans: from site to site along a tour while they fit into a shift, and what they load.

Rounds are made one after the other, each by the van that is free first, up to the one on which a van, a bay
or the licence becomes full: what follows may depend on what happens until then.
"""

from __future__ import annotations

from sim.chance.visits import MISSED
from sim.kernels import kernel
from sim.model.loading import share_compartments
from sim.model.stock import RULES, STOCK, collectable, count_to, let_go, piece, take_along
from sim.network.hazardous import metres_between
from sim.record.hazardous import Kind, Trip, Visit
from sim.record.inflow import NEVER
from sim.units import DAY, BoolArray, FloatArray, IntArray

COLLECTED, NOBODY, VAN_FULL = int(Visit.COLLECTED), int(Visit.MISSED), int(Visit.TRUCK_FULL)
BAY_FULL, LICENCE_USED, TOO_LARGE = int(Visit.BAY_FULL), int(Visit.LICENCE_USED), int(Visit.TOO_LARGE)
KIND, VEHICLE, DECIDED, READY, FREE, START, BACK, METRES, EMPTY, LOADED, LOADING, UNLOADING, WAIT, REST = (
    range(14)
)
STOPS, OVERTIME = Trip._fields.index("stops"), Trip._fields.index("overtime")
"""Columns of a trip."""
FIRST_ROW, NEXT_ROW, REPAIRED = -3, -2, -1
"""Columns of a round's loads behind the bays: rows of removals, when a broken van is repaired, s."""
ROUND = int(Kind.ROUND)
MAP = "f8[::1], f8[::1], f8, i8"
"""Places of all nodes (km), roads over straight lines, the node of the collection point."""
WAY = f"{MAP}, f8, f8[::1], i4[:, ::1], i8[::1]"
"""And usual pace (s/km), factor and services of each date; shift, break after, break and unloading, s."""
VANS = "i8[::1], i8[::1], i8[::1], i8[::1], f8[:, ::1], i8, i8[::1]"
"""When each is free and back, operated and broken down how often; lives, repair, mornings to leave on."""
VISITS = "i8[::1], i8[::1], i8[::1], i8[::1]"
"""Sites to visit in order, and the zone of every site; when each is left, how the visit ended."""
LOAD = f"i8[:, ::1], i8[:, ::1], {STOCK}, {RULES}, i8[::1], i8, i8"
"""Stores of each site by bay, and all; their stocks; groups of the bays; compartments, payload."""
ROOM = "i8[::1], i8, i8, i8"
"""Grams that each bay and this year's licence have room for, and the next year's; when that begins, s."""
FOUND = "i8[:, ::1], i8[:, ::1], i8[:, ::1], i8[::1], b1[::1], i8[:, ::1], i8"
"""Trips, loads by visit and by round, what is turned away, what is on board; removals and their next row."""

straight = kernel()(metres_between)


@kernel()
def road(here: int, there: int, east: FloatArray, north: FloatArray, circuity: float) -> int:
    """Length of the road between two nodes, m."""
    return straight(east[here] - east[there], north[here] - north[there], circuity)


@kernel()
def walk(
    start: int,
    end: int,
    begin: int,
    behind: int,
    east: FloatArray,
    north: FloatArray,
    circuity: float,
    depot: int,
    usual: float,
    factor: FloatArray,
    services: IntArray,
    hours: IntArray,
    sites: IntArray,
    left: IntArray,
    trip: IntArray,
) -> int:
    """Visit sites number `begin` and up to `behind` while they fit into a shift; the first always does.

    Writes down when each is left, and the trip; returns the number behind the last that is visited.
    """
    day = start // DAY
    pace = usual * factor[day] / 1000
    shift, break_after, break_time, unload = hours[0], hours[1], hours[2], hours[3]
    here, clock, place = depot, start, begin
    driven = metres = loading = outward = 0
    while place < behind:
        site = sites[place]
        service, way = services[site, day], road(here, sites[place], east, north, circuity)
        drive = int(way * pace)
        done = clock + drive + max(service, 0)
        if driven + drive > break_after >= driven:
            done += break_time
        home = int(road(site, depot, east, north, circuity) * pace)
        if place > begin and done + home > start + shift - unload:
            break
        if place == begin:
            outward = drive
        left[place] = min(done, end - 1)
        loading += max(service, 0)
        here, clock = site, done
        driven, metres, place = driven + drive, metres + way, place + 1
    way = road(here, depot, east, north, circuity)
    homeward = int(way * pace)
    trip[START], trip[BACK], trip[METRES] = start, clock + homeward + unload, metres + way
    trip[EMPTY], trip[LOADED], trip[LOADING] = outward, driven - outward + homeward, loading
    trip[UNLOADING], trip[WAIT], trip[REST] = unload, 0, clock - start - driven - loading
    trip[STOPS], trip[OVERTIME] = place - begin, max(0, trip[BACK] - start - shift)
    return place


@kernel()
def find(
    day: int,
    services: IntArray,
    begin: int,
    behind: int,
    sites: IntArray,
    left: IntArray,
    ended: IntArray,
    stores: IntArray,
    time: IntArray,
    mass: IntArray,
    first: IntArray,
    out: IntArray,
    capacity: IntArray,
    container: IntArray,
    share: float,
    grace: int,
    in_part: bool,
    apart: IntArray,
    compartments: int,
    loads: IntArray,
    brought: IntArray,
    on_board: BoolArray,
) -> bool:
    """Write down what a round could load; whether the van has a compartment for all of it."""
    for bay in range(len(apart)):
        brought[bay] = 0
    for place in range(begin, behind):
        ended[place] = NOBODY if services[sites[place], day] == MISSED else COLLECTED
        for bay in range(len(apart)):
            held = 0
            if ended[place] != NOBODY:
                held = collectable(
                    stores[sites[place], bay], left[place], time, mass, first, out, capacity, container,
                    share, grace, in_part,
                )  # fmt: skip
            loads[place, bay] = held
            brought[bay] += held
    share_compartments(compartments, apart, brought, on_board)
    fits = True
    for bay in range(len(apart)):
        if not on_board[bay]:
            fits = fits and not brought[bay]
            for place in range(begin, behind):
                loads[place, bay] = 0
    return fits


@kernel()
def has_room(brought: IntArray, payload: int, bays: IntArray, licence: int) -> bool:
    """Whether nothing becomes full of what is brought."""
    total = 0
    for bay in range(len(bays)):
        total += brought[bay]
        if brought[bay] > bays[bay]:
            return False
    return total <= min(payload, licence)


@kernel()
def load(
    begin: int,
    behind: int,
    sites: IntArray,
    ended: IntArray,
    stores: IntArray,
    container: IntArray,
    in_part: bool,
    payload: int,
    bays: IntArray,
    licence: int,
    loads: IntArray,
    brought: IntArray,
    turned_away: IntArray,
) -> int:
    """Load what there is room for, visit after visit and bay after bay; returns the number behind the last.

    A van that becomes full turns home; what a bay has no room for stays at its source.
    """
    room = payload
    for bay in range(len(bays)):
        brought[bay] = 0
    for place in range(begin, behind):
        for bay in range(len(bays)):
            there = loads[place, bay]
            if not there:
                continue
            grams = piece(stores[sites[place], bay], container, in_part)
            if grams > payload:
                loads[place, bay] = 0
                ended[place] = TOO_LARGE if ended[place] == COLLECTED else ended[place]
                continue
            into_bay = min(there, bays[bay]) // grams * grams
            fits = min(into_bay, licence) // grams * grams
            taken = min(fits, room) // grams * grams
            loads[place, bay] = taken
            brought[bay] += taken
            turned_away[bay] += there - into_bay
            bays[bay] -= taken
            licence -= taken
            room -= taken
            if taken < fits:
                ended[place] = VAN_FULL
            elif fits < there and (ended[place] == COLLECTED or ended[place] == TOO_LARGE):
                ended[place] = LICENCE_USED if fits < into_bay else BAY_FULL
        if ended[place] == VAN_FULL:
            return place + 1
    return behind


@kernel()
def leaving(now: int, since: int, mornings: IntArray) -> int:
    """Next morning to leave on for a van that is free since then, s."""
    return int(mornings[count_to(mornings, max(since, now) - 1, 0, len(mornings))])


@kernel()
def first_van(now: int, free: IntArray, back: IntArray, mornings: IntArray) -> int:
    """The van that can leave first; of equals, the one back first."""
    found, soonest = -1, NEVER
    for van in range(len(free)):
        start = leaving(now, free[van], mornings)
        if found < 0 or start < soonest or (start == soonest and back[van] < back[found]):
            found, soonest = van, start
    return found


@kernel()
def come_back(
    van: int,
    trip: IntArray,
    free: IntArray,
    back: IntArray,
    operated: IntArray,
    broken: IntArray,
    lives: FloatArray,
    repair: int,
) -> int:
    """Book a round; when a van whose life runs out on it is repaired before the next, s; -1: it does not."""
    back[van] = free[van] = trip[BACK]
    operated[van] += trip[BACK] - trip[START]
    if operated[van] < lives[van, broken[van]]:
        return -1
    broken[van] += 1
    free[van] += repair
    return int(free[van])


@kernel(f"Tuple((i8, i8, i8, i8))(i8, i8, i8, i8, i8, {WAY}, {VANS}, {VISITS}, {LOAD}, {ROOM}, {FOUND})")
def make_rounds(
    now: int,
    end: int,
    decided: int,
    only: int,
    most: int,
    east: FloatArray,
    north: FloatArray,
    circuity: float,
    depot: int,
    usual: float,
    factor: FloatArray,
    services: IntArray,
    hours: IntArray,
    free: IntArray,
    back: IntArray,
    operated: IntArray,
    broken: IntArray,
    lives: FloatArray,
    repair: int,
    mornings: IntArray,
    sites: IntArray,
    zones: IntArray,
    left: IntArray,
    ended: IntArray,
    stores: IntArray,
    of_site: IntArray,
    time: IntArray,
    mass: IntArray,
    first: IntArray,
    out: IntArray,
    capacity: IntArray,
    container: IntArray,
    share: float,
    grace: int,
    in_part: bool,
    apart: IntArray,
    compartments: int,
    payload: int,
    bays: IntArray,
    licence: int,
    next_licence: int,
    new_year: int,
    trips: IntArray,
    loads: IntArray,
    by_round: IntArray,
    turned_away: IntArray,
    on_board: BoolArray,
    removals: IntArray,
    row: int,
) -> tuple[int, int, int, int]:
    """Make rounds of a campaign as far as nothing becomes full, or only the one on which a van leaves now.

    Parameters
    ----------
    only
        The van that leaves now; -1: each round is made by the van that is free first.
    most
        Stops of a round.
    sites, zones
        Those still to be visited, in order; the zone of every site.
    bays, licence, next_licence, new_year
        Room, of which the rounds take theirs.

    Returns
    -------
    Rounds; sites that they visited, and that they would have if nothing had become full; next row of
    removals.
    """
    done = begin = behind = 0
    while begin < len(sites) and (only < 0 or not done):
        van = only if only >= 0 else first_van(now, free, back, mornings)
        start = now if only >= 0 else leaving(now, free[van], mornings)
        if start >= end:
            break
        behind = begin + 1
        while behind < min(begin + most, len(sites)) and zones[sites[behind]] == zones[sites[begin]]:
            behind += 1
        trip, brought = trips[done], by_round[done]
        behind = walk(
            start, end, begin, behind, east, north, circuity, depot, usual, factor, services, hours, sites,
            left, trip,
        )  # fmt: skip
        is_whole = find(
            start // DAY, services, begin, behind, sites, left, ended, stores, time, mass, first, out,
            capacity, container, share, grace, in_part, apart, compartments, loads, brought, on_board,
        )  # fmt: skip
        if only < 0 and not (is_whole and has_room(brought, payload, bays, licence)):
            behind = begin
            break
        if only >= 0 and min(trip[BACK], end - 1) >= new_year:
            licence = next_licence
        turned_away[:] = 0
        visited = load(
            begin, behind, sites, ended, stores, container, in_part, payload, bays, licence, loads, brought,
            turned_away,
        )  # fmt: skip
        if visited < behind:
            walk(
                start, end, begin, visited, east, north, circuity, depot, usual, factor, services, hours,
                sites, left, trip,
            )  # fmt: skip
        trip[KIND], trip[VEHICLE], trip[DECIDED], trip[READY] = ROUND, van, decided, decided
        trip[FREE] = max(free[van], decided)
        row = let_go(
            begin,
            visited,
            sites,
            left,
            of_site,
            time,
            mass,
            first,
            out,
            capacity,
            share,
            grace,
            removals,
            row,
        )
        brought[FIRST_ROW] = row
        row = take_along(begin, visited, sites, left, stores, out, loads, removals, row)
        brought[NEXT_ROW] = row
        brought[REPAIRED] = come_back(van, trip, free, back, operated, broken, lives, repair)
        for bay in range(len(bays)):
            licence -= brought[bay]
        begin = visited
        done += 1
    return done, begin, behind, row
