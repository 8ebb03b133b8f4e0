"""What the first screen says, as numbers and names: worked out once, and written as `facts.json`."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sim.archive import Results
from sim.report.costs import yearly_cost
from sim.report.off_peak import AT_LEAST, days_kept
from sim.report.screen.choice import QUESTIONS, choose
from sim.report.verdicts import verdict
from sim.report.view import Cell, Comparison, View
from sim.report.worst import lack, worst_sites

Facts = dict[str, Any]
Both = dict[str, str]

WORST = 10
"""Sites whose share of all overflow days is told."""


class Reader:
    """One study's results in both languages."""

    def __init__(self, results: Results) -> None:
        self.views = {lang: View(results, lang) for lang in ("en", "zh")}
        self.view = self.views["en"]

    def both(self, text: Callable[[View], str]) -> Both:
        """A text in each language."""
        return {lang: text(view) for lang, view in self.views.items()}


def facts_of(results: Results) -> Facts:
    """Facts of a study: what was run, plans for collection, the kiln's calendars.

    Shares are ratios, costs CNY a year, intervals those of the summary; NaN and what there is not is None.
    """
    reader = Reader(results)
    view = reader.view
    years = view.manifest.get("years") or [0]
    collection, bulk = view.comparison("hazardous"), view.comparison("slag")
    found = {
        "study": view.manifest.get("study_name", ""),
        "title": reader.both(lambda one: one.title),
        "years": [int(years[0]), int(years[-1])],
        "runs": max((int(n) for n in view.summary["n"] if n > 0), default=0),
        "settings": list(view.settings),
        "collection": collection and _collection(reader, collection),
        "bulk": bulk and _bulk(reader, bulk),
    }
    return dict(_plain(found))


def write_facts(facts: Facts, folder: Path) -> None:
    """Write `facts.json`."""
    text = json.dumps(facts, ensure_ascii=False, indent=1, allow_nan=False)
    (folder / "facts.json").write_text(text + "\n", encoding="utf-8", errors="backslashreplace", newline="\n")


def read_facts(folder: Path) -> Facts | None:
    """Facts as they were written with the results; None where there are none."""
    path = folder / "facts.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None


def _collection(reader: Reader, table: Comparison) -> Facts:
    view = reader.view
    first = table.futures[0]
    baseline = table.baseline if table.vary == "plans" and table.baseline in table.plans else ""
    base_cost = yearly_cost(view, Cell(baseline, first)) if baseline else math.nan
    rows = []
    for plan in table.plans:
        cost = yearly_cost(view, Cell(plan, first))
        rows.append(
            {
                "plan": plan,
                "title": {lang: one.plan_title(plan) for lang, one in reader.views.items()},
                "cost": cost,
                "extra_cost": cost - base_cost if plan != baseline else math.nan,
                "in_future": [_in_future(view, Cell(plan, future), baseline) for future in table.futures],
            }
        )
    sites = view.sites_simulated(Cell(table.plans[0], first))
    place = Cell(baseline or table.plans[0], first)
    labels = {lang: one.future_labels(table.futures) for lang, one in reader.views.items()}
    return {
        "sites": sites,
        "baseline": baseline,
        "futures": [
            {"future": future, "title": {lang: labels[lang][future] for lang in labels}}
            for future in table.futures
        ],
        "limits": {
            "overflow": view.tolerance("sources_overflow_probability"),
            "age": view.tolerance("age_over_limit_share"),
        },
        "plans": rows,
        "choice": choose(rows),
        "where": _where(reader, place),
    }


def _in_future(view: View, cell: Cell, baseline: str) -> Facts:
    """A plan in one future: overflow, waste over age, verdicts, and differences to the baseline."""
    return {
        "overflow": _estimate(view, cell, "overflow_probability", "sources"),
        "age": _estimate(view, cell, "age_over_limit_share", "county", "sources"),
        "full_bay": _estimate(view, cell, "overflow_any", "collection_point"),
        "verdicts": {name: _word(view, cell, name) for name in QUESTIONS},
        "against_baseline": {
            name: _difference(view, cell, baseline, kpi)
            for name, kpi in (("overflow", "overflow_probability"), ("age", "age_over_limit_share"))
        },
    }


