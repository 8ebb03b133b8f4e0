"""A pretended model: outcomes come from the replication alone, so tables can be checked by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from sim.archive import Results
from sim.experiment.block import MASS, Tours
from sim.experiment.pieces import Reported
from sim.experiment.runner import Engine
from sim.kpi.outcome import Key, Layout, Outcome, PeakPlace, Rows, Series
from sim.scenario.study import StudySpec

DAYS = 730
TITLE = {"en": "T", "zh": "题"}
TOLERANCES = {
    "sources_overflow_probability": 0.05, "sources_overflow_days": 2.0, "any_bay_overflow_probability": 0.05,
    "yard_overflow_probability": 0.1, "utilisation_target": 0.98, "utilisation_target_met": 0.9,
    "age_over_limit_share": 0.01,
}  # fmt: skip
LAYOUT = Layout(
    keys=(
        Key("sources", "overflow_probability"),
        Key("sources", "overflow_days"),
        Key("county", "cost"),
        Key("county", "cost_per_tonne"),
        Key("site:garage, old", "overflow_probability"),
    ),
    groups=4,
    yearly_keys=(Key("sources", "overflow_probability"), Key("county", "cost")),
    years=(2026, 2027),
    series=(Series("sources", "stock", 0.5), Series("county", "stock", float("nan"))),
    peaks=(PeakPlace("kiln_yard", 3.0, "peak"), PeakPlace("collection_point/lab", 3.0, "first_passage")),
)


@dataclass(frozen=True)
class Luck:
    """What the pretended world has in store."""

    seed: int
    replication: int
    asked: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Prepared:
    """A pretended cell; `worse` is added to what chance brings."""

    name: str
    worse: float
    layout: Layout = LAYOUT
    tours: Tours = field(default_factory=dict)
    fails_at: int = -1
    unbalanced_at: int = -1


def prepare(scenario: Any, chain: str, horizon: Any, accounting: str, target: float) -> Prepared:
    return Prepared(scenario.name, scenario.worse, LAYOUT, {"zone": [(31.9, 108.7)]}, *scenario.faults)


def run_one(prepared: Prepared, luck: Luck, replication: int) -> Outcome:
    if replication == prepared.fails_at:
        raise ZeroDivisionError("no trucks")
    assert luck.replication == replication
    luck.asked.append(prepared.name)
    level = float(np.random.default_rng((luck.seed, replication)).random())
    share = level * 0.1 + prepared.worse
    nobody = float("nan") if replication % 2 else 3000.0
    days = np.linspace(0, 1, DAYS, dtype=np.float32)
    return Outcome(
        replication,
        totals=np.array([share, 10 * share, 1e6 * (1 + share), nobody, 1.0 if share > 0.09 else 0.0]),
        yearly=np.array([[share, share], [1e6, 2e6]]),
        daily=np.stack([days + np.float32(level), np.full(DAYS, level, np.float32)]),
        peaks=np.array([[1.0 + level, 2.0 + level], [1.0 + level, 2.0 + level]]),
        episodes=episode(level) if level > 0.5 else {},
        mass={"stream": words("oil")} | {name: np.array([level]) for name in MASS if name != "stream"},
        hours={
            "object": words("van", "van"),
            "state": words("drive", "idle"),
            "hours": np.array([level, 1 - level]),
            "share_scheduled": np.array([level, 1 - level]),
            "share_calendar": np.array([np.nan, np.nan]),
        },
        failure="mass does not close" if replication == prepared.unbalanced_at else "",
    )


def episode(excess: float) -> Rows:
    """One day of overflow, from the last day of the warm-up on."""
    return {
        "place": words("sources"),
        "start": np.array([86400 * 730]),
        "end": np.array([86400 * 731]),
        "days": np.array([1.0]),
        "peak_excess_t": np.array([excess]),
        "cause": words("truck full"),
    }


def words(*texts: str) -> np.ndarray:
    return np.array(texts, dtype=object)


ENGINE = Engine(prepare, Luck, run_one)


@dataclass(frozen=True)
class Row:
    """A row of a pretended table."""

    name: str

    def model_dump(self, mode: str) -> dict[str, str]:
        return {"name": self.name}


POINT = SimpleNamespace(lat=1.0, lon=2.0)


class Whole:
    """A pretended scenario specification."""

    roads = SimpleNamespace(gate=POINT, town=POINT)
    kiln = POINT
    collection_point = None

    def model_dump(self, mode: str) -> dict[str, str]:
        return {"title": "whole"}


def pretended_scenario(name: str, worse: float, faults: tuple[int, int] = (-1, -1)) -> Any:
    return SimpleNamespace(
        name=name, worse=worse, faults=faults, spec=Whole(), origins={}, future_titles=(), future_abouts=(),
        overridden=(),
        problems=(),
        tables=SimpleNamespace(sources=(Row("a"),), record=()),
    )  # fmt: skip


def pretended_study(plans: Mapping[str, float], replications: int = 10, **faults: tuple[int, int]) -> Any:
    names = tuple(plans)
    table = {
        "chain": "hazardous", "title": TITLE, "plans": names, "futures": ("now",), "vary": "plans",
        "baseline": names[0], "primary_kpis": ("overflow_probability@sources", "cost"),
    }  # fmt: skip
    spec = StudySpec.model_validate(
        {
            "title": TITLE, "replications": replications, "seed": 3, "accounting": "oldest_first",
            "tolerances": TOLERANCES, "tables": {"hazardous": table},
        }
    )  # fmt: skip
    cells = tuple(
        SimpleNamespace(
            table="hazardous", plan=name, future="now",
            scenario=pretended_scenario(f"r/{name}+now", worse, faults.get(name, (-1, -1))),
        )
        for name, worse in plans.items()
    )  # fmt: skip
    years = SimpleNamespace(first=2026, last=2027, warm_up_years=2)
    return SimpleNamespace(
        name="r/headline", region="r", spec=spec, years=years, cells=cells, inputs={"r/region.yaml": "00"},
        problems=(),
    )  # fmt: skip


def write_page(results: Results, folder: Path) -> Reported:
    page = f"# {len(results.summary)} rows\n"
    (folder / "answer.md").write_text(page, encoding="utf-8")
    return Reported(page)
