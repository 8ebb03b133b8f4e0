"""One replication of one cell, from what exists to what it came to: all that a worker does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sim.calendars import Horizon
from sim.chance.chance import Chance
from sim.experiment.collect import Tours
from sim.kpi.measure import layout_of, measure
from sim.kpi.outcome import Layout, Outcome
from sim.model.simulate import simulate
from sim.network.compile import Network, compile_network
from sim.scenario.load import Scenario
from sim.scenario.study import Accounting


@dataclass(frozen=True)
class Prepared:
    """A cell made ready to run: nothing in it depends on chance."""

    network: Network
    layout: Layout
    tours: Tours


def prepare(
    scenario: Scenario,
    chain: Literal["hazardous", "slag"],
    horizon: Horizon,
    accounting: Accounting,
    utilisation_target: float,
) -> Prepared:
    """Compile a scenario for one chain."""
    network = compile_network(scenario, horizon, chain, accounting, utilisation_target)
    return Prepared(network, layout_of(network), {})


def run_one(prepared: Prepared, chance: Chance, replication: int) -> Outcome:
    """Simulate and measure one replication."""
    outcome = measure(simulate(prepared.network, chance))
    assert outcome.replication == replication
    return outcome
