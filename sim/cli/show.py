"""`show NAME`: the resolved scenario, where each value comes from, and when the kiln stands still."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rich_click as click

from sim.cli.naming import Name, region_option
from sim.cli.running import tell_problems, while_read
from sim.text import one_line

if TYPE_CHECKING:
    from sim.scenario.load import Scenario
    from sim.scenario.show import ShownValue

MONTHS = tuple(range(1, 13))


@click.command("show")
@region_option
@click.argument("name", type=Name())
@click.option("--set", "settings", multiple=True, metavar="A.B.C=VALUE", help="Override a value; repeatable.")
@click.option("--quiet", is_flag=True, help="No notes; warnings are shown all the same.")
def command(name: str, settings: tuple[str, ...], quiet: bool) -> None:
    """Show every value of a scenario with its unit, range, origin, confidence and file."""
    from sim.scenario.load import load_scenario

    scenario = load_scenario(name, settings)
    tell_problems(scenario.problems, quiet)
    with while_read():
        _print(scenario)


def _print(scenario: Scenario) -> None:
    from sim.scenario.show import shown

    click.secho(one_line(f"{scenario.name}  {scenario.spec.title.en}"), bold=True)
    if scenario.spec.about:
        click.echo(f"  {one_line(scenario.spec.about.en)}")
    for future, title, about in zip(
        scenario.futures, scenario.future_titles, scenario.future_abouts, strict=True
    ):
        click.echo("  + " + one_line(f"{future}  {title.en}" + (f": {about.en}" if about else "")))
    above: tuple[str, ...] = ()
    for row in shown(scenario):
        *branches, word = row.path.split(".")
        _open(tuple(branches), above)
        above = tuple(branches)
        click.echo("  " * len(branches) + _line(word, row))
    _stops(scenario)


def _open(branches: tuple[str, ...], above: tuple[str, ...]) -> None:
    """Print the mappings that begin here."""
    shared = 0
    while shared < min(len(branches), len(above)) and branches[shared] == above[shared]:
        shared += 1
    for depth in range(shared, len(branches)):
        click.secho("  " * depth + one_line(branches[depth]), bold=True)


def _line(word: str, row: ShownValue) -> str:
    from sim.scenario.show import written

    value = f"{written(row.value)} {row.unit}".strip()
    ranged = f" [{written(row.low)}, {written(row.high)}]" if row.low is not None else ""
    sure = f" ({row.confidence})" if row.confidence else ""
    silent = "" if isinstance(row.value, str) else "no origin given; "
    origin = f"{row.origin}{sure}; " if row.origin else silent
    said, beside = one_line(f"{word}: {value}{ranged}"), one_line(f"# {origin}{row.place}")
    return f"{said}  {click.style(beside, dim=True)}"


def _stops(scenario: Scenario) -> None:
    """Print the kiln's stops by year and month."""
    from sim.language import stop_table, window_table

    windows = window_table(scenario)
    if not windows.empty:
        click.secho("off-peak windows, days per month", bold=True)
        for year in windows.itertuples(index=False):
            click.echo(
                f"  {year.year}  " + " ".join(f"{getattr(year, f'm{month:02}'):3}" for month in MONTHS)
            )
    try:
        stops = stop_table(scenario)
    except ImportError as fault:
        click.echo(f"kiln stops cannot be shown: {fault}", err=True)
        return
    click.secho("kiln stops by year (months: mean off-peak days of a few draws)", bold=True)
    for year in stops.itertuples(index=False):
        months = " ".join(f"{getattr(year, f'm{month:02}'):4.1f}" for month in MONTHS)
        click.echo(f"  {year.year}  off-peak days      {year.off_peak_days:6.1f}   months {months}")
        click.echo(f"        days not burning   {year.days_not_burning:6.1f}")
