"""`curve NAME PLACE`: how large a place must be."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import rich_click as click

from sim.cli.naming import Name, lang_option, region_option
from sim.cli.running import DONE, FAILED, _tell, guarded, tell_problems, while_read
from sim.spec import MOST_RUNS

MOST_CAPACITIES = 10_000


class Capacities(click.ParamType[tuple[float, ...]]):
    """`5,10,20` or `LOW:HIGH:COUNT`, t."""

    name = "capacities"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, ...]:
        """Read a list or an even span."""
        try:
            if ":" not in value:
                return tuple(float(part) for part in value.split(","))
            low, high, count = value.split(":")
            first, last, many = float(low), float(high), int(count)
            if not 2 <= many <= MOST_CAPACITIES or not 0 < first < last < math.inf:
                raise ValueError
            return tuple(first + (last - first) * step / (many - 1) for step in range(many))
        except ValueError:
            self.fail(
                f"{value!r} is neither `5,10,20` nor LOW:HIGH:COUNT as `5:40:8` "
                f"(0 < LOW < HIGH, COUNT 2 to {MOST_CAPACITIES})",
                param,
                ctx,
            )


@click.command("curve")
@click.argument("name", type=Name())
@click.argument("place")
@click.option("--capacities", type=Capacities(), help="`5,10,20` or LOW:HIGH:COUNT as `5:40:8`, t.")
@click.option("--each", is_flag=True, help="Simulate each capacity by itself.")
@click.option(
    "--once", is_flag=True, help="One set of runs: calls unchanged, or only until waste is first turned away."
)
@click.option("--extrapolate", is_flag=True, help="Fit a tail to go beyond what was seen, and say so.")
@click.option("--set", "settings", multiple=True, metavar="A.B.C=VALUE", help="Override a value.")
@click.option("--replications", type=click.IntRange(2, MOST_RUNS), help="Default: the study's.")
@click.option("--seed", type=click.IntRange(min=0), help="Seed of all chance; default: the study's.")
@click.option("--jobs", type=click.IntRange(min=1), help="Worker processes; default: one per processor.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("results"), show_default=True,
    help="Folder of all results.",
)  # fmt: skip
@click.option("--quiet", is_flag=True, help="No progress; warnings are shown all the same.")
@lang_option
@region_option
def command(name: str, place: str, capacities: tuple[float, ...] | None, **options: Any) -> None:
    """Risk of overflow of one place against its capacity, with the smallest capacity that keeps the limit.

    PLACE is kiln_yard, smelters, collection_point/CLASS, sources/CLASS (all sources alike) or
    site:NAME/CLASS. Where nothing reads the capacity, one set of runs tells every capacity; else each is
    simulated on the same chance, and the answer says so.
    """
    from sim.curves import curve
    from sim.experiment.storage_study import CurveError

    if options["each"] and options["once"]:
        raise click.UsageError("either --each or --once")
    quiet = options["quiet"]
    notes = (lambda _: None) if quiet else _tell

    def work() -> int:
        try:
            found = curve(
                name, place, capacities, **options, tell=lambda said: tell_problems(said, quiet), notes=notes
            )
        except CurveError as error:
            raise click.UsageError(str(error)) from error
        with while_read():
            click.echo(found.answer)
        _tell([f"results: {found.folder}"] if not quiet else [])
        _tell(f"failed: {failure}" for failure in found.failures)
        return FAILED if found.failures else DONE

    raise SystemExit(guarded(work))
