"""Records as workbooks and Parquet files: the same as CSV, each row remembered by file, sheet and number."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from bulletin.mines.checks import check_records
from bulletin.mines.schema import SCHEMA, TABLES
from bulletin.project.errors import BulletinError
from bulletin.records.faults import RecordsError
from bulletin.records.read import read_records
from bulletin.records.schema import EXAMPLE
from bulletin.records.sources.limits import MAX_CELLS
from tests.builders import JIA, ROOT, SMALL, YI, params_of, sample_facts, without_gaps, write_tables
from tests.records import books
from tests.records.sheets import Rows, small_sheets, write_workbook


def as_read(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The values of every table, without where they stand."""
    records = read_records(path, SCHEMA)
    assert records.faults == []
    return {
        name: [
            tuple(row) for row in frame.drop(columns=["row", "file", "sheet"]).astype("object").fillna("").to_numpy()
        ]
        for name, frame in records.frames.items()
    }


def test_a_workbook_with_a_sheet_a_table_is_read_like_a_folder_of_csv(tmp_path: Path) -> None:
    events = {"checkins": ["S1,M1,2023-01-05 09:00,是,2,否"], "remote_inspections": ["S3,M3,2023/2/3 10:30"]}
    book = write_workbook(tmp_path / "records.xlsx", small_sheets(**events))
    assert as_read(book) == as_read(write_tables(tmp_path / "csv", **events))


def test_a_workbook_named_after_a_table_may_hold_it_on_a_sheet_of_any_name(tmp_path: Path) -> None:
    events = {"checkins": ["S1,M1,2023-01-05 09:00,是,2,是"]}
    folder = tmp_path / "books"
    folder.mkdir()
    for number, (title, rows) in enumerate(small_sheets(**events).items()):
        name = next(table.name for table in TABLES.values() if table.title == title) if number % 2 else title
        write_workbook(folder / f"{name}.xlsx", {"Sheet1": rows, "Sheet2": []})
    assert as_read(folder) == as_read(write_tables(tmp_path / "csv", **events))
    faulty = read_records(write_workbook(tmp_path / "mines.xlsx", {"Sheet1": [["企业编号"], ["M1"]]}), SCHEMA).faults
    assert any((fault.file, fault.sheet, fault.column) == ("mines.xlsx", "Sheet1", "类型") for fault in faulty)


def test_of_several_filled_sheets_none_is_named_after_its_file(tmp_path: Path) -> None:
    sheets = small_sheets()
    book = write_workbook(tmp_path / "mines.xlsx", {"Sheet1": sheets.pop("企业名录"), **sheets})
    assert [fault.kind for fault in read_records(book, SCHEMA).faults] == ["missing-table"]


def test_cells_with_types_of_their_own_are_read_as_they_are_shown(tmp_path: Path) -> None:
    sheets = small_sheets() | {
        "县区": [["各县名单"], ["行政区划代码", "县区", "备注"], [100001, "甲县", None], [100002.0, " 乙区 ", "x"]],
        "现场签到": [
            ["专员编号", "企业编号", "签到时间", "深入作业面", "取证份数", "信息上传"],
            ["S1", "M1", dt.datetime(2023, 1, 5, 9, 30), True, 2, False],
            ["S2", "M2", 44931.5, "√", 0.0, "×"],
            ["S2", "M2", dt.date(2023, 1, 6), None, None, None],
        ],
    }
    records = read_records(write_workbook(tmp_path / "records.xlsx", sheets), SCHEMA)
    assert records.faults == []
    assert records["counties"]["county_code"].tolist() == ["100001", "100002"]
    assert records["counties"]["county"].tolist() == ["甲县", "乙区"]
    assert records["counties"]["row"].tolist() == [3, 4]
    assert [f"{at:%m-%d %H:%M}" for at in records["checkins"]["at"]] == ["01-05 09:30", "01-05 12:00", "01-06 00:00"]
    assert records["checkins"]["underground"].astype("object").fillna("").tolist() == [True, True, ""]
    assert records["checkins"]["evidence"].fillna(-1).tolist() == [2, 0, -1]


