"""How many off-peak days a year the yard and the rate stand."""

from __future__ import annotations

import math

from sim.report.markdown import bullets, section
from sim.report.numbers import percent, show
from sim.report.off_peak import AT_LEAST, DaysKept, Level, days_kept
from sim.report.verdicts import reason
from sim.report.view import View


def write(view: View) -> str:
    """A sentence for each limit and route of the slag; nothing where too few numbers of days were run."""
    table = view.comparison("slag")
    found = days_kept(view, table) if table is not None else ()
    if table is None or not found:
        return ""
    lines = [_line(view, one, len(table.plans) > 1) for one in found]
    return section(view.words("head:off_peak"), bullets(lines), view.words("off_peak:note"))


def _line(view: View, one: DaysKept, named: bool) -> str:
    words, kpi = view.words, one.limit.kpi
    plan = [view.plan_title(one.plan)] if named else []
    where = words("comma").join([*plan, *([view.future_title(one.rest)] if one.rest else [])])
    bound = {
        "bound": _share(one.limit.estimate.tolerance),
        "target": _share(view.tolerance("utilisation_target")),
    }
    return words(
        "off_peak:line",
        limit=reason(view, one.limit, long=True),
        where=words("off_peak:where", where=where) if where else "",
        bound=words("off_peak:at_least" if kpi == AT_LEAST else "off_peak:at_most", **bound),
        reach=_reach(view, one),
    )


def _reach(view: View, one: DaysKept) -> str:
    """Where the limit is left, and the numbers of days on either side."""
    words = view.words
    if one.keeps is None:
        return words("off_peak:never", leaves=_level(view, one.leaves))
    if one.leaves is None:
        return words("off_peak:always", keeps=_level(view, one.keeps))
    beside = words("off_peak:beside", keeps=_level(view, one.keeps), leaves=_level(view, one.leaves))
    if math.isnan(one.reach):
        return beside
    about = words("off_peak:about", reach=show(one.reach, 0), interval=_interval(view, one))
    return about + words("off_peak:then") + beside


def _interval(view: View, one: DaysKept) -> str:
    """Days on either side of the crossing that the runs leave open; nothing where no end can be told."""
    low, high = (show(end, 0) if math.isfinite(end) else "" for end in (one.low, one.high))
    key = "off_peak:both" if low and high else "off_peak:low" if low else "off_peak:high" if high else ""
    return view.words(key, low=low, high=high) if key else ""


def _share(value: float) -> str:
    return f"{100 * value:g} %"


def _level(view: View, level: Level | None) -> str:
    if level is None:
        return ""
    days, criterion = level
    return view.words("off_peak:level", days=show(days, 0), share=percent(criterion.estimate, 0))
