"""Which sites overflow, and what each lacks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from sim.report.costs import container_year
from sim.report.markdown import section, table
from sim.report.numbers import decimals, show, show_some
from sim.report.plots.worst_sites import cells_of_interest
from sim.report.view import Cell, View
from sim.report.worst import WorstSite, lack, worst_sites

COUNTS = (10, 5)
"""Sites listed for the baseline, and for the best plan."""


def write(view: View) -> str:
    """Ten worst sites of the baseline, five of the plan that overflows least often."""
    found = view.comparison("hazardous")
    if found is None or view.sites.empty:
        return ""
    listed = {
        cell: worst_sites(view, cell, count)
        for cell, count in zip(cells_of_interest(view, found), COUNTS, strict=False)
    }
    parts = [text for cell, sites in listed.items() for text in _of_cell(view, cell, sites)]
    note = view.words.sentences([view.words("sites:note"), _prices(view, listed)])
    return section(view.words("head:sites"), *parts, note)


def _prices(view: View, listed: Mapping[Cell, Sequence[WorstSite]]) -> str:
    """What one more container of each class that is advised costs a year."""
    prices = {}
    for cell, sites in listed.items():
        for site in sites:
            entry = view.spec(cell).get("storage_classes", {}).get(site.storage_class, {})
            price = container_year(entry)
            if site.containers and not math.isnan(price):
                name = view.words.inside(view.class_title(site.storage_class, cell))
                container = view.words.container(str(entry.get("container", "")), 1)
                text = view.words("sites:price", container=container, what=name, price=show(price, 0))
                prices[site.storage_class] = text
    return view.words("sites:prices", prices=view.words.join(list(prices.values()))) if prices else ""


def _of_cell(view: View, cell: Cell, listed: Sequence[WorstSite]) -> list[str]:
    words = view.words
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
