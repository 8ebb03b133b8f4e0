"""`sensitivity NAME`: which assumptions decide an answer, and where a plan fails."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from sim.cli.naming import Name, lang_option, region_option
from sim.cli.running import DONE, FAILED, _show, _tell, guarded, tell_problems
from sim.cli.sweep import said
from sim.spec import MOST_RUNS

if TYPE_CHECKING:
    from sim.experiment.sweep import Estimate

COUNT = click.IntRange(1, MOST_RUNS)


@click.command("sensitivity")
@click.argument("name", type=Name())
@click.option(
    "--kpi", multiple=True, metavar="KPI@PLACE", help="What is asked; default: overflow_probability@sources."
)
@click.option(
    "--method",
    type=click.Choice(["morris", "sobol", "regional", "prim"]),
    help="Default: morris on everything, then sobol on what matters. regional, prim: where it fails.",
)
@click.option(
    "--against",
    type=Name(),
    metavar="PLAN",
    help="Plan to compare with, or none; default: the study's baseline.",
)
@click.option(
    "--vary",
    multiple=True,
    metavar="PATH=LOW:HIGH",
    help="As in `sweep`; default: all-ranges.",
)
@click.option("--leave-out", multiple=True, metavar="PATH", help="Leave this one out of all-ranges.")
@click.option("--law", type=click.Choice(["uniform", "triangular"]), default="uniform", show_default=True)
@click.option("--where", multiple=True, metavar="A>=B", help="Comparison that every point must keep.")
@click.option(
    "--futures", default="", metavar="A,B", help="Futures to look for failures in (regional, prim)."
)
@click.option(
    "--set", "settings", multiple=True, metavar="A.B.C=VALUE", help="Override a value at every point."
)
@click.option(
    "--limit", default="", metavar=">X", help="Where it fails (regional, prim); default: the study's."
)
@click.option("--trajectories", type=COUNT, default=4, show_default=True, help="Size of the screening.")
@click.option(
    "--base", type=COUNT, default=64, show_default=True, help="Size of Sobol' designs: a power of 2."
)
@click.option("--points", type=COUNT, default=256, show_default=True, help="Points for regional and prim.")
@click.option("--most", type=COUNT, default=8, show_default=True, help="Assumptions looked at closely.")
@click.option("--replications", type=COUNT, default=4, show_default=True, help="Runs of each point.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
@click.option("--jobs", type=COUNT, help="Worker processes; default: one per processor.")
@click.option("--cluster", default="", metavar="ADDRESS", help="An existing Dask scheduler.")
@click.option("--scheduler-file", default="", metavar="FILE", help="File that a Dask scheduler wrote.")
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
    help="Folder of finished runs, on a local disk.",
)
@click.option(
    "--resume/--retry-failed", "resume", default=True, help="Go on (default); also do failed runs again."
)
@lang_option
@region_option
@click.option("--dry-run", is_flag=True, help="Check the first points, say what all would take, run nothing.")
@click.option("--yes", is_flag=True, help="Do not ask before a long study.")
@click.option("--quiet", is_flag=True, help="No estimate, no progress; warnings are shown all the same.")
def command(name: str, **asked: Any) -> None:
    """Say which assumptions decide an answer, which do not, and whether any turns the order of plans.

    NAME is a scenario (region/plan+future). Every number that carries a range varies over it. What is
    finished is never run again: the same command goes on where it was stopped.
    """
    import sim.experiment.sweep
    import sim.influence  # noqa: F401 - before `guarded`: there, Ctrl-C is an exception

    raise SystemExit(guarded(lambda: _sensitivity(name, asked)))


def _sensitivity(name: str, asked: dict[str, Any]) -> int:
    from sim.experiment.sweep import SweepOptions
    from sim.influence import question_of, run_question

    quiet = asked["quiet"]
    same = ("against", "leave_out", "law", "where", "settings", "limit", "trajectories", "base", "points")
    question = question_of(
        name, asked["kpi"], method=asked["method"] or "", vary=asked["vary"],
        futures=tuple(one.strip() for one in asked["futures"].split(",")),
        most=asked["most"], replications=asked["replications"], seed=asked["seed"],
        **{word: asked[word] for word in same},
    )  # fmt: skip
    tell_problems(question.sweep.problems, quiet)
    options = SweepOptions(
        asked["jobs"], asked["out"], asked["store"], asked["cluster"], asked["scheduler_file"], quiet,
        not asked["resume"], False, tuple(sys.argv),
        (lambda _: None) if quiet else _tell,
    )  # fmt: skip

    def agree(guess: Estimate) -> bool:
        if asked["dry_run"]:
            click.echo(f"at most {said(guess)}")
            return False
        if not quiet or guess.damaged:
            _tell([f"at most {said(guess)}"])
        long = guess.seconds > 600 or guess.disk > 1e9
        return not long or asked["yes"] or not sys.stdin.isatty() or click.confirm("go on?", default=True)

    found = run_question(question, options, asked["lang"], agree)
    if found is None:
        return DONE
    _show(found.answer)
    _tell([f"results: {found.folder}"] if not quiet else [])
    _tell(f"failed: {failure}" for failure in found.failures)
    return FAILED if found.failures else DONE
