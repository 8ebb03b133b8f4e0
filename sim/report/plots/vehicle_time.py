"""What vehicles and the kiln do with their time; every bar sums to 100 % of what its panel names."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.report.style import Drawing, legend_below, new_figure, parts_of
from sim.report.view import Cell, Comparison, View

STATE_COLOURS = {
    "drive_loaded": "#0072B2",
    "drive_empty": "#7FB8DE",
    "load": "#009E73",
    "unload": "#66C2A4",
    "wait": "#E69F00",
    "rest": "#CC79A7",
    "idle": "#DDDDDD",
    "down": "#D55E00",
    "burning": "#D55E00",
    "off_peak": "#56B4E9",
    "restart": "#E69F00",
    "maintenance": "#CC79A7",
    "unplanned": "#7A7A00",
}
OTHER_COLOUR = "#999999"


def draw(view: View) -> Drawing | None:
    """A panel each: vans and receivers' trucks by plan, the kiln by off-peak calendar."""
    chains = [shares for chain in ("hazardous", "slag") if len(shares := _shares(view, chain))]
    panels = [own for shares in chains for _, own in shares.groupby("object")]
    if not panels:
        return None
    heights = [1.15 + 0.2 * shares["bar"].nunique() for shares in panels]
    figure = new_figure(sum(heights))
    parts = parts_of(figure, heights)
    for part, shares in zip(parts, panels, strict=True):
        axes = part.subplots()
        _draw_panel(axes, view, shares)
        legend_below(part, axes)
    return Drawing(figure, pd.concat(panels, ignore_index=True))


def _shares(view: View, chain: str) -> pd.DataFrame:
    """Mean share of time by bar and state: columns chain, bar, plan, future, object, state, share."""
    table = view.comparison(chain)
    if table is None or view.results.time_balance.empty:
        return pd.DataFrame()
    cells = [c for c in table.cells if table.vary == "futures" or c.future == table.futures[0]]
    labels = view.future_labels(table.futures)
    found = []
    for cell in cells:
        times = view.rows(view.results.time_balance, cell)
        own = times[(times["object"] == "kiln") == (chain == "slag")]
        by_plan = table.vary == "plans" or not labels[cell.future]
        what = view.plan_title(cell.plan) if by_plan else labels[cell.future]
        found += [
            _of_object(cell, what, str(kind), rows)
            for kind, rows in own.groupby("object")
            if rows["hours"].sum() > 0
        ]
    if not found:
        return pd.DataFrame()
    return pd.concat(_alike_once(view, table, found), ignore_index=True).assign(chain=chain)


def _alike_once(view: View, table: Comparison, found: list[pd.DataFrame]) -> list[pd.DataFrame]:
    """Bars of futures that differ only in what leaves the time as it is are drawn once, by what differs."""
    rows, series, cells = view.rows_and_series(table)
    if table.vary == "plans" or len(series) < 2:
        return found
    of_row = {cell: row for (row, _), cell in cells.items()}
    kept: dict[str, pd.DataFrame] = {}
    for bar in found:
        row = of_row[Cell(str(bar["plan"].iat[0]), str(bar["future"].iat[0]))]
        first = kept.setdefault(row, bar.assign(bar=rows[row]))
        same = first["state"].tolist() == bar["state"].tolist()
        if not same or not np.allclose(first["share"], bar["share"]):
            return found
    return list(kept.values())


def _of_object(cell: Cell, what: str, kind: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Shares of one kind of object: of scheduled time for vehicles (receivers' trucks: of their trips)."""
    counted = rows if kind == "kiln" else rows[rows["share_scheduled"].notna()]
    hours = counted.groupby("state", sort=False)["hours"].sum()
    return pd.DataFrame({
        "bar": what, "plan": cell.plan, "future": cell.future, "object": kind, "state": hours.index,
        "share": hours.to_numpy(float) / max(float(hours.sum()), 1e-12),
    })  # fmt: skip


def _draw_panel(axes: Axes, view: View, shares: pd.DataFrame) -> None:
    wide = shares.pivot_table(index="bar", columns="state", values="share", sort=False).fillna(0)
    wide = wide.loc[:, (wide > 0).any()]
    kind = str(shares["object"].iat[0])
    order = [s for s in STATE_COLOURS if s in wide] + sorted(set(map(str, wide)).difference(STATE_COLOURS))
    left = pd.Series(0.0, index=wide.index)
    for state in order:
        axes.barh(wide.index, 100 * wide[state], left=100 * left, height=0.7,
                  color=STATE_COLOURS.get(state, OTHER_COLOUR), edgecolor="white", linewidth=0.4,
                  label=view.words(f"state:{state}", default=state.replace("_", " ")))  # fmt: skip
        left += wide[state]
    axes.set_xlim(0, 100)
    axes.set_ylim(len(wide) - 0.4, -0.6)
    axes.grid(visible=False)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(view.words(f"axis:time_of_{kind}", default=view.words("axis:time_share")))
    axes.set_title(_title(view, str(shares["chain"].iat[0]), kind))


def _title(view: View, chain: str, kind: str) -> str:
    """What the bars are; where they are plans in one future, in which."""
    title, table = view.words(f"title:time_{kind}", default=kind), view.comparison(chain)
    future = table.futures[0] if table and table.vary == "plans" else ""
    return view.words("comma").join([title, view.future_title(future)]) if future else title
