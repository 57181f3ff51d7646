"""Periods and the ISO weeks that belong to them: a week goes where its Thursday lies."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bulletin.project.errors import BulletinError
from bulletin.project.periods import other_period, parse_period, right_before, since
from tests.builders import params_of


@pytest.mark.parametrize(
    ("name", "first", "last", "title"),
    [
        ("2023", date(2023, 1, 1), date(2023, 12, 31), "2023年度"),
        ("2023Q1", date(2023, 1, 1), date(2023, 3, 31), "2023年第一季度"),
        ("2023Q2", date(2023, 4, 1), date(2023, 6, 30), "2023年第二季度"),
        ("2023Q3", date(2023, 7, 1), date(2023, 9, 30), "2023年第三季度"),
        ("2023Q4", date(2023, 10, 1), date(2023, 12, 31), "2023年第四季度"),
        ("2023-06", date(2023, 6, 1), date(2023, 6, 30), "2023年6月"),
        ("2023-12", date(2023, 12, 1), date(2023, 12, 31), "2023年12月"),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28), "2023年2月"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "2024年2月"),
        ("1900-02", date(1900, 2, 1), date(1900, 2, 28), "1900年2月"),
    ],
)
def test_a_name_gives_the_first_and_the_last_day(name: str, first: date, last: date, title: str) -> None:
    period = parse_period(name)
    assert (period.name, period.first, period.last, period.title) == (name, first, last, title)
    assert period.year == first.year


@pytest.mark.parametrize(
    ("name", "inside_a_sentence"), [("2023", "2023年"), ("2023Q4", "2023年第四季度"), ("2023-06", "2023年6月")]
)
def test_only_a_year_is_shortened_inside_a_sentence(name: str, inside_a_sentence: str) -> None:
    assert parse_period(name).short_title == inside_a_sentence


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        ("2024", [2024, " 2024 ", "2024年", "2024年度", "２０２４", "２０２４年", "\u30002024\n"]),
        (
            "2024Q3",
            ["2024q3", "2024Q３", "2024年第三季度", "2024年3季度", "2024第3季度", "2024年第3季度", "2024年三季度"],
        ),
        ("2024Q3", ["2024年Q3", "2024-Q3", "２０２４Ｑ３", "２０２４ｑ３", "２０２４年第３季度", "2024第三季度 "]),
        ("2024-06", ["2024-6", "2024年6月", "2024年06月", "2024/6", "2024.6", "2024/06", "2024.06", "2024年6月份"]),
        ("2024-06", ["２０２４－６", "２０２４／６", "２０２４．６", "２０２４年６月", " 2024-6 "]),
        ("2024-10", ["2024-10", "2024.10", "2024年10月", "2024/10"]),
        ("2024-01", ["2024-1", "2024.1", "2024年1月", "2024.01"]),
    ],
)
def test_what_people_write_for_a_period_means_its_name(name: str, forms: list[str | int]) -> None:
    assert {form: parse_period(form) for form in forms} == dict.fromkeys(forms, parse_period(name))
    assert parse_period(name).name == name


@pytest.mark.parametrize("number", [2024.6, 2024.1, 2024.0, True])
def test_a_number_with_a_point_is_no_period_for_october_would_be_january(number: Any) -> None:
    with pytest.raises(BulletinError, match="月份写作 2023-06"):
        parse_period(number)


@pytest.mark.parametrize(
    "text",
    [
        *("", "23", "20233", "3023", "0999", "2023Q0", "2023Q5", "2023-00", "2023-13", "2023 Q1", "2023-06-01"),
        *(
            "2023-",
            "2023年-6",
            "2023年6",
            "2023-6月",
            "2023季度",
            "2023年第五季度",
            "2023年0季度",
            "2023年13月",
            "2023年00月",
        ),
        *("2023-006", "2023²", "二〇二三年", "2023Q", "第三季度", "2023年6月5日", "2023上半年", "-2023", "2023年度6月"),
    ],
)
def test_any_other_text_is_no_period_and_the_message_shows_the_three_forms(text: str) -> None:
    with pytest.raises(BulletinError, match="2023Q4") as caught:
        parse_period(text)
    assert caught.value.code == "bad-period"
    assert f"“{text}”" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "weeks", "first", "last"),
    [
        ("2023", 52, date(2023, 1, 5), date(2023, 12, 28)),  # begins on a Sunday, which is still in 2022-W52
        ("2024", 52, date(2024, 1, 4), date(2024, 12, 26)),  # 2024-12-30 and -31 are in 2025-W01
        ("2025", 52, date(2025, 1, 2), date(2025, 12, 25)),
        ("2020", 53, date(2020, 1, 2), date(2020, 12, 31)),
        ("2026", 53, date(2026, 1, 1), date(2026, 12, 31)),  # begins and ends on a Thursday
        ("2023Q1", 13, date(2023, 1, 5), date(2023, 3, 30)),
        ("2023Q4", 13, date(2023, 10, 5), date(2023, 12, 28)),
        ("2020Q4", 14, date(2020, 10, 1), date(2020, 12, 31)),
        ("2023-06", 5, date(2023, 6, 1), date(2023, 6, 29)),  # its first week begins on 29 May
        ("2023-05", 4, date(2023, 5, 4), date(2023, 5, 25)),
        ("2024-02", 5, date(2024, 2, 1), date(2024, 2, 29)),
    ],
)
def test_the_weeks_of_a_period_are_those_whose_thursday_it_holds(
    name: str, weeks: int, first: date, last: date
) -> None:
    thursdays = params_of(name).window.thursdays()
    assert (len(thursdays), thursdays[0], thursdays[-1]) == (weeks, first, last)
    assert {day.isoweekday() for day in thursdays} == {4}
    assert len(set(thursdays)) == weeks


@pytest.mark.parametrize("parts", [[f"2020Q{n}" for n in range(1, 5)], [f"2020-{n:02d}" for n in range(1, 13)]])
def test_quarters_and_months_share_out_the_weeks_of_their_year(parts: list[str]) -> None:
    shared = [day for name in parts for day in params_of(name).window.thursdays()]
    assert shared == params_of("2020").window.thursdays()


@pytest.mark.parametrize(
    ("effective_from", "first_thursday"),
    [("2023-06-14", date(2023, 6, 15)), ("2023-06-15", date(2023, 6, 15)), ("2023-06-16", date(2023, 6, 22))],
)
def test_a_regime_that_takes_effect_later_moves_the_first_week(effective_from: str, first_thursday: date) -> None:
    window = params_of("2023", effective_from=effective_from).window
    assert window.thursdays()[0] == first_thursday
    assert window.first.isoformat() == effective_from
    assert (window.last, window.as_of) == (date(2023, 12, 31), date(2023, 12, 31))


def test_a_window_that_holds_no_thursday_has_no_week() -> None:
    assert params_of("2023-06", effective_from="2023-06-30").window.thursdays() == []  # 30 June is a Friday


def test_the_as_of_day_is_the_last_day_unless_the_params_name_another() -> None:
    assert params_of("2023Q1").window.as_of == date(2023, 3, 31)
    moved = params_of("2023Q1", as_of="2023-02-28").window
    assert (moved.first, moved.last, moved.as_of) == (date(2023, 1, 1), date(2023, 3, 31), date(2023, 2, 28))


@pytest.mark.parametrize(
    ("earlier", "period", "called"),
    [
        ("2023", "2024", "同比"),
        ("2022", "2024", "较2022年"),
        ("2023Q3", "2024Q3", "同比"),
        ("2024Q2", "2024Q3", "环比"),
        ("2023Q4", "2024Q1", "环比"),
        ("2024Q1", "2024Q3", "较2024年第一季度"),
        ("2023-02", "2024-02", "同比"),
        ("2023-12", "2024-01", "环比"),
        ("2024-09", "2024Q4", "较2024年9月"),
        ("2023", "2024Q1", "较2023年"),
    ],
)
def test_a_change_is_called_by_what_it_is_since(earlier: str, period: str, called: str) -> None:
    assert since(parse_period(earlier), parse_period(period)) == called


@pytest.mark.parametrize(
    ("title", "period", "other"),
    [
        ("关于2024年度全市专员履职情况的通报", "2024", ""),
        ("关于2024年全市专员履职情况的通报", "2024", ""),
        ("关于全市专员履职情况的通报", "2024", ""),
        ("关于2023年度全市专员履职情况的通报", "2024", "2023年度"),
        ("关于2024年度专员履职情况（与2023年度比较）的通报", "2024", "2023年度"),
        ("关于２０２３年度专员履职情况的通报", "2024", "2023年度"),
        ("关于２０２４ 年度专员履职情况的通报", "2024", ""),
        ("关于二〇二三年度专员履职情况的通报", "2024", "2023年度"),
        ("关于二0二四年专员履职情况的通报", "2024", ""),
        ("关于23年度专员履职情况的通报", "2024", "23年度"),
        ("关于去年专员履职情况的通报", "2024", "去年"),
        ("关于2024年1-6月专员履职情况的通报", "2024", "2024年1-6月"),
        ("关于2024年前三季度专员履职情况的通报", "2024", "2024年前三季度"),
        ("关于2024年第３季度专员履职情况的通报", "2024", "2024年第3季度"),
        ("关于2024年度第三季度专员履职情况的通报", "2024Q3", ""),
        ("关于2024年Q3专员履职情况的通报", "2024", "2024年Q3"),
        ("关于2023-2024年度专员履职情况的通报", "2024", "2023-2024年度"),
        ("关于2024年至2023年度专员履职情况的通报", "2024", "2024年至2023年度"),
        ("关于第二季度专员履职情况的通报", "2024Q3", "第二季度"),
        ("关于第3季度专员履职情况的通报", "2024Q3", ""),
        ("关于5月份专员履职情况的通报", "2024-06", "5月"),
        ("关于6月份专员履职情况的通报", "2024-06", ""),
        ("关于第三季度专员履职情况的通报", "2024", "第三季度"),
        ("关于2024年第三季度专员履职情况的通报", "2024Q3", ""),
        ("关于2024年3季度专员履职情况的通报", "2024Q3", ""),
        ("关于2024年第二季度专员履职情况的通报", "2024Q3", "2024年第二季度"),
        ("关于2024年专员履职情况的通报", "2024Q3", "2024年"),
        ("关于2024年6月专员履职情况的通报", "2024-06", ""),
        ("关于2024年06月专员履职情况的通报", "2024-06", ""),
        ("关于2024年上半年专员履职情况的通报", "2024", "2024年上半年"),
    ],
)
def test_a_title_that_names_another_period_is_told(title: str, period: str, other: str) -> None:
    assert other_period(title, parse_period(period)) == other


@pytest.mark.parametrize(
    ("name", "before"),
    [("2024", "2023"), ("2024Q1", "2023Q4"), ("2024Q3", "2024Q2"), ("2024-01", "2023-12"), ("2024-03", "2024-02")],
)
def test_the_period_right_before_is_as_long_and_ends_the_day_before(name: str, before: str) -> None:
    assert right_before(parse_period(name)) == parse_period(before)
