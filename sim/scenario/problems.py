"""What is wrong with a scenario: places in files, problems with stable codes, nearest known words."""

from __future__ import annotations

import difflib
import warnings
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Literal

from sim.errors import PlannerError, PlannerWarning
from sim.scenario.folding import ALIKE, folded
from sim.text import one_line

Severity = Literal["error", "warning", "note"]

CODES = {
    "E001": "a file or a name does not exist, or is of another kind",
    "E002": "a file is larger than 2 MB",
    "E003": "a file is not UTF-8 text",
    "E004": "a file is not YAML",
    "E005": "a file is empty, or not a mapping",
    "E006": "a file is nested too deep or holds too many values or problems",
    "E007": "anchors, aliases, tags, merge keys, directives and several documents are not in the language",
    "E008": "a key stands twice in one mapping, or in two `--set`",
    "E009": "a key is not a plain word",
    "E010": "a path leaves the folder it may name files in",
    "E011": "`extends` goes in a circle",
    "E012": "a number is not finite or too long",
    "E013": "a date does not exist",
    "E014": "a `--set` is not written `a.b.c=value`",
    "E101": "unknown word",
    "E102": "a required key is missing",
    "E103": "a value has the wrong type",
    "E104": "a value lies outside its bounds",
    "E105": "a word is not one of those allowed",
    "E106": "a text does not have the form wanted",
    "E107": "a list has the wrong number of items",
    "E201": "a range is not a list of two numbers or dates",
    "E202": "a range has its low end above its high end",
    "E203": "a value lies outside its own range",
    "E204": "a range or a value/origin mapping stands where none can",
    "E205": "an origin is not text, or a confidence is not high, medium or low",
    "E206": "an end of a range lies outside the bounds of the value",
    "E301": "a future or a `--set` touches what the plan has not got",
    "E302": "null removes what is not there",
    "E303": "an empty mapping changes nothing",
    "E401": "a name refers to nothing",
    "E402": "the collection point has no bay for waste that it collects",
    "E403": "a bay's release level is above its capacity",
    "E404": "shares do not sum to 1",
    "E405": "two values are in the wrong order",
    "E406": "a month has fewer days",
    "E407": "the pilot regime has no collection point",
    "E408": "hazardous waste has no way out",
    "E409": "season factors do not average 1",
    "E410": "a chain that is asked about has nothing in it",
    "E411": "the coordinates of a place are swapped, zero, or without their sign",
    "E412": "more batches of waste arise than a run can hold",
    "E501": "a table has an unknown column",
    "E502": "a table lacks a column",
    "E503": "a table has a column twice",
    "E504": "a row has too many or too few cells, or a quote without end",
    "E505": "a name stands twice in one table or list, or two names look alike",
    "E601": "a value cannot vary in a sweep as asked",
    "E602": "a design lacks something, or holds what it cannot use",
    "E603": "a constraint of a sweep is not understood, or no point keeps it",
    "E604": "a point of a sweep cannot be",
    "W601": "windows overlap; their days are counted once",
    "W602": "a store holds less than one container",
    "W603": "a store holds less than a large batch",
    "W604": "a slag route takes in more than it can feed, or nearly as much: no steady state within years",
    "W605": "a magnitude far from the usual, or from type, history or record: another unit?",
    "W606": "a table has no rows",
    "W607": "off-peak windows lie outside the simulated years",
    "W608": "a place lies far from the others",
    "W609": "working time leaves no room for a night's rest",
    "W610": "waste is to be fetched, and there is no vehicle",
    "W611": "the collection point opens after the last year",
    "W612": "a range of a whole number has fractions",
    "W613": "a history or calendar has a gap: 0 t of a smelter, the nearest year of the kiln",
    "W614": "a vehicle cannot carry one full container of what it is sent for",
    "W615": "a region declares what none of its scenarios uses",
    "W616": "several plans, or several futures, have one title",
    "N701": "working days beyond the announced year are predicted",
    "N702": "a future or a `--set` does not apply to a plan of the study",
    "N703": "a warning that a file accepts, with its reason",
    "N704": "two futures set the same value; the last wins",
    "N705": "a plan or future does not say what it changes",
    "N706": "a path begins further down and is the only one that does",
    "N707": "a table is not UTF-8 and was read as GB18030",
}
"""Meaning of every code. E: error, W: warning, N: note."""

SEVERITIES: dict[str, Severity] = {"E": "error", "W": "warning", "N": "note"}
ORDER = tuple(SEVERITIES.values())
MAX_PROBLEMS = 50
"""So many problems of a file are told."""
MAX_WORDS = 1000
LONGEST_WORD = 200
"""Words of more characters have no nearest one, and it is sought among so many."""
MOST_LISTED = 60
"""Words that are listed where none is near: every closed list of the language, whole."""
OF_VALUE = ("E103", "E104", "E105", "E106")
OF_RANGE = ("E201", "E203", "E204", "E206")
"""Codes of faults of a value, and of faults of its range that follow from them."""


