import os
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from planner_cases.regions import FILES, PILOT, REGION, write_tiny_region

from sim.scenario.check import check
from sim.scenario.drafting import draft
from sim.scenario.library import Library
from sim.scenario.load import Scenario, list_plans, load_scenario
from sim.scenario.problems import ScenarioError


def faults(root: Path, name: str = "tiny/pilot", *options: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(name, options, root)
    return [str(one) for one in caught.value.problems if one.severity == "error"]


def codes(root: Path, name: str = "tiny/pilot", *options: str) -> list[str]:
    return [line.split()[1] for line in faults(root, name, *options)]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_tiny_region(tmp_path)


def pilot(root: Path, *options: str) -> Scenario:
    return load_scenario("tiny/pilot", options, root)


def test_a_plan_says_only_what_differs_and_a_future_lies_over_it(root: Path) -> None:
    scenario = load_scenario("tiny/pilot+latent+off_peak_190", root=root)
    assert (scenario.region, scenario.plan, scenario.futures) == ("tiny", "pilot", ("latent", "off_peak_190"))
    assert scenario.spec.regimes.default == "pilot"
    assert scenario.spec.generation.level_factor == 6.7
    assert scenario.spec.kiln.off_peak.form == "annual"
    assert scenario.spec.storage_rules.site_cap_from == date(2023, 7, 1)
    assert scenario.spec.title.en == "Collection point"
    assert [title.en for title in scenario.future_titles] == ["Latent waste", "190 off-peak days"]
    assert [row.name for row in scenario.tables.sources] == ["garage-1", "garage-2", "petrol-1"]


def test_what_a_plan_is_about_is_not_passed_on(root: Path) -> None:
    (root / "tiny/plans/larger.yaml").write_text(
        "extends: pilot.yaml\ntitle: {en: Larger, zh: 扩容}\ncollection_point: {vans: 2}\n", encoding="utf-8"
    )
    larger = load_scenario("tiny/larger+latent", root=root)
    assert larger.spec.about is None
    assert [about and about.en for about in larger.future_abouts] == ["Most waste is not recorded."]
    noted = [one for one in check(root=root).problems if one.code == "N705"]
    assert [one.place.file for one in noted] == ["tiny/plans/larger.yaml"]


def test_what_a_future_is_about_is_a_sentence_in_both_languages(root: Path) -> None:
    path = root / "tiny/futures/latent.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace(", zh: 多数废物未申报。}", "}"), encoding="utf-8"
    )
    assert codes(root, "tiny/pilot+latent") == ["E103"]


def test_every_value_has_its_origin_and_the_file_that_set_it(root: Path) -> None:
    origins = pilot(root, "kiln.restart_days=2").origins
    oil = origins["streams.oil.batch.mean_kg"]
    assert (oil.value, oil.range, oil.origin, oil.confidence) == (20, (10, 40), "a guess", "low")
    assert oil.layer == "tiny/region.yaml"
    assert origins["collection_point.vans"].origin == "a plan made up for tests"
    assert origins["collection_point.vans"].layer == "tiny/plans/pilot.yaml"
    assert origins["kiln.restart_days"].layer == "--set"
    assert origins["tables.sources.size_factor"].origin == "assumption"
    assert origins["tables.townships.population"].origin == "census"
    assert origins["tables.townships.lat"].origin == "made up for tests"


def test_inputs_are_all_files_with_their_hashes(root: Path) -> None:
    inputs = load_scenario("pilot+latent", root=root).inputs
    assert list(inputs) == [
        "tiny/futures/latent.yaml",
        "tiny/kiln_calendar.csv",
        "tiny/plans/pilot.yaml",
        "tiny/region.yaml",
        "tiny/smelter_history.csv",
        "tiny/smelters.csv",
        "tiny/sources.csv",
        "tiny/townships.csv",
    ]
    assert all(len(value) == 64 for value in inputs.values())


def test_a_changed_file_is_read_again(root: Path) -> None:
    assert pilot(root).spec.collection_point is not None
    path = root / "tiny/plans/pilot.yaml"
    path.write_text(PILOT.replace("vans: 1", "vans: 12"), encoding="utf-8")
    point = pilot(root).spec.collection_point
    assert point is not None
    assert point.vans == 12


