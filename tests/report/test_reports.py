"""Reports to hand in say what the tables say, cell by cell, in the same bytes each time, and nothing acts."""

from __future__ import annotations

import base64
import math
import re
import zipfile
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter
from typing import Any, NoReturn

import docx
import pytest
from click.testing import CliRunner
from planner_cases.synthetic_results import MAKERS, results
from python_calamine import CalamineWorkbook

import sim
from sim.archive import Results, write_results
from sim.cli.main import main
from sim.report.markdown import escape
from sim.report.render import FORMATS
from sim.report.render.blocks import Grid, blocks_of, plain, runs_of
from sim.report.render.figure import plan_table
from sim.report.render.html import PARTS
from sim.report.render.material import Material
from sim.report.render.questions import questions_of
from sim.report.render.reports import Wanted, write_one
from sim.report.render.stress import STRESS
from sim.report.render.words import RENDER
from sim.report.screen.facts import facts_of, write_facts
from sim.report.sections import SECTIONS, section_of
from sim.report.telling import Telling
from sim.report.told import told
from sim.report.view import View
from sim.text import one_line

NAMES = (
    "=1+1", "+1+1", "@SUM(A1)", "-2+3", "=HYPERLINK(1)", "<script>alert(1)</script>", "<b>&amp;", "{{ 7*7 }}",
    "left \u202e right", "\u0623\u0647\u0644\u0627", "厂 🙂", "x" * 500, "nul \0 bell \a", "](javascript:x)",
)  # fmt: skip
"""Titles that mean something to a format."""

PLANS = ("=1+1", "@SUM(A1)", "<script>alert(1)</script>", "厂 🙂", "x" * 500)


@cache
def facts(name: str) -> dict[str, Any]:
    """Facts of a pretended study, worked out once."""
    return facts_of(results(name))


@cache
def telling(name: str) -> Telling:
    """Its views, made once."""
    return Telling(results(name), facts(name))


