"""The model against what is recorded: regions with a study `history` and a table of recorded years.

Nothing here judges: recorded years are few, and part of them was put in. The tables say how far model and
record lie apart; what that proves stands on the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim import routing
from sim.calendars import Horizon
from sim.chance.chance import Chance
from sim.experiment.replicate import Prepared, prepare, run_one
from sim.kpi.outcome import Key
from sim.model.simulate import simulate
from sim.network.compile import Chain, compile_network
from sim.network.hazardous import HazardousNetwork
from sim.record.hazardous import HazardousRecord, Kind
from sim.record.slag import SlagRecord
from sim.scenario.listing import list_studies
from sim.scenario.load import Scenario, Study, load_study
from sim.units import DAY, TONNE, FloatArray, IntArray
from sim.verification.shipped import plans

HISTORY = "history"
SPREADS = (0.1, 0.2, 0.25, 0.3)
"""Coefficients of variation of the yearly factor that the hold-out is tried with."""
BAND = (0.025, 0.975)
ACCOUNTINGS = ("oldest_first", "newest_first", "at_acceptance")


@dataclass(frozen=True)
class Years:
    """Values (replications, years) of a cell by place and KPI."""

    prepared: Prepared
    values: FloatArray

    def of(self, place: str, kpi: str) -> FloatArray:
        """(replications, years) values of one KPI."""
        rows = self.prepared.layout.yearly_keys
        return np.asarray(self.values[:, rows.index(Key(place, kpi))], dtype=np.float64)


def validation(replications: int | None = None) -> dict[str, pd.DataFrame]:
    """Hold every region that has a record against it.

    Parameters
    ----------
    replications
        None: as the region's study says.

    Returns
    -------
    dict[str, pd.DataFrame]
        `transfers`, `hold_out`, `slag`, `pond`, `vehicles`, `tours`, each with the column region.
    """
    found: dict[str, list[pd.DataFrame]] = {}
    for study in histories():
        count = replications or study.spec.replications
        tables = {**hazardous(study, count), **slag(study, count), **vehicles(study, min(count, 20))}
        for name, table in tables.items():
            table.insert(0, "region", study.region)
            found.setdefault(name, []).append(table)
    return {name: pd.concat(parts, ignore_index=True) for name, parts in found.items()}


def histories() -> Iterator[Study]:
    """Studies of recorded years, of regions with a record of two years that one can be predicted from."""
    for listed in list_studies():
        if listed.name == HISTORY:
            study = load_study(f"{listed.region}/{listed.name}")
            if len(record_of(study, "transferred_t")) > 1:
                yield study


# --- hazardous -------------------------------------------------------------------------------------------


def hazardous(study: Study, replications: int) -> dict[str, pd.DataFrame]:
    """Transfers of the recorded years under every future, and the last of them predicted from the others."""
    recorded = record_of(study, "transferred_t")
    rows = []
    for future, scenario in _cells(study, "hazardous"):
        years = run_years(study, scenario, "hazardous", replications)
        for year, value in recorded.items():
            rows.append((future, year, value, *_band(_of_year(study, years, year), value)))
    columns = ["future", "year", "recorded_t", "mean_t", "low_t", "high_t", "at_least"]
    first = next(scenario for _, scenario in _cells(study, "hazardous"))
    return {
        "transfers": pd.DataFrame(rows, columns=columns),
        "hold_out": hold_out(study, first, recorded, max(20, replications // 2)),
    }


def hold_out(
    study: Study, scenario: Scenario, recorded: Mapping[int, float], replications: int
) -> pd.DataFrame:
    """Predict the last recorded year with a level that gives the mean of the years before."""
    *before, last = sorted(recorded)
    rows = []
    for spread in SPREADS:
        usual = run_years(study, _generating(scenario, spread, 1.0), "hazardous", replications)
        mean = np.mean([_of_year(study, usual, year).mean() for year in before])
        level = float(np.mean([recorded[year] for year in before]) / mean)
        fitted = run_years(study, _generating(scenario, spread, level), "hazardous", replications)
        band = _band(_of_year(study, fitted, last), recorded[last])
        rows.append((spread, level, last, recorded[last], *band, band[1] <= recorded[last] <= band[2]))
    columns = ["yearly_cv", "level", "year", "recorded_t", "mean_t", "low_t", "high_t", "at_least", "inside"]
    return pd.DataFrame(rows, columns=columns)


def _generating(scenario: Scenario, spread: float, level: float) -> Scenario:
    """The same scenario with another yearly spread and `level` times the waste."""
    own = scenario.spec.generation
    changed = own.model_copy(update={"yearly_cv": spread, "level_factor": own.level_factor * level})
    return replace(scenario, spec=scenario.spec.model_copy(update={"generation": changed}))


# --- slag ------------------------------------------------------------------------------------------------


def slag(study: Study, replications: int) -> dict[str, pd.DataFrame]:
    """Slag and utilisation of the recorded years, and what the ponds hold from then on."""
    made, rate = record_of(study, "slag_generated_t"), record_of(study, "utilisation_rate")
    _, scenario = next(_cells(study, "slag"))
    years = run_years(study, scenario, "slag", replications)
    simulated = {name: years.of("county", f"utilisation_rate_{name}").mean(axis=0) for name in ACCOUNTINGS}
    generated = years.of("county", "slag_generated").mean(axis=0)
    rows = [
        (year, made[year], generated[at], rate[year], *(simulated[name][at] for name in ACCOUNTINGS))
        for year in sorted(set(made) & set(rate))
        for at in [year - study.years.first]
    ]
    columns = ["year", "recorded_t", "simulated_t", "recorded_rate", *ACCOUNTINGS]
    return {"slag": pd.DataFrame(rows, columns=columns), "pond": _pond(study, scenario)}


def _pond(study: Study, scenario: Scenario) -> pd.DataFrame:
    """Volume used at the end of every year, from the first recorded to the last planned."""
    last = next(plans(study.region)).spec.years.last
    horizon = Horizon(study.years.first, last, 0)
    record = simulate(compile_network(scenario, horizon, "slag"), Chance(study.spec.seed, 0))
    assert isinstance(record, SlagRecord)  # noqa: S101 - asked for
    pond = record.network.pond
    if pond is None:
        return pd.DataFrame(columns=["year", "inflow_t", "used_m3", "share"])
    columns = {
        "year": horizon.reported_years,
        "inflow_t": record.taken_by("pond"),
        "used_m3": record.pond_m3,
        "share": record.pond_m3 / pond.capacity_m3,
    }
    return pd.DataFrame(columns)


# --- vehicles --------------------------------------------------------------------------------------------


class Productivity(NamedTuple):
    """Trips a year, t per calendar day under way, stops per trip and load factor of a kind of trip."""

    plan: str
    vehicle: str
    per_year: float
    t_per_day: float
    stops: float
    load_factor: float


def vehicles(study: Study, replications: int) -> dict[str, pd.DataFrame]:
    """What a vehicle brings in a day under every plan, and what a-priori tours save."""
    rows: list[Productivity] = []
    tours: dict[str, tuple[float, float]] = {}
    for scenario in plans(study.region):
        years = scenario.spec.years
        horizon = Horizon(years.first, years.last, years.warm_up_years)
        network = compile_network(scenario, horizon, "hazardous")
        assert isinstance(network, HazardousNetwork)  # noqa: S101 - asked for
        records = [simulate(network, Chance(study.spec.seed, number)) for number in range(replications)]
        rows += _productivity(scenario.plan, [one for one in records if isinstance(one, HazardousRecord)])
        if network.collection is not None:
            tours = tours or tour_lengths(network)
    if tours:
        ours, nearest = np.sum([*tours.values()], axis=0).tolist()
        tours["together"] = (ours, nearest)
    lengths = [(zone, ours, nearest, 1 - ours / nearest) for zone, (ours, nearest) in tours.items()]
    return {
        "vehicles": pd.DataFrame(rows, columns=list(Productivity._fields)),
        "tours": pd.DataFrame(lengths, columns=["zone", "tour_km", "nearest_neighbour_km", "saving"]),
    }


def _productivity(plan: str, records: list[HazardousRecord]) -> Iterator[Productivity]:
    """What each kind of trip comes to, over all replications."""
    names = {Kind.DIRECT: "receiver's truck, long haul", Kind.ROUND: "van", Kind.HAUL: "joint load"}
    network = records[0].network
    point = network.collection
    fleets = {Kind.DIRECT: network.direct.fleet}
    if point is not None:
        fleets |= {Kind.ROUND: point.van, Kind.HAUL: point.haul_fleet}
    trips = {name: np.concatenate([record.trips[name] for record in records]) for name in records[0].trips}
    reported = trips["start"] >= network.horizon.report_start
    years = len(network.horizon.reported_years) * len(records)
    for kind, fleet in fleets.items():
        own = reported & (trips["kind"] == kind)
        if own.any():
            mass, days = trips["mass"][own] / TONNE, _days_under_way(trips, own)
            load = float(mass.sum()) / (own.sum() * fleet.payload / TONNE)
            stops = float(trips["stops"][own].mean())
            per_day = float(mass.sum()) / days
            yield Productivity(plan, names[kind], float(own.sum()) / years, per_day, stops, load)


def _days_under_way(trips: Mapping[str, IntArray], own: np.typing.NDArray[np.bool_]) -> int:
    """Calendar days on which a trip was under way, trip by trip."""
    return int((trips["end"][own] // DAY - trips["start"][own] // DAY + 1).sum())


def tour_lengths(network: HazardousNetwork) -> dict[str, tuple[float, float]]:
    """Road, km, of each zone's tour from the collection point, and always on to the nearest site left."""
    found = {}
    for zone, name in enumerate(network.sites.zones):
        nodes = np.append(network.depot, np.flatnonzero(network.sites.zone == zone))
        if len(nodes) < 2:
            continue
        east, north = network.east_km[nodes], network.north_km[nodes]
        km = network.circuity * np.hypot(east[:, None] - east, north[:, None] - north)
        order = np.argsort(network.tour_rank[nodes[1:]], kind="stable") + 1
        found[name] = (routing.length(km, order), routing.length(km, routing.nearest_neighbour(km)))
    return found


