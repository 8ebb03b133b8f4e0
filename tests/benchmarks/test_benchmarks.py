"""The benchmarks: engines agree before they are timed, every row can be asked for, nothing is left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks import page, peers
from benchmarks.__main__ import main
from benchmarks.clock import Timings, interleave, number
from benchmarks.engines import floor, ours, plain
from benchmarks.reduced import reduced_work
from benchmarks.rows import ROWS
from benchmarks.synthetic import load
from benchmarks.table import Row, targets
from sim.chance.chance import Chance

ROOT = Path(__file__).resolve().parents[2]
QUICK_ROWS = ("pilot", "plain", "compiled", "salabim", "per_batch", "ciw", "events", "floor", "trace")


def test_a_quick_run_checks_and_prints_its_rows(capsys, tmp_path):
    assert main(["rows", *QUICK_ROWS, "--quick", "--out", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    table = [line for line in shown.splitlines() if line.startswith("| ")]
    for what in ("`chengkou/pilot`", "plain per-event", "compiled limit", "salabim", "Ciw", "floor", "trace"):
        assert any(what in line for line in table), what
    for package in peers.ENGINES:
        assert (f"{package}: not installed" in shown) == bool(peers.absent(package))
    assert page.BEGIN in (tmp_path / "PERFORMANCE.md").read_text(encoding="utf-8")


def test_engines_that_differ_are_named_and_nothing_is_timed(capsys, monkeypatch):
    monkeypatch.setattr("benchmarks.rows.pilot.differences", lambda scale: iter(["visits: one more"]))
    assert main(["rows", "pilot", "--quick"]) == 1
    assert "visits: one more" in capsys.readouterr().out


def test_an_unknown_row_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["rows", "speed"])
    assert "no such row: speed" in capsys.readouterr().err


@pytest.mark.parametrize("package", peers.ENGINES)
def test_an_engine_that_is_not_installed_says_so(package, monkeypatch):
    monkeypatch.setattr("benchmarks.peers.find_spec", lambda name: None)
    assert peers.absent(package) == f"{package}: not installed"


def test_reduced_work_comes_to_the_same_in_both_simpy_engines():
    work = reduced_work(1, 1, 0)
    found = ours.figures(work, Chance(3, 5))
    assert found == plain.run(work, Chance(3, 5))
    assert found.trips
    assert found.visits > found.missed


@pytest.mark.skipif(bool(peers.absent("numba")), reason="numba: not installed")
@pytest.mark.parametrize("engine", ["lean", "per_batch"])
def test_machine_code_draws_the_same_chance_and_makes_the_same_trips(engine):
    work = reduced_work(1, 2, 1)
    compiled = peers.engine("numba").Compiled(work, 3)
    for replication in range(4):
        assert getattr(compiled, engine)(Chance(3, replication)) == ours.figures(work, Chance(3, replication))


def test_counties_side_by_side_have_everything_as_often():
    once, twice = load("chengkou/pilot"), load("chengkou/pilot", (), 2)
    assert len(twice.tables.sources) == 2 * len(once.tables.sources)
    assert len({row.zone for row in twice.tables.townships}) == 2 * len(
        {row.zone for row in once.tables.townships}
    )
    assert once.spec.collection_point is not None
    assert twice.spec.collection_point is not None
    assert twice.spec.collection_point.vans == 2 * once.spec.collection_point.vans


def test_every_engine_has_its_turn_in_every_round():
    seen: list[tuple[str, int]] = []

    def engine(name: str):
        def run(replication: int) -> None:
            seen.append((name, replication))
            total = sum(range(200_000))
            assert total

        return run

    found = interleave({"a": engine("a"), "b": engine("b")}, 3)
    assert {len(found.rounds[name]) for name in "ab"} == {3}
    assert {replication for name, replication in seen if name == "b"} == {0, 1, 2}


def test_ratios_are_of_the_same_round():
    found = Timings({"slow": (4.0, 30.0, 8.0), "quick": (1.0, 10.0, 4.0)})
    assert found.ratio("slow", "quick").text() == "3 [2 .. 4]"
    assert found.ms("quick").text(unit=" ms") == "4,000 [1,000 .. 10,000] ms"


@pytest.mark.parametrize(
    ("value", "text"), [(0.0123, "0.0123"), (12.34, "12.3"), (123.4, "123"), (1234.0, "1,230")]
)
def test_numbers_show_what_counts(value, text):
    assert number(value) == text


def test_the_floor_steps_through_the_events_that_were_counted():
    events = floor.count(lambda: floor.run(floor.Queue(50, 50, 3.0)))
    assert events.events == 53


def test_a_target_that_is_missed_says_so():
    row = Row("speed", "≤ 1 ms", "2 ms", met=False)
    assert "**not met**" in targets([row])


def test_the_page_shows_the_command_and_rows_that_exist():
    written = (ROOT / "docs" / "PERFORMANCE.md").read_text(encoding="utf-8")
    assert "python -m benchmarks" in written
    named = set(re.findall(r"python -m benchmarks rows ([a-z_ ]+)", written))
    assert {name for names in named for name in names.split()} <= set(ROWS)
    assert (ROOT / "docs" / "performance.png").exists()
