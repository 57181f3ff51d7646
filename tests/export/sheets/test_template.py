"""The template: read as an empty period, and as what is filled in below its example rows."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bulletin.cli.main import main
from bulletin.export.sheets.template import NAME, template_xlsx
from bulletin.mines.schema import SCHEMA, TABLES
from bulletin.records.read import read_records
from bulletin.records.schema import EXAMPLE


@pytest.fixture
def book() -> Any:
    return openpyxl.load_workbook(io.BytesIO(template_xlsx(SCHEMA)))


def test_it_has_the_ten_sheets_with_chinese_headings_after_a_page_that_explains(book: Any) -> None:
    assert book.sheetnames == ["填写说明", *(table.title for table in TABLES.values())]
    for table in TABLES.values():
        heads = [cell.value for cell in book[table.title][1]]
        assert heads == [*(column.heading for column in table.columns), "备注"]


def test_every_column_is_explained(book: Any) -> None:
    told = {(str(row[0]).removesuffix("（可不提供）"), row[1]): row[2:] for row in book["填写说明"].values}
    for table in TABLES.values():
        for column in table.columns:
            required, expected = told[table.title, column.heading]
            assert (required, expected) == ("必填" if column.required else "可空", column.expected)


def test_what_one_row_of_each_table_is_is_said(book: Any) -> None:
    told = {row[0]: row[1] for row in book["填写说明"].values if row[0] and row[2] is None}
    assert all(told[table.title].endswith("。") for table in TABLES.values())
    assert "至少填一项" in told["豁免情况"]


def test_times_are_shown_whole(book: Any) -> None:
    assert book["现场签到"].column_dimensions["C"].width >= len("2023-01-05 09:30") + 2
    assert book["远程监管"].column_dimensions["C"].width >= len("2023-01-05 09:30") + 2


def test_every_sheet_prints_as_wide_as_a_page(book: Any) -> None:
    for sheet in book.worksheets:
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)


def test_closed_lists_are_lists_to_choose_from(book: Any) -> None:
    found = {
        (sheet.title, sheet[f"{str(rule.sqref).split(':')[0].rstrip('0123456789')}1"].value): rule.formula1
        for sheet in book.worksheets
        for rule in sheet.data_validations.dataValidation
    }
    assert found["企业名录", "类型"] == '"地下开采,露天开采,独立尾矿库"'
    assert found["生产状态", "状态"] == '"正常生产建设,停产停建"'
    assert found["台账抽查", "未签字确认"] == '"是,否"'
    closed = [column for table in TABLES.values() for column in table.columns if column.kind in ("choice", "flag")]
    assert len(found) == len(closed)


def test_identifiers_are_text_and_days_are_dates(book: Any) -> None:
    dimensions = book["监管分工"].column_dimensions
    assert [dimensions[letter].number_format for letter in "ABC"] == ["@", "@", "yyyy-mm-dd"]
    assert book["现场签到"]["C2"].number_format == "yyyy-mm-dd hh:mm"


def test_the_example_row_of_each_sheet_is_never_data(book: Any, tmp_path: Path) -> None:
    assert [book[table.title].max_row for table in TABLES.values()] == [2] * len(TABLES)
    (tmp_path / NAME).write_bytes(template_xlsx(SCHEMA))
    records = read_records(tmp_path, SCHEMA)
    assert records.faults == []
    assert [len(frame) for frame in records.frames.values()] == [0] * len(TABLES)


def test_what_is_filled_in_is_read(book: Any, tmp_path: Path) -> None:
    book["县区"].append(["0141022", "翼城县"])
    book["现场签到"].append(["S1", "M1", dt.datetime(2023, 1, 5, 9, 30), "是", 2, "否"])
    book.save(tmp_path / "翼城县.xlsx")
    records = read_records(tmp_path, SCHEMA)
    assert records.faults == []
    assert records["counties"][["county_code", "county", "row"]].to_numpy().tolist() == [["0141022", "翼城县", 3]]
    assert f"{records['checkins']['at'][0]:%Y-%m-%d %H:%M}" == "2023-01-05 09:30"


def test_the_bytes_are_the_same_each_time() -> None:
    assert template_xlsx(SCHEMA) == template_xlsx(SCHEMA)


def test_the_command_writes_it_and_never_over_one_that_is_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["template", str(tmp_path / "新")]) == 0
    path = tmp_path / "新" / NAME
    assert path.read_bytes() == template_xlsx(SCHEMA)
    path.write_bytes(b"filled in")
    assert main(["template", str(tmp_path / "新")]) == 2
    assert "已存在，未覆盖" in capsys.readouterr().err
    assert path.read_bytes() == b"filled in"


def test_the_mark_of_an_example_is_said_on_the_first_page(book: Any) -> None:
    assert any(EXAMPLE in str(row[0]) for row in book["填写说明"].values)
