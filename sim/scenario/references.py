"""Cross checks of the merged scenario: which words refer to which others."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sim.scenario.facts import TABLES, Facts, Rule, Steps
from sim.scenario.folding import ALIKE, folded
from sim.scenario.problems import Problem, problem, suggestion


def streams_of_types(facts: Facts) -> Iterator[Problem]:
    """Streams that source types name."""
    for name, kind in facts.sections["source_types"].items():
        for stream in kind.generation_t_per_year:
            path: Steps = ("source_types", name, "generation_t_per_year", stream)
            yield from facts.refer(stream, "streams", "stream", path, key=True)
        if kind.cleaning is not None:
            path = ("source_types", name, "cleaning", "stream")
            yield from facts.refer(kind.cleaning.stream, "streams", "stream", path)


def classes_of_streams(facts: Facts) -> Iterator[Problem]:
    """Classes that streams, types and bays name have a container."""
    for name, stream in facts.sections["streams"].items():
        path: Steps = ("streams", name, "storage_class")
        yield from facts.refer(stream.storage_class, "storage_classes", "storage class", path)


def classes_of_types(facts: Facts) -> Iterator[Problem]:
    """Containers of source types are of declared classes."""
    for name, kind in facts.sections["source_types"].items():
        for one in kind.containers:
            path: Steps = ("source_types", name, "containers", one)
            yield from facts.refer(one, "storage_classes", "storage class", path, key=True)


def more_containers(facts: Facts) -> Iterator[Problem]:
    """Give more containers to sources of the table, of declared classes."""
    sources = [row.name for row in facts.tables.sources.rows]
    for name, added in facts.sections["more_containers"].items():
        if sources and name not in sources:
            fix = suggestion(name, sources)
            yield facts.say("E401", ("more_containers", name), f"there is no source {name}", fix)
        for one in added:
            path: Steps = ("more_containers", name, one)
            yield from facts.refer(one, "storage_classes", "storage class", path, key=True)


def classes_of_bays(facts: Facts) -> Iterator[Problem]:
    """Bays are of declared classes and hold their release level."""
    point = facts.collection_point
    for name, bay in point.bays.items() if point else ():
        path: Steps = ("collection_point", "bays", name)
        yield from facts.refer(name, "storage_classes", "storage class", path, key=True)
        if bay.release_t > bay.capacity_t:
            yield facts.misordered("E403", (*path, "release_t"), (*path, "capacity_t"))


def classes_kept_apart(facts: Facts) -> Iterator[Problem]:
    """Keep classes apart from other declared classes only."""
    for name, one in facts.sections["storage_classes"].items():
        for index, other in enumerate(one.keep_apart_from):
            path: Steps = ("storage_classes", name, "keep_apart_from", index)
            yield from facts.refer(other, "storage_classes", "other storage class", path, but=name)


def names_in_tables(facts: Facts) -> Iterator[Problem]:
    """Types and townships that the tables name."""
    tables = facts.tables
    townships = dict.fromkeys(row.name for row in tables.townships.rows)
    for index, row in enumerate(tables.sources.rows):
        if "source_types" in facts.sections:
            yield from _cell(
                facts, "sources", index, row.name, "type", row.type, facts.sections["source_types"]
            )
        if not tables.townships.is_faulty:
            yield from _cell(facts, "sources", index, row.name, "township", row.township, townships)
    for index, smelter in enumerate(tables.smelters.rows):
        if not tables.townships.is_faulty:
            yield from _cell(facts, "smelters", index, smelter.name, "township", smelter.township, townships)
    smelters = dict.fromkeys(row.name for row in tables.smelters.rows)
    for index, past in enumerate(tables.smelter_history.rows):
        if not tables.smelters.is_faulty:
            yield from _cell(facts, "smelter_history", index, past.name, "name", past.name, smelters)


def columns_of_origins(facts: Facts) -> Iterator[Problem]:
    """Origins of tables are of columns that the tables have."""
    for table in TABLES:
        said, header = getattr(facts.sections["tables"], table), getattr(facts.tables, table).header
        for column in said.origins if said is not None and header else ():
            if column not in header:
                place, path = (
                    facts.key("tables", table, "origins", column),
                    f"tables.{table}.origins.{column}",
                )
                message = f"{said.file} has no column {column}"
                yield problem("E401", place, path, message, suggestion(column, list(header)))


def zones_alike(facts: Facts) -> Iterator[Problem]:
    """Refuse zones that differ in nothing that is seen."""
    table = facts.tables.townships
    first: dict[str, tuple[str, int]] = {}
    for index, row in enumerate(table.rows):
        zone, line = first.setdefault(folded(row.zone), (row.zone, table.place(index, "zone").line))
        if zone != row.zone:
            message = f"{row.zone} {ALIKE} from {zone} at line {line}"
            path = f"tables.townships.{row.name}.zone"
            yield problem("E505", table.place(index, "zone"), path, message, f"write {zone}")


def _cell(
    facts: Facts, table: str, index: int, row: str, column: str, word: str, known: Collection[str]
) -> Iterator[Problem]:
    if word not in known:
        place = getattr(facts.tables, table).place(index, column)
        path = f"tables.{table}.{row}.{column}"
        what = {"type": "source type", "name": "smelter"}.get(column, column)
        file = facts.place("tables", table, "file")
        if column == "type" and (gone := facts.removed(word, "source_types", what, f"tables.{table}", file)):
            yield gone
            return
        if facts.limit.admits(place):
            yield problem("E401", place, path, f"there is no {what} {word}", suggestion(word, known))


def regimes_of_types(facts: Facts) -> Iterator[Problem]:
    """Source types that regimes name."""
    for name in facts.sections["regimes"].by_type:
        path: Steps = ("regimes", "by_type", name)
        yield from facts.refer(name, "source_types", "source type", path, key=True)


def vehicles_in_use(facts: Facts) -> Iterator[Problem]:
    """Vehicles that the regimes drive."""
    if "direct" in facts.sections:
        yield from facts.refer(facts.sections["direct"].vehicle, "vehicles", "vehicle", ("direct", "vehicle"))
    if point := facts.collection_point:
        yield from facts.refer(point.van, "vehicles", "vehicle", ("collection_point", "van"))
        yield from facts.refer(
            point.haul_vehicle, "vehicles", "vehicle", ("collection_point", "haul_vehicle")
        )


def pilot_has_collection_point(facts: Facts) -> Iterator[Problem]:
    """Demand a collection point for the pilot regime."""
    regimes = facts.sections["regimes"]
    if facts.sections.get("collection_point") is not None:
        return
    message = "the regime is pilot, and there is no collection point"
    fix = "add `collection_point:`, or write direct"
    said: dict[Steps, str] = {("regimes", "default"): regimes.default}
    said |= {("regimes", "by_type", name): regime for name, regime in regimes.by_type.items()}
    for path, regime in said.items():
        if regime == "pilot":
            yield facts.say("E407", path, message, fix, ("collection_point",))


def bays_for_collected_waste(facts: Facts) -> Iterator[Problem]:
    """Every class that a source in the pilot regime produces has a bay."""
    point, regimes, streams = facts.collection_point, facts.sections["regimes"], facts.sections["streams"]
    if point is None:
        return
    reported: set[str] = set()
    types = facts.sections["source_types"]
    present = {row.type for row in facts.tables.sources.rows}
    for name, kind in types.items():
        if name not in present or regimes.by_type.get(name, regimes.default) != "pilot":
            continue
        produced = {streams[one].storage_class: one for one in kind.generation_t_per_year if one in streams}
        for one in sorted(set(produced) - set(point.bays) - reported):
            reported.add(one)
            message = f"no bay for {one}, which sources of type {name} produce"
            fix = f"add `{one}:` to `collection_point.bays`"
            causes: tuple[Steps, ...] = (
                ("collection_point", "bays", one),
                ("regimes", "by_type", name) if name in regimes.by_type else ("regimes", "default"),
                ("streams", produced[one], "storage_class"),
                ("source_types", name, "generation_t_per_year", produced[one]),
            )
            yield facts.say("E402", ("collection_point", "bays"), message, fix, *causes)


RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    (("streams", "source_types"), streams_of_types),
    (("streams", "storage_classes"), classes_of_streams),
    (("source_types", "storage_classes"), classes_of_types),
    (("more_containers", "storage_classes"), more_containers),
    (("storage_classes", "collection_point"), classes_of_bays),
    (("storage_classes",), classes_kept_apart),
    ((), names_in_tables),
    (("tables",), columns_of_origins),
    ((), zones_alike),
    (("regimes", "source_types"), regimes_of_types),
    (("vehicles",), vehicles_in_use),
    (("regimes", "collection_point"), pilot_has_collection_point),
    (("regimes", "source_types", "streams", "collection_point"), bays_for_collected_waste),
)
