"""The archive's tables, read by name: cells, estimates, titles."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from sim.archive import Results
from sim.report.named import apart, joined, names_of, whole
from sim.report.naming import Cell, Naming, footer_of
from sim.report.words import Words
from sim.text import out_of_key


@dataclass(frozen=True)
class Comparison:
    """One table of the study: plans and futures of one chain, and what it compares against."""

    name: str
    chain: str
    title: str
    plans: tuple[str, ...]
    futures: tuple[str, ...]
    vary: str
    baseline: str

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Every plan in every future, plan by plan."""
        return tuple(Cell(plan, future) for plan in self.plans for future in self.futures)


@dataclass(frozen=True)
class Estimate:
    """Mean over replications with its interval, quantiles over replications, and the verdict."""

    mean: float
    low: float
    high: float
    p05: float
    p50: float
    p95: float
    n: int
    tolerance: float
    verdict: str


__all__ = ["SLAG_PLACES", "Cell", "Comparison", "Estimate", "View", "read_verdict"]

SLAG_PLACES = ("kiln_yard", "kiln", "smelters", "cement", "works", "slag")
"""Places of the slag half."""

SHARED_PLACES = ("county",)
"""Places whose KPIs both halves have."""

FEW_PLANS = 3
"""Up to so many scenarios stand in the title of a page."""