def test_a_set_option_is_read_as_yaml_and_placed_by_its_column(root: Path) -> None:
    point = pilot(root, "collection_point.bays.waste_oil={capacity_t: 9, release_t: 4}").spec.collection_point
    assert point is not None
    assert point.bays["waste_oil"].capacity_t == 9
    assert faults(root, "pilot", "kiln.restart_days=1", "collection_point.bays.waste_oil.capasity_t=3") == [
        "--set:2:33 E101 collection_point.bays.waste_oil.capasity_t: unknown word; did you mean capacity_t?"
    ]


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("kiln.restart_days=-3", 'E104 kiln.restart_days: -3 d is out of bounds; allowed: at least 0 and at most 30 d'),  # noqa: E501
        ('kiln.restart_days="3"', 'E103 kiln.restart_days: "3" is not a number in d; write 3 without quotes'),
        ("kiln.restart_days=true", "E103 kiln.restart_days: true is not a number in d; write a number in d"),
        ("direct.max_stops=1.0", "E103 direct.max_stops: 1.0 is not a whole number; write 1"),
        ("streams.oil.code=12", 'E103 streams.oil.code: 12 is not text; write "12" in quotes'),
        ("regimes.default=pilott", 'E105 regimes.default: "pilott" is not one of direct, pilot; did you mean pilot?'),  # noqa: E501
        ("driving.shift_starts=24:00", 'E106 driving.shift_starts: "24:00" has not the form wanted; write a time of day as 08:00'),  # noqa: E501
        ("generation.season_factors=[1, 2]", "E107 generation.season_factors: has 2 items; write at least 12"),  # noqa: E501
        ("storage_rules.site_cap_from=2023", "E103 storage_rules.site_cap_from: 2023 is not a date (YYYY-MM-DD); write a date (YYYY-MM-DD)"),  # noqa: E501
        ("direct.max_wait_days=.inf", "E012 direct.max_wait_days: .inf is not a finite number; write a number"),  # noqa: E501
        ("direct.max_wait_days=1e400", "E012 direct.max_wait_days: 1e400 is not a finite number; write a number below 1.8e308"),  # noqa: E501
        ("kiln.off_peak={form: anual}", 'E105 kiln.off_peak.form: "anual" is not one of windows, monthly, annual, recorded; did you mean annual?'),  # noqa: E501
        ("kiln.off_peak=[1]", "E103 kiln.off_peak: a list of 1 is not a mapping; write a mapping"),
        ("streams.oil.batch=null", "E102 streams.oil.batch: is missing; add `batch:`"),
        ("direct.call.fill_share=null", "E102 direct.call.fill_share: is missing; add `fill_share:`"),
        ("source_types.garage.containers.foo=2", "E101 source_types.garage.containers.foo: unknown word; known here: batteries, lab, oily_solids, other, paint, waste_oil"),  # noqa: E501
        ("slag.raw_meal_share={value: 0.5, range: [0.1, 3]}", "E206 slag.raw_meal_share: the range end 3 is out of bounds; allowed: at least 0 and at most 1"),  # noqa: E501
        ("kiln.off_peak={form: annual, days_per_year: -1, quarter_shares: [1, 0, 0, 0], campaigns: {shortest_days: 1, usual_days: 1, longest_days: 1}}", "E104 kiln.off_peak.days_per_year: -1 d/yr is out of bounds; allowed: at least 0 and at most 366 d/yr"),  # noqa: E501
        ("direct.trucks=1.5", "E103 direct.trucks: 1.5 is not a whole number; write a whole number"),
        ("direct.trucks={value: null, range: [1, 2]}", "E204 direct.trucks: an empty value is not a number or date and has no range; write the value"),  # noqa: E501
        ("direct.trucks=a\x01b", "E003 control character U+0001 is not text; remove it"),
        (".".join("a" * 5000) + "=1", "E006 nested deeper than 30 levels; write --set a.b.c=value"),
        ("regimes.defalt=direct", "E101 regimes.defalt: unknown word; did you mean default?"),
        ("streams.oil.cod=x", "E101 streams.oil.cod: unknown word; did you mean code?"),
        ("working_days.countr=CN", "E101 working_days.countr: unknown word; did you mean country?"),
        ("source_types.garage.titel.en=x", "E101 source_types.garage.titel: unknown word; did you mean title?"),  # noqa: E501
        ("kiln.off_peak.campains=3", "E101 kiln.off_peak.campains: unknown word; did you mean campaigns?"),
        ("kiln.off_peak.form=null", "E105 kiln.off_peak.form: an empty value is not one of windows, monthly, annual, recorded; write one of windows, monthly, annual, recorded"),  # noqa: E501
        ("roads.local.closures.landslide.months=[13]", "E104 roads.local.closures.landslide.months.0: 13 is out of bounds; allowed: at least 1 and at most 12"),  # noqa: E501
        ("source_types.garage.generation_t_per_year.oil=-1", "E104 source_types.garage.generation_t_per_year.oil: -1 t/yr is out of bounds; allowed: at least 0 and at most 1e+09 t/yr"),  # noqa: E501
        ("working_days.closed=2026-01-01", "E103 working_days.closed: the date 2026-01-01 is not a list; write a list: [a, b]"),  # noqa: E501
        ("tables.sources.file=[]", "E103 tables.sources.file: a list of 0 is not text; write text"),
        ("x", "E014 'x' is not a setting; write --set a.b.c=value"),
        ("kiln.origin=me", "E014 kiln.origin: origin cannot be set; set a value"),
    ],
)  # fmt: skip
def test_each_fault_has_a_code_a_path_the_value_and_a_fix(root: Path, setting: str, message: str) -> None:
    (found,) = faults(root, "tiny/pilot", setting)
    assert found.split(" ", 1)[1] == message


