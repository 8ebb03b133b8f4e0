"""Sheets of the workbook as plain tables: a question, columns, rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import pandas as pd

from sim.kpi.registry import KPIS
from sim.report.plots.worst_sites import cells_of_interest
from sim.report.render.material import Material
from sim.report.view import SLAG_PLACES, read_verdict
from sim.report.words import kpi_title
from sim.report.worst import lack, worst_sites

Value = str | float | int | None

MOST_ROWS = 20_000
"""Rows of a sheet: more would take longer to write than a planner reads; the CSV has them all."""

YEARLY = (
    "overflow_probability", "overflow_days", "overflow_any", "transferred", "generated", "cost",
    "age_over_limit_share", "utilisation_rate_oldest_first", "utilisation_rate_newest_first",
    "utilisation_rate_at_acceptance", "slag_generated", "slag_used", "days_off_peak",
)  # fmt: skip
"""KPIs of which single years are asked for."""


@dataclass(frozen=True)
class Column:
    """Head of a column, its width in letters, and what its cells are.

    `kind` is text, number, share, money or whole; `by_unit` takes it from the row's unit.
    """

    title: str
    kind: str = "text"
    width: int = 12


@dataclass(frozen=True)
class Sheet:
    """One question's table; `units` has the unit of each row where columns have none of their own."""

    name: str
    question: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    units: tuple[str, ...] = ()
    more: int = 0


def _sheet(
    material: Material, name: str, columns: Iterable[Column], rows: Iterable[tuple[Value, ...]],
    units: Iterable[str] = (),
) -> Sheet:  # fmt: skip
    every = tuple(rows)
    return Sheet(
        material.say(f"sheet:{name}"), material.say(f"ask:{name}"), tuple(columns), every[:MOST_ROWS],
        tuple(units)[:MOST_ROWS], max(0, len(every) - MOST_ROWS),
    )  # fmt: skip


def _columns(material: Material, *asked: tuple[str, str, int]) -> list[Column]:
    return [Column(material.say(f"col:{name}"), kind, width) for name, kind, width in asked]


def _titles(material: Material, plan: str, future: str) -> tuple[str, str]:
    view = material.view
    return view.plan_title(plan), view.future_title(future) if future else ""


NAMED = (("plan", "text", 34), ("future", "text", 30), ("place", "text", 22), ("kpi", "text", 34),
         ("unit", "text", 9))  # fmt: skip
CODES = (("code:plan", "text", 18), ("code:future", "text", 18), ("code:place", "text", 18),
         ("code:kpi", "text", 22))  # fmt: skip


def _rows_of(
    material: Material, table: pd.DataFrame, numbers: tuple[str, ...], codes: bool = False
) -> tuple[list[tuple[Value, ...]], list[str]]:
    """Rows of a table of KPIs: titles, numbers, names as the CSV has them if asked for; and their units."""
    titles = cache(partial(_titles, material))
    place_title, kpi_words = cache(material.place), cache(partial(kpi_title, lang=material.lang))
    columns = ["plan", "future", "place", "kpi", "unit", *numbers]
    rows = [
        (
            *titles(plan, future), place_title(place), kpi_words(kpi), material.unit(unit),
            *map(_plain, values), *((plan, future, place, kpi) if codes else ()),
        )
        for plan, future, place, kpi, unit, *values in table[columns].itertuples(index=False, name=None)
    ]  # fmt: skip
    return rows, table["unit"].tolist()


def _plain(value: Any) -> Value:
    """Value without NaN."""
    if isinstance(value, str):
        return value
    return None if value is None or not math.isfinite(value) else value


def _groups(material: Material) -> pd.DataFrame:
    """Summary without single sites, its verdicts in words."""
    summary = material.view.summary
    rows = summary[~summary["place"].astype(str).str.startswith("site:")]
    words = {text: material.view.words(f"verdict:{read_verdict(str(text))}") if text else ""
             for text in rows["verdict"].unique()}  # fmt: skip
    return rows.assign(verdict=rows["verdict"].map(words))


SHORT = (("mean", "mean", "by_unit", 12), ("ci_low", "low", "by_unit", 12),
         ("ci_high", "high", "by_unit", 12), ("tolerance", "limit", "by_unit", 10),
         ("verdict", "verdict", "text", 11))  # fmt: skip
LONG = (*SHORT[:3], ("p05", "p05", "by_unit", 12), ("p50", "p50", "by_unit", 12),
        ("p95", "p95", "by_unit", 12), *SHORT[3:], ("n", "n", "whole", 8),
        ("ci_method", "method", "text", 12))  # fmt: skip
"""Column of the table, its head, kind and width."""


def _kpis(material: Material) -> Sheet:
    """Every row and number of the summary but single sites, with the names that join it to the CSV."""
    rows, units = _rows_of(material, _groups(material), tuple(one[0] for one in LONG), codes=True)
    columns = _columns(material, *NAMED, *(one[1:] for one in LONG), *CODES)
    return _sheet(material, "kpis", columns, rows, units)


