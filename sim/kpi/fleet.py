"""Vehicles: time, kilometres, loads, emissions and expected releases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.kpi.outcome import Key, Rows
from sim.kpi.values import Values, ratio, ratios
from sim.network.hazardous import CollectionSite, Fleet, HazardousNetwork
from sim.record.hazardous import HazardousRecord, Kind
from sim.units import DAY, HOUR, TONNE, BoolArray, FloatArray, IntArray, sums

STATES = ("drive_empty", "drive_loaded", "load", "unload", "wait", "rest")


@dataclass(frozen=True)
class TripFacts:
    """Trips of the reported period, by row: kilometres inside the county and outside, freeway km, tolls.

    `year` is the reported year in which a trip started.
    """

    trips: dict[str, IntArray]
    year: IntArray
    local_km: FloatArray
    route_km: FloatArray
    freeway_km: FloatArray
    tolls: FloatArray

    def of(self, kind: Kind) -> BoolArray:
        """Rows of one kind."""
        rows: BoolArray = self.trips["kind"] == kind
        return rows

    @property
    def loaded_km(self) -> FloatArray:
        """Kilometres driven with a load on board, by driving time."""
        empty, loaded = self.trips["drive_empty"], self.trips["drive_loaded"]
        share: FloatArray = loaded / np.maximum(empty + loaded, 1)
        return self.km * share

    @property
    def km(self) -> FloatArray:
        """Kilometres of each trip."""
        return self.local_km + self.route_km


def trip_facts(record: HazardousRecord) -> TripFacts:
    """Trips that started in the reported years."""
    network = record.network
    edges = network.horizon.reported_edges
    rows = (record.trips["start"] >= edges[0]) & (record.trips["start"] < edges[-1])
    trips = {name: column[rows] for name, column in record.trips.items()}
    length = np.array([route.distance_km for route in network.routes] + [0.0])
    freeway = length * np.array([route.freeway_share for route in network.routes] + [0.0])
    toll = length * np.array([route.toll for route in network.routes] + [0.0])
    ways = (trips["route"], trips["route_back"])
    return TripFacts(
        trips=trips,
        year=edges.searchsorted(trips["start"], side="right") - 1,
        local_km=trips["local_m"] / 1000,
        route_km=length[ways[0]] + length[ways[1]],
        freeway_km=freeway[ways[0]] + freeway[ways[1]],
        tolls=toll[ways[0]] + toll[ways[1]],
    )


def fleets(network: HazardousNetwork) -> dict[Kind, Fleet]:
    """Kind of vehicle of each kind of trip."""
    used = {Kind.DIRECT: network.direct.fleet}
    if network.collection is not None:
        used |= {Kind.ROUND: network.collection.van, Kind.HAUL: network.collection.haul_fleet}
    return used


def put_fleet(values: Values, record: HazardousRecord, facts: TripFacts) -> Rows:
    """KPIs of vans and receivers' trucks; rows of the time balance."""
    network, years = record.network, values.years
    names = {Kind.DIRECT: "direct_trips", Kind.ROUND: "rounds", Kind.HAUL: "hauls"}
    used = fleets(network)
    for kind in used:
        values.mean("county", names[kind], _yearly(facts, facts.of(kind), np.ones(len(facts.year)), years))
    everything = np.ones(len(facts.year), dtype=np.bool_)
    values.mean("county", "vehicle_km", _yearly(facts, everything, facts.km, years))
    tonne_km = facts.trips["mass"] / TONNE * facts.loaded_km
    values.mean("county", "tonne_km", _yearly(facts, everything, tonne_km, years))
    put_releases(values, record, facts)
    trucks = facts.of(Kind.DIRECT) | facts.of(Kind.HAUL)
    hours = (facts.trips["end"] - facts.trips["start"]) / HOUR
    brought = _yearly(facts, trucks, facts.trips["mass"] / TONNE, years)
    spent = _yearly(facts, trucks, hours, years)
    values.put("receivers", "hours_per_tonne", ratio(spent.sum(), brought.sum()), ratios(spent, brought))
    values.mean("receivers", "vehicle_km", _yearly(facts, trucks, facts.km, years))
    values.put("receivers", "load_factor", _load_factor(facts, used, trucks))
    licensed = sum(receiver.capacity for receiver in network.receivers)
    accepted = values.yearly[Key("county", "transferred")] * TONNE
    values.mean("receivers", "licence_utilisation", ratios(accepted, np.full(years, float(licensed))))
    balance = _receiver_hours(facts, trucks)
    if network.collection is not None:
        rounds = facts.of(Kind.ROUND)
        values.mean("vans", "vehicle_km", _yearly(facts, rounds, facts.km, years))
        values.put("vans", "load_factor", _load_factor(facts, used, rounds))
        balance = _stack(balance, _van_hours(values, record, network.collection, facts))
    return balance


