"""Slips that would run without a word: each is an error or a warning at its own place."""

from pathlib import Path

import pytest
from planner_cases.regions import FILES, MINI, PILOT, REGION, write_tiny_region

from sim.scenario.check import check
from sim.scenario.load import load_scenario, load_study
from sim.scenario.problems import Problem, ScenarioError
from sim.scenario.reader import read_tree
from sim.scenario.show import shown
from sim.scenario.vocabulary import unit_at

TITLE = "title: {en: x, zh: y}\n"
MASS_UNITS = ("t", "t/yr", "t/d", "CNY/t", "CNY/(t km)")


def problems(root: Path | None, name: str = "pilot", *settings: str) -> tuple[Problem, ...]:
    try:
        return load_scenario(name, settings, root).problems
    except ScenarioError as fault:
        return fault.problems


def said(root: Path | None, name: str = "pilot", *settings: str) -> list[str]:
    """Code and path of errors and warnings."""
    return [f"{one.code} {one.path}" for one in problems(root, name, *settings) if one.severity != "note"]


def faults(root: Path, *settings: str) -> str:
    """All errors of the pilot, in lines."""
    return "\n".join(str(one) for one in problems(root, "pilot", *settings) if one.severity == "error")


def of_study(root: Path) -> list[str]:
    try:
        return [str(one) for one in load_study("mini", root=root).problems]
    except ScenarioError as fault:
        return [str(one) for one in fault.problems if one.severity == "error"]


# --- kilograms ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_region(tmp_path_factory.mktemp("tiny"))


def mass_values() -> list[tuple[str, str, str]]:
    """Plan, path and the same mass in kilograms (tonnes for a kg key) of every mass of the shipped plans."""
    found = {}
    for plan in ("chengkou/pilot", "chengkou/mixed", "chengkou/pilot_small_store"):
        for one in shown(load_scenario(plan)):
            unit = unit_at(tuple(one.path.split(".")))
            if not isinstance(one.value, int | float) or not one.value:
                continue
            if unit in MASS_UNITS or unit == "kg":
                factor = 1000 if unit in MASS_UNITS[:3] else 0.001
                found[one.path] = (plan, one.path, f"{one.value * factor:g}")
    return list(found.values())


@pytest.mark.parametrize(("plan", "path", "value"), mass_values(), ids=lambda text: text.split("/")[-1])
def test_a_mass_in_another_unit_is_warned_about_wherever_it_stands(plan: str, path: str, value: str) -> None:
    assert f"W605 {path}" in said(None, plan, f"{path}={value}")


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("payload_t: 1.5", "payload_t: 1500", "vehicles.van.payload_t"),
        ("container_t: 0.17", "container_t: 170", "storage_classes.waste_oil.container_t"),
        ("container_t: 0.07", "container_t: 70", "storage_classes.oily_solids.container_t"),
        ("mean_kg: 5,", "mean_kg: 0.005,", "streams.filters.batch.mean_kg"),
        ("oil: 0.4", "oil: 400", "source_types.garage.generation_t_per_year.oil"),
        ("site_cap_t: 3", "site_cap_t: 3000", "storage_rules.site_cap_t"),
        ("min_load_t: 0.5", "min_load_t: 500", "roads.routes.old_road.min_load_t"),
        (
            "capacity_t_per_year: 5000",
            "capacity_t_per_year: 5000000",
            "receivers.plant_a.capacity_t_per_year",
        ),
        ("heap_capacity_t: 8000", "heap_capacity_t: 8000000", "slag.heap_capacity_t"),
        ("start_t: 500", "start_t: 500000", "slag.start_t"),
        ("haul_t_per_day: 300", "haul_t_per_day: 300000", "slag.haulage.haul_t_per_day"),
        ("yard_capacity_t: 5000", "yard_capacity_t: 5000000", "kiln.yard_capacity_t"),
        ("limit_t_per_day: 150", "limit_t_per_day: 150000", "kiln.raw_meal_limit_t_per_day"),
        ("clinker_t_per_day: 2500", "clinker_t_per_day: 2500000", "kiln.clinker_t_per_day"),
        ("demand_t_per_year: 900000", "demand_t_per_year: 9e8", "cement.demand_t_per_year"),
        ("capacity_t_per_day: 2", "capacity_t_per_day: 2000", "outlets.brickworks.capacity_t_per_day"),
        ("mass_t: 0.4", "mass_t: 400", "source_types.petrol_station.cleaning.mass_t"),
        ("disposal_cny_per_t: 3000", "disposal_cny_per_t: 3", "costs.disposal_cny_per_t"),
    ],
)
def test_a_mass_in_kilograms_is_noticed_without_anything_to_compare_it_with(
    tmp_path: Path, old: str, new: str, path: str
) -> None:
    assert old in REGION
    root = write_tiny_region(tmp_path, region=REGION.replace(old, new))
    assert f"W605 {path}" in said(root, "long_haul")


