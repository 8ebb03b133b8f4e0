"""`--until-decided`, `--until-half-width` and `--select` as a user types them."""

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from planner_cases.pretended import ENGINE, pretended_study, write_page

import sim
import sim.api
from sim.cli import compare, run
from sim.experiment.runner import Options, run_study
from sim.experiment.stopping import AskedError


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Options]:
    """Options that reach the run of a pretended study, whatever names are typed."""
    seen: list[Options] = []

    def run_loaded(study: Any, options: Options, lang: str) -> Any:
        seen.append(options)
        return run_study(study, replace(options, jobs=1), ENGINE, write_page)

    monkeypatch.setattr(sim.api, "run_loaded", run_loaded)
    monkeypatch.setattr(sim.api, "load", lambda *_: pretended_study({"a": 0.2, "b": 0.1}))
    return seen


def typed(out: Path, *words: str) -> Any:
    return CliRunner().invoke(compare.command, ["study", *words, "--out", str(out)])


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def newest(out: Path) -> Path:
    return out / "headline" / (out / "headline" / "latest").read_text().strip()


def test_until_decided_tells_what_it_takes_first_and_the_reasons_after(
    tmp_path: Path, asked: list[Options]
) -> None:
    done = typed(tmp_path, "--until-decided", "--replications", "60")
    assert done.exit_code == 0
    assert "limits share an error of 5%; to say `meets` takes" in done.stderr
    assert "60 replications cannot show that the limit is kept" in done.stderr
    assert done.stderr.index("looks at") < done.stderr.index("simulating")
    rows = rows_of(newest(tmp_path) / "stops.csv")
    assert [(row["plan"], row["verdict"], row["n"]) for row in rows] == [
        ("a", "fails", "50"),
        ("b", "fails", "50"),
    ]
    assert asked[0].until is not None


def test_half_widths_may_be_asked_for_several_times(tmp_path: Path, asked: list[Options]) -> None:
    words = ["--until-half-width", "cost@county=5%", "--until-half-width", "overflow_days@sources=0.5"]
    assert typed(tmp_path, *words, "--replications", "60", "--quiet").exit_code == 0
    assert [goal.kpi for goal in asked[0].until.narrow] == ["cost@county", "overflow_days@sources"]
    stopping = json.loads((newest(tmp_path) / "manifest.json").read_text())["stopping"]
    assert stopping["narrow"][0] == {"kpi": "cost@county", "absolute": None, "relative": 0.05}


def test_a_plan_is_selected(tmp_path: Path, asked: list[Options]) -> None:
    done = typed(tmp_path, "--select", "cost@county", "--zone", "1000")
    assert done.exit_code == 0
    assert "selecting by cost@county, indifference zone 1000" in done.stderr
    rows = rows_of(newest(tmp_path) / "selection.csv")
    assert [(row["plan"], row["status"], row["n"]) for row in rows] == [
        ("a", "eliminated", "100"), ("b", "best", "100")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--until-half-width", "wide"], "half-width"),
        (["--until-half-width", "cost@moon=1"], "no scenario here has cost@moon"),
        (["--select", "cost@county"], "zone"),
        (["--zone", "3"], "without a KPI"),
        (["--select", "cost@county", "--zone", "-1"], "above 0"),
        (["--select", "cost@moon", "--zone", "1"], "nowhere"),
        (["--select", "cost@county", "--zone", "1", "--until-decided"], "its own rule"),
        (["--select", "cost@county", "--zone", "1", "--replications", "60"], "first stage"),
    ],
)
def test_what_cannot_be_asked_gives_code_two_and_writes_nothing(
    tmp_path: Path, asked: list[Options], words: list[str], said: str
) -> None:
    done = typed(tmp_path / "out", *words)
    assert done.exit_code == 2
    assert said in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_real_scenario_is_run_until_decided_or_honestly_not(tmp_path: Path) -> None:
    words = ["chengkou/long_haul+off_peak_2025", "--until-decided", "--replications", "52", "--jobs", "1"]
    done = CliRunner().invoke(run.command, [*words, "--out", str(tmp_path)])
    assert done.exit_code == 0, done.stderr
    assert "## When it was enough" in done.stdout
    folder = next(tmp_path.glob("*/2*"))
    rows = rows_of(folder / "stops.csv")
    found = {row["question"]: (row["verdict"], row["n"], row["stopped_by"]) for row in rows}
    assert found["yard"] == ("fails", "50", "decided")
    assert found["storage"] == ("undecided", "52", "budget")


def test_python_takes_the_same_words(asked: list[Options], tmp_path: Path) -> None:
    found = sim.compare("study", until=["decided", "cost@county=50%"], out=tmp_path, replications=80)
    assert found.stops["stopped_by"].tolist() == ["decided", "decided"]
    best = sim.compare("study", select="cost@county", zone=1e3, out=tmp_path)
    assert best.selection["status"].tolist() == ["eliminated", "best"]
    with pytest.raises(AskedError):
        sim.compare("study", select="cost@county")
    with pytest.raises(AskedError):
        sim.run("study", until="sometime")
