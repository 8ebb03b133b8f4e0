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
    return Results(**tables, manifest=_told(results.manifest, say))


def told_study(found: Sensitivity, say: Say) -> Sensitivity:
    """The same for a sensitivity study."""
    return replace(found, manifest=_told(found.manifest, say), say=say)


def _told(value: Any, say: Say) -> Any:
    if isinstance(value, str):
        return say(value)
    if isinstance(value, Mapping):
        return {_told(key, say): _told(one, say) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_told(one, say) for one in value]
    return value
