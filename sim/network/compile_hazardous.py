"""From a scenario to the hazardous chain in model units: every unit is converted here, once."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np

from sim import routing
from sim.calendars import Horizon, WorkingCalendar
from sim.network.hazardous import (
    Arising,
    BayPlace,
    Cleanings,
    CollectionSite,
    DirectRules,
    Fleet,
    Flows,
    HazardousNetwork,
    LongHaulRoute,
    Opening,
    ReceiverSite,
    Road,
    RoadClosures,
    Sites,
    Stores,
    WorkingTime,
)
from sim.network.valuation import compile_valuation
from sim.scenario.load import RegionTables
from sim.scenario.schema import (
    CLASSES,
    Closures,
    CollectionPoint,
    Divert,
    FixedRounds,
    OnCallRounds,
    OpeningOn,
    OpensAlways,
    OpensNever,
    OpensOn,
    ScenarioSpec,
)
from sim.text import in_key
from sim.units import DAY, HOUR, FloatArray, IntArray, clock, grams, seconds

NEVER = 1 << 60
"""An instant after every horizon, s; also a mass that is never reached, g."""

EARTH_RADIUS_KM = 6371.0


def compile_hazardous(
    spec: ScenarioSpec, tables: RegionTables, horizon: Horizon, calendar: WorkingCalendar
) -> HazardousNetwork:
    """Hazardous chain of a validated scenario."""
    sites = _sites(spec, tables)
    stores = _stores(spec, tables, sites)
    point = spec.collection_point
    gate_point = spec.roads.gate
    base = point or gate_point
    east, north = plane_km(
        np.array([*sites.lat, gate_point.lat, base.lat]), np.array([*sites.lon, gate_point.lon, base.lon])
    )
    local = spec.roads.local
    gate, depot = len(sites.names), len(sites.names) + 1
    rules = spec.storage_rules
    divert = rules.source_overflow if isinstance(rules.source_overflow, Divert) else None
    return HazardousNetwork(
        horizon=horizon,
        calendar=calendar,
        classes=CLASSES,
        streams=tuple(spec.streams),
        sites=sites,
        stores=stores,
        arising=_arising(spec, tables, sites, stores, horizon),
        capture_direct=spec.generation.capture_share.direct,
        capture_pilot=spec.generation.capture_share.pilot,
        partial_containers=rules.partial_containers,
        divert_share=divert.share if divert else 0.0,
        divert_grace=seconds(days=divert.grace_days) if divert else NEVER,
        age_limit=seconds(days=rules.age_limit_days),
        site_cap=grams(rules.site_cap_t),
        site_cap_from=horizon.at(rules.site_cap_from),
        east_km=east,
        north_km=north,
        circuity=local.circuity_factor,
        pace=HOUR / local.speed_km_per_h,
        tour_rank=_tour_ranks(east, north, sites, depot),
        gate_rank=_tour_ranks(east, north, sites, gate),
        gate=gate,
        depot=depot,
        local_road=_road("local", local.travel_time_cv, local.closures),
        routes=_routes(spec, horizon),
        receivers=tuple(
            ReceiverSite(
                name,
                grams(firm.capacity_t_per_year),
                clock(firm.opens),
                clock(firm.closes),
                seconds(days=firm.confirmation_days),
                firm.confirmation_cv,
                firm.work_share,
            )
            for name, firm in spec.receivers.items()
        ),
        apart=_compartment_groups(spec),
        time=_working_time(spec),
        direct=DirectRules(
            oldest=seconds(days=spec.direct.call.oldest_days),
            max_wait=seconds(days=spec.direct.max_wait_days),
            lead=seconds(days=spec.manifest.notice_days + spec.manifest.planning_days),
            fleet=_fleet(spec, spec.direct.vehicle),
            trucks=spec.direct.trucks,
            max_stops=spec.direct.max_stops,
        ),
        collection=None if point is None else _collection(spec, point, horizon),
        valuation=compile_valuation(spec),
    )


def plane_km(lat: FloatArray, lon: FloatArray) -> tuple[FloatArray, FloatArray]:
    """East and north of the points' middle, km; true to 0.1 % over a county."""
    middle_lat, middle_lon = (lat.min() + lat.max()) / 2, (lon.min() + lon.max()) / 2
    degree = np.pi / 180 * EARTH_RADIUS_KM
    return (lon - middle_lon) * degree * np.cos(np.radians(middle_lat)), (lat - middle_lat) * degree


def _sites(spec: ScenarioSpec, tables: RegionTables) -> Sites:
    rows = tables.sources
    zone_of = {township.name: township.zone for township in tables.townships}
    zones = tuple(dict.fromkeys(zone_of.values()))
    types = tuple(spec.source_types)
    regime = {name: spec.regimes.by_type.get(name, spec.regimes.default) for name in types}
    return Sites(
        names=tuple(in_key(row.name) for row in rows),
        titles=tuple(row.name_zh for row in rows),
        types=types,
        type=np.array([types.index(row.type) for row in rows], dtype=np.int64),
        lat=np.array([row.lat for row in rows]),
        lon=np.array([row.lon for row in rows]),
        zone=np.array([zones.index(zone_of[row.township]) for row in rows], dtype=np.int64),
        zones=zones,
        pilot=np.array([regime[row.type] == "pilot" for row in rows], dtype=np.bool_),
    )


