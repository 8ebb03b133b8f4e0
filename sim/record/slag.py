"""What happened to the slag: stretches of time in which every rate was constant, and their books.

Stocks in t, rates in t/d, time in s. Stocks stand at the edges of the stretches and are linear between.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.chance.kiln_stops import KilnStops, seconds_within
from sim.network.slag import SlagNetwork, Takes
from sim.units import DAY, BoolArray, FloatArray, IntArray

STEM = ("begin", "silo", "burning", "silo_empty", "made", "ground", "sold")
PER_LANE = ("heap", "yard", "delivered", "used", "heap_no_outlet", "yard_no_outlet")
TOLERANCE = 1e-9


class SlagLog:
    """One row of plain numbers per stretch: `STEM`, then `PER_LANE` for every lane."""

    def __init__(self, lanes: int) -> None:
        self.width = len(STEM) + lanes * len(PER_LANE)
        self.numbers: list[float] = []

    def columns(self) -> FloatArray:
        """(columns, rows) without stretches that are too short for a float to tell begin from end."""
        packed = struct.pack(f"{len(self.numbers)}d", *self.numbers)  # a third of the time of `np.array`
        rows = np.frombuffer(packed).reshape(-1, self.width)
        lasting = np.append(rows[1:, 0] > rows[:-1, 0], True)
        return np.ascontiguousarray(rows[lasting].T)


@dataclass(frozen=True)
class SlagRecord:
    """One run of the slag chain; n stretches.

    Attributes
    ----------
    network, stops
        What was simulated.
    generated
        (smelters, simulated years) t.
    edges
        (n + 1,) begins of the stretches and the end of the run, s.
    month
        (n,) simulated month.
    burning, silo_empty
        (n,) whether the kiln burns; whether grinding follows it because the clinker silo is empty.
    silo
        (n + 1,) clinker in the silo.
    made, ground, sold
        (n,) clinker made, ground, and sold because the silo is full.
    heap, yard
        (lanes, n + 1) stock at the smelters and at the works.
    delivered, used
        (lanes, n) slag accepted by the yard, and taken from it.
    heap_no_outlet, yard_no_outlet
        (lanes, n) slag sent away for want of room.
    """

    network: SlagNetwork
    stops: KilnStops
    generated: FloatArray
    edges: FloatArray
    month: IntArray
    burning: BoolArray
    silo_empty: BoolArray
    silo: FloatArray
    made: FloatArray
    ground: FloatArray
    sold: FloatArray
    heap: FloatArray
    yard: FloatArray
    delivered: FloatArray
    used: FloatArray
    heap_no_outlet: FloatArray
    yard_no_outlet: FloatArray

    @cached_property
    def days(self) -> FloatArray:
        """(n,) length of each stretch, d."""
        return np.diff(self.edges) / DAY

    @cached_property
    def year(self) -> IntArray:
        """(n,) simulated year, from 0."""
        return self.month // 12

    @cached_property
    def arising(self) -> FloatArray:
        """(lanes, n) slag for the works that is left by the other outlets."""
        left = works_rate(self.network, self.generated) - outlet_rate(self.network, self.generated)
        shares = np.array([lane.share for lane in self.network.lanes])
        return np.asarray(shares[:, None] * left[self.year], dtype=np.float64)

    @cached_property
    def raw_limit(self) -> FloatArray:
        """(n,) what the raw-meal route can take."""
        return np.where(self.burning, self.network.raw_limit, 0.0)

    @cached_property
    def grinding_limit(self) -> FloatArray:
        """(n,) what the grinding route can take."""
        return self.network.slag_per_clinker * self.ground

    @cached_property
    def raw_used(self) -> FloatArray:
        """(n,) taken by the raw-meal route; a pooled yard serves each route's share first."""
        network = self.network
        if network.lanes[0].route == "pooled":
            used = self.used[0]
            asked = np.maximum(network.raw_meal_share * used, used - self.grinding_limit)
            return np.asarray(np.minimum(self.raw_limit, asked), dtype=np.float64)
        routes = np.array([lane.route == "raw_meal" for lane in network.lanes])
        return np.asarray(self.used[routes].sum(axis=0), dtype=np.float64)

    @cached_property
    def grinding_used(self) -> FloatArray:
        """(n,) taken by the grinding route."""
        return np.asarray(self.used.sum(axis=0) - self.raw_used, dtype=np.float64)

    @cached_property
    def kiln_time(self) -> dict[str, IntArray]:
        """By state, (1 + reported years,) seconds of the kiln: in the warm-up and in each reported year."""
        return kiln_seconds(self.stops, np.append(0, self.network.horizon.reported_edges))

    def by_year(self, rate: FloatArray) -> FloatArray:
        """Sum a rate (n,) up to t per simulated year."""
        tonnes = np.bincount(self.year, rate * self.days, minlength=len(self.network.year_days))
        return np.asarray(tonnes, dtype=np.float64)

    def taken_by(self, takes: Takes) -> FloatArray:
        """Add up what `takes` takes: t per simulated year."""
        return np.asarray(self.generated[self.network.rows_of(takes)].sum(axis=0), dtype=np.float64)

    @cached_property
    def outlet_used(self) -> FloatArray:
        """(simulated years,) t that went to other outlets."""
        return outlet_rate(self.network, self.generated) * self.network.year_days

    @cached_property
    def pond_m3(self) -> FloatArray:
        """(simulated years,) volume used in the pond at the end of each year; empty without a pond.

        What arose before the date of the known filling is in it already.
        """
        network = self.network
        if network.pond is None:
            return np.zeros(0)
        edges = network.horizon.simulated_edges
        after = np.clip((edges[1:] - network.pond.used_on) / np.diff(edges), 0.0, 1.0)
        inflow = np.cumsum(self.taken_by("pond") * after)
        return np.asarray(network.pond.used_m3 + inflow / network.pond.density, dtype=np.float64)


