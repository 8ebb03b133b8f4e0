"""What the last reported day leaves behind: stock that had not been there on the first."""

from __future__ import annotations

from dataclasses import dataclass

from sim.experiment.deep import MATERIAL
from sim.report.view import Cell, Comparison, View

POND = "slag/pond"
"""Stream in the mass balance of slag that goes to the pond."""


@dataclass(frozen=True)
class End:
    """Stock at the begin and end of the reported years, and what arose in them; means over runs, t.

    What has gone to the pond stays there for good, so it is neither.
    """

    cell: Cell
    begin: float
    end: float
    arose: float

    @property
    def change(self) -> float:
        """Change of stock as a share of what arose."""
        return (self.end - self.begin) / self.arose if self.arose else 0.0


def end_of(view: View, table: Comparison, cell: Cell) -> End:
    """Books of a cell's chain."""
    rows = view.rows(view.results.mass_balance, cell)
    hazardous = rows["stream"].isin(list(view.spec(cell).get("streams", {})))
    own = rows[hazardous if table.chain == "hazardous" else ~hazardous & (rows["stream"] != POND)]
    sums = own.groupby("replication")[["start_t", "end_t", "generated_t"]].sum().mean()
    return End(cell, float(sums["start_t"]), float(sums["end_t"]), float(sums["generated_t"]))


def material_end(view: View, table: Comparison) -> End | None:
    """Find the cell whose stock changes most, if that matters."""
    found = [end_of(view, table, cell) for cell in table.cells]
    largest = max(found, key=lambda end: abs(end.change), default=None)
    return largest if largest is not None and abs(largest.change) > MATERIAL else None
