"""Small charts for tables."""

from __future__ import annotations

from fractions import Fraction

from bs4 import BeautifulSoup

from bulletin.export.html.bars import month_bars


def test_a_month_has_its_share_of_the_highest_and_zero_is_seen() -> None:
    rates = {1: Fraction(1, 4), 2: Fraction(1, 8), 3: Fraction(0)}
    chart = BeautifulSoup(month_bars("甲县逐月现场签到率", rates, range(1, 5), Fraction(1, 4)), "html.parser")
    assert chart.path is not None
    assert chart.path["d"] == "M0 18v-18h5V18zM7 18v-9h5V18zM14 18v-0.8h5V18z"


def test_the_figures_stand_in_words_for_those_who_cannot_see_them() -> None:
    chart = BeautifulSoup(month_bars("率", {6: Fraction(1, 3)}, [5, 6], Fraction(1)), "html.parser")
    assert chart.svg is not None
    assert chart.svg["role"] == "img"
    assert chart.svg.get_text() == "率：5月—，6月33.33%"


def test_all_zero_rates_draw_a_line_of_stumps() -> None:
    assert month_bars("率", {1: Fraction(0)}, [1], Fraction(0)).count("v-0.8") == 1


def test_a_name_is_data() -> None:
    assert "<b>" not in month_bars("<b>", {1: Fraction(1)}, [1], Fraction(1))
