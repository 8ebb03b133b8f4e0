from sim.scenario.nodes import Branch, Leaf, find, plain
from sim.scenario.problems import Problem
from sim.scenario.reader import read_tree
from sim.scenario.settings import settle


def settled(text: str) -> tuple[Branch, tuple[Problem, ...]]:
    tree, problems = read_tree(text, "a.yaml")
    assert tree is not None
    assert not problems
    return settle(tree)


def codes(text: str) -> list[str]:
    return [one.code for one in settled(text)[1]]


def test_a_setting_is_taken_apart() -> None:
    tree, problems = settled("a: {b: {value: 3, range: [1, 5], origin: a book, confidence: high}}")
    leaf = find(tree, ("a", "b"))
    assert isinstance(leaf, Leaf)
    assert (leaf.value, leaf.range, leaf.origin, leaf.confidence) == (3, (1, 5), "a book", "high")
    assert problems == ()


def test_the_origin_of_a_mapping_holds_for_plain_values_below_that_have_no_nearer_one() -> None:
    tree, _ = settled("origin: far\na: {confidence: low, b: 1, c: {value: 2, origin: near}, d: [1, 2]}")
    origins = {word: find(tree, ("a", word)).origin for word in "bcd"}  # type: ignore[union-attr]
    assert origins == {"b": "far", "c": "near", "d": "far"}
    assert plain(tree) == {"a": {"b": 1, "c": 2, "d": (1, 2)}}


def test_what_is_wrong_with_a_range_has_its_own_code() -> None:
    assert codes("a: {value: 3, range: [5, 1]}") == ["E202"]
    assert codes("a: {value: 9, range: [1, 5]}") == ["E203"]
    assert codes("a: {value: x, range: [1, 5]}") == ["E204"]
    assert codes("a: {value: true, range: [0, 1]}") == ["E204"]
    assert codes("a: {value: [1], range: [1, 5]}") == ["E204"]
    assert codes("a: {value: 3, range: 4}") == ["E201"]
    assert codes("a: {value: 3, range: [1, 2025-01-01]}") == ["E201"]
    assert codes("a: {range: [1, 5]}") == ["E204"]
    assert codes("a: {value: {b: 1}}") == ["E204"]
    assert codes("a: {value: 2025-01-02, range: [2025-01-01, 2025-01-03]}") == []


def test_words_beside_a_value_are_closed() -> None:
    _, (one,) = settled("a: {value: 3, orgin: x}")
    assert str(one) == "a.yaml:1:15 E101 a.orgin: unknown word beside `value`; did you mean origin?"
    assert codes("a: {value: 3, confidence: sure}") == ["E205"]
    assert codes("a: {value: 3, origin: 7}") == ["E205"]
