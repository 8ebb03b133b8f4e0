"""The part of a sensitivity page that says where a plan fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.report.markdown import section, table

if TYPE_CHECKING:
    from sim.report.influence import Book


def fails_sections(book: Book) -> list[str]:
    """What fails, how often, and where: the box in one sentence, or what tells failures apart."""
    words, manifest = book.words, book.manifest
    counts = manifest["failing"]
    parts = [words("fails:count", rule=rule_of(book), fail=counts["fail"], points=counts["points"])]
    heads: tuple[str, ...] = ()
    if manifest["box"] is not None:
        parts.append(_box(book))
    elif not book.found.indices.empty:
        parts.append(_splits(book))
    return [section(words("head:box"), "\n\n".join(parts), *heads)]


def rule_of(book: Book) -> str:
    """What failing means."""
    said = book.asked()[0][0]
    limit = book.manifest["limit"]
    key = "fails:under" if limit["at_least"] else "fails:over"
    return book.words(key, what=book.words.inside(said.title), value=book.value(said, limit["value"]))


def _box(book: Book) -> str:
    from sim.report.influence import percent, short_of

    words, box = book.words, book.manifest["box"]
    if not box["restrictions"]:
        return words("box:none")
    sides = [_side(book, row) for _, row in book.found.box.iterrows()]
    sentence = words(
        "box:sentence", plan=book.plan(book.manifest["plan"]), rule=rule_of(book),
        sides=words("box:and").join(sides), coverage=percent(box["coverage"]),
        density=percent(box["density"]), points=box["points"], mass=percent(box["mass"]),
    )  # fmt: skip
    lines = [
        [f"`{row['path']}`", short_of(row["from"]) or row["values"] or "–", short_of(row["to"]) or "–",
         f"{row['range_low']} – {row['range_high']}" if row["range_low"] else "–", f"{row['p_value']:.1g}"]
        for _, row in book.found.box.iterrows()
    ]  # fmt: skip
    heads = [words("col:assumption"), "≥", "≤", words("col:range"), words("col:p")]
    return f"{sentence}\n\n{table(heads, lines)}"


def _side(book: Book, row: Any) -> str:
    from sim.report.influence import short_of

    words = book.words
    unit = f" {row['factor_unit']}" if row["factor_unit"] not in ("", "1") else ""
    low, high = short_of(row["from"]) + unit, short_of(row["to"]) + unit
    if row["values"]:
        named = [words("box:future_none") if one == "-" else one for one in row["values"].split()]
        return words("box:words", path=row["path"], values=words("box:or").join(named))
    if row["from"] and row["to"]:
        return words("box:between", path=row["path"], low=low, high=high)
    if row["from"]:
        return words("box:from", path=row["path"], low=low)
    return words("box:to", path=row["path"], high=high)


def _splits(book: Book) -> str:
    words = book.words
    rows = book.found.indices
    telling = rows[rows["role"] == "decides"]
    if telling.empty:
        return words("split:none")
    named = [_split(book, row) for _, row in telling.iterrows()]
    shown = [
        [f"`{row['path']}`", f"{row['low']} – {row['high']}" if row["high"] else row["low"],
         f"{row['distance']:.2f}", f"{row['p_adjusted']:.1g}"]
        for _, row in rows.head(12).iterrows()
    ]  # fmt: skip
    heads = [words(f"col:{name}") for name in ("assumption", "range", "distance", "p")]
    return words("split:some", factors=words.join(named)) + "\n\n" + table(heads, shown)


def _split(book: Book, row: Any) -> str:
    from sim.report.influence import short_of

    if row["fails_most_at"]:
        return book.words("split:word", path=row["path"], word=row["fails_most_at"])
    higher = float(row["failing_share"]) > float(row["other_share"])
    key = "split:higher" if higher else "split:lower"
    return book.words(
        key, path=row["path"], fail=short_of(row["failing_median"]), other=short_of(row["other_median"])
    )
