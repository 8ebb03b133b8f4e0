"""The shipped region against the totals that its record prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from math import cos, hypot, radians

import numpy as np
import pytest

from sim.calendars import Horizon
from sim.chance.chance import Chance
from sim.model.hazardous import simulate_hazardous
from sim.network.compile import compile_network
from sim.network.hazardous import HazardousNetwork
from sim.scenario.library import Library
from sim.scenario.load import Listed, Scenario, list_futures, list_plans, load_scenario, load_study

RECORDED_T = {
    "900-214-08": 22.23,
    "900-249-08": 12.02,
    "900-041-49": 3.97,
    "900-044-49": 12.34,
    "900-047-49": 0.68,
    "900-999-49": 0.47,
    "900-002-03": 1.02,
    "900-007-09": 0.35,
    "900-252-12": 0.009,
    "900-242-06": 0.22,
}
"""Tonnes of 2018-2020 by printed code (表3, 产生)."""

PLANS = Library.at(None).names("chengkou", "plans")
FUTURES = (
    ("g69_before", "g69_open", "g69_dated", "g69_closed_to_hazmat"),
    ("reported", "latent", "waste_x2", "waste_x3"),
    ("off_peak_none", "off_peak_2021", "off_peak_2024", "off_peak_2025"),
    ("slag_balanced", "slag_raw_meal", "slag_grinding"),
)
ROUNDING_KM = 0.001
KM_PER_DEGREE = 111.2


@cache
def loaded(name: str) -> Scenario:
    return load_scenario(f"chengkou/{name}")


@pytest.fixture(scope="module")
def pilot() -> Scenario:
    return loaded("pilot")


def yearly_tonnes(scenario: Scenario) -> Counter[str]:
    """Tonnes a year by printed code: batches and planned cleanings."""
    spec, tonnes = scenario.spec, Counter[str]()
    printed = {name: stream.printed_code or stream.code for name, stream in spec.streams.items()}
    for source in scenario.tables.sources:
        kind = spec.source_types[source.type]
        for stream, rate in kind.generation_t_per_year.items():
            tonnes[printed[stream]] += source.size_factor * rate
        if kind.cleaning is not None:
            tonnes[printed[kind.cleaning.stream]] += kind.cleaning.mass_t / kind.cleaning.every_years
    return tonnes


def numeric_paths(value: object, path: str = "") -> Iterator[str]:
    """Dotted path of every number, of a list the list's own path."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield from numeric_paths(below, f"{path}.{key}" if path else str(key))
    elif isinstance(value, tuple):
        if any(isinstance(item, int | float) for item in value):
            yield path
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path


def test_the_code_mix_is_the_recorded_one_to_a_gram(pilot: Scenario) -> None:
    tonnes = yearly_tonnes(pilot)
    assert tonnes.keys() == RECORDED_T.keys()
    for code, total in RECORDED_T.items():
        assert tonnes[code] == pytest.approx(total / 3, abs=1e-6), code
    assert tonnes.total() == pytest.approx(53.309 / 3, abs=1e-5)


def test_the_county_makes_about_two_thousand_batches_a_year(pilot: Scenario) -> None:
    spec = pilot.spec
    batches = sum(
        1000 * source.size_factor * rate / spec.streams[stream].batch.mean_kg
        for source in pilot.tables.sources
        for stream, rate in spec.source_types[source.type].generation_t_per_year.items()
    )
    assert 1500 <= batches <= 2500


def test_there_are_90_sources_of_mean_size_one_in_each_type(pilot: Scenario) -> None:
    sizes: dict[str, list[float]] = {}
    for source in pilot.tables.sources:
        sizes.setdefault(source.type, []).append(source.size_factor)
    counts = {kind: len(factors) for kind, factors in sizes.items()}
    assert counts == {
        "garage_large": 6,
        "garage_small": 34,
        "petrol_station": 15,
        "laboratory": 15,
        "maintenance": 20,
    }
    for kind, factors in sizes.items():
        assert sum(factors) == pytest.approx(len(factors)), kind


