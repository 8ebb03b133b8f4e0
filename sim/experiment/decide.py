"""A study that finds out by itself when it has run enough: what it asks at each look, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import pandas as pd

from sim.columns import DECIDED
from sim.experiment import selection
from sim.experiment.block import Ready
from sim.experiment.estimates import LIMITS, too_few
from sim.experiment.selection import Field, Select
from sim.experiment.stopping import BUDGET, ERROR, AskedError, HalfWidth, Rule, Stop, Until, rule_of
from sim.kpi.outcome import Key
from sim.scenario.load import Cell, Study
from sim.scenario.study import StudySpec
from sim.units import FloatArray


@dataclass
class Deciding:
    """What is asked of the cells of a study, look by look.

    Attributes
    ----------
    rule
        Intervals at these looks, and what cells are asked.
    groups
        Numbers of the cells that run together.
    fields
        Races between plans; empty where nothing is selected.
    stops
        Why each cell stopped, by its number.
    """

    spec: StudySpec
    cells: Sequence[Cell]
    layouts: Sequence[Ready]
    rule: Rule
    groups: list[list[int]]
    select: Select | None = None
    fields: Sequence[Field] = ()
    stops: dict[int, Stop] = field(default_factory=dict)

    def ask(self, group: int, totals: Mapping[int, FloatArray]) -> frozenset[int]:
        """Ask the running cells of a group, by their places in it; those that stop."""
        members = self.groups[group]
        found = {members[place]: values for place, values in totals.items()}
        fresh = self._raced(found) if self.select else self._asked(found)
        self.stops |= fresh
        return frozenset(place for place in totals if members[place] in fresh)

    def _asked(self, totals: Mapping[int, FloatArray]) -> dict[int, Stop]:
        found = {}
        for cell, values in totals.items():
            layout = self.layouts[cell].layout
            primary = self.spec.tables[self.cells[cell].table].primary_kpis
            named = [name if "@" in name else f"{name}@county" for name in primary]
            stop = self.rule.ask(values, layout.keys, named)
            if stop is not None:
                found[cell] = stop
        return found

    def _raced(self, totals: Mapping[int, FloatArray]) -> dict[int, Stop]:
        found = {}
        for race in self.fields:
            running = [cell for cell in race.cells if cell in totals]
            if not running:
                continue
            race.feed(totals)
            standings = dict(zip(race.cells, race.race.standings(), strict=True))
            for cell in running:
                n = len(totals[cell])
                if cell in race.stopped():
                    found[cell] = Stop(n, standings[cell].status)
                elif n >= self.rule.budget:
                    found[cell] = Stop(n, "budget")
        return found

    # --- what is said before -------------------------------------------------------------------------

    def notes(self) -> list[str]:
        """Say what it will take, before anything is run."""
        if self.select:
            choices = f"{len(self.fields)} choice{'s' * (len(self.fields) > 1)}"
            each = 1 - selection.ERROR / len(self.fields)
            told = [
                f"selecting by {self.select.kpi}, indifference zone {self.select.zone:g}",
                f"{choices}, right together with {1 - selection.ERROR:.0%} (each with {each:.2%})",
                f"first stage {selection.STAGE} batches of {selection.BATCH} replications",
                f"at most {self.rule.budget} replications",
            ]
            return ["; ".join(told)]
        told = [f"looks at {', '.join(map(str, self.rule.looks))} replications of a cell"]
        if self.rule.until.decided:
            needed = self._needed()
            told.append(
                f"{self.rule.verdicts} limits share an error of {ERROR:.0%}; to say `meets` takes, even if "
                "nothing is seen: " + ", ".join(f"{name} {runs}" for name, runs in needed.items())
            )
            told += too_few(needed, self.rule.budget)
        return told

    def _needed(self) -> dict[str, int]:
        here = {LIMITS[key] for ready in self.layouts for key in ready.layout.keys if key in LIMITS}
        return {name: runs for name, runs in self.rule.needed().items() if name in here}

    # --- what came of it -----------------------------------------------------------------------------

    def facts(self, totals: Sequence[FloatArray]) -> dict[str, Any]:
        """Entries of the manifest: the rule, and for each cell its verdicts, replications and reason."""
        rule = self.rule
        facts: dict[str, Any] = {
            "stopping": {
                "decided": rule.until.decided,
                "narrow": [_known(asdict(goal)) for goal in rule.until.narrow],
                "error": ERROR if rule.until.decided else None,
                "verdicts": rule.verdicts,
                "confidence": rule.confidence if rule.until.decided else None,
                "none_error": rule.errors.none if rule.until.decided else None,
                "looks": list(rule.looks),
                "needed": self._needed() if rule.until.decided else {},
                "cells": [self._cell(number, values) for number, values in enumerate(totals)],
            }
        }
        if self.select:
            facts["selection"] = asdict(self.select) | {
                "error": selection.ERROR, "batch": selection.BATCH, "stage": selection.STAGE,
                "races": [self._race(one) for one in self.fields],
            }  # fmt: skip
        return facts

    def _cell(self, number: int, totals: FloatArray) -> dict[str, Any]:
        cell, layout, stop = self.cells[number], self.layouts[number].layout, self.stops[number]
        return {
            "table": cell.table, "plan": cell.plan, "future": cell.future,
            "verdicts": self.rule.answers(totals, layout.keys),
            "n": stop.n, "stopped_by": stop.why, "detail": stop.detail,
        }  # fmt: skip

    def _race(self, one: Field) -> dict[str, Any]:
        own = [self.cells[cell] for cell in one.cells]
        names = [cell.plan if one.future else f"{cell.plan}+{cell.future}".rstrip("+") for cell in own]
        plans = [
            _known({
                "plan": self.cells[cell].plan, "future": self.cells[cell].future, "status": standing.status,
                "n": self.stops[cell].n, "batches": standing.batches, "mean": standing.mean,
                "eliminated_by": "" if standing.by is None else names[standing.by],
            })
            for cell, standing in zip(one.cells, one.race.standings(), strict=True)
        ]  # fmt: skip
        return {"table": one.table, "future": one.future, "plans": plans}


def _known(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts with nothing in place of what is not a number."""
    return {name: None if value != value else value for name, value in facts.items()}


