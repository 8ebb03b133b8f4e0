"""Ages and the mass balance, from lots."""

from __future__ import annotations

import numpy as np

from sim.kpi.outcome import Rows
from sim.kpi.values import Values, ratio, ratios
from sim.record.hazardous import HazardousRecord
from sim.record.lots import Lots
from sim.units import DAY, TONNE, FloatArray, IntArray, sums

COHORT_TAIL = 365 * DAY
"""What arose in the last year of the period is not judged: it may rightly still wait."""


def put_cycle(values: Values, record: HazardousRecord, lots: Lots) -> None:
    """Waiting times of the cohort at the sources, at the collection point, and across both."""
    horizon = record.network.horizon
    cohort = np.flatnonzero((lots.arose >= horizon.report_start) & (lots.arose < horizon.end - COHORT_TAIL))
    arose, collected = lots.arose.take(cohort), lots.collected.take(cohort)
    ages = Ages(values, record, arose, lots.mass.take(cohort))
    ages.put("sources", arose, collected, "dwell")
    if record.network.collection is not None:
        arrival = lots.received.take(cohort)
        inside = np.flatnonzero(arrival < horizon.end)
        received, left = arrival.take(inside), lots.left.take(cohort.take(inside))
        ages.put("collection_point", received, left, "dwell", inside)
        late = _late_hand_over(record, received, left, ages.mass.take(inside))
        values.put("collection_point", "handover_over_limit_share", late)
    accepted = lots.accepted.take(cohort)
    if record.network.divert_share:
        legal = np.flatnonzero(~lots.diverted.take(cohort))
        ages.put("county", arose.take(legal), accepted.take(legal), "transfer_cycle", legal)
    else:
        ages.put("county", arose, accepted, "transfer_cycle")


class Ages:
    """Puts share over the age limit, mean and 95 % quantile of waits, in all and by year of arising."""

    def __init__(self, values: Values, record: HazardousRecord, arose: IntArray, mass: IntArray) -> None:
        self.values, self.mass = values, mass.astype(np.float64)
        self.limit = record.network.age_limit
        self.edges = record.network.horizon.reported_edges
        horizon = record.network.horizon
        self.width = horizon.days + 1
        of_day = np.arange(self.values.years).repeat(np.diff(self.edges) // DAY)
        self.year = of_day.take((arose - horizon.report_start) // DAY)

    def put(
        self, place: str, since: IntArray, until: IntArray, word: str, some: IntArray | None = None
    ) -> None:
        """KPIs of the wait of the lots `some` (all) from `since` to `until` (or the end of the run)."""
        mass, year = (self.mass, self.year) if some is None else (self.mass.take(some), self.year.take(some))
        years = self.values.years
        age = np.minimum(until, self.edges[-1]) - since
        days = age // DAY
        cell, late = year * self.width + days, np.flatnonzero(age > self.limit)
        by_day = sums(cell, mass, years * self.width).reshape(years, -1)
        whole = np.add.reduce(by_day, axis=1)
        all_mass = np.add.reduce(whole)
        over = sums(year.take(late), mass.take(late), years)
        waits = sums(cell, mass * age, years * self.width).reshape(years, -1)
        waited = np.add.reduce(waits, axis=1) / DAY
        put = self.values.put
        put(place, "age_over_limit_share", ratio(np.add.reduce(over), all_mass), ratios(over, whole))
        put(place, f"{word}_mean", ratio(np.add.reduce(waited), all_mass), ratios(waited, whole))
        put(place, f"{word}_p95", _quantile(np.add.reduce(by_day), days, mass, age, 0.95) / DAY)


def _late_hand_over(record: HazardousRecord, received: IntArray, left: IntArray, mass: FloatArray) -> float:
    """Share of the received mass that stayed longer than the working days of the collection licence."""
    assert record.network.collection is not None  # noqa: S101 - asked for only where there is one
    working, limit = record.network.calendar.working, record.network.collection.handover_working_days
    days = np.arange(record.network.horizon.days)
    over = (working[working.searchsorted(days, side="right") + limit - 1] + 1) * DAY
    gone = np.minimum(left, record.network.horizon.end)
    late = gone >= over.take(received // DAY)
    return ratio(float(mass[late].sum()), float(mass.sum()))


def _quantile(on_day: FloatArray, days: IntArray, mass: FloatArray, age: IntArray, share: float) -> float:
    """Age that `share` of the mass does not exceed, from the mass of each age in days; NaN for no mass."""
    if not len(mass):
        return float("nan")
    by_day = on_day.cumsum()
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
        year = edges.searchsorted(when, side="right")
        # a year before the reported ones and one after them catch the rest
        grams = sums(year * streams + stream, mass, (len(edges) + 1) * streams)
        return grams.reshape(-1, streams)[1:-1]

    arisen, cleaned = record.deposits.arisen(edges, streams), table(*record.cleanings)
    inflow, gone = record.inflow, np.flatnonzero(lots.diverted)
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
    out = (
        np.where(lots.diverted, lots.collected, lots.accepted)
        if record.network.divert_share
        else lots.accepted
    )
    start, end = _waiting(lots, out, edges[0], streams), _waiting(lots, out, edges[-1], streams)
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


def _waiting(lots: Lots, out: IntArray, when: int, streams: int) -> FloatArray:
    """(streams,) grams that had arisen before `when` and were not `out` before it."""
    here = np.flatnonzero((lots.arose < when) & (out >= when))
    return sums(lots.stream.take(here), lots.mass.take(here), streams)
