"""Rounds that are made ahead and loads that are settled late are what a step-by-step account gives."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from planner_cases import asked
from planner_cases.hazard_cases import (
    KG,
    OIL_1,
    OIL_2,
    SOLID_1,
    SOLID_3,
    at,
    county,
    every_day,
    run,
    taken,
    trips_of,
    with_bay,
    with_point,
)
from planner_cases.small_counties import Choices, choices, history, replications, rows_of, simulated, small

from sim.calendars import Horizon
from sim.chance.chance import Chance
from sim.model.collection_point import CollectionPoint
from sim.model.hazardous import simulate_hazardous
from sim.model.rounds import Rounds
from sim.model.stock import Stocks
from sim.model.world import World
from sim.network.hazardous import HazardousNetwork
from sim.record.hazardous import HazardousRecord, Kind, Visit
from sim.record.inflow import NEVER, Inflow
from sim.units import DAY

MINUTE = 1 / 60
FIRST_BACK, SECOND_BACK = at(60, 9 + 50 * MINUTE), at(61, 10 + 10 * MINUTE)
"""When the rounds to `garage-1` and to `garage-2` alone are back from the campaign of day 60."""
PRESSED: dict[str, list[Any]] = {
    "level": [5, 20],
    "van_kg": [1500, 100, 40],
    "bay_factor": [1, 0.15, 0.03],
    "licence_kg": [10**6, 300],
    "van_stops": [15, 2],
    "divert_share": [0.0],
    "missed": [0.0, 0.3],
    "trucks": [1, 2],
    "truck_kg": [5000, 60],
    "operating_hours": [500.0, 20.0],
    "every_days": [60, 7],
    "rounds": ["fixed", "on_call"],
    "enrolment_days": [0, 200],
}
"""Counties in which vans, bays and the licence become full in the middle of campaigns."""


def pressed(**fixed: Any) -> st.SearchStrategy[Choices]:
    """Pilot counties under pressure."""
    base = choices(plan="pilot", refuses=True, receiver_kg=10**7, compartments=2, **fixed)
    free = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in PRESSED.items()})
    return st.builds(lambda plain, hard: plain | hard | fixed, base, free)


def facts(record: HazardousRecord) -> list[Any]:
    """All that happened, whatever the order in which it was written down."""
    tables = [rows_of(getattr(record, name), record) for name in ("removals", "bay_in", "bay_out")]
    return [*tables, record.turned_away.tolist(), record.down.tolist(), history(record)]


# --- bays that are settled when somebody looks ------------------------------------------------------------


class Eager(CollectionPoint):
    """A collection point that wakes at every arrival and settles it there and then."""

    def expect(self, back: list[int], by_round: Any, taken: Any) -> None:
        """Expect rounds, and look when each is back."""
        super().expect(back, by_round, taken)
        for when in back:
            if self.world.now < when < self.world.end:
                alarm = self.world.env.timeout(when - self.world.now)
                assert alarm.callbacks is not None
                alarm.callbacks.append(lambda _: self.watch())


@settings(max_examples=40, deadline=None)
@given(pressed(), replications, st.integers(1, 3))
def test_bays_settled_late_are_bays_settled_at_every_arrival(
    chosen: Choices, replication: int, vans: int
) -> None:
    network = small(chosen | {"vans": vans})
    lazy = simulated(network, replication)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.model.hazardous.CollectionPoint", Eager)
        eager = simulated(network, replication)

    assert facts(lazy) == facts(eager)


FULL_KG = 170
"""A full drum: a vehicle that cannot carry one comes home with nothing to account for."""


def orders(record: HazardousRecord) -> list[int]:
    """When loads are ordered, by an account that goes from arrival to arrival and from load to load, s."""
    network = record.network
    site = network.collection
    assert site is not None
    events = [(when, 0, bay, mass) for bay, when, mass in record.bay_in[:, :3].tolist()]
    events += [(when, 1, bay, end - begin) for bay, begin, end, when, _ in record.bay_out.tolist()]
    level = [0] * len(site.bays)
    lots: list[list[list[int]]] = [[] for _ in site.bays]
    found: list[int] = []
    ordered = False

    def due_by(until: int) -> int:
        """Morning on which the oldest lot is due, if that is before `until`; else -1."""
        oldest = min((own[0][0] for own in lots if own), default=None)
        if oldest is None:
            return -1
        day = network.calendar.after(oldest // DAY, site.age_trigger_working_days)
        morning = day * DAY + network.time.shift_start
        return morning if morning < until else -1

    moments = sorted({event[0] for event in events})
    for moment, following in zip(moments, [*moments[1:], network.horizon.end], strict=True):
        for when, kind, bay, mass in sorted(events):
            if when != moment:
                continue
            level[bay] += mass if kind == 0 else -mass
            if kind == 0:
                lots[bay].append([when, mass])
            else:
                ordered = False
                _consume(lots[bay], mass)
        if ordered:
            continue
        full = any(held >= bay.release for held, bay in zip(level, site.bays, strict=True))
        due = moment if full else due_by(following)
        if due >= 0:
            found.append(max(due, moment))
            ordered = True
    return found


def _consume(lots: list[list[int]], mass: int) -> None:
    while mass:
        part = min(mass, lots[0][1])
        lots[0][1] -= part
        mass -= part
        if not lots[0][1]:
            del lots[0]


@settings(max_examples=50, deadline=None)
@given(pressed(), replications, st.integers(1, 2), st.sampled_from([3, 20, 75]))
def test_loads_are_ordered_at_the_second_at_which_an_account_of_every_arrival_finds_them_due(
    chosen: Choices, replication: int, vans: int, age: int
) -> None:
    assume(chosen["partial_containers"] or min(chosen["van_kg"], chosen["truck_kg"]) >= FULL_KG)
    network = with_point(small(chosen | {"vans": vans}), age_trigger_working_days=age)
    record = simulated(network, replication)
    decided = record.trips["decided"][record.trips["kind"] == Kind.HAUL].tolist()

    expected = orders(record)

    assert expected[: len(decided)] == decided
    assert len(expected) <= len(decided) + 1  # the last may still be on its way to the point


def test_a_load_is_ordered_when_the_round_comes_back_that_fills_the_bay_and_not_when_it_is_made() -> None:
    record = run(with_bay(county("pilot"), release=100), (1, OIL_1, 60), (1, OIL_2, 60))

    assert record.bay_in[:, 1].tolist() == [FIRST_BACK, SECOND_BACK]
    assert trips_of(record, "kind", "decided")[2] == (Kind.HAUL, SECOND_BACK)


@pytest.mark.parametrize(
    ("release", "ordered"), [(60, FIRST_BACK), (60.001, SECOND_BACK), (120, SECOND_BACK)]
)
def test_a_bay_is_due_at_its_release_level_to_the_gram(release: float, ordered: int) -> None:
    record = run(with_bay(county("pilot"), release=release), (1, OIL_1, 60), (1, OIL_2, 60))

    assert trips_of(record, "kind", "decided")[2] == (Kind.HAUL, ordered)


def test_one_gram_less_than_the_release_level_orders_nothing() -> None:
    record = run(with_bay(county("pilot"), release=120.001), (1, OIL_1, 60), (1, OIL_2, 60))

    assert Kind.HAUL not in trips_of(record, "kind")


def test_the_first_bay_that_becomes_full_counts_although_another_is_full_later() -> None:
    network = with_bay(with_bay(county("pilot"), bay=0, release=60), bay=1, release=10)
    record = run(network, (1, SOLID_1, 10), (1, OIL_2, 90), (1, SOLID_3, 90))

    assert trips_of(record, "kind", "decided")[2] == (Kind.HAUL, FIRST_BACK)


def test_the_age_of_a_load_that_is_still_under_way_sets_the_alarm() -> None:
    """The round leaves on day 60 at 8:00; that its load will be five days old is known from then on."""
    network = with_point(county("pilot"), age_trigger_working_days=5)
    seen: list[tuple[int, int]] = []

    class Seen(CollectionPoint):
        def watch(self) -> None:
            super().watch()
            seen.append((self.world.now, self._alarm))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.model.hazardous.CollectionPoint", Seen)
        record = run(network, (1, OIL_1, 9))

    assert seen[0] == (at(60, 8), at(65, 8))
    assert trips_of(record, "kind", "decided")[1] == (Kind.HAUL, at(65, 8))


def test_a_bay_that_is_full_before_its_oldest_lot_is_due_does_not_wait_for_it() -> None:
    network = with_point(with_bay(county("pilot"), release=100), age_trigger_working_days=70)
    record = run(network, (1, OIL_1, 60), (100, OIL_1, 60))

    assert trips_of(record, "kind", "decided")[2] == (Kind.HAUL, at(120, 9 + 50 * MINUTE))


def test_an_oldest_lot_that_is_due_before_its_bay_is_full_does_not_wait_for_that() -> None:
    network = with_point(with_bay(county("pilot"), release=100), age_trigger_working_days=30)
    network = replace(network, calendar=every_day(network.horizon, 90))
    record = run(network, (1, OIL_1, 60), (100, OIL_1, 60))

    assert trips_of(record, "kind", "decided")[1] == (Kind.HAUL, at(91, 8))


def test_a_round_without_anything_for_the_bays_has_no_age() -> None:
    """What was called for has been diverted in the meantime: the round finds nothing, and nothing is due."""
    point = point_of(with_point(county("pilot"), age_trigger_working_days=5))

    point.expect([at(1)], [[0, 0]], [(0, 0)])
    assert point._age_due() >= NEVER
    point.expect([at(2)], [[0, 5]], [(0, 1)])
    assert point._age_due() == at(7, 8)


def test_a_van_that_is_back_before_another_that_left_earlier_comes_first_on_the_curves() -> None:
    point = point_of(with_point(county("pilot"), vans=2, age_trigger_working_days=5))

    point.expect([at(3), at(5)], [[7, 0], [2, 1]], [(0, 1), (1, 3)])
    point.expect([at(3), at(4)], [[1, 0], [0, 9]], [(3, 4), (4, 5)])

    assert point.receipts(at(9)) == [(at(3), 0, 1), (at(3), 3, 4), (at(4), 4, 5), (at(5), 1, 3)]
    assert point.receipts(at(4)) == [(at(3), 0, 1), (at(3), 3, 4), (at(4), 4, 5)]
    assert point.take(100, at(4), 0) == 17
    assert point.take(100, at(5), 1) == 3
    assert point.removals == [(0, 8, at(4), 0), (1, 9, at(4), 0), (0, 2, at(5), 1), (1, 1, at(5), 1)]


def point_of(network: HazardousNetwork) -> CollectionPoint:
    """A collection point in which nothing has happened yet."""
    assert network.collection is not None
    empty = inflow(stocks=len(network.stores))
    never = np.full(len(network.sites.names), NEVER)
    return CollectionPoint(World(network, Chance(1, 0), Stocks(network, empty), 0, never), network.collection)


def test_a_load_takes_what_arrives_in_the_second_of_loading() -> None:
    """The load ordered on day 60 loads on day 68 at 10:00, the second at which the next round is back."""
    network = with_point(with_bay(county("pilot"), release=50), every_days=4)
    loading = at(68, 10)
    back = loading - at(68, 9 + 50 * MINUTE)
    network = replace(network, time=replace(network.time, load=network.time.load + back))
    record = run(network, (59, OIL_1, 60), (65, OIL_1, 7))

    assert record.bay_in[1, 1] == loading
    assert record.bay_out.tolist()[0][:4] == [0, 0, 67 * KG, loading]


# --- campaigns that are made in part ------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(pressed(vans=1), replications)
def test_a_campaign_in_which_something_becomes_full_is_what_its_rounds_one_by_one_come_to(
    chosen: Choices, replication: int
) -> None:
    network = small(chosen)
    laid_out = simulated(network, replication)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rounds, "make_ahead", lambda rounds, now: 0)
        stepwise = simulated(network, replication)

    assert facts(laid_out) == facts(stepwise)


def made_ahead(patch: pytest.MonkeyPatch) -> list[int]:
    """How many rounds of a book are made ahead each time, as a list that fills while something runs."""
    make, counts = Rounds.make_ahead, []

    def counted(rounds: Rounds, now: int) -> int:
        if not rounds._book:
            return make(rounds, now)
        counts.append(make(rounds, now))
        return counts[-1]

    patch.setattr(Rounds, "make_ahead", counted)
    return counts


def test_rounds_of_one_campaign_are_made_up_to_the_one_that_fills_the_bay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Three rounds of one stop; the bay of 150 kg takes the first, and 90 of the second's 100 kg."""
    counts = made_ahead(monkeypatch)
    network = with_point(with_bay(county("pilot"), capacity=150, release=1000), max_stops=1)
    record = run(network, (1, OIL_1, 60), (1, OIL_2, 100), (1, SOLID_3, 30))

    assert counts[:2] == [1, 0]  # the second is loaded visit by visit, the third after it
    assert [mass for _, mass, _ in taken(record)][:3] == [60, 90, 30]
    assert record.turned_away[0].tolist() == [0, at(61, 8 + 50 * MINUTE), 10 * KG]


