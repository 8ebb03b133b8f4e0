"""One run of the hazardous chain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from benchmarks.plain_engine.collection import CollectionPoint, Rounds
from benchmarks.plain_engine.county import NEVER, County
from benchmarks.plain_engine.facts import HazardousFacts
from benchmarks.plain_engine.long_haul import Receivers
from benchmarks.plain_engine.sites import Site, deposits_of
from sim.chance.chance import Chance
from sim.chance.deposits import capture_draws, cleanings, deposits
from sim.chance.visits import enrolment, opening
from sim.network.hazardous import HazardousNetwork


def simulate_hazardous(network: HazardousNetwork, chance: Chance) -> HazardousFacts:
    """Run the hazardous chain from the first simulated day to the last.

    Raises
    ------
    NotImplementedError
        If vehicles have too few compartments, or sources divert waste: Chengkou has neither.
    """
    _check(network)
    county = County(network, chance)
    opens, enrolled = _openings(network, chance)
    sites = [Site(county, number, enrolled[number]) for number in range(len(network.sites.names))]
    _start_deposits(county, sites, chance)
    Receivers(county, sites)
    if network.collection is not None:
        point = CollectionPoint(county, network.collection)
        Rounds(county, point, sites, chance, opens)
    county.env.process(_new_years(county, sites))
    county.env.run(until=county.end)
    _close(county, sites, chance)
    return county.facts


def _check(network: HazardousNetwork) -> None:
    groups = int(network.apart.max()) + 1
    fleets = [network.direct.fleet] + ([network.collection.van] if network.collection else [])
    if network.divert_share or any(fleet.compartments < groups for fleet in fleets):
        raise NotImplementedError("diverted waste and vehicles with too few compartments")


def _openings(network: HazardousNetwork, chance: Chance) -> tuple[int, list[int]]:
    """When the collection point opens, and each site is enrolled."""
    site = network.collection
    if site is None:
        return NEVER, [NEVER] * len(network.sites.names)
    opens = opening(chance, site.opening)
    dates = enrolment(chance, network, site, opens).tolist()
    pilot = network.sites.pilot.tolist()
    return opens, [date if chosen else NEVER for date, chosen in zip(dates, pilot, strict=True)]


def _start_deposits(county: County, sites: list[Site], chance: Chance) -> None:
    """A process per store that has a batch."""
    arising = county.network.arising
    drawn = deposits(chance, arising)
    draws = capture_draws(chance, arising).tolist()
    batches: dict[int, list[tuple[int, int, float]]] = defaultdict(list)
    for store, when, mass, draw in zip(
        drawn.store.tolist(), drawn.time.tolist(), drawn.mass.tolist(), draws, strict=True
    ):
        batches[store].append((when, mass, draw))
    for site in sites:
        for store in site.stores:
            county.env.process(deposits_of(county, site, store, batches[store.number]))


def _new_years(county: County, sites: list[Site]) -> Iterator[Any]:
    """Write down what every store holds on each 1 January."""
    for edge in county.new_years[:-1]:
        yield county.wait(edge)
        county.facts.levels.append([store.level for site in sites for store in site.stores])


def _close(county: County, sites: list[Site], chance: Chance) -> None:
    """End the episodes, and write down the last stocks and the planned pickups."""
    for site in sites:
        for store in site.stores:
            store.end_episode()
    county.facts.levels.append([store.level for site in sites for store in site.stores])
    county.facts.cleaned = int(cleanings(chance, county.network.arising)[1].sum())
