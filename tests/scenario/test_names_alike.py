"""Two names that differ in nothing one can see are one name: they are refused, with both places."""

import unicodedata
from pathlib import Path

import pytest
from planner_cases.regions import FILES, REGION, write_tiny_region

from sim.scenario.check import check
from sim.scenario.drafting import draft
from sim.scenario.folding import folded
from sim.scenario.library import Library

TWINS = ["Garage-1", "GARAGE-1", "garage-1\u200b", "\ufeffgarage-1", "ｇａｒａｇｅ-1", "gara\u00adge-1"]


def errors(root: Path, name: str = "tiny/pilot") -> list[str]:
    return [str(one) for one in draft(name, (), Library.at(root))[1] if one.severity == "error"]


@pytest.mark.parametrize("twin", TWINS)
def test_a_name_is_read_without_case_width_and_what_is_not_seen(twin: str) -> None:
    assert folded(twin) == folded("garage-1") != folded("garage-2")
    assert folded(unicodedata.normalize("NFD", "Café")) == folded(unicodedata.normalize("NFC", "Café"))
    assert folded("城口县") == "城口县"


@pytest.mark.parametrize("twin", [one for one in TWINS if "\ufeff" not in one])
def test_a_source_that_stands_twice_in_two_ways_is_refused(tmp_path: Path, twin: str) -> None:
    row = f"{twin},汽修一,garage,uptown,31.951,108.661,1,,,,,,\n"
    (one,) = errors(write_tiny_region(tmp_path, sources=FILES["sources.csv"] + row))
    assert one.startswith("tiny/sources.csv:5:1 E505 ")
    assert "from garage-1 at line 2" in one


def test_a_township_that_stands_twice_composed_and_not_is_refused(tmp_path: Path) -> None:
    rows = [f"{unicodedata.normalize(form, 'Café')},村,31.95,108.66,1,east\n" for form in ("NFC", "NFD")]
    (one,) = errors(write_tiny_region(tmp_path, townships=FILES["townships.csv"] + "".join(rows)))
    assert "tiny/townships.csv:5:1 E505" in one
    assert "at line 4" in one


def test_zones_that_look_alike_are_refused(tmp_path: Path) -> None:
    row = "midtown,中镇,31.9,108.7,1,East\n"
    (one,) = errors(write_tiny_region(tmp_path, townships=FILES["townships.csv"] + row))
    assert "tiny/townships.csv:4:25 E505" in one
    assert "write east" in one


def test_a_reference_that_only_looks_alike_is_refused_and_says_so(tmp_path: Path) -> None:
    sources = FILES["sources.csv"].replace("garage,uptown", "garage,uptown\u200b")
    (one,) = errors(write_tiny_region(tmp_path, sources=sources))
    assert "did you mean uptown? uptown\u200b differs only in case" in one


def test_words_of_one_file_and_of_one_upon_another_are_compared_alike(tmp_path: Path) -> None:
    van = REGION[REGION.index("  van:\n") : REGION.index("  truck:\n")]
    twice = REGION.replace("  truck:\n", van.replace("van:", "Van:") + "  truck:\n", 1)
    (one,) = errors(write_tiny_region(tmp_path / "one", region=twice))
    assert "E008 vehicles.Van: differs only in case" in one
    assert "from van at line" in one
    plan = FILES["plans/pilot.yaml"] + "vehicles:\n" + van.replace("van:", "Van:")
    (one,) = errors(write_tiny_region(tmp_path / "two", plans__pilot=plan))
    assert "tiny/plans/pilot.yaml" in one
    assert "from van at tiny/region.yaml:" in one


def test_plans_whose_names_look_alike_are_refused(tmp_path: Path) -> None:
    wide = {"plans__ｐilot": FILES["plans/pilot.yaml"]}  # as a keyword Python itself would fold it
    root = write_tiny_region(tmp_path, **wide)
    (one,) = check(["tiny"], root).of("error")
    assert (one.code, one.place.file) == ("E505", "tiny/plans/ｐilot.yaml")


def test_a_future_that_a_plan_of_a_study_carries_already_is_not_added_again(tmp_path: Path) -> None:
    mini = FILES["studies/mini.yaml"].replace("plans: [long_haul, pilot]", "plans: [long_haul, pilot+latent]")
    root = write_tiny_region(tmp_path, studies__twice=mini)
    assert "E505" in {one.code for one in check(["tiny/twice"], root).of("error")}