def test_a_whole_bay_and_licence_in_kilograms_are_noticed(tmp_path: Path) -> None:
    text = PILOT.replace(
        "{value: 6, range: [3, 20], origin: sketch}, release_t: 3.6", "6000, release_t: 3600"
    )
    text = text.replace("licence_t_per_year: 1000", "licence_t_per_year: 1000000")
    text = text.replace("skip_below_t: 0.01", "skip_below_t: 10")
    assert said(write_tiny_region(tmp_path, plans__pilot=text)) == [
        "W605 collection_point.licence_t_per_year",
        "W605 collection_point.bays.waste_oil.capacity_t",
        "W605 collection_point.bays.waste_oil.release_t",
        "W605 collection_point.rounds.skip_below_t",
    ]


def test_a_number_that_replaces_one_a_hundred_times_smaller_is_in_kilograms(tiny: Path) -> None:
    found = problems(tiny, "pilot", "storage_classes.oily_solids.container_t=7")
    (one,) = (one for one in found if one.code == "W605")
    assert str(one) == (
        "--set:1:41 W605 storage_classes.oily_solids.container_t: "
        "7 t is 100 times the 0.07 that it replaces: kilograms?; check the unit"
    )
    (one,) = (one for one in problems(tiny, "pilot", f"direct.max_stops={10**20 - 1}") if one.code == "W605")
    assert "1e+20 is 8.333e+18 times the 12" in one.message
    assert said(tiny, "pilot", "generation.yearly_cv=0.002") == ["W605 generation.yearly_cv"]
    assert said(tiny, "pilot", "generation.yearly_cv=0") == []


def test_a_range_in_kilograms_is_noticed_too(tmp_path: Path) -> None:
    text = PILOT.replace("range: [3, 20]", "range: [3, 20000]")
    assert said(write_tiny_region(tmp_path, plans__pilot=text)) == [
        "W605 collection_point.bays.waste_oil.capacity_t"
    ]


def test_a_history_in_kilograms_is_noticed_at_its_cell(tmp_path: Path) -> None:
    root = write_tiny_region(tmp_path, smelter_history="name,year,t\nsmelter-1,2020,20000000\n")
    (one,) = (one for one in problems(root) if one.code == "W605" and "history" in one.path)
    assert str(one.place) == "tiny/smelter_history.csv:2:16"


# --- studies -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ("overflow_dayz@sources", "there is no KPI overflow_dayz; did you mean overflow_days?"),
        ("overflow_days@soruces", "overflow_days is not given at soruces; did you mean sources?"),
        ("overflow_days@kiln_yard", "overflow_days is not given at kiln_yard; known here: collection_point, collection_point/<class>, site:<name>, sources"),  # noqa: E501
        ("days_off_peak@kiln", "there is no KPI days_off_peak; the hazardous chain has not got it; known here: age_over_limit_share, capital, co2, compliance, cost, cost_per_tonne, direct_trips, diverted, dwell_mean, dwell_p95, generated, handover_over_limit_share, hauls, hours_per_tonne, informal, licence_utilisation, load_factor, overflow_any, overflow_days, overflow_probability, overflow_tonne_days, peak_stock, rounds, spills, spills_handling, spills_road, stock_end, stock_mean, storage_utilisation, tonne_km, transfer_cycle_mean, transfer_cycle_p95, transferred, unmet, vehicle_km, vehicle_utilisation"),  # noqa: E501
        ("cost:burau", "cost is not given for burau; did you mean bureau?"),
        ("overflow_days:x", "overflow_days is not given for x; remove it"),
        ("overflow_days@site:garage-9", "there is no source garage-9; did you mean garage-2?"),
        ("unmet@collection_point/wast_oil", "there is no storage class wast_oil; did you mean waste_oil?"),
        ("overflow_days@", "overflow_days is not given at ; known here: collection_point, collection_point/<class>, site:<name>, sources"),  # noqa: E501
    ],
)  # fmt: skip
def test_a_primary_kpi_that_does_not_exist_is_an_error(tmp_path: Path, written: str, wrong: str) -> None:
    text = MINI.replace("primary_kpis: [overflow_probability]", f'primary_kpis: ["{written}"]', 1)
    (found,) = of_study(write_tiny_region(tmp_path, studies__mini=text))
    assert found == f"tiny/studies/mini.yaml:22:20 E401 tables.collection.primary_kpis.0: {wrong}"


