"""Money: resource costs by component, and who pays them; capital apart."""

from __future__ import annotations

import numpy as np

from sim.kpi.collection import open_share
from sim.kpi.fleet import Sums, fleets
from sim.kpi.values import Values, ratio, ratios
from sim.network.hazardous import HazardousNetwork
from sim.record.hazardous import HazardousRecord, Kind
from sim.units import DAY, TONNE, FloatArray, IntArray, sums

COMPONENTS = ("direct_haul", "rounds", "haul", "disposal", "operation")
PAYERS = ("generator", "operator", "bureau")


def put_costs(values: Values, record: HazardousRecord, trips: Sums, transferred: FloatArray) -> None:
    """Costs per year of the hazardous chain.

    Parameters
    ----------
    transferred
        (years,) tonnes accepted by receivers.
    """
    network, prices = record.network, record.network.valuation
    years = values.years
    names: dict[Kind, str] = {Kind.DIRECT: "direct_haul", Kind.ROUND: "rounds", Kind.HAUL: "haul"}
    costs = {component: np.zeros(years) for component in COMPONENTS}
    capital = {payer: np.zeros(years) for payer in PAYERS}
    working_days = _working_days(record)
    for kind, fleet in fleets(network).items():
        days = trips["days"][kind]
        costs[names[kind]] = trips["km"][kind] * fleet.cost_per_km + trips["tolls"][kind]
        costs[names[kind]] += days * fleet.crew_per_day
        if kind != Kind.ROUND:
            capital[prices.payers[names[kind]]] += days * fleet.capital_per_year / working_days
    via_point = _accepted(record, Kind.HAUL) * prices.disposal_per_t
    costs["disposal"] = transferred * prices.disposal_per_t
    open_years = open_share(record)
    if network.collection is not None:
        costs["operation"] = open_years * network.collection.operation_per_year
        vans = network.collection.vans * network.collection.van.capital_per_year
        bays = sum(bay.capacity for bay in network.collection.bays) / TONNE
        store = network.collection.capital_per_year + bays * network.collection.bay_capital_per_t_year
        capital[prices.payers["capital"]] += open_years * (store + vans)
    capital[prices.payers["containers"]] += _containers(network)
    total = sum(costs.values(), start=np.zeros(years))
    fee = trips["mass"][Kind.ROUND] * prices.fee_per_t
    payers = {payer: np.zeros(years) for payer in PAYERS}
    for component, amount in costs.items():
        payers[prices.payers[component]] += amount
    payers[prices.payers["disposal"]] -= via_point
    payers[prices.payers["haul"]] += via_point
    payers["generator"] += fee
    payers["operator"] -= fee
    values.mean("county", "cost", total)
    values.put("county", "cost_per_tonne", ratio(total.sum(), transferred.sum()), ratios(total, transferred))
    values.mean("county", "capital", sum(capital.values(), start=np.zeros(years)))
    for payer, amount in capital.items():
        values.mean("county", f"capital:{payer}", amount)
    for name, amount in (costs | payers).items():
        values.mean("county", f"cost:{name}", amount)


def _containers(network: HazardousNetwork) -> float:
    """What all containers at the sources cost a year, CNY: they stand there under every plan."""
    stores, prices = network.stores, network.valuation.container_per_year
    each = np.array([prices.get(name, 0.0) for name in network.classes])
    return float((stores.capacity // stores.container * each[stores.storage_class]).sum())


def _accepted(record: HazardousRecord, kind: Kind) -> FloatArray:
    """(years,) tonnes that receivers accepted from trips of one kind."""
    edges, trips = record.network.horizon.reported_edges, record.trips
    year = edges.searchsorted(trips["accepted"], side="right")
    return sums(year, trips["mass"] * (trips["kind"] == kind), len(edges) + 1)[1:-1] / TONNE


def _working_days(record: HazardousRecord) -> IntArray:
    """(years,) working days: the days of use over which a year's capital of a receiver's truck is spread."""
    edges, working = record.network.horizon.reported_edges // DAY, record.network.calendar.working
    days: IntArray = np.diff(working.searchsorted(edges))
    return days
