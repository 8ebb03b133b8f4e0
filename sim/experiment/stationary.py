"""A scenario without seasons, growth, openings and differing years; and where its start has worn off.

Truncation rules look for the point from which a series is one of like values. Seasons, an opening or a good
year would mislead them, so they are asked of a version of the scenario that has none. The working calendar
stays.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.calendars import Horizon
from sim.chance.chance import Chance
from sim.chance.kiln_stops import echo_stops
from sim.experiment.replicate import Prepared, prepare, run_one
from sim.network.compile import Chain
from sim.network.hazardous import HazardousNetwork, Opening, Road
from sim.scenario.load import Scenario
from sim.scenario.schema import Campaigns, OffPeakMonthly, OffPeakWindows
from sim.scenario.study import Accounting
from sim.units import FloatArray

BATCH = 5
ALL_YEAR = tuple(range(1, 13))
SERIES = {"hazardous": "sources", "slag": "kiln_yard"}
"""Place whose daily stock is looked at."""


def stationary(
    scenario: Scenario, chain: Chain, horizon: Horizon, accounting: Accounting, target: float
) -> Prepared:
    """Make a scenario's stationary version ready; its first simulated year is reported too."""
    whole = Horizon(horizon.first - horizon.warm_up_years, horizon.last, 0)
    cell = prepare(_without_seasons(scenario, horizon), chain, whole, accounting, target)
    if isinstance(cell.network, HazardousNetwork):
        return replace(cell, network=_opened(cell.network, horizon.report_start))
    return cell


def _without_seasons(scenario: Scenario, horizon: Horizon) -> Scenario:
    spec = scenario.spec
    level = spec.generation.model_copy(
        update={"growth_per_year": 0.0, "yearly_cv": 0.0, "season_factors": (1.0,) * 12}
    )
    stops = list(echo_stops(spec.kiln, scenario.tables.kiln_calendar, horizon))[-1]
    days = round(stops.off_peak_days / 12)
    off_peak = spec.kiln.off_peak
    campaigns = (
        Campaigns(shortest_days=5, usual_days=10, longest_days=15)
        if isinstance(off_peak, OffPeakWindows)
        else off_peak.campaigns
    )
    even = OffPeakMonthly(form="monthly", days_by_month=(days,) * 12, campaigns=campaigns)
    changed = spec.model_copy(
        update={
            "generation": level,
            "slag": spec.slag.model_copy(update={"yearly_cv": 0.0}),
            "kiln": spec.kiln.model_copy(update={"off_peak": even}),
            "cement": spec.cement.model_copy(update={"season_factors": (1.0,) * 12}),
        }
    )
    return replace(scenario, spec=changed)


def _opened(network: HazardousNetwork, reported: int) -> HazardousNetwork:
    """Everything that opens before the reported years is open from the begin; roads close in any month."""
    routes = tuple(
        replace(route, road=_all_year(route.road), opens=min(route.opens, 0))
        for route in network.routes
        if route.opens < reported
    )
    point = network.collection
    if point is not None:
        point = replace(point, opening=Opening(0, 0, 0), enrolment=0)
    return replace(network, routes=routes, local_road=_all_year(network.local_road), collection=point)


def _all_year(road: Road) -> Road:
    return replace(road, closures=tuple(replace(kind, months=ALL_YEAR) for kind in road.closures))


def mean_stock(cell: Prepared, chain: Chain, seed: int, replications: int) -> FloatArray:
    """(days,) stock at midnight from the begin of the run on, averaged over replications, t."""
    series = [one.place for one in cell.layout.series].index(SERIES[chain])
    runs = [run_one(cell, Chance(seed, number), number).daily[series] for number in range(replications)]
    return np.asarray(np.mean(runs, axis=0), dtype=np.float64)


def mser(series: FloatArray, batch: int = BATCH) -> int | None:
    """Values to cut off the begin of a series by MSER-5; None: it does not settle in its first half.

    The cut after which the mean of the rest, in batches of five, has the smallest standard error
    (White 1997). A cut in the second half is not believed.
    """
    count = len(series) // batch
    means = series[: count * batch].reshape(count, batch).mean(axis=1)
    left = np.arange(count, 0, -1)
    total, squares = means[::-1].cumsum()[::-1], (means**2)[::-1].cumsum()[::-1]
    spread = np.maximum(squares - total**2 / left, 0.0) / left**2
    half = count // 2
    cut = int(spread[: max(1, count - BATCH)].argmin())
    return None if cut >= half else cut * batch
