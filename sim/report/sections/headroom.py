"""How much more the plans carry."""

from __future__ import annotations

import math

from sim.report.headroom import StopHeadroom, VolumeHeadroom, stop_headroom, volume_headroom
from sim.report.markdown import bullets, section
from sim.report.numbers import rough, show
from sim.report.view import Comparison, View


def write(view: View) -> str:
    """Waste by plan, and days of kiln stop by share of slag to raw meal."""
    lines = []
    hazardous, slag = view.comparison("hazardous"), view.comparison("slag")
    if hazardous is not None:
        lines += [_volume(view, hazardous, found) for found in volume_headroom(view, hazardous)]
    if slag is not None:
        lines += _stops(view, slag)
    return section(view.words("head:headroom"), bullets(lines) if lines else "")


def _volume(view: View, table: Comparison, found: VolumeHeadroom) -> str:
    kind = "crosses" if found.crosses else "kept" if found.kept_at_all else "never"
    labels = view.future_labels(table.futures)
    return view.words(
        f"volume:{kind}",
        plan=view.plan_title(found.plan),
        limit=f"{100 * view.tolerance('sources_overflow_probability'):g} %",
        reach=show(found.reach, 0),
        today=rough(found.today),
        times=f"{found.reach / found.today:.1f}" if found.today > 0 else "?",
        future=labels[table.futures[0]],
    )


def _stops(view: View, table: Comparison) -> list[str]:
    checks = [found for cell in table.cells if (found := stop_headroom(view, cell)) is not None]
    distinct = {round(c.raw_meal_t_per_day / c.inflow_t_per_day, 3): c for c in reversed(checks)}
    shown = [check for _, check in sorted(distinct.items()) if not math.isinf(check.days_grinding)]
    lines = [_stop(view, check) for check in shown]
    if shown:
        lines.append(view.words("stop:december", raw=show(shown[0].raw_meal_t_per_day, 0)))
    return lines


def _stop(view: View, check: StopHeadroom) -> str:
    shorter = check.days < check.days_grinding
    silo = view.words("stop:silo", silo=f"{check.silo_days:g}", days=show(check.days, 0)) if shorter else ""
    return view.words(
        "stop:share",
        capacity=show(check.capacity_t, 0),
        raw=show(check.raw_meal_t_per_day, 0),
        grinding=show(check.days_grinding, 0),
        silo=silo,
    )
