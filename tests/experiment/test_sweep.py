"""A sweep from points to tables: the same bytes from every backend, nothing twice, nothing lost."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from planner_cases.sweep_cases import BAY, VANS, Certain, done, run, tables, tiny_points

from sim.experiment import sweep as sweeping
from sim.experiment.batch import Batch, Run, run_batch
from sim.experiment.progress import watching
from sim.experiment.store import BusyError, StoreError, open_store
from sim.experiment.sweep import STORE, Estimate, SweepOptions, run_sweep
from sim.experiment.sweep_files import Written, read_sweep
from sim.scenario.problems import ScenarioError
from sim.sweeps import points_of, sweep

ROOT = Path(__file__).parents[2]
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals")


# --- tables ------------------------------------------------------------------------------------------


def test_runs_and_points_carry_all_factors_and_the_scenario(tmp_path: Path) -> None:
    points = tiny_points(tmp_path, {VANS: [1, 2], BAY: [5, 8]}, replications=3)
    found = run(points, tmp_path / "out", tmp_path / "log")
    assert list(found.design.columns) == ["point", "scenario", "future", VANS, BAY]
    assert len(found.runs) == 4 * 3 * 2
    assert set(found.runs.columns) >= {VANS, BAY, "scenario", "seed", "replication", "place", "kpi", "unit"}
    assert found.runs.query("kpi == 'cost'")["unit"].unique() == ["CNY/yr"]
    assert found.points.groupby("point")[BAY].first().tolist() == [5, 8, 5, 8]
    assert set(found.points["n"]) == {3}


def test_points_meet_the_same_chance_so_differences_are_exact(tmp_path: Path) -> None:
    found = run(tiny_points(tmp_path, replications=4), tmp_path / "out", tmp_path / "log")
    cost = found.runs.query("kpi == 'cost'").pivot(index="replication", columns="point", values="value")
    assert np.allclose(cost[1] - cost[0], 1.0)
    row = found.points.query("kpi == 'cost' and point == 1").iloc[0]
    assert [row.difference, row.difference_low, row.difference_high] == pytest.approx(
        [1.0, 1.0, 1.0], abs=1e-6
    )
    assert found.runs.query("kpi == 'overflow_days' and point == 0")["value"].nunique() == 4


def test_futures_and_scenarios_multiply_the_points(tmp_path: Path) -> None:
    points = tiny_points(tmp_path, {VANS: [1, 2]}, futures=["", "latent"], replications=2)
    found = run(points, tmp_path / "out", tmp_path / "log")
    assert list(zip(found.design["future"], found.design[VANS], strict=True)) == [
        ("", 1), ("", 2), ("latent", 1), ("latent", 2),
    ]  # fmt: skip


def test_a_plan_without_the_value_is_swept_beside_one_that_has_it_and_run_once(tmp_path: Path) -> None:
    tiny_points(tmp_path)
    points = points_of(
        ["tiny/pilot", "tiny/long_haul"], {VANS: [1, 2]}, root=tmp_path / "scenarios", replications=1
    )
    assert len(points.points) == 4
    assert len({point.work for point in points.points}) == 3


def test_only_the_kpis_asked_for_are_written_and_unknown_ones_are_named(tmp_path: Path) -> None:
    points = tiny_points(tmp_path, replications=2, kpis=["cost"])
    found = run(points, tmp_path / "out", tmp_path / "log")
    assert set(found.runs["kpi"]) == {"cost"}
    with pytest.raises(ScenarioError, match=r"coost: there is no such KPI; did you mean cost\?"):
        run(tiny_points(tmp_path, kpis=["coost"]), tmp_path / "out", tmp_path / "log")


def test_a_run_that_fails_is_a_row_that_says_why_and_the_others_count(tmp_path: Path) -> None:
    found = run(tiny_points(tmp_path, replications=4), tmp_path / "out", tmp_path / "log", fails_at=2)
    failed = found.runs[found.runs["failure"] != ""]
    assert failed[["point", "replication"]].to_numpy().tolist() == [[0, 2]]
    assert failed["failure"].iloc[0].startswith("ValueError: no vans (sweep_cases.py:")
    assert found.points.query("point == 0 and kpi == 'cost'")[["n", "failed"]].to_numpy().tolist() == [[3, 1]]
    assert found.failures == (f"1 runs, first point 0, replication 2: {failed['failure'].iloc[0]}",)


def test_replications_that_are_identical_to_the_bit_are_told_of_once(tmp_path: Path) -> None:
    points = tiny_points(tmp_path, replications=3)

    def make(point: object) -> list[Certain]:
        return [Certain()]

    found = run_sweep(points, SweepOptions(1, tmp_path / "out", quiet=True), make=make)
    assert found is not None
    (doubt,) = found.manifest["doubts"]
    assert doubt.startswith("at 2 of 2 points, replications are identical to the bit")
    assert run(tiny_points(tmp_path), tmp_path / "other", tmp_path / "log").manifest["doubts"] == []


def test_what_was_written_can_be_read_back(tmp_path: Path) -> None:
    found = run(tiny_points(tmp_path, replications=2), tmp_path / "out", tmp_path / "log")
    again = read_sweep(tmp_path / "out" / "sweep_tiny-pilot")
    assert again.folder == found.folder
    assert again.runs.equals(found.runs)


def test_replications_are_added_until_the_interval_is_narrow(tmp_path: Path) -> None:
    points = tiny_points(tmp_path, replications=4, until=("overflow_days@sources", 0.15, 64))
    found = run(points, tmp_path / "out", tmp_path / "log")
    rows = found.points.query("kpi == 'overflow_days'")
    assert ((rows["ci_high"] - rows["ci_low"]) / 2 <= 0.15).all()
    assert set(rows["n"]) <= {8, 16, 32, 64}
    assert len(set(rows["n"])) == 1


def test_parquet_without_its_extra_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.experiment.sweep_files.find_spec", lambda _: None)
    with pytest.raises(Exception, match=r'install "\.\[parquet\]"'):
        run_sweep(tiny_points(tmp_path), SweepOptions(1, tmp_path / "out", quiet=True, parquet=True))


# --- one Chance for all points -----------------------------------------------------------------------


def test_points_of_a_batch_share_one_chance_and_equal_parts_are_run_once(tmp_path: Path) -> None:
    from planner_cases.sweep_cases import Pretended

    from sim.experiment.batch import pack

    parts = [Pretended(0.0, tmp_path / "log"), Pretended(1.0, tmp_path / "log")]
    batch = Batch(0, 1, pack(parts), ((0, 1), (0,)), (Run(3, 0), Run(3, 1), Run(4, 1)))
    found = run_batch(batch)
    assert done(tmp_path / "log") == {"0.0 3": 1, "1.0 3": 1, "0.0 4": 1}
    assert len(np.frombuffer(found.found[0].values)) == 4


def test_the_real_model_gives_the_same_alone_and_together(tmp_path: Path) -> None:
    tiny_points(tmp_path)
    asked = {"replications": 2, "root": tmp_path / "scenarios", "jobs": 1}
    both = sweep("tiny/pilot", {VANS: [1, 2]}, out=tmp_path / "a", **asked)
    alone = sweep("tiny/pilot", {VANS: [2]}, out=tmp_path / "b", **asked)
    values = [found.runs.query(f"`{VANS}` == 2")["value"].to_numpy() for found in (both, alone)]
    assert np.array_equal(*values, equal_nan=True)
    assert both.failures == ()


# --- nothing twice -----------------------------------------------------------------------------------


def test_a_finished_run_is_never_computed_again(tmp_path: Path) -> None:
    points = tiny_points(tmp_path, replications=3)
    first = run(points, tmp_path / "out", tmp_path / "log")
    begun = done(tmp_path / "log")
    second = run(points, tmp_path / "out", tmp_path / "log")
    assert done(tmp_path / "log") == begun
    assert second.manifest["runs_from_store"] == 6
    assert tables(first) == tables(second)
    assert first.folder != second.folder


def test_more_replications_or_points_keep_what_there_is(tmp_path: Path) -> None:
    run(tiny_points(tmp_path, replications=2), tmp_path / "out", tmp_path / "log")
    more = run(tiny_points(tmp_path, {VANS: [1, 2, 3]}, replications=3), tmp_path / "out", tmp_path / "log")
    assert more.manifest["runs_from_store"] == 4
    assert more.manifest["runs_computed"] == 5


@pytest.mark.parametrize(
    ("changed", "kept"), [({"seed": 2}, 8), ({"settings": ["collection_point.vans=1", f"{BAY}=9"]}, 4)]
)
def test_a_change_starts_anew_and_keeps_the_old(tmp_path: Path, changed: dict, kept: int) -> None:
    """Settings have a folder, and so a store, of their own."""
    run(tiny_points(tmp_path, replications=2), tmp_path / "out", tmp_path / "log")
    other = run(tiny_points(tmp_path, replications=2, **changed), tmp_path / "out", tmp_path / "log")
    assert other.manifest["runs_from_store"] == 0
    with open_store(other.folder.parent / STORE) as store:
        assert store.count() == kept
    with open_store(tmp_path / "out" / "sweep_tiny-pilot" / STORE) as store:
        assert store.count() >= 4


def test_another_program_starts_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tiny_points(tmp_path, replications=2), tmp_path / "out", tmp_path / "log")
    monkeypatch.setattr("sim.experiment.fingerprint.program", lambda: "later")
    other = run(tiny_points(tmp_path, replications=2), tmp_path / "out", tmp_path / "log")
    assert other.manifest["runs_from_store"] == 0


def test_a_program_that_changes_meanwhile_stops_the_sweep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "is_changed", lambda: True)
    with pytest.raises(StoreError, match="changed while the sweep ran"):
        run(tiny_points(tmp_path), tmp_path / "out", tmp_path / "log")


def test_failed_runs_are_kept_and_tried_again_when_asked(tmp_path: Path) -> None:
    points, out, log = tiny_points(tmp_path, replications=3), tmp_path / "out", tmp_path / "log"
    run(points, out, log, fails_at=1)
    assert run(points, out, log).manifest["runs_computed"] == 0
    from planner_cases.sweep_cases import pretending

    again = run_sweep(points, SweepOptions(1, out, quiet=True, retry_failed=True), make=pretending(log))
    assert again is not None
    assert again.manifest["runs_computed"] == 1
    assert again.failures == ()


def test_a_second_process_is_told_and_the_first_goes_on(tmp_path: Path) -> None:
    points = tiny_points(tmp_path)
    with (
        open_store(tmp_path / "out" / "sweep_tiny-pilot" / STORE),
        pytest.raises(BusyError, match=f"process {os.getpid()}"),
    ):
        run(points, tmp_path / "out", tmp_path / "log")


def test_saying_no_to_the_estimate_runs_nothing(tmp_path: Path) -> None:
    guesses: list[Estimate] = []

    def refuse(guess: Estimate) -> bool:
        guesses.append(guess)
        return False

    points = tiny_points(tmp_path, replications=5, kpis=["cost"])
    assert run_sweep(points, SweepOptions(2, tmp_path / "out", quiet=True), refuse) is None
    assert (guesses[0].points, guesses[0].runs, guesses[0].kept, guesses[0].workers) == (2, 10, 0, 2)
    assert 0 < guesses[0].seconds < 60
    assert 0 < guesses[0].disk < 1e6
    assert list((tmp_path / "out" / "sweep_tiny-pilot").glob("2*")) == []


# --- processes ---------------------------------------------------------------------------------------


def test_processes_write_the_same_bytes_as_one(tmp_path: Path) -> None:
    points = tiny_points(tmp_path, {VANS: [1, 2, 3]}, replications=7)
    one = run(points, tmp_path / "one", tmp_path / "log1", jobs=1, fails_at=3)
    two = run(points, tmp_path / "two", tmp_path / "log2", jobs=2, fails_at=3)
    assert tables(one) == tables(two)


@POSIX
def test_a_worker_that_is_killed_is_replaced_and_nothing_is_lost(tmp_path: Path) -> None:
    points = tiny_points(tmp_path, replications=8)
    calm = run(points, tmp_path / "calm", tmp_path / "log1", jobs=2, seconds=0.02)
    shot = run(points, tmp_path / "shot", tmp_path / "log2", jobs=2, seconds=0.02, kills_at=5, once=True)
    assert (tmp_path / "log2.killed").exists()
    assert tables(calm) == tables(shot)


@POSIX
def test_a_run_that_takes_its_workers_along_is_found_and_the_others_count(tmp_path: Path) -> None:
    points = tiny_points(tmp_path, replications=4)
    found = run(points, tmp_path / "out", tmp_path / "log", jobs=2, kills_at=2)
    failed = found.runs[found.runs["failure"] != ""]
    assert failed[["point", "replication"]].to_numpy().tolist() == [[0, 2]]
    assert "the worker process died" in failed["failure"].iloc[0]
    assert len(found.runs) == 7 * 2 + 1


# --- the client ends ---------------------------------------------------------------------------------

CLIENT = """
import sys
from pathlib import Path
sys.path[:0] = {paths!r}
from sim.experiment.sweep import SweepOptions, run_sweep
from sim.sweeps import points_of
from planner_cases.sweep_cases import VANS, pretending

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    options = SweepOptions(2, folder / "out", scheduler_file=sys.argv[2])
    points = points_of("tiny/pilot", {{VANS: [1, 2]}}, root=folder / "scenarios", replications={runs})
    try:
        found = run_sweep(points, options, make=pretending(folder / "log", seconds=0.05))
        print(found.folder)
    except KeyboardInterrupt:
        sys.exit(130)
