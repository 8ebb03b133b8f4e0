"""Findings as tables: one row per output and assumption, and what stands behind them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sim.experiment.estimates import unit_of_kpi
from sim.experiment.intervals import t_interval
from sim.experiment.sensitivity import cautions, prim
from sim.experiment.sensitivity.lab import Runs
from sim.experiment.sensitivity.noise import Shares
from sim.experiment.sensitivity.question import Output
from sim.experiment.sensitivity.study import MINOR, Failing, Findings, beyond_luck, weights_of
from sim.scenario.factors import Factor
from sim.scenario.show import written
from sim.units import FloatArray

DECIDES = 0.1
"""Share of the squared effects, or total index, from which an assumption decides an answer."""
OUTPUT = ("plan", "against", "place", "kpi", "unit")


def all_tables(found: Findings) -> dict[str, pd.DataFrame]:
    """Tables that have rows, by name."""
    tables = {
        "indices": indices(found),
        "swings": swings(found),
        "order": order(found),
        "noise": noise(found),
        "points": points(found),
        "box": box(found),
        "peeling": peeling(found),
    }
    return {name: table for name, table in tables.items() if len(table)}


def _named(found: Findings, output: Output) -> dict[str, Any]:
    question = found.question
    return {
        "plan": question.plan, "against": output.against, "place": output.key.place, "kpi": output.key.kpi,
        "unit": unit_of_kpi(output.key.kpi),
    }  # fmt: skip


def _described(found: Findings, factor: Factor) -> dict[str, Any]:
    origins = [base.loaded.origins.get(factor.path) for base in found.question.sweep.bases]
    origin = next((one for one in origins if one is not None), None)
    low, high = factor.ends[0], factor.ends[-1]
    return {
        "path": factor.path, "factor_unit": factor.unit, "value": written(factor.base), "low": written(low),
        "high": written(high), "law": "levels" if factor.levels else factor.law,
        "origin": origin.origin if origin else "", "confidence": origin.confidence if origin else "",
    }  # fmt: skip


# --- assumptions -------------------------------------------------------------------------------------


def indices(found: Findings) -> pd.DataFrame:
    """Every output by every assumption: elementary effects, indices, distances; and the part it plays."""
    if found.splits:
        return pd.DataFrame(_splits(found))
    if not found.stages or found.failing is not None:
        return pd.DataFrame()
    rows = []
    for output in found.outputs:
        effects, sobol = _effects(found, output), _sobol(found, output)
        for place, factor in enumerate(found.factors):
            own = effects[place] | sobol.get(factor.path, dict.fromkeys(SOBOL, np.nan) | {"note": ""})
            role = _role(found, output, own)
            rows.append(_named(found, output) | _described(found, factor) | {"role": role} | own)
    return pd.DataFrame(rows)


SOBOL = ("first", "first_low", "first_high", "total", "total_low", "total_high", "total_luck", "base_rows")
MORRIS = (
    "mu",
    "mu_star",
    "mu_star_low",
    "mu_star_high",
    "sigma",
    "strength",
    "noise",
    "trajectories",
    "share",
)


def _effects(found: Findings, output: Output) -> list[dict[str, Any]]:
    effects = found.effects.get(output)
    if effects is None:
        return [dict.fromkeys(MORRIS, np.nan) | {"beyond_luck": ""} for _ in found.factors]
    replications = found.stages["screening"].replications
    columns = (
        effects.mu, effects.mu_star, effects.low, effects.high, effects.sigma, effects.strength,
        effects.noise, effects.used, weights_of(effects, replications),
    )  # fmt: skip
    sure = beyond_luck(effects, replications)
    return [
        dict(zip(MORRIS, map(float, row), strict=True)) | {"beyond_luck": "yes" if sure[place] else "no"}
        for place, row in enumerate(zip(*columns, strict=True))
    ]


def _sobol(found: Findings, output: Output) -> dict[str, dict[str, Any]]:
    own = found.indices.get(output)
    if own is None:
        return {}
    columns = (
        own.first, own.first_low, own.first_high, own.total, own.total_low, own.total_high, own.luck,
        np.full(len(found.chosen), own.used),
    )  # fmt: skip
    rows = {}
    for factor, row in zip(found.chosen, zip(*columns, strict=True), strict=True):
        numbers = dict(zip(SOBOL, map(float, row), strict=True))
        notes = [
            f"{word} {note}".replace("_", " ")
            for word in ("first", "total")
            if (note := cautions.note_of(numbers[word], numbers[f"{word}_low"], numbers[f"{word}_high"]))
        ]
        rows[factor.path] = numbers | {"note": "; ".join(notes)}
    return rows


def _role(found: Findings, output: Output, own: Mapping[str, Any]) -> str:
    """Part that an assumption plays: `decides`, `adds`, `hardly`, `none`, `luck`, or unknown (empty)."""
    total = own["total"]
    if total == total:
        if total >= DECIDES and own["total_low"] > 0:
            return "decides"
        return "adds" if total >= MINOR and own["total_high"] > MINOR else "hardly"
    if output not in found.effects:
        return ""
    if own["mu_star"] == 0:
        return "none"
    if own["beyond_luck"] == "no":
        return "luck"
    if own["share"] >= DECIDES:
        return "decides"
    return "adds" if own["share"] >= MINOR else "hardly"


def _splits(found: Findings) -> list[dict[str, Any]]:
    failing = found.failing
    assert failing is not None  # noqa: S101
    factors = {factor.path: factor for factor in found.factors}
    rows = []
    for name, split in zip(failing.names, found.splits, strict=True):
        factor = factors.get(name)
        about = _described(found, factor) if factor else _future(found)
        rows.append(
            _named(found, failing.output)
            | about
            | {
                "distance": split.distance, "p_value": split.p_value, "p_adjusted": split.p_adjusted,
                "failing_share": split.failing,
                "other_share": split.others,
                "failing_median": _value(factor, split.failing), "other_median": _value(factor, split.others),
                "fails_most_at": split.worst,
                "role": "decides" if split.p_adjusted <= prim.SIGNIFICANCE else "luck",
            }
        )  # fmt: skip
    return sorted(rows, key=lambda row: (row["p_adjusted"], -row["distance"]))


def _future(found: Findings) -> dict[str, Any]:
    futures = ", ".join(one or "-" for one in found.question.sweep.spec.futures)
    return {
        "path": "future", "factor_unit": "", "value": "", "low": futures, "high": "", "law": "levels",
        "origin": "", "confidence": "",
    }  # fmt: skip


def _value(factor: Factor | None, share: float) -> str:
    return written(factor.at(share)) if factor is not None and share == share else ""


# --- ends of ranges, and the order of plans ----------------------------------------------------------


def swings(found: Findings) -> pd.DataFrame:
    """What each assumption does alone, all others as the scenario has them, at the ends of its range."""
    runs = found.stages.get("ends")
    if runs is None:
        return pd.DataFrame()
    rows = []
    for output in found.asked:
        values = runs.of(output)
        if np.isnan(values).all():
            continue
        base = t_interval(values[0][:, None])
        middle, low, high = float(base.mean[0]), float(base.low[0]), float(base.high[0])
        for row, (factor, value) in enumerate(_moved(runs), start=1):
            own, apart = t_interval(values[row][:, None]), t_interval((values[row] - values[0])[:, None])
            rows.append(
                _named(found, output)
                | {
                    "path": factor.path, "value": written(value), "base_value": written(factor.base),
                    "mean": float(own.mean[0]), "ci_low": float(own.low[0]), "ci_high": float(own.high[0]),
                    "change": float(apart.mean[0]), "change_low": float(apart.low[0]),
                    "change_high": float(apart.high[0]), "base_mean": middle, "base_low": low,
                    "base_high": high, "replications": runs.replications,
                    "turns": _turns((middle, low, high), own) if output.against else "",
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def _moved(runs: Runs) -> list[tuple[Factor, Any]]:
    """Factor and value of each row of a one-at-a-time design after the first."""
    return [
        (factor, value) for factor in runs.design.factors for value in factor.ends if value != factor.base
    ]


def _turns(base: tuple[float, float, float], own: Any) -> str:
    """Whether the order of plans turns: `yes`, `open` (the interval holds 0), `no`; empty without one."""
    _, low, high = base
    if low <= 0 <= high:
        return ""
    if own.low[0] <= 0 <= own.high[0]:
        return "open"
    return "yes" if (own.mean[0] > 0) != (low > 0) else "no"


def order(found: Findings) -> pd.DataFrame:
    """Order of the plans as the scenario stands, and at how many points of the widest design it turns."""
    rows = []
    for output in found.outputs:
        if not output.against or "ends" not in found.stages:
            continue
        base = t_interval(found.stages["ends"].of(output)[0][:, None])
        if np.isnan(base.mean[0]):
            continue
        name = next((one for one in ("screening", "sobol") if one in found.stages), "ends")
        own = t_interval(found.stages[name].of(output).T)
        sure = (own.low > 0) | (own.high < 0)
        counts: dict[str, Any] = {
            "design": name,
            "points": int((~np.isnan(own.mean)).sum()),
            "turned": int((sure & ((own.mean > 0) == (base.mean[0] < 0))).sum()),
            "open": int((~sure & ~np.isnan(own.mean)).sum()),
        }
        numbers = {"difference": base.mean[0], "ci_low": base.low[0], "ci_high": base.high[0]}
        rows.append(_named(found, output) | {k: float(v) for k, v in numbers.items()} | counts)
    return pd.DataFrame(rows)


# --- what stands behind ------------------------------------------------------------------------------


def noise(found: Findings) -> pd.DataFrame:
    """Where the spread of single runs comes from, by design and output."""
    rows = []
    for (stage, output), shares in found.shares.items():
        values = found.stages[stage].all_futures(output)
        known = values[~np.isnan(values)]
        ends = (float(known.min()), float(known.max()), float(known.mean())) if known.size else (np.nan,) * 3
        rows.append(
            _named(found, output)
            | {
                "asked": "yes" if output in found.asked else "no", "design": stage, "points": len(values),
                "replications": values.shape[1], "missing": int(np.isnan(values).any(axis=1).sum()),
                "lowest": ends[0], "highest": ends[1], "mean": ends[2],
            }
            | _parts(shares)
        )  # fmt: skip
    return pd.DataFrame(rows)


def _parts(shares: Shares) -> dict[str, float]:
    total = shares.total
    return {
        "variance_assumptions": shares.parameters, "variance_luck": shares.luck,
        "variance_interplay": shares.interplay, "variance_left_in_means": shares.left,
        **{
            f"share_{name}": value / total if total > 0 else np.nan
            for name, value in (
                ("assumptions", shares.parameters), ("luck", shares.luck), ("interplay", shares.interplay))
        },
    }  # fmt: skip


def points(found: Findings) -> pd.DataFrame:
    """Every point of every design: values of the assumptions that vary there, means of the outputs."""
    tables = []
    for stage, runs in found.stages.items():
        futures = runs.sweep.spec.futures
        rows = len(runs.design.rows)
        columns: dict[str, Any] = {
            "design": stage, "future": np.repeat(futures, rows),
            "row": np.tile(np.arange(rows), len(futures)),
        }  # fmt: skip
        for index, factor in enumerate(runs.design.factors):
            columns[factor.path] = [written(row[index]) for row in runs.design.rows] * len(futures)
        for output in found.outputs:
            columns[column_of(output)] = _means(runs.all_futures(output))
        if stage == "points" and found.failing is not None:
            fails = np.full(rows * len(futures), "", dtype=object)
            fails[~np.isnan(runs.all_futures(found.failing.output)).all(axis=1)] = np.where(
                found.failing.fails, "yes", "no"
            )
            columns["fails"] = fails
        tables.append(pd.DataFrame(columns))
    return pd.concat(tables, ignore_index=True).pipe(_filled) if tables else pd.DataFrame()


def _filled(table: pd.DataFrame) -> pd.DataFrame:
    words = [name for name in table if table[name].dtype.kind not in "fiu"]
    return table.assign(**{str(name): table[name].fillna("") for name in words})


def _means(values: FloatArray) -> FloatArray:
    known = ~np.isnan(values)
    n = known.sum(axis=1)
    total = np.where(known, values, 0.0).sum(axis=1)
    means: FloatArray = np.divide(total, n, out=np.full(len(values), np.nan), where=n > 0)
    return means


def column_of(output: Output) -> str:
    """Name of an output's column: `kpi@place`, and `kpi@place minus PLAN`."""
    name = f"{output.key.kpi}@{output.key.place}"
    return f"{name} minus {output.against}" if output.against else name


