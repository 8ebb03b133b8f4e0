"""`list`: regions, plans, futures and studies with their titles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rich_click as click

from sim.cli.running import while_read
from sim.text import one_line

if TYPE_CHECKING:
    from sim.scenario.load import Listed


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
        click.secho(one_line(f"{region.name}  {getattr(region, lang)}"), bold=True)
        for shelf, listed in shelves.items():
            if not any(one.region == region.name for one in listed):
                continue
            click.echo(f"  {shelf}")
            for one in listed:
                if one.region == region.name:
                    click.echo(f"    {one_line(f'{one.name:26} {getattr(one, lang)}')}")