def report(name: str, form: str, lang: str, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    asked = Wanted(form, lang, f"report.{form}", folder / "figures")
    return write_one(asked, results(name), facts(name), folder, telling(name))


def hostile() -> Results:
    """The pretended study with hostile titles of plans, futures, classes, and a hostile site."""
    found = results("headline")
    turn = iter(range(10_000))

    def renamed(value: Any) -> Any:
        if isinstance(value, dict) and set(value) == {"en", "zh"}:
            name = NAMES[next(turn) % len(NAMES)]
            return {"en": name, "zh": name}
        if isinstance(value, dict):
            return {key: renamed(one) for key, one in value.items()}
        return [renamed(one) for one in value] if isinstance(value, list) else value

    sources = [
        {**one, "township": NAMES[n % len(NAMES)]} for n, one in enumerate(found.manifest["map"]["sources"])
    ]
    manifest = {**renamed(dict(found.manifest)), "settings": [f"a.b={NAMES[0]}"]}
    for cell in manifest["cells"]:
        name = PLANS[found.summary["plan"].unique().tolist().index(cell["plan"])]
        manifest["scenarios"][cell["scenario"]]["title"] = {"en": name, "zh": name}
    return Results(
        **found.tables, manifest={**manifest, "map": {**found.manifest["map"], "sources": sources}}
    )


def sheets(path: Path) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_a_view_in_another_language_says_what_one_of_its_own_says(name: str) -> None:
    views = Telling(results(name), facts(name))
    for lang in ("zh", "en"):
        for say, shared in ((escape, views.page(lang)), (one_line, views.line(lang))):
            own = View(told(results(name), say), lang)
            assert [section_of(shared, one) for one in SECTIONS] == [section_of(own, one) for one in SECTIONS]
            assert (shared.title, shared.footer, shared.site_titles) == (
                own.title,
                own.footer,
                own.site_titles,
            )


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_has_the_same_bytes_each_time(form: str, tmp_path: Path) -> None:
    one = report("headline", form, "zh", tmp_path)
    first = one.read_bytes()
    asked = Wanted(form, "zh", one.name, tmp_path / "figures")
    assert write_one(asked, results("headline"), facts("headline"), tmp_path).read_bytes() == first


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_workbook_holds_the_summary_cell_by_cell(lang: str, tmp_path: Path) -> None:
    found = results("headline")
    book = sheets(report("headline", "xlsx", lang, tmp_path))
    _, heads, *rows = book[{"en": "All indicators", "zh": "全部指标"}[lang]]
    summary = found.summary[~found.summary["place"].str.startswith("site:")]
    assert len(rows) == len(summary)
    named = ["plan", "future", "place", "kpi"]
    assert [row[-4:] for row in rows] == summary[named].to_numpy().tolist()
    for column, name in (
        (5, "mean"),
        (6, "ci_low"),
        (7, "ci_high"),
        (8, "p05"),
        (10, "p95"),
        (11, "tolerance"),
    ):
        for row, value in zip(rows, summary[name], strict=True):
            assert row[column] == "" if math.isnan(value) else row[column] == pytest.approx(value, rel=1e-12)
    assert len(set(heads)) == len(heads)


def test_the_first_sheet_says_what_the_first_screen_says(tmp_path: Path) -> None:
    material = Material(telling("headline"), facts("headline"), "zh")
    page = sheets(report("headline", "xlsx", "zh", tmp_path))["结论"]
    cells = {cell for row in page for cell in row}
    said = [*material.screen.headline, *(line.text for line in material.screen.lines)]
    assert set(said) <= cells
    plans = [
        row for row in page if row[1] in {one["title"]["zh"] for one in material.facts["collection"]["plans"]}
    ]
    assert len(plans) == 5 * 3
    first = material.facts["collection"]["plans"][0]
    assert plans[0][2] == pytest.approx(90 * first["in_future"][0]["overflow"]["mean"])
    assert plans[0][7] == pytest.approx(first["cost"])


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_every_sheet_has_a_question_units_a_filter_and_a_frozen_head(name: str, tmp_path: Path) -> None:
    path = report(name, "xlsx", "en", tmp_path)
    with zipfile.ZipFile(path) as parts:
        pages = [parts.read(one).decode() for one in parts.namelist() if "worksheets/sheet" in one]
        charts = [one for one in parts.namelist() if "charts/chart" in one]
    assert len(charts) == 1
    for page in pages[1:]:
        assert 'state="frozen"' in page
        assert "<autoFilter" in page
    assert not any("<f>" in page for page in pages)
    for title, rows in sheets(path).items():
        if title not in ("Verdict", "Worst sites", "Assumptions"):
            assert "unit" in rows[1], title


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_names_stay_text_in_every_format(form: str, tmp_path: Path) -> None:
    found = hostile()
    asked = Wanted(form, "en", f"report.{form}", tmp_path / "figures")
    path = write_one(asked, found, facts_of(found), tmp_path)
    {"xlsx": judge_workbook, "html": judge_html, "docx": judge_document}[form](path)


class Page(HTMLParser):
    """Tags, attributes, texts by language, and what is embedded or asked for."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "input", "img", "path", "line"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            assert self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] not in (["script"], ["style"]):
            self.texts.append(data)

    @property
    def text(self) -> str:
        return "".join(self.texts)


def judge_html(path: Path) -> None:
    page = Page(path)
    assert [tag for tag, _ in page.tags].count("script") == 1
    assert not page.open
    for tag, attributes in page.tags:
        assert tag in HTML_TAGS.split(), tag
        assert not [name for name in attributes if name.startswith("on")]
        assert not str(attributes.get("src") or "data:image/png").partition("data:image/png")[0]
        assert "href" not in attributes
    assert not [name for name in PLANS if name not in page.text]
    assert "49" not in page.text.partition("7*7")[0][-4:]
    assert "\u202e" not in page.text


def judge_document(path: Path) -> None:
    page = docx.Document(str(path))
    cells = [cell.text for table in page.tables for row in table.rows for cell in row.cells]
    said = "\n".join([*cells, *(one.text for one in page.paragraphs)])
    assert not [name for name in PLANS if name not in said]
    assert "\u202e" not in said
    with zipfile.ZipFile(path) as parts:
        body = parts.read("word/document.xml").decode()
    assert not re.search(r"<w:(hyperlink|fldSimple|instrText|altChunk)\b", body)


HTML_TAGS = """
html head meta title style body nav fieldset legend label input button span main section p h1 h2 h3 div dl
dt dd ul li svg g path line text table thead tbody tfoot tr th td details summary strong em code figure img
figcaption footer script
"""


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", sorted(MAKERS))
def test_the_document_says_what_the_page_says_with_captions_heads_and_fonts(
    name: str, lang: str, tmp_path: Path
) -> None:
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "overflow.png").write_bytes(PIXEL)
    path = report(name, "docx", lang, tmp_path)
    page, material = docx.Document(str(path)), Material(telling(name), facts(name), lang)
    texts = [one.text for one in page.paragraphs]
    assert set(material.screen.headline) <= set(texts)
    assert all(any(line.text in text for text in texts) for line in material.screen.lines)
    questions = questions_of(telling(name), lang, ["overflow"])
    heads = [one.text for one in page.paragraphs if one.style.name == "Heading 1"]
    assert heads[:-1] == [one.title for one in questions]
    grids = [block for one in questions for block in one.blocks if isinstance(block, Grid)]
    own = page.tables[1 if plan_table(material) else 0 : -1]
    for table, grid in zip(own, grids, strict=True):
        told = [[cell.text for cell in row.cells] for row in table.rows]
        assert told == [[plain(cell) for cell in row] for row in (grid.heads, *grid.rows)]
    captions = [one.text for one in page.paragraphs if one.style.name == "Caption"]
    assert len(captions) == len(page.tables) + 1
    with zipfile.ZipFile(path) as parts:
        body, styles = (parts.read(f"word/{one}.xml").decode() for one in ("document", "styles"))
    assert body.count("<w:tblHeader/>") == len(page.tables)
    assert f'descr="{material.view.words("figure:overflow")}"' in body
    assert 'w:eastAsia="宋体"' in styles
    assert 'w:eastAsia="黑体"' in styles
    assert "STRESS-DES" in heads[-1]


PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def test_the_appendix_is_there_in_both_languages_with_the_same_parts() -> None:
    for key, pair in STRESS.items():
        english, chinese = ({name for _, name, _, _ in Formatter().parse(text) if name} for text in pair)
        assert english == chinese, key
    for key, pair in RENDER.items():
        english, chinese = ({name for _, name, _, _ in Formatter().parse(text) if name} for text in pair)
        assert english == chinese, key


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_the_page_is_one_file_in_both_languages_that_asks_for_nothing(name: str, tmp_path: Path) -> None:
    path = report(name, "html", "zh", tmp_path)
    raw, page = path.read_text(encoding="utf-8"), Page(path)
    assert not re.search(r"https?://|url\(|@import|\son\w+=", raw)
    assert "default-src 'none'" in raw
    assert dict(page.tags)["html"] == {"lang": "zh"}
    for lang in ("en", "zh"):
        screen = Material(telling(name), facts(name), lang).screen
        assert not [
            one for one in (*screen.headline, *(line.text for line in screen.lines)) if one not in page.text
        ]
    checked = [
        attributes["value"] for tag, attributes in page.tags if tag == "input" and "checked" in attributes
    ]
    assert checked == ["zh"]
    assert "None" not in page.text
    assert "nan" not in page.text.split()


def test_marks_of_the_figure_say_what_the_facts_say_and_stand_in_order(tmp_path: Path) -> None:
    material = Material(telling("headline"), facts("headline"), "en")
    table = plan_table(material)
    assert table is not None
    assert [row.title for row in table.rows] == [
        row["title"]["en"] for row in material.facts["collection"]["plans"]
    ]
    for row, one_plan in zip(table.rows, material.facts["collection"]["plans"], strict=True):
        means = [one["overflow"]["mean"] for one in one_plan["in_future"]]
        assert [mark.at for mark in sorted(row.marks, key=lambda one: one.at)] == [
            row.marks[n].at for n in sorted(range(3), key=means.__getitem__)
        ]
        assert all(mark.low <= mark.at <= mark.high <= 100 for mark in row.marks)
        said = [[badge.word for badge in badges] for badges in row.badges]
        assert said == [
            [one["verdicts"][name] for one in one_plan["in_future"]] for name in ("storage", "age")
        ]
    css = (PARTS / "page.css").read_text(encoding="utf-8")
    colours = {
        word: re.search(rf"\.badge\.{word}[^{{]*{{ color: var\((--\w+)\)", css)[1]
        for word in ("meets", "fails")
    }
    assert colours == {"meets": "--good", "fails": "--bad"}
    assert ".badge.undecided, .badge.doubtful { color: var(--unsure)" in css


def test_figures_are_embedded_until_the_file_is_as_large_as_mail_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "figures").mkdir()
    for name in ("overflow", "cost"):
        (tmp_path / "figures" / f"{name}.png").write_bytes(b"\x89PNG" + bytes(900))
    monkeypatch.setattr("sim.report.render.html.LARGEST", 1300)
    page = Page(report("headline", "html", "en", tmp_path))
    assert [attributes["alt"] for tag, attributes in page.tags if tag == "img"] == [
        "Overflow by plan and future"
    ]
    assert "figure in its own file: figures/cost.png" in page.text


def test_blocks_give_back_what_the_page_means() -> None:
    (grid,) = blocks_of("| a \\| b | **c** |\n|---|---|\n| 1 | \\*x\\* |")
    assert isinstance(grid, Grid)
    assert [plain(cell) for cell in grid.heads] == ["a | b", "c"]
    assert grid.rows == (((("1", ""),), (("*x*", ""),)),)
    assert runs_of("a *b* **c** `d_e` \\<") == (
        ("a ", ""), ("b", "em"), (" ", ""), ("c", "strong"), (" ", ""), ("d_e", "code"), (" <", ""),
    )  # fmt: skip


def judge_workbook(path: Path) -> None:
    with zipfile.ZipFile(path) as parts:
        texts = {one: parts.read(one).decode() for one in parts.namelist()}
    pages = [text for one, text in texts.items() if "worksheets/sheet" in one]
    assert not any("<f>" in page or "<hyperlink" in page for page in pages)
    cells = {cell for rows in sheets(path).values() for row in rows for cell in row}
    assert set(PLANS) <= cells
    assert not any("\u202e" in str(cell) or "\0" in str(cell) for cell in cells)


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_that_fails_is_told_and_the_run_is_kept(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sim.report import page

    def broken(*_: Any) -> NoReturn:
        raise IndexError("no such thing")

    monkeypatch.setattr(f"sim.report.render.{FORMATS[form]}.write", broken)
    monkeypatch.setattr(page, "PLOTS", {})
    monkeypatch.setattr(page, "BESIDE", ())
    found = page.write_report(results("single"), tmp_path, "en")
    assert [one.partition(":")[0] for one in found.failures] == [f"report.{form}"]
    assert f"- report.{form}: IndexError: no such thing" in (tmp_path / "answer.md").read_text(
        encoding="utf-8"
    )
    others = {f"report.{one}" for one in FORMATS if one != form}
    assert {path.name for path in tmp_path.iterdir()} == {"answer.md", "facts.json", *others}


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of a study on disk, below a folder of all results."""
    folder = tmp_path_factory.mktemp("work") / "results" / "mini" / "20260101T000000Z-aaaaaaaa"
    folder.mkdir(parents=True)
    write_results(results("single"), folder)
    write_facts(facts("single"), folder)
    (folder.parent / "latest").write_text(folder.name + "\n", encoding="utf-8")
    return folder


def test_the_command_makes_reports_of_the_newest_result_in_both_languages(
    archived: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(archived.parents[2])
    monkeypatch.setattr("sim.report.page.PLOTS", {})
    asked = ["report", "--format", "xlsx,html,docx", "--lang", "zh,en", "--out", str(tmp_path / "out")]
    answer = CliRunner().invoke(main, asked)
    assert answer.exit_code == 0, answer.output
    written = sorted((tmp_path / "out").iterdir())
    assert [path.name for path in written] == [
        "report.docx", "report.en.docx", "report.en.xlsx", "report.html", "report.xlsx",
    ]  # fmt: skip
    assert {Path(line) for line in answer.stdout.split()} == set(written)
    assert "结论" in sheets(written[4])
    assert "Verdict" in sheets(written[2])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--format", "pdf"], "'pdf' is not among"),
        (["--lang", "fr"], "'fr' is not among en, zh"),
        (["nowhere"], "nowhere holds no such results"),
        ([], "results holds no results of `run` or `compare` yet"),
    ],
)
def test_what_cannot_be_reported_is_a_sentence(
    words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = CliRunner().invoke(main, ["report", *words])
    assert answer.exit_code == 2
    assert said in re.sub(r"[\s│]+", " ", answer.output)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_format_is_an_argument_error() -> None:
    with pytest.raises(sim.ArgumentError, match="formats has 'pdf'; there are"):
        sim.write_reports("x", formats=["pdf"])
