"""A slip in a coordinate is noticed where it stands, and one in an amount by what else is known of it."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import pytest
from planner_cases.regions import FILES, REGION, write_tiny_region

from sim.scenario.drafting import draft
from sim.scenario.library import Library
from sim.scenario.problems import Problem
from sim.scenario.reach import distance_km

SHIPPED = Path(__file__).resolve().parents[2] / "scenarios"
NOTICED = 35.0
"""Km beyond which every slip in Chengkou is noticed: sites within 1.5 km of their township, and its neighbours."""  # noqa: E501


def doubts(root: Path, name: str) -> list[Problem]:
    return [one for one in draft(name, (), Library.at(root))[1] if one.severity != "note"]


def changed(folder: Path, table: str, change: Callable[[list[str]], list[str]]) -> Path:
    """Chengkou with other lines in a table."""
    root = folder / "scenarios"
    shutil.copytree(SHIPPED, root)
    path = root / "chengkou" / table
    path.write_text("\n".join(change(path.read_text(encoding="utf-8").splitlines())) + "\n", encoding="utf-8")
    return root


@pytest.mark.parametrize(("table", "column"), [("sources.csv", 4), ("townships.csv", 2)])
@pytest.mark.parametrize("seed", range(4))
def test_one_digit_of_a_coordinate_is_noticed_at_its_row(
    tmp_path: Path, table: str, column: int, seed: int
) -> None:
    draw, hit = Random(seed), []

    def slip(lines: Sequence[str]) -> list[str]:
        while True:
            line = draw.randrange(1, len(lines))
            cells = lines[line].split(",")
            which = column + draw.randrange(2)
            at = draw.choice([place for place, sign in enumerate(cells[which]) if sign.isdigit()])
            before = float(cells[column]), float(cells[column + 1])
            cells[which] = cells[which][:at] + draw.choice("0123456789") + cells[which][at + 1 :]
            after = float(cells[column]), float(cells[column + 1])
            if distance_km(before, after) > NOTICED and abs(after[0]) <= 90 and after[1] <= 180:
                hit.append(line + 1)
                return [*lines[:line], ",".join(cells), *lines[line + 1 :]]

    found = doubts(changed(tmp_path, table, slip), "chengkou/pilot")
    assert [(one.code, one.place.file, one.place.line) for one in found] == [
        ("W608", f"chengkou/{table}", hit[0])
    ]


@pytest.mark.parametrize("lat_lon", ["0,108.661", "31.951,0", "-31.951,108.661", "31.951,-108.661"])
def test_a_coordinate_that_is_zero_or_lost_its_sign_is_an_error(tmp_path: Path, lat_lon: str) -> None:
    rows = FILES["sources.csv"].replace("31.951,108.661", lat_lon)
    (one,) = doubts(write_tiny_region(tmp_path, sources=rows), "pilot")
    assert (one.code, one.path) == ("E411", "tables.sources.garage-1.lat")
    assert lat_lon.startswith("0") or lat_lon.endswith(",0") or "31.951 and lon 108.661" in one.fix


def test_swapped_coordinates_are_an_error_wherever_they_can_be_swapped(tmp_path: Path) -> None:
    def west(text: str) -> str:
        """Move the county to where both coordinates may be a latitude."""
        return text.replace("108.", "48.").replace("108,", "48,")

    region, plan = west(REGION), west(FILES["plans/pilot.yaml"])
    tables = {name: west(FILES[f"{name}.csv"]) for name in ("sources", "townships")}
    assert not doubts(write_tiny_region(tmp_path, region=region, plans__pilot=plan, **tables), "pilot")
    for table, here, there in (
        ("sources", "31.951,48.661", "48.661,31.951"),
        ("townships", "31.80,48.90", "48.90,31.80"),
    ):
        wrong = tables | {table: tables[table].replace(here, there)}
        root = write_tiny_region(tmp_path / table, region=region, plans__pilot=plan, **wrong)
        assert {one.code for one in doubts(root, "pilot")} == {"E411"}
    swapped = region.replace("lat: 31.90\n  lon: 48.60", "lat: 48.60\n  lon: 31.90")
    root = write_tiny_region(tmp_path / "kiln", region=swapped, plans__pilot=plan, **tables)
    assert [(one.code, one.path) for one in doubts(root, "pilot")] == [("E411", "kiln.lat")]


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "path"),
    [
        ("region.yaml", "paint: 0.0005", "paint: 0.5", "W605", "source_types.garage_large.generation_t_per_year.paint"),  # noqa: E501
        ("smelters.csv", "works,35000", "works,3.5", "W605", "tables.smelters.taizheng.t_per_year"),
        ("smelters.csv", "works,35000", "works,35000000", "W605", "tables.smelters.taizheng.t_per_year"),
        ("smelter_history.csv", "taizheng,2018,16460", "taizheng,2018,16.46", "W605", "tables.smelter_history.taizheng.t"),  # noqa: E501
        ("sources.csv", "108.65374,1.00", "108.65374,40", "W605", "tables.sources.garage_large_01.size_factor"),  # noqa: E501
        ("sources.csv", "108.65374,1.00,", "108.65374,1.00,400", "W605", "tables.sources.garage_large_01.waste_oil"),  # noqa: E501
        ("townships.csv", "22400", "22400000", "W605", "source_types"),
        ("record.csv", "14.70", "14700", "W605", "source_types"),
        ("region.yaml", "speed_km_per_h: { value: 32, range: [22, 40]", "speed_km_per_h: { value: 2, range: [2, 40]", "W605", "roads.local.speed_km_per_h"),  # noqa: E501
        ("region.yaml", "speed_km_per_h: { value: 32, range: [22, 40]", "speed_km_per_h: { value: 0.5, range: [0.5, 40]", "E104", "roads.local.speed_km_per_h"),  # noqa: E501
    ],
)  # fmt: skip
def test_an_amount_in_another_unit_is_noticed(
    tmp_path: Path, file: str, old: str, new: str, code: str, path: str
) -> None:
    root = changed(tmp_path, file, lambda lines: "\n".join(lines).replace(old, new, 1).split("\n"))
    assert (code, path) in {(one.code, one.path) for one in doubts(root, "chengkou/pilot")}


def test_a_year_that_is_missing_in_the_kiln_calendar_is_noticed(tmp_path: Path) -> None:
    calendar = FILES["kiln_calendar.csv"].replace("2025,", "2027,")
    found = doubts(write_tiny_region(tmp_path, kiln_calendar=calendar), "pilot")
    assert [(one.code, one.message[:18]) for one in found] == [("W613", "no row for 2025, 2")]
