"""`check [NAMES]`: all problems of all files in one pass."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import rich_click as click

from sim.cli.naming import Name, region_of, region_option
from sim.cli.running import while_read
from sim.text import one_line

if TYPE_CHECKING:
    from sim.scenario.check import Report

COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}


@click.command("check")
@region_option
@click.argument("names", nargs=-1, type=Name())
@click.option("--quiet", is_flag=True, help="No notes; warnings are shown all the same.")
@click.option("--deep", is_flag=True, help="Run NAMES too: is the warm-up long enough, does the end matter?")
@click.option(
    "--replications", type=click.IntRange(min=2), help="Replications of a deep check; default: 100."
)
def command(names: tuple[str, ...], quiet: bool, deep: bool, replications: int | None) -> None:
    """Check scenarios, studies or regions; everything without NAMES.

    Exit code 2 if there is an error; with --deep 1 if a warm-up is too short.
    """
    from sim.scenario.check import check

    names = names or tuple(filter(None, [region_of()]))
    report = check(names)
    with while_read():
        _print(report, quiet)
    if report.of("error"):
        raise SystemExit(2)
    if deep:
        raise SystemExit(_deep(names, replications))


def _print(report: Report, quiet: bool) -> None:
    from sim.scenario.problems import SEVERITIES

    kept = [one for one in report.problems if not (quiet and one.severity == "note")]
    for file, group in groupby(kept, key=lambda one: one.place.file):
        click.secho(one_line(file), bold=True)
        for one in group:
            code = click.style(one.code, fg=COLOURS[one.severity])
            click.echo(f"  {one.place} {code} {one.severity}: {one.sentence}")
    counts = [
        f"{len(report.of(severity))} {severity}{'s' if len(report.of(severity)) != 1 else ''}"
        for severity in SEVERITIES.values()
    ]
    verdict = "clean" if report.is_clean else "not clean"
    sweeps = f"{report.sweeps} sweep{'s' if report.sweeps != 1 else ''}, " if report.sweeps else ""
    read = f"{report.studies} studies, {sweeps}{report.scenarios} scenarios"
    click.echo(f"{verdict}: {read}; {', '.join(counts)}")


def _deep(names: tuple[str, ...], replications: int | None) -> int:
    """Run scenarios and studies from an empty and a full start; returns the exit code."""
    from sim.experiment.deep import REPLICATIONS, TOO_SHORT, deep_checks, told

    if not names:
        raise click.UsageError("--deep takes the scenarios or studies to run")
    code = 0
    for found in deep_checks(names, replications or REPLICATIONS):
        click.echo(one_line(told(found)))
        code = max(code, int(found.verdict == TOO_SHORT and not found.exempt))
    return code
