"""How much more the plans carry."""

from __future__ import annotations

import math

from sim.report.headroom import StopHeadroom, VolumeHeadroom, stop_headroom, volume_headroom
from sim.report.markdown import bullets, section, table
from sim.report.numbers import rough, show
from sim.report.view import Comparison, View


def write(view: View) -> str:
    """Waste by plan, and days of kiln stop by share of slag to raw meal."""
    hazardous, slag = view.comparison("hazardous"), view.comparison("slag")
    parts = [] if hazardous is None else _volumes(view, hazardous)
    stops = [] if slag is None else _stops(view, slag)
    return section(view.words("head:headroom"), *parts, bullets(stops) if stops else "")


def _volumes(view: View, compared: Comparison) -> list[str]:
    found = volume_headroom(view, compared)
    if not found:
        return []
    words = view.words
    labels = view.future_labels(compared.futures)
    heads = [
        words("col:plan"),
        words("volume:today", future=labels[compared.futures[0]] or words("now")),
        words("volume:reach"),
        words("volume:times"),
        words("volume:limit"),
    ]
    return [table(heads, [_volume(view, one) for one in found]), words("volume:note")]


def _volume(view: View, found: VolumeHeadroom) -> list[str]:
    kind = "crosses" if found.crosses else "never" if found.limit else "kept"
    mark = {"crosses": "", "kept": "> ", "never": "< "}[kind]
    return [
        view.plan_title(found.plan),
        show(found.today, 1),
        view.words(f"volume:{kind}", reach=rough(found.reach)),
        f"{mark}{found.reach / found.today:.1f}" if found.today > 0 else "",
        found.limit,
    ]


def _stops(view: View, compared: Comparison) -> list[str]:
    checks = [found for cell in compared.cells if (found := stop_headroom(view, cell)) is not None]
    distinct = {round(c.raw_meal_t_per_day / c.inflow_t_per_day, 3): c for c in reversed(checks)}
    shown = [check for _, check in sorted(distinct.items()) if not math.isinf(check.days_grinding)]
    lines = [_stop(view, check) for check in shown]
    if shown:
        lines.append(view.words("stop:december", raw=show(shown[0].raw_meal_t_per_day, 0)))
    return lines


def _stop(view: View, check: StopHeadroom) -> str:
    shorter = check.days < check.days_grinding
    days, empty = show(check.days, 0), show(check.days_empty, 0)
    silo = view.words("stop:silo", silo=f"{check.silo_days:g}", days=days, empty=empty) if shorter else ""
    return view.words(
        "stop:share",
        share=show(100 * check.raw_meal_t_per_day / check.inflow_t_per_day, 0),
        capacity=show(check.capacity_t, 0),
        raw=show(check.raw_meal_t_per_day, 0),
        grinding=show(check.days_grinding, 0),
        silo=silo,
    )
