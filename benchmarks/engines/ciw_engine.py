"""What Ciw can express of the work: batches wait at their firm, and are fetched at given moments.

A Ciw node serves customers one by one or in slots of a timetable. It has no rule "call when what waits
weighs so much", none by which the calls of ninety nodes together fill one vehicle, and no vehicle that serves
one node after another. So the moments of visits are given, from the model's own record of the same chance, as
a timetable of slots per firm; batches are customers whose moments and number are the model's. What agrees is
the number of batches fetched and the time they waited.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ciw
import numpy as np

from benchmarks.reduced import Work
from sim.chance.chance import Chance
from sim.chance.deposits import deposits
from sim.model.simulate import simulate
from sim.record.hazardous import HazardousRecord, Visit
from sim.units import DAY, IntArray

BEFORE = 0.5 / DAY
"""A batch comes half a second before its second, so that it is there when a visit ends within it, d."""


@dataclass(frozen=True)
class Fetched:
    """Batches that were fetched, and how long they waited together, days."""

    batches: int
    waited: float


def timetable(work: Work, chance: Chance) -> list[IntArray]:
    """Per firm, when it is emptied, s: from the model's record."""
    record = simulate(work.network, chance)
    assert isinstance(record, HazardousRecord)
    visits = record.visits
    emptied = visits["ended"] != Visit.MISSED
    return [
        np.sort(visits["when"][emptied & (visits["site"] == site)]) for site in range(len(work.stores_of))
    ]


def expected(work: Work, chance: Chance, emptied: list[IntArray]) -> Fetched:
    """What it must come to, worked out at once."""
    drawn = deposits(chance, work.network.arising)
    site_of = work.network.stores.site[drawn.store]
    batches, waited = 0, 0.0
    for site, visits in enumerate(emptied):
        when = drawn.time[site_of == site]
        row = visits.searchsorted(when)
        fetched = row < len(visits)
        batches += int(fetched.sum())
        waited += float(((visits[row[fetched]] - when[fetched]) / DAY + BEFORE).sum())
    return Fetched(batches, waited)


def run(work: Work, chance: Chance, emptied: list[IntArray]) -> Fetched:
    """One replication, drawing included; a node per firm that is ever visited."""
    drawn = deposits(chance, work.network.arising)
    site_of = work.network.stores.site[drawn.store]
    moments, slots = [], []
    after = 10.0 * work.end / DAY
    for site, visits in enumerate(emptied):
        if len(visits):
            own = np.sort(drawn.time[site_of == site]) / DAY - BEFORE
            moments.append([float(gap) for gap in np.diff(own, prepend=0.0)] + [after])
            slots.append([float(visit) / DAY for visit in visits] + [after])
    everybody = 1 << 30
    network: Any = ciw.create_network(
        arrival_distributions=[ciw.dists.Sequential(gaps) for gaps in moments],
        service_distributions=[ciw.dists.Deterministic(0.0)] * len(moments),
        number_of_servers=[ciw.Slotted(slots=times, slot_sizes=[everybody] * len(times)) for times in slots],
        routing=ciw.routing.NetworkRouting(routers=[ciw.routing.Leave() for _ in moments]),
    )
    simulation: Any = ciw.Simulation(network)
    simulation.simulate_until_max_time(work.end / DAY)
    waits = [row.waiting_time for row in simulation.get_all_records() if row.record_type == "service"]
    return Fetched(len(waits), float(sum(waits)))
