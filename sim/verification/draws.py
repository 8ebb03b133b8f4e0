"""Chance by name: what is added to a plan draws for itself alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from sim.calendars import Horizon
from sim.chance import visits
from sim.chance.chance import Chance
from sim.chance.deposits import capture_draws, deposits
from sim.chance.kiln_stops import draw_kiln_stops
from sim.chance.roads import road_state
from sim.chance.smelters import draw_smelter_factors
from sim.experiment.execute import execute
from sim.kpi.measure import Judgement, measure
from sim.kpi.outcome import Outcome
from sim.model.simulate import simulate
from sim.network.compile import Network, compile_network
from sim.network.compile_hazardous import compile_hazardous
from sim.network.hazardous import BayPlace, HazardousNetwork
from sim.network.kiln_plan import KilnPlan, compile_kiln
from sim.randomness import Sequences
from sim.scenario.load import Scenario
from sim.scenario.schema import Campaigns, OffPeakAnnual
from sim.units import TONNE, BoolArray, IntArray
from sim.verification.case import Case, none
from sim.verification.regions import VALUATION, every_day
from sim.verification.shipped import regions, with_collection_point

TITLE = "Chance by name"
JUDGEMENT = Judgement("oldest_first", 0.98, VALUATION)
YEARS = Horizon(2026, 2028, 0)
Draws = dict[tuple[str, str], bytes]
"""(kind, name) -> what was drawn."""


def cases(seed: int) -> list[Case]:
    """One truck, bay, van, source, smelter more; a shorter off-peak task; two processes."""
    found = []
    for region in regions():
        scenario = with_collection_point(region)
        if scenario is not None:
            found += [*_added(seed, region, scenario), *_nested(seed, region, scenario)]
            found.append(_two_processes(seed, region, scenario))
    return found


# --- what is added ---------------------------------------------------------------------------------------


def _added(seed: int, region: str, scenario: Scenario) -> list[Case]:
    network = _compiled(scenario)
    point = network.collection
    assert point is not None  # noqa: S101 - the scenario has one
    tables = scenario.tables
    twin = tables.sources[0].model_copy(update={"name": "one-more-source"})
    more = replace(scenario, tables=replace(tables, sources=(twin, *tables.sources)))
    direct = network.direct
    changed = {
        "truck": replace(network, direct=replace(direct, trucks=direct.trucks + 1)),
        "van": replace(network, collection=replace(point, vans=point.vans + 1)),
        "bay": replace(network, collection=replace(point, bays=(*point.bays, BayPlace(0, TONNE, TONNE)))),
        "source": _compiled(more),
    }
    before = draws_of(network, seed)
    found = [
        none(f"{region}: draws of others that one more {what} changes", _moved(before, draws_of(other, seed)))
        for what, other in changed.items()
    ]
    return [*found, _one_more_smelter(seed, region, scenario)]


def _compiled(scenario: Scenario) -> HazardousNetwork:
    return compile_hazardous(scenario.spec, scenario.tables, YEARS, every_day(YEARS))


def draws_of(network: HazardousNetwork, seed: int) -> Draws:
    """All that chance has decided in the hazardous chain once it has run, by kind and name."""
    chance = Chance(seed, 0)
    simulate(network, chance)
    found: Draws = {}
    arrived, flows = deposits(chance, network.arising), network.arising.flows
    flow = np.repeat(np.arange(len(flows.names)), arrived.counts)[arrived.order]
    kept = capture_draws(chance, network.arising)
    for index, name in enumerate(flows.names):
        own = flow == index
        found["batches", name] = arrived.time[own].tobytes() + arrived.mass[own].tobytes()
        found["capture", name] = kept[own].tobytes()
    for name in network.arising.cleanings.sites:
        found["cleaning", name] = np.float64(chance.uniform("cleaning", name)).tobytes()
    for name, row in zip(network.sites.names, visits.services(chance, network), strict=True):
        found["visits", name] = row.tobytes()
    for road in (network.local_road, *(route.road for route in network.routes)):
        state = road_state(chance, road, network.horizon)
        found["road", road.name] = state.factor.tobytes() + state.shut.tobytes() + state.reopened.tobytes()
    for receiver in network.receivers:
        found["confirmation", receiver.name] = visits.confirmations(
            chance, receiver, network.horizon
        ).tobytes()
    point = network.collection
    if point is not None:
        opens = visits.opening(chance, point.opening)
        found["opening", ""] = str(opens).encode()
        enrolled = visits.enrolment(chance, network, point, opens).tolist()
        found |= {
            ("enrolment", name): str(when).encode()
            for name, when in zip(network.sites.names, enrolled, strict=True)
        }
        for van in range(point.vans):
            found["breakdowns", f"van_{van}"] = visits.operating_lives(chance, f"van_{van}").tobytes()
    return found


def _moved(before: Draws, after: Draws) -> int:
    """Draws of the one that are missing or different in the other."""
    return sum(after.get(key) != drawn for key, drawn in before.items())


def _one_more_smelter(seed: int, region: str, scenario: Scenario) -> Case:
    names = tuple(row.name for row in scenario.tables.smelters)
    years = YEARS.simulated_years
    before = draw_smelter_factors(Sequences(seed, 0), names, years, 0.3)
    after = draw_smelter_factors(Sequences(seed, 0), ("one-more-smelter", *names), years, 0.3)[1:]
    return none(f"{region}: draws of others that one more smelter changes", int((before != after).sum()))


# --- off-peak tasks --------------------------------------------------------------------------------------


def _nested(seed: int, region: str, scenario: Scenario) -> list[Case]:
    """Tasks of 0, 10, ... 360 days: each stands on the days of the next, restarts included."""
    campaigns = Campaigns(shortest_days=5, usual_days=15, longest_days=30)
    plans = [_task(scenario, days, campaigns) for days in range(0, 361, 10)]
    outside = idle = 0
    for replication in range(5):
        stops = [draw_kiln_stops(Sequences(seed, replication), "kiln", plan, YEARS) for plan in plans]
        for shorter, longer in pairwise(stops):
            outside += int((shorter.off_peak & ~longer.off_peak).sum())
            idle += int((~_covered(shorter.not_burning, longer.not_burning)).sum())
    return [
        none(f"{region}: off-peak days of a shorter task outside the longer", outside),
        none(f"{region}: stops of a shorter task outside the longer's", idle),
    ]


def _task(scenario: Scenario, days: int, campaigns: Campaigns) -> KilnPlan:
    form = OffPeakAnnual(
        form="annual", days_per_year=days, quarter_shares=(0.3, 0.2, 0.2, 0.3), campaigns=campaigns
    )
    kiln = scenario.spec.kiln.model_copy(update={"off_peak": form})
    return compile_kiln(kiln, scenario.tables.kiln_calendar, YEARS)


def _covered(spans: IntArray, others: IntArray) -> BoolArray:
    """Whether each span lies within one of some others."""
    last: IntArray = others[:, 0].searchsorted(spans[:, 0], side="right") - 1
    within: BoolArray = (last >= 0) & (spans[:, 1] <= others[last, 1])
    return within


# --- processes -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Replicate:
    """Simulates and measures one replication; sent to workers."""

    networks: tuple[Network, ...]
    seed: int

    def __call__(self, replication: int) -> tuple[bytes, ...]:
        chance = Chance(self.seed, replication)
        return tuple(
            _bytes_of(measure(simulate(network, chance), JUDGEMENT, replication)) for network in self.networks
        )


def _two_processes(seed: int, region: str, scenario: Scenario) -> Case:
    """Six replications of both chains, here and in two processes."""
    networks = (compile_network(scenario, YEARS, "hazardous"), compile_network(scenario, YEARS, "slag"))
    task = _Replicate(networks, seed)
    alone, together = (list(execute(task, range(6), jobs)) for jobs in (1, 2))
    differ = sum(one != other for one, other in zip(alone, together, strict=True))
    return none(f"{region}: replications whose bytes differ in two processes", differ)


def _bytes_of(outcome: Outcome) -> bytes:
    arrays = (outcome.totals, outcome.yearly, outcome.daily, outcome.peaks)
    rows = [
        {name: column.tolist() for name, column in table.items()}
        for table in (outcome.episodes, outcome.mass, outcome.hours)
    ]
    return b"".join(array.tobytes() for array in arrays) + repr(rows).encode()
