"""Ages and the mass balance, from lots."""

from __future__ import annotations

from typing import NamedTuple

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
    rows = np.flatnonzero((lots.arose >= horizon.report_start) & (lots.arose < horizon.end - COHORT_TAIL))
    arose, collected = lots.arose.take(rows), lots.collected.take(rows)
    of_day = np.arange(values.years).repeat(np.diff(horizon.reported_edges) // DAY)
    year = of_day.take((arose - horizon.report_start) // DAY)
    cohort = Cohort(lots.mass.take(rows).astype(np.float64), year)
    ages = Ages(values, record)
    ages.put("sources", "dwell", cohort, arose, collected)
    if record.network.collection is not None:
        arrival = lots.received.take(rows)
        inside = np.flatnonzero(arrival < horizon.end)
        received, left = arrival.take(inside), lots.left.take(rows.take(inside))
        came = cohort.take(inside)
        whole = ages.put("collection_point", "dwell", came, received, left)
        tardy = _late_hand_over(record, received, left)
        values.put("collection_point", "handover_over_limit_share", *ages.share(came, tardy, whole))
    accepted = lots.accepted.take(rows)
    if record.network.divert_share:
        legal = np.flatnonzero(~lots.diverted.take(rows))
        cohort, arose, accepted = cohort.take(legal), arose.take(legal), accepted.take(legal)
    ages.put("county", "transfer_cycle", cohort, arose, accepted)


class Cohort(NamedTuple):
    """Lots that are judged: mass (g) and reported year (index) in which each arose."""

    mass: FloatArray
    year: IntArray

    def take(self, some: IntArray) -> Cohort:
        """Some of them."""
        return Cohort(self.mass.take(some), self.year.take(some))


class Ages:
    """Puts share over the age limit, mean and 95 % quantile of waits, in all and by year of arising."""

    def __init__(self, values: Values, record: HazardousRecord) -> None:
        self.values, self.limit = values, record.network.age_limit
        self.end = record.network.horizon.end

    def put(self, place: str, word: str, cohort: Cohort, since: IntArray, until: IntArray) -> FloatArray:
        """KPIs of the wait from `since` to `until` (or the end of the run); (years,) mass that waited, g."""
        mass, years = cohort.mass, self.values.years
        age = np.minimum(until, self.end) - since
        days = age // DAY
        width = int(np.maximum.reduce(days, initial=0)) + 1
        cell = cohort.year * width + days
        by_day = sums(cell, mass, years * width).reshape(years, -1)
        whole: FloatArray = np.add.reduce(by_day, axis=1)
        waits = sums(cell, mass * age, years * width).reshape(years, -1)
        waited = np.add.reduce(waits, axis=1) / DAY
        late = self.share(cohort, np.flatnonzero(age > self.limit), whole)
        *long, longest = (_quantiles(by_day, cell, mass, age, 0.95) / DAY).tolist()
        put = self.values.put
        put(place, "age_over_limit_share", *late)
        put(place, f"{word}_mean", ratio(np.add.reduce(waited), np.add.reduce(whole)), ratios(waited, whole))
        put(place, f"{word}_p95", longest, np.array(long))
        return whole

    def share(self, cohort: Cohort, late: IntArray, whole: FloatArray) -> tuple[float, FloatArray]:
        """Share of the `late` lots' mass in the `whole` of each year: in all, and (years,)."""
        over = sums(cohort.year.take(late), cohort.mass.take(late), self.values.years)
        return ratio(np.add.reduce(over), np.add.reduce(whole)), ratios(over, whole)


def _late_hand_over(record: HazardousRecord, received: IntArray, left: IntArray) -> IntArray:
    """Lots that stayed longer than the working days of the collection licence."""
    assert record.network.collection is not None  # noqa: S101 - asked for only where there is one
    days, limit = np.arange(record.network.horizon.days), record.network.collection.handover_working_days
    over = (record.network.calendar.after_each(days, limit) + 1) * DAY
    gone = np.minimum(left, record.network.horizon.end)
    return np.flatnonzero(gone >= over.take(received // DAY))


def _quantiles(
    by_day: FloatArray, cell: IntArray, mass: FloatArray, age: IntArray, share: float
) -> FloatArray:
    """(years + 1,) age that `share` of the mass does not exceed, by year and in all; NaN for no mass.

    Only the lots of the day on which the quantile falls are put in order.

    Parameters
    ----------
    by_day
        (years, width) mass by age in whole days.
    cell, mass, age
        (lots,) year x width + age in whole days; g; s.
    """
    years, width = by_day.shape
    reached = np.concatenate([by_day, np.add.reduce(by_day, axis=0, keepdims=True)]).cumsum(axis=1)
    wanted = share * reached[:, -1]
    groups = np.arange(years + 1)
    day = np.add.reduce(reached < wanted[:, None], axis=1)
    younger = np.where(day > 0, reached[groups, day - 1], 0.0)
    asked = np.zeros((years, width), dtype=np.bool_)
    asked[groups[:-1], day[:-1]] = asked[:, day[-1]] = True
    rows = np.flatnonzero(asked.ravel().take(cell))
    year, on = np.divmod(cell.take(rows), width)
    own, any_year = np.flatnonzero(on == day.take(year)), np.flatnonzero(on == day[-1])
    group = np.concatenate([year.take(own), np.full(len(any_year), years)])
    lots = rows.take(np.concatenate([own, any_year]))
    order = np.lexsort((age.take(lots), group))
    lots, group = lots.take(order), group.take(order)
    grown = np.append(0.0, mass.take(lots).cumsum())
    first = group.searchsorted(groups)
    before = (younger - grown.take(first)).take(group)
    short = group[grown[1:] + before < wanted.take(group)]
    found = np.append(age.take(lots), 0).take(first + np.bincount(short, minlength=years + 1))
    return np.where(reached[:, -1] > 0, found, np.nan)


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
    by_year = {name: grams.sum(axis=1) for name, grams in ways.items()}
    for name, grams in by_year.items():
        values.mean("county", name, grams / TONNE)
    tables = {name: grams.sum(axis=0) for name, grams in ways.items()}
    out = (
        np.where(lots.diverted, lots.collected, lots.accepted)
        if record.network.divert_share
        else lots.accepted
    )
    start, end = _waiting(lots, out, edges[0], streams), _waiting(lots, out, edges[-1], streams)
    gone_by_year = by_year["informal"] + by_year["transferred"] + by_year["diverted"]
    stock = start.sum() + (by_year["generated"] - gone_by_year).cumsum()
    values.put("county", "stock_end", float(end.sum()) / TONNE, stock / TONNE)
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
