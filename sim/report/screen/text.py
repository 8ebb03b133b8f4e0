"""The first screen as text: on a terminal, and at the top of the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.report.markdown import bullets, table
from sim.report.screen.sentences import Pair, Speaker, screen_of

MARKS = {"meets": "✓", "fails": "✗", "doubtful": "?", "undecided": "?", "": "–"}

HEADS: dict[str, Pair] = {
    "plan": ("plan", "方案"),
    "sites": ("sites that overflow in a year, of {sites}", "每年爆仓点位（共{sites}处）"),
    "storage": ("storage", "贮存"),
    "age": ("age", "期限"),
    "extra": ("extra cost a year", "每年增加费用"),
    "cost": ("cost a year", "每年费用"),
    "order": (
        (
            "In this order: {futures}. ✓: limits kept; ✗: not kept; ?: not decided by {runs}. Means over the "
            "runs; costs with capital, {first}."
        ),
        "依次为：{futures}。✓：达标；✗：不达标；?：经{runs}未定。为多次模拟的均值；费用含投资年金，{first}情景。",
    ),
    "one": (
        "✓: limits kept; ✗: not kept; ?: not decided by {runs}. Means over the runs; costs with capital.",
        "✓：达标；✗：不达标；?：经{runs}未定。为多次模拟的均值；费用含投资年金。",
    ),
}


def first_screen(facts: Mapping[str, Any], lang: str) -> str:
    """Headline, labelled sentences and the table of plans, as Markdown that also reads as plain text."""
    screen = screen_of(facts, lang)
    colon = ": " if lang == "en" else "："
    parts = [
        "\n".join(f"**{sentence}**" for sentence in screen.headline),
        bullets([f"**{line.label}**{colon}{line.text}" for line in screen.lines]),
        *(_plans(Speaker(facts, lang)) if facts["collection"] else ()),
    ]
    return "\n\n".join(part for part in parts if part)


def _plans(speaker: Speaker) -> tuple[str, str]:
    """A row per plan: sites that overflow, verdicts and cost, future by future; and what the marks mean."""
    collection = speaker.facts["collection"]
    place = int(speaker.lang == "zh")
    heads = {key: pair[place] for key, pair in HEADS.items()}
    money = "extra" if collection["baseline"] and len(collection["plans"]) > 1 else "cost"
    rows = [
        [
            speaker.plan(row["plan"]),
            " / ".join(
                speaker.sites(one["overflow"]["mean"]) if one["overflow"] else "–" for one in row["in_future"]
            ),
            "/".join(MARKS[one["verdicts"]["storage"]] for one in row["in_future"]),
            "/".join(MARKS[one["verdicts"]["age"]] for one in row["in_future"]),
            _money(speaker, row, money),
        ]
        for row in collection["plans"]
    ]
    titles = [
        heads["plan"],
        heads["sites"].format(sites=collection["sites"]),
        heads["storage"],
        heads["age"],
        heads[money],
    ]
    futures = [str(one["title"][speaker.lang]) for one in collection["futures"]]
    key = "order" if len(futures) > 1 else "one"
    note = heads[key].format(futures=speaker.say("list").join(futures), runs=speaker.runs(), first=futures[0])
    return table(titles, rows), note


def _money(speaker: Speaker, row: Mapping[str, Any], which: str) -> str:
    value = row["extra_cost"] if which == "extra" else row["cost"]
    return "–" if value is None else speaker.money(value)
