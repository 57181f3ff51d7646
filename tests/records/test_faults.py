"""Faults are said in Chinese, counted by kind, and written as a spreadsheet that runs nothing."""

from __future__ import annotations

import csv
import io

import pytest

from bulletin.mines.schema import SCHEMA
from bulletin.records.faults import Fault, RecordsError, counts_by_kind, fault_titles, faults_csv, hide, summary_lines
from bulletin.records.read import Records

NOTHING = Records(SCHEMA, {}, [], [])
BAD = Fault("bad-value", "error", "checkins.csv", "应为是或否", 7, "信息上传", "也许")
ABSENT = Fault("missing-table", "error", "mines.csv", "需要“企业名录”表")
LATE = Fault("repeated-event", "warning", "checkins.csv", "未重复计入", 9, "签到时间", "2022-01-01", "", "甲县")


def lines_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        (BAD, "checkins.csv 第7行 “信息上传”列：现为“也许”，应为是或否"),
        (ABSENT, "mines.csv：需要“企业名录”表"),
        (
            Fault("empty", "error", "2023.xlsx", "不能为空", 3, "县区", sheet="县区"),
            "2023.xlsx 县区 第3行 “县区”列：不能为空",
        ),
    ],
)
def test_a_fault_reads_as_a_line_with_its_place(fault: Fault, line: str) -> None:
    assert str(fault) == line


def test_every_kind_of_data_md_has_a_chinese_title() -> None:
    assert (
        fault_titles(SCHEMA).items()
        >= {
            "missing-table": "缺少数据表",
            "missing-column": "缺少列",
            "empty": "必填项为空",
            "bad-value": "内容无法识别",
            "duplicate-key": "编号重复",
            "unknown-id": "编号不在名册中",
            "end-before-start": "结束早于开始",
            "overlap": "监管分工重叠",
            "unassigned-event": "记录无对应监管分工",
            "repeated-event": "记录重复",
            "missing-county": "比上期少的县（市、区）",
            "new-county": "比上期多的县（市、区）",
            "no-events": "没有本期记录",
            "early-end": "记录提前结束",
            "unsupervised-mine": "企业无专员",
            "idle-supervisor": "专员无监管分工",
            "other-county": "专员与企业不在同一县",
        }.items()
    )
    assert all(title.isascii() is False for title in fault_titles(SCHEMA).values())


def test_faults_are_counted_in_the_order_of_the_table() -> None:
    assert counts_by_kind([LATE, BAD, ABSENT, BAD], SCHEMA) == [
        ("missing-table", 1),
        ("bad-value", 2),
        ("repeated-event", 1),
    ]


def test_a_summary_shows_three_of_a_kind_and_counts_the_rest() -> None:
    faults = [Fault("bad-value", "error", "checkins.csv", "应为是或否", row) for row in range(2, 7)]
    assert summary_lines(faults, SCHEMA) == [
        "  内容无法识别（5 处）",
        "    · checkins.csv 第2行：应为是或否",
        "    · checkins.csv 第3行：应为是或否",
        "    · checkins.csv 第4行：应为是或否",
        "    · 其余 2 处略，见 quality.xlsx",
    ]


def test_a_summary_of_three_leaves_nothing_out() -> None:
    assert len(summary_lines([BAD] * 3, SCHEMA)) == 4
    assert not summary_lines([], SCHEMA)


def test_an_error_counts_errors_only_and_carries_the_warnings_too() -> None:
    error = RecordsError([LATE, BAD, ABSENT], NOTHING)
    assert str(error) == (
        "数据有 2 处错误，未生成任何报告：\n"
        "  缺少数据表（1 处）\n"
        "    · mines.csv：需要“企业名录”表\n"
        "  内容无法识别（1 处）\n"
        "    · checkins.csv 第7行 “信息上传”列：现为“也许”，应为是或否"
    )
    assert error.code == "bad-records"
    assert error.faults == [LATE, BAD, ABSENT]


def test_an_error_says_where_the_list_is() -> None:
    assert str(RecordsError([BAD], NOTHING, told="逐条清单已写入 quality.xlsx。")).endswith(
        "应为是或否\n逐条清单已写入 quality.xlsx。"
    )


def test_the_spreadsheet_has_a_bom_and_puts_errors_first() -> None:
    content = faults_csv([LATE, BAD, LATE, ABSENT], SCHEMA)
    assert content.startswith(b"\xef\xbb\xbf")
    assert not content.startswith(b"\xef\xbb\xbf" * 2)
    assert lines_of(content) == [
        ["级别", "类别", "文件", "工作表", "行", "列", "现有内容", "要求", "县（市、区）"],
        ["错误", "内容无法识别", "checkins.csv", "", "7", "信息上传", "也许", "应为是或否", ""],
        ["错误", "缺少数据表", "mines.csv", "", "", "", "", "需要“企业名录”表", ""],
        ["提示", "记录重复", "checkins.csv", "", "9", "签到时间", "2022-01-01", "未重复计入", "甲县"],
        ["提示", "记录重复", "checkins.csv", "", "9", "签到时间", "2022-01-01", "未重复计入", "甲县"],
    ]


def test_no_fault_is_a_heading_alone() -> None:
    assert len(lines_of(faults_csv([], SCHEMA))) == 1


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")'])
def test_a_value_that_a_spreadsheet_would_run_is_made_text(formula: str) -> None:
    fault = Fault("bad-value", "error", formula, "应为是或否", 2, "信息上传", formula, formula, formula)
    (_, cells) = lines_of(faults_csv([fault], SCHEMA))
    assert [cells[place] for place in (2, 3, 6, 8)] == [f"'{formula}"] * 4


@pytest.mark.parametrize("value", ["a=1", "甲,乙", '引"号', "两\n行", "甲\r=1+1", "甲\r\n=1+1", "2023-01-05"])
def test_any_other_value_stands_in_the_spreadsheet_as_it_is(value: str) -> None:
    fault = Fault("bad-value", "error", "checkins.csv", "应为是或否", 2, "信息上传", value)
    (_, cells) = lines_of(faults_csv([fault], SCHEMA))
    assert cells[6] == value


def test_a_found_value_that_is_a_name_is_blanked_out_and_no_other() -> None:
    named = Fault("unknown-id", "error", "checkins.csv", "没有这一编号", 7, "专员编号", "赵一")
    hidden = hide([named, BAD], {"赵一", "钱二"}, SCHEMA)
    assert [fault.value for fault in hidden] == ["（姓名，不显示）", "也许"]
    assert hidden[0].row == 7


def test_a_name_that_cant_be_read_is_blanked_out_too() -> None:
    unread = Fault("bad-value", "error", "supervisors.csv", "应为文字", 7, "姓名", "赵\x01一")
    blank = Fault("empty", "error", "supervisors.csv", "不能为空", 8, "姓名")
    assert [fault.value for fault in hide([unread, blank], set(), SCHEMA)] == ["（姓名，不显示）", ""]
