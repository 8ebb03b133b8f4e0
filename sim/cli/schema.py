"""`schema`: JSON Schemas that let editors complete and check scenario files."""

from __future__ import annotations

import rich_click as click

from sim.cli.running import while_read


@click.command("schema")
@click.argument("kind", type=click.Choice(["scenario", "overlay", "study", "sweep"]), default="scenario")
@click.option("--write", is_flag=True, help="Write all of them to scenarios/schema/.")
def command(kind: str, write: bool) -> None:
    """Print the schema of KIND: scenario (region or plan), overlay (future), study or sweep."""
    import json

    from sim.scenario.jsonschema import schemas, write_schemas
    from sim.scenario.library import Library

    library = Library.at(None)
    if write:
        for path in write_schemas(library.root, library):
            click.echo(str(path))
        return
    with while_read():
        click.echo(json.dumps(schemas(library)[f"{kind}.json"], indent=1, ensure_ascii=False))
