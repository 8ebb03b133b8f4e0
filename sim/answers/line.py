"""One line of a trace, before it has words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sim.kpi.outcome import Key, Layout, Outcome, Rows


class Line(NamedTuple):
    """Something that happened.

    Attributes
    ----------
    when
        s.
    event
        A key of the sayings: the event, and after a colon its variant.
    values
        What the saying tells; `when` of other moments as `Moment`.
    """

    when: int
    place: str
    event: str
    mass_t: float = float("nan")
    values: Mapping[str, Any] = {}


class Moment(int):
    """Another moment that a line tells of, s."""


def overflow_lines(episodes: Rows, end: int) -> Iterator[Line]:
    """Begin and end of each overflow episode; one that lasts beyond `end` (s) has no end."""
    columns = ("place", "start", "end", "days", "peak_excess_t", "cause")
    if not episodes:
        return
    for place, start, until, days, excess, cause in zip(*(episodes[name] for name in columns), strict=True):
        yield Line(int(start), str(place), "overflow_begins", values={"cause": str(cause)})
        if until < end:
            mass = float(excess)
            yield Line(int(until), str(place), "overflow_ends", mass, {"days": float(days)})


def yearly(outcome: Outcome, layout: Layout, place: str, kpi: str) -> list[float]:
    """Values of a KPI in the reported years."""
    values: list[float] = outcome.yearly[layout.yearly_keys.index(Key(place, kpi))].tolist()
    return values
