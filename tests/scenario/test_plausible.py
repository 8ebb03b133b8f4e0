from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from planner_cases.regions import FILES, REGION, write_tiny_region

from sim.language import stop_table
from sim.scenario.load import load_scenario, load_study
from sim.scenario.plausible import days_not_burning
from sim.scenario.problems import ScenarioError, errors_of


def warnings(root: Path, name: str = "tiny/pilot", *settings: str) -> list[str]:
    found = load_scenario(name, ("years.last=2026", *settings), root).problems
    return [f"{one.code} {one.path}" for one in found]


@pytest.mark.parametrize(
    ("setting", "wanted"),
    [
        ("kiln.yard_capacity_t=5e7", ["W605 kiln.yard_capacity_t"]),
        ("vehicles.van.payload_t=15", []),
        ("vehicles.van.payload_t=1500", ["W605 vehicles.van.payload_t"]),
        ("source_types.garage.generation_t_per_year.oil=2000", ["W605 source_types.garage.generation_t_per_year.oil"]),  # noqa: E501
        ("manifest.notice_days=0", []),
        ("streams.oil.batch.mean_kg=200", ["W603 source_types.garage.containers.waste_oil", "W603 tables.sources.garage-2.waste_oil"]),  # noqa: E501
        ("source_types.garage.containers.oily_solids=0", ["W602 source_types.garage.containers.oily_solids"]),
        ("slag.level_factor=3", ["W604 slag.raw_meal_share"]),
        ("kiln.raw_meal_limit_t_per_day=10", ["W604 slag.raw_meal_share"]),
    ],
)  # fmt: skip
def test_what_is_allowed_and_probably_not_meant_is_warned_about(
    tmp_path: Path, setting: str, wanted: list[str]
) -> None:
    assert warnings(write_tiny_region(tmp_path), "tiny/pilot", setting) == wanted


def test_a_pooled_yard_has_a_steady_state_while_both_routes_together_do(tmp_path: Path) -> None:
    root = write_tiny_region(tmp_path)
    assert warnings(root, "pilot", "slag.raw_meal_share=1", "kiln.raw_meal_limit_t_per_day=50") == [
        "W604 slag.raw_meal_share"
    ]
    pooled = ("slag.earmarked=false", "slag.raw_meal_share=1", "kiln.raw_meal_limit_t_per_day=50")
    assert warnings(root, "pilot", *pooled) == []


def test_overlapping_windows_are_warned_about_once_each(tmp_path: Path) -> None:
    windows = (
        "kiln.off_peak={form: windows, windows: [{first: 2026-01-01, last: 2026-01-31}, "
        "{first: 2026-01-20, last: 2026-02-05}, {first: 2026-02-06, last: 2026-02-07}]}"
    )
    assert warnings(write_tiny_region(tmp_path), "pilot", windows) == ["W601 kiln.off_peak.windows.1"]


def test_a_magnitude_in_a_table_is_warned_about_at_its_cell(tmp_path: Path) -> None:
    root = write_tiny_region(tmp_path, sources=FILES["sources.csv"].replace("108.901,1.5", "108.901,15000"))
    found = [one for one in load_scenario("pilot", root=root).problems if one.code == "W605"]
    assert [str(one.place) for one in found] == ["tiny/sources.csv:3:45"]


def test_a_table_without_rows_is_warned_about(tmp_path: Path) -> None:
    header = FILES["smelters.csv"].splitlines()[0] + "\n"
    changed = {"smelters": header, "smelter_history": FILES["smelter_history.csv"].splitlines()[0] + "\n"}
    assert warnings(write_tiny_region(tmp_path, **changed)) == [
        "W606 tables.smelters",
        "W606 tables.smelter_history",
    ]


def test_sources_without_rows_are_an_error_where_hazardous_waste_is_asked_about(tmp_path: Path) -> None:
    header, mini = FILES["sources.csv"].splitlines()[0] + "\n", FILES["studies/mini.yaml"]
    slag = mini[: mini.index("  collection:")] + mini[mini.index("  calendar:") :]
    root = write_tiny_region(tmp_path, sources=header, studies__slag=slag)
    with pytest.raises(ScenarioError) as error:
        load_scenario("pilot", root=root)
    assert [(one.code, one.path) for one in errors_of(error.value.problems)] == [
        ("E410", "tables.sources.file")
    ]
    with pytest.raises(ScenarioError, match="E410"):
        load_study("tiny/mini", root=root)
    assert "W606" in {one.code for one in load_study("tiny/slag", root=root).problems}


def test_a_warning_that_a_file_accepts_is_a_note_with_the_reason(tmp_path: Path) -> None:
    wet = "title: {en: x, zh: y}\naccepts: {W604: meant to grow}\nslag: {level_factor: 3}\n"
    root = write_tiny_region(tmp_path, futures__wet=wet)
    (one,) = load_scenario("pilot+wet", ("years.last=2026",), root).problems
    assert (one.severity, one.code) == ("note", "N703")
    assert "meant to grow" in one.message


def test_a_whole_region_in_kilograms_is_noticed(tmp_path: Path) -> None:
    root = write_tiny_region(
        tmp_path,
        region=REGION.replace("container_t: 0.17", "container_t: 170").replace("mass_t: 0.4", "mass_t: 4000"),
    )
    assert [one for one in warnings(root) if "W605" in one] == [
        "W605 storage_classes.waste_oil.container_t",
        "W605 source_types.petrol_station.cleaning.mass_t",
    ]


@pytest.mark.parametrize("year", ["2021", "2024", "2025"])
def test_days_not_burning_are_about_those_that_are_drawn(year: str) -> None:
    scenario = load_scenario(f"chengkou/long_haul+off_peak_{year}")
    drawn = stop_table(scenario)["days_not_burning"].mean()
    facts: Any = SimpleNamespace(sections={"kiln": scenario.spec.kiln, "years": scenario.spec.years})
    assert days_not_burning(facts) == pytest.approx(drawn, rel=0.02)


def test_a_route_that_takes_in_nearly_all_it_can_feed_is_warned_about() -> None:
    for factor, wanted in ((1.0, ["W604 slag.raw_meal_share"]), (0.9, [])):
        settings = ("slag.raw_meal_share=0.64", f"slag.level_factor={factor}")
        found = load_scenario("chengkou/long_haul+off_peak_2024", settings).problems
        assert [f"{one.code} {one.path}" for one in found if one.code == "W604"] == wanted
