"""What must be said of indices before anybody believes them; nothing odd is ever passed over in silence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.experiment.sensitivity import morris, sobol
from sim.experiment.sensitivity.lab import Runs
from sim.experiment.sensitivity.noise import Shares
from sim.experiment.sensitivity.question import Output
from sim.units import FloatArray

LOST = 0.2
"""Share of points without a value above which nothing is computed."""


@dataclass(frozen=True)
class Caution:
    """A doubt: its kind, the output that it is about if any, and what fills its sentence in."""

    kind: str
    output: Output | None = None
    values: dict[str, Any] = field(default_factory=dict)


def is_constant(values: FloatArray) -> bool:
    """Whether all values that there are are one and the same."""
    known = values[~np.isnan(values)]
    return bool(known.size == 0 or known.min() == known.max())


def is_usable(values: FloatArray) -> bool:
    """Whether values (rows, replications) vary, and few enough are missing."""
    lost = np.isnan(values).any(axis=1).mean()
    return bool(lost <= LOST) and not is_constant(values)


def of_runs(runs: Runs) -> Iterator[Caution]:
    """Of a design's runs, whatever the output."""
    if runs.replications == 1:
        yield Caution("one_replication")
    if runs.identical:
        yield Caution("identical", None, {"points": runs.identical, "of": len(runs.works)})
    for reason, count in runs.failures.items():
        yield Caution("failed", None, {"runs": count, "of": runs.runs, "reason": reason})


def together(known: Sequence[Caution], more: Iterable[Caution]) -> list[Caution]:
    """Join cautions of several designs: one of each kind and reason, their points and runs added up."""
    found = list(known)
    for one in more:
        same = [old for old in found if _about(old) == _about(one)]
        if not same:
            found.append(one)
            continue
        old = same[0]
        counts = {
            name: old.values[name] + value for name, value in one.values.items() if isinstance(value, int)
        }
        found[found.index(old)] = Caution(old.kind, old.output, old.values | counts)
    return found


def _about(one: Caution) -> tuple[str, Any]:
    return one.kind, one.values.get("reason")


def of_values(output: Output, values: FloatArray, shares: Shares) -> Iterator[Caution]:
    """Of one output's values (rows, replications)."""
    lost = int(np.isnan(values).any(axis=1).sum())
    counts = {"points": lost, "of": len(values)}
    if lost == len(values):
        yield Caution("nothing", output, counts)
        return
    if lost:
        yield Caution("many_missing" if lost > LOST * len(values) else "missing", output, counts)
    if is_constant(values):
        yield Caution("constant", output, {"value": float(values[~np.isnan(values)][0])})
    elif shares.left > shares.parameters:
        yield Caution("luck", output, {"share": shares.left / (shares.left + shares.parameters)})


def of_screening(trajectories: int) -> Iterator[Caution]:
    """Of the size of a Morris design."""
    if trajectories < morris.FEWEST:
        yield Caution("few_trajectories", None, {"count": trajectories, "fewest": morris.FEWEST})


def of_indices(output: Output, names: tuple[str, ...], found: sobol.Indices) -> Iterator[Caution]:
    """Of Sobol' indices: where they cannot be what they are."""
    if not found.variance > 0:
        yield Caution("no_variance", output)
        return
    for word, values, low, high in (
        ("first", found.first, found.first_low, found.first_high),
        ("total", found.total, found.total_low, found.total_high),
    ):
        for name, value, least, most in zip(names, values, low, high, strict=True):
            if most < 0 or least > 1:
                facts = {"factor": name, "which": word, "value": value, "low": least, "high": most}
                yield Caution("outside", output, facts)
    for name, least, most in zip(names, found.first_low, found.total_high, strict=True):
        if least > most:
            yield Caution("first_above_total", output, {"factor": name})


def note_of(value: float, low: float, high: float) -> str:
    """What to make of an index: `read_as_0`, `read_as_1` where its interval allows it, else `outside`."""
    if np.isnan(value) or 0 <= value <= 1:
        return ""
    if value < 0:
        return "read_as_0" if high >= 0 else "outside"
    return "read_as_1" if low <= 1 else "outside"
