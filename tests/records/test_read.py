"""Messy files are read without a word; what can't be read is a fault with its place."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd
import pytest

from bulletin.mines.schema import SCHEMA, TABLES
from bulletin.project.errors import BulletinError
from bulletin.records.faults import Fault
from bulletin.records.read import Records, read_records
from tests.builders import JIA, SMALL, write_tables

COUNTIES = [["100001", "甲县"], ["100002", "乙区"]]


def read_with(folder: Path, name: str, content: bytes | str) -> Records:
    """The small period with one file in place of its table's; whatever its name, it's the table's only file."""
    write_tables(folder)
    for table in TABLES.values():
        if Path(name).stem.lower() in (table.name, table.title):
            (folder / f"{table.name}.csv").unlink()
    (folder / name).write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return read_records(folder, SCHEMA)


def rows_of(frame: pd.DataFrame) -> list[list[str]]:
    return frame[["county_code", "county"]].to_numpy().tolist()


def seen(fault: Fault) -> tuple[str, str, str, int | None, str, str]:
    return fault.kind, fault.severity, fault.file, fault.row, fault.column, fault.value


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("counties.csv", "county_code,county\n100001,甲县\n100002,乙区\n"),
        ("县区.csv", "行政区划代码,县区\n100001,甲县\n100002,乙区\n"),
        ("Counties.CSV", "County_Code,县区\n100001,甲县\n100002,乙区\n"),
        ("counties.csv", "县区,行政区划代码\n甲县,100001\n乙区,100002\n"),
        ("counties.csv", "序号,county_code,备注,county,\n1,100001,好,甲县,x\n2,100002,,乙区,\n"),
        ("counties.csv", "样例市县区表\n制表：某处,,\n,,\ncounty_code,county\n100001,甲县\n100002,乙区\n"),
        ("counties.csv", "县区\n行政区划代码,县区\n100001,甲县\n100002,乙区\n"),
        ("counties.csv", "county_code,county\n100001,甲县\n100002,乙区\n合计,2\n"),
        ("counties.csv", "county_code,county\n100001,甲县\n100002,乙区\n小计,1\n总　计：,2\n,\n"),
        ("counties.csv", "county_code,county\n\n100001,甲县\n,\n100002,乙区\n 　,\u00a0\n\n"),
        ("counties.csv", "\ufeffcounty_code,county\n100001,甲县\n100002,乙区"),
        ("counties.csv", "县区,行政区划代码\n甲县,100001\n乙区,100002\n".encode("gb18030")),
        ("counties.csv", "county_code,county\r\n100001,甲县\r\n100002,乙区\r\n"),
        ("counties.csv", "county_code,county\r100001,甲县\r100002,乙区\r"),
        ("counties.csv", "ｃｏｕｎｔｙ＿ｃｏｄｅ,county\n１００００１,甲县\n１００００２,乙区\n"),
        ("counties.csv", "county_code , 县 区\n\u00a0100001\u3000, 甲县\u200b\n100002\t,\u3000乙区\n"),
        ("counties.csv", "county_code,county\n100001.0,甲县\n100002.0,乙区\n"),
        ("counties.csv", '\ufeff"county_code","county"\n100001,甲县\n100002,乙区\n'),
        ("counties.csv", '"county_code","county"\n"100001","甲县"\n"100002","乙区"\n'),
    ],
)
def test_a_messy_file_is_read_without_a_word(tmp_path: Path, name: str, content: bytes | str) -> None:
    records = read_with(tmp_path, name, content)
    assert records.faults == []
    assert rows_of(records["counties"]) == COUNTIES


def test_every_table_can_be_handed_in_under_its_chinese_name_and_headings(tmp_path: Path) -> None:
    for known in TABLES.values():
        header = ",".join(column.heading for column in known.columns)
        lines = [header, *SMALL[known.name]]
        (tmp_path / f"{known.title}.csv").write_text("\n".join(lines), encoding="gb18030")
    records = read_records(tmp_path, SCHEMA)
    assert records.faults == []
    assert {name: len(frame) for name, frame in records.frames.items()} == {
        name: len(rows) for name, rows in SMALL.items()
    }


