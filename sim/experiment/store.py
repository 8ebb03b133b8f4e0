"""Finished runs of sweeps in one SQLite file, so that none is ever computed twice.

A row is one run: the work it belongs to (a hash of everything that decides its result but the replication)
and the replication. Rows are added and never changed, a batch at a time; what is not committed did not
happen. The file should lie on a local disk.
"""

from __future__ import annotations

import json
import os
import socket
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sim.errors import PlannerError
from sim.kpi.outcome import Key

VERSION = 1
SCHEMA = """
CREATE TABLE IF NOT EXISTS layouts (id INTEGER PRIMARY KEY, keys TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS runs (
    work BLOB NOT NULL, replication INTEGER NOT NULL, layout INTEGER NOT NULL, totals BLOB NOT NULL,
    failure TEXT NOT NULL, PRIMARY KEY (work, replication)
) WITHOUT ROWID;
"""


class StoreError(PlannerError):
    """Finished runs cannot be kept; those kept before are safe."""


class ClosedError(StoreError):
    """The store cannot be opened: nothing was run."""


class BusyError(ClosedError):
    """Another process is working on the same sweep."""


class Kept(NamedTuple):
    """A finished run; values as little-endian doubles in the order of its layout's keys."""

    work: bytes
    replication: int
    layout: int
    totals: bytes
    failure: str


class Store:
    """Finished runs; open it with `open_store`."""

    def __init__(self, base: sqlite3.Connection) -> None:
        self.base = base
        found = base.execute("SELECT keys, id FROM layouts")
        self._layouts: dict[str, int] = dict(found.fetchall())
        self._keys: dict[int, tuple[Key, ...]] = {}

    def layout(self, keys: Sequence[Key]) -> int:
        """Return the number of a list of keys, kept when first met."""
        text = json.dumps(keys)
        if text not in self._layouts:
            with _told(self.base):
                self.base.execute("INSERT INTO layouts (keys) VALUES (?)", (text,))
            row = self.base.execute("SELECT id FROM layouts WHERE keys = ?", (text,)).fetchone()
            self._layouts[text] = row[0]
        return self._layouts[text]

    def keys(self, layout: int) -> tuple[Key, ...]:
        """Return the keys of a layout."""
        if layout not in self._keys:
            row = self.base.execute("SELECT keys FROM layouts WHERE id = ?", (layout,)).fetchone()
            self._keys[layout] = tuple(Key(*pair) for pair in json.loads(row[0]))
        return self._keys[layout]

    def values(self, work: bytes, below: int, key: Key) -> list[float]:
        """Values of a KPI over a work's runs that have it, in order of replication."""
        found = []
        for run in self.runs(work, below):
            keys = self.keys(run.layout)
            if key in keys:
                found.append(float(np.frombuffer(run.totals, "<f8")[keys.index(key)]))
        return found

    def add(self, rows: Iterable[Kept]) -> None:
        """Keep runs, all or none; one that is kept already stays as it is.

        Raises
        ------
        StoreError
            If the disk is full or the file cannot be written; what was kept before stays.
        """
        with _told(self.base):
            self.base.executemany("INSERT OR IGNORE INTO runs VALUES (?, ?, ?, ?, ?)", rows)

    def replications(self, work: bytes) -> set[int]:
        """Replications of a work that are kept."""
        found = self.base.execute("SELECT replication FROM runs WHERE work = ?", (work,))
        return {row[0] for row in found}

    def runs(self, work: bytes, below: int) -> Iterator[Kept]:
        """Runs of a work with replications under `below`, in order."""
        found = self.base.execute(
            "SELECT * FROM runs WHERE work = ? AND replication < ? ORDER BY replication", (work, below)
        )
        return map(Kept._make, found)

    def forget_failures(self, works: Iterable[bytes]) -> None:
        """Forget runs of these works that failed, so that they are tried again."""
        with _told(self.base):
            self.base.executemany(
                "DELETE FROM runs WHERE work = ? AND failure != ''", ((work,) for work in works)
            )

    def count(self) -> int:
        """All runs kept."""
        return int(self.base.execute("SELECT count(*) FROM runs").fetchone()[0])


@contextmanager
def open_store(path: Path) -> Iterator[Store]:
    """Open a store, made when it is not there, for this process alone.

    Raises
    ------
    BusyError
        If another process has it open.
    ClosedError
        If it cannot be made, or is not a store.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ClosedError(f"runs cannot be kept in {path.parent}: {error.strerror or error}") from error
    with _alone(path), _connected(path) as base:
        yield Store(base)


@contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        base = sqlite3.connect(path, timeout=5)
    except sqlite3.Error as error:
        raise ClosedError(f"{path} cannot be opened: {error}") from error
    try:
        with _told(base):
            base.execute("PRAGMA journal_mode = WAL")
            base.execute("PRAGMA synchronous = NORMAL")
        version = _version(base, path)
        if version not in (0, VERSION):
            raise ClosedError(f"{path} is of another version ({version}); name another folder with --store")
        with _told(base):
            base.executescript(SCHEMA)
            base.execute(f"PRAGMA user_version = {VERSION}")
        yield base
    finally:
        base.close()


def _version(base: sqlite3.Connection, path: Path) -> int:
    try:
        return int(base.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.DatabaseError as error:
        raise ClosedError(f"{path} is no store of runs: {error}") from error


@contextmanager
def _told(base: sqlite3.Connection) -> Iterator[None]:
    """One transaction; a fault of the disk becomes a StoreError, and nothing of it remains."""
    try:
        with base:
            yield
    except sqlite3.Error as error:
        raise StoreError(f"finished runs cannot be kept ({error}); those kept before are safe") from error


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold a lock that the operating system takes back when this process ends, however it ends."""
    lock = sqlite3.connect(path.with_suffix(".lock"), timeout=0, isolation_level=None)
    owner = path.with_suffix(".owner")
    try:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise ClosedError(f"runs cannot be kept in {path.parent}: {error}") from error
            raise BusyError(f"{_said(owner)} is working on this sweep; wait until it ends") from error
        owner.write_text(f"process {os.getpid()} on {socket.gethostname()}", encoding="utf-8")
        yield
    finally:
        lock.close()


def _said(owner: Path) -> str:
    try:
        return owner.read_text(encoding="utf-8") or "another process"
    except OSError:
        return "another process"
