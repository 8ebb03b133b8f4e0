"""Every column of a table that is written says what it means, and in which unit."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import reference_pages

from sim.columns import DECIDED, RESULTS, SWEEPS, Table
from sim.experiment.sensitivity.columns import TABLES


@pytest.mark.parametrize("tables", [RESULTS, DECIDED, SWEEPS, TABLES])
def test_a_column_has_a_sentence_and_its_example_is_what_its_unit_says(tables: Mapping[str, Table]) -> None:
    for name, table in tables.items():
        for word, column in table.items():
            assert column.about.endswith("."), (name, word)
            assert len(column.about.split()) >= 3, (name, word)
            if column.unit and column.example:
                float(column.example)


@pytest.mark.parametrize("name", RESULTS)
def test_columns_of_text_are_those_without_a_unit(name: str) -> None:
    for word, text in reference_pages.first_cells(name).items():
        if RESULTS[name][word].unit:
            float(text)
