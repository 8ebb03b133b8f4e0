from pathlib import Path

import pytest
from planner_cases.regions import FILES, write_tiny_region

from sim.scenario.load import load_scenario
from sim.scenario.problems import ScenarioError


def errors(root: Path, name: str, *settings: str) -> list[str]:
    try:
        load_scenario(name, settings, root)
    except ScenarioError as fault:
        return [f"{one.code} {one.path}" for one in fault.problems if one.severity == "error"]
    return []


CASES = [
    (
        "source_types.petrol_station.cleaning.stream=slugde",
        "E401 source_types.petrol_station.cleaning.stream",
    ),
    ("source_types.garage.generation_t_per_year.oli=1", "E401 source_types.garage.generation_t_per_year.oli"),
    ("source_types.garage.containers.lab=1", "E401 source_types.garage.containers.lab"),
    ("streams.sludge.storage_class=paint", "E401 streams.sludge.storage_class"),
    (
        "more_containers.garage-9.waste_oil=1",
        "E401 more_containers.garage-9",
    ),
    (
        "more_containers.garage-1.paint=1",
        "E401 more_containers.garage-1.paint",
    ),
    (
        "storage_classes.waste_oil.keep_apart_from=[waste_oil]",
        "E401 storage_classes.waste_oil.keep_apart_from.0",
    ),
    ("regimes.by_type.garrage=direct", "E401 regimes.by_type.garrage"),
    ("direct.vehicle=lorry", "E401 direct.vehicle"),
    ("collection_point.van=lorry", "E401 collection_point.van"),
    ("collection_point.haul_vehicle=lorry", "E401 collection_point.haul_vehicle"),
    ("collection_point.bays.oily_solids=null", "E402 collection_point.bays.oily_solids"),
    ("collection_point.bays.waste_oil.release_t=9", "E403 collection_point.bays.waste_oil.release_t"),
    ("collection_point=null", "E407 collection_point"),
    ("collection_point.handover_lead_working_days=90", "E405 collection_point.handover_lead_working_days"),
    (
        "collection_point.opening={law: triangular, low: 2025-01-01, mode: 2024-01-01, high: 2026-01-01}",
        "E405 collection_point.opening.low",
    ),
    ("years.last=2020", "E405 years.last"),
    ("receivers.plant_a.closes=07:00", "E405 receivers.plant_a.closes"),
    ("receivers.plant_a=null", "E408 receivers.plant_a"),
    ("compliance.basic_age_days=100", "E405 compliance.basic_age_days"),
    ("kiln.unplanned.longest_days=0.5", "E405 kiln.unplanned.longest_days"),
    ("kiln.off_peak.campaigns.usual_days=100", "E405 kiln.off_peak.campaigns.usual_days"),
    (
        (
            "kiln.off_peak={form: annual, days_per_year: 9, quarter_shares: [0.5, 0.2, 0.2, 0.2], "
            "campaigns: {shortest_days: 1, usual_days: 2, longest_days: 3}}"
        ),
        "E404 kiln.off_peak.quarter_shares",
    ),
    (
        (
            "kiln.off_peak={form: monthly, days_by_month: [0, 30, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "
            "campaigns: {shortest_days: 1, usual_days: 2, longest_days: 3}}"
        ),
        "E406 kiln.off_peak.days_by_month.1",
    ),
    (
        "kiln.off_peak={form: windows, windows: [{first: 2026-03-01, last: 2026-02-01}]}",
        "E405 kiln.off_peak.windows.0.last",
    ),
    ("ponds.pond.used_m3=1e9", "E405 ponds.pond.used_m3"),
]


@pytest.mark.parametrize(("setting", "wanted"), CASES)
def test_what_must_fit_together_is_checked(tmp_path: Path, setting: str, wanted: str) -> None:
    assert errors(write_tiny_region(tmp_path), "tiny/pilot", setting) == [wanted]


BLAMED = [
    (
        ["collection_point.bays.waste_oil.capacity_t=3"],
        (
            "--set:1:44 E403 collection_point.bays.waste_oil.capacity_t: "
            "release_t of 3.6 t is above capacity_t of 3 t; write at least 3.6 t"
        ),
    ),
    (
        ["collection_point.bays.waste_oil.release_t=9"],
        (
            "--set:1:43 E403 collection_point.bays.waste_oil.release_t: "
            "release_t of 9 t is above capacity_t of 6 t; write at most 6 t"
        ),
    ),
    (
        ["years.first=2031"],
        "--set:1:13 E405 years.first: 2031 is after the last year 2027; write 2027 or earlier",
    ),
    (
        ["receivers.plant_a.opens=20:00"],
        (
            "--set:1:25 E405 receivers.plant_a.opens: "
            "opens of 20:00 is not before closes of 17:00; write earlier than 17:00"
        ),
    ),
    (
        ["compliance.age_days=360", "compliance.basic_age_days=350"],
        (
            "--set:1:21 E405 compliance.age_days: "
            "age_days of 360 d is above basic_age_days of 350 d; write at most 350 d"
        ),
    ),
    (
        ["collection_point.opening={law: triangular, low: 2024-01-01, mode: 2025-01-01, high: 2024-06-01}"],
        (
            "--set:1:67 E405 collection_point.opening.mode: "
            "mode of 2025-01-01 is after high of 2024-06-01; write no later than 2024-06-01"
        ),
    ),
    (
        ["vehicles.van=null"],
        (
            "--set:1:10 E401 vehicles.van: there is no vehicle van, which collection_point.van names; "
            "keep it, or change collection_point.van"
        ),
    ),
    (
        ["source_types.garage=null"],
        (
            "--set:1:14 E401 source_types.garage: there is no source type garage, "
            "which tables.sources names; keep it, or change tables.sources"
        ),
    ),
    (
        ["collection_point=null"],
        (
            "--set:1:1 E407 collection_point: the regime is pilot, and there is no collection point; "
            "add `collection_point:`, or write direct"
        ),
    ),
    (
        ["collection_point.bays.oily_solids=null"],
        (
            "--set:1:23 E402 collection_point.bays.oily_solids: no bay for oily_solids, "
            "which sources of type garage produce; add `oily_solids:` to `collection_point.bays`"
        ),
    ),
]


