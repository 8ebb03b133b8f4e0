"""A study from cells to folder."""

import io
import json
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from planner_cases.pretended import ENGINE, LAYOUT, Luck, Prepared, pretended_study, run_one, write_page

from sim.archive import Results, read_results
from sim.experiment.beside import Start, beside, later
from sim.experiment.block import Block, Simulation, stretches
from sim.experiment.pieces import Reported
from sim.experiment.progress import progress
from sim.experiment.runner import Engine, Options, run_study, together

PLANS = {"today": 0.05, "better": 0.0}


def options(out: Path, jobs: int = 1) -> Options:
    return Options(out=out, jobs=jobs, quiet=True)


def test_two_processes_write_the_same_bytes_as_one(tmp_path: Path) -> None:
    folders = [
        run_study(pretended_study(PLANS, 23), options(tmp_path / str(jobs), jobs), ENGINE, write_page).folder
        for jobs in (1, 2)
    ]
    one, two = ({p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()} for folder in folders)
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == ["manifest.json"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_no_days_are_left_on_disk(jobs: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    run_study(pretended_study(PLANS), options(tmp_path / "out", jobs), ENGINE, write_page)
    broken = replace(ENGINE, prepare=lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run_study(pretended_study(PLANS), options(tmp_path / "out", jobs), broken, write_page)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_process_beside_this_one_changes_no_byte(tmp_path: Path) -> None:
    def folder_of(name: str, start: Start) -> Path:
        asked = options(tmp_path / name)
        return run_study(pretended_study(PLANS, 23), asked, ENGINE, write_page, start).folder

    with beside() as start:
        folders = [folder_of("beside", start), folder_of("here", later)]
    one, two = ({p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()} for folder in folders)
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == ["manifest.json"]


def test_a_broken_replication_is_reported_and_the_others_count(tmp_path: Path) -> None:
    study = pretended_study(PLANS, 10, better=(4, -1))
    found = run_study(study, options(tmp_path), ENGINE, write_page)
    assert len(found.failures) == 1
    assert found.failures[0].startswith("better+now, replication 4: ZeroDivisionError: no trucks")
    assert set(found.summary.query("plan == 'better' and kpi == 'cost'")["n"]) == {9}
    assert set(found.paired.query("kpi == 'cost'")["n"]) == {9}
    assert json.loads((found.folder / "manifest.json").read_text())["failures"] == list(found.failures)


def test_books_that_do_not_balance_are_reported(tmp_path: Path) -> None:
    found = run_study(pretended_study(PLANS, 5, today=(-1, 2)), options(tmp_path), ENGINE, write_page)
    assert found.failures == ("today+now, replication 2: mass does not close",)


def test_every_replication_of_a_cell_may_break(tmp_path: Path) -> None:
    study = pretended_study(PLANS, better=(0, -1))
    found = run_study(study, replace(options(tmp_path), replications=1), ENGINE, write_page)
    rows = found.summary.query("plan == 'better'")
    assert set(rows["n"]) == {0}
    assert set(rows["ci_method"]) == {"none"}


def test_a_report_that_fails_leaves_tables_and_manifest_and_is_told_in_it(tmp_path: Path) -> None:
    def no_report(results: Results, folder: Path) -> Reported:
        raise IndexError("list index out of range")

    found = run_study(pretended_study(PLANS), options(tmp_path / "out"), ENGINE, no_report)
    assert found.failures == ("page: IndexError: list index out of range (sim/experiment/pieces.py:33)",)
    kept = read_results(found.folder)
    assert kept.manifest["failures"] == list(found.failures)
    assert len(kept.summary) == len(found.summary) > 0


def test_a_request_to_stop_within_the_report_leaves_no_results_but_the_runs(tmp_path: Path) -> None:
    def no_report(results: Results, folder: Path) -> Reported:
        (folder / "answer.md").write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_study(pretended_study(PLANS), options(tmp_path / "out"), ENGINE, no_report)
    assert [path.name[:6] for path in (tmp_path / "out" / "headline").iterdir()] == [".runs-"]


def test_what_is_read_back_is_what_was_written(tmp_path: Path) -> None:
    found = run_study(pretended_study(PLANS), options(tmp_path), ENGINE, write_page)
    read = read_results(tmp_path / "headline")
    assert found.folder.parent == tmp_path / "headline"
    assert (found.folder / "answer.md").read_text() == found.answer
    for name, table in found.tables.items():
        again = read.tables[name]
        assert list(again.columns) == list(table.columns)
        assert len(again) == len(table)
        for column in table.columns:
            if table[column].dtype.kind == "f":
                assert np.allclose(again[column], table[column], rtol=1e-9, equal_nan=True)
            else:
                assert again[column].tolist() == table[column].tolist()
    assert read.manifest["replications"] == 10
    assert read.manifest["map"]["tours"] == {"zone": [[31.9, 108.7]]}


def test_all_cells_of_a_replication_share_one_chance() -> None:
    lucks: list[Luck] = []

    def chance(seed: int, replication: int) -> Luck:
        lucks.append(Luck(seed, replication))
        return lucks[-1]

    task = Simulation(((Prepared("a", 0), Prepared("b", 0)),), 1, chance, run_one)
    for first, last in stretches(2, range(3), 1):
        task(Block(0, first, last))
    assert [luck.asked for luck in lucks] == [["a", "b"]] * 3


def test_cells_of_different_tables_are_not_run_together() -> None:
    study = pretended_study({"a": 0, "b": 0, "c": 0})
    study.cells[2].table = "slag"
    ready = [Prepared(cell.plan, 0.0, LAYOUT) for cell in study.cells]
    assert together(study.cells, ready, 10) == [[0, 1], [2]]


def test_so_many_days_that_they_would_fill_the_memory_are_split() -> None:
    study = pretended_study({"a": 0, "b": 0, "c": 0})
    ready = [Prepared(cell.plan, 0.0, LAYOUT) for cell in study.cells]
    assert together(study.cells, ready, 40_000) == [[0], [1], [2]]


def test_blocks_cover_each_replication_once() -> None:
    for cells in (15, 8):
        runs = [run for first, last in stretches(cells, range(200), 2) for run in range(first, last)]
        assert runs == list(range(200))


def test_seed_and_replications_can_be_asked_for(tmp_path: Path) -> None:
    asked = Options(replications=4, seed=9, out=tmp_path, jobs=1, quiet=True)
    found = run_study(pretended_study(PLANS), asked, ENGINE, write_page)
    assert set(found.replications["seed"]) == {9}
    assert found.replications["replication"].max() == 3


def test_the_engine_is_asked_for_the_years_of_the_study(tmp_path: Path) -> None:
    horizons = []

    def prepare(scenario, chain, horizon, accounting, target):
        horizons.append((chain, horizon.first, horizon.last, horizon.warm_up_years, accounting, target))
        return Prepared(scenario.name, 0.0)

    run_study(pretended_study({"a": 0}), options(tmp_path), Engine(prepare, Luck, run_one), write_page)
    assert horizons == [("hazardous", 2026, 2027, 2, "oldest_first", 0.98)]


def test_progress_is_silent_when_quiet_and_a_line_elsewhere() -> None:
    stream = io.StringIO()
    with progress(2, "simulating", quiet=True, stream=stream) as advance:
        advance(2)
    assert stream.getvalue() == ""
    with progress(2, "simulating", stream=stream) as advance:
        advance(2)
    assert stream.getvalue() == "simulating: 2 of 2 runs, took 0 s\n"


def test_progress_is_a_bar_on_a_terminal() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    with progress(2, "simulating", stream=stream) as advance:
        advance(2)
    assert "simulating" in stream.getvalue()
