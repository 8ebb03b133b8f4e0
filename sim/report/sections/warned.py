"""What the check warned of: a page is pasted without the screen on which warnings stood."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sim.report.markdown import bullets, section
from sim.report.view import View
from sim.report.words import Words

MOST = 12
"""So many warnings are told; the manifest has all."""
WARNING = re.compile(r"(?P<place>(?:(?! [ENW]\d{3} ).)*) (?P<code>W\d{3}) (?P<text>.*)", re.DOTALL)
"""The code is the first there is: the note on a warning that was accepted speaks of it in its text."""


def write(view: View) -> str:
    """Every warning of the scenarios, with its place."""
    return told(view.manifest.get("problems", []), view.words)


def told(problems: Iterable[str], words: Words) -> str:
    """Section of the warnings among problems as the manifest writes them; empty if there are none."""
    found = [match for one in problems if (match := WARNING.fullmatch(one))]
    lines = [
        words(
            "warned:one",
            code=one["code"],
            meaning=words(f"warned:{one['code']}"),
            text=one["text"],
            place=one["place"],
        )
        for one in found[:MOST]
    ]
    lines += [words("warned:more", count=len(found) - MOST)] if len(found) > MOST else []
    return section(words("head:warned"), words("warned:lead"), bullets(lines)) if lines else ""
