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
    lead = [_sentence(view, found, plan) for plan in found.plans]
    parts = [f"### {found.title}", bullets(lead)]
    if found.vary == "plans" and len(found.futures) > 1:
        parts.append(_grid(view, found))
    return [*parts, _limits(view, found)]


def _sentence(view: View, found: Comparison, plan: str) -> str:
    verdicts = by_future(view, found, plan)
    labels = view.future_labels(found.futures)
    parts = []
    for word in reversed(ORDER):
        futures = [future for future, one in verdicts.items() if one.word == word]
        if futures:
            everywhere = len(futures) == len(found.futures)
            named = view.words.join([labels[f] for f in futures if labels[f]])
            where = view.words("futures_all") if everywhere else view.words("lead:in", futures=named)
            text = view.words(f"lead:{word}", futures=where if len(found.futures) > 1 else "",
                              why=_why(view, [verdicts[f] for f in futures]))  # fmt: skip
            parts.append(" ".join(text.split()))
    text = view.words("then").join(parts) or view.words("lead:none")
    return view.words("lead:one", plan=view.plan_title(plan), parts=text)


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