@pytest.mark.parametrize(("settings", "wanted"), BLAMED, ids=lambda one: one[0][:30])
def test_what_only_the_combination_makes_wrong_is_blamed_on_what_was_set_last(
    tmp_path: Path, settings: list[str], wanted: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario("tiny/pilot", settings, write_tiny_region(tmp_path))
    assert wanted in [str(one) for one in caught.value.problems if one.severity == "error"]


def test_a_plan_that_does_not_fit_what_it_extends_is_blamed_itself(tmp_path: Path) -> None:
    own = "extends: pilot.yaml\ncollection_point: {bays: {waste_oil: {capacity_t: 3}}}\n"
    with pytest.raises(ScenarioError) as caught:
        load_scenario("tiny/own", root=write_tiny_region(tmp_path, plans__own=own))
    (found,) = (str(one) for one in caught.value.problems if one.severity == "error")
    assert found.startswith("tiny/plans/own.yaml:2:51 E403 collection_point.bays.waste_oil.capacity_t: ")


def test_shares_may_miss_one_by_rounding(tmp_path: Path) -> None:
    thirds = "quarter_shares: [0.1, 0.2, 0.3, 0.4]"
    root = write_tiny_region(
        tmp_path, futures__a=f"title: {{en: x, zh: y}}\nkiln: {{off_peak: {{form: annual, days_per_year: 9, {thirds}, "  # noqa: E501
        "campaigns: {shortest_days: 1, usual_days: 2, longest_days: 3}}}\n",
    )  # fmt: skip
    assert errors(root, "tiny/pilot+a") == []


def test_some_route_must_be_open_to_hazardous_goods(tmp_path: Path) -> None:
    settings = ("roads.routes.old_road.hazardous_goods=false", "roads.routes.new_road.opens={policy: never}")
    assert errors(write_tiny_region(tmp_path), "pilot", *settings) == [
        "E408 roads.routes.old_road.hazardous_goods"
    ]


def test_tables_refer_to_types_and_townships(tmp_path: Path) -> None:
    root = write_tiny_region(
        tmp_path,
        sources=FILES["sources.csv"].replace("garage,uptown", "garrage,uptwon"),
        smelters=FILES["smelters.csv"].replace("downtown", "nowhere"),
        kiln_calendar=FILES["kiln_calendar.csv"].replace("2025,31,28", "2025,31,29"),
    )
    with pytest.raises(ScenarioError) as caught:
        load_scenario("tiny/pilot", root=root)
    assert [str(one) for one in caught.value.problems if one.severity == "error"] == [
        (
            "tiny/kiln_calendar.csv:3:9 E406 tables.kiln_calendar.2025.m02: 29 days; February 2025 has 28 days; "  # noqa: E501
            "write at most 28"
        ),
        (
            "tiny/smelters.csv:2:15 E401 tables.smelters.smelter-1.township: there is no township nowhere; "
            "known here: downtown, uptown"
        ),
        (
            "tiny/sources.csv:2:14 E401 tables.sources.garage-1.type: there is no source type garrage; "
            "did you mean garage?"
        ),
        (
            "tiny/sources.csv:2:22 E401 tables.sources.garage-1.township: there is no township uptwon; "
            "did you mean uptown?"
        ),
    ]


def test_a_faulty_section_does_not_hide_the_cross_checks_of_the_others(tmp_path: Path) -> None:
    found = errors(
        write_tiny_region(tmp_path),
        "pilot",
        "driving.shift_hours=-1",
        "direct.vehicle=lorry",
        "kiln.restart_days=99",
    )
    assert found == ["E104 driving.shift_hours", "E401 direct.vehicle", "E104 kiln.restart_days"]


def test_an_unknown_word_does_not_hide_a_reference_in_its_own_section(tmp_path: Path) -> None:
    found = errors(write_tiny_region(tmp_path), "pilot", "direct.trucs=1", "direct.vehicle=lorry")
    assert found == ["E101 direct.trucs", "E401 direct.vehicle"]
