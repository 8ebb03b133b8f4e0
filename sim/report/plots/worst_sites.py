"""The ten worst sites by name, and what each lacks."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.report.markdown import width
from sim.report.style import INK, Drawing, colour, cut, new_figure, wrap
from sim.report.view import Cell, Comparison, View
from sim.report.worst import WorstSite, lack, worst_sites

LETTERS = 112
"""Letters that the figure is wide: a title begins where the names of the sites end."""
LONGEST = 30
"""Letters of a site's name beside its bar."""


def draw(view: View) -> Drawing | None:
    """Overflow days a year of the ten worst sites, under the baseline and under the best plan."""
    table = view.comparison("hazardous")
    if table is None:
        return None
    found = [(cell, worst_sites(view, cell)) for cell in cells_of_interest(view, table)]
    shown = [(cell, sites) for cell, sites in found if sites]
    if not shown:
        return None
    figure = new_figure(sum(0.75 + 0.2 * len(sites) for _, sites in shown))
    panels = figure.subplots(len(shown), 1, sharex=True, squeeze=False,
                             height_ratios=[1.5 + len(sites) for _, sites in shown])[:, 0]  # fmt: skip
    for number, (axes, (cell, sites)) in enumerate(zip(panels, shown, strict=True)):
        _draw_panel(axes, view, cell, sites, colour(number))
    panels[-1].set_xlabel(view.words("axis:with_bars", what=view.words("axis:site_overflow_days")))
    highest = max(np.nanmax([s.days, s.days_high]) for _, sites in shown for s in sites)
    panels[-1].set_xlim(0, 1.75 * highest)
    return Drawing(figure, pd.DataFrame([_numbers(cell, s, view) for cell, sites in shown for s in sites]))


def cells_of_interest(view: View, table: Comparison) -> list[Cell]:
    """The baseline and the plan that overflows least often, once each."""
    return list(dict.fromkeys([view.reference(table), view.best(table)]))


def _draw_panel(axes: Axes, view: View, cell: Cell, sites: tuple[WorstSite, ...], fill: str) -> None:
    places = np.arange(len(sites))
    days = np.array([s.days for s in sites])
    low = np.nan_to_num(np.array([s.days_low for s in sites]), nan=0.0)
    high = np.array([s.days_high for s in sites])
    high = np.where(np.isnan(high), days, high)
    spread = np.clip(np.vstack([days - low, high - days]), 0, None)
    axes.barh(places, days, height=0.65, color=fill, alpha=0.85)
    axes.errorbar(days, places, xerr=spread, fmt="none", ecolor=INK, elinewidth=0.8, capsize=1.5)
    lacks = [lack(view, cell, site) for site in sites]
    common = _common(lacks)
    for place, text in enumerate(lacks):
        if text == common:
            continue
        axes.annotate(text, (float(high[place]), float(place)), xytext=(4, 0),
                      textcoords="offset points", va="center", fontsize=7, color="#444444")  # fmt: skip
    names = [cut(s.title, LONGEST) for s in sites]
    axes.set_yticks(places, names)
    axes.set_ylim(len(sites) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    title = view.cell_title(cell)
    room = LETTERS - max(map(width, names))
    axes.set_title(wrap(view.words("lack:unless", title=title, lack=common) if common else title, room))


def _common(lacks: list[str]) -> str:
    """What at least half of several sites lack: said once, not beside each; empty where there is none."""
    text, count = Counter(lacks).most_common(1)[0]
    return text if count > 1 and 2 * count >= len(lacks) else ""


def _numbers(cell: Cell, site: WorstSite, view: View) -> dict[str, object]:
    return {
        "plan": cell.plan, "future": cell.future, "site": site.site, "storage_class": site.storage_class,
        "overflow_probability": site.probability, "overflow_days": site.days, "ci_low": site.days_low,
        "ci_high": site.days_high, "cause": site.cause, "containers": site.containers,
        "lack": lack(view, cell, site),
    }  # fmt: skip
