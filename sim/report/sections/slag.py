"""The slag half: the yard, the days without the kiln, and the utilisation rate under three bookkeepings."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sim.report.markdown import section, table
from sim.report.numbers import MISSING, amount_or_none, percent, show
from sim.report.plots.utilisation import ACCOUNTINGS
from sim.report.sections.reading import years
from sim.report.verdicts import reason, verdict
from sim.report.view import Cell, Comparison, View

PLACES = ("county", "kiln_yard", "smelters")


def write(view: View) -> str:
    """One row per cell."""
    found = view.comparison("slag")
    if found is None:
        return ""
    words = view.words
    target = _target(view)
    rows = [_row(view, found, cell) for cell in found.cells]
    heads = [
        words("col:plan"),
        words("col:future"),
        words("col:yard"),
        words("col:yard_days"),
        words("col:off_peak"),
        words("col:not_burning"),
        *(_accounting_head(view, name) for name in ACCOUNTINGS),
        words("col:met", target=target),
        words("col:verdict"),
    ]
    counted = words(f"accounting:{view.study.get('accounting', ACCOUNTINGS[0])}")
    return section(
        words("head:slag"),
        table(heads, rows),
        words("slag:counts", accounting=counted),
        _turns(view, found),
        words("slag:horizon", years=years(view)) if any(_unsteady(view, c) for c in found.cells) else "",
        *_clump(view, found),
    )


def _unsteady(view: View, cell: Cell) -> bool:
    """Whether loading the cell's scenario found that more slag arrives than can be used."""
    return any("W604" in note for note in view.notes(cell))


def _clump(view: View, found: Comparison) -> list[str]:
    """That the clumping of an annual task is assumed, and what monthly settlement gives where it was run."""
    annual = [cell for cell in found.cells if _off_peak(view, cell).get("days_per_year", 0) > 0]
    if not annual:
        return []
    length = _off_peak(view, annual[0]).get("campaigns", {})
    values = {f"{end}": f"{length.get(f'{end}_days', 0):g}" for end in ("shortest", "longest")}
    pairs = [
        (cell, twin)
        for cell in annual
        for twin in view.twins(found, cell)
        if same_days_by_month(view, cell, twin)
    ]
    texts = [_pair(view, found, *pair) for pair in pairs]
    shown = view.words("slag:clump_untested")
    if texts:
        shown = view.words("slag:clump_shown", text=view.words("then").join(texts))
    return [view.words("slag:clump", **values), shown]


def _off_peak(view: View, cell: Cell) -> Mapping[str, Any]:
    found = view.spec(cell).get("kiln", {}).get("off_peak", {})
    return found if isinstance(found, Mapping) else {}


def same_days_by_month(view: View, cell: Cell, twin: Cell) -> bool:
    """Whether the twin has as many off-peak days as the cell, settled by month."""
    months = _off_peak(view, twin).get("days_by_month")
    return months is not None and sum(months) == _off_peak(view, cell).get("days_per_year")


def _pair(view: View, found: Comparison, annual: Cell, monthly: Cell) -> str:
    values = {}
    for name, cell in (("annual", annual), ("monthly", monthly)):
        values[name] = percent(view.estimate(cell, "overflow_probability", "kiln_yard"), 0)
        values[f"{name}_days"] = show(view.mean(cell, "overflow_days", "kiln_yard"), 0)
    rest = view.rest_of(found, annual)
    where = view.words("slag:clump_where", rest=view.future_title(rest)) if rest else ""
    return view.words("slag:clump_pair", where=where, **values)


def _row(view: View, found: Comparison, cell: Cell) -> list[str]:
    labels = view.future_labels(found.futures)
    return [
        view.plan_title(cell.plan) if len(found.plans) > 1 or not labels[cell.future] else "",
        labels[cell.future],
        percent(view.estimate(cell, "overflow_probability", "kiln_yard"), 1)
        + (" †" if _unsteady(view, cell) else ""),
        amount_or_none(view.estimate(cell, "overflow_days", "kiln_yard"), view.words, 1),
        show(view.mean(cell, "days_off_peak", "kiln", *PLACES), 0),
        show(view.mean(cell, "days_not_burning", "kiln", *PLACES), 0),
        *(_rate(view, cell, name) for name in ACCOUNTINGS),
        percent(view.estimate(cell, "utilisation_target_met", *PLACES), 0),
        _verdict(view, cell),
    ]


def _verdict(view: View, cell: Cell) -> str:
    """Word, and which limits are not kept."""
    found = verdict(view, cell, "slag")
    word = view.words(f"verdict:{found.word}")
    why = view.words.join(list(dict.fromkeys(reason(view, criterion) for criterion in found.reasons)))
    return view.words("grid:why", word=word, why=why) if why else word


def _accounting_head(view: View, name: str) -> str:
    mark = " *" if name == view.study.get("accounting") else ""
    return view.words(f"accounting:{name}") + mark


def rate(view: View, cell: Cell, name: str) -> float:
    """Mean utilisation rate of a cell under one bookkeeping."""
    return view.mean(cell, f"utilisation_rate_{name}", *PLACES)


def _rate(view: View, cell: Cell, name: str) -> str:
    value = rate(view, cell, name)
    return MISSING if math.isnan(value) else f"{show(100 * value, 1)} %"


def _target(view: View) -> str:
    return f"{100 * view.tolerance('utilisation_target'):g} %"


def split_by_bookkeeping(view: View, found: Comparison) -> dict[Cell, tuple[list[str], list[str]]]:
    """Cells whose mean rate lies above the target under some bookkeepings and below under others."""
    target = view.tolerance("utilisation_target")
    split = {}
    for cell in found.cells:
        rates = {name: rate(view, cell, name) for name in ACCOUNTINGS}
        above = [name for name, value in rates.items() if not math.isnan(value) and value >= target]
        below = [name for name, value in rates.items() if not math.isnan(value) and value < target]
        if above and below:
            split[cell] = (above, below)
    return split


def _turns(view: View, found: Comparison) -> str:
    """In which cells the bookkeeping alone decides the target, grouped by how."""
    groups: dict[tuple[str, str], list[Cell]] = {}
    for cell, (above, below) in split_by_bookkeeping(view, found).items():
        key = view.words.join(_titles(view, above)), view.words.join(_titles(view, below))
        groups.setdefault(key, []).append(cell)
    texts = []
    for (high, low), cells in groups.items():
        where = _where(view, found, cells)
        text = view.words("slag:turn", target=_target(view), above=high, below=low)
        texts.append(view.words("listing", rest=where, heads=text) if where else text)
    return view.words("slag:turns", text=view.words("then").join(texts)) if texts else ""


def _where(view: View, found: Comparison, cells: list[Cell]) -> str:
    if len(cells) == len(found.cells) and len(found.futures) > 1:
        return view.words("futures_all")
    return view.where(found, cells)


def _titles(view: View, names: list[str]) -> list[str]:
    return [view.words(f"accounting:{name}") for name in names]
