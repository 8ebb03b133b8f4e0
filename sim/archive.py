"""How results lie on disk: one folder per execution, renamed from a temporary name when complete."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import numpy as np
import pandas as pd

from sim.arguments import understood
from sim.columns import RESULTS, text_columns
from sim.errors import PlannerError
from sim.locks import LOCK, TEMPORARY, Lock, remove_abandoned
from sim.text import as_it_was, cell, folder_called

COLUMNS = {name: tuple(table) for name, table in RESULTS.items()}
"""Tables of a results folder (`NAME.csv`) and their columns."""
TEXT = text_columns(RESULTS.values())
"""Columns that hold text; an empty cell is an empty text."""


@dataclass(frozen=True)
class Results:
    """What a study came to: its tables, and the manifest.

    In a study of recorded years `replications` has the primary KPIs of each year too, as ``kpi:year``.
    """

    summary: pd.DataFrame
    paired: pd.DataFrame
    replications: pd.DataFrame
    years: pd.DataFrame
    daily_bands: pd.DataFrame
    episodes: pd.DataFrame
    mass_balance: pd.DataFrame
    time_balance: pd.DataFrame
    storage_curve: pd.DataFrame
    manifest: Mapping[str, Any]

    def __repr__(self) -> str:
        """One line."""
        cells = len(self.manifest.get("cells", ()))
        failed = len(self.manifest.get("failures", ()))
        return (
            f"<{type(self).__name__} {self.manifest.get('study_name', '')}: {cells} cells, {failed} failures>"
        )

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by name."""
        return {name: getattr(self, name) for name in COLUMNS}

    def __getstate__(self) -> dict[str, Any]:
        """Pack for another process: a column of text as its few words, and which of them each row has."""
        return vars(self) | {name: _packed(table) for name, table in self.tables.items()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Unpack."""
        vars(self).update(state | {name: _unpacked(state[name]) for name in COLUMNS})


def _packed(table: pd.DataFrame) -> dict[str, Any]:
    return {
        name: table[name].to_numpy()
        if table[name].dtype.kind in "fiub"
        else pd.factorize(table[name], use_na_sentinel=False)
        for name in table.columns
    }


def _unpacked(columns: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            name: column[1].take(column[0]) if isinstance(column, tuple) else column
            for name, column in columns.items()
        }
    )


# --- folders -----------------------------------------------------------------------------------------

PARTIAL = ".partial-"
"""How the name of a folder in the making begins."""
LATEST = "latest"
Tell = Callable[[Sequence[str]], object]


class NotWritableError(PlannerError):
    """Results cannot be written where they were asked for."""


class NoResultsError(PlannerError, FileNotFoundError):
    """There are no results to read where they were looked for."""


@dataclass(frozen=True)
class RunFolder:
    """A results folder in the making.

    Attributes
    ----------
    partial
        Where files are written until all are complete.
    final
        Its name afterwards.
    lock
        Says that this process lives.
    """

    partial: Path
    final: Path
    lock: Lock


def tidy(out: Path, study: str, tell: Tell) -> None:
    """Remove what killed runs left of a study, and their temporary files; never those of a living process."""
    parent = out / folder_called(study)
    _judge_place(parent)
    gone = remove_abandoned(parent.glob(f"{PARTIAL}*"))
    gone += remove_abandoned(Path(gettempdir()).glob(f"{TEMPORARY}*"))
    if gone:
        tell([f"removed what a killed run left behind: {', '.join(str(path) for path in gone)}"])


def _judge_place(parent: Path) -> None:
    """Refuse a place that cannot hold results, before anything is run.

    Raises
    ------
    NotWritableError
        With the reason.
    """
    latest = parent / LATEST
    try:
        os.stat(parent)
        if latest.is_dir():
            raise NotWritableError(
                f"{latest} is a folder where the name of the newest results goes: rename it"
            )
    except FileNotFoundError:
        return
    except OSError as error:
        raise NotWritableError(f"results cannot be written to {parent}: {error.strerror or error}") from error


LONGEST_NAME = 60
"""Letters of a study's folder: paths of files in it stay short enough for any system."""


def named_with(name: str, settings: Sequence[str]) -> str:
    """Name of a study's folder, as a folder may have it anywhere, with what was changed as `a.b.c=value`.

    One that is too long, or has letters that no folder may have, ends in a hash of the whole.
    """
    changes = "+".join(f"{path.rpartition('.')[2]}={value}" for path, _, value in map(_parted, settings))
    tail = f"_with_{changes}" if changes else ""
    whole = _safe(name) + _safe(tail)
    if whole == name + tail and len(whole) <= LONGEST_NAME:
        return whole
    mark = f"-{hashlib.sha256(' '.join([name, *settings]).encode()).hexdigest()[:8]}"
    room = LONGEST_NAME - len(mark)
    end = _safe(tail)[: room // 2]
    return f"{_safe(name)[: room - len(end)].rstrip('_+-. ')}{end.rstrip('. ')}{mark}"


def _parted(setting: str) -> tuple[str, str, str]:
    path, equals, value = setting.partition("=")
    return path.strip(), equals, value.strip()


def _safe(text: str) -> str:
    """Text without letters that a folder cannot have on some system."""
    return re.sub(r'[<>:"/\\|?*\s\x00-\x1f]+', "-", text).strip(". ")


@contextmanager
def new_folder(out: Path, study: str, fingerprint: str) -> Iterator[RunFolder]:
    """Make a folder for results; when the body ends it gets its name, when it fails all of it vanishes.

    Parameters
    ----------
    out
        Folder of all results.
    study
        Name of the study, and of its folder in it.
    fingerprint
        Hash of the inputs; its first eight digits end the folder's name.

    Raises
    ------
    NotWritableError
        Before anything is run, if the folder cannot be made or written.
    """
    parent = out / folder_called(study)
    _judge_place(parent)
    made = [path for path in (parent, out) if not os.path.exists(path)]
    folder = _reserve(parent, fingerprint[:8])
    try:
        yield folder
        _publish(folder)
    except BaseException:
        folder.lock.release()
        shutil.rmtree(folder.partial, ignore_errors=True)
        for path in made:
            _remove_if_empty(path)
        raise


def _reserve(parent: Path, fingerprint: str) -> RunFolder:
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    try:
        parent.mkdir(parents=True, exist_ok=True)
        for attempt in range(1, 1000):
            name = f"{now}-{fingerprint}" + (f"-{attempt}" if attempt > 1 else "")
            partial = parent / f"{PARTIAL}{name}"
            if not (parent / name).exists():
                try:
                    partial.mkdir()
                except FileExistsError:
                    continue
                lock = Lock(partial / LOCK)
                (partial / "figures").mkdir()
                return RunFolder(partial, parent / name, lock)
    except OSError as error:
        raise NotWritableError(f"results cannot be written to {parent}: {error.strerror or error}") from error
    raise NotWritableError(f"results cannot be written to {parent}: too many of one second")


def _publish(folder: RunFolder) -> None:
    if folder.final.exists():
        raise NotWritableError(f"{folder.final} exists already and is left as it is")
    folder.lock.release()
    (folder.partial / LOCK).unlink()
    folder.partial.rename(folder.final)
    latest = folder.final.parent / LATEST
    fresh = latest.with_name(f".latest-{folder.final.name}")
    try:
        fresh.write_text(folder.final.name + "\n", encoding="utf-8", newline="\n")
        os.replace(fresh, latest)
    except OSError as error:
        why = error.strerror or error
        raise NotWritableError(
            f"results are in {folder.final}, but {latest} cannot be written: {why}"
        ) from error


def _remove_if_empty(path: Path) -> None:
    try:
        path.rmdir()
    except OSError:
        return


# --- writing -----------------------------------------------------------------------------------------


def write_results(results: Results, folder: Path) -> None:
    """Write every table and the manifest."""
    for name, table in results.tables.items():
        write_csv(table, folder / f"{name}.csv")
    write_manifest(results.manifest, folder)


def write_manifest(manifest: Mapping[str, Any], folder: Path) -> None:
    """Write how the results came about."""
    text = _as_json(manifest)
    (folder / "manifest.json").write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")


def _as_json(manifest: Mapping[str, Any]) -> str:
    """One entry a line: a reader finds his way, and what is long stays compact."""

    def compact(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)

    lines = [f"{compact(name)}: {compact(value)}" for name, value in manifest.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table: UTF-8 with a mark for spreadsheets, ten digits, NaN as an empty cell, text as text."""
    columns = [_cells(table[name]) for name in table.columns]
    lines = [csv_line(table.columns), *(",".join(row) + "\n" for row in zip(*columns, strict=True))]
    path.write_text("".join(lines), encoding="utf-8-sig", errors="backslashreplace", newline="\n")


def csv_line(texts: Iterable[Any]) -> str:
    """One line of a CSV."""
    return ",".join(cell(str(text)) for text in texts) + "\n"


def _cells(column: pd.Series[Any]) -> list[str]:
    """Texts of a column; what occurs again and again is written once."""
    codes, values = pd.factorize(column, use_na_sentinel=False)
    return np.array(_words(values), dtype=object)[codes].tolist()  # type: ignore[no-any-return]


def _words(values: pd.Index[Any]) -> list[str]:
    if values.dtype.kind == "f":
        return ["" if value != value else f"{value:.10g}" for value in values.tolist()]
    if values.dtype.kind in "iub":
        return list(map(str, values.tolist()))
    return ["" if value is None or value != value else cell(str(value)) for value in values.tolist()]


# --- reading -----------------------------------------------------------------------------------------


def read_manifest(folder: Path | str, needed: str = "") -> tuple[Path, dict[str, Any]]:
    """Folder of results, the newest where there are several in it, and its manifest.

    Raises
    ------
    NoResultsError
        If there are none, or none with the file `needed`.
    """
    home = folder = Path(folder)
    latest = folder / "latest"
    if latest.is_file():
        folder = folder / latest.read_text(encoding="utf-8").strip()
    for name in filter(None, ("manifest.json", needed)):
        if not (folder / name).is_file():
            advice = "name a folder such as results/headline, or one of the runs in it"
            raise NoResultsError(f"{home} holds no such results: there is no {folder / name}; {advice}")
    return folder, json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def newest_results(out: Path) -> Path:
    """Folder of the newest results below a folder of all results.

    Raises
    ------
    NoResultsError
        If there are none.
    """
    found = [path.parent for path in out.glob("*/*/summary.csv") if not path.parent.name.startswith(".")]
    if not found:
        raise NoResultsError(f"{out} holds no results of `run` or `compare` yet: make some, or name a folder")
    return max(found, key=lambda folder: (folder.name, folder.parent.name))


@understood
def read_results(folder: Path | str) -> Results:
    """Read a results folder back.

    Parameters
    ----------
    folder
        A results folder, or a study's folder: then the newest of it.

    Raises
    ------
    NoResultsError
        If there are none.
    """
    folder, manifest = read_manifest(folder, "summary.csv")
    return Results(**{name: _read_csv(folder, name) for name in COLUMNS}, manifest=manifest)


def _read_csv(folder: Path, name: str) -> pd.DataFrame:
    columns = COLUMNS[name]
    return unmarked(
        pd.read_csv(
            folder / f"{name}.csv",
            encoding="utf-8-sig",
            dtype={column: str for column in columns if column in TEXT},
            na_values={column: [""] for column in columns if column not in TEXT},
            keep_default_na=False,
        )
    )


def unmarked(table: pd.DataFrame) -> pd.DataFrame:
    """Table that was read from a CSV of this program, its texts as they were."""
    return spoken(table, as_it_was)


def spoken(table: pd.DataFrame, say: Callable[[str], str]) -> pd.DataFrame:
    """Table with every text as `say` puts it; the same one where that changes nothing."""
    changed = {}
    for name in table.columns:
        if table[name].dtype.kind in "fiubM":
            continue
        codes, values = pd.factorize(table[name], use_na_sentinel=False)
        texts = values.tolist()
        said = [say(text) if isinstance(text, str) else text for text in texts]
        if any(new is not old and new != old for new, old in zip(said, texts, strict=True)):
            changed[name] = pd.Series(said, dtype=table[name].dtype).take(codes).to_numpy()
    heads = {name: say(name) for name in table.columns}
    table = table.assign(**changed) if changed else table
    return table if all(name == head for name, head in heads.items()) else table.rename(columns=heads)
