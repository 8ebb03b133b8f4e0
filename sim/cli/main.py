"""The command line: a group whose commands are imported when they are called."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import rich_click as click

from sim import __version__
from sim.cli.door import STOPPED
from sim.cli.naming import LANG, lang_option, region_option
from sim.cli.running import nothing_more_to_stdout
from sim.scenario.problems import ScenarioError
from sim.text import one_line

COMMANDS = {
    "run": "Run one scenario and say what it comes to.",
    "compare": "Compare plans side by side, with verdicts.",
    "sweep": "Run a scenario at many points, resumable, one table out.",
    "curve": "Find how large a place must be.",
    "sensitivity": "Say which assumptions decide an answer, and where a plan fails.",
    "report": "Make the reports of a result again: HTML, Excel, Word.",
    "trace": "Tell the dated story of one replication.",
    "verify": "Hold the model against exact values.",
    "validate": "Put the model beside what is recorded.",
    "check": "Check scenarios and studies; everything without names.",
    "list": "List regions, plans, futures and studies.",
    "show": "Show a resolved scenario: every value and where it comes from.",
    "diff": "Show what differs between two scenarios.",
    "schema": "Print or write the JSON Schemas for editors.",
}
"""Command -> what `--help` says of it."""

MODULES = {"list": "sim.cli.listing"}
"""Where a command lives if not in the module of its name; each module has a `command`."""


class LazyGroup(click.RichGroup):
    """Group that knows its commands by name and imports the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Stand-in that knows its help; enough to list it."""
        if cmd_name not in COMMANDS:
            return None
        return click.RichCommand(name=cmd_name, help=COMMANDS[cmd_name], short_help=COMMANDS[cmd_name])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Import the command that is called."""
        name, stand_in, rest = super().resolve_command(ctx, args)
        if name is None or stand_in is None:
            return name, stand_in, rest
        module = import_module(MODULES.get(name, f"sim.cli.{name}"))
        return name, module.command, rest

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a scenario that is not understood is exit code 2 with all its problems.

        What is said of it repeats what was asked in one line, whatever that holds.
        Ctrl-C is 130; what cannot be written, as to a full device, is a sentence and 2.
        """
        try:
            found = super().invoke(ctx)
            sys.stdout.flush()
            return found
        except ScenarioError as fault:
            for one in fault.problems:
                click.echo(str(one), err=True)
            raise SystemExit(2) from fault
        except click.ClickException as fault:
            vars(fault)["message"] = one_line(fault.message)
            raise
        except KeyboardInterrupt as stop:
            click.echo("stopped", err=True)
            raise SystemExit(STOPPED) from stop
        except BrokenPipeError:
            raise
        except OSError as fault:
            nothing_more_to_stdout()
            where = f"{fault.filename}: " if fault.filename else ""
            click.echo(f"cannot be read or written: {where}{fault.strerror or fault}", err=True)
            raise SystemExit(2) from fault


@click.group(
    cls=LazyGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@region_option
@lang_option
@click.version_option(__version__, message="waste-planner %(version)s")
@click.pass_context
def main(context: click.Context, lang: str) -> None:
    """Simulate a county's hazardous waste and slag, and compare plans.

    Without a command: answer the headline study on one page. Options that stand before a command hold for it.
    """
    context.meta[LANG] = lang
    if context.invoked_subcommand is None:
        from sim.cli.compare import main_job

        raise SystemExit(main_job(lang))