def test_there_are_25_townships_with_the_census_population(pilot: Scenario) -> None:
    townships = pilot.tables.townships
    assert len({town.name for town in townships}) == 25
    assert sum(town.population for town in townships) == 192_967
    assert 4 <= len({town.zone for town in townships}) <= 5


def test_every_source_lies_near_the_seat_of_its_township(pilot: Scenario) -> None:
    seats = {town.name: town for town in pilot.tables.townships}
    for source in pilot.tables.sources:
        seat = seats[source.township]
        north = (source.lat - seat.lat) * KM_PER_DEGREE
        east = (source.lon - seat.lon) * KM_PER_DEGREE * cos(radians(seat.lat))
        assert hypot(north, east) <= 1.5 + ROUNDING_KM, source.name
        assert seat.name_zh in source.name_zh


def test_every_type_has_a_store_for_whatever_it_makes(pilot: Scenario) -> None:
    for kind in pilot.spec.source_types.values():
        classes = {pilot.spec.streams[stream].storage_class for stream in kind.generation_t_per_year}
        assert classes == kind.containers.keys()


def test_general_waste_adds_up_to_the_recorded_years(pilot: Scenario) -> None:
    takes = {row.name: row.takes for row in pilot.tables.smelters}
    made, unused = Counter[int](), Counter[int]()
    for row in pilot.tables.smelter_history:
        made[row.year] += int(row.t)
        unused[row.year] += int(row.t) if takes[row.name] in ("pond", "nobody") else 0
    assert made == {2016: 51_300, 2017: 94_900, 2018: 73_100, 2019: 66_200, 2020: 38_000}
    assert unused == {2016: 16_200, 2017: 15_900, 2018: 0, 2019: 0, 2020: 0}


def test_the_firms_keep_their_five_year_totals(pilot: Scenario) -> None:
    firms = [row.name for row in pilot.tables.smelters if row.takes in ("works", "pond")]
    totals = {name: sum(row.t for row in pilot.tables.smelter_history if row.name == name) for name in firms}
    assert totals["taizheng"] == 88_500
    assert totals["tongyu"] == 55_900
    assert totals["fuyu"] == 29_000
    assert sum(totals.values()) == 304_600


def test_only_operating_smelters_go_on_after_2020(pilot: Scenario) -> None:
    of_2020 = {row.name: row.t for row in pilot.tables.smelter_history if row.year == 2020}
    for row in pilot.tables.smelters:
        going_on = row.status == "operating" and row.takes == "works"
        assert row.t_per_year == (of_2020[row.name] if going_on else 0), row.name


def test_the_kiln_calendar_has_the_days_of_each_year(pilot: Scenario) -> None:
    days = {
        row.year: sum(getattr(row, f"m{month:02d}") for month in range(1, 13))
        for row in pilot.tables.kiln_calendar
    }
    assert days == dict.fromkeys(range(2016, 2021), 60) | {
        2021: 110,
        2022: 130,
        2023: 150,
        2024: 180,
        2025: 190,
    }


@pytest.mark.parametrize(("future", "days"), [("none", 0), ("2021", 110), ("2024", 180), ("2025", 190)])
def test_an_off_peak_future_fixes_the_days_of_the_year(future: str, days: int) -> None:
    off_peak = loaded(f"pilot+off_peak_{future}").spec.kiln.off_peak
    assert off_peak.form == "annual"
    assert off_peak.days_per_year == days
    assert sum(off_peak.quarter_shares) == pytest.approx(1)


def test_seasons_have_mean_one(pilot: Scenario) -> None:
    assert sum(pilot.spec.generation.season_factors) == pytest.approx(12, abs=1e-5)
    assert sum(pilot.spec.cement.season_factors) == pytest.approx(12, abs=1e-5)


