"""The box of assumptions in which a plan fails: patient rule induction, by peeling and pasting.

After Friedman and Fisher (1999), Bump hunting in high-dimensional data, and Bryant and Lempert (2010),
Thinking inside the box: of the boxes met on the way, one that holds most failures and little else. Bounds are
taken in one by one, each time the one that helps most, as long as chance alone could not have made any.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from sim.units import BoolArray, FloatArray

PEEL = 0.05
"""Share of a box's points that one step takes away."""
LEAST = 10
"""Points that a box keeps."""
SIGNIFICANCE = 0.05
GAIN = 0.01
"""What a further bound adds to the balance of coverage and density at least."""

Column = npt.NDArray[np.generic]
End = Literal["low", "high", "words"]
Bound = tuple[int, End]
"""A factor and the end of its range that is cut off."""


@dataclass(frozen=True)
class Side:
    """Restriction of one factor: an interval, or the words that are left."""

    factor: int
    low: float = -np.inf
    high: float = np.inf
    words: tuple[str, ...] = ()
    p_value: float = np.nan

    def holds(self, column: Column) -> BoolArray:
        """Points (rows,) that keep it."""
        if self.words:
            return np.isin(column, self.words)
        numbers = column.astype(float)
        return np.asarray((numbers >= self.low) & (numbers <= self.high))


@dataclass(frozen=True)
class Box:
    """Restrictions that hold together, and what they come to.

    Attributes
    ----------
    coverage
        Share of all failures that lie in the box.
    density
        Share of the box's points that fail.
    mass
        Share of all points that lie in the box.
    """

    sides: tuple[Side, ...]
    points: int
    coverage: float
    density: float
    mass: float

    @property
    def balance(self) -> float:
        """Harmonic mean of coverage and density."""
        both = self.coverage + self.density
        return 2 * self.coverage * self.density / both if both > 0 else 0.0


def inside(sides: Sequence[Side], columns: Sequence[Column]) -> BoolArray:
    """Points (rows,) that keep all restrictions."""
    kept: BoolArray = np.ones(len(columns[0]), dtype=bool)
    for side in sides:
        kept &= side.holds(columns[side.factor])
    return kept


def find_box(columns: Sequence[Column], fails: BoolArray) -> tuple[Box, tuple[Box, ...]]:
    """Box in which points fail, and all boxes that were peeled on the way, largest first.

    Parameters
    ----------
    columns
        One (points,) array for each factor, of numbers or of words.
    fails
        (points,); at least one is true.
    """
    allowed: tuple[Bound, ...] = ()
    found = _box((), columns, fails)
    way: tuple[Box, ...] = (found,)
    while True:
        trials = [
            _searched((*allowed, bound), columns, fails) for bound in _bounds(columns) if bound not in allowed
        ]
        sound = [one for one in trials if _is_sound(one[0], columns, fails)]
        box, boxes = max(sound, key=lambda one: round(one[0].balance, 12), default=(found, way))
        if box.balance <= found.balance + GAIN:
            return _with_p(found, _p_values(found, columns, fails), len(columns)), way
        found, way = box, boxes
        allowed = tuple(_p_values(box, columns, fails))


def _bounds(columns: Sequence[Column]) -> Iterator[Bound]:
    for factor, column in enumerate(columns):
        if column.dtype.kind in "fiu":
            yield from ((factor, "low"), (factor, "high"))
        else:
            yield factor, "words"


def _searched(
    allowed: Sequence[Bound], columns: Sequence[Column], fails: BoolArray
) -> tuple[Box, tuple[Box, ...]]:
    """Peel and paste with some bounds only: the best box, and all on the way."""
    way = [_box((), columns, fails)]
    while (smaller := _peeled(way[-1].sides, columns, fails, allowed)) is not None:
        way.append(_box(smaller, columns, fails))
    best = max(way, key=lambda box: (round(box.balance, 12), -len(box.sides)))
    return _pasted(best, columns, fails), tuple(way)


def _is_sound(box: Box, columns: Sequence[Column], fails: BoolArray) -> bool:
    """Whether no bound could have been made by chance, given how many factors it was chosen from."""
    return all(p * len(columns) <= SIGNIFICANCE for p in _p_values(box, columns, fails).values())


def _box(sides: Sequence[Side], columns: Sequence[Column], fails: BoolArray) -> Box:
    kept = inside(sides, columns)
    caught, count = int((kept & fails).sum()), int(kept.sum())
    return Box(
        tuple(sides), count, caught / max(int(fails.sum()), 1), caught / max(count, 1), count / len(fails)
    )


# --- peeling -----------------------------------------------------------------------------------------


