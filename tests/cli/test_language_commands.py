import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result
from planner_cases.regions import PILOT, write_tiny_region

import sim
from sim.cli.main import COMMANDS, main

ROOT = Path(__file__).resolve().parents[2]


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    found = write_tiny_region(tmp_path)
    monkeypatch.setattr("sim.scenario.library.shipped_root", lambda: found)
    return found


def test_help_lists_all_commands_without_importing_them() -> None:
    heavy = "{'numpy', 'pandas', 'pydantic', 'simpy', 'scipy'}"
    call_help = "import sys; from sim.cli.main import main; main(['--help'], standalone_mode=False)"
    code = f"{call_help}; print(sorted({heavy} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip().endswith("[]")
    assert all(command in found.stdout for command in COMMANDS)


def test_help_takes_little_processor_time() -> None:
    def spent() -> float:
        times = os.times()
        return times.children_user + times.children_system

    before = spent()
    subprocess.run([sys.executable, "run.py", "--help"], cwd=ROOT, capture_output=True, check=True)
    assert spent() - before < 2


def test_check_is_clean_on_a_sound_region(root: Path) -> None:
    found = call("check")
    assert found.exit_code == 0
    assert found.stdout.splitlines()[-1] == "clean: 1 studies, 5 scenarios; 0 errors, 0 warnings, 1 note"


def test_check_prints_all_errors_and_exits_with_2(root: Path) -> None:
    broken = PILOT.replace("vans: 1", "vans: -1").replace("van: van", "van: vam")
    (root / "tiny/plans/pilot.yaml").write_text(broken, encoding="utf-8")
    found = call("check", "pilot")
    assert found.exit_code == 2
    assert "tiny/plans/pilot.yaml:17:9 E104" in found.stdout


def test_quiet_hides_notes_and_never_warnings(root: Path) -> None:
    (root / "tiny/futures/latent.yaml").write_text(
        "title: {en: x, zh: y}\nslag: {level_factor: 3}\n", encoding="utf-8"
    )
    found = call("check", "pilot+latent", "--quiet")
    assert found.exit_code == 0
    assert "W604" in found.stdout
    assert "N701" not in found.stdout
    assert "not clean" in found.stdout
    shown = call("show", "pilot+latent", "--quiet")
    assert "W604" in shown.stderr


def test_list_names_everything_in_both_languages(root: Path) -> None:
    assert "off_peak_190               190 off-peak days" in call("list").stdout
    assert "集中收集点" in call("list", "--lang", "zh").stdout


def test_list_and_show_say_what_a_plan_and_a_future_change(root: Path) -> None:
    assert "        A van brings all waste to a point in the county.\n" in call("list").stdout
    assert "        多数废物未申报。\n" in call("list", "--lang", "zh").stdout
    shown = call("show", "pilot+latent").stdout.splitlines()
    assert shown[1] == "  A van brings all waste to a point in the county."
    assert shown[2] == "  + latent  Latent waste: Most waste is not recorded."


def test_show_prints_values_with_unit_range_origin_and_place(root: Path) -> None:
    found = call("show", "pilot+off_peak_190", "--set", "collection_point.vans=2")
    assert found.exit_code == 0
    assert "mean_kg: 20 kg [10, 40]  # a guess (low); tiny/region.yaml:18:30" in found.stdout
    assert "vans: 2  # no origin given; --set:1:23" in found.stdout
    assert "2026  off-peak days       190.0" in found.stdout
    assert "days not burning" in found.stdout


def test_a_scenario_that_is_not_understood_exits_with_2_and_all_its_problems(root: Path) -> None:
    found = call("show", "pilot", "--set", "kiln.restart_dais=3", "--set", "direct.trucks=-1")
    assert found.exit_code == 2
    assert found.stdout == ""
    assert "E101 kiln.restart_dais: unknown word; did you mean restart_days?" in found.stderr
    assert "E104 direct.trucks" in found.stderr


def test_diff_prints_both_values_and_nothing_that_agrees(root: Path) -> None:
    lines = call("diff", "pilot", "pilot+latent").stdout.splitlines()
    assert lines[:3] == [
        "generation.level_factor",
        "  - 1 [0.5, 2]  # assumption; tiny/region.yaml:45:25",
        "  + 6.7  # tiny/futures/latent.yaml:3:28",
    ]
    assert len(lines) == 9
    assert call("diff", "pilot", "pilot").stdout == "no difference\n"


def test_schema_prints_and_writes(root: Path) -> None:
    assert '"title": "Study"' in call("schema", "study").stdout
    call("schema", "--write")
    assert sorted(one.name for one in (root / "schema").iterdir()) == [
        "overlay.json",
        "scenario.json",
        "study.json",
        "sweep.json",
    ]


def test_an_unknown_command_exits_with_2() -> None:
    assert call("shwo").exit_code == 2


