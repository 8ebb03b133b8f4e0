"""Which interval suits which KPI, and whether a tolerance is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from sim.experiment.intervals import SINGLE, Errors, Intervals, clip, reach_interval, replications_for
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
DAYS = {"overflow_days": 366.0}
"""KPIs that are days of a year, and how many there are at most."""
ABOVE_ONE = frozenset({"storage_utilisation"})
"""Ratios that may exceed 1 (a store that keeps what does not fit)."""


def unit_of_kpi(kpi: str) -> str:
    """Look up the unit of a KPI; `cost:operator` has that of `cost`."""
    definition = KPIS.get(kpi) or KPIS.get(kpi.partition(":")[0])
    return definition.unit if definition else ""


def estimate(
    values: FloatArray, keys: Sequence[Key], errors: Errors = SINGLE
) -> tuple[Intervals, npt.NDArray[np.object_]]:
    """Mean over replications with its interval, and the method's name (see `reach_interval`).

    Where nothing but 0 was seen of what has no largest value, how large its mean may be is not known: there
    is no interval, and the method is `none`.

    Parameters
    ----------
    values
        (replications, keys).
    """
    share = _is_share(keys)
    known = np.where(np.isnan(values), 0.0, values)
    floor = np.where(known.min(axis=0, initial=0.0) < 0, -np.inf, 0.0)
    most = np.where(_is_ratio(keys), 1.0, [DAYS.get(key.kpi, np.inf) for key in keys])
    ceiling = np.where(share, 1.0, np.where(known.max(axis=0, initial=0.0) <= most, most, np.inf))
    found, methods = reach_interval(values, floor, ceiling, errors, share)
    return clip(found, floor, ceiling), methods


def estimate_difference(plan: FloatArray, base: FloatArray, keys: Sequence[Key]) -> Intervals:
    """Mean difference of two matrices (replications, keys) of the same replications, by the same rule.

    Differences of ratios stay within -1 and 1. Where nothing but 0 was seen of either plan, shares may differ
    by what 0 of n leaves open; of anything else nothing is known, and there is no interval.
    """
    share, ratio = _is_share(keys), _is_ratio(keys)
    most = np.where(share, 1.0, np.inf)
    found, _ = reach_interval(plan - base, -most, most)
    widest = np.where(ratio, 1.0, np.inf)
    found = clip(found, -widest, widest)
    seen = np.nan_to_num(np.abs(plan) + np.abs(base)).max(axis=0, initial=0.0) > 0
    alike = ~share & seen & (found.mean == 0) & np.isnan(found.low) & (found.n > 1)
    return Intervals(found.n, found.mean, np.where(alike, 0.0, found.low), np.where(alike, 0.0, found.high))


def _is_share(keys: Sequence[Key]) -> BoolArray:
    return np.array([key.kpi in SHARES for key in keys], dtype=bool)


def _is_ratio(keys: Sequence[Key]) -> BoolArray:
    return np.array([unit_of_kpi(key.kpi) == "1" and key.kpi not in ABOVE_ONE for key in keys], dtype=bool)


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


def needed_runs(tolerances: Tolerances, errors: Errors = SINGLE) -> dict[str, int]:
    """Replications that show a limit on a share to be kept if nothing ever happens, limit by limit."""
    limits = {
        name: limit if name != "utilisation_target_met" else 1 - limit
        for name, limit in tolerances.model_dump().items()
        if name not in ("sources_overflow_days", "utilisation_target")
    }
    return {name: replications_for(limit, errors.none) for name, limit in limits.items() if 0 < limit < 1}


def out_of_reach(tolerances: Tolerances, replications: int) -> list[str]:
    """Name the limits on shares that so few replications cannot show to be kept where nothing happens."""
    return too_few(needed_runs(tolerances), replications)


def too_few(needed: Mapping[str, int], replications: int) -> list[str]:
    """Say of which limits it cannot be shown that they are kept, and how many replications can."""
    return [
        f"{name}: {replications} replications cannot show that the limit is kept where nothing happens; "
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
