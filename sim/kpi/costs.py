"""Money: resource costs by component, and who pays them; capital apart."""

from __future__ import annotations

import numpy as np

from sim.kpi.fleet import TripFacts, fleets
from sim.kpi.values import Values, ratio, ratios
from sim.record.hazardous import HazardousRecord, Kind
from sim.units import DAY, TONNE, FloatArray, sums

COMPONENTS = ("direct_haul", "rounds", "haul", "disposal", "operation")
PAYERS = ("generator", "operator", "bureau")


def put_costs(values: Values, record: HazardousRecord, facts: TripFacts, transferred: FloatArray) -> None:
    """Costs per year of the hazardous chain.

    Parameters
    ----------
    transferred
        (years,) tonnes accepted by receivers.
    """
    network, prices = record.network, record.network.valuation
    years = values.years
    names = {Kind.DIRECT: "direct_haul", Kind.ROUND: "rounds", Kind.HAUL: "haul"}
    costs = {component: np.zeros(years) for component in COMPONENTS}
    for kind, fleet in fleets(network).items():
        rows = facts.of(kind)
        days = -(-(facts.trips["end"] - facts.trips["start"]) // DAY)
        each = facts.km * fleet.cost_per_km + facts.tolls + days * fleet.crew_per_day
        costs[names[kind]] = sums(facts.year[rows], each[rows], years)
    costs["disposal"] = transferred * prices.disposal_per_t
    open_years = _open_years(record)
    capital = np.zeros(years)
    if network.collection is not None:
        costs["operation"] = open_years * network.collection.operation_per_year
        vans = network.collection.vans * network.collection.van.capital_per_year
        capital = open_years * (network.collection.capital_per_year + vans)
    total = sum(costs.values(), start=np.zeros(years))
    fee = _van_tonnes(facts, years) * prices.fee_per_t
    payers = {payer: np.zeros(years) for payer in PAYERS}
    for component, amount in costs.items():
        payers[getattr(prices.payers, component)] += amount
    payers["generator"] = payers["generator"] + fee
    payers["operator"] = payers["operator"] - fee
    values.mean("county", "cost", total)
    values.put("county", "cost_per_tonne", ratio(total.sum(), transferred.sum()), ratios(total, transferred))
    values.mean("county", "capital", capital)
    for name, amount in (costs | payers).items():
        values.mean("county", f"cost:{name}", amount)


def _van_tonnes(facts: TripFacts, years: int) -> FloatArray:
    rows = facts.of(Kind.ROUND)
    return sums(facts.year[rows], facts.trips["mass"][rows], years) / TONNE


def _open_years(record: HazardousRecord) -> FloatArray:
    """(years,) share of each reported year in which the collection point is open."""
    edges = record.network.horizon.reported_edges
    return np.clip((edges[1:] - np.maximum(edges[:-1], record.opens)) / np.diff(edges), 0, 1)
