"""No entry of a map is read and then passed over without a word."""

import pytest
from planner_cases.regions import FILES, write_tiny_region

from sim.scenario.check import check
from sim.scenario.schema import ScenarioSpec
from sim.scenario.vocabulary import child_kinds, fields_of, kind_of

TITLE = "title: {en: More, zh: 另}"
TRUCK = (
    "payload_t: 5, compartments: 2, cost_cny_per_km: 4, crew_cny_per_day: 900, capital_cny_per_year: 80000"
)
DRUM = "container: drum, container_t: 0.1, price_cny: 100, life_years: 5, floor_cny_per_year: 50"
POND = "capacity_m3: 9, used_m3: 1, used_on: 2021-11-30, density_t_per_m3: 1.4"
TOLD = {
    "streams": ("W615", "streams:\n", f"  more: {{{TITLE}, code: 1-2, storage_class: waste_oil, batch: {{mean_kg: 5, cv: 0}}}}"),  # noqa: E501
    "storage_classes": ("W615", "storage_classes:\n", f"  lab: {{{TITLE}, {DRUM}}}"),
    "source_types": ("W615", "source_types:\n", f"  more: {{{TITLE}, generation_t_per_year: {{oil: 0.1}}, containers: {{waste_oil: 1}}}}"),  # noqa: E501
    "containers": ("W615", "containers: {oily_solids: 2", ", waste_oil: 1"),
    "vehicles": ("W615", "vehicles:\n", f"  more: {{{TITLE}, {TRUCK}, emission_kg_co2_per_km: 0.8}}"),
    "ponds": ("E107", "ponds:\n", f"  more: {{{TITLE}, {POND}}}"),
    "origins": ("E401", "origins: {size_factor: assumption", ", sise_factor: a slip"),
}  # fmt: skip
"""Map -> what is said of one entry too many, and where it is written."""
USED = {
    "receivers": "the next is asked where the first cannot take a load",
    "routes": "the quickest that is open is driven",
    "closures": "each closes its road",
    "by_type": "names are those of source types, or an error",
    "generation_t_per_year": "each is generated; names are those of streams, or an error",
    "outlets": "their capacities add up",
    "bays": "told below",
    "more_containers": "names are those of sources and classes, or an error",
}
"""Maps of which every entry has an effect or is refused, and how."""


def _maps():
    """Names of all maps of the language."""
    found, seen, waiting = set(), set(), [kind_of(ScenarioSpec)]
    while waiting:
        kind = waiting.pop()
        if kind not in seen:
            seen.add(kind)
            found |= (
                {name for name, one in fields_of(kind.type).items() if one.is_map} if kind.is_spec else set()
            )
            waiting += child_kinds(kind)
    return found


def test_every_map_of_the_language_is_one_of_these():
    assert _maps() == TOLD.keys() | USED.keys()


@pytest.mark.parametrize("name", TOLD)
def test_an_entry_that_nothing_uses_is_told(tmp_path, name):
    code, after, entry = TOLD[name]
    text = FILES["region.yaml"]
    assert after in text
    end = "\n" if after.endswith("\n") else ""
    root = write_tiny_region(tmp_path, region=text.replace(after, after + entry + end, 1))
    assert [one.code for one in check(["tiny"], root).problems if one.severity != "note"] == [code]


def test_a_bay_for_what_nobody_has_is_told(tmp_path):
    bays = "  bays:\n"
    text = FILES["plans/pilot.yaml"].replace(bays, f"{bays}    lab: {{capacity_t: 1, release_t: 0.5}}\n")
    more = "storage_classes:\n"
    lab = f"{more}  lab: {{{TITLE}, {DRUM}}}\n"
    root = write_tiny_region(tmp_path, plans__pilot=text, region=FILES["region.yaml"].replace(more, lab))
    told = [one.path for one in check(["tiny"], root).of("warning")]
    assert "collection_point.bays.lab" in told


def test_the_tiny_region_has_nothing_too_many(tmp_path):
    assert check(["tiny"], write_tiny_region(tmp_path)).is_clean