@pytest.mark.parametrize("name", ["镕县", "㛃县", "𠮷区", "€县"])
def test_every_character_of_gb18030_is_read(tmp_path: Path, name: str) -> None:
    records = read_with(tmp_path, "counties.csv", f"县区,行政区划代码\n{name},100001\n".encode("gb18030"))
    assert records["counties"]["county"].tolist() == [name]


def test_leading_zeros_of_identifiers_stay(tmp_path: Path) -> None:
    records = read_with(tmp_path, "counties.csv", "county_code,county\n0012,甲县\n")
    assert records["counties"]["county_code"].tolist() == ["0012"]


def test_the_last_row_is_kept_where_a_name_only_begins_like_a_total(tmp_path: Path) -> None:
    content = "mine,mine_id,county_code,kind\n甲一矿,M1,100001,地下开采\n总计沟铁矿,M2,100001,露天开采\n"
    records = read_with(tmp_path, "mines.csv", content)
    assert records["mines"]["mine_id"].tolist() == ["M1", "M2"]


def test_a_total_among_the_rows_is_a_fault_and_not_dropped(tmp_path: Path) -> None:
    records = read_with(tmp_path, "counties.csv", "county_code,county\n100001,甲县\n合计,\n100002,乙区\n")
    assert [seen(fault) for fault in records.faults] == [("empty", "error", "counties.csv", 3, "县区", "")]


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        ("county_code,county\n100001,甲县\n100002,乙区\n", [2, 3]),
        ("标题\n\ncounty_code,county\n\n100001,甲县\n,,\n100002,乙区\n", [5, 7]),
        ('county_code,county\n100001,"甲\n县"\n100002,乙区\n', [2, 3]),
        ('"标题\n第二行"\ncounty_code,county\n100001,"甲\r\n\r\n县"\n100002,乙区\n', [3, 4]),
        ("county_code,county\r\n\r\n100001,甲县\r\n100002,乙区\r\n", [3, 4]),
    ],
)
def test_rows_are_numbered_as_a_spreadsheet_numbers_them(tmp_path: Path, content: str, rows: list[int]) -> None:
    assert read_with(tmp_path, "counties.csv", content)["counties"]["row"].tolist() == rows


def test_frames_have_the_columns_of_the_table_and_the_row_whatever_the_file_holds(tmp_path: Path) -> None:
    records = read_with(tmp_path, "checkins.csv", "备注,at,mine_id,supervisor_id\nx,2023-01-05 9:30,M1,S1\n")
    assert records.faults == []
    assert {name: str(dtype) for name, dtype in records["checkins"].dtypes.items()} == {
        "supervisor_id": "str",
        "mine_id": "str",
        "at": "datetime64[us]",
        "underground": "boolean",
        "evidence": "Int64",
        "uploaded": "boolean",
        "row": "int64",
        "file": "str",
        "sheet": "str",
    }


@pytest.mark.parametrize("table", ["mine_status", "ledger_reviews"])
def test_status_and_ledger_reviews_may_be_absent(tmp_path: Path, table: str) -> None:
    write_tables(tmp_path, **{table: None})
    records = read_records(tmp_path, SCHEMA)
    assert records.faults == []
    assert records[table].empty
    assert table not in {source.table for source in records.sources}


@pytest.mark.parametrize(
    "table",
    ["counties", "mines", "supervisors", "assignments", "task_lists", "checkins", "remote_inspections", "stationing"],
)
def test_any_other_absent_table_is_named_in_both_languages(tmp_path: Path, table: str) -> None:
    write_tables(tmp_path, **{table: None})
    (fault,) = read_records(tmp_path, SCHEMA).faults
    assert seen(fault) == ("missing-table", "error", f"{table}.csv", None, "", "")
    assert TABLES[table].title in fault.expected


