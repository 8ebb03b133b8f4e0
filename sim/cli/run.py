"""`run NAME`: one scenario."""

from __future__ import annotations

from typing import Any

import rich_click as click

from sim.cli.naming import Name
from sim.cli.running import carry_out, running_options


@click.command("run")
@click.argument("name", type=Name())
@running_options
def command(name: str, settings: tuple[str, ...], **options: Any) -> None:
    """Run one scenario and say what it comes to.

    NAME is region/plan, optionally +future+future, or a path to a YAML file.
    """
    from sim.scenario.load import study_of

    raise SystemExit(carry_out(lambda: study_of([name], settings), settings, **options))
