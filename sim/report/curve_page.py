"""The page of a storage curve: what was done, what it says, the table, the figure."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from sim.archive import write_csv
from sim.experiment.pieces import Pieces, Reported
from sim.experiment.storage_study import SLAG, TAIL, Risk
from sim.report.curve_words import CURVE
from sim.report.markdown import bullets, escape, table
from sim.report.naming import Naming, footer_of
from sim.report.plots.one_curve import draw
from sim.report.sections.warned import told
from sim.report.style import styled, write
from sim.report.words import Words
from sim.scenario.load import Scenario
from sim.text import one_line, out_of_key

MOST_ROWS = 15
Speak = Callable[..., str]


def write_curve(risk: Risk, scenario: Scenario, settings: Sequence[str], folder: Path, lang: str) -> Reported:
    """Write table, figure (`storage_curve`) and page into `folder`; what fails is told, the rest is made."""
    words = Words(lang)

    def say(name: str, **parts: object) -> str:
        return CURVE[name][1 if lang == "zh" else 0].format(**parts)

    write_csv(risk.table, folder / "storage_curve.csv")
    title = place_title(risk.place, scenario, words, say)
    pieces, changed = Pieces(), [f"`{one}`" for one in settings]
    footer = footer_of(words, scenario.name, risk.years, risk.replications, settings)
    drawn = pieces.make("figure storage_curve", _draw, risk, title, say, folder, footer)
    parts = [
        f"# {Naming({}, words).changed(say('curve:title', place=escape(title)), settings)}",
        _of(risk, scenario, say),
        words("page:changed", settings=words.join(changed)) if changed else "",
        told(map(str, scenario.problems), words),
        pieces.make("section sentences", lambda: bullets(sentences(risk, say))),
        pieces.make("section table", _table, risk, container(risk.place, scenario), say),
        f"![{say('curve:figure')}](figures/storage_curve.png)" if drawn else "",
        bullets(pieces.failures),
    ]
    page = "\n\n".join(part for part in parts if part) + "\n"
    (folder / "answer.md").write_text(page, encoding="utf-8", newline="\n")
    return Reported(page, tuple(pieces.failures))


def _draw(risk: Risk, title: str, say: Speak, folder: Path, footer: str) -> bool:
    with styled():
        write(draw(risk, one_line(title), say), folder / "figures", "storage_curve", footer)
    return True


def _of(risk: Risk, scenario: Scenario, say: Speak) -> str:
    first, last = risk.years[0], risk.years[-1]
    return say("curve:of", scenario=escape(scenario.name), first=first, last=last, n=risk.replications)


def place_title(place: str, scenario: Scenario, words: Words, say: Speak) -> str:
    """Name a place for a reader."""
    if place in SLAG:
        return words(f"place:{place}")
    kind, _, rest = place.partition("/")
    container = scenario.spec.storage_classes.get(rest)  # type: ignore[call-overload]
    title = words.pick(container.title.model_dump()) if container else rest
    if words.lang == "en":
        title = title[:1].lower() + title[1:]
    if kind == "sources":
        return say("curve:place:sources", title=title)
    if kind == "collection_point":
        return say("curve:place:bay", title=title)
    return say("curve:place:site", title=title, site=out_of_key(kind.removeprefix("site:")))


def container(place: str, scenario: Scenario) -> float:
    """Mass of the containers that the place's capacity comes in, t; NaN where it does not."""
    kind, _, name = place.partition("/")
    if place in SLAG or kind == "collection_point":
        return math.nan
    return float(scenario.spec.storage_classes[name].container_t)  # type: ignore[index]


def sentences(risk: Risk, say: Speak) -> list[str]:
    """What the curve says, in words."""
    method = str(risk.table["method"].iloc[0])
    lines = [say(f"curve:says:{method}")]
    if method == "runs" and risk.why:
        lines.append(say(f"curve:why:{risk.why}"))
    limit = percent(risk.limit)
    if risk.word:
        word = say(f"curve:word:{risk.word}")
        lines.append(say("curve:verdict", capacity=tonnes(risk.capacity), limit=limit, word=word))
    if not math.isnan(risk.limit):
        enough = not math.isnan(risk.enough)
        name = "curve:enough" if enough else "curve:none_enough"
        lines.append(say(name, capacity=tonnes(risk.enough), limit=limit))
        if risk.replications < risk.needed:
            lines.append(say("curve:needed", limit=limit, needed=risk.needed))
    if not math.isnan(risk.never) and method != "first_passage":
        lines.append(
            say("curve:never", capacity=tonnes(risk.never), n=risk.replications, years=len(risk.years),
                high=percent(risk.never_high))
        )  # fmt: skip
    if risk.tail is not None:
        tail = risk.tail
        lines.append(
            say("curve:tail", exceedances=tail.exceedances, replications=tail.replications,
                threshold=f"{tail.threshold:.4g}", shape=f"{tail.shape:.2f}", scale=f"{tail.scale:.3g}",
                fit=f"{tail.fit:.2f}")
        )  # fmt: skip
    elif risk.no_tail:
        lines.append(say("curve:no_tail", why=risk.no_tail))
    return lines


def _table(risk: Risk, step: float, say: Speak) -> str:
    method = str(risk.table["method"].iloc[0])
    head = "curve:ever" if method.startswith("first_passage") else "curve:risk"
    if risk.place.startswith("sources/") and head == "curve:risk":
        head = "curve:risk_class"
    heads = [
        say("curve:capacity"), say("curve:containers"), say(head), say("curve:interval"), say("curve:band"),
        say("curve:how"), "",
    ]  # fmt: skip
    return table(heads, [_row(row, risk, step, say) for row in _records(_shown(risk))])


def _shown(risk: Risk) -> pd.DataFrame:
    """Rows of the table: all if they are few, else some evenly, the configured capacity among them."""
    simulated = risk.table[risk.table["method"] != TAIL]
    if len(simulated) > MOST_ROWS:
        stride = -(-len(simulated) // MOST_ROWS)
        kept = simulated.index % stride == 0
        simulated = simulated[kept | (simulated["capacity_t"] == risk.capacity)]
    return pd.concat([simulated, risk.table[risk.table["method"] == TAIL]])


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return [dict(zip(map(str, rows.columns), row, strict=True)) for row in rows.itertuples(index=False)]


def _row(row: dict[str, Any], risk: Risk, step: float, say: Speak) -> list[str]:
    count = row["capacity_t"] / step
    band = "" if math.isnan(row["band_low"]) else f"{percent(row['band_low'])} - {percent(row['band_high'])}"
    return [
        tonnes(row["capacity_t"]),
        "" if math.isnan(count) else f"{count:.3g}",
        percent(row["p_overflow"]),
        f"{percent(row['ci_low'])} - {percent(row['ci_high'])}",
        band,
        say(f"method:{row['method']}"),
        say("curve:now") if row["capacity_t"] == risk.capacity else "",
    ]


def tonnes(capacity: float) -> str:
    """Capacity, to the tonne where it is large."""
    return f"{capacity:.0f}" if capacity >= 1000 else f"{capacity:.4g}"


def percent(share: float) -> str:
    """Share in percent with two digits that count."""
    value = 100 * share
    if math.isnan(value):
        return "–"
    if 0 < value < 0.01:
        return "<0.01 %"
    text = f"{value:.2g}" if abs(value) < 10 else f"{value:.0f}"
    return f"{float(text):g} %"
