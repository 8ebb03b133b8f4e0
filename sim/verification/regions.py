"""Small worlds in which everything can be worked out: written in code, in model units.

Unless a case says otherwise nothing in them is left to chance but the batches: roads never close and
always take the same time, nobody is missed, loading takes half an hour, every day is a working day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from sim.calendars import Horizon, WorkingCalendar
from sim.chance.chance import Chance
from sim.chance.deposits import Deposits
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
    Sites,
    Stores,
    WorkingTime,
)
from sim.network.kiln_plan import KilnPlan
from sim.network.slag import SlagNetwork, lanes_of
from sim.network.valuation import Valuation
from sim.scenario.schema import CLASSES
from sim.units import DAY, HOUR, FloatArray, IntArray

KG = 1000
NEVER = 1 << 60
ONE_YEAR = Horizon(2026, 2026, 0)
LEAVES = 8 * HOUR
VISIT = LEAVES + 2 * HOUR + HOUR // 2
"""Time of day at which a truck has loaded at a site beside the gate."""

_NONE = np.empty(0, dtype=np.int64)
_PAYERS = {
    "direct_haul": "generator",
    "rounds": "operator",
    "haul": "operator",
    "disposal": "generator",
    "operation": "operator",
    "capital": "bureau",
    "containers": "generator",
    "slag_haul": "generator",
}
VALUATION = Valuation(0.0, 0.0, 0.0, {}, _PAYERS, 0.0, 10.0, 365.0, 450.0, 0.7, 0.0, 0.0, 0.0)
"""Nothing costs anything; a site is basically compliant up to 10 overflow days and 450 days of age."""


def county(
    horizon: Horizon,
    *,
    sites: int = 1,
    capacity_kg: float = 170.0,
    call_kg: float = 80.0,
    batch_kg: float = 20.0,
    cv: float = 0.0,
    per_day: float = 0.1,
    trucks: int = 1,
    payload_kg: float = 1e6,
    papers_days: float = 0.0,
) -> HazardousNetwork:
    """Sites with one store of waste oil each, all beside the gate, two hours from the receiver.

    Each gets `per_day` batches; it calls at `call_kg`, a truck is sent at once and leaves on the first
    morning (8:00) after `papers_days`, to one site at a time.
    """
    names = tuple(f"site-{index}" for index in range(sites))
    each = np.arange(sites, dtype=np.int64)
    here = np.zeros(sites + 2)
    gate = sites
    of_site = np.full((sites, len(CLASSES)), sites, dtype=np.int64)
    of_site[:, 0] = each
    flows = Flows(
        names=names,
        stream=np.zeros(sites, dtype=np.int64),
        store=each,
        batches_per_year=np.full(sites, per_day * 365.25),
        mean_mass=np.full(sites, batch_kg * KG),
        cv=np.full(sites, cv),
    )
    arising = Arising(
        key=repr((horizon, sites, batch_kg, cv, per_day)),
        flows=flows,
        cleanings=Cleanings((), _NONE, _NONE, _NONE),
        stores=sites,
        level=1.0,
        growth=0.0,
        growth_from=horizon.first,
        yearly_cv=0.0,
        seasons=(1.0,) * 12,
        horizon=horizon,
    )
    return HazardousNetwork(
        horizon=horizon,
        calendar=every_day(horizon),
        classes=CLASSES,
        streams=("oil",),
        sites=Sites(
            names, names, ("garage",), np.zeros(sites, dtype=np.int64), np.zeros(sites), np.zeros(sites),
            np.zeros(sites, dtype=np.int64), ("zone",), np.zeros(sites, dtype=np.bool_),
        ),
        stores=Stores(
            names=tuple(f"{name}/waste_oil" for name in names),
            site=each,
            storage_class=np.zeros(sites, dtype=np.int64),
            capacity=_masses(sites, capacity_kg),
            container=_masses(sites, capacity_kg),
            call_direct=_masses(sites, call_kg),
            call_pilot=_masses(sites, call_kg),
            of_site=of_site,
        ),
        arising=arising,
        capture_direct=1.0,
        capture_pilot=1.0,
        partial_containers=True,
        divert_share=0.0,
        divert_grace=NEVER,
        age_limit=365 * DAY,
        site_cap=NEVER,
        site_cap_from=0,
        east_km=here,
        north_km=here,
        circuity=1.0,
        pace=60.0,
        tour_rank=each,
        gate_rank=each,
        gate=gate,
        depot=gate + 1,
        local_road=Road("local", 0.0, ()),
        routes=(LongHaulRoute(Road("road", 0.0, ()), 120.0, 2 * HOUR, -NEVER, 1, 0.0, 0.0),),
        receivers=(ReceiverSite("plant", NEVER, LEAVES, 20 * HOUR, 2 * DAY, 0.0, 1.0),),
        apart=np.zeros(len(CLASSES), dtype=np.int64),
        time=WorkingTime(LEAVES, 12 * HOUR, 10 * HOUR, 10 * HOUR, 0, HOUR // 2, 0.0, HOUR, 0.0),
        direct=DirectRules(NEVER, 0, round(papers_days * DAY), _fleet("truck", payload_kg), trucks, 1),
        collection=None,
        valuation=VALUATION,
    )  # fmt: skip


def with_vans(network: HazardousNetwork, vans: int, every_days: int = 1) -> HazardousNetwork:
    """The same sites served by vans that come when called; one wide bay, never emptied."""
    point = CollectionSite(
        opening=Opening(0, 0, 0),
        enrolment=0,
        licence=NEVER,
        bays=(BayPlace(0, NEVER, NEVER),),
        bay_of_class=(0, *([-1] * (len(CLASSES) - 1))),
        refuses=False,
        vans=vans,
        van=_fleet("van", 1e6),
        mean_operating=1e15,
        repair=0,
        max_stops=1,
        rounds="on_call",
        every_days=every_days,
        skip_below=1,
        call_oldest=NEVER,
        age_trigger_working_days=network.horizon.days,
        handover_working_days=network.horizon.days,
        haul_fleet=_fleet("truck", 1e6),
        operation_per_year=0.0,
        capital_per_year=0.0,
        bay_capital_per_t_year=0.0,
    )
    pilot = np.ones(len(network.sites.names), dtype=np.bool_)
    return replace(network, collection=point, sites=replace(network.sites, pilot=pilot))


def every_day(horizon: Horizon) -> WorkingCalendar:
    """A calendar without a day off."""
    return WorkingCalendar(np.arange(horizon.days + 731), horizon.last)


def told(
    network: HazardousNetwork, seed: int, replication: int, rows: Sequence[tuple[float, int, float]]
) -> Chance:
    """Chance in which exactly these batches arise: (day, store, kg)."""
    columns = sorted((store, round(day * DAY), round(kg * KG)) for day, store, kg in rows)
    table = np.array(columns, dtype=np.int64)
    return told_columns(network, seed, replication, *table.reshape(-1, 3).T)


def told_columns(
    network: HazardousNetwork, seed: int, replication: int, store: IntArray, time: IntArray, mass: IntArray
) -> Chance:
    """Chance in which exactly these batches arise, ordered by store and time; s, g."""
    chance = Chance(seed, replication)
    count = np.bincount(store, minlength=len(network.stores))
    told = Deposits(time, mass, store, np.zeros(len(store), dtype=np.int64), np.arange(len(store)), count)
    chance.keep(("deposits", network.arising.key), lambda: told)
    return chance


def works(
    horizon: Horizon = ONE_YEAR, *, stops: Sequence[tuple[int, int]] = (), **changes: Any
) -> SlagNetwork:
    """A smelter with 100 t of slag a day and a kiln that takes up to 150 as raw meal while it burns.

    `stops` are spans of off-peak days, from the first day to before the second, in days from the start.
    The yard holds 1 500 t and keeps what is above; haulage is no limit; nothing is ground.
    """
    years = len(horizon.simulated_years)
    network = SlagNetwork(
        horizon=horizon,
        smelters=("furnace",),
        takes=("works",),
        expected=100.0 * days_of_years(horizon)[None, :],
        recorded=np.zeros(years, dtype=np.bool_),
        yearly_cv=0.0,
        outlets=0.0,
        lanes=lanes_of(1.0, earmarked=True),
        raw_meal_share=1.0,
        haul=1e6,
        target=np.inf,
        heap_capacity=1000.0,
        heap_keeps=True,
        yard_capacity=1500.0,
        yard_keeps=True,
        start=0.0,
        raw_limit=150.0,
        clinker=2500.0,
        clinker_demand=np.full(12 * years, 2000.0),
        slag_per_clinker=0.06,
        silo=20_000.0,
        haul_km=5.0,
        kiln=kiln_stands(*stops),
        pond=None,
    )
    return replace(network, **changes)


def kiln_stands(*stops: tuple[int, int], restart_days: float = 0.0) -> KilnPlan:
    """Off-peak days with dates, nothing else that keeps the kiln from burning."""
    days = sorted({day for first, last in stops for day in range(first, last)})
    return KilnPlan(-366, (), None, tuple(days), (), round(restart_days * DAY), 0.0, 0, 0)


def days_of_years(horizon: Horizon) -> FloatArray:
    """(simulated years,) d."""
    return np.asarray(np.diff(horizon.simulated_edges) / DAY, dtype=np.float64)


def _masses(count: int, kilograms: float) -> IntArray:
    return np.full(count, round(kilograms * KG), dtype=np.int64)


def _fleet(name: str, payload_kg: float) -> Fleet:
    return Fleet(name, round(payload_kg * KG), 12, 0.0, 0.0, 0.0, 0.0)
