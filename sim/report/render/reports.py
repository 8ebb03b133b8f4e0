"""The reports of one study: which format is written by what, into which file."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from sim.archive import NotWritableError, Results
from sim.experiment.pieces import Pieces
from sim.report.render import FORMATS
from sim.report.telling import Telling


class Wanted(NamedTuple):
    """A report to write: format, language, name of the file, and the folder its figures lie in."""

    form: str
    lang: str
    name: str
    figures: Path


def wanted(forms: Sequence[str], langs: Sequence[str], figures: Mapping[str, Path]) -> list[Wanted]:
    """Reports by format and language: the first language has the plain name; HTML holds both."""
    return [
        Wanted(form, lang, f"report.{form}" if lang == langs[0] else f"report.{lang}.{form}", figures[lang])
        for form in dict.fromkeys(forms)
        for lang in (langs[:1] if form == "html" else dict.fromkeys(langs))
    ]


def write_one(
    one: Wanted, results: Results, facts: Mapping[str, Any], folder: Path, telling: Telling | None = None
) -> Path:
    """Write one report; the file gets its name when it is complete."""
    module = import_module(f"sim.report.render.{FORMATS[one.form]}")
    path = folder / one.name
    partial_path = folder / f".{one.name}.partial"
    try:
        module.write(telling or Telling(results, facts), facts, one.lang, one.figures, partial_path)
        os.replace(partial_path, path)
    finally:
        partial_path.unlink(missing_ok=True)
    return path


def write_again(
    results: Results,
    facts: Mapping[str, Any],
    folder: Path,
    forms: Sequence[str],
    langs: Sequence[str],
    draw: Callable[[Results, str, Path], Sequence[str]],
) -> tuple[list[Path], tuple[str, ...]]:
    """Write reports of archived results into a folder.

    Parameters
    ----------
    draw
        Draws the figures of results in a language into a folder; returns a sentence for each that failed.

    Returns
    -------
    Files written, and one sentence for each report that could not be made.

    Raises
    ------
    NotWritableError
        If the folder cannot be made or written.
    """
    pieces, written = Pieces(), []
    with TemporaryDirectory(prefix="waste-planner-") as drawn:
        places = {lang: Path(drawn) / lang / "figures" for lang in langs}
        if set(forms) & {"html", "docx"}:
            for lang, place in places.items():
                place.mkdir(parents=True)
                pieces.failures += draw(results, lang, place)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            why = error.strerror or error
            raise NotWritableError(f"reports cannot be written to {folder}: {why}") from error
        telling = Telling(results, facts)
        for one in wanted(forms, langs, places):
            path = pieces.make(one.name, write_one, one, results, facts, folder, telling)
            written += [path] if path else []
    return written, tuple(pieces.failures)
