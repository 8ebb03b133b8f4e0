"""What a run of the plain engine writes down. Times in s, masses in g (slag: t)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Trip:
    """A vehicle's way; `end` is None while it is under way."""

    kind: str
    vehicle: int
    decided: int
    start: int
    end: int | None = None
    accepted: int | None = None
    mass: int = 0
    stops: int = 0
    metres: int = 0
    hours: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Visit:
    """A stop at a site: when it was left, how it ended, and when the site had called (-1: nobody had to)."""

    kind: str
    site: int
    when: int
    ended: str
    called: int


@dataclass
class HazardousFacts:
    """All that happened in the hazardous chain.

    Attributes
    ----------
    removals
        (store, when, mass).
    receipts, hauled
        (bay, when, mass) into and out of the bays.
    turned_away
        (bay, when, mass) that found no room.
    episodes
        (store, begin, end) above capacity.
    levels
        Stock of every store at each 1 January and at the end.
    down
        (van, begin, end) of repairs.
    """

    calls: list[tuple[int, int]] = field(default_factory=list)
    trips: list[Trip] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    removals: list[tuple[int, int, int]] = field(default_factory=list)
    receipts: list[tuple[int, int, int]] = field(default_factory=list)
    hauled: list[tuple[int, int, int]] = field(default_factory=list)
    turned_away: list[tuple[int, int, int]] = field(default_factory=list)
    episodes: list[tuple[int, int, int]] = field(default_factory=list)
    down: list[tuple[int, int, int]] = field(default_factory=list)
    levels: list[list[int]] = field(default_factory=list)
    informal: int = 0
    cleaned: int = 0


@dataclass
class SlagFacts:
    """All that happened to the slag.

    Attributes
    ----------
    switches
        Instants at which the kiln, the month or the year changed, s; then the end.
    heap, yard
        Per switch, the stock of each lane; `silo` the clinker.
    used, heap_no_outlet, yard_no_outlet
        (years, lanes).
    ground, sold
        (years,) clinker.
    yard_over, heap_over
        (years,) seconds above capacity.
    """

    switches: list[float] = field(default_factory=list)
    heap: list[list[float]] = field(default_factory=list)
    yard: list[list[float]] = field(default_factory=list)
    silo: list[float] = field(default_factory=list)
    used: list[list[float]] = field(default_factory=list)
    heap_no_outlet: list[list[float]] = field(default_factory=list)
    yard_no_outlet: list[list[float]] = field(default_factory=list)
    ground: list[float] = field(default_factory=list)
    sold: list[float] = field(default_factory=list)
    yard_over: list[float] = field(default_factory=list)
    heap_over: list[float] = field(default_factory=list)
