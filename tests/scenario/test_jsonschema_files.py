import json
from pathlib import Path
from typing import Any

from sim.scenario.jsonschema import schemas, write_schemas
from sim.scenario.library import Library

SHIPPED = Path(__file__).resolve().parents[2] / "scenarios"
WRITTEN = schemas(Library.at(None))


def resolve(whole: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema or "allOf" in schema:
        schema = (
            schema["allOf"][0]
            if "allOf" in schema
            else whole["definitions"][schema["$ref"].rpartition("/")[2]]
        )
    return schema


def references(node: Any) -> set[str]:
    if isinstance(node, dict):
        own = {node["$ref"]} if "$ref" in node else set()
        return own.union(*(references(child) for child in node.values()))
    return set().union(*(references(child) for child in node)) if isinstance(node, list) else set()


def test_every_reference_in_a_schema_leads_somewhere() -> None:
    for schema in WRITTEN.values():
        names = {f"#/definitions/{name}" for name in schema["definitions"]}
        assert references(schema) <= names


def test_a_number_may_be_plain_or_carry_its_origin_and_says_its_unit() -> None:
    whole = WRITTEN["scenario.json"]
    payload = whole["definitions"]["Vehicle"]["properties"]["payload_t"]
    assert payload["x-unit"] == "t"
    plain, told = resolve(whole, payload)["anyOf"]
    assert plain == {"type": "number", "minimum": 1e-6, "maximum": 1e9}
    assert set(told["properties"]) == {"value", "range", "origin", "confidence"}
    assert "origin" in whole["definitions"]["Vehicle"]["properties"]


def test_an_overlay_requires_nothing_but_a_title_and_may_remove_entries() -> None:
    whole = WRITTEN["overlay.json"]
    assert whole["definitions"]["ScenarioSpec.part"]["required"] == ["title"]
    assert "required" not in whole["definitions"]["Kiln.part"]
    bays = whole["definitions"]["CollectionPoint.part"]["properties"]["bays"]
    assert {"type": "null"} in bays["anyOf"]
    assert WRITTEN["scenario.json"]["definitions"]["Kiln"]["required"]


def test_the_shipped_schemas_are_those_of_the_program(tmp_path: Path) -> None:
    for path in write_schemas(tmp_path, Library.at(None)):
        shipped = SHIPPED / "schema" / path.name
        assert json.loads(shipped.read_text(encoding="utf-8")) == json.loads(path.read_text(encoding="utf-8"))
