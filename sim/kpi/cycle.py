"""Ages and the mass balance, from lots."""

from __future__ import annotations

import numpy as np

from sim.chance.deposits import by_year_and_stream
from sim.kpi.outcome import Rows
from sim.kpi.values import Values, ratio, ratios
from sim.record.hazardous import HazardousRecord
from sim.record.lots import Lots
from sim.units import DAY, TONNE, BoolArray, FloatArray, IntArray, sums

COHORT_TAIL = 365 * DAY
"""What arose in the last year of the period is not judged: it may rightly still wait."""


def put_cycle(values: Values, record: HazardousRecord, lots: Lots) -> None:
    """Waiting times of the cohort at the sources, at the collection point, and across both."""
    horizon = record.network.horizon
    cohort = (lots.arose >= horizon.report_start) & (lots.arose < horizon.end - COHORT_TAIL)
    ages = Ages(values, record, lots)
    ages.put("sources", cohort, lots.arose, lots.collected, "dwell")
    if record.network.collection is not None:
        received = cohort & (lots.received < horizon.end)
        ages.put("collection_point", received, lots.received, lots.left, "dwell")
        late = _late_hand_over(record, lots, received)
        values.put("collection_point", "handover_over_limit_share", late)
    ages.put("county", cohort & ~lots.diverted, lots.arose, lots.accepted, "transfer_cycle")


class Ages:
    """Puts share over the age limit, mean and 95 % quantile of waits, in all and by year of arising."""

    def __init__(self, values: Values, record: HazardousRecord, lots: Lots) -> None:
        self.values, self.mass = values, lots.mass.astype(np.float64)
        self.limit = record.network.age_limit
        self.edges = record.network.horizon.reported_edges
        self.year = self.edges.searchsorted(lots.arose, side="right") - 1

    def put(self, place: str, rows: BoolArray, since: IntArray, until: IntArray, word: str) -> None:
        """KPIs of the wait of lots `rows` from `since` to `until` (or the end of the run)."""
        some = np.flatnonzero(rows)
        years, mass, year = self.values.years, self.mass[some], self.year[some]
        age = np.minimum(until[some], self.edges[-1]) - since[some]
        late = np.flatnonzero(age > self.limit)
        whole = sums(year, mass, years)
        over = sums(year[late], mass[late], years)
        waited = sums(year, mass * age, years) / DAY
        put = self.values.put
        put(place, "age_over_limit_share", ratio(over.sum(), whole.sum()), ratios(over, whole))
        put(place, f"{word}_mean", ratio(waited.sum(), whole.sum()), ratios(waited, whole))
        put(place, f"{word}_p95", _quantile(mass, age, 0.95) / DAY)


def _late_hand_over(record: HazardousRecord, lots: Lots, received: BoolArray) -> float:
    """Share of the received mass that stayed longer than the working days of the collection licence."""
    assert record.network.collection is not None  # noqa: S101 - asked for only where there is one
    working, limit = record.network.calendar.working, record.network.collection.handover_working_days
    days = np.arange(record.network.horizon.days)
    last = working[working.searchsorted(days, side="right") + limit - 1]
    mass, day = lots.mass[received], lots.received[received] // DAY
    left = np.minimum(lots.left[received], record.network.horizon.end) // DAY
    return ratio(float(mass[left > last[day]].sum()), float(mass.sum()))


def _quantile(mass: FloatArray, age: IntArray, share: float) -> float:
    """Age that `share` of the mass does not exceed; NaN for no mass."""
    if not len(mass):
        return float("nan")
    days = age // DAY
    by_day = sums(days, mass, 1).cumsum()
    wanted = share * by_day[-1]
    day = int(by_day.searchsorted(wanted))
    rows = np.flatnonzero(days == day)
    order = rows[np.argsort(age[rows], kind="stable")]
    reached = mass[order].cumsum() + (by_day[day - 1] if day else 0.0)
    return float(age[order[reached.searchsorted(wanted)]])


def put_balance(values: Values, record: HazardousRecord, lots: Lots) -> Rows:
    """Mass balance of the reported period: KPIs of the county and rows by stream."""
    horizon = record.network.horizon
    edges = horizon.reported_edges
    streams = len(record.network.streams)

    def table(when: IntArray, mass: IntArray, stream: IntArray) -> FloatArray:
        return by_year_and_stream(when, mass, stream, edges, streams)

    arisen, cleaned = record.deposits.arisen(edges, streams), table(*record.cleanings)
    inflow, gone = record.inflow, lots.diverted
    stored = arisen if record.captured is None else table(inflow.time, inflow.mass, record.stream)
    ways = {
        "generated": arisen + cleaned,
        "informal": arisen - stored,
        "transferred": table(lots.accepted, lots.mass, lots.stream) + cleaned,
        "diverted": table(lots.collected[gone], lots.mass[gone], lots.stream[gone]),
    }
    for name, grams in ways.items():
        values.mean("county", name, grams.sum(axis=1) / TONNE)
    tables = {name: grams.sum(axis=0) for name, grams in ways.items()}
    start, end = _waiting(lots, edges[0], streams), _waiting(lots, edges[-1], streams)
    values.put("county", "stock_end", float(end.sum()) / TONNE)
    left = tables["informal"] + tables["transferred"] + tables["diverted"]
    zero = np.zeros(streams)
    return {
        "stream": np.array(record.network.streams),
        "start_t": start / TONNE,
        "generated_t": tables["generated"] / TONNE,
        "informal_t": tables["informal"] / TONNE,
        "transferred_t": tables["transferred"] / TONNE,
        "used_t": zero,
        "no_outlet_t": zero,
        "diverted_t": tables["diverted"] / TONNE,
        "end_t": end / TONNE,
        "residual_t": (start + tables["generated"] - left - end) / TONNE,
    }


def _waiting(lots: Lots, when: int, streams: int) -> FloatArray:
    """(streams,) grams that have arisen before `when` and neither been accepted nor diverted before it."""
    gone = np.where(lots.diverted, lots.collected, lots.accepted)
    here = (lots.arose < when) & (gone >= when)
    return sums(lots.stream[here], lots.mass[here], streams)
