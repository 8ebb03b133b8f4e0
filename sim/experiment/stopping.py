"""When enough has been run: looks that are fixed in advance, and what is asked at each of them.

Verdicts. The family is every limit of every cell that runs (each row of `summary.csv` with a verdict), all
looks included. Of the two claims about a limit, *meets* and *fails*, exactly one is wrong, whatever else has
been decided; so as many claims are wrong at the end as at the start, step-down rules (Holm, Shaffer) have
nothing to hand on, and each limit gets an equal share of the error (Bonferroni). Only the wrong claim can
err, so the share is spent on one side: half of it on *nothing was seen*, which costs no more at many looks
than at the one at which it first suffices, half evenly over the looks.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from sim.errors import PlannerError
from sim.experiment.estimates import estimate, needed_runs, tolerance_of, verdicts, widen
from sim.experiment.intervals import Errors, Intervals, choose
from sim.kpi.outcome import Key
from sim.scenario.study import Tolerances
from sim.units import FloatArray

ERROR = 0.05
"""Chance that any verdict of a page is wrong."""
FIRST = 50
"""Replications at the first look: fewer do not tell how much a mean varies."""
BUDGET = 1600
"""Replications of a cell at most, if nothing else is asked for."""


class AskedError(PlannerError, ValueError):
    """What is to be decided, narrowed or selected is not understood, or is nowhere to be found."""


Why = Literal["decided", "absolute_half_width", "relative_half_width", "half_widths", "not_asked", "budget"]
FAMILY = "_family"
"""Ending of the methods of intervals that hold together."""
ORDER = ("fails", "undecided", "meets")
"""Verdicts, the one that outweighs the others first."""


def looks(first: int, most: int, also: Iterable[int] = (), *, halfway: bool = False) -> tuple[int, ...]:
    """Replications at which is looked: doubling from `first` up to `most`.

    Parameters
    ----------
    also
        More looks; those that double and lie within a tenth of one give way to it.
    halfway
        Look between two doublings too.
    """
    doubling = []
    while first < most:
        doubling += [first, first * 3 // 2] if halfway else [first]
        first *= 2
    own = {look for look in also if look < most}
    kept = {look for look in doubling if look < most and all(abs(look / one - 1) > 0.1 for one in own)}
    return (*sorted(kept | own), most)


@dataclass(frozen=True)
class HalfWidth:
    """An interval that is to become narrow: as a number, or as a share of its mean, whichever comes first.

    Attributes
    ----------
    kpi
        ``kpi@place``; empty: each primary KPI.
    absolute, relative
        Largest half-width; NaN: not asked for.
    """

    kpi: str = ""
    absolute: float = math.nan
    relative: float = math.nan

    @classmethod
    def of(cls, text: str) -> HalfWidth:
        """Read ``0.01``, ``5%``, ``0.01,5%``, each with or without ``kpi@place=`` before it.

        Raises
        ------
        AskedError
            If it is none of these.
        """
        kpi, _, widths = text.rpartition("=")
        absolute = relative = math.nan
        for part in widths.split(","):
            size = _positive(part.strip().removesuffix("%"), text)
            if part.strip().endswith("%"):
                relative = size / 100
            else:
                absolute = size
        if kpi and "@" not in kpi:
            raise AskedError(f"name the place too, as kpi@place: {kpi!r}")
        return cls(kpi.strip(), absolute, relative)

    def reached(self, found: Intervals) -> Why | None:
        """Which of the two a single interval has reached; a quantity without values is not waited for."""
        half, mean = float(found.high[0] - found.low[0]) / 2, abs(float(found.mean[0]))
        if not found.n[0] or half <= self.absolute:
            return "absolute_half_width"
        return "relative_half_width" if half <= self.relative * mean else None


def _positive(number: str, text: str) -> float:
    try:
        size = float(number)
    except ValueError:
        size = math.nan
    if not 0 < size < math.inf:
        raise AskedError(f"write a half-width above 0, as 0.01, 5% or kpi@place=0.01,5%: {text!r}")
    return size


@dataclass(frozen=True)
class Until:
    """What replications are added for.

    Attributes
    ----------
    decided
        Until each verdict of the page is *meets* or *fails*.
    narrow
        Until these intervals are narrow.
    """

    decided: bool = False
    narrow: tuple[HalfWidth, ...] = ()


@dataclass(frozen=True)
class Stop:
    """Why a cell got no more replications.

    Attributes
    ----------
    n
        Replications it has.
    why
        A word for the reason.
    detail
        The half-widths reached.
    """

    n: int
    why: str
    detail: str = ""


@dataclass(frozen=True)
class Rule:
    """Looks fixed in advance, and what is asked of a cell at each.

    Attributes
    ----------
    looks
        Replications at each look, the last the budget.
    verdicts
        Limits that share `ERROR`; 0: no verdict is waited for.
    """

    until: Until
    looks: tuple[int, ...]
    tolerances: Tolerances
    verdicts: int = 0

    @property
    def budget(self) -> int:
        """Replications at most."""
        return self.looks[-1]

    @property
    def confidence(self) -> float:
        """Of the interval of one limit at all looks, either side apart: 1 - 2 x its share of the error."""
        return 1 - 2 * ERROR / max(self.verdicts, 1)

    @property
    def errors(self) -> Errors:
        """Of one limit at one look: half of its share on nothing seen, half spread over the looks."""
        half = ERROR / max(self.verdicts, 1) / 2
        each = half / len(self.looks)
        return Errors(each, each, half)

    def needed(self) -> dict[str, int]:
        """Replications that *meets* takes even if nothing is seen, limit by limit."""
        return needed_runs(self.tolerances, self.errors)

    def estimate(self, values: FloatArray, keys: Sequence[Key]) -> tuple[Intervals, npt.NDArray[np.object_]]:
        """As `estimates.estimate`, but what has a limit gets the interval that decides its verdict.

        Its errors are those of the family at all looks, and its bounds never move back from one look to the
        next.
        """
        found, names = estimate(values, keys)
        judged = np.array([tolerance_of(key, self.tolerances) is not None for key in keys], dtype=bool)
        if self.until.decided and judged.any():
            own = [key for key, limited in zip(keys, judged, strict=True) if limited]
            together, methods = self._together(values[:, judged], own)
            found = choose(judged, widen(together, judged), found)
            names[judged] = [name if name == "none" else name + FAMILY for name in methods]
        return found, names

    def _together(self, values: FloatArray, keys: Sequence[Key]) -> tuple[Intervals, npt.NDArray[np.object_]]:
        """Intervals of limited KPIs that hold together, drawn closer from look to look."""
        found, methods = estimate(values, keys, self.errors)
        low, high = found.low, found.high
        for look in self.looks:
            if look < len(values):
                earlier, _ = estimate(values[:look], keys, self.errors)
                low, high = np.fmax(low, earlier.low), np.fmin(high, earlier.high)
        crossed = low > high
        low, high = np.where(crossed, found.low, low), np.where(crossed, found.high, high)
        return Intervals(found.n, found.mean, low, high), methods

    def ask(self, values: FloatArray, keys: Sequence[Key], primary: Sequence[str] = ()) -> Stop | None:
        """Ask a cell at a look; None if it goes on.

        Parameters
        ----------
        values
            (replications, keys).
        primary
            ``kpi@place`` of the primary KPIs of its table, for half-widths without a KPI.
        """
        reasons: list[Stop] = []
        if self.until.decided:
            if any(word == "undecided" for word in self.answers(values, keys).values()):
                return self._at_budget(len(values))
            reasons.append(Stop(len(values), "decided"))
        for goal in self._goals(primary):
            stop = self._narrow(goal, values, keys)
            if stop is None:
                return self._at_budget(len(values))
            reasons.append(stop)
        details = "; ".join(stop.detail for stop in reasons if stop.detail)
        words = {stop.why for stop in reasons} - {"not_asked"} or {"not_asked"}
        why = words.pop() if len(words) == 1 else "decided" if "decided" in words else "half_widths"
        return Stop(len(values), why, details)

    def _at_budget(self, n: int) -> Stop | None:
        return Stop(n, "budget") if n >= self.budget else None

    def _goals(self, primary: Sequence[str]) -> list[HalfWidth]:
        return [
            HalfWidth(name, goal.absolute, goal.relative)
            for goal in self.until.narrow
            for name in ([goal.kpi] if goal.kpi else primary)
        ]

    def _narrow(self, goal: HalfWidth, values: FloatArray, keys: Sequence[Key]) -> Stop | None:
        """Say how narrow it is; a cell that has not got the KPI is not held up by it."""
        kpi, _, place = goal.kpi.partition("@")
        key = Key(place, kpi)
        if key not in keys:
            return Stop(len(values), "not_asked")
        column = values[:, [list(keys).index(key)]]
        found, _ = estimate(column, [key])
        why = goal.reached(found)
        if why is None:
            return None
        half, mean = float(found.high[0] - found.low[0]) / 2, abs(float(found.mean[0]))
        if why == "relative_half_width":
            return Stop(
                len(values), why, f"{goal.kpi} ±{100 * half / mean:.2g} % ≤ {100 * goal.relative:g} %"
            )
        return Stop(len(values), why, f"{goal.kpi} ±{half:.2g} ≤ {goal.absolute:g}")

    def answers(self, values: FloatArray, keys: Sequence[Key]) -> dict[str, str]:
        """Verdict of a cell on each question: one limit that fails decides it, else all must be met."""
        own = [place for place, key in enumerate(keys) if tolerance_of(key, self.tolerances) is not None]
        named = [keys[place] for place in own]
        found, _ = self.estimate(values[:, own], named)
        _, words = verdicts(found, named, self.tolerances)
        return worst({key: word for key, word in zip(named, words, strict=True) if word})


def worst(words: Mapping[Key, str]) -> dict[str, str]:
    """Verdict on each question from those on its limits."""
    found: dict[str, str] = {}
    for key, word in words.items():
        question = question_of(key)
        found[question] = min(word, found.get(question, "meets"), key=ORDER.index)
    return found


def question_of(key: Key) -> str:
    """Question that a limit answers: storage and age of hazardous waste, the kiln's yard, the rate."""
    if key.kpi == "age_over_limit_share":
        return "age"
    if key.kpi == "utilisation_target_met":
        return "rate"
    return "yard" if key.place == "kiln_yard" else "storage"


def declared(layouts: Iterable[Sequence[Key]], tolerances: Tolerances) -> int:
    """Limits of all cells: the verdicts that are to be right together."""
    return sum(tolerance_of(key, tolerances) is not None for keys in layouts for key in keys)


def rule_of(
    until: Until, layouts: Sequence[Sequence[Key]], tolerances: Tolerances, budget: int | None = None
) -> Rule:
    """Fix the looks: doublings, halfway between them, and just past where *meets* becomes possible at all."""
    most = budget or BUDGET
    verdicts_ = declared(layouts, tolerances) if until.decided else 0
    needed = Rule(until, (most,), tolerances, verdicts_).needed().values() if until.decided else ()
    also = {10 * math.ceil(1.02 * runs / 10) for runs in needed}
    return Rule(until, looks(min(FIRST, most), most, also, halfway=True), tolerances, verdicts_)