def _word(view: View, cell: Cell, question: str) -> str:
    """Verdict on a question, each limit of which is an upper one."""
    found = verdict(view, cell, question)
    beyond = any(one.estimate.mean > one.estimate.tolerance for one in found.reasons)
    return "doubtful" if found.word == "undecided" and beyond else found.word


def _estimate(view: View, cell: Cell, kpi: str, *places: str) -> Facts | None:
    found = view.estimate(cell, kpi, *places)
    return (
        None if found is None else {"mean": found.mean, "low": found.low, "high": found.high, "runs": found.n}
    )


def _difference(view: View, cell: Cell, baseline: str, kpi: str) -> Facts | None:
    """Paired difference to the baseline at the sources; None where the plan is the baseline."""
    if not baseline or cell.plan == baseline:
        return None
    rows = view.rows(view.results.paired, cell)
    rows = rows[(rows["kpi"] == kpi) & (rows["place"] == "sources")]
    if rows.empty:
        return None
    row = rows.iloc[0]
    return {"mean": float(row["difference"]), "low": float(row["ci_low"]), "high": float(row["ci_high"])}


def _where(reader: Reader, cell: Cell) -> Facts | None:
    """Which sites overflow under the baseline, and what the worst of them lacks."""
    view = reader.view
    rows = view.rows(view.sites, cell)
    days = rows.loc[(rows["storage_class"] == "") & (rows["kpi"] == "overflow_days"), "mean"]
    listed = worst_sites(view, cell, WORST)
    if not listed or not days.sum() > 0:
        return None
    worst = listed[0]
    return {
        "sites": len(listed),
        "share_of_days": math.fsum(site.days for site in listed) / float(days.sum()),
        "one_class": len({site.storage_class for site in listed}) == 1,
        "class": reader.both(lambda one: one.class_title(worst.storage_class, cell)),
        "worst": reader.both(lambda one: one.site_titles.get(worst.site, worst.site)),
        "worst_probability": worst.probability,
        "lacks": reader.both(lambda one: lack(one, cell, worst)),
    }


def _bulk(reader: Reader, table: Comparison) -> Facts:
    view = reader.view
    labels = {lang: one.future_labels(table.futures) for lang, one in reader.views.items()}
    rows = []
    for cell in table.cells:
        judged = verdict(view, cell, "slag").criteria
        words = {c.kpi: c.estimate.verdict for c in judged}
        title = {
            lang: labels[lang][cell.future] or reader.views[lang].plan_title(cell.plan) for lang in labels
        }
        rows.append(
            {
                "plan": cell.plan,
                "future": cell.future,
                "title": title,
                "off_peak_days": view.mean(cell, "days_off_peak", "kiln"),
                "overflow": _estimate(view, cell, "overflow_probability", "kiln_yard"),
                "target_met": _estimate(view, cell, "utilisation_target_met", "county", "kiln_yard"),
                "verdicts": {
                    "yard": words.get("overflow_probability") or words.get("overflow_any", ""),
                    "rate": words.get("utilisation_target_met", ""),
                },
            }
        )
    return {
        "target": view.tolerance("utilisation_target"),
        "cells": rows,
        "days_kept": _days_kept(view, table),
    }


def _days_kept(view: View, table: Comparison) -> Facts:
    """Off-peak days a year up to which yard and rate keep their limits, one for each route of the slag."""
    found: Facts = {"yard": [], "rate": []}
    for one in days_kept(view, table):
        if math.isfinite(one.reach):
            found["rate" if one.limit.kpi == AT_LEAST else "yard"].append(one.reach)
    return found


def _plain(value: Any) -> Any:
    """The same without NaN, for JSON."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
