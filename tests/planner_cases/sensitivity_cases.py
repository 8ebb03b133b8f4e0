"""Pretended models with known indices, laid over factors of the tiny region."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner_cases.regions import write_tiny_region
from sim.chance.chance import Chance
from sim.experiment.batch import Part, Totals
from sim.experiment.layout import Point, Points
from sim.experiment.sensitivity.columns import TABLES
from sim.experiment.sensitivity.files import Sensitivity
from sim.experiment.sensitivity.question import Question
from sim.experiment.sweep import SweepOptions
from sim.influence import question_of, run_question
from sim.kpi.outcome import Key

DAYS, COST = Key("sources", "overflow_days"), Key("county", "cost")
FACTORS = (
    "generation.level_factor=0.5:2",
    "roads.local.speed_km_per_h=20:40",
    "costs.disposal_cny_per_t=1000:4000",
    "costs.slag_haul_cny_per_t_km=0.4:0.6",
)
"""Assumptions of the tiny region that stand for the factors of a pretended model."""
NAMES = tuple(text.partition("=")[0] for text in FACTORS)
ENDS = ((0.5, 2.0), (20.0, 40.0), (1000.0, 4000.0), (0.4, 0.6))

Model = Callable[[np.ndarray], float]


def ishigami(shares: np.ndarray) -> float:
    """Ishigami and Homma (1990) with a = 7, b = 0.1; a fourth factor does nothing."""
    x, y, z = (2 * shares[:3] - 1) * np.pi
    return float(np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x))


ISHIGAMI_FIRST, ISHIGAMI_TOTAL = (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437)


def additive(shares: np.ndarray) -> float:
    """Weights 4, 2, 1, 0: indices 16/21, 4/21, 1/21, 0, first and total alike."""
    return float(shares[:4] @ np.array([4.0, 2.0, 1.0, 0.0][: len(shares)]))


def corner(shares: np.ndarray) -> float:
    """10 in a planted box (first above 0.6, second below 0.5), else 0."""
    return 10.0 if shares[0] > 0.6 and shares[1] < 0.5 else 0.0


def constant(value: float, shares: np.ndarray) -> float:
    """One value everywhere."""
    return value


def sloped(start: float, slope: float, shares: np.ndarray) -> float:
    """Rise with the first factor from `start` at the scenario's value, a third of the way up."""
    return start + slope * (shares[0] - 1 / 3)


@dataclass(frozen=True)
class Known:
    """A chain whose overflow days are a known function, with luck on top: of all points, and of its own."""

    model: Model
    shares: tuple[float, ...]
    common: float = 0.0
    own: float = 0.0
    broken: bool = False
    missing: bool = False
    costs_vary: bool = True

    def run(self, chance: Chance) -> Totals:
        if self.broken:
            raise ValueError("no road")
        shares = np.array(self.shares)
        luck = self.common * chance.uniform("luck") + self.own * chance.uniform(f"own {self.shares}")
        value = np.nan if self.missing else self.model(shares) + luck
        return (DAYS, COST), np.array([value, 1e5 + self.costs_vary * chance.uniform("cost")]), ""


def shares_of(points: Points, point: Point) -> tuple[float, ...]:
    """Coordinates of a point in the order of `FACTORS`; one half where its design leaves a factor out."""
    paths = [factor.path for factor in points.design.factors]
    own = {path: float(value) for path, value in zip(paths, point.row, strict=True) if path in NAMES}
    return tuple(
        (own[name] - low) / (high - low) if name in own else 0.5
        for name, (low, high) in zip(NAMES, ENDS, strict=True)
    )


def ask(folder: Path, kpi: str | Sequence[str] = "overflow_days@sources", **asked: Any) -> Question:
    """Question about the tiny pilot, its four factors, no other plan unless one is named."""
    root = write_tiny_region(folder)
    asked = {"vary": FACTORS, "against": "none"} | asked
    return question_of("tiny/pilot", kpi, root=root, **asked)


def answer(
    question: Question,
    out: Path,
    model: Model = ishigami,
    odd: Callable[[Point, tuple[float, ...]], dict[str, Any]] = lambda point, shares: {},
    lang: str = "en",
    **luck: Any,
) -> Sensitivity:
    """Run a question on a pretended model; `odd` gives a point habits of its own."""

    def make(points: Points, point: Point) -> Sequence[Part]:
        shares = shares_of(points, point)
        return [Known(**{"model": model, "shares": shares, **luck, **odd(point, shares)})]

    found = run_question(question, SweepOptions(1, out, quiet=True), lang, make=make)
    assert found is not None
    for name, table in TABLES.items():
        if (path := found.folder / f"{name}.csv").exists() and "*" not in table:
            assert set(pd.read_csv(path, encoding="utf-8-sig", nrows=0)) <= set(table), name
    return found
