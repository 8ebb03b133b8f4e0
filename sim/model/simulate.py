"""From a network and chance to a record: same inputs, same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.chance.chance import Chance
from sim.chance.kiln_stops import draw_kiln_stops
from sim.chance.smelters import draw_smelter_factors
from sim.model.hazardous import simulate_hazardous
from sim.model.kiln import simulate_slag
from sim.network.slag import SlagNetwork
from sim.record.hazardous import HazardousRecord
from sim.record.slag import SlagRecord

if TYPE_CHECKING:
    from sim.network.compile import Network

Record = HazardousRecord | SlagRecord


def simulate(network: Network, chance: Chance) -> Record:
    """One run."""
    if isinstance(network, SlagNetwork):
        sequences, horizon, plan = chance.sequences, network.horizon, network.kiln
        stops = chance.keep(
            ("kiln", plan.key, horizon), lambda: draw_kiln_stops(sequences, "kiln", plan, horizon)
        )
        smelters = network.smelters, horizon.simulated_years, network.yearly_cv
        factors = chance.keep(("smelters", *smelters), lambda: draw_smelter_factors(sequences, *smelters))
        return simulate_slag(network, stops, factors)
    return simulate_hazardous(network, chance)
