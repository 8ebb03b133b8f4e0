"""Sensitivity as a Python call: which assumptions decide an answer, and where a plan fails.

>>> import sim
>>> found = sim.sensitivity("chengkou/pilot")    # doctest: +SKIP
>>> found.indices.query("role == 'decides'")    # doctest: +SKIP
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from math import isfinite
from pathlib import Path
from typing import Any

from sim.arguments import understood
from sim.experiment.sensitivity.files import Sensitivity, read_sensitivity, run_sensitivity
from sim.experiment.sensitivity.lab import MakeOf
from sim.experiment.sensitivity.question import (
    METHODS,
    Limit,
    Method,
    Question,
    chains_of,
    key_of,
)
from sim.experiment.sensitivity.study import Agree
from sim.experiment.sweep import SweepOptions
from sim.kpi.outcome import Key
from sim.scenario.compose import folder_of, head_and_futures
from sim.scenario.library import Library
from sim.scenario.load import load_scenario
from sim.scenario.named import template_of
from sim.scenario.problems import Place, ScenarioError, nearest, problem, warn_of
from sim.sweeps import ALL_RANGES, asked_for

__all__ = ["Sensitivity", "question_of", "read_sensitivity", "run_question", "sensitivity"]

KPI = "overflow_probability@sources"
"""KPI that is asked about when none is named."""
NOBODY = "none"
"""Word for: compare with no other plan."""


@understood
def sensitivity(
    name: str,
    kpi: str | Sequence[str] = (),
    *,
    method: str = "",
    against: str | None = None,
    vary: Mapping[str, Any] | Sequence[str] | str = ALL_RANGES,
    law: str = "uniform",
    leave_out: Sequence[str] = (),
    where: Sequence[str] = (),
    futures: Sequence[str] = ("",),
    settings: Sequence[str] = (),
    limit: str = "",
    trajectories: int = 4,
    base: int = 64,
    points: int = 256,
    most: int = 8,
    replications: int = 4,
    seed: int = 1,
    years: tuple[int, int, int] | None = None,
    jobs: int | None = None,
    cluster: str = "",
    scheduler_file: str = "",
    out: Path | str = "results",
    lang: str = "en",
    quiet: bool = True,
    root: Path | None = None,
) -> Sensitivity:
    """Find out which assumptions decide an answer, which do not, and whether any turns the order of plans.

    Nothing is ever run twice: the same call again reads the store.

    Parameters
    ----------
    name
        A scenario.
    kpi
        ``kpi@place``, or several; nothing: `overflow_probability@sources`.
    method
        ``morris`` screens; ``sobol`` gives variance shares; nothing: the first for all, then the second for
        what matters. ``regional`` tells what points that fail have in common, ``prim`` gives the box in which
        the plan fails.
    against
        Plan to compare with; None: the baseline of the region's study; ``"none"``: nothing.
    vary, law, leave_out, where, futures, settings, seed, years
        As for `sweep`; by default every number that carries a range varies. Several futures are for
        ``regional`` and ``prim`` only.
    limit
        Where a point fails: ``">5"``, ``"<0.9"``; nothing: the tolerance of the region's study.
    trajectories, base, points
        Size of the screening, of Sobol' designs (a power of two), of the points that `regional` and `prim`
        look at.
    most
        Assumptions that are looked at closely after the screening.
    replications
        Of each point, on common chance; one alone cannot tell luck from assumptions.

    Returns
    -------
    Sensitivity
        `indices`, `swings`, `order`, `noise`, `points`, `box`, `peeling` as DataFrames; `answer` (the page),
        `folder`, `manifest`, `failures`.

    Raises
    ------
    ScenarioError
        With all problems, those of all points that cannot be included.
    StoreError, ClusterError, NotWritableError
        If runs cannot be kept, done or written.
    """
    question = question_of(
        name, kpi, method=method, against=against, vary=vary, law=law, leave_out=leave_out, where=where,
        futures=futures, settings=settings, limit=limit, trajectories=trajectories, base=base, points=points,
        most=most, replications=replications, seed=seed, years=years, root=root,
    )  # fmt: skip
    warn_of(question.sweep.problems)
    options = SweepOptions(jobs, Path(out), None, cluster, scheduler_file, quiet)
    found = run_question(question, options, lang)
    assert found is not None  # noqa: S101
    return found


def run_question(
    question: Question,
    options: SweepOptions,
    lang: str = "en",
    agree: Agree = lambda _: True,
    make: MakeOf | None = None,
) -> Sensitivity | None:
    """Run a question that is understood; None if `agree` says no to the estimate."""
    from sim.report.influence import write_influence

    return run_sensitivity(question, options, partial(write_influence, lang=lang), agree, make)


def question_of(
    name: str,
    kpi: str | Sequence[str] = (),
    *,
    method: str = "",
    against: str | None = None,
    vary: Mapping[str, Any] | Sequence[str] | str = ALL_RANGES,
    limit: str = "",
    trajectories: int = 4,
    base: int = 64,
    points: int = 256,
    most: int = 8,
    replications: int = 4,
    root: Path | None = None,
    **asked: Any,
) -> Question:
    """Understand what is asked; parameters as for `sensitivity`.

    Raises
    ------
    ScenarioError
        With all problems.
    """
    texts = [kpi] if isinstance(kpi, str) else [*kpi]
    keys = tuple(key_of(text, number) for number, text in enumerate(texts or [KPI], start=1))
    chain = chains_of(keys)
    chosen = _method(method)
    other = "" if chosen in ("regional", "prim") else _against(name, against, keys, asked, root)
    names = (name, *([other] if other else []))
    design = "lhs:1" if chosen in ("regional", "prim") else "morris:1"
    called = f"sensitivity_{'_vs_'.join(folder_of(one) for one in names)}"
    sweep = asked_for(
        names, vary or ALL_RANGES, design=design, chain=chain, called=called, replications=replications,
        root=root, **asked,
    )  # fmt: skip
    tolerances = template_of(Library.at(root), sweep.region).tolerances
    return Question(
        sweep, keys, chosen, trajectories, base, points, most, replications, _limit(limit), tolerances
    )


def _method(text: str) -> Method:
    for method in METHODS:
        if text == method:
            return method
    if not text:
        return ""
    close = nearest(text, METHODS)
    fix = f"did you mean {close}?" if close else f"write one of {', '.join(METHODS)}"
    raise ScenarioError([problem("E602", Place("--method", 1, 1), "method", f"{text!r} is no method", fix)])


def _limit(text: str) -> Limit | None:
    if not text:
        return None
    found = re.fullmatch(r"\s*(?:([<>])=?)?\s*([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*", text)
    if found is None or not isfinite(float(found[2])):
        place = Place("--limit", 1, 1)
        message = f"{text!r} is no limit"
        raise ScenarioError([problem("E602", place, "limit", message, "write '>5' or '<0.9': what fails")])
    return Limit(float(found[2]), found[1] == "<")


def _against(
    name: str, against: str | None, keys: Sequence[Key], asked: Mapping[str, Any], root: Path | None
) -> str:
    """Plan to compare with: the one named, or the baseline of the region's study for that half."""
    if against is not None:
        return "" if against == NOBODY else against
    loaded = load_scenario(name, tuple(asked.get("settings", ())), root)
    study = template_of(Library.at(root), loaded.region)
    chain = chains_of(tuple(keys))
    baseline = next(
        (one.baseline for one in study.tables.values() if one.vary == "plans" and one.chain == chain), ""
    )
    plan, futures = head_and_futures(loaded.name)
    other = f"{loaded.region}/{baseline}"
    return "+".join([other, *futures]) if baseline and other != plan else ""
