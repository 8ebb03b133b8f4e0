"""The record beside the model, for a study of recorded years."""

from __future__ import annotations

import math

from sim.report.history import YearCheck, slag_rates, slag_tonnes, transfers
from sim.report.markdown import section, table
from sim.report.numbers import MISSING, rough, show
from sim.report.plots.utilisation import ACCOUNTINGS
from sim.report.view import Cell, View


def write(view: View) -> str:
    """Transfers by year with their bands; slag generated and used by year."""
    parts = [*_transfers(view), _slag(view)]
    return section(view.words("head:history"), *parts)


def _transfers(view: View) -> list[str]:
    found = view.comparison("hazardous")
    checked = [] if found is None else [(c, checks) for c in found.cells if (checks := transfers(view, c))]
    if found is None or not checked:
        return []
    words = view.words
    labels = view.future_labels(found.futures)
    rows = [
        [labels[cell.future] or view.plan_title(cell.plan), *_year(view, check)]
        for cell, checks in checked
        for check in checks
    ]
    heads = ["future", "year", "recorded", "model", "band", "half", "inside"]
    lines = [_total(view, cell, checks) for cell, checks in checked]
    return [
        " ".join(lines),
        table([words(f"col:{head}") for head in heads], rows),
        words("history:caution"),
    ]


def _year(view: View, check: YearCheck) -> list[str]:
    known = not math.isnan(check.recorded)
    return [
        str(check.year),
        f"{check.recorded:.2f} t" if known else MISSING,
        f"{show(check.mean, 1)} t",
        f"{show(check.low, 1)}–{show(check.high, 1)} t",
        f"{show(50 * (check.high - check.low) / check.mean, 0)} %" if check.mean > 0 else MISSING,
        (view.words("yes") if check.inside else view.words("no")) if known else "",
    ]


def _total(view: View, cell: Cell, checks: tuple[YearCheck, ...]) -> str:
    known = [check for check in checks if not math.isnan(check.recorded)]
    recorded, mean = sum(c.recorded for c in known), sum(c.mean for c in known)
    return view.words(
        "history:total",
        future=view.future_title(cell.future) or view.plan_title(cell.plan),
        first=known[0].year,
        last=known[-1].year,
        mean=show(mean, 1),
        recorded=show(recorded, 1),
        share=f"{show(100 * (mean - recorded) / recorded, 0)} %",
    )


def _slag(view: View) -> str:
    found = view.comparison("slag")
    if found is None:
        return ""
    cell = found.cells[0]
    tonnes, rates = slag_tonnes(view, cell), slag_rates(view, cell, ACCOUNTINGS)
    if not tonnes and not rates:
        return ""
    words = view.words
    heads = [
        words("col:year"),
        words("col:slag_recorded"),
        words("col:slag_model"),
        words("col:rate_recorded"),
        *(words(f"accounting:{name}") for name in ACCOUNTINGS),
    ]
    rows = [
        [
            str(year),
            rough(tonnes.get(year, (math.nan, math.nan))[0] / 1e4),
            rough(tonnes.get(year, (math.nan, math.nan))[1] / 1e4),
            *(
                f"{show(100 * value, 2)} %" if not math.isnan(value) else MISSING
                for value in rates.get(year, ())
            ),
        ]
        for year in sorted(set(tonnes) | set(rates))
    ]
    return table(heads, [row + [MISSING] * (len(heads) - len(row)) for row in rows])
