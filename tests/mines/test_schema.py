"""The tables are those of data.md: names, headings, required marks, closed lists."""

from __future__ import annotations

import pytest

from bulletin.mines.schema import EVENTS, PERSONAL, REGISTERS, TABLES
from bulletin.records.cells import heading
from bulletin.records.schema import Column

# The table of data.md, a line a column: English*, Chinese, type; a star marks what must be filled.
EXPECTED = {
    "counties 县区": ["county_code* 行政区划代码 identifier", "county* 县区 text"],
    "mines 企业名录": [
        "mine_id* 企业编号 identifier",
        "mine* 企业名称 text",
        "county_code* 行政区划代码 identifier",
        "kind* 类型 choice",
        "attached_tailings 附带尾矿库 flag",
    ],
    "mine_status 生产状态": [
        "mine_id* 企业编号 identifier",
        "status* 状态 choice",
        "start* 开始日期 date",
        "end 结束日期 date",
    ],
    "supervisors 专员名册": [
        "supervisor_id* 专员编号 identifier",
        "name 姓名 text",
        "county_code* 行政区划代码 identifier",
    ],
    "assignments 监管分工": [
        "supervisor_id* 专员编号 identifier",
        "mine_id* 企业编号 identifier",
        "start* 开始日期 date",
        "end 结束日期 date",
    ],
    "task_lists 任务清单": ["mine_id* 企业编号 identifier", "year* 年度 year", "issued_on 制定日期 date"],
    "checkins 现场签到": [
        "supervisor_id* 专员编号 identifier",
        "mine_id* 企业编号 identifier",
        "at* 签到时间 time",
        "underground 深入作业面 flag",
        "evidence 取证份数 count",
        "uploaded 信息上传 flag",
    ],
    "remote_inspections 远程监管": [
        "supervisor_id* 专员编号 identifier",
        "mine_id* 企业编号 identifier",
        "at* 巡查时间 time",
    ],
    "stationing 驻矿盯守": [
        "key_period* 重点时段 text",
        "supervisor_id* 专员编号 identifier",
        "mine_id* 企业编号 identifier",
        "start* 进驻日期 date",
        "end 离矿日期 date",
        "app_checkin 手机签到 flag",
    ],
    "ledger_reviews 台账抽查": [
        "mine_id* 企业编号 identifier",
        "reviewed_on* 抽查日期 date",
        "supervisor_id 专员编号 identifier",
        "no_recheck 未记录整改复查 flag",
        "inaccurate 隐患描述不准确 flag",
        "illegible 字迹潦草涂改 flag",
        "unsigned 未签字确认 flag",
    ],
    "exemptions 豁免情况": [
        "county_code 行政区划代码 identifier",
        "supervisor_id 专员编号 identifier",
        "mine_id 企业编号 identifier",
        "start* 开始日期 date",
        "end 结束日期 date",
        "reason 事由 text",
    ],
}


def as_line(column: Column) -> str:
    return f"{column.name}{'*' if column.required else ''} {column.heading} {column.kind}"


def test_the_tables_are_in_the_order_of_the_specification() -> None:
    assert [f"{table.name} {table.title}" for table in TABLES.values()] == list(EXPECTED)


@pytest.mark.parametrize("table", EXPECTED)
def test_a_table_has_the_columns_of_the_specification(table: str) -> None:
    assert [as_line(column) for column in TABLES[table.split(maxsplit=1)[0]].columns] == EXPECTED[table]


@pytest.mark.parametrize(
    ("table", "column", "words"),
    [
        (
            "mines",
            "kind",
            {"underground": "地下开采", "open_pit": "露天开采", "tailings": "独立尾矿库"},
        ),
        ("mine_status", "status", {"active": "正常生产建设", "suspended": "停产停建"}),
    ],
)
def test_a_closed_list_takes_the_words_of_both_languages(table: str, column: str, words: dict[str, str]) -> None:
    choices = TABLES[table].column(column).choices
    assert dict(choices) == {word: word for word in words} | {chinese: word for word, chinese in words.items()}


def test_only_status_ledger_reviews_and_exemptions_may_be_absent() -> None:
    assert [table.name for table in TABLES.values() if table.optional] == [
        "mine_status",
        "ledger_reviews",
        "exemptions",
    ]


def test_keys_are_unique_in_the_three_registers_only() -> None:
    keys = {table.name: table.key for table in TABLES.values() if table.key}
    assert keys == {"counties": "county_code", "mines": "mine_id", "supervisors": "supervisor_id"}


def test_each_identifier_is_held_by_its_register() -> None:
    assert REGISTERS == {"county_code": "counties", "mine_id": "mines", "supervisor_id": "supervisors"}


def test_events_and_personal_data_are_named() -> None:
    assert EVENTS == ("checkins", "remote_inspections")
    assert PERSONAL == "name"


def test_no_two_columns_of_a_table_can_be_mistaken_for_each_other() -> None:
    for table in TABLES.values():
        words = [heading(word) for column in table.columns for word in (column.name, column.heading)]
        assert len(words) == len(set(words)), table.name


@pytest.mark.parametrize(
    ("table", "column", "expected"),
    [
        ("mines", "kind", "应为地下开采、露天开采、独立尾矿库之一"),
        ("mine_status", "status", "应为正常生产建设、停产停建之一"),
        ("assignments", "start", "应为日期，如 2023-01-05"),
        ("checkins", "at", "应为日期和时间，如 2023-01-05 09:30"),
        ("checkins", "uploaded", "应为是或否"),
        ("checkins", "evidence", "应为不小于0的整数"),
        ("task_lists", "year", "应为年份，如 2023"),
    ],
)
def test_a_column_says_in_chinese_what_it_may_hold(table: str, column: str, expected: str) -> None:
    assert TABLES[table].column(column).expected == expected
