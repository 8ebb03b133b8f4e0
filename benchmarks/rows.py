"""All rows of the table by name: each is a measurement of its own, and they share what they can."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from benchmarks.measured import cores, curves, growth, main_job, peers, pilot
from benchmarks.profiling import profile
from benchmarks.scale import Scale
from benchmarks.table import Found

ROWS: dict[str, Callable[[Scale], Found]] = {
    "pilot": pilot.pilot,
    "plain": pilot.against_plain,
    "compiled": peers.compiled,
    "growth": growth.growth,
    "two_cores": cores.two_cores,
    "further_plan": pilot.further_plan,
    "floor": pilot.simpy_floor,
    "salabim": peers.salabim,
    "per_batch": peers.per_batch,
    "ciw": peers.ciw,
    "events": pilot.events_per_happening,
    "main_job": main_job.main_job,
    "trace": pilot.trace,
    "curves": curves.curves,
    "profile": profile,
}


def differences(scale: Scale) -> Iterator[str]:
    """Where engines do not agree; nothing is timed before they do."""
    return chain(pilot.differences(scale), peers.differences(scale))
