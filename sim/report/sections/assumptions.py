"""What is assumed and leans on the result, with what this study says about it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sim.report.markdown import section, table
from sim.report.sections.slag import split_by_bookkeeping
from sim.report.verdicts import by_future
from sim.report.view import Cell, Comparison, View

HAZARDOUS = {
    "store": "source_types",
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
    "raw_share": "slag.raw_meal_share",
    "raw_limit": "kiln.raw_meal_limit_t_per_day",
    "slag_share": "cement.slag_share",
    "silo": "cement.silo_days",
    "yard": "kiln.yard_capacity_t",
    "slag_cv": "slag.yearly_cv",
    "earmarked": "slag.earmarked",
}
"""Numbers whose range can turn an answer, by the word that names them."""


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
    values = {_text(value_at(view.spec(cell), path)) for cell in found.cells} - {""}
    if not values:
        return []
    value = "" if path == "source_types" else sorted(values)[0] if len(values) == 1 else _spread(values)
    return [view.words(f"assume:{name}"), value, _range(view, found.cells[0], path), _effect(view, found, path)]


def value_at(spec: Mapping[str, Any], path: str) -> Any:
    """Value at a dotted path; None where the scenario has none."""
    value: Any = spec
    for key in path.split("."):
        if not isinstance(value, Mapping) or key not in value:
            return None
        value = value[key]
    return value


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, (int, float)) and not isinstance(value, bool) else str(value)


def _spread(values: set[str]) -> str:
    return " / ".join(sorted(values, key=lambda text: float(text) if _is_number(text) else math.inf))


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).replace("-", "", 1).isdigit()


def _range(view: View, cell: Cell, path: str) -> str:
    """Range that the scenario states for a number."""
    origin = view.manifest.get("origins", {}).get(view.scenario_name(cell), {}).get(path) or {}
    if not origin.get("range"):
        return ""
    low, high = origin["range"]
    return f"{low:g}–{high:g}"


def _effect(view: View, found: Comparison, path: str) -> str:
    """Whether the verdict of any plan differs between futures that differ in this number."""
    tested, turned = False, False
    for plan in found.plans:
        verdicts = by_future(view, found, plan)
        values = {future: _text(value_at(view.spec(Cell(plan, future)), path)) for future in found.futures}
        if len(set(values.values())) > 1:
            tested = True
            turned |= len({verdicts[future].word for future in found.futures}) > 1
    return view.words("assume:untested" if not tested else "assume:yes" if turned else "assume:no")


def _bookkeeping(view: View, found: Comparison) -> list[list[str]]:
    if found.chain != "slag":
        return []
    turns = bool(split_by_bookkeeping(view, found))
    counted = view.words(f"accounting:{view.study['accounting']}") if "accounting" in view.study else ""
    effect = view.words("assume:bookkeeping" if turns else "assume:bookkeeping_no")
    return [[view.words("assume:accounting"), counted, "", effect]]


