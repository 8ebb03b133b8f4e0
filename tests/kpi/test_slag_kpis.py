"""KPIs of the slag chain, by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from planner_cases.slag_cases import run, works

from sim.calendars import Horizon
from sim.kpi.registry import KPIS
from sim.kpi.slag import SlagMeasures, slag_measures
from sim.network.slag import PondFill
from sim.record.slag import SlagRecord
from sim.units import DAY

TWO_YEARS = Horizon(2026, 2027, 0)


def measure(record: SlagRecord) -> SlagMeasures:
    return slag_measures(record, record.network, "oldest_first", 0.98)


def total(measures: SlagMeasures, place: str, kpi: str) -> float:
    return measures.values[place, kpi][1]


def test_overflow_of_one_stop_lasts_until_the_yard_is_back_at_its_capacity() -> None:
    found = measure(run(works(), (100, 120)))

    assert total(found, "kiln_yard", "overflow_probability") == 1
    assert total(found, "kiln_yard", "overflow_days") == pytest.approx(5 + 10)
    assert total(found, "kiln_yard", "overflow_tonne_days") == pytest.approx(5 * 250 + 10 * 250)
    assert total(found, "kiln_yard", "peak_stock") == pytest.approx(2000)
    assert total(found, "kiln_yard", "storage_utilisation") == pytest.approx(
        (20 * 1000 + 40 * 1000) / 365 / 1500
    )
    assert total(found, "kiln_yard", "unmet") == 0


def test_an_episode_says_when_how_much_and_what_blocked_the_works() -> None:
    episodes = measure(run(works(), (100, 120))).episodes

    assert episodes["place"].tolist() == ["kiln_yard"]
    assert episodes["start"].tolist() == [115 * DAY]
    assert episodes["end"].tolist() == [130 * DAY]
    assert episodes["days"] == pytest.approx([15])
    assert episodes["peak_excess_t"] == pytest.approx([500])
    assert episodes["cause"].tolist() == ["kiln stopped"]


def test_two_stops_in_one_overflow_are_one_episode_and_apart_they_are_two() -> None:
    together, apart = run(works(), (100, 120), (125, 130)), run(works(), (100, 120), (200, 220))

    assert measure(together).episodes["days"] == pytest.approx([5 + 5 + 5 + 15 + 0 + 0], abs=1e-6)
    assert len(measure(apart).episodes["days"]) == 2


def test_a_yard_that_just_touches_its_capacity_does_not_overflow() -> None:
    found = measure(run(works(), (100, 115)))

    assert total(found, "kiln_yard", "overflow_probability") == 0
    assert len(found.episodes["days"]) == 0


def test_the_cause_is_the_silo_when_grinding_alone_is_blocked_and_else_the_market() -> None:
    silo = measure(run(works(share=0.0), (100, 130)))
    market = measure(run(works(share=0.0, slag_per_clinker=0.04)))
    heap = measure(run(works(haul=80.0)))

    assert silo.episodes["cause"].tolist() == ["clinker silo empty"]
    assert market.episodes["cause"].tolist() == ["market"]
    assert heap.episodes["cause"].tolist() == ["no vehicle free"]
    assert heap.episodes["place"].tolist() == ["smelters"]


def test_mass_sent_away_is_unmet_demand_for_room_and_finds_no_outlet() -> None:
    found = measure(run(works(yard_keeps=False), (100, 120)))

    assert total(found, "kiln_yard", "unmet") == pytest.approx(500)
    assert total(found, "county", "no_outlet") == pytest.approx(500)
    assert total(found, "kiln_yard", "overflow_probability") == 1
    assert total(found, "kiln_yard", "overflow_days") == pytest.approx(5)
    assert found.episodes["days"] == pytest.approx([5])
    assert found.mass["no_outlet_t"] == pytest.approx([500])


def test_a_stop_over_new_years_eve_parts_the_three_accountings() -> None:
    # 1 000 t stand in the yard on each 31 December; 36 500 t arise in each year.
    record = run(works(horizon=TWO_YEARS), (355, 375), (720, 730))
    values = measure(record).values

    assert values["county", "utilisation_rate_oldest_first"][0] == pytest.approx(
        [35_500 / 36_500, 36_500 / 37_500]
    )
    assert values["county", "utilisation_rate_newest_first"][0] == pytest.approx([35_500 / 36_500, 1])
    assert values["county", "utilisation_rate_at_acceptance"][0] == pytest.approx([1, 1])
    assert values["county", "utilisation_target_met"][0].tolist() == [0, 0]
    newest = slag_measures(record, record.network, "newest_first", 0.98)
    assert newest.values["county", "utilisation_target_met"] == (pytest.approx([0, 1]), 0.5)


def test_stock_on_the_heap_is_accepted_when_it_is_hauled() -> None:
    # Pulled up to 300 t: 700 t stand on the heap on 31 December, and are hauled in January.
    record = run(works(horizon=TWO_YEARS, target=300.0), (355, 365))
    accepted = measure(record).values["county", "utilisation_rate_at_acceptance"][0]

    assert accepted == pytest.approx([(36_500 - 700) / 36_500, 1])


def test_waste_that_the_works_does_not_take_is_booked_by_who_takes_it() -> None:
    network = replace(
        works(),
        smelters=("furnace", "manganese", "brick", "mine"),
        takes=("works", "pond", "elsewhere", "nobody"),
        expected=np.array([[36_500.0], [1600.0], [500.0], [400.0]]),
        pond=PondFill(1_200_000.0, 80_000.0, -DAY, 1.6),
    )
    record = run(network)
    found = measure(record)

    assert total(found, "county", "slag_generated") == pytest.approx(39_000)
    assert total(found, "county", "slag_used") == pytest.approx(37_000)
    assert total(found, "county", "no_outlet") == pytest.approx(400)
    assert total(found, "county", "utilisation_rate_oldest_first") == pytest.approx(37_000 / 39_000)
    assert found.mass["stream"].tolist() == ["slag", "slag/pond", "slag/elsewhere", "slag/nobody"]
    assert found.mass["residual_t"] == pytest.approx([0] * 4, abs=1e-6)
    assert record.pond_m3 == pytest.approx([81_000])


@pytest.mark.parametrize("share", [0.3, 1.0])
@pytest.mark.parametrize(
    "changed",
    [
        {"start": 5000.0},
        {"haul": 90.0, "yard_keeps": False},
        {"outlets": 12.5, "heap_keeps": False, "haul": 80.0},
        {
            "smelters": ("furnace", "manganese", "brick", "mine"),
            "takes": ("works", "pond", "elsewhere", "nobody"),
            "expected": np.repeat([[36_500.0], [1600.0], [500.0], [400.0]], 3, axis=1),
            "start": 900.0,
        },
    ],
)
def test_no_more_is_used_than_was_generated_or_in_stock(share: float, changed: dict[str, Any]) -> None:
    network = works(share=share, horizon=Horizon(2026, 2028, 0), **changed)
    values = measure(run(network, (20.25, 41), (350, 390), (500, 560.5), (700, 760))).values

    for name in ("oldest_first", "newest_first", "at_acceptance"):
        rates = values["county", f"utilisation_rate_{name}"][0]
        assert 0 < rates.min() <= rates.max() <= 1 + 1e-12
        assert name == "at_acceptance" or rates.min() < 1


def test_feed_is_counted_over_burning_time_and_over_calendar_time() -> None:
    found = measure(run(works(), (100, 120)))

    assert total(found, "kiln", "days_off_peak") == 20
    assert total(found, "kiln", "days_not_burning") == pytest.approx(20)
    assert total(found, "kiln", "feed_utilisation_burning") == pytest.approx(36_500 / (150 * 345))
    assert total(found, "kiln", "feed_utilisation_calendar") == pytest.approx(36_500 / (150 * 365))


def test_hours_of_the_kiln_sum_to_the_reported_period() -> None:
    hours = measure(run(works(), (100, 120))).hours

    assert hours["hours"].sum() == pytest.approx(365 * 24)
    assert dict(zip(hours["state"], hours["hours"], strict=True))["off_peak"] == 480
    assert np.nansum(hours["share_scheduled"]) == pytest.approx(1)
    assert hours["share_calendar"].sum() == pytest.approx(1)


def test_the_warm_up_is_not_reported() -> None:
    record = run(works(horizon=Horizon(2027, 2027, 1)), (200, 220), (355, 375))
    found = measure(record)

    assert found.episodes["start"].tolist() == [370 * DAY]
    assert found.values["kiln_yard", "peak_stock"][0] == pytest.approx([2000])
    assert found.mass["start_t"] == pytest.approx([1000])
    assert found.daily["kiln_yard", "stock"].shape == (365,)
    assert found.daily["kiln_yard", "stock"][:3] == pytest.approx([1000, 1100, 1200])


def test_an_episode_that_began_before_the_reported_period_is_cut_to_it() -> None:
    record = run(works(horizon=Horizon(2027, 2027, 1)), (345, 365))
    episodes = measure(record).episodes

    assert episodes["start"].tolist() == [365 * DAY]
    assert episodes["days"] == pytest.approx([10])
    assert episodes["peak_excess_t"] == pytest.approx([500])
    assert episodes["cause"].tolist() == ["kiln stopped"]


def test_daily_stocks_of_an_earmarked_yard_come_in_parts() -> None:
    daily = measure(run(works(share=0.5), (100, 120))).daily

    parts = daily["kiln_yard", "raw_meal_part"] + daily["kiln_yard", "grinding_part"]
    assert parts == pytest.approx(daily["kiln_yard", "stock"])
    assert daily["kiln", "not_burning"].sum() == 20


def test_every_kpi_of_the_slag_chain_has_a_unit_and_a_definition() -> None:
    own = {kpi for place, kpi in measure(run(works())).values if place in ("kiln", "county")}

    assert own - {"stock_end"} <= KPIS.keys()
