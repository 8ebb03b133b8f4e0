"""What happened to the slag: stretches of time in which every rate was constant, and their books.

Stocks in t, rates in t/d, time in s. Stocks stand at the edges of the stretches and are linear between.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from sim.chance.kiln_stops import KilnStops, seconds_within
from sim.network.slag import TAKES, SlagNetwork, Takes
from sim.units import DAY, BoolArray, FloatArray, IntArray, sums

STEM = ("begin", "silo", "burning", "silo_empty", "made", "ground", "sold")
PER_LANE = ("heap", "yard", "delivered", "used", "heap_no_outlet", "yard_no_outlet")
TOLERANCE = 1e-9


class SlagLog:
    """One row per stretch: `STEM`, then `PER_LANE` for every lane; the first `rows` are written."""

    def __init__(self, lanes: int) -> None:
        self._table = np.empty((1024, len(STEM) + lanes * len(PER_LANE)))
        self.rows = 0

    def room(self) -> FloatArray:
        """Table with room for at least one row more."""
        if self.rows == len(self._table):
            self._table = np.concatenate([self._table, np.empty_like(self._table)])
        return self._table

    def columns(self) -> FloatArray:
        """(columns, rows) without stretches that are too short for a float to tell begin from end."""
        columns = np.ascontiguousarray(self._table[: self.rows].T)
        lasts = columns[0, 1:] > columns[0, :-1]
        return columns if lasts.all() else columns[:, np.append(lasts, True)]


class Moved(NamedTuple):
    """Slag that moved, (simulated years,) t.

    Attributes
    ----------
    hauled, delivered, sent_away
        From the heaps to the yard; accepted by the yard; away from either for want of room.
    used, raw_used
        Taken from the yard, by both routes and by the raw-meal route.
    """

    hauled: FloatArray
    delivered: FloatArray
    sent_away: FloatArray
    used: FloatArray
    raw_used: FloatArray


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
        return (self.edges[1:] - self.edges[:-1]) / DAY

    @cached_property
    def new_years(self) -> IntArray:
        """(simulated years + 1,) which of the edges begin a year, and the last."""
        return self.edges.searchsorted(self.network.horizon.simulated_edges)

    @cached_property
    def year(self) -> IntArray:
        """(n,) simulated year, from 0."""
        return self.network.horizon.simulated_edges.searchsorted(self.edges[:-1], side="right") - 1

    @cached_property
    def arising(self) -> FloatArray:
        """(lanes, n) slag for the works that is left by the other outlets."""
        shares = np.array([lane.share for lane in self.network.lanes])
        return shares[:, None] * self._rates[1][self.year]

    @cached_property
    def _rates(self) -> tuple[FloatArray, FloatArray]:
        return outlet_and_works_rates(self.network, self.generated)

    @cached_property
    def heaped(self) -> FloatArray:
        """(n + 1,) stock at the smelters in all lanes."""
        return np.asarray(self.heap.sum(axis=0), dtype=np.float64)

    @cached_property
    def stored(self) -> FloatArray:
        """(n + 1,) stock at the works in all lanes."""
        return np.asarray(self.yard.sum(axis=0), dtype=np.float64)

    @cached_property
    def hauled(self) -> FloatArray:
        """(n,) slag that leaves the heaps for the yard in all lanes."""
        return np.asarray((self.delivered + self.yard_no_outlet).sum(axis=0), dtype=np.float64)

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
        own = (used for lane, used in zip(network.lanes, self.used, strict=True) if lane.route == "raw_meal")
        return next(own, np.zeros(len(self.burning)))

    @cached_property
    def grinding_used(self) -> FloatArray:
        """(n,) taken by the grinding route."""
        return np.asarray(self.used.sum(axis=0) - self.raw_used, dtype=np.float64)

    @cached_property
    def kiln_time(self) -> dict[str, IntArray]:
        """By state, (1 + reported years,) seconds of the kiln: in the warm-up and in each reported year."""
        return kiln_seconds(self.stops, np.append(0, self.network.horizon.reported_edges))

    @cached_property
    def moved(self) -> Moved:
        """What moved in each simulated year."""
        sent_away = (self.heap_no_outlet + self.yard_no_outlet).sum(axis=0)
        rates = [self.hauled, self.delivered.sum(axis=0), sent_away, self.used.sum(axis=0), self.raw_used]
        return Moved(*self.by_year(np.array(rates)))

    def by_year(self, rates: FloatArray) -> FloatArray:
        """Sum rates (..., n) up to t per simulated year, (..., simulated years)."""
        years = len(self.network.year_days)
        tonnes = (rates * self.days).reshape(-1, len(self.days))
        cells = self.year + years * np.arange(len(tonnes))[:, None]
        found = sums(cells.ravel(), tonnes.ravel(), years * len(tonnes))
        return found.reshape(*rates.shape[:-1], years)

    def taken_by(self, takes: Takes) -> FloatArray:
        """Add up what `takes` takes: t per simulated year."""
        return self._taken[takes]

    @cached_property
    def _taken(self) -> dict[Takes, FloatArray]:
        rows = {word: self.generated.take(self.network.rows_of(word), axis=0) for word in TAKES}
        return {word: np.add.reduce(tonnes) for word, tonnes in rows.items()}

    @cached_property
    def outlet_used(self) -> FloatArray:
        """(simulated years,) t that went to other outlets."""
        return self._rates[0] * self.network.year_days

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


def outlet_and_works_rates(network: SlagNetwork, generated: FloatArray) -> tuple[FloatArray, FloatArray]:
    """What other outlets take at once, and what is left for the works: t/d per simulated year."""
    arising = generated[network.rows_of("works")].sum(axis=0) / network.year_days
    at_once = np.minimum(arising, network.outlets)
    return at_once, arising - at_once


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
    return "; ".join([*_nodes(record), *_slag(record), *_time(record)])


def _nodes(record: SlagRecord) -> Iterator[str]:
    """Faults of the heap and yard of every lane, and of the clinker silo."""
    routes = [lane.route for lane in record.network.lanes]
    names = [f"{place} for {route}" for place in ("heap", "yard") for route in routes] + ["clinker silo"]
    stock = np.concatenate([record.heap, record.yard, record.silo[None]])
    left = record.delivered + record.yard_no_outlet + record.heap_no_outlet
    inflows = record.arising, record.delivered, record.made[None]
    outflows = left, record.used, (record.ground + record.sold)[None]
    days, end = record.days, float(record.edges[-1]) / DAY
    middle = (record.edges[1:] + record.edges[:-1]) / (2 * DAY)
    moved = np.array([days, days * middle]) @ np.concatenate([*inflows, *outflows]).T
    columns = [
        *moved.reshape(4, -1),
        (stock[:, 1:] + stock[:, :-1]) @ days / 2,
        *(stock[:, 0], stock[:, -1], stock.min(axis=1), stock.max(axis=1)),
    ]
    for name, come, gone, come_time, gone_time, integral, first, last, lowest, highest in zip(
        names, *(column.tolist() for column in columns), strict=True
    ):
        had = first + come
        if abs(had - gone - last) > TOLERANCE * max(1.0, had):
            yield f"{name}: {had - gone - last:.3g} t of {had:.6g} t are not accounted for"
        if lowest < -TOLERANCE * max(1.0, highest):
            yield f"{name}: stock falls to {lowest:.3g} t"
        dwell = gone_time - come_time + (had - gone) * end
        if abs(integral - dwell) > TOLERANCE * max(1.0, integral, come_time):
            yield f"{name}: stock x time is {integral:.9g} t d, mass x dwell {dwell:.9g} t d"


def _slag(record: SlagRecord) -> Iterator[str]:
    """Faults of all slag together, and of its rates."""
    first, last = (float(record.heaped[edge] + record.stored[edge]) for edge in (0, -1))
    had = first + float(record.taken_by("works").sum())
    gone = float((record.moved.used + record.moved.sent_away + record.outlet_used).sum())
    if abs(had - gone - last) > TOLERANCE * max(1.0, had):
        yield f"slag: {had - gone - last:.3g} t of {had:.6g} t are not accounted for"
    by_lane = record.arising, record.delivered, record.used, record.heap_no_outlet, record.yard_no_outlet
    alone = record.raw_used, record.grinding_used, record.made, record.ground, record.sold
    if np.concatenate([*by_lane, alone]).min() < -TOLERANCE:
        yield "slag: a rate is negative"


def _time(record: SlagRecord) -> Iterator[str]:
    """Faults of the kiln's time."""
    end = record.network.horizon.end
    if record.edges[0] != 0.0 or record.edges[-1] != end or record.days.min() <= 0.0:
        yield "kiln: its stretches of time do not tile the horizon"
    idle = sum(int(np.add.reduce(record.kiln_time[word])) for word in IDLE_STATES)
    residual = float(record.burning @ record.days) * DAY + idle - end
    if abs(residual) > TOLERANCE * end:
        yield f"kiln: {residual:.3g} s of {end} s are not accounted for"


IDLE_STATES = ("off_peak", "maintenance", "restart", "unplanned")
KILN_STATES = ("burning", *IDLE_STATES)


def kiln_seconds(stops: KilnStops, edges: IntArray) -> dict[str, IntArray]:
    """Seconds in each state between successive `edges` (midnights): the first that applies counts.

    Order: off-peak day, maintenance day, restart after these, unplanned stop, burning.
    """
    planned = seconds_within(stops.planned, edges)
    idle = seconds_within(stops.not_burning, edges)
    before = [flags.nonzero()[0].searchsorted(edges // DAY) for flags in (stops.off_peak, stops.maintenance)]
    off_peak, maintenance = ((days[1:] - days[:-1]) * DAY for days in before)
    return {
        "burning": edges[1:] - edges[:-1] - idle,
        "off_peak": off_peak,
        "maintenance": maintenance,
        "restart": planned - off_peak - maintenance,
        "unplanned": idle - planned,
    }
