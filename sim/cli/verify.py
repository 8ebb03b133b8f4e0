"""`verify`: exact cases, run through the model."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from sim.cli.running import can_be_written

HOLDS, FAILS = 0, 1


@click.command("verify")
@click.option("--seed", type=click.IntRange(min=0), help="Seed of all chance; default: always the same.")
@click.option("--fresh-seed", is_flag=True, help="Draw a new seed, and print it.")
@click.option(
    "--write", type=click.Path(dir_okay=False, path_type=Path), metavar="PAGE", callback=can_be_written,
    help="Write the table between the marks of this page too.",
)  # fmt: skip
def command(seed: int | None, fresh_seed: bool, write: Path | None) -> None:
    """Hold the model against exact values: queues, stores, the kiln's yard, books, chance.

    Prints every case with its exact value, the simulated one with its interval, and the verdict. Exit code 1
    if one of them fails. Takes about three minutes.
    """
    from sim.verification.page import tables, write_between
    from sim.verification.table import SEED, fresh, verification

    if fresh_seed and seed is not None:
        raise click.UsageError("either --seed or --fresh-seed")
    used = fresh() if fresh_seed else SEED if seed is None else seed
    click.echo(f"seed {used}", err=True)
    found = verification(used)
    text = tables(found, used)
    click.echo(text)
    if write is not None:
        write_between(write, "verification", f"python run.py verify --write {write.as_posix()}", text)
    raise SystemExit(HOLDS if (found["verdict"] == "holds").all() else FAILS)
