from pathlib import Path

import pytest
from planner_cases.regions import MINI, write_tiny_region

from sim.scenario.load import (
    list_futures,
    list_plans,
    list_regions,
    list_studies,
    load_study,
    study_of,
)
from sim.scenario.problems import ScenarioError
from sim.scenario.schema import Years


def errors(root: Path, name: str, *settings: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load_study(name, settings, root)
    return [str(one) for one in caught.value.problems if one.severity == "error"]


def test_a_study_is_its_tables_times_plans_times_futures(tmp_path: Path) -> None:
    study = load_study("mini", root=write_tiny_region(tmp_path))
    assert study.name == "tiny/mini"
    assert (study.years.first, study.years.last, study.years.warm_up_years) == (2026, 2027, 1)
    assert [(one.table, one.plan, one.future, one.scenario.name) for one in study.cells] == [
        ("collection", "long_haul", "", "tiny/long_haul"),
        ("collection", "pilot", "", "tiny/pilot"),
        ("collection", "long_haul", "latent", "tiny/long_haul+latent"),
        ("collection", "pilot", "latent", "tiny/pilot+latent"),
        ("calendar", "long_haul", "", "tiny/long_haul"),
        ("calendar", "long_haul", "off_peak_190", "tiny/long_haul+off_peak_190"),
    ]
    assert "tiny/studies/mini.yaml" in study.inputs
    assert "tiny/sources.csv" in study.inputs
    assert [one.code for one in study.problems] == ["N701"]


def test_the_years_of_a_study_hold_for_its_cells(tmp_path: Path) -> None:
    years = "years: {first: 2024, last: 2025, warm_up_years: 2}\n"
    study = load_study("mini", root=write_tiny_region(tmp_path, studies__mini=MINI + years))
    assert study.years.first == 2024
    assert {one.scenario.spec.years.last for one in study.cells} == {2025}
    assert study.problems == ()


def test_a_setting_of_years_wins_over_those_of_the_study(tmp_path: Path) -> None:
    years = "years: {first: 2024, last: 2025, warm_up_years: 2}\n"
    root = write_tiny_region(tmp_path, studies__mini=MINI + years)
    study = load_study("mini", ("years.last=2024", "years.warm_up_years=0"), root)
    assert study.years == Years(first=2024, last=2024, warm_up_years=0)
    assert {one.scenario.spec.years for one in study.cells} == {study.years}
    with pytest.raises(ScenarioError, match="2023 is before the first year 2024"):
        load_study("mini", ("years.last=2023",), root)


def test_all_that_is_wrong_with_a_study_comes_at_once(tmp_path: Path) -> None:
    text = MINI.replace('futures: ["", latent]', 'futures: ["", latnt]').replace(
        "plans: [long_haul, pilot]", "plans: [long_hual, pilot]"
    )
    text = text.replace("seed: 1", "sead: 1").replace("replications: 4", "replications: 1")
    found = errors(write_tiny_region(tmp_path, studies__mini=text), "mini")
    assert [line.split(" ", 1)[1] for line in found] == [
        "E102 seed: is missing; add `seed:`",
        "E104 replications: 1 is out of bounds; allowed: at least 2 and at most 1e+06",
        "E101 sead: unknown word; did you mean seed?",
        "E401 tables.collection.plans.0: there is no plan long_hual; did you mean long_haul?",
        "E401 tables.collection.futures.1: there is no future latnt; did you mean latent?",
        "E401 tables.collection.baseline: long_haul is not one of the plans; did you mean long_hual?",
    ]


def test_a_future_that_does_not_apply_to_a_plan_is_a_note_in_a_study(tmp_path: Path) -> None:
    root = write_tiny_region(
        tmp_path,
        futures__more_vans="title: {en: x, zh: y}\ncollection_point: {vans: 2}\n",
        studies__mini=MINI.replace('futures: ["", latent]', "futures: [more_vans]"),
    )
    study = load_study("mini", root=root)
    assert [one.message for one in study.problems if one.code == "N702"] == [
        "does not apply: plan long_haul has not got it"
    ]


def test_a_set_option_must_touch_some_plan_of_a_study(tmp_path: Path) -> None:
    root = write_tiny_region(tmp_path)
    study = load_study("mini", ("collection_point.vans=2",), root)
    assert [one.code for one in study.problems if one.place.file == "--set"] == ["N702"]
    (found,) = [
        line for line in errors(root, "mini", "collection_point.bays.paint.capacity_t=2") if "E" in line
    ][:1]
    assert "no plan of the study has got it" in found


def test_scenarios_named_one_by_one_make_a_study_with_the_first_as_baseline(tmp_path: Path) -> None:
    root = write_tiny_region(tmp_path)
    study = study_of(["long_haul", "tiny/pilot+latent"], root=root)
    assert study.name == "tiny-long_haul_vs_tiny-pilot+latent"
    assert set(study.spec.tables) == {"hazardous", "slag"}
    assert study.spec.tables["hazardous"].baseline == "tiny/long_haul"
    assert study.spec.tables["hazardous"].primary_kpis == ("overflow_probability",)
    assert study.spec.tolerances.sources_overflow_days == 2
    assert [(one.plan, one.future) for one in study.cells] == [("long_haul", ""), ("pilot", "latent")] * 2
    assert study_of(["pilot"], root=root).name == "tiny-pilot"


def test_a_scenario_is_named_once(tmp_path: Path) -> None:
    root = write_tiny_region(tmp_path)
    for second, said in (
        ("pilot", "pilot:1:1 E505 tiny/pilot stands twice; name each scenario once"),
        (
            "tiny/pilot",
            "tiny/pilot:1:1 E505 tiny/pilot stands twice, first as pilot; name each scenario once",
        ),
    ):
        with pytest.raises(ScenarioError) as caught:
            study_of(["pilot", second], root=root)
        assert [str(one) for one in caught.value.problems if one.severity == "error"] == [said]
    with pytest.raises(ScenarioError) as caught:
        study_of(["pilot+latent+latent"], root=root)
    assert [str(one) for one in caught.value.problems if one.severity == "error"] == [
        "tiny/pilot+latent+latent:1:1 E505 future latent is added twice; write +latent once"
    ]


def test_a_plan_future_or_kpi_stands_once_in_a_table(tmp_path: Path) -> None:
    text = (
        MINI.replace("plans: [long_haul, pilot]", "plans: [long_haul, pilot, long_haul]")
        .replace('futures: ["", latent]', 'futures: ["", latent, ""]')
        .replace("primary_kpis: [overflow_probability]", "primary_kpis: [cost, cost]", 1)
    )
    found = errors(write_tiny_region(tmp_path, studies__mini=text), "mini")
    assert [line.split(" ", 1)[1] for line in found] == [
        "E505 tables.collection.plans.2: long_haul stands twice, first as plans.0; remove it",
        "E505 tables.collection.futures.2: (none) stands twice, first as futures.0; remove it",
        "E505 tables.collection.primary_kpis.1: cost stands twice, first as primary_kpis.0; remove it",
    ]


def test_the_faults_of_all_named_scenarios_come_at_once(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        study_of(["long_hual", "pilto"], root=write_tiny_region(tmp_path))
    assert [one.place.file for one in caught.value.problems] == ["long_hual", "pilto"]


def test_a_slip_in_a_set_option_is_named_although_only_one_plan_has_the_section(tmp_path: Path) -> None:
    setting = "collection_point.bays.waste_oil.capasity_t=3"
    with pytest.raises(ScenarioError) as caught:
        study_of(["long_haul", "pilot"], (setting,), write_tiny_region(tmp_path))
    assert [str(one) for one in caught.value.problems if one.severity == "error"] == [
        "--set:1:33 E101 collection_point.bays.waste_oil.capasity_t: unknown word; did you mean capacity_t?"
    ]


def test_everything_has_its_titles(tmp_path: Path) -> None:
    root = write_tiny_region(tmp_path)
    assert [(one.name, one.zh) for one in list_regions(root)] == [("tiny", "小县")]
    assert [one.name for one in list_plans(root)] == ["long_haul", "pilot"]
    assert [one.en for one in list_futures(root)] == ["Latent waste", "190 off-peak days"]
    assert [(one.region, one.name) for one in list_studies(root)] == [("tiny", "mini")]


def test_a_plan_among_the_futures_is_called_what_it_is(tmp_path: Path) -> None:
    text = MINI.replace("plans: [long_haul, pilot]", "plans: [long_haul, latent]").replace(
        'futures: ["", latent]', "futures: [pilot, mini]"
    )
    found = errors(write_tiny_region(tmp_path, studies__mini=text), "mini")
    assert [line.split(" ", 1)[1] for line in found] == [
        "E401 tables.collection.plans.1: latent is a future, not a plan; write it under futures",
        "E401 tables.collection.futures.0: pilot is a plan, not a future; write it under plans",
        "E401 tables.collection.futures.1: mini is a study, not a future; known here: latent, off_peak_190",
    ]
