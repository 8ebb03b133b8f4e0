"""How a finished sweep lies on disk: its design, its runs, its points and how they came about."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

from sim.archive import csv_line, read_manifest, unmarked
from sim.arguments import understood
from sim.columns import ESTIMATES, POINTS, SWEEPS, text_columns
from sim.errors import PlannerError
from sim.experiment.estimates import estimate, estimate_difference, unit_of_kpi, verdicts
from sim.experiment.layout import Point, Points
from sim.experiment.manifest import SEED_SCHEME, versions
from sim.experiment.store import Kept, Store
from sim.kpi.outcome import Key
from sim.kpi.registry import KPIS
from sim.scenario.library import Library
from sim.scenario.named import template_of
from sim.scenario.problems import Place, ScenarioError, problem, suggestion
from sim.scenario.show import written
from sim.scenario.sweeps import Sweep
from sim.text import cell
from sim.units import FloatArray

RUNS, NAMES = tuple(SWEEPS["runs"]), tuple(POINTS)
MOST_KPIS = 500
"""KPIs that a point has at most."""
ROW_GROUP = 250_000
"""Rows of Parquet that are held in memory."""


class ParquetMissingError(PlannerError):
    """Parquet was asked for and cannot be written."""


@dataclass(frozen=True)
class Written:
    """A sweep that was run and written.

    Attributes
    ----------
    folder
        Where its files lie.
    manifest
        How they came about.
    """

    folder: Path
    manifest: Mapping[str, Any]

    def __repr__(self) -> str:
        """One line."""
        said = f"{self.manifest.get('points', 0)} points, {self.manifest.get('runs', 0)} runs"
        return f"<Written {self.manifest.get('sweep', '')}: {said}, in {self.folder.name}>"

    @cached_property
    def design(self) -> pd.DataFrame:
        """Points with their factors: point, scenario, future, and a column for each path."""
        return _read(self.folder / "design.csv")

    @cached_property
    def runs(self) -> pd.DataFrame:
        """Every run's KPIs with the factors of its point; a failed run is one row that says why."""
        parquet = self.folder / "runs.parquet"
        runs = pd.read_parquet(parquet) if parquet.exists() else _read(self.folder / "runs.csv")
        return self.design.merge(runs, on="point", how="right")

    @cached_property
    def points(self) -> pd.DataFrame:
        """KPIs of every point with its factors: mean, interval, quantiles, difference to the first point."""
        return _read(self.folder / "points.csv")

    def first(self, points: int) -> pd.DataFrame:
        """Rows of the first points only: a sweep's table may be larger than memory."""
        rows = _read(self.folder / "points.csv", points * MOST_KPIS)
        return rows[rows["point"] < points]

    @property
    def failures(self) -> tuple[str, ...]:
        """One sentence for each reason why runs failed."""
        return tuple(self.manifest["failures"])


@understood
def read_sweep(folder: Path | str) -> Written:
    """Read a sweep's folder back; a folder of several gives the newest.

    Raises
    ------
    NoResultsError
        If there is none.
    """
    return Written(*read_manifest(folder, "points.csv"))


WORDS = text_columns(SWEEPS.values())
"""Columns that hold text; an empty cell is an empty text."""


def _read(path: Path, rows: int | None = None) -> pd.DataFrame:
    numbers = {name: [""] for name in (*ESTIMATES, "value") if name not in WORDS}
    found = pd.read_csv(
        path, encoding="utf-8-sig", dtype=dict.fromkeys(WORDS, str), keep_default_na=False, na_values=numbers,
        nrows=rows,
    )  # fmt: skip
    return unmarked(found)


# --- before the first run ----------------------------------------------------------------------------


def needs_parquet() -> None:
    """Make sure that Parquet can be written.

    Raises
    ------
    ParquetMissingError
        If the extra is not installed.
    """
    if find_spec("pyarrow") is None:
        raise ParquetMissingError('Parquet needs the extra `parquet`: python -m pip install ".[parquet]"')


def judge_kpis(sweep: Sweep, known: Sequence[Key]) -> None:
    """Make sure that the KPIs asked for exist; their places too where there is one scenario only.

    Raises
    ------
    ScenarioError
        With all that do not.
    """
    until = [sweep.spec.until.kpi] if sweep.spec.until else []
    faults = []
    for number, asked in enumerate([*sweep.spec.kpis, *until], start=1):
        kpi, _, place = asked.partition("@")
        names = sorted({key.kpi for key in known} | ({*KPIS} if len(sweep.bases) > 1 or not known else set()))
        places = sorted({key.place for key in known if key.kpi == kpi})
        where = Place("kpis", number, 1)
        if kpi not in names:
            faults.append(problem("E101", where, asked, "there is no such KPI", suggestion(kpi, names)))
        elif len(sweep.bases) == 1 and known and place and place not in places:
            fix = suggestion(place, places)
            faults.append(problem("E101", where, asked, f"{kpi} is not measured at {place}", fix))
        elif asked in until and not place:
            faults.append(
                problem("E101", where, asked, "names no place", f"write {kpi}@{(places or ['sources'])[0]}")
            )
    if faults:
        raise ScenarioError(faults)


