"""`sweep SWEEP | NAME --vary ...`: many points of a scenario's values, resumable, one table out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from sim.cli.naming import Name, region_option
from sim.cli.running import DONE, FAILED, _show, _tell, guarded, tell_problems
from sim.report.readable import readable
from sim.spec import MOST_RUNS

if TYPE_CHECKING:
    from sim.experiment.sweep import Estimate
    from sim.experiment.sweep_files import Written

ROWS = 40
"""Points shown; the table of all is in the folder."""


@click.command("sweep")
@region_option
@click.argument("name", type=Name())
@click.option(
    "--vary",
    multiple=True,
    metavar="PATH=VALUES",
    help="path=1,2,3; path=low:high:count; path=low:high (a law); path alone: its range; or all-ranges.",
)
@click.option("--leave-out", multiple=True, metavar="PATH", help="Leave this one out of all-ranges.")
@click.option(
    "--law",
    type=click.Choice(["uniform", "triangular"]),
    default="uniform",
    show_default=True,
    help="Law of ranges.",
)
@click.option(
    "--design",
    default="grid",
    show_default=True,
    metavar="DESIGN",
    help="grid, oat, lhs:N, sobol:N, morris:N or csv:FILE.",
)
@click.option("--where", multiple=True, metavar="A>=B", help="Comparison that every point must keep.")
@click.option("--futures", default="", metavar="A,B", help="Futures that every point is run in.")
@click.option(
    "--set", "settings", multiple=True, metavar="A.B.C=VALUE", help="Override a value at every point."
)
@click.option("--chain", type=click.Choice(["both", "hazardous", "slag"]), default="both", show_default=True)
@click.option("--kpis", default="", metavar="KPI@PLACE,...", help="Write these only.")
@click.option(
    "--replications",
    type=click.IntRange(1, MOST_RUNS),
    help="Runs of each point; default: 30, or the sweep's.",
)
@click.option("--until", metavar="KPI@PLACE=W", help="Add replications to a point until the interval is +-W.")
@click.option(
    "--most",
    type=click.IntRange(2, MOST_RUNS),
    help="Most replications of a point with --until; default: 1000.",
)
@click.option("--seed", type=click.IntRange(min=0), help="Seed of all chance; default: 1, or the sweep's.")
@click.option("--jobs", type=click.IntRange(min=1), help="Worker processes; default: one per processor.")
@click.option(
    "--cluster", default="", metavar="ADDRESS", help="An existing Dask scheduler (tls://host:port)."
)
@click.option(
    "--scheduler-file", default="", metavar="FILE", help="File that an existing Dask scheduler wrote."
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("results"),
    show_default=True,
    help="Folder of all results.",
)
@click.option(
    "--store",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of finished runs, on a local disk; default: the sweep's folder of results.",
)
@click.option(
    "--resume/--retry-failed",
    "resume",
    default=True,
    help="Go on where the same sweep stopped (default); also do failed runs again.",
)
@click.option("--parquet", is_flag=True, help="Write runs as Parquet (extra `parquet`).")
@click.option(
    "--dry-run", is_flag=True, help="Check every point, say what it would take, run and write nothing."
)
@click.option("--yes", is_flag=True, help="Do not ask before a long sweep.")
@click.option("--quiet", is_flag=True, help="No estimate, no progress; warnings are shown all the same.")
def command(name: str, **asked: Any) -> None:
    """Run a scenario at many points, each many times on common chance.

    NAME is a scenario (region/plan+future), or a sweep: its name or YAML file. What is finished is never run
    again: the same command goes on where it was stopped.
    """
    import sim.experiment.sweep
    import sim.sweeps  # noqa: F401 - before `guarded`: there, Ctrl-C is an exception

    raise SystemExit(guarded(lambda: _sweep(name, asked)))


def _sweep(name: str, asked: dict[str, Any]) -> int:
    from sim.experiment.execute import cores
    from sim.experiment.sweep import SweepOptions, Work, run_sweep
    from sim.sweeps import points_of

    quiet = asked["quiet"]
    points = points_of(name, asked["vary"], quiet=quiet, **_asked_for(asked))
    tell_problems(points.problems, quiet)
    if points.design.left_out:
        _tell([f"{points.design.left_out} rows break a constraint and are left out"])
    jobs = asked["jobs"] or cores()
    if asked["dry_run"]:
        work = Work(points, points.parts)
        work.judge_kpis()
        click.echo(said(work.foresee(jobs)))
        return DONE
    options = SweepOptions(
        jobs, asked["out"], asked["store"], asked["cluster"], asked["scheduler_file"], quiet,
        not asked["resume"], asked["parquet"], tuple(sys.argv),
        (lambda _: None) if quiet else _tell,
    )  # fmt: skip

    def agree(guess: Estimate) -> bool:
        if not quiet or guess.damaged:
            _tell([said(guess)])
        long = guess.seconds > 60 or guess.disk > 1e9
        return not long or asked["yes"] or not sys.stdin.isatty() or click.confirm("go on?", default=True)

    found = run_sweep(points, options, agree)
    if found is None:
        return DONE
    _show(table_of(found, points.sweep.spec.kpis))
    _tell([f"results: {found.folder}"] if not quiet else [])
    _tell(found.manifest["doubts"])
    _tell(f"failed: {failure}" for failure in found.failures)
    return FAILED if found.failures else DONE


def _asked_for(asked: dict[str, Any]) -> dict[str, Any]:
    same = ("design", "where", "settings", "chain", "replications", "seed", "law", "leave_out")
    found = {word: asked[word] for word in same}
    found["futures"] = tuple(one.strip() for one in asked["futures"].split(","))
    if asked["kpis"] and not asked["kpis"].strip(", "):
        raise click.BadParameter("names no KPI: write kpi or kpi@place", param_hint="--kpis")
    if asked["most"] and not asked["until"]:
        raise click.BadParameter("says nothing without --until", param_hint="--most")
    if asked["most"] and asked["most"] < (asked["replications"] or 0):
        raise click.BadParameter("is less than --replications", param_hint="--most")
    found["kpis"] = tuple(one.strip() for one in asked["kpis"].split(",") if one.strip())
    if asked["until"]:
        kpi, _, width = asked["until"].partition("=")
        try:
            found["until"] = (kpi, float(width), asked["most"] or max(1000, asked["replications"] or 0))
        except ValueError as error:
            raise click.BadParameter("write --until kpi@place=0.01", param_hint="--until") from error
    return found


def said(guess: Estimate) -> str:
    """Say in a line what a sweep will take."""
    told = [f"{guess.kept} are finished already"] if guess.kept else []
    if guess.damaged:
        told.append(f"at least {guess.damaged} were damaged in the store and are done again")
    kept = f" ({'; '.join(told)})" if told else ""
    time = f"about {_duration(guess.seconds)}" if guess.kept < guess.runs else "no time"
    workers = f"{guess.workers} worker{'s' if guess.workers != 1 else ''}"
    return (
        f"{guess.points} points, {guess.runs} runs{kept}: {time} with {workers}, {_bytes(guess.disk)} of disk"
    )


def _duration(seconds: float) -> str:
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} s"


def _bytes(count: float) -> str:
    for size, unit in ((1e9, "GB"), (1e6, "MB")):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{max(count / 1e3, 1):.0f} kB"


SHOWN = (
    ("sources", "overflow_probability"),
    ("sources", "overflow_days"),
    ("collection_point", "overflow_any"),
    ("kiln_yard", "overflow_probability"),
    ("county", "cost"),
)
"""KPIs that are shown when none is asked for."""


def table_of(found: Written, kpis: tuple[str, ...]) -> str:
    """Lay out the first points with a few KPIs, mean and interval, as a Markdown table."""
    from sim.report.markdown import escape

    points = found.first(ROWS)
    factors = list(points.columns[3 : points.columns.get_loc("place")])
    varied = [name for name in ("scenario", "future", *factors) if points[name].nunique(dropna=False) > 1]
    columns = _columns(points, kpis)[:6]
    units = points.drop_duplicates(["place", "kpi"]).set_index(["place", "kpi"])["unit"]
    head = ["point", *map(escape, varied)]
    for place, kpi in columns:
        head.append(escape(f"{kpi}@{place}") + f" ({readable(units[place, kpi])[1]})")
    rows = [head, ["---"] * len(head)]
    for number, own in points.groupby("point", sort=False):
        means = own.set_index(["place", "kpi"])
        first = own.iloc[0]
        rows.append(
            [
                str(number),
                *(escape(str(first[name])) for name in varied),
                *(_mean(means, key) for key in columns),
            ]
        )
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    more = found.manifest["points"] - ROWS
    return "\n".join([*lines, *([f"\n... and {more} more points in points.csv"] if more > 0 else [])])


def _columns(points: Any, kpis: tuple[str, ...]) -> list[tuple[str, str]]:
    there = list(dict.fromkeys(zip(points["place"], points["kpi"], strict=True)))
    if not kpis:
        return [key for key in SHOWN if key in there]
    return [(place, kpi) for place, kpi in there if kpi and (kpi in kpis or f"{kpi}@{place}" in kpis)]


def _mean(rows: Any, key: tuple[str, str]) -> str:
    if key not in rows.index:
        return ""
    row = rows.loc[[key]].iloc[0]
    scale, _ = readable(row["unit"])
    mean, low, high = (_number(scale * row[name]) for name in ("mean", "ci_low", "ci_high"))
    return f"{mean} [{low}, {high}]"


def _number(value: float) -> str:
    if value != value:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
