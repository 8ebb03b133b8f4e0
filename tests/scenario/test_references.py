from pathlib import Path

import pytest
from regions import FILES, write_tiny_region

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
        "storage_classes.waste_oil.keep_apart_from=[waste_oil]",
        "E401 storage_classes.waste_oil.keep_apart_from.0",
    ),
    ("regimes.by_type.garrage=direct", "E401 regimes.by_type.garrage"),
    ("direct.vehicle=lorry", "E401 direct.vehicle"),
    ("collection_point.van=lorry", "E401 collection_point.van"),
    ("collection_point.haul_vehicle=lorry", "E401 collection_point.haul_vehicle"),
    ("collection_point.bays.oily_solids=null", "E402 collection_point.bays"),
    ("collection_point.bays.waste_oil.release_t=9", "E403 collection_point.bays.waste_oil.release_t"),
    ("collection_point=null", "E407 regimes.default"),
    ("collection_point.handover_lead_working_days=90", "E405 collection_point.handover_lead_working_days"),
    (
        "collection_point.opening={law: triangular, low: 2025-01-01, mode: 2024-01-01, high: 2026-01-01}",
        "E405 collection_point.opening.mode",
    ),
    ("years.last=2020", "E405 years.last"),
    ("receivers.plant_a.closes=07:00", "E405 receivers.plant_a.closes"),
    ("receivers.plant_a=null", "E408 receivers"),
    ("compliance.basic_age_days=100", "E405 compliance.basic_age_days"),
    ("kiln.unplanned.longest_days=0.5", "E405 kiln.unplanned.shortest_days"),
    ("kiln.off_peak.campaigns.usual_days=100", "E405 kiln.off_peak.campaigns"),
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


def test_shares_may_miss_one_by_rounding(tmp_path: Path) -> None:
    thirds = "quarter_shares: [0.1, 0.2, 0.3, 0.4]"
    root = write_tiny_region(
        tmp_path, futures__a=f"title: {{en: x, zh: y}}\nkiln: {{off_peak: {{form: annual, days_per_year: 9, {thirds}, "  # noqa: E501
        "campaigns: {shortest_days: 1, usual_days: 2, longest_days: 3}}}\n",
    )  # fmt: skip
    assert errors(root, "tiny/pilot+a") == []


def test_some_route_must_be_open_to_hazardous_goods(tmp_path: Path) -> None:
    settings = ("roads.routes.old_road.hazardous_goods=false", "roads.routes.new_road.opens={policy: never}")
    assert errors(write_tiny_region(tmp_path), "pilot", *settings) == ["E408 roads.routes"]


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
