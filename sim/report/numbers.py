"""Numbers as a reader should see them: no more digits than the interval supports."""

from __future__ import annotations

import math

from sim.report.view import Estimate
from sim.report.words import Words

MISSING = "–"


def decimals(half_width: float, most: int = 3) -> int:
    """Decimals that an arm of an interval of this width supports: its first digit, or two if that is a 1."""
    if math.isnan(half_width) or half_width <= 0:
        return min(1, most)
    digit = math.floor(math.log10(half_width))
    first = half_width / 10**digit
    return max(0, min(most, -digit + (1 if first < 2 else 0)))


def show(value: float, places: int) -> str:
    """Value with thousands separated; a dash where there is none, and never a minus zero."""
    if math.isnan(value):
        return MISSING
    text = f"{value:,.{places}f}"
    return text.removeprefix("-") if float(text.replace(",", "")) == 0 else text


def show_some(value: float, places: int) -> str:
    """Value that, if it is not 0, is not shown as 0 either."""
    shown = show(value, places)
    return f"< {10.0**-places:.{places}f}" if value > 0 and not float(shown.replace(",", "")) else shown


def percent(found: Estimate | None, most: int = 2) -> str:
    """Share as `11.4 % (10.4-12.5)`; `0 % (≤ 1.8)` where nothing was seen, `100 % (≥ 98.2)` where all was."""
    if found is None or math.isnan(found.mean):
        return MISSING
    if math.isnan(found.low) or math.isnan(found.high):
        return f"{show(100 * found.mean, 1)} %"
    places = decimals(100 * _arm(found.mean, found.low, found.high), most)
    if found.mean == 0:
        return f"0 % (≤ {show(100 * found.high, _enough(100 * found.high, 2))})"
    if found.mean == 1:
        return f"100 % (≥ {show(100 * found.low, places)})"
    high = show(100 * found.high, min(places, decimals(100 * (found.high - found.mean), most)))
    mean = show_some(100 * found.mean, places)
    low = show(100 * found.low, places)
    if mean.startswith("<") or float(low.replace(",", "")) == 0:
        return f"{mean} % (≤ {high})"
    return f"{mean} % ({low}–{high})"


def amount(found: Estimate | None, most: int = 2, scale: float = 1.0) -> str:
    """Amount as `4.0 (3.6-4.5)`, times `scale`."""
    if found is None or math.isnan(found.mean):
        return MISSING
    mean, low, high = scale * found.mean, scale * found.low, scale * found.high
    if math.isnan(low) or math.isnan(high) or low == high:
        return show_some(mean, min(most, _enough(mean)))
    places = decimals(_arm(mean, low, high), most)
    shown = show_some(mean, places)
    if not shown.startswith("<"):
        return f"{shown} ({_range(low, high, places)})"
    return shown if show_some(high, places) == shown else f"{shown} (≤ {show(high, places)})"


def amount_or_none(found: Estimate | None, words: Words, most: int = 2) -> str:
    """Amount, or in words that it was 0 in every run: of how large it may be the runs say nothing."""
    if found is not None and found.mean == 0 and found.n:
        return words("none_in", n=found.n)
    return amount(found, most)


def rough(value: float, digits: int = 3) -> str:
    """So many significant digits, and at most three decimals."""
    return MISSING if math.isnan(value) else show(value, min(3, _enough(value, digits)))


def _arm(mean: float, low: float, high: float) -> float:
    """The shorter arm of an interval that has one."""
    return min((arm for arm in (mean - low, high - mean) if arm > 0), default=0.0)


def _enough(value: float, digits: int = 3) -> int:
    """Decimals of so many significant digits."""
    return 0 if value == 0 else max(0, digits - 1 - math.floor(math.log10(abs(value))))


def _range(low: float, high: float, places: int) -> str:
    dash = " … " if low < 0 else "–"
    return f"{show(low, places)}{dash}{show(high, places)}"
