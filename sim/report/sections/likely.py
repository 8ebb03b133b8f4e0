"""How likely sites overflow, and for how long."""

from __future__ import annotations

from sim.report.markdown import once, section, table
from sim.report.numbers import MISSING, amount, percent, show
from sim.report.view import Cell, Comparison, View


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
    rows = []
    for future in found.futures:
        for plan in found.plans:
            cell = Cell(plan, future)
            row = [
                labels[future],
                view.plan_title(plan),
                percent(view.estimate(cell, "overflow_probability", "sources")),
                amount(view.estimate(cell, "overflow_days", "sources")),
                percent(view.estimate(cell, "age_over_limit_share", "county", "sources")),
                percent(view.estimate(cell, "overflow_any", "collection_point")),
            ]
            if compared:
                row.insert(3, _difference(view, found, cell))
            rows.append(row)
    return section(words("head:overflow"), table(texts, once(rows)))


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
    return f"{_signed(points[0])} ({_signed(points[1])} … {_signed(points[2])})"


def _signed(points: float) -> str:
    text = show(points, 1)
    return f"+{text}" if points > 0 and text != "0.0" else text.replace("-", "−")
