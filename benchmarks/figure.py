"""The log-log figure: time per replication of every engine, by sources and by years."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from matplotlib.figure import Figure

Point = tuple[str, str, float, float]
PANELS = (("sources", "sources"), ("years", "years reported"))
COLOURS = {
    "model": "#0b5c8a",
    "plain SimPy": "#c4591b",
    "salabim": "#8a6d0b",
    "compiled, event per batch": "#7a7a7a",
    "compiled, event-lean": "#222222",
}
MARKERS = {"model": "o", "plain SimPy": "s", "salabim": "D"}


def write(points: Iterable[Point], path: Path) -> None:
    """Draw the curves of both panels."""
    known = list(points)
    figure = Figure(figsize=(9.0, 4.2), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    for axes, (panel, label) in zip((left, right), PANELS, strict=True):
        for engine, colour in COLOURS.items():
            curve = sorted((x, ms) for kind, name, x, ms in known if (kind, name) == (panel, engine))
            if curve:
                axes.loglog(
                    *zip(*curve, strict=True),
                    color=colour,
                    marker=MARKERS.get(engine, "^"),
                    markersize=5,
                    linewidth=2.2 if engine == "model" else 1.2,
                    label=engine,
                )
        ticks = sorted({x for kind, _, x, _ in known if kind == panel})
        axes.set_xticks(ticks, [f"{tick:,.0f}" for tick in ticks])
        axes.minorticks_off()
        axes.set_xlabel(label)
        axes.grid(visible=True, which="major", color="#dddddd", linewidth=0.6)
        axes.spines[["top", "right"]].set_visible(False)
    left.set_ylabel("ms per replication, chance included")
    handles, labels = left.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=5, frameon=False, fontsize=9)
    figure.suptitle("The reduced work in all engines: same batches, same trips, same grams", fontsize=11)
    figure.savefig(path, dpi=130, metadata={"Software": None})
