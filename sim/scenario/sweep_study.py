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
    """Dotted path of the value that varies, or of a cell of a table."""
    values: Annotated[tuple[Scalar, ...], Field(min_length=1)] | None = None
    """Levels of the value, one by one."""
    low: Scalar = None
    """Smallest level, or lower end of the law."""
    high: Scalar = None
    """Largest level, or upper end of the law."""
    mode: Scalar = Field(default=None, examples=[10])
    """Most likely value of a triangular law; left out, the scenario's."""
    count: int | None = number(ge=2, le=MOST_LEVELS, default=None)
    """Levels laid out evenly from `low` to `high`, both included."""
    law: Law | None = None
    """Law by which designs that draw take values of this factor; left out, the sweep's."""


class DesignSpec(Spec):
    """How points are laid out.

    `grid`: every combination of levels. `oat`: one factor at a time from the scenario's values. `lhs`: a
    Latin hypercube of `points`. `sobol`: the first `points` of a scrambled Sobol' sequence. `morris`:
    `trajectories` in each of which every factor moves once. `csv`: the rows of `file`, whose columns are
    paths.
    """

    form: Literal["grid", "oat", "lhs", "sobol", "morris", "csv"] = "grid"
    """How points are laid out over the factors."""
    points: int | None = number(ge=1, le=10_000_000, default=None, examples=[256])
    """Points of a Latin hypercube or a Sobol' sequence."""
    trajectories: int | None = number(ge=1, le=1_000_000, default=None, examples=[10])
    """Walks of a Morris design; each has one point more than there are factors."""
    file: str | None = Field(default=None, examples=["design.csv"])
    """CSV whose rows are the points and whose columns are paths, from the folder of the sweep's file."""


class UntilSpec(Spec):
    """Replications are added to a point until the interval of `kpi@place` is at most +- `half_width`."""

    kpi: str = Field(examples=["overflow_days@sources"])
    """KPI that must become precise enough, as `kpi@place`."""
    half_width: float = number(gt=0, allow_inf_nan=False, unit="that of `kpi`", examples=[0.05])
    """Half the width that its interval may have at most, in the unit of the KPI."""
    at_most: int = number(ge=2, le=MOST_RUNS, examples=[400])
    """Replications of a point after which it is left as it is, precise or not."""


class SweepSpec(Spec):
    """Many points of a scenario's values, each run many times on common chance."""

    title: Text | None = None
    """Heading of the sweep."""
    scenarios: Annotated[tuple[str, ...], Field(min_length=1)]
    """Scenarios, `region/plan`, in each of which every point is run."""
    futures: Annotated[tuple[str, ...], Field(min_length=1)] = ("",)
    """Futures in which every point is run, joined by `+`; an empty text is the scenario as it stands."""
    settings: tuple[str, ...] = Field(default=(), examples=[("direct.trucks=3",)])
    """Overrides that hold at every point, each as `path=value`."""
    vary: tuple[FactorSpec, ...] = ()
    """Values of the scenario that differ from point to point, one entry for each."""
    all_ranges: bool = Field(default=False, examples=[True])
    """Whether every number that carries a range varies over it."""
    law: Law = "uniform"
    """Law of factors that name none, over their range."""
    leave_out: tuple[str, ...] = Field(default=(), examples=[("cement.market_factor",)])
    """Paths that do not vary although `all_ranges` would take them."""
    design: DesignSpec = DesignSpec()
    """How points are laid out."""
    where: tuple[str, ...] = ()
    """Comparisons that a point must keep, such as `a.capacity_t >= a.release_t`; others are left out."""
    replications: int = number(ge=1, le=MOST_RUNS, default=30)
    """Runs of each point, on common chance."""
    until: UntilSpec | None = Field(
        default=None, examples=[{"kpi": "overflow_days@sources", "half_width": 0.05, "at_most": 400}]
    )
    """Precision up to which replications are added; left out, their number is fixed."""
    seed: int = number(ge=0, default=1)
    """Number from which all chance is drawn; the same seed gives the same results."""
    years: Years | None = Field(default=None, examples=[{"first": 2026, "last": 2030, "warm_up_years": 2}])
    """Years that are reported; left out, the region's."""
    chain: Chains = "both"
    """Half of the model that is run; one alone is quicker."""
    accounting: Accounting | None = None
    """Which stock of slag counts as used first; left out, as the region's study says."""
    utilisation_target: Share | None = Field(default=None, examples=[0.98])
    """Utilisation rate that a year must reach; left out, that of the region's study."""
    kpis: tuple[str, ...] = ()
    """KPIs that are written, as `kpi` or `kpi@place`; left out, all of them."""