def test_without_a_command_the_main_job_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.cli.compare.main_job", lambda lang: 7 if lang == "en" else 8)
    assert call().exit_code == 7
    assert call("--lang", "zh").exit_code == 8


def test_the_commands_are_python_calls_that_return_tables(tmp_path: Path) -> None:
    root = write_tiny_region(tmp_path)
    assert list(sim.check(root=root)["code"]) == ["N701"]
    table = sim.show("pilot", root=root)
    assert isinstance(table, pd.DataFrame)
    assert table.set_index("path").loc["kiln.restart_days", "unit"] == "d"
    assert list(sim.diff("pilot", "pilot+latent", root=root)["second"]) == ["6.7", "0.15", "0.3"]
    assert list(sim.names(root)["kind"].unique()) == ["region", "plan", "future", "study"]
    assert "load_scenario" in dir(sim)
    with pytest.raises(AttributeError):
        sim.no_such_name  # noqa: B018


@pytest.mark.parametrize(
    "command",
    [
        ("show", "pilot", "--quiet"),
        ("diff", "pilot", "long_haul"),
        ("trace", "pilot"),
        ("curve", "pilot", "kiln_yard", "--quiet", "--replications", "2", "--jobs", "1"),
        ("sweep", "pilot", "--vary", "collection_point.vans=1,2", "--dry-run", "--quiet"),
    ],
    ids=lambda command: command[0],
)
def test_no_command_hides_a_warning(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    found = call(*command, "--set", "vehicles.truck.payload_t=500")
    assert found.exit_code == 0, found.output
    assert found.stderr.count("W605") == 1
    assert found.stdout.count("W605") == (command[0] == "curve")  # a page tells it too, as it is pasted


@pytest.mark.parametrize(
    "typed",
    [
        "diff pilot long_haul",
        "show pilot",
        "trace pilot",
        "sweep pilot --vary stops.load_hours=1,2 --dry-run",
    ],
)
def test_what_holds_for_a_whole_region_is_said_by_check_alone(root: Path, typed: str) -> None:
    assert "N701" not in call(*typed.split()).output
    said = [line.strip() for line in call("check").stdout.splitlines() if "N701" in line]
    assert said == [
        "tiny/region.yaml:5:28 N701 note: years.last: working days after 2026 are predicted, not decreed"
    ]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("run", "mini"), "mini is a study, not a plan; `python run.py compare tiny/mini` runs it"),
        (("compare", "pilot"), "pilot is a plan, not a study; `python run.py run pilot` runs it"),
        (
            ("compare", "pilot+latent"),
            "pilot+latent is a plan, not a study; `python run.py run pilot+latent` runs",
        ),
        (("run", "latent+pilot"), "latent is a future, not a plan; add it to a plan: tiny/long_haul+latent"),
        (("check", "latent"), "latent is a future, not a plan; add it to a plan: tiny/long_haul+latent"),
        (("show", "tiny"), "tiny is a region, not a plan; `python run.py list` shows what it holds"),
        (
            ("show", "pilot+long_haul"),
            "tiny/long_haul is a plan, not a future; `python run.py run tiny/long_haul`",
        ),
        (
            ("show", "tiny/futures/latent.yaml"),
            "is a future, not a plan; add it to a plan: tiny/long_haul+latent",
        ),
        (
            ("check", "tiny/studies/mini.yaml"),
            "is a study, not a plan; `python run.py compare tiny/mini` runs it",
        ),
        (("compare", "tiny/studies/mini.yaml"), "is a file; write the name of the study: tiny/mini"),
        (
            ("compare", "tiny/plans/pilot.yaml"),
            "is a plan, not a study; `python run.py run tiny/pilot` runs it",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_name_of_another_kind_is_called_what_it_is(
    root: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(root)
    found = call(*command)
    assert found.exit_code == 2
    assert said in found.output
    assert found.output.count("E001") == 1
    assert "E102" not in found.output


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe without reader is told otherwise on Windows")
@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("show pilot", 0),
        ("diff pilot mixed", 0),
        ("trace pilot", 0),
        ("schema", 0),
        ("list", 0),
        ("check nn", 2),
    ],
)
def test_a_reader_who_leaves_early_is_no_failure(typed: str, code: int) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        words = [sys.executable, "run.py", *typed.split()]
        found = subprocess.run(words, cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    finally:
        os.close(writer)
    assert found.returncode == code
    assert "Error" not in found.stderr
    assert found.stderr == "" or code


@pytest.mark.parametrize("command", ["run", "compare", "check", "sweep", "show"])
def test_a_name_longer_than_any_file_is_an_unknown_name(root: Path, command: str) -> None:
    found = call(command, "a" * 300 + ".yaml")
    assert found.exit_code == 2
    assert "E001" in found.output