def test_county_workbooks_in_a_folder_are_stacked_and_each_row_remembers_its_own(tmp_path: Path) -> None:
    for code, name in ((JIA, "甲县"), (YI, "乙区")):
        own = {table: [line for line in SMALL[table] if code in line] for table in ("counties", "mines", "supervisors")}
        people = [line.split(",")[0] for line in own["supervisors"]]
        own["assignments"] = [line for line in SMALL["assignments"] if line.split(",")[0] in people]
        write_workbook(tmp_path / f"{name}.xlsx", small_sheets(**own))
    (tmp_path / "~$甲县.xlsx").write_bytes(b"what Excel leaves while a file is open")
    (tmp_path / "说明.txt").write_text("x", encoding="utf-8")
    records = read_records(tmp_path, SCHEMA)
    assert records.faults == []
    assert sorted(records["mines"]["mine_id"]) == ["M1", "M2", "M3"]
    (yi,) = records["mines"].loc[records["mines"]["mine_id"] == "M3"].to_dict("records")
    assert (yi["file"], yi["sheet"], yi["row"]) == ("乙区.xlsx", "企业名录", 2)
    assert [(each.file, each.rows) for each in records.sources if each.table == "mines"] == [
        ("乙区.xlsx", 1),
        ("甲县.xlsx", 2),
    ]


def test_faults_in_stacked_workbooks_name_file_sheet_and_row(tmp_path: Path) -> None:
    write_workbook(tmp_path / "a.xlsx", small_sheets(mines=[*SMALL["mines"], f"M4,甲四矿,{JIA},煤矿,否"]))
    second = {
        "企业名录": [["企业编号", "企业名称", "行政区划代码", "类型"], ["M1", "重复矿", JIA, "露天开采"]],
        "现场签到": [["专员编号", "企业编号", "签到时间"], ["S9", "M1", "2023-01-05"], ["S1", "M1", "昨天"]],
        "监管分工": [["专员编号", "企业编号", "开始日期", "结束日期"], ["S1", "M1", "2023-02-01", "2023-01-01"]],
    }
    write_workbook(tmp_path / "b.xlsx", second)
    with pytest.raises(RecordsError) as caught:
        check_records(read_records(tmp_path, SCHEMA), params_of().window)
    errors = [fault for fault in caught.value.faults if fault.severity == "error"]
    assert {(fault.kind, fault.file, fault.sheet, fault.row, fault.column) for fault in errors} == {
        ("bad-value", "a.xlsx", "企业名录", 5, "类型"),
        ("duplicate-key", "b.xlsx", "企业名录", 2, "企业编号"),
        ("unknown-id", "b.xlsx", "现场签到", 2, "专员编号"),
        ("bad-value", "b.xlsx", "现场签到", 3, "签到时间"),
        ("end-before-start", "b.xlsx", "监管分工", 2, "结束日期"),
        ("overlap", "b.xlsx", "监管分工", 2, "开始日期"),
    }
    assert "b.xlsx 监管分工 第2行 “结束日期”列" in str(caught.value)


def test_a_column_that_one_county_lacks_is_one_fault_and_none_in_its_rows(tmp_path: Path) -> None:
    sheets = small_sheets(checkins=["S1,M1,2023-01-05,是,,"])
    assignments = sheets["监管分工"]
    write_workbook(tmp_path / "a.xlsx", sheets | {"监管分工": assignments[:1]})
    renamed = ["专员编号", "企业编号", "开始时间", "结束日期"]
    write_workbook(tmp_path / "b.xlsx", {"监管分工": [renamed, *assignments[1:]]})
    with pytest.raises(RecordsError) as caught:
        check_records(read_records(tmp_path, SCHEMA), params_of().window)
    faults = without_gaps(caught.value.faults)
    assert [(fault.kind, fault.file, fault.row) for fault in faults] == [("missing-column", "b.xlsx", 1)]