@dataclass(frozen=True, order=True)
class Place:
    """A position in a file (relative to the scenarios root, or absolute), or in a `--set` option.

    Lines and columns count from 1; for `--set` the line is the ordinal of the option.
    """

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        """`file:line:column`."""
        return one_line(f"{self.file}:{self.line}:{self.column}")


@dataclass(frozen=True)
class Problem:
    """One fault, doubt or remark: where, on which dotted path, what, and one way to put it right."""

    severity: Severity
    code: str
    place: Place
    path: str
    message: str
    fix: str

    def __str__(self) -> str:
        """One line: place, code, path, message, fix."""
        return " ".join(filter(None, [f"{self.place} {self.code}", self.sentence]))

    @property
    def sentence(self) -> str:
        """Path, message and fix."""
        head = f"{self.path}: {self.message}" if self.path else self.message
        return one_line(f"{head}; {self.fix}" if self.fix else head)


class ScenarioError(PlannerError):
    """The scenario was not understood; `problems` holds all errors, warnings and notes."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = in_order(problems)
        super().__init__("\n".join(map(str, self.problems)))


class Limit:
    """Admits so many problems of each file, and counts the others, which need not be put into words."""

    def __init__(self, most: int = MAX_PROBLEMS) -> None:
        self.most = most
        self.counts: Counter[str] = Counter()
        self.first: dict[str, Place] = {}

    def admits(self, place: Place) -> bool:
        """Whether a further problem at a place is to be told; it is counted."""
        self.counts[place.file] += 1
        if self.counts[place.file] <= self.most:
            return True
        self.first.setdefault(place.file, place)
        return False

    def rest(self) -> list[Problem]:
        """One problem of each file that has more than are told."""
        return [
            problem(
                "E006",
                place,
                "",
                f"more than {self.most} problems; at least {self.counts[file] - self.most} more are not told",
                "correct these",
            )
            for file, place in self.first.items()
        ]


def problem(code: str, place: Place, path: str, message: str, fix: str = "") -> Problem:
    """Problem of a known code."""
    return Problem(SEVERITIES[code[0]], code, place, path, message, fix)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Distinct problems: errors, warnings, notes, each by place; what is said of many scenarios is said once.

    What is wrong with the range of a value is left out where the value itself is wrong, and of each file
    so many errors are told; the others are counted.
    """
    every = list(problems)
    faulty = {(one.place.file, one.path) for one in every if one.code in OF_VALUE}
    kept: dict[object, Problem] = {}
    for one in sorted(every, key=_rank):
        if one.code not in OF_RANGE or (one.place.file, one.path) not in faulty:
            kept.setdefault(_identity(one), one)
    limit = Limit()
    told = [one for one in kept.values() if not _is_counted(one) or limit.admits(one.place)]
    closed = {one.place.file for one in told if one.code == "E006"}
    rest = [one for one in limit.rest() if one.place.file not in closed]
    return tuple(sorted([*told, *rest], key=_rank))


def _is_counted(one: Problem) -> bool:
    return one.severity == "error" and one.code != "E006"


def _rank(one: Problem) -> tuple[object, ...]:
    return ORDER.index(one.severity), one.place, one.code, one.path, one.message


def _identity(one: Problem) -> object:
    if one.code == "N701":
        return one.code
    if one.code == "E006":
        return one.code, one.place.file
    if one.severity == "warning" or one.code == "N703":
        return one.code, one.place, one.path
    return one.code, one.place, one.path, one.message


def errors_of(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Those that forbid a run."""
    return tuple(one for one in problems if one.severity == "error")


def warn_of(problems: Iterable[Problem]) -> None:
    """Hand warnings on to Python, at the line that made the call of the product."""
    for one in problems:
        if one.severity == "warning":
            warnings.warn(str(one), PlannerWarning, stacklevel=4)


def nearest(word: str, known: Iterable[str]) -> str:
    """Known word that looks most like `word`, or an empty text."""
    return _nearest(word, tuple(str(one) for one in islice(known, MAX_WORDS)))


@lru_cache(maxsize=4096)
def _nearest(word: str, known: tuple[str, ...]) -> str:
    alike = next((one for one in known if folded(one) == folded(word)), "")
    if alike or len(word) > LONGEST_WORD:
        return alike
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return close[0] if close else ""


def suggestion(word: str, known: Collection[str]) -> str:
    """Advice for an unknown word: the nearest known one, or all of them."""
    if close := nearest(word, known):
        same = close != word and folded(close) == folded(word)
        return f"did you mean {close}?" + (f" {word} {ALIKE}" if same else "")
    if not known:
        return "remove it"
    said = word.lower() if len(word) <= LONGEST_WORD else ""
    near = sorted(known, key=lambda one: (not (said and one) or said not in one.lower(), one))
    listed = ", ".join(near[:MOST_LISTED]) + (", ..." if len(near) > MOST_LISTED else "")
    return f"known here: {listed}"


def dotted(path: Iterable[str | int]) -> str:
    """Dotted path."""
    return ".".join(map(str, path))
