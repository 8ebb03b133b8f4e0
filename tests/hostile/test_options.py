"""Options and names that make no sense: every option of every command, found by walking the commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest
from planner_cases.calling import call, faults_of, files_below, scenarios_at
from planner_cases.regions import write_tiny_region

from sim.cli.main import COMMANDS, MODULES

pytestmark = pytest.mark.hostile
Count = Callable[[str, object], None]

RUN = ("--replications", "2", "--jobs", "1", "--quiet")
USUAL: dict[str, tuple[str, ...]] = {
    "run": ("tiny/pilot", *RUN),
    "compare": ("tiny/pilot", "tiny/long_haul", *RUN),
    "sweep": ("tiny/pilot", "--vary", "collection_point.vans=1,2", *RUN),
    "curve": ("tiny/pilot", "collection_point/waste_oil", *RUN),
    "sensitivity": (
        "tiny/pilot",
        "--leave-out",
        "collection_point.bays.waste_oil.capacity_t",
        "--trajectories",
        "1",
        *RUN,
    ),
    "trace": ("tiny/pilot",),
    "check": ("tiny/pilot",),
    "show": ("tiny/pilot",),
    "diff": ("tiny/pilot", "tiny/long_haul"),
}
"""Words that a command is content with."""

ODD = ("", " ", "\x1b[2J", "[/b]", "%s", "\ud800", "x" * 5000, "../../x", "\u202e")
COUNTS = ("x", "", "-1", "1.5", "nan", "inf", "1e3", "0x10", "1,000", "--", "\x1b[2J")
WORDS = ("", "x", "EN", "both ", "[/b]", "\x1b[2J")
FOLDERS = ("file", "file/below")
SETTINGS = (
    *ODD, "=", "=1", "a", "a.b=1", "kiln=1", "kiln.title={", "kiln.title=[", "years.first=x", "years.first=",
    "years.first=2027.5", "years.first=1e400", "streams.oil.batch.mean_kg=-1",
    "streams.oil.batch.mean_kg=nan",
    "streams..batch=1", ".=1", "collection_point.vans=[1]", "collection_point.vans='1'", "title=x",
    "tables=null",
    "extends=x", "years.first={value: 2026, range: [1, 0]}", "kiln.__class__=1", "driving.shift_starts=25:00",
)  # fmt: skip
VARY = (
    "x=1", "collection_point.vans=", "collection_point.vans=,", "collection_point.vans=1:2:3:4",
    "collection_point.vans=a:b:2", "collection_point.vans=5:1:3", "collection_point.vans=1:5:0", "title=1,2",
    "collection_point.vans=triangular(1)", "collection_point.vans=nan", "collection_point.vans=-1,-2", "=1,2",
)  # fmt: skip
TEXTS: dict[str, tuple[str, ...]] = {
    "settings": SETTINGS,
    "half_widths": (
        "", "x", "0", "-1", "nan", "5%x", "overflow_days@sources=", "nonsense@sources=1", "a=b=c",
    ),
    "select": ("x", "x@y", "overflow_days@nowhere", "@", "overflow_days"),
    "vary": VARY,
    "leave_out": ("x", "", "collection_point.vans.x"),
    "design": (
        "", "x", "lhs", "lhs:0", "lhs:x", "lhs:-1", "sobol:", "csv:", "csv:nowhere.csv", "csv:file", "grid:3",
    ),
    "where": ("", "x", "a>b", "collection_point.vans", "1<2<3", "collection_point.vans >= x", "title > 1"),
    "futures": ("x", "latent,x", "latent+latent", "\x1b[2J"),
    "kpis": ("x", "x@y", "overflow_days@nowhere", "@"),
    "kpi": ("x", "x@y", "overflow_days@nowhere", "@", ""),
    "until": ("x", "x=", "=1", "x@y=1", "overflow_days=1", "overflow_days@sources=x"),
    "against": ("x", "tiny/x", "tiny/pilot+x", "\x1b[2J"),
    "limit": ("x", ">", ">x", "=1", ">nan", ">1e999"),
    "capacities": ("x", "", ",", "1:2", "2:1:3", "1:2:1", "a:b:c", "nan", "-1", "0"),
    "place": (*ODD[1:], "nowhere", "site:", "site:x/waste_oil", "collection_point/x", "sources/"),
    "study": ("x", "tiny/x", "tiny/pilot"),
    "region": ("x", "", "tiny/pilot", "../tiny"),
    "formats": ("x", "", "html,x", "PDF", "\x1b[2J"),
    "langs": ("x", "", "en,x", "EN", "\x1b[2J"),
    "names": (
        *ODD, "x", "tiny/x", "x/pilot", "tiny/pilot+", "tiny/pilot+x", "tiny/pilot+latent+latent",
        "tiny/", "/", "+",
        "tiny/pilot.yaml", "scenarios/tiny/plans/x.yaml", "scenarios/tiny/futures/latent.yaml",
        ".yaml", "tiny/../x",
        "file", "tiny/latent",
    ),
}  # fmt: skip
"""Values that no text option of that name understands."""
TEXTS |= {"name": TEXTS["names"], "first": TEXTS["names"], "second": TEXTS["names"]}

ELSEWHERE = {"cluster", "scheduler_file"}
"""Options that need a network, with tests of their own."""


def attacks() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Command, option, and the words of a call that must be refused."""
    for name in COMMANDS:
        command: click.Command = import_module(MODULES.get(name, f"sim.cli.{name}")).command
        usual = USUAL.get(name, ())
        for option in command.params:
            for value in values_of(option):
                if isinstance(option, click.Option):
                    yield name, str(option.name), (*usual, option.opts[0], value)
                else:
                    yield name, str(option.name), with_argument(command, option, usual, value)


