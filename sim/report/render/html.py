"""The report as one HTML file in both languages, that asks for nothing outside and reads without scripts."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sim.report.render.blocks import Grid, Heading, Paragraph, Points
from sim.report.render.figure import SHAPES, PlanTable, plan_table
from sim.report.render.material import Facts, Material
from sim.report.render.questions import Question, figures_in, questions_of
from sim.report.telling import Telling
from sim.report.words import LANGUAGES

LARGEST = 2_900_000
"""Bytes of a file that goes by mail: figures beyond that are named, not embedded."""

PARTS = Path(__file__).parent / "page"


@dataclass(frozen=True)
class Picture:
    """A figure with its description in each language; `source` is empty where it is too large to embed."""

    name: str
    source: str
    said: Mapping[str, str]


def write(telling: Telling, facts: Facts, lang: str, figures: Path, path: Path) -> None:
    """Write the page; the language asked for comes first. Equal results give equal bytes."""
    langs = [lang, *(other for other in LANGUAGES if other != lang)]
    materials = {one: Material(telling, facts, one) for one in langs}
    names = figures_in(figures)
    asked = {one: {q.key: q for q in questions_of(telling, one, names)} for one in langs}
    keys = list(dict.fromkeys(key for one in langs for key in asked[one]))
    pictures = _pictures(figures, [name for key in keys for name in _figures(asked, key)], materials)
    script = (PARTS / "page.js").read_text(encoding="utf-8")
    text = _environment().get_template("page.html").render(
        langs=langs,
        materials=materials,
        tables={one: plan_table(materials[one]) for one in langs},
        questions=[(key, {one: asked[one].get(key) for one in langs}, _figures(asked, key)) for key in keys],
        pictures=pictures,
        style=(PARTS / "page.css").read_text(encoding="utf-8"),
        script=script,
        hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        version=telling.results.manifest.get("program", {}).get("version", ""),
        seed=telling.results.manifest.get("seed", ""),
    )  # fmt: skip
    path.write_text(text, encoding="utf-8", newline="\n")


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(PARTS), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    made.tests |= {
        "heading": lambda one: isinstance(one, Heading),
        "paragraph": lambda one: isinstance(one, Paragraph),
        "points": lambda one: isinstance(one, Points),
        "grid": lambda one: isinstance(one, Grid),
    }
    made.globals |= {"shape": lambda series: series % SHAPES, "height": _height}
    return made


def _height(table: PlanTable) -> int:
    """Pixels of a row: one line of marks per future."""
    return 12 * max(1, len(table.series)) + 8


def _figures(asked: Mapping[str, Mapping[str, Question]], key: str) -> Sequence[str]:
    return next(one[key].figures for one in asked.values() if key in one)


def _pictures(folder: Path, names: Sequence[str], materials: Mapping[str, Any]) -> dict[str, Picture]:
    """Figures, embedded as long as the file stays small enough to be sent."""
    found, room = {}, LARGEST
    for name in names:
        data = (folder / f"{name}.png").read_bytes()
        size = len(data) * 4 // 3
        source = f"data:image/png;base64,{base64.b64encode(data).decode()}" if size <= room else ""
        room -= size if source else 0
        said = {lang: one.view.words(f"figure:{name}") for lang, one in materials.items()}
        found[name] = Picture(name, source, said)
    return found
