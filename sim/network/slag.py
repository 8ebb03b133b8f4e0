"""The slag chain as it exists: smelters and their heaps, haulage, the works' yard, routes and silo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from sim.calendars import Horizon
from sim.network.kiln_plan import KilnPlan, compile_kiln
from sim.units import DAY, BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    from sim.scenario.schema import (
        Cement,
        KilnCalendarRow,
        Pond,
        ScenarioSpec,
        SmelterHistoryRow,
        SmelterRow,
    )

Takes = Literal["works", "pond", "elsewhere", "nobody"]
TAKES: tuple[Takes, ...] = ("works", "pond", "elsewhere", "nobody")
UNLIMITED = float("inf")


@dataclass(frozen=True)
class Lane:
    """Slag that is set apart for a route (or, pooled, for both), from the heap to the yard.

    Attributes
    ----------
    route
        `raw_meal`, `grinding`, or `pooled` for either.
    share
        Its share of all slag, of the haulage and of the yard's target.
    """

    route: Literal["raw_meal", "grinding", "pooled"]
    share: float


@dataclass(frozen=True)
class PondFill:
    """What a pond holds on a date: capacity and use, m3, and tonnes per m3."""

    capacity_m3: float
    used_m3: float
    used_on: int
    density: float


@dataclass(frozen=True)
class SlagNetwork:
    """Everything about slag that is not chance. Masses in t, rates in t/d, time in s.

    Attributes
    ----------
    horizon
        Simulated and reported years.
    smelters, takes
        (smelters,) names, and who takes what each generates.
    expected
        (smelters, simulated years) t per year before the yearly factor.
    recorded
        (simulated years,) whether `expected` is the record, which no factor changes.
    yearly_cv
        Coefficient of variation of the yearly factor.
    outlets
        Capacity of other users, served first from what is generated.
    lanes
        Slag by what it is set apart for: earmarked, it stays so from the heap to the kiln.
    raw_meal_share
        Share that the raw-meal route asks of a pooled yard.
    haul, target
        Haulage, and the yard's stock up to which the works calls (infinite under push).
    heap_capacity, heap_keeps
        Capacity of the heaps as one. Haulage calls the oldest first, so all heaps fill in step with
        what each smelter generates, and the first one is full when the sum reaches the capacity of
        one heap divided by the largest smelter's share.
    yard_capacity, yard_keeps
        Capacity of the yard, both parts together; `keeps` is false where the excess is sent away.
    start
        Stock of the yard at the begin.
    raw_limit
        Slag that the raw meal takes while the kiln burns.
    clinker
        Clinker made while the kiln burns.
    clinker_demand
        (simulated months,) clinker that the cement demand asks for.
    slag_per_clinker
        Slag that the grinding route takes per tonne of clinker ground.
    silo
        Capacity of the clinker silo, which is full at the begin.
    haul_km
        Road from the smelters to the works.
    kiln
        Stops as far as they are fixed.
    pond
        The pond of `takes: pond`, if there is one.
    """

    horizon: Horizon
    smelters: tuple[str, ...]
    takes: tuple[Takes, ...]
    expected: FloatArray
    recorded: BoolArray
    yearly_cv: float
    outlets: float
    lanes: tuple[Lane, ...]
    raw_meal_share: float
    haul: float
    target: float
    heap_capacity: float
    heap_keeps: bool
    yard_capacity: float
    yard_keeps: bool
    start: float
    raw_limit: float
    clinker: float
    clinker_demand: FloatArray
    slag_per_clinker: float
    silo: float
    haul_km: float
    kiln: KilnPlan
    pond: PondFill | None

    def rows_of(self, takes: Takes) -> IntArray:
        """Smelters whose waste `takes` takes, as indices."""
        return self._rows[takes]

    @cached_property
    def _rows(self) -> dict[str, IntArray]:
        return {word: np.flatnonzero([own == word for own in self.takes]) for word in TAKES}

    @cached_property
    def year_days(self) -> FloatArray:
        """(simulated years,) length of each, d."""
        return np.diff(self.horizon.simulated_edges) / DAY

    @cached_property
    def midnights(self) -> FloatArray:
        """(reported days,) when each begins, s."""
        return np.arange(self.horizon.report_start, self.horizon.end, DAY, dtype=np.float64)


def compile_slag(
    spec: ScenarioSpec,
    smelters: Sequence[SmelterRow],
    history: Sequence[SmelterHistoryRow],
    kiln_calendar: Sequence[KilnCalendarRow],
    horizon: Horizon,
) -> SlagNetwork:
    """Build the slag chain of a scenario over a horizon, in model units."""
    slag, kiln, cement = spec.slag, spec.kiln, spec.cement
    years = horizon.simulated_years
    known = {(row.name, row.year): row.t for row in history}
    recorded = sorted({row.year for row in history})
    expected = np.array(
        [[_tonnes(row, year, slag.level_factor, known, recorded) for year in years] for row in smelters]
    ).reshape(len(smelters), len(years))
    takes = tuple(row.takes for row in smelters)
    works = expected[[word == "works" for word in takes]]
    haulage = slag.haulage
    return SlagNetwork(
        horizon=horizon,
        smelters=tuple(row.name for row in smelters),
        takes=takes,
        expected=expected,
        recorded=np.array([bool(recorded) and year <= recorded[-1] for year in years]),
        yearly_cv=slag.yearly_cv,
        outlets=sum(outlet.capacity_t_per_day for outlet in spec.outlets.values()),
        lanes=lanes_of(slag.raw_meal_share, slag.earmarked),
        raw_meal_share=slag.raw_meal_share,
        haul=haulage.haul_t_per_day,
        target=haulage.target_t if haulage.policy == "pull" else UNLIMITED,
        heap_capacity=slag.heap_capacity_t / _largest_share(works),
        heap_keeps=slag.heap_overflow.policy == "keep",
        yard_capacity=kiln.yard_capacity_t,
        yard_keeps=kiln.yard_overflow.policy == "keep",
        start=slag.start_t,
        raw_limit=kiln.raw_meal_limit_t_per_day,
        clinker=kiln.clinker_t_per_day,
        clinker_demand=_clinker_demand(cement, horizon),
        slag_per_clinker=cement.slag_share / cement.clinker_factor,
        silo=cement.silo_days * cement.demand_t_per_year * cement.clinker_factor / 365,
        haul_km=slag.haul_km,
        kiln=compile_kiln(kiln, kiln_calendar, horizon),
        pond=_pond(list(spec.ponds.values()), horizon),
    )


def _tonnes(
    row: SmelterRow,
    year: int,
    level_factor: float,
    known: Mapping[tuple[str, int], float],
    recorded: Sequence[int],
) -> float:
    """Give recorded tonnes as they are (the first also for earlier years), later ones as expected."""
    if not recorded or year > recorded[-1]:
        return row.t_per_year * level_factor
    return known.get((row.name, max(year, recorded[0])), 0.0)


def lanes_of(raw_meal_share: float, earmarked: bool) -> tuple[Lane, ...]:
    """Set slag apart for the routes; a route without a share has no lane."""
    if not earmarked:
        return (Lane("pooled", 1.0),)
    both = (Lane("raw_meal", raw_meal_share), Lane("grinding", 1.0 - raw_meal_share))
    return tuple(lane for lane in both if lane.share > 0.0)


def _largest_share(works: FloatArray) -> float:
    """Share of the largest smelter in what all generate over the horizon; 1 where nothing is."""
    total = float(works.sum())
    return float(works.sum(axis=1).max()) / total if total > 0.0 else 1.0


def _clinker_demand(cement: Cement, horizon: Horizon) -> FloatArray:
    """Clinker per month, t/d: a year's sum is demand x market factor, whatever the seasons add up to."""
    days = (np.diff(horizon.month_edges) / DAY).reshape(-1, 12)
    season = np.array(cement.season_factors)
    weight = (days * season).sum(axis=1, keepdims=True)
    demand = cement.demand_t_per_year * cement.market_factor * cement.clinker_factor
    rates = np.divide(demand * season, weight, out=np.zeros_like(days), where=weight > 0.0)
    return np.asarray(rates.ravel(), dtype=np.float64)


def _pond(ponds: Sequence[Pond], horizon: Horizon) -> PondFill | None:
    if not ponds:
        return None
    pond = ponds[0]
    return PondFill(pond.capacity_m3, pond.used_m3, horizon.at(pond.used_on), pond.density_t_per_m3)
