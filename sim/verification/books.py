"""Books of every shipped scenario, kept a second time: event by event, and lot by lot.

Sample-path identity: the integral of a stock over time is the sum of mass x time of what stood in it,
whatever the order of service (Little 1961, Stidham 1974).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from sim.calendars import Horizon
from sim.chance.chance import Chance
from sim.kpi.measure import Judgement, layout_of, measure
from sim.kpi.outcome import Key, Outcome
from sim.kpi.storage import rises_of
from sim.model.simulate import Record, simulate
from sim.network.compile import compile_network
from sim.network.compile_hazardous import compile_hazardous
from sim.network.slag import SlagNetwork
from sim.record.hazardous import HazardousRecord
from sim.record.inflow import NEVER
from sim.record.lots import lots_of
from sim.record.slag import SlagRecord
from sim.scenario.load import Scenario
from sim.units import DAY, TONNE, BoolArray, FloatArray, IntArray
from sim.verification.case import Case, equal, none
from sim.verification.regions import VALUATION, every_day
from sim.verification.shipped import all_scenarios, regions, with_collection_point

TITLE = "Books of every shipped scenario"
JUDGEMENT = Judgement("oldest_first", 0.98, VALUATION)
YEARS = Horizon(2026, 2028, 1)
CENTURIES = Horizon(2041, 2240, 5)


@dataclass
class Ledger:
    """Nodes looked at, and those at which two accounts differ, by check."""

    nodes: dict[str, int] = field(default_factory=dict)
    faults: dict[str, int] = field(default_factory=dict)

    def note(self, check: str, differ: BoolArray | bool) -> None:
        """Count the nodes of a check, and those that differ."""
        flags = np.atleast_1d(differ)
        self.nodes[check] = self.nodes.get(check, 0) + len(flags)
        self.faults[check] = self.faults.get(check, 0) + int(np.count_nonzero(flags))


def cases(seed: int) -> list[Case]:
    """One replication of each scenario and chain, and L = lambda W over two centuries."""
    ledger = Ledger()
    scenarios = all_scenarios()
    for scenario in scenarios.values():
        _both_chains(ledger, scenario, Chance(seed, 0))
    found = [equal("scenarios, both chains", len(scenarios), len(scenarios))]
    found += [none(f"{check} (of {ledger.nodes[check]})", faults) for check, faults in ledger.faults.items()]
    return found + [case for region in regions() for case in _little(seed, region)]


def _both_chains(ledger: Ledger, scenario: Scenario, chance: Chance) -> None:
    hazardous = simulate(compile_network(scenario, YEARS, "hazardous"), chance)
    slag = simulate(compile_network(scenario, YEARS, "slag"), chance)
    assert isinstance(hazardous, HazardousRecord)  # noqa: S101 - asked for
    assert isinstance(slag, SlagRecord)  # noqa: S101 - asked for
    _stores(ledger, hazardous)
    _bays(ledger, hazardous)
    _trips(ledger, hazardous)
    _slag(ledger, slag)
    for record in (hazardous, slag):
        outcome = measure(record, JUDGEMENT, 0)
        residual = np.abs(outcome.mass["residual_t"])
        ledger.note("a run's own audit finds a fault", bool(outcome.failure))
        ledger.note(
            "mass of a stream does not close to 1e-9", residual > 1e-9 * (1 + outcome.mass["generated_t"])
        )
        _shares(ledger, outcome)


# --- hazardous: whole grams and seconds ------------------------------------------------------------------


def _stores(ledger: Ledger, record: HazardousRecord) -> None:
    """Follow every store from event to event."""
    inflow, removals = record.inflow, record.removals
    stores, end = inflow.stocks, record.network.horizon.end
    came = np.stack([inflow.stock, inflow.time, inflow.mass])
    went = np.stack([removals[:, 0], removals[:, 3], removals[:, 1] - removals[:, 2]])
    area, low, last = _followed(np.concatenate([came, went], axis=1), stores, end)
    lots = lots_of(record)
    waited: IntArray = np.minimum(lots.collected, end) - lots.arose
    dwell = _summed(lots.store, lots.mass * waited, stores)
    held = _summed(lots.store, np.where(lots.collected >= end, lots.mass, 0), stores)
    ledger.note("store: integral of stock is not sum of mass x time, in g s", area != dwell)
    ledger.note("store: stock at the end is not what lots say, in g", last != held)
    ledger.note("store: stock below nothing", low < 0)
    rises = rises_of(inflow, removals, record.network.stores.capacity, np.array([0, end]))
    by_kpi = _summed(rises.stock, rises.area.astype(np.int64), stores)
    ledger.note("store: integral of the KPI is another", by_kpi != area)


def _followed(events: IntArray, stocks: int, end: int) -> tuple[IntArray, IntArray, IntArray]:
    """Integral (g s), lowest and last level of each stock, event by event: (stock, when, change) columns."""
    stock, when, change = events[:, np.lexsort((-events[2], events[1], events[0]))]
    first = np.searchsorted(stock, np.arange(stocks))
    level = change.cumsum()
    before = np.concatenate([[0], level])[first]
    level = level - np.repeat(before, np.diff(np.append(first, len(stock))))
    until = np.where(np.append(stock[1:] != stock[:-1], True), end, np.append(when[1:], end))
    area, low, last = (np.zeros(stocks, dtype=np.int64) for _ in range(3))
    np.add.at(area, stock, level * (until - when))
    np.minimum.at(low, stock, level)
    last[stock] = level
    return area, low, last


def _bays(ledger: Ledger, record: HazardousRecord) -> None:
    """Follow every bay; what it received is what the vans had loaded."""
    site = record.network.collection
    if site is None:
        return
    came, gone, end = record.bay_in, record.bay_out, record.network.horizon.end
    events = np.concatenate(
        [came[:, :3].T, np.stack([gone[:, 0], gone[:, 3], gone[:, 1] - gone[:, 2]])], axis=1
    )
    area, low, last = _followed(events, len(site.bays), end)
    lots = lots_of(record)
    inside = lots.received != NEVER
    waited = lots.mass[inside] * (np.minimum(lots.left[inside], end) - lots.received[inside])
    capacity = np.array([bay.capacity for bay in site.bays])
    ledger.note("bays: integral of stock is not sum of mass x time, in g s", bool(area.sum() != waited.sum()))
    ledger.note("bay: stock below nothing", low < 0)
    if site.refuses:
        ledger.note("bay: stock at the end above its capacity", last > capacity)


def _trips(ledger: Ledger, record: HazardousRecord) -> None:
    """Time of every trip by state, and trips of one vehicle one after the other."""
    trips = record.trips
    states = ("drive_empty", "drive_loaded", "load", "unload", "wait", "rest")
    spent = np.sum([trips[state] for state in states], axis=0)
    ledger.note("trip: states do not add up to its time, in s", spent != trips["end"] - trips["start"])
    vehicle = trips["vehicle"] + 1000 * (trips["kind"] == 1)
    order = np.lexsort((trips["start"], vehicle))
    same = vehicle[order][1:] == vehicle[order][:-1]
    early = trips["start"][order][1:] < trips["end"][order][:-1]
    ledger.note("vehicle: leaves before it is back", same & early)


# --- slag: real numbers ----------------------------------------------------------------------------------


def _slag(ledger: Ledger, record: SlagRecord) -> None:
    """First in, first out: when the gram at each mass coordinate came and went."""
    for stock, inflow, outflow in _nodes(record):
        area = float((stock[1:] + stock[:-1]) @ record.days) / 2
        dwell = time_of_mass(record.edges / DAY, stock[0], inflow * record.days, outflow * record.days)
        ledger.note(
            "heap, yard: integral of stock is not sum of mass x time, to 1e-9",
            abs(area - dwell) > 1e-9 * (1 + float(inflow @ record.days) * record.edges[-1] / DAY),
        )
        ledger.note("heap, yard: stock below nothing", bool(stock.min() < -1e-9))


def _nodes(record: SlagRecord) -> Iterator[tuple[FloatArray, FloatArray, FloatArray]]:
    """Stock (n + 1), inflow and outflow (n) of each lane's heap and yard."""
    left = record.delivered + record.yard_no_outlet
    for lane in range(len(record.network.lanes)):
        yield record.heap[lane], record.arising[lane], left[lane] + record.heap_no_outlet[lane]
        yield record.yard[lane], record.delivered[lane], record.used[lane]


