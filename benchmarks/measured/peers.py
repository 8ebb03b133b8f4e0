"""The reduced work in every engine that can express it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from benchmarks import peers
from benchmarks.clock import Timings, interleave, number
from benchmarks.engines import floor, ours, plain
from benchmarks.reduced import Figures, reduced_work
from benchmarks.scale import Scale
from benchmarks.table import Found, Grid, Row, judged, missing
from sim.chance.chance import Chance

SEED = 1
Engine = Callable[[Chance], Any]


def figures_of(scale: Scale) -> dict[str, Callable[[Chance], Figures]]:
    """Engines that give the whole work's figures."""
    work = reduced_work(1, scale.years, scale.warm_up)
    found: dict[str, Callable[[Chance], Figures]] = {"plain": lambda chance: plain.run(work, chance)}
    if not peers.absent("salabim"):
        salabim = peers.engine("salabim")
        found["salabim"] = lambda chance: salabim.run(work, chance)
    if not peers.absent("numba"):
        compiled = peers.engine("numba").Compiled(work, SEED)
        found["compiled, event-lean"] = compiled.lean
        found["compiled, event per batch"] = compiled.per_batch
    return found


def differences(scale: Scale) -> Iterator[str]:
    """Where an engine comes to other figures than the model."""
    work = reduced_work(1, scale.years, scale.warm_up)
    for replication in range(scale.checked):
        wanted = ours.figures(work, Chance(SEED, replication))
        for name, run in figures_of(scale).items():
            found = run(Chance(SEED, replication))
            if found != wanted:
                yield f"{name}, replication {replication}: {found}, the model {wanted}"
    if not peers.absent("ciw"):
        ciw, chance = peers.engine("ciw"), Chance(SEED, 0)
        emptied = ciw.timetable(work, chance)
        fetched, wanted_of_ciw = ciw.run(work, chance, emptied), ciw.expected(work, chance, emptied)
        apart = abs(fetched.waited - wanted_of_ciw.waited)
        if fetched.batches != wanted_of_ciw.batches or apart > 1e-9 * wanted_of_ciw.waited:
            yield f"Ciw: {fetched}, the model {wanted_of_ciw}"


@cache
def queue(scale: Scale) -> floor.Queue:
    """What the model puts on its event queue."""
    work = reduced_work(1, scale.years, scale.warm_up)
    return floor.count(lambda: ours.run_without_kpis(work, Chance(SEED, 0)))


@cache
def timings(scale: Scale) -> Timings:
    """All engines but Ciw, in turns."""
    work = reduced_work(1, scale.years, scale.warm_up)
    events = queue(scale)
    engines: dict[str, Engine] = {
        "model": lambda chance: ours.run(work, chance),
        "model, storage KPIs only": lambda chance: ours.run_with_storage(work, chance),
        "model, records only": lambda chance: ours.run_without_kpis(work, chance),
        **figures_of(scale),
        "SimPy's floor": lambda _: floor.run(events),
    }
    return interleave({name: _fresh(run) for name, run in engines.items()}, scale.rounds)


@cache
def ciw_timings(scale: Scale) -> Timings | None:
    """Ciw and the model in turns, in fewer rounds; None if it is not installed."""
    if peers.absent("ciw"):
        return None
    work, ciw = reduced_work(1, scale.years, scale.warm_up), peers.engine("ciw")
    emptied = [ciw.timetable(work, Chance(SEED, replication)) for replication in range(scale.slow_rounds)]

    def given(replication: int) -> object:
        return ciw.run(work, Chance(SEED, replication), emptied[replication])

    engines = {"Ciw": given, "model": _fresh(lambda chance: ours.run(work, chance))}
    return interleave(engines, scale.slow_rounds)


def _fresh(run: Engine) -> Callable[[int], object]:
    return lambda replication: run(Chance(SEED, replication))


def table(scale: Scale) -> Grid:
    """Milliseconds of each engine; one that is not installed says so."""
    found = timings(scale)
    lines = [(name, found.ms(name).text(), found.ratio(name, "model").text(2)) for name in found.rounds]
    slow = ciw_timings(scale)
    if slow is not None:
        ratio = slow.ratio("Ciw", "model").text(2)
        lines.append(("Ciw (visits given)", slow.ms("Ciw").text(), ratio))
    lines += [(why, "", "") for package in peers.ENGINES if (why := peers.absent(package))]
    title = f"Reduced work, {scale.years} year(s) after {scale.warm_up} of warm-up, chance included"
    return Grid(title, ("Engine", "ms per replication", "times the model's"), tuple(lines))


def compiled(scale: Scale) -> Found:
    """Ours over the compiled limit."""
    what = "against the compiled limit (numba, same event-lean work, chance included)"
    if why := peers.absent("numba"):
        return Found((missing(what, "≤ 6 x", why),), (table(scale),))
    found = timings(scale)
    limit = "compiled, event-lean"
    whole, bare = (found.ratio(f"model{part}", limit).text(2, " x") for part in ("", ", records only"))
    remark = (
        f"reduced work, {found.ms(limit).text()} ms compiled; storage by store and year and the daily stock "
        "in both, records of trips, visits and removals in the model alone; "
        f"with all its KPIs and the audit {whole}, with none {bare}"
    )
    ratio = found.ratio("model, storage KPIs only", limit)
    return Found((judged(what, "<=", 6, " x", ratio, remark),), (table(scale),))


def per_batch(scale: Scale) -> Found:
    """The compiled engine with one event per batch over ours."""
    what = "against a compiled engine with one event per deposit"
    if why := peers.absent("numba"):
        return Found((missing(what, "≥ 1.2 x", why),))
    found = timings(scale)
    engine = "compiled, event per batch"
    remark = (
        f"reduced work, numba with a binary heap, {found.ms(engine).text()} ms; "
        f"records only {found.ratio(engine, 'model, records only').text(2, ' x')}"
    )
    return Found((judged(what, ">=", 1.2, " x", found.ratio(engine, "model"), remark),))


def salabim(scale: Scale) -> Found:
    """Salabim over ours."""
    what = "against salabim"
    if why := peers.absent("salabim"):
        return Found((missing(what, "≥ 30 x", why),))
    found = timings(scale)
    without = found.ratio("salabim", "model, records only").text(2, " x")
    remark = (
        f"reduced work, {found.ms('salabim').text()} ms; it has an event per batch and visit, but looks up "
        f"when each stop of a trip is left, and works out six figures; records only {without}"
    )
    return Found((judged(what, ">=", 30, " x", found.ratio("salabim", "model"), remark),))


def ciw(scale: Scale) -> Found:
    """Ciw over ours."""
    what = "against Ciw (batches fetched at given moments)"
    found = ciw_timings(scale)
    if found is None:
        return Found((missing(what, "-", peers.absent("ciw")),))
    remark = (
        f"{number(found.ms('Ciw').middle)} ms; it cannot express calls by mass, loads of many firms or a "
        "truck that goes from firm to firm, so it does less"
    )
    return Found((Row(what, "-", found.ratio("Ciw", "model").text(unit=" x"), None, remark),))
