"""The one figure that is the table: marks with intervals on a shared axis, verdicts, cost; a row per plan."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sim.report.render.material import Facts, Material
from sim.report.screen.sentences import count_of
from sim.report.screen.text import HEADS

LEFT, WIDE = 3.0, 93.0
"""Where the axis begins and how wide it is, in percent of the column."""

TICKS = (0, 1, 2, 5, 10, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750, 1000, 2000, 5000, 10_000)
APART = 11.0
"""Least distance of labels on the axis, in percent of the column."""

SHAPES = 6
"""Series that look different; more of them begin again."""


@dataclass(frozen=True)
class Mark:
    """A mean with its interval, in percent of the column; `told` says it in words."""

    series: int
    at: float
    low: float
    high: float
    told: str


@dataclass(frozen=True)
class Badge:
    """A verdict: meets, fails, undecided, doubtful or nothing; `told` says of what."""

    word: str
    told: str


@dataclass(frozen=True)
class PlanRow:
    """A row: title, what it was chosen for, marks, verdicts by question, cost."""

    title: str
    chosen: str
    marks: tuple[Mark, ...]
    badges: tuple[tuple[Badge, ...], ...]
    cost: str


@dataclass(frozen=True)
class Tick:
    """A line of the axis and its label."""

    at: float
    label: str


@dataclass(frozen=True)
class PlanTable:
    """The whole figure in one language."""

    heads: tuple[str, ...]
    series: tuple[str, ...]
    ticks: tuple[Tick, ...]
    limit: Tick | None
    rows: tuple[PlanRow, ...]
    note: str


class Axis:
    """A square-root scale from nothing to the largest value."""

    def __init__(self, values: Iterable[float], limit: float | None) -> None:
        self.limit = limit
        self.most = 1.08 * max([1.0, *values, limit or 0.0])

    def at(self, value: float) -> float:
        """Place of a value, in percent of the column."""
        return round(LEFT + WIDE * math.sqrt(max(0.0, value) / self.most), 2)

    def ticks(self) -> tuple[Tick, ...]:
        """Round values that are far enough from each other and from the limit."""
        found: list[Tick] = []
        for value in TICKS:
            at = self.at(value)
            near = [tick.at for tick in found[-1:]] + ([] if self.limit is None else [self.at(self.limit)])
            if value <= self.most and all(abs(at - other) >= APART for other in near):
                found.append(Tick(at, f"{value:,}"))
        return tuple(found)

    def limit_tick(self, label: str) -> Tick | None:
        """The limit; None where there is none."""
        return None if self.limit is None else Tick(self.at(self.limit), label)


def plan_table(material: Material) -> PlanTable | None:
    """A row per plan, marks of every future; of a study of the kiln alone, a row per case."""
    if material.facts["collection"]:
        return _of_plans(material, material.facts["collection"])
    return _of_cases(material, material.facts["bulk"]) if material.facts["bulk"] else None


def _of_plans(material: Material, collection: Facts) -> PlanTable:
    speaker, sites, limit = material.speaker, collection["sites"], collection["limits"]["overflow"]
    seen = [one["overflow"] for row in collection["plans"] for one in row["in_future"] if one["overflow"]]
    axis = Axis([_end(one) * sites for one in seen], None if limit is None else limit * sites)
    futures = [str(one["title"][material.lang]) for one in collection["futures"]]
    named = futures if len(futures) > 1 else [""]
    money = "extra" if collection["baseline"] else "cost"
    rows = []
    for row in collection["plans"]:
        there = row["in_future"]
        marks = [
            _mark(material, axis, number, named[number], one["overflow"], sites)
            for number, one in enumerate(there)
            if one["overflow"]
        ]
        badges = tuple(
            tuple(
                _badge(material, question, named[number], one["verdicts"][question])
                for number, one in enumerate(there)
            )
            for question in ("storage", "age")
        )
        value = row["extra_cost"] if money == "extra" else row["cost"]
        cost = "–" if value is None else speaker.money(value)
        rows.append(
            PlanRow(speaker.plan(row["plan"]), _chosen(material, row["plan"]), tuple(marks), badges, cost)
        )
    place = int(material.lang == "zh")
    heads = [HEADS[key][place].format(sites=sites) for key in ("plan", "sites", "storage", "age", money)]
    shown = "" if limit is None else count_of(limit * sites)
    order = "order" if len(futures) > 1 else "one"
    note = HEADS[order][place].format(
        futures=speaker.say("list").join(futures), runs=speaker.runs(), first=futures[0]
    )
    space = " " if material.lang == "en" else ""
    return PlanTable(
        tuple(heads), tuple(named) if len(named) > 1 else (), axis.ticks(), axis.limit_tick(shown),
        tuple(rows), material.say("figure:note") + space + note,
    )  # fmt: skip


def _end(estimate: Facts) -> float:
    return float(estimate["mean"] if estimate["high"] is None else estimate["high"])


def _mark(
    material: Material, axis: Axis, series: int, future: str, found: Facts, scale: float, unit: str = ""
) -> Mark:
    mean, low, high = (
        found["mean"] * scale if found[key] is None else found[key] * scale for key in ("mean", "low", "high")
    )
    told = material.say(
        "figure:value", mean=count_of(mean) + unit, low=count_of(low) + unit, high=count_of(high) + unit
    )
    colon = ": " if material.lang == "en" else "："
    return Mark(
        series, axis.at(mean), axis.at(low), axis.at(high), f"{future}{colon}{told}" if future else told
    )


def _badge(material: Material, question: str, future: str, word: str) -> Badge:
    parts = [material.say(f"col:{question}"), future, material.say(word)]
    return Badge(word, material.speaker.say("comma").join(part for part in parts if part))


def _chosen(material: Material, plan: str) -> str:
    """What a plan was chosen for: the cheapest for storage, or the one for every limit."""
    collection = material.facts["collection"]
    if len(collection["plans"]) < 2:
        return ""
    for key in ("every", "storage"):
        found = collection["choice"][key]
        if found and found["plan"] == plan:
            return material.speaker.say(key)
    return ""


def _of_cases(material: Material, bulk: Facts) -> PlanTable:
    """Share of the years in which the yard overflows, by case of the kiln."""
    cells: list[Any] = bulk["cells"]
    axis = Axis([100 * _end(one["overflow"]) for one in cells if one["overflow"]], None)
    percent = "%" if material.lang == "zh" else " %"
    rows = [
        PlanRow(
            str(one["title"][material.lang]), "",
            (_mark(material, axis, 0, "", one["overflow"], 100.0, percent),) if one["overflow"] else (),
            tuple((_badge(material, name, "", one["verdicts"][name]),) for name in ("yard", "rate")), "–",
        )
        for one in cells
    ]  # fmt: skip
    heads = [material.say(f"col:{name}") for name in ("case", "yard_share", "yard", "rate", "cost")]
    return PlanTable(tuple(heads), (), axis.ticks(), None, tuple(rows), material.say("figure:note"))