def time_of_mass(edges: FloatArray, start: float, come: FloatArray, gone: FloatArray) -> float:
    """Sum of mass x time in a node, oldest first, t d; what stays is counted to the end.

    Parameters
    ----------
    edges
        (n + 1,) d.
    start
        Stock at the first edge.
    come, gone
        (n,) t between the edges.
    """
    entered = np.concatenate([[0.0, start], start + np.cumsum(come)])
    entered_at = np.concatenate([edges[:1], edges])
    left = np.concatenate([[0.0], np.cumsum(gone)])
    left = np.minimum(left, entered[-1])
    axis = np.unique(np.concatenate([entered, left]))
    middle, width = (axis[1:] + axis[:-1]) / 2, np.diff(axis)
    came = np.interp(middle, entered, entered_at)
    went = np.where(middle < left[-1], np.interp(middle, left, edges), edges[-1])
    return float(width @ (went - came))


def _shares(ledger: Ledger, outcome: Outcome) -> None:
    """Hours of every object by state make up its calendar time."""
    hours = outcome.hours
    span = YEARS.end - YEARS.report_start
    for name in sorted(set(hours["object"].tolist())):
        own = hours["object"] == name
        share = np.nansum(hours["share_calendar"][own])
        if np.isfinite(hours["share_calendar"][own]).any():
            ledger.note("object: shares of calendar time do not add up to 1", abs(share - 1) > 1e-9)
        if name == "kiln":
            ledger.note(
                "kiln: hours are not the calendar's", abs(hours["hours"][own].sum() * 3600 - span) > 1e-3
            )


