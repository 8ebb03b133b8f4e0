"""The same work as machine code, chance included: what is possible, and what one event per batch costs.

The numbers drawn are the model's own, bit for bit: each named sequence is opened by writing key and counter
into the memory of one Philox generator. `lean` asks closed-form questions as the model does; `per_batch`
puts every batch on a heap. Both also work out storage by store and year, and the daily stock.
"""

from __future__ import annotations

import ctypes
from heapq import heappop, heappush
from typing import Any

import numpy as np
from numba import njit

from benchmarks.reduced import NEVER, Figures, Work
from sim.chance.chance import Chance
from sim.chance.deposits import TICKS
from sim.chance.visits import MISSED, loading
from sim.randomness import Sequences
from sim.units import DAY, YEAR

NOW, WAKE, DRIVEN, SINCE_BREAK = 0, 1, 2, 3
BATCH, OLD, PATIENCE, READY, VISIT, BACK = range(6)


class Compiled:
    """An engine for one work and seed."""

    def __init__(self, work: Work, seed: int) -> None:
        network, horizon = work.network, work.network.horizon
        flows, stores, time = network.arising.flows, network.stores, network.time
        self.bits = np.random.Philox(key=0)
        self.generator = np.random.Generator(self.bits)
        address = self.bits.ctypes.state_address
        self.state = _words(address, 8)
        self.counter, self.key = _words(int(self.state[0]), 4), _words(int(self.state[1]), 2)

        def keys(*names: tuple[str, ...]) -> Any:
            sequences = Sequences(seed, 0)
            found = [sequences.open(*name).bit_generator.state["state"]["key"].copy() for name in names]
            return np.array(found, dtype=np.uint64).reshape(-1, 2)

        order = np.argsort(flows.store, kind="stable")
        growth = [
            (1 + network.arising.growth) ** max(0, year - network.arising.growth_from)
            for year in horizon.simulated_years
        ]
        self.chance = (
            keys(*(("activity", str(year)) for year in horizon.simulated_years)),
            keys(*(("gaps", flows.names[flow]) for flow in order)),
            keys(*(("masses", flows.names[flow]) for flow in order)),
            np.searchsorted(flows.store[order], np.arange(len(stores) + 1)),
            flows.batches_per_year[order],
            flows.mean_mass[order],
            flows.cv[order],
            network.arising.yearly_cv,
            network.arising.level,
            np.array(network.arising.seasons),
            np.array(growth),
            horizon.month_edges,
        )
        self.visits = (
            keys(*(("visit", name) for name in network.sites.names)),
            horizon.start.toordinal(),
            *loading(time),
        )
        first = np.searchsorted(stores.site, np.arange(len(network.sites.names) + 1))
        self.rules = np.array(
            [
                horizon.end,
                network.direct.oldest,
                network.direct.max_wait,
                network.direct.lead,
                network.direct.trucks,
                network.direct.max_stops,
                network.routes[0].min_load,
                network.routes[0].duration,
                network.receivers[0].opens,
                network.receivers[0].closes,
                time.shift_start,
                time.shift,
                time.driving,
                time.break_after,
                time.break_time,
                time.unload,
                network.gate,
            ],
            dtype=np.int64,
        )
        self.map = (network.east_km, network.north_km, network.circuity, network.pace)
        self.places = (stores.site, first, stores.capacity, stores.call_direct, network.gate_rank)
        self.calendar = (work.mornings, horizon.reported_edges)

    def lean(self, chance: Chance) -> Figures:
        """Stocks in closed form; only dispatches are steps."""
        return self._run(_lean, chance)

    def per_batch(self, chance: Chance) -> Figures:
        """A heap with an event for every batch and visit."""
        return self._run(_per_batch, chance)

    def _run(self, engine: Any, chance: Chance) -> Figures:
        memory = (self.generator, self.counter, self.key, self.state, np.uint64(chance.replication))
        found = engine(memory, self.chance, self.visits, self.rules, self.map, self.places, self.calendar)
        return Figures(*(int(figure) for figure in found[:6]))


def _words(address: int, count: int) -> Any:
    return np.ctypeslib.as_array((ctypes.c_uint64 * count).from_address(address))


# --- chance ------------------------------------------------------------------------------------------


