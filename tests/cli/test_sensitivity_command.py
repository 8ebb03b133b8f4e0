"""`sensitivity` from the command line on the real model, small; and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.cli.sensitivity import command

VARY = ["--vary", "generation.level_factor", "--vary", "collection_point.rounds.every_days"]
SMALL = ["--trajectories", "2", "--base", "4", "--replications", "2", "--jobs", "1", "--against", "none"]


def run(*arguments: str):
    return CliRunner().invoke(command, list(arguments))


def test_the_real_model_is_screened_explained_and_not_run_again(tmp_path: Path) -> None:
    asked = ["chengkou/pilot", *VARY, *SMALL, "--kpi", "stock_mean@sources", "--out", str(tmp_path)]
    first = run(*asked)
    assert first.exit_code == 0, first.output
    assert "at most" in first.stderr
    assert "runs: about" in first.stderr
    assert first.stdout.startswith("# Which assumptions decide: Collection point, rounds every 60 days")
    assert "`collection_point.rounds.every_days`" in first.stdout
    (folder,) = tmp_path.glob("sensitivity_chengkou-pilot/2*")
    names = {str(path.relative_to(folder)) for path in folder.rglob("*.*")}
    assert names >= {
        "sensitivity.md", "indices.csv", "swings.csv", "noise.csv", "points.csv", "manifest.json",
        "figures/tornado.png", "figures/tornado.svg", "figures/heat_map.png", "figures/heat_map.svg",
    }  # fmt: skip
    again = run(*asked)
    assert again.exit_code == 0
    assert again.stdout == first.stdout
    assert "no time" not in first.stderr


def test_a_difference_between_shares_is_read_in_points(tmp_path: Path) -> None:
    asked = ["chengkou/pilot", *VARY, *SMALL, "--method", "morris", "--out", str(tmp_path), "--lang"]
    found, chinese = (
        run(*asked, lang, "--against", "long_haul", "--kpi", "overflow_probability@sources").stdout
        for lang in ("en", "zh")
    )
    assert "as the scenario stands, Collection point, rounds every 60 days lies lower by" in found
    size = found.partition("lies lower by ")[2].splitlines()[0]
    assert size.count(" points") >= 3, size
    assert " %" not in size.partition("]")[0]
    assert chinese.count("个百分点") >= 3


def test_failures_of_the_real_model_are_looked_for(tmp_path: Path) -> None:
    found = run(
        "chengkou/long_haul", "--vary", "direct.call.fill_share", "--vary", "generation.level_factor",
        "--method",
        "prim", "--points", "24", "--replications", "2", "--jobs", "1", "--out", str(tmp_path), "--quiet",
    )  # fmt: skip
    assert found.exit_code == 0, found.output
    assert "It fails (years with an overflow (sources) above 5 %) at" in found.stdout
    assert found.stderr == ""


def test_a_dry_run_says_what_it_would_take_and_leaves_nothing(tmp_path: Path) -> None:
    found = run("chengkou/pilot", *VARY, *SMALL, "--dry-run", "--out", str(tmp_path))
    assert found.exit_code == 0, found.output
    assert found.stdout.startswith("at most 27 points, 84 runs: about")
    assert list(tmp_path.glob("*/2*")) == []


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--kpi", "overflow_days@sorces"], "did you mean sources"),
        (["--vary", "generation.level=1:2"], "did you mean generation.level_factor"),
        (["--against", "long_hall"], "did you mean"),
        (["--method", "prim", "--kpi", "cost@county", "--vary", "generation.level_factor"], "sets no limit"),
    ],
)
def test_what_is_not_understood_ends_with_2_and_what_to_do(tmp_path: Path, asked: list, said: str) -> None:
    found = run("chengkou/pilot", *asked, "--vary", "generation.growth_per_year", "--out", str(tmp_path))
    assert found.exit_code == 2, found.output
    assert said in found.stderr
