"""The commands as a user types them, with the real model."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from sim.report.render import FORMATS

RUN = Path(__file__).resolve().parents[2] / "run.py"
NAME = "chengkou/long_haul+latent"
COLUMNS = {
    "summary": (
        "study plan future place kpi unit n mean ci_low ci_high ci_method p05 p50 p95 tolerance verdict"
    ),
    "paired": (
        "study plan baseline future place kpi unit n difference ci_low ci_high p_value p_adjusted "
        "variance_ratio"
    ),
    "replications": "study plan future replication seed place kpi unit value",
    "years": "plan future year place kpi unit n mean ci_low ci_high",
    "daily_bands": "plan future date place quantity p05 p25 p50 p75 p95 p_over_capacity",
    "episodes": "plan future replication place start end days peak_excess_t cause",
    "mass_balance": (
        "plan future replication stream start_t generated_t informal_t transferred_t used_t no_outlet_t "
        "diverted_t end_t residual_t"
    ),
    "time_balance": "plan future replication object state hours share_scheduled share_calendar",
    "storage_curve": "plan future place capacity_t p_overflow ci_low ci_high n method band_low band_high",
}


def type_in(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    folder.mkdir(exist_ok=True)
    return subprocess.run(
        [sys.executable, str(RUN), *words], cwd=folder, capture_output=True, encoding="utf-8", check=False
    )


def newest(study: Path) -> Path:
    return study / (study / "latest").read_text(encoding="utf-8").strip()


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Results of the same run by one process and by two."""
    found = {}
    for jobs in (1, 2):
        folder = tmp_path_factory.mktemp(f"jobs{jobs}")
        done = type_in(folder, "run", NAME, "--replications", "4", "--seed", "7", "--jobs", str(jobs))
        assert done.returncode == 0, done.stderr
        found[jobs] = newest(folder / "results" / NAME.replace("/", "-"))
        assert done.stdout.strip() == (found[jobs] / "answer.md").read_text(encoding="utf-8").strip()
    return found


def test_two_processes_give_the_bytes_of_one_in_every_file_but_the_manifest(folders: dict[int, Path]) -> None:
    one, two = (
        {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in folders.values()
    )
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == ["manifest.json"]


def test_every_file_is_there_with_exactly_its_columns(folders: dict[int, Path]) -> None:
    folder = folders[1]
    names = {f"{name}.csv" for name in COLUMNS} | {f"report.{form}" for form in FORMATS}
    names |= {"answer.md", "facts.json", "manifest.json", "figures"}
    assert {path.name for path in folder.iterdir()} == names
    for name, columns in COLUMNS.items():
        header = (folder / f"{name}.csv").read_text(encoding="utf-8-sig").splitlines()[0]
        assert header == columns.replace(" ", ","), name
    figures = {path.name for path in (folder / "figures").iterdir()}
    stems = {name.partition(".")[0] for name in figures}
    assert figures == {f"{stem}.{ending}" for stem in stems for ending in ("png", "svg", "csv")}
    assert len(stems) > 5


def test_the_rows_of_a_run_join_those_of_a_study(folders: dict[int, Path]) -> None:
    with (folders[1] / "summary.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {(row["plan"], row["future"], row["n"]) for row in rows} >= {("long_haul", "latent", "4")}
    assert {(row["plan"], row["future"]) for row in rows} == {("long_haul", "latent")}


def test_a_slip_in_a_set_option_gives_code_two_and_writes_nothing(tmp_path: Path) -> None:
    setting = "collection_point.bays.waste_oil.capasity_t=3"
    done = type_in(tmp_path, "compare", "chengkou/long_haul", "chengkou/pilot", "--set", setting)
    assert done.returncode == 2
    assert "did you mean capacity_t?" in done.stderr
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_a_single_replication_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    done = type_in(tmp_path, "run", NAME, "--replications", "1")
    assert done.returncode == 2
    assert "no interval" in done.stderr
    assert list(tmp_path.iterdir()) == []
