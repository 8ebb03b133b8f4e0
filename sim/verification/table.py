"""The table of verification: every case with its exact value, what was simulated, and the verdict."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from types import ModuleType

import pandas as pd

from sim.verification import books, draws, indicators, queues, stores, timelines, warm_up, yard
from sim.verification.case import Case, judge

FAMILIES: tuple[ModuleType, ...] = (timelines, stores, yard, queues, indicators, books, draws, warm_up)
SEED = 20260101
ALPHA = 0.001
"""Probability that a right model fails any case; shared equally over the cases that are left to chance."""
BINOMIAL = ("share", "at_most")
"""Laws with exact intervals."""
SKEWED = 10
"""Student's intervals take a tenth of their share: waits of a queue are skewed, so they miss too often."""
COLUMNS = ("family", "case", "unit", "exact", "simulated", "low", "high", "n", "law", "verdict")


def verification(seed: int = SEED, families: Sequence[ModuleType] = FAMILIES) -> pd.DataFrame:
    """Run all cases and judge them.

    Returns
    -------
    pd.DataFrame
        family, case, unit, exact, simulated, low, high (interval; NaN where nothing is left to chance), n,
        law (`exact`, `mean`, `share`, `at_most`, `ratio`), verdict (`holds` or `fails`).
    """
    return judged([(family.TITLE, case) for family in families for case in family.cases(seed)])


def fresh() -> int:
    """Draw a new seed."""
    return secrets.randbelow(2**31)


def judged(found: Sequence[tuple[str, Case]]) -> pd.DataFrame:
    """Judge cases, given with their family."""
    chancy = sum(case.law != "exact" for _, case in found)
    share = ALPHA / max(1, chancy)
    rows = []
    for family, case in found:
        it = judge(case, 1.0 - (share if case.law in BINOMIAL else share / SKEWED))
        verdict = "holds" if it.holds else "fails"
        row = (
            family,
            case.name,
            case.unit,
            case.exact,
            it.simulated,
            it.low,
            it.high,
            it.n,
            case.law,
            verdict,
        )
        rows.append(row)
    return pd.DataFrame(rows, columns=list(COLUMNS))