@njit(cache=True)
def _open(memory: Any, keys: Any, row: int, block: int) -> None:
    """Set the generator to a block of four words of a named sequence."""
    _, counter, key, state, replication = memory
    counter[0], counter[1], counter[2], counter[3] = np.uint64(block), 0, 0, replication
    key[0], key[1] = keys[row, 0], keys[row, 1]
    state[2], state[7] = 4, 0


@njit(cache=True)
def _activity(memory: Any, chance: Any) -> Any:
    """Expected activity up to each month's edge."""
    keys, cv, level, seasons, growth, edges = (
        chance[0], chance[7], chance[8], chance[9], chance[10], chance[11],
    )  # fmt: skip
    spread = np.log1p(cv * cv)
    clock = np.zeros(len(edges))
    for year in range(len(keys)):
        _open(memory, keys, year, 0)
        factor = np.exp(np.sqrt(spread) * memory[0].standard_normal() - spread / 2)
        for month in range(12):
            at = 12 * year + month
            rate = level * (factor * growth[year] * seasons[month])
            clock[at + 1] = clock[at] + rate * (edges[at + 1] - edges[at]) / YEAR
    return clock


@njit(cache=True)
def _draw(memory: Any, chance: Any) -> Any:
    """Batches by store and time: first of each store, moments, masses."""
    gap_keys, mass_keys, flow_of, rates, means, cvs, edges = (
        chance[1], chance[2], chance[3], chance[4], chance[5], chance[6], chance[11],
    )  # fmt: skip
    generator = memory[0]
    clock = _activity(memory, chance)
    room = 0
    for rate in rates:
        most = rate * clock[-1]
        room += int(most + 8 * np.sqrt(most)) + 20
    when, mass = np.empty(room, np.int64), np.empty(room, np.int64)
    spare_when, spare_mass = np.empty(room, np.int64), np.empty(room, np.int64)
    first = np.zeros(len(flow_of), np.int64)
    here = 0
    for store in range(len(flow_of) - 1):
        begin = here
        for flow in range(flow_of[store], flow_of[store + 1]):
            run = here
            end = rates[flow] * clock[-1]
            _open(memory, gap_keys, flow, 0)
            ticks = int(generator.standard_exponential() * TICKS)
            month = 0
            while ticks / TICKS < end:
                moment = ticks / TICKS / rates[flow]
                while clock[month + 1] <= moment:
                    month += 1
                slope = (edges[month + 1] - edges[month]) / (clock[month + 1] - clock[month])
                when[here] = int(slope * (moment - clock[month]) + edges[month])
                here += 1
                ticks += int(generator.standard_exponential() * TICKS)
            _open(memory, mass_keys, flow, 0)
            shape = 1 / (cvs[flow] * cvs[flow]) if cvs[flow] > 0 else 0.0
            scale = means[flow] / shape if shape > 0 else means[flow]
            for batch in range(run, here):
                drawn = generator.standard_gamma(shape) if shape > 0 else 1.0
                mass[batch] = int(max(np.rint(drawn * scale), 1.0))
            _merge(when, mass, spare_when, spare_mass, begin, run, here)
        first[store + 1] = here
    return first, when, mass


@njit(cache=True)
def _merge(when: Any, mass: Any, spare_when: Any, spare_mass: Any, begin: int, middle: int, end: int) -> None:
    """Merge two sorted runs; of equal moments the first run's come first."""
    if middle in (begin, end):
        return
    left, right = begin, middle
    for to in range(begin, end):
        if right >= end or (left < middle and when[left] <= when[right]):
            spare_when[to], spare_mass[to] = when[left], mass[left]
            left += 1
        else:
            spare_when[to], spare_mass[to] = when[right], mass[right]
            right += 1
    when[begin:end] = spare_when[begin:end]
    mass[begin:end] = spare_mass[begin:end]


