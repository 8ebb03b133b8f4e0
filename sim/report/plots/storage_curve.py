"""How large a store must be: probability of overflow in a year against its capacity."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import SubFigure

from sim.report.bands import bay_capacity, yard_capacity
from sim.report.style import INK, LIMIT, Drawing, colour, legend_below, new_figure, note, parts_of, wrap
from sim.report.view import SLAG_PLACES, Cell, Comparison, View

MOST_PANELS = 9
COLUMNS = 3
LETTERS = 88
"""Latin letters of a title that fit into the width of the figure."""
LINES: tuple[Any, ...] = ("-", "--", ":", "-.", (0, (1, 3)), (0, (6, 1, 1, 1, 1, 1)))
FEW = 4
"""Up to so many curves in one panel are drawn with their bands."""
FEW_CAPACITIES = 20
"""Up to so many capacities are marked one by one: whole containers."""
SOURCES = "sources/"
MOST_SOURCES = 3
"""Classes of the sources that are shown."""
Panel = tuple[Comparison, str, str]
"""What a panel shows: table, place, plan."""


def draw(view: View) -> Drawing | None:
    """One panel per place with a curve, one line per future, the present capacity marked."""
    curves = view.results.storage_curve
    if curves.empty:
        return None
    groups = [group for table in view.comparisons for group in _groups(_panels(view, table)[:MOST_PANELS])]
    if not groups:
        return None
    heights = [_height(view, panels) for panels in groups]
    figure = new_figure(sum(heights))
    parts = parts_of(figure, heights)
    shown = [
        rows for part, panels in zip(parts, groups, strict=True) for rows in _draw_group(part, view, panels)
    ]
    return Drawing(figure, pd.concat(shown, ignore_index=True))


def _groups(panels: list[Panel]) -> list[list[Panel]]:
    """Sources apart from what stands alone: their curves count different things."""
    at_sources = [panel for panel in panels if panel[1].startswith(SOURCES)]
    return [group for group in (at_sources, [one for one in panels if one not in at_sources]) if group]


def _height(view: View, panels: list[Panel]) -> float:
    """Inches for the panels of a group, what they count, and their legend."""
    rows, series, _ = view.rows_and_series(panels[0][0])
    entries = len(series) + (0 if panels[0][0].vary == "plans" else len(rows))
    alone = 0.7 if len(panels) == 1 else 0.0
    lines = [_title(view, *panel, min(COLUMNS, len(panels))).count("\n") for panel in panels]
    titles = sum(max(lines[first : first + COLUMNS]) for first in range(0, len(panels), COLUMNS))
    rows_high = 1.55 * math.ceil(len(panels) / COLUMNS) + 0.13 * titles
    return 1.15 + rows_high + alone + 0.14 * max(0, entries - 4)


def _draw_group(part: SubFigure, view: View, panels: list[Panel]) -> list[pd.DataFrame]:
    columns = min(COLUMNS, len(panels))
    grid = part.subplots(math.ceil(len(panels) / columns), columns, squeeze=False)
    shown = []
    label = ""
    for number, (axes, panel) in enumerate(zip(grid.ravel()[: len(panels)], panels, strict=True)):
        rows = _draw_place(axes, view, *panel)
        axes.set_title(_title(view, *panel, columns))
        before, label = label, _risk(view, rows)
        if number % columns == 0 or label != before:
            axes.set_ylabel(label)
        shown.append(rows)
    for axes in grid.ravel()[len(panels) :]:
        axes.set_axis_off()
    kind = (
        "sources" if panels[0][1].startswith(SOURCES) else "ever" if _first_time_only(shown[0]) else "years"
    )
    part.suptitle(wrap(view.words(f"curve_counts:{kind}"), 118), x=0.01, ha="left", fontsize=8)
    legend_below(part, *grid.ravel())
    return shown


def _panels(view: View, table: Comparison) -> list[Panel]:
    """Places with a curve, each with the first plan that has it; of the sources the classes most at risk."""
    found: dict[str, str] = {}
    risk: dict[str, float] = {}
    for cell in table.cells:
        rows = view.rows(view.results.storage_curve, cell)
        for place in dict.fromkeys(rows["place"].astype(str)):
            own = place == "kiln_yard" if table.chain == "slag" else place not in SLAG_PLACES
            if own and not place.startswith("site:"):
                found.setdefault(place, cell.plan)
        at_all = rows[(rows["capacity_t"] > 0) & rows["place"].astype(str).str.startswith(SOURCES)]
        for name, value in at_all.groupby("place")["p_overflow"].max().items():
            risk[str(name)] = max(risk.get(str(name), 0.0), float(value))
    shown = sorted((name for name in risk if risk[name] > 0), key=lambda name: -risk[name])[:MOST_SOURCES]
    return [
        (table, place, plan)
        for place, plan in found.items()
        if place in shown or not place.startswith(SOURCES)
    ]


def _draw_place(axes: Axes, view: View, table: Comparison, place: str, plan: str) -> pd.DataFrame:
    rows_of, series_of, cells = view.rows_and_series(table)
    by_plan = table.vary == "plans"
    banded = sum(cell.plan == plan for cell in cells.values()) <= FEW
    shown = []
    for (row, series), cell in cells.items():
        curve = view.rows(view.results.storage_curve, cell)
        own = curve[curve["place"] == place].sort_values("capacity_t")
        if cell.plan != plan or own.empty:
            continue
        shown.append(own)
        head, tail = (series, "") if by_plan else (row, series)
        number = list(series_of if by_plan else rows_of).index(head)
        label = (series_of if by_plan else rows_of)[head] or view.plan_title(plan)
        style = LINES[0 if by_plan else list(series_of).index(tail) % len(LINES)]
        _draw_curve(axes, own, number, style, label if style == LINES[0] else "", banded)
    for number, tail in enumerate([] if by_plan or len(series_of) < 2 else series_of):
        axes.plot([], [], color=INK, linestyle=LINES[number % len(LINES)], label=series_of[tail])
    first = Cell(plan, table.futures[0])
    capacity = _capacity(view, first, place)
    ever = _first_time_only(shown[0])
    _draw_marks(axes, view, capacity, view.tolerance(limit_of(place)), foot=ever)
    highest = max(float(own["capacity_t"].max()) for own in shown)
    axes.set_xlim(0, highest if math.isnan(capacity) else min(highest, 5 * capacity))
    axes.set_ylim(-20 if ever else -2, 102)
    axes.set_xlabel(view.words("axis:capacity"))
    return pd.concat(shown, ignore_index=True)


def _capacity(view: View, cell: Cell, place: str) -> float:
    """Capacity as it is, t; NaN for a class of sources, whose stores differ."""
    if place in SLAG_PLACES:
        return yard_capacity(view, cell)
    return math.nan if place.startswith(SOURCES) else bay_capacity(view, cell, place.partition("/")[2])


def _title(view: View, table: Comparison, place: str, plan: str, columns: int) -> str:
    """What a panel shows, in lines that fit into one of so many columns."""
    storage_class = place.partition("/")[2]
    if not storage_class:
        return view.words(f"place:{place}", default=place)
    title = view.class_title(storage_class, Cell(plan, table.futures[0]))
    by_plan = "" if len(table.plans) == 1 else view.plan_title(plan)
    if place.startswith(SOURCES):
        text = view.words("each_source", title=title, plan=by_plan)
    else:
        text = view.words("bay_of", title=view.words.inside(title), plan=by_plan)
    return wrap(text.rstrip(" :："), LETTERS // columns)


def _first_time_only(curve: pd.DataFrame) -> bool:
    return str(curve["method"].iloc[0]).startswith("first_passage")


def _risk(view: View, curve: pd.DataFrame) -> str:
    """Label of the share that a curve shows: of years, or of runs in which the place was ever too small."""
    return view.words("axis:overflow_runs" if _first_time_only(curve) else "axis:overflow_years")


def _draw_curve(axes: Axes, own: pd.DataFrame, number: int, style: str, label: str, banded: bool) -> None:
    x = own["capacity_t"].to_numpy(float)
    dots = "o" if len(x) <= FEW_CAPACITIES else None
    axes.plot(
        x, 100 * own["p_overflow"], color=colour(number), linestyle=style, label=label or None,
        marker=dots, markersize=3,
    )  # fmt: skip
    if banded:
        low, high = 100 * own["band_low"], 100 * own["band_high"]
        axes.fill_between(x, low, high, color=colour(number), alpha=0.12, linewidth=0)


def _draw_marks(axes: Axes, view: View, capacity: float, limit: float, *, foot: bool) -> None:
    """Present capacity, named at the foot or the top, and the limit of what a year may risk."""
    if not math.isnan(capacity):
        axes.axvline(capacity, color="#666666", linestyle=":", linewidth=1.2)
        note(axes, view.words("as_set"), (capacity, 0 if foot else 1), ("data", "axes fraction"), ha="right",
             va="bottom" if foot else "top", xytext=(-3, 2 if foot else -1), color="#666666")  # fmt: skip
    if not math.isnan(limit):
        text = view.words("limit", value=view.words("percent", value=f"{100 * limit:g}"))
        axes.axhline(100 * limit, color=LIMIT, linestyle="--", linewidth=1, label=text)


def limit_of(place: str) -> str:
    """Name of the tolerance that a place's yearly risk is held against."""
    if place in SLAG_PLACES:
        return "yard_overflow_probability"
    return "any_bay_overflow_probability" if "collection_point" in place else "sources_overflow_probability"
