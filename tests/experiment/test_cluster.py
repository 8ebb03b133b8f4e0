"""A sweep on a real Dask cluster on loopback: same bytes, workers and scheduler killed, poison found."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from planner_cases.sweep_cases import VANS, done, pretending, run, tables, tiny_points

from sim.experiment import cluster as clusters
from sim.experiment.backends import backend_of
from sim.experiment.cluster import ClusterError
from sim.experiment.layout import Points
from sim.experiment.sweep import SweepOptions, run_sweep
from sim.experiment.sweep_files import Written

pytest.importorskip("distributed")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals")

ROOT = Path(__file__).parents[2]
PATHS = os.pathsep.join(str(path) for path in (ROOT, ROOT / "tests", ROOT / "tests" / "experiment"))


class Cluster:
    """A scheduler and workers of this test, ended by their ids."""

    def __init__(self, folder: Path, paths: str = PATHS) -> None:
        """`paths` is where the scheduler looks for the program."""
        self.folder = folder
        self.paths = paths
        self.file = folder / "scheduler.json"
        self.parts: list[subprocess.Popen[bytes]] = []
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", "0")

    def worker(self, nanny: bool = True) -> subprocess.Popen[bytes]:
        wait_until(self.file.exists)
        self.paths = PATHS
        folder = self.folder / f"worker{len(self.parts)}"
        word = "--nanny" if nanny else "--no-nanny"
        return self._start(
            "worker", "--host", "127.0.0.1", "--nthreads", "1", word, "--local-directory", str(folder)
        )

    def _start(self, what: str, *options: str) -> subprocess.Popen[bytes]:
        command = [
            sys.executable,
            "-m",
            "dask",
            what,
            *options,
            "--dashboard-address",
            "127.0.0.1:0",
            "--scheduler-file",
            str(self.file),
        ]
        log = (self.folder / f"{what}{len(self.parts)}.log").open("wb")
        environment = os.environ | {
            "PYTHONPATH": self.paths,
            "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
        }
        with log:
            part = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=self.folder, env=environment, start_new_session=True
            )
        self.parts.append(part)
        return part

    def end(self) -> None:
        for part in reversed(self.parts):
            end_group(part)


def end_group(part: subprocess.Popen[bytes]) -> None:
    """Kill a process of this test and those that it started."""
    with suppress(ProcessLookupError):
        os.killpg(part.pid, signal.SIGKILL)
    part.wait(timeout=10)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        made.worker()
        made.worker()
        yield made
    finally:
        made.end()


def wait_until(true: Callable[[], Any], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:
        time.sleep(0.02)
    assert true()


def on(cluster: Cluster, points: Points, out: Path, log: Path, **habits: Any) -> Written:
    options = SweepOptions(None, out, scheduler_file=str(cluster.file), quiet=True)
    found = run_sweep(points, options, make=pretending(log, **habits))
    assert found is not None
    return found


def later(when: Callable[[], Any], act: Callable[[], Any]) -> threading.Thread:
    """Act in a thread as soon as something is true."""

    def waiting() -> None:
        wait_until(when)
        act()

    thread = threading.Thread(target=waiting)
    thread.start()
    return thread


def test_a_cluster_writes_the_same_bytes_as_this_process(cluster: Cluster, tmp_path: Path) -> None:
    points = tiny_points(tmp_path, {VANS: [1, 2, 3]}, replications=6)
    here = run(points, tmp_path / "here", tmp_path / "log1", fails_at=3)
    there = on(cluster, points, tmp_path / "there", tmp_path / "log2", fails_at=3)
    assert there.manifest["backend"] == "daskcluster"
    assert tables(here) == tables(there)


def test_a_worker_process_that_is_killed_is_replaced(cluster: Cluster, tmp_path: Path) -> None:
    points = tiny_points(tmp_path, replications=12)
    here = run(points, tmp_path / "here", tmp_path / "log1")
    there = on(cluster, points, tmp_path / "there", tmp_path / "log2", kills_at=7, once=True)
    assert (tmp_path / "log2.killed").exists()
    assert tables(here) == tables(there)


def test_a_run_that_takes_its_workers_along_is_found(cluster: Cluster, tmp_path: Path) -> None:
    points = tiny_points(tmp_path, replications=4)
    found = on(cluster, points, tmp_path / "out", tmp_path / "log", kills_at=2)
    failed = found.runs[found.runs["failure"] != ""]
    assert failed[["point", "replication"]].to_numpy().tolist() == [[0, 2]]
    assert len(found.runs) == 7 * 2 + 1


def test_a_machine_that_vanishes_costs_no_run(cluster: Cluster, tmp_path: Path) -> None:
    points = tiny_points(tmp_path, replications=40)
    log = tmp_path / "log"
    extra = cluster.worker()
    shot = later(lambda: sum(done(log).values()) > 15, lambda: end_group(extra))
    found = on(cluster, points, tmp_path / "out", log, seconds=0.05)
    shot.join()
    assert found.failures == ()
    assert len(found.runs) == 160


def test_a_scheduler_that_is_killed_loses_only_what_was_under_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(clusters, "PATIENCE", 3.0)
    points = tiny_points(tmp_path, replications=60)
    out, log = tmp_path / "out", tmp_path / "log"
    (tmp_path / "first").mkdir()
    first = Cluster(tmp_path / "first")
    try:
        first.worker(nanny=False)
        shot = later(lambda: sum(done(log).values()) > 40, lambda: end_group(first.scheduler))
        with pytest.raises(ClusterError, match="the scheduler is lost"):
            on(first, points, out, log, seconds=0.05)
        shot.join()
        assert "Traceback" not in capfd.readouterr().err
    finally:
        first.end()
    again = run(points, out, log)
    kept = again.manifest["runs_from_store"]
    assert 0 < kept < 120
    assert again.manifest["runs_computed"] == 120 - kept


def test_a_scheduler_without_the_program_is_told_in_a_sentence(tmp_path: Path) -> None:
    made = Cluster(tmp_path, paths="")
    try:
        made.worker(nanny=False)
        with pytest.raises(ClusterError) as caught, backend_of(1, "", str(made.file)):
            pass
    finally:
        made.end()
    said = str(caught.value)
    assert said.startswith("the scheduler cannot import the program (ModuleNotFoundError: ")
    assert "PYTHONPATH" in said
    assert "\n" not in said


def test_what_listens_is_reached_from_this_machine_only(cluster: Cluster) -> None:
    psutil = pytest.importorskip("psutil")
    wait_until(cluster.file.exists)
    ports = [
        one.laddr.ip
        for part in cluster.parts
        if part.poll() is None
        for process in [psutil.Process(part.pid), *psutil.Process(part.pid).children(recursive=True)]
        for one in process.net_connections(kind="tcp")
        if one.status == psutil.CONN_LISTEN
    ]
    assert ports
    assert set(ports) == {"127.0.0.1"}


@pytest.mark.parametrize("address", ["127.0.0.1:9", ""])
def test_a_cluster_that_is_not_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(clusters, "PATIENCE", 0.5)
    file = "" if address else str(tmp_path / "none.json")
    with (
        pytest.raises(ClusterError, match=r"no scheduler answers|there is no file"),
        backend_of(1, address, file),
    ):
        pass


def test_workers_of_another_version_are_refused(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "program", lambda: "mine")
    with pytest.raises(ClusterError, match=r"another version"):
        on(cluster, tiny_points(tmp_path), tmp_path / "out", tmp_path / "log")


def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "find_spec", lambda _: None)
    with pytest.raises(ClusterError, match=r'install "\.\[cluster\]"'), backend_of(1, "tcp://127.0.0.1:1"):
        pass