def _of_groups(material: Material, name: str, table: pd.DataFrame) -> Sheet:
    rows, units = _rows_of(material, table, tuple(one[0] for one in SHORT))
    return _sheet(material, name, _columns(material, *NAMED, *(one[1:] for one in SHORT)), rows, units)


def _slag(material: Material) -> Sheet:
    """Yard, kiln, heaps, and what the county's books say of slag."""
    table = _groups(material)
    about = table["kpi"].str.startswith(("slag_", "utilisation_", "no_outlet"))
    head = table["place"].str.partition("/")[0] if len(table) else table["place"]
    return _of_groups(material, "slag", table[head.isin(SLAG_PLACES) | about])


def _costs(material: Material) -> Sheet:
    """Running cost and capital by component and payer; where a place is the county or its receivers."""
    table = _groups(material)
    return _of_groups(material, "costs", table[table["kpi"].str.startswith(("cost", "capital"))])


def _paired(material: Material) -> Sheet:
    table = material.view.results.paired
    table = table[~table["place"].astype(str).str.startswith("site:")]
    numbers = ("baseline", "difference", "ci_low", "ci_high", "p_adjusted", "n")
    rows, units = _rows_of(material, table, numbers)
    columns = _columns(
        material, *NAMED, ("baseline", "text", 22), ("difference", "by_unit", 12), ("low", "by_unit", 12),
        ("high", "by_unit", 12), ("p_adjusted", "small", 10), ("n", "whole", 8),
    )  # fmt: skip
    return _sheet(material, "paired", columns, rows, units)


def _years(material: Material) -> Sheet:
    table = material.view.results.years
    table = table[table["kpi"].isin(YEARLY)]
    rows, units = _rows_of(material, table, ("year", "mean", "ci_low", "ci_high", "n"))
    columns = _columns(
        material, *NAMED, ("year", "plain", 8), ("mean", "by_unit", 12), ("low", "by_unit", 12),
        ("high", "by_unit", 12), ("n", "whole", 8),
    )  # fmt: skip
    return _sheet(material, "years", columns, rows, units)


def _sites(material: Material) -> Sheet:
    columns = _columns(
        material, ("plan", "text", 34), ("future", "text", 30), ("site", "text", 28), ("chance", "share", 14),
        ("days", "number", 14), ("low", "number", 12), ("high", "number", 12), ("class", "text", 18),
        ("cause", "text", 24), ("lack", "text", 44), ("code:place", "text", 22),
    )  # fmt: skip
    return _sheet(material, "sites", columns, _site_rows(material))


def _site_rows(material: Material) -> Iterator[tuple[Value, ...]]:
    view = material.view
    found = view.comparison("hazardous")
    if found is None or view.sites.empty:
        return
    for cell in cells_of_interest(view, found):
        for site in worst_sites(view, cell, 20):
            yield (
                *_titles(material, cell.plan, cell.future), site.title, _plain(site.probability),
                _plain(site.days), _plain(site.days_low), _plain(site.days_high),
                view.class_title(site.storage_class, cell) if site.storage_class else "",
                view.words.cause(site.cause) if site.cause else "", lack(view, cell, site), site.site,
            )  # fmt: skip


def _assumptions(material: Material) -> Sheet:
    columns = _columns(
        material, ("path", "text", 48), ("value", "number", 16), ("range_low", "number", 12),
        ("range_high", "number", 12), ("confidence", "text", 11), ("origin", "text", 70),
        ("file", "text", 36), ("scenarios", "text", 40),
    )  # fmt: skip
    rows = [
        (
            entry["path"], _told(entry.get("value")), *_range(entry.get("range")),
            entry.get("confidence", ""), entry.get("origin", ""), _file(entry.get("place")),
            ", ".join(entry.get("scenarios", ())),
        )
        for entry in material.view.manifest.get("origins", [])
        if not str(entry["path"]).endswith((".en", ".zh"))
    ]  # fmt: skip
    return _sheet(material, "assumptions", columns, rows)


def _told(value: Any) -> Value:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _plain(value)
    return "" if value is None else str(value)


def _range(found: Any) -> tuple[Value, Value]:
    return (_told(found[0]), _told(found[1])) if found else (None, None)


def _file(place: Any) -> str:
    return f"{place['file']}:{place['line']}" if place else ""


def _definitions(material: Material) -> Sheet:
    columns = _columns(
        material, ("kpi", "text", 44), ("unit", "text", 10), ("definition", "text", 110),
        ("code:kpi", "text", 30),
    )  # fmt: skip
    rows = [
        (kpi_title(name, material.lang), material.unit(one.unit), one.text, name)
        for name, one in sorted(KPIS.items())
    ]
    return _sheet(material, "definitions", columns, rows)


SHEETS: dict[str, Callable[[Material], Sheet]] = {
    "sites": _sites, "costs": _costs, "paired": _paired, "years": _years, "slag": _slag, "kpis": _kpis,
    "assumptions": _assumptions, "definitions": _definitions,
}  # fmt: skip
"""The sheets that follow the verdict; one without rows is left out."""