@pytest.mark.parametrize(
    "written", ["overflow_days", "cost:bureau@county", "peak_stock@site:garage-1/waste_oil"]
)  # fmt: skip
def test_a_primary_kpi_may_name_a_part_and_a_place(tmp_path: Path, written: str) -> None:
    text = MINI.replace("primary_kpis: [overflow_probability]", f'primary_kpis: ["{written}"]', 1)
    assert [line.split()[1] for line in of_study(write_tiny_region(tmp_path, studies__mini=text))] == ["N701"]


def test_years_of_a_study_in_the_wrong_order_are_blamed_on_the_study(tmp_path: Path) -> None:
    text = MINI + "years: {first: 2027, last: 2026, warm_up_years: 1}\n"
    found = of_study(write_tiny_region(tmp_path, studies__mini=text))
    assert found == [
        (
            "tiny/studies/mini.yaml:31:28 E405 years.last: "
            "2026 is before the first year 2027; write 2027 or later"
        )
    ]


# --- options -----------------------------------------------------------------------------------------


def test_what_null_removed_is_missing_where_null_stands(tiny: Path) -> None:
    assert (
        faults(tiny, "collection_point.vans=null")
        == "--set:1:18 E102 collection_point.vans: is missing; add `vans:`"
    )


def test_an_empty_mapping_that_merges_to_nothing_is_an_error(tiny: Path) -> None:
    assert faults(tiny, "receivers={}") == (
        "--set:1:11 E303 receivers: an empty mapping merges to nothing; "
        "write `plant_a: null` to remove an entry"
    )
    assert said(tiny, "pilot", "regimes.by_type={}") == []


def test_the_same_option_twice_is_an_error(tiny: Path) -> None:
    found = faults(tiny, "direct.trucks=2", "direct.max_stops=3", "direct .trucks=3")
    assert found == "--set:3:9 E008 direct.trucks: is set twice, first by option 1; keep one of them"


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        ("collection_point.vans=2", "collection_point={vans: 3}", "--set:2:19 E008 collection_point.vans"),
        ("collection_point={vans: 3}", "collection_point.vans=2", "--set:2:18 E008 collection_point.vans"),
        (
            "outlets.brickworks.capacity_t_per_day=3",
            "outlets.brickworks=null",
            "--set:2:9 E008 outlets.brickworks",
        ),
    ],
)
def test_a_value_set_alone_and_within_a_mapping_is_an_error(
    tiny: Path, one: str, other: str, wanted: str
) -> None:
    assert faults(tiny, one, other) == f"{wanted}: is set twice, first by option 1; keep one of them"


def test_two_options_may_set_different_values_of_one_mapping(tiny: Path) -> None:
    assert said(tiny, "pilot", "direct={trucks: 2}", "direct.max_stops=3") == []


def test_futures_that_contradict_each_other_are_noted(tmp_path: Path) -> None:
    root = write_tiny_region(
        tmp_path,
        futures__dry=TITLE + "generation: {level_factor: 0.7, yearly_cv: 0.1}\n",
        futures__wet=TITLE + "generation: {level_factor: 3, yearly_cv: 0.1}\n",
    )
    scenario = load_scenario("pilot+dry+wet", root=root)
    assert [str(one) for one in scenario.problems if one.code == "N704"] == [
        (
            "tiny/futures/wet.yaml:2:28 N704 generation.level_factor: "
            "dry and wet both set it; the last, wet, wins"
        )
    ]
    assert scenario.spec.generation.level_factor == 3


