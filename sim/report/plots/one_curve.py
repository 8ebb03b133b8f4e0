"""The storage curve of one place with its band; what is extrapolated is drawn and named apart."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from sim.experiment.storage_study import TAIL, Risk
from sim.report.style import INK, LIMIT, Drawing, colour, legend_below, new_figure, note

LEAST = 1e-2
"""Smallest risk on a logarithmic axis, %."""


def draw(risk: Risk, title: str, say: Callable[..., str]) -> Drawing:
    """One panel; a logarithmic axis where a tail is shown."""
    figure = new_figure(3.6)
    axes = figure.subplots()
    seen = risk.table[risk.table["method"] != TAIL]
    beyond = risk.table[risk.table["method"] == TAIL]
    x = seen["capacity_t"].to_numpy(float)
    axes.plot(
        x, 100 * seen["p_overflow"], color=colour(0), marker="o" if len(x) <= 20 else None, markersize=3,
        label=say("curve:simulated"),
    )  # fmt: skip
    axes.fill_between(
        x, 100 * seen["band_low"], 100 * seen["band_high"], color=colour(0), alpha=0.15, linewidth=0
    )
    if len(beyond):
        far = beyond["capacity_t"].to_numpy(float)
        axes.plot(
            far, 100 * beyond["p_overflow"], color=colour(1), linestyle="--", label=say("curve:extrapolated")
        )
        axes.fill_between(
            far, 100 * beyond["ci_low"], 100 * beyond["ci_high"], facecolor="none", edgecolor=colour(1),
            hatch="///", linewidth=0, alpha=0.5,
        )  # fmt: skip
        axes.set_yscale("log")
        axes.set_ylim(LEAST, 110)
    else:
        axes.set_ylim(-2, 102)
    own = seen[np.isclose(seen["capacity_t"], risk.capacity)]
    if len(own):
        low, middle, high = (100 * float(own[name].iloc[0]) for name in ("ci_low", "p_overflow", "ci_high"))
        axes.errorbar(
            [risk.capacity], [middle], [[middle - low], [high - middle]], color=INK, marker="s", markersize=3,
            capsize=3, linewidth=1, label=say("curve:at_now"),
        )  # fmt: skip
    if not math.isnan(risk.limit):
        axes.axhline(100 * risk.limit, color=LIMIT, linestyle="--", linewidth=1)
        note(axes, f"{100 * risk.limit:g} %", (1, 100 * risk.limit), ("axes fraction", "data"),
             xytext=(-2, 2), ha="right", color=LIMIT)  # fmt: skip
    axes.set_xlim(left=0 if x.min() < 0.3 * x.max() else None)
    axes.set_title(title[:1].upper() + title[1:])
    axes.set_xlabel(say("curve:capacity"))
    first = str(seen["method"].iloc[0]).startswith("first_passage")
    by_class = risk.place.startswith("sources/")
    risky = "curve:ever" if first else "curve:risk_class" if by_class else "curve:risk"
    axes.set_ylabel(f"{say(risky)} (%)")
    legend_below(figure, axes)
    return Drawing(figure, risk.table)
