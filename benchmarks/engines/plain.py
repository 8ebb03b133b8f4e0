"""The plain SimPy program: one event per batch and visit, and the sources' storage KPIs from its facts."""

from __future__ import annotations

from itertools import pairwise

from benchmarks.plain_engine import simulate_hazardous
from benchmarks.plain_engine.facts import HazardousFacts
from benchmarks.reduced import Figures, Work, overflow
from sim.chance.chance import Chance
from sim.network.hazardous import HazardousNetwork
from sim.units import DAY


def run(work: Work, chance: Chance) -> Figures:
    """One replication of the reduced work, drawing included."""
    facts = simulate_hazardous(work.network, chance)
    return Figures(
        len(facts.trips),
        len(facts.visits),
        sum(visit.ended == "missed" for visit in facts.visits),
        sum(mass for _, _, mass in facts.removals),
        *overflow(work.network.horizon, facts.episodes),
    )


def storage_kpis(facts: HazardousFacts, network: HazardousNetwork) -> dict[str, list[float]]:
    """Overflow of the sources per reported year: share of sites, whether any, mean days."""
    site_of = network.stores.site.tolist()
    by_site: dict[int, list[tuple[int, int]]] = {}
    for store, begin, end in facts.episodes:
        by_site.setdefault(site_of[store], []).append((begin, end))
    sites = len(network.sites.names)
    found: dict[str, list[float]] = {
        "overflow_probability": [],
        "overflow_any": [],
        "overflow_days": [],
    }
    merged = {site: _merge(sorted(spans)) for site, spans in by_site.items()}
    for first, last in pairwise(network.horizon.reported_edges.tolist()):
        seconds = [
            sum(max(0, min(end, last) - max(begin, first)) for begin, end in spans)
            for spans in merged.values()
        ]
        struck = sum(time > 0 for time in seconds)
        found["overflow_probability"].append(struck / sites)
        found["overflow_any"].append(float(struck > 0))
        found["overflow_days"].append(sum(seconds) / DAY / sites)
    return found


def _merge(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined = [spans[0]]
    for begin, end in spans[1:]:
        if begin <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((begin, end))
    return joined
