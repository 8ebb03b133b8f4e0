"""From collected replications to the tables of the archive, column by column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.archive import COLUMNS
from sim.calendars import Horizon
from sim.experiment.beside import Start, later
from sim.experiment.collect import Collected
from sim.experiment.days import quantiles_of_sorted
from sim.experiment.estimates import estimate, estimate_difference, unit_of_kpi, verdicts
from sim.experiment.paired import holm, is_indicator, mcnemar_p, sign_flip_p, variance_ratio
from sim.experiment.stopping import Rule
from sim.experiment.storage_risk import Curve, band, curves_of, pointwise
from sim.kpi.outcome import Key, PeakPlace, Rows
from sim.scenario.study import StudySpec, StudyTable
from sim.units import FloatArray

Columns = dict[str, Any]
"""Columns of equal length; a single value stands for all rows."""


BAND_DIGITS = 5
"""Significant digits of the daily bands, of which there are hundreds of thousands."""


class Name(NamedTuple):
    """A plan in a future, as the study writes them."""

    plan: str
    future: str


@dataclass(frozen=True)
class Cell:
    """A plan in a future within one table of the study, with all its replications.

    `scenario` is its whole name.
    """

    table: str
    name: Name
    scenario: str
    found: Collected


def all_tables(
    study: str,
    spec: StudySpec,
    seed: int,
    horizon: Horizon,
    cells: Sequence[Cell],
    recorded: bool = False,
    rule: Rule | None = None,
    start: Start = later,
) -> dict[str, pd.DataFrame]:
    """Every table of the archive by name, with its columns in order.

    Parameters
    ----------
    recorded
        The years are held against a record, each on its own.
    rule
        By which each cell stopped; None: the number of replications was fixed.
    start
        Has some of the work done beside this process.
    """
    curves = start(storage_curves, [(cell.name, cell.found.layout.peaks, cell.found.peaks) for cell in cells])
    single = [yearly_replications(study, seed, spec, cell) for cell in cells] if recorded else []
    parts: Mapping[str, Iterable[Columns]] = {
        "summary": (summary(study, spec, cell, rule) for cell in cells),
        "paired": paired(study, spec, cells, tested=rule is None),
        "replications": [*(replications(study, seed, cell) for cell in cells), *single],
        "years": (years(cell) for cell in cells),
        "daily_bands": (bands(horizon, cell) for cell in cells),
        "episodes": (episodes(horizon, cell) for cell in cells),
        "mass_balance": (balance(cell, cell.found.mass) for cell in cells),
        "time_balance": (balance(cell, cell.found.hours) for cell in cells),
    }
    made = {name: frame(COLUMNS[name], columns) for name, columns in parts.items()}
    return made | {"storage_curve": frame(COLUMNS["storage_curve"], curves())}


def frame(names: Sequence[str], parts: Iterable[Columns]) -> pd.DataFrame:
    """Join parts below each other."""
    filled = [_filled(names, part) for part in parts]
    return pd.DataFrame(
        {name: np.concatenate([part[name] for part in filled]) if filled else [] for name in names}
    )


def _filled(names: Sequence[str], part: Columns) -> dict[str, npt.NDArray[Any]]:
    length = max((len(column) for column in part.values() if not isinstance(column, (str, int))), default=0)
    return {name: _column(part[name], length) for name in names}


def _column(values: Any, length: int) -> npt.NDArray[Any]:
    if isinstance(values, str):
        return np.full(length, values, dtype=object)
    if isinstance(values, int):
        return np.full(length, values)
    return np.asarray(values)


def texts(words: Iterable[str]) -> npt.NDArray[np.object_]:
    """Make a column of text."""
    return np.array(list(words), dtype=object)


def _named(keys: Sequence[Key]) -> Columns:
    return {
        "place": texts(key.place for key in keys),
        "kpi": texts(key.kpi for key in keys),
        "unit": texts(unit_of_kpi(key.kpi) for key in keys),
    }


# --- one cell ----------------------------------------------------------------------------------------


def summary(study: str, spec: StudySpec, cell: Cell, rule: Rule | None = None) -> Columns:
    """Every KPI over the reported period: mean, interval, quantiles over replications, verdict."""
    keys, values = cell.found.layout.keys, cell.found.totals
    found, methods = (rule.estimate if rule else estimate)(values, keys)
    limits, words = verdicts(found, keys, spec.tolerances)
    low, middle, high = _quantiles(values, (0.05, 0.5, 0.95)).T
    return {
        "study": study, **cell.name._asdict(), **_named(keys),
        "n": found.n, "mean": found.mean, "ci_low": found.low, "ci_high": found.high, "ci_method": methods,
        "p05": low, "p50": middle, "p95": high, "tolerance": limits, "verdict": words,
    }  # fmt: skip


def _quantiles(values: FloatArray, shares: Sequence[float]) -> FloatArray:
    """Quantiles (keys, shares) over replications with a value."""
    found = np.full((values.shape[1], len(shares)), np.nan)
    ordered = np.sort(np.ascontiguousarray(values.T), axis=1)
    known = (~np.isnan(ordered)).sum(axis=1)
    for n in np.unique(known[known > 0]):
        rows = known == n
        found[rows] = quantiles_of_sorted(ordered[rows, :n], shares)
    return found


def replications(study: str, seed: int, cell: Cell) -> Columns:
    """Every replication's KPIs of groups, collection point, yard and vehicles."""
    found = cell.found
    groups = found.layout.groups
    values = found.totals[:, :groups]
    return {
        "study": study, **cell.name._asdict(), "seed": seed,
        "replication": np.repeat(np.arange(len(values)), groups),
        **{name: np.tile(column, len(values)) for name, column in _named(found.layout.keys[:groups]).items()},
        "value": values.ravel(),
    }  # fmt: skip


