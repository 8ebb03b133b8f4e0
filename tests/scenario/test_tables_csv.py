import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.csvtext import split
from sim.scenario.schema import KilnCalendarRow, SourceRow, TownshipRow
from sim.scenario.tables import CsvTable, parse_table

HEADER = "name,name_zh,lat,lon,population,zone\n"
GOOD = "a,甲,31.5,108.5,1000,east\n"


def townships(text: str) -> CsvTable[TownshipRow]:
    return parse_table(text, "t.csv", "townships", TownshipRow)


def said(text: str) -> list[str]:
    return [str(one) for one in townships(text).problems]


def test_rows_come_typed_with_the_place_of_every_cell() -> None:
    table = townships("\n".join([HEADER.strip(), GOOD.strip(), '"b, c",乙,31,108.5,2000,west', ""]))
    assert [row.name for row in table.rows] == ["a", "b, c"]
    assert table.rows[1].lat == 31
    assert str(table.place(1, "lat")) == "t.csv:3:10"
    assert table.problems == ()


def test_unknown_missing_and_double_columns_are_reported() -> None:
    assert said("name,name_zh,latt,lon,lon,population,zone\n") == [
        "t.csv:1:14 E501 tables.townships.latt: unknown column; did you mean lat?",
        "t.csv:1:23 E503 tables.townships.lon: the column stands twice, first at column 19; remove one",
        "t.csv:1:1 E502 tables.townships.lat: the column is missing; add the column lat",
    ]


def test_cells_are_strict() -> None:
    problems = said(HEADER + "a,甲,north,200,1.5,east\nb,乙,,108,5,west\n")
    assert problems == [
        't.csv:2:5 E103 tables.townships.a.lat: "north" is not a number; write a number',
        "t.csv:2:11 E104 tables.townships.a.lon: 200 is out of bounds; allowed: at least -180 and at most 180",  # noqa: E501
        "t.csv:2:15 E103 tables.townships.a.population: 1.5 is not a whole number; write a whole number",
        "t.csv:3:5 E102 tables.townships.b.lat: is blank; fill in the cell",
    ]


def test_a_name_stands_once_and_rows_have_their_cells() -> None:
    assert said(HEADER + GOOD + GOOD + "c,1,2\n" + 'd,"x\n') == [
        "t.csv:3:1 E505 tables.townships.a: a stands twice, first at line 2; rename one",
        "t.csv:4:1 E504 tables.townships: 3 cells for 6 columns; put cells with a comma in quotes",
        't.csv:5:1 E504 tables.townships: a quote without end; write "..." around the cell',
    ]


def test_rows_without_a_name_are_named_by_their_line() -> None:
    assert said(HEADER + ",甲,31.5,108.5,1000,east\n,乙,31.5,108.5,1000,east\n") == [
        "t.csv:2:1 E102 tables.townships.2.name: is blank; fill in the cell",
        "t.csv:3:1 E102 tables.townships.3.name: is blank; fill in the cell",
    ]


def test_container_counts_may_be_blank_or_left_out() -> None:
    header = "name,name_zh,type,township,lat,lon,size_factor,waste_oil\n"
    table = parse_table(header + "a,甲,garage,x,31,108,1,\n", "s.csv", "sources", SourceRow)
    assert table.problems == ()
    assert table.rows[0].waste_oil is None


def test_an_empty_file_has_no_header() -> None:
    assert [one.code for one in townships("").problems] == ["E005"]


@given(st.text(alphabet='ab,"\n 1', max_size=80))
def test_any_text_ends_in_rows_or_in_problems(text: str) -> None:
    table = parse_table(text, "t.csv", "kiln_calendar", KilnCalendarRow)
    assert table.problems


@given(st.lists(st.text(alphabet='ab,"'), min_size=1))
def test_quoted_cells_come_back_as_they_were(cells: list[str]) -> None:
    line = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    found = split(line)
    assert found is not None
    assert [text for text, _ in found] == cells


@pytest.mark.parametrize("line", ['"a', 'a"b', '"a"b'])
def test_a_quote_that_does_not_fit_is_refused(line: str) -> None:
    assert split(line) is None


def test_a_table_with_too_many_columns_long_lines_or_faults_is_not_read_to_its_end() -> None:
    wide = ",".join(f"c{number}" for number in range(300))
    assert said(wide + "\n") == [
        "t.csv:1:891 E006 tables.townships: more than 200 columns; keep those that are known"
    ]
    assert said("name," + "x" * 20000 + "\n") == [
        "t.csv:1:10000 E006 tables.townships: a line of 20005 characters; break it below 10000 characters"
    ]
    assert said(HEADER + "a,1\n" * 90)[-1] == (
        "t.csv:52:1 E006 tables.townships: more than 50 problems; the rest is not read; correct these"
    )
