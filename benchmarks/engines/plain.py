"""The plain SimPy program: one event per batch and visit."""

from __future__ import annotations

from benchmarks.plain_engine import simulate_hazardous
from benchmarks.reduced import Figures, Work, overflow
from sim.chance.chance import Chance


def run(work: Work, chance: Chance) -> Figures:
    """One replication, drawing included."""
    facts = simulate_hazardous(work.network, chance)
    return Figures(
        len(facts.trips),
        len(facts.visits),
        sum(visit.ended == "missed" for visit in facts.visits),
        sum(mass for _, _, mass in facts.removals),
        *overflow(work.network.horizon, facts.episodes),
    )