def with_argument(
    command: click.Command, argument: click.Parameter, usual: tuple[str, ...], value: str
) -> tuple[str, ...]:
    """Words with another value of an argument."""
    place = [one for one in command.params if isinstance(one, click.Argument)].index(argument)
    return (*usual[:place], "--", value, *usual[place + 1 :]) if value.startswith("-") else (
        *usual[:place], value, *usual[place + 1 :]
    )  # fmt: skip


def values_of(option: click.Parameter) -> tuple[str, ...]:
    """Values that an option must refuse."""
    kind, name = option.type, str(option.name)
    if getattr(option, "is_flag", False) or name in ELSEWHERE:
        return ()
    if isinstance(kind, click.Choice):
        return WORDS
    if isinstance(kind, click.types.IntParamType):
        return COUNTS
    if isinstance(kind, click.types.FloatParamType):
        return ("x", "", "1,5")
    if isinstance(kind, click.Path):
        return FOLDERS if not kind.file_okay else ("", "nowhere/page.md")
    return TEXTS[name]


ATTACKS = list(attacks())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    there = tmp_path_factory.mktemp("options")
    root = write_tiny_region(there)
    (there / "file").write_text("a,b\n1,2\n", encoding="utf-8")
    with scenarios_at(root, there):
        yield there


@pytest.mark.parametrize("name", dict.fromkeys(name for name, _, _ in ATTACKS))
def test_an_option_that_makes_no_sense_is_refused_in_words(
    name: str, folder: Path, record_property: Count
) -> None:
    faults = []
    own = [attack for attack in ATTACKS if attack[0] == name]
    for _, option, words in own:
        before = files_below(folder)
        found = call(name, *words)
        wrong = faults_of(found, (2,))
        if files_below(folder) != before:
            wrong.append("something was written")
        if wrong:
            faults.append(f"{name}, {option}, {words[-1][:60]!r}: {'; '.join(wrong)}")
    record_property("hostile", ("options and names, of every command", len(own), len(own) - len(faults)))
    assert faults == []


def test_there_are_many_attacks() -> None:
    assert len(ATTACKS) >= 150