def _stores(spec: ScenarioSpec, tables: RegionTables, sites: Sites) -> Stores:
    """A store for each class that a source has containers for or produces waste of."""
    rows: list[tuple[str, int, int, int, int]] = []
    of_site = np.full((len(sites.names), len(CLASSES)), -1, dtype=np.int64)
    for site, source in enumerate(tables.sources):
        kind = spec.source_types[source.type]
        produced = {spec.streams[name].storage_class for name in kind.generation_t_per_year}
        for index, name in enumerate(CLASSES):
            own = getattr(source, name)
            containers = kind.containers.get(name, 0) if own is None else own
            containers += spec.more_containers.get(source.name, {}).get(name, 0)
            if containers or name in produced:
                container = grams(spec.storage_classes[name].container_t)
                of_site[site, index] = len(rows)
                rows.append((f"{sites.names[site]}/{name}", site, index, containers * container, container))
    of_site[of_site < 0] = len(rows)
    capacity = np.array([row[3] for row in rows], dtype=np.int64)
    point = spec.collection_point
    on_call = point.rounds if point and isinstance(point.rounds, OnCallRounds) else None
    return Stores(
        names=tuple(row[0] for row in rows),
        site=np.array([row[1] for row in rows], dtype=np.int64),
        storage_class=np.array([row[2] for row in rows], dtype=np.int64),
        capacity=capacity,
        container=np.array([row[4] for row in rows], dtype=np.int64),
        call_direct=_call_masses(capacity, spec.direct.call.fill_share),
        call_pilot=_call_masses(capacity, on_call.call.fill_share if on_call else 1.0),
        of_site=of_site,
    )


def _call_masses(capacity: IntArray, share: float) -> IntArray:
    masses: IntArray = np.maximum(np.rint(capacity * share).astype(np.int64), 1)
    return masses


def _arising(
    spec: ScenarioSpec, tables: RegionTables, sites: Sites, stores: Stores, horizon: Horizon
) -> Arising:
    names: list[str] = []
    rows: list[tuple[int, int, float, float, float]] = []
    cleanings: list[tuple[str, int, int, int]] = []
    streams = list(spec.streams)
    for site, source in enumerate(tables.sources):
        kind = spec.source_types[source.type]
        for name, tonnes in kind.generation_t_per_year.items():
            stream = spec.streams[name]
            store = stores.of_site[site, CLASSES.index(stream.storage_class)]
            batches = tonnes * 1000 * source.size_factor / stream.batch.mean_kg
            names.append(f"{sites.names[site]}/{name}")
            rows.append(
                (streams.index(name), int(store), batches, stream.batch.mean_kg * 1000, stream.batch.cv)
            )
        if kind.cleaning is not None:
            cleaning = kind.cleaning
            period = seconds(days=cleaning.every_years * 365.25)
            mass = grams(cleaning.mass_t * source.size_factor)
            cleanings.append((sites.names[site], streams.index(cleaning.stream), period, mass))
    flows = Flows(
        names=tuple(names),
        stream=np.array([row[0] for row in rows], dtype=np.int64),
        store=np.array([row[1] for row in rows], dtype=np.int64),
        batches_per_year=np.array([row[2] for row in rows]),
        mean_mass=np.array([row[3] for row in rows]),
        cv=np.array([row[4] for row in rows]),
    )
    generation = spec.generation
    law = (
        generation.level_factor,
        generation.growth_per_year,
        generation.growth_from_year,
        generation.yearly_cv,
        generation.season_factors,
    )
    stamp = repr((names, rows, cleanings, law, horizon, stores.names))
    return Arising(
        key=blake2b(stamp.encode(), digest_size=16).hexdigest(),
        flows=flows,
        cleanings=Cleanings(
            tuple(row[0] for row in cleanings),
            np.array([row[1] for row in cleanings], dtype=np.int64),
            np.array([row[2] for row in cleanings], dtype=np.int64),
            np.array([row[3] for row in cleanings], dtype=np.int64),
        ),
        stores=len(stores),
        level=generation.level_factor,
        growth=generation.growth_per_year,
        growth_from=generation.growth_from_year,
        yearly_cv=generation.yearly_cv,
        seasons=generation.season_factors,
        horizon=horizon,
    )


def _tour_ranks(east: FloatArray, north: FloatArray, sites: Sites, base: int) -> IntArray:
    """Position of each site in one long walk: zone after zone, nearest zone first."""
    ranks = np.zeros(len(sites.names), dtype=np.int64)
    zones = [np.flatnonzero(sites.zone == zone) for zone in range(len(sites.zones))]
    walks = []
    for members in zones:
        nodes = np.concatenate([[base], members])
        km = np.hypot(east[nodes, None] - east[nodes], north[nodes, None] - north[nodes])
        if len(members):
            walks.append((float(km[0, 1:].min()), members[routing.tour(km) - 1]))
    begin = 0
    for _, walk in sorted(walks, key=lambda entry: entry[0]):
        ranks[walk] = np.arange(begin, begin + len(walk))
        begin += len(walk)
    return ranks


