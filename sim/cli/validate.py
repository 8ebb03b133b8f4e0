"""`validate`: the model beside what is recorded."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from sim.cli.running import can_be_written
from sim.spec import MOST_RUNS


@click.command("validate")
@click.option("--replications", type=click.IntRange(2, MOST_RUNS), help="Replications; default: the study's.")
@click.option(
    "--write", type=click.Path(dir_okay=False, path_type=Path), metavar="PAGE", callback=can_be_written,
    help="Write the tables between the marks of this page too.",
)  # fmt: skip
def command(replications: int | None, write: Path | None) -> None:
    """Put the model beside what is recorded: transfers, a hold-out year, slag, ponds, vehicles, tours.

    For every region with a study `history`. Judges nothing: the record is short, and part of it was put in.
    Takes about two minutes.
    """
    from sim.verification.page import write_between
    from sim.verification.record_page import record_table
    from sim.verification.validation import validation

    for name, table in validation(replications).items():
        text = record_table(name, table)
        click.echo(f"{name.replace('_', ' ')}\n\n{text}\n")
        if write is not None:
            write_between(write, name, f"python run.py validate --write {write.as_posix()}", text)
