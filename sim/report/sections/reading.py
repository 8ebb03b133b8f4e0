"""How to read the page: runs, seed, intervals, words."""

from __future__ import annotations

import math

from sim.report.ends import material_end
from sim.report.markdown import bullets, section
from sim.report.numbers import rough
from sim.report.view import View

METHODS = {
    "bootstrap": (
        "random weights with one more run added that is worse than any seen",
        "随机加权，并加入一次比所见更差的模拟",
    ),
    "few": (
        "where fewer than ten runs differ from the others, that run is the worst there can be",
        "不足十次与众不同时，按可能的最坏值加入",
    ),
    "one_sided": (
        "where nothing was seen there is one bound (≤, or ≥ where nothing else was)",
        "从未出现时仅有单侧界（≤；次次出现为≥）",
    ),
}


def write(view: View) -> str:
    """Always the last section."""
    words = view.words
    stopping = view.manifest.get("stopping", {})
    lines = [
        words(
            "read:up_to" if stopping else "read:n", n=_replications(view), seed=_seed(view), years=years(view)
        ),
        words("read:interval", methods=_methods(view)),
        words("read:family" if stopping.get("decided") else "read:verdict"),
        words("read:words"),
        _spills(view),
        *_ends(view),
    ]
    return section(words("head:reading"), bullets([line for line in lines if line]))


def _replications(view: View) -> str:
    counts = [int(n) for n in view.summary["n"] if n > 0]
    return str(max(counts, default=0))


def _seed(view: View) -> str:
    return str(view.manifest.get("seed", view.study.get("seed", "?")))


def years(view: View) -> str:
    """Reported years in words."""
    reported = view.manifest.get("years") or [0]
    return view.words("read:years", first=reported[0], last=reported[-1])


def _methods(view: View) -> str:
    used = {name.removesuffix("_family") for name in view.summary["ci_method"].dropna().astype(str)}
    place = 1 if view.words.lang == "zh" else 0
    own = [pair[place] for name, pair in METHODS.items() if name in used]
    return view.words("then").join(own or [METHODS["bootstrap"][place]])


def _ends(view: View) -> list[str]:
    """Where stock at the end is material, one line a chain: the cell with most."""
    ends = [
        (table.chain, end) for table in view.comparisons if (end := material_end(view, table)) is not None
    ]
    return [
        view.words(
            "read:end", chain=view.words(f"chain:{chain}"), cell=view.cell_title(end.cell),
            begin=rough(end.begin, 2), end=rough(end.end, 2),
            share=f"{100 * end.change:+.0f}",
        )
        for chain, end in ends
    ]  # fmt: skip


def _spills(view: View) -> str:
    found = view.comparison("hazardous")
    if found is None:
        return ""
    cells = [cell for cell in found.cells if cell.future == found.futures[0]]
    values = {cell.plan: view.mean(cell, "spills", "county", "sources", "vans") for cell in cells}
    texts = [
        f"{view.plan_title(plan)} {value:.2g}" for plan, value in values.items() if not math.isnan(value)
    ]
    return view.words("read:spills", text=view.words.join(texts)) if texts else ""
