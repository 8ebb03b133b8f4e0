"""Results with their texts as a page or a figure can show them, whatever their authors wrote."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from sim.archive import Results, spoken
from sim.experiment.sensitivity.files import Sensitivity

Say = Callable[[str], str]


def told(results: Results, say: Say) -> Results:
    """Results in which every text is as `say` puts it: names stay the same in all tables and the manifest."""
    say = cache(say)
    tables = {name: spoken(table, say) for name, table in results.tables.items()}
    return Results(**tables, manifest=told_values(results.manifest, say))


def told_study(found: Sensitivity, say: Say) -> Sensitivity:
    """The same for a sensitivity study."""
    return replace(found, manifest=told_values(found.manifest, say), say=say)


def told_values(value: Any, say: Say) -> Any:
    """Nested mappings and lists with every text of theirs as `say` puts it."""
    if isinstance(value, str):
        return say(value)
    if isinstance(value, Mapping):
        return {told_values(key, say): told_values(one, say) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [told_values(one, say) for one in value]
    return value
