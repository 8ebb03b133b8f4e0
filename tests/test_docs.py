"""Docs say what the code says, and every link of theirs leads somewhere."""

import re
from pathlib import Path

import kpis_page
import pytest
import reference_pages

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "results" / "README.md"])
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)[^)]*\)")


def test_the_page_of_kpis_is_what_the_code_defines():
    written = kpis_page.PAGE.read_text(encoding="utf-8")
    assert written == kpis_page.page(), "run: python tests/kpis_page.py"


def test_the_reference_is_what_the_code_and_the_shipped_files_say():
    said = {path.name: path.read_text(encoding="utf-8") for path in reference_pages.FOLDER.iterdir()}
    assert said == reference_pages.pages(), "run: python tests/reference_pages.py"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page):
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_modules_that_the_docs_name_exist():
    for page in PAGES:
        for path in re.findall(r"`((?:sim|scenarios|tests|docs)/[\w./]+)`", page.read_text(encoding="utf-8")):
            assert (ROOT / path).exists(), f"{page.name}: {path}"