# --- runs ------------------------------------------------------------------------------------------------


def record_of(study: Study, quantity: str) -> dict[int, float]:
    """Recorded values of a quantity by year."""
    rows = study.cells[0].scenario.tables.record
    return {row.year: row.recorded for row in rows if row.quantity == quantity}


def run_years(study: Study, scenario: Scenario, chain: Chain, replications: int) -> Years:
    """Simulate the study's years."""
    horizon = Horizon(study.years.first, study.years.last, study.years.warm_up_years)
    spec = study.spec
    ready = prepare(scenario, chain, horizon, spec.accounting, spec.tolerances.utilisation_target)
    outcomes = [run_one(ready, Chance(spec.seed, number), number) for number in range(replications)]
    return Years(ready, np.array([outcome.yearly for outcome in outcomes]))


def _cells(study: Study, chain: Chain) -> Iterator[tuple[str, Scenario]]:
    for cell in study.cells:
        if study.spec.tables[cell.table].chain == chain:
            yield cell.future, cell.scenario


def _of_year(study: Study, years: Years, year: int) -> FloatArray:
    values: FloatArray = years.of("county", "transferred")[:, year - study.years.first]
    return values


def _band(values: FloatArray, recorded: float) -> tuple[float, float, float, float]:
    """Mean, band of 95 % of single years, and share of replications with at least the record."""
    low, high = np.quantile(values, BAND)
    return float(values.mean()), float(low), float(high), float((values >= recorded).mean())