@pytest.mark.parametrize(
    "there", [(), ("previous.csv",), ("Previous.CSV", "facts.csv", "quality.csv"), (".rows", "README.md")]
)
def test_a_folder_without_records_says_what_to_put_there(tmp_path: Path, there: tuple[str, ...]) -> None:
    for name in there:
        (tmp_path / name).write_text("metric,scope\n", encoding="utf-8")
    with pytest.raises(BulletinError, match="里还没有数据。请把各表放进去：县区、企业名录、专员名册") as caught:
        read_records(tmp_path, SCHEMA)
    assert caught.value.code == "no-records"
    assert "改名" not in str(caught.value)


def test_files_of_our_own_are_never_taken_for_a_table(tmp_path: Path) -> None:
    write_tables(tmp_path, remote_inspections=None)
    for name in ("previous.csv", "facts.csv", "quality.csv"):
        (tmp_path / name).write_text("metric,scope\n", encoding="utf-8")
    (fault,) = read_records(tmp_path, SCHEMA).faults
    assert fault.kind == "missing-table"
    assert "相近" not in fault.expected


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(BulletinError, match=r"找不到数据 .*没有这个") as caught:
        read_records(tmp_path / "没有这个", SCHEMA)
    assert caught.value.code == "no-records"


@pytest.mark.parametrize("second", ["县区.csv", "ＣＯＵＮＴＩＥＳ.csv"])
def test_the_same_table_in_two_files_is_a_fault(tmp_path: Path, second: str) -> None:
    write_tables(tmp_path)
    (tmp_path / second).write_text("county_code,county\n100003,丙县\n", encoding="utf-8")
    (fault,) = read_records(tmp_path, SCHEMA).faults
    assert (fault.kind, fault.severity) == ("duplicate-table", "error")
    assert {"counties.csv", second} <= set(fault.expected.replace(" 是", " ").split())


def test_every_missing_required_column_is_named_with_the_row_of_the_header(tmp_path: Path) -> None:
    records = read_with(tmp_path, "mines.csv", "企业名录\n企业编号,附带尾矿库\nM1,否\n")
    assert [seen(fault) for fault in records.faults] == [
        ("missing-column", "error", "mines.csv", 2, "企业名称", ""),
        ("missing-column", "error", "mines.csv", 2, "行政区划代码", ""),
        ("missing-column", "error", "mines.csv", 2, "类型", ""),
    ]
    assert "缺少必需的列“企业名称”（mine）" in records.faults[0].expected


def test_columns_that_may_be_empty_may_be_missing(tmp_path: Path) -> None:
    records = read_with(tmp_path, "supervisors.csv", "supervisor_id,county_code\nS1,100001\n")
    assert records.faults == []
    assert records["supervisors"]["name"].isna().all()


@pytest.mark.parametrize("header", ["mine_id,mine_id", "mine_id,企业编号", "企业编号,企业编号"])
def test_a_column_that_occurs_twice_is_a_fault_with_its_heading(tmp_path: Path, header: str) -> None:
    records = read_with(tmp_path, "task_lists.csv", f"{header},year\nM1,M2,2023\n")
    heading = header.split(",")[1]
    assert [seen(fault) for fault in records.faults] == [
        ("duplicate-column", "error", "task_lists.csv", 1, heading, "")
    ]


