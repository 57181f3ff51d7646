"""tables.xlsx: numbers as numbers, text as text, the same bytes."""

from __future__ import annotations

import datetime as dt
import io
import time
import zipfile
from fractions import Fraction
from typing import Any

import openpyxl
import pytest
from openpyxl import Workbook

from bulletin.export.sheets.excel import UNDATED, saved, set_text, tables_xlsx
from bulletin.facts.figures import WHOLE
from bulletin.notebook.table import Table, Value
from bulletin.records.sources.workbooks import sheets_in
from tests.builders import fact_of

DAY = dt.date(2024, 3, 5)
TABLE = Table(
    "k",
    "一览表",
    ["县（市、区）", "企业", "签到率", "名次", "手机签到"],
    [
        ["甲县", Value(2, "count"), Value(Fraction(1, 3), "rate"), Value(1, "rank"), Value(1, "flag")],
        ["乙区", Value(0, "count"), Value(None, "rate"), Value(None, "rank"), Value(0, "flag")],
        ["全市", fact_of("mines", WHOLE, 2), fact_of("onsite_rate", WHOLE, Fraction(1), 1, 1), "—", ""],
    ],
)  # fmt: skip


def book(*tables: Table, about: tuple[tuple[str, str], ...] = (("期间", "2023年度"),)) -> Any:
    return openpyxl.load_workbook(io.BytesIO(tables_xlsx(tables, about, DAY)))


def named(caption: str) -> Table:
    return Table("k", caption, ["列"], [["值"]])


def text_of(sheet: Any) -> list[list[object]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_numbers_are_numbers_and_what_does_not_exist_is_a_dash() -> None:
    sheet = book(TABLE)["一览表"]
    assert text_of(sheet) == [
        ["县（市、区）", "企业", "签到率", "名次", "手机签到"],
        ["甲县", 2, pytest.approx(1 / 3), 1, "是"],
        ["乙区", 0, "—", "—", "否"],
        ["全市", 2, 1, "—", None],
    ]
    assert [cell.data_type for cell in sheet[2]] == ["s", "n", "n", "n", "s"]


def test_numbers_have_the_format_of_their_unit() -> None:
    sheet = book(TABLE)["一览表"]
    assert [cell.number_format for cell in sheet[2]][1:4] == ["0", "0.00%", "0"]


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "=1+1", "+1", "-1", "@SUM(A1)", "007", "1e3"])
def test_text_stays_text_never_a_formula(text: str) -> None:
    written = book(Table("k", "表", [text], [[text]]), about=((text, text),))
    for cell in (written["表"]["A1"], written["表"]["A2"], written["说明"]["A2"], written["说明"]["B2"]):
        assert (cell.value, cell.data_type) == (text, "s")


def test_control_characters_are_dropped() -> None:
    assert book(Table("k", "表", ["列"], [["甲\x00\x1f乙"]]))["表"]["A2"].value == "甲乙"


@pytest.mark.parametrize(
    ("caption", "name"),
    [("甲/乙:丙*丁?[戊]\\己", "甲乙丙丁戊己"), ("长" * 40, "长" * 31), ("现场签到率排名", "现场签到率排名")],
)
def test_a_sheet_is_named_by_its_caption_as_excel_allows(caption: str, name: str) -> None:
    assert book(named(caption)).sheetnames == [name, "说明"]


def test_equal_captions_give_sheets_of_their_own() -> None:
    assert len(set(book(named("表"), named("表")).sheetnames)) == 3


def test_the_last_sheet_says_what_the_workbook_is() -> None:
    written = book(named("甲"), named("乙"), about=(("期间", "2023年度"), ("单位", "样例市")))
    assert written.sheetnames == ["甲", "乙", "说明"]
    assert text_of(written["说明"]) == [["项目", "内容"], ["期间", "2023年度"], ["单位", "样例市"]]


def test_headings_stay_in_view_and_columns_are_wide_enough() -> None:
    sheet = book(TABLE)["一览表"]
    assert sheet.freeze_panes == "B2"
    assert sheet.column_dimensions["A"].width >= 2 * len("县（市、区）")
    assert all(cell.font.bold for cell in sheet[1])
    assert not sheet["A2"].font.bold


def test_the_same_tables_give_the_same_bytes_at_any_time() -> None:
    first = tables_xlsx([TABLE], [("期间", "2023年度")], DAY)
    time.sleep(1.1)  # the properties and the zip entries count whole seconds
    assert tables_xlsx([TABLE], [("期间", "2023年度")], DAY) == first


def test_properties_and_entries_tell_the_documents_day_only() -> None:
    written = tables_xlsx([TABLE], [], DAY)
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = openpyxl.load_workbook(io.BytesIO(written)).properties
    assert (properties.created, properties.modified) == (dt.datetime(2024, 3, 5), dt.datetime(2024, 3, 5))
    assert not properties.creator


def test_text_that_excel_would_take_for_a_character_stays_as_it_is() -> None:
    text = "_x001B_甲_x202E__x003D_1_x00_"
    book = Workbook()
    set_text(book.worksheets[0].cell(1, 1), text)
    assert list(sheets_in(saved(book, UNDATED))) == [("Sheet", [[text]])]
