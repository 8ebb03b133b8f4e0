"""One run of the hazardous chain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator
from typing import Any

from benchmarks.plain_engine.collection import CollectionPoint, Rounds
from benchmarks.plain_engine.county import NEVER, County
from benchmarks.plain_engine.facts import HazardousFacts
from benchmarks.plain_engine.long_haul import Receivers
from benchmarks.plain_engine.luck import Batch, Luck, SharedLuck
from benchmarks.plain_engine.sites import Site, deposits_of
from sim.chance.chance import Chance
from sim.network.hazardous import HazardousNetwork


def simulate_hazardous(network: HazardousNetwork, chance: Chance) -> HazardousFacts:
    """Run the hazardous chain on the same chance as the model."""
    return run_hazardous(network, SharedLuck(network, chance))


def run_hazardous(network: HazardousNetwork, luck: Luck) -> HazardousFacts:
    """Run the hazardous chain from the first simulated day to the last.

    Raises
    ------
    NotImplementedError
        If vehicles have too few compartments, or sources divert waste: no plan of Chengkou has either.
    """
    _check(network)
    county = County(network, luck)
    opens, enrolled = _openings(network, luck)
    sites = [Site(county, number, enrolled[number]) for number in range(len(network.sites.names))]
    _start_deposits(county, sites, luck)
    Receivers(county, sites)
    if network.collection is not None:
        Rounds(county, CollectionPoint(county, network.collection), sites, luck, opens)
    county.env.process(_new_years(county, sites))
    county.env.run(until=county.end)
    _close(county, sites, luck)
    return county.facts


def _check(network: HazardousNetwork) -> None:
    groups = int(network.apart.max()) + 1
    fleets = [network.direct.fleet] + ([network.collection.van] if network.collection else [])
    if network.divert_share or any(fleet.compartments < groups for fleet in fleets):
        raise NotImplementedError("diverted waste and vehicles with too few compartments")


def _openings(network: HazardousNetwork, luck: Luck) -> tuple[int, list[int]]:
    """When the collection point opens, and each site is enrolled."""
    if network.collection is None:
        return NEVER, [NEVER] * len(network.sites.names)
    opens = luck.opening()
    pilot = network.sites.pilot.tolist()
    return opens, [date if own else NEVER for date, own in zip(luck.enrolled(opens), pilot, strict=True)]


def _start_deposits(county: County, sites: list[Site], luck: Luck) -> None:
    """A process per store."""
    batches: dict[int, list[Batch]] = defaultdict(list)
    for batch in luck.batches():
        batches[batch.store].append(batch)
    for site in sites:
        for store in site.stores:
            county.env.process(deposits_of(county, site, store, batches[store.number]))


def _new_years(county: County, sites: list[Site]) -> Generator[Any, Any, Any]:
    """Write down what every store holds on each 1 January."""
    for edge in county.new_years[:-1]:
        yield county.wait(edge)
        county.facts.levels.append([store.level for site in sites for store in site.stores])


def _close(county: County, sites: list[Site], luck: Luck) -> None:
    """End the episodes, and write down the last stocks and the planned pickups."""
    for site in sites:
        for store in site.stores:
            store.end_episode()
    county.facts.levels.append([store.level for site in sites for store in site.stores])
    county.facts.cleaned = luck.cleaned()
