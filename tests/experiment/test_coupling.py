"""Empty and full start on the same chance; and where a series settles."""

from __future__ import annotations

import numpy as np
import pytest
from planner_cases.hazard_cases import tiny
from planner_cases.slag_cases import works

import sim
from sim.calendars import Horizon
from sim.chance.chance import Chance
from sim.chance.deposits import deposits
from sim.experiment.coupling import (
    Coupling,
    Forgotten,
    couple,
    filled,
    forgotten,
    full_chance,
    levels,
    places,
)
from sim.experiment.deep import LONG_ENOUGH, NOT_KNOWN, TOO_SHORT, Depth, Figure, told
from sim.experiment.replicate import Prepared, prepare
from sim.experiment.stationary import mser, stationary
from sim.kpi.outcome import Key
from sim.model.simulate import simulate
from sim.network.hazardous import HazardousNetwork

YEARS = Horizon(2026, 2027, 1)
FIRM = "collection_point.breakdowns.mean_operating_hours=1e8"


def ready(
    plan: str = "pilot", chain: str = "hazardous", horizon: Horizon = YEARS, *settings: str
) -> Prepared:
    return prepare(tiny(plan, *settings), chain, horizon, "oldest_first", 0.98)  # type: ignore[arg-type]


def test_a_full_start_adds_what_every_store_holds_and_leaves_all_other_chance_alone() -> None:
    network = ready().network
    assert isinstance(network, HazardousNetwork)
    plain, full = Chance(1, 2), full_chance(network, 1, 2)
    drawn, more = deposits(plain, network.arising), deposits(full, network.arising)
    first = more.time == 0
    assert more.mass[first].tolist() == network.stores.capacity.tolist()
    assert (more.time[~first] == drawn.time).all()
    assert (more.mass[~first] == drawn.mass).all()
    assert plain.uniform("opening") == full.uniform("opening")


def test_levels_are_what_stands_at_the_first_reported_midnight() -> None:
    cell = ready("long_haul")
    record = simulate(cell.network, Chance(1, 0))
    held = levels(record)
    assert len(held) == len(places(cell))
    own = record.inflow  # type: ignore[union-attr]
    out = own.base[:-1].copy()
    gone = record.removals[record.removals[:, 3] <= YEARS.report_start]  # type: ignore[union-attr]
    np.maximum.at(out, gone[:, 0], gone[:, 2])
    every = np.arange(len(held))
    expected = own.reached(every, np.full(len(every), YEARS.report_start)) - out[: len(every)]
    assert held.tolist() == expected.tolist()


def test_rounds_by_the_calendar_forget_the_start_to_the_gram() -> None:
    horizon = Horizon(2028, 2028, 3)
    cell = ready("pilot", "hazardous", horizon, FIRM)
    assert isinstance(cell.network, HazardousNetwork)
    stores = len(cell.network.stores)
    pilot = cell.network.sites.pilot[cell.network.stores.site]
    alike = couple(cell, 1, 6).alike[:, :stores]
    assert alike[:, pilot].all()


def test_without_a_warm_up_nothing_is_forgotten_and_each_place_is_named() -> None:
    cell = ready("long_haul", "hazardous", Horizon(2026, 2026, 0))
    found = forgotten(couple(cell, 1, 3), places(cell))
    assert not found.is_exact
    assert len(found.apart) == len(places(cell))


def test_places_that_are_not_alike_are_named_fewest_first() -> None:
    pairs = Coupling(ready(), 1)((0, 2))
    alike = np.array([[True, True, False], [True, False, False]])
    found = forgotten(pairs._replace(alike=alike), ("a", "b", "c"))
    assert found == Forgotten(0.0, (("c", 0.0), ("b", 0.5)))


def test_a_full_yard_is_full_and_two_processes_give_the_bytes_of_one() -> None:
    assert filled(works()).start == works().yard_capacity
    cell = ready("long_haul", "slag")
    one, two = couple(cell, 1, 4, jobs=1), couple(cell, 1, 4, jobs=2)
    assert all((first == second).all() for first, second in zip(one, two, strict=True))


# --- verdicts ------------------------------------------------------------------------------------------


def depth(*figures: Figure, together: float = 0.5, end: float = 10.0) -> Depth:
    start = Forgotten(together, (("kiln_yard", together),))
    return Depth("x/y", "slag", "", start, 1, figures, None, 731, 10.0, end, 100.0, 2026, 2030)


def figure(kpi: str, low: float, high: float) -> Figure:
    return Figure(Key("kiln_yard", kpi), 100.0, (low + high) / 2, low, high)


@pytest.mark.parametrize(
    ("figures", "verdict"),
    [
        ([figure("overflow_probability", -0.002, 0.002)], LONG_ENOUGH),
        ([figure("overflow_probability", -0.02, 0.02)], NOT_KNOWN),
        ([figure("overflow_probability", 0.02, 0.04)], TOO_SHORT),
        ([figure("stock_mean", -4.0, 4.0)], LONG_ENOUGH),
        ([figure("stock_mean", -9.0, -6.0)], TOO_SHORT),
    ],
)
def test_a_start_matters_by_what_it_changes(figures: list[Figure], verdict: str) -> None:
    assert depth(*figures).verdict == verdict


def test_stocks_that_are_alike_need_no_figures() -> None:
    assert depth(figure("stock_mean", -90, 90), together=1.0).verdict == LONG_ENOUGH


def test_what_is_found_is_told() -> None:
    text = told(depth(figure("overflow_probability", 0.02, 0.04), end=20.0))
    assert "is TOO SHORT" in text
    assert "kiln_yard (50%)" in text
    assert "does not settle" in text
    assert "+10.0% of what arose: matters" in text


def test_slag_without_a_steady_state_is_exempt() -> None:
    found = sim.deep_check("chengkou/long_haul+off_peak_2025+slag_raw_meal", replications=4)
    slag = found.set_index("chain").loc["slag"]
    assert "no steady state" in slag["exempt"]
    assert found.set_index("chain").loc["hazardous", "exempt"] == ""


# --- truncation ----------------------------------------------------------------------------------------


def test_mser_cuts_off_a_ramp_and_nothing_of_white_noise() -> None:
    noise = np.random.default_rng(1).standard_normal(1000)
    ramp = np.where(np.arange(1000) < 200, 10 - np.arange(1000) / 20, 0.0)
    assert mser(noise + ramp) in range(150, 251)
    assert mser(noise) in range(101)


def test_a_series_that_only_rises_does_not_settle() -> None:
    assert mser(np.arange(1000.0)) is None


def test_a_stationary_version_has_no_seasons_openings_or_growth() -> None:
    cell = stationary(tiny("pilot"), "hazardous", YEARS, "oldest_first", 0.98)
    network = cell.network
    assert isinstance(network, HazardousNetwork)
    assert network.horizon == Horizon(2025, 2027, 0)
    assert set(network.arising.seasons) == {1.0}
    assert (network.arising.growth, network.arising.yearly_cv) == (0.0, 0.0)
    assert network.collection is not None
    assert (network.collection.opening.high, network.collection.enrolment) == (0, 0)
    assert all(kind.months == tuple(range(1, 13)) for kind in network.local_road.closures)


def test_a_stationary_kiln_stops_as_often_in_every_month() -> None:
    cell = stationary(tiny("long_haul"), "slag", YEARS, "oldest_first", 0.98)
    demand = cell.network.clinker_demand  # type: ignore[union-attr]
    assert demand.max() == pytest.approx(demand.min(), rel=0.01)
