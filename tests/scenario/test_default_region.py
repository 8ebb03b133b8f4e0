"""A second region whose names collide breaks no command; the file `default` says which region is meant."""

import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from planner_cases.regions import FILES, LONG_HAUL, MINI, write_tiny_region

from sim.api import load
from sim.cli.main import main
from sim.scenario.check import check
from sim.scenario.library import DEFAULT, SHELVES, Library, shipped_root
from sim.scenario.load import load_scenario
from sim.scenario.problems import ScenarioError
from sim.scenario.sweeps import is_sweep
from sim.verification.validation import histories

ROOT = Path(__file__).parents[2]
SWEEP = """\
title: {en: Sweep, zh: 扫描}
scenarios: [tiny/long_haul]
vary: [{path: direct.trucks, values: [1, 2]}]
"""
TEXTS = {"plans": LONG_HAUL, "futures": FILES["futures/latent.yaml"], "studies": MINI, "sweeps": SWEEP}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """The shipped scenarios beside a region that has every one of their names, on every shelf."""
    shipped = Library.at(None)
    region = shipped.default
    every = {name for shelf in SHELVES for name in shipped.names(region, shelf)}
    changed = {f"{shelf}__{name}": text for shelf, text in TEXTS.items() for name in every}
    root = write_tiny_region(
        tmp_path_factory.mktemp("two"), **(changed | {"plans__pilot": FILES["plans/pilot.yaml"]})
    )
    shutil.copytree(shipped_root(), root, dirs_exist_ok=True)
    return root


@pytest.fixture
def two_regions(root, monkeypatch):
    monkeypatch.setattr("sim.scenario.library.shipped_root", lambda: root)
    return root


def _call(typed):
    return CliRunner().invoke(main, shlex.split(typed))


def test_the_main_job_and_every_name_mean_the_default_region(root):
    library = Library.at(root)
    region = library.default
    assert library.regions() == (region, "tiny")
    assert load([], (), root).region == region
    for shelf in SHELVES:
        for name in library.names(region, shelf):
            assert library.locate(name, shelf) == (region, name)
            assert shelf not in ("plans", "sweeps") or is_sweep(name, library) == (shelf == "sweeps")


def test_commands_of_the_readme_read_what_they_read_without_the_second_region(two_regions):
    for typed in ("diff pilot pilot_on_call", "list", "show chengkou/pilot+off_peak_2025"):
        found = _call(typed)
        assert found.exit_code == 0, found.output
    assert "chengkou/plans/pilot.yaml" in _call("diff pilot pilot_on_call").stdout
    assert _call("check long_haul headline bays_and_vans").exit_code == 0
    assert [study.region for study in histories()] == ["chengkou"]


def test_an_option_means_the_other_region_before_a_command_and_in_it(two_regions):
    assert "tiny/plans/pilot.yaml" in _call("--region tiny diff long_haul pilot").stdout
    assert "tiny/plans/pilot.yaml" in _call("diff --region tiny long_haul pilot").stdout
    assert "chengkou" not in _call("--region tiny list").stdout
    wrong = _call("--region tinny list")
    assert wrong.exit_code == 2
    assert "did you mean" in wrong.stderr


def test_the_file_says_which_region_is_the_default(root, tmp_path):
    shutil.copytree(root, tmp_path / "again")
    (tmp_path / "again" / DEFAULT).write_text("tiny\n", encoding="utf-8")
    assert load_scenario("long_haul", (), tmp_path / "again").region == "tiny"
    (tmp_path / "again" / DEFAULT).write_text("tinny\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="default:1:1 E401 there is no region 'tinny'; did you mean tiny"):
        load_scenario("long_haul", (), tmp_path / "again")
    (tmp_path / "again" / DEFAULT).unlink()
    with pytest.raises(
        ScenarioError, match="more than one region has a plan long_haul; write chengkou/long_haul"
    ):
        load_scenario("long_haul", (), tmp_path / "again")


def test_a_check_of_everything_judges_the_word_for_the_default(tmp_path):
    root = write_tiny_region(tmp_path)
    (root / DEFAULT).write_text("tinny", encoding="utf-8")
    assert [one.place.file for one in check((), root).of("error")] == [DEFAULT]


def test_what_a_file_extends_is_looked_for_in_its_own_region(root):
    own = root / "tiny" / "plans" / "own.yaml"
    own.write_text("extends: pilot\ntitle: {en: Own, zh: 自有}\n", encoding="utf-8")
    assert "tiny/plans/pilot.yaml" in load_scenario("tiny/own", (), root).inputs
    own.unlink()


def test_a_region_without_a_plan_is_judged_with_its_futures(tmp_path):
    wrong = FILES["region.yaml"].replace("trucks: 1", "trucks: -1")
    root = write_tiny_region(tmp_path, region=wrong)
    shutil.rmtree(root / "tiny" / "plans")
    shutil.rmtree(root / "tiny" / "studies")
    said = [str(one) for one in check(["tiny"], root).of("error")]
    assert len(said) == 1
    assert "direct.trucks: -1 is out of bounds" in said[0]
    (root / "tiny" / "region.yaml").write_text(FILES["region.yaml"], encoding="utf-8")
    assert check(["tiny"], root).is_clean
    assert check(["tiny"], root).scenarios == 3
    future = root / "tiny" / "futures" / "latent.yaml"
    future.write_text(FILES["futures/latent.yaml"].replace("level_factor", "level_faktor"), encoding="utf-8")
    assert [one.code for one in check(["tiny"], root).of("error")] == ["E101"]
