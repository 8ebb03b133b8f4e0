"""Writes docs/reference/ from the vocabularies and the declared columns: `python tests/reference_pages.py`.

Sentences, units, bounds and defaults are those of the code; examples are the first that a shipped file has.
"""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any, get_origin

from pydantic_core import PydanticUndefined

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"
LONG, SHORT = 70, 36
"""Letters of an example, and of a mapping in it, beyond which it is cut."""
MOST = 3
"""Places of a section that are named."""
NONE = "-"
HEAD = """# {title}

{text}
Written by `python tests/reference_pages.py`; a test compares.

"""
UNITS = "Unit `1` is a plain ratio or a count, `-` is no number."
KEYS = f"""Every key of the files below `scenarios/`: of regions, plans and futures first, then of studies,
then of sweeps. [SCENARIOS.md](../SCENARIOS.md) says how files are written. {UNITS}
*required* has no default; what a plan or future leaves out stays as it was. A key with a link holds the keys
of the section it leads to.
"""
TABLES = f"""Every column of the CSV tables that a region names under `tables:`.
[SCENARIOS.md](../SCENARIOS.md#values) says how they are written. {UNITS} A column that is
not *required* may be left out, and its cells may be blank.
"""
RESULTS = f"""Every column of every CSV that a study, a sweep or a sensitivity study writes; the data beside a
figure have the names that the figure shows. [results/README.md](../../results/README.md),
[SWEEPS.md](../SWEEPS.md) and [SENSITIVITY.md](../SENSITIVITY.md) say what each file is for. {UNITS}
Nothing has a default: an empty cell has no value.
"""


def pages() -> dict[str, str]:
    """Every page by file name."""
    return {"keys.md": _keys(), "tables.md": _tables(), "results.md": _results()}


# --- keys --------------------------------------------------------------------------------------------


def _keys() -> str:
    from sim.scenario.examples import examples_in
    from sim.scenario.jsonschema import OF_FILES, WRITTEN_BESIDE
    from sim.scenario.library import Library
    from sim.scenario.schema import ScenarioSpec
    from sim.scenario.study import StudySpec
    from sim.scenario.sweep_study import SweepSpec

    found, told = examples_in(Library.at(None)), set[type]()
    parts = [HEAD.format(title="Keys of scenario, study and sweep files", text=KEYS)]
    parts += ["## Beside any value\n\n", _simple("Key", WRITTEN_BESIDE)]
    parts += ["## Beside the keys of a plan or future\n\n", _simple("Key", OF_FILES)]
    for spec in (ScenarioSpec, StudySpec, SweepSpec):
        for one, places in _places(spec).items():
            if one in told:
                continue
            told.add(one)
            named = [f"`{place}`" for place in places[:MOST]] + ["other places"] * (len(places) > MOST)
            at = f" Stands at {', '.join(named)}." if all(places) else ""
            about = " ".join((one.__doc__ or "").split())
            parts.append(f"## {one.__name__}\n\n{about}{at}\n\n")
            parts.append(_fields(one, found))
    return "".join(parts).rstrip("\n") + "\n"


def _simple(head: str, told: dict[str, str]) -> str:
    rows = [f"| `{word}` | {text} |" for word, text in told.items()]
    return "\n".join([f"| {head} | Meaning |", "|---|---|", *rows]) + "\n\n"


def _places(spec: type, path: str = "", found: dict[type, list[str]] | None = None) -> dict[type, list[str]]:
    """A spec and those that its keys hold, from the outside in, each with the paths at which it stands."""
    from sim.scenario.vocabulary import fields_of

    found = {} if found is None else found
    found.setdefault(spec, []).append(path)
    for word, kind in fields_of(spec).items():
        name = ".NAME" if kind.is_map else "[]" if get_origin(kind.type) is tuple else ""
        for one in _held(kind):
            _places(one, f"{path}.{word}{name}".lstrip("."), found)
    return found


def _held(kind: Any) -> tuple[type, ...]:
    """Specs that stand in a place: in it, or in the entries of its mapping or list."""
    from sim.scenario.vocabulary import item_kind, members_of

    while kind.is_map or get_origin(kind.type) is tuple:
        kind = item_kind(kind)
    return members_of(kind) if kind.is_union else (kind.type,) if kind.is_spec else ()


def _fields(spec: Any, found: Any) -> str:
    from sim.scenario.examples import example_of
    from sim.scenario.sentences import sentences_of
    from sim.scenario.vocabulary import fields_of, unit_in_words

    lines = ["| Key | Meaning | Values | Unit | Default | Example |", "|---|---|---|---|---|---|"]
    for word, kind in fields_of(spec).items():
        cells = (
            f"`{word}`", sentences_of(spec)[word], _values(kind), unit_in_words(word, kind) or NONE,
            _default(kind), _code(example_of(spec, word, found)),
        )  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n\n"