def test_all_problems_of_all_files_come_at_once(tmp_path: Path) -> None:
    root = write_tiny_region(
        tmp_path,
        region=REGION.replace("payload_t: 5", "payload_t: -5").replace("driver_hours: 8", "driver_huors: 8"),
        plans__pilot=PILOT.replace("vans: 1", "vans: one").replace(
            "haul_vehicle: truck", "haul_vehicle: lorry"
        ),
        sources=FILES["sources.csv"].replace("petrol_station", "petrol"),
        townships=FILES["townships.csv"].replace("40000", "many"),
        smelters=FILES["smelters.csv"].replace("downtown", "downtwon"),
    )
    found = faults(root, "tiny/pilot", "slag.raw_meal_share=2")
    assert [line.split(":")[0] + " " + line.split()[1] for line in found] == [
        "--set E104",
        "tiny/plans/pilot.yaml E103",
        "tiny/region.yaml E104",
        "tiny/region.yaml E102",
        "tiny/region.yaml E101",
        "tiny/sources.csv E401",
        "tiny/townships.csv E103",
    ]


def test_a_file_that_is_no_yaml_does_not_hide_the_faults_of_the_others(tmp_path: Path) -> None:
    root = write_tiny_region(
        tmp_path,
        region=REGION.replace("payload_t: 1.5", "payload_t: -1.5"),
        plans__pilot="extends: ../region.yaml\ntitle: {en",
        sources=FILES["sources.csv"].replace("size_factor", "sise_factor"),
    )
    assert codes(root) == ["E004"]
    broken = write_tiny_region(tmp_path / "two", futures__latent="a: [", region=REGION.replace("1.5", "-1.5"))
    assert codes(broken, "tiny/pilot+latent")[0] == "E004"
    assert "E104" in codes(broken, "tiny/pilot+latent")


def test_a_broken_plan_is_judged_without_calling_things_missing(tmp_path: Path) -> None:
    root = write_tiny_region(tmp_path, region="title: {en: x")
    assert codes(root) == ["E004"]


def test_unknown_names_get_the_nearest_known_one(root: Path) -> None:
    assert faults(root, "tiny/pillot") == [
        "tiny/pillot:1:1 E001 there is no plan tiny/pillot; did you mean tiny/pilot?"
    ]
    assert faults(root, "pilot+latnt") == [
        "tiny/pilot+latnt:1:1 E001 tiny has no future latnt; did you mean latent?"
    ]


def test_the_region_may_be_left_out_only_while_that_is_unambiguous(tmp_path: Path) -> None:
    root = write_tiny_region(tmp_path)
    assert load_scenario("pilot", root=root).name == "tiny/pilot"
    write_tiny_region(tmp_path, region_name="other")
    assert codes(root, "pilot") == ["E001"]
    assert load_scenario("other/pilot", root=root).region == "other"


def test_extends_may_not_go_in_a_circle_nor_leave_the_region(tmp_path: Path) -> None:
    circle = write_tiny_region(
        tmp_path / "a",
        plans__one="extends: two.yaml\ntitle: {en: x, zh: y}\n",
        plans__two="extends: one.yaml\n",
    )
    assert faults(circle, "tiny/one") == [
        (
            "tiny/plans/two.yaml:1:10 E011 extends: goes in a circle: "
            "tiny/plans/one.yaml -> tiny/plans/two.yaml -> tiny/plans/one.yaml; let the first file extend nothing"  # noqa: E501
        ),
    ]
    away = write_tiny_region(tmp_path / "b", plans__away="extends: ../../../secret.yaml\n")
    (away.parent / "secret.yaml").write_text("title: x")
    assert codes(away, "tiny/away") == ["E010"]
    absolute = write_tiny_region(tmp_path / "c", plans__away="extends: /etc/hosts.yaml\n")
    assert codes(absolute, "tiny/away") == ["E010"]
    missing = write_tiny_region(tmp_path / "d", plans__away="extends: ../regoin.yaml\n")
    assert faults(missing, "tiny/away") == [
        "tiny/plans/away.yaml:1:10 E001 extends: there is no file ../regoin.yaml; did you mean region.yaml?"
    ]


