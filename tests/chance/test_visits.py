"""Visits, enrolment, opening, breakdowns and confirmations: each by its own name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from planner_cases.hazard_cases import tiny, tiny_network, with_time

from sim.calendars import Horizon
from sim.chance.chance import Chance
from sim.chance.visits import MISSED, confirmations, enrolment, opening, operating_lives, services
from sim.network.compile_hazardous import compile_hazardous
from sim.network.hazardous import CollectionSite, HazardousNetwork, Opening
from sim.units import DAY

HORIZON = Horizon(2026, 2027, 0)
PILOT = tiny_network("pilot", HORIZON)


def collection(network: HazardousNetwork = PILOT) -> CollectionSite:
    assert network.collection is not None
    return network.collection


def reversed_sources() -> HazardousNetwork:
    """The pilot without its second source, the others in the other order."""
    scenario = tiny("pilot")
    first, _, third = scenario.tables.sources
    return compile_hazardous(
        scenario.spec, replace(scenario.tables, sources=(third, first)), HORIZON, PILOT.calendar
    )


def test_a_visit_depends_on_the_source_and_the_date_alone() -> None:
    usual, other = services(Chance(1, 0), PILOT), services(Chance(1, 0), reversed_sources())
    long_haul = services(Chance(1, 0), tiny_network("long_haul", HORIZON))

    assert (usual[[2, 0]] == other).all()
    assert (usual == long_haul).all()


def test_the_share_of_missed_visits_is_as_written_and_a_larger_one_contains_the_smaller() -> None:
    few = services(Chance(1, 0), with_time(PILOT, missed=0.05)) == MISSED
    many = services(Chance(1, 0), with_time(PILOT, missed=0.2)) == MISSED
    none, everything = (
        services(Chance(1, 0), with_time(PILOT, missed=share)) == MISSED for share in (0.0, 1.0)
    )

    assert few.mean() == pytest.approx(0.05, abs=0.015)
    assert many.mean() == pytest.approx(0.2, abs=0.03)
    assert (few <= many).all()
    assert not none.any()
    assert everything.all()


def test_loading_times_spread_around_their_mean_and_missing_a_visit_does_not_shift_them() -> None:
    constant = services(Chance(1, 0), with_time(PILOT, missed=0.0, load=1800, load_cv=0.0))
    spread = services(Chance(1, 0), with_time(PILOT, missed=0.0, load=1800, load_cv=0.3))
    missed = services(Chance(1, 0), with_time(PILOT, missed=0.3, load=1800, load_cv=0.3))

    assert set(constant.ravel().tolist()) == {1800}
    assert spread.mean() == pytest.approx(1800, rel=0.03)
    assert spread.std() == pytest.approx(540, rel=0.05)
    assert (spread[missed != MISSED] == missed[missed != MISSED]).all()
    assert missed[missed != MISSED].mean() == pytest.approx(1800, rel=0.03)


def test_enrolment_is_by_source_and_within_the_period() -> None:
    point = replace(collection(), enrolment=100 * DAY)
    usual = enrolment(Chance(1, 0), PILOT, point, 7 * DAY)
    other = enrolment(Chance(1, 0), reversed_sources(), point, 7 * DAY)

    assert usual[[2, 0]].tolist() == other.tolist()
    assert ((usual >= 7 * DAY) & (usual < 107 * DAY)).all()
    longer = enrolment(Chance(1, 0), PILOT, replace(point, enrolment=200 * DAY), 7 * DAY) - 7 * DAY
    assert longer == pytest.approx(2 * (usual - 7 * DAY), abs=1)


def test_a_fixed_opening_is_its_date_and_a_triangular_one_follows_its_law() -> None:
    assert opening(Chance(1, 0), Opening(5, 5, 5)) == 5
    law = Opening(0, 100 * DAY, 400 * DAY)
    days = np.array([opening(Chance(1, index), law) for index in range(1500)]) / DAY

    assert days.min() >= 0
    assert days.max() <= 400
    assert days.mean() == pytest.approx(500 / 3, rel=0.05)
    assert (days < 100).mean() == pytest.approx(0.25, abs=0.04)


@pytest.mark.parametrize("mode", [0, 10 * DAY])
def test_an_opening_may_be_most_likely_at_either_end(mode: int) -> None:
    days = [opening(Chance(1, index), Opening(0, mode, 10 * DAY)) for index in range(300)]

    assert np.mean(days) / DAY == pytest.approx(10 / 3 if mode == 0 else 20 / 3, rel=0.1)


def test_an_opening_before_the_horizon_is_a_negative_time() -> None:
    law = Opening(-300 * DAY, -200 * DAY, -100 * DAY)

    assert -300 * DAY <= opening(Chance(1, 0), law) <= -100 * DAY


def test_each_van_has_breakdowns_of_its_own() -> None:
    first, second = operating_lives(Chance(1, 0), "van_0"), operating_lives(Chance(1, 0), "van_1")

    assert (np.diff(first) > 0).all()
    assert operating_lives(Chance(1, 0), "van_0", 500)[:200].tolist() == first.tolist()
    assert first.tolist() != second.tolist()
    assert np.mean([operating_lives(Chance(1, i), "van_0")[0] for i in range(400)]) == pytest.approx(
        1, rel=0.15
    )


def test_a_load_is_confirmed_by_the_date_of_its_arrival() -> None:
    receiver = PILOT.receivers[0]
    usual = confirmations(Chance(1, 0), receiver, HORIZON)
    slow = confirmations(Chance(1, 0), replace(receiver, confirmation=2 * receiver.confirmation), HORIZON)

    assert slow == pytest.approx(2 * usual, abs=1)
    assert usual.mean() == pytest.approx(receiver.confirmation, rel=0.1)
    assert (usual > 0).all()
    constant = confirmations(Chance(1, 0), replace(receiver, confirmation_cv=0.0), HORIZON)
    assert set(constant.tolist()) == {receiver.confirmation}