@njit(cache=True)
def _service(memory: Any, visits: Any, site: int, day: int) -> int:
    """Time at a site on a date, s, from the half of a word of its sequence that the date owns."""
    keys, ordinal, missed_below, least, span = visits
    date = ordinal + day
    _open(memory, keys, site, date // 8)
    memory[0].random()
    half = (memory[3][3 + date // 2 % 4] >> np.uint64(32 * (date % 2))) & np.uint64(0xFFFFFFFF)
    if half & np.uint64(0xFFFF) < missed_below:
        return MISSED
    return max(least + int((half >> np.uint64(16)) * np.uint64(span) >> np.uint64(16)), 60)


# --- a driver's day ----------------------------------------------------------------------------------


@njit(cache=True)
def _sleep(driver: Any, rules: Any) -> None:
    driver[NOW] = (driver[NOW] // DAY + 1) * DAY + rules[10]
    driver[WAKE], driver[DRIVEN], driver[SINCE_BREAK] = driver[NOW], 0, 0


@njit(cache=True)
def _begin(driver: Any, rules: Any, duration: int) -> None:
    on_duty = driver[NOW] - driver[WAKE]
    if on_duty > 0 and on_duty + duration > rules[11]:
        _sleep(driver, rules)


@njit(cache=True)
def _work(driver: Any, rules: Any, duration: int) -> None:
    _begin(driver, rules, duration)
    driver[NOW] += duration
    driver[SINCE_BREAK] = 0


@njit(cache=True)
def _drive(driver: Any, rules: Any, duration: int) -> None:
    _begin(driver, rules, min(duration, rules[11], rules[12]))
    while duration > 0:
        if driver[DRIVEN] >= rules[12]:
            _sleep(driver, rules)
        elif driver[SINCE_BREAK] >= rules[13]:
            driver[NOW] += rules[14]
            driver[SINCE_BREAK] = 0
        else:
            step = min(duration, rules[12] - driver[DRIVEN], rules[13] - driver[SINCE_BREAK])
            driver[NOW] += step
            driver[DRIVEN] += step
            driver[SINCE_BREAK] += step
            duration -= step


@njit(cache=True)
def _leg(places: Any, here: int, there: int) -> int:
    east, north, circuity, pace = places
    straight = np.hypot(east[here] - east[there], north[here] - north[there])
    return int(int(straight * circuity * 1000) * pace / 1000)


@njit(cache=True)
def _trip(
    memory: Any, visits: Any, rules: Any, places: Any, leaves: int, sites: Any, left: Any, gone: Any
) -> Any:
    """Fill in when each site is left and whether nobody was there: (visits made, truck free again)."""
    driver = np.array([leaves, leaves, 0, 0])
    _drive(driver, rules, rules[7])
    here, stops = rules[16], 0
    for site in sites:
        _drive(driver, rules, _leg(places, here, site))
        here = site
        if driver[NOW] >= rules[0]:
            break
        service = _service(memory, visits, site, driver[NOW] // DAY)
        if service != MISSED:
            _work(driver, rules, service)
        if driver[NOW] >= rules[0]:
            break
        left[stops], gone[stops] = driver[NOW], service == MISSED
        stops += 1
    _drive(driver, rules, _leg(places, here, rules[16]))
    _drive(driver, rules, rules[7])
    of_day = driver[NOW] % DAY
    opens = driver[NOW] - of_day + rules[8] + (DAY if of_day >= rules[9] else 0)
    if opens > driver[NOW] and not rules[8] <= of_day < rules[9]:
        driver[NOW] = opens
        if driver[NOW] // DAY > driver[WAKE] // DAY:
            driver[WAKE], driver[DRIVEN], driver[SINCE_BREAK] = driver[NOW], 0, 0
    _work(driver, rules, rules[15])
    return stops, driver[NOW]


# --- what is measured --------------------------------------------------------------------------------


@njit(cache=True)
def _tables(stores: int, years: int, end: int) -> Any:
    """By store and year: seconds over, gram-seconds over, gram-seconds, peak; and the change of each day."""
    return (
        np.zeros((stores, years), np.int64),
        np.zeros((stores, years)),
        np.zeros((stores, years)),
        np.zeros((stores, years), np.int64),
        np.zeros(end // DAY + 2, np.int64),
    )


@njit(cache=True)
def _hold(tables: Any, edges: Any, store: int, level: int, capacity: int, begin: int, end: int) -> None:
    """A store holds `level` from `begin` to `end`."""
    over, excess, area, peak, _ = tables
    if end <= edges[0] or end <= begin:
        return
    year = max(np.searchsorted(edges, begin, side="right") - 1, 0)
    while year < len(edges) - 1 and edges[year] < end:
        span = min(end, edges[year + 1]) - max(begin, edges[year])
        area[store, year] += span * level
        peak[store, year] = max(peak[store, year], level)
        if level > capacity:
            over[store, year] += span
            excess[store, year] += span * (level - capacity)
        year += 1


@njit(cache=True)
def _total(tables: Any, trips: int, visits: int, missed: int, collected: int) -> Any:
    over, excess, area, peak, change = tables
    struck = seconds = 0
    for row in over:
        for year in row:
            struck += year > 0
            seconds += year
    return trips, visits, missed, collected, struck, seconds, excess, area, peak, change.cumsum()


# --- lean --------------------------------------------------------------------------------------------


@njit(cache=True)
def _reached(times: Any, begin: int, end: int, moment: int) -> int:
    """Number of the first batch after `moment`."""
    return begin + np.searchsorted(times[begin:end], moment, side="right")


@njit(cache=True)
def _call(
    site: int, places: Any, first: Any, out: Any, times: Any, axis: Any, oldest: int, since: int
) -> int:
    """When a site calls if nobody comes."""
    earliest = NEVER
    for store in range(places[1][site], places[1][site + 1]):
        begin, end = out[store], first[store + 1]
        if begin == end:
            continue
        full = begin + np.searchsorted(axis[begin + 1 : end + 1], axis[begin] + places[3][store])
        if full < end:
            earliest = min(earliest, times[full])
        earliest = min(earliest, times[begin] + oldest)
    return max(earliest, since)


@njit(cache=True)
def _lean(memory: Any, chance: Any, visits: Any, rules: Any, ways: Any, places: Any, calendar: Any) -> Any:
    first, times, mass = _draw(memory, chance)
    axis = np.zeros(first[-1] + 1, np.int64)
    for batch in range(first[-1]):
        axis[batch + 1] = axis[batch] + mass[batch]
    mornings, edges = calendar
    out = first[:-1].copy()
    tables = _tables(len(out), len(edges) - 1, rules[0])
    sites = len(places[1]) - 1
    calls = np.empty(sites, np.int64)
    for site in range(sites):
        calls[site] = _call(site, places, first, out, times, axis, rules[1], 0)
    free = np.zeros(rules[4], np.int64)
    left, gone = np.empty(rules[5], np.int64), np.empty(rules[5], np.bool_)
    now = trips = made = missed = collected = 0
    while True:
        limit = calls.min() + rules[2]
        if limit >= NEVER:
            break
        callers = np.flatnonzero(calls <= limit)
        callers = callers[np.argsort(calls[callers], kind="mergesort")]
        now, load = max(limit, now), 0
        for caller in callers:
            for store in range(places[1][caller], places[1][caller + 1]):
                there = _reached(times, out[store], first[store + 1], calls[caller])
                load += axis[there] - axis[out[store]]
            if load >= rules[6]:
                now = max(calls[caller], calls[callers[0]], min(now, calls[caller]))
                break
        if now >= rules[0]:
            break
        waiting = 0
        while waiting < len(callers) and calls[callers[waiting]] <= now:
            waiting += 1
        chosen = callers[: min(waiting, rules[5])]
        chosen = chosen[np.argsort(places[4][chosen])]
        truck = free.argmin()
        leaves = mornings[np.searchsorted(mornings, max(now + rules[3], free[truck]))]
        if leaves >= rules[0]:
            calls[chosen] = NEVER
            continue
        stops, free[truck] = _trip(memory, visits, rules, ways, leaves, chosen, left, gone)
        trips += 1
        made += stops
        calls[chosen] = NEVER
        for stop in range(stops):
            site = chosen[stop]
            missed += gone[stop]
            if not gone[stop]:
                for store in range(places[1][site], places[1][site + 1]):
                    collected += _empty(store, left[stop], places, first, out, times, mass, tables, edges)
            calls[site] = _call(site, places, first, out, times, axis, rules[1], left[stop])
    for store in range(len(out)):
        _empty(store, rules[0], places, first, out, times, mass, tables, edges)
    return _total(tables, trips, made, missed, collected)


@njit(cache=True)
def _empty(
    store: int, when: int, places: Any, first: Any, out: Any, times: Any, mass: Any, tables: Any, edges: Any
) -> int:
    """Take all that has come by `when`, and measure what it did; returns g."""
    there = _reached(times, out[store], first[store + 1], when)
    level = 0
    for batch in range(out[store], there):
        level += mass[batch]
        until = times[batch + 1] if batch + 1 < there else when
        _hold(tables, edges, store, level, places[2][store], times[batch], until)
        tables[4][times[batch] // DAY + 1] += mass[batch]
    tables[4][when // DAY + 1] -= level
    out[store] = there
    return level


# --- one event per batch -----------------------------------------------------------------------------


@njit(cache=True)
def _per_batch(
    memory: Any, chance: Any, visits: Any, rules: Any, ways: Any, places: Any, calendar: Any
) -> Any:
    first, times, mass = _draw(memory, chance)
    mornings, edges = calendar
    site_of, store_of, capacity, call_at, rank = places
    sites, stores = len(store_of) - 1, len(site_of)
    tables = _tables(stores, len(edges) - 1, rules[0])
    level, since, oldest = np.zeros(stores, np.int64), np.zeros(stores, np.int64), np.full(stores, NEVER)
    called, declared = np.full(sites, NEVER), np.zeros(sites, np.int64)
    awaits = np.zeros(sites, np.bool_)
    queue = [(0, 0, 0, 0)]
    queue.pop()
    for store in range(stores):
        if first[store] < first[store + 1]:
            heappush(queue, (times[first[store]], BATCH, store, first[store]))
    crews = [np.empty(0, np.int64)]
    open_calls = [0]
    open_calls.pop()
    in_line = 0
    idle = rules[4]
    left, gone = np.empty(rules[5], np.int64), np.empty(rules[5], np.bool_)
    trips = made = missed = collected = 0
    while queue:
        now, kind, subject, detail = heappop(queue)
        if now >= rules[0]:
            break
        site = -1
        if kind == BATCH:
            if detail + 1 < first[subject + 1]:
                heappush(queue, (times[detail + 1], BATCH, subject, detail + 1))
            _hold(tables, edges, subject, level[subject], capacity[subject], since[subject], now)
            if level[subject] == 0:
                oldest[subject] = now
                heappush(queue, (now + rules[1], OLD, subject, 0))
            level[subject] += mass[detail]
            since[subject] = now
            tables[4][now // DAY + 1] += mass[detail]
            site = site_of[subject]
        elif kind == OLD:
            site = site_of[subject]
        elif kind == READY:
            in_line += 1
        elif kind == BACK:
            idle += 1
        elif kind == VISIT:
            site = subject
            made += 1
            missed += detail
            if detail == 0:
                for store in range(store_of[site], store_of[site + 1]):
                    _hold(tables, edges, store, level[store], capacity[store], since[store], now)
                    tables[4][now // DAY + 1] -= level[store]
                    collected += level[store]
                    level[store], oldest[store] = 0, NEVER
            awaits[site] = False
        if site >= 0 and called[site] == NEVER and not awaits[site]:
            wants, held = False, 0
            for store in range(store_of[site], store_of[site + 1]):
                held += level[store]
                wants |= level[store] >= call_at[store] or oldest[store] + rules[1] <= now
            if wants:
                called[site], declared[site] = now, held
                open_calls.append(site)
                heappush(queue, (now + rules[2], PATIENCE, site, 0))
        while open_calls:
            load = 0
            for caller in open_calls:
                load += declared[caller]
            if load < rules[6] and now < called[open_calls[0]] + rules[2]:
                break
            chosen = np.array(open_calls[: rules[5]])
            open_calls = open_calls[rules[5] :]
            for caller in chosen:
                called[caller], awaits[caller] = NEVER, True
            crews.append(chosen[np.argsort(rank[chosen])])
            heappush(queue, (now + rules[3], READY, len(crews) - 1, 0))
        while in_line and idle:
            trips_begun = trips + 1
            in_line -= 1
            leaves = mornings[np.searchsorted(mornings, now)]
            if leaves >= rules[0]:
                continue
            crew = crews[trips_begun]
            stops, back = _trip(memory, visits, rules, ways, leaves, crew, left, gone)
            for stop in range(stops):
                heappush(queue, (left[stop], VISIT, crew[stop], int(gone[stop])))
            idle -= 1
            trips += 1
            heappush(queue, (back, BACK, 0, 0))
    for store in range(stores):
        _hold(tables, edges, store, level[store], capacity[store], since[store], rules[0])
    return _total(tables, trips, made, missed, collected)
