"""A sensitivity study from question to findings: screen, look closely at what matters, or find what fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.experiment.designs import Design, Row, lay_out, one_at_a_time
from sim.experiment.estimates import tolerance_of
from sim.experiment.sensitivity import cautions, morris, prim, regional, sobol
from sim.experiment.sensitivity.cautions import Caution
from sim.experiment.sensitivity.lab import Lab, Runs, judge_kpis
from sim.experiment.sensitivity.noise import Shares, shares_of
from sim.experiment.sensitivity.question import Limit, Output, Question
from sim.experiment.sweep import Estimate
from sim.kpi.outcome import Key
from sim.scenario.factors import Factor
from sim.scenario.problems import Place, ScenarioError, problem
from sim.scenario.sweep_study import DesignSpec
from sim.units import BoolArray, FloatArray

MINOR = 0.01
"""Share of the squared effects, or total index, below which an assumption does not matter."""
FEW = 15
"""Factors up to which failures are looked for without screening first."""
CLOSER = 4
"""Times the replications at the ends of ranges, where each difference is shown by itself."""

Agree = Callable[[Estimate], bool]


@dataclass(frozen=True)
class Failing:
    """Where a plan fails: points in all futures with their values, and which of them break the limit.

    Attributes
    ----------
    columns
        (points,) coordinates of each factor, or its words; a column `future` last if there are several.
    unsure
        Points whose replications do not decide.
    """

    output: Output
    limit: Limit
    names: tuple[str, ...]
    columns: tuple[npt.NDArray[np.generic], ...]
    fails: BoolArray
    unsure: int
    means: FloatArray


@dataclass
class Findings:
    """What a study came to; parts that its method has not got are empty."""

    question: Question
    outputs: tuple[Output, ...]
    factors: tuple[Factor, ...]
    chosen: tuple[Factor, ...] = ()
    stages: dict[str, Runs] = field(default_factory=dict)
    shares: dict[tuple[str, Output], Shares] = field(default_factory=dict)
    effects: dict[Output, morris.Effects] = field(default_factory=dict)
    indices: dict[Output, sobol.Indices] = field(default_factory=dict)
    failing: Failing | None = None
    splits: tuple[regional.Split, ...] = ()
    box: prim.Box | None = None
    boxes: tuple[prim.Box, ...] = ()
    cautions: list[Caution] = field(default_factory=list)

    @property
    def asked(self) -> tuple[Output, ...]:
        """Outputs of the KPIs asked for."""
        return tuple(output for output in self.outputs if output.key in self.question.asked)

    def add(self, name: str, runs: Runs) -> None:
        """Take a stage in, with what must be said of it."""
        self.stages[name] = runs
        self.cautions = cautions.together(self.cautions, cautions.of_runs(runs))
        for output in self.outputs:
            values = runs.all_futures(output)
            self.shares[name, output] = shares_of(values)
            if name != "ends" and (name == "screening" or "screening" not in self.stages):
                self.cautions += cautions.of_values(output, values, self.shares[name, output])


def investigate(question: Question, lab: Lab, agree: Agree = lambda _: True) -> Findings | None:
    """Answer a question; None if `agree` says no to the estimate.

    Raises
    ------
    ScenarioError
        If a KPI, design or limit cannot be, with all problems of all points.
    StoreError, ClusterError
        If runs cannot be kept or done; what was finished is kept.
    """
    _judge(question)
    study = _Study(question, lab)
    if not study.begin(agree):
        return None
    study.go_on()
    return study.found


def _judge(question: Question) -> None:
    """Refuse what a method cannot do."""
    spec, method = question.sweep.spec, question.method
    faults = []
    if len(spec.futures) > 1 and method not in ("regional", "prim"):
        fix = "name one future with the scenario, or use --method prim or regional"
        faults.append(problem("E602", Place("--futures", 1, 1), "futures", "indices are of one future", fix))
    if spec.where and method in ("", "sobol"):
        fix = "use --method morris, regional or prim"
        message = "Sobol' indices need assumptions that vary independently of each other"
        faults.append(problem("E602", Place("--where", 1, 1), "where", message, fix))
    if question.base & (question.base - 1) or question.base < 2:
        fix = "write 32, 64, 128, ..."
        message = f"{question.base} base rows are no power of two"
        faults.append(problem("E602", Place("--base", 1, 1), "base", message, fix))
    if faults:
        raise ScenarioError(faults)


class _Study:
    def __init__(self, question: Question, lab: Lab) -> None:
        self.question, self.lab = question, lab
        self.factors = question.sweep.factors
        few = len(self.factors) <= FEW and question.method in ("regional", "prim")
        self.screens = question.method in ("", "morris") or (
            question.method in ("regional", "prim") and not few
        )
        self.found = Findings(question, (), self.factors)

    # --- the first design ----------------------------------------------------------------------------

    def begin(self, agree: Agree) -> bool:
        """Lay the first design out, say what all will take, run it."""
        question = self.question
        if self.screens:
            name, design = "screening", self._drawn("morris", question.trajectories, self.factors)
        elif question.method == "sobol":
            name, design = "ends", self._ends(self.factors)
        else:
            name, design = "points", self._drawn("lhs", question.points, self.factors)
        replications = question.replications * (CLOSER if name == "ends" else 1)
        work = self.lab.prepare(design, replications)
        keys = self.lab.keys(work)
        judge_kpis(question.asked, keys[0])
        other = keys[len(question.sweep.spec.futures)] if question.against else frozenset[Key]()
        self.found.outputs = question.outputs(tuple(keys[0]), tuple(other))
        if question.method in ("regional", "prim"):
            self._limit()
        first = work.foresee(self.lab.backend.workers)
        if not agree(self._all(first, work.per_run)):
            return False
        self._run(name, work)
        return True

    def _all(self, first: Estimate, per_run: float) -> Estimate:
        """Estimate of all stages: those after the first at most."""
        question = self.question
        plans = len(question.sweep.bases)
        closer = min(question.most, len(self.factors)) if self.screens else len(self.factors)
        rows = {"ends": 1 + sum(len(one.ends) for one in self.factors[:closer]), "sobol": 0, "points": 0}
        if question.method in ("", "sobol"):
            rows["sobol"] = question.base * (closer + 2)
        if question.method in ("regional", "prim"):
            rows = {"ends": 0, "sobol": 0, "points": question.points if self.screens else 0}
        elif question.method == "sobol":
            rows["ends"] = 0
        points = plans * sum(rows.values())
        runs = plans * question.replications * (CLOSER * rows["ends"] + rows["sobol"] + rows["points"])
        known = 0.0 if first.seconds != first.seconds else first.seconds
        later = runs * per_run / max(first.workers, 1) + points * self.lab.judging
        return Estimate(
            first.points + points, first.runs + runs, first.kept, known + later,
            first.disk + runs * 1000.0, first.workers, first.damaged,
        )  # fmt: skip

    def _run(self, name: str, work: object) -> Runs:
        runs = self.lab.finish(work, [output.key for output in self.found.outputs], name)  # type: ignore[arg-type]
        self.found.add(name, runs)
        return runs

    # --- designs -------------------------------------------------------------------------------------

    def _drawn(self, form: str, size: int, factors: Sequence[Factor]) -> Design:
        field_ = "trajectories" if form == "morris" else "points"
        design = DesignSpec.model_validate({"form": form, field_: size})
        spec = self.question.sweep.spec.model_copy(update={"design": design})
        return lay_out(replace(self.question.sweep, spec=spec, factors=tuple(factors)))

    def _ends(self, factors: Sequence[Factor]) -> Design:
        return Design("oat", tuple(factors), tuple(one_at_a_time(factors)))

    def _saltelli(self, factors: Sequence[Factor]) -> Design:
        shares = sobol.rows_of(len(factors), self.question.base, self.question.sweep.spec.seed)
        rows: list[Row] = [
            tuple(factor.at(float(u)) for factor, u in zip(factors, row, strict=True)) for row in shares
        ]
        return Design("saltelli", tuple(factors), tuple(rows), shares)

    # --- the rest ------------------------------------------------------------------------------------

    def go_on(self) -> None:
        """Do all stages after the first."""
        question, found, lab = self.question, self.found, self.lab
        found.chosen = self.factors
        if self.screens:
            self._screened()
        if question.method in ("regional", "prim"):
            if self.screens:
                self._run("points", lab.prepare(
                    self._drawn("lhs", question.points, found.chosen), question.replications))  # fmt: skip
            self._failures()
            return
        if not found.chosen:
            found.cautions.append(Caution("nothing_matters"))
            return
        if "ends" not in found.stages:
            work = lab.prepare(self._ends(found.chosen), CLOSER * question.replications)
            self._run("ends", work)
        if question.method in ("", "sobol"):
            self._explained()

    def _screened(self) -> None:
        found, runs = self.found, self.found.stages["screening"]
        shares = runs.design.shares
        assert shares is not None  # noqa: S101
        found.cautions += cautions.of_screening(self.question.trajectories)
        for output in found.outputs:
            values = runs.of(output)
            if cautions.is_usable(values):
                found.effects[output] = morris.effects_of(shares, values, self.question.sweep.spec.seed)
        weights = [
            weights_of(found.effects[one], runs.replications) for one in found.asked if one in found.effects
        ]
        if not weights:
            found.chosen = ()
            return
        most = np.max(weights, axis=0)
        matter = np.flatnonzero(most >= MINOR)
        ranked = matter[np.argsort(-most[matter], kind="stable")]
        if len(ranked) > self.question.most:
            left = {"count": len(ranked), "most": self.question.most}
            found.cautions.append(Caution("more_matter", None, left))
        found.chosen = tuple(self.factors[index] for index in ranked[: self.question.most])

    def _explained(self) -> None:
        found, question = self.found, self.question
        work = self.lab.prepare(self._saltelli(found.chosen), question.replications)
        runs = self._run("sobol", work)
        names = tuple(factor.path for factor in found.chosen)
        if question.base < sobol.FEWEST:
            found.cautions.append(Caution("few_rows", None, {"count": question.base, "fewest": sobol.FEWEST}))
        for output in found.asked:
            values = runs.of(output)
            if cautions.is_usable(values):
                indices = sobol.indices_of(values, len(names), question.sweep.spec.seed)
                found.indices[output] = indices
                found.cautions += cautions.of_indices(output, names, indices)

    # --- failures ------------------------------------------------------------------------------------

    def _limit(self) -> Limit:
        question = self.question
        if question.limit is not None:
            return question.limit
        key = question.asked[0]
        rule = tolerance_of(key, question.tolerances) if question.tolerances is not None else None
        if rule is None:
            text = f"{key.kpi}@{key.place}"
            fix = "write --limit '>5' or --limit '<0.9'"
            raise ScenarioError(
                [
                    problem(
                        "E602", Place("--limit", 1, 1), text, "the region's study sets no limit for it", fix
                    )
                ]
            )
        return Limit(*rule)

    def _failures(self) -> None:
        found, question, runs = self.found, self.question, self.found.stages["points"]
        limit, output = self._limit(), found.asked[0]
        found.failing = failing = _failing(runs, output, limit)
        count = int(failing.fails.sum())
        least = min(count, len(failing.fails) - count)
        facts = {"count": count, "of": len(failing.fails), "value": limit.value}
        if least == 0:
            found.cautions.append(Caution("never_fails" if count == 0 else "always_fails", output, facts))
            return
        if least < regional.FEWEST:
            found.cautions.append(Caution("few_failing", output, facts | {"fewest": regional.FEWEST}))
        if failing.unsure:
            found.cautions.append(Caution("unsure", output, {"count": failing.unsure, "of": facts["of"]}))
        if question.method == "regional":
            found.splits = regional.splits(failing.columns, failing.fails)
        else:
            found.box, found.boxes = prim.find_box(failing.columns, failing.fails)


def weights_of(effects: morris.Effects, replications: int) -> FloatArray:
    """Share of each factor in the sum of squared effects, luck taken out; 0 where luck explains an effect."""
    squared = np.where(beyond_luck(effects, replications), np.nan_to_num(effects.strength) ** 2, 0.0)
    total = squared.sum()
    return np.asarray(squared / total if total > 0 else squared)


def beyond_luck(effects: morris.Effects, replications: int) -> BoolArray:
    """Whether a factor's squared effects are more than luck alone makes them (twice the standard error)."""
    if replications < 2:
        return np.asarray(effects.mu_star > 0)
    luck = effects.noise**2 * np.sqrt(2 * replications / ((replications - 1) * np.maximum(effects.used, 1)))
    return np.asarray(effects.strength**2 > 2 * luck)


