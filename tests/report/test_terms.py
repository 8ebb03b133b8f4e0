"""The glossary has the words that KPIs, axes and figures are titled with, in both languages alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.report.titles import KPI_TITLES
from sim.report.words import WORDS

ROOT = Path(__file__).resolve().parents[2]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs" / "GLOSSARY.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("|") and not line.startswith(("| English", "|---"))
]
TERMS = [(english.lower().split(", "), chinese.split("、")) for english, chinese, _ in ROWS]
TITLES = ("axis:", "figure:", "place:", "chain:")
TITLED = KPI_TITLES | {name: pair for name, pair in WORDS.items() if name.startswith(TITLES)}


@pytest.mark.parametrize("name", TITLED)
def test_a_title_has_a_word_of_the_glossary_in_both_languages(name: str) -> None:
    english, chinese = TITLED[name]
    alike = (
        any(word in english.lower() for word in words) and any(sign in chinese for sign in signs)
        for words, signs in TERMS
    )
    assert any(alike), (
        f"{english} / {chinese}: docs/GLOSSARY.md has no word of it, or translates it otherwise"
    )


def test_pages_and_files_say_the_chinese_words_of_the_glossary() -> None:
    files = sorted((ROOT / "scenarios").glob("*/*/*.yaml"))
    said = "".join(chinese for _, chinese in [*WORDS.values(), *KPI_TITLES.values()])
    said += "".join(path.read_text(encoding="utf-8") for path in files)
    assert [sign for _, signs in TERMS for sign in signs if sign not in said] == []


def test_every_entry_says_a_sentence_and_stands_once() -> None:
    assert len({row[0] for row in ROWS}) == len(ROWS)
    for english, _, meaning in ROWS:
        assert meaning.endswith("."), english
        assert len(meaning.split()) >= 5, english
