"""The primary KPIs year by year, for a study whose years are not alike."""

from __future__ import annotations

import math
from typing import Any

from sim.report.markdown import section, table
from sim.report.numbers import MISSING, amount, percent
from sim.report.view import Comparison, Estimate, View

THOUSANDS = ("cost", "capital")
"""KPIs in CNY a year, shown in thousands."""


def write(view: View) -> str:
    """One table per primary KPI: plans in futures below each other, years beside each other."""
    if not view.study.get("by_year") or view.results.years.empty:
        return ""
    parts = [
        text
        for found in view.comparisons
        for asked in view.study["tables"][found.name]["primary_kpis"]
        for text in _of_kpi(view, found, asked)
    ]
    return section(view.words("head:by_year"), *parts, view.words("by_year:note") if parts else "")


def _of_kpi(view: View, found: Comparison, asked: str) -> list[str]:
    kpi, _, place = asked.partition("@")
    rows, years = [], sorted({int(year) for year in view.results.years["year"]})
    labels = view.future_labels(found.futures)
    for cell in found.cells:
        own = view.rows(view.results.years, cell)
        own = own[(own["kpi"] == kpi) & (own["place"] == place)]
        if len(own):
            texts = [_value(kpi, row) for row in own.itertuples(index=False)]
            values = dict(zip(map(int, own["year"]), texts, strict=True))
            plan = [view.plan_title(cell.plan)] if len(found.plans) > 1 or not labels[cell.future] else []
            label = view.words("comma").join([*plan, *filter(None, [labels[cell.future]])])
            rows.append([label, *(values.get(year, MISSING) for year in years)])
    if not rows:
        return []
    named = view.words(f"place:{place}", default="")
    unit = view.words("by_year:kcny") if kpi.split(":")[0] in THOUSANDS else ""
    what = view.words("comma").join([view.words.kpi(kpi), *filter(None, [view.words.inside(named), unit])])
    head = f"**{found.title}**{view.words('by_year:of')}{what}"
    return [head, table(["", *map(str, years)], rows)]


def _value(kpi: str, row: Any) -> str:
    """Mean of a year with its interval."""
    n, mean, low, high = int(row.n), float(row.mean), float(row.ci_low), float(row.ci_high)
    found = Estimate(mean, low, high, math.nan, math.nan, math.nan, n, math.nan, "")
    if row.unit == "1":
        return percent(found, 1)
    return amount(found, 1, 1 / 1000 if kpi.split(":")[0] in THOUSANDS else 1.0)
