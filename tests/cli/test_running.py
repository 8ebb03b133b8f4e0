"""Exit codes and what is said on which channel."""

import io
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from planner_cases.pretended import ENGINE, pretended_study, write_page
from rich.console import Console

import sim.api
from sim.cli import compare, run
from sim.cli.running import carry_out
from sim.cli.terminal import lay_out
from sim.experiment.runner import Options, run_study
from sim.scenario.problems import Place, ScenarioError, problem

WARNING = problem("W605", Place("r/region.yaml", 3, 1), "kiln", "kilograms?", "write tonnes")
NOTE = problem("N704", Place("r/region.yaml", 4, 1), "years", "predicted")


@pytest.fixture(autouse=True)
def pretended_model(monkeypatch: pytest.MonkeyPatch) -> None:
    def run_loaded(study: Any, options: Options, lang: str) -> Any:
        return run_study(study, replace(options, jobs=1), ENGINE, write_page)

    monkeypatch.setattr(sim.api, "run_loaded", run_loaded)


def study(**faults: tuple[int, int]) -> Any:
    return SimpleNamespace(
        **vars(pretended_study({"a": 0.0, "b": 0.1}, **faults)) | {"problems": (WARNING, NOTE)}
    )


def test_a_study_that_was_run_gives_code_zero_and_the_page(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    assert carry_out(study, out=tmp_path) == 0
    said = capsys.readouterr()
    assert said.out == "# 10 rows\n\n"
    assert f"results: {tmp_path}" in said.err


def test_quiet_hides_notes_and_progress_but_no_warning(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    carry_out(study, out=tmp_path, quiet=True)
    assert capsys.readouterr().err == f"{WARNING}\n"


def test_a_failed_replication_gives_code_one_and_results(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    assert carry_out(lambda: study(a=(3, -1)), out=tmp_path, quiet=True) == 1
    assert "failed: a+now, replication 3: ZeroDivisionError: no trucks" in capsys.readouterr().err
    assert (tmp_path / "headline" / "latest").exists()


def test_what_is_not_understood_gives_code_two_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    def load() -> Any:
        raise ScenarioError(
            [problem("E101", Place("--set", 1, 1), "kil", "unknown word", "did you mean kiln?")]
        )

    assert carry_out(load, out=tmp_path / "out") == 2
    assert "did you mean kiln?" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_place_that_cannot_be_written_gives_code_two(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    (tmp_path / "file").write_text("")
    assert carry_out(study, out=tmp_path / "file") == 2
    assert "cannot be written" in capsys.readouterr().err


def test_ctrl_c_gives_code_130_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(sim.api, "run_loaded", interrupted)
    assert carry_out(study, out=tmp_path / "out") == 130
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", [run.command, compare.command])
@pytest.mark.parametrize("arguments", [[], ["a", "--jobs", "0"], ["a", "--replications", "none"]])
def test_options_that_make_no_sense_give_code_two(command: Any, arguments: list[str]) -> None:
    assert CliRunner().invoke(command, arguments).exit_code == 2


@pytest.mark.parametrize("command", [run.command, compare.command])
@pytest.mark.parametrize("replications", ["0", "1"])
def test_a_single_replication_is_refused_before_anything_is_read(command: Any, replications: str) -> None:
    found = CliRunner().invoke(command, ["nobody", "--replications", replications])
    assert found.exit_code == 2
    assert "no interval" in found.output
    assert "trace" in found.output
    with pytest.raises(ValueError, match=r"no interval|at least 1"):
        sim.api.run("nobody", replications=int(replications))


def test_a_name_that_nobody_knows_gives_code_two(tmp_path: Path) -> None:
    for command in (run.command, compare.command):
        found = CliRunner().invoke(command, ["chengkou/pylot", "--out", str(tmp_path / "out")])
        assert found.exit_code == 2
    assert not (tmp_path / "out").exists()


def test_a_reader_who_leaves_changes_neither_what_follows_nor_the_code(
    tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

        def fileno(self) -> int:
            return spare.fileno()

    with (tmp_path / "spare").open("w") as spare:
        monkeypatch.setattr("sys.stdout", Gone())
        assert carry_out(lambda: study(b=(3, -1)), out=tmp_path) == 1
    said = capsys.readouterr()
    assert "results: " in said.err
    assert "failed: " in said.err


def test_a_table_on_a_narrow_terminal_is_whole() -> None:
    page = "| incomprehensibilities | site-years/yr |\n|---|---|\n| overflow of all years | 1234567.89 |\n"
    console = Console(width=24, file=io.StringIO())
    lay_out(page, console)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "\u2026" not in shown
    assert all(len(line) <= 24 for line in shown.splitlines())
    assert sorted(filter(str.isalnum, shown)) == sorted(filter(str.isalnum, page))
