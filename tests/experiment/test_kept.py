"""A study that was stopped goes on: nothing is run twice, and its results are those of one that was not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from planner_cases.pretended import ENGINE, Luck, Prepared, pretended_study, run_one, write_page

from sim.archive import NotWritableError, Results, new_folder, tidy
from sim.experiment.kept import packed, unpacked
from sim.experiment.runner import Options, run_study
from sim.experiment.selection import Select
from sim.experiment.stopping import Until
from sim.locks import LOCK, Lock

PLANS = {"bad": 0.2, "near": 0.0, "good": -0.05}
ASKED: dict[str, dict[str, Any]] = {
    "fixed": {"replications": 30},
    "beyond the days": {"replications": 410},
    "until decided": {"replications": 200, "until": Until(decided=True)},
    "select": {"replications": 200, "select": Select("cost@county", 10.0)},
}


@dataclass
class Counting:
    """The pretended run, which notes what it did and is stopped after so many runs."""

    stop_after: int = 10**9
    done: list[tuple[str, int]] = field(default_factory=list)

    def __call__(self, prepared: Prepared, luck: Luck, replication: int) -> Any:
        if len(self.done) >= self.stop_after:
            raise KeyboardInterrupt
        self.done.append((prepared.name, replication))
        return run_one(prepared, luck, replication)


def carry_out(
    out: Path, run: Counting, asked: dict[str, Any], page: Callable[[Results, Path], str] = write_page
) -> tuple[dict[str, bytes], list[str]]:
    """Files of a study but its manifest, and what was told."""
    told: list[str] = []
    options = Options(out=out, jobs=1, quiet=True, tell=told.extend, **asked)
    found = run_study(pretended_study(PLANS), options, replace(ENGINE, run_one=run), page)
    files = {p.name: p.read_bytes() for p in found.folder.iterdir() if p.is_file()}
    del files["manifest.json"]
    return files, told


def stopped(out: Path, asked: dict[str, Any], after: int) -> Counting:
    run = Counting(after)
    with pytest.raises(KeyboardInterrupt):
        carry_out(out, run, asked)
    return run


@pytest.mark.parametrize("name", ASKED)
def test_it_goes_on_where_it_was_stopped_again_and_again(tmp_path: Path, name: str) -> None:
    asked = ASKED[name]
    whole = Counting()
    files, _ = carry_out(tmp_path / "whole", whole, asked)
    runs = [stopped(tmp_path / "out", asked, len(whole.done) // 3) for _ in range(2)]
    runs.append(Counting())
    again, told = carry_out(tmp_path / "out", runs[-1], asked)
    assert again == files
    assert any("are finished already" in line for line in told)
    lost = sum(len(run.done) for run in runs) - len(whole.done)
    assert lost < 2 * 60, "only blocks that were under way are run again"
    assert set(runs[-1].done) < set(whole.done)
    assert [path for path in (tmp_path / "out" / "headline").iterdir() if path.name[0] == "."] == []


def test_tables_that_cannot_be_written_cost_no_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    first, second = Counting(), Counting()
    with monkeypatch.context() as patch:
        patch.setattr("sim.experiment.runner.write_results", full)
        with pytest.raises(OSError, match="No space"):
            carry_out(tmp_path, first, ASKED["fixed"])
    carry_out(tmp_path, second, ASKED["fixed"])
    assert (len(first.done), second.done) == (90, [])


def test_days_that_were_changed_are_done_again(tmp_path: Path) -> None:
    files, _ = carry_out(tmp_path / "whole", Counting(), ASKED["fixed"])
    stopped(tmp_path / "out", ASKED["fixed"], 60)
    days = next((tmp_path / "out").rglob("days-0-0"))
    image = bytearray(days.read_bytes())
    image[100] ^= 1
    days.write_bytes(image)
    second = Counting()
    assert carry_out(tmp_path / "out", second, ASKED["fixed"])[0] == files
    assert ("r/bad+now", 0) in second.done
    assert ("r/near+now", 0) not in second.done


@pytest.mark.parametrize("changed", [{"seed": 4}, {"replications": 31}, {"settings": ("a=1",)}])
def test_what_was_asked_otherwise_starts_anew(tmp_path: Path, changed: dict[str, Any]) -> None:
    stopped(tmp_path, ASKED["fixed"], 60)
    second = Counting()
    carry_out(tmp_path, second, ASKED["fixed"] | changed)
    assert len(second.done) >= 90


def test_runs_that_failed_are_tried_again(tmp_path: Path) -> None:
    @dataclass
    class Failing(Counting):
        def __call__(self, prepared: Prepared, luck: Luck, replication: int) -> Any:
            found = super().__call__(prepared, luck, replication)
            if replication == 2:
                raise MemoryError
            return found

    with pytest.raises(KeyboardInterrupt):
        carry_out(tmp_path, Failing(60), ASKED["fixed"])
    second = Counting()
    carry_out(tmp_path, second, ASKED["fixed"])
    assert {replication for _, replication in second.done if replication < 5} == {2}


def test_nothing_is_left_where_nothing_was_run(tmp_path: Path) -> None:
    stopped(tmp_path / "out", ASKED["fixed"], 0)
    assert list(tmp_path.iterdir()) == []


def test_arrays_come_back_as_they_were() -> None:
    arrays = {
        "numbers": np.array([[1.5, np.nan]]),
        "words": np.array(["油", "van"]),
        "none": np.empty((0, 3), np.int64),
    }
    found = unpacked(packed(arrays))
    assert list(found) == list(arrays)
    for name, array in arrays.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)


def test_what_a_killed_run_left_is_removed_and_said_and_what_lives_stays(tmp_path: Path) -> None:
    study = tmp_path / "headline"
    dead, young = study / ".partial-dead", study / ".partial-young"
    for folder in (dead, young):
        folder.mkdir(parents=True)
    Lock(dead / LOCK).release()
    told: list[str] = []
    with new_folder(tmp_path, "headline", "0" * 8) as living:
        tidy(tmp_path, "headline", told.extend)
        assert living.partial.exists()
    assert not dead.exists()
    assert young.exists()
    assert len(told) == 1
    assert str(dead) in told[0]
    assert not (living.final / LOCK).exists()


def test_a_folder_named_latest_is_refused_before_the_first_run(tmp_path: Path) -> None:
    (tmp_path / "headline" / "latest").mkdir(parents=True)
    run = Counting()
    with pytest.raises(NotWritableError, match="rename it"):
        carry_out(tmp_path, run, ASKED["fixed"])
    assert run.done == []
