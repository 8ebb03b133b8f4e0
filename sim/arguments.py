"""Arguments of Python calls, judged in words before anything is done."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Mapping
from functools import wraps
from inspect import Parameter, Signature, signature
from numbers import Integral, Real
from typing import Any, ParamSpec, TypeVar

from sim.errors import ArgumentError

Given = ParamSpec("Given")
Answer = TypeVar("Answer")
LEAST = {"replications": 1, "jobs": 1, "seed": 0, "replication": 0}
LANGUAGES = ("en", "zh")


def is_text(value: object) -> bool:
    """A text."""
    return isinstance(value, str)


def is_texts(value: object) -> bool:
    """Texts, one by one."""
    return isinstance(value, list | tuple) and all(map(is_text, value))


def is_whole(value: object) -> bool:
    """A whole number."""
    return isinstance(value, Integral) and not isinstance(value, bool)


KINDS: Mapping[str, tuple[Callable[[object], bool], str]] = {
    "str": (is_text, "a text"),
    "Sequence[str]": (is_texts, "a list of texts"),
    "tuple[str, ...]": (is_texts, "a list of texts"),
    "str | Sequence[str]": (lambda one: is_text(one) or is_texts(one), "a text or a list of texts"),
    "int": (is_whole, "a whole number"),
    "float": (lambda one: isinstance(one, Real) and not isinstance(one, bool), "a number"),
    "bool": (lambda one: isinstance(one, bool), "True or False"),
    "Path": (lambda one: isinstance(one, str | os.PathLike), "a path"),
    "Path | str": (lambda one: isinstance(one, str | os.PathLike), "a path"),
    "FilePath": (lambda one: isinstance(one, str | os.PathLike), "a path"),
    "Sequence[float]": (
        lambda one: not is_text(one) and hasattr(one, "__iter__") and all(isinstance(x, Real) for x in one),
        "a list of numbers",
    ),
}
"""Annotation -> what it admits, and its name."""


def understood(call: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Judge the arguments of a call first.

    Raises
    ------
    ArgumentError
        If one is of the wrong type, cannot be, is missing or unknown.
    """
    known = signature(call)

    @wraps(call)
    def judged(*args: Given.args, **words: Given.kwargs) -> Answer:
        _bind(call.__name__, known, args, words)
        return call(*args, **words)

    return judged


def _bind(name: str, known: Signature, args: tuple[Any, ...], words: Mapping[str, Any]) -> None:
    try:
        bound = known.bind(*args, **words)
    except TypeError as fault:
        strange = next((word for word in words if word not in known.parameters), "")
        close = difflib.get_close_matches(strange, known.parameters, n=1)
        advice = f"; did you mean {close[0]}?" if close else ""
        raise ArgumentError(f"{name}: {fault}{advice}") from None
    for word, value in bound.arguments.items():
        parameter = known.parameters[word]
        values = value if parameter.kind is Parameter.VAR_POSITIONAL else (value,)
        for one in values if parameter.kind is not Parameter.VAR_KEYWORD else ():
            if said := fault_of(word, str(parameter.annotation), one):
                raise ArgumentError(f"{name}: {said}")


def fault_of(word: str, annotation: str, value: object) -> str:
    """What is wrong with an argument; an empty text if nothing is."""
    bare = annotation.removesuffix(" | None")
    if value is None and bare != annotation:
        return ""
    admits, wanted = KINDS.get(bare, (lambda _: True, ""))
    if not admits(value):
        advice = f"; write [{value!r:.60}]" if wanted == "a list of texts" and is_text(value) else ""
        return f"{word} is {wanted}, not {_shown(value)}{advice}"
    if word in LEAST and value < LEAST[word]:  # type: ignore[operator]
        return f"{word} is at least {LEAST[word]}, not {value}"
    if word == "lang" and value not in LANGUAGES:
        return f"lang is {' or '.join(map(repr, LANGUAGES))}, not {_shown(value)}"
    return ""


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 and "\n" not in text else f"a {type(value).__name__}"