def works_rate(network: SlagNetwork, generated: FloatArray) -> FloatArray:
    """Give what arises for the works and the outlets, t/d per simulated year."""
    tonnes = generated[network.rows_of("works")].sum(axis=0)
    return np.asarray(tonnes / network.year_days, dtype=np.float64)


def outlet_rate(network: SlagNetwork, generated: FloatArray) -> FloatArray:
    """Give what other outlets take of it at once, t/d per simulated year."""
    return np.minimum(works_rate(network, generated), network.outlets)


def slag_record(network: SlagNetwork, generated: FloatArray, stops: KilnStops, log: SlagLog) -> SlagRecord:
    """Read a log whose last row holds the stocks at the end of the run."""
    columns = log.columns()
    stem = dict(zip(STEM, columns, strict=False))
    lanes = columns[len(STEM) :].reshape(len(network.lanes), len(PER_LANE), -1)
    each = {word: lanes[:, index] for index, word in enumerate(PER_LANE)}
    return SlagRecord(
        network=network,
        stops=stops,
        generated=generated,
        edges=stem["begin"],
        month=network.horizon.month_edges.searchsorted(stem["begin"][:-1], side="right") - 1,
        burning=stem["burning"][:-1] != 0.0,
        silo_empty=stem["silo_empty"][:-1] != 0.0,
        silo=stem["silo"],
        made=stem["made"][:-1],
        ground=stem["ground"][:-1],
        sold=stem["sold"][:-1],
        heap=each["heap"],
        yard=each["yard"],
        delivered=each["delivered"][:, :-1],
        used=each["used"][:, :-1],
        heap_no_outlet=each["heap_no_outlet"][:, :-1],
        yard_no_outlet=each["yard_no_outlet"][:, :-1],
    )


def audit_slag(record: SlagRecord) -> str:
    """Return what does not close, one fault after the other; empty when all does.

    Checked: mass of every node and in total, no stock below nothing, the kiln's time, and for every
    stock that its integral over time equals the sum of mass x time in the node, oldest first.
    """
    faults = [*_mass(record), *_negative(record), *_time(record), *_dwell(record)]
    return "; ".join(faults)