def test_a_header_below_twenty_rows_isnt_found(tmp_path: Path) -> None:
    deep = "说明\n" * 19 + "county_code,county\n100001,甲县\n"
    assert read_with(tmp_path / "19", "counties.csv", deep).faults == []
    (fault,) = read_with(tmp_path / "20", "counties.csv", f"说明\n{deep}").faults
    assert seen(fault) == ("missing-column", "error", "counties.csv", None, "", "")
    assert "行政区划代码、县区" in fault.expected


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    records = read_with(tmp_path, "checkins.csv", "supervisor_id,mine_id,at\n")
    assert records.faults == []
    assert records["checkins"].empty


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xef\xbb\xbf",
        b"\n\n\n",
        b" ",
        "专员编号;企业编号;签到时间\n".encode(),
        "supervisor_id,mine_id,at\nS1,M1,2023-01-05\n".encode("utf-16"),
        "supervisor_id,mine_id,at\nS1,M1,2023-01-05\n".encode("utf-16-le"),
        b"PK\x03\x04\x14\x00\x06\x00\xff\xfe\x80",
        bytes(range(256)),
        b"\xff" * 100,
        b"\x00" * 100,
        b"supervisor_id,mine_id,at\n" + b"x" * 200_000 + b",M1,2023-01-05\n",
        b"supervisor_id,mine_id,at\nS1,M1,2023-01-05\xff\xff\n",
        b"supervisor_id,mine_id,at\nS1,M1,2023-01-05 09:30\x00\n",
        b'supervisor_id,mine_id,at,x\nS1,M1,2023-01-05,"x\nS1,M1,2023-01-06,\nS1,M1,2023-01-07,\n',
    ],
    ids=[
        "no byte",
        "a BOM alone",
        "blank lines",
        "a blank",
        "semicolons",
        "UTF-16",
        "UTF-16 without BOM",
        "a workbook",
        "every byte",
        "no text",
        "NUL bytes",
        "a huge cell",
        "a broken character",
        "a NUL in a cell",
        "an open quote",
    ],
)
def test_a_file_that_is_no_table_is_a_clean_fault_in_chinese(tmp_path: Path, content: bytes) -> None:
    faults = read_with(tmp_path, "checkins.csv", content).faults
    assert faults
    assert {(fault.severity, fault.file) for fault in faults} == {("error", "checkins.csv")}
    for english in ("codec", "byte", "field", "line", "Error"):
        assert english not in faults[0].expected


@pytest.mark.parametrize("control", ["\x00", "\x01", "\x0b甲\x1f"])
def test_a_control_character_inside_a_name_is_a_fault(tmp_path: Path, control: str) -> None:
    # Word and Excel files can't hold one: the build would end in a traceback.
    records = read_with(tmp_path, "counties.csv", f"county_code,county\n100001,甲{control}县\n")
    assert [fault.row for fault in records.faults] == [2]


def test_a_folder_or_dead_link_in_a_files_place_is_a_clean_fault(tmp_path: Path) -> None:
    write_tables(tmp_path, checkins=None, stationing=None)
    (tmp_path / "checkins.csv").mkdir()
    (tmp_path / "stationing.csv").symlink_to(tmp_path / "gone")
    faults = read_records(tmp_path, SCHEMA).faults
    assert [(fault.severity, fault.file) for fault in faults] == [
        ("error", "checkins.csv"),
        ("error", "stationing.csv"),
    ]


def test_other_files_in_the_folder_are_left_alone(tmp_path: Path) -> None:
    write_tables(tmp_path)
    for name in ("README.md", "mines.csv.bak", "~$mines.xlsx", "说明.csv"):
        (tmp_path / name).write_bytes(b"\xff\x00")
    assert read_records(tmp_path, SCHEMA).faults == []


def test_sources_tell_what_was_read(tmp_path: Path) -> None:
    content = "行政区划代码,县区\n100001,甲县\n100002,乙区\n合计,2\n".encode("gb18030")
    (source,) = (each for each in read_with(tmp_path, "县区.csv", content).sources if each.table == "counties")
    assert (source.file, source.rows) == ("县区.csv", 2)
    assert source.sha256 == hashlib.sha256(content).hexdigest()


def test_a_fault_names_the_chinese_file_that_was_read(tmp_path: Path) -> None:
    records = read_with(tmp_path, "县区.csv", "行政区划代码,县区\n100001,\n")
    assert [seen(fault) for fault in records.faults] == [("empty", "error", "县区.csv", 2, "县区", "")]


def test_a_cell_that_cant_be_read_is_missing_in_the_frame(tmp_path: Path) -> None:
    records = read_with(tmp_path, "checkins.csv", "supervisor_id,mine_id,at,evidence\nS1,M1,昨天,两份\n")
    assert records["checkins"][["at", "evidence"]].isna().all(axis=None)
    assert [(fault.kind, fault.column, fault.value) for fault in records.faults] == [
        ("bad-value", "取证份数", "两份"),
        ("bad-value", "签到时间", "昨天"),
    ]


