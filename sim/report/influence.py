"""The page of a sensitivity study, in words, from its tables alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from sim.experiment.pieces import Pieces
from sim.experiment.sensitivity.files import Sensitivity
from sim.report.markdown import bullets, escape, section, table
from sim.report.naming import Naming, footer_of, told_apart
from sim.report.readable import readable
from sim.report.sections.warned import told as warnings_of
from sim.report.told import told_study
from sim.report.words import Words, kpi_title
from sim.scenario.compose import head_and_futures
from sim.text import one_line

FEW = 12
"""Assumptions shown in a table."""
COLUMNS = ("assumption", "value", "range", "at_low", "at_high", "share", "first", "total", "origin")


class Said(NamedTuple):
    """An output in words.

    Attributes
    ----------
    of
        Plan that it is compared with; empty: the value itself.
    """

    place: str
    kpi: str
    unit: str
    of: str
    title: str

    @property
    def scale(self) -> float:
        """What its values are multiplied by to be read."""
        return readable(self.unit)[0]


class Book:
    """A study with the words to tell it in."""

    def __init__(self, found: Sensitivity, words: Words) -> None:
        self.found, self.words, self.manifest = found, words, found.manifest

    @property
    def settings(self) -> tuple[str, ...]:
        """What was changed for this study alone, as `a.b.c=value`."""
        return tuple(self.manifest["spec"]["settings"])

    @property
    def footer(self) -> str:
        """Which study this is, for the foot of a figure."""
        name, years, runs = (self.manifest[one] for one in ("study", "years", "runs"))
        return footer_of(self.words, name, years, runs, self.settings)

    def plan(self, name: str) -> str:
        """Title of a scenario; two with one title have their names beside it."""
        titles = {one: self._bare(one) for one in {name: None, **self.manifest["titles"]}}
        return told_apart(titles, self.words)[name]

    def _bare(self, name: str) -> str:
        known = self.manifest["titles"].get(name)
        future = "+".join(head_and_futures(name)[1])
        return " + ".join(filter(None, [self.words.pick(known) if known else name, future]))

    def said(self, row: Any) -> Said:
        """Output of a table's row."""
        words = self.words
        place = words(f"place:{row['place']}", default=str(row["place"]))
        kind = "difference" if row["against"] else "of_plan"
        names = {"kpi": kpi_title(row["kpi"], words.lang), "place": words.inside(place)}
        title = words(f"influence:{kind}", **names, plan=self.plan(row["against"]))
        return Said(row["place"], row["kpi"], row["unit"], row["against"], title[:1].upper() + title[1:])

    def short(self, said: Said) -> str:
        """Title of an output that does not name the other plan."""
        place = self.words.inside(self.words(f"place:{said.place}", default=said.place))
        kpi = self.words("influence:of_plan", kpi=kpi_title(said.kpi, self.words.lang), place=place)
        return self.words("heat:difference", what=kpi) if said.of else kpi

    def unit(self, said: Said) -> str:
        """Unit in which an output is read; of a difference between shares, points."""
        return self.words("influence:points") if said.of and said.unit == "1" else readable(said.unit)[1]

    def value(self, said: Said, number: float, *, signed: bool = False) -> str:
        """Value of an output with its unit, three digits."""
        if number != number:
            return "–"
        scaled = said.scale * number
        sign = "+" if signed and scaled > 0 else ""
        text = f"{scaled:,.0f}" if abs(scaled) >= 1000 else f"{scaled:.3g}"
        return f"{sign}{text} {self.unit(said)}".rstrip()

    def asked(self) -> list[tuple[Said, pd.DataFrame]]:
        """Outputs asked for, with their rows of the noise table."""
        noise = self.found.noise
        own = noise[noise["asked"] == "yes"]
        return [
            (self.said(rows.iloc[0]), rows)
            for _, rows in own.groupby(["kpi", "place", "against"], sort=False)
        ]

    def rows(self, frame: pd.DataFrame, said: Said) -> pd.DataFrame:
        """Rows of an output."""
        if frame.empty:
            return frame
        own = (frame["place"] == said.place) & (frame["kpi"] == said.kpi) & (frame["against"] == said.of)
        return frame[own]


def short_of(text: str) -> str:
    """Number in a table as a reader should see it: three digits; anything else as it is."""
    try:
        return f"{float(text):.3g}" if abs(float(text)) < 1000 else f"{float(text):,.0f}"
    except ValueError:
        return text


def percent(share: float) -> str:
    """Share in percent."""
    return "–" if share != share else f"{100 * share:.0f} %" if share >= 0.01 else f"{100 * share:.1f} %"


def write_influence(found: Sensitivity, folder: Path, lang: str = "en") -> tuple[str, ...]:
    """Write `sensitivity.md` and `figures/` into the folder of a study; what of them could not be made."""
    from sim.report.plots.influence import write_figures

    pieces = Pieces()
    figures = write_figures(Book(told_study(found, one_line), Words(lang)), folder / "figures", pieces)
    text = page(Book(told_study(found, escape), Words(lang)), figures, pieces)
    (folder / "sensitivity.md").write_text(text, encoding="utf-8", newline="\n")
    return tuple(pieces.failures)


