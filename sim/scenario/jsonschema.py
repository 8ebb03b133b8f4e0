"""JSON Schemas for editors: completion and bounds while a scenario file is written.

A value may be written plain or as `{value, range, origin, confidence}`; mappings may carry
`origin` and `confidence`. In an overlay nothing is required and `null` removes an entry. Every word
says what it means, in which unit (`x-unit`), what holds without it, and how a file of the library writes it.
"""

from __future__ import annotations

import inspect
import json
from datetime import date
from pathlib import Path as FilePath
from typing import Any, get_origin

from pydantic_core import PydanticUndefined, to_jsonable_python

from sim.scenario.examples import Examples, example_of, examples_in
from sim.scenario.library import Library
from sim.scenario.schema import ScenarioSpec, Text
from sim.scenario.sentences import sentences_of
from sim.scenario.settings import CONFIDENCES
from sim.scenario.study import StudySpec
from sim.scenario.sweep_study import SweepSpec
from sim.scenario.vocabulary import Kind, fields_of, item_kind, kind_of, members_of, unit_in_words, words
from sim.spec import Spec

Schema = dict[str, Any]
WRITTEN_BESIDE = {
    "value": "The value itself, where its range or origin is written beside it.",
    "range": "Lowest and highest that the value may be: what a sweep or a sensitivity study varies it over.",
    "origin": "Where the value, or each below that names none, comes from: a source, or an assumption.",
    "confidence": "How sure the value is: high, medium or low.",
}
"""Words that may stand beside any value."""
OF_FILES = {
    "extends": "Path of the file, or name of the plan, that this one changes.",
    "accepts": "Warnings that are meant, by code, each with its reason.",
}
"""Words of a whole file."""
DIALECT = "http://json-schema.org/draft-07/schema#"
ORIGIN: Schema = {"type": "string", "description": WRITTEN_BESIDE["origin"]}
CONFIDENCE: Schema = {"enum": list(CONFIDENCES), "description": WRITTEN_BESIDE["confidence"]}
PROVENANCE: Schema = {
    "origin": {"$ref": "#/definitions/origin"},
    "confidence": {"$ref": "#/definitions/confidence"},
}
TYPES: dict[Any, Schema] = {
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    str: {"type": "string"},
    date: {"type": "string", "format": "date"},
    Any: {"type": ["number", "string", "boolean"]},
}
BOUNDS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}


def schemas(library: Library) -> dict[str, Schema]:
    """Schemas by file name: scenario (region or plan), overlay (future), study, sweep."""
    examples = examples_in(library)
    return {
        "scenario.json": _scenario(examples),
        "overlay.json": _overlay(examples),
        "study.json": _whole(StudySpec, "Study", examples),
        "sweep.json": _whole(SweepSpec, "Sweep", examples),
    }


def write_schemas(root: FilePath, library: Library) -> list[FilePath]:
    """Write the schemas to `root/schema` and return their paths."""
    folder = root / "schema"
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, schema in schemas(library).items():
        path = folder / name
        text = json.dumps(schema, indent=1, ensure_ascii=False)
        path.write_text(text + "\n", encoding="utf-8", newline="\n")
        paths.append(path)
    return paths


def _scenario(examples: Examples) -> Schema:
    writing = _Writing(examples, strict=True)
    full = writing.schema(kind_of(ScenarioSpec))
    loose = _Writing(examples, strict=False)
    part = loose.schema(kind_of(ScenarioSpec))
    for definition in (writing.definitions["ScenarioSpec"], loose.definitions["ScenarioSpec.part"]):
        definition["properties"] |= {
            "extends": {"type": "string", "description": OF_FILES["extends"]},
            "accepts": _accepts(),
        }
    return {
        "$schema": DIALECT,
        "title": "Region or plan",
        "if": {"required": ["extends"]},
        "then": part,
        "else": full,
        "definitions": writing.definitions | loose.definitions,
    }


def _overlay(examples: Examples) -> Schema:
    loose = _Writing(examples, strict=False)
    part = loose.schema(kind_of(ScenarioSpec))
    whole = loose.definitions["ScenarioSpec.part"]
    whole["properties"] |= {"accepts": _accepts()}
    whole["required"] = ["title"]
    return {"$schema": DIALECT, "title": "Future", "definitions": loose.definitions, **part}


def _whole(spec: type[Spec], title: str, examples: Examples) -> Schema:
    writing = _Writing(examples, strict=True)
    whole = writing.schema(kind_of(spec))
    return {"$schema": DIALECT, "title": title, "definitions": writing.definitions, **whole}


def _accepts() -> Schema:
    reason = {"type": "string"}
    return {
        "type": "object",
        "description": OF_FILES["accepts"],
        "patternProperties": {"^W[0-9]{3}$": reason},
        "additionalProperties": False,
    }


