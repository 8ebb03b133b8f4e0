"""What is assumed and leans on the result, with what this study says about it."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from sim.report.markdown import section, table
from sim.report.sections.slag import same_days_by_month, split_by_bookkeeping
from sim.report.verdicts import verdicts_of
from sim.report.view import Cell, Comparison, View

HAZARDOUS = {
    "store": "source_types.*.containers.*",
    "min_load": "roads.routes.*.min_load_t",
    "level": "generation.level_factor",
    "capture_direct": "generation.capture_share.direct",
    "capture_pilot": "generation.capture_share.pilot",
    "yearly_cv": "generation.yearly_cv",
    "call_share": "direct.call.fill_share",
    "call_days": "direct.call.oldest_days",
    "max_wait": "direct.max_wait_days",
    "missed": "stops.missed_share",
}
SLAG = {
    "off_peak_form": "kiln.off_peak.form",
    "raw_share": "slag.raw_meal_share",
    "raw_limit": "kiln.raw_meal_limit_t_per_day",
    "slag_share": "cement.slag_share",
    "silo": "cement.silo_days",
    "yard": "kiln.yard_capacity_t",
    "slag_cv": "slag.yearly_cv",
    "earmarked": "slag.earmarked",
}
"""Numbers whose range can turn an answer, by the word that names them."""

FORMS = frozenset({"annual", "monthly", "recorded", "windows"})
"""How off-peak days are settled."""


def write(view: View) -> str:
    """Value, range, and whether the study's own futures change the verdict."""
    rows = []
    for chain, paths in (("hazardous", HAZARDOUS), ("slag", SLAG)):
        found = view.comparison(chain)
        if found is not None:
            rows += [row for name, path in paths.items() if (row := _row(view, found, name, path))]
            rows += _bookkeeping(view, found)
    heads = [view.words(f"col:{head}") for head in ("assumption", "value", "range", "changes")]
    if not rows:
        return ""
    return section(view.words("head:assumptions"), view.words("assume:lead"), table(heads, rows))


def _row(view: View, found: Comparison, name: str, path: str) -> list[str]:
    values = {text for cell in found.cells for text in values_at(view.spec(cell), path)}
    if not values:
        return []
    return [view.words(f"assume:{name}"), _spread(view, values), _range(view, found.cells[0], path),
            _effect(view, found, path)]  # fmt: skip


def values_at(spec: Any, path: str) -> set[str]:
    """Values at a dotted path, as text; `*` stands for every name of a mapping."""
    head, _, rest = path.partition(".")
    if not isinstance(spec, Mapping):
        return set()
    if head == "*":
        return {text for name in spec for text in values_at(spec, f"{name}.{rest}" if rest else name)}
    if head not in spec or spec[head] is None:
        return set()
    return values_at(spec[head], rest) if rest else {_text(spec[head])}


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, (int, float)) and not isinstance(value, bool) else str(value)


def _spread(view: View, values: set[str]) -> str:
    """One value, a few of them, or from the least to the largest."""
    if values <= FORMS:
        return " / ".join(view.words(f"form:{value}") for value in sorted(values))
    if values <= {"True", "False"}:
        return " / ".join(view.words("yes" if value == "True" else "no") for value in sorted(values))
    numbers = sorted(float(value) for value in values)
    if len(numbers) > 3:
        return f"{numbers[0]:g}–{numbers[-1]:g}"
    return " / ".join(f"{number:g}" for number in numbers)


def _range(view: View, cell: Cell, path: str) -> str:
    """Range that the scenario states for a number; over all of them for a path with `*`."""
    name = view.scenario_name(cell)
    ranges = [
        entry["range"]
        for entry in view.manifest.get("origins", [])
        if entry.get("range") and name in entry.get("scenarios", [name]) and fnmatchcase(entry["path"], path)
    ]
    if not ranges:
        return ""
    return f"{min(low for low, _ in ranges):g}–{max(high for _, high in ranges):g}"


def _effect(view: View, found: Comparison, path: str) -> str:
    """Whether a verdict differs between futures, or plans, of which one has another number."""
    tested, turned = set(), set()
    for cell in found.cells:
        for kind, twins in (
            ("futures", _futures(view, found, cell, path)),
            ("plans", _plans(view, found, cell, path)),
        ):
            for twin in twins:
                if values_at(view.spec(twin), path) != values_at(view.spec(cell), path):
                    tested.add(kind)
                    if verdicts_of(view, found, twin) != verdicts_of(view, found, cell):
                        turned.add(kind)
    if not tested:
        return view.words("assume:untested")
    what = view.words.join([view.words(f"assume:{kind}") for kind in sorted(turned or tested)])
    return view.words("assume:yes" if turned else "assume:no", what=what)


def _futures(view: View, found: Comparison, cell: Cell, path: str) -> list[Cell]:
    """Futures of the same plan to compare with; how days are settled is compared where there are as many."""
    twins = view.twins(found, cell)
    if path != SLAG["off_peak_form"]:
        return twins
    return [twin for twin in twins if same_days_by_month(view, cell, twin)]


def _plans(view: View, found: Comparison, cell: Cell, path: str) -> list[Cell]:
    """Plans in the same future that differ in this number and nothing else."""
    others = [other for other in found.cells if other.future == cell.future and other.plan != cell.plan]
    return [other for other in others if _only(view.spec(cell), view.spec(other), path.split("."))]


def _only(one: Any, other: Any, path: list[str]) -> bool:
    """Whether all that differs between two scenarios, titles apart, is what stands at `path`."""
    if one == other or not path:
        return True
    if not (isinstance(one, Mapping) and isinstance(other, Mapping)):
        return False
    apart = {
        name for name in one.keys() | other.keys() if name != "title" and one.get(name) != other.get(name)
    }
    return all(path[0] in ("*", name) and _only(one.get(name), other.get(name), path[1:]) for name in apart)


def _bookkeeping(view: View, found: Comparison) -> list[list[str]]:
    if found.chain != "slag":
        return []
    turns = bool(split_by_bookkeeping(view, found))
    counted = view.words(f"accounting:{view.study['accounting']}") if "accounting" in view.study else ""
    effect = view.words("assume:bookkeeping" if turns else "assume:bookkeeping_no")
    return [[view.words("assume:accounting"), counted, "", effect]]
