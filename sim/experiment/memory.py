"""Memory that comes and goes with every replication."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

TRIM_THRESHOLD, TOP_PAD, MMAP_THRESHOLD = -1, -2, -3
"""Names of the C library's settings."""


@cache
def keep_freed_memory() -> None:
    """Let this process keep up to 128 MB of freed memory instead of handing it back (where glibc is used).

    A replication makes thousands of arrays of a few hundred kB. Handed back, their pages are fetched from
    the system again and again, which takes a fifth of the time of working out the KPIs.
    """
    try:
        set_option = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return
    for name, size in ((MMAP_THRESHOLD, 16 << 20), (TRIM_THRESHOLD, 128 << 20), (TOP_PAD, 16 << 20)):
        set_option(name, size)


@contextmanager
def rubbish_later() -> Iterator[None]:
    """Look for circular rubbish after the block only: a replication leaves next to none.

    Looked for all the time, it takes a twentieth of a replication; of one with a hundred times the sources, a
    fifth.
    """
    wanted = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if wanted:
            gc.enable()
