"""Cells as real files hold them are read, and what can't be read is never guessed."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Any

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bulletin.mines.schema import TABLES
from bulletin.records.cells import UNCALCULATED, clean_cell, heading, parse_column, wanted
from bulletin.records.schema import Column, Kind
from tests.times import times

KIND = TABLES["mines"].column("kind")
STATUS = TABLES["mine_status"].column("status")

# Digits of other scripts, which Python's \d takes; and what dates, flags and numbers are made of.
ALPHABET = "0123456789٣०０９²-/.年月日号 \u3000:：时分秒TZ是否有无YN√×度eE+,"


def parsed(column: Kind | Column, text: str | None) -> Any:
    """One cell's value; None where it's missing."""
    column = column if isinstance(column, Column) else Column("x", "列", column)
    value = parse_column(pd.Series([text], dtype="str"), column)[0]
    return None if pd.isna(value) else value


@pytest.mark.parametrize("kind", ["identifier", "text", "date", "time", "flag", "count", "year"])
def test_a_blank_cell_is_missing_in_every_type(kind: Kind) -> None:
    assert parsed(kind, None) is None


@pytest.mark.parametrize("blank", [" ", "\t", "\u00a0", "\u3000", "\u200b", "\ufeff", "\r\n", " \u3000\u00a0"])
def test_blanks_of_all_kinds_around_a_cell_fall_away(blank: str) -> None:
    assert clean_cell(f"{blank}甲 矿{blank}") == "甲 矿"


@pytest.mark.parametrize("text", ["mine_id", " MINE_ID ", "Mine_Id", "ｍｉｎｅ＿ｉｄ", "mine _id", "\ufeffmine_id"])
def test_a_heading_is_the_same_in_any_width_case_and_spacing(text: str) -> None:
    assert heading(text) == "mine_id"


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("141022", "141022"),
        ("141022.0", "141022"),
        ("141022.00", "141022"),
        ("１４１０２２", "141022"),
        ("007", "007"),
        ("007.0", "007"),
        ("M1002-001", "M1002-001"),
        ("Ｍ１", "M1"),
        ("M 1", "M1"),
        ("1.5", "1.5"),
        ("M1.0", "M1.0"),
    ],
)
def test_identifiers_lose_what_excel_and_input_methods_added(text: str, identifier: str) -> None:
    assert parsed("identifier", text) == identifier


def test_text_stays_as_it_is() -> None:
    assert parsed("text", "甲（集团）１号 矿") == "甲（集团）１号 矿"


@pytest.mark.parametrize(
    "text",
    [
        "2023-1-5",
        "2023-01-05",
        "2023/1/5",
        "2023/01/05",
        "2023.1.5",
        "2023年1月5日",
        "2023年01月05日",
        "２０２３年１月５日",
        "２０２３－１－５",
        "44931",
        "44931.0",
        "44931.75",
        "2023-01-05 18:00",
        "2023-01-05 23:59:59",
        "2023/1/5 0:00:00",
        "2023-01-05T18:00:00",
    ],
)
def test_every_form_of_a_date_is_the_same_day(text: str) -> None:
    assert parsed("date", text) == datetime(2023, 1, 5)


@pytest.mark.parametrize(
    "text",
    [
        "2023-1-5 9:30",
        "2023-01-05 09:30",
        "2023-01-05 09:30:00",
        "2023-01-05 09:30:00.000",
        "2023-01-05T09:30",
        "2023/1/5 9:30:00",
        "2023.1.5 09:30",
        "2023年1月5日 9:30",
        "2023年1月5日9时30分",
        "2023年1月5日 9时30分0秒",
        "2023-01-05\u00a009:30",
        "2023-01-05  09:30",
        "２０２３－０１－０５　０９：３０",
        "44931.395833333336",
        "44931.39583333",
    ],
)
def test_every_form_of_a_time_is_the_same_minute(text: str) -> None:
    assert parsed("time", text) == datetime(2023, 1, 5, 9, 30)


def test_seconds_are_kept() -> None:
    assert parsed("time", "2023年1月5日9时30分15秒") == datetime(2023, 1, 5, 9, 30, 15)


def test_a_date_alone_is_midnight() -> None:
    assert parsed("time", "2023-01-05") == datetime(2023, 1, 5)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-02-29", (2024, 2, 29)),
        ("9999-12-31", (9999, 12, 31)),
        ("10000", (1927, 5, 18)),
        ("99999", (2173, 10, 13)),
    ],
)
def test_leap_days_far_ends_and_all_five_digit_serials_are_days(text: str, day: tuple[int, int, int]) -> None:
    assert parsed("date", text) == datetime(*day)


@pytest.mark.parametrize(
    "text",
    [
        "2023-02-29",
        "2023-13-01",
        "2023-00-10",
        "2023-01-00",
        "2023-1/5",
        "2023-01",
        "01-05",
        "5/1/2023",
        "20230105",
        "0223-01-05",
        "4493",
        "449311",
        "-44931",
        "2023年1月",
        "2023-01-05 24:00",
        "2023-01-05 25:00",
        "2023-01-05 09:60",
        "2023-01-05 09:30:60",
        "2023-01-05 9",
        "2023-01-05 9:30 PM",
        "2023-01-05 下午9:30",
        "2023-01-05至2023-01-07",
        "2023-1-112:30",
        "2023-1-51",
        "昨天",
        "9:30",
        "٢٠٢٣-٠١-٠٥",
        "2٠23-01-05",
        "2023-0١-05",
        "2023-01-05 ٠9:30",
        "4493١",
        "44931.٣",
    ],
)
@pytest.mark.parametrize("kind", ["date", "time"])
def test_what_is_no_day_is_missing_and_not_guessed(kind: Kind, text: str) -> None:
    assert parsed(kind, text) is None


@pytest.mark.parametrize("text", ["是", "有", "√", "Y", "y", "1", "TRUE", "True", "true", "Ｙ", "１", "1.0", "yes"])
def test_every_form_of_yes_is_true(text: str) -> None:
    assert parsed("flag", text) == True  # noqa: E712 (numpy's own True)


@pytest.mark.parametrize("text", ["否", "无", "×", "N", "n", "0", "FALSE", "False", "false", "Ｎ", "０", "0.0", "no"])
def test_every_form_of_no_is_false(text: str) -> None:
    assert parsed("flag", text) == False  # noqa: E712


@pytest.mark.parametrize("text", ["不是", "是的", "2", "-1", "10", "T", "/", "是否", "未知"])
def test_any_other_word_is_neither_yes_nor_no(text: str) -> None:
    assert parsed("flag", text) is None


@pytest.mark.parametrize(("text", "count"), [("0", 0), ("3", 3), ("3.0", 3), ("３", 3), ("12", 12), ("007", 7)])
def test_counts_are_whole_numbers(text: str, count: int) -> None:
    assert parsed("count", text) == count


@pytest.mark.parametrize("text", ["-1", "1.5", "3份", "两份", "1,000", "1e3", "1 2", "٣", "9999999999999999999999"])
def test_what_is_no_whole_number_is_no_count(text: str) -> None:
    assert parsed("count", text) is None


@pytest.mark.parametrize("text", ["2023", "2023.0", "２０２３", "2023年", "2023年度"])
def test_every_form_of_a_year_is_the_same_year(text: str) -> None:
    assert parsed("year", text) == 2023


@pytest.mark.parametrize("text", ["23", "20233", "2023-01", "二〇二三", "2023.5", "٢٠٢٣", "2023季度"])
def test_what_is_no_year_is_missing(text: str) -> None:
    assert parsed("year", text) is None


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        (KIND, "地下开采", "underground"),
        (KIND, "露天开采", "open_pit"),
        (KIND, "独立尾矿库", "tailings"),
        (KIND, "underground", "underground"),
        (KIND, "Open_Pit", "open_pit"),
        (KIND, "ＴＡＩＬＩＮＧＳ", "tailings"),
        (KIND, "尾矿库", None),
        (KIND, "地下", None),
        (STATUS, "正常生产建设", "active"),
        (STATUS, "停产停建", "suspended"),
        (STATUS, "SUSPENDED", "suspended"),
        (STATUS, "停产", None),
    ],
)
def test_a_closed_list_knows_its_words_and_no_others(column: Column, text: str, value: str | None) -> None:
    assert parsed(column, text) == value


def test_a_column_with_good_and_bad_cells_keeps_each_in_its_place() -> None:
    texts = pd.Series(["2023-01-05", "昨天", None, "44931"], dtype="str", index=[7, 3, 5, 1])
    days = parse_column(texts, Column("x", "列", "date"))
    assert days.index.tolist() == [7, 3, 5, 1]
    assert days.isna().tolist() == [False, True, True, False]


@pytest.mark.parametrize(
    ("kind", "dtype"),
    [
        ("identifier", "str"),
        ("text", "str"),
        ("date", "datetime64[us]"),
        ("time", "datetime64[us]"),
        ("flag", "boolean"),
        ("count", "Int64"),
        ("year", "Int64"),
    ],
)
@pytest.mark.parametrize("texts", [[], [None], ["?"]])
def test_the_type_of_a_column_doesnt_depend_on_its_cells(kind: Kind, dtype: str, texts: list[str | None]) -> None:
    assert parse_column(pd.Series(texts, dtype="str"), Column("x", "列", kind)).dtype == dtype


def numbers_in(text: str) -> list[int]:
    """The runs of digits in a text, as a reader sees them."""
    return [int(run) for run in re.findall(r"[0-9]+", unicodedata.normalize("NFKC", text))]


@settings(max_examples=times(150, 60), deadline=None, derandomize=True, database=None)
@given(st.text(ALPHABET, max_size=20) | st.from_regex(r"\A20\d\d[-/.年]\d{1,3}[-/.月]\d{1,3}日?[ T]?(\d{1,2}:\d\d)?\Z"))
@example("2023-1-112:30")
@example("2٠23-1-1")
def test_any_text_is_a_time_of_its_own_numbers_or_missing(text: str) -> None:
    value = parsed("time", text)
    if value is None or re.fullmatch(r"[0-9]{5}(\.[0-9]+)?", unicodedata.normalize("NFKC", text)):
        return
    clock = [value.hour, value.minute, value.second]
    seen = numbers_in(text)
    assert seen[:3] == [value.year, value.month, value.day]
    assert seen[3:6] == clock[: len(seen[3:6])]


@settings(max_examples=times(100, 40), deadline=None, derandomize=True, database=None)
@given(st.text(ALPHABET, max_size=8))
@example("٣")
def test_any_text_is_a_number_only_by_its_own_digits(text: str) -> None:
    kinds: tuple[Kind, ...] = ("count", "year")
    for kind in kinds:
        value = parsed(kind, text)
        assert value is None or numbers_in(text)[0] == value


# Every word that stands for yes or no, in capitals.
FLAG_WORDS = [
    "是",
    "有",
    "√",
    "✓",
    "Y",
    "YES",
    "1",
    "1.0",
    "TRUE",
    "否",
    "无",
    "×",
    "✗",
    "N",
    "NO",
    "0",
    "0.0",
    "FALSE",
]


@settings(max_examples=times(100, 40), deadline=None, derandomize=True, database=None)
@given(st.text("是否有无√×YNn10.不未", min_size=1, max_size=4))
def test_any_text_outside_the_list_is_no_flag(text: str) -> None:
    assert (parsed("flag", text) is not None) == (text.upper() in FLAG_WORDS)


@pytest.mark.parametrize("kind", ["identifier", "text", "date", "time", "flag", "count", "year"])
@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{UNCALCULATED}A1", "公式没有保存计算结果"),
        (UNCALCULATED, "公式没有保存计算结果"),
        ("#REF!", "公式出错"),
        ("#N/A", "公式出错"),
        ("#DIV/0!", "公式出错"),
        ("Err:502", "公式出错"),
    ],
)
def test_a_formula_that_failed_is_no_value_of_any_type_and_says_so(kind: Kind, text: str, words: str) -> None:
    assert parsed(kind, text) is None
    column = Column("x", "列", kind)
    assert wanted(text, column).startswith(words)
    assert wanted(text, column).endswith(column.expected)


@pytest.mark.parametrize("text", ["#1矿", "#N/A矿", "A=B", "Err:5", "=cmd|x", "=A1"])
def test_a_text_that_only_resembles_an_error_is_a_text(text: str) -> None:
    assert parsed("text", text) == text
    assert wanted(text, Column("x", "列", "text")) == "应为文字"


@pytest.mark.parametrize(
    ("text", "identifier"),
    [("1.41022E+17", None), ("1e+18", None), ("１.5E+17", None), ("1E5", "1E5"), ("S1.4E+17", "S1.4E+17")],
)
def test_a_number_in_powers_of_ten_is_no_identifier(text: str, identifier: str | None) -> None:
    assert parsed("identifier", text) == identifier
    assert wanted(text, Column("x", "列", "identifier")).startswith("长编号" if identifier is None else "应为编号")
