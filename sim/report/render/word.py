"""The report as a Word document, ready to be pasted from: headings, captions, tables, figures, appendix."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from sim.report.markdown import width
from sim.report.render.blocks import Block, Grid, Heading, Paragraph, Points, Runs
from sim.report.render.figure import plan_table
from sim.report.render.material import Facts, Material
from sim.report.render.questions import figures_in, questions_of
from sim.report.render.stress import rows_of, say
from sim.report.screen.text import MARKS
from sim.report.telling import Telling

MADE = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed date, so that equal inputs give equal bytes
ZIPPED = (1980, 1, 1, 0, 0, 0)
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
PAGE_CM, PAGE_DXA = 17.0, 9638
"""Width of the text of an A4 page with margins of 2 cm; a twentieth of a point is one dxa."""

FONTS = {"body": ("Calibri", "宋体"), "head": ("Calibri", "黑体")}
"""Latin and Chinese fonts."""

HEADS = ("Title", "Heading 1", "Heading 2", "Heading 3", "Caption")
NARROW, WIDE = 9, 36
"""Letters that a column counts for at least and at most when the width is shared out."""


def write(telling: Telling, facts: Facts, lang: str, figures: Path, path: Path) -> None:
    """Write the document; equal results give equal bytes."""
    material = Material(telling, facts, lang)
    page = _Document(material, figures)
    page.first_screen()
    for question in questions_of(telling, lang, figures_in(figures)):
        page.heading(question.title, 1)
        for block in question.blocks:
            page.block(block)
        for name in question.figures:
            page.figure(name)
    page.appendix()
    path.write_bytes(_fixed(page.bytes()))


def _fixed(data: bytes) -> bytes:
    """The same file with one date for all of its parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as parts, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in parts.namelist():
            how = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            copy.writestr(zipfile.ZipInfo(name, ZIPPED), parts.read(name), how)
    return made.getvalue()


class _Document:
    """The document while it is written, from top to bottom."""

    def __init__(self, material: Material, figures: Path) -> None:
        self.material, self.figures = material, figures
        self.page = docx.Document()
        self.tables, self.pictures, self.last = 0, 0, ""
        self._set_up()

    def _set_up(self) -> None:
        section = self.page.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
            setattr(section, side, Cm(2))
        defaults = self.page.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:rFonts')}")
        if defaults is not None:
            _set_fonts(defaults, *FONTS["body"])
        for name in ("Normal", *HEADS, "List Bullet"):
            style: Any = self.page.styles[name]
            _set_fonts(
                style.element.get_or_add_rPr().get_or_add_rFonts(),
                *FONTS["head" if name in HEADS else "body"],
            )
            style.font.color.rgb = RGBColor(0x1F, 0x23, 0x28)
        normal: Any = self.page.styles["Normal"]
        normal.font.size = Pt(10.5)
        properties = self.page.core_properties
        properties.title, properties.author = self.material.title[:255], "waste-planner"
        properties.created = properties.modified = MADE
        properties.comments = properties.last_modified_by = ""
        properties.language = {"en": "en-GB", "zh": "zh-CN"}[self.material.lang]

    def bytes(self) -> bytes:
        """The file."""
        made = io.BytesIO()
        self.page.save(made)
        return made.getvalue()

    # --- parts ---------------------------------------------------------------------------------------

    def heading(self, text: str, level: int) -> None:
        """Heading; 0 is the title."""
        self.last = text
        self.paragraph(((text, ""),), f"Heading{level}" if level else "Title")

    def paragraph(self, runs: Runs, style: str = "", with_next: bool = False) -> None:
        """Paragraph with its emphasis; the style by its identifier, looking it up by name takes long."""
        made = self.page.add_paragraph()
        if with_next:
            made.paragraph_format.keep_with_next = True
        if style:
            made._p.style = style
        for text, how in runs:
            run = made.add_run(text)
            if how == "strong":
                run.bold = True
            elif how == "em":
                run.italic = True

    def block(self, block: Block) -> None:
        """One block of a question."""
        match block:
            case Heading(runs):
                self.heading("".join(text for text, _ in runs), 2)
            case Paragraph(runs):
                self.paragraph(runs)
            case Points(items):
                for item in items:
                    self.paragraph(item, "ListBullet")
            case Grid(heads, rows):
                self.table(heads, rows)

    def table(self, heads: Sequence[Runs], rows: Sequence[Sequence[Runs]], caption: str = "") -> None:
        """Table whose head is repeated on every page, below its caption; else that is the last heading."""
        self.tables += 1
        told = self.material.say("word:table", number=self.tables, text=caption or self.last)
        self.paragraph(((told, ""),), "Caption", with_next=True)
        self.page.element.body.sectPr.addprevious(parse_xml(_table(heads, rows)))
        self.page.add_paragraph()

    def figure(self, name: str) -> None:
        """Figure with its caption below, and its description for those who do not see it."""
        self.pictures += 1
        text = self.material.view.words(f"figure:{name}")
        shape = self.page.add_picture(str(self.figures / f"{name}.png"), width=Cm(PAGE_CM))
        about: Any = shape._inline.docPr
        about.set("descr", text)
        about.set("name", name)
        self.paragraph(((self.material.say("word:figure", number=self.pictures, text=text), ""),), "Caption")

    # --- what there is -------------------------------------------------------------------------------

    def first_screen(self) -> None:
        """Title, headline, labelled sentences, table of plans."""
        screen, colon = self.material.screen, ": " if self.material.lang == "en" else "："
        self.heading(self.material.title, 0)
        self.paragraph(((self.material.subtitle, ""),))
        for sentence in screen.headline:
            self.paragraph(((sentence, "strong"),))
        for line in screen.lines:
            self.paragraph(((f"{line.label}{colon}", "strong"), (line.text, "")), "ListBullet")
        table = plan_table(self.material)
        if table is None:
            return
        rows = [
            [
                _plain(row.title), _plain("\n".join(mark.told for mark in row.marks)),
                *(_plain("/".join(MARKS[badge.word] for badge in badges)) for badges in row.badges),
                _plain(row.cost),
            ]
            for row in table.rows
        ]  # fmt: skip
        self.table([_plain(head) for head in table.heads], rows, self.material.say("page:answer"))
        self.paragraph(((self.material.say("word:note"), ""),))

    def appendix(self) -> None:
        """STRESS-DES."""
        self.heading(say(self.material, "title"), 1)
        self.paragraph(((say(self.material, "lead"), ""),))
        heads = [_plain(say(self.material, key)) for key in ("item", "answer")]
        rows = [[_plain(text) for text in row] for row in rows_of(self.material)]
        self.table(heads, rows, say(self.material, "title"))