# --- files -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "factors", ["[2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]", "[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]"]
)
@pytest.mark.parametrize("section", ["generation", "cement"])
def test_season_factors_must_average_one(tiny: Path, section: str, factors: str) -> None:
    assert said(tiny, "pilot", f"{section}.season_factors={factors}")[:1] == [
        f"E409 {section}.season_factors"
    ]


def test_season_factors_may_miss_one_by_rounding(tiny: Path) -> None:
    factors = [1.000001, *[1] * 11]
    assert said(tiny, "pilot", f"generation.season_factors={factors}") == []


@pytest.mark.parametrize(
    ("written", "code"),
    [('{value: "6", range: [3, 9]}', "E103"), ("{value: -1, range: [3, 9]}", "E104"), ("{value: true, range: [3, 9]}", "E103"), ("{range: [3, 9]}", "E204"), ("{value: 6, range: [7, 9]}", "E203")],  # noqa: E501
)  # fmt: skip
def test_one_fault_of_a_value_is_one_error(tiny: Path, written: str, code: str) -> None:
    assert said(tiny, "pilot", f"direct.max_stops={written}") == [f"{code} direct.max_stops"]


@pytest.mark.parametrize("wrong", ["-0.5", "true", "x"])
def test_a_wrong_item_of_a_list_does_not_make_it_too_short(tiny: Path, wrong: str) -> None:
    campaigns = "campaigns: {shortest_days: 1, usual_days: 2, longest_days: 3}"
    shares = f"quarter_shares: [0.5, 0.5, 0.5, {wrong}]"
    found = faults(tiny, f"kiln.off_peak={{form: annual, days_per_year: 9, {shares}, {campaigns}}}")
    assert [line.split()[2] for line in found.splitlines()] == ["kiln.off_peak.quarter_shares.3:"]


def test_a_circle_is_reported_once_and_without_the_way_to_it(tmp_path: Path) -> None:
    root = write_tiny_region(
        tmp_path,
        plans__one=f"extends: two.yaml\n{TITLE}",
        plans__two=f"extends: three.yaml\n{TITLE}",
        plans__three=f"extends: two.yaml\n{TITLE}",
    )
    assert [str(one) for one in check(root=root).of("error")] == [
        (
            "tiny/plans/two.yaml:1:10 E011 extends: goes in a circle: tiny/plans/three.yaml -> "
            "tiny/plans/two.yaml -> tiny/plans/three.yaml; let the first file extend nothing"
        )
    ]


@pytest.mark.parametrize(
    ("settings", "warning"),
    [
        (["kiln.off_peak={form: windows, windows: [{first: 2026-01-01, last: 2026-01-31}, {first: 2016-01-01, last: 2016-01-31}]}"], "W607 kiln.off_peak.windows"),  # noqa: E501
        (["kiln.lat=3.19"], "W608 kiln.lat"),
        (["collection_point.lon=18.65"], "W608 collection_point.lat"),
        (["roads.town.lat=3.08"], "W608 roads.town.lat"),
        (["driving.driver_hours=24"], "W609 driving.driver_hours"),
        (["driving.shift_hours=17"], "W609 driving.shift_hours"),
        (["vehicles.van.payload_t=0.1"], "W614 vehicles.van.payload_t"),
        (["storage_classes.waste_oil.container_t=1.6"], "W614 storage_classes.waste_oil.container_t"),
        (["collection_point.vans=0"], "W610 collection_point.vans"),
        (["direct.trucks=0", "regimes.default=direct"], "W610 direct.trucks"),
        (["collection_point.opening.date=2031-01-01"], "W611 collection_point.opening.date"),
        (["direct.trucks={value: 1, range: [0.5, 3]}"], "W612 direct.trucks"),
    ],
)  # fmt: skip
def test_what_runs_and_does_nothing_is_warned_about(tiny: Path, settings: list[str], warning: str) -> None:
    assert said(tiny, "pilot", *settings) == [warning]


