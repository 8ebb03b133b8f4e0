import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.nodes import Branch, Leaf, plain
from sim.scenario.problems import Place
from sim.scenario.reader import read_document, read_tree


def codes(text: str) -> list[str]:
    return [one.code for one in read_tree(text, "a.yaml")[1]]


def leaf(text: str) -> Leaf:
    tree, _ = read_tree(text, "a.yaml")
    assert isinstance(tree, Branch)
    found = tree.entries["a"]
    assert isinstance(found, Leaf)
    return found


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1", 1), ("-3", -3), ("1.5", 1.5), ("1e3", 1000.0), ("true", True), ("null", None), ("~", None),
        ("2025-11-30", date(2025, 11, 30)), ("'30'", "30"), ('"true"', "true"), ("yes", "yes"), ("08:00", "08:00"),  # noqa: E501
        ("0x10", "0x10"), ("1_000", "1_000"), ("900-214-08", "900-214-08"),
    ],
)  # fmt: skip
def test_a_plain_word_means_what_yaml_1_2_says_and_a_quoted_one_is_text(written: str, value: object) -> None:
    found = leaf(f"a: {written}").value
    assert found == value
    assert type(found) is type(value)


def test_every_value_and_key_knows_its_place() -> None:
    tree, _ = read_tree("a:\n  b: 3\n  c: [1, 22]\n", "a.yaml")
    assert tree is not None
    inner = tree.entries["a"]
    assert isinstance(inner, Branch)
    assert inner.keys["b"] == Place("a.yaml", 2, 3)
    assert inner.entries["b"].place == Place("a.yaml", 2, 6)
    assert inner.entries["c"].items[1].place == Place("a.yaml", 3, 10)  # type: ignore[union-attr]


def test_a_date_that_does_not_exist_says_how_long_the_month_is() -> None:
    _, problems = read_tree("a: 2025-11-31", "a.yaml")
    assert str(problems[0]) == ("a.yaml:1:4 E013 a: 2025-11-31: November 2025 has 30 days; write 2025-11-30")


@pytest.mark.parametrize("written", [".nan", ".inf", "-.inf", "1e999", "9" * 40])
def test_numbers_must_be_finite(written: str) -> None:
    assert codes(f"a: {written}") == ["E012"]


def test_a_key_that_stands_twice_names_both_places_and_reading_goes_on() -> None:
    tree, problems = read_tree("a: 1\nb: 2\na: 3\nc: .nan\n", "a.yaml")
    assert [str(one) for one in problems] == [
        "a.yaml:3:1 E008 a: stands twice, first at line 1, column 1; keep one of them",
        "a.yaml:4:4 E012 c: .nan is not a finite number; write a number",
    ]
    assert tree is not None
    assert plain(tree) == {"a": 1, "b": 2, "c": None}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: &x 1", "E007"), ("a: *x", "E007"), ("a: !!str 1", "E007"), ("a: {<<: {b: 1}}", "E007"),
        ("a: 1\n---\nb: 1", "E007"), ("%YAML 1.1\n---\na: 1", "E007"), ("a: {b", "E004"), ("\ta: 1", "E004"),
        ("", "E005"), ("# only this\n", "E005"), ("- 1", "E005"), ("text", "E005"), ("? [a]\n: 1", "E009"),
        ("a.b: 1", "E009"),
    ],
)  # fmt: skip
def test_what_is_not_in_the_language_is_refused(text: str, code: str) -> None:
    assert code in codes(text)


BOMB = "a: &a [x, x]\n" + "\n".join(f"b{n}: &b{n} [*a, *a, *a]" for n in range(9))


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 100_000, b"- " * 100_000, b"{a: " * 100_000, b"!" * 1_900_000, b"a: " + b"x" * 1_900_000,
        b"a: [" + b"1, " * 600_000 + b"]", b"\n".join(b"k%d: 1" % n for n in range(19_000)) * 9,
        b"\x00\x01\x02", b"a: \xff\xfe", b"PK\x03\x04" * 1000, BOMB.encode(), b"x" * 60_000_000, b"\n" * 1_000_000,  # noqa: E501
    ],
    ids=range(13),
)  # fmt: skip
def test_hostile_files_are_refused_fast(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "hostile.yaml"
    path.write_bytes(content)
    start = time.perf_counter()
    document = read_document(path, "hostile.yaml")
    assert document.problems
    assert time.perf_counter() - start < 5


def test_a_byte_that_is_not_utf_8_is_placed(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes(b"title: x\nname: caf\xe9\n")
    (one,) = read_document(path, "latin.yaml").problems
    assert (one.code, one.place) == ("E003", Place("latin.yaml", 2, 10))


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "windows.yaml"
    path.write_bytes("a: 1\r\nb: text\r\n".encode("utf-8-sig"))
    document = read_document(path, "windows.yaml")
    assert document.problems == ()
    assert document.tree is not None
    assert plain(document.tree) == {"a": 1, "b": "text"}


YAML_LIKE = st.text(alphabet="ab1:-,[]{}#&*!|>'\"%@`?.~ \n\t\\0é\u2028", max_size=60)


@given(st.one_of(st.text(max_size=80), YAML_LIKE))
def test_any_text_ends_in_a_tree_or_in_problems(text: str) -> None:
    tree, problems = read_tree(text, "a.yaml")
    assert tree is not None or problems


@given(st.binary(max_size=200))
def test_any_bytes_end_in_a_tree_or_in_problems(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("bytes") / "a.yaml"
    path.write_bytes(content)
    document = read_document(path, "a.yaml")
    assert document.tree is not None or document.problems
