from datetime import date
from pathlib import Path

from planner_cases.regions import FILES, write_tiny_region

from sim.scenario.diff import differences
from sim.scenario.load import load_scenario
from sim.scenario.schema import Window
from sim.scenario.show import shown, window_days, windows_of, written


def test_every_value_is_shown_with_unit_range_and_origin(tmp_path: Path) -> None:
    scenario = load_scenario("pilot", root=write_tiny_region(tmp_path))
    rows = {one.path: one for one in shown(scenario)}
    oil = rows["streams.oil.batch.mean_kg"]
    assert (oil.value, oil.unit, oil.low, oil.high, oil.origin, oil.confidence) == (
        20,
        "kg",
        10,
        40,
        "a guess",
        "low",
    )
    assert oil.place == "tiny/region.yaml:18:30"
    assert rows["source_types.garage.generation_t_per_year.oil"].unit == "t/yr"
    assert rows["years.first"].unit == ""
    assert rows["working_days.country"].unit == ""


def test_values_are_written_as_files_write_them() -> None:
    assert [written(one) for one in (None, True, (1, 0.5), 1e-4, date(2025, 1, 2))] == [
        "null", "true", "[1, 0.5]", "0.0001", "2025-01-02",
    ]  # fmt: skip


def test_windows_are_echoed_as_days_per_month_counted_once() -> None:
    windows = [
        Window(first=date(2025, 12, 30), last=date(2026, 1, 2)),
        Window(first=date(2026, 1, 1), last=date(2026, 1, 3)),
    ]
    assert window_days(windows) == {2025: [0] * 11 + [2], 2026: [3] + [0] * 11}


def test_only_the_form_of_windows_has_windows(tmp_path: Path) -> None:
    root = write_tiny_region(tmp_path)
    assert windows_of(load_scenario("pilot", root=root)) == {}
    setting = "kiln.off_peak={form: windows, windows: [{first: 2026-01-01, last: 2026-01-02}]}"
    assert windows_of(load_scenario("pilot", (setting,), root)) == {2026: [2] + [0] * 11}


def test_a_diff_holds_only_what_differs(tmp_path: Path) -> None:
    root = write_tiny_region(tmp_path)
    first = load_scenario("pilot", root=root)
    second = load_scenario("pilot+latent", root=root)
    assert differences(first, first) == ()
    found = {
        one.path: (one.first.value, one.second.value)
        for one in differences(first, second)
        if one.first and one.second
    }
    assert found == {
        "generation.level_factor": (1, 6.7),
        "generation.capture_share.direct": (1, 0.15),
        "generation.capture_share.pilot": (1, 0.3),
    }


def test_a_diff_looks_into_the_tables(tmp_path: Path) -> None:
    root = write_tiny_region(tmp_path)
    (root / "tiny/more.csv").write_text(
        FILES["sources.csv"].replace("108.901,1.5", "108.901,2.5"), encoding="utf-8"
    )
    first = load_scenario("pilot", root=root)
    second = load_scenario("pilot", ("tables.sources.file=more.csv",), root)
    cells = [
        (one.path, one.first.value, one.second.value)
        for one in differences(first, second)
        if one.first and one.second
    ]
    assert cells == [
        ("tables.sources.file", "sources.csv", "more.csv"),
        ("tables.sources.garage-2.size_factor", 1.5, 2.5),
    ]