def yearly_replications(study: str, seed: int, spec: StudySpec, cell: Cell) -> Columns:
    """Every replication's primary KPIs year by year, as ``kpi:year``."""
    layout, table = cell.found.layout, spec.tables[cell.table]
    chosen = [index for index, key in enumerate(layout.yearly_keys) if is_primary(key, table)]
    values = cell.found.yearly[:, chosen]
    keys = [
        Key(layout.yearly_keys[index].place, f"{layout.yearly_keys[index].kpi}:{year}")
        for index in chosen
        for year in layout.years
    ]
    return {
        "study": study, **cell.name._asdict(), "seed": seed,
        "replication": np.repeat(np.arange(len(values)), len(keys)),
        **{name: np.tile(column, len(values)) for name, column in _named(keys).items()},
        "value": values.ravel(),
    }  # fmt: skip


def years(cell: Cell) -> Columns:
    """KPIs of each reported year: mean over replications with its interval."""
    keys, when = cell.found.layout.yearly_keys, cell.found.layout.years
    values = cell.found.yearly
    found, _ = estimate(values.reshape(len(values), -1), [key for key in keys for _ in when])
    return {
        **cell.name._asdict(),
        "year": np.tile(when, len(keys)),
        **{name: np.repeat(column, len(when)) for name, column in _named(keys).items()},
        "n": found.n, "mean": found.mean, "ci_low": found.low, "ci_high": found.high,
    }  # fmt: skip


def bands(horizon: Horizon, cell: Cell) -> Columns:
    """Quantiles over replications of what is followed day by day."""
    series, found = cell.found.layout.series, cell.found
    days = found.over.shape[1]
    first = np.datetime64(date(horizon.first, 1, 1), "D")
    dates = np.datetime_as_string(first + np.arange(days)).astype(object)
    quantiles = significant(found.bands.reshape(-1, found.bands.shape[2]), BAND_DIGITS)
    low, lower, middle, upper, high = quantiles.T
    return {
        **cell.name._asdict(),
        "date": np.tile(dates, len(series)),
        "place": np.repeat(texts(one.place for one in series), days),
        "quantity": np.repeat(texts(one.quantity for one in series), days),
        "p05": low, "p25": lower, "p50": middle, "p75": upper, "p95": high,
        "p_over_capacity": significant(found.over.ravel(), BAND_DIGITS),
    }  # fmt: skip


def significant(values: FloatArray, digits: int) -> FloatArray:
    """Values rounded to so many significant digits."""
    size = np.abs(values)
    known = np.isfinite(size) & (size > 0)
    places = digits - 1 - np.floor(np.log10(size, where=known, out=np.zeros_like(size)))
    scale = 10.0 ** np.abs(places)
    rounded = np.where(places < 0, np.round(values / scale) * scale, np.round(values * scale) / scale)
    return np.asarray(rounded, dtype=np.float64)


def episodes(horizon: Horizon, cell: Cell) -> Columns:
    """Overflow episodes with calendar time."""
    rows = cell.found.episodes
    start = np.datetime64(horizon.start, "s")
    stamps = {
        name: np.datetime_as_string(start + rows[name].astype("timedelta64[s]"), unit="s").astype(object)
        for name in ("start", "end")
    }
    return {**cell.name._asdict(), **rows, **stamps}


