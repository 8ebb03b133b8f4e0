"""The model beside the record: tables with the columns that the page shows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.calendars import Horizon
from sim.network.compile import compile_network
from sim.network.hazardous import HazardousNetwork
from sim.scenario.load import load_scenario
from sim.verification import indicators, timelines, yard
from sim.verification.record_page import COLUMNS, record_table
from sim.verification.table import verification
from sim.verification.validation import histories, record_of, run_years, tour_lengths, validation

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_tours_are_no_longer_than_going_on_to_the_nearest_site() -> None:
    network = compile_network(load_scenario("chengkou/pilot"), Horizon(2026, 2026, 0), "hazardous")
    assert isinstance(network, HazardousNetwork)

    lengths = tour_lengths(network)

    assert set(lengths) == set(network.sites.zones)
    assert all(ours <= nearest for ours, nearest in lengths.values())
    ours, nearest = np.sum([*lengths.values()], axis=0)
    assert 0.05 < 1 - ours / nearest < 0.25  # published gains of routing alone: 10-15 %


def test_a_region_with_a_record_has_the_years_of_its_study() -> None:
    (study,) = [study for study in histories() if study.region == "chengkou"]
    scenario = next(cell.scenario for cell in study.cells if cell.table == "slag")

    years = run_years(study, scenario, "slag", 2)

    made = record_of(study, "slag_generated_t")
    assert years.of("county", "slag_generated")[0] == pytest.approx(
        [made[year] for year in range(2016, 2021)]
    )


def test_a_table_shows_shares_as_percent_and_names_the_region_only_where_there_are_several() -> None:
    one = pd.DataFrame([("here", "north", 100.0, 125.0, 0.2)], columns=["region", *COLUMNS["tours"]])
    two = pd.concat([one, one.assign(region="there")])

    assert "| north | 100.00            | 125.00                | 20.0 % |" in record_table("tours", one)
    assert "here" not in record_table("tours", one)
    assert "there" in record_table("tours", two)


@pytest.mark.parametrize("name", COLUMNS)
def test_the_page_has_a_place_for_every_table(name: str) -> None:
    page = (DOCS / "VALIDATION.md").read_text(encoding="utf-8")

    assert f"<!-- begin {name}: python run.py validate --write docs/VALIDATION.md -->" in page
    assert all(head in page for head, _ in COLUMNS[name].values())


def test_the_page_of_exact_cases_holds_those_of_the_code() -> None:
    page = (DOCS / "VERIFICATION.md").read_text(encoding="utf-8")
    names = verification(families=[timelines, yard, indicators])["case"]

    missing = [name for name in names if f"| {name} " not in page]

    assert not missing, "run: python run.py verify --write docs/VERIFICATION.md"


@pytest.mark.statistical
def test_every_table_of_validation_is_made() -> None:
    found = validation(2)

    assert set(found) == set(COLUMNS)
    assert all(len(table) for table in found.values())
    assert all({"region", *COLUMNS[name]} <= set(table.columns) for name, table in found.items())
    held_out = found["hold_out"]
    assert (held_out["recorded_t"] == 14.64).all()
    assert (held_out["level"] > 1.0).all()  # 2018 and 2019 lie above the mean of the three years
