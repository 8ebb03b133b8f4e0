"""What is made piece by piece: one that fails is told with its place, and the others are made."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

Made = TypeVar("Made")

PROGRAM = Path(__file__).parents[2]


@dataclass(frozen=True)
class Reported:
    """A page, and one sentence for each figure or section that could not be made."""

    page: str
    failures: tuple[str, ...] = ()


@dataclass
class Pieces:
    """Makes pieces, and keeps one sentence of each that failed."""

    failures: list[str] = field(default_factory=list)

    def make(self, what: str, work: Callable[..., Made], *arguments: Any) -> Made | None:
        """What `work` gives, or None if it fails for whatever reason but a request to stop."""
        try:
            return work(*arguments)
        except Exception as error:
            self.failures.append(told(what, error))
            return None


def told(what: str, error: Exception) -> str:
    """One sentence: what could not be made, why, and the line of this program where it went wrong."""
    said = " ".join(f"{type(error).__name__}: {error}".split()).rstrip(": ")
    own = [
        (Path(frame.filename).relative_to(PROGRAM).as_posix(), frame.lineno)
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(PROGRAM / "sim")
    ]
    where = f" ({own[-1][0]}:{own[-1][1]})" if own else ""
    return f"{what}: {said}{where}"
