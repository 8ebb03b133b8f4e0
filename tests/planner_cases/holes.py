"""What no sentence of a page may hold: places where a word is missing."""

from __future__ import annotations

import re

HOLES = {
    "two spaces": r"\S  +\S",
    "a space before a mark": r"\S ([.;:,!?)\]](\s|$)|[，。；：、！？）】])",
    "a mark that begins": r"^([-*>] )?\s*(\*\*)?[.;:,)，。；：、）]",
    "a mark after a mark": r"[.;:,，。；：、] ?[;:,，。；：、]|[，；：、]\.|[(（] ?[.;:,，。；：、]",
    "a number that is not there": r"[–-] ?%|[(（]–",
    "empty brackets": r"[(（\[【]\s*[)）\]】]|“”",
    "empty emphasis": r"(?<!\*)\*\*\*\*(?!\*)|``",
    "a word of the program": r"\b(nan|NaN|None(?! of)|NaT|inf)\b|[{}]",
    "a space between Chinese marks": r"[，。；：、] +\S",
}
"""Holes by what they are; cells of tables are looked at one by one, their padding left out."""

CODE = re.compile(r"`[^`]*`|!?\[[^]]*\]\([^)]*\)")
"""Words of files, and links: anything may stand in them."""


def holes(page: str) -> list[str]:
    """Lines or cells of a Markdown page with a hole, each with what it is."""
    return [
        f"{what}: {text!r}"
        for line in page.splitlines()
        for text in _pieces(line)
        for what, pattern in HOLES.items()
        if re.search(pattern, CODE.sub("word", text))
    ]


def _pieces(line: str) -> list[str]:
    if not line.startswith("|"):
        return [line]
    return [cell.strip() for cell in line.strip("|").split("|") if cell.strip(" -:")]


def assert_whole(page: str) -> str:
    """Page, if no sentence of it has a hole."""
    assert not (found := holes(page)), "\n".join(found)
    return page