def test_a_plan_that_extends_nothing_is_told_so_once(root: Path, tmp_path: Path) -> None:
    text = "title: {en: x, zh: y}\ncollection_point: {vans: 2}\n"
    (root / "tiny/plans/alone.yaml").write_text(text, encoding="utf-8")
    (found,) = faults(root, "tiny/alone+latent")
    assert found.startswith("tiny/plans/alone.yaml:1:1 E102 extends: is missing, and so are 2")
    assert "sections: years, working_days, tables, streams, " in found
    assert found.endswith("; add `extends: ../region.yaml`")
    (root / "tiny/plans/alone.yaml").unlink()
    own = tmp_path / "own.yaml"
    own.write_text(text, encoding="utf-8")
    (found,) = faults(root, str(own))
    assert found.endswith("; add `extends: tiny/long_haul`")
    own.write_text("extnds: tiny/pilot\n" + text, encoding="utf-8")
    assert faults(root, str(own)) == [f"{own}:1:1 E101 extnds: unknown word; did you mean extends?"]


def test_a_plan_may_not_extend_a_future_or_a_study(root: Path) -> None:
    alone = root / "tiny/plans/alone.yaml"
    for said, kind in (
        ("../futures/latent.yaml", "future"),
        ("../studies/mini.yaml", "study"),
        ("mini", "study"),
    ):
        alone.write_text(f"extends: {said}\n", encoding="utf-8")
        (found,) = faults(root, "tiny/alone")
        assert found == (
            f"tiny/plans/alone.yaml:1:10 E001 extends: {said} is a {kind}, not a plan; "
            "extend a plan, or ../region.yaml"
        )


def test_a_section_that_is_missing_is_asked_for_without_a_unit(root: Path) -> None:
    assert [
        one.split(" ", 1)[1] for one in faults(root, "tiny/pilot", "years=null", "working_days=null")
    ] == [
        "E102 years: is missing; add `years:`",
        "E102 working_days: is missing; add `working_days:`",
    ]
    assert faults(root, "tiny/pilot", "years.first=null") == [
        "--set:1:7 E102 years.first: is missing; add `first:`"
    ]
    assert faults(root, "tiny/pilot", "vehicles.van.payload_t=null") == [
        "--set:1:14 E102 vehicles.van.payload_t: is missing; add `payload_t:` in t"
    ]


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need rights on Windows")
def test_a_link_that_leads_out_of_the_region_is_refused(tmp_path: Path) -> None:
    root = write_tiny_region(tmp_path)
    secret = tmp_path / "secret.csv"
    secret.write_text("name\n")
    (root / "tiny/sources.csv").unlink()
    (root / "tiny/sources.csv").symlink_to(secret)
    assert codes(root) == ["E010"]


def test_table_paths_may_not_leave_the_region(root: Path) -> None:
    assert codes(root, "pilot", "tables.sources.file=../../x.csv") == ["E010"]
    assert codes(root, "pilot", "tables.sources.file=sorces.csv") == ["E001"]


def test_a_file_of_ones_own_may_extend_a_plan_by_name(root: Path, tmp_path: Path) -> None:
    own = tmp_path / "mine.yaml"
    own.write_text(
        "extends: tiny/pilot\ntitle: {en: Mine, zh: 我的}\ncollection_point: {vans: 3}\n", encoding="utf-8"
    )
    scenario = load_scenario(f"{own}+latent", root=root)
    assert scenario.spec.collection_point is not None
    assert scenario.spec.collection_point.vans == 3
    assert (scenario.region, scenario.plan, scenario.futures) == ("tiny", "mine", ("latent",))


def test_a_future_needs_a_title_and_extends_nothing(tmp_path: Path) -> None:
    root = write_tiny_region(tmp_path, futures__latent="extends: ../region.yaml\nkiln: {restart_days: 1}\n")
    assert codes(root, "tiny/pilot+latent") == ["E101", "E102"]


