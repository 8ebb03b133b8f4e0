"""What the plans and futures of the page are: a sentence each, before they are judged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.report.markdown import bullets, section
from sim.report.view import View


def write(view: View) -> str:
    """Plans, then futures, as far as their files say what they change."""
    said = {**dict(_plans(view)), **dict(_futures(view))}
    lines = [
        view.words("about:one", title=title, about=view.words.pick(about))
        for title, about in said.items()
        if about
    ]
    return section(view.words("head:about"), bullets(lines)) if lines else ""


def _plans(view: View) -> Iterator[tuple[str, Any]]:
    for spec in view.manifest.get("scenarios", {}).values():
        if "title" in spec:
            yield view.words.pick(spec["title"]), spec.get("about")


def _futures(view: View) -> Iterator[tuple[str, Any]]:
    for entry in view.manifest.get("cells", []):
        abouts = entry.get("future_abouts", [])
        for title, about in zip(entry.get("future_titles", []), abouts, strict=bool(abouts)):
            yield view.words.pick(title), about
