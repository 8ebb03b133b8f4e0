"""How likely sites overflow, and for how long."""

from __future__ import annotations

import math

from sim.report.markdown import once, section, table
from sim.report.numbers import MISSING, amount_or_none, percent, show
from sim.report.view import Cell, Comparison, View

MOST_ROWS = 20
"""Longer tables are cut, future by future."""


def write(view: View) -> str:
    """Probability and days side by side: they can rank plans differently."""
    found = view.comparison("hazardous")
    if found is None:
        return ""
    words = view.words
    labels = view.future_labels(found.futures)
    heads = ["future", "plan", "sites_year", "days", "age", "bays"]
    texts = [words(f"col:{head}") for head in heads]
    compared = found.vary == "plans" and len(found.plans) > 1
    if compared:
        texts.insert(3, words("col:difference", plan=view.plan_title(found.baseline)))
    rows: list[list[str]] = []
    for future in found.futures:
        for plan in found.plans:
            cell = Cell(plan, future)
            row = [
                labels[future],
                view.plan_title(plan),
                percent(view.estimate(cell, "overflow_probability", "sources")),
                amount_or_none(view.estimate(cell, "overflow_days", "sources"), words),
                percent(view.estimate(cell, "age_over_limit_share", "county", "sources")),
                percent(view.estimate(cell, "overflow_any", "collection_point")),
            ]
            if compared:
                row.insert(3, _difference(view, found, cell))
            rows.append(row)
    if len(rows) <= MOST_ROWS:
        return section(words("head:overflow"), table(texts, once(rows)))
    return section(words("head:overflow"), *_future_by_future(found, labels, texts, rows))


def _future_by_future(
    found: Comparison, labels: dict[str, str], heads: list[str], rows: list[list[str]]
) -> list[str]:
    """A table for each future under its name, narrower than one table of all."""
    parts = []
    for number, future in enumerate(found.futures):
        own = rows[number * len(found.plans) : (number + 1) * len(found.plans)]
        parts += [f"**{labels[future]}**", table(heads[1:], [row[1:] for row in own])]
    return parts


def _difference(view: View, found: Comparison, cell: Cell) -> str:
    """Paired difference of site-years, in percentage points."""
    rows = view.rows(view.results.paired, cell)
    if cell.plan == found.baseline or rows.empty:
        return ""
    own = rows[(rows["place"] == "sources") & (rows["kpi"] == "overflow_probability")]
    if own.empty:
        return MISSING
    row = own.iloc[0]
    points = [100 * float(row[name]) for name in ("difference", "ci_low", "ci_high")]
    if any(map(math.isnan, points[1:])):
        return _signed(points[0])
    return f"{_signed(points[0])} ({_signed(points[1])} … {_signed(points[2])})"


def _signed(points: float) -> str:
    text = show(points, 1)
    return f"+{text}" if points > 0 and text != "0.0" else text.replace("-", "−")
