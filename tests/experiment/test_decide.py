"""A study that decides by itself how much to run, with a pretended model."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from planner_cases.pretended import ENGINE, Luck, Prepared, pretended_study, run_one, write_page

from sim.archive import Results
from sim.experiment import adaptive
from sim.experiment.block import Block, Simulation
from sim.experiment.pieces import Reported
from sim.experiment.runner import Engine, Finished, Options, run_study
from sim.experiment.selection import Select
from sim.experiment.stopping import AskedError, HalfWidth, Until

PLANS = {"bad": 0.2, "near": 0.0, "good": -0.05}
"""Shares of 0.25, 0.05 and (never below 0) little: fails, on the limit, meets."""


@dataclass(frozen=True)
class Positive:
    """The pretended run with shares not below 0."""

    def __call__(self, prepared: Prepared, luck: Luck, replication: int) -> Any:
        found = run_one(prepared, luck, replication)
        share = max(0.0, float(found.totals[0])) if prepared.worse >= 0 else 0.0
        totals = found.totals.copy()
        totals[:2] = share, 10 * share
        return replace(found, totals=totals)


DECIDING = replace(ENGINE, run_one=Positive())


def decide(out: Path, jobs: int = 1, engine: Engine = DECIDING, **asked: Any) -> Finished:
    given = {"replications": 400, "until": Until(decided=True)} | asked
    return run_study(pretended_study(PLANS), Options(out=out, jobs=jobs, quiet=True, **given), engine, page)


def page(results: Results, folder: Path) -> Reported:
    """The real page does not read pretended scenarios."""
    return write_page(results, folder)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    return decide(tmp_path_factory.mktemp("out"))


def test_each_cell_stops_at_a_look_of_its_own_and_says_why(found: Finished) -> None:
    stops = found.stops.set_index("plan")
    assert stops["verdict"].to_dict() == {"bad": "fails", "near": "undecided", "good": "meets"}
    assert stops["stopped_by"].to_dict() == {"bad": "decided", "near": "budget", "good": "decided"}
    assert stops.loc["bad", "n"] == 50 < stops.loc["good", "n"] < stops.loc["near", "n"] == 400
    assert set(stops["n"]) <= set(found.manifest["stopping"]["looks"])


def test_the_manifest_and_a_table_beside_the_others_say_it_too(found: Finished) -> None:
    kept = json.loads((found.folder / "manifest.json").read_text())
    cells = kept["stopping"]["cells"]
    assert [cell["n"] for cell in cells] == found.stops["n"].tolist()
    assert kept["runs"] == sum(cell["n"] for cell in cells)
    assert kept["stopped_because"] == "decided: 2 of 3 cells, budget: 1 of 3 cells"
    assert kept["stopping"]["verdicts"] == 6
    rows = (found.folder / "stops.csv").read_text(encoding="utf-8-sig").splitlines()
    assert rows[0] == "table,plan,future,question,verdict,n,stopped_by,detail"
    assert rows[1] == "hazardous,bad,now,storage,fails,50,decided,"


def test_verdicts_of_the_summary_are_those_that_stopped_the_cells(found: Finished) -> None:
    rows = found.summary.query("kpi == 'overflow_probability' and place == 'sources'").set_index("plan")
    assert rows["verdict"].to_dict() == {"bad": "fails", "near": "undecided", "good": "meets"}
    assert rows["n"].to_dict() == found.stops.set_index("plan")["n"].to_dict()
    assert rows["ci_method"].to_dict() == {
        "bad": "bootstrap_family", "near": "bootstrap_family", "good": "one_sided_family",
    }  # fmt: skip


def test_pairs_are_compared_over_the_replications_that_both_have_and_are_not_tested(found: Finished) -> None:
    assert set(found.paired["n"]) <= {50, 25}
    assert found.paired["p_value"].isna().all()


def test_what_a_cell_has_is_what_it_has_when_so_many_are_asked_for(found: Finished, tmp_path: Path) -> None:
    options = Options(replications=400, out=tmp_path, jobs=1, quiet=True)
    fixed = run_study(pretended_study(PLANS), options, DECIDING, page)
    for plan, n in zip(found.stops["plan"], found.stops["n"], strict=True):
        own = found.replications[found.replications["plan"] == plan]
        asked = fixed.replications[fixed.replications["plan"] == plan]
        assert np.array_equal(own["value"], asked["value"][asked["replication"] < n], equal_nan=True)


def test_two_processes_decide_and_write_the_same_as_one(found: Finished, tmp_path: Path) -> None:
    other = decide(tmp_path, jobs=2)
    one, two = ({p.name: p.read_bytes() for p in f.folder.iterdir() if p.is_file()} for f in (found, other))
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == ["manifest.json"]
    kept = [{k: v for k, v in f.manifest["stopping"].items() if k != "platform"} for f in (found, other)]
    assert kept[0] == kept[1]


def test_daily_values_are_kept_up_to_a_number_of_replications(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adaptive, "DAYS_KEPT", 60)
    sent: list[Block] = []
    run = Simulation.run
    monkeypatch.setattr(Simulation, "run", lambda self, block: (sent.append(block), run(self, block))[1])
    decide(tmp_path, replications=100)
    assert all(block.daily == (block.last <= 60) for block in sent)
    assert {block.cells for block in sent} == {(0, 1, 2), (1, 2)}


def test_what_it_will_take_is_told_before_the_first_run(tmp_path: Path) -> None:
    told: list[str] = []

    def chance(seed: int, replication: int) -> Luck:
        assert told
        return Luck(seed, replication)

    decide(tmp_path, engine=replace(DECIDING, chance=chance), tell=told.extend, replications=90)
    assert told[0].startswith("looks at 50")
    assert "6 limits share an error of 5%" in told[1]
    assert "sources_overflow_probability: 90 replications cannot show that the limit is kept" in told[2]


def test_a_broken_replication_is_left_out_and_the_others_decide(tmp_path: Path) -> None:
    options = Options(replications=100, out=tmp_path, jobs=1, quiet=True, until=Until(decided=True))
    found = run_study(pretended_study(PLANS, bad=(4, -1)), options, DECIDING, page)
    assert found.stops["verdict"].tolist()[0] == "fails"
    assert found.failures[0].startswith("bad+now, replication 4")
    rows = found.summary.query("plan == 'bad' and kpi == 'overflow_probability' and place == 'sources'")
    assert rows["n"].tolist() == [49]


def test_stopped_halfway_only_finished_runs_are_left(tmp_path: Path) -> None:
    def chance(seed: int, replication: int) -> Luck:
        if replication >= 70:
            raise KeyboardInterrupt
        return Luck(seed, replication)

    with pytest.raises(KeyboardInterrupt):
        decide(tmp_path / "out", engine=replace(DECIDING, chance=chance))
    assert [path.name[:6] for path in (tmp_path / "out" / "headline").iterdir()] == [".runs-"]


def test_a_half_width_stops_each_cell_when_it_is_reached(tmp_path: Path) -> None:
    until = Until(narrow=(HalfWidth.of("cost@county=5000"),))
    found = decide(tmp_path, until=until)
    assert set(found.stops["stopped_by"]) == {"absolute_half_width"}
    assert found.stops["detail"].str.startswith("cost@county ±").all()
    rows = found.summary.query("kpi == 'cost'")
    assert ((rows["ci_high"] - rows["ci_low"]) / 2 <= 5000).all()
    assert set(rows["n"]) == {200}


def test_a_kpi_that_nobody_has_is_refused_before_anything_is_run(tmp_path: Path) -> None:
    for asked in (
        {"until": Until(narrow=(HalfWidth.of("cost@nowhere=1"),))},
        {"until": None, "select": Select("cost@nowhere", 1)},
        {"until": None, "select": Select("cost@county", 1), "replications": 50},
    ):
        with pytest.raises(AskedError):
            decide(tmp_path / "out", **asked)
    assert list(tmp_path.iterdir()) == []


# --- selection ---------------------------------------------------------------------------------------


def test_the_best_plan_is_selected_and_the_others_fall_out(tmp_path: Path) -> None:
    found = decide(tmp_path, until=None, select=Select("overflow_probability@sources", 0.01))
    rows = found.selection.set_index("plan")
    assert rows["status"].to_dict() == {"bad": "eliminated", "near": "eliminated", "good": "best"}
    assert rows.loc["near", "eliminated_by"] == "good"
    assert set(found.stops["stopped_by"]) == {"eliminated", "best"}
    assert (found.folder / "selection.csv").exists()
    assert found.manifest["selection"]["zone"] == 0.01


def test_plans_that_the_budget_leaves_unseparated_are_said_to_be(tmp_path: Path) -> None:
    """Two plans that differ by less than chance: what is left at the budget is open, not best."""

    def noisy(prepared: Prepared, luck: Luck, replication: int) -> Any:
        found = run_one(prepared, luck, replication)
        own = np.random.default_rng((replication, len(prepared.name))).normal()
        return replace(found, totals=np.array([own, *found.totals[1:]]))

    engine = replace(DECIDING, run_one=noisy)
    found = decide(
        tmp_path, engine=engine, until=None, select=Select("overflow_probability@sources", 0.01),
        replications=150,
    )  # fmt: skip
    assert set(found.selection["status"]) <= {"open", "eliminated"}
    assert "open" in set(found.selection["status"])
    assert found.stops["n"].max() == 150
