"""Warnings about amounts that do not fit what else is said: type, history, record, people."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import mean, median, median_low

from sim.scenario.facts import Facts, Rule, Steps
from sim.scenario.problems import Problem, problem

OFTEN = 365
"""Batches of one stream a year at one site, beyond which tonnes are probably kilograms."""
UNLIKE = 10.0
"""Times more, or less, than those of its kind have."""
STEP = 5.0
"""Times more, or less, than what is recorded."""
HEAD_KG = (0.005, 100.0)
"""Hazardous waste per head and year, kg: from a county of hills to one of factories."""


def _apart(value: float, usual: float, times: float) -> bool:
    """Whether two amounts that are not nothing lie further apart than so many times."""
    return value > 0 and usual > 0 and not usual / times <= value <= usual * times


def batches_a_year(facts: Facts) -> Iterator[Problem]:
    """Streams of which a site would have several batches every day."""
    streams = facts.sections["streams"]
    for name, kind in facts.sections["source_types"].items():
        for stream, tonnes in kind.generation_t_per_year.items():
            if stream not in streams:
                continue
            count = tonnes * 1000 / streams[stream].batch.mean_kg
            if count > OFTEN:
                path: Steps = ("source_types", name, "generation_t_per_year", stream)
                message = (
                    f"{tonnes:g} t/yr are {count:.0f} batches of {streams[stream].batch.mean_kg:g} kg a year"
                )
                fix, batch = "another unit? write tonnes", ("streams", stream, "batch", "mean_kg")
                yield facts.say("W605", path, message, fix, batch)


def _usual_sizes(facts: Facts) -> dict[str, float]:
    """Size that half of a type's sources do not exceed."""
    sizes: dict[str, list[float]] = {}
    for row in facts.tables.sources.rows:
        sizes.setdefault(row.type, []).append(row.size_factor)
    return {name: median_low(own) for name, own in sizes.items()}


def sizes_of_sources(facts: Facts) -> Iterator[Problem]:
    """Sources that are far larger or smaller than those of their type, or have far more containers."""
    table, types = facts.tables.sources, facts.sections["source_types"]
    usual = _usual_sizes(facts)
    for index, row in enumerate(table.rows):
        if _apart(row.size_factor, usual[row.type], UNLIKE):
            message = f"{row.size_factor:g}, and half of all {row.type} have {usual[row.type]:g} or less"
            path = f"tables.sources.{row.name}.size_factor"
            yield problem("W605", table.place(index, "size_factor"), path, message, "another unit?")
        for one, count in types[row.type].containers.items() if row.type in types else ():
            own = getattr(row, one)
            if own is not None and own > UNLIKE * max(count, 1):
                message = f"{own} containers, and {row.type} has {count}"
                path = f"tables.sources.{row.name}.{one}"
                yield problem("W605", table.place(index, one), path, message, "another unit?")


def smelters_like_their_history(facts: Facts) -> Iterator[Problem]:
    """Smelters that go on unlike their last recorded year, and years unlike the others."""
    history, smelters = facts.tables.smelter_history, facts.tables.smelters
    known: dict[str, dict[int, float]] = {}
    for past in history.rows:
        known.setdefault(past.name, {})[past.year] = past.t
    for index, row in enumerate(smelters.rows):
        years = known.get(row.name, {})
        last = max(years, default=0)
        if _apart(row.t_per_year, years.get(last, 0.0), STEP):
            message = f"{row.t_per_year:g} t/yr, after {years[last]:g} t in {last}"
            path = f"tables.smelters.{row.name}.t_per_year"
            yield problem("W605", smelters.place(index, "t_per_year"), path, message, "another unit?")
    for index, past in enumerate(history.rows):
        others = [tonnes for year, tonnes in known[past.name].items() if year != past.year and tonnes > 0]
        if len(others) > 1 and all(_apart(past.t, one, 10 * UNLIKE) for one in others):
            message = f"{past.t:g} t in {past.year}, and {median(others):g} t in other years"
            path = f"tables.smelter_history.{past.name}.t"
            yield problem("W605", history.place(index, "t"), path, message, "another unit?")


def waste_of_the_county(facts: Facts) -> Iterator[Problem]:
    """What all sources of usual size make a year, beside the record and the number of people."""
    tables, types, usual = facts.tables, facts.sections["source_types"], _usual_sizes(facts)
    made = sum(
        min(row.size_factor, UNLIKE * usual[row.type]) * sum(types[row.type].generation_t_per_year.values())
        for row in tables.sources.rows
        if row.type in types
    )
    recorded = [row.recorded for row in tables.record.rows if row.quantity == "transferred_t"]
    if recorded and _apart(made, mean(recorded), STEP):
        message = f"all sources make {made:.3g} t/yr, and {mean(recorded):.3g} t/yr are recorded"
        yield facts.say("W605", ("source_types",), message, "another unit?")
    people = sum(row.population for row in tables.townships.rows)
    if people and made and not HEAD_KG[0] <= made * 1000 / people <= HEAD_KG[1]:
        message = f"all sources make {made * 1000 / people:.3g} kg a year per head of {people} people"
        yield facts.say("W605", ("source_types",), message, "another unit?")


def gaps_in_calendar(facts: Facts) -> Iterator[Problem]:
    """Years between the first and the last of the kiln calendar that have no row."""
    table = facts.tables.kiln_calendar
    years = {row.year for row in table.rows}
    if facts.sections["kiln"].off_peak.form != "recorded" or not years or table.problems:
        return
    if missing := sorted(set(range(min(years), max(years))) - years):
        message = f"no row for {', '.join(map(str, missing))}, which takes that of the nearest year"
        yield facts.say("W613", ("tables", "kiln_calendar", "file"), message, "add the rows")


RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    (("source_types", "streams"), batches_a_year),
    (("source_types",), sizes_of_sources),
    ((), smelters_like_their_history),
    (("source_types",), waste_of_the_county),
    (("kiln",), gaps_in_calendar),
)
