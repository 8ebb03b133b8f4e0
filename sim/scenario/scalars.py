"""What an unquoted word of a scenario file means: a number, a date, true, false, null, or text."""

from __future__ import annotations

import calendar
import math
import re
from datetime import date

INTEGER = re.compile(r"[-+]?[0-9]+")
DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)|nan|NaN|[-+]?(inf|Infinity)")
DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
WORDS: dict[str, bool | None] = {
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    "null": None, "Null": None, "NULL": None, "~": None, "": None,
}  # fmt: skip
LONGEST = 30


class Fault(ValueError):  # noqa: N818
    """A word that looks like a value and is none."""

    def __init__(self, code: str, message: str, fix: str) -> None:
        super().__init__(message)
        self.code, self.message, self.fix = code, message, fix


def resolve(text: str) -> str | int | float | bool | date | None:
    """Value of an unquoted word.

    Raises
    ------
    Fault
        For a number that is not finite or too long, and for a date that does not exist.
    """
    if text in WORDS:
        return WORDS[text]
    if INTEGER.fullmatch(text) or DECIMAL.fullmatch(text):
        return _number(text)
    if NOT_FINITE.fullmatch(text):
        raise Fault("E012", f"{text} is not a finite number", "write a number")
    if found := DATE.fullmatch(text):
        return _date(text, *map(int, found.groups()))
    return text


def _number(text: str) -> int | float:
    if len(text) > LONGEST:
        raise Fault("E012", f"a number of {len(text)} characters is too long", "write at most 30 characters")
    if INTEGER.fullmatch(text):
        return int(text)
    value = float(text)
    if not math.isfinite(value):
        raise Fault("E012", f"{text} is not a finite number", "write a number below 1.8e308")
    return value


def _date(text: str, year: int, month: int, day: int) -> date:
    if not 1 <= month <= 12:
        raise Fault("E013", f"{text}: there is no month {month}", "write a date as YYYY-MM-DD")
    if year < 1:
        raise Fault("E013", f"{text}: there is no year {year}", "write a date as YYYY-MM-DD")
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        name = f"{calendar.month_name[month]} {year}"
        fix = f"write {year:04}-{month:02}-{last:02}"
        raise Fault("E013", f"{text}: {name} has {last} days", fix)
    if len(text) != 10:
        raise Fault("E013", f"{text} is not written as a date", f"write {year:04}-{month:02}-{day:02}")
    return date(year, month, day)
