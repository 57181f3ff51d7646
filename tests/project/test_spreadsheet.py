"""CSV for Excel: Chinese, numbers as numbers, nothing that runs."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest

from bulletin.project.spreadsheet import as_written, inert, spreadsheet_csv


def test_it_has_the_bom_once_and_the_line_ends_of_windows() -> None:
    assert spreadsheet_csv([("县", "数"), ("甲县", 3)]) == "\ufeff县,数\r\n甲县,3\r\n".encode()


def test_numbers_stand_as_they_are_and_without_exponent() -> None:
    assert spreadsheet_csv([(-1, 0, Decimal("-0.5"), Decimal("1E-9"))]) == "\ufeff-1,0,-0.5,0.000000001\r\n".encode()


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0"])
def test_a_text_that_a_spreadsheet_would_run_is_made_text(formula: str) -> None:
    text = spreadsheet_csv([(formula,)]).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text, newline=""))) == [[f"'{formula}"]]


@pytest.mark.parametrize("value", ["a=1", "甲,乙", '引"号', "两\n行", "甲\r=1+1", "甲\r\n=1+1", "—", ""])
def test_any_other_text_stands_as_it_is(value: str) -> None:
    text = spreadsheet_csv([(value, "")]).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text, newline=""))) == [[value, ""]]


@pytest.mark.parametrize("text", ["=1", "'=1", "''-1", "'", "'甲", "", "甲", "-", "＝1", "\n=1", "+", "'@", "a=1"])
def test_what_was_made_inert_comes_back_as_it_was(text: str) -> None:
    assert as_written(inert(text)) == text
    assert not inert(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
