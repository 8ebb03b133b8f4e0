"""Finished runs of a study that is still under way, in a folder of their own beside its results.

The same command goes on from there after a kill, a full disk or any fault. A run is a row of a store; its
days lie in a file beside it, with their checksum in the row. When the results are complete the folder goes.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.archive import NotWritableError
from sim.experiment.block import Block, Reduction, Simulation, Stack, days_of
from sim.experiment.days import Bands
from sim.experiment.fingerprint import is_any_source_changed
from sim.experiment.store import Kept, Store, open_store
from sim.locks import LOCK, HeldError, Lock, remove_abandoned

PREFIX = ".runs-"
OLD = 30 * 86400.0
"""Seconds after which runs of a study that nobody went on with are removed."""
TABLES = ("episodes", "mass", "hours")
ARRAYS = ("totals", "yearly", "peaks")

Arrays = Mapping[str, npt.NDArray[Any]]


@dataclass
class KeptRuns:
    """Runs of a study that are kept until its results are complete.

    Attributes
    ----------
    folder
        Where they lie, with the days that workers write.
    mark
        Hash of all that decides the study's numbers.
    """

    folder: Path
    mark: str
    store: Store
    layout: int = 0
    works: dict[tuple[int, int], bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.layout = self.store.layout(())

    def count(self) -> int:
        """Runs that are finished."""
        return int(self.store.base.execute("SELECT count(*) FROM runs WHERE replication >= 0").fetchone()[0])

    def remove(self) -> None:
        """Remove them: the results are complete."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def work(self, group: int, cell: int) -> bytes:
        """Name of a cell's runs in the store."""
        key = group, cell
        if key not in self.works:
            self.works[key] = hashlib.sha256(f"{self.mark}\n{group}\n{cell}".encode()).digest()
        return self.works[key]

    # --- runs ----------------------------------------------------------------------------------------

    def keep(self, block: Block, cells: Sequence[int], found: Sequence[Stack]) -> None:
        """Keep the runs of a block; those that failed are tried again another time.

        Raises
        ------
        StoreError
            If they cannot be kept.
        """
        for cell, stack in zip(cells, found, strict=True):
            failed = {failure.replication for failure in stack.failures}
            runs = {
                replication: _arrays_of(stack, place, replication)
                for place, replication in enumerate(range(block.first, block.last))
                if replication not in failed
            }
            self.add(block.group, cell, runs)

    def add(self, group: int, cell: int, runs: Mapping[int, Arrays]) -> None:
        """Keep runs as they come from workers, by replication; not if a source file was written meanwhile.

        Raises
        ------
        StoreError
            If they cannot be kept.
        """
        if not is_any_source_changed():
            work = self.work(group, cell)
            self.store.add(Kept(work, one, self.layout, packed(own), "") for one, own in runs.items())

    def found(self, group: int, cell: int, wanted: range) -> dict[int, dict[str, npt.NDArray[Any]]]:
        """Runs that are kept, by replication."""
        runs = self.store.runs(self.work(group, cell), wanted.stop)
        return {run.replication: unpacked(run.totals) for run in runs if run.replication >= wanted.start}

    def stacks(self, task: Simulation, group: int, cell: int, wanted: range, days: int) -> dict[int, Stack]:
        """Runs of a cell that are kept, by replication; those whose days are not what they were are left out.

        Parameters
        ----------
        days
            Replications from this one on have no days.
        """
        found: dict[int, Stack] = {}
        reduced = any(run.replication < 0 for run in self.store.runs(self.work(group, cell), 0))
        layout = task.groups[group][cell].layout
        size = 4 * len(layout.series) * days_of(layout)
        for replication, arrays in self.found(group, cell, wanted).items():
            stack = _stack_of(arrays)
            has_days = reduced or replication >= days or not size
            if has_days or stack.days == (_checksum(task.file(group, cell), replication, size),):
                found[replication] = stack
        return found

    # --- bands of days -------------------------------------------------------------------------------

    def keep_bands(self, work: Reduction, bands: Bands) -> None:
        """Keep what the days of a cell came to: the days themselves are not needed any more."""
        row = Kept(self.work(work.group, work.cell), -work.replications, self.layout, packed(vars(bands)), "")
        self.store.add([row])

    def bands(self, work: Reduction) -> Bands | None:
        """Bands of a cell's days, if they are kept."""
        for run in self.store.runs(self.work(work.group, work.cell), 0):
            if run.replication == -work.replications:
                return Bands(**unpacked(run.totals))
        return None