def test_a_sheet_that_one_county_left_out_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    without = {name: rows[:1] for name, rows in small_sheets().items() if name not in ("任务清单", "生产状态")}
    write_workbook(tmp_path / "a.xlsx", small_sheets())
    write_workbook(tmp_path / "b.xlsx", without)
    (fault,) = without_gaps(check_records(read_records(tmp_path, SCHEMA), params_of().window).warnings)
    assert (fault.kind, fault.severity, fault.file) == ("missing-table", "warning", "b.xlsx")
    assert "没有“任务清单”工作表" in fault.expected


def test_a_table_that_no_county_hands_in_itself_is_missed_in_none_of_their_workbooks(tmp_path: Path) -> None:
    own = {name: rows for name, rows in small_sheets().items() if name != "现场签到"}
    write_workbook(tmp_path / "a.xlsx", own)
    write_workbook(tmp_path / "b.xlsx", {name: rows[:1] for name, rows in own.items()})
    write_workbook(tmp_path / "全市签到.xlsx", {"现场签到": small_sheets()["现场签到"]})
    assert read_records(tmp_path, SCHEMA).faults == []


def test_a_table_in_a_workbook_and_in_a_csv_file_is_a_fault(tmp_path: Path) -> None:
    write_workbook(write_tables(tmp_path) / "z.xlsx", {"企业名录": [["企业编号"], ["M1"]]})
    kinds = [(fault.kind, fault.file, fault.sheet) for fault in read_records(tmp_path, SCHEMA).faults]
    assert ("duplicate-table", "z.xlsx", "企业名录") in kinds


def test_a_table_that_the_counties_left_empty_may_stand_in_a_csv_file(tmp_path: Path) -> None:
    sheets = small_sheets()
    blank = [*sheets["现场签到"][:1], ["S0001", "M0001", "2023-01-05", "", "", "", EXAMPLE]]
    write_workbook(tmp_path / "甲县.xlsx", sheets | {"现场签到": blank})
    header = ",".join(column.name for column in TABLES["checkins"].columns)
    (tmp_path / "现场签到.csv").write_text(f"{header}\nS1,M1,2023-01-05,是,,\n", encoding="utf-8")
    records = read_records(tmp_path, SCHEMA)
    assert records.faults == []
    assert records["checkins"]["file"].tolist() == ["现场签到.csv"]
    write_workbook(tmp_path / "甲县.xlsx", small_sheets(checkins=["S1,M1,2023-01-06,是,,"]))
    assert [fault.kind for fault in read_records(tmp_path, SCHEMA).faults] == ["duplicate-table"]


def test_one_county_in_two_workbooks_is_named_in_both(tmp_path: Path) -> None:
    for name in ("甲县.xlsx", "甲县（1）.xlsx"):
        write_workbook(tmp_path / name, small_sheets())
    with pytest.raises(RecordsError) as caught:
        check_records(read_records(tmp_path, SCHEMA), params_of().window)
    again = [fault for fault in caught.value.faults if fault.kind == "duplicate-key"]
    assert len(again) == len(SMALL["counties"]) + len(SMALL["mines"]) + len(SMALL["supervisors"])
    county = next(fault for fault in again if fault.sheet == "县区" and fault.value == YI)
    assert (county.file, county.row) == ("甲县（1）.xlsx", 3)
    assert county.expected == "这一编号在 甲县.xlsx 县区 第3行 已有，每个编号只能出现一次，请核对两处，留下一处"


def test_one_table_twice_in_a_workbook_is_a_fault(tmp_path: Path) -> None:
    sheets = small_sheets()
    book = write_workbook(tmp_path / "x.xlsx", sheets | {"mines": sheets["企业名录"]})
    (fault,) = read_records(book, SCHEMA).faults
    assert fault.kind == "duplicate-table"
    assert fault.expected == "x.xlsx 企业名录 和 x.xlsx mines 是同一张表，请只保留一个"


