"""Where a study decided by itself how much to run: what it asked, and why each cell stopped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.report.markdown import once, section, table
from sim.report.view import View


def write(view: View) -> str:
    """One row per cell: verdict, replications, reason; nothing where the number of runs was fixed."""
    facts = view.manifest.get("stopping")
    if not facts:
        return ""
    words = view.words
    heads = [words(f"col:{head}") for head in ("plan", "future", "question", "n", "stopped")]
    rows = [_row(view, cell) for cell in facts["cells"]]
    lead = [_looks(view, facts)]
    if facts["decided"]:
        lead += [_together(view, facts), _needed(view, facts), _open(view, facts)]
    return section(words("head:enough"), words.sentences(lead), table(heads, once(rows)))


def _row(view: View, cell: Mapping[str, Any]) -> list[str]:
    words, own = view.words, view.cell_of(cell["plan"], cell["future"])
    verdicts = [
        words(f"question:{question}", word=words(f"verdict:{word}"))
        for question, word in cell["verdicts"].items()
    ]
    why = words(f"stopped:{cell['stopped_by']}")
    if cell["detail"]:
        why = words("stopped:with", why=why, detail=cell["detail"])
    future = view.future_title(own.future) if own.future else ""
    return [view.plan_title(own.plan), future, words("then").join(verdicts), str(cell["n"]), why]


def _looks(view: View, facts: Mapping[str, Any]) -> str:
    words = view.words
    what = [words("enough:decided")] if facts["decided"] else []
    if facts["narrow"]:
        goals = words.join([_goal(goal) for goal in facts["narrow"]])
        what.append(words("enough:narrow", goals=goals))
    if view.manifest.get("selection"):
        what.append(words("enough:selected"))
    looks = facts["looks"]
    told = [*looks[:4], "…", looks[-1]] if len(looks) > 6 else looks
    return words(
        "enough:looks", looks=words.join([str(look) for look in told]), what=words("enough:and").join(what)
    )


def _goal(goal: Mapping[str, Any]) -> str:
    """Half-widths asked for, as they were written."""
    absolute, relative = goal["absolute"], goal["relative"]
    sizes = [] if absolute is None else [f"±{absolute:g}"]
    sizes += [] if relative is None else [f"±{100 * relative:g} %"]
    return f"{goal['kpi']} {' / '.join(sizes)}".strip()


def _together(view: View, facts: Mapping[str, Any]) -> str:
    return view.words(
        "enough:together",
        verdicts=facts["verdicts"],
        error=f"{100 * facts['error']:g} %",
        confidence=f"{100 * facts['confidence']:.4g} %",
    )


def _needed(view: View, facts: Mapping[str, Any]) -> str:
    texts = [
        view.words("enough:need", what=view.words(f"few:{name}"), needed=runs)
        for name, runs in facts["needed"].items()
    ]
    return view.words("enough:needed", text=view.words.join(texts)) if texts else ""


def _open(view: View, facts: Mapping[str, Any]) -> str:
    is_open = any("undecided" in cell["verdicts"].values() for cell in facts["cells"])
    return view.words("enough:open", budget=facts["looks"][-1]) if is_open else ""
