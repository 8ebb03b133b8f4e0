"""What the product raises on purpose, and the category of its warnings."""

from __future__ import annotations


class PlannerError(Exception):
    """Something that the product can say in a sentence: input, files, results, machines."""


class PlannerWarning(UserWarning):
    """A doubt about scenario files, as `check` prints it."""


class ArgumentError(PlannerError, TypeError, ValueError):
    """An argument of a Python call is of the wrong type, or cannot be."""


class ReportError(PlannerError):
    """A report could not be made; all others are."""