def _peeled(
    sides: tuple[Side, ...], columns: Sequence[Column], fails: BoolArray, allowed: Sequence[Bound]
) -> tuple[Side, ...] | None:
    """Restrictions after the step that raises the density most for what it takes; None at the end."""
    here = inside(sides, columns)
    density, count = float(fails[here].mean()), int(here.sum())
    best, gained = None, 0.0
    for factor in sorted({factor for factor, _ in allowed}):
        column = columns[factor]
        old = next((side for side in sides if side.factor == factor), Side(factor))
        for end, side in _trials(old, column, here):
            if (factor, end) not in allowed:
                continue
            kept = here & side.holds(column)
            left = int(kept.sum())
            if LEAST <= left < count:
                gain = (float(fails[kept].mean()) - density) / (count - left)
                if gain > gained:
                    best, gained = side, gain
    if best is None:
        return None
    return (*(side for side in sides if side.factor != best.factor), best)


def _trials(old: Side, column: Column, here: BoolArray) -> Iterator[tuple[End, Side]]:
    """Smaller restrictions of one factor: a little off either end, or one word less."""
    own = column[here]
    if column.dtype.kind not in "fiu":
        words = [str(word) for word in np.unique(own)]
        if len(words) > 1:
            for gone in words:
                yield "words", replace(old, words=tuple(word for word in words if word != gone))
        return
    ordered = np.unique(own.astype(float))
    if len(ordered) < 2:
        return
    low, high = np.quantile(own.astype(float), (PEEL, 1 - PEEL))
    yield "low", replace(old, low=float(ordered[ordered > min(low, ordered[-2])][0]))
    yield "high", replace(old, high=float(ordered[ordered < max(high, ordered[1])][-1]))


# --- pasting, and what is left -----------------------------------------------------------------------


def _pasted(box: Box, columns: Sequence[Column], fails: BoolArray) -> Box:
    """Move bounds out again as long as coverage and density together gain."""
    while True:
        wider = [_box(sides, columns, fails) for sides in _widened(box, columns)]
        best = max(wider, key=lambda one: one.balance, default=box)
        if best.balance <= box.balance + 1e-12:
            return box
        box = best


def _widened(box: Box, columns: Sequence[Column]) -> Iterator[tuple[Side, ...]]:
    for place, side in enumerate(box.sides):
        others = [*box.sides[:place], *box.sides[place + 1 :]]
        reach = inside(others, columns)
        for wider in _wider(side, columns[side.factor][reach]):
            yield tuple(others) if wider is None else (*others[:place], wider, *others[place:])


def _wider(side: Side, own: Column) -> Iterator[Side | None]:
    yield None
    if side.words:
        gone = [str(word) for word in np.unique(own) if str(word) not in side.words]
        yield from (replace(side, words=(*side.words, word)) for word in gone)
        return
    values = own.astype(float)
    step = max(1, round(PEEL * len(values)))
    below, above = np.sort(values[values < side.low])[::-1], np.sort(values[values > side.high])
    if len(below) > step:
        yield replace(side, low=float(below[step - 1]))
    if len(above) > step:
        yield replace(side, high=float(above[step - 1]))
    if len(below) and np.isfinite(side.high):
        yield replace(side, low=-np.inf)
    if len(above) and np.isfinite(side.low):
        yield replace(side, high=np.inf)


def _p_values(box: Box, columns: Sequence[Column], fails: BoolArray) -> dict[Bound, float]:
    """P of every bound: of as many failures in the box, if those of the box without it were spread evenly.

    One-sided binomial, not yet adjusted for the number of factors that the bound was chosen from.
    """
    from scipy.stats import binom

    kept = inside(box.sides, columns)
    caught, count = int((kept & fails).sum()), int(kept.sum())
    found: dict[Bound, float] = {}
    for place, side in enumerate(box.sides):
        for end, wider in _without(side):
            others = [*box.sides[:place], *([wider] if wider else []), *box.sides[place + 1 :]]
            rate = float(fails[inside(others, columns)].mean())
            found[side.factor, end] = float(binom.sf(caught - 1, count, rate))
    return found


def _without(side: Side) -> Iterator[tuple[End, Side | None]]:
    """Each bound of a side, and the side without it."""
    if side.words:
        yield "words", None
    if np.isfinite(side.low):
        yield "low", replace(side, low=-np.inf) if np.isfinite(side.high) else None
    if np.isfinite(side.high):
        yield "high", replace(side, high=np.inf) if np.isfinite(side.low) else None


def _with_p(box: Box, p_values: dict[Bound, float], factors: int) -> Box:
    """Box whose sides carry the p of their weaker bound, times the number of factors, strongest first."""
    sides = [
        replace(
            side,
            p_value=min(1.0, factors * max(p for bound, p in p_values.items() if bound[0] == side.factor)),
        )
        for side in box.sides
    ]
    return replace(box, sides=tuple(sorted(sides, key=lambda side: side.p_value)))


def trade_off(boxes: Sequence[Box]) -> FloatArray:
    """Coverage, density, mass and restrictions (boxes, 4) of boxes."""
    return np.array([[box.coverage, box.density, box.mass, len(box.sides)] for box in boxes])
