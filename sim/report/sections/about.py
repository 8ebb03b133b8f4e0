"""What the plans and futures of the page are: a sentence each, before they are judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sim.report.markdown import bullets, section
from sim.report.naming import overridden
from sim.report.view import View


def write(view: View) -> str:
    """Plans, then futures, as far as their files say what they change."""
    lines = dict.fromkeys([*_plans(view), *_futures(view)])
    return section(view.words("head:about"), bullets([*lines])) if lines else ""


def _plans(view: View) -> Iterator[str]:
    scenarios = view.manifest.get("scenarios", {})
    for entry in view.naming.cells.values():
        spec = scenarios.get(entry["scenario"], {})
        if spec.get("about"):
            yield _line(view, spec["title"], spec["about"], overridden(entry, 0))


def _futures(view: View) -> Iterator[str]:
    for entry in view.naming.cells.values():
        abouts = entry.get("future_abouts", [])
        titles = entry.get("future_titles", [])
        for number, (title, about) in enumerate(zip(titles, abouts, strict=bool(abouts)), start=1):
            if about:
                yield _line(view, title, about, overridden(entry, number))


def _line(view: View, title: Mapping[str, str], about: Mapping[str, str], settings: Sequence[str]) -> str:
    """A title and its sentence, which a setting of this run may make untrue."""
    words = view.words
    named = view.naming.changed(words.pick(title), settings)
    key = "about:changed" if settings else "about:one"
    return words(key, title=named, about=words.pick(about))
