"""What `run`, `compare` and the main job share: options, errors, exit codes."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import rich_click as click

from sim.cli.door import STOPPED
from sim.cli.naming import lang_option, region_option
from sim.text import one_line

if TYPE_CHECKING:
    from sim.scenario.load import Study
    from sim.scenario.problems import Problem

IGNORED = ("N702",)
"""Notes on input that has no effect: told even when quiet."""

SAID_BY_CHECK = ("N701",)
"""Notes on a region that hold for all of its scenarios: `check` says them, and the manifest keeps them."""

DONE, FAILED, NOT_UNDERSTOOD = 0, 1, 2

Command = TypeVar("Command", bound=Callable[..., Any])


def _several(context: object, option: object, replications: int | None) -> int | None:
    if replications is not None and replications < 2:
        raise click.BadParameter(
            "a single replication has no interval: ask for at least 2, or see one with `trace`"
        )
    from sim.spec import MOST_RUNS

    if replications is not None and replications > MOST_RUNS:
        raise click.BadParameter(f"ask for at most {MOST_RUNS:,}")
    return replications


def can_be_written(context: object, option: object, page: Path | None) -> Path | None:
    """Refuse a page that cannot be written before minutes are spent on what it is to hold."""
    if page is None:
        return None
    if page.is_dir() or not os.access(page if page.exists() else page.absolute().parent, os.W_OK):
        raise click.BadParameter(f"{page} cannot be written: name a file in a folder that is there")
    return page


_OPTIONS = (
    click.option("--set", "settings", multiple=True, metavar="A.B.C=VALUE", help="Override a value."),
    click.option(
        "--replications", type=int, callback=_several,
        help="Replications, at least 2; default: the study's. With --until... or --select: at most so many "
        "of each cell; default: 1600.",
    ),
    click.option(
        "--until-decided", is_flag=True,
        help="Add replications look by look until each verdict is meets or fails; all of them together are "
        "wrong with at most 5 %.",
    ),
    click.option(
        "--until-half-width", "half_widths", multiple=True, metavar="[KPI@PLACE=]X",
        help="Add replications look by look until the interval is +-X: 0.01, 5% of the mean, or 0.01,5% for "
        "whichever comes first. Without a KPI: the primary ones.",
    ),
    click.option("--seed", type=click.IntRange(min=0), help="Seed of all chance; default: the study's."),
    click.option("--jobs", type=click.IntRange(min=1), help="Worker processes; default: one per processor."),
    click.option(
        "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("results"), show_default=True,
        help="Folder of all results.",
    ),
    click.option("--quiet", is_flag=True, help="No progress; warnings are shown all the same."),
    lang_option,
    region_option,
)  # fmt: skip


def running_options(command: Command) -> Command:
    """Add the options of every command that runs something."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def carry_out(
    load: Callable[[], Study],
    settings: tuple[str, ...] = (),
    replications: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    out: Path = Path("results"),
    quiet: bool = False,
    lang: str = "en",
    until_decided: bool = False,
    half_widths: tuple[str, ...] = (),
    select: str = "",
    zone: float | None = None,
    largest: bool = False,
) -> int:
    """Load, run, print the page; returns the exit code.

    0: done. 1: a run failed or its books do not balance (results are archived all the same).
    2: the input was not understood, or results cannot be written: nothing was run.
    """
    from sim.api import run_loaded, selecting, waiting_for
    from sim.experiment.runner import Options

    until = [*(["decided"] if until_decided else []), *half_widths]
    tell = (lambda _: None) if quiet else _tell

    def work() -> int:
        asked = waiting_for(until), selecting(select or None, zone, largest, until)
        study = load()
        tell_problems(study.problems, quiet)
        options = Options(replications, seed, jobs, out, quiet, settings, *asked, tell)
        found = run_loaded(study, options, lang)
        _show(found.answer)
        notes = [] if any(asked) else found.manifest["notes"]
        _tell([*notes, f"results: {found.folder}"] if not quiet else [])
        _tell(f"failed: {failure}" for failure in found.failures)
        return FAILED if found.failures else DONE

    return guarded(work)


def guarded(work: Callable[[], int]) -> int:
    """Do the work of a command that goes on where it was stopped; returns the exit code.

    0: done. 1: a run failed, or something that was needed broke. 2: not understood, or results cannot be
    written: nothing was run. 130: stopped.
    """
    from sim.archive import NotWritableError
    from sim.experiment.cluster import ClusterError, UnreachableError
    from sim.experiment.execute import WorkerDiedError
    from sim.experiment.stopping import AskedError
    from sim.experiment.store import ClosedError, StoreError
    from sim.experiment.sweep_files import ParquetMissingError
    from sim.scenario.problems import ScenarioError

    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return work()
    except ScenarioError as error:
        _tell(map(str, error.problems))
        return NOT_UNDERSTOOD
    except (NotWritableError, ParquetMissingError, ClosedError, AskedError, UnreachableError) as error:
        _tell([str(error)])
        return NOT_UNDERSTOOD
    except (ClusterError, StoreError, WorkerDiedError) as error:
        _tell([str(error)])
        return FAILED
    except sqlite3.Error as error:
        _tell([f"finished runs cannot be read: {error}; start it again: they are checked then"])
        return FAILED
    except OSError as error:
        nothing_more_to_stdout()
        _tell([f"cannot be written: {error.strerror or error}; finished runs are kept"])
        return FAILED
    except KeyboardInterrupt:
        _tell(["stopped; finished runs are kept: the same command goes on from there"])
        return STOPPED


def _stop(number: int, frame: object) -> NoReturn:
    """End on a request to terminate as on Ctrl-C: cleanly."""
    raise KeyboardInterrupt


def _show(page: str) -> None:
    """Print the page, laid out on a terminal and plain elsewhere."""
    with while_read():
        if sys.stdout.isatty():
            from sim.cli.terminal import lay_out

            lay_out(page)
        else:
            click.echo(page)


@contextmanager
def while_read() -> Iterator[None]:
    """Write to stdout until its reader goes, as `head` does; what follows is written nowhere."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        nothing_more_to_stdout()
    except OSError as error:
        nothing_more_to_stdout()
        _tell([f"cannot be printed: {error.strerror or error}"])
        raise SystemExit(NOT_UNDERSTOOD) from error


def nothing_more_to_stdout() -> None:
    """Write what is still to come nowhere: its reader is gone, or its device is full."""
    with open(os.devnull, "w") as nowhere, suppress(OSError, ValueError):
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def tell_problems(problems: Iterable[Problem], quiet: bool = False) -> None:
    """Print warnings and notes; when quiet, only notes on input that has no effect beside the warnings."""
    told = [one for one in problems if one.code not in SAID_BY_CHECK]
    _tell(str(one) for one in told if not quiet or one.severity == "warning" or one.code in IGNORED)


def _tell(lines: Any) -> None:
    for line in lines:
        click.echo(one_line(str(line)), err=True)
