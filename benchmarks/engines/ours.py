"""The model as it is shipped."""

from __future__ import annotations

from benchmarks.reduced import Figures, Work, overflow
from sim.chance.chance import Chance
from sim.experiment.memory import keep_freed_memory, rubbish_later
from sim.kpi.hazardous import daily_stock
from sim.kpi.measure import measure
from sim.kpi.sources import source_storage
from sim.model.simulate import simulate
from sim.record.hazardous import HazardousRecord, Visit


def run(work: Work, chance: Chance) -> None:
    """Simulate, and measure all KPIs."""
    keep_freed_memory()
    with rubbish_later():
        measure(simulate(work.network, chance), work.judgement, chance.replication)


def run_with_storage(work: Work, chance: Chance) -> None:
    """Simulate, and work out storage by store and year and the daily stock."""
    keep_freed_memory()
    with rubbish_later():
        record = simulate(work.network, chance)
        assert isinstance(record, HazardousRecord)
        source_storage(record)
        daily_stock(record)


def run_without_kpis(work: Work, chance: Chance) -> None:
    """Simulate only."""
    keep_freed_memory()
    with rubbish_later():
        simulate(work.network, chance)


def figures(work: Work, chance: Chance) -> Figures:
    """What a run came to, from its record."""
    record = simulate(work.network, chance)
    assert isinstance(record, HazardousRecord)
    removals = record.removals
    over = source_storage(record).over
    episodes = list(zip(over.owner.tolist(), over.begin.tolist(), over.end.tolist(), strict=True))
    return Figures(
        len(record.trips["kind"]),
        len(record.visits["site"]),
        int((record.visits["ended"] == Visit.MISSED).sum()),
        int((removals[:, 2] - removals[:, 1]).sum()),
        *overflow(work.network.horizon, episodes),
    )
