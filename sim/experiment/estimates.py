"""Which interval suits which KPI, and whether a tolerance is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt

from sim.experiment.intervals import (
    CONFIDENCE,
    Intervals,
    betting,
    choose,
    clip,
    clopper_pearson,
    replications_for,
    t_interval,
)
from sim.kpi.outcome import Key
from sim.kpi.registry import KPIS
from sim.scenario.study import Tolerances
from sim.units import BoolArray, FloatArray

SHARES = frozenset(
    {
        "overflow_probability",
        "overflow_any",
        "age_over_limit_share",
        "handover_over_limit_share",
        "utilisation_rate_oldest_first",
        "utilisation_rate_newest_first",
        "utilisation_rate_at_acceptance",
        "utilisation_target_met",
        "compliance",
    }
)
"""KPIs in [0, 1] that may be rare or constant: means over years and sites of a replication."""
EVENTS = frozenset({"overflow_probability", "overflow_any", "utilisation_target_met"})
"""Of these, the ones that are 0 or 1 in a single year of a single place."""
GROUPS = frozenset({"sources", "collection_point", "smelters", "vans", "receivers"})
"""Places that stand for several."""
ABOVE_ONE = frozenset({"storage_utilisation"})
"""Ratios that may exceed 1 (a store that keeps what does not fit)."""


def unit_of_kpi(kpi: str) -> str:
    """Look up the unit of a KPI; `cost:operator` has that of `cost`."""
    definition = KPIS.get(kpi) or KPIS.get(kpi.partition(":")[0])
    return definition.unit if definition else ""


def is_indicator(key: Key, years: int) -> bool:
    """Whether the KPI is 0 or 1 in every replication: one event, one place, one year."""
    alone = key.place not in GROUPS or key.kpi != "overflow_probability"
    return key.kpi in EVENTS and alone and years == 1


def estimate(
    values: FloatArray, keys: Sequence[Key], years: int, horizon: int | None = None
) -> tuple[Intervals, npt.NDArray[np.object_]]:
    """Mean over replications with its interval, and the method's name.

    Indicators get Clopper-Pearson, shares the betting interval, everything else Student's t, cut at 0
    for what cannot be negative and at 1 for what cannot be more. Where Student's t has seen nothing but 0
    it knows nothing of how large the mean may be: there is no interval, and the method is `none`.

    Parameters
    ----------
    values
        (replications, keys).
    years
        Years behind each value.
    horizon
        Most replications there could have been, where what was seen decided when to stop: the betting
        interval holds at all looks up to it, and serves indicators too. None: their number was fixed.
    """
    indicator = np.array([horizon is None and is_indicator(key, years) for key in keys], dtype=bool)
    share = np.array([key.kpi in SHARES for key in keys], dtype=bool) & ~indicator
    found = mean_interval(values, keys)
    for chosen, method in ((indicator, clopper_pearson), (share, partial(betting, horizon=horizon))):
        if chosen.any():
            found = choose(chosen, widen(method(values[:, chosen]), chosen), found)
    names = np.full(len(keys), "t", dtype=object)
    names[indicator], names[share] = "clopper_pearson", "betting"
    names[np.isnan(found.low)] = "none"
    return found, names


def of_difference(found: Intervals, plan: FloatArray, base: FloatArray, keys: Sequence[Key]) -> Intervals:
    """Student's interval of mean differences of two matrices (replications, keys), where it knows enough.

    Differences of ratios stay within -1 and 1. Where nothing but 0 was seen of either plan, shares may differ
    by what 0 of n leaves open; of anything else nothing is known, and there is no interval.
    """
    ratio = np.array([unit_of_kpi(key.kpi) == "1" and key.kpi not in ABOVE_ONE for key in keys], dtype=bool)
    found = clip(found, np.where(ratio, -1.0, -np.inf), np.where(ratio, 1.0, np.inf))
    found = _where_seen(found, np.abs(plan) + np.abs(base))
    share = np.array([key.kpi in SHARES for key in keys], dtype=bool) & np.isnan(found.low) & (found.n > 1)
    if share.any():
        most = widen(betting(np.abs(plan - base)[:, share]), share).high
        found = choose(share, Intervals(found.n, found.mean, -most, most), found)
    return found


def mean_interval(
    values: FloatArray, keys: Sequence[Key], method: Callable[[FloatArray], Intervals] = t_interval
) -> Intervals:
    """Interval of a mean within the domain of each KPI; no bounds where nothing but 0 was seen."""
    return _where_seen(_clipped(method(values), values, keys), values)


def _clipped(found: Intervals, values: FloatArray, keys: Sequence[Key]) -> Intervals:
    unbounded = np.array([unit_of_kpi(key.kpi) != "1" or key.kpi in ABOVE_ONE for key in keys], dtype=bool)
    known = np.where(np.isnan(values), 0.0, values)
    floor = np.where(known.min(axis=0, initial=0.0) < 0, -np.inf, 0.0)
    ceiling = np.where(unbounded | (known.max(axis=0, initial=0.0) > 1), np.inf, 1.0)
    return clip(found, floor, ceiling)


def _where_seen(found: Intervals, values: FloatArray) -> Intervals:
    """Bounds only where some replication gave more than 0."""
    nothing = np.where(np.isnan(values), 0.0, np.abs(values)).max(axis=0, initial=0.0) == 0
    low, high = (np.where(nothing, np.nan, bound) for bound in (found.low, found.high))
    return Intervals(found.n, found.mean, low, high)


def widen(found: Intervals, chosen: BoolArray) -> Intervals:
    """Intervals of the chosen keys in arrays of all keys."""
    n = np.zeros(len(chosen), dtype=np.int64)
    n[chosen] = found.n
    wide = np.full((3, len(chosen)), np.nan)
    wide[:, chosen] = found.mean, found.low, found.high
    return Intervals(n, *wide)


# --- tolerances --------------------------------------------------------------------------------------


LIMITS = {
    Key("sources", "overflow_probability"): "sources_overflow_probability",
    Key("sources", "overflow_days"): "sources_overflow_days",
    Key("collection_point", "overflow_any"): "any_bay_overflow_probability",
    Key("kiln_yard", "overflow_probability"): "yard_overflow_probability",
    Key("county", "utilisation_target_met"): "utilisation_target_met",
    Key("sources", "age_over_limit_share"): "age_over_limit_share",
    Key("collection_point", "age_over_limit_share"): "age_over_limit_share",
    Key("county", "age_over_limit_share"): "age_over_limit_share",
}
"""KPIs that a study sets a limit to, and its name there."""


def tolerance_of(key: Key, tolerances: Tolerances) -> tuple[float, bool] | None:
    """Limit of a KPI at a place and whether it must be at least that; None where the study sets none."""
    name = LIMITS.get(key)
    return None if name is None else (getattr(tolerances, name), name == "utilisation_target_met")


def verdicts(
    found: Intervals, keys: Sequence[Key], tolerances: Tolerances
) -> tuple[FloatArray, npt.NDArray[np.object_]]:
    """Tolerance and verdict of each key; a verdict needs the whole interval on one side.

    Days of overflow of which none was seen have no interval: they meet their limit where the share of years
    with an overflow meets its own.
    """
    limits = np.full(len(keys), np.nan)
    words = np.full(len(keys), "", dtype=object)
    at = {key: index for index, key in enumerate(keys)}
    for index, key in enumerate(keys):
        rule = tolerance_of(key, tolerances)
        if rule is None or not found.n[index]:
            continue
        limits[index] = rule[0]
        words[index] = verdict(found.low[index], found.high[index], *rule)
        share = Key(key.place, "overflow_probability")
        if key.kpi == "overflow_days" and found.mean[index] == 0 and share in at:
            own = tolerance_of(share, tolerances)
            words[index] = verdict(found.low[at[share]], found.high[at[share]], *own) if own else "undecided"
    return limits, words


def needed_runs(tolerances: Tolerances, confidence: float = CONFIDENCE) -> dict[str, int]:
    """Replications that show a limit on a share to be kept if nothing ever happens, limit by limit."""
    limits = {
        name: limit if name != "utilisation_target_met" else 1 - limit
        for name, limit in tolerances.model_dump().items()
        if name not in ("sources_overflow_days", "utilisation_target")
    }
    return {name: replications_for(limit, confidence) for name, limit in limits.items() if 0 < limit < 1}


def out_of_reach(tolerances: Tolerances, replications: int) -> list[str]:
    """Name the limits on shares that so few replications cannot show to be kept, even if nothing happens."""
    return too_few(needed_runs(tolerances), replications)


def too_few(needed: Mapping[str, int], replications: int) -> list[str]:
    """Say of which limits it cannot be shown that they are kept, and how many replications can."""
    return [
        f"{name}: {replications} replications cannot show that the limit is kept, even if nothing happens; "
        f"{runs} can"
        for name, runs in needed.items()
        if replications < runs
    ]


def verdict(low: float, high: float, limit: float, at_least: bool = False) -> str:
    """Say `meets`, `fails` or `undecided` of an interval and a limit; NaN bounds decide nothing."""
    if at_least:
        low, high, limit = -high, -low, -limit
    if high <= limit:
        return "meets"
    return "fails" if low > limit else "undecided"
