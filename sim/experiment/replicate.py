"""One replication of one cell, from what exists to what it came to: all that a worker does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.calendars import Horizon
from sim.chance.chance import Chance
from sim.experiment.memory import keep_freed_memory, rubbish_later
from sim.kpi.measure import Judgement, layout_of, measure
from sim.kpi.outcome import Layout, Outcome
from sim.model.simulate import simulate
from sim.network.hazardous import HazardousNetwork
from sim.network.valuation import compile_valuation

if TYPE_CHECKING:
    from sim.network.compile import Chain, Network
    from sim.scenario.load import Scenario
    from sim.scenario.study import Accounting


@dataclass(frozen=True)
class Prepared:
    """A cell made ready to run: nothing in it depends on chance.

    Attributes
    ----------
    tours
        Latitude and longitude of the stops of each zone's a-priori tour, for the map.
    """

    network: Network
    judgement: Judgement
    layout: Layout
    tours: Mapping[str, Sequence[tuple[float, float]]]


def prepare(
    scenario: Scenario, chain: Chain, horizon: Horizon, accounting: Accounting, utilisation_target: float
) -> Prepared:
    """Compile a scenario for one chain; a trial run tells what its outcomes are made of."""
    from sim.network.compile import compile_network  # workers do not

    network = compile_network(scenario, horizon, chain)
    judgement = Judgement(accounting, utilisation_target, compile_valuation(scenario.spec))
    layout = layout_of(simulate(network, Chance(0, 0)), judgement)
    return Prepared(network, judgement, layout, _tours(network))


def run_one(prepared: Prepared, chance: Chance, replication: int) -> Outcome:
    """Simulate and measure one replication."""
    keep_freed_memory()
    with rubbish_later():
        return measure(simulate(prepared.network, chance), prepared.judgement, replication)


def _tours(network: Network) -> dict[str, list[tuple[float, float]]]:
    """List the stops of the collection point's tours; empty where there is no collection point."""
    if not isinstance(network, HazardousNetwork) or network.collection is None:
        return {}
    sites = network.sites
    order = network.tour_rank.argsort(kind="stable")
    return {
        name: [(float(sites.lat[site]), float(sites.lon[site])) for site in order if sites.zone[site] == zone]
        for zone, name in enumerate(sites.zones)
    }
