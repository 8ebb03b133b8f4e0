"""Which plan was selected, and how the others fell out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.glossary import KPIS
from sim.report.markdown import section, table
from sim.report.named import joined
from sim.report.numbers import MISSING, decimals, show
from sim.report.readable import readable
from sim.report.view import View


def write(view: View) -> str:
    """Each choice with its plans; nothing where nothing was selected."""
    asked = view.manifest.get("selection")
    if not asked:
        return ""
    parts = [text for race in asked["races"] for text in _of_race(view, asked, race)]
    return section(view.words("head:best"), *parts, _promise(view, asked))


def _of_race(view: View, asked: Mapping[str, Any], race: Mapping[str, Any]) -> list[str]:
    words = view.words
    plans = race["plans"]
    titles = {
        plan["plan"] if race["future"] else joined(plan["plan"], plan["future"]): _title(view, plan)
        for plan in plans
    }
    best = next((plan for plan in plans if plan["status"] == "best"), None)
    kpi, _, place = asked["kpi"].partition("@")
    said = {
        "kpi": words.kpi(kpi),
        "place": words(f"place:{place}", default=place.replace("_", " ")),
        "future": words("best:with", future=view.future_title(race["future"])) if race["future"] else "",
    }
    if best is None:
        left = [_title(view, plan) for plan in plans if plan["status"] == "open"]
        budget = view.manifest["stopping"]["looks"][-1]
        lead = words("best:open", budget=budget, plans=words.join(left), **said)
    else:
        what = words("best:most" if asked["largest"] else "best:least")
        lead = words("best:race", plan=_title(view, best), what=what, **said)
    scale, unit = readable(_unit(kpi))
    digits = decimals(scale * asked["zone"], 4)
    rows = [
        [
            _title(view, plan),
            MISSING if plan["mean"] is None else show(scale * plan["mean"], digits),
            str(plan["n"]),
            words(
                f"came:{plan['status']}",
                batches=plan["batches"],
                by=titles.get(plan["eliminated_by"], plan["eliminated_by"]),
            ),
        ]
        for plan in plans
    ]
    heads = [words(f"col:{head}") for head in ("plan", "mean", "n", "came_out")]
    heads[1] += f" ({unit})" if unit else ""
    return [lead, table(heads, rows)]


def _title(view: View, plan: Mapping[str, Any]) -> str:
    return view.plan_title(view.cell_of(plan["plan"], plan["future"]).plan)


def _promise(view: View, asked: Mapping[str, Any]) -> str:
    unit = _unit(asked["kpi"].partition("@")[0])
    scale, shown = readable(unit)
    return view.words(
        "best:promise",
        zone=f"{scale * asked['zone']:g} {view.words('influence:points') if unit == '1' else shown}".strip(),
        chance=f"{100 * (1 - asked['error']):g} %",
        batch=asked["batch"],
        stage=asked["stage"],
    )


def _unit(kpi: str) -> str:
    """Unit of a KPI or of a part of one; empty where it is unknown."""
    known = KPIS.get(kpi) or KPIS.get(kpi.partition(":")[0])
    return known.unit if known else ""