class View:
    """What figures and page read: the results of one study in one language."""

    def __init__(self, results: Results, lang: str) -> None:
        self.given = results
        self._names = names_of(results.manifest)
        self.results = whole(results, self._names)
        self.words = Words(lang)
        self.manifest: Mapping[str, Any] = self.results.manifest
        self.naming = Naming(self.manifest, self.words)
        self.study: Mapping[str, Any] = self.manifest.get("study", {})
        self._places_of_rows: dict[int, tuple[pd.DataFrame, Any]] = {}
        self.sections: dict[Callable[[View], str], str] = {}
        self.facts: Mapping[str, Any] | None = None

    def in_language(self, lang: str) -> View:
        """The same results in another language; what was read from the tables is kept."""
        other = copy(self)
        other.words, other.sections = Words(lang), {}
        other.naming = Naming(self.manifest, other.words)
        for name in ("_tables", "comparisons", "left_out", "title", "footer", "site_titles"):
            vars(other).pop(name, None)
        return other

    # --- what was compared ---------------------------------------------------------------------------

    @cached_property
    def comparisons(self) -> tuple[Comparison, ...]:
        """The study's tables without those whose plans do not differ, if others do."""
        return tuple(table for table in self._tables if table not in self.left_out)

    @cached_property
    def left_out(self) -> tuple[Comparison, ...]:
        """Tables whose plans come to the same to the last digit, beside others in which they differ."""
        alike = tuple(table for table in self._tables if self._is_alike(table))
        return alike if len(alike) < len(self._tables) else ()

    def _is_alike(self, table: Comparison) -> bool:
        if table.vary != "plans" or len(table.plans) < 2:
            return False
        return all(
            len({self._came_to(table.chain, Cell(plan, future)) for plan in table.plans}) == 1
            for future in table.futures
        )

    def _came_to(self, chain: str, cell: Cell) -> tuple[tuple[str, str, str], ...]:
        """Every mean of the places that belong to a chain alone."""
        return tuple(
            (place, kpi, repr(found.mean))
            for place in self.places(cell)
            if place not in SHARED_PLACES and (place in SLAG_PLACES) == (chain == "slag")
            for kpi, found in self.kpis(cell, place).items()
        )

    @cached_property
    def _tables(self) -> tuple[Comparison, ...]:
        """The study's tables, reduced to what the results hold."""
        held = set(self.summary[["plan", "future"]].drop_duplicates().itertuples(index=False, name=None))
        found = []
        tables = self.study.get("tables", {})
        titles = [self.words.pick(table["title"]) for table in tables.values()]
        for name, table in tables.items():
            plans = tuple(p for p in table["plans"] if any((p, f) in held for f in table["futures"]))
            futures = tuple(f for f in table["futures"] if any((p, f) in held for p in table["plans"]))
            if plans and futures:
                title = self.words.pick(table["title"])
                if self._names or titles.count(title) > 1:
                    title = self.words(f"chain:{table['chain']}")
                found.append(
                    Comparison(name, table["chain"], title, plans, futures, table["vary"], table["baseline"])
                )
        return tuple(found)

    def comparison(self, chain: str) -> Comparison | None:
        """First table of a chain."""
        return next((table for table in self.comparisons if table.chain == chain), None)

    def tolerance(self, name: str) -> float:
        """Limit of the study, NaN where it sets none."""
        return float(self.study.get("tolerances", {}).get(name, math.nan))

    # --- numbers -------------------------------------------------------------------------------------

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Summary rows."""
        return self.results.summary

    @cached_property
    def _is_site(self) -> pd.Series[bool]:
        return self.summary["place"].astype(str).str.startswith("site:")

    @cached_property
    def sites(self) -> pd.DataFrame:
        """Summary rows of single sites, with columns site and class (empty: the whole site)."""
        rows = self.summary[self._is_site]
        parts = rows["place"].astype(str).str.extract(r"^site:([^/]*)/?(.*)$")
        return rows.assign(site=parts[0].map(out_of_key), storage_class=parts[1])

    @cached_property
    def _estimates(self) -> dict[Cell, dict[str, dict[str, Estimate]]]:
        """Estimates by cell, place and KPI; the first that has a value counts."""
        found: dict[Cell, dict[str, dict[str, Estimate]]] = {}
        row: Any
        for row in self.summary[~self._is_site].itertuples(index=False):
            known = found.setdefault(Cell(row.plan, row.future), {}).setdefault(row.place, {})
            if row.kpi not in known or math.isnan(known[row.kpi].mean):
                known[row.kpi] = _estimate(row)
        return found

    def estimate(self, cell: Cell, kpi: str, *places: str) -> Estimate | None:
        """Estimate of a KPI at the first of `places` that has a value; None where there is none."""
        for place in places:
            found = self.kpis(cell, place).get(kpi)
            if found is not None and not math.isnan(found.mean):
                return found
        return None

    def mean(self, cell: Cell, kpi: str, *places: str) -> float:
        """Mean of a KPI; NaN where there is none."""
        found = self.estimate(cell, kpi, *places)
        return math.nan if found is None else found.mean

    def kpis(self, cell: Cell, place: str) -> Mapping[str, Estimate]:
        """All KPIs of a place."""
        return self._estimates.get(cell, {}).get(place, {})

    def places(self, cell: Cell) -> tuple[str, ...]:
        """Places of a cell that have KPIs, single sites excepted."""
        return tuple(self._estimates.get(cell, {}))

    def rows(self, table: pd.DataFrame, cell: Cell) -> pd.DataFrame:
        """Rows of any table that belong to a cell."""
        if id(table) not in self._places_of_rows:
            groups = table.groupby(["plan", "future"], sort=False).indices if len(table) else {}
            self._places_of_rows[id(table)] = table, groups
        return table.take(self._places_of_rows[id(table)][1].get((cell.plan, cell.future), []))

    def apart(self, table: pd.DataFrame) -> pd.DataFrame:
        """Numbers of a figure with plan and future as the archive writes them."""
        return apart(table, self._names)

    def cell_of(self, plan: str, future: str) -> Cell:
        """Cell of a plan and future that the archive writes apart."""
        name = self._names.get(joined(plan, future))
        return Cell(plan, future) if name is None else Cell(name, "")

    # --- scenarios and titles ------------------------------------------------------------------------

    def spec(self, cell: Cell) -> Mapping[str, Any]:
        """Resolved scenario of a cell; empty where the manifest has none."""
        found = self.manifest.get("scenarios", {}).get(self.scenario_name(cell), {})
        return found if isinstance(found, Mapping) else {}

    def scenario_name(self, cell: Cell) -> str:
        """Name of the scenario that a cell runs; empty where the manifest has none."""
        return str(self.naming.cells.get(cell, {}).get("scenario", ""))

    @cached_property
    def any_spec(self) -> Mapping[str, Any]:
        """One scenario of the study, with a collection point if any has: for what all share."""
        specs = [spec for spec in self.manifest.get("scenarios", {}).values() if isinstance(spec, Mapping)]
        return next((spec for spec in specs if spec.get("collection_point")), specs[0] if specs else {})

    @property
    def common_futures(self) -> tuple[str, ...]:
        """Titles of futures that all scenarios carry: said once, at the top of the page."""
        return self.naming.common

    @property
    def settings(self) -> tuple[str, ...]:
        """What was changed for this run alone, as `a.b.c=value`."""
        return tuple(self.manifest.get("settings", ()))

    @cached_property
    def title(self) -> str:
        """Title of the page: the study's, or the scenarios that were named; what was changed is told."""
        if not self._names:
            title = (
                self.words.pick(self.study["title"]) if "title" in self.study else self.words("head:verdict")
            )
        else:
            plans = list(map(self.plan_title, dict.fromkeys(self._names.values())))
            few = len(plans) <= FEW_PLANS
            title = (
                " / ".join(plans) if few else self.words("title:many", plan=plans[0], count=len(plans) - 1)
            )
        return (
            title if self.naming.is_told(self.settings, title) else self.naming.changed(title, self.settings)
        )

    @cached_property
    def footer(self) -> str:
        """Which run this is, for the foot of a figure: name, years, number of runs, what was changed."""
        years = self.manifest.get("years") or [0]
        runs = max((int(n) for n in self.summary["n"] if n > 0), default=0)
        name = self.manifest.get("study_name", "")
        return footer_of(self.words, name, years, runs, self.settings)

    def plan_title(self, plan: str) -> str:
        """Title of a plan; a scenario that carries futures in its name has its own ones added."""
        return self.naming.plan(plan)

    def future_title(self, future: str) -> str:
        """Title of a future; parts of a composed one are joined, and no future has a name too."""
        return self.naming.future(future)

    def cell_title(self, cell: Cell) -> str:
        """Plan and future in words."""
        title = self.plan_title(cell.plan)
        return self.words("comma").join([title, self.future_title(cell.future)]) if cell.future else title

    def future_labels(self, futures: Iterable[str]) -> dict[str, str]:
        """Short labels of futures that stand side by side: what all of them share is left out."""
        futures = tuple(futures)
        shared = self._shared(futures)
        return {
            future: self.future_title("+".join(p for p in future.split("+") if p not in shared) or future)
            if future or len(futures) > 1
            else ""
            for future in futures
        }

    def rows_and_series(
        self, table: Comparison
    ) -> tuple[dict[str, str], dict[str, str], dict[tuple[str, str], Cell]]:
        """Labels of rows, labels of series, and the cell of each (row, series) of a table.

        Plans are rows where plans vary; else futures are, by their first own part: the rest is the series.
        """
        if table.vary == "plans":
            cells = {(cell.plan, cell.future): cell for cell in table.cells}
            rows = {plan: self.plan_title(plan) for plan in table.plans}
            return rows, self.future_labels(table.futures), cells
        rows, series, cells = {}, {}, {}
        labels = self.future_labels(table.futures)
        for cell in table.cells:
            head, rest = self._head_and_rest(table, cell.future)
            other = f"{cell.plan}/{rest}" if len(table.plans) > 1 else rest
            rows[head] = self.future_title(head) if head else labels[cell.future]
            named = [self.plan_title(cell.plan)] if len(table.plans) > 1 else []
            series[other] = self.words("comma").join([*named, *([self.future_title(rest)] if rest else [])])
            cells[head, other] = cell
        return rows, series, cells

    def listing(self, table: Comparison, futures: Iterable[str]) -> str:
        """Futures as a list: a part alone where it is there with all others it has in the table.

        What is left is grouped by all but the first part.
        """
        everyone = [self._head_and_rest(table, future) for future in table.futures]
        left = [self._head_and_rest(table, future) for future in futures]
        groups: dict[str, list[str]] = {"": []}
        for place in (0, 1):
            for part in dict.fromkeys(pair[place] for pair in left):
                whole = [pair for pair in everyone if pair[place] == part]
                if part and all(pair in left for pair in whole):
                    groups[""].append(self.future_title(part))
                    left = [pair for pair in left if pair[place] != part]
        for head, rest in left:
            groups.setdefault(rest, []).append(self.future_title(head))
        texts = [
            self.words("listing", rest=self.future_title(rest), heads=self.words.join(heads))
            if rest
            else self.words.join(heads)
            for rest, heads in groups.items()
            if heads
        ]
        return self.words("then").join(texts)

    def where(self, table: Comparison, cells: Sequence[Cell]) -> str:
        """Name cells of a table, plans where there are several, else futures; nothing if all are meant."""
        if len(cells) == len(table.cells):
            return ""
        if len(table.plans) > 1:
            return self.words.join(list(dict.fromkeys(map(self.cell_title, cells))))
        return self.listing(table, [cell.future for cell in cells])

    def _head_and_rest(self, table: Comparison, future: str) -> tuple[str, str]:
        """First own part of a future, and the others: what all futures share is left out."""
        own = [part for part in future.split("+") if part not in self._shared(table.futures)]
        return (own[0], "+".join(own[1:])) if own else (future, "")

    def rest_of(self, table: Comparison, cell: Cell) -> str:
        """Parts of a cell's future but the first own one."""
        return self._head_and_rest(table, cell.future)[1]

    def notes(self, cell: Cell) -> list[str]:
        """Codes and texts of what loading a cell's scenario remarked."""
        return [f"{note['code']} {note['text']}" for note in self.naming.cells.get(cell, {}).get("notes", [])]

    @staticmethod
    def _shared(futures: Iterable[str]) -> set[str]:
        """Parts that all of several futures have."""
        split = [set(future.split("+")) for future in futures]
        return set.intersection(*split) if len(split) > 1 else set()

    def class_title(self, storage_class: str, cell: Cell) -> str:
        """Title of a storage class."""
        entry = self.spec(cell).get("storage_classes", {}).get(storage_class, {})
        return self.words.pick(entry["title"]) if "title" in entry else storage_class.replace("_", " ")

    @cached_property
    def site_titles(self) -> dict[str, str]:
        """Names of the sites in the page's language."""
        sources = self.manifest.get("map", {}).get("sources", [])
        if self.words.lang == "zh":
            return {source["name"]: source.get("name_zh") or source["name"] for source in sources}
        return {
            source["name"]: f"{source['name'].replace('_', ' ')} ({source.get('township', '')})".removesuffix(
                " ()"
            )
            for source in sources
        }

    def sites_simulated(self, cell: Cell) -> int:
        """Number of sites of a cell."""
        rows = self.rows(self.sites, cell)
        found = rows.loc[rows["storage_class"] == "", "site"].nunique()
        return int(found) or len(self.manifest.get("map", {}).get("sources", []))

    # --- what is looked at closely -------------------------------------------------------------------

    def reference(self, table: Comparison) -> Cell:
        """The baseline in the table's first future (or the first plan in the baseline future)."""
        if table.vary == "futures":
            return Cell(
                table.plans[0], table.baseline if table.baseline in table.futures else table.futures[0]
            )
        return Cell(table.baseline if table.baseline in table.plans else table.plans[0], table.futures[0])

    def best(self, table: Comparison) -> Cell:
        """The plan that overflows least often in the table's first future."""
        future = table.futures[0]

        def badness(plan: str) -> float:
            value = self.mean(Cell(plan, future), "overflow_probability", "sources")
            return math.inf if math.isnan(value) else value

        return Cell(min(table.plans, key=badness), future)

    @staticmethod
    def twins(table: Comparison, cell: Cell) -> list[Cell]:
        """Cells of the same plan whose future has at most one part swapped, added or left out."""
        own = set(cell.future.split("+"))
        other = {future: set(future.split("+")) for future in table.futures if future != cell.future}
        return [
            Cell(cell.plan, future)
            for future, parts in other.items()
            if max(len(parts - own), len(own - parts)) == 1
        ]


def _estimate(row: Any) -> Estimate:
    verdict = row.verdict if isinstance(row.verdict, str) else ""
    return Estimate(
        mean=float(row.mean),
        low=float(row.ci_low),
        high=float(row.ci_high),
        p05=float(row.p05),
        p50=float(row.p50),
        p95=float(row.p95),
        n=int(row.n),
        tolerance=math.nan if row.tolerance is None else float(row.tolerance),
        verdict=read_verdict(verdict),
    )


def read_verdict(text: str) -> str:
    """`meets`, `fails`, `undecided` or an empty text, from however the table words it."""
    for word in ("meets", "fails", "undecided"):
        if text.lower().startswith(word.rstrip("s")):
            return word
    return ""
