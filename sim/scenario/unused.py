"""What a region declares and none of its scenarios uses: read, and without any effect."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sim.scenario.drafting import Scenario
from sim.scenario.problems import Problem, problem

Entry = tuple[str, ...]
"""Path of an entry of a map."""


def unused(scenarios: Collection[Scenario]) -> Iterator[Problem]:
    """Warnings of entries that no scenario of a region uses."""
    used = {entry for one in scenarios for entry in _used(one)}
    told: set[Entry] = set()
    for scenario in scenarios:
        for entry in _declared(scenario):
            if entry not in used and not {entry, entry[:2]} & told:
                told.add(entry)
                path = ".".join(entry)
                first = next(one for way, one in scenario.origins.items() if f"{way}.".startswith(f"{path}."))
                message = "is declared, and nothing in any plan or future of the region uses it"
                yield problem("W615", first.place, path, message, "use it, or remove it")


def _declared(scenario: Scenario) -> Iterator[Entry]:
    spec = scenario.spec
    for section in ("streams", "storage_classes", "source_types", "vehicles"):
        for name in getattr(spec, section):
            yield section, name
    for name, kind in spec.source_types.items():
        for one in kind.containers:
            yield "source_types", name, "containers", one
    if spec.collection_point is not None:
        for one in spec.collection_point.bays:
            yield "collection_point", "bays", one


def _used(scenario: Scenario) -> Iterator[Entry]:
    spec = scenario.spec
    present = {row.type for row in scenario.tables.sources}
    kinds = {name: kind for name, kind in spec.source_types.items() if name in present}
    for name, kind in kinds.items():
        yield "source_types", name
        cleaned = [kind.cleaning.stream] if kind.cleaning else []
        for stream in (*kind.generation_t_per_year, *cleaned):
            yield "streams", stream
            yield "storage_classes", spec.streams[stream].storage_class
        for stream in kind.generation_t_per_year:
            yield "source_types", name, "containers", spec.streams[stream].storage_class
            yield "collection_point", "bays", spec.streams[stream].storage_class
    yield "vehicles", spec.direct.vehicle
    if spec.collection_point is not None:
        yield "vehicles", spec.collection_point.van
        yield "vehicles", spec.collection_point.haul_vehicle
