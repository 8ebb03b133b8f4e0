"""The sweep command: what it says, on which channel, and its exit codes."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sim.cli.main import main
from sim.cli.sweep import command, said
from sim.experiment.sweep import Estimate

VANS = "collection_point.vans"
BAY = "collection_point.bays.waste_oil"


def ask(*options: str) -> Result:
    return CliRunner().invoke(command, [str(option) for option in options])


def test_a_sweep_prints_its_size_first_then_a_table_and_where_it_lies(tmp_path: Path) -> None:
    asked = ["chengkou/pilot", "--vary", f"{VANS}=1,2", "--replications", 2, "--jobs", 1, "--out", tmp_path]
    found = ask(*asked)
    assert found.exit_code == 0
    assert "2 points, 4 runs: about" in found.stderr
    assert "4 of 4 runs" in found.stderr
    lines = found.stdout.splitlines()
    assert lines[0].startswith(
        f"| point | {VANS} | overflow_probability@sources (%) | overflow_days@sources (d/yr)"
    )
    assert [line.split(" | ")[:2] for line in lines[2:4]] == [["| 0", "1"], ["| 1", "2"]]
    assert f"results: {tmp_path / 'sweep_chengkou-pilot'}" in found.stderr
    again = ask(*asked)
    assert "4 runs (4 are finished already): no time" in again.stderr
    assert again.stdout == found.stdout
    quiet = ask(*asked, "--quiet")
    assert quiet.stderr == ""


def test_a_dry_run_says_what_it_would_take_and_writes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out"
    found = ask(
        "chengkou/pilot", "--vary", f"{BAY}.capacity_t=5:40:8", "--vary", f"{VANS}=1,2,3", "--futures",
        "off_peak_2024,off_peak_2025", "--dry-run", "--jobs", 2, "--out", out,
    )  # fmt: skip
    assert found.exit_code == 0
    assert found.stdout.startswith("48 points, 1440 runs: about")
    assert "with 2 workers" in found.stdout
    assert not out.exists()


def test_all_points_that_cannot_be_come_at_once_before_anything_is_run(tmp_path: Path) -> None:
    found = ask("chengkou/pilot", "--vary", f"{BAY}.capacity_t=1,2,6", "--out", tmp_path / "out")
    assert found.exit_code == 2
    assert [line.split()[0] for line in found.stderr.splitlines() if "E604" in line] == [
        "point:0:1",
        "point:1:1",
    ]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["chengkou/pylot", "--vary", f"{VANS}=1"], "did you mean chengkou/pilot?"),
        (["chengkou/pilot", "--vary", "collection_point.vanns=1"], "did you mean collection_point.vans?"),
        (["chengkou/pilot", "--vary", VANS, "--where", f"{VANS} >> 2"], "is not a comparison"),
        (["chengkou/pilot", "--vary", VANS, "--design", "lhs:none"], "E602"),
        (["chengkou/pilot", "--vary", f"{VANS}=1,2", "--kpis", "coost"], "did you mean cost"),
        (["chengkou/bays_and_vans", "--vary", f"{VANS}=1,2"], "the sweep says this itself"),
        (["chengkou/pilot", "--vary", f"{VANS}=1,2", "--futures", "latnet"], "did you mean latent?"),
        (["chengkou/pilot", "--vary", "years.last=2027,2028"], "--set years.last=2030"),
    ],
)
def test_what_is_not_understood_gives_code_two(tmp_path: Path, options: list[str], words: str) -> None:
    found = ask(*options, "--jobs", 1, "--replications", 1, "--out", tmp_path)
    assert found.exit_code == 2
    assert words in found.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_shipped_sweep_is_laid_out_as_its_file_says(tmp_path: Path) -> None:
    found = ask("bays_and_vans", "--dry-run", "--replications", 3)
    assert found.exit_code == 0
    assert found.stdout.startswith("20 points, 60 runs")


def test_a_file_of_ones_own_is_a_sweep(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        "scenarios: [chengkou/pilot]\nchain: slag\nreplications: 2\n"
        "vary:\n  - {path: kiln.yard_capacity_t, values: [3000, 6000]}\n"
    )
    found = ask(str(file), "--jobs", 1, "--out", tmp_path / "out", "--quiet")
    assert found.exit_code == 0
    assert (tmp_path / "out" / "mine" / "latest").exists()


def test_a_cluster_that_is_not_there_gives_code_two(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    found = ask(
        "chengkou/pilot", "--vary", f"{VANS}=1", "--scheduler-file", tmp_path / "none", "--out", tmp_path
    )
    assert found.exit_code == 2
    assert "there is no file" in found.stderr


def test_the_estimate_speaks_in_fit_units() -> None:
    assert said(Estimate(10, 100, 40, 7200.0, 2.5e9, 1)) == (
        "10 points, 100 runs (40 are finished already): about 2.0 h with 1 worker, 2.5 GB of disk"
    )


def test_the_command_is_found_by_its_name() -> None:
    assert CliRunner().invoke(main, ["sweep", "--help"]).exit_code == 0