def balance(cell: Cell, rows: Rows) -> Columns:
    """Rows that stand as they are."""
    return {**cell.name._asdict(), **rows}


def storage_curves(cells: Sequence[tuple[Name, Sequence[PeakPlace], FloatArray]]) -> list[Columns]:
    """Risk of overflow at each capacity, by cell and place, from one set of runs.

    Parameters
    ----------
    cells
        Name, places whose peaks are kept, and (replications, places, years) peaks of each.
    """
    return [
        name._asdict() | curve_columns(curve)
        for name, places, peaks in cells
        for curve in curves_of(places, peaks)
    ]


def curve_columns(curve: Curve) -> Columns:
    """A curve with the interval at each capacity and the band over all of them."""
    found, whole = pointwise(curve.shares), band(curve.shares, falling=curve.method != "runs")
    return {
        "place": curve.place, "capacity_t": curve.capacity,
        "p_overflow": found.mean, "ci_low": found.low, "ci_high": found.high, "n": found.n,
        "method": curve.method, "band_low": whole.low, "band_high": whole.high,
    }  # fmt: skip


# --- cells against each other ------------------------------------------------------------------------


def is_primary(key: Key, table: StudyTable) -> bool:
    """Whether the study declares the KPI primary, as `kpi` or `kpi@place`."""
    return key.kpi in table.primary_kpis or f"{key.kpi}@{key.place}" in table.primary_kpis


def paired(study: str, spec: StudySpec, cells: Sequence[Cell], *, tested: bool = True) -> Iterator[Columns]:
    """Differences to the baseline on common chance, over the replications that both have, group by group.

    Primary KPIs get a p, adjusted over all of them in the study; the others an interval only. A p belongs
    to a number of replications that was fixed beforehand: where it was not, nothing is `tested`.
    """
    parts = [
        _against(study, cell, baseline, spec.tables[cell.table], tested=tested)
        for cell in cells
        if (baseline := baseline_of(cell, spec.tables[cell.table], cells)) is not None
    ]
    adjusted = iter(holm([p for part in parts for p in part["p_value"] if not np.isnan(p)]))
    for part in parts:
        part["p_adjusted"] = np.array([p if np.isnan(p) else next(adjusted) for p in part["p_value"]])
        yield part


def baseline_of(cell: Cell, table: StudyTable, cells: Sequence[Cell]) -> Cell | None:
    """Find what a cell is compared with: another plan in its future, or its plan in another future.

    Scenarios that are named one by one are all compared with the first, whose whole name is the baseline.
    """
    plan, future = cell.name
    name = Name(table.baseline, future) if table.vary == "plans" else Name(plan, table.baseline)
    others = [other for other in cells if other.table == cell.table]
    found = next((other for other in others if table.baseline == other.scenario or other.name == name), None)
    return None if found is cell else found


def _baseline_word(baseline: Cell, cell: Cell, table: StudyTable) -> str:
    """What varies, of the baseline; its whole name where plan and future may both differ."""
    if table.vary == "futures":
        return baseline.name.future
    return baseline.name.plan if baseline.name.future == cell.name.future else baseline.scenario


def _against(study: str, cell: Cell, baseline: Cell, table: StudyTable, *, tested: bool) -> Columns:
    own, other = ({key: i for i, key in enumerate(_groups(side))} for side in (cell, baseline))
    keys = [key for key in own if key in other]
    both = min(len(cell.found.totals), len(baseline.found.totals))
    plan = cell.found.totals[:both, [own[key] for key in keys]]
    base = baseline.found.totals[:both, [other[key] for key in keys]]
    interval = estimate_difference(plan, base, keys)
    primary = np.array([tested and is_primary(key, table) for key in keys], dtype=bool)
    p_value = np.full(len(keys), np.nan)
    p_value[primary] = _p_values(plan[:, primary], base[:, primary])
    return {
        "study": study, **cell.name._asdict(),
        "baseline": _baseline_word(baseline, cell, table),
        **_named(keys),
        "n": interval.n, "difference": interval.mean, "ci_low": interval.low, "ci_high": interval.high,
        "p_value": p_value, "variance_ratio": variance_ratio(plan, base),
    }  # fmt: skip


def _groups(cell: Cell) -> tuple[Key, ...]:
    return cell.found.layout.keys[: cell.found.layout.groups]


def _p_values(plan: FloatArray, base: FloatArray) -> FloatArray:
    events = is_indicator(plan) & is_indicator(base)
    apart = plan - base
    p = np.where(events, mcnemar_p(apart), sign_flip_p(apart))
    return np.where(np.isnan(apart).all(axis=0), np.nan, p)