class _Writing:
    """Collects definitions; `strict` ones require what the schema requires."""

    def __init__(self, examples: Examples, strict: bool) -> None:
        self.examples = examples
        self.strict = strict
        self.definitions: dict[str, Schema] = {"origin": ORIGIN, "confidence": CONFIDENCE}

    def schema(self, kind: Kind, key: str = "") -> Schema:
        """Describe one place."""
        if kind.is_spec:
            return self.reference(kind.type)
        if kind.is_union:
            return {"anyOf": [self.reference(one) for one in members_of(kind)]}
        if kind.is_map:
            return self.free_names(kind, key)
        if get_origin(kind.type) is tuple:
            return self.setting(self.items(kind, key), ranged=False)
        return self.setting(self.value(kind, key), ranged=kind.type in (int, float, date))

    def reference(self, spec: type[Spec]) -> Schema:
        """Refer to the definition of a spec, written when first met."""
        name = spec.__name__ if self.strict else f"{spec.__name__}.part"
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name] = self.definition(spec)
        return {"$ref": f"#/definitions/{name}"}

    def definition(self, spec: type[Spec]) -> Schema:
        """Object schema of a spec."""
        fields = fields_of(spec)
        properties = {name: self.field(spec, name, kind) for name, kind in fields.items()} | PROVENANCE
        found: Schema = {
            "type": "object",
            "description": inspect.cleandoc(spec.__doc__ or ""),
            "properties": properties,
            "additionalProperties": False,
        }
        required = [name for name, kind in fields.items() if kind.default is PydanticUndefined]
        if required and (self.strict or spec is Text):
            found["required"] = required
        return found

    def field(self, spec: type[Spec], name: str, kind: Kind) -> Schema:
        """Describe a word; nullable where null removes it or stands for nothing."""
        schema = self.schema(kind, name)
        if kind.default is None or not self.strict:
            schema = _nullable(schema)
        elif "$ref" in schema:
            schema = {"allOf": [schema]}
        return schema | self.told(spec, name, kind)

    def told(self, spec: type[Spec], name: str, kind: Kind) -> Schema:
        """What a word means, its unit, what holds without it, and an example of what has no words below."""
        sentence, unit = sentences_of(spec)[name], unit_in_words(name, kind)
        found: Schema = {"description": f"{sentence} Unit: {unit}." if unit else sentence}
        if unit:
            found["x-unit"] = unit
        if self.strict and kind.default is not PydanticUndefined:
            found["default"] = to_jsonable_python(kind.default, exclude_none=True)
        if not has_words(kind):
            found["examples"] = [to_jsonable_python(example_of(spec, name, self.examples))]
        return found

    def free_names(self, kind: Kind, key: str) -> Schema:
        """Describe a mapping of free names, or of a closed list of them."""
        entry = self.schema(item_kind(kind), key)
        if not self.strict:
            entry = _nullable(entry)
        if known := words(kind):
            properties = dict.fromkeys(known, entry) | PROVENANCE
            return {"type": "object", "properties": properties, "additionalProperties": False}
        return {"type": "object", "properties": dict(PROVENANCE), "additionalProperties": entry}

    def items(self, kind: Kind, key: str) -> Schema:
        """List of like items."""
        found: Schema = {"type": "array", "items": self.schema(item_kind(kind), key)}
        for name, word in (("min_length", "minItems"), ("max_length", "maxItems")):
            if kind.bound(name) is not None:
                found[word] = kind.bound(name)
        return found

    def value(self, kind: Kind, key: str) -> Schema:
        """Plain value with its bounds."""
        if kind.choices:
            return {"enum": list(kind.choices)}
        found = dict(TYPES[kind.type])
        found |= {word: kind.bound(name) for name, word in BOUNDS.items() if kind.bound(name) is not None}
        pattern = kind.bound("pattern")
        if isinstance(pattern, str):
            found["pattern"] = pattern
        return found

    def setting(self, value: Schema, ranged: bool) -> Schema:
        """Describe a value, plain or with its origin; like values share one definition."""
        name = _name_of(value)
        if name not in self.definitions:
            properties: Schema = {"value": value, **PROVENANCE}
            if ranged:
                ends = {"type": "array", "items": {"type": value["type"]}, "minItems": 2, "maxItems": 2}
                properties = {"value": value, "range": ends, **PROVENANCE}
            told = {
                "type": "object",
                "properties": properties,
                "required": ["value"],
                "additionalProperties": False,
            }
            self.definitions[name] = {"anyOf": [value, told]}
        return {"$ref": f"#/definitions/{name}"}


def has_words(kind: Kind) -> bool:
    """Whether closed words stand below, each of which has an example of its own."""
    while kind.is_map or get_origin(kind.type) is tuple:
        kind = item_kind(kind)
    return kind.is_spec or kind.is_union


def _name_of(value: Schema) -> str:
    """Readable name of a plain value's definition."""
    parts: list[str] = []
    for word, said in value.items():
        if word == "items":
            parts.append("of." + str(said.get("$ref", "")).rpartition("/")[2])
        elif word == "pattern":
            parts.append("clock")
        elif word == "enum":
            parts.append("or".join(f"_{one}_" for one in said))
        else:
            kinds = "_or_".join(said) if isinstance(said, list) else str(said)
            parts.append(kinds if word in ("type", "format") else f"{word}_{kinds}")
    return ".".join(parts)


def _nullable(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}
