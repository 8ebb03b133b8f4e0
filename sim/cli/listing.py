"""`list`: regions, plans, futures and studies with their titles and what they change."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING

import rich_click as click

from sim.cli.naming import lang_option, region_of, region_option
from sim.cli.running import while_read
from sim.text import one_line

if TYPE_CHECKING:
    from sim.scenario.load import Listed

WIDTH = 100
INDENT = " " * 8


@click.command("list")
@lang_option
@region_option
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
        _print([one for one in list_regions() if region_of() in ("", one.name)], shelves, lang)


def _print(regions: Sequence[Listed], shelves: dict[str, tuple[Listed, ...]], lang: str) -> None:
    for region in regions:
        click.secho(one_line(f"{region.name}  {getattr(region, lang)}"), bold=True)
        for shelf, listed in shelves.items():
            if not any(one.region == region.name for one in listed):
                continue
            click.echo(f"  {shelf}")
            for one in listed:
                if one.region == region.name:
                    click.echo(f"    {one_line(f'{one.name:26} {getattr(one, lang)}')}")
                    if about := getattr(one, f"about_{lang}"):
                        text = one_line(about)
                        click.secho(
                            fill(text, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT), dim=True
                        )
