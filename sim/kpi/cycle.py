"""Ages and the mass balance, from lots."""

from __future__ import annotations

import numpy as np

from sim.kpi.outcome import Rows
from sim.kpi.values import Values, ratio
from sim.record.hazardous import HazardousRecord
from sim.record.lots import Lots
from sim.units import DAY, TONNE, BoolArray, FloatArray, IntArray, sums

COHORT_TAIL = 365 * DAY
"""What arose in the last year of the period is not judged: it may rightly still wait."""


def put_cycle(values: Values, record: HazardousRecord, lots: Lots) -> None:
    """Waiting times of the cohort at the sources, at the collection point, and across both."""
    horizon, limit = record.network.horizon, record.network.age_limit
    cohort = (lots.arose >= horizon.report_start) & (lots.arose < horizon.end - COHORT_TAIL)
    end = horizon.end
    mass = lots.mass[cohort]
    at_source = np.minimum(lots.collected[cohort], end) - lots.arose[cohort]
    values.put("sources", "age_over_limit_share", _over(mass, at_source, limit))
    values.put("sources", "dwell_mean", ratio(float(mass @ at_source), float(mass.sum())) / DAY)
    received = cohort & (lots.received < end)
    mass_in, at_point = lots.mass[received], np.minimum(lots.left, end)[received] - lots.received[received]
    if record.network.collection is not None:
        values.put("collection_point", "age_over_limit_share", _over(mass_in, at_point, limit))
        values.put(
            "collection_point", "dwell_mean", ratio(float(mass_in @ at_point), float(mass_in.sum())) / DAY
        )
    kept = cohort & ~lots.diverted
    cycle = np.minimum(lots.accepted, end)[kept] - lots.arose[kept]
    mass = lots.mass[kept]
    values.put("county", "age_over_limit_share", _over(mass, cycle, limit))
    values.put("county", "transfer_cycle_mean", ratio(float(mass @ cycle), float(mass.sum())) / DAY)
    values.put("county", "transfer_cycle_p95", _quantile(mass, cycle, 0.95) / DAY)


def _over(mass: IntArray, age: IntArray, limit: int) -> float:
    return ratio(float(mass[age > limit].sum()), float(mass.sum()))


def _quantile(mass: IntArray, age: IntArray, share: float) -> float:
    """Age that `share` of the mass does not exceed; NaN for no mass."""
    if not len(mass):
        return float("nan")
    order = np.argsort(age, kind="stable")
    reached = mass[order].cumsum()
    return float(age[order][reached.searchsorted(share * reached[-1])])


def put_balance(values: Values, record: HazardousRecord, lots: Lots) -> Rows:
    """Mass balance of the reported period: KPIs of the county and rows by stream."""
    horizon = record.network.horizon
    edges = horizon.reported_edges
    cleaning_when, cleaning_mass, cleaning_stream = record.cleanings
    arrived = record.deposits
    ways = {
        "generated": (
            np.concatenate([arrived.time, cleaning_when]),
            np.concatenate([arrived.mass, cleaning_mass]),
            np.concatenate([arrived.stream, cleaning_stream]),
        ),
        "informal": _informal(record),
        "transferred": (
            np.concatenate([lots.accepted, cleaning_when]),
            np.concatenate([lots.mass, cleaning_mass]),
            np.concatenate([lots.stream, cleaning_stream]),
        ),
        "diverted": (lots.collected[lots.diverted], lots.mass[lots.diverted], lots.stream[lots.diverted]),
    }
    streams = len(record.network.streams)
    years = np.diff(edges) / (365.25 * DAY)
    tables = {}
    for name, (when, mass, stream) in ways.items():
        table = _by_year_and_stream(when, mass, stream, edges, streams)
        tables[name] = table.sum(axis=0) / TONNE
        yearly = table.sum(axis=1) / TONNE
        values.put("county", name, float(yearly.sum() / len(years)), yearly)
    start = _waiting(lots, edges[0], streams) / TONNE
    end = _waiting(lots, edges[-1], streams) / TONNE
    values.put("county", "stock_end", float(end.sum()))
    zero = np.zeros(streams)
    residual = (
        start + tables["generated"] - tables["informal"] - tables["transferred"] - tables["diverted"] - end
    )
    return {
        "stream": np.array(record.network.streams),
        "start_t": start,
        "generated_t": tables["generated"],
        "informal_t": tables["informal"],
        "transferred_t": tables["transferred"],
        "used_t": zero,
        "no_outlet_t": zero,
        "diverted_t": tables["diverted"],
        "end_t": end,
        "residual_t": np.where(np.abs(residual) < 1e-9, 0.0, residual),
    }


def _informal(record: HazardousRecord) -> tuple[IntArray, IntArray, IntArray]:
    arrived = record.deposits
    lost: BoolArray = (
        np.zeros(len(arrived.time), dtype=np.bool_) if record.captured is None else ~record.captured
    )
    return arrived.time[lost], arrived.mass[lost], arrived.stream[lost]


def _by_year_and_stream(
    when: IntArray, mass: IntArray, stream: IntArray, edges: IntArray, streams: int
) -> FloatArray:
    """(years, streams) grams."""
    years = len(edges) - 1
    year = edges.searchsorted(when, side="right") - 1
    inside = (year >= 0) & (year < years)
    cell = year[inside] * streams + stream[inside]
    return sums(cell, mass[inside], years * streams).reshape(years, streams)


def _waiting(lots: Lots, when: int, streams: int) -> FloatArray:
    """(streams,) grams that have arisen before `when` and neither been accepted nor diverted before it."""
    gone = np.where(lots.diverted, lots.collected, lots.accepted)
    here = (lots.arose < when) & (gone >= when)
    return sums(lots.stream[here], lots.mass[here], streams)
