"""The plan's own indicators: the management rate with its weight, and the utilisation rate on its table."""

from __future__ import annotations

import numpy as np

from sim.calendars import Horizon
from sim.chance.chance import Chance
from sim.kpi.measure import Judgement, layout_of, measure
from sim.kpi.outcome import Key
from sim.model.simulate import Record, simulate
from sim.scenario.schema import RecordRow
from sim.verification.case import Case, equal
from sim.verification.regions import VALUATION, county, told, works
from sim.verification.shipped import regions, tables_of

TITLE = "The plan's indicators"
JUDGEMENT = Judgement("oldest_first", 0.98, VALUATION)
ACCOUNTINGS = ("oldest_first", "newest_first", "at_acceptance")


def cases(seed: int) -> list[Case]:
    """Compliance of five sites over two years, and the recorded years of every region."""
    found = _compliance(seed)
    for region in regions():
        found += _recorded(seed, region)
    return found


def _compliance(seed: int) -> list[Case]:
    """Five sites; an overflow of a store of 85 kg lasts from midnight to 10:30 five days later: 5.4 days.

    First year: site 1 overflows once (basically compliant), site 2 twice (10.9 days: not), the others never.
    Second year: site 1 once more, site 3 has a lot of 430 days (basically), site 4 one of 724 (not).
    """
    network = county(Horizon(2026, 2027, 0), sites=5, capacity_kg=85.0, trucks=5, papers_days=5.0)
    batches = [(10, 0, 80.0), (10, 1, 90.0), (10, 2, 90.0), (100, 2, 90.0), (5, 3, 5.0), (5, 4, 5.0)]
    batches += [(400, 1, 90.0), (430, 3, 80.0)]
    record = simulate(network, told(network, seed, 0, batches))
    rates = _yearly(record, "sources", "compliance")
    return [
        equal("management rate: 3 compliant, 1 basically, of 5", (3 + 0.7) / 5, rates[0]),
        equal("management rate: 2 compliant, 2 basically, of 5", (2 + 0.7 * 2) / 5, rates[1]),
    ]


def _recorded(seed: int, region: str) -> list[Case]:
    """What was generated and used in each recorded year, without a kiln that stops: the recorded rates."""
    record = tables_of(region).record
    made, rate = (_by_year(record, quantity) for quantity in ("slag_generated_t", "utilisation_rate"))
    years = sorted(set(made) & set(rate))
    if not years:
        return []
    used = np.array([made[year] * rate[year] for year in years])
    rest = np.array([made[year] for year in years]) - used
    network = works(
        Horizon(years[0], years[-1], 0),
        smelters=("used", "pond"),
        takes=("works", "pond"),
        expected=np.stack([used, rest]),
        recorded=np.ones(len(years), dtype=np.bool_),
        raw_limit=1e6,
    )
    found = simulate(network, Chance(seed, 0))
    return [
        equal(f"{region} {year}: recorded rate, {name.replace('_', ' ')}", rate[year], value)
        for name in ACCOUNTINGS
        for year, value in zip(years, _yearly(found, "county", f"utilisation_rate_{name}"), strict=True)
    ]


def _by_year(rows: tuple[RecordRow, ...], quantity: str) -> dict[int, float]:
    return {row.year: row.recorded for row in rows if row.quantity == quantity}


def _yearly(record: Record, place: str, kpi: str) -> list[float]:
    layout, outcome = layout_of(record, JUDGEMENT), measure(record, JUDGEMENT, 0)
    values: list[float] = outcome.yearly[layout.yearly_keys.index(Key(place, kpi))].tolist()
    return values
