"""The shipped `chengkou/pilot`, both chains, all KPIs: the model, the plain engine, and SimPy's floor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import numpy as np

from benchmarks.clock import Timings, interleave, number, spread
from benchmarks.engines import floor
from benchmarks.engines.plain import storage_kpis
from benchmarks.plain_engine import simulate_hazardous, simulate_slag
from benchmarks.plain_engine.comparison import hazardous_differences, slag_differences
from benchmarks.scale import Scale
from benchmarks.table import Found, Grid, judged
from sim.answers.hazardous_story import hazardous_story
from sim.answers.line import Line
from sim.answers.slag_story import slag_story
from sim.calendars import Horizon
from sim.chance.chance import Chance
from sim.experiment.memory import keep_freed_memory, rubbish_later
from sim.experiment.replicate import Prepared, prepare, run_one
from sim.kpi.measure import measure
from sim.kpi.outcome import Key
from sim.kpi.sources import put_sources, source_storage
from sim.kpi.values import Values
from sim.model.simulate import Record, simulate
from sim.network.hazardous import HazardousNetwork
from sim.network.slag import SlagNetwork
from sim.record.hazardous import HazardousRecord
from sim.record.slag import SlagRecord
from sim.scenario.load import load_scenario

NAME = "chengkou/pilot"
FURTHER = "chengkou/long_haul"
SEED = 1
SAME = "model, plain engine's KPIs"
Cells = tuple[Prepared, Prepared]


@cache
def cells(name: str, years: int, warm_up: int) -> Cells:
    """Both chains of a plan, made ready."""
    scenario = load_scenario(name)
    horizon = Horizon(2026, 2025 + years, warm_up)
    ready = [prepare(scenario, chain, horizon, "oldest_first", 0.98) for chain in ("hazardous", "slag")]
    return ready[0], ready[1]


# --- engines -----------------------------------------------------------------------------------------


def ours(both: Cells, chance: Chance) -> None:
    """Simulate, and measure all KPIs."""
    for cell in both:
        run_one(cell, chance, chance.replication)


def records(both: Cells, chance: Chance) -> tuple[Record, ...]:
    """Simulate only."""
    keep_freed_memory()
    with rubbish_later():
        return tuple(simulate(cell.network, chance) for cell in both)


def storage_only(both: Cells, chance: Chance) -> None:
    """Simulate, and measure the KPIs that the plain engine has: the storage of the sources."""
    keep_freed_memory()
    with rubbish_later():
        hazardous, _ = records(both, chance)
        assert isinstance(hazardous, HazardousRecord)
        values = Values(len(hazardous.network.horizon.reported_years))
        put_sources(values, hazardous, source_storage(hazardous))


def told(both: Cells, chance: Chance) -> list[Line]:
    """Simulate, measure, and tell everything that happened."""
    lines: list[Line] = []
    for cell in both:
        record = simulate(cell.network, chance)
        outcome = measure(record, cell.judgement, chance.replication)
        if isinstance(record, SlagRecord):
            lines += slag_story(record, outcome, cell.layout)
        else:
            lines += hazardous_story(record, outcome, cell.layout)
    return lines


def plain(both: Cells, chance: Chance, *, hourly: bool) -> None:
    """The plain engine, and of the KPIs only the storage of the sources."""
    hazardous, slag = networks(both)
    storage_kpis(simulate_hazardous(hazardous, chance), hazardous)
    simulate_slag(slag, chance, hourly=hourly)


def networks(both: Cells) -> tuple[HazardousNetwork, SlagNetwork]:
    """The two networks."""
    hazardous, slag = both[0].network, both[1].network
    assert isinstance(hazardous, HazardousNetwork)
    assert isinstance(slag, SlagNetwork)
    return hazardous, slag


# --- agreement ---------------------------------------------------------------------------------------


def differences(scale: Scale) -> Iterator[str]:
    """Where the plain engine tells another story, or comes to other KPIs."""
    both = cells(NAME, scale.years, scale.warm_up)
    hazardous, slag = networks(both)
    for replication in range(scale.checked):
        chance = Chance(SEED, replication)
        record, other = records(both, chance)
        assert isinstance(record, HazardousRecord)
        assert isinstance(other, SlagRecord)
        facts = simulate_hazardous(hazardous, chance)
        yield from hazardous_differences(facts, record)
        yield from slag_differences(simulate_slag(slag, chance, hourly=True), other)
        measured = measure(record, both[0].judgement, replication)
        names = both[0].layout.yearly_keys
        for kpi, values in storage_kpis(facts, hazardous).items():
            there = measured.yearly[names.index(Key("sources", kpi))]
            if not np.allclose(values, there, rtol=1e-9, atol=0):
                yield f"{kpi}: {values} in the plain engine, {there.tolist()} in the model"


# --- measurement -------------------------------------------------------------------------------------


@cache
def queue(scale: Scale) -> tuple[floor.Queue, int]:
    """What the model puts on its event queues in the first replication, and how many things happen in it."""
    both = cells(NAME, scale.years, scale.warm_up)
    return floor.count(lambda: records(both, Chance(SEED, 0))), happenings(records(both, Chance(SEED, 0)))


def happenings(found: tuple[Record, ...]) -> int:
    """Call-outs, departures, returns, hand-overs of joint loads, switches of the kiln and crossings."""
    total = 0
    for record in found:
        if isinstance(record, SlagRecord):
            total += 2 * len(record.stops.not_burning) + len(record.edges) - 1
        else:
            called = record.visits["called"]
            total += len(set(zip(record.visits["site"], called, strict=True))) if (called >= 0).any() else 0
            end = record.network.horizon.end
            total += len(record.trips["kind"]) + int((record.trips["end"] < end).sum())
            total += len(np.unique(record.bay_out[:, 4]))
    return total


@cache
def timings(scale: Scale) -> Timings:
    """All engines, in turns."""
    both, bare, further = (
        cells(NAME, scale.years, scale.warm_up),
        cells(NAME, scale.years, 0),
        cells(FURTHER, scale.years, scale.warm_up),
    )
    drawn = [Chance(SEED, replication) for replication in range(scale.rounds)]
    for chance in drawn:
        ours(further, chance)
        plain(both, chance, hourly=False)
    events, happened = queue(scale)

    def fresh(run: Callable[[Chance], object]) -> Callable[[int], object]:
        return lambda replication: run(Chance(SEED, replication))

    return interleave(
        {
            "model": fresh(lambda chance: ours(both, chance)),
            "model, no warm-up": fresh(lambda chance: ours(bare, chance)),
            "model, hazardous chain": fresh(lambda chance: ours(both[:1], chance)),  # type: ignore[arg-type]
            SAME: fresh(lambda chance: storage_only(both, chance)),
            "model, slag chain": fresh(lambda chance: ours(both[1:], chance)),  # type: ignore[arg-type]
            "model, further plan": lambda replication: ours(both, drawn[replication]),
            "model, further plan, records only": lambda replication: records(both, drawn[replication]),
            "model with its trace": fresh(lambda chance: told(both, chance)),
            "plain": fresh(lambda chance: plain(both, chance, hourly=True)),
            "plain, slag by switch": fresh(lambda chance: plain(both, chance, hourly=False)),
            "plain on drawn chance": lambda replication: plain(both, drawn[replication], hourly=True),
            "floor, our events": lambda _: floor.run(events),
            "floor, an event per happening": lambda _: floor.run(floor.Queue(happened, 0, events.length)),
        },
        scale.rounds,
    )


def table(scale: Scale) -> Grid:
    """Milliseconds of each."""
    found = timings(scale)
    lines = tuple((name, found.ms(name).text(), found.ratio(name, "model").text(2)) for name in found.rounds)
    title = f"`{NAME}`, both chains, {scale.years} year(s) after {scale.warm_up} of warm-up, chance included"
    return Grid(title, ("Engine", "ms per replication", "times the model's"), lines)


def pilot(scale: Scale) -> Found:
    """Milliseconds per replication."""
    found = timings(scale)
    bare = found.ms("model, no warm-up").text()
    parts = [found.ms(f"model, {chain} chain").middle for chain in ("hazardous", "slag")]
    remark = (
        f"both chains, {scale.years + scale.warm_up} simulated years, {scale.warm_up} of them warm-up; "
        f"hazardous {number(parts[0])} ms, slag {number(parts[1])} ms; "
        f"without warm-up {bare} ms"
    )
    what = f"{scale.years}-year `{NAME}`, chance included, all KPIs and records, per replication"
    return Found((judged(what, "<=", 15, " ms", found.ms("model"), remark),), (table(scale),))


def against_plain(scale: Scale) -> Found:
    """The plain engine's time over ours, for the same KPIs."""
    found = timings(scale)
    switch, whole = found.ratio("plain, slag by switch", SAME), found.ratio("plain", "model")
    remark = (
        "storage KPIs of the sources in both; the plain engine steps the kiln yard by the hour, with slag by "
        f"switch {switch.text(2, ' x')}; if the model works out all its KPIs {whole.text(2, ' x')}; "
        "stretch goal 75 x"
    )
    what = "against the plain per-event SimPy engine, same scenario, same KPIs, chance included"
    return Found((judged(what, ">=", 40, " x", found.ratio("plain", SAME), remark),))


