"""What the receivers' desk asks: when a load is due, whom to visit, what a tour finds. Plain loops."""

from __future__ import annotations

from sim.chance.visits import MISSED
from sim.kernels import kernel
from sim.model.driving import (
    CLOCK,
    LIMITS,
    LOAD,
    LOADED,
    NOW,
    drive,
    set_out,
    wait_until,
    work,
)
from sim.model.loading import share_compartments
from sim.model.stock import RULES, STOCK, collectable, let_go, level, piece, take_along
from sim.model.walk import MAP, road
from sim.record.hazardous import Visit
from sim.record.inflow import NEVER
from sim.units import DAY, BoolArray, FloatArray, IntArray

ROAD = "f8, f8[::1], i8[::1], i8[::1]"
"""Usual pace (s/km), factor of each date; when a road shuts and opens again."""
COLLECTED, NOBODY = int(Visit.COLLECTED), int(Visit.MISSED)
TRUCK_FULL, TOO_LARGE = int(Visit.TRUCK_FULL), int(Visit.TOO_LARGE)


@kernel()
def waits(site: int, moment: int, calls: IntArray, enrolled: IntArray, expected_until: IntArray) -> bool:
    """Whether the call of a site counts: vans do not come yet, and no truck is on its way."""
    counts: bool = calls[site] < enrolled[site] and expected_until[site] <= moment < enrolled[site]
    return counts


@kernel()
def next_caller(
    last: int, most: int, moment: int, calls: IntArray, enrolled: IntArray, expected_until: IntArray
) -> int:
    """Of the sites that wait, the one that calls next after `last` (-1: first), up to `most`; -1: none.

    Of sites that call at the same moment the first comes first.
    """
    found, soonest = -1, most
    for site in range(len(calls)):
        call = calls[site]
        if call > soonest or (call == soonest and found >= 0):
            continue
        if last >= 0 and (call < calls[last] or (call == calls[last] and site <= last)):
            continue
        if waits(site, moment, calls, enrolled, expected_until):
            found, soonest = site, call
    return found


@kernel(f"i8(i8, i8, i8, i8[::1], i8[::1], i8[::1], i8[::1], i8[::1], i8[:, ::1], {STOCK})")
def next_load(
    moment: int,
    end: int,
    max_wait: int,
    calls: IntArray,
    enrolled: IntArray,
    expected_until: IntArray,
    opens: IntArray,
    min_load: IntArray,
    of_site: IntArray,
    time: IntArray,
    mass: IntArray,
    first: IntArray,
    out: IntArray,
) -> int:
    """When the open calls make a load or the first of them has waited long enough, s; `NEVER` if none will.

    Worked out as things stand at `moment`, and anew from the first one at which a caller is enrolled (its
    call lapses), a full truck turns home (the calls it has not reached count again) or a road opens, if
    that comes before.

    Parameters
    ----------
    opens, min_load
        (routes,) when each opens, and the smallest load that is worth the way on it.
    """
    while True:
        due = change = NEVER
        for until in expected_until:
            if until > moment:
                change = min(change, until)
        for route in range(len(opens)):
            if opens[route] > moment:
                change = min(change, opens[route])
        site = next_caller(-1, end - 1, moment, calls, enrolled, expected_until)
        if site >= 0:
            begin = calls[site]
            due = begin + max_wait
            wanted = NEVER
            for route in range(len(opens) - 1, -1, -1):
                if opens[route] <= max(begin, moment):
                    wanted = min_load[route]
            declared = 0
            while site >= 0:
                change = min(change, enrolled[site])
                for store in of_site[site]:
                    declared += level(store, calls[site], time, mass, first, out)
                if declared >= wanted:
                    due = calls[site]
                    break
                site = next_caller(site, due, moment, calls, enrolled, expected_until)
            due = max(due, moment)
        if change > due or change >= end:
            return due
        moment = change


@kernel("i8(i8, i8, i8[::1], i8[::1], i8[::1], i8[::1], i8[::1])")
def whom_to_visit(
    now: int,
    most: int,
    calls: IntArray,
    enrolled: IntArray,
    expected_until: IntArray,
    rank: IntArray,
    chosen: IntArray,
) -> int:
    """Of the sites that have called, up to `most` that called first, by their rank on the way; how many."""
    count, site = 0, next_caller(-1, now, now, calls, enrolled, expected_until)
    while site >= 0 and count < most:
        place = count
        while place and rank[chosen[place - 1]] > rank[site]:
            chosen[place] = chosen[place - 1]
            place -= 1
        chosen[place] = site
        count += 1
        site = next_caller(site, now, now, calls, enrolled, expected_until)
    return count


@kernel()
def open_from(when: int, shut: IntArray, reopened: IntArray) -> int:
    """First instant from `when` on at which a road is open, s."""
    for closure in range(len(shut) - 1, -1, -1):
        if shut[closure] <= when:
            return max(when, int(reopened[closure]))
    return when


@kernel()
def local_time(metres: int, when: int, pace: float, factor: FloatArray) -> int:
    """Driving time inside the county at `when`, s."""
    day = when // DAY
    return int(metres * pace * (factor[day] if day < len(factor) else 1.0) / 1000)


