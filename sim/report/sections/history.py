"""The record beside the model, for a study of recorded years."""

from __future__ import annotations

import math
from collections.abc import Mapping

from sim.report.history import YearCheck, notes, slag_rates, slag_tonnes, slag_ways, swing, transfers
from sim.report.markdown import bullets, once, section, table
from sim.report.numbers import MISSING, rough, show
from sim.report.plots.utilisation import ACCOUNTINGS
from sim.report.view import Cell, View

TONNES = 1e4
"""Slag is printed in units of so many t."""


def write(view: View) -> str:
    """Transfers by year with their bands; slag generated and used by year, and how the model comes to it."""
    return section(view.words("head:history"), *_transfers(view), *_slag(view))


# --- transfers ---------------------------------------------------------------------------------------


def _transfers(view: View) -> list[str]:
    found = view.comparison("hazardous")
    checked = [] if found is None else [(c, checks) for c in found.cells if (checks := transfers(view, c))]
    if found is None or not checked:
        return []
    words = view.words
    futures = view.future_labels(found.futures)
    labels = {cell: futures[cell.future] or view.plan_title(cell.plan) for cell, _ in checked}
    rows = [[labels[cell], *_year(view, check)] for cell, checks in checked for check in checks]
    heads = ["future", "year", "recorded", "model", "band", "half", "inside", "at_least"]
    return [
        bullets([text for cell, checks in checked if (text := _total(view, labels[cell], cell, checks))]),
        table([words(f"col:{head}") for head in heads], once(rows)),
        words("history:caution"),
        bullets(notes(view, transfers=True)),
    ]


def _year(view: View, check: YearCheck) -> list[str]:
    known = not math.isnan(check.recorded)
    return [
        str(check.year),
        f"{check.recorded:.2f} t" if known else MISSING,
        f"{show(check.mean, 1)} t",
        f"{show(check.low, 1)}–{show(check.high, 1)} t",
        _percent(check.half_width, 0),
        view.words("yes" if check.inside else "no") if known and not math.isnan(check.low) else "",
        _percent(check.at_least, 1),
    ]


def _total(view: View, label: str, cell: Cell, checks: tuple[YearCheck, ...]) -> str:
    known = [check for check in checks if not math.isnan(check.recorded)]
    recorded, mean = sum(c.recorded for c in known), sum(c.mean for c in known)
    if math.isnan(mean):
        return ""
    text = view.words(
        "history:total",
        future=label,
        first=known[0].year,
        last=known[-1].year,
        mean=show(mean, 1),
        recorded=show(recorded, 1),
        share=f"{100 * (mean - recorded) / recorded:+.1f} %",
        inside=sum(check.inside for check in known),
        years=len(known),
    )
    apart = swing(view, cell)
    if apart is None:
        return text
    share = _percent(apart.at_least, 1)
    values = {"recorded": show(apart.recorded, 2), "median": show(apart.median, 2), "share": share}
    return text + view.words("history:swing", **values)


# --- slag --------------------------------------------------------------------------------------------


def _slag(view: View) -> list[str]:
    found = view.comparison("slag")
    if found is None:
        return []
    cell = found.cells[0]
    tonnes, rates = slag_tonnes(view, cell), slag_rates(view, cell, ACCOUNTINGS)
    if not tonnes and not rates:
        return []
    words, ways = view.words, slag_ways(view, cell)
    heads = ["year", "slag_recorded", "slag_model", "slag_used", "slag_nobody", "slag_left", "rate_recorded"]
    rows = [
        [str(year), *_masses(tonnes, ways, year), *_rates(rates, year)]
        for year in sorted(set(tonnes) | set(rates))
    ]
    titles = [
        *(words(f"col:{head}") for head in heads),
        *(words(f"accounting:{name}") for name in ACCOUNTINGS),
    ]
    return [
        words("history:slag"),
        table(titles, rows),
        _farthest(view, rates),
        bullets(notes(view, transfers=False)),
    ]


def _masses(
    tonnes: Mapping[int, tuple[float, float]], ways: Mapping[int, tuple[float, ...]], year: int
) -> list[str]:
    masses = [*tonnes.get(year, (math.nan,) * 2), *ways.get(year, (math.nan,) * 3)]
    return [rough(mass / TONNES) if mass else "0" for mass in masses]


def _rates(rates: Mapping[int, tuple[float, ...]], year: int) -> list[str]:
    return [_percent(value, 2) for value in rates.get(year, (math.nan,) * (1 + len(ACCOUNTINGS)))]


def _farthest(view: View, rates: Mapping[int, tuple[float, ...]]) -> str:
    """Where each accounting lies farthest from the record."""
    texts = []
    for place, name in enumerate(ACCOUNTINGS, start=1):
        gaps = {year: abs(values[place] - values[0]) for year, values in rates.items()}
        gaps = {year: gap for year, gap in gaps.items() if not math.isnan(gap)}
        if gaps:
            year = max(gaps, key=lambda one: gaps[one])
            values = {"accounting": view.words(f"accounting:{name}"), "gap": show(100 * gaps[year], 1)}
            texts.append(view.words("history:gap", year=year, **values))
    return view.words("history:gaps", gaps=view.words.join(texts)) if texts else ""


def _percent(value: float, places: int) -> str:
    return MISSING if math.isnan(value) else f"{show(100 * value, places)} %"
