"""Stocks as rising curves against an account that goes from event to event and carries each lot."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from planner_cases import asked
from planner_cases.hazard_cases import county, run

from sim.kpi.storage import overflow_intervals, rises_of, storage_years
from sim.model.stock import Stocks
from sim.record.hazardous import DIVERTED, HazardousRecord, Kind, Trip
from sim.record.inflow import NEVER, Inflow
from sim.record.lots import lots_of

EDGES = np.array([20, 50, 51, 100])
"""Three reported "years" after a warm-up of 20 s; the run ends at 100 s."""
SPAN = 100


@dataclass(frozen=True)
class Case:
    """Deposits (stock, time, mass), visits (stock, time, share taken), capacities."""

    stocks: int
    deposits: list[tuple[int, int, int]]
    visits: list[tuple[int, int, float]]
    capacity: list[int]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    stocks = draw(st.integers(1, 4))
    stock, mass = st.integers(0, stocks - 1), st.integers(1, 9)
    moment = st.one_of(st.integers(0, 99), st.sampled_from([0, 19, 20, 49, 50, 51, 99]))
    deposits = draw(st.lists(st.tuples(stock, moment, mass), max_size=25))
    share = st.sampled_from([0.1, 0.5, 1.0])
    visits = draw(st.lists(st.tuples(stock, moment, share), max_size=12))
    return Case(
        stocks,
        sorted(deposits),
        sorted(visits, key=lambda visit: visit[1]),
        draw(st.lists(st.integers(0, 20), min_size=stocks, max_size=stocks)),
    )


class Account:
    """One stock, event by event: what arrives at a second is there before who comes at that second."""

    def __init__(
        self, deposits: list[tuple[int, int]], visits: list[tuple[int, float]], capacity: int
    ) -> None:
        events = [(time, 0, mass) for time, mass in deposits] + [(time, 1, share) for time, share in visits]
        events += [(int(edge), -1, 0) for edge in EDGES]
        self.lots: deque[tuple[int, int]] = deque()
        self.taken: list[tuple[int, int]] = []
        self.moved: Counter[tuple[int, int]] = Counter()
        years = len(EDGES) - 1
        self.area, self.over, self.excess, self.peak = ([0] * years for _ in range(4))
        self.above: list[list[int]] = []
        level, before = 0, 0
        for time, kind, amount in sorted(events, key=lambda event: event[:2]):
            if time > before and EDGES[0] <= before < EDGES[-1]:
                self._stand(level, before, time, capacity)
            before = time
            if kind == 0:
                self.lots.append((time, int(amount)))
                level += int(amount)
            elif kind == 1 and (mass := int(level * amount)):
                self.taken.append((time, mass))
                level -= mass
                self._consume(time, mass)
        self.level = level

    def _stand(self, level: int, begin: int, end: int, capacity: int) -> None:
        year = int(EDGES.searchsorted(begin, side="right")) - 1
        self.area[year] += level * (end - begin)
        self.peak[year] = max(self.peak[year], level)
        if level > capacity:
            self.over[year] += end - begin
            self.excess[year] += (level - capacity) * (end - begin)
            if self.above and self.above[-1][1] == begin:
                self.above[-1][1:] = [end, max(self.above[-1][2], level - capacity)]
            else:
                self.above.append([begin, end, level - capacity])

    def _consume(self, when: int, mass: int) -> None:
        while mass:
            arose, lot = self.lots.popleft()
            part = min(lot, mass)
            self.moved[arose, when] += part
            mass -= part
            if lot > part:
                self.lots.appendleft((arose, lot - part))


def accounts(case: Case) -> list[Account]:
    return [
        Account(
            [(time, mass) for stock, time, mass in case.deposits if stock == index],
            [(time, share) for stock, time, share in case.visits if stock == index],
            case.capacity[index],
        )
        for index in range(case.stocks)
    ]


def inflow_of(case: Case) -> Inflow:
    stock, time, mass = np.array(case.deposits, dtype=np.int64).reshape(-1, 3).T
    return Inflow(stock, time, mass, case.stocks, SPAN)


def stocks_of(case: Case) -> Stocks:
    stores = SimpleNamespace(
        capacity=np.array(case.capacity),
        container=np.full(case.stocks, 3),
        of_site=np.arange(case.stocks)[:, None],
    )
    network: Any = SimpleNamespace(stores=stores, divert_share=0.0, divert_grace=0, partial_containers=True)
    return Stocks(network, inflow_of(case))


def visit_all(case: Case) -> Stocks:
    """Each visit takes its share of what the stock holds."""
    stocks = stocks_of(case)
    for stock, when, share in case.visits:
        mass = int(asked.collectable(stocks, stock, when) * share)
        if mass:
            first = asked.take(stocks, stock, mass, when)
            stocks.log.loads.append((first, first + 1))
    return stocks


def by_coordinate(stocks: Stocks) -> Any:
    removals = stocks.log.removals()
    return removals[np.argsort(removals[:, 1], kind="stable")]


@settings(max_examples=60, deadline=None)
@given(cases())
def test_a_stock_holds_what_came_in_less_what_was_taken(case: Case) -> None:
    stocks = visit_all(case)
    removals = by_coordinate(stocks)

    for index, account in enumerate(accounts(case)):
        own = removals[removals[:, 0] == index]
        assert list(zip(own[:, 3].tolist(), (own[:, 2] - own[:, 1]).tolist(), strict=True)) == account.taken
        assert stocks.level(np.array([index]), np.array([SPAN]))[0] == account.level


@settings(max_examples=60, deadline=None)
@given(cases(), st.integers(1, 30))
def test_a_stock_knows_when_it_will_hold_a_mass_and_how_old_its_oldest_gram_is(case: Case, mass: int) -> None:
    stocks = visit_all(case)
    reaches, oldest = asked.reaches(stocks, mass), asked.reaches(stocks, 1)

    for index, account in enumerate(accounts(case)):
        total, moment = 0, NEVER
        for arose, lot in account.lots:
            total += lot
            if total >= mass:
                moment = arose
                break
        assert reaches[index] == moment
        assert oldest[index] == (account.lots[0][0] if account.lots else NEVER)
    assert reaches[-1] == oldest[-1] == NEVER  # the store that does not exist


@settings(max_examples=120, deadline=None)
@given(cases())
def test_time_above_capacity_excess_stock_and_peak_are_those_of_the_event_account(case: Case) -> None:
    stocks = visit_all(case)
    capacity = np.array(case.capacity)
    rises = rises_of(stocks.inflow, by_coordinate(stocks), capacity, EDGES)
    years = storage_years(rises, case.stocks, len(EDGES) - 1)
    expected = accounts(case)

    assert years.area.tolist() == [account.area for account in expected]
    assert years.over_time.tolist() == [account.over for account in expected]
    assert years.excess.tolist() == [account.excess for account in expected]
    assert years.peak.tolist() == [account.peak for account in expected]
    assert years.overflowed.tolist() == [[time > 0 for time in account.over] for account in expected]


@settings(max_examples=100, deadline=None)
@given(cases())
def test_times_above_capacity_are_joined_where_nothing_fell_below_between(case: Case) -> None:
    stocks = visit_all(case)
    capacity = np.array(case.capacity)
    found = overflow_intervals(rises_of(stocks.inflow, by_coordinate(stocks), capacity, EDGES), capacity)

    columns = (found.owner, found.begin, found.end, found.excess)
    assert [list(row) for row in zip(*(column.tolist() for column in columns), strict=True)] == [
        [index, *interval] for index, account in enumerate(accounts(case)) for interval in account.above
    ]


def test_a_batch_as_large_as_the_store_just_fits() -> None:
    case = Case(1, [(0, 30, 7), (0, 60, 1)], [], [7])
    rises = rises_of(inflow_of(case), stocks_of(case).log.removals(), np.array([7]), EDGES)
    years = storage_years(rises, 1, 3)

    assert years.over_time.tolist() == [[0, 0, 40]]
    assert years.excess.tolist() == [[0, 0, 40]]


def test_no_deposits_at_all_are_no_stock_at_all() -> None:
    case = Case(2, [], [], [0, 5])
    stocks = stocks_of(case)
    years = storage_years(rises_of(stocks.inflow, stocks.log.removals(), np.array([0, 5]), EDGES), 2, 3)

    assert stocks.level(np.arange(3), np.array(50)).tolist() == [0, 0, 0]
    assert asked.reaches(stocks, 1) == [NEVER] * 3
    assert years.peak.max() == years.area.max() == years.over_time.max() == 0


def test_whole_containers_leave_the_last_one_that_is_not_full() -> None:
    stocks = stocks_of(Case(1, [(0, 1, 8)], [], [9]))
    stocks.network.partial_containers = False  # type: ignore[misc]

    assert asked.collectable(stocks, 0, 5) == 6


def diverting(deposits: list[tuple[int, int, int]], share: float, grace: int, capacity: int) -> Stocks:
    stocks = stocks_of(Case(1, deposits, [], [capacity]))
    stocks.network.divert_share, stocks.network.divert_grace = share, grace  # type: ignore[misc]
    return stocks


def test_diverted_is_a_share_of_the_excess_once_the_grace_period_is_over() -> None:
    rows = [(0, 10, 10), (0, 20, 10)]  # above 12 from second 20 on
    early, late = diverting(rows, 0.5, 30, 12), diverting(rows, 0.5, 30, 12)
    only = np.array([0])
    early.settle(only, np.array([49]))
    late.settle(only, np.array([50]))

    assert early.log.removals().tolist() == []
    assert late.log.removals().tolist() == [[0, 0, 4, 50, DIVERTED]]


def test_the_clock_of_diverting_runs_from_the_last_time_the_stock_rose_above_its_capacity() -> None:
    stocks = diverting([(0, 10, 20), (0, 60, 20)], 1.0, 30, 12)
    only = np.array([0])
    asked.take(stocks, 0, 15, 30)
    stocks.settle(only, np.array([80]))
    assert len(stocks.log.removals()) == 1
    stocks.settle(only, np.array([90]))

    assert stocks.log.removals()[1].tolist() == [0, 15, 28, 90, DIVERTED]


# --- lots through bays ---------------------------------------------------------------------------------

Loads = list[tuple[int, int]]
"""Per visit: seconds until its load is in, and the bay that takes it (`TRUCK`, `LOST`: none)."""
Hauls = list[tuple[int, int, float]]
"""Bay, time, share of the bay's stock."""
TRUCK, LOST = -1, -2
BAYS = 2
LATER = 3
"""Seconds from a bay to acceptance."""


