"""Locks that the operating system takes back when their process ends, however it ends.

A folder in the making holds one, so the next start can tell what a killed process left behind from what
another is still working on.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterable
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK = ".lock"
"""Name of the lock in a folder."""
TEMPORARY = "waste-planner-"
"""How the names of our temporary folders begin."""
YOUNG = 3600.0
"""Seconds for which a folder without a lock is left alone: its maker may be about to lock or publish it."""


class HeldError(Exception):
    """Another process, or another part of this one, holds the lock."""


class Lock:
    """A file that is locked until `release`, or until this process ends."""

    def __init__(self, path: Path) -> None:
        """Take the lock.

        Raises
        ------
        HeldError
            If it is taken.
        OSError
            If the file cannot be made.
        """
        self.path = path
        self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            _take(self.descriptor)
        except OSError as error:
            os.close(self.descriptor)
            raise HeldError(str(path)) from error

    def release(self) -> None:
        """Let go, if not done yet; the file stays."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
        self.descriptor = -1


def _take(descriptor: int) -> None:
    if sys.platform == "win32":
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def is_abandoned(folder: Path) -> bool:
    """Whether the process that made a folder has ended without tidying up."""
    lock = folder / LOCK
    try:
        if not lock.exists():
            return time.time() - folder.stat().st_mtime > YOUNG
        Lock(lock).release()
    except (HeldError, OSError):
        return False
    return True


def remove_abandoned(folders: Iterable[Path]) -> list[Path]:
    """Remove the folders whose makers were killed; those that are gone now."""
    found = [folder for folder in folders if folder.is_dir() and is_abandoned(folder)]
    for folder in found:
        shutil.rmtree(folder, ignore_errors=True)
    return [folder for folder in found if not folder.exists()]
