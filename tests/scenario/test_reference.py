"""Every key says what it means, in which unit, what holds without it, and how it is written."""

from __future__ import annotations

from typing import Annotated, Any, get_origin

import pytest
from pydantic import TypeAdapter
from pydantic_core import PydanticUndefined

from sim.scenario.examples import ROWS, example_of, examples_in
from sim.scenario.jsonschema import has_words, schemas
from sim.scenario.library import Library
from sim.scenario.schema import ScenarioSpec, Tables
from sim.scenario.sentences import sentences_of
from sim.scenario.study import StudySpec
from sim.scenario.sweep_study import SweepSpec
from sim.scenario.vocabulary import Kind, child_kinds, fields_of, kind_of, unit_in_words
from sim.spec import Spec, number

EXAMPLES = examples_in(Library.at(None))
SCHEMAS = schemas(Library.at(None))


def specs_of(kind: Kind) -> set[type[Spec]]:
    """Specs that stand in a place or anywhere below it."""
    own = {kind.type} if kind.is_spec else set()
    return own.union(*(specs_of(below) for below in child_kinds(kind)))


WRITTEN = {
    "scenario.json": specs_of(kind_of(ScenarioSpec)),
    "study.json": specs_of(kind_of(StudySpec)),
    "sweep.json": specs_of(kind_of(SweepSpec)),
}
SPECS = sorted({*ROWS.values()}.union(*WRITTEN.values()), key=lambda spec: spec.__name__)


class Silent(Spec):
    told: int = number(ge=0)
    """Number of things that are told."""
    untold: int = number(ge=0)


def test_a_sentence_belongs_to_the_field_above_it_alone() -> None:
    assert sentences_of(Silent) == {"told": "Number of things that are told."}


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.__name__)
def test_every_key_has_a_sentence_of_its_own_a_unit_and_an_example(spec: type[Spec]) -> None:
    for word, kind in fields_of(spec).items():
        sentence = sentences_of(spec).get(word, "")
        assert sentence[:1].isupper(), word
        assert sentence.endswith("."), word
        said = {part.strip("`.,:;'()").lower() for part in sentence.split()}
        assert len(said - {*word.split("_")}) >= 3, f"{word} says only its name"
        assert example_of(spec, word, EXAMPLES) is not None, f"{word}: give `examples` beside the field"
        assert bool(unit_in_words(word, kind)) == holds_numbers(kind), word


def holds_numbers(kind: Kind) -> bool:
    while kind.is_map or get_origin(kind.type) is tuple:
        (kind,) = child_kinds(kind)
    return kind.type in (int, float, Any)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.__name__)
def test_examples_beside_a_field_are_valid(spec: type[Spec]) -> None:
    for info in spec.model_fields.values():
        for example in info.examples or ():
            TypeAdapter(Annotated[info.annotation, info]).validate_python(example)


@pytest.mark.parametrize("file", WRITTEN)
def test_the_schemas_say_it_too(file: str) -> None:
    for spec in WRITTEN[file]:
        told = SCHEMAS[file]["definitions"][spec.__name__]["properties"]
        for word, kind in fields_of(spec).items():
            own = told[word]
            assert own["description"].startswith(sentences_of(spec)[word])
            assert own.get("x-unit", "") == unit_in_words(word, kind)
            assert ("default" in own) == (kind.default is not PydanticUndefined)
            assert has_words(kind) or own["examples"] != [None], word


def test_every_table_of_a_region_has_its_rows_described() -> None:
    assert {*ROWS} == {*fields_of(Tables)}
