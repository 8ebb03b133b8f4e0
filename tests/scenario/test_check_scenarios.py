import time
from pathlib import Path

from planner_cases.regions import LATENT, PILOT, write_tiny_region

from sim.scenario.check import check
from sim.scenario.load import list_plans, list_regions


def test_a_sound_region_is_clean(tmp_path: Path) -> None:
    report = check(root=write_tiny_region(tmp_path))
    assert report.is_clean
    assert report.studies == 1
    assert report.scenarios == 5
    assert [one.code for one in report.problems] == ["N701"]


def test_the_same_fault_of_many_scenarios_is_said_once(tmp_path: Path) -> None:
    broken = PILOT.replace("vans: 1", "vans: -1")
    report = check(root=write_tiny_region(tmp_path, plans__pilot=broken))
    assert [str(one) for one in report.of("error")] == [
        (
            "tiny/plans/pilot.yaml:17:9 E104 collection_point.vans: -1 is out of bounds; "
            "allowed: at least 0 and at most 1000"
        ),
    ]


def test_names_may_be_scenarios_studies_or_regions(tmp_path: Path) -> None:
    root = write_tiny_region(tmp_path)
    assert check(["pilot+latent"], root).scenarios == 1
    assert check(["mini"], root).studies == 1
    assert check(["tiny"], root).scenarios == 5
    assert [str(one) for one in check(["minni"], root).problems] == [
        "minni:1:1 E001 there is no plan or study minni; did you mean tiny/mini?"
    ]


def test_a_future_alone_is_checked_on_a_plan_that_has_what_it_touches(tmp_path: Path) -> None:
    root = write_tiny_region(
        tmp_path, futures__more_vans="title: {en: x, zh: y}\ncollection_point: {vans: many}\n"
    )
    assert [one.code for one in check(root=root).of("error")] == ["E103"]


def test_the_shipped_scenarios_are_clean_and_checked_in_seconds() -> None:
    start = time.perf_counter()
    report = check()
    assert report.is_clean, "\n".join(map(str, report.problems))
    assert time.perf_counter() - start < 30


def test_a_root_without_regions_is_an_error(tmp_path: Path) -> None:
    assert [one.code for one in check(root=tmp_path).problems] == ["E001"]


def test_either_ending_is_read_and_a_name_has_one_file(tmp_path: Path) -> None:
    root = write_tiny_region(tmp_path, region_name="other")
    for path in root.rglob("*.yaml"):
        text = path.read_text(encoding="utf-8").replace("region.yaml", "region.yml")
        path.with_suffix(".yml").write_text(text, encoding="utf-8")
        path.unlink()
    report = check(root=root)
    assert report.is_clean, report.problems
    assert (report.studies, report.scenarios) == (1, 5)
    assert [one.region for one in list_regions(root)] == ["other"]
    assert [one.name for one in list_plans(root)] == ["long_haul", "pilot"]
    (root / "other/futures/wet.yml").write_text("[", encoding="utf-8")
    (root / "other/futures/latent.yaml").write_text(LATENT, encoding="utf-8")
    assert [(one.place.file, one.code) for one in check(root=root).of("error")] == [
        ("other/futures/latent.yml", "E505"),
        ("other/futures/wet.yml", "E004"),
    ]