# --- failures ----------------------------------------------------------------------------------------


def box(found: Findings) -> pd.DataFrame:
    """Restrictions of the box in which the plan fails."""
    if found.box is None or found.failing is None:
        return pd.DataFrame()
    factors = {factor.path: factor for factor in found.factors}
    about = {
        "coverage": found.box.coverage, "density": found.box.density, "mass": found.box.mass,
        "points": found.box.points,
    }  # fmt: skip
    rows = [
        _side(found.failing, side, factors.get(found.failing.names[side.factor])) | about
        for side in found.box.sides
    ]
    return pd.DataFrame(rows)


def _side(failing: Failing, side: prim.Side, factor: Factor | None) -> dict[str, Any]:
    return {
        "path": failing.names[side.factor], "factor_unit": factor.unit if factor else "",
        "from": _bound(factor, side.low), "to": _bound(factor, side.high), "values": " ".join(side.words),
        "range_low": written(factor.ends[0]) if factor else "",
        "range_high": written(factor.ends[-1]) if factor else "",
        "share_low": max(side.low, 0.0), "share_high": min(side.high, 1.0), "p_value": side.p_value,
    }  # fmt: skip


def _bound(factor: Factor | None, share: float) -> str:
    return written(factor.at(share)) if factor is not None and np.isfinite(share) else ""


def peeling(found: Findings) -> pd.DataFrame:
    """Boxes met while peeling, from all points to the smallest: coverage against density."""
    if not found.boxes:
        return pd.DataFrame()
    numbers = prim.trade_off(found.boxes)
    return pd.DataFrame(numbers, columns=["coverage", "density", "mass", "restrictions"]).assign(
        restrictions=numbers[:, 3].astype(int)
    )
