from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.nodes import Branch, Leaf, Node, plain
from sim.scenario.overlay import Laying
from sim.scenario.problems import Place
from sim.scenario.reader import read_tree
from sim.scenario.schema import ScenarioSpec
from sim.scenario.settings import settle
from sim.scenario.vocabulary import kind_of

SPEC = kind_of(ScenarioSpec)
HERE = Place("a.yaml", 1, 1)


def tree(text: str) -> Branch:
    found, problems = read_tree(text, "a.yaml")
    assert found is not None
    assert not problems
    return settle(found)[0]


def laid(base: str, over: str, may_add: bool = True) -> tuple[object, list[str]]:
    laying = Laying(may_add, "the plan")
    merged = laying.lay(tree(base), tree(over), SPEC)
    return plain(merged), [f"{one.code} {one.path}" for one in laying.problems]


def test_mappings_merge_key_by_key_and_lists_are_replaced_whole() -> None:
    base = "kiln: {restart_days: 1, maintenance_days: 5}\ngeneration: {season_factors: [1, 2]}"
    merged, problems = laid(base, "kiln: {restart_days: 2}\ngeneration: {season_factors: [3]}", may_add=False)
    assert merged == {
        "kiln": {"restart_days": 2, "maintenance_days": 5},
        "generation": {"season_factors": (3,)},
    }
    assert problems == []


def test_a_value_loses_the_range_and_origin_of_the_one_it_replaces() -> None:
    base = tree("kiln: {restart_days: {value: 1, range: [0, 2], origin: a book}}")
    merged = Laying(False, "x").lay(base, tree("kiln: {restart_days: 5}"), SPEC)
    leaf = merged.entries["kiln"].entries["restart_days"]  # type: ignore[union-attr]
    assert isinstance(leaf, Leaf)
    assert (leaf.value, leaf.range, leaf.origin) == (5, None, "")


def test_a_mapping_whose_form_changes_is_replaced_whole() -> None:
    base = "kiln: {off_peak: {form: recorded, campaigns: {shortest_days: 1}}}"
    changed, _ = laid(base, "kiln: {off_peak: {form: annual, days_per_year: 190}}", may_add=False)
    assert changed == {"kiln": {"off_peak": {"form": "annual", "days_per_year": 190}}}
    kept, _ = laid(base, "kiln: {off_peak: {form: recorded, campaigns: {shortest_days: 2}}}", may_add=False)
    assert kept == {"kiln": {"off_peak": {"form": "recorded", "campaigns": {"shortest_days": 2}}}}


def test_null_removes_an_entry_and_what_is_not_there_cannot_be_removed() -> None:
    base = "outlets: {a: {capacity_t_per_day: 1}, b: {capacity_t_per_day: 2}}"
    assert laid(base, "outlets: {a: null}") == ({"outlets": {"b": {"capacity_t_per_day": 2}}}, [])
    assert laid(base, "outlets: {c: null}")[1] == ["E302 outlets.c"]


def test_a_plan_may_add_and_a_future_may_not() -> None:
    base = "outlets: {a: {capacity_t_per_day: 1}}"
    over = "outlets: {b: {capacity_t_per_day: 2}}"
    assert laid(base, over)[1] == []
    assert laid(base, over, may_add=False) == (
        {"outlets": {"a": {"capacity_t_per_day": 1}}},
        ["E301 outlets.b"],
    )


def test_a_future_may_name_what_has_an_empty_default_and_names_of_plain_values() -> None:
    base = "regimes: {default: direct}\nsource_types: {garage: {containers: {waste_oil: 1}}}"
    over = "regimes: {by_type: {garage: pilot}}\nsource_types: {garage: {containers: {lab: 2}}}"
    assert laid(base, over, may_add=False)[1] == []


def test_an_unknown_word_below_what_is_left_out_is_still_reported() -> None:
    _, problems = laid("years: {first: 1}", "collection_point: {vanns: 2}", may_add=False)
    assert problems == ["E301 collection_point", "E101 collection_point.vanns"]


LEAVES = st.integers(0, 9).map(lambda value: Leaf(value, HERE))
PLAIN_MAPS = st.dictionaries(st.sampled_from("abcd"), LEAVES, max_size=4)


def mapping(entries: dict[str, Node]) -> Branch:
    return Branch(dict(entries), HERE, dict.fromkeys(entries, HERE))


TREES = st.dictionaries(
    st.sampled_from(["garage", "station"]),
    PLAIN_MAPS.map(lambda rates: mapping({"generation_t_per_year": mapping(dict(rates))})),
    max_size=2,
).map(lambda types: mapping({"source_types": mapping(dict(types))}))


@given(TREES, TREES, TREES)
def test_overlays_that_remove_nothing_may_be_joined_first(one: Branch, two: Branch, three: Branch) -> None:
    laying = Laying(True, "x")
    left = laying.lay(laying.lay(one, two, SPEC), three, SPEC)
    right = laying.lay(one, laying.lay(two, three, SPEC), SPEC)
    assert plain(left) == plain(right)


@given(TREES)
def test_an_overlay_of_itself_changes_nothing(one: Branch) -> None:
    assert plain(Laying(False, "x").lay(one, one, SPEC)) == plain(one)
