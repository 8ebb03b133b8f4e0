"""What never binds, in words instead of zeros."""

from __future__ import annotations

import math
from collections.abc import Iterable

from sim.report.markdown import bullets, section
from sim.report.numbers import show
from sim.report.view import Cell, Comparison, Estimate, View

RARELY_USED = 0.5
"""Below this share of its limit a licence or fleet is said not to bind."""


def write(view: View) -> str:
    """Licence, bays, vans and yard, each only where it never binds."""
    lines = []
    hazardous, slag = view.comparison("hazardous"), view.comparison("slag")
    if hazardous is not None:
        lines += [_share(view, "licence_utilisation", "never:licence", "collection_point", "county")]
        lines += [_share(view, "vehicle_utilisation", "never:vans", "vans", "collection_point")]
        lines += [_bays(view, hazardous)]
    if slag is not None:
        lines += [_yard(view, slag)]
    kept = [line for line in lines if line]
    return section(view.words("head:never"), bullets(kept) if kept else "")


def _estimates(view: View, cells: Iterable[Cell], kpi: str, *places: str) -> list[tuple[Cell, Estimate]]:
    return [(cell, found) for cell in cells if (found := view.estimate(cell, kpi, *places)) is not None]


def _share(view: View, kpi: str, text: str, *places: str) -> str:
    runs = view.results.replications
    used = runs.loc[(runs["kpi"] == kpi) & runs["place"].isin(places) & (runs["value"] > 0), "value"]
    highest = used.max()
    if not highest < RARELY_USED:
        return ""
    return view.words(text, share=f"{show(100 * highest, 0 if highest > 0.1 else 1)} %")


def _bays(view: View, table: Comparison) -> str:
    found = [e for _, e in _estimates(view, table.cells, "overflow_any", "collection_point")]
    if not found or any(e.mean > 0 or math.isnan(e.high) for e in found):
        return ""
    return view.words("never:bays", n=min(e.n for e in found), bound=_bound(found))


def _yard(view: View, table: Comparison) -> str:
    found = _estimates(view, table.cells, "overflow_probability", "kiln_yard")
    calm = [(cell, e) for cell, e in found if e.mean == 0 and not math.isnan(e.high)]
    if not calm:
        return ""
    estimates = [e for _, e in calm]
    named = view.where(table, [cell for cell, _ in calm])
    key = "under" if len(table.plans) > 1 else "with"
    where = view.words(f"never:{key}", plans=named, futures=named) if named else ""
    return view.words("never:yard", n=min(e.n for e in estimates), bound=_bound(estimates), where=where)


def _bound(found: list[Estimate]) -> str:
    return f"{show(100 * max(e.high for e in found), 1)} %"
