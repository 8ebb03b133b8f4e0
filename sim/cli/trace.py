"""`trace NAME`: the dated story of one replication."""

from __future__ import annotations

from typing import Any

import rich_click as click

from sim.cli.naming import Name, lang_option, region_option
from sim.cli.running import tell_problems, while_read
from sim.text import one_line


@click.command("trace")
@click.argument("name", type=Name())
@click.option("--replication", type=click.IntRange(0, 2**63 - 1), default=0, show_default=True)
@click.option("--seed", type=click.IntRange(min=0), help="Seed of all chance; default: the study's.")
@click.option("--set", "settings", multiple=True, metavar="A.B.C=VALUE", help="Override a value.")
@click.option("--year", type=int, help="Only this calendar year.")
@click.option("--place", help="Only this place: a site, kiln, kiln_yard, collection_point, vans, ...")
@click.option(
    "--study", type=Name(), help="Years and seed of this study, as in `compare STUDY`; default: the region's."
)
@lang_option
@region_option
def command(name: str, **options: Any) -> None:
    """Tell the dated story of one replication.

    NAME is region/plan, optionally +future+future, or a path to a YAML file. Seed and replication are
    those of `run` and `compare`.
    """
    from sim.answers.trace import UnknownPlaceError
    from sim.api import trace

    try:
        table = trace(name, **options, tell=tell_problems)
    except UnknownPlaceError as error:
        raise click.UsageError(str(error)) from error
    wide = int(table["place"].str.len().max())
    rows = zip(table["when"], table["place"], table["text"], strict=True)
    with while_read():
        click.echo(
            "\n".join(
                one_line(f"{when[:10]} {when[11:16]}  {place:{wide}}  {text}") for when, place, text in rows
            )
        )
