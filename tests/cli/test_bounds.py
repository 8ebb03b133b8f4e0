"""Options at and beyond their ends: exit 2 with one sentence, before anything is run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from planner_cases.regions import write_tiny_region

from sim.cli.main import main
from sim.experiment.execute import MOST_JOBS, processes

RUN = Path(__file__).resolve().parents[2] / "run.py"
VARY = ("--vary", "collection_point.vans=1,2")
BEYOND = str(10**9)
REFUSED = {
    "half-width 0": ("sweep", "PILOT", *VARY, "--until", "overflow_days@sources=0"),
    "half-width below": ("sweep", "PILOT", *VARY, "--until", "overflow_days@sources=-1"),
    "half-width nan": ("sweep", "PILOT", *VARY, "--until", "overflow_days@sources=nan"),
    "half-width inf": ("sweep", "PILOT", *VARY, "--until", "overflow_days@sources=inf"),
    "half-width none": ("sweep", "PILOT", *VARY, "--until", "overflow_days@sources="),
    "sweep replications": ("sweep", "PILOT", *VARY, "--replications", BEYOND),
    "sweep most": ("sweep", "PILOT", *VARY, "--until", "overflow_days@sources=1", "--most", BEYOND),
    "most below": (
        "sweep", "PILOT", *VARY, "--until", "overflow_days@sources=1", "--most", "10", "--replications", "30",
    ),
    "most alone": ("sweep", "PILOT", *VARY, "--most", "10", "--replications", "30"),
    "no kpis": ("sweep", "PILOT", *VARY, "--kpis", ",,,"),
    "sobol": ("sweep", "PILOT", "--vary", "collection_point.vans=1:9", "--design", "sobol:99999999999"),
    "lhs": ("sweep", "PILOT", "--vary", "collection_point.vans=1:9", "--design", "lhs:9" + "9" * 5000),
    "superscript": ("sweep", "PILOT", "--vary", "collection_point.vans=1:9", "--design", "lhs:²"),
    "morris": ("sweep", "PILOT", "--vary", "collection_point.vans=1:9", "--design", f"morris:{BEYOND}"),
    "steps": ("sweep", "PILOT", "--vary", "kiln.yard_capacity_t=1:9:1000000000"),
    "steps of thousands of digits": ("sweep", "PILOT", "--vary", "kiln.yard_capacity_t=1:9:1" + "0" * 5000),
    "grid": (
        "sweep", "PILOT", "--vary", "kiln.yard_capacity_t=1:9:99999",
        "--vary", "slag.heap_capacity_t=1:9:99999",
    ),
    "run replications": ("run", "PILOT", "--replications", BEYOND),
    "run half-width": ("run", "PILOT", "--until-half-width", "nan"),
    "run jobs": ("run", "PILOT", "--jobs", "0"),
    "run seed": ("run", "PILOT", "--seed", "-1"),
    "compare zone": ("compare", "PILOT", "LONG", "--select", "cost@county", "--zone", "nan"),
    "curve capacities": ("curve", "PILOT", "collection_point/lab", "--capacities", f"1:2:{BEYOND}"),
    "curve capacity nan": ("curve", "PILOT", "collection_point/lab", "--capacities", "nan"),
    "curve capacity inf": ("curve", "PILOT", "collection_point/lab", "--capacities", "1:inf:3"),
    "curve replications": ("curve", "PILOT", "collection_point/lab", "--replications", BEYOND),
    "sensitivity base": ("sensitivity", "PILOT", "--base", BEYOND),
    "sensitivity points": ("sensitivity", "PILOT", "--points", BEYOND),
    "sensitivity trajectories": ("sensitivity", "PILOT", "--trajectories", BEYOND),
    "sensitivity replications": ("sensitivity", "PILOT", "--replications", BEYOND),
    "sensitivity limit": ("sensitivity", "PILOT", "--method", "prim", "--limit", ">nan"),
    "validate replications": ("validate", "--replications", BEYOND),
    "trace replication": ("trace", "PILOT", "--replication", str(2**64)),
    "long name": ("run", "PILOT", "--replications", "2", "--jobs", "1", "--out", "OUT/" + "n" * 300),
    "long name of a sweep": ("sweep", "PILOT", *VARY, "--jobs", "1", "--out", "OUT/" + "n" * 300),
    "long name of a store": ("sweep", "PILOT", *VARY, "--jobs", "1", "--store", "OUT/" + "n" * 300),
    "long name of a curve": ("curve", "PILOT", "collection_point/lab", "--out", "OUT/" + "n" * 300),
    "cluster": ("sweep", "PILOT", *VARY, "--cluster", "nonsense://x y", "--out", "OUT/c"),
    "scheduler file": ("sweep", "PILOT", *VARY, "--scheduler-file", "OUT/none.json", "--out", "OUT/c"),
    "a million batches": ("run", "PILOT", "--set", "streams.oil.batch.mean_kg=1e-6", "--jobs", "1"),
}  # fmt: skip


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_region(tmp_path_factory.mktemp("scenarios")) / "tiny" / "plans"


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_out_of_bounds_is_a_sentence(
    name: str, plans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names = {"PILOT": str(plans / "pilot.yaml"), "LONG": str(plans / "long_haul.yaml")}
    words = [names.get(word, word.replace("OUT", str(tmp_path))) for word in REFUSED[name]]
    found = CliRunner().invoke(main, words)
    assert found.exit_code == 2, found.output
    assert found.exception is None or isinstance(found.exception, SystemExit)
    assert "Traceback" not in found.output
    assert found.output.strip()
    assert not list(tmp_path.rglob("*.csv"))


def test_workers_are_no_more_than_there_is_work() -> None:
    assert processes(40, 6) == 6
    assert processes(2, 100) == 2
    assert processes(10**6, 10**6) <= max(MOST_JOBS, os.cpu_count() or 1)
    assert processes(4, 0) == 1


def test_a_full_device_is_a_sentence(plans: Path) -> None:
    with open("/dev/full", "w") as full:
        found = subprocess.run(
            [sys.executable, str(RUN), "list"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert found.returncode == 2
    assert found.stderr.strip() == "cannot be printed: No space left on device"


@pytest.mark.parametrize("seconds", [0.7, 1.5, 3.0])
def test_ctrl_c_ends_a_command_with_130_whenever_it_comes(
    seconds: float, plans: Path, tmp_path: Path
) -> None:
    words = [sys.executable, str(RUN), "run", str(plans / "pilot.yaml"), "--replications", "100000"]
    command = subprocess.Popen(
        [*words, "--jobs", "2", "--out", str(tmp_path)], stderr=subprocess.PIPE, text=True
    )
    time.sleep(seconds)
    command.send_signal(signal.SIGINT)
    _, said = command.communicate(timeout=60)
    assert command.returncode == 130, said
    assert "Traceback" not in said
    assert "stopped" in said