"""


def client(folder: Path, runs: int, scheduler_file: str = "") -> subprocess.Popen[str]:
    paths = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "experiment")]
    (folder / "client.py").write_text(CLIENT.format(paths=paths, runs=runs))
    return subprocess.Popen(
        [sys.executable, str(folder / "client.py"), str(folder), scheduler_file],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip


def wait_until(true: object, seconds: float = 90) -> None:
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:  # type: ignore[operator]
        time.sleep(0.02)
    assert true()  # type: ignore[operator]


def kept_runs(folder: Path) -> dict[str, int]:
    """How often each run that is kept was begun."""
    import sqlite3

    base = sqlite3.connect(f"file:{folder / 'out' / 'sweep_tiny-pilot' / STORE}?mode=ro", uri=True)
    try:
        rows = base.execute("SELECT count(*), count(DISTINCT hex(work) || replication) FROM runs").fetchone()
    finally:
        base.close()
    return {"rows": rows[0], "distinct": rows[1]}


@POSIX
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_client_that_is_stopped_goes_on_where_it_was(tmp_path: Path, how: signal.Signals) -> None:
    points = tiny_points(tmp_path, replications=60)
    first = client(tmp_path, 60)
    store = tmp_path / "out" / "sweep_tiny-pilot" / STORE
    wait_until(lambda: store.exists() and sum(done(tmp_path / "log").values()) > 30)
    first.send_signal(how)
    first.communicate(timeout=20)
    assert first.returncode == (130 if how == signal.SIGINT else -how)
    assert list(store.parent.glob("2*")) == list(store.parent.glob(".partial*")) == []
    before = kept_runs(tmp_path)
    assert 0 < before["rows"] < 120
    log = done(tmp_path / "log")
    begun = sum(log.values())
    found = run(points, tmp_path / "out", tmp_path / "log")
    assert found.manifest["runs_from_store"] == before["rows"]
    assert found.manifest["runs_computed"] == 120 - before["rows"]
    tried = 2  # the estimate
    assert sum(done(tmp_path / "log").values()) - begun == 120 - before["rows"] + tried
    assert kept_runs(tmp_path) == {"rows": 120, "distinct": 120}
    assert isinstance(found, Written)
    assert json.loads((found.folder / "manifest.json").read_text())["runs"] == 120


# --- what is said meanwhile --------------------------------------------------------------------------


def test_progress_tells_speed_time_left_workers_and_failures() -> None:
    stream = io.StringIO()
    with watching("sweeping", stream=stream) as watch:
        watch.begin(10, 6)
        watch.step(2, 1, 3)
        watch.step(4, 0, 1)
    first, last = stream.getvalue().splitlines()
    assert re.fullmatch(r"sweeping: 6 of 10 runs, \S+ runs/s, \d+ s left, 3 workers, 1 failed", first)
    assert re.fullmatch(r"sweeping: 10 of 10 runs, \S+ runs/s, took \d+ s, 1 worker, 1 failed", last)


def test_progress_is_silent_when_quiet() -> None:
    stream = io.StringIO()
    with watching("sweeping", quiet=True, stream=stream) as watch:
        watch.begin(1, 1)
        watch.step(1, 0, 1)
    assert stream.getvalue() == ""


def test_a_warning_of_many_points_is_said_once_with_their_number(tmp_path: Path) -> None:
    points = tiny_points(tmp_path, {BAY: [8, 9e6, 9.5e6]})
    (warning,) = [one for one in points.problems if one.severity == "warning"]
    assert str(warning).startswith(f"point:1:1 W605 {BAY}: at 2 of 3 points, first this one: ")