# --- L = lambda W ----------------------------------------------------------------------------------------


def _little(seed: int, region: str) -> list[Case]:
    """Two centuries of like years: mean stock against throughput x mean wait, to 1 %."""
    scenario = with_collection_point(region)
    if scenario is None:
        return []
    spec = scenario.spec
    steady = {"yearly_cv": 0.0, "growth_per_year": 0.0, "season_factors": (1.0,) * 12}
    still = spec.model_copy(update={"generation": spec.generation.model_copy(update=steady)})
    network = compile_hazardous(still, scenario.tables, CENTURIES, every_day(CENTURIES))
    record = simulate(network, Chance(seed, 0))
    assert isinstance(record, HazardousRecord)  # noqa: S101 - a hazardous network gives one
    arisen = _rate(record.inflow.time, record.inflow.mass)
    received = _rate(record.bay_in[:, 1], record.bay_in[:, 2])
    kpis = _kpis(record)
    found = [
        equal(
            f"{region}: L = lambda W over 200 years, {place.replace('_', ' ')}",
            flow * kpis[Key(place, "dwell_mean")],
            kpis[Key(place, "stock_mean")],
            "t",
            0.01,
        )
        for place, flow in (("sources", arisen), ("collection_point", received))
    ]
    return [*found, _yard_little(seed, region, scenario)]


def _yard_little(seed: int, region: str, scenario: Scenario) -> Case:
    network = compile_network(scenario, CENTURIES, "slag")
    assert isinstance(network, SlagNetwork)  # noqa: S101 - asked for
    record = simulate(replace(network, yearly_cv=0.0), Chance(seed, 0))
    assert isinstance(record, SlagRecord)  # noqa: S101 - a slag network gives one
    inside = record.edges[:-1] >= CENTURIES.report_start
    days, total = record.days[inside], 0.0
    for lane in range(len(network.lanes)):
        come, gone = (rate[lane][inside] * days for rate in (record.delivered, record.used))
        stock = record.yard[lane][:-1][inside]
        total += time_of_mass(np.append(0.0, np.cumsum(days)), float(stock[0]), come, gone)
    mean = _kpis(record)[Key("kiln_yard", "stock_mean")]
    return equal(f"{region}: L = lambda W over 200 years, kiln yard", total / days.sum(), mean, "t", 0.01)


def _rate(when: IntArray, mass: IntArray) -> float:
    """What came in the reported years, t/d."""
    inside = (when >= CENTURIES.report_start) & (when < CENTURIES.end)
    return float(mass[inside].sum()) / TONNE / ((CENTURIES.end - CENTURIES.report_start) / DAY)


def _kpis(record: Record) -> dict[Key, float]:
    layout, outcome = layout_of(record, JUDGEMENT), measure(record, JUDGEMENT, 0)
    return dict(zip(layout.keys, outcome.totals.tolist(), strict=True))


def _summed(owner: IntArray, amount: IntArray, size: int) -> IntArray:
    total = np.zeros(size, dtype=np.int64)
    np.add.at(total, owner, amount)
    return total
