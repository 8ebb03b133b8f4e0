"""From a scenario to the network of one of its two chains."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from sim.calendars import Horizon, WorkingCalendar, working_calendar
from sim.network.compile_hazardous import compile_hazardous
from sim.network.hazardous import HazardousNetwork
from sim.network.slag import SlagNetwork, compile_slag
from sim.scenario.load import Scenario
from sim.scenario.schema import WorkingDays

Network = HazardousNetwork | SlagNetwork
Chain = Literal["hazardous", "slag"]


def compile_network(scenario: Scenario, horizon: Horizon, chain: Chain) -> Network:
    """Network of one chain, in model units, every reference resolved."""
    if chain == "slag":
        tables = scenario.tables
        return compile_slag(
            scenario.spec, tables.smelters, tables.smelter_history, tables.kiln_calendar, horizon
        )
    calendar = _calendar(horizon, scenario.spec.working_days)
    return compile_hazardous(scenario.spec, scenario.tables, horizon, calendar)


@lru_cache(maxsize=8)
def _calendar(horizon: Horizon, days: WorkingDays) -> WorkingCalendar:
    return working_calendar(horizon, days.closed, days.worked)
