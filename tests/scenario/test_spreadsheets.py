"""Tables as spreadsheets write them are read, or called what they are."""

from pathlib import Path

import pytest
from planner_cases.regions import SOURCES, TOWNSHIPS, write_tiny_region

from sim.scenario.csvtext import text_of
from sim.scenario.load import load_scenario
from sim.scenario.problems import ScenarioError
from sim.scenario.reader import Refused

ROOT = Path(__file__).parents[2]
BREAK = '"汽\n修一"'
FORMS = {
    "mark": SOURCES.encode("utf-8-sig"),
    "semicolons": SOURCES.replace(",", ";").encode(),
    "tabs": SOURCES.replace(",", "\t").encode(),
    "windows": SOURCES.replace("\n", "\r\n").encode(),
    "old mac": SOURCES.replace("\n", "\r").encode(),
    "blank rows": SOURCES.replace("\npetrol", "\n,,,,,,,,,,,,\n\npetrol").encode() + b",,,,,,,,,,,,\n\n",
    "blank columns": SOURCES.replace("\n", ",,\n").encode(),
    "GB18030": SOURCES.encode("gb18030"),
    "GB18030, semicolons": SOURCES.replace(",", ";").encode("gb18030"),
}


def _loaded(tmp_path, content, **changed):
    root = write_tiny_region(tmp_path, **changed)
    (root / "tiny" / "sources.csv").write_bytes(content)
    return load_scenario("tiny/long_haul", (), root)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_rows(tmp_path, form):
    plain = _loaded(tmp_path / "plain", SOURCES.encode())
    found = _loaded(tmp_path / "form", FORMS[form])
    assert found.tables == plain.tables
    notes = [one for one in found.problems if one.code == "N707"]
    assert len(notes) == ("GB18030" in form)
    assert [str(one.place) for one in notes] == ["tiny/sources.csv:2:10"] * len(notes)


def test_a_quoted_cell_may_hold_line_breaks_and_later_places_stand(tmp_path):
    text = SOURCES.replace("汽修一", BREAK).replace("downtown,31.801", "downtown,north")
    with pytest.raises(ScenarioError) as caught:
        _loaded(tmp_path, text.encode())
    assert str(caught.value).startswith("tiny/sources.csv:4:")
    again = _loaded(tmp_path / "again", SOURCES.replace("汽修一", BREAK).encode())
    assert [row.name_zh for row in again.tables.sources] == ["汽 修一", "汽修二", "加油站一"]


def test_a_quote_without_end_spoils_its_own_row_only(tmp_path):
    text = SOURCES.replace("汽修一", '"汽修一').replace("garage,downtown", "garrage,downtown")
    with pytest.raises(ScenarioError) as caught:
        _loaded(tmp_path, text.encode())
    assert [one.code for one in caught.value.problems if one.severity == "error"] == ["E504", "E401"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04\x14\x00", "is a workbook (xlsx) or another packed file, not a CSV table; save the"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "is a workbook (xls), not a CSV table"),
        (SOURCES.encode("utf-16"), "is UTF-16 text, not a CSV table"),
        (SOURCES.encode()[:60] + "汽修".encode() + b"\xff" + SOURCES.encode()[60:], "byte 0xff is not UTF-8"),
        (SOURCES.replace("汽修一", "Garage Café").encode("latin-1", "replace"), "is not UTF-8"),
    ],
    ids=["xlsx", "xls", "UTF-16", "a broken byte in UTF-8", "Latin"],
)  # fmt: skip
def test_what_is_no_table_is_called_what_it_is(content, said):
    with pytest.raises(Refused) as caught:
        text_of(content, "sources.csv")
    assert said in str(caught.value.problem)


def test_a_row_may_have_an_origin_of_its_own(tmp_path):
    rows = TOWNSHIPS.replace("zone\n", "zone,origin\n").replace("east\n", "east,counted by hand\n")
    root = write_tiny_region(tmp_path)
    (root / "tiny" / "townships.csv").write_text(rows.replace("west\n", "west,\n"), encoding="utf-8")
    origins = load_scenario("tiny/long_haul", (), root).origins
    assert origins["tables.townships.uptown"].origin == "counted by hand"
    assert origins["tables.townships.population"].origin == "census"
    assert "tables.townships.downtown" not in origins
    assert origins["tables.kiln_calendar.2024"].origin == "announced"


def test_shipped_tables_show_chinese_at_a_double_click():
    tables = sorted(ROOT.glob("scenarios/*/*.csv"))
    assert tables
    for path in tables:
        assert path.read_bytes().startswith(b"\xef\xbb\xbf"), path