def test_what_just_fits_is_made_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = made_ahead(monkeypatch)
    network = with_bay(county("pilot"), capacity=160, release=1000)
    assert network.collection is not None
    network = with_point(network, licence=160 * KG, van=replace(network.collection.van, payload=100 * KG))
    run(network, (1, OIL_1, 60), (1, OIL_2, 100))

    assert counts == [2]


@pytest.mark.parametrize(
    "changed",
    [{"licence": 159 * KG}, {"bays": 159}, {"payload": 99}],
    ids=["licence", "bay", "van"],
)
def test_a_gram_too_much_for_anything_stops_the_layout(changed: dict[str, int]) -> None:
    network = with_bay(county("pilot"), capacity=changed.get("bays", 1000), release=1000)
    assert network.collection is not None
    van = replace(network.collection.van, payload=changed.get("payload", 1000) * KG)
    network = with_point(network, van=van, licence=changed.get("licence", 10**9))
    record = run(network, (1, OIL_1, 60), (1, OIL_2, 100))
    how = {"licence": Visit.LICENCE_USED, "bays": Visit.BAY_FULL, "payload": Visit.TRUCK_FULL}

    assert record.visits["ended"].tolist()[:2] == [Visit.COLLECTED, how[next(iter(changed))]]
    assert taken(record)[1] == (OIL_2, 99, at(61, 8 + 50 * MINUTE))


