"""Sweeps as files: strict, with every problem at its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from planner_cases.regions import write_tiny_region

from sim.scenario.check import check
from sim.scenario.constraints import parse_constraint
from sim.scenario.factors import FactorError, parse_factor, setting_of
from sim.scenario.listing import list_sweeps
from sim.scenario.problems import ScenarioError
from sim.scenario.sweep_study import FactorSpec
from sim.scenario.sweeps import load_sweep

BAYS = """\
title: {en: Bays, zh: 贮存区}
scenarios: [tiny/pilot]
futures: ["", latent]
vary:
  - {path: collection_point.vans, values: [1, 2]}
  - {path: collection_point.bays.waste_oil.capacity_t, low: 6, high: 12, count: 3}
where: [collection_point.bays.waste_oil.capacity_t >= collection_point.bays.waste_oil.release_t]
replications: 5
"""


def write(folder: Path, text: str = BAYS) -> Path:
    return write_tiny_region(folder, sweeps__bays=text)


def test_a_sweep_is_read_by_name_or_path_and_known_to_check_and_list(tmp_path: Path) -> None:
    root = write(tmp_path)
    by_name = load_sweep("tiny/bays", root=root)
    by_path = load_sweep(str(root / "tiny" / "sweeps" / "bays.yaml"), root=root)
    assert by_name.factors == by_path.factors
    assert by_name.factors[1].levels == (6.0, 9.0, 12.0)
    assert by_name.inputs.keys() >= {
        "tiny/sweeps/bays.yaml",
        "tiny/plans/pilot.yaml",
        "tiny/futures/latent.yaml",
    }
    report = check(root=root)
    assert report.is_clean
    assert report.sweeps == 1
    assert check(["bays"], root).sweeps == 1
    assert [one.name for one in list_sweeps(root)] == ["bays"]


def test_every_fault_comes_at_once_with_its_place_and_a_fix(tmp_path: Path) -> None:
    text = (
        BAYS.replace("vans, values: [1, 2]", "vanns, values: [1, 2]")
        .replace("low: 6", "low: 16")
        .replace("capacity_t >=", "capacity_tt >=")
        + "design: {form: lhs}\n"
    )
    with pytest.raises(ScenarioError) as caught:
        load_sweep("bays", root=write(tmp_path, text))
    said = [str(one) for one in caught.value.problems if one.severity == "error"]
    assert [one.split(" ", 2)[:2] for one in said] == [
        ["tiny/sweeps/bays.yaml:5:5", "E601"],
        ["tiny/sweeps/bays.yaml:6:5", "E601"],
        ["tiny/sweeps/bays.yaml:7:9", "E603"],
        ["tiny/sweeps/bays.yaml:9:9", "E602"],
    ]
    assert "did you mean collection_point.vans?" in said[0]


def test_years_of_a_sweep_hold_but_for_what_is_set(tmp_path: Path) -> None:
    text = BAYS + "years: {first: 2024, last: 2026, warm_up_years: 1}\nsettings: [years.last=2025]\n"
    sweep = load_sweep("bays", root=write(tmp_path, text))
    assert (sweep.years.first, sweep.years.last, sweep.years.warm_up_years) == (2024, 2025, 1)
    assert {base.loaded.spec.years for base in sweep.bases} == {sweep.years}


def test_unknown_words_and_wrong_types_are_met_as_in_a_scenario(tmp_path: Path) -> None:
    text = BAYS.replace("replications: 5", "replicatons: 5").replace("count: 3", "count: one")
    codes = [one.code for one in check(["bays"], write(tmp_path, text)).of("error")]
    assert sorted(codes) == ["E101", "E103"]


def test_check_tries_each_level_alone_where_nothing_ties_them(tmp_path: Path) -> None:
    text = BAYS.replace("values: [1, 2]", "values: [1, -2, many]").replace("where:", "leave_out: []\n#")
    said = [str(one) for one in check(["bays"], write(tmp_path, text)).of("error")]
    assert len(said) == 2
    assert "-2 is out of bounds" in said[0] + said[1]


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("a.b=1,2.5", FactorSpec(path="a.b", values=(1, 2.5))),
        ("a=5:40:8", FactorSpec(path="a", low=5, high=40, count=8)),
        ("a=5:40", FactorSpec(path="a", low=5, high=40)),
        ("a", FactorSpec(path="a")),
        ("a=triangular", FactorSpec(path="a", law="triangular")),
        ("a=triangular(1,2,4)", FactorSpec(path="a", low=1, mode=2, high=4, law="triangular")),
        ("a=uniform(1,4)", FactorSpec(path="a", low=1, high=4, law="uniform")),
        ("a=refuse,keep", FactorSpec(path="a", values=("refuse", "keep"))),
        ("a=true,false", FactorSpec(path="a", values=(True, False))),
        ("a=08:00,09:30", FactorSpec(path="a", values=("08:00", "09:30"))),
        ("a=08:00", FactorSpec(path="a", values=("08:00",))),
    ],
)
def test_factors_are_read_from_an_option(text: str, factor: FactorSpec) -> None:
    assert parse_factor(text) == factor


@pytest.mark.parametrize("text", ["=1", "a=", "a=1,,2", "a=1:2:x", "a=1:2:1", "a=triangular(1)", "a=.inf"])
def test_an_option_that_is_no_factor_says_so(text: str) -> None:
    with pytest.raises(FactorError):
        parse_factor(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.1, "a=0.1"), (1e-7, "a=1e-07"), (2, "a=2"), (True, "a=true"), ("refuse", "a=refuse"),
     ("08:00", "a='08:00'"), ("true", "a='true'"), ("1", "a='1'")],
)  # fmt: skip
def test_a_value_is_written_so_that_it_is_read_back(value: object, text: str) -> None:
    assert setting_of("a", value) == text  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("a.x >= b", False),
        ("a.x < b", True),
        ("2*a.x <= b", True),
        ("a.x > 1.5 * b", False),
        ("3 > a.x", True),
    ],
)
def test_constraints_compare_paths_and_numbers(text: str, holds: bool) -> None:
    found = parse_constraint(text)
    assert found is not None
    assert found.holds({"a.x": 2, "b": 4}) is holds


@pytest.mark.parametrize("text", ["a", "a >", "a == b", "a >= b >= c", "a + 1 > b", ""])
def test_what_is_no_comparison_is_none(text: str) -> None:
    assert parse_constraint(text) is None
