"""Timelines by hand: one source and one truck; one yard and one kiln with two stops."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.chance.chance import Chance
from sim.kpi.measure import Judgement, layout_of, measure
from sim.kpi.outcome import Key
from sim.model.simulate import Record, simulate
from sim.record.hazardous import HazardousRecord
from sim.record.slag import SlagRecord
from sim.units import DAY, HOUR
from sim.verification.case import Case, equal
from sim.verification.regions import KG, ONE_YEAR, VALUATION, county, kiln_stands, told, works

TITLE = "Timelines by hand"
JUDGEMENT = Judgement("oldest_first", 0.98, VALUATION)
BATCHES = ((1.0, 0, 50.0), (3.5, 0, 40.0), (20.0, 0, 90.0))
"""(day, store, kg): 90 kg at noon of day 3 are a call, and too much for a store of 85 kg."""


def cases(seed: int) -> list[Case]:
    """Every event of three timelines."""
    return [*_truck(seed), *_long_way(seed), *_kiln(seed)]


def total(record: Record, place: str, kpi: str) -> float:
    """KPI of a record over its reported period."""
    layout = layout_of(record, JUDGEMENT)
    return float(measure(record, JUDGEMENT, 0).totals[layout.keys.index(Key(place, kpi))])


def _truck(seed: int) -> list[Case]:
    """Site 10 km from the gate, a minute per km; papers of 7 days; the day begins at 8:00."""
    near = county(ONE_YEAR, capacity_kg=85.0, papers_days=7.0)
    network = replace(near, east_km=np.array([10.0, 0.0, 0.0]))
    record = simulate(network, told(network, seed, 0, BATCHES))
    assert isinstance(record, HazardousRecord)  # noqa: S101 - a hazardous network gives one
    trips = {name: column.tolist() for name, column in record.trips.items()}
    visits = {name: column.tolist() for name, column in record.visits.items()}
    expected = (
        ("the source calls", visits["called"], (_at(3, 12), _at(20, 0))),
        ("the papers are ready", trips["ready"], (_at(10, 12), _at(27, 0))),
        ("the truck leaves the town", trips["start"], (_at(11, 8), _at(27, 8))),
        ("it has loaded at the source", visits["when"], (_at(11, 10, 40), _at(27, 10, 40))),
        ("it has unloaded", trips["end"], (_at(11, 13, 50), _at(27, 13, 50))),
        ("the load is accepted", trips["accepted"], (_at(13, 13, 50), _at(29, 13, 50))),
    )
    found = [equal("truck: trips", 2, len(trips["end"]))]
    for what, simulated, exact in expected:
        pairs = zip(("first", "second"), exact, simulated, strict=True)
        found += [equal(f"truck, {which}: {what}", a / DAY, b / DAY, "d") for which, a, b in pairs]
    found += [
        equal(f"truck, {which}: load", 90.0, mass / KG, "kg")
        for which, mass in zip(("first", "second"), trips["mass"], strict=True)
    ]
    over = (_at(11, 10, 40) - _at(3, 12) + _at(27, 10, 40) - _at(20, 0)) / DAY
    place = "site:site-0/waste_oil"
    return [
        *found,
        equal("truck: overflow days of the store", over, total(record, place, "overflow_days"), "d"),
        equal("truck: overflow", 0.005 * over, total(record, place, "overflow_tonne_days"), "t d"),
        equal("truck: hours on the road", 4 + 20 / 60, _hours(trips, 0, "drive_empty", "drive_loaded"), "h"),
    ]


def _long_way(seed: int) -> list[Case]:
    """Seven hours to the gate, at most eight a day at the wheel, a break of half an hour after four.

    8:00 to 15:30 with the break, 15:30 to 16:00 loading, then the shift of nine hours is too short for the
    way back: night. 8:00 to 15:30 again, unloaded at 16:30 of the second day.
    """
    near = county(ONE_YEAR)
    time = replace(near.time, shift=9 * HOUR, driving=8 * HOUR, break_after=4 * HOUR, break_time=HOUR // 2)
    network = replace(near, time=time, routes=(replace(near.routes[0], duration=7 * HOUR),))
    record = simulate(network, told(network, seed, 0, ((1.0, 0, 90.0),)))
    assert isinstance(record, HazardousRecord)  # noqa: S101 - a hazardous network gives one
    trips = {name: column.tolist() for name, column in record.trips.items()}
    return [
        equal("long way: loaded", 1 + 16 / 24, int(record.visits["when"][0]) / DAY, "d"),
        equal("long way: unloaded", 2 + 16.5 / 24, trips["end"][0] / DAY, "d"),
        equal("long way: rest", 16 + 2 * 0.5, _hours(trips, 0, "rest"), "h"),
        equal("long way: at the wheel", 14, _hours(trips, 0, "drive_empty", "drive_loaded"), "h"),
    ]


def _kiln(seed: int) -> list[Case]:
    """100 t/d come, 150 t/d are burnt; stops of 20 and 10 days, the second with a restart of two."""
    plan = kiln_stands((100, 120), (200, 208), restart_days=2.0)
    record = simulate(works(kiln=plan), Chance(seed, 0))
    assert isinstance(record, SlagRecord)  # noqa: S101 - a slag network gives one
    stocks = {100: 0, 110: 1000, 122: 2200, 136: 1500, 166: 0, 200: 0, 210: 1000, 220: 500, 230: 0, 365: 0}
    levels = np.interp(np.array([*stocks]) * DAY, record.edges, record.yard.sum(axis=0)).tolist()
    found = [
        equal(f"kiln: yard on day {day}", exact, level, "t")
        for (day, exact), level in zip(stocks.items(), levels, strict=True)
    ]
    switches = np.flatnonzero(np.diff(record.burning.astype(np.int8))) + 1
    times = (record.edges[switches] / DAY).tolist()
    found += [
        equal(f"kiln: {what}", exact, simulated, "d")
        for what, exact, simulated in zip(
            ("first stop begins", "it ends", "second stop begins", "it ends"), (100, 122, 200, 210), times,
            strict=True,
        )
    ]  # fmt: skip
    episodes = measure(record, JUDGEMENT, 0).episodes
    return [
        *found,
        equal("kiln: episodes above capacity", 1, len(episodes["start"])),
        equal("kiln: yard above capacity from", 115, float(episodes["start"][0]) / DAY, "d"),
        equal("kiln: yard above capacity to", 136, float(episodes["end"][0]) / DAY, "d"),
        equal("kiln: days not burning", 32, total(record, "kiln", "days_not_burning"), "d/yr"),
    ]


def _at(day: int, hour: int, minute: int = 0) -> int:
    return day * DAY + hour * HOUR + minute * 60


def _hours(trips: dict[str, list[int]], trip: int, *states: str) -> float:
    return sum(trips[state][trip] for state in states) / HOUR
