"""Which plans keep the limits, in which future: storage first, age beside it."""

from __future__ import annotations

import math
from collections.abc import Iterable

from sim.experiment.intervals import SINGLE, replications_for
from sim.report.markdown import bullets, section, table
from sim.report.numbers import rough, show_some
from sim.report.verdicts import ORDER, QUESTIONS, Verdict, by_future, reason, verdicts_of
from sim.report.view import Comparison, Estimate, View

MOST_COLUMNS = 4
"""Futures that stand beside each other; more of them stand below each other."""

SHARES = {
    "hazardous": ("sources_overflow_probability", "any_bay_overflow_probability", "age_over_limit_share"),
    "slag": ("yard_overflow_probability",),
}
"""Limits on shares, of which few runs cannot show that they are kept."""


def write(view: View) -> str:
    """One sentence per plan and question, then plans by futures, then the limits."""
    tables = [found for found in view.comparisons if _judged(view, found)]
    if not tables:
        return ""
    parts = [text for found in tables for text in _of_table(view, found)]
    return section(view.words("head:verdict"), *parts)


def _judged(view: View, found: Comparison) -> bool:
    return any(verdicts_of(view, found, cell) for cell in found.cells)


def _of_table(view: View, found: Comparison) -> list[str]:
    if found.vary == "plans":
        lead = [_of_plan(view, found, plan) for plan in found.plans]
    else:
        lead = [text for plan in found.plans for text in _by_criterion(view, found, plan)]
    parts = [f"### {found.title}", bullets(lead)]
    if found.vary == "plans" and len(found.futures) > 1:
        parts.append(_grid(view, found))
    return [*parts, _limits(view, found), _too_few(view, found)]


def _of_plan(view: View, found: Comparison, plan: str) -> str:
    """Where a plan keeps all limits of each question, and where it fails which."""
    texts = []
    for question in QUESTIONS[found.chain]:
        verdicts = by_future(view, found, plan, question)
        if not any(one.word for one in verdicts.values()):
            continue
        why = {
            word: _because(view, question, [v for v in verdicts.values() if v.word == word]) for word in ORDER
        }
        parts = _parts(view, found, {future: one.word for future, one in verdicts.items()}, why)
        texts.append(view.words(f"lead:of_{question}", parts=parts))
    parts = view.words("lead:next").join(texts) or view.words("lead:none")
    return view.words("lead:one", plan=view.plan_title(plan), parts=parts)


def _because(view: View, question: str, verdicts: list[Verdict]) -> str:
    """Limits that are not kept; for age, whether it is the number of runs that leaves it open."""
    if question == "age":
        return _age_open(view, verdicts) if verdicts and verdicts[0].word == "undecided" else ""
    return _none_seen(view, verdicts) or _why(view, verdicts)


def _none_seen(view: View, verdicts: list[Verdict]) -> str:
    """What so few runs do say where nothing was seen of what they leave open."""
    found = [one.estimate for own in verdicts if own.word == "undecided" for one in own.reasons]
    if not found or any(e.mean != 0 or math.isnan(e.high) for e in found):
        return ""
    return view.words("seen:none", what=_why(view, verdicts), runs=min(e.n for e in found), most=_most(found))


def _most(found: list[Estimate]) -> str:
    high = max((100 * e.high for e in found if not math.isnan(e.high)), default=math.nan)
    return f"{rough(high, 2)} %"


def _age_open(view: View, verdicts: list[Verdict]) -> str:
    """What was seen of old waste where the runs do not decide, and how many would."""
    found = [criterion.estimate for one in verdicts for criterion in one.criteria]
    runs, limit = min(e.n for e in found), view.tolerance("age_over_limit_share")
    most, needed = max(e.mean for e in found), _needed(view, limit)
    if most > limit or runs >= needed:
        return ""
    key = "age:none" if most == 0 else "age:little"
    share = _most(found) if most == 0 else f"{show_some(100 * most, 2)} %"
    return view.words(key, share=share, runs=runs, needed=needed)


def _by_criterion(view: View, found: Comparison, plan: str) -> list[str]:
    """Where each limit is kept: for futures side by side."""
    words: dict[str, dict[str, str]] = {}
    for question in QUESTIONS[found.chain]:
        for future, one in by_future(view, found, plan, question).items():
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
    return words("then").join(parts)


def _why(view: View, verdicts: Iterable[Verdict]) -> str:
    names = [reason(view, criterion) for one in verdicts for criterion in one.reasons]
    return view.words.join(list(dict.fromkeys(names)))


# --- plans by futures --------------------------------------------------------------------------------


def _grid(view: View, found: Comparison) -> str:
    """Plans below each other; where the futures are many, these are."""
    labels = view.future_labels(found.futures)
    verdicts = {plan: _cells(view, found, plan) for plan in found.plans}
    plans = {plan: view.plan_title(plan) for plan in found.plans}
    if len(found.futures) > MOST_COLUMNS:
        rows = [[labels[f], *(verdicts[plan][f] for plan in found.plans)] for f in found.futures]
        return table([view.words("col:future"), *plans.values()], rows)
    rows = [[plans[plan], *(verdicts[plan][f] for f in found.futures)] for plan in found.plans]
    return table([view.words("col:plan"), *(labels[f] for f in found.futures)], rows)


def _cells(view: View, found: Comparison, plan: str) -> dict[str, str]:
    """Verdicts of a plan in every future, the leading question first."""
    lead, *others = (by_future(view, found, plan, question) for question in QUESTIONS[found.chain])
    return {
        future: view.words("then").join(
            [_cell(view, lead[future]), *(_beside(view, other[future]) for other in others)]
        )
        for future in found.futures
    }


def _cell(view: View, one: Verdict) -> str:
    why = _why(view, [one])
    word = view.words(f"verdict:{one.word}")
    return view.words("grid:why", word=word, why=why) if why else word


def _beside(view: View, one: Verdict) -> str:
    return view.words("grid:age", word=view.words(f"verdict:{one.word}"))


# --- limits ------------------------------------------------------------------------------------------


def _limits(view: View, found: Comparison) -> str:
    if found.chain == "hazardous":
        names = {
            "limit:sources": {"share": _share(view, "sources_overflow_probability"),
                              "days": f"{view.tolerance('sources_overflow_days'):g}"},
            "limit:bays": {"share": _share(view, "any_bay_overflow_probability")},
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


def _too_few(view: View, found: Comparison) -> str:
    """Limits that so few runs cannot show to be kept, with the runs that would."""
    runs = max((int(n) for n in view.summary["n"]), default=0)
    limits = {name: view.tolerance(name) for name in SHARES[found.chain]}
    open_ones = {name: _needed(view, limit) for name, limit in limits.items() if 0 < limit < 1}
    if found.chain == "slag" and 0 < view.tolerance("utilisation_target_met") < 1:
        open_ones["utilisation_target_met"] = _needed(view, 1 - view.tolerance("utilisation_target_met"))
    texts = [
        view.words("few:one", what=view.words(f"few:{name}"), needed=needed)
        for name, needed in open_ones.items()
        if runs < needed
    ]
    return view.words("few", runs=runs, text=view.words.join(texts)) if texts else ""


def _needed(view: View, limit: float) -> int:
    """Replications that *meets* takes if nothing is seen; more where all verdicts are to hold together."""
    return replications_for(limit, view.manifest.get("stopping", {}).get("none_error") or SINGLE.none)


def _share(view: View, name: str) -> str:
    value = view.tolerance(name)
    return "" if math.isnan(value) else f"{100 * value:g} %"