def test_latent_waste_under_long_haul_stores_what_is_recorded() -> None:
    generation = loaded("long_haul+latent").spec.generation
    assert generation.level_factor * generation.capture_share.direct == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("one", [*list_plans(), *list_futures()], ids=lambda one: one.name)
def test_every_plan_and_future_says_in_a_sentence_what_it_changes(one: Listed) -> None:
    """In both languages, and its title is no sentence: it stands inside others."""
    assert one.about_en.endswith(".")
    assert one.about_en[0].isupper()
    assert one.about_zh.endswith("。")
    verbs = {"is", "are", "opens", "arises", "stands", "keeps"}
    assert not verbs & set(one.en.lower().split())


LIMITS = ("generation.most_batches",)
"""Numbers that say nothing of the region: what the program refuses to run."""


@pytest.mark.parametrize("plan", PLANS)
def test_every_number_of_a_plan_has_an_origin(plan: str) -> None:
    scenario = loaded(plan)
    numbers = [path for path in numeric_paths(scenario.spec.model_dump()) if path not in LIMITS]
    assert len(numbers) > 150
    bare = [path for path in numbers if path not in scenario.origins or not scenario.origins[path].origin]
    assert not bare


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("index", range(4))
def test_every_plan_loads_in_every_future_without_warnings(plan: str, index: int) -> None:
    future = "+".join(group[index % len(group)] for group in FUTURES)
    problems = loaded(f"{plan}+{future}").problems
    assert not [problem for problem in problems if problem.severity != "note"]


def test_the_small_store_is_half_of_the_pilots() -> None:
    small, full = (loaded(plan).spec.collection_point for plan in ("pilot_small_store", "pilot"))
    assert small is not None
    assert full is not None
    for name, bay in full.bays.items():
        assert small.bays[name].capacity_t == pytest.approx(bay.capacity_t / 2)
        assert small.bays[name].release_t == pytest.approx(0.6 * small.bays[name].capacity_t)


def test_every_receiver_of_the_region_serves() -> None:
    """By its share of the trips to within the one that comes first in a year."""
    scenario = loaded("long_haul+g69_open+reported")
    network = compile_network(scenario, Horizon(2026, 2027, 0), "hazardous")
    assert isinstance(network, HazardousNetwork)
    trips = simulate_hazardous(network, Chance(1, 0)).trips["receiver"]
    for number, firm in enumerate(scenario.spec.receivers.values()):
        assert abs((trips == number).sum() - firm.work_share * len(trips)) <= 2


@pytest.mark.parametrize("name", [*PLANS, *(f"pilot+{one.name}" for one in list_futures())])
def test_what_is_assumed_is_not_held_to_be_certain(name: str) -> None:
    """Unless the assumption is what the future is about."""
    assumed = {path: one for path, one in loaded(name).origins.items() if "assumption" in one.origin}
    sure = [path for path, one in assumed.items() if one.confidence == "high"]
    assert [path for path in sure if "the state of this future" not in assumed[path].origin] == []


def test_a_record_that_is_read_as_something_else_says_so(pilot: Scenario) -> None:
    rows = [row for row in pilot.tables.record if row.quantity == "transferred_t"]
    assert [row.recorded for row in rows] == [14.70, 23.96, 14.64]
    assert all("产生" in row.basis and "assumption" in row.basis for row in rows)
    assert any(row.note and "assumption" in row.note for row in rows)


def test_off_peak_days_are_simulated_close_together_where_the_limits_are_left() -> None:
    """So that the study can say how many days the yard stands, on each route of the slag."""
    table = load_study("chengkou/off_peak").spec.tables["slag"]
    for route in ("slag_balanced", "slag_raw_meal", "slag_grinding"):
        calendars = [loaded(f"long_haul+{one}") for one in table.futures if one.split("+")[1:] == [route]]
        forms = [one.spec.kiln.off_peak for one in calendars]
        days = sorted(one.days_per_year for one in forms if one.form == "annual")
        assert max(np.diff([one for one in days if 40 <= one <= 140])) <= 20
