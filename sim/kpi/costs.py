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
    names: dict[Kind, str] = {Kind.DIRECT: "direct_haul", Kind.ROUND: "rounds", Kind.HAUL: "haul"}
    costs = {component: np.zeros(years) for component in COMPONENTS}
    for kind, fleet in fleets(network).items():
        rows = facts.of(kind)
        days = -(-(facts.trips["end"] - facts.trips["start"]) // DAY)
        each = facts.km * fleet.cost_per_km + facts.tolls + days * fleet.crew_per_day
        costs[names[kind]] = sums(facts.year[rows], each[rows], years)
    via_point = _accepted(record, Kind.HAUL) * prices.disposal_per_t
    costs["disposal"] = transferred * prices.disposal_per_t
    open_years = _open_years(record)
    capital = {payer: np.zeros(years) for payer in PAYERS}
    for kind, amount in _trucks_capital(record, facts, years).items():
        capital[getattr(prices.payers, names[kind])] += amount
    if network.collection is not None:
        costs["operation"] = open_years * network.collection.operation_per_year
        vans = network.collection.vans * network.collection.van.capital_per_year
        capital[prices.payers.capital] += open_years * (network.collection.capital_per_year + vans)
    total = sum(costs.values(), start=np.zeros(years))
    fee = _van_tonnes(facts, years) * prices.fee_per_t
    payers = {payer: np.zeros(years) for payer in PAYERS}
    for component, amount in costs.items():
        payers[getattr(prices.payers, component)] += amount
    payers[prices.payers.disposal] -= via_point
    payers[prices.payers.haul] += via_point
    payers["generator"] += fee
    payers["operator"] -= fee
    values.mean("county", "cost", total)
    values.put("county", "cost_per_tonne", ratio(total.sum(), transferred.sum()), ratios(total, transferred))
    values.mean("county", "capital", sum(capital.values(), start=np.zeros(years)))
    for payer, amount in capital.items():
        values.mean("county", f"capital:{payer}", amount)
    for name, amount in (costs | payers).items():
        values.mean("county", f"cost:{name}", amount)


def _accepted(record: HazardousRecord, kind: Kind) -> FloatArray:
    """(years,) tonnes that receivers accepted from trips of one kind."""
    edges = record.network.horizon.reported_edges
    trips = record.trips
    year = edges.searchsorted(trips["accepted"], side="right") - 1
    rows = (trips["kind"] == kind) & (year >= 0) & (year < len(edges) - 1)
    return sums(year[rows], trips["mass"][rows], len(edges) - 1) / TONNE


def _trucks_capital(record: HazardousRecord, facts: TripFacts, years: int) -> dict[Kind, FloatArray]:
    """(years,) capital of receivers' trucks by kind of trip: a year's for a year's working days of use."""
    edges, working = record.network.horizon.reported_edges // DAY, record.network.calendar.working
    days = np.diff(working.searchsorted(edges))
    used = -(-(facts.trips["end"] - facts.trips["start"]) // DAY)
    return {
        kind: sums(facts.year[facts.of(kind)], used[facts.of(kind)], years) * fleet.capital_per_year / days
        for kind, fleet in fleets(record.network).items()
        if kind != Kind.ROUND
    }


def _van_tonnes(facts: TripFacts, years: int) -> FloatArray:
    rows = facts.of(Kind.ROUND)
    return sums(facts.year[rows], facts.trips["mass"][rows], years) / TONNE


def _open_years(record: HazardousRecord) -> FloatArray:
    """(years,) share of each reported year in which the collection point is open."""
    edges = record.network.horizon.reported_edges
    return np.clip((edges[1:] - np.maximum(edges[:-1], record.opens)) / np.diff(edges), 0, 1)