def test_keys_are_compared_as_they_are_read(tmp_path: Path) -> None:
    records = read_with(
        tmp_path, "counties.csv", "county_code,county\n100001,甲县\n１００００１.0,乙区\n,丙县\n,丁县\n"
    )
    assert [(fault.kind, fault.row, fault.value) for fault in records.faults] == [
        ("duplicate-key", 3, "１００００１.0"),
        ("empty", 4, ""),
        ("empty", 5, ""),
    ]


def test_a_slip_in_a_heading_is_pointed_out_with_the_missing_column(tmp_path: Path) -> None:
    content = "专员编号,企业编码,签到时问,备注\nS1,M1,2023-01-05,x\n"
    faults = read_with(tmp_path, "checkins.csv", content).faults
    assert [(fault.kind, fault.severity, fault.row, fault.column) for fault in faults] == [
        ("missing-column", "error", 1, "企业编号"),
        ("missing-column", "error", 1, "签到时间"),
    ]
    assert faults[0].expected == "缺少必需的列“企业编号”（mine_id）；现有相近的“企业编码”，如果就是它，请改名"
    assert "现有相近的“签到时问”" in faults[1].expected


@pytest.mark.parametrize("slip", ["结束日斯", "结束时间", "结束日期（离岗）", "End date"])
def test_a_column_that_may_be_missing_isnt_passed_over_where_it_has_a_slip(tmp_path: Path, slip: str) -> None:
    content = f"专员编号,企业编号,开始日期,{slip}\nS1,M1,2022-01-01,2023-01-01\n"
    (fault,) = read_with(tmp_path, "assignments.csv", content).faults
    assert seen(fault) == ("missing-column", "warning", "assignments.csv", 1, "结束日期", "")
    assert fault.expected == f"缺少列“结束日期”（end）；现有相近的“{slip}”，如果就是它，请改名"


@pytest.mark.parametrize("other", ["备注", "序号", "县区", "企业名称", "姓名", "年龄", "结果", ""])
def test_columns_of_ones_own_are_no_slips(tmp_path: Path, other: str) -> None:
    content = f"专员编号,企业编号,开始日期,{other}\nS1,M1,2022-01-01,x\n"
    assert read_with(tmp_path, "assignments.csv", content).faults == []


def test_a_slip_in_a_tables_name_is_pointed_out_with_the_missing_table(tmp_path: Path) -> None:
    write_tables(tmp_path, checkins=None)
    (tmp_path / "现场签道表.csv").write_text("x\n", encoding="utf-8")
    (fault,) = read_records(tmp_path, SCHEMA).faults
    assert fault.kind == "missing-table"
    assert fault.expected.endswith("；现有相近的“现场签道表”，如果就是它，请改名")


def test_a_long_number_that_excel_shortened_is_no_identifier(tmp_path: Path) -> None:
    records = read_with(tmp_path, "counties.csv", "county_code,county\n1.41022E+17,甲县\n")
    (fault,) = records.faults
    assert seen(fault) == ("bad-value", "error", "counties.csv", 2, "行政区划代码", "1.41022E+17")
    assert "请设为文本格式后重新填写" in fault.expected
    assert records["counties"]["county_code"].isna().all()


def test_names_are_those_under_any_heading_of_names_in_any_table(tmp_path: Path) -> None:
    records = read_with(tmp_path, "checkins.csv", "专员编号,专员姓名,企业编号,签到时间\nS1,赵 一,M1,2023-01-05\n")
    assert records.names == {"赵一", "钱二", "孙三", "赵 一"}


def test_two_keys_that_cant_be_read_are_no_double_of_each_other(tmp_path: Path) -> None:
    write_tables(
        tmp_path,
        mines=[f"M1,甲一矿,{JIA},露天开采,否", f"#REF!,甲二矿,{JIA},露天开采,否", f"#N/A,甲三矿,{JIA},露天开采,否"],
    )
    found = [(fault.kind, fault.row) for fault in read_records(tmp_path, SCHEMA).faults]
    assert found == [("bad-value", 3), ("bad-value", 4)]
