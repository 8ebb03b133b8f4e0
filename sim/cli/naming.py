"""Names on the command line, and the region that those without one are meant in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import rich_click as click

Command = TypeVar("Command", bound=Callable[..., Any])
REGION, LANG = "sim.region", "sim.lang"
FILES = (".yaml", ".yml")


class Name(click.ParamType[str]):
    """Name of a scenario, study or sweep; `--region R` puts `R/` before one that names no region."""

    name = "name"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Write the region out."""
        region = ctx.meta.get(REGION) if ctx is not None else None
        bare = "/" not in value and not value.partition("+")[0].endswith(FILES)
        return f"{region}/{value}" if region and bare and value not in (region, "none") else str(value)


def _known(context: click.Context, option: click.Parameter, region: str | None) -> str | None:
    """Remember a region; it must be one."""
    if region is not None:
        from sim.scenario.library import Library
        from sim.scenario.problems import suggestion

        known = Library.at(None).regions()
        if region not in known:
            raise click.BadParameter(f"there is no region {region!r}; {suggestion(region, known)}")
        context.meta[REGION] = region
    return region


def region_of() -> str:
    """Region that was asked for; an empty text where none was."""
    context = click.get_current_context()
    return str((context.meta.get(REGION) if context else None) or "")


def region_option(command: Command) -> Command:
    """Add `--region`."""
    return click.option(
        "--region", metavar="REGION", callback=_known, is_eager=True, expose_value=False,
        help="Region that names without one are meant in; default: what the file scenarios/default says.",
    )(command)  # fmt: skip


def _language(context: click.Context, option: click.Parameter, lang: str | None) -> str:
    """Language of a command, or of what stands before it."""
    return lang or str(context.meta.get(LANG) or "en")


def lang_option(command: Command) -> Command:
    """Add `--lang`."""
    return click.option(
        "--lang", type=click.Choice(["en", "zh"]), callback=_language,
        help="Language of the answer; default: en.",
    )(command)  # fmt: skip
