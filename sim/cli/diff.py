"""`diff A B`: what differs between two scenarios, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rich_click as click

from sim.cli.naming import Name, region_option
from sim.cli.running import tell_problems, while_read
from sim.text import one_line

if TYPE_CHECKING:
    from sim.scenario.diff import Difference
    from sim.scenario.load import Origin


@click.command("diff")
@region_option
@click.argument("first", type=Name())
@click.argument("second", type=Name())
@click.option(
    "--set", "settings", multiple=True, metavar="A.B.C=VALUE", help="Override a value in both; repeatable."
)
def command(first: str, second: str, settings: tuple[str, ...]) -> None:
    """Show the values and ranges that differ, with the files that set them."""
    from sim.scenario.diff import differences
    from sim.scenario.load import load_scenario
    from sim.scenario.problems import in_order

    pair = load_scenario(first, settings), load_scenario(second, settings)
    tell_problems(in_order([*pair[0].problems, *pair[1].problems]))
    with while_read():
        _print(differences(*pair))


def _print(found: tuple[Difference, ...]) -> None:
    if not found:
        click.echo("no difference")
    for one in found:
        unit = f" ({one.unit})" if one.unit else ""
        click.secho(one_line(f"{one.path}{unit}"), bold=True)
        click.echo(f"  - {_said(one.first)}")
        click.echo(f"  + {_said(one.second)}")


def _said(one: Origin | None) -> str:
    from sim.scenario.show import written

    if one is None:
        return "(not there)"
    ranged = f" [{written(one.range[0])}, {written(one.range[1])}]" if one.range else ""
    origin = f"{one.origin}; " if one.origin else ""
    return one_line(f"{written(one.value)}{ranged}  # {origin}{one.place}")
