from click.testing import CliRunner

from sim.cli import trace
from sim.cli.main import main


def test_trace_prints_dated_lines_and_names_what_is_near() -> None:
    run = CliRunner()
    only = ["--year", "2026", "--place", "kiln"]
    found = run.invoke(main, ["trace", "chengkou/pilot", "--replication", "1", *only])
    assert found.exit_code == 0
    lines = found.stdout.splitlines()
    assert lines[0].startswith("2026-01-01 00:00  county")
    assert "seed 1, replication 1" in lines[0]
    assert all(line.startswith("2026-") for line in lines)
    assert any("the kiln stops: off-peak" in line for line in lines)
    wrong = run.invoke(main, ["trace", "chengkou/pilot", "--place", "kilm"])
    assert wrong.exit_code == 2
    assert "did you mean kiln" in wrong.output
    unknown = run.invoke(main, ["trace", "chengkou/pilt"])
    assert unknown.exit_code == 2


def test_trace_is_a_command_of_its_own() -> None:
    assert trace.command.name == "trace"
