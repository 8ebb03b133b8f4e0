"""Which plans keep the limits, in which future."""

from __future__ import annotations

import math

from sim.report.markdown import bullets, section, table
from sim.report.verdicts import ORDER, Verdict, by_future, reason
from sim.report.view import Comparison, View


def write(view: View) -> str:
    """One sentence per plan, then plans by futures, then the limits."""
    tables = [found for found in view.comparisons if _judged(view, found)]
    if not tables:
        return ""
    parts = [text for found in tables for text in _of_table(view, found)]
    return section(view.words("head:verdict"), *parts)


def _judged(view: View, found: Comparison) -> bool:
    return any(v.word for plan in found.plans for v in by_future(view, found, plan).values())


def _of_table(view: View, found: Comparison) -> list[str]:
    if found.vary == "plans":
        lead = [_of_plan(view, found, plan) for plan in found.plans]
    else:
        lead = [text for plan in found.plans for text in _by_criterion(view, found, plan)]
    parts = [f"### {found.title}", bullets(lead)]
    if found.vary == "plans" and len(found.futures) > 1:
        parts.append(_grid(view, found))
    return [*parts, _limits(view, found)]


def _of_plan(view: View, found: Comparison, plan: str) -> str:
    """Where a plan keeps all limits, and where it fails which."""
    verdicts = by_future(view, found, plan)
    why = {word: _why(view, [v for v in verdicts.values() if v.word == word]) for word in ORDER}
    parts = _parts(view, found, {future: one.word for future, one in verdicts.items()}, why)
    return view.words("lead:one", plan=view.plan_title(plan), parts=parts)


def _by_criterion(view: View, found: Comparison, plan: str) -> list[str]:
    """Where each limit is kept: for futures side by side."""
    words: dict[str, dict[str, str]] = {}
    for future, one in by_future(view, found, plan).items():
        for criterion in one.criteria:
            name = reason(view, criterion, long=True)
            words.setdefault(name, {})[future] = criterion.estimate.verdict
    title = f"{view.plan_title(plan)}, " if len(found.plans) > 1 else ""
    return [
        view.words("lead:one", plan=f"{title}{name}", parts=_parts(view, found, verdicts, {}))
        for name, verdicts in words.items()
    ]


def _parts(view: View, found: Comparison, verdicts: dict[str, str], why: dict[str, str]) -> str:
    """Futures of each verdict, the good ones first."""
    words, parts = view.words, []
    for word in reversed(ORDER):
        futures = [future for future, own in verdicts.items() if own == word]
        if not futures:
            continue
        where = words("lead:with", futures=view.listing(found, futures))
        if len(futures) == len(found.futures):
            where = words("lead:everywhere") if len(futures) > 1 else ""
        because = words("lead:why", why=why[word]) if why.get(word) else ""
        parts.append(words(f"lead:{word}") + where + because)
    return words("then").join(parts) or words("lead:none")


def _why(view: View, verdicts: list[Verdict]) -> str:
    names = [reason(view, criterion) for one in verdicts for criterion in one.reasons]
    return view.words.join(list(dict.fromkeys(names)))


def _grid(view: View, found: Comparison) -> str:
    labels = view.future_labels(found.futures)
    rows = []
    for plan in found.plans:
        verdicts = by_future(view, found, plan)
        rows.append([view.plan_title(plan), *(_cell(view, verdicts[future]) for future in found.futures)])
    return table([view.words("col:plan"), *(labels[future] for future in found.futures)], rows)


def _cell(view: View, one: Verdict) -> str:
    why = _why(view, [one])
    word = view.words(f"verdict:{one.word}")
    return f"{word}: {why}" if why else word


def _limits(view: View, found: Comparison) -> str:
    if found.chain == "hazardous":
        names = {
            "limit:sources": {"share": _share(view, "sources_overflow_probability"),
                              "days": f"{view.tolerance('sources_overflow_days'):g}"},
            "limit:bays": {"share": _share(view, "bay_overflow_probability")},
            "limit:age": {"share": _share(view, "age_over_limit_share")},
        }  # fmt: skip
    else:
        names = {
            "limit:yard": {"share": _share(view, "yard_overflow_probability")},
            "limit:rate": {"target": _share(view, "utilisation_target"),
                           "share": _share(view, "utilisation_target_met")},
        }  # fmt: skip
    texts = [view.words(key, **values) for key, values in names.items() if "" not in values.values()]
    return view.words("limits", text=view.words("then").join(texts)) if texts else ""


def _share(view: View, name: str) -> str:
    value = view.tolerance(name)
    return "" if math.isnan(value) else f"{100 * value:g} %"
