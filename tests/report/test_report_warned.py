"""What the check warned of stands on every page, in both languages."""

from dataclasses import replace
from pathlib import Path

import pytest
from planner_cases.regions import FILES, write_tiny_region

from sim.chance.chance import Chance
from sim.experiment.pieces import Reported
from sim.experiment.replicate import prepare, run_one
from sim.experiment.runner import Engine, Options, run_study
from sim.report.page import write_page
from sim.report.sections.warned import MOST, told
from sim.report.view import View
from sim.report.words import WORDS, Words
from sim.scenario.load import study_of
from sim.scenario.problems import CODES


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_warning_stands_at_the_top_of_the_page_with_its_place(tmp_path: Path, lang: str) -> None:
    root = write_tiny_region(tmp_path, sources=FILES["sources.csv"].replace("31.951", "32.951"))
    study = study_of(["tiny/pilot"], ["years.last=2026"], root)
    options = Options(2, jobs=1, out=tmp_path, quiet=True)
    found = run_study(study, options, Engine(prepare, Chance, run_one), lambda results, out: Reported(""))
    first = write_page(View(found, lang)).page.split("\n## ")[1]
    assert first.startswith(WORDS["head:warned"][lang == "zh"])
    assert "tiny/sources.csv:2:28" in first
    assert "W608" in first
    clean = {**found.manifest, "problems": []}
    assert (
        WORDS["head:warned"][lang == "zh"] not in write_page(View(replace(found, manifest=clean), lang)).page
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_warning_has_words_and_many_are_counted(lang: str) -> None:
    problems = [f"a.csv:{line}:1 {code} x: y; z" for line, code in enumerate(CODES, start=1)]
    warned = [code for code in CODES if code.startswith("W")]
    text = told(problems, Words(lang))
    assert text.count("\n- ") == MOST + 1
    assert str(len(warned) - MOST) in text.splitlines()[-1]
    assert all(f"warned:{code}" in WORDS for code in warned)
    assert "E505" not in text


def test_a_warning_that_a_file_accepts_is_a_note_and_no_warning() -> None:
    note = "a.yaml:14:28 N703 slag.share: W604 accepted (that is what it asks about): raw meal: too much"
    assert told([note], Words("en")) == ""
    assert "W604" in told(["b c.yaml:1:2 W604 slag.share: raw meal: too much"], Words("en"))