@st.composite
def chains(draw: st.DrawFn) -> tuple[Case, Loads, Hauls]:
    case = draw(cases())
    count = len(case.visits)
    load = st.tuples(st.integers(0, 60), st.integers(LOST, BAYS - 1))
    haul = st.tuples(st.integers(0, BAYS - 1), st.integers(0, 99), st.sampled_from([0.3, 1.0]))
    loads = draw(st.lists(load, min_size=count, max_size=count))
    return case, loads, sorted(draw(st.lists(haul, max_size=6)), key=lambda row: row[1])


class Ways:
    """Every gram's way on a shelf of its own: store, arose, collected, received, left, accepted, diverted."""

    def __init__(self, case: Case, removals: Any, loads: Loads, hauls: Hauls) -> None:
        self.mass: Counter[tuple[int, ...]] = Counter()
        trips = len(loads) + len(hauls)
        self.trips = {name: np.zeros(trips, dtype=np.int64) for name in Trip._fields}
        self.trips["accepted"][:] = -1
        self.removals = removals.copy()
        self.bay_in: list[tuple[int, ...]] = []
        self.bay_out: list[tuple[int, ...]] = []
        receipts: list[list[tuple[int, int]]] = [[] for _ in range(BAYS)]
        self.content = self._content(case)
        for row, trip in enumerate(removals[:, 4].tolist()):
            delay, bay = loads[trip]
            back = int(removals[row, 3]) + delay
            self.trips["kind"][trip] = Kind.DIRECT if bay == TRUCK else Kind.ROUND
            if bay == LOST:
                self.removals[row, 4] = DIVERTED
                self._end(row, NEVER, 1)
            elif bay == TRUCK:
                self.trips["accepted"][trip] = back
                self._end(row, back, 0)
            elif back >= SPAN:
                self._end(row, NEVER, 0)
            else:
                receipts[bay].append((back, row))
        for bay, rows in enumerate(receipts):
            self._through(bay, sorted(rows, key=lambda receipt: receipt[0]), hauls, len(loads))

    def _content(self, case: Case) -> list[list[tuple[int, int, int]]]:
        """(store, arose, mass) of what each removal took; what was never taken ends here."""
        shelves = [deque[list[int]]() for _ in range(case.stocks)]
        for stock, time, mass in case.deposits:
            shelves[stock].append([time, mass])
        content = []
        for stock, begin, end, *_ in self.removals.tolist():
            content.append([(stock, arose, mass) for arose, mass in consume(shelves[stock], end - begin)])
        for stock, shelf in enumerate(shelves):
            for arose, mass in shelf:
                self.mass[stock, arose, NEVER, NEVER, NEVER, NEVER, 0] += mass
        return content

    def _end(self, row: int, accepted: int, diverted: int) -> None:
        for stock, arose, mass in self.content[row]:
            self.mass[stock, arose, int(self.removals[row, 3]), NEVER, NEVER, accepted, diverted] += mass

    def _through(self, bay: int, receipts: list[tuple[int, int]], hauls: Hauls, first_haul: int) -> None:
        shelf = deque[list[int]]()
        begin = out = sum(entry[2] for entry in self.bay_in)
        waiting = deque(receipts)
        for when, row in receipts:
            self.bay_in.append((bay, when, sum(mass for _, _, mass in self.content[row]), row))
        ways: list[tuple[int, ...]] = []
        moments = [(when, share, number) for number, (place, when, share) in enumerate(hauls) if place == bay]
        for when, share, number in [*moments, (SPAN, 0.0, -1)]:
            while waiting and waiting[0][0] <= when:
                received, row = waiting.popleft()
                for stock, arose, mass in self.content[row]:
                    ways.append((stock, arose, int(self.removals[row, 3]), received))
                    shelf.append([len(ways) - 1, mass])
            mass = int(sum(lot[1] for lot in shelf) * share)
            if mass:
                trip = first_haul + number
                self.trips["kind"][trip], self.trips["accepted"][trip] = Kind.HAUL, when + LATER
                self.bay_out.append((bay, out, out + mass, when, trip))
                out += mass
                for way, part in consume(shelf, mass):
                    self.mass[(*ways[way], when, when + LATER, 0)] += part
        for way, part in shelf:
            self.mass[(*ways[way], NEVER, NEVER, 0)] += part
        assert begin <= out