def test_a_missing_sheet_is_named(tmp_path: Path) -> None:
    sheets = {name: rows for name, rows in small_sheets().items() if name != "任务清单"}
    (fault,) = read_records(write_workbook(tmp_path / "x.xlsx", sheets), SCHEMA).faults
    assert fault.kind == "missing-table"
    assert "名为“任务清单”的工作表" in fault.expected


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.xlsx", b""),
        ("x.xlsx", b"PK\x03\x04 no zip"),
        ("x.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600),
        ("mines.parquet", b"PAR1"),
        ("mines.parquet", b""),
    ],
)
def test_a_broken_file_is_a_fault_in_chinese(tmp_path: Path, name: str, content: bytes) -> None:
    write_tables(tmp_path, mines=None)
    (tmp_path / name).write_bytes(content)
    fault = next(fault for fault in read_records(tmp_path, SCHEMA).faults if fault.kind == "unreadable")
    assert (fault.severity, fault.file) == ("error", name)
    assert "不是有效的" in fault.expected


def test_what_may_stand_in_a_workbook_that_cant_be_read_isnt_called_missing(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(b"no workbook")
    (fault,) = read_records(tmp_path, SCHEMA).faults
    assert (fault.kind, fault.file) == ("unreadable", "x.xlsx")
    with pytest.raises(RecordsError):
        check_records(read_records(tmp_path, SCHEMA), params_of().window)


def test_a_zip_that_is_no_workbook_is_a_fault(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("hello.txt", "x")
    (tmp_path / "x.xlsx").write_bytes(out.getvalue())
    assert "unreadable" in {fault.kind for fault in read_records(tmp_path, SCHEMA).faults}


def test_parquet_files_are_read_with_their_own_types(tmp_path: Path) -> None:
    folder = write_tables(tmp_path, checkins=None, counties=None)
    with duckdb.connect() as connection:
        connection.sql(
            "SELECT 'S1' AS supervisor_id, 'M1' AS mine_id, TIMESTAMP '2023-01-05 09:30:00' AS at, true AS underground, "
            "2 AS evidence, false AS uploaded UNION ALL SELECT 'S2', 'M2', TIMESTAMP '2023-01-06 10:00:00', NULL, NULL, NULL"
        ).write_parquet(str(folder / "checkins.parquet"))
        connection.sql("SELECT 100001 AS county_code, '甲县' AS county UNION ALL SELECT 100002, '乙区'").write_parquet(
            str(folder / "县区.parquet")
        )
    records = read_records(folder, SCHEMA)
    assert records.faults == []
    assert sorted(records["counties"]["county_code"]) == [JIA, YI]
    first = records["checkins"].sort_values("at").iloc[0]
    assert (f"{first['at']:%Y-%m-%d %H:%M}", first["underground"], first["evidence"]) == ("2023-01-05 09:30", True, 2)
    assert first["file"] == "checkins.parquet"


def test_nothing_at_the_path_is_said(tmp_path: Path) -> None:
    with pytest.raises(BulletinError, match=r"找不到数据 .*gone\.xlsx"):
        read_records(tmp_path / "gone.xlsx", SCHEMA)


def test_the_sample_year_as_a_workbook_gives_the_same_facts(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {}
    for path in sorted((ROOT / "data/2023").glob("*.csv")):
        table = TABLES[path.stem]
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *rows = list(csv.reader(file))
        titles = {column.name: column.heading for column in table.columns}
        sheets[table.title] = [[f"{table.title}（样例）"], [titles.get(cell, cell) for cell in header], *rows, ["合计"]]
    paths = (ROOT / "data/2023", write_workbook(tmp_path / "2023.xlsx", sheets))
    made = [sample_facts(read_records(path, SCHEMA)) for path in paths]
    assert made[0] == made[1]


def test_hidden_rows_and_columns_are_read_and_dates_of_the_1904_system_are_the_same_days(tmp_path: Path) -> None:
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    sheet = book.worksheets[0]
    sheet.title = "监管分工"
    sheet.append(["专员编号", "企业编号", "开始日期", "结束日期"])
    sheet.append(["S1", "M1", dt.date(2022, 1, 1), None])
    sheet.append(["S2", "M2", dt.date(2022, 3, 1), dt.date(2023, 5, 4)])
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["D"].hidden = True
    folder = write_tables(tmp_path, assignments=None)
    book.save(folder / "x.xlsx")
    records = read_records(folder, SCHEMA)
    assert records.faults == []
    assert [f"{day:%Y-%m-%d}" for day in records["assignments"]["start"]] == ["2022-01-01", "2022-03-01"]
    assert f"{records['assignments']['end'][1]:%Y-%m-%d}" == "2023-05-04"


def test_a_merged_cell_has_its_value_in_the_first_place_and_the_rest_are_faults_where_they_must_be_filled(
    tmp_path: Path,
) -> None:
    sheets = small_sheets()
    path = write_workbook(tmp_path / "x.xlsx", sheets)
    book = load_workbook(path)
    book["监管分工"].merge_cells("C2:C3")
    book.save(path)
    (fault,) = read_records(path, SCHEMA).faults
    assert (fault.kind, fault.sheet, fault.row, fault.column) == ("empty", "监管分工", 3, "开始日期")


FORMULAS = [
    ('="乙"&"区"', "f", '="乙"&"区"', "公式没有保存计算结果"),
    ("#REF!", "e", "#REF!", "公式出错"),
    ("#N/A", "s", "#N/A", "公式出错"),
]


@pytest.mark.parametrize(("value", "kind", "shown", "words"), FORMULAS)
@pytest.mark.parametrize(("title", "column", "place"), [("县区", "县区", "B3"), ("监管分工", "结束日期", "D2")])
def test_a_formula_without_a_value_or_with_an_error_is_a_fault_where_it_stands_and_no_blank(
    tmp_path: Path, title: str, column: str, place: str, value: str, kind: str, shown: str, words: str
) -> None:
    path = write_workbook(tmp_path / "x.xlsx", small_sheets())
    book = load_workbook(path)
    cell = book[title][place]
    cell.value = value
    cell.data_type = kind
    book.save(path)
    (fault,) = read_records(path, SCHEMA).faults
    found = (fault.kind, fault.severity, fault.sheet, fault.row, fault.column, fault.value)
    assert found == ("bad-value", "error", title, cell.row, column, shown)
    assert fault.expected.startswith(words)


def test_dates_of_the_1904_system_with_a_time_are_the_same_moments(tmp_path: Path) -> None:
    moment = dt.datetime(2023, 1, 5, 9, 30)
    for epoch in (CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900):
        book = Workbook()
        book.epoch = epoch
        sheet = book.worksheets[0]
        sheet.title = "现场签到"
        sheet.append(["专员编号", "企业编号", "签到时间"])
        sheet.append(["S1", "M1", moment])
        folder = write_tables(tmp_path / f"{epoch:%Y}", checkins=None)
        book.save(folder / "x.xlsx")
        assert read_records(folder, SCHEMA)["checkins"]["at"].tolist() == [moment]


def test_a_merged_title_and_hidden_sheets_are_read_like_any(tmp_path: Path) -> None:
    sheets = {name: [[f"{name}汇总表"], *rows] for name, rows in small_sheets().items()}
    path = write_workbook(tmp_path / "x.xlsx", sheets)
    book = load_workbook(path)
    for sheet in book.worksheets:
        sheet.merge_cells("A1:C1")
    book["专员名册"].sheet_state = "hidden"
    book["监管分工"].sheet_state = "veryHidden"
    book.save(path)
    assert as_read(path) == as_read(write_tables(tmp_path / "csv"))


# Files that can't be opened


def test_a_file_that_another_program_holds_is_a_fault_that_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = write_workbook(tmp_path / "翼城县.xlsx", small_sheets())

    def locked(path: Path) -> bytes:
        raise PermissionError(13, "The process cannot access the file", str(path))

    monkeypatch.setattr(Path, "read_bytes", locked)
    (fault,) = read_records(tmp_path, SCHEMA).faults
    assert (fault.kind, fault.severity, fault.file) == ("unreadable", "error", book.name)
    assert fault.expected.startswith("无法打开，正被其他程序（如 Excel、WPS）占用")


def test_a_file_removed_between_the_listing_and_the_reading_is_a_fault_that_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tables(tmp_path)
    read = Path.read_bytes

    def removing(path: Path) -> bytes:
        content = read(path)
        if path.name == "counties.csv":
            (tmp_path / "mines.csv").unlink()
        return content

    monkeypatch.setattr(Path, "read_bytes", removing)
    (fault,) = read_records(tmp_path, SCHEMA).faults
    assert (fault.kind, fault.file) == ("unreadable", "mines.csv")
    assert "读取时已不在原处" in fault.expected


@pytest.mark.parametrize("name", ["mines.csv", "mines.parquet", "企业名录.xlsx"])
def test_a_folder_that_is_named_like_a_file_is_a_fault_that_names_it(tmp_path: Path, name: str) -> None:
    write_tables(tmp_path, mines=None)
    (tmp_path / name).mkdir()
    (fault,) = read_records(tmp_path, SCHEMA).faults
    assert (fault.kind, fault.file) == ("unreadable", name)
    assert fault.expected.startswith("是文件夹，不是文件")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no read permission to take away")
def test_a_file_without_read_permission_is_a_fault_that_names_it(tmp_path: Path) -> None:
    write_tables(tmp_path)
    (tmp_path / "mines.csv").chmod(0)
    if os.access(tmp_path / "mines.csv", os.R_OK):
        pytest.skip("this user may read everything")
    (fault,) = read_records(tmp_path, SCHEMA).faults
    assert (fault.kind, fault.file) == ("unreadable", "mines.csv")
    assert "没有读取它的权限" in fault.expected


def test_any_other_trouble_of_the_disk_is_said_with_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tables(tmp_path)
    read = Path.read_bytes

    def failing(path: Path) -> bytes:
        if path.name == "mines.csv":
            raise OSError(5, "Input/output error")
        if path.name == "checkins.csv":
            raise MemoryError
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", failing)
    found = {fault.file: fault.expected for fault in read_records(tmp_path, SCHEMA).faults}
    assert set(found) == {"mines.csv", "checkins.csv"}
    assert found["mines.csv"].startswith("无法打开（磁盘读写出错）")
    assert found["checkins.csv"].startswith("内存不足")


def test_a_workbook_with_a_password_is_a_fault_that_names_it(tmp_path: Path) -> None:
    plain = write_workbook(tmp_path / "plain" / "x.xlsx", small_sheets())
    folder = tmp_path / "records"
    folder.mkdir()
    with plain.open("rb") as source, (folder / "曲沃县.xlsx").open("wb") as out:
        OOXMLFile(source).encrypt("秘密", out)
    (fault,) = read_records(folder, SCHEMA).faults
    assert (fault.kind, fault.file) == ("unreadable", "曲沃县.xlsx")
    assert str(fault).startswith("曲沃县.xlsx：工作簿有打开密码。请在 Excel 或 WPS 中输入密码打开，清除密码")


def test_a_folder_that_may_not_be_opened_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(path: Path) -> Iterator[Path]:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "iterdir", closed)
    with pytest.raises(BulletinError, match="没有读取它的权限") as caught:
        read_records(tmp_path, SCHEMA)
    assert caught.value.code == "no-records"


def test_a_file_of_a_kind_that_isnt_read_is_said_with_those_that_are(tmp_path: Path) -> None:
    (tmp_path / "2023.zip").write_bytes(b"PK")
    with pytest.raises(BulletinError, match=r"2023\.zip 应为文件夹，或 \.csv、\.parquet、\.xlsx"):
        read_records(tmp_path / "2023.zip", SCHEMA)


@pytest.mark.parametrize("name", ["甲县.ods", "甲县.XLSB", "checkins.ods"])
def test_a_workbook_in_another_format_is_named_with_what_to_do(tmp_path: Path, name: str) -> None:
    (write_tables(tmp_path / "records") / name).write_bytes(b"PK")
    for location in (tmp_path / "records", tmp_path / "records" / name):
        (fault,) = read_records(location, SCHEMA).faults
        assert (fault.kind, fault.file) == ("unreadable", name)
        assert (
            fault.expected == "是 .xlsb 或 .ods 格式，不能读取，请在 Excel 或 WPS 中打开后另存为“Excel 工作簿（.xlsx）”"
        )


# Other files


def test_a_folder_whose_name_is_a_pattern_holds_its_own_files(tmp_path: Path) -> None:
    for name, county in (("数据[2023]", "甲县"), ("数据2", "别处")):
        folder = write_tables(tmp_path / name, counties=None)
        with duckdb.connect() as connection:
            connection.sql(f"SELECT '{JIA}' AS county_code, '{county}' AS county").write_parquet(str(tmp_path / "x"))
        (tmp_path / "x").rename(folder / "counties.parquet")
    assert read_records(tmp_path / "数据[2023]", SCHEMA)["counties"]["county"].tolist() == ["甲县"]


def test_a_parquet_file_of_more_cells_than_memory_holds_is_refused(tmp_path: Path) -> None:
    folder = write_tables(tmp_path, remote_inspections=None)
    path = folder / "remote_inspections.parquet"
    with duckdb.connect() as connection:
        rows = f"SELECT 'S1' AS supervisor_id, 'M1' AS mine_id, '2023-01-05' AS at FROM range({MAX_CELLS // 3 + 1})"  # noqa: S608
        connection.sql(rows).write_parquet(str(path))
    assert path.stat().st_size < 2**20
    records = read_records(folder, SCHEMA)
    records.close()
    (fault,) = records.faults
    assert (fault.kind, fault.file) == ("unreadable", path.name)
    assert "2000 万个单元格的上限" in fault.expected


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_excels_unicode_text_is_a_fault_that_says_how_to_save_it(tmp_path: Path, encoding: str) -> None:
    folder = write_tables(tmp_path, checkins=None)
    text = "\ufeff" * (encoding != "utf-16") + "专员编号\t企业编号\t签到时间\n"
    (folder / "现场签到.csv").write_bytes(text.encode(encoding))
    (fault,) = read_records(folder, SCHEMA).faults
    assert (fault.kind, fault.file) == ("unreadable", "现场签到.csv")
    assert (
        fault.expected == "是 UTF-16 编码（Excel 的“Unicode 文本”）。请在 Excel 或 WPS 中另存为“CSV UTF-8（逗号分隔）”"
    )


def test_a_workbook_of_two_hundred_thousand_rows_is_read(tmp_path: Path) -> None:
    folder = write_tables(tmp_path, checkins=None)
    count = 200_000
    rows = [books.line(1, "专员编号", "企业编号", "签到时间", "深入作业面", "取证份数", "信息上传")]
    for number in range(2, count + 2):
        values = (
            f'<c r="C{number}"><v>{44_927 + number / 600:.6f}</v></c>',
            f'<c r="E{number}"><v>{number % 4}</v></c>',
        )
        who, what = books.text(f"A{number}", f"S{number % 2 + 1}"), books.text(f"B{number}", f"M{number % 2 + 1}")
        flags = books.text(f"D{number}", "是"), books.text(f"F{number}", "×")
        rows.append(books.row(number, who, what, values[0], flags[0], values[1], flags[1]))
    (folder / "x.xlsx").write_bytes(books.xlsx({"现场签到": books.sheet("".join(rows))}))
    records = read_records(folder, SCHEMA)
    assert records.faults == []
    assert len(records["checkins"]) == count
    assert records["checkins"]["row"].tolist() == list(range(2, count + 2))
    assert records["checkins"]["evidence"].sum() == count // 4 * 6
    assert without_gaps(check_records(records, params_of().window).warnings) == []