def fingerprint_of(points: Points) -> str:
    """SHA-256 of all that decides the tables."""
    digest = hashlib.sha256(points.sweep.spec.model_dump_json().encode())
    for point in points.points:
        digest.update(point.work)
    return digest.hexdigest()


# --- tables ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Table:
    """All finished runs of a sweep, point by point, from its store."""

    points: Points
    store: Store
    wanted: Mapping[bytes, int]

    def each(self) -> Iterator[tuple[Point, list[Kept]]]:
        """Points with their runs in order of replication."""
        for point in self.points.points:
            yield point, list(self.store.runs(point.work, self.wanted[point.work]))

    def keys(self, layout: int) -> tuple[tuple[int, Key], ...]:
        """KPIs of a layout that the sweep asks for, with their indices."""
        asked = self.points.sweep.spec.kpis
        return tuple(
            (index, key)
            for index, key in enumerate(self.store.keys(layout))
            if not asked or key.kpi in asked or f"{key.kpi}@{key.place}" in asked
        )


def write_sweep(
    table: Table, folder: Path, facts: Mapping[str, Any], begun: float, *, parquet: bool = False
) -> dict[str, Any]:
    """Write design, runs, points and manifest, a point at a time; returns the manifest."""
    points = table.points
    _write_design(points, folder / "design.csv")
    failures: dict[str, list[Any]] = {}
    identical = 0
    runs = _Parquet(folder / "runs.parquet") if parquet else _Csv(folder / "runs.csv")
    with runs, _sheet(folder / "points.csv") as sheet:
        summary = _Points(table, sheet)
        summary.head()
        for point, kept in table.each():
            runs.add(point, points.sweep.spec.seed, kept, table)
            summary.add(point, kept)
            identical += are_identical(kept)
            for one in kept:
                if one.failure:
                    first = f"point {point.number}, replication {one.replication}"
                    failures.setdefault(one.failure, [0, first])[0] += 1
    said = [f"{count} runs, first {first}: {reason}" for reason, (count, first) in failures.items()]
    doubts = [alike(identical, len(points.points))] if identical else []
    manifest = _manifest(points, table.wanted, {**facts, "doubts": doubts}, said, begun)
    text = json.dumps(manifest, ensure_ascii=False, indent=1, default=str)
    (folder / "manifest.json").write_text(
        text + "\n", encoding="utf-8", errors="backslashreplace", newline="\n"
    )
    return manifest


def are_identical(kept: Sequence[Kept]) -> bool:
    """Whether two replications of a point are alike to the bit in every KPI, as if chance were one."""
    done = [run.totals for run in kept if not run.failure]
    return len(set(done)) < len(done)


def alike(identical: int, points: int) -> str:
    """Say that replications are identical, once for all points."""
    return (
        f"at {identical} of {points} points, replications are identical to the bit in every KPI: either "
        "nothing in them is left to chance, or their intervals are too short; look at the laws of chance"
    )


def _sheet(path: Path) -> Any:
    return path.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="")


def _write_design(points: Points, path: Path) -> None:
    with _sheet(path) as sheet:
        sheet.write(csv_line([*NAMES, *(factor.path for factor in points.design.factors)]))
        sheet.writelines(csv_line(named(point)) for point in points.points)


def named(point: Point) -> list[str]:
    """Cells that name a point: number, scenario, future, values."""
    return [str(point.number), point.base.scenario, point.base.future, *map(written, point.row)]


class _Csv:
    """`runs.csv`, written line by line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.known: dict[int, list[tuple[int, str]]] = {}

    def __enter__(self) -> None:
        self.sheet = _sheet(self.path)
        self.sheet.write(",".join(RUNS) + "\n")

    def __exit__(self, *_: object) -> None:
        self.sheet.close()

    def add(self, point: Point, seed: int, kept: Sequence[Kept], table: Table) -> None:
        for run in kept:
            start = f"{point.number},{seed},{run.replication},"
            if run.failure:
                self.sheet.write(f"{start},,,,{cell(run.failure)}\n")
                continue
            if run.layout not in self.known:
                self.known[run.layout] = [(i, _words(key)) for i, key in table.keys(run.layout)]
            values = np.frombuffer(run.totals, "<f8").tolist()
            self.sheet.writelines(
                f"{start}{words}{_cell(values[index])},\n" for index, words in self.known[run.layout]
            )


class _Parquet:
    """`runs.parquet`, written a group of rows at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: list[tuple[Any, ...]] = []

    def __enter__(self) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        kinds = (
            pa.int64(),
            pa.int64(),
            pa.int64(),
            pa.string(),
            pa.string(),
            pa.string(),
            pa.float64(),
            pa.string(),
        )
        self.schema = pa.schema(list(zip(RUNS, kinds, strict=True)))
        self.table = pa.Table
        self.writer = pq.ParquetWriter(self.path, self.schema, compression="zstd")

    def __exit__(self, *_: object) -> None:
        self._flush()
        self.writer.close()

    def add(self, point: Point, seed: int, kept: Sequence[Kept], table: Table) -> None:
        for run in kept:
            start = (point.number, seed, run.replication)
            if run.failure:
                self.rows.append((*start, "", "", "", None, run.failure))
                continue
            values = np.frombuffer(run.totals, "<f8").tolist()
            self.rows += [
                (*start, key.place, key.kpi, unit_of_kpi(key.kpi), values[index], "")
                for index, key in table.keys(run.layout)
            ]
        if len(self.rows) >= ROW_GROUP:
            self._flush()

    def _flush(self) -> None:
        columns = zip(*self.rows, strict=True) if self.rows else [[] for _ in RUNS]
        self.writer.write_table(
            self.table.from_arrays([list(column) for column in columns], schema=self.schema)
        )
        self.rows = []