def test_a_site_that_two_vans_left_behind_stands_in_the_book_once() -> None:
    """A campaign opened while the first van was still under way, and the second one became full there too."""
    point = point_of(with_point(county("pilot"), vans=2))
    rounds = Rounds(point.world, point.site, point)
    rounds._left_behind[:] = [[1, 0], [1]]

    rounds.put_back(1)
    assert rounds._book == [1]
    rounds.put_back(0)
    assert rounds._book == [0, 1]


# --- what is asked after the end of everything -------------------------------------------------------


def inflow(*rows: tuple[int, int, int], stocks: int = 3) -> Inflow:
    stock, time, mass = np.array(sorted(rows), dtype=np.int64).reshape(-1, 3).T
    return Inflow(stock, time, mass, stocks, 1000)


def test_the_most_that_anybody_asks_after_never_comes() -> None:
    """Three stocks, the middle one empty: beyond each lies a deposit that never comes, not the next stock."""
    own = inflow((0, 5, 10), (0, 9, 10), (2, 7, 10))
    stocks = np.arange(3)

    assert own.arrival(stocks, own.base[:3] + 1).tolist() == [5, NEVER, 7]
    for beyond in (30, 10**9, Inflow.MOST):
        assert own.arrival(stocks, own.base[:3] + beyond).tolist() == [NEVER] * 3
    assert own.arrival(np.array([3]), own.base[3:4] + 1).tolist() == [NEVER]
    assert own.arrival(np.array([3]), own.base[3:4] + Inflow.MOST).tolist() == [NEVER]


