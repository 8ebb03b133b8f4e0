from pathlib import Path

import pytest
from click.testing import CliRunner
from planner_cases.regions import write_tiny_region

import sim
from sim.answers.trace import UnknownPlaceError
from sim.cli import trace
from sim.cli.main import main


def test_trace_prints_dated_lines_and_names_what_is_near() -> None:
    run = CliRunner()
    only = ["--year", "2026", "--place", "kiln"]
    found = run.invoke(main, ["trace", "chengkou/pilot", "--replication", "1", *only])
    assert found.exit_code == 0
    lines = found.stdout.splitlines()
    assert lines[0].startswith("2026-01-01 00:00  county")
    assert "seed 1, replication 1" in lines[0]
    assert all(line.startswith("2026-") for line in lines)
    assert any("the kiln stops: off-peak" in line for line in lines)
    wrong = run.invoke(main, ["trace", "chengkou/pilot", "--place", "kilm"])
    assert wrong.exit_code == 2
    assert "did you mean kiln" in wrong.output
    unknown = run.invoke(main, ["trace", "chengkou/pilt"])
    assert unknown.exit_code == 2


@pytest.mark.parametrize(
    ("plan", "place", "said"),
    [
        ("long_haul", "collection_point", "of collection_point: this plan has none, or not in these years"),
        ("long_haul", "vans", "of vans: this plan has none, or not in these years"),
        (
            "pilot",
            "foo",
            (
                "of foo; write one of collection_point, county, kiln, kiln_yard, receivers, road:local, "
                "road:old_road, sources, vans, or a site such as garage-1"
            ),
        ),
        (
            "pilot",
            "collection_point/wast_oil",
            "of collection_point/wast_oil; did you mean collection_point/waste_oil?",
        ),
        ("pilot", "garage1", "of garage1; did you mean garage-1?"),
    ],
)
def test_a_place_that_is_not_told_of_is_explained(tmp_path: Path, plan: str, place: str, said: str) -> None:
    with pytest.raises(UnknownPlaceError) as caught:
        sim.trace(plan, place=place, root=write_tiny_region(tmp_path))
    assert str(caught.value) == f"nothing is told {said}"


def test_trace_is_a_command_of_its_own() -> None:
    assert trace.command.name == "trace"
