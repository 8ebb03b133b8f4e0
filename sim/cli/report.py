"""`report [RESULT]`: the reports of a result again, in any format and language."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from sim.arguments import LANGUAGES
from sim.cli.naming import LANG, region_option
from sim.cli.running import DONE, FAILED, NOT_UNDERSTOOD, _tell, while_read
from sim.report.render import FORMATS


class Several(click.ParamType[tuple[str, ...]]):
    """Words of a few, with commas between."""

    def __init__(self, known: tuple[str, ...]) -> None:
        self.known, self.name = known, ",".join(known)

    def convert(
        self, value: str | tuple[str, ...], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """Read them, each once."""
        if isinstance(value, tuple):
            return value
        words = tuple(dict.fromkeys(word.strip() for word in value.split(",")))
        for word in words:
            if word not in self.known:
                self.fail(f"{word!r} is not among {', '.join(self.known)}", param, ctx)
        return words


@click.command("report")
@click.argument("result", type=click.Path(path_type=Path), required=False)
@click.option(
    "--format",
    "formats",
    type=Several(tuple(FORMATS)),
    default=tuple(FORMATS),
    help="Formats; default: all of them.",
)
@click.option("--lang", "langs", type=Several(LANGUAGES), help="Languages, the first one first; default: en.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder; default: beside the results."
)
@region_option
@click.pass_context
def command(
    context: click.Context,
    result: Path | None,
    formats: tuple[str, ...],
    langs: tuple[str, ...] | None,
    out: Path | None,
) -> None:
    """Make the reports of a result again, from its facts and tables alone: nothing is run.

    RESULT is a folder of results, or a study's folder: then its newest; default: the newest below results/.
    """
    from sim.api import write_reports
    from sim.archive import NoResultsError, NotWritableError
    from sim.errors import ReportError

    asked = langs or (str(context.meta.get(LANG) or "en"),)
    try:
        written = write_reports(result, formats=formats, langs=asked, out=out)
    except (NoResultsError, NotWritableError) as error:
        _tell([str(error)])
        raise SystemExit(NOT_UNDERSTOOD) from error
    except ReportError as error:
        _tell([f"failed: {error}"])
        raise SystemExit(FAILED) from error
    with while_read():
        click.echo("\n".join(str(path) for path in written))
    raise SystemExit(DONE)
