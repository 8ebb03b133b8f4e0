"""Which sites overflow, and what each lacks."""

from __future__ import annotations

from sim.report.markdown import section, table
from sim.report.numbers import decimals, show_some
from sim.report.plots.worst_sites import cells_of_interest
from sim.report.view import Cell, View
from sim.report.worst import lack, worst_sites

COUNTS = (10, 5)
"""Sites listed for the baseline, and for the best plan."""


def write(view: View) -> str:
    """Ten worst sites of the baseline, five of the plan that overflows least often."""
    found = view.comparison("hazardous")
    if found is None or view.sites.empty:
        return ""
    parts = []
    for cell, count in zip(cells_of_interest(view, found), COUNTS, strict=False):
        parts += _of_cell(view, cell, count)
    return section(view.words("head:sites"), *parts, view.words("sites:note"))


def _of_cell(view: View, cell: Cell, count: int) -> list[str]:
    words = view.words
    listed = worst_sites(view, cell, count)
    if not listed:
        return [words("sites:none", plan=view.plan_title(cell.plan))]
    future = words("sites:future", future=view.future_title(cell.future)) if cell.future else ""
    rows = [
        [
            site.title,
            f"{show_some(100 * site.probability, 0)} %",
            show_some(site.days, decimals((site.days_high - site.days_low) / 2, 2)),
            view.class_title(site.storage_class, cell) if site.storage_class else "",
            words.cause(site.cause) if site.cause else "",
            lack(view, cell, site),
        ]
        for site in listed
    ]
    heads = ["site", "site_chance", "site_days", "class", "cause", "lack"]
    return [
        words("sites:heading", plan=view.plan_title(cell.plan), future=future),
        table([words(f"col:{head}") for head in heads], rows),
    ]
