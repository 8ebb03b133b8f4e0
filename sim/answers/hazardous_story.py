"""The story of the hazardous chain, read off the record of one run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from sim.answers.line import Line, Moment, overflow_lines, yearly
from sim.kpi.outcome import Layout, Outcome
from sim.record.hazardous import DIVERTED, HazardousRecord, Kind, Visit
from sim.record.inflow import NEVER
from sim.units import TONNE

POINT, TRUCKS, VANS = "collection_point", "receivers", "vans"


def hazardous_story(record: HazardousRecord, outcome: Outcome, layout: Layout) -> Iterator[Line]:
    """Everything that happened, in no order.

    Parameters
    ----------
    outcome, layout
        What the same run came to.
    """
    yield from _calls(record)
    yield from _trips(record)
    yield from _visits(record)
    yield from _collection_point(record)
    yield from _other_ways(record)
    yield from _roads(record)
    yield from overflow_lines(outcome.episodes, record.network.horizon.end)
    yield from _year_ends(record, outcome, layout)


def site_place(record: HazardousRecord, site: int) -> str:
    """Word for a site among the places of results."""
    return f"site:{record.network.sites.names[site]}"


# --- direct regime -----------------------------------------------------------------------------------


def _calls(record: HazardousRecord) -> Iterator[Line]:
    visits = record.visits
    made = visits["called"] >= 0
    calls = zip(visits["site"][made].tolist(), visits["called"][made].tolist(), strict=True)
    for site, when in dict.fromkeys(calls):
        mass, due = _store_at(record, site, when)
        yield Line(when, site_place(record, site), "called:stock" if due else "called:age", mass)


def _store_at(record: HazardousRecord, site: int, when: int) -> tuple[float, bool]:
    """Stock of a site, t, and whether one of its stores is at its trigger."""
    stores = record.network.stores
    own = stores.of_site[site]
    own = own[own < len(stores)]
    before = record.removals[record.removals[:, 3] <= when]
    out = record.inflow.base[own].copy()
    for row in before[np.isin(before[:, 0], own)]:
        place = int(np.flatnonzero(own == row[0])[0])
        out[place] = max(out[place], row[2])
    level = record.inflow.reached(own, np.array(when)) - out
    return float(level.sum()) / TONNE, bool((level >= stores.call_direct[own]).any())


# --- vehicles ----------------------------------------------------------------------------------------


def _trips(record: HazardousRecord) -> Iterator[Line]:
    trips, network = record.trips, record.network
    roads = [route.road.name for route in network.routes]
    for numbers in zip(*(column.tolist() for column in trips.values()), strict=True):
        row = dict(zip(trips, numbers, strict=True))
        mass, vehicle = row["mass"] / TONNE, {"vehicle": row["vehicle"] + 1}
        if row["kind"] == Kind.ROUND:
            yield Line(row["start"], VANS, "left:van", values=vehicle | {"stops": row["stops"]})
            yield Line(row["end"], VANS, "back:van", mass, vehicle)
            continue
        plan = {"ready": Moment(row["ready"]), "start": Moment(row["start"]), "route": roads[row["route"]]}
        if row["kind"] == Kind.HAUL:
            yield Line(row["decided"], POINT, "ordered", values=vehicle | plan)
        else:
            yield Line(row["decided"], TRUCKS, "decided", values=vehicle | plan)
        receiver = network.receivers[row["receiver"]].name
        yield Line(row["start"], TRUCKS, "left", values=vehicle)
        yield Line(row["end"], TRUCKS, "back", mass, vehicle | {"route": roads[row["route_back"]]})
        yield Line(row["accepted"], TRUCKS, "accepted", mass, {"receiver": receiver})


def _visits(record: HazardousRecord) -> Iterator[Line]:
    loaded: dict[tuple[int, int], int] = defaultdict(int)
    site_of, events = record.network.stores.site.tolist(), [how.name.lower() for how in Visit]
    places = [site_place(record, site) for site in range(len(record.network.sites.names))]
    for store, begin, end, _, trip in record.removals.tolist():
        loaded[trip, site_of[store]] += end - begin
    columns = (record.visits[name].tolist() for name in ("trip", "site", "when", "ended"))
    for trip, site, when, ended in zip(*columns, strict=True):
        yield Line(when, places[site], events[ended], loaded[trip, site] / TONNE)


# --- collection point --------------------------------------------------------------------------------


def _collection_point(record: HazardousRecord) -> Iterator[Line]:
    network, end = record.network, record.network.horizon.end
    if network.collection is None:
        return
    bays = [f"{POINT}/{network.classes[bay.storage_class]}" for bay in network.collection.bays]
    yield Line(record.opens, POINT, "opened")
    for site in np.flatnonzero(record.enrolled < NEVER).tolist():
        yield Line(int(record.enrolled[site]), site_place(record, site), "enrolled")
    yield from _campaigns(record)
    for bay, begin, until, when, _ in record.bay_out.tolist():
        yield Line(when, bays[bay], "loaded", (until - begin) / TONNE)
    for bay, when, mass in record.turned_away.tolist():
        yield Line(when, bays[bay], "turned_away", mass / TONNE)
    for van, begin, until in record.down.tolist():
        yield Line(begin, VANS, "breakdown", values={"vehicle": van + 1, "end": Moment(min(until, end))})


def _campaigns(record: HazardousRecord) -> Iterator[Line]:
    rounds = record.trips["kind"] == Kind.ROUND
    decided = record.trips["decided"]
    for when in np.unique(decided[rounds]).tolist():
        own = rounds & (decided == when)
        stops, end = int(record.trips["stops"][own].sum()), Moment(record.trips["end"][own].max())
        yield Line(when, VANS, "campaign", values={"rounds": int(own.sum()), "stops": stops, "end": end})


# --- all else ----------------------------------------------------------------------------------------


def _other_ways(record: HazardousRecord) -> Iterator[Line]:
    gone = record.removals[record.removals[:, 4] == DIVERTED]
    for store, begin, end, when, _ in gone.tolist():
        yield Line(when, f"site:{record.network.stores.names[store]}", "diverted", (end - begin) / TONNE)
    for when, mass in zip(record.cleanings[0].tolist(), record.cleanings[1].tolist(), strict=True):
        yield Line(when, "sources", "cleaned", mass / TONNE)


def _roads(record: HazardousRecord) -> Iterator[Line]:
    for name, state in record.closures.items():
        for shut, reopened in zip(state.shut.tolist(), state.reopened.tolist(), strict=True):
            yield Line(shut, f"road:{name}", "road_closed", values={"end": Moment(reopened)})
            yield Line(reopened, f"road:{name}", "road_open")


def _year_ends(record: HazardousRecord, outcome: Outcome, layout: Layout) -> Iterator[Line]:
    network = record.network
    kpis = {kpi: yearly(outcome, layout, "county", kpi) for kpi in ("generated", "informal", "transferred")}
    for index, edge in enumerate(network.horizon.reported_edges[1:].tolist()):
        year = {"year": network.horizon.reported_years[index]}
        told = year | {kpi: values[index] for kpi, values in kpis.items()}
        removed = record.removals[record.removals[:, 3] < edge]
        taken = int((removed[:, 2] - removed[:, 1]).sum())
        stored = int(record.inflow.mass[record.inflow.time < edge].sum()) - taken
        yield Line(edge - 1, "sources", "year_end:sources", stored / TONNE, told)
        if network.collection is None:
            continue
        into = record.bay_in[record.bay_in[:, 1] < edge]
        out = record.bay_out[record.bay_out[:, 3] < edge]
        held = int(into[:, 2].sum()) - int((out[:, 2] - out[:, 1]).sum())
        yield Line(edge - 1, POINT, "year_end:collection_point", held / TONNE, year)