def put_releases(values: Values, record: HazardousRecord, facts: TripFacts) -> None:
    """CO2 and expected releases."""
    years, prices = values.years, record.network.valuation
    factor = np.array([fleet.co2_per_km for fleet in _by_kind(record.network)])
    everything = np.ones(len(facts.year), dtype=np.bool_)
    values.mean("county", "co2", _yearly(facts, everything, facts.km * factor[facts.trips["kind"]], years))
    loaded = ratios(facts.loaded_km, facts.km)
    freeway, rural = facts.freeway_km, facts.km - facts.freeway_km
    risk = loaded * (freeway * prices.freeway_release_per_km + rural * prices.rural_release_per_km)
    road = _yearly(facts, everything, risk, years)
    handled = handlings(record) * prices.spill_per_handling
    values.mean("county", "spills_road", road)
    values.mean("county", "spills_handling", handled)
    values.mean("county", "spills", road + handled)


def handlings(record: HazardousRecord) -> FloatArray:
    """(years,) containers handled: each is loaded and unloaded with every removal and every joint load."""
    network = record.network
    edges = network.horizon.reported_edges
    store, begin, end, when, trip = record.removals.T
    drums = -((begin - end) // network.stores.container[store])
    by_trip = trip >= 0
    drums, when = drums[by_trip], when[by_trip]
    if network.collection is not None and len(record.bay_out):
        of_class = np.zeros(len(network.classes), dtype=np.int64)
        of_class[network.stores.storage_class] = network.stores.container
        bay_class = np.array([bay.storage_class for bay in network.collection.bays])
        size = np.maximum(of_class[bay_class[record.bay_out[:, 0]]], 1)
        drums = np.concatenate([drums, -(-(record.bay_out[:, 2] - record.bay_out[:, 1]) // size)])
        when = np.concatenate([when, record.bay_out[:, 3]])
    year = edges.searchsorted(when, side="right") - 1
    inside = (year >= 0) & (year < len(edges) - 1)
    return 2.0 * sums(year[inside], drums[inside], len(edges) - 1)


def _by_kind(network: HazardousNetwork) -> list[Fleet]:
    used = fleets(network)
    return [used.get(kind, network.direct.fleet) for kind in Kind]


def _load_factor(facts: TripFacts, used: dict[Kind, Fleet], rows: BoolArray) -> float:
    payload = np.array([used[kind].payload if kind in used else 0 for kind in Kind])
    return ratio(float(facts.trips["mass"][rows].sum()), float(payload[facts.trips["kind"][rows]].sum()))


def _yearly(facts: TripFacts, rows: BoolArray, amount: FloatArray, years: int) -> FloatArray:
    return sums(facts.year[rows], amount[rows], years)


def _receiver_hours(facts: TripFacts, rows: BoolArray) -> Rows:
    """Time of receivers' trucks on the road, by state."""
    hours = np.array([facts.trips[state][rows].sum() for state in STATES]) / HOUR
    total = max(float(hours.sum()), 1e-12)
    return {
        "object": np.array(["receivers"] * len(STATES)),
        "state": np.array(STATES),
        "hours": hours,
        "share_scheduled": hours / total,
        "share_calendar": np.full(len(STATES), np.nan),
    }


def _van_hours(values: Values, record: HazardousRecord, site: CollectionSite, facts: TripFacts) -> Rows:
    """Time of the vans: scheduled (shifts of working days since the opening, and overtime), and off shift."""
    horizon = record.network.horizon
    begin = max(horizon.report_start, record.opens)
    working = record.network.calendar.working
    shifts = int(((working * DAY >= begin) & (working < horizon.days)).sum())
    rounds = facts.of(Kind.ROUND)
    overtime = float(facts.trips["overtime"][rows_after(facts, rounds, begin)].sum())
    scheduled = shifts * record.network.time.shift * site.vans + overtime
    calendar = max(horizon.end - begin, 0) * site.vans
    spent = {state: float(facts.trips[state][rounds].sum()) for state in STATES}
    down = _down_in_shifts(record, begin)
    busy = sum(spent.values())
    idle = scheduled - busy - down
    states = (*STATES, "down", "idle", "off_shift")
    seconds_ = np.array([*spent.values(), down, idle, calendar - scheduled])
    values.put("vans", "vehicle_utilisation", ratio(busy, scheduled))
    share = seconds_ / scheduled if scheduled else np.full(len(states), np.nan)
    share[-1] = np.nan
    return {
        "object": np.array(["vans"] * len(states)),
        "state": np.array(states),
        "hours": seconds_ / HOUR,
        "share_scheduled": share,
        "share_calendar": seconds_ / calendar if calendar else np.full(len(states), np.nan),
    }


def rows_after(facts: TripFacts, rows: BoolArray, begin: int) -> BoolArray:
    """Those of `rows` that start at or after `begin`."""
    return rows & (facts.trips["start"] >= begin)


def _down_in_shifts(record: HazardousRecord, begin: int) -> float:
    """Repair time that falls into shifts, s."""
    rules = record.network.time
    starts = record.network.calendar.working * DAY + rules.shift_start
    starts = starts[(starts >= begin) & (starts < record.network.horizon.end)]
    total = 0
    for _, since, until in record.down.tolist():
        inside = np.minimum(until, starts + rules.shift) - np.maximum(since, starts)
        total += int(np.maximum(inside, 0).sum())
    return float(total)


def _stack(first: Rows, second: Rows) -> Rows:
    return {name: np.concatenate([first[name], second[name]]) for name in first}
