"""The curve command: what it says, where it writes, its exit codes; and the deep check."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result
from planner_cases.regions import write_tiny_region

import sim
from sim.cli.main import main

COLUMNS = [
    "plan", "future", "place", "capacity_t", "p_overflow", "ci_low", "ci_high", "n", "method", "band_low",
    "band_high",
]  # fmt: skip


def ask(*options: object) -> Result:
    return CliRunner().invoke(main, [str(option) for option in options])


def written(out: Path) -> pd.DataFrame:
    (folder,) = [path.parent for path in out.glob("*/*/storage_curve.csv")]
    assert {path.name for path in folder.iterdir()} == {
        "answer.md", "figures", "manifest.json", "storage_curve.csv",
    }  # fmt: skip
    return pd.read_csv(folder / "storage_curve.csv", encoding="utf-8-sig", keep_default_na=False)


def test_a_bay_that_turns_away_is_simulated_at_each_capacity(tmp_path: Path) -> None:
    found = ask(
        "curve", "chengkou/pilot", "collection_point.bays.waste_oil", "--capacities", "4:6:3",
        "--replications", 4, "--jobs", 1, "--out", tmp_path, "--quiet",
    )  # fmt: skip
    assert found.exit_code == 0, found.output
    assert found.stderr == ""
    assert "# How large must it be: bay for waste oil" in found.stdout
    assert "a full bay turns waste away" in found.stdout
    table = written(tmp_path)
    assert list(table.columns) == COLUMNS
    assert table["capacity_t"].tolist() == [4.0, 5.0, 6.0]
    assert set(table["method"]) == {"runs"}
    assert (table["p_overflow"].diff().dropna() <= 0).all()


def test_a_yard_takes_one_set_of_runs_and_a_tail_only_when_asked(tmp_path: Path) -> None:
    asked = ["curve", "chengkou/long_haul+off_peak_2025", "kiln_yard", "--replications", 110, "--jobs", 1]
    plain = ask(*asked, "--out", tmp_path / "plain", "--capacities", "5000,60000")
    tail = ask(
        *asked, "--out", tmp_path / "tail", "--capacities", "5000,60000", "--extrapolate", "--lang", "en"
    )
    assert (plain.exit_code, tail.exit_code) == (0, 0), tail.output
    assert set(written(tmp_path / "plain")["method"]) == {"peak"}
    assert "xtrapolated" not in plain.stdout
    table = written(tmp_path / "tail")
    assert table["method"].tolist() == ["peak", "peak", "extrapolation"]
    assert "**Extrapolated, not simulated**" in tail.stdout
    assert "EXTRAPOLATED" in tail.stdout
    beyond = table.iloc[-1]
    assert 0 <= float(beyond["p_overflow"]) < 0.01
    assert float(beyond["ci_high"]) < float(table.iloc[1]["ci_high"])


def test_too_few_replications_are_not_extrapolated(tmp_path: Path) -> None:
    found = ask(
        "curve", "chengkou/long_haul+off_peak_2025", "kiln_yard", "--replications", 10, "--jobs", 1, "--out",
        tmp_path, "--extrapolate",
    )  # fmt: skip
    assert found.exit_code == 0
    assert "Not extrapolated: 5 years" in found.stdout
    assert set(written(tmp_path)["method"]) == {"peak"}


def test_sources_are_followed_with_their_calls_or_each_capacity_by_itself(tmp_path: Path) -> None:
    asked = ["curve", "chengkou/long_haul", "garage_small_09/waste_oil", "--replications", 3, "--jobs", 1]
    once = ask(*asked, "--once", "--out", tmp_path / "once")
    each = ask(*asked, "--out", tmp_path / "each", "--lang", "zh", "--capacities", "0.17,0.34")
    assert set(written(tmp_path / "once")["method"]) == {"peak_call_kept"}
    assert "goes on calling at the same tonnes" in once.stdout
    assert set(written(tmp_path / "each")["method"]) == {"runs"}
    assert "逐一模拟" in each.stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["collection_point/wste_oil"], "did you mean collection_point/waste_oil?"),
        (["collection_point/waste_oil", "--capacities", "2,5"], "a joint load is ordered at 3.6 t"),
        (
            ["collection_point/waste_oil", "--once", "--capacities", "9"],
            "nothing is known beyond the configured",
        ),
        (["kiln_yard", "--capacities", "5:4:3"], "neither `5,10,20` nor LOW:HIGH:COUNT"),
        (["kiln_yard", "--capacities", "0"], "a number of tonnes above 0"),
        (["kiln_yard", "--once", "--each"], "either --each or --once"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_run(options: list[str], said: str, tmp_path: Path) -> None:
    found = ask("curve", "chengkou/pilot", *options, "--out", tmp_path / "out")
    assert found.exit_code == 2
    assert said in " ".join(found.stderr.replace("│", " ").split())
    assert not (tmp_path / "out").exists()


def test_the_call_gives_the_same_as_the_command(tmp_path: Path) -> None:
    root = write_tiny_region(tmp_path)
    asked = {
        "replications": 6,
        "jobs": 1,
        "root": root,
        "settings": ["collection_point.bay_overflow.policy=keep"],
    }
    once = sim.curve("tiny/pilot", "collection_point/waste_oil", [0.5, 1, 2], out=tmp_path / "a", **asked)
    each = sim.curve(
        "tiny/pilot", "collection_point/waste_oil", [4, 5, 6], out=tmp_path / "b", each=True, **asked
    )
    assert once.table["method"].unique().tolist() == ["peak"]
    assert once.table["p_overflow"].is_monotonic_decreasing
    assert each.table["method"].unique().tolist() == ["runs"]
    same = sim.curve("tiny/pilot", "collection_point/waste_oil", [4, 5, 6], out=tmp_path / "c", **asked)
    assert same.table["p_overflow"].tolist() == each.table["p_overflow"].tolist()
    assert each.risk.capacity == 6.0


def test_two_processes_give_the_bytes_of_one(tmp_path: Path) -> None:
    found = [
        sim.curve("chengkou/pilot", "kiln_yard", replications=6, jobs=jobs, out=tmp_path / str(jobs))
        for jobs in (1, 2)
    ]
    one, two = ((curve.folder / "storage_curve.csv").read_bytes() for curve in found)
    assert one == two


def test_a_deep_check_says_whether_the_start_is_forgotten() -> None:
    found = ask("check", "--deep", "chengkou/long_haul+off_peak_none+slag_balanced", "--replications", 6)
    assert found.exit_code == 0, found.output
    assert "slag: a warm-up of 731 days is long enough" in found.stdout
    assert "stand alike on 2026-01-01 in 100% of replications" in found.stdout
    assert "MSER-5: the stock of the stationary version" in found.stdout
    assert "of what arose: does not matter" in found.stdout


def test_a_deep_check_takes_names() -> None:
    found = ask("check", "--deep")
    assert found.exit_code == 2