def _arrays_of(stack: Stack, place: int, replication: int) -> dict[str, npt.NDArray[Any]]:
    """Arrays of one replication of a stack."""
    found = {name: getattr(stack, name)[place : place + 1] for name in ARRAYS}
    found["days"] = np.array(stack.days[place : place + 1], dtype=np.int64)
    for table in TABLES:
        rows = getattr(stack, table)
        first, last = np.searchsorted(rows["replication"], (replication, replication + 1))
        found |= {f"{table}.{name}": column[first:last] for name, column in rows.items()}
    return found


def _stack_of(arrays: Arrays) -> Stack:
    tables: dict[str, dict[str, npt.NDArray[Any]]] = {table: {} for table in TABLES}
    for name, array in arrays.items():
        table, _, column = name.partition(".")
        if column:
            tables[table][column] = array
    totals, yearly, peaks = (arrays[name] for name in ARRAYS)
    episodes, mass, hours = tables.values()
    return Stack(totals, yearly, peaks, episodes, mass, hours, (), tuple(arrays["days"].tolist()))


def _checksum(file: Path, replication: int, size: int) -> int:
    """Checksum of the days of a replication; -1 where they are not there."""
    try:
        with file.open("rb") as opened:
            opened.seek(replication * size)
            found = opened.read(size)
    except OSError:
        return -1
    return zlib.crc32(found) if len(found) == size else -1


def packed(arrays: Arrays) -> bytes:
    """Arrays as bytes: what they are, then what is in them."""
    head = json.dumps([(name, array.dtype.str, array.shape) for name, array in arrays.items()]).encode()
    body = b"".join(np.ascontiguousarray(array).tobytes() for array in arrays.values())
    return zlib.compress(len(head).to_bytes(4, "little") + head + body, 1)


def unpacked(text: bytes) -> dict[str, npt.NDArray[Any]]:
    """Arrays of what `packed` made of them."""
    text = zlib.decompress(text)
    start = 4 + int.from_bytes(text[:4], "little")
    found = {}
    for name, kind, shape in json.loads(text[4:start]):
        count = int(np.prod(shape, dtype=np.int64))
        found[name] = np.frombuffer(text, kind, count, start).reshape(shape)
        start += found[name].nbytes
    return found


# --- the folder --------------------------------------------------------------------------------------


def runs_folder(parent: Path, mark: str) -> Path:
    """Folder of the finished runs of a study in the folder of its results."""
    return parent / f"{PREFIX}{mark[:16]}"


@contextmanager
def keeping(folder: Path, mark: str) -> Iterator[KeptRuns]:
    """Open the folder of a study's finished runs; it stays as long as there are any.

    Another process that does the same at the same time keeps its runs in a folder of its own.

    Raises
    ------
    NotWritableError
        If it cannot be made.
    StoreError
        If what lies there is no store.
    """
    remove_abandoned(old for old in folder.parent.glob(f"{PREFIX}*") if _is_old(old))
    folder, lock = _claimed(folder)
    empty = True
    try:
        with open_store(folder / "runs.sqlite") as store:
            kept = KeptRuns(folder, mark, store)
            try:
                yield kept
            finally:
                empty = not kept.count()
    finally:
        lock.release()
        if empty:
            shutil.rmtree(folder, ignore_errors=True)


def said_of(finished: int, damaged: int) -> list[str]:
    """What is known of runs that were kept."""
    told = [f"going on: {finished} runs are finished already"] if finished else []
    if damaged:
        told.append(f"at least {damaged} finished runs were damaged and are done again")
    return told


def _is_old(folder: Path) -> bool:
    try:
        return time.time() - folder.stat().st_mtime > OLD
    except OSError:
        return False


def _claimed(folder: Path) -> tuple[Path, Lock]:
    for attempt in range(1, 1000):
        own = folder if attempt == 1 else folder.with_name(f"{folder.name}-{attempt}")
        try:
            own.mkdir(parents=True, exist_ok=True)
            return own, Lock(own / LOCK)
        except HeldError:
            continue
        except OSError as error:
            raise NotWritableError(
                f"results cannot be written to {folder.parent}: {error.strerror or error}"
            ) from error
    raise NotWritableError(f"results cannot be written to {folder.parent}: too many of one study")
