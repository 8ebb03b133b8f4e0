"""Scenarios that were named one by one: the page speaks of each by its whole name, as a plan of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from sim.archive import Results
from sim.scenario.compose import head_and_futures


def names_of(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Whole names by ``plan+future``; empty for a study, which names plans and futures itself."""
    tables = manifest.get("study", {}).get("tables", {})
    cells = [
        cell
        for cell in manifest.get("cells", [])
        if cell["scenario"] in tables.get(cell["table"], {}).get("plans", ())
    ]
    return {joined(cell["plan"], cell["future"]): cell["scenario"] for cell in cells}


def whole(results: Results, names: Mapping[str, str]) -> Results:
    """Results in which each named scenario is a plan, without a future beside it."""
    if not names:
        return results
    tables = {name: _whole_table(table, names) for name, table in results.tables.items()}
    cells = [
        {**cell, "plan": names[joined(cell["plan"], cell["future"])], "future": ""}
        for cell in results.manifest["cells"]
    ]
    return Results(**tables, manifest={**results.manifest, "cells": cells})


def apart(table: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Numbers of a figure with plan and future apart, as in the tables of the archive."""
    if not names or table.empty or "plan" not in table:
        return table
    parts = {name: head_and_futures(key) for key, name in names.items()}
    plan = table["plan"].map({name: head for name, (head, _) in parts.items()})
    future = table["plan"].map({name: "+".join(futures) for name, (_, futures) in parts.items()})
    return table.assign(plan=plan, future=future)


def _whole_table(table: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    if table.empty:
        return table
    plan, future = table["plan"].astype(str), table["future"].astype(str)
    renamed = table.assign(plan=_keys(plan, future).map(names), future="")
    if "baseline" in table:  # a plan in the row's future, or a whole name already
        baseline = table["baseline"].astype(str)
        renamed["baseline"] = _keys(baseline, future).map(names).fillna(baseline)
    return renamed


def _keys(plan: pd.Series[str], future: pd.Series[str]) -> pd.Series[str]:
    """`joined`, row by row."""
    return plan.str.cat(future, sep="+").str.removesuffix("+")


def joined(plan: str, future: str) -> str:
    """Name of a plan in a future as one word."""
    return "+".join(filter(None, [plan, future]))
