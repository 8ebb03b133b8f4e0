from pathlib import Path

import pytest
from planner_cases.regions import FILES, REGION, write_tiny_region

from sim.calendars import Horizon
from sim.experiment.manifest import describe
from sim.scenario.load import load_scenario, study_of
from sim.scenario.problems import ScenarioError

HEADER = "year,quantity,recorded,basis,note,note_zh\n"
NAMED = REGION.replace("  kiln_calendar: {file", "  record: {file: record.csv}\n  kiln_calendar: {file")


def write_region(folder: Path, rows: str) -> Path:
    root = write_tiny_region(folder, region=NAMED)
    (root / "tiny" / "record.csv").write_text(HEADER + rows, encoding="utf-8")
    return root


def test_a_region_need_not_have_a_record(tmp_path: Path) -> None:
    scenario = load_scenario("tiny/pilot", root=write_tiny_region(tmp_path))
    assert scenario.tables.record == ()
    assert "" not in scenario.inputs
    assert len([file for file in scenario.inputs if file.endswith(".csv")]) == sum(
        file.endswith(".csv") for file in FILES
    )


def test_what_is_recorded_of_the_reported_years_stands_in_the_manifest(tmp_path: Path) -> None:
    rows = '2025,transferred_t,7,statistics,,\n2026,transferred_t,8.5,statistics,"A, and b.",甲\n'
    study = study_of(["tiny/pilot"], root=write_region(tmp_path, rows))
    manifest = describe(study, Horizon(2026, 2027, 1), [], 1, 2)
    assert manifest["recorded"] == {"transferred_t": {2026: 8.5}}
    assert manifest["recorded_notes"] == [
        {"year": 2026, "quantity": "transferred_t", "en": "A, and b.", "zh": "甲"}
    ]
    assert "tiny/record.csv" in manifest["inputs"]


def test_a_year_recorded_twice_or_in_unknown_words_is_an_error(tmp_path: Path) -> None:
    rows = "2026,transferred_t,8,a,,\n2026,transferred_t,9,b,,\n2026,transfered_t,9,b,,\n"
    with pytest.raises(ScenarioError) as found:
        load_scenario("tiny/pilot", root=write_region(tmp_path, rows))
    said = [str(problem) for problem in found.value.problems]
    assert any("tiny/record.csv:3:1 E505" in text and "first at line 2" in text for text in said)
    assert any("tiny/record.csv:4:6" in text and "transferred_t" in text for text in said)
