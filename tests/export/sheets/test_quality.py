"""quality.xlsx: counted on the first sheet, listed on the second, and nothing in it runs."""

from __future__ import annotations

import csv
import io
import time
from typing import Any

import openpyxl
import pytest

import bulletin.export.sheets.quality
from bulletin.export.sheets.quality import quality_xlsx
from bulletin.mines.schema import SCHEMA
from bulletin.records.faults import Fault, faults_csv

BAD = Fault("bad-value", "error", "甲县.xlsx", "应为是或否", 7, "信息上传", "也许", "现场签到")
ABSENT = Fault("missing-table", "error", "乙区.xlsx", "需要“企业名录”表")
LATE = Fault("repeated-event", "warning", "甲县.xlsx", "未计入", 9, "签到时间", "2022-01-01", "现场签到", "甲县")


def book(*faults: Fault, apart: str = "") -> Any:
    return openpyxl.load_workbook(io.BytesIO(quality_xlsx(faults, SCHEMA, apart)))


def rows_of(sheet: Any) -> list[list[Any]]:
    return [["" if value is None else value for value in row] for row in sheet.values]


def test_the_list_is_that_of_quality_csv() -> None:
    faults = [LATE, BAD, ABSENT]
    listed = [[str(value) for value in row] for row in rows_of(book(*faults)["逐条清单"])]
    assert listed == list(csv.reader(io.StringIO(faults_csv(faults, SCHEMA).decode("utf-8-sig"))))


def test_the_first_sheet_counts_by_kind_by_file_and_by_county() -> None:
    rows = [tuple(value for value in row if value != "") for row in rows_of(book(LATE, BAD, BAD, ABSENT)["汇总"])]
    assert rows[:2] == [("数据问题汇总",), ("错误 3 处，提示 1 处。",)]
    kinds = rows.index(("类别", "级别", "处数"))
    assert rows[kinds + 1 : kinds + 4] == [
        ("缺少数据表", "错误", 1),
        ("内容无法识别", "错误", 2),
        ("记录重复", "提示", 1),
    ]
    files = rows.index(("文件", "错误", "提示"))
    assert rows[files + 1 : files + 3] == [("乙区.xlsx", 1, 0), ("甲县.xlsx", 2, 1)]
    assert rows[rows.index(("县（市、区）", "提示")) + 1 :] == [("甲县", 1)]  # no error knows its county


@pytest.mark.parametrize(("file", "told"), [("甲县.xlsx", True), ("甲县.XLS", True), ("mines.csv", False)])
def test_the_marked_copies_are_told_of_where_there_may_be_some(file: str, told: bool) -> None:
    text = str(rows_of(book(Fault("empty", "error", file, "不能为空"))["汇总"]))
    assert ("quality 文件夹" in text) is told


def test_errors_and_warnings_have_colours_of_their_own() -> None:
    sheet = book(BAD, LATE)["逐条清单"]
    red, yellow = (sheet.cell(row, 1).fill.fgColor.rgb for row in (2, 3))
    assert red != yellow
    assert "00000000" not in (red, yellow)
    assert sheet["B2"].fill.fill_type is None


def test_headings_stay_in_view_with_a_filter_and_long_text_is_wrapped() -> None:
    sheet = book(BAD, LATE)["逐条清单"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:I3"
    assert sheet["H2"].alignment.wrap_text
    assert sheet.column_dimensions["H"].width > 40
    assert (sheet["E2"].value, sheet["E2"].data_type) == (7, "n")


def test_no_fault_is_said_plainly() -> None:
    written = book()
    assert rows_of(written["汇总"]) == [["数据问题汇总"], ["没有发现问题。"]]
    assert written["逐条清单"]["A2"].value == "没有发现问题。"


@pytest.mark.parametrize("faults", [(), (BAD,)])
def test_rows_of_other_periods_are_a_line_of_the_first_sheet_and_none_of_the_list(faults: tuple[Fault, ...]) -> None:
    written = book(*faults, apart="另有 3 条记录属于其他期间")
    assert rows_of(written["汇总"])[2][0] == "另有 3 条记录属于其他期间"
    assert "其他期间" not in str(rows_of(written["逐条清单"]))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")', "007"])
def test_text_stays_text_never_a_formula(text: str) -> None:
    written = book(Fault("bad-value", "error", text, text, 2, text, text, text, text))
    for place in ("C2", "D2", "F2", "G2", "H2", "I2"):
        cell = written["逐条清单"][place]
        assert (cell.value, cell.data_type) == (text, "s")
    summary = [cell for row in written["汇总"].iter_rows() for cell in row if cell.value == text]
    assert [cell.data_type for cell in summary] == ["s"]


def test_what_a_cell_cant_hold_is_told_or_cut_with_a_mark() -> None:
    wide = "\U00020000" * 20000  # two units of UTF-16 each
    first, second, third = (
        book(Fault("bad-value", "error", "a.csv", "x", 2, "列", value))["逐条清单"]["G2"].value
        for value in ("甲\x00\x1f乙", "长" * 40000, wide)
    )
    assert first == "甲[U+0000][U+001F]乙"
    assert second == "长" * 32766 + "…"
    assert third == "\U00020000" * 16383 + "…"


def test_more_faults_than_a_sheet_holds_go_on_in_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulletin.export.sheets.quality, "_ROWS_A_SHEET", 2)
    written = book(*[BAD] * 5)
    assert written.sheetnames == ["汇总", "逐条清单", "逐条清单2", "逐条清单3"]
    assert [written[name].max_row for name in written.sheetnames[1:]] == [3, 3, 2]


def test_the_same_faults_give_the_same_bytes_at_any_time() -> None:
    first = quality_xlsx([BAD, LATE], SCHEMA)
    time.sleep(1.1)  # the properties and the zip entries count whole seconds
    assert quality_xlsx([BAD, LATE], SCHEMA) == first