def consume(shelf: deque[list[int]], mass: int) -> list[tuple[int, int]]:
    """(label, mass) of what leaves a shelf, oldest first."""
    parts = []
    while mass:
        label, lot = shelf[0]
        part = min(lot, mass)
        parts.append((label, part))
        mass -= part
        shelf[0][1] -= part
        if not shelf[0][1]:
            shelf.popleft()
    return parts


@pytest.fixture(scope="module")
def empty_record() -> HazardousRecord:
    return run(county())


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chain=chains())
def test_each_gram_can_be_followed_through_the_bay_to_the_receiver(
    empty_record: HazardousRecord, chain: tuple[Case, Loads, Hauls]
) -> None:
    case, loads, hauls = chain
    stocks = visit_all(case)
    ways = Ways(case, by_coordinate(stocks), loads, hauls)
    lots = lots_of(
        replace(
            empty_record,
            inflow=stocks.inflow,
            stream=stocks.inflow.stock,
            removals=ways.removals,
            bay_in=np.array(ways.bay_in, dtype=np.int64).reshape(-1, 4),
            bay_out=np.array(ways.bay_out, dtype=np.int64).reshape(-1, 5),
            trips=ways.trips,
        )
    )

    columns = (lots.store, lots.arose, lots.collected, lots.received, lots.left, lots.accepted, lots.diverted)
    found: Counter[tuple[int, ...]] = Counter()
    for mass, *way in zip(lots.mass.tolist(), *(column.tolist() for column in columns), strict=True):
        found[tuple(int(step) for step in way)] += mass
    assert found == ways.mass
    assert lots.stream.tolist() == lots.store.tolist()
