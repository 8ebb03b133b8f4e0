"""`list`: regions, plans, futures and studies with their titles and what they change."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

import rich_click as click

from sim.cli.running import while_read

if TYPE_CHECKING:
    from sim.scenario.load import Listed

WIDTH = 100
INDENT = " " * 8


@click.command("list")
@click.option(
    "--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="Language of titles."
)
def command(lang: str) -> None:
    """List regions, plans, futures, studies and sweeps."""
    from sim.scenario.load import list_futures, list_plans, list_regions, list_studies, list_sweeps

    shelves = {
        "plans": list_plans(),
        "futures": list_futures(),
        "studies": list_studies(),
        "sweeps": list_sweeps(),
    }
    with while_read():
        _print(list_regions(), shelves, lang)


def _print(regions: tuple[Listed, ...], shelves: dict[str, tuple[Listed, ...]], lang: str) -> None:
    for region in regions:
        click.secho(f"{region.name}  {getattr(region, lang)}", bold=True)
        for shelf, listed in shelves.items():
            if not any(one.region == region.name for one in listed):
                continue
            click.echo(f"  {shelf}")
            for one in listed:
                if one.region == region.name:
                    click.echo(f"    {one.name:26} {getattr(one, lang)}")
                    if about := getattr(one, f"about_{lang}"):
                        click.secho(
                            fill(about, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT), dim=True
                        )
