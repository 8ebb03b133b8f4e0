"""Finished runs in one SQLite file, so that none is ever computed twice.

A row is one run: the work it belongs to (a hash of everything that decides its result but the replication)
and the replication. Rows are added and never changed, a batch at a time; what is not committed did not
happen. Each row carries a checksum over all of it and the meaning of its values. The file is read through
when it is opened: rows that are damaged are left out, counted, and so done again. A file that is no store is
never written to. The file should lie on a local disk.
"""

from __future__ import annotations

import json
import os
import socket
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sim.errors import PlannerError
from sim.kpi.outcome import Key
from sim.locks import HeldError, Lock

VERSION = 2
MARK = 0x77706C6E
"""`application_id` of a store."""
SCHEMA = (
    "CREATE TABLE layouts (id INTEGER PRIMARY KEY, keys TEXT NOT NULL UNIQUE)",
    (
        "CREATE TABLE runs (work BLOB NOT NULL, replication INTEGER NOT NULL, layout INTEGER NOT NULL, "
        "totals BLOB NOT NULL, failure TEXT NOT NULL, checksum BLOB NOT NULL, "
        "PRIMARY KEY (work, replication)) WITHOUT ROWID"
    ),
)
ROW = "work, replication, layout, totals, failure"


class StoreError(PlannerError):
    """Finished runs cannot be kept; what was kept before stays, and is checked when it is opened again."""


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
    """Finished runs; open it with `open_store`.

    Attributes
    ----------
    damaged
        Rows that were there and could not be trusted: they are gone.
    """

    def __init__(self, base: sqlite3.Connection) -> None:
        self.base = base
        self.damaged = 0
        found = base.execute("SELECT keys, id FROM layouts")
        self._layouts: dict[str, int] = dict(found.fetchall())
        self._texts = {number: text for text, number in self._layouts.items()}
        self._keys: dict[int, tuple[Key, ...]] = {}

    def layout(self, keys: Sequence[Key]) -> int:
        """Return the number of a list of keys, kept when first met."""
        text = json.dumps(keys)
        if text not in self._layouts:
            with _told(self.base):
                self.base.execute("INSERT INTO layouts (keys) VALUES (?)", (text,))
            row = self.base.execute("SELECT id FROM layouts WHERE keys = ?", (text,)).fetchone()
            self._layouts[text] = row[0]
            self._texts[row[0]] = text
        return self._layouts[text]

    def keys(self, layout: int) -> tuple[Key, ...]:
        """Return the keys of a layout."""
        if layout not in self._keys:
            self._keys[layout] = tuple(Key(*pair) for pair in json.loads(self._texts[layout]))
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
        marked = [(*row, checksum(row, self._texts[row.layout])) for row in rows]
        with _told(self.base):
            self.base.executemany("INSERT OR IGNORE INTO runs VALUES (?, ?, ?, ?, ?, ?)", marked)

    def replications(self, work: bytes) -> set[int]:
        """Replications of a work that are kept."""
        found = self.base.execute("SELECT replication FROM runs WHERE work = ?", (work,))
        return {row[0] for row in found}

    def runs(self, work: bytes, below: int) -> Iterator[Kept]:
        """Runs of a work with replications under `below`, in order."""
        found = self.base.execute(
            f"SELECT {ROW} FROM runs WHERE work = ? AND replication < ? ORDER BY replication",  # noqa: S608
            (work, below),
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

    def trusted(self) -> Iterator[tuple[Kept, str]]:
        """Rows whose checksum holds, once each, with the text of their keys; others are counted."""
        last: tuple[bytes, int] | None = None
        rows = self.base.execute(f"SELECT {ROW}, checksum FROM runs ORDER BY work, replication")  # noqa: S608
        while True:
            try:
                found = rows.fetchone()
            except (sqlite3.Error, OverflowError, UnicodeError):  # a page that cannot be read ends the walk
                self.damaged += 1
                return
            if found is None:
                return
            run, text = Kept._make(found[:5]), self._texts.get(found[2])
            if text is None or not _is_sound(run, text, found[5]) or (run.work, run.replication) == last:
                self.damaged += 1
                continue
            last = run.work, run.replication
            yield run, text


def checksum(run: Kept, keys: str) -> bytes:
    """Checksum over a run and the meaning of its values."""
    head = json.dumps([run.replication, len(run.totals), run.failure, keys]).encode()
    return blake2b(run.work + head + run.totals, digest_size=8).digest()


def _is_sound(run: Kept, keys: str, mark: object) -> bool:
    kinds = isinstance(run.work, bytes) and isinstance(run.totals, bytes) and isinstance(run.failure, str)
    return kinds and isinstance(run.replication, int) and checksum(run, keys) == mark


@contextmanager
def open_store(path: Path) -> Iterator[Store]:
    """Open a store, made when it is not there, for this process alone; what is damaged in it is left out.

    Raises
    ------
    BusyError
        If another process has it open.
    ClosedError
        If it cannot be made, or is not a store: then it is left as it is.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ClosedError(f"runs cannot be kept in {path.parent}: {error.strerror or error}") from error
    with _alone(path):
        damaged = _mended(path)
        base = _connected(path)
        try:
            store = Store(base)
            store.damaged = damaged
            yield store
        finally:
            base.close()


def _connected(path: Path) -> sqlite3.Connection:
    """Open the file and make sure of what it is.

    Raises
    ------
    ClosedError
        If it is no store.
    """
    try:
        base = sqlite3.connect(path, timeout=5)
    except sqlite3.Error as error:
        raise ClosedError(f"{path} cannot be opened: {error}") from error
    try:
        _judge(base, path)
        with _told(base):
            base.execute("PRAGMA journal_mode = WAL")
            base.execute("PRAGMA synchronous = NORMAL")
        return base
    except BaseException:
        base.close()
        raise


def _judge(base: sqlite3.Connection, path: Path) -> None:
    """Make a store of an empty file; refuse what is none."""
    try:
        mark, version = (base.execute(f"PRAGMA {name}").fetchone()[0] for name in HEAD)
        tables = [row[0] for row in base.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")]
    except (sqlite3.Error, UnicodeError) as error:
        raise ClosedError(_no_store(path, str(error))) from error
    if not (mark or version or tables):
        with _told(base):
            for text in (
                "BEGIN",
                *SCHEMA,
                f"PRAGMA application_id = {MARK}",
                f"PRAGMA user_version = {VERSION}",
            ):
                base.execute(text)
    elif (mark, tables) != (MARK, list(SCHEMA)) and version in (0, VERSION):
        raise ClosedError(_no_store(path, "it holds something else"))
    elif version != VERSION:
        raise ClosedError(f"{path} is of another version ({version}); name another folder with --store")


HEAD = ("application_id", "user_version")


def _no_store(path: Path, why: str) -> str:
    return (
        f"{path} is no store of runs, or its head is damaged ({why}); it is left as it is: move it away, or "
        "name another folder with --store"
    )


def _mended(path: Path) -> int:
    """Leave out what is damaged in a store; the rows that this costs.

    A store that is not whole is written anew from the rows that can be trusted.
    """
    if not path.exists() or not path.stat().st_size:
        return 0
    base = _connected(path)
    fresh = path.with_name(f".{path.name}.mended")
    try:
        store = _read(base, path)
        sound = _is_whole(base)
        if sound:
            for _ in store.trusted():
                pass
        if sound and not store.damaged:
            return 0
        store.damaged = 0
        _remove(fresh)
        _copy(store, fresh)
        store.damaged = max(store.damaged, 1)
    finally:
        with suppress(sqlite3.Error):
            base.close()
    _remove(path, keep=True)
    os.replace(fresh, path)
    return store.damaged


def _read(base: sqlite3.Connection, path: Path) -> Store:
    try:
        return Store(base)
    except (sqlite3.Error, UnicodeError) as error:
        raise ClosedError(_no_store(path, str(error))) from error


def _is_whole(base: sqlite3.Connection) -> bool:
    try:
        return bool(base.execute("PRAGMA integrity_check(1)").fetchall() == [("ok",)])
    except (sqlite3.Error, UnicodeError):
        return False


def _copy(store: Store, path: Path) -> None:
    """Write the rows that can be trusted to another file, durably."""
    base = _connected(path)
    try:
        base.execute("PRAGMA journal_mode = DELETE")
        base.execute("PRAGMA synchronous = FULL")
        copy = Store(base)
        sound = (run._replace(layout=copy.layout(json.loads(text))) for run, text in store.trusted())
        while rows := list(islice(sound, 1000)):
            copy.add(rows)
    finally:
        base.close()


def _remove(path: Path, *, keep: bool = False) -> None:
    """Remove a file of SQLite and those beside it, or only those beside it."""
    for end in ("-wal", "-shm", "-journal", *([] if keep else [""])):
        path.with_name(path.name + end).unlink(missing_ok=True)


@contextmanager
def _told(base: sqlite3.Connection) -> Iterator[None]:
    """One transaction; a fault of the disk becomes a StoreError, and nothing of it remains."""
    try:
        with base:
            yield
    except sqlite3.Error as error:
        raise StoreError(f"finished runs cannot be kept ({error}); start it again to go on") from error


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold a lock that the operating system takes back when this process ends, however it ends."""
    owner = path.with_suffix(".owner")
    try:
        lock = Lock(path.with_suffix(".lock"))
    except HeldError as error:
        raise BusyError(f"{_said(owner)} is working on this sweep; wait until it ends") from error
    except OSError as error:
        raise ClosedError(f"runs cannot be kept in {path.parent}: {error.strerror or error}") from error
    try:
        with suppress(OSError):
            owner.write_text(f"process {os.getpid()} on {socket.gethostname()}", encoding="utf-8")
        yield
    finally:
        lock.release()


def _said(owner: Path) -> str:
    try:
        return owner.read_text(encoding="utf-8", errors="replace") or "another process"
    except OSError:
        return "another process"