def _road(name: str, cv: float, closures: dict[str, Closures]) -> Road:
    return Road(
        name,
        cv,
        tuple(
            RoadClosures(key, law.per_year, law.months, law.mean_days * DAY, law.cv)
            for key, law in closures.items()
        ),
    )


def _routes(spec: ScenarioSpec, horizon: Horizon) -> tuple[LongHaulRoute, ...]:
    """Routes that are ever open to hazardous goods, quickest first."""
    routes = []
    for name, route in spec.roads.routes.items():
        match route.opens:
            case OpensAlways():
                opens = -NEVER
            case OpensOn(date=day):
                opens = horizon.at(day)
            case OpensNever():
                continue
        if route.hazardous_goods:
            routes.append(
                LongHaulRoute(
                    _road(name, route.travel_time_cv, route.closures),
                    route.distance_km,
                    seconds(hours=route.truck_hours),
                    opens,
                    grams(route.min_load_t),
                    route.freeway_share,
                    route.toll_cny_per_km,
                )
            )
    return tuple(sorted(routes, key=lambda route: route.duration))


def _compartment_groups(spec: ScenarioSpec) -> IntArray:
    """Group of each class: the first group, in written order, without a class to be kept apart from."""
    apart = {
        frozenset((name, other))
        for name, container in spec.storage_classes.items()
        for other in container.keep_apart_from
    }
    groups: list[list[str]] = []
    group_of = np.zeros(len(CLASSES), dtype=np.int64)
    for index, name in enumerate(CLASSES):
        for number, members in enumerate(groups):
            if not any(frozenset((name, member)) in apart for member in members):
                members.append(name)
                group_of[index] = number
                break
        else:
            group_of[index] = len(groups)
            groups.append([name])
    return group_of


def _working_time(spec: ScenarioSpec) -> WorkingTime:
    return WorkingTime(
        shift_start=clock(spec.driving.shift_starts),
        shift=seconds(hours=spec.driving.shift_hours),
        driving=seconds(hours=spec.driving.driver_hours),
        break_after=seconds(hours=spec.driving.break_after_hours),
        break_time=seconds(hours=spec.driving.break_hours),
        load=seconds(hours=spec.stops.load_hours),
        load_cv=spec.stops.load_time_cv,
        unload=seconds(hours=spec.stops.unload_hours),
        missed=spec.stops.missed_share,
    )


def _fleet(spec: ScenarioSpec, name: str) -> Fleet:
    vehicle = spec.vehicles[name]
    return Fleet(
        name=name,
        payload=grams(vehicle.payload_t),
        compartments=vehicle.compartments,
        cost_per_km=vehicle.cost_cny_per_km,
        crew_per_day=vehicle.crew_cny_per_day,
        capital_per_year=vehicle.capital_cny_per_year,
        co2_per_km=vehicle.emission_kg_co2_per_km,
    )


def _collection(spec: ScenarioSpec, point: CollectionPoint, horizon: Horizon) -> CollectionSite:
    bays = tuple(
        BayPlace(index, grams(bay.capacity_t), grams(bay.release_t))
        for index, name in enumerate(CLASSES)
        if (bay := point.bays.get(name)) is not None
    )
    bay_of_class = [-1] * len(CLASSES)
    for number, bay_place in enumerate(bays):
        bay_of_class[bay_place.storage_class] = number
    rounds = point.rounds
    opening = point.opening
    return CollectionSite(
        opening=Opening(horizon.at(opening.date), horizon.at(opening.date), horizon.at(opening.date))
        if isinstance(opening, OpeningOn)
        else Opening(horizon.at(opening.low), horizon.at(opening.mode), horizon.at(opening.high)),
        enrolment=seconds(days=point.enrolment_days),
        licence=grams(point.licence_t_per_year),
        bays=bays,
        bay_of_class=tuple(bay_of_class),
        refuses=point.bay_overflow.policy == "refuse",
        vans=point.vans,
        van=_fleet(spec, point.van),
        mean_operating=point.breakdowns.mean_operating_hours * HOUR,
        repair=seconds(days=point.breakdowns.repair_days),
        max_stops=point.max_stops,
        rounds=rounds.policy,
        every_days=rounds.every_days,
        skip_below=max(grams(rounds.skip_below_t), 1) if isinstance(rounds, FixedRounds) else 1,
        call_oldest=seconds(days=rounds.call.oldest_days) if isinstance(rounds, OnCallRounds) else NEVER,
        handover_working_days=point.handover_working_days,
        age_trigger_working_days=point.handover_working_days - point.handover_lead_working_days,
        haul_fleet=_fleet(spec, point.haul_vehicle),
        operation_per_year=point.operation_cny_per_year,
        capital_per_year=point.capital_cny_per_year,
        bay_capital_per_t_year=point.bay_capital_cny_per_t_year,
    )
