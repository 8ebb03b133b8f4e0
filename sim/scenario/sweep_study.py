"""The vocabulary of a sweep: what varies, how points are laid out, how often each is run."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from sim.scenario.schema import Text, Years
from sim.scenario.study import Accounting
from sim.spec import MOST_RUNS, Share, Spec, number

Chains = Literal["hazardous", "slag", "both"]
Law = Literal["uniform", "triangular"]
Scalar = Any
"""A number, a date, a word, true or false."""


MOST_LEVELS = 100_000
"""Levels of a factor, at most."""


class FactorSpec(Spec):
    """A value of the scenario that varies, by its dotted path.

    `values` lists its levels; `low`, `high` and `count` lay levels out evenly; `low` and `high` alone are the
    ends of a law. Without any of them, the law spans the range that the scenario gives. A triangular law has
    its mode at `mode`, or at the scenario's value.
    """

    path: Annotated[str, Field(min_length=1)]
    values: Annotated[tuple[Scalar, ...], Field(min_length=1)] | None = None
    low: Scalar = None
    high: Scalar = None
    mode: Scalar = None
    count: int | None = number(ge=2, le=MOST_LEVELS, default=None)
    law: Law | None = None


class DesignSpec(Spec):
    """How points are laid out.

    `grid`: every combination of levels. `oat`: one factor at a time from the scenario's values. `lhs`: a
    Latin hypercube of `points`. `sobol`: the first `points` of a scrambled Sobol' sequence. `morris`:
    `trajectories` in each of which every factor moves once. `csv`: the rows of `file`, whose columns are
    paths.
    """

    form: Literal["grid", "oat", "lhs", "sobol", "morris", "csv"] = "grid"
    points: int | None = number(ge=1, le=10_000_000, default=None)
    trajectories: int | None = number(ge=1, le=1_000_000, default=None)
    file: str | None = None


class UntilSpec(Spec):
    """Replications are added to a point until the interval of `kpi@place` is at most +- `half_width`."""

    kpi: str
    half_width: float = number(gt=0, allow_inf_nan=False)
    at_most: int = number(ge=2, le=MOST_RUNS)


class SweepSpec(Spec):
    """Many points of a scenario's values, each run many times on common chance."""

    title: Text | None = None
    scenarios: Annotated[tuple[str, ...], Field(min_length=1)]
    futures: Annotated[tuple[str, ...], Field(min_length=1)] = ("",)
    settings: tuple[str, ...] = ()
    vary: tuple[FactorSpec, ...] = ()
    all_ranges: bool = False
    law: Law = "uniform"
    leave_out: tuple[str, ...] = ()
    design: DesignSpec = DesignSpec()
    where: tuple[str, ...] = ()
    replications: int = number(ge=1, le=MOST_RUNS, default=30)
    until: UntilSpec | None = None
    seed: int = number(ge=0, default=1)
    years: Years | None = None
    chain: Chains = "both"
    accounting: Accounting | None = None
    utilisation_target: Share | None = None
    kpis: tuple[str, ...] = ()