class _Points:
    """`points.csv`: each point's KPIs over its replications."""

    def __init__(self, table: Table, sheet: Any) -> None:
        sweep = table.points.sweep
        self.table = table
        self.sheet = sheet
        self.tolerances = template_of(Library.at(sweep.root), sweep.region).tolerances
        self.first: dict[Key, FloatArray] | None = None

    def head(self) -> None:
        paths = [factor.path for factor in self.table.points.design.factors]
        self.sheet.write(csv_line([*NAMES, *paths, *ESTIMATES]))

    def add(self, point: Point, kept: Sequence[Kept]) -> None:
        layout = next((run.layout for run in kept if not run.failure), None)
        failed = sum(run.failure != "" for run in kept)
        start = named(point)
        if layout is None:
            self.sheet.write(csv_line([*start, "", "", "", 0, failed, *[""] * (len(ESTIMATES) - 5)]))
            return
        chosen = self.table.keys(layout)
        keys = [key for _, key in chosen]
        values = np.full((len(kept), len(keys)), np.nan)
        picked = [index for index, _ in chosen]
        for row, run in enumerate(kept):
            if not run.failure:
                values[row] = np.frombuffer(run.totals, "<f8")[picked]
        self._write(start, failed, keys, values)

    def _write(self, start: list[str], failed: int, keys: list[Key], values: FloatArray) -> None:
        found, methods = estimate(values, keys)
        limits, words = verdicts(found, keys, self.tolerances)
        quantiles = _quantiles(values)
        apart = self._apart(keys, values)
        for i, key in enumerate(keys):
            numbers = (found.mean[i], found.low[i], found.high[i])
            row = [
                *start, key.place, key.kpi, unit_of_kpi(key.kpi), int(found.n[i]), failed,
                *map(_cell, numbers), methods[i], *map(_cell, quantiles[:, i]), _cell(limits[i]),
                words[i], *map(_cell, apart[:, i]),
            ]  # fmt: skip
            self.sheet.write(csv_line(row))

    def _apart(self, keys: list[Key], values: FloatArray) -> FloatArray:
        """(3, keys) paired difference to the first point with its interval."""
        own = dict(zip(keys, values.T, strict=True))
        if self.first is None:
            self.first = own
            return np.full((3, len(keys)), np.nan)
        length = min(len(values), *(len(column) for column in self.first.values()))
        nothing = np.full(length, np.nan)
        base = np.stack([self.first.get(key, nothing)[:length] for key in keys], axis=1)
        found = estimate_difference(values[:length], base, keys)
        return np.stack([found.mean, found.low, found.high])


def _quantiles(values: FloatArray) -> FloatArray:
    """(3, keys) 5 %, 50 % and 95 % over runs with a value."""
    shares = np.full((3, values.shape[1]), np.nan)
    some = ~np.isnan(values).all(axis=0)
    if some.any():
        shares[:, some] = np.nanquantile(values[:, some], (0.05, 0.5, 0.95), axis=0)
    return shares


def _words(key: Key) -> str:
    return csv_line((key.place, key.kpi, unit_of_kpi(key.kpi), "")).rstrip("\n")


def _cell(value: float) -> str:
    return "" if value != value else f"{value:.10g}"


def _manifest(
    points: Points, wanted: Mapping[bytes, int], facts: Mapping[str, Any], failures: list[str], begun: float
) -> dict[str, Any]:
    sweep = points.sweep
    return {
        "sweep": sweep.name,
        "region": sweep.region,
        "spec": sweep.spec.model_dump(mode="json"),
        "points": len(points.points),
        "left_out": points.design.left_out,
        "runs": sum(wanted[point.work] for point in points.points),
        "seed": sweep.spec.seed,
        "seed_scheme": SEED_SCHEME,
        "years": list(range(sweep.years.first, sweep.years.last + 1)),
        "warm_up_years": sweep.years.warm_up_years,
        "accounting": sweep.accounting,
        "utilisation_target": sweep.utilisation_target,
        "factors": [
            {"path": one.path, "unit": one.unit, "base": one.base, "levels": list(one.levels), "law": one.law,
             "low": one.low, "mode": one.mode, "high": one.high}
            for one in points.design.factors
        ],
        "inputs": dict(sweep.inputs),
        "problems": [str(one) for one in points.problems],
        "versions": versions(),
        "platform": platform.platform(),
        **facts,
        "failures": failures,
        "wall_time_s": round(perf_counter() - begun, 3),
    }  # fmt: skip
