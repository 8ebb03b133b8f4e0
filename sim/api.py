"""The commands as Python calls: one documented function each, returning pandas tables.

>>> import sim
>>> found = sim.compare("headline", replications=20)    # doctest: +SKIP
>>> found.summary.query("kpi == 'overflow_probability'")    # doctest: +SKIP

Workers are processes: in a script, call these under ``if __name__ == "__main__":`` or with ``jobs=1``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sim.archive import Results, newest_results, read_manifest
from sim.arguments import LANGUAGES, understood
from sim.chance.chance import Chance
from sim.errors import ArgumentError, ReportError
from sim.experiment.beside import Start, beside, later
from sim.experiment.execute import cores
from sim.experiment.pieces import Reported
from sim.experiment.replicate import prepare, run_one
from sim.experiment.runner import Engine, Finished, Options, run_study
from sim.experiment.selection import Select
from sim.experiment.stopping import AskedError, HalfWidth, Until
from sim.scenario.load import Study, load_study, study_of
from sim.scenario.problems import Problem, in_order, warn_of
from sim.spec import MOST_RUNS

if TYPE_CHECKING:
    import pandas as pd

MANY = 100
"""Runs of a study that are worth a process for tables and figures."""

HEADLINE = "headline"
"""The study that answers when nothing is asked."""


@understood
def run(
    name: str,
    *,
    settings: Sequence[str] = (),
    replications: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    out: Path | str = "results",
    lang: str = "en",
    quiet: bool = True,
    root: Path | None = None,
    until: str | Sequence[str] = (),
) -> Finished:
    """Run one scenario, both of its chains.

    Parameters
    ----------
    name
        ``region/plan+future+...``, without the region while that is unambiguous, or a path to a YAML file.
    settings
        ``a.b.c=value`` texts that override the scenario.
    replications, seed
        None: the default of the study. At least two replications; `trace` tells one.
    jobs
        Worker processes; None: one per processor.
    out
        Folder of all results.
    lang
        Language of page and figures, ``en`` or ``zh``.
    quiet
        No progress on stderr.
    root
        Folder of the scenarios; None: the shipped ones.
    until
        Add replications look by look: ``"decided"``, until each verdict is *meets* or *fails*; a half-width
        as ``"overflow_days@sources=0.05,5%"`` (absolute, relative or whichever comes first; without a KPI:
        the primary ones), until the interval is so narrow. `replications` is then the most of each
        cell; None: 1600. `stops` of the result says what stopped each cell.

    Returns
    -------
    Finished
        Tables `summary`, `replications`, `years`, `daily_bands`, `episodes`, `mass_balance`, `time_balance`,
        `storage_curve`; `folder`, `answer` (the page) and `failures`.

    Raises
    ------
    ScenarioError
        With all problems of all files.
    NotWritableError
        If `out` cannot be written.
    AskedError
        If fewer than two replications are asked for, or `until` is not understood.
    """
    options = _options(settings, replications, seed, jobs, out, quiet, until)
    study = study_of([name], settings, root)
    warn_of(study.problems)
    return run_loaded(study, options, lang)


@understood
def compare(
    *names: str,
    settings: Sequence[str] = (),
    replications: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    out: Path | str = "results",
    lang: str = "en",
    quiet: bool = True,
    root: Path | None = None,
    until: str | Sequence[str] = (),
    select: str | None = None,
    zone: float | None = None,
    largest: bool = False,
) -> Finished:
    """Compare the plans of a study, or scenarios with the first of them, on common chance.

    Parameters
    ----------
    *names
        One study, or two and more scenarios; nothing: the headline study. The rest as for `run`.
    select, zone, largest
        ``kpi@place`` to find the plan with the least (`largest`: the most) of, future by future, with 95 % if
        it leads by `zone` at least; replications are added until it is found. `selection` of the result says
        how each plan came out.

    Returns
    -------
    Finished
        As `run`, and the table `paired`.
    """
    options = _options(settings, replications, seed, jobs, out, quiet, until, select, zone, largest)
    study = load(names, settings, root)
    warn_of(study.problems)
    return run_loaded(study, options, lang)


@understood
def trace(
    name: str,
    *,
    replication: int = 0,
    seed: int | None = None,
    settings: Sequence[str] = (),
    year: int | None = None,
    place: str | None = None,
    study: str | None = None,
    lang: str = "en",
    root: Path | None = None,
    tell: Callable[[Sequence[Problem]], object] | None = None,
) -> pd.DataFrame:
    """Tell the dated story of one replication, both chains.

    Parameters
    ----------
    name
        A scenario, as for `run`.
    replication, seed
        The same as those of `run` and `compare`; no seed: the study's.
    year, place
        Keep one calendar year; one place with what belongs to it (`site:` may be left out).
    study
        Years, seed and accounting of this study, as in `compare`; None: those of `run`.
    tell
        Called with the warnings and notes before anything runs; None: warnings are `warnings.warn`.

    Returns
    -------
    DataFrame
        Columns when (ISO), place, event, text, mass_t, by date; the first rows are notes.

    Raises
    ------
    ScenarioError
        With all problems of all files.
    UnknownPlaceError
        If nothing is told of the year or place.
    """
    from sim.answers.trace import only, story
    from sim.report.words import Words

    own = study_of([name], settings, root)
    frame = load_study(study, (), root) if study else own
    doubts = [one for one in frame.problems if one.severity == "warning"]
    (tell or warn_of)(in_order([*own.problems, *doubts]))
    drawn = frame.spec.seed if seed is None else seed
    scenario = own.cells[0].scenario
    table = story(scenario, frame, drawn, replication, tuple(settings), lang, Words(lang).cause)
    return only(table, year, place)


@understood
def verify(seed: int | None = None) -> pd.DataFrame:
    """Hold the model against exact values.

    Parameters
    ----------
    seed
        Seed of all chance; None: always the same.

    Returns
    -------
    DataFrame
        Columns family, case, unit, exact, simulated, low, high, n, law, verdict (``holds`` or ``fails``).
        Where nothing is left to chance, low and high are NaN.
    """
    from sim.verification.table import SEED, verification

    return verification(SEED if seed is None else seed)


@understood
def validate(replications: int | None = None) -> dict[str, pd.DataFrame]:
    """Put the model beside what is recorded, for every region with a study `history`.

    Parameters
    ----------
    replications
        None: the default of the study.

    Returns
    -------
    dict[str, DataFrame]
        ``transfers`` and ``slag`` of the recorded years, ``hold_out`` (the last of them predicted from those
        before), ``pond``, ``vehicles``, ``tours``.
    """
    from sim.verification.validation import validation

    return validation(replications)


@understood
def write_reports(
    result: Path | str | None = None,
    *,
    formats: Sequence[str] = (),
    langs: Sequence[str] = ("en",),
    out: Path | str | None = None,
) -> list[Path]:
    """Write the reports of results again, from their facts and tables alone: nothing is run.

    Parameters
    ----------
    result
        A results folder, or a study's folder: then the newest of it. None: the newest below ``results``.
    formats
        Of ``html``, ``xlsx``, ``docx``; nothing: all of them.
    langs
        ``en``, ``zh`` or both; the first one's files are ``report.FORMAT``, those of another
        ``report.LANG.FORMAT``; HTML holds both languages, the first one shown.
    out
        Folder to write into; None: beside the results.

    Returns
    -------
    list[Path]
        The files written.

    Raises
    ------
    NoResultsError
        If there are no such results.
    NotWritableError
        If they cannot be written there.
    ArgumentError
        If a format or language is unknown.
    ReportError
        If one could not be made; all others are.
    """
    from sim.report.render import FORMATS

    forms, langs = tuple(formats) or tuple(FORMATS), tuple(langs) or ("en",)
    for word, given, known in (("formats", forms, FORMATS), ("langs", langs, LANGUAGES)):
        if strange := [one for one in given if one not in known]:
            raise ArgumentError(f"write_reports: {word} has {strange[0]!r}; there are {', '.join(known)}")
    folder = read_manifest(newest_results(Path("results")) if result is None else result, "summary.csv")[0]
    from sim.report.page import report_again

    written, failures = report_again(folder, folder if out is None else Path(out), forms, langs)
    if failures:
        raise ReportError("; ".join(failures))
    return written


def load(names: Sequence[str] = (), settings: Sequence[str] = (), root: Path | None = None) -> Study:
    """Load what names mean: one study, or a comparison of scenarios; nothing means the headline."""
    if len(names) > 1:
        return study_of(names, settings, root)
    return load_study(names[0] if names else HEADLINE, settings, root)


def run_loaded(study: Study, options: Options | None = None, lang: str = "en") -> Finished:
    """Run a study that is loaded already, write its folder and its page."""
    options, engine = options or Options(), Engine(prepare, Chance, run_one)
    runs = len(study.cells) * (options.replications or study.spec.replications)
    long = options.decides or runs >= MANY
    shared = long and (options.jobs or cores()) > 1
    with beside("sim.report.page") if shared else nullcontext(later) as start:
        return run_study(study, options, engine, partial(_report, lang=lang, start=start), start)


def _report(results: Results, folder: Path, lang: str, start: Start) -> Reported:
    from sim.report.page import write_report

    return write_report(results, folder, lang, start)


def waiting_for(until: str | Sequence[str]) -> Until | None:
    """Read what replications are added for; None: nothing.

    Raises
    ------
    AskedError
        If it is not understood.
    """
    asked = [until] if isinstance(until, str) else list(until)
    narrow = tuple(HalfWidth.of(text) for text in asked if text != "decided")
    return Until("decided" in asked, narrow) if asked else None


def selecting(
    select: str | None, zone: float | None, largest: bool = False, until: str | Sequence[str] = ()
) -> Select | None:
    """Read what the best plan is to be found by; None: nothing.

    Raises
    ------
    AskedError
        If it is not understood.
    """
    if select is None:
        if zone is not None or largest:
            raise AskedError("a zone or `largest` says nothing without a KPI to select by")
        return None
    if zone is None:
        raise AskedError("selecting takes a zone: the lead, in the KPI's unit, that is worth finding")
    if until:
        raise AskedError("selecting has its own rule to stop: leave out what to wait for")
    return Select(select, zone, largest)


def _options(
    settings: Sequence[str],
    replications: int | None,
    seed: int | None,
    jobs: int | None,
    out: Path | str,
    quiet: bool,
    until: str | Sequence[str] = (),
    select: str | None = None,
    zone: float | None = None,
    largest: bool = False,
) -> Options:
    if replications is not None and replications < 2:
        raise AskedError("a single replication has no interval: ask for at least 2, or see one with `trace`")
    if replications is not None and replications > MOST_RUNS:
        raise AskedError(f"ask for at most {MOST_RUNS:,} replications")
    return Options(
        replications, seed, jobs, Path(out), quiet, tuple(settings),
        waiting_for(until), selecting(select, zone, largest, until),
    )  # fmt: skip
