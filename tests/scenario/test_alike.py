"""Titles that collide are warned of, and titles that a setting contradicts are known."""

from __future__ import annotations

from pathlib import Path

import pytest
from planner_cases.regions import write_tiny_region

from sim.scenario.check import check
from sim.scenario.load import load_scenario, load_study, study_of
from sim.scenario.problems import Problem

INHERITED = "extends: pilot.yaml\ncollection_point: {enrolment_days: 10}\n"
ENGLISH_ONLY = "extends: pilot.yaml\ntitle: {en: Another}\ncollection_point: {enrolment_days: 10}\n"


def w690(problems: tuple[Problem, ...]) -> list[str]:
    return [one.path for one in problems if one.code == "W616"]


@pytest.mark.parametrize(
    ("text", "paths"), [(INHERITED, ["title.en", "title.zh"]), (ENGLISH_ONLY, ["title.zh"])]
)
def test_plans_with_one_title_are_warned_of_wherever_they_are_compared(
    text: str, paths: list[str], tmp_path: Path
) -> None:
    root = write_tiny_region(tmp_path)
    assert not w690(check(["tiny"], root).problems)
    (root / "tiny" / "plans" / "pilot_b.yaml").write_text(text, encoding="utf-8")
    assert w690(check(["tiny"], root).problems) == paths
    assert w690(study_of(["tiny/pilot", "tiny/pilot_b"], root=root).problems) == paths
    assert not w690(study_of(["tiny/pilot", "tiny/long_haul"], root=root).problems)
    study = root / "tiny" / "studies" / "mini.yaml"
    study.write_text(study.read_text("utf-8").replace("[long_haul, pilot]", "[long_haul, pilot, pilot_b]"))
    assert w690(load_study("tiny/mini", root=root).problems) == paths


def test_the_files_whose_title_a_setting_contradicts_are_known() -> None:
    date, bay = "collection_point.opening.date=2027-09-01", "collection_point.bays.paint.capacity_t=1"
    level = "generation.level_factor=1.1"
    found = load_scenario("chengkou/pilot_on_call+pilot_late", [date, bay, level])
    assert found.overridden == ((bay,), (date,))
    whole = load_scenario("chengkou/pilot_on_call", ["collection_point.rounds={every_days: 14}"])
    assert whole.overridden == (("collection_point.rounds={every_days: 14}",),)
    assert load_scenario("chengkou/pilot_on_call+pilot_late").overridden == ((), ())