def test_a_call_mass_beyond_everything_is_asked_after_as_the_most() -> None:
    network = county()
    stocks = Stocks(network, inflow((0, 5, 10), stocks=len(network.stores)))
    huge = np.full(len(network.stores), 1 << 60)

    triggers = stocks.triggers(huge)

    assert triggers[1, :-1].max() == Inflow.MOST
    assert asked.reaches(stocks, triggers[1]) == [NEVER] * len(triggers[1])


def test_sources_that_never_call_for_mass_call_for_age() -> None:
    network = county()
    network = replace(
        network, stores=replace(network.stores, call_direct=np.full(len(network.stores), 1 << 60))
    )
    record = run(network, (1, OIL_1, 160), (2, OIL_2, 110))

    assert sorted(record.visits["called"].tolist()) == [at(331), at(332)]


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 99), st.integers(1, 9)), max_size=20),
    st.integers(0, 3),
    st.one_of(st.integers(1, 60), st.sampled_from([10**6, Inflow.MOST - 1, Inflow.MOST])),
)
def test_a_gram_arrives_with_its_deposit_or_never(
    rows: list[tuple[int, int, int]], stock: int, gram: int
) -> None:
    own = inflow(*rows, stocks=4)
    grams = [time for place, time, mass in sorted(rows) if place == stock for _ in range(mass)]
    expected = grams[gram - 1] if gram <= len(grams) else NEVER

    assert own.arrival(np.array([stock]), own.base[[stock]] + gram).tolist() == [expected]


# --- campaigns on call ----------------------------------------------------------------------------------


def test_a_campaign_on_call_visits_whoever_has_called_by_then() -> None:
    network = with_point(
        with_bay(county("pilot"), capacity=165, release=1000), rounds="on_call", every_days=7
    )
    record = run(network, (1, OIL_1, 90), (8, SOLID_3, 80), (16, OIL_2, 85))

    assert [(place, mass) for place, mass, _ in taken(record)][:3] == [
        (OIL_1, 90),
        (SOLID_3, 80),
        (OIL_2, 75),
    ]
    assert (np.array(trips_of(record, "decided")).ravel() // DAY).tolist()[:3] == [7, 14, 21]


# --- whatever the network -----------------------------------------------------------------------------------


def test_a_run_of_two_vans_is_the_same_whether_rounds_are_made_ahead_or_not_where_nothing_becomes_full() -> (
    None
):
    network: HazardousNetwork = with_point(county("pilot", horizon=Horizon(2026, 2027, 0)), vans=2)
    rows = [(day, place, 5) for day in range(0, 700, 9) for place in (OIL_1, OIL_2, SOLID_1, SOLID_3)]
    laid_out = run(network, *rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rounds, "make_ahead", lambda rounds, now: 0)
        stepwise = run(network, *rows)

    assert facts(laid_out) == facts(stepwise)
    assert simulate_hazardous(network, Chance(1, 0)).trips["vehicle"].max() == 1
