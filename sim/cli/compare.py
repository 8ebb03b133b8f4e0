"""`compare STUDY | NAME NAME ...`: plans side by side; and the main job, the headline study."""

from __future__ import annotations

from typing import Any

import rich_click as click

from sim.cli.naming import Name, region_of
from sim.cli.running import carry_out, running_options


@click.command("compare")
@click.argument("names", nargs=-1, required=True, type=Name())
@click.option(
    "--select",
    metavar="KPI@PLACE",
    default="",
    help="Add replications look by look until the plan with the least of it is found.",
)
@click.option("--zone", type=float, help="A lead smaller than this is not worth finding; in the KPI's unit.")
@click.option("--largest", is_flag=True, help="Select the plan with the most of it.")
@running_options
def command(names: tuple[str, ...], settings: tuple[str, ...], **options: Any) -> None:
    """Compare plans on common chance, with verdicts.

    NAMES is one study, or scenarios of which the first is the baseline.
    """
    from sim.api import load

    raise SystemExit(carry_out(lambda: load(names, settings), settings, **options))


def main_job(lang: str) -> int:
    """Answer the headline study on one page; returns the exit code."""
    from sim.api import HEADLINE, load

    region = region_of()
    return carry_out(lambda: load([f"{region}/{HEADLINE}"] if region else []), lang=lang)
