"""The order of a table's lines means nothing: what is asked, and every number and page, stay as they are."""

import shutil
from pathlib import Path
from random import Random

import pytest
from planner_cases.regions import FILES, write_tiny_region

from sim.archive import Results
from sim.chance.chance import Chance
from sim.experiment.pieces import Reported
from sim.experiment.replicate import prepare, run_one
from sim.experiment.runner import Engine, Options, run_study
from sim.report.page import write_page
from sim.report.view import View
from sim.scenario.drafting import TABLES
from sim.scenario.load import load_scenario, load_study

SHIPPED = Path(__file__).resolve().parents[2] / "scenarios"
MORE_SOURCES = "".join(
    f"{kind}-{number},甲{number},{kind},{town},{31.8 + number / 50},{108.7 + number % 3 / 20},1,,,,,,\n"
    for number, (kind, town) in enumerate(
        [("garage", "uptown"), ("petrol_station", "downtown"), ("garage", "downtown")] * 3, start=3
    )
)


def shuffle(region: Path, seed: int) -> None:
    """Put the lines of every table of a region into another order."""
    for path in region.glob("*.csv"):
        head, *rows = path.read_text(encoding="utf-8").splitlines()
        Random(seed).shuffle(rows)
        path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")


@pytest.mark.parametrize("seed", [1, 2])
def test_the_shipped_region_is_the_same_whatever_the_order_of_its_rows(tmp_path: Path, seed: int) -> None:
    shutil.copytree(SHIPPED, tmp_path / "scenarios")
    shuffle(tmp_path / "scenarios" / "chengkou", seed)
    shuffled = load_scenario("chengkou/pilot", root=tmp_path / "scenarios")
    shipped = load_scenario("chengkou/pilot")
    assert shuffled.inputs != shipped.inputs
    assert (shuffled.spec, shuffled.tables) == (shipped.spec, shipped.tables)
    assert all(len(getattr(shipped.tables, name)) > 1 for name in TABLES)


def test_results_and_page_are_the_same_bytes_whatever_the_order_of_rows(tmp_path: Path) -> None:
    found = {}
    for seed in (0, 1):
        root = write_tiny_region(tmp_path / str(seed), sources=FILES["sources.csv"] + MORE_SOURCES)
        if seed:
            shuffle(root / "tiny", seed)
        study, options = load_study("tiny/mini", root=root), Options(2, jobs=1, out=tmp_path / str(seed))
        out = run_study(study, options, Engine(prepare, Chance, run_one), page).folder
        found[seed] = {path.name: path.read_bytes() for path in (*out.glob("*.csv"), out / "answer.md")}
    assert "summary.csv" in found[0]
    assert found[0] == found[1]


def page(results: Results, folder: Path) -> Reported:
    """Write the page without its figures."""
    text = write_page(View(results, "en"))
    (folder / "answer.md").write_text(text.page, encoding="utf-8")
    return text
