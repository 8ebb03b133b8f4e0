"""From pretended outcomes to tables that can be checked by hand."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from planner_cases.pretended import (
    ENGINE,
    LAYOUT,
    Luck,
    Prepared,
    pretended_study,
    run_one,
    write_page,
)

from sim.archive import COLUMNS
from sim.experiment.days import bands_of, quantiles_of_sorted
from sim.experiment.runner import Engine, Finished, Options, run_study
from sim.experiment.storage_risk import capacity_grid
from sim.experiment.tables import significant
from sim.kpi.outcome import Key, PeakPlace

PLANS = {"today": 0.05, "better": 0.0}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    options = Options(out=tmp_path_factory.mktemp("out"), jobs=1, quiet=True)
    return run_study(pretended_study(PLANS), options, ENGINE, write_page)


@pytest.fixture(scope="module")
def levels() -> np.ndarray:
    return np.array([np.random.default_rng((3, replication)).random() for replication in range(10)])


def one(table: pd.DataFrame, **wanted: object) -> pd.Series:
    for name, value in wanted.items():
        table = table[table[name] == value]
    assert len(table) == 1
    return table.iloc[0]


def test_every_table_has_exactly_its_columns(found: Finished) -> None:
    assert {name: tuple(table.columns) for name, table in found.tables.items()} == COLUMNS


def test_summary_holds_mean_and_quantiles_over_replications(found: Finished, levels: np.ndarray) -> None:
    row = one(found.summary, plan="today", place="sources", kpi="overflow_probability")
    shares = 0.1 * levels + 0.05
    assert row["mean"] == pytest.approx(shares.mean())
    assert row[["p05", "p50", "p95"]].tolist() == pytest.approx(np.quantile(shares, [0.05, 0.5, 0.95]))
    assert (row["study"], row["future"], row["n"], row["ci_method"]) == ("r/headline", "now", 10, "few")
    assert (row["tolerance"], row["verdict"]) == (0.05, "fails")


def test_rows_without_a_tolerance_leave_both_empty(found: Finished) -> None:
    row = one(found.summary, plan="today", kpi="cost")
    assert np.isnan(row["tolerance"])
    assert row["verdict"] == ""


def test_a_kpi_that_half_of_the_replications_lack_counts_the_other_half(found: Finished) -> None:
    row = one(found.summary, plan="today", kpi="cost_per_tonne")
    assert (row["n"], row["mean"], row["p50"]) == (5, 3000, 3000)


def test_single_sites_are_in_the_summary_and_not_among_replications(found: Finished) -> None:
    assert "site:garage, old" in set(found.summary["place"])
    assert "site:garage, old" not in set(found.replications["place"])
    assert len(found.replications) == 2 * 10 * 4


def test_paired_differences_meet_the_same_chance(found: Finished) -> None:
    row = one(found.paired, kpi="overflow_probability")
    assert (row["plan"], row["baseline"], row["future"], row["n"]) == ("better", "today", "now", 10)
    assert row["difference"] == pytest.approx(-0.05)
    assert row["p_value"] == 2 / 2**10
    assert row["p_adjusted"] >= row["p_value"]


def test_only_primary_kpis_have_a_p(found: Finished) -> None:
    assert set(found.paired.dropna(subset="p_value")["kpi"]) == {"overflow_probability", "cost"}
    assert found.paired["p_adjusted"].notna().sum() == 2


def test_years_have_their_own_means(found: Finished) -> None:
    assert one(found.years, plan="today", kpi="cost", year=2027)["mean"] == 2e6
    assert len(found.years) == 2 * 2 * 2


def test_primary_kpis_of_recorded_years_are_kept_year_by_year(tmp_path: Path) -> None:
    study = pretended_study(PLANS)
    row = {"year": 2026, "quantity": "transferred_t", "recorded": 17.8, "note": "", "note_zh": ""}
    study.cells[0].scenario.tables.record = (SimpleNamespace(**row),)
    kept = run_study(study, Options(out=tmp_path, jobs=1, quiet=True), ENGINE, write_page).replications
    assert one(kept, plan="better", kpi="cost:2026", replication=7)["value"] == 1e6
    assert one(kept, plan="better", kpi="cost:2027", replication=7)["value"] == 2e6
    assert set(kept.loc[kept["kpi"] == "cost:2026", "unit"]) == {"CNY/yr"}
    assert len(kept) == 2 * 10 * 4 + 2 * 10 * 2 * 2


def test_more_kpis_may_be_given_by_year_and_some_years_may_lack_them(tmp_path: Path) -> None:
    more = (Key("vans", "vehicle_utilisation"), Key("county", "transfer_cycle_mean"))
    layout = replace(LAYOUT, yearly_keys=(*LAYOUT.yearly_keys, *more))

    def prepare(scenario: Any, *_: Any) -> Prepared:
        return Prepared(scenario.name, 0.0, layout)

    def run_more(prepared: Prepared, luck: Luck, replication: int) -> Any:
        made = run_one(prepared, luck, replication)
        return replace(made, yearly=np.vstack([made.yearly, [[0.1, 0.2], [90.0, np.nan]]]))

    engine = Engine(prepare, Luck, run_more)
    options = Options(out=tmp_path, jobs=1, quiet=True)
    years = run_study(pretended_study({"today": 0.0}), options, engine, write_page).years
    assert one(years, kpi="transfer_cycle_mean", year=2027)["n"] == 0
    assert one(years, kpi="vehicle_utilisation", year=2027)["mean"] == pytest.approx(0.2)


def test_scenarios_named_one_by_one_are_all_compared_with_the_first(tmp_path: Path) -> None:
    study = pretended_study({"r/today+wet": 0.05, "r/better+wet": 0.0, "r/today": 0.1})
    for cell in study.cells:
        cell.scenario.name = cell.plan
        cell.plan, _, cell.future = cell.plan.removeprefix("r/").partition("+")
    rows = run_study(study, Options(out=tmp_path, jobs=1, quiet=True), ENGINE, write_page).paired
    cost = rows.loc[rows["kpi"] == "cost", ["plan", "baseline", "future"]]
    assert cost.to_numpy().tolist() == [["better", "today", "wet"], ["today", "r/today+wet", ""]]


def test_daily_bands_are_quantiles_of_each_day(found: Finished, levels: np.ndarray) -> None:
    row = one(found.daily_bands, plan="today", date="2027-12-31", place="sources")
    assert row["p50"] == pytest.approx(1 + np.median(levels), rel=1e-4)
    assert row["p_over_capacity"] == 1
    assert np.isnan(
        one(found.daily_bands, plan="today", date="2026-01-01", place="county")["p_over_capacity"]
    )


def test_episodes_have_calendar_time_that_counts_the_warm_up(found: Finished, levels: np.ndarray) -> None:
    assert found.episodes["start"].unique().tolist() == ["2025-12-31T00:00:00"]
    assert len(found.episodes) == 2 * (levels > 0.5).sum()


def test_the_storage_curve_falls_from_one_to_zero(found: Finished, levels: np.ndarray) -> None:
    curve = found.storage_curve.query("plan == 'today' and place == 'kiln_yard'")
    assert curve["p_overflow"].is_monotonic_decreasing
    assert (curve["p_overflow"].iloc[0], curve["p_overflow"].iloc[-1]) == (1, 0)
    at = one(curve, capacity_t=3.0)
    assert at["p_overflow"] == 0
    assert at["ci_high"] > 0.2
    assert set(curve["method"]) == {"peak"}


def test_a_place_that_turns_away_has_a_curve_up_to_its_capacity(found: Finished) -> None:
    curve = found.storage_curve.query("plan == 'today' and place == 'collection_point/lab'")
    assert curve["capacity_t"].max() == 3.0


@pytest.mark.parametrize("peak", [0.0, 0.5, 4.9, 800.0])
def test_the_configured_capacity_is_on_the_grid(peak: float) -> None:
    grid = capacity_grid(PeakPlace("kiln_yard", 5.0, "peak"), np.full((3, 2), peak))
    assert 5.0 in grid
    assert len(grid) == 60
    assert (np.diff(grid) > 0).all()


def test_quantiles_are_those_of_numpy() -> None:
    values = np.sort(np.random.default_rng(1).random((3, 17)), axis=1)
    expected = np.quantile(values, [0.05, 0.5, 0.95], axis=1).T
    assert quantiles_of_sorted(values, [0.05, 0.5, 0.95]) == pytest.approx(expected)


def test_bands_leave_out_replications_that_broke_off() -> None:
    daily = np.array([[[1.0]], [[3.0]], [[np.nan]]], dtype=np.float32)
    bands = bands_of(daily, np.array([2.0]))
    assert bands.quantiles[0, 0, 2] == 2
    assert bands.over[0, 0] == 0.5


def test_significant_digits_are_kept_at_every_size() -> None:
    values = np.array([0.0, np.nan, 123456.7, -0.00123456, 1.0])
    np.testing.assert_array_equal(significant(values, 5), [0.0, np.nan, 123460.0, -0.0012346, 1.0])
