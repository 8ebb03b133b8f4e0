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
        found = deposits(chance, arising)
        drawn = np.empty(len(found.order))
        sequences, end = chance.sequences, 0
        keys = sequences.keys("capture", arising.flows.names)
        for key, count in zip(keys, found.counts.tolist(), strict=True):
            begin, end = end, end + count
            sequences.begin(key)
            sequences.generator.random(out=drawn[begin:end])
        return drawn[found.order]

    return chance.keep(("captures", arising.key), draw)


def cleanings(chance: Chance, arising: Arising) -> tuple[IntArray, IntArray, IntArray]:
    """Planned pickups: times (s), masses (g) and streams, ordered by site and time."""

    def draw() -> tuple[IntArray, IntArray, IntArray]:
        plan, end = arising.cleanings, arising.horizon.end
        units = np.array([chance.uniform("cleaning", site) for site in plan.sites])
        first = (units * plan.period).astype(np.int64)
        counts = np.maximum(-(-(end - first) // plan.period), 0)
        site = np.repeat(np.arange(len(first)), counts)
        ordinal = np.arange(len(site)) - np.repeat(counts.cumsum() - counts, counts)
        return first[site] + ordinal * plan.period[site], plan.mass[site], plan.stream[site]

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
    flows, clock = arising.flows, activity(chance, arising)
    arrivals, counts = _arrivals(chance, flows, float(clock[-1]))
    flow = np.repeat(np.arange(len(counts)), counts)
    moments = arrivals / flows.batches_per_year[flow]
    time = np.interp(moments, clock, arising.horizon.month_edges).astype(np.int64)
    varies = flows.cv > 0
    shape = 1 / np.where(varies, flows.cv * flows.cv, 1.0)
    masses = _gammas(chance, flows, np.where(varies, shape, 0.0), counts)
    mass = np.maximum(np.rint(masses * (flows.mean_mass / shape)[flow]), 1.0)
    store = flows.store[flow]
    order = np.argsort(store * (arising.horizon.end + 1) + time, kind="stable")
    return Deposits(
        time=time[order],
        mass=mass.astype(np.int64)[order],
        store=store[order],
        stream=flows.stream[flow][order],
        order=order,
        counts=counts,
    )


TICKS = 2.0**40
"""Arrival times are whole numbers of ticks, so that sums are exact: no flow's depend on its neighbours."""


def _arrivals(chance: Chance, flows: Flows, activity_years: float) -> tuple[FloatArray, IntArray]:
    """Unit arrival times within the horizon, flow by flow, and how many each flow has."""
    begin, draw = chance.sequences.begin, chance.sequences.generator.standard_exponential
    keys = chance.sequences.keys("gaps", flows.names)
    ends = flows.batches_per_year * activity_years
    sigmas = 4
    while True:
        drawn = (ends + sigmas * np.sqrt(ends)).astype(np.int64) + sigmas
        last = drawn.cumsum()
        gaps = np.empty(drawn.sum())
        first = 0
        for key, behind in zip(keys, last.tolist(), strict=True):
            begin(key)
            draw(out=gaps[first:behind])
            first = behind
        ticks = (gaps * TICKS).astype(np.int64).cumsum()
        before = np.append(0, ticks[last - 1])
        if (np.diff(before) >= ends * TICKS).all():
            break
        sigmas *= 2
    flow = np.repeat(np.arange(len(ends)), drawn)
    arrivals = (ticks - before[flow]) / TICKS
    within = arrivals < ends[flow]
    return arrivals[within], np.bincount(flow[within], minlength=len(ends))


def _gammas(chance: Chance, flows: Flows, shapes: FloatArray, counts: IntArray) -> FloatArray:
    """(batches,) gamma draws, flow by flow; ones where the shape is 0."""
    begin, draw = chance.sequences.begin, chance.sequences.generator.standard_gamma
    gammas = np.ones(counts.sum())
    first = 0
    columns = chance.sequences.keys("masses", flows.names), shapes.tolist(), counts.cumsum().tolist()
    for key, shape, behind in zip(*columns, strict=True):
        if shape and behind > first:
            begin(key)
            draw(shape, out=gammas[first:behind])
        first = behind
    return gammas
