"""Waste that arises: a compound Poisson process per source and stream.

Gaps are unit exponentials on a clock that runs at the rate of the county's activity: seasons, growth
and one common yearly factor stretch time, so a scenario with more waste meets the same batches sooner.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.chance.chance import Chance, lognormal_factor
from sim.network.hazardous import Arising, Flows
from sim.units import YEAR, FloatArray, IntArray, sums


@dataclass(frozen=True)
class Deposits:
    """Batches of all stores, ordered by store and then time.

    Attributes
    ----------
    time, mass, store, stream
        (batches,) s, g, indices.
    order
        (batches,) where each batch stood when drawn flow by flow.
    counts
        (flows,) batches of each flow.
    """

    time: IntArray
    mass: IntArray
    store: IntArray
    stream: IntArray
    order: IntArray
    counts: IntArray

    @cached_property
    def by_year_and_stream(self) -> dict[tuple[bytes, int], FloatArray]:
        """Tables that `arisen` has worked out; kept with the deposits, which plans share."""
        return {}

    def arisen(self, edges: IntArray, streams: int) -> FloatArray:
        """(years, streams) grams that arose between the years' edges (s)."""
        key = edges.tobytes(), streams
        if key not in self.by_year_and_stream:
            table = by_year_and_stream(self.time, self.mass, self.stream, edges, streams)
            self.by_year_and_stream[key] = table
        return self.by_year_and_stream[key]


def by_year_and_stream(
    when: IntArray, mass: IntArray, stream: IntArray, edges: IntArray, streams: int
) -> FloatArray:
    """(years, streams) grams whose moment lies between the years' edges (s)."""
    years = len(edges) - 1
    year = edges.searchsorted(when, side="right") - 1
    inside = (year >= 0) & (year < years)
    cell = year[inside] * streams + stream[inside]
    return sums(cell, mass[inside], years * streams).reshape(years, streams)


def deposits(chance: Chance, arising: Arising) -> Deposits:
    """Batches over the horizon."""
    return chance.keep(("deposits", arising.key), lambda: _draw(chance, arising))


def capture_draws(chance: Chance, arising: Arising) -> FloatArray:
    """(batches,) one uniform draw per batch: it is captured where the draw is below the share."""

    def draw() -> FloatArray:
        counts = deposits(chance, arising).counts
        drawn = [
            chance.sequences.open("capture", name).random(count)
            for name, count in zip(arising.flows.names, counts.tolist(), strict=True)
        ]
        return np.concatenate([*drawn, np.empty(0)])[deposits(chance, arising).order]

    return chance.keep(("captures", arising.key), draw)


def cleanings(chance: Chance, arising: Arising) -> tuple[IntArray, IntArray, IntArray]:
    """Planned pickups: times (s), masses (g) and streams, ordered by site and time."""

    def draw() -> tuple[IntArray, IntArray, IntArray]:
        plan = arising.cleanings
        times, masses, streams = [], [], []
        for site, period, mass, stream in zip(
            plan.sites, plan.period.tolist(), plan.mass.tolist(), plan.stream.tolist(), strict=True
        ):
            first = int(chance.uniform("cleaning", site) * period)
            when = np.arange(first, arising.horizon.end, period, dtype=np.int64)
            times.append(when)
            masses.append(np.full(len(when), mass, dtype=np.int64))
            streams.append(np.full(len(when), stream, dtype=np.int64))
        empty = np.empty(0, dtype=np.int64)
        return (
            np.concatenate([empty, *times]),
            np.concatenate([empty, *masses]),
            np.concatenate([empty, *streams]),
        )

    return chance.keep(("cleanings", arising.key), draw)


def activity(chance: Chance, arising: Arising) -> FloatArray:
    """(months + 1,) expected activity from the start to each month's edge, in mean years.

    Activity is level x season x growth x the year's common factor.
    """
    horizon = arising.horizon
    years = horizon.simulated_years
    normals = [float(chance.sequences.open("activity", str(year)).standard_normal()) for year in years]
    factors = lognormal_factor(np.array(normals), arising.yearly_cv)
    growth = np.array([(1 + arising.growth) ** max(0, year - arising.growth_from) for year in years])
    rates = arising.level * np.outer(factors * growth, arising.seasons).ravel()
    edges = horizon.month_edges
    return np.concatenate([[0.0], np.cumsum(rates * np.diff(edges) / YEAR)])


def _draw(chance: Chance, arising: Arising) -> Deposits:
    flows = arising.flows
    clock = activity(chance, arising)
    varies = flows.cv > 0
    shape = 1 / np.where(varies, flows.cv * flows.cv, 1.0)
    arrivals, flow, masses = _batches(chance, flows, np.where(varies, shape, 0.0), float(clock[-1]))
    moments = arrivals / flows.batches_per_year[flow]
    time = np.interp(moments, clock, arising.horizon.month_edges).astype(np.int64)
    mass = np.maximum(np.rint(masses / shape[flow] * flows.mean_mass[flow]), 1.0)
    store = flows.store[flow]
    order = np.argsort(store * (arising.horizon.end + 1) + time, kind="stable")
    return Deposits(
        time=time[order],
        mass=mass.astype(np.int64)[order],
        store=store[order],
        stream=flows.stream[flow][order],
        order=order,
        counts=np.bincount(flow, minlength=len(flows.names)),
    )


def _batches(
    chance: Chance, flows: Flows, shapes: FloatArray, activity_years: float
) -> tuple[FloatArray, IntArray, FloatArray]:
    """Unit arrival times within the horizon, flow by flow, their flows, and gamma masses (shape 0: ones)."""
    open_, names = chance.sequences.open, flows.names
    ends = flows.batches_per_year * activity_years
    enough = (ends + 4 * np.sqrt(ends)).astype(np.int64) + 8

    def gaps(name: str, count: int) -> FloatArray:
        return open_("gaps", name).standard_exponential(count).cumsum()

    times = list(map(gaps, names, enough.tolist()))
    while len(short := np.flatnonzero(np.array([own[-1] for own in times]) < ends)):
        enough[short] *= 2
        for number in short.tolist():
            times[number] = gaps(names[number], int(enough[number]))
    arrivals = np.concatenate([*times, np.empty(0)])
    flow = np.repeat(np.arange(len(names)), enough)
    within = arrivals < ends[flow]
    arrivals, flow = arrivals[within], flow[within]
    counts = np.bincount(flow, minlength=len(names)).tolist()
    masses = [
        open_("masses", name).standard_gamma(shape, count) if shape else np.ones(count)
        for name, shape, count in zip(names, shapes.tolist(), counts, strict=True)
    ]
    return arrivals, flow, np.concatenate([*masses, np.empty(0)])
