"""Serial and in processes: order, errors, and no worker left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.experiment.execute import WorkerDiedError, Workers, as_done, cores, execute

ROOT = Path(__file__).parents[2]


def square(number: int) -> tuple[int, int]:
    time.sleep(0.02 if number % 3 == 0 else 0)
    return number * number, os.getpid()


def fail_at_two(number: int) -> int:
    if number == 2:
        raise ValueError("two")
    return number


def sleep(number: int) -> int:
    time.sleep(60)
    return number


@pytest.mark.parametrize("jobs", [1, 2])
def test_results_come_in_the_order_of_the_items(jobs: int) -> None:
    results = list(execute(square, range(12), jobs))
    assert [value for value, _ in results] == [number * number for number in range(12)]


def test_with_one_job_everything_happens_here_and_with_two_elsewhere() -> None:
    assert {pid for _, pid in execute(square, range(4), 1)} == {os.getpid()}
    assert os.getpid() not in {pid for _, pid in execute(square, range(4), 2)}


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_in_a_task_reaches_the_caller(jobs: int) -> None:
    with pytest.raises(ValueError, match="two"):
        list(execute(fail_at_two, range(5), jobs))


def test_leaving_early_ends_the_workers_at_once() -> None:
    begun = time.perf_counter()
    results = execute(sleep_after_first, range(4), 2)
    worker = next(results)
    results.close()
    assert time.perf_counter() - begun < 20
    assert not is_alive(worker)


def sleep_after_first(number: int) -> int:
    if number:
        time.sleep(60)
    return os.getpid()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return "Z" not in (Path(f"/proc/{pid}/stat").read_text() if Path(f"/proc/{pid}/stat").exists() else "")


PARENT = """
import sys
sys.path[:0] = [{root!r}, {tests!r}]
from sim.experiment.execute import execute
from test_execute import sleep_after_first
if __name__ == "__main__":
    for pid in execute(sleep_after_first, range(6), 2):
        print(pid, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_workers_end_with_their_parent(how: signal.Signals, tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT.format(root=str(ROOT), tests=str(Path(__file__).parent)))
    parent = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        env=os.environ | {"TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert parent.stdout is not None
    assert parent.stderr is not None
    worker = int(parent.stdout.readline())
    assert len(list(tmp_path.glob("waste-planner-*"))) == 1
    parent.send_signal(how)
    parent.wait(timeout=20)
    deadline = time.perf_counter() + 10
    while is_alive(worker) and time.perf_counter() < deadline:
        time.sleep(0.05)
    assert not is_alive(worker)
    assert list(tmp_path.glob("waste-planner-*")) == []
    assert parent.stderr.read().count("Traceback") <= 1
    parent.stdout.close()
    parent.stderr.close()


def test_workers_that_cannot_start_are_told_at_once(tmp_path: Path) -> None:
    script = tmp_path / "unguarded.py"
    guarded = PARENT.format(root=str(ROOT), tests=str(Path(__file__).parent))
    script.write_text(guarded.replace('if __name__ == "__main__":', "if True:"))
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1
    said = [line for line in done.stderr.splitlines() if "resource_tracker" not in line]
    assert "worker processes end as soon as they start" in said[-1]


def test_workers_know_neither_pandas_nor_scipy_nor_matplotlib() -> None:
    code = (
        "import sys; import sim.experiment.execute, sim.experiment.block, sim.experiment.replicate; "
        "print([m for m in ('pandas', 'scipy.stats', 'matplotlib', 'rich') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_there_is_at_least_one_core() -> None:
    assert cores() >= 1


def test_workers_started_before_know_their_modules_and_leave_no_folder() -> None:
    workers = Workers(2, "sim.experiment.days")
    found = [done.result or (-1, 0) for done in as_done(square, iter(range(4)), 2, workers=workers)]
    assert sorted(value for value, _ in found) == [0, 1, 4, 9]
    assert not workers.folder.exists()


def test_a_pool_made_anew_keeps_its_folder() -> None:
    workers = Workers(1)
    try:
        (workers.folder / "days").touch()
        workers.renew()
        workers.give(fail_at_two)
        assert workers.submit(1).result(timeout=60) == 1
        assert (workers.folder / "days").exists()
    finally:
        workers.close()


def die_at_five(number: int) -> int:
    if number == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


@pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals")
def test_an_item_that_kills_its_workers_is_named_and_the_rest_is_done() -> None:
    found = {done.item: done.died for done in as_done(die_at_five, iter(range(8)), 2)}
    assert found == {number: number == 5 for number in range(8)}
    with pytest.raises(WorkerDiedError, match="over 5"):
        list(execute(die_at_five, range(8), 2))
