import re
from pathlib import Path

from sim.scenario.problems import CODES, Place, ScenarioError, in_order, nearest, problem, suggestion

ROOT = Path(__file__).resolve().parents[2]


def test_the_reference_lists_every_code_with_its_meaning() -> None:
    text = (ROOT / "docs/SCENARIOS.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| ([EWN]\d{3}) \| (.*) \|$", text, re.MULTILINE) == list(CODES.items())


def test_every_code_that_is_said_is_in_the_table() -> None:
    said = {
        code
        for path in (ROOT / "sim/scenario").glob("*.py")
        for code in re.findall(r'"([EWN]\d{3})"', path.read_text(encoding="utf-8"))
    }
    assert said == set(CODES)


def test_a_problem_is_one_line_and_all_come_in_the_order_of_places() -> None:
    late = problem("E101", Place("b.yaml", 2, 1), "a.b", "unknown word", "remove it")
    early = problem("E002", Place("a.yaml", 1, 1), "", "too large")
    found = ScenarioError([late, early, late]).problems
    assert [str(one) for one in found] == [
        "a.yaml:1:1 E002 too large",
        "b.yaml:2:1 E101 a.b: unknown word; remove it",
    ]


def test_an_unknown_word_gets_the_nearest_or_all() -> None:
    assert nearest("capasity_t", ["capacity_t", "release_t"]) == "capacity_t"
    assert suggestion("x", ("alpha", "beta")) == "known here: alpha, beta"
    assert suggestion("x", ()) == "remove it"


def test_one_fault_with_two_pieces_of_advice_is_said_once() -> None:
    said = [problem("E101", Place("a.yaml", 1, 1), "foo", "unknown word", fix) for fix in ("one", "two")]
    assert len(in_order(said)) == 1
