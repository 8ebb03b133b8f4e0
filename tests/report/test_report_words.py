from __future__ import annotations

import math
import string

import pytest

from sim.report.markdown import table, width
from sim.report.numbers import amount, decimals, percent, rough, show, show_some
from sim.report.style import wrap
from sim.report.titles import KPI_TITLES
from sim.report.view import Estimate, read_verdict
from sim.report.words import WORDS, Words, kpi_title


def estimate(mean: float, low: float, high: float) -> Estimate:
    return Estimate(mean, low, high, mean, mean, mean, 200, math.nan, "")


@pytest.mark.parametrize("key", sorted(WORDS))
def test_both_languages_take_the_same_values(key: str) -> None:
    english, chinese = WORDS[key]
    fields = [
        {name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (english, chinese)
    ]
    assert fields[0] == fields[1]


def test_every_kpi_has_a_title_in_both_languages() -> None:
    import sim.kpi.measure  # noqa: F401
    from sim.kpi.registry import KPIS

    missing = set(KPIS).difference(KPI_TITLES)
    assert not missing
    assert kpi_title("cost:operator", "en") == "running cost: operator"
    assert kpi_title("cost:operator", "zh") == "运行费用（运营单位）"


def test_a_number_has_the_digits_that_its_interval_supports() -> None:
    assert decimals(0.4) == 1
    assert decimals(0.12) == 2
    assert decimals(30) == 0
    assert percent(estimate(0.1142, 0.104, 0.125)) == "11.4 % (10.4–12.5)"
    assert amount(estimate(42.31, 38.2, 46.5)) == "42 (38–46)"


def test_nothing_seen_is_shown_with_its_upper_bound() -> None:
    assert percent(estimate(0.0, 0.0, 0.018)) == "0 % (≤ 1.8)"
    assert percent(estimate(0.0, 0.0, 0.1446)) == "0 % (≤ 14)"


def test_what_all_runs_had_is_shown_with_its_lower_bound() -> None:
    assert percent(estimate(1.0, 0.982, 1.0)) == "100 % (≥ 98.2)"
    assert percent(estimate(1.0, 0.8554, 1.0)) == "100 % (≥ 86)"


def test_little_is_not_shown_as_nothing() -> None:
    assert show_some(0.3, 0) == "< 1"
    assert show_some(0.5, 0) == "< 1"
    assert show_some(0.7, 0) == "1"
    assert show_some(0.0, 2) == "0.00"
    assert amount(estimate(7e-5, 1e-5, 2e-4)) == "< 0.01"
    assert amount(estimate(0.004, 0.001, 0.03)) == "< 0.01 (≤ 0.03)"
    assert percent(estimate(3e-5, 1e-5, 0.02)) == "< 0.01 % (≤ 2.0)"
    assert percent(estimate(1e-4, 1e-5, 0.19)) == "0.01 % (≤ 19)"


def test_a_missing_number_is_a_dash_and_there_is_no_minus_zero() -> None:
    assert percent(None) == "–"
    assert show(math.nan, 1) == "–"
    assert show(-0.01, 1) == "0.0"
    assert rough(17.77, 2) == "18"


def test_a_table_is_aligned_with_chinese_in_it_and_drops_empty_columns() -> None:
    lines = table(["方案", "b", "c"], [["长途", "1", ""], ["x", "22", "–"]]).splitlines()
    assert len({width(line) for line in lines}) == 1
    assert "c" not in lines[0]


def test_labels_wrap_between_words_and_between_chinese_letters() -> None:
    assert wrap("Off-peak days of 2021 (110)", 16) == "Off-peak days of\n2021 (110)"
    assert wrap("集中收集试点，60天一轮", 14) == "集中收集试点，\n60天一轮"
    assert wrap("short", 16) == "short"
    assert wrap("长途收运（现状）", 10) == "长途收运\n（现状）"
    assert wrap("长途收运（A类）", 10) == "长途收运\n（A类）"
    assert wrap("年错峰停窑（110）", 16) == "年错峰停窑\n（110）"


@pytest.mark.parametrize("text", ["（现状）末（", "a （b c）d。", "（（2））", "》《", "  x "])
def test_wrapping_loses_no_letter(text: str) -> None:
    assert "".join(wrap(text, 4).split()) == "".join(text.split())


def test_containers_have_a_plural() -> None:
    words = Words("en")
    assert words.container("drum", 1) == "drum"
    assert words.container("box", 2) == "boxes"
    assert Words("zh").container("drum", 2) == "桶"


@pytest.mark.parametrize(
    ("text", "word"), [("meets", "meets"), ("FAILS", "fails"), ("undecided", "undecided"), ("", "")]
)
def test_verdicts_are_read(text: str, word: str) -> None:
    assert read_verdict(text) == word
