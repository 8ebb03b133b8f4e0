"""The table of exact cases: it holds, and it does not hold for a model that is wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sim
from sim.model import kiln
from sim.model.slag_flow import YARD
from sim.model.world import World
from sim.verification import books, indicators, timelines, yard
from sim.verification.case import Case, equal, judge, none
from sim.verification.lattice import Batches, cycle, poisson
from sim.verification.page import tables, write_between
from sim.verification.queues import waiting_law
from sim.verification.table import ALPHA, COLUMNS, FAMILIES, judged, verification


@pytest.mark.statistical
@pytest.mark.timeout(600)
def test_all_cases_hold(chance_seed: int) -> None:
    found = sim.verify(chance_seed)

    assert list(found.columns) == list(COLUMNS)
    assert found["family"].nunique() == len(FAMILIES)
    assert found[found["verdict"] != "holds"].empty, tables(found, chance_seed)


@pytest.mark.parametrize("family", [timelines, yard, indicators], ids=lambda family: family.__name__)
def test_cases_without_chance_hold(family) -> None:
    found = verification(families=[family])

    assert (found["verdict"] == "holds").all()
    assert (found["law"] == "exact").all()


def test_a_driver_who_is_too_slow_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    route_at = World.route_at

    def slow(world: World, when: int) -> tuple[int, int, int]:
        route, departs, duration = route_at(world, when)
        return route, departs, duration + 60

    monkeypatch.setattr(World, "route_at", slow)

    assert (verification(families=[timelines])["verdict"] == "fails").any()


def test_a_yard_that_loses_slag_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    flow = kiln.flow

    def leaky(*given: Any) -> tuple[float, float, int, int]:
        given[7][:, YARD] *= 0.999
        return flow(*given)

    monkeypatch.setattr(kiln, "flow", leaky)

    assert (verification(families=[yard])["verdict"] == "fails").any()


# --- judging -------------------------------------------------------------------------------------------


def test_alpha_is_shared_over_the_cases_that_are_left_to_chance() -> None:
    values = np.random.default_rng(1).standard_normal(500)
    chancy = [("a", Case(f"mean {i}", 0.0, values, law="mean")) for i in range(10)]
    alone, shared = judged(chancy[:1]), judged([*chancy, ("b", equal("certain", 1.0, 1.0))])

    width = alone["high"][0] - alone["low"][0]
    assert shared["high"][0] - shared["low"][0] > width
    assert width == pytest.approx(2 * 3.92 / 500**0.5, rel=0.1)  # Student, 0.99995, 499 degrees
    assert ALPHA == 0.001


@pytest.mark.parametrize(
    "case",
    [
        equal("value", 100.0, 100.0001),
        none("exceptions", 1),
        Case("mean", 0.5, np.random.default_rng(2).standard_normal(400), law="mean"),
        Case("share", 0.5, np.repeat([0.0, 1.0], [300, 100]), law="share"),
        Case("at most", 0.01, np.repeat([0.0, 1.0], [370, 30]), law="at_most"),
        Case("ratio", 3.0, np.random.default_rng(3).uniform(1, 2, (400, 2)), law="ratio"),
    ],
    ids=lambda case: case.name,
)
def test_what_is_too_far_from_theory_fails(case: Case) -> None:
    assert not judge(case, 0.9999).holds


def test_what_may_be_less_holds_where_it_is_less() -> None:
    rare = Case("at most", 0.5, np.repeat([0.0, 1.0], [399, 1]), law="at_most")

    assert judge(rare, 0.9999).holds
    assert not judge(replace(rare, law="share"), 0.9999).holds


def test_the_ratio_of_sums_has_the_interval_of_its_residuals() -> None:
    rows = np.random.default_rng(4).uniform(1, 2, (400, 2))

    found = judge(Case("ratio", 1.0, rows, law="ratio"), 0.9999)

    assert found.holds
    assert found.simulated == pytest.approx(rows[:, 0].sum() / rows[:, 1].sum())


# --- theory --------------------------------------------------------------------------------------------


def test_the_queue_of_one_truck_is_that_of_md1() -> None:
    load = 0.8
    law = waiting_law(load, 1)

    assert law.sum() == pytest.approx(1.0)
    assert law[0] == pytest.approx(1 - load)
    assert law @ np.arange(len(law)) == pytest.approx(load + load**2 / (2 * (1 - load)))


def test_a_store_with_long_papers_has_the_textbook_overflow() -> None:
    """Few batches, papers of 200 days: the hour of the call hardly matters, so 4 + Poisson counts."""
    per_day, papers = 0.02, 200

    found = cycle(Batches.of(per_day, 20.0, 0.0, 20.0), 80.0, 170.0, papers, 0.0)

    textbook = 1.0 - poisson(per_day * (papers + 0.5), 5).sum()  # more than four batches in the lead time
    assert found.overflow == pytest.approx(textbook, rel=1e-3)
    assert found.days == pytest.approx(4 / per_day + 0.5 + papers, rel=1e-4)


def test_gamma_batches_without_spread_are_constant_batches() -> None:
    constant = cycle(Batches.of(0.2, 20.0, 0.0, 0.5), 75.25, 170.25, 14, 0.1)
    narrow = cycle(Batches.of(0.2, 20.0, 0.01, 0.5), 75.25, 170.25, 14, 0.1)

    assert narrow.overflow == pytest.approx(constant.overflow, rel=1e-3)
    assert narrow.stock_days == pytest.approx(constant.stock_days, rel=1e-3)


def test_time_of_mass_counts_what_stays_to_the_end() -> None:
    edges = np.array([0.0, 10.0, 20.0])

    # 5 t at the start leave within day 0-10; 30 t come in day 0-10 and 10 of them leave in day 10-20
    found = books.time_of_mass(edges, 5.0, np.array([30.0, 0.0]), np.array([5.0, 10.0]))

    stock = np.array([5.0, 30.0, 20.0])
    assert found == pytest.approx(float(((stock[1:] + stock[:-1]) / 2 * np.diff(edges)).sum()))


# --- the page ------------------------------------------------------------------------------------------


def test_the_table_stands_between_its_marks_and_nothing_else_is_touched(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Title\n\nBy hand.\n", encoding="utf-8")
    write_between(page, "cases", "a command", "one")
    page.write_text(page.read_text(encoding="utf-8") + "\n## More\n", encoding="utf-8")
    write_between(page, "cases", "a command", "two")

    text = page.read_text(encoding="utf-8")
    assert text.startswith("# Title\n\nBy hand.\n")
    assert text.endswith("\n## More\n")
    assert text.count("a command") == 1
    assert "one" not in text


def test_a_table_says_how_many_cases_hold() -> None:
    found = judged([("a", equal("good", 1.0, 1.0)), ("a", equal("bad", 1.0, 2.0, "t"))])

    text = tables(found, 7)

    assert text.startswith("1 of 2 cases hold (seed 7).")
    assert "| bad  | t    | 1     | 2         | fails   |" in text
    assert isinstance(found, pd.DataFrame)
