"""Names as a reader sees them: two that differ in nothing one can see are one name written in two ways."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

SELECTORS = range(0xFE00, 0xFE10)
"""Variation selectors: marks that choose between two drawings of a sign."""
ALIKE = "differs only in case, width, spaces or invisible characters"


@lru_cache(maxsize=8192)
def folded(name: str) -> str:
    """Name without case, width, composition, repeated spaces and what is not seen."""
    if name.isascii() and name.isprintable():
        return " ".join(name.lower().split())
    whole = unicodedata.normalize("NFKC", name)
    seen = "".join(sign for sign in whole if sign.isspace() or not _is_invisible(sign))
    return " ".join(unicodedata.normalize("NFKC", seen.casefold()).split())


def _is_invisible(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cf", "Cc") or ord(sign) in SELECTORS