def page(book: Book, figures: tuple[str, ...], pieces: Pieces) -> str:
    """The page, as Markdown that also reads as plain text."""
    from sim.report.influence_fails import fails_sections

    words, manifest = book.words, book.manifest
    fails = manifest["failing"] is not None
    title = words("influence:title_fails" if fails else "influence:title", plan=book.plan(manifest["plan"]))
    pictures = "\n\n".join(f"![{words(f'figure:{name}')}](figures/{name}.png)" for name in figures)
    sections = pieces.make("section answer", fails_sections if fails else _decide_sections, book)
    luck, doubts = (
        pieces.make(f"section {name}", lambda write=write: bullets(list(write(book))))
        for name, write in (("luck", _luck), ("cautions", cautions))
    )
    parts = [
        f"# {Naming({}, words).changed(title, book.settings)}",
        _intro(book),
        words("page:changed", settings=words.join([f"`{one}`" for one in book.settings]))
        if book.settings
        else "",
        warnings_of(manifest["problems"], words),
        *(sections or []),
        section(words("head:luck"), luck or ""),
        section(words("head:cautions"), doubts or ""),
        section(words("head:figures"), pictures),
        section(words("head:reading"), words("influence:reading_fails" if fails else "influence:reading")),
        section(words("head:missing"), bullets(pieces.failures)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _intro(book: Book) -> str:
    words, manifest = book.words, book.manifest
    points = sum(stage["points"] for stage in manifest["stages"].values())
    count, runs = manifest["assumptions"], f"{manifest['runs']:,}"
    told = [
        words("influence:intro", count=count, points=f"{points:,}", runs=runs),
        *(words("influence:asked", what=said.title) for said, _ in book.asked() if not said.of),
    ]
    if manifest["against"]:
        told.append(words("influence:against", plan=book.plan(manifest["against"])))
    return words.sentences(told)


# --- what decides ------------------------------------------------------------------------------------


def _decide_sections(book: Book) -> list[str]:
    words = book.words
    lines, tables = [], []
    for said, noise in book.asked():
        rows = book.rows(book.found.indices, said)
        lines.append(_decided(book, said, rows, noise))
        if (shown := _table(book, said, rows)) is not None:
            tables.append(f"**{said.title}**\n\n{shown}")
    return [
        section(words("head:influence"), bullets(lines)),
        section(words("head:order"), bullets(list(_order(book)))),
        section(words("head:decide"), *tables),
    ]


def _decided(book: Book, said: Said, rows: pd.DataFrame, noise: pd.DataFrame) -> str:
    words = book.words
    if (noise["lowest"] == noise["highest"]).all():
        value = book.value(said, float(noise["lowest"].iloc[0]))
        return words("influence:constant", what=said.title, value=value)
    if rows.empty or (rows["role"] == "").all():
        return words("influence:unknown", what=said.title)
    ranked = ranked_of(rows)
    deciding = ranked[ranked["role"] == "decides"]
    said_so = [_factor(book, said, row) for _, row in deciding.iterrows()]
    parts = [
        words("influence:decides", what=said.title, factors=words.join(said_so))
        if said_so
        else words("influence:none_decides", what=said.title)
    ]
    adding = [f"`{path}`" for path in ranked[ranked["role"] == "adds"]["path"]]
    if adding:
        parts.append(words("influence:adds", factors=words.join(adding)))
    weak = [f"`{row['path']}`" for _, row in deciding.iterrows() if row["confidence"] == "low"]
    if weak:
        parts.append(words("influence:measure", factors=words.join(weak)))
    counts = rows["role"].value_counts()
    key = "influence:rest" if rows["mu_star"].notna().any() else "influence:rest_sobol"
    none, hardly, luck = (int(counts.get(role, 0)) for role in ("none", "hardly", "luck"))
    parts.append(words(key, all=len(rows), none=none, hardly=hardly, luck=luck))
    return words.sentences(parts)


def ranked_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of an output, what weighs most first: by total index, then by share of effects."""
    weight = rows["total"].fillna(-1.0)
    return rows.assign(weight=weight).sort_values(
        ["weight", "share", "mu_star"], ascending=False, kind="stable"
    )


def _factor(book: Book, said: Said, row: Any) -> str:
    words = book.words
    swings = book.rows(book.found.swings, said)
    own = swings[swings["path"] == row["path"]] if not swings.empty else swings
    ends = {one["value"]: book.value(said, one["mean"]) for _, one in own.iterrows()}
    swing = ""
    if row["low"] in ends and row["high"] in ends:
        swing = words(
            "influence:swing",
            low=row["low"],
            high=row["high"],
            at_low=ends[row["low"]],
            at_high=ends[row["high"]],
        )
    if row["total"] == row["total"]:
        bounds = f" [{percent(max(row['total_low'], 0))}, {percent(min(row['total_high'], 1))}]"
        return words(
            "influence:factor_total", path=row["path"], share=percent(row["total"]) + bounds, swing=swing
        )
    return words("influence:factor_share", path=row["path"], share=percent(row["share"]), swing=swing)


def _table(book: Book, said: Said, rows: pd.DataFrame) -> str | None:
    if rows.empty or (rows["role"] == "").all():
        return None
    words = book.words
    shown = ranked_of(rows[rows["role"].isin(["decides", "adds"])]).head(FEW)
    if shown.empty:
        return None
    heads = [words(f"col:{name}") for name in COLUMNS]
    swings = book.rows(book.found.swings, said)
    ends = (
        {(one["path"], one["value"]): book.value(said, one["mean"]) for _, one in swings.iterrows()}
        if not swings.empty
        else {}
    )
    lines = []
    for _, row in shown.iterrows():
        path, unit = row["path"], f" {row['factor_unit']}" if row["factor_unit"] not in ("", "1") else ""
        lines.append([
            f"`{path}`", f"{row['value']}{unit}", f"{row['low']} – {row['high']}",
            ends.get((path, row["low"]), "–"), ends.get((path, row["high"]), "–"), percent(row["share"]),
            _index(row, "first"), _index(row, "total"), _origin(row),
        ])  # fmt: skip
    return table(heads, lines)


def _index(row: Any, name: str) -> str:
    if row[name] != row[name]:
        return "–"
    return f"{row[name]:.2f} [{row[f'{name}_low']:.2f}, {row[f'{name}_high']:.2f}]"


def _origin(row: Any) -> str:
    origin = str(row["origin"]).replace("|", "/")
    head = origin if len(origin) <= 60 else origin[:57].rsplit(" ", 1)[0] + " ..."
    return f"{head} ({row['confidence']})" if row["confidence"] else head


# --- order, luck, cautions ---------------------------------------------------------------------------


def _order(book: Book) -> Iterator[str]:
    words, found = book.words, book.found
    for _, row in found.order.iterrows():
        said = book.said(row)
        if f"{said.kpi}@{said.place}" not in book.manifest["asked"]:
            continue
        numbers = {
            name: book.value(said, row[column])
            for name, column in (("size", "difference"), ("low", "ci_low"), ("high", "ci_high"))
        }
        kpi = book.short(said._replace(of=""))
        kpi = kpi[:1].upper() + kpi[1:]
        if row["ci_low"] <= 0 <= row["ci_high"]:
            yield words("order:open_base", what=kpi, **numbers)
            continue
        side = words("order:side_lower" if row["difference"] < 0 else "order:side_higher")
        numbers["size"] = book.value(said, abs(row["difference"]))
        plan = book.plan(book.manifest["plan"])
        parts = [words("order:lower", what=kpi, plan=plan, side=side, **numbers)]
        swings = book.rows(found.swings, said)
        for answer, key in (("yes", "order:turns"), ("open", "order:leaves_open")):
            own = swings[swings["turns"] == answer] if not swings.empty else swings
            named = [
                words(
                    "order:at",
                    path=one["path"],
                    value=one["value"],
                    mean=book.value(said, one["mean"], signed=True),
                )
                for _, one in own.iterrows()
            ]
            if named:
                parts.append(words(key, factors=words.join(named)))
            elif answer == "yes":
                parts.append(words("order:none_turns", count=len(book.manifest["chosen"])))
        if row["design"] != "ends":
            parts.append(
                words("order:together", turned=row["turned"], points=row["points"], open=row["open"])
            )
        yield words.sentences(parts)


def _luck(book: Book) -> Iterator[str]:
    words = book.words
    for said, rows in book.asked():
        last = rows[rows["design"] != "ends"].iloc[-1] if (rows["design"] != "ends").any() else rows.iloc[-1]
        if last["lowest"] == last["highest"]:
            continue
        if last["share_luck"] != last["share_luck"]:
            yield words("luck:none")
            return
        parts = {name: percent(last[f"share_{name}"]) for name in ("assumptions", "luck", "interplay")}
        yield words(
            "luck:shares", what=said.title, **parts, replications=last["replications"],
            left=f"{last['variance_left_in_means']:.2g}",
        )  # fmt: skip


def cautions(book: Book) -> Iterator[str]:
    """Everything that must be said of the numbers, each thing once."""
    words = book.words
    told = set()
    for one in book.manifest["cautions"]:
        if not one["asked"]:
            continue
        values = dict(one["values"])
        if one["kpi"]:
            kpi, _, place = one["kpi"].partition("@")
            row = {"kpi": kpi, "place": place, "against": one["against"], "unit": ""}
            values["what"] = book.said(row).title
        for name in ("value", "low", "high"):
            if isinstance(values.get(name), float):
                values[name] = f"{values[name]:.3g}"
        if isinstance(values.get("share"), float):
            values["share"] = percent(values["share"])
        text = words(f"caution:{one['kind']}", **values)
        if text not in told:
            told.add(text)
            yield text