@kernel()
def drive_round(
    clock: IntArray,
    limits: IntArray,
    departs: int,
    duration: int,
    end: int,
    sites: IntArray,
    stops: int,
    east: FloatArray,
    north: FloatArray,
    circuity: float,
    gate: int,
    pace: float,
    factor: FloatArray,
    shut: IntArray,
    reopened: IntArray,
    services: IntArray,
    left: IntArray,
    ended: IntArray,
) -> tuple[int, int, int]:
    """Drive from the town to the gate, from site to site as far as the horizon goes, and back to the gate.

    Returns
    -------
    How many were visited, metres inside the county, when the truck turned home.
    """
    set_out(clock, departs)
    drive(clock, limits, duration)
    metres = visited = 0
    here = gate
    for stop in range(stops):
        wait_until(clock, open_from(clock[NOW], shut, reopened))
        way = road(here, sites[stop], east, north, circuity)
        drive(clock, limits, local_time(way, clock[NOW], pace, factor))
        metres, here = metres + way, sites[stop]
        if clock[NOW] >= end:
            break
        service = services[sites[stop], clock[NOW] // DAY]
        if service != MISSED:
            work(clock, limits, LOAD, service)
            clock[LOADED] = 1
        if clock[NOW] >= end:
            break
        left[visited] = clock[NOW]
        ended[visited] = NOBODY if service == MISSED else COLLECTED
        visited += 1
    turned_home = clock[NOW]
    way = road(here, gate, east, north, circuity)
    drive(clock, limits, local_time(way, clock[NOW], pace, factor))
    return visited, metres + way, turned_home


@kernel()
def load(
    sites: IntArray,
    stops: int,
    left: IntArray,
    ended: IntArray,
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
    loaded: IntArray,
    due: IntArray,
    on_board: BoolArray,
) -> int:
    """Load site after site and class after class until the truck is full; returns where it is, or `stops`."""
    due[:] = 0
    for stop in range(stops):
        for column in range(len(apart)):
            held = 0
            if ended[stop] != NOBODY:
                store, when = of_site[sites[stop], column], left[stop]
                held = collectable(
                    store, when, time, mass, first, out, capacity, container, share, grace, in_part
                )
            loaded[stop, column] = held
            due[column] += held
    share_compartments(compartments, apart, due, on_board)
    full, room = stops, payload
    for stop in range(stops):
        for column in range(len(apart)):
            held = loaded[stop, column]
            if not held:
                continue
            grams = piece(of_site[sites[stop], column], container, in_part)
            taken = min(held, room) // grams * grams if on_board[column] and grams <= payload else 0
            room -= taken
            loaded[stop, column] = taken
            if on_board[column] and grams > payload:
                ended[stop] = TOO_LARGE if ended[stop] == COLLECTED else ended[stop]
            elif taken < held:
                ended[stop] = TRUCK_FULL
                full = min(full, stop) if on_board[column] else full
    return full


@kernel(
    f"Tuple((i8, i8, i8, i8, i8))({CLOCK}, {LIMITS}, i8, i8, i8, i8[::1], {MAP}, {ROAD}, i4[:, ::1],"
    f" i8[:, ::1], {STOCK}, {RULES}, i8[::1], i8, i8, i8[::1], i8[::1], i8[:, ::1], i8[::1], b1[::1],"
    " i8[:, ::1], i8)"
)
def collect(
    clock: IntArray,
    limits: IntArray,
    departs: int,
    duration: int,
    end: int,
    sites: IntArray,
    east: FloatArray,
    north: FloatArray,
    circuity: float,
    gate: int,
    pace: float,
    factor: FloatArray,
    shut: IntArray,
    reopened: IntArray,
    services: IntArray,
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
    left: IntArray,
    ended: IntArray,
    loaded: IntArray,
    due: IntArray,
    on_board: BoolArray,
    removals: IntArray,
    row: int,
) -> tuple[int, int, int, int, int]:
    """A truck's round from the gate to the gate; it turns home where it is full.

    Parameters
    ----------
    left, ended, loaded
        Written: (sites,) when each is left and how the visit ended, (sites, classes) g.
    due, on_board
        (classes,) room to work out what shares the compartments.

    Returns
    -------
    How many were visited, metres inside the county, when the truck turned home, first and next row of
    removals.
    """
    stops = len(sites)
    visited, metres, turned_home = drive_round(
        clock, limits, departs, duration, end, sites, stops, east, north, circuity, gate, pace, factor, shut,
        reopened, services, left, ended,
    )  # fmt: skip
    full = load(
        sites, visited, left, ended, of_site, time, mass, first, out, capacity, container, share, grace,
        in_part, apart, compartments, payload, loaded, due, on_board,
    )  # fmt: skip
    if full < visited - 1:
        visited, metres, turned_home = drive_round(
            clock, limits, departs, duration, end, sites, full + 1, east, north, circuity, gate, pace, factor,
            shut, reopened, services, left, ended,
        )  # fmt: skip
        load(
            sites, visited, left, ended, of_site, time, mass, first, out, capacity, container, share, grace,
            in_part, apart, compartments, payload, loaded, due, on_board,
        )  # fmt: skip
    begin = let_go(
        0, visited, sites, left, of_site, time, mass, first, out, capacity, share, grace, removals, row
    )
    row = take_along(0, visited, sites, left, of_site, out, loaded, removals, begin)
    return visited, metres, turned_home, begin, row
