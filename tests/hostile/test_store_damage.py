"""Damage to a store of finished runs: a run that is read back is the run that was kept, or is not there."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sim.experiment.store import ClosedError, Kept, open_store
from sim.kpi.outcome import Key

Count = Callable[[str, tuple[str, int, int]], None]
WORKS = tuple(bytes([letter]) * 32 for letter in b"abc")
RUNS = 40
KEYS = tuple(Key("sources", f"kpi_{number}") for number in range(30))


def numbers(work: bytes, replication: int) -> bytes:
    return (np.arange(len(KEYS)) * 1.5 + replication + work[0] * 1000).astype("<f8").tobytes()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    place = tmp_path_factory.mktemp("store") / "runs.sqlite"
    with open_store(place) as store:
        layout = store.layout(KEYS)
        store.add(Kept(work, one, layout, numbers(work, one), "") for work in WORKS for one in range(RUNS))
    return place.read_bytes()


def kept_rightly(place: Path) -> tuple[int, int]:
    """Runs read back, each of them right, and those said to be damaged; (-1, 0): refused."""
    try:
        with open_store(place) as store:
            found = 0
            for work in WORKS:
                runs = list(store.runs(work, 10**6))
                assert [run.replication for run in runs] == sorted(store.replications(work))
                for run in runs:
                    assert store.keys(run.layout) == KEYS
                    assert run.totals == numbers(work, run.replication)
                    assert 0 <= run.replication < RUNS
                found += len(runs)
            assert store.count() == found
            damaged = store.damaged
    except ClosedError:
        return -1, 0
    return found, damaged


def judge(place: Path, bad: bytes) -> int:
    """Read a damaged store, add what is missing, read it again; the runs that were saved."""
    place.write_bytes(bad)
    found, damaged = kept_rightly(place)
    if found < 0:
        assert place.read_bytes() == bad
        return found
    assert damaged or found == RUNS * len(WORKS)
    with open_store(place) as store:
        layout = store.layout(KEYS)
        store.add(Kept(work, one, layout, numbers(work, one), "") for work in WORKS for one in range(RUNS))
    assert kept_rightly(place) == (RUNS * len(WORKS), 0)
    return found


@pytest.mark.hostile
def test_random_bytes_never_make_a_wrong_number(tmp_path: Path, whole: bytes, record_property: Count) -> None:
    dice = random.Random(1)
    saved: list[int] = []
    for attempt in range(50):
        bad = bytearray(whole)
        bad[dice.randrange(len(bad))] ^= 1 << dice.randrange(8)
        saved.append(judge(tmp_path / f"{attempt}.sqlite", bytes(bad)))
    record_property("hostile", ("store of finished runs, one byte damaged", 50, len(saved)))
    assert max(saved) > 100


@pytest.mark.hostile
@pytest.mark.parametrize("where", ["end", "middle", "half", "zeros"])
def test_a_file_that_lost_a_part_never_makes_a_wrong_number(
    tmp_path: Path, whole: bytes, where: str, record_property: Count
) -> None:
    middle = len(whole) // 2
    bad = {
        "end": whole[:-100],
        "middle": whole[:middle] + whole[middle + 100 :],
        "half": whole[:middle],
        "zeros": whole[:middle] + bytes(4096) + whole[middle + 4096 :],
    }[where]
    judge(tmp_path / "runs.sqlite", bad)
    record_property("hostile", ("store of finished runs, a part lost", 1, 1))
