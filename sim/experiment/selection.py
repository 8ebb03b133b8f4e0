"""Which plan is best: plans race on common chance and fall out as soon as one is clearly better.

The race is the fully sequential procedure KN of Kim and Nelson (2001, A fully sequential procedure for
indifference-zone selection in simulation, ACM Transactions on Modeling and Computer Simulation 11, 251-273)
with c = 1, on means of batches of replications. Plans may meet the same chance. If batch means are normal
and the best plan leads by at least the indifference zone, it is chosen with the confidence asked for; if
others lie within the zone of it, one of them may be chosen, which then costs less than the zone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from sim.experiment.stopping import AskedError
from sim.kpi.outcome import Key
from sim.units import FloatArray

ERROR = 0.05
"""Chance that any choice of a study is wrong."""
BATCH = 5
"""Replications whose mean is one value of the race: nearer to normal than a single one."""
STAGE = 20
"""Batches from which the variances are estimated, before any plan falls out."""

Status = Literal["best", "eliminated", "behind", "open"]


@dataclass(frozen=True)
class Select:
    """What the best plan is to be found by.

    Attributes
    ----------
    kpi
        ``kpi@place``.
    zone
        Indifference zone in the unit of the KPI: a smaller lead is not worth finding.
    largest
        Whether more is better.
    """

    kpi: str
    zone: float
    largest: bool = False

    def __post_init__(self) -> None:
        if "@" not in self.kpi:
            raise AskedError(f"write the KPI to select by as kpi@place: {self.kpi!r}")
        if not 0 < self.zone < math.inf:
            raise AskedError("the indifference zone must be above 0")

    @property
    def key(self) -> Key:
        """KPI and place."""
        kpi, _, place = self.kpi.partition("@")
        return Key(place, kpi)


@dataclass(frozen=True)
class Standing:
    """How a plan came out of a race.

    Attributes
    ----------
    status
        `best`; `eliminated` by a plan that was clearly better; `behind` at the end, where whatever is left is
        within the zone or decided by its mean; `open` if the budget ended the race.
    batches
        Batches of the race that it was in.
    mean
        Over these.
    by
        The plan that eliminated it; None: nobody.
    """

    status: Status
    batches: int
    mean: float
    by: int | None = None


@dataclass
class Race:
    """Procedure KN among `plans`, fed batch by batch.

    Attributes
    ----------
    zone, error
        Indifference zone, and the chance of a wrong choice.
    alive
        Plans that are still in.
    best
        The plan chosen; None while the race goes on.
    """

    plans: int
    zone: float
    error: float
    largest: bool = False
    stage: int = STAGE
    alive: list[int] = field(default_factory=list)
    best: int | None = None

    def __post_init__(self) -> None:
        self.alive = list(range(self.plans))
        self.sign = 1.0 if self.largest else -1.0
        self.first: list[FloatArray] = []
        self.sums = np.zeros(self.plans)
        self.count = 0
        self.fallen: dict[int, Standing] = {}
        if self.plans == 1:
            self.best = 0

    def add(self, values: FloatArray) -> None:
        """Take the batch means (plans,) of one batch; those of plans that are out are not looked at."""
        if self.best is not None:
            return
        self.count += 1
        self.sums[self.alive] += self.sign * values[self.alive]
        if self.count <= self.stage:
            self.first.append(self.sign * values)
        if self.count >= self.stage:
            self._screen()

    def _screen(self) -> None:
        """Let plans fall out; choose when one is left, or when the longest continuation is over."""
        if self.count == self.stage:
            self.scale = self._scale()
        means, count = self.sums / self.count, self.count
        room = np.maximum(0.0, self.zone / (2 * count) * (self.scale / self.zone**2 - count))
        old = list(self.alive)
        for plan in old:
            by = next((o for o in old if o != plan and means[plan] < means[o] - room[plan, o]), None)
            if by is not None:
                self.alive.remove(plan)
                self.fallen[plan] = Standing("eliminated", count, self.sign * float(means[plan]), by)
        left = self.scale[np.ix_(self.alive, self.alive)]
        if len(self.alive) == 1 or count > math.floor(left.max() / self.zone**2):
            self.best = max(self.alive, key=lambda plan: means[plan])

    def _scale(self) -> FloatArray:
        """h^2 S^2 (plans, plans), from the variances of the differences in the first stage."""
        values = np.array(self.first)
        apart = values[:, :, None] - values[:, None, :]
        eta = ((2 * self.error / (self.plans - 1)) ** (-2 / (self.stage - 1)) - 1) / 2
        return np.asarray(2 * eta * (self.stage - 1) * apart.var(axis=0, ddof=1))

    def standings(self) -> list[Standing]:
        """How each plan stands."""
        found = []
        for plan in range(self.plans):
            status: Status = "best" if plan == self.best else "open" if self.best is None else "behind"
            mean = self.sign * float(self.sums[plan]) / self.count if self.count else math.nan
            found.append(self.fallen.get(plan) or Standing(status, self.count, mean))
        return found


@dataclass
class Field:
    """Cells that race against each other: the plans of one table in one future.

    Attributes
    ----------
    cells
        Their numbers in the study.
    columns
        Where each has the KPI among its totals.
    """

    table: str
    future: str
    cells: tuple[int, ...]
    columns: tuple[int, ...]
    race: Race
    taken: int = 0

    def feed(self, totals: Mapping[int, FloatArray]) -> None:
        """Take all whole batches that are new, of the cells that are still in."""
        rows = min(len(totals[self.cells[plan]]) for plan in self.race.alive)
        while self.taken + BATCH <= rows and self.race.best is None:
            part = slice(self.taken, self.taken + BATCH)
            self.taken += BATCH
            values = np.full(len(self.cells), np.nan)
            for plan in self.race.alive:
                own = totals[self.cells[plan]][part, self.columns[plan]]
                values[plan] = own[~np.isnan(own)].mean() if not np.isnan(own).all() else np.nan
            if not np.isnan(values[self.race.alive]).any():
                self.race.add(values)

    def stopped(self) -> frozenset[int]:
        """Cells that need no more replications."""
        running = self.race.alive if self.race.best is None else []
        return frozenset(cell for plan, cell in enumerate(self.cells) if plan not in running)


def looks(most: int) -> tuple[int, ...]:
    """Replications at which batches are handed to the races: they are taken one by one all the same.

    Raises
    ------
    AskedError
        If the budget does not hold the first stage.
    """
    first = STAGE * BATCH
    if most < first:
        raise AskedError(f"the first stage alone takes {first} replications; the budget is {most}")
    found = []
    while first < most:
        found.append(first)
        first += BATCH * max(STAGE // 4, first // (8 * BATCH))
    return (*found, most)


def fields_of(
    select: Select, groups: Iterable[tuple[str, str, Sequence[tuple[int, Sequence[Key]]]]]
) -> list[Field]:
    """Races of all groups (table, future, cells with their keys); all cells have the KPI.

    The error is shared by the races, so that all choices are right together.
    """
    having = [
        (table, future, [(cell, list(keys).index(select.key)) for cell, keys in cells])
        for table, future, cells in groups
    ]
    return [
        Field(
            table,
            future,
            tuple(cell for cell, _ in own),
            tuple(column for _, column in own),
            Race(len(own), select.zone, ERROR / len(having), select.largest),
        )
        for table, future, own in having
    ]
