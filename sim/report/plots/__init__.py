"""The figures, one per question. A figure is a function from the tables to a `Drawing`, or None."""

from __future__ import annotations

from collections.abc import Callable

from sim.report.plots import (
    cost,
    county_map,
    overflow,
    stock_bays,
    stock_yard,
    storage_curve,
    transfers,
    utilisation,
    vehicle_time,
    worst_sites,
)
from sim.report.style import Drawing
from sim.report.view import View

PLOTS: dict[str, Callable[[View], Drawing | None]] = {
    "overflow": overflow.draw,
    "worst_sites": worst_sites.draw,
    "stock_bays": stock_bays.draw,
    "stock_yard": stock_yard.draw,
    "utilisation": utilisation.draw,
    "transfers": transfers.draw,
    "vehicle_time": vehicle_time.draw,
    "cost": cost.draw,
    "map": county_map.draw,
    "storage_curve": storage_curve.draw,
}
