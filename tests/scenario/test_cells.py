"""Options reach cells of tables, and places whose path begins further down."""

import pytest
from planner_cases.regions import PILOT, REGION, write_tiny_region

from sim.scenario.cells import keys_of, named
from sim.scenario.diff import differences
from sim.scenario.factors import FactorError, factor_of, parse_factor
from sim.scenario.load import load_scenario, study_of
from sim.scenario.problems import ScenarioError
from sim.scenario.schema import Tables

TRIANGULAR = PILOT.replace(
    "{law: date, date: 2025-01-01}", "{law: triangular, low: 2025-01-01, mode: 2025-02-01, high: 2025-06-01}"
)
CALLS = PILOT.replace(
    "{policy: fixed, every_days: 60, skip_below_t: 0.01}",
    "{policy: on_call, every_days: 7, call: {fill_share: 0.5, oldest_days: 300}}",
)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    record = "year,quantity,recorded,basis\n2020,transferred_t,2.5,made up\n"
    tables = "  kiln_calendar: {file: kiln_calendar.csv}\n"
    region = REGION.replace(tables, f"{tables}  record: {{file: record.csv}}\n")
    folder = write_tiny_region(
        tmp_path_factory.mktemp("cells"), region=region, plans__later=TRIANGULAR, plans__calls=CALLS
    )
    (folder / "tiny" / "record.csv").write_text(record, encoding="utf-8-sig")
    return folder


def _said(root, *settings, plan="tiny/pilot"):
    with pytest.raises(ScenarioError) as caught:
        load_scenario(plan, settings, root)
    return [str(one) for one in caught.value.problems if one.severity == "error"]


def test_every_number_of_every_table_can_be_set(root):
    plain = load_scenario("tiny/pilot", (), root)
    for table in Tables.model_fields:
        row = getattr(plain.tables, table)[0]
        words = ".".join(named(row, table))
        numbers = [
            column
            for column, value in row.model_dump().items()
            if isinstance(value, int | float) and column not in keys_of(table)
        ]
        assert numbers
        for column in numbers:
            was = getattr(row, column)
            new = was + 1 if was < 1.5 else was - 1
            setting = f"tables.{table}.{words}.{column}={new}"
            changed = load_scenario("tiny/pilot", [setting], root)
            assert getattr(getattr(changed.tables, table)[0], column) == new
            assert changed.origins[setting.partition("=")[0]].place.file == "--set"
            assert [one.path for one in differences(plain, changed)] == [setting.partition("=")[0]]


def test_a_blank_count_can_be_set_and_emptied_again(root):
    path = "tables.sources.garage-2.waste_oil"
    assert load_scenario("tiny/pilot", [f"{path}=3"], root).tables.sources[1].waste_oil == 3
    assert load_scenario("tiny/pilot", [f"{path}=null"], root).tables.sources[1].waste_oil is None


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("tables.sources.garage-11.waste_oil=2", "sources.csv has no row garage-11; did you mean garage-1?"),
        ("tables.sources.garage-1.wast_oil=2", "unknown column; did you mean waste_oil?"),
        ("tables.sources.garage-1=2", "does not name one cell; write tables.sources.NAME.COLUMN=VALUE"),
        ("tables.sources.garage-1.name=x", "names its row and cannot be set; set another column"),
        ("tables.sources.garage-1.waste_oil=two", '"two" is not a whole number; write a whole number'),
        ("tables.sources.garage-1.waste_oil=-1", "-1 is out of bounds; allowed: at least 0 and at most 1e+09"),  # noqa: E501
        ("tables.sources.garage-1.size_factor=null", "is blank; write a value"),
        ("tables.sources.garage-1.type=garrage", "there is no source type garrage; did you mean garage?"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_set_says_why(root, setting, said):
    (line,) = _said(root, setting)
    assert line.startswith("--set:1:")
    assert line.endswith(said)


def test_a_cell_is_set_once(root):
    again = ["tables.sources.garage-1.waste_oil=2", "tables.sources={garage-1: {waste_oil: 3}}"]
    assert [line.split()[1] for line in _said(root, *again)] == ["E008"]


def test_a_path_may_begin_further_down_where_one_place_ends_so(root):
    found = load_scenario("tiny/pilot", ["rounds.every_days=30"], root)
    assert found.spec.collection_point.rounds.every_days == 30
    assert [one.message for one in found.problems if one.code == "N706"] == [
        "read as collection_point.rounds.every_days"
    ]
    assert load_scenario("tiny/pilot", ["vans=2"], root).spec.collection_point.vans == 2


def test_a_path_that_ends_in_several_places_lists_them(root):
    (line,) = _said(root, "release_t=1")
    assert line.endswith(
        "write collection_point.bays.waste_oil.release_t or collection_point.bays.oily_solids.release_t"
    )


def test_a_path_that_a_plan_has_not_got_does_not_apply_to_it_in_a_comparison(root):
    study = study_of(["tiny/long_haul", "tiny/pilot"], ["rounds.every_days=30"], root)
    assert {one.code for one in study.problems if one.place.file == "--set"} == {"N702", "N706"}
    assert "choose a plan that has it" in _said(root, "rounds.every_days=30", plan="tiny/long_haul")[0]
    with pytest.raises(ScenarioError, match="no plan of the study has got it"):
        study_of(["tiny/long_haul", "tiny/long_haul+latent"], ["rounds.every_days=30"], root)


def test_a_word_that_stands_deeper_is_found(root):
    (line,) = _said(root, "collection_point.every_days=30")
    assert line.endswith("did you mean rounds.every_days?")
    (line,) = _said(root, "kiln.campaigns={}")
    assert line.endswith("did you mean off_peak.campaigns?")


def test_a_list_of_known_words_holds_every_one(root):
    (line,) = _said(root, "xyzzy=1")
    assert line.endswith("title, vehicles, working_days, years")
    assert "..." not in line


@pytest.mark.parametrize("path", ["collection_point.opening", "opening"])
def test_a_mapping_that_must_be_replaced_is_written_out(root, path):
    (line,) = _said(root, f"{path}.date=2027-09-01", plan="tiny/later")
    fix = "collection_point.opening={law: date, date: 2027-09-01}"
    assert line.endswith(f"replace the whole: {fix}")
    assert str(load_scenario("tiny/later", [fix], root).spec.collection_point.opening.date) == "2027-09-01"
    (line,) = _said(root, "collection_point.opening=2027-09-01", plan="tiny/later")
    assert "write {law: date, date: ...} or {law: triangular, low: ..., mode: ..., high: ...}" in line


def test_a_sweep_varies_cells_and_paths_that_begin_further_down(root):
    pilot = load_scenario("tiny/pilot", (), root)
    cell = factor_of(parse_factor("tables.sources.garage-1.waste_oil=1,2,3"), [pilot])
    assert (cell.base, cell.levels, cell.kind) == (1, (1, 2, 3), "int")
    assert (
        factor_of(parse_factor("rounds.every_days=30,60"), [pilot]).path
        == "collection_point.rounds.every_days"
    )
    with pytest.raises(FactorError) as caught:
        factor_of(parse_factor("tables.sources.garage-11.waste_oil=1,2"), [pilot])
    assert caught.value.fix == "did you mean tables.sources.garage-1.waste_oil?"
    with pytest.raises(FactorError, match="2 places of tiny/pilot end so"):
        factor_of(parse_factor("release_t=1,2"), [pilot])
