"""The store of finished runs: added and never changed, for one process at a time, whole after any fault."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sim.experiment.store import BusyError, Kept, Store, StoreError, open_store
from sim.kpi.outcome import Key

ROOT = Path(__file__).parents[2]
WORK = b"w" * 32


@contextmanager
def opened(place: Path) -> Iterator[Store]:
    """A store whose first layout has no keys."""
    with open_store(place) as store:
        assert store.layout(()) == 1
        yield store


def kept(replication: int, totals: bytes = b"12345678", failure: str = "") -> Kept:
    return Kept(WORK, replication, 1, totals, failure)


def test_runs_come_back_in_order_and_only_those_asked_for(tmp_path: Path) -> None:
    with opened(tmp_path / "new" / "runs.sqlite") as store:
        store.add([kept(2), kept(0), kept(5)])
        assert [run.replication for run in store.runs(WORK, 5)] == [0, 2]
        assert store.replications(WORK) == {0, 2, 5}
        assert list(store.runs(b"other", 9)) == []


def test_what_is_kept_is_never_changed(tmp_path: Path) -> None:
    with opened(tmp_path / "runs.sqlite") as store:
        store.add([kept(0, b"first")])
        store.add([kept(0, b"again"), kept(1)])
        assert [run.totals for run in store.runs(WORK, 9)] == [b"first", b"12345678"]


def test_keys_are_kept_once(tmp_path: Path) -> None:
    keys = (Key("sources", "overflow_days"), Key("county", "cost"))
    with open_store(tmp_path / "runs.sqlite") as store:
        assert store.layout(keys) == store.layout(keys) != store.layout(keys[:1])
    with open_store(tmp_path / "runs.sqlite") as store:
        assert store.keys(store.layout(keys)) == keys


def test_only_failures_are_forgotten(tmp_path: Path) -> None:
    with opened(tmp_path / "runs.sqlite") as store:
        store.add([kept(0), kept(1, b"", "no vans")])
        store.forget_failures([WORK])
        assert store.replications(WORK) == {0}


def test_a_second_process_is_told_who_works_and_leaves_no_mark(tmp_path: Path) -> None:
    place = tmp_path / "runs.sqlite"
    code = (
        "import sys; from pathlib import Path\n"
        "from sim.experiment.store import BusyError, open_store\n"
        "try:\n    open_store(Path(sys.argv[1])).__enter__()\n"
        "except BusyError as error:\n    print(error)\n"
    )
    with opened(place) as store:
        store.add([kept(0)])
        other = subprocess.run(
            [sys.executable, "-c", code, str(place)], capture_output=True, text=True, check=True, cwd=ROOT
        )
        assert "is working on this sweep" in other.stdout
        assert "process " in other.stdout
        with pytest.raises(BusyError), open_store(place):
            pass
        store.add([kept(1)])
        assert store.count() == 2
    with open_store(place) as store:
        assert store.count() == 2


def test_a_full_disk_stops_with_a_clear_error_and_what_was_kept_stays(tmp_path: Path) -> None:
    with opened(tmp_path / "runs.sqlite") as store:
        store.add([kept(0)])
        pages = store.base.execute("PRAGMA page_count").fetchone()[0]
        store.base.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(StoreError, match="disk is full"):
            store.add([kept(number, b"x" * 3000) for number in range(1, 50)])
        assert store.replications(WORK) == {0}
    with open_store(tmp_path / "runs.sqlite") as store:
        assert store.base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert store.replications(WORK) == {0}


def test_a_file_that_is_no_store_is_left_as_it_is(tmp_path: Path) -> None:
    place = tmp_path / "runs.sqlite"
    place.write_text("notes of mine, kept here for years " * 40)
    with pytest.raises(StoreError, match="is no store of runs"), open_store(place):
        pass
    assert place.read_text().startswith("notes of mine")


def test_another_base_of_data_is_left_as_it_is(tmp_path: Path) -> None:
    place = tmp_path / "runs.sqlite"
    base = sqlite3.connect(place)
    base.execute("CREATE TABLE runs (mine TEXT)")
    base.commit()
    base.close()
    before = place.read_bytes()
    with pytest.raises(StoreError, match="is no store of runs"), open_store(place):
        pass
    assert place.read_bytes() == before


def test_a_row_that_was_changed_is_left_out_and_counted(tmp_path: Path) -> None:
    place = tmp_path / "runs.sqlite"
    with opened(place) as store:
        store.add([kept(0), kept(1), kept(2)])
    base = sqlite3.connect(place)
    base.execute("UPDATE runs SET totals = X'3132333435363739' WHERE replication = 1")
    base.commit()
    base.close()
    with open_store(place) as store:
        assert store.damaged == 1
        assert store.replications(WORK) == {0, 2}
    with open_store(place) as store:
        assert store.damaged == 0


def test_a_store_of_a_later_version_is_refused(tmp_path: Path) -> None:
    base = sqlite3.connect(tmp_path / "runs.sqlite")
    base.execute("PRAGMA user_version = 99")
    base.close()
    with pytest.raises(StoreError, match="another version"), open_store(tmp_path / "runs.sqlite"):
        pass


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be kept"), open_store(tmp_path / "file" / "runs.sqlite"):
        pass