def _failing(runs: Runs, output: Output, limit: Limit) -> Failing:
    """Sort the points of all futures; those without a value are left out."""
    values = runs.all_futures(output)
    futures = runs.sweep.spec.futures
    shares = runs.design.shares
    assert shares is not None  # noqa: S101
    rows = runs.design.rows
    columns: list[npt.NDArray[np.generic]] = []
    for index, factor in enumerate(runs.design.factors):
        own = [row[index] for row in rows]
        columns.append(np.tile(_column(factor, own, shares[:, index]), len(futures)))
    names = [factor.path for factor in runs.design.factors]
    if len(futures) > 1:
        columns.append(np.repeat([future or "-" for future in futures], len(rows)))
        names.append("future")
    known = ~np.isnan(values).all(axis=1)
    values = values[known]
    means = np.nanmean(values, axis=1)
    fails = means < limit.value if limit.at_least else means > limit.value
    return Failing(
        output, limit, tuple(names), tuple(column[known] for column in columns), fails,
        _unsure(values, limit.value), means,
    )  # fmt: skip


def _column(factor: Factor, values: Sequence[Any], shares: FloatArray) -> npt.NDArray[np.generic]:
    """Coordinates of a factor's values: whole numbers and levels stand where `Factor.at` gives them back."""
    if factor.kind == "word":
        return np.array([str(value) for value in values])
    if factor.levels:
        return np.array([(factor.levels.index(value) + 0.5) / len(factor.levels) for value in values])
    if factor.kind == "int":
        return (np.array(values, dtype=float) - factor.low) / (factor.high - factor.low)
    return shares


def _unsure(values: FloatArray, limit: float) -> int:
    """Points whose 95 % interval holds the limit."""
    from sim.experiment.intervals import t_interval

    found = t_interval(values.T)
    return int(((found.low < limit) & (limit < found.high)).sum())