def deciding(
    study: Study, ready: Sequence[Ready], until: Until | None, select: Select | None, budget: int | None
) -> Deciding:
    """Fix everything that is asked, before the first run.

    Raises
    ------
    AskedError
        If there is nothing to select from, the budget does not hold the first stage, or no cell has a KPI
        whose interval is to become narrow.
    """
    tolerances = study.spec.tolerances
    groups = _by_table(study.cells)
    if select is not None:
        rule = Rule(Until(), selection.looks(budget or BUDGET), tolerances)
        fields = selection.fields_of(select, _choices(study.cells, study.spec, ready))
        return Deciding(study.spec, study.cells, ready, rule, groups, select, fields)
    keys = [one.layout.keys for one in ready]
    for goal in until.narrow if until else ():
        _must_exist(goal, keys)
    return Deciding(
        study.spec, study.cells, ready, rule_of(until or Until(), keys, tolerances, budget), groups
    )


def _must_exist(goal: HalfWidth, keys: Sequence[Sequence[Key]]) -> None:
    kpi, _, place = goal.kpi.partition("@")
    if goal.kpi and not any(Key(place, kpi) in own for own in keys):
        raise AskedError(f"no scenario here has {goal.kpi}")


def _by_table(cells: Sequence[Cell]) -> list[list[int]]:
    """Numbers of the cells of each table: they share the chance of each replication."""
    tables: dict[str, list[int]] = {}
    for number, cell in enumerate(cells):
        tables.setdefault(cell.table, []).append(number)
    return list(tables.values())


def chosen_from(study: Study, ready: Sequence[Ready], select: Select) -> list[int]:
    """Numbers of the cells that race: those of tables that compare plans, where two plans have the KPI."""
    choices = [
        [cell for cell, keys in cells if select.key in keys]
        for table, _, cells in _choices(study.cells, study.spec, ready)
        if study.spec.tables[table].vary == "plans"
    ]
    found = sorted(cell for cells in choices if len(cells) > 1 for cell in cells)
    if not found:
        raise AskedError(f"nowhere do two plans have {select.kpi} in the same future")
    return found


def _choices(
    all_cells: Sequence[Cell], spec: StudySpec, ready: Sequence[Ready]
) -> Iterator[tuple[str, str, list[tuple[int, Sequence[Key]]]]]:
    """Cells to choose from: plans in the same future, or scenarios that were named one by one."""
    found: dict[tuple[str, str], list[tuple[int, Sequence[Key]]]] = {}
    for number, cell in enumerate(all_cells):
        named = spec.tables[cell.table].futures == ("",)
        key = cell.table, "" if named else cell.future
        found.setdefault(key, []).append((number, ready[number].layout.keys))
    return ((*key, cells) for key, cells in found.items())


# --- as tables ---------------------------------------------------------------------------------------


def stops_table(manifest: Mapping[str, Any]) -> pd.DataFrame:
    """Each question of each cell: verdict, replications, and why no more were run."""
    rows = [
        {**cell, "question": question, "verdict": verdict}
        for cell in manifest["stopping"]["cells"]
        for question, verdict in (cell["verdicts"] or {"": ""}).items()
    ]
    return pd.DataFrame(rows, columns=list(DECIDED["stops"]))


def selection_table(manifest: Mapping[str, Any]) -> pd.DataFrame:
    """Each plan of each choice: best or not, replications, and at which batch it fell out."""
    asked = manifest["selection"]
    rows = [
        {"table": race["table"], "kpi": asked["kpi"], **plan}
        for race in asked["races"]
        for plan in race["plans"]
    ]
    return pd.DataFrame(rows, columns=list(DECIDED["selection"]))
