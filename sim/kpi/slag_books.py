"""Books of the slag chain over the reported period: where every tonne and every hour of the kiln went."""

from __future__ import annotations

import numpy as np

from sim.kpi.outcome import Rows
from sim.network.slag import TAKES, Takes
from sim.record.slag import KILN_STATES, SlagRecord
from sim.units import HOUR

PLANNED = np.array([state in ("off_peak", "maintenance") for state in KILN_STATES])


def mass_books(record: SlagRecord) -> Rows:
    """Mass that came and went: the works' slag, and one row for everyone else who takes waste.

    What others take is used at once (`elsewhere`), finds no outlet (`nobody`) or is kept (`pond`).
    """
    network, years = record.network, len(record.network.horizon.reported_years)
    ends = record.new_years[[-years - 1, -1]]
    first, last = (record.heaped[ends] + record.stored[ends]).tolist()
    moved = [record.moved.used + record.outlet_used, record.moved.sent_away]
    yearly = np.array([*(record.taken_by(takes) for takes in TAKES), *moved])
    *taken, used, sent_away = np.add.reduce(yearly[:, -years:], axis=1).tolist()
    came = dict(zip(TAKES, taken, strict=True))
    flows: dict[str, dict[Takes, float]] = {
        "start_t": {"works": first},
        "generated_t": came,
        "informal_t": {},
        "transferred_t": {},
        "used_t": {"works": used, "elsewhere": came["elsewhere"]},
        "no_outlet_t": {"works": sent_away, "nobody": came["nobody"]},
        "diverted_t": {},
        "end_t": {"works": last, "pond": came["pond"]},
    }
    takers = [takes for takes in TAKES if takes == "works" or len(network.rows_of(takes))]
    table = np.array([[masses.get(takes, 0.0) for takes in takers] for masses in flows.values()])
    start, generated, end = table[0], table[1], table[-1]
    gone = table[1:-1].sum(axis=0) - generated
    streams = ["slag" if takes == "works" else f"slag/{takes}" for takes in takers]
    return {
        "stream": np.array(streams, dtype=object),
        **dict(zip(flows, table, strict=True)),
        "residual_t": start + generated - gone - end,
    }


def kiln_hours(record: SlagRecord) -> Rows:
    """Time of the kiln by state; scheduled is what is neither off-peak nor maintenance."""
    hours = np.array(list(record.kiln_time.values()))[:, 1:].sum(axis=1) / HOUR
    scheduled = np.where(PLANNED, 0.0, hours).sum()
    return {
        "object": np.full(len(hours), "kiln", dtype=object),
        "state": np.array(KILN_STATES, dtype=object),
        "hours": hours,
        "share_scheduled": np.where(PLANNED, np.nan, hours) / (scheduled or np.nan),
        "share_calendar": hours / hours.sum(),
    }
