"""From a network and chance to a record: same inputs, same bytes."""

from __future__ import annotations

from sim.chance.chance import Chance
from sim.chance.kiln_stops import draw_kiln_stops
from sim.chance.smelters import draw_smelter_factors
from sim.model.hazardous import simulate_hazardous
from sim.model.kiln import simulate_slag
from sim.network.compile import Network
from sim.network.slag import SlagNetwork
from sim.record.hazardous import HazardousRecord
from sim.record.slag import SlagRecord

Record = HazardousRecord | SlagRecord


def simulate(network: Network, chance: Chance) -> Record:
    """One run."""
    if isinstance(network, SlagNetwork):
        stops = draw_kiln_stops(chance.sequences, "kiln", network.kiln, network.horizon)
        years = network.horizon.simulated_years
        factors = draw_smelter_factors(chance.sequences, network.smelters, years, network.yearly_cv)
        return simulate_slag(network, stops, factors)
    return simulate_hazardous(network, chance)
