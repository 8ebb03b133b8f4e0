"""The cheap alternative beside the dear one: what an avoided overflow costs."""

from __future__ import annotations

import math

from sim.report.costs import PLACES, Bargain, bargains
from sim.report.markdown import section, table
from sim.report.numbers import amount, rough, show
from sim.report.view import Cell, View


def write(view: View) -> str:
    """Plans beside the baseline in the first future; empty for a single plan."""
    found = view.comparison("hazardous")
    if found is None or found.vary != "plans" or len(found.plans) < 2:
        return ""
    future = found.futures[0]
    lines = bargains(view, found, future)
    if not lines:
        return ""
    words, base = view.words, view.plan_title(found.baseline)
    heads = [
        words("col:plan"),
        words("col:overflowed"),
        words("col:running"),
        words("col:kcny"),
        words("col:extra", plan=base),
        words("col:avoided"),
        words("col:each"),
    ]
    rows = [_row(view, line, Cell(line.plan, future), found.baseline) for line in lines]
    where = [view.future_title(future)] if future else []
    note = words("comma").join([words("cost:year"), *where, words("cost:note")])
    return section(words("head:cost"), _lead(view, lines, found.baseline), table(heads, rows), note)


def _row(view: View, line: Bargain, cell: Cell, baseline: str) -> list[str]:
    running = amount(view.estimate(cell, "cost", *PLACES), most=0, scale=1 / 1000)
    own = [view.plan_title(line.plan), rough(line.overflowed, 2), running, show(line.cost / 1000, 0)]
    if line.plan == baseline:
        return [*own, "", "", ""]
    return [*own, show(line.extra_cost / 1000, 0), rough(line.avoided, 2), rough(line.cost_each / 1000, 2)]


def _lead(view: View, lines: tuple[Bargain, ...], baseline: str) -> str:
    """The cheapest way to avoid a site-year beside the dearest, and what is free."""
    others = [line for line in lines if line.plan != baseline]
    free = [line for line in others if line.extra_cost <= 0 and line.avoided > 0.005]
    priced = sorted(
        (line for line in others if not math.isnan(line.cost_each)), key=lambda line: line.cost_each
    )
    parts = [
        view.words("cost:free", plan=view.plan_title(line.plan), avoided=rough(line.avoided, 2),
                   base=view.plan_title(baseline), cost=show(line.cost / 1000, 0),
                   base_cost=show((line.cost - line.extra_cost) / 1000, 0))
        for line in free
    ]  # fmt: skip
    if len(priced) > 1:
        cheap, dear = priced[0], priced[-1]
        parts.append(
            view.words(
                "cost:cheapest",
                plan=view.plan_title(cheap.plan),
                each=rough(cheap.cost_each / 1000, 2),
                dear=view.plan_title(dear.plan),
                dear_each=rough(dear.cost_each / 1000, 2),
            )
        )
    return view.words.sentences(parts)