def further_plan(scale: Scale) -> Found:
    """A second plan on the same chance."""
    found = timings(scale)
    drawn = found.ratio("plain on drawn chance", "model, further plan").text(2, " x")
    took = found.ms("model, further plan").text()
    remark = f"{took} ms after `{FURTHER}` has drawn it; against the plain engine on drawn chance too {drawn}"
    ratio = found.ratio("plain", "model, further plan")
    what = "further plan on chance already drawn, against the plain engine"
    return Found((judged(what, ">=", 60, " x", ratio, remark),))


def simpy_floor(scale: Scale) -> Found:
    """Against empty events."""
    found = timings(scale)
    events, happened = queue(scale)
    lean = "model, further plan, records only"
    each = found.ratio(lean, "floor, an event per happening").text(2, " x")
    remark = (
        f"{events.events} events on queues of {number(events.length, 2)}, chance given, no KPIs; "
        f"against one empty event for each of the {happened} happenings: {each}"
    )
    ratio = found.ratio(lean, "floor, our events")
    what = "against SimPy's floor for our number of events"
    return Found((judged(what, "<=", 3.5, " x", ratio, remark),))


def events_per_happening(scale: Scale) -> Found:
    """Events on the queue per thing that happens."""
    events, happened = queue(scale)
    ratio = events.events / happened
    remark = f"{events.events} events, {events.timeouts} of them timeouts, for {happened} happenings"
    what = "events on the queue per call-out, departure, return, hand-over, switch and crossing"
    return Found((judged(what, "<=", 1.1, "", spread([ratio]), remark),))


def trace(scale: Scale) -> Found:
    """Run with the whole story told, over run without."""
    found = timings(scale)
    lines = len(told(cells(NAME, scale.years, scale.warm_up), Chance(SEED, 0)))
    remark = (
        f"{lines} lines of both chains, told from the records of the run; the record itself is always kept"
    )
    ratio = found.ratio("model with its trace", "model")
    what = "recording a full trace, against a run without"
    return Found((judged(what, "<=", 1.5, " x", ratio, remark),))