def _nodes(record: SlagRecord) -> Iterator[tuple[str, FloatArray, FloatArray, FloatArray]]:
    """Name, stock (n + 1), inflow and outflow (n) of every node."""
    hauled = record.delivered + record.yard_no_outlet
    for index, lane in enumerate(record.network.lanes):
        left = hauled[index] + record.heap_no_outlet[index]
        yield f"heap for {lane.route}", record.heap[index], record.arising[index], left
        yield f"yard for {lane.route}", record.yard[index], record.delivered[index], record.used[index]
    yield "clinker silo", record.silo, record.made, record.ground + record.sold


def _mass(record: SlagRecord) -> Iterator[str]:
    for name, stock, inflow, outflow in _nodes(record):
        come, gone = float(inflow @ record.days), float(outflow @ record.days)
        residual = stock[0] + come - gone - stock[-1]
        if abs(residual) > TOLERANCE * max(1.0, stock[0] + come):
            yield f"{name}: {residual:.3g} t of {stock[0] + come:.6g} t are not accounted for"
    generated = float(record.taken_by("works").sum())
    start = record.heap[:, 0].sum() + record.yard[:, 0].sum()
    sent_away = record.heap_no_outlet + record.yard_no_outlet
    gone = float(((record.used + sent_away).sum(axis=0) @ record.days) + record.outlet_used.sum())
    residual = start + generated - gone - record.heap[:, -1].sum() - record.yard[:, -1].sum()
    if abs(residual) > TOLERANCE * max(1.0, start + generated):
        yield f"slag: {residual:.3g} t of {start + generated:.6g} t are not accounted for"


def _negative(record: SlagRecord) -> Iterator[str]:
    rates = [record.raw_used, record.grinding_used, record.heap_no_outlet, record.yard_no_outlet]
    for name, stock, inflow, outflow in _nodes(record):
        rates += [inflow, outflow]
        if stock.min() < -TOLERANCE * max(1.0, stock.max()):
            yield f"{name}: stock falls to {stock.min():.3g} t"
    if min(float(rate.min()) for rate in rates) < -TOLERANCE:
        yield "slag: a rate is negative"


def _time(record: SlagRecord) -> Iterator[str]:
    end = record.network.horizon.end
    if record.edges[0] != 0.0 or record.edges[-1] != end or np.diff(record.edges).min() <= 0.0:
        yield "kiln: its stretches of time do not tile the horizon"
    burning = float(record.burning @ np.diff(record.edges))
    residual = burning + sum(float(record.kiln_time[word].sum()) for word in IDLE_STATES) - end
    if abs(residual) > TOLERANCE * end:
        yield f"kiln: {residual:.3g} s of {end} s are not accounted for"


def _dwell(record: SlagRecord) -> Iterator[str]:
    middle = (record.edges[1:] + record.edges[:-1]) / (2 * DAY)
    end = record.edges[-1] / DAY
    for name, stock, inflow, outflow in _nodes(record):
        integral = float((stock[1:] + stock[:-1]) @ record.days) / 2
        come, gone = inflow * record.days, outflow * record.days
        left = stock[0] + come.sum() - gone.sum()
        dwell = float(gone @ middle - come @ middle + left * end)
        if abs(integral - dwell) > TOLERANCE * max(1.0, integral, float(come @ middle)):
            yield f"{name}: stock x time is {integral:.9g} t d, mass x dwell {dwell:.9g} t d"


IDLE_STATES = ("off_peak", "maintenance", "restart", "unplanned")
KILN_STATES = ("burning", *IDLE_STATES)


def kiln_seconds(stops: KilnStops, edges: IntArray) -> dict[str, IntArray]:
    """Seconds in each state between successive `edges` (midnights): the first that applies counts.

    Order: off-peak day, maintenance day, restart after these, unplanned stop, burning.
    """
    planned = seconds_within(stops.planned, edges)
    idle = seconds_within(stops.not_burning, edges)
    days = edges // DAY
    off_peak, maintenance = (
        np.diff(np.concatenate([[0], np.cumsum(flags)])[days]) * DAY
        for flags in (stops.off_peak, stops.maintenance)
    )
    return {
        "burning": np.diff(edges) - idle,
        "off_peak": off_peak,
        "maintenance": maintenance,
        "restart": planned - off_peak - maintenance,
        "unplanned": idle - planned,
    }
