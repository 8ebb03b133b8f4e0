"""What finds holes in pages finds them, and nothing else."""

from __future__ import annotations

import pytest
from planner_cases.holes import holes


@pytest.mark.parametrize(
    "line",
    [
        "storage *undecided* with  (site-years, bays)",
        ". The other futures are in summary.csv",
        "- The kiln yard: no overflow in 20 runs with , (upper bound 5 %).",
        "**Long haul**: storage **fails** ().",
        "如此（）。",
        "**甲**：贮存**达标**。 **乙**：不达标。",
        "| a | – % |",
        "| nan | 1 |",
        "took None away",
        "by {plan}",
        "****: storage meets",
        "a; , b",
        "，其余见表",
    ],
)
def test_a_missing_word_is_found(line: str) -> None:
    assert holes(line)


@pytest.mark.parametrize(
    "line",
    [
        "| plan      |   5 % (2–58) |  |",
        "|-----------|------------|--|",
        "- **Long haul (today)**: storage *undecided* (site-years). Age **fails**.",
        "Changed for this run: `a.b= {x: 1 , y: 2}`.",
        "![Stock in the bays](figures/stock_bays.png)",
        "−4.8 (−5.9 … −3.7); 0 % (≤ 55), 1,000 t and banana .5",
        "爆仓点年不超过5%**且**每点每年不超过2天；（现状）。",
        "† No steady state: more slag arrives than can be used.",
    ],
)
def test_whole_sentences_pass(line: str) -> None:
    assert holes(line) == []
