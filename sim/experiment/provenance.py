"""Which program computed: its version, a hash of its sources, and its commit if it runs from a checkout."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import sim

PACKAGE = Path(sim.__file__).parent
SECONDS = 10.0
"""Time that git may take to answer."""


@cache
def provenance() -> dict[str, Any]:
    """Version, hash of the sources, commit, and whether files differ from it; None outside a checkout."""
    commit, modified = commit_of(PACKAGE)
    return {
        "version": sim.__version__,
        "sources": source_hash(),
        "commit": commit,
        "modified": modified,
    }


def source_hash(package: Path = PACKAGE) -> str:
    """SHA-256 over the names and lines of all source files of the program."""
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package).as_posix()
        digest.update(f"{name}\n".encode() + path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def commit_of(package: Path) -> tuple[str | None, bool | None]:
    """Commit that holds a package, and whether its files differ from it.

    None where there is no git, no checkout, or one that does not hold the package: an environment may lie in
    a checkout of something else.
    """
    if _git(package, "cat-file", "-e", "HEAD:./__init__.py") is None:
        return None, None
    commit = _git(package, "rev-parse", "--verify", "HEAD")
    changed = _git(package, "status", "--porcelain", "--", ".")
    if commit is None or changed is None:
        return None, None
    return commit.strip(), bool(changed.strip())


def _git(folder: Path, *asked: str) -> str | None:
    """Answer of git in a folder; None where it has none."""
    program = shutil.which("git")
    if program is None:
        return None
    try:
        found = subprocess.run(  # noqa: S603
            [program, *asked], cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    return found.stdout if found.returncode == 0 else None
