"""Sweeps as Python calls: many points of a scenario's values, each run many times, in tables.

>>> import sim
>>> vans = sim.sweep("chengkou/pilot", vary={"collection_point.vans": [1, 2, 3]})    # doctest: +SKIP
>>> vans.points.query("kpi == 'overflow_days' and place == 'sources'")    # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from sim.arguments import understood
from sim.experiment.designs import lay_out
from sim.experiment.layout import Points, judged
from sim.experiment.progress import progress
from sim.experiment.sweep import Agree, SweepOptions, run_sweep
from sim.experiment.sweep_files import Written, read_sweep
from sim.scenario.factors import FactorError, parse_factor
from sim.scenario.library import Library
from sim.scenario.problems import Place, ScenarioError, nearest, problem, warn_of
from sim.scenario.sweep_study import DesignSpec, FactorSpec, SweepSpec
from sim.scenario.sweeps import Sweep, is_sweep, load_sweep, sweep_of
from sim.spec import Spec

__all__ = ["Points", "SweepOptions", "Written", "points_of", "read_sweep", "run_points", "sweep"]

Asked = TypeVar("Asked", bound=Spec)

MANY = 200
"""Points whose judging takes so long that progress is shown."""
ALL_RANGES = "all-ranges"
"""Word that stands for every number that carries a range."""


@understood
def sweep(
    name: str | Sequence[str],
    vary: Mapping[str, Any] | Sequence[str] | str = (),
    *,
    design: str = "grid",
    points: Any = None,
    where: Sequence[str] = (),
    futures: Sequence[str] = ("",),
    settings: Sequence[str] = (),
    replications: int = 30,
    seed: int = 1,
    chain: str = "both",
    kpis: Sequence[str] = (),
    years: tuple[int, int, int] | None = None,
    until: tuple[str, float, int] | None = None,
    jobs: int | None = None,
    cluster: str = "",
    scheduler_file: str = "",
    out: Path | str = "results",
    quiet: bool = True,
    root: Path | None = None,
) -> Written:
    """Run a scenario at many points, each many times on common chance; nothing is ever run twice.

    Parameters
    ----------
    name
        A scenario, several, or a sweep: its name or file (then the rest of what is asked is in there).
    vary
        Path -> levels, or path -> a text as `--vary` takes it (``"5:40:8"``, ``"triangular(5,10,40)"``), or a
        list of such options; ``"all-ranges"``: every number that carries a range.
    design
        ``grid``, ``oat``, ``lhs:N``, ``sobol:N``, ``morris:N`` or ``csv:FILE``.
    points
        A DataFrame, or a list of mappings, whose columns are paths: the points themselves.
    where
        Comparisons that points must keep, such as ``"a.capacity_t >= a.release_t"``.
    chain
        ``hazardous``, ``slag`` or ``both``.
    kpis
        ``kpi`` or ``kpi@place``: write these only; nothing: all of groups, collection point, yard, vehicles.
    years
        First and last reported year and years of warm-up; None: the region's.
    until
        (``kpi@place``, half-width, most replications): add replications until the interval is so narrow.
    jobs, cluster, scheduler_file
        Worker processes (None: one per processor), or an existing Dask scheduler's address or file.

    Returns
    -------
    Written
        `runs`, `points` and `design` as DataFrames, factors joined; `folder`, `failures`, `manifest`.

    Raises
    ------
    ScenarioError
        With all problems, those of all points that cannot be included.
    StoreError, ClusterError, NotWritableError
        If runs cannot be kept, done or written.
    """
    laid = points_of(
        name, vary, design=design, points=points, where=where, futures=futures, settings=settings,
        replications=replications, seed=seed, chain=chain, kpis=kpis, years=years, until=until, quiet=quiet,
        root=root,
    )  # fmt: skip
    warn_of(laid.problems)
    options = SweepOptions(jobs, Path(out), None, cluster, scheduler_file, quiet)
    return run_points(laid, options)


def points_of(
    name: str | Sequence[str],
    vary: Mapping[str, Any] | Sequence[str] | str = (),
    *,
    points: Any = None,
    quiet: bool = True,
    root: Path | None = None,
    **asked: Any,
) -> Points:
    """Lay a sweep's points out and judge them all; parameters as for `sweep`.

    Raises
    ------
    ScenarioError
        With all problems.
    """
    understood = asked_for(name, vary, root=root, **asked)
    listed = points.to_dict("records") if hasattr(points, "to_dict") else points
    design = lay_out(understood, listed)
    count = len(understood.bases) * len(design.rows)
    with progress(count, "checking", unit="points", quiet=quiet or count < MANY) as advance:
        return judged(understood, design, advance)


def run_points(points: Points, options: SweepOptions, agree: Agree = lambda _: True) -> Written:
    """Run points that are laid out.

    Raises
    ------
    RuntimeError
        If `agree` said no.
    """
    found = run_sweep(points, options, agree)
    if found is None:
        raise RuntimeError("the sweep was not agreed to")
    return found


def asked_for(
    name: str | Sequence[str],
    vary: Mapping[str, Any] | Sequence[str] | str = (),
    *,
    root: Path | None = None,
    **asked: Any,
) -> Sweep:
    """Understand what is asked of a sweep.

    Raises
    ------
    ScenarioError
        With all problems.
    """
    settings = tuple(asked.get("settings", ()))
    if isinstance(name, str) and is_sweep(name, Library.at(root)):
        _refuse_what_it_says(name, vary, asked)
        changed = {key: asked[key] for key in ("replications", "seed") if asked.get(key) is not None}
        return load_sweep(name, settings, root, **changed)
    factors, all_ranges = factors_of(vary)
    years = asked.get("years")
    until = asked.get("until")
    given = {
        "scenarios": (name,) if isinstance(name, str) else tuple(name),
        "futures": tuple(asked.get("futures", ("",))),
        "settings": settings,
        "vary": tuple(factors),
        "all_ranges": all_ranges,
        "law": asked.get("law", "uniform"),
        "leave_out": tuple(asked.get("leave_out", ())),
        "design": design_of(asked.get("design", "grid")),
        "where": tuple(asked.get("where", ())),
        "replications": asked.get("replications") or 30,
        "seed": 1 if asked.get("seed") is None else asked["seed"],
        "chain": asked.get("chain", "both"),
        "kpis": tuple(asked.get("kpis", ())),
        "years": dict(zip(("first", "last", "warm_up_years"), years, strict=True)) if years else None,
        "until": dict(zip(("kpi", "half_width", "at_most"), until, strict=True)) if until else None,
    }
    return sweep_of(_spec(SweepSpec, given), asked.get("called", ""), root)


def _spec(kind: type[Asked], given: Mapping[str, Any]) -> Asked:
    """What is asked as a spec.

    Raises
    ------
    ScenarioError
        With every option that is out of its bounds or of the wrong type.
    """
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        faults = []
        for one in error.errors(include_url=False):
            path = ".".join(map(str, one["loc"]))
            place = Place(f"--{str(one['loc'][0]).replace('_', '-')}", 1, 1)
            said = str(one["msg"]).replace("Input should be", "must be")
            faults.append(problem("E104", place, path, f"{one['input']!r} {said}", "write another value"))
        raise ScenarioError(faults) from error


def _refuse_what_it_says(name: str, vary: Any, asked: Mapping[str, Any]) -> None:
    """A sweep says itself what varies; options beside it would be passed over."""
    plain = {"design": "grid", "chain": "both", "law": "uniform", "futures": ("",)}
    given = [
        word
        for word in ("design", "where", "futures", "chain", "kpis", "law", "leave_out", "years", "until")
        if asked.get(word) and asked[word] != plain.get(word)
    ]
    faults = [
        problem("E602", Place(name, 1, 1), word, "the sweep says this itself", "change it in its file")
        for word in (["vary"] if vary else []) + given
    ]
    if faults:
        raise ScenarioError(faults)


def factors_of(vary: Mapping[str, Any] | Sequence[str] | str) -> tuple[list[FactorSpec], bool]:
    """Factors asked for, and whether every number with a range is one.

    Raises
    ------
    ScenarioError
        With all that are not understood.
    """
    texts: list[str] = []
    factors: list[FactorSpec] = []
    if isinstance(vary, Mapping):
        for path, said in vary.items():
            if isinstance(said, str):
                texts.append(f"{path}={said}" if said else path)
            else:
                factors.append(_spec(FactorSpec, {"path": path, "values": tuple(map(_plain, said))}))
    else:
        texts = [vary] if isinstance(vary, str) else list(vary)
    faults = []
    for number, text in enumerate(texts, start=1):
        if text == ALL_RANGES:
            continue
        try:
            factors.append(parse_factor(text))
        except FactorError as fault:
            place = Place("--vary", number, 1)
            faults.append(problem("E601", place, text.partition("=")[0], fault.message, fault.fix))
    if faults:
        raise ScenarioError(faults)
    return factors, ALL_RANGES in texts


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def design_of(text: str) -> DesignSpec:
    """Design of a text such as `grid`, `lhs:200`, `csv:points.csv`.

    Raises
    ------
    ScenarioError
        If it is none.
    """
    form, _, size = text.partition(":")
    forms = ("grid", "oat", "lhs", "sobol", "morris", "csv")
    place = Place("--design", 1, 1)
    if form not in forms:
        close = nearest(form, forms)
        fix = f"did you mean {close}?" if close else f"write one of {', '.join(forms)}"
        raise ScenarioError([problem("E602", place, "design", f"{form!r} is no design", fix)])
    if form == "csv":
        return DesignSpec(form="csv", file=size or None)
    if size and not (size.isdecimal() and len(size) < 19 and int(size) > 0):
        raise ScenarioError(
            [problem("E602", place, "design", f"{size!r} is not a count", f"write {form}:100")]
        )
    count = int(size) if size else None
    if form == "morris":
        return _spec(DesignSpec, {"form": form, "trajectories": count})
    return _spec(DesignSpec, {"form": form, "points": count})