def _values(kind: Any) -> str:
    """What may be written, with its bounds."""
    from sim.scenario.vocabulary import item_kind

    if kind.is_map:
        return f"by name: {_values(item_kind(kind))}"
    if get_origin(kind.type) is tuple:
        length = kind.bound("max_length")
        return f"list{f' of {length}' if length else ''}: {_values(item_kind(kind))}"
    if held := _held(kind):
        return " or ".join(f"[{one.__name__}](#{one.__name__.lower()})" for one in held)
    if kind.choices:
        return ", ".join(f"`{word}`" for word in kind.choices)
    if kind.bound("pattern"):
        return "time of day"
    words = {int: "whole number", float: "number", bool: "`true`, `false`", str: "text", date: "date"}
    return ", ".join(filter(None, [words.get(kind.type, "number, date, word"), _bounds(kind)]))


def _bounds(kind: Any) -> str:
    from sim.spec import MOST as TOP

    return str(kind.bounds_text.removesuffix(f"at most {TOP:g}").removesuffix(" and "))


def _default(kind: Any) -> str:
    if kind.default is PydanticUndefined:
        return "*required*"
    return NONE if kind.default is None else _code(_plain(kind.default))


def _plain(value: Any) -> Any:
    return value.model_dump(exclude_none=True) if hasattr(value, "model_dump") else value


def _code(value: Any) -> str:
    return f"`{_written(value, LONG)}`".replace("|", "\\|") if value != "" else '`""`'


def _written(value: Any, room: int) -> str:
    """A value as a file writes it, cut where it takes more letters than there is room."""
    from sim.scenario.show import written

    if isinstance(value, dict):
        return "{" + _cut([f"{key}: {_inner(one)}" for key, one in value.items()], room) + "}"
    if isinstance(value, tuple | list):
        return "[" + _cut([_inner(one) for one in value], room) + "]"
    text = written(value) or '""'
    return text if len(text) <= room else text[: text.rfind(" ", 0, room)] + " ..."


def _inner(value: Any) -> str:
    text = _written(value, LONG)
    return "{...}" if isinstance(value, dict) and len(text) > SHORT else text


def _cut(parts: list[str], room: int) -> str:
    kept: list[str] = []
    for part in parts:
        if kept and len(", ".join([*kept, part])) > room:
            return ", ".join([*kept, "..."])
        kept.append(part)
    return ", ".join(kept)


# --- tables ------------------------------------------------------------------------------------------


def _tables() -> str:
    from sim.scenario.examples import ROWS, examples_in
    from sim.scenario.library import Library
    from sim.scenario.schema import Tables
    from sim.scenario.sentences import sentences_of

    found = examples_in(Library.at(None))
    parts = [HEAD.format(title="Columns of a region's tables", text=TABLES)]
    for name, row in ROWS.items():
        about = " ".join((row.__doc__ or "").split())
        parts.append(f"## {name}\n\n{sentences_of(Tables)[name]} {about}\n\n")
        parts.append(_fields(row, found).replace("| Key |", "| Column |", 1))
    return "".join(parts).rstrip("\n") + "\n"


# --- results -----------------------------------------------------------------------------------------


def _results() -> str:
    from sim.columns import DECIDED, SWEEPS
    from sim.columns import RESULTS as STUDIES
    from sim.experiment.sensitivity.columns import TABLES as SENSITIVITY

    parts = [HEAD.format(title="Columns of result tables", text=RESULTS)]
    groups = {
        "Studies: `run`, `compare`": STUDIES,
        "Studies that stop by themselves": DECIDED,
        "Sweeps: `sweep`": SWEEPS,
        "Sensitivity: `sensitivity`": SENSITIVITY,
    }
    for group, tables in groups.items():
        parts.append(f"## {group}\n\n")
        for name, table in tables.items():
            seen = first_cells(name) if tables is STUDIES else {}
            rows = [
                f"| {'*others*' if column == '*' else f'`{column}`'} | {one.about} | {one.unit or NONE} "
                f"| {_example(seen.get(column) or one.example)} |"
                for column, one in table.items()
            ]
            parts.append(f"### `{name}.csv`\n\n| Column | Meaning | Unit | Example |\n|---|---|---|---|\n")
            parts.append("\n".join(rows) + "\n\n")
    return "".join(parts).rstrip("\n") + "\n"


def _example(text: str) -> str:
    return f"`{text}`" if text else "empty"


def first_cells(name: str) -> dict[str, str]:
    """First cell of each column that is not empty, in the tables of the frozen study."""
    from golden_case import kept

    rows = csv.DictReader(kept()[f"{name}.csv"].removeprefix("\ufeff").splitlines())
    found: dict[str, str] = {}
    for row in rows:
        for column, text in row.items():
            if text:
                found.setdefault(column, text)
    return found


if __name__ == "__main__":
    import sys

    sys.path.insert(0, str(FOLDER.parent.parent))
    FOLDER.mkdir(exist_ok=True)
    for file, text in pages().items():
        (FOLDER / file).write_text(text, encoding="utf-8", newline="\n")
