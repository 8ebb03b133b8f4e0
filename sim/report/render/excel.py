"""The workbook: the verdict with a chart, then a sheet per question. Text is text, never a formula."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range_abs

from sim.report.render.material import Facts, Material
from sim.report.render.sheets import SHEETS, Column, Sheet, Value
from sim.report.telling import Telling

MADE = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed date, so that equal inputs give equal bytes
LONGEST = 32_000
"""Letters of a cell: Excel holds 32,767."""

NUMBERS = {"share": "0.00%", "money": "#,##0", "number": "#,##0.00", "whole": "#,##0", "plain": "0",
           "small": "0.0000"}  # fmt: skip
BY_UNIT = {"1": "share", "CNY/yr": "money", "CNY/t": "money"}
COLOURS = {"good": "#1a7f37", "bad": "#b42318", "unsure": "#9a6700", "plain": "#57606a"}
FILLS = {"meets": "#DDF4E4", "fails": "#FBE0E0", "undecided": "#FFF3CD", "doubtful": "#FFF3CD"}
SERIES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
ARMS = (9, 10)
"""Columns with the arms of the intervals, which the chart draws."""
WIDE = 11
"""Columns that the sentences of the first sheet run over."""


def write(telling: Telling, facts: Facts, lang: str, figures: Path, path: Path) -> None:
    """Write the workbook; equal results give equal bytes. It has a chart of its own, and no figures."""
    write_excel(Material(telling, facts, lang), path)


def write_excel(material: Material, path: Path) -> None:
    """Write the workbook of facts and tables in one language."""
    with xlsxwriter.Workbook(
        path, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    ) as book:
        book.set_properties({"title": material.title, "author": "waste-planner", "created": MADE})
        book.formats[0].set_font_name("Microsoft YaHei" if material.lang == "zh" else "Calibri")
        styles = Styles(book, material.lang)
        _Verdict(book, styles, material).write()
        for make in SHEETS.values():
            sheet = make(material)
            if sheet.rows:
                _write_sheet(book, styles, material, sheet)


class Styles:
    """Formats of the workbook, each made once."""

    def __init__(self, book: Any, lang: str) -> None:
        self._book, self._made = book, {}  # type: Any, dict[str, Any]
        self.font = "Microsoft YaHei" if lang == "zh" else "Calibri"

    def __call__(self, **asked: Any) -> Any:
        """Format with these properties."""
        key = repr(sorted(asked.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({"font_name": self.font, "valign": "top", **asked})
        return self._made[key]

    @property
    def head(self) -> Any:
        """Head of a column."""
        return self(bold=True, text_wrap=True, bottom=1, bg_color="#EEF2F6")


def _write_sheet(book: Any, styles: Styles, material: Material, sheet: Sheet) -> None:
    page = book.add_worksheet(sheet.name)
    _text(page, 0, 0, sheet.question, styles(bold=True, font_size=13))
    for number, column in enumerate(sheet.columns):
        page.set_column(number, number, column.width, styles())
        _text(page, 1, number, column.title, styles.head)
    formats = [_formats(styles, column) for column in sheet.columns]
    for row, values in enumerate(sheet.rows):
        unit = BY_UNIT.get(sheet.units[row], "number") if sheet.units else ""
        for number, value in enumerate(values):
            _cell(page, row + 2, number, value, formats[number].get(unit) or formats[number][""])
    page.freeze_panes(2, 1)
    page.autofilter(1, 0, len(sheet.rows) + 1, len(sheet.columns) - 1)
    if sheet.more:
        shown = material.say(
            "first_of", shown=len(sheet.rows), all=len(sheet.rows) + sheet.more, file="*.csv"
        )
        _text(page, len(sheet.rows) + 2, 0, shown, styles(italic=True))
    _to_print(page)


def _formats(styles: Styles, column: Column) -> dict[str, Any]:
    if column.kind == "by_unit":
        return {kind: styles(num_format=text) for kind, text in NUMBERS.items()} | {"": styles()}
    return {"": styles(num_format=NUMBERS[column.kind]) if column.kind in NUMBERS else styles()}


def _cell(page: Any, row: int, column: int, value: Value, style: Any) -> None:
    if isinstance(value, str):
        _text(page, row, column, value, style)
    elif value is not None:
        page.write_number(row, column, value, style)


def _text(page: Any, row: int, column: int, text: str, style: Any) -> None:
    if text:
        page.write_string(row, column, text[:LONGEST], style)


def _to_print(page: Any) -> None:
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(1)


class _Verdict:
    """The first sheet: headline, labelled sentences, table of plans, chart."""

    def __init__(self, book: Any, styles: Styles, material: Material) -> None:
        self.book, self.styles, self.material = book, styles, material
        self.page = book.add_worksheet(material.say("sheet:verdict"))
        self.row = 0

    def write(self) -> None:
        """Write it from top to bottom."""
        screen, styles = self.material.screen, self.styles
        self.page.hide_gridlines(2)
        self.page.set_column(0, 0, 34)
        self.page.set_column(1, 1, 30)
        self.page.set_column(2, WIDE, 14)
        self.page.set_column(5, 6, 24)
        self._line(self.material.title, font_size=11, font_color="#57606a")
        self._line(self.material.subtitle, font_size=10, font_color="#57606a")
        for sentence in screen.headline:
            self._line(sentence, bold=True, font_size=15)
        self.row += 1
        for line in screen.lines:
            tone = COLOURS.get(line.tone, COLOURS["plain"])
            label = styles(bold=True, font_color=tone, align="right", right=5, right_color=tone)
            _text(self.page, self.row, 0, line.label, label)
            self._merged(self.row, 1, line.text, styles(text_wrap=True, indent=1), letters=150)
            self.row += 1
        self.row += 1
        self._line(self.material.say("sheet:note"), italic=True, font_color="#57606a")
        if self.material.facts["collection"]:
            self._plans()
        elif self.material.facts["bulk"]:
            self._cases()
        self.page.set_landscape()
        self.page.set_paper(9)
        self.page.fit_to_pages(1, 0)

    def _line(self, text: str, **asked: Any) -> None:
        size = asked.get("font_size", 11)
        self._merged(self.row, 0, text, self.styles(text_wrap=True, **asked), round(190 * 11 / size))
        self.row += 1

    def _merged(self, row: int, column: int, text: str, style: Any, letters: int) -> None:
        """Text over the whole width, its row as high as its lines need."""
        self.page.merge_range(row, column, row, WIDE, "", style)
        _text(self.page, row, column, text, style)
        wide = sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)
        lines = min(20, -(-wide // letters) or 1)
        self.page.set_row(row, 1.35 * style.font_size * lines + 3)

    def _heads(self, names: Sequence[str]) -> None:
        for column, name in enumerate(names):
            _text(self.page, self.row, column, self.material.say(f"col:{name}"), self.styles.head)
        self.page.set_row(self.row, 45)
        self.row += 1

    def _plans(self) -> None:
        """A row per future and plan, so that each future is one series of the chart."""
        collection, lang = self.material.facts["collection"], self.material.lang
        sites = collection["sites"]
        self._heads(
            ("future", "plan", "overflow", "low", "high", "storage", "age", "cost", "extra", "up", "down")
        )
        first = self.row
        for number, future in enumerate(collection["futures"]):
            for row in collection["plans"]:
                there = row["in_future"][number]
                _text(self.page, self.row, 0, str(future["title"][lang]), self.styles())
                _text(self.page, self.row, 1, str(row["title"][lang]), self.styles(text_wrap=True))
                for column, key in enumerate(("mean", "low", "high"), 2):
                    value = there["overflow"] and there["overflow"][key]
                    shown = None if value is None else value * sites
                    _cell(self.page, self.row, column, shown, self.styles(num_format="0.00"))
                for column, name in enumerate(("storage", "age"), 5):
                    self._verdict(column, there["verdicts"][name])
                for column, key in enumerate(("cost", "extra_cost"), 7):
                    value = row[key] if number == 0 else None
                    _cell(self.page, self.row, column, value, self.styles(num_format="#,##0"))
                for column, end in zip(ARMS, ("high", "low"), strict=True):
                    arm = abs(_arm(there["overflow"], end, sites))
                    self.page.write_number(self.row, column, arm, self.styles(num_format="0.00"))
                self.row += 1
        self._chart(first, len(collection["plans"]))

    def _range(self, top: int, plans: int, column: int) -> str:
        """Cells of a future's plans, as a chart refers to them."""
        name = self.page.get_name().replace("'", "''")
        return f"='{name}'!{xl_range_abs(top, column, top + plans - 1, column)}"

    def _verdict(self, column: int, word: str) -> None:
        style = self.styles(bg_color=FILLS[word], text_wrap=True) if word in FILLS else self.styles()
        _text(self.page, self.row, column, self.material.say(word), style)

    def _chart(self, first: int, plans: int) -> None:
        """Bars of the plans, a series per future, with their intervals."""
        collection, name = self.material.facts["collection"], self.page.get_name()
        if not any(there["overflow"] for row in collection["plans"] for there in row["in_future"]):
            return
        chart = self.book.add_chart({"type": "bar"})
        sites, limit = collection["sites"], collection["limits"]["overflow"]
        for number, future in enumerate(collection["futures"]):
            top = first + number * plans
            chart.add_series(
                {
                    "name": [name, top, 0] if future["title"][self.material.lang] else "",
                    "categories": [name, top, 1, top + plans - 1, 1],
                    "values": [name, top, 2, top + plans - 1, 2],
                    "fill": {"color": SERIES[number % len(SERIES)]},
                    "y_error_bars": {
                        "type": "custom",
                        "plus_values": self._range(top, plans, ARMS[0]),
                        "minus_values": self._range(top, plans, ARMS[1]),
                    },
                }
            )
        key = "chart:title" if limit is None else "chart:limit"
        said = {} if limit is None else {"limit": f"{limit * sites:.2g}"}
        chart.set_title({
            "name": self.material.say(key, sites=sites, **said),
            "name_font": {"size": 12, "bold": True, "name": self.styles.font}, "overlay": False,
        })  # fmt: skip
        chart.set_y_axis({"reverse": True, "num_font": {"name": self.styles.font}})
        highest = max(
            one["overflow"]["high"] or one["overflow"]["mean"]
            for row in collection["plans"]
            for one in row["in_future"]
            if one["overflow"]
        )
        chart.set_x_axis(
            {
                "num_format": "0", "min": 0, "max": max(1, math.ceil(highest * sites)),
                "major_gridlines": {"visible": True, "line": {"color": "#D0D7DE"}},
            }
        )  # fmt: skip
        chart.set_legend({"none": True} if len(collection["futures"]) == 1 else {"position": "bottom"})
        height = 110 + plans * (24 + 16 * len(collection["futures"]))
        chart.set_size({"width": 900, "height": min(height, 1200)})
        self.page.insert_chart(
            self.row + 1, 0, chart, {"object_position": 3, "description": chart.title.name}
        )

    def _cases(self) -> None:
        """A row per case of the kiln."""
        for column, key in enumerate(("sheet:slag", "col:mean", "col:low", "col:high", "col:verdict")):
            _text(self.page, self.row, column, self.material.say(key), self.styles.head)
        self.row += 1
        for cell in self.material.facts["bulk"]["cells"]:
            title = cell["title"][self.material.lang]
            _text(self.page, self.row, 0, str(title), self.styles(text_wrap=True))
            for column, key in enumerate(("mean", "low", "high"), 1):
                value = cell["overflow"] and cell["overflow"][key]
                _cell(self.page, self.row, column, value, self.styles(num_format="0.0%"))
            self._verdict(4, cell["verdicts"]["yard"])
            self.row += 1


def _arm(estimate: Any, end: str, sites: int) -> float:
    """From the mean to one end of its interval, in sites."""
    if estimate is None or estimate[end] is None:
        return 0.0
    return float(estimate[end] - estimate["mean"]) * sites