def _plain(text: str) -> Runs:
    return ((text, ""),)


def _set_fonts(fonts: Any, latin: str, chinese: str) -> None:
    """Fonts by name; those of the theme would win over them."""
    for name in [name for name in fonts.attrib if "Theme" in name]:
        del fonts.attrib[name]
    for name, font in (("ascii", latin), ("hAnsi", latin), ("eastAsia", chinese), ("cs", latin)):
        fonts.set(qn(f"w:{name}"), font)


def _table(heads: Sequence[Runs], rows: Sequence[Sequence[Runs]]) -> str:
    """Table as XML: thousands of cells one by one through the library would take seconds."""
    widths = _widths([heads, *rows])
    grid = "".join(f'<w:gridCol w:w="{one}"/>' for one in widths)
    head = _row(heads, widths, "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>", bold=True)
    body = "".join(_row(row, widths, "<w:trPr><w:cantSplit/></w:trPr>") for row in rows)
    return (
        f'<w:tbl {W}><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{head}{body}</w:tbl>'
    )


def _row(cells: Sequence[Runs], widths: Sequence[int], properties: str, bold: bool = False) -> str:
    made = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/></w:tcPr>{_cell(runs, bold)}</w:tc>'
        for runs, wide in zip(cells, widths, strict=True)
    )
    return f"<w:tr>{properties}{made}</w:tr>"


def _cell(runs: Runs, bold: bool) -> str:
    pieces = "".join(_run(text, how, bold) for text, how in runs)
    spacing = '<w:spacing w:before="20" w:after="20" w:line="240" w:lineRule="auto"/>'
    return f"<w:p><w:pPr>{spacing}</w:pPr>{pieces}</w:p>"


def _run(text: str, how: str, bold: bool) -> str:
    style = ("<w:b/>" if bold or how == "strong" else "") + ("<w:i/>" if how == "em" else "")
    lines = '</w:t><w:br/><w:t xml:space="preserve">'.join(escape(text).split("\n"))
    return f'<w:r><w:rPr>{style}<w:sz w:val="17"/></w:rPr><w:t xml:space="preserve">{lines}</w:t></w:r>'


def _widths(rows: Sequence[Sequence[Runs]]) -> list[int]:
    """Widths of the columns, shared out by their longest text within bounds."""
    need = [max(NARROW, min(WIDE, max(map(_letters, column)))) for column in zip(*rows, strict=True)]
    shared = [PAGE_DXA * one // sum(need) for one in need]
    return [*shared[:-1], PAGE_DXA - sum(shared[:-1])]


def _letters(runs: Runs) -> int:
    """Columns of the longest line of a cell."""
    return max(map(width, "".join(text for text, _ in runs).split("\n")))
