"""Deep check of a scenario: whether its warm-up is long enough, and whether its end matters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from sim.arguments import understood
from sim.calendars import Horizon
from sim.experiment.coupling import NEEDED, Forgotten, couple, forgotten, known_figures, places
from sim.experiment.intervals import t_interval
from sim.experiment.replicate import Prepared, prepare
from sim.experiment.stationary import mean_stock, mser, stationary
from sim.kpi.outcome import Key
from sim.network.compile import Chain
from sim.scenario.load import Cell, Scenario, Study, load_study, study_of
from sim.scenario.problems import ScenarioError
from sim.units import DAY, FloatArray

REPLICATIONS = 100
TRUNCATIONS = 20
"""Replications behind the series that is truncated."""
NO_STEADY_STATE = "W604"
SHARE_MARGIN, STOCK_MARGIN = 0.01, 0.05
LONG_ENOUGH, TOO_SHORT, NOT_KNOWN = "long enough", "too short", "not known"
MATERIAL = 0.02
"""Change of stock over the reported years, of what arose in them, from which on it matters."""


@dataclass(frozen=True)
class Figure:
    """A figure of the first reported year after both starts: mean after the empty one, full less empty."""

    key: Key
    empty: float
    apart: float
    low: float
    high: float

    @property
    def margin(self) -> float:
        """Difference that would not matter: of a share of years one point in a hundred, of a stock 5 %."""
        return SHARE_MARGIN if self.key.kpi == "overflow_probability" else STOCK_MARGIN * self.empty


@dataclass(frozen=True)
class Depth:
    """What a deep check of one chain of a scenario found.

    Attributes
    ----------
    exempt
        Why it need not forget its start; empty if it must.
    start
        Which places have forgotten it.
    cut
        Days that MSER-5 cuts off the stationary version; None: it does not settle.
    warm_up
        Days before the first reported year.
    begin, end, arose
        Tonnes at the first and last reported midnight, and what arose between them.
    """

    scenario: str
    chain: Chain
    exempt: str
    start: Forgotten
    named: int
    figures: tuple[Figure, ...]
    cut: int | None
    warm_up: int
    begin: float
    end: float
    arose: float
    first: int
    last: int

    @property
    def verdict(self) -> str:
        """`long enough`: alike, or every figure the same within its margin; `too short`: one is not."""
        if self.start.is_exact or all(-one.margin < one.low <= one.high < one.margin for one in self.figures):
            return LONG_ENOUGH
        beyond = any(one.low > one.margin or one.high < -one.margin for one in self.figures)
        return TOO_SHORT if beyond else NOT_KNOWN


def deep_checks(
    names: Sequence[str], replications: int = REPLICATIONS, root: Path | None = None
) -> Iterator[Depth]:
    """Check scenarios, or the cells of studies, deeply; both chains of a scenario.

    Raises
    ------
    ScenarioError
        With all problems of all files.
    """
    seen = set()
    for name in names:
        study = _study(name, root)
        for cell in study.cells:
            chain = study.spec.tables[cell.table].chain
            if (cell.scenario.name, chain) not in seen:
                seen.add((cell.scenario.name, chain))
                yield deep_check_of(cell, study, replications)


def _study(name: str, root: Path | None) -> Study:
    try:
        return load_study(name, (), root)
    except ScenarioError:
        return study_of([name], (), root)


def deep_check_of(cell: Cell, study: Study, replications: int) -> Depth:
    """Check one chain of a scenario."""
    spec, chain = study.spec, study.spec.tables[cell.table].chain
    horizon = Horizon(study.years.first, study.years.last, study.years.warm_up_years)
    asked = (cell.scenario, chain, horizon, spec.accounting, spec.tolerances.utilisation_target)
    ready = prepare(*asked)
    pairs = couple(ready, spec.seed, replications)
    begin, end, arose = pairs.books.mean(axis=0).tolist()
    series = mean_stock(stationary(*asked), chain, spec.seed, min(TRUNCATIONS, replications))
    return Depth(
        scenario=cell.scenario.name,
        chain=chain,
        exempt=exempt(cell.scenario, chain),
        start=forgotten(pairs, places(ready)),
        named=len(places(ready)),
        figures=tuple(_figures(ready, pairs.apart, pairs.empty)),
        cut=mser(series),
        warm_up=horizon.report_start // DAY,
        begin=begin,
        end=end,
        arose=arose,
        first=horizon.first,
        last=horizon.last,
    )


def exempt(scenario: Scenario, chain: Chain) -> str:
    """What the scenario is warned of, or accepts: slag that has no steady state."""
    said = [one.message for one in scenario.problems if NO_STEADY_STATE in (one.code, one.message[:4])]
    return "; ".join(said) if chain == "slag" else ""


def _figures(ready: Prepared, apart: FloatArray, empty: FloatArray) -> Iterator[Figure]:
    found = t_interval(apart)
    for index, key in enumerate(known_figures(ready)):
        middle, low, high = (float(column[index]) for column in (found.mean, found.low, found.high))
        yield Figure(key, float(np.nanmean(empty[:, index])), middle, low, high)


@understood
def deep_check(*names: str, replications: int = REPLICATIONS, root: Path | None = None) -> pd.DataFrame:
    """Check whether the warm-up is long enough, and whether the end matters.

    Parameters
    ----------
    *names
        Scenarios or studies.

    Returns
    -------
    DataFrame
        scenario, chain, exempt, together (share of replications in which an empty and a full start stand
        alike at the first reported midnight), apart (places that do not in 99 %), verdict (`long enough`,
        `too short`, `not known`), mser_days (NaN: does not settle), warm_up_days, begin_t, end_t, arose_t.

    Raises
    ------
    ScenarioError
        With all problems of all files.
    """
    rows = [
        {
            "scenario": one.scenario,
            "chain": one.chain,
            "exempt": one.exempt,
            "together": one.start.together,
            "apart": ", ".join(place for place, _ in one.start.apart),
            "verdict": one.verdict,
            "mser_days": np.nan if one.cut is None else float(one.cut),
            "warm_up_days": one.warm_up,
            "begin_t": one.begin,
            "end_t": one.end,
            "arose_t": one.arose,
        }
        for one in deep_checks(names, replications, root)
    ]
    return pd.DataFrame(rows)


def told(found: Depth, most: int = 3) -> str:
    """Say what a deep check found, in a few lines."""
    said = {
        LONG_ENOUGH: "is long enough",
        TOO_SHORT: "is TOO SHORT",
        NOT_KNOWN: "may be long enough; more replications would tell",
    }[found.verdict]
    if found.exempt and found.verdict != LONG_ENOUGH:
        said = "is never forgotten: no steady state"
    lines = [f"{found.scenario}, {found.chain}: a warm-up of {found.warm_up} days {said}"]
    if found.exempt:
        lines.append(f"  exempt: {found.exempt}")
    start = found.start
    lines.append(
        f"  empty and full start stand alike on {found.first}-01-01 in {start.together:.0%} of replications "
        f"({NEEDED:.0%} asked)"
    )
    if start.apart:
        worst = ", ".join(f"{place} ({share:.0%})" for place, share in start.apart[:most])
        lines.append(f"  not alike: {len(start.apart)} of {found.named} places, least of all {worst}")
    lines += [
        f"  {one.key.kpi}@{one.key.place} in {found.first}: {one.empty:.4g} after the empty start, full less "
        f"empty {one.apart:+.3g} [{one.low:+.3g}, {one.high:+.3g}]"
        for one in found.figures
        if one.empty or one.apart
    ]
    cut = "does not settle in its first half" if found.cut is None else f"settles after {found.cut} days"
    lines.append(f"  MSER-5: the stock of the stationary version {cut}")
    change = found.end - found.begin
    matters = "matters" if abs(change) > MATERIAL * found.arose else "does not matter"
    lines.append(
        f"  end: {found.end:.4g} t stand or are under way at the end of {found.last}, {found.begin:.4g} t "
        f"did at the begin of {found.first}; {change / max(found.arose, 1e-9):+.1%} of what arose: {matters}"
    )
    return "\n".join(lines)