def test_a_future_that_touches_what_the_plan_has_not_got_is_an_error(tmp_path: Path) -> None:
    late = "title: {en: x, zh: y}\ncollection_point: {vans: 2}\n"
    root = write_tiny_region(tmp_path, futures__more_vans=late)
    assert load_scenario("tiny/pilot+more_vans", root=root).spec.collection_point is not None
    assert codes(root, "tiny/long_haul+more_vans") == ["E301"]


def test_years_beyond_the_announced_one_are_noted_once(root: Path) -> None:
    notes = [one.code for one in pilot(root).problems]
    assert notes == ["N701"]
    assert pilot(root, "years.last=2026").problems == ()


def test_a_faulty_item_of_a_list_is_reported_once(tmp_path: Path) -> None:
    root = write_tiny_region(
        tmp_path, region=REGION.replace("country: CN", "country: CN, closed: [2025-01-01, 2025-02-30]")
    )
    assert codes(root) == ["E013"]


SCENARIO_LINES = REGION.splitlines()
ODD_VALUES = st.sampled_from(
    ["", "null", "true", "-1", "0", "1e300", ".nan", "x", '"1"', "[]", "[1]", "{}", "{value: 1}", "2025-02-30", "2025-01-01",  # noqa: E501
     "{policy: x}", "[{first: 0001-01-01, last: 9999-12-31}]", "{form: windows, windows: []}", "&a 1", "{value: {}}", "9" * 25]  # noqa: E501
)  # fmt: skip


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(0, len(SCENARIO_LINES) - 1), ODD_VALUES, st.booleans())
def test_any_line_may_be_spoilt_and_ends_in_problems_or_a_scenario(
    tmp_path: Path, number: int, value: str, whole: bool
) -> None:
    lines = list(SCENARIO_LINES)
    head, colon, _ = lines[number].partition(":") if whole else lines[number].rpartition(":")
    lines[number] = f"{head}{colon} {value}"
    root = write_tiny_region(tmp_path, region="\n".join(lines) + "\n")
    scenario, problems = draft("tiny/pilot", (), Library.at(root))
    assert scenario is not None or any(one.severity == "error" for one in problems)


def test_a_path_that_no_file_can_have_names_no_file(tmp_path: Path) -> None:
    long = "a" * 300
    root = write_tiny_region(
        tmp_path, plans__far=f"extends: {long}.yaml\n", plans__deep=f"extends: {long}/a.yaml\n"
    )
    assert codes(root, "tiny/far") == codes(root, "tiny/deep") == ["E001"]
    assert faults(root, "tiny/pilot", f"tables.sources.file={long}.csv") == [
        f"--set:1:21 E001 tables.sources.file: there is no file {long}.csv; correct the path"
    ]
    assert codes(root, f"{long}.yaml") == ["E001"]


def test_a_link_that_leads_to_itself_is_no_file(tmp_path: Path) -> None:
    root = write_tiny_region(tmp_path)
    (root / "tiny/plans/loop.yaml").symlink_to("loop.yaml")
    assert [one.code for one in check(root=root).of("error")] == ["E001"]
    assert "loop" in [one.name for one in list_plans(root)]
    assert codes(root, str(root / "tiny/plans/loop.yaml")) == ["E001"]
    own = root / "tiny/plans/own.yaml"
    own.write_text("extends: tiny/loop\n", encoding="utf-8")
    assert codes(root, "tiny/own") == ["E001"]


def test_so_many_faults_of_a_file_are_told_and_the_others_counted_in_bounded_time(tmp_path: Path) -> None:
    unknown = "".join(f"foo{number}: 1\n" for number in range(3000))
    root = write_tiny_region(
        tmp_path, region=REGION + unknown, futures__wet="title: {en: x, zh: y}\n" + unknown
    )
    started = time.process_time()
    found = faults(root, "tiny/pilot+wet")
    assert time.process_time() - started < 5
    assert [line.split()[1] for line in found].count("E101") <= 100
    ends = [line for line in found if "E006" in line]
    assert ends
    assert all("more than 50 problems; at least " in line for line in ends)


def test_a_long_list_of_wrong_items_does_not_hide_the_faults_of_another_file(tmp_path: Path) -> None:
    items = ", ".join(["x"] * 60)
    wet = f"title: {{en: x, zh: y}}\nworking_days: {{closed: [{items}]}}\n"
    found = faults(write_tiny_region(tmp_path, futures__wet=wet), "tiny/pilot+wet", "direct.vehicle=lorry")
    assert [line.split()[1] for line in found].count("E103") == 50
    assert found[0].startswith("--set:1:16 E401 direct.vehicle: ")
    assert found[-1] == (
        "tiny/futures/wet.yaml:2:175 E006 more than 50 problems; at least 10 more are not told; correct these"
    )
