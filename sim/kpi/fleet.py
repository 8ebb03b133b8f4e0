"""Vehicles: time, kilometres, loads, emissions and expected releases."""

from __future__ import annotations

import numpy as np

from sim.kpi.outcome import Key, Rows
from sim.kpi.values import Values, ratio, ratios
from sim.network.hazardous import CollectionSite, Fleet, HazardousNetwork
from sim.record.hazardous import HazardousRecord, Kind
from sim.units import DAY, HOUR, TONNE, FloatArray, sums

STATES = ("drive_empty", "drive_loaded", "load", "unload", "wait", "rest")


Sums = dict[str, FloatArray]
"""Amounts of the trips by name: (kinds, years) sums over the trips that started in each reported year."""


def trip_sums(record: HazardousRecord) -> Sums:
    """Number, mass (t), tonne_km, km, tolls, days, seconds in each state and in all of the trips.

    `risk` is the expected number of releases on the road.
    """
    network, trips, prices = record.network, record.trips, record.network.valuation
    edges = network.horizon.reported_edges
    routes = [(way.distance_km, way.freeway_share, way.toll) for way in network.routes]
    length, freeway, toll = np.array([*routes, (0.0, 0.0, 0.0)]).T
    per_route = np.array([length, length * freeway, length * toll])
    route_km, freeway_km, tolls = per_route.take(trips["route"], 1) + per_route.take(trips["route_back"], 1)
    km = trips["local_m"] / 1000 + route_km
    empty, loaded = trips["drive_empty"], trips["drive_loaded"]
    share = loaded / np.maximum(empty + loaded, 1)
    mass, spent = trips["mass"] / TONNE, trips["end"] - trips["start"]
    amounts = {
        "trips": np.ones(len(km)),
        "mass": mass,
        "km": km,
        "tonne_km": mass * (km * share),
        "risk": share
        * (freeway_km * prices.freeway_release_per_km + (km - freeway_km) * prices.rural_release_per_km),
        "tolls": tolls,
        "days": -(-spent // DAY),
        "spent": spent,
        "overtime": trips["overtime"],
    } | {state: trips[state] for state in STATES}
    # a year before the reported ones and one after them catch the other trips
    years = len(edges) + 1
    cell = trips["kind"] * years + edges.searchsorted(trips["start"], side="right")
    size = len(Kind) * years
    cells = cell + size * np.arange(len(amounts))[:, None]
    found = sums(cells.ravel(), np.concatenate(list(amounts.values())), size * len(amounts))
    return dict(zip(amounts, found.reshape(-1, len(Kind), years)[:, :, 1:-1], strict=True))


def fleets(network: HazardousNetwork) -> dict[Kind, Fleet]:
    """Kind of vehicle of each kind of trip."""
    used = {Kind.DIRECT: network.direct.fleet}
    if network.collection is not None:
        used |= {Kind.ROUND: network.collection.van, Kind.HAUL: network.collection.haul_fleet}
    return used


def put_fleet(values: Values, record: HazardousRecord, trips: Sums) -> Rows:
    """KPIs of vans and receivers' trucks; rows of the time balance."""
    network, used = record.network, fleets(record.network)
    names = {Kind.DIRECT: "direct_trips", Kind.ROUND: "rounds", Kind.HAUL: "hauls"}
    for kind in used:
        values.mean("county", names[kind], trips["trips"][kind])
    values.mean("county", "vehicle_km", np.add.reduce(trips["km"]))
    values.mean("county", "tonne_km", np.add.reduce(trips["tonne_km"]))
    put_releases(values, record, trips)
    brought, spent = _together(trips["mass"]), _together(trips["spent"]) / HOUR
    values.put("receivers", "hours_per_tonne", ratio(spent.sum(), brought.sum()), ratios(spent, brought))
    values.mean("receivers", "vehicle_km", _together(trips["km"]))
    values.put("receivers", "load_factor", *_load_factor(trips, used, [Kind.DIRECT, Kind.HAUL]))
    licensed = sum(receiver.capacity for receiver in network.receivers)
    accepted = values.yearly[Key("county", "transferred")] * TONNE
    values.mean("receivers", "licence_utilisation", ratios(accepted, np.full(values.years, float(licensed))))
    balance = _receiver_hours(trips)
    if network.collection is not None:
        values.mean("vans", "vehicle_km", trips["km"][Kind.ROUND])
        values.put("vans", "load_factor", *_load_factor(trips, used, [Kind.ROUND]))
        balance = _stack(balance, _van_hours(values, record, network.collection, trips))
    return balance


def _together(amounts: FloatArray) -> FloatArray:
    """(years,) of both kinds of receivers' trips."""
    both: FloatArray = amounts[Kind.DIRECT] + amounts[Kind.HAUL]
    return both


def put_releases(values: Values, record: HazardousRecord, trips: Sums) -> None:
    """CO2 and expected releases."""
    used = fleets(record.network)
    co2 = sum(trips["km"][kind] * fleet.co2_per_km for kind, fleet in used.items())
    values.mean("county", "co2", np.asarray(co2))
    road = np.add.reduce(trips["risk"])
    handled = handlings(record) * record.network.valuation.spill_per_handling
    values.mean("county", "spills_road", road)
    values.mean("county", "spills_handling", handled)
    values.mean("county", "spills", road + handled)


def handlings(record: HazardousRecord) -> FloatArray:
    """(years,) containers handled: each is loaded and unloaded with every removal and every joint load."""
    network = record.network
    edges = network.horizon.reported_edges
    store, begin, end, when, trip = record.removals.T
    if network.divert_share:
        store, begin, end, when = record.removals[trip >= 0, :4].T
    drums = -((begin - end) // network.stores.container.take(store))
    if network.collection is not None and len(record.bay_out):
        of_class = np.zeros(len(network.classes), dtype=np.int64)
        of_class[network.stores.storage_class] = network.stores.container
        bay_class = np.array([bay.storage_class for bay in network.collection.bays])
        size = np.maximum(of_class[bay_class[record.bay_out[:, 0]]], 1)
        drums = np.concatenate([drums, -(-(record.bay_out[:, 2] - record.bay_out[:, 1]) // size)])
        when = np.concatenate([when, record.bay_out[:, 3]])
    year = edges.searchsorted(when, side="right")
    return 2.0 * sums(year, drums, len(edges) + 1)[1:-1]


def _load_factor(trips: Sums, used: dict[Kind, Fleet], kinds: list[Kind]) -> tuple[float, FloatArray]:
    """Mass over payloads of all trips of some kinds: in all, and (years,)."""
    kinds = [kind for kind in kinds if kind in used]
    payload = np.array([[used[kind].payload] for kind in kinds])
    mass, room = trips["mass"][kinds], trips["trips"][kinds] * payload
    total = ratio(float(mass.sum(axis=1).sum()) * TONNE, float(room.sum()))
    return total, ratios(mass.sum(axis=0) * TONNE, room.sum(axis=0))


def _receiver_hours(trips: Sums) -> Rows:
    """Time of receivers' trucks on the road, by state."""
    hours = np.array([np.add.reduce(_together(trips[state])) for state in STATES]) / HOUR
    total = max(float(hours.sum()), 1e-12)
    return {
        "object": np.array(["receivers"] * len(STATES)),
        "state": np.array(STATES),
        "hours": hours,
        "share_scheduled": hours / total,
        "share_calendar": np.full(len(STATES), np.nan),
    }


def _van_hours(values: Values, record: HazardousRecord, site: CollectionSite, trips: Sums) -> Rows:
    """Time of the vans: scheduled (shifts of working days since the opening, and overtime), and off shift."""
    horizon = record.network.horizon
    begin = max(horizon.report_start, record.opens)
    edges = np.maximum(horizon.reported_edges, begin)
    shifts = np.diff(record.network.calendar.working.searchsorted(-(-edges // DAY)))
    by_year = shifts * (record.network.time.shift * site.vans) + trips["overtime"][Kind.ROUND]
    scheduled = float(np.add.reduce(by_year))
    calendar = max(horizon.end - begin, 0) * site.vans
    spent = np.array([trips[state][Kind.ROUND] for state in STATES])
    down = _down_in_shifts(record, begin)
    busy = float(spent.sum())
    idle = scheduled - busy - down
    states = (*STATES, "down", "idle", "off_shift")
    seconds_ = np.array([*np.add.reduce(spent, axis=1), down, idle, calendar - scheduled])
    values.put("vans", "vehicle_utilisation", ratio(busy, scheduled), ratios(np.add.reduce(spent), by_year))
    share = seconds_ / scheduled if scheduled else np.full(len(states), np.nan)
    share[-1] = np.nan
    return {
        "object": np.array(["vans"] * len(states)),
        "state": np.array(states),
        "hours": seconds_ / HOUR,
        "share_scheduled": share,
        "share_calendar": seconds_ / calendar if calendar else np.full(len(states), np.nan),
    }


def _down_in_shifts(record: HazardousRecord, begin: int) -> float:
    """Repair time that falls into shifts, s."""
    if not len(record.down):
        return 0.0
    rules = record.network.time
    starts = record.network.calendar.working * DAY + rules.shift_start
    starts = starts[slice(*starts.searchsorted((begin, record.network.horizon.end)))]
    since, until = record.down[:, 1:, None].swapaxes(0, 1)
    inside = np.minimum(until, starts + rules.shift) - np.maximum(since, starts)
    return float(np.maximum(inside, 0).sum())


def _stack(first: Rows, second: Rows) -> Rows:
    return {name: np.concatenate([first[name], second[name]]) for name in first}
