"""Writes tests/kpi/frozen_kpis.csv anew: `python tests/frozen_kpis.py`. The commit that changes it says why.

All that is measured in one run of each of a few small counties and slag chains that differ in every rule:
so many numbers at once say that something has changed, not what; the pencil tests say what.
"""

import csv
import sys
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "tests" / "kpi" / "frozen_kpis.csv"
COUNTIES = 12
BAYS = (
    {"bay_factor": 1, "van_kg": 1500, "licence_kg": 10**6},
    {"bay_factor": 1, "van_kg": 100, "licence_kg": 10**6, "partial_containers": False},
    {"bay_factor": 0.5, "van_kg": 300, "licence_kg": 3000, "rounds": "on_call"},
    {"bay_factor": 0.3, "van_kg": 150, "licence_kg": 10**6, "vans": 2},
)
"""Counties whose bays turn waste away or nearly do: what they were ever asked for is measured too."""
Rows = dict[tuple[str, ...], float]


def measured() -> Rows:
    """Every number by (case, table, names...)."""
    return {**_counties(), **_works()}


def _counties() -> Rows:
    """Counties whose rules are drawn from those of the property tests."""
    from planner_cases.small_counties import CHOICES, small

    from sim.chance.chance import Chance
    from sim.kpi.measure import measure
    from sim.model.hazardous import simulate_hazardous
    from sim.verification.regions import VALUATION

    plain = {name: values[0] for name, values in CHOICES.items()}
    drawn: list[dict[str, Any]] = []
    for number in range(COUNTIES):
        draw = Random(number)
        chosen = {name: draw.choice(values) for name, values in CHOICES.items()}
        plan = "long_haul" if number % 3 == 0 else "pilot"
        drawn.append(chosen | {"plan": plan, "vans": max(chosen["vans"], number % 2)})
    pressed = {"plan": "pilot", "level": 5, "refuses": True, "every_days": 7}
    found: Rows = {}
    for number, chosen in enumerate([*drawn, *(plain | pressed | bays for bays in BAYS)]):
        record = simulate_hazardous(small(chosen), Chance(number, 0))
        found |= _rows(f"county {number}", measure(record, _judgement(VALUATION), 0), record)
    return found


def _works() -> Rows:
    """Works with stops of their kiln, over a New Year too."""
    from dataclasses import replace

    import numpy as np
    from planner_cases.slag_cases import run, works

    from sim.calendars import Horizon
    from sim.kpi.measure import measure
    from sim.network.slag import PondFill
    from sim.units import DAY
    from sim.verification.regions import VALUATION

    years = Horizon(2027, 2028, 1)
    stops = ((20.25, 41), (100, 131), (300, 302), (350, 390), (500, 560.5), (700, 735))
    changes: list[dict[str, Any]] = [
        {"share": 0.6, "clinker_demand": np.full(36, 2400.0), "slag_per_clinker": 0.018},
        {"share": 1.0, "yard_keeps": False, "start": 700.0},
        {"share": 0.5, "target": 400.0, "heap_keeps": False, "haul": 110.0},
        {"share": 0.3, "earmarked": False, "silo": 5000.0, "outlets": 12.5, "raw_limit": 76.0},
        {"share": 0.3, "silo": 0.0, "heap_keeps": False, "haul": 90.0},
    ]
    found: Rows = {}
    for number, changed in enumerate(changes):
        network = works(horizon=years, **changed)
        if number == 1:
            network = replace(
                network,
                smelters=("furnace", "manganese", "brick", "mine"),
                takes=("works", "pond", "elsewhere", "nobody"),
                expected=np.repeat([[36_500.0], [1600.0], [500.0], [400.0]], 3, axis=1),
                pond=PondFill(1_200_000.0, 80_000.0, 200 * DAY, 1.6),
            )
        record = run(network, *stops)
        judgement = _judgement(replace(VALUATION, slag_haul_per_t_km=0.5))
        found |= _rows(f"works {number}", measure(record, judgement, 0), record)
    return found


def _judgement(valuation: Any) -> Any:
    from sim.kpi.measure import Judgement

    return Judgement("oldest_first", 0.98, valuation)


def _rows(case: str, outcome: Any, record: Any) -> Rows:
    from sim.kpi.measure import layout_of
    from sim.verification.regions import VALUATION

    assert outcome.failure == ""
    layout = layout_of(record, _judgement(VALUATION))
    found: Rows = {}
    for key, total in zip(layout.keys, outcome.totals.tolist(), strict=True):
        found[case, "total", *key] = total
    for key, values in zip(layout.yearly_keys, outcome.yearly.tolist(), strict=True):
        for year, value in zip(layout.years, values, strict=True):
            found[case, "yearly", *key, str(year)] = value
    for series, days in zip(layout.series, outcome.daily, strict=True):
        found[case, "daily", *series[:2]] = float(days.sum(dtype="f8"))
        found[case, "series", *series[:2]] = series.capacity
    for place in layout.peaks:
        found[case, "places", place.place, place.method, "capacity"] = place.capacity
        found[case, "places", place.place, place.method, "step"] = place.step
    for place, peaks in zip(layout.peaks, outcome.peaks.tolist(), strict=True):
        for year, value in zip(layout.years, peaks, strict=True):
            found[case, "peak", place.place, place.method, str(year)] = value
    for name in ("episodes", "mass", "hours"):
        table = getattr(outcome, name)
        texts = [column for column in table if table[column].dtype.kind in "UO"]
        for number in range(len(table[texts[0]])):
            words = [str(table[column][number]) for column in texts]
            for column in [one for one in table if one not in texts]:
                found[case, name, str(number), *words, column] = float(table[column][number])
    return found


def kept() -> Rows:
    """What was frozen."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return {tuple(row[:-1]): float(row[-1]) for row in csv.reader(file)}


def renew() -> None:
    """Replace what is frozen by what is now."""
    with FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows((*names, f"{value:.12g}") for names, value in sorted(measured().items()))


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    renew()