def test_a_start_stock_needs_room_in_a_yard_that_keeps_nothing_above_its_capacity(tiny: Path) -> None:
    over = ("slag.start_t=6000", "kiln.yard_capacity_t=5000")
    assert said(tiny, "pilot", *over) == []
    assert said(tiny, "pilot", *over, "kiln.yard_overflow.policy=no_outlet") == ["E405 slag.start_t"]


def test_no_truck_is_fine_where_nobody_waits_for_one(tiny: Path) -> None:
    assert said(tiny, "pilot", "direct.trucks=0") == []


def test_a_slip_in_the_coordinates_of_a_row_is_placed_there(tmp_path: Path) -> None:
    root = write_tiny_region(
        tmp_path,
        sources=FILES["sources.csv"].replace("31.801,108.901", "3.1801,108.901"),
        townships=FILES["townships.csv"].replace("31.95,108.66", "31.95,18.66"),
    )
    assert [str(one.place) for one in problems(root) if one.code == "W608"] == [
        "tiny/sources.csv:3:30",
        "tiny/townships.csv:2:11",
    ]


def test_a_slip_in_the_gate_is_blamed_on_the_gate(tiny: Path) -> None:
    assert "W608 roads.gate.lat" in said(tiny, "pilot", "roads.gate.lat=3.195")


def test_a_history_names_each_smelter_once_a_year_and_all_of_them(tmp_path: Path) -> None:
    rows = "name,year,t\nsmelter-1,2019,1\nsmelter-1,2019,2\nsmelter-2,2020,2\n"
    found = said(write_tiny_region(tmp_path, smelter_history=rows))
    assert found == [
        "E505 tables.smelter_history.year",
        "E401 tables.smelter_history.smelter-2.name",
        "W613 tables.smelter_history.smelter-1",
        "W613 tables.smelter_history.smelter-2",
        "W605 tables.smelters.smelter-1.t_per_year",
    ]


def test_a_region_need_not_have_a_history(tmp_path: Path) -> None:
    region = REGION.replace("  smelter_history: {file: smelter_history.csv}\n", "")
    root = write_tiny_region(tmp_path, region=region)
    assert load_scenario("pilot", root=root).tables.smelter_history == ()
    assert said(root) == []


# --- words -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a:\n\tb: 1", "2:1 E004 a tab; indent with spaces"),
        ("a: @x", "1:4 E004 a value cannot begin with @; put it in quotes"),
        ("a: b: c", "1:5 E004 a colon that does not fit; put text in quotes, or line up the key"),
        ("a: 1\nb\nc: 2", "2:1 E004 a line that is not `key: value`; add the colon, or quotes around text"),
        ("a: 'x\nb: 1\n", "1:4 E004 a quote that is not closed; close it"),
        ('a: "\\q"', "1:6 E004 \\q means nothing between double quotes; use single quotes"),
        ("a: - b", "1:4 E004 a list item cannot begin here; begin each `- ` on its own line"),
        ("k:\n  b: 1\n c: 2", "3:2 E004 the line does not line up with those above; correct the spaces before it"),  # noqa: E501
        ("a: {b\n", "1:4 E004 a { that is not closed; close it with }"),
        ("a: [1, 2}", "1:9 E004 a comma or ] is missing before }; separate items by commas"),
        ("a: {b: 1 c: 2}", "1:11 E004 a comma or } is missing before :; separate entries by commas"),
        ("a: ]", "1:4 E004 ] where a value should stand; write a value"),
        ("a: &", "1:5 E004 a value cannot begin with & or *; put it in quotes"),
        ("a: !<", "1:6 E004 a value cannot begin with !; put it in quotes"),
        ("a: |x\n", "1:5 E004 text on the line of | or >; begin the text on the next line"),
        ("a: 1\n- b", "2:1 E004 a list item among `key: value` lines; put it below its key"),
        ("a: 'it's'", "1:8 E004 text after a quote; double quotes inside quotes"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_yaml_is_faulted_in_plain_words(text: str, wanted: str) -> None:
    _, problems = read_tree(text, "a.yaml")
    assert str(problems[0]) == f"a.yaml:{wanted}"


def test_errors_come_before_warnings_and_these_before_notes(tiny: Path) -> None:
    found = problems(tiny, "pilot", "slag.level_factor=3", "tables.sources.file=x.csv")
    assert [one.severity for one in found] == ["error", "warning", "note"]
