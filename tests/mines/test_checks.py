"""Every fault of data.md's table is found, with its place, all at once; warnings stop nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
import pytest

from bulletin.mines.checks import check_records, in_force, suspended_mines
from bulletin.mines.schema import SCHEMA
from bulletin.project.params import Params
from bulletin.records.faults import Fault, RecordsError, faults_csv
from bulletin.records.read import read_records
from tests.builders import JIA, SMALL, YI, checked_of, params_of, without_gaps, write_tables

Tables = Mapping[str, Sequence[str] | None]
Seen = tuple[str, str, str, int | None, str, str]

S1, S2, S3 = SMALL["supervisors"]
M1, M2, M3 = SMALL["mines"]
A1, A2, A3 = SMALL["assignments"]
UNASSIGNED, REPEATED = "unassigned-event", "repeated-event"


def faults_of(folder: Path, tables: Tables, params: Params | None = None) -> list[Fault]:
    """All faults of rows, whether or not they stop the build."""
    try:
        return without_gaps(checked_of(folder, params, **tables).warnings)
    except RecordsError as error:
        return without_gaps(error.faults)


def seen(fault: Fault) -> Seen:
    return fault.kind, fault.severity, fault.file, fault.row, fault.column, fault.value


ERRORS: list[tuple[Tables, Seen, str]] = [
    ({"counties": ["100001,", f"{YI},乙区"]}, ("empty", "error", "counties.csv", 2, "县区", ""), "不能为空"),
    ({"supervisors": [S1, "S2,钱二,", S3]}, ("empty", "error", "supervisors.csv", 3, "行政区划代码", ""), "不能为空"),
    ({"task_lists": ["M1,,2023-01-05"]}, ("empty", "error", "task_lists.csv", 2, "年度", ""), "应为年份"),
    ({"remote_inspections": ["S1,M1,"]}, ("empty", "error", "remote_inspections.csv", 2, "巡查时间", ""), "日期和时间"),
    (
        {"stationing": [",S1,M1,2023-10-01,,"]},
        ("empty", "error", "stationing.csv", 2, "重点时段", ""),
        "不能为空",
    ),
    (
        {"mines": [f"M1,甲一矿,{JIA},井工,否", M2, M3]},
        ("bad-value", "error", "mines.csv", 2, "类型", "井工"),
        "应为地下开采、露天开采、独立尾矿库之一",
    ),
    (
        {"mines": [M1, f"M2,甲二矿,{JIA},露天开采,也许", M3]},
        ("bad-value", "error", "mines.csv", 3, "附带尾矿库", "也许"),
        "应为是或否",
    ),
    (
        {"mine_status": ["M1,停产,2023-01-01,"]},
        ("bad-value", "error", "mine_status.csv", 2, "状态", "停产"),
        "应为正常生产建设、停产停建之一",
    ),
    (
        {"assignments": [A1, A2, A3, "S1,M2,2022-13-01,"]},
        ("bad-value", "error", "assignments.csv", 5, "开始日期", "2022-13-01"),
        "应为日期，如 2023-01-05",
    ),
    (
        {"assignments": [A1, A2, A3, "S1,M2,2022-01-01,至今"]},
        ("bad-value", "error", "assignments.csv", 5, "结束日期", "至今"),
        "应为日期",
    ),
    ({"task_lists": ["M1,二〇二三,"]}, ("bad-value", "error", "task_lists.csv", 2, "年度", "二〇二三"), "应为年份"),
    (
        {"checkins": ["S1,M1,2023-01-05 24:30,是,1,是"]},
        ("bad-value", "error", "checkins.csv", 2, "签到时间", "2023-01-05 24:30"),
        "应为日期和时间",
    ),
    (
        {"checkins": ["S1,M1,2023-01-05,是,-1,是"]},
        ("bad-value", "error", "checkins.csv", 2, "取证份数", "-1"),
        "应为不小于0的整数",
    ),
    (
        {"ledger_reviews": ["M1,2023-05-05,S1,否,否,否,不详"]},
        ("bad-value", "error", "ledger_reviews.csv", 2, "未签字确认", "不详"),
        "应为是或否",
    ),
    (
        {"counties": [f"{JIA},甲县", f"{YI},乙区", f"{JIA}.0,丙县"]},
        ("duplicate-key", "error", "counties.csv", 4, "行政区划代码", f"{JIA}.0"),
        "在 counties.csv 第2行 已有",
    ),
    ({"mines": [M1, M2, M3, M2]}, ("duplicate-key", "error", "mines.csv", 5, "企业编号", "M2"), "只能出现一次"),
    (
        {"supervisors": [S1, S2, S3, f"S3,李四,{YI}"]},
        ("duplicate-key", "error", "supervisors.csv", 5, "专员编号", "S3"),
        "只能出现一次",
    ),
    (
        {"assignments": [A1, A2, A3, "S1,M2,2023-03-02,2023-03-01"]},
        ("end-before-start", "error", "assignments.csv", 5, "结束日期", "2023-03-01"),
        "不能早于开始日期 2023-03-02",
    ),
    (
        {"mine_status": ["M1,停产停建,2023-03-02,2023-03-01"]},
        ("end-before-start", "error", "mine_status.csv", 2, "结束日期", "2023-03-01"),
        "不能早于开始日期 2023-03-02",
    ),
    (
        {"stationing": ["国庆,S1,M1,2023-10-02,2023-10-01,"]},
        ("end-before-start", "error", "stationing.csv", 2, "离矿日期", "2023-10-01"),
        "不能早于开始日期 2023-10-02",
    ),
    (
        {"assignments": ["S1,M1,2023-02-01,", A2, A3, "S1,M1,2022-01-01,2023-02-01"]},
        ("overlap", "error", "assignments.csv", 2, "开始日期", "2023-02-01"),
        "不能重叠",
    ),
    (
        {"assignments": [A1, A2, A3, "S1,M1,2022-01-01,"]},
        ("overlap", "error", "assignments.csv", 5, "开始日期", "2022-01-01"),
        "不能重叠",
    ),
    (
        {"exemptions": [",,,2023-06-01,,全市停产"]},
        ("empty", "error", "exemptions.csv", 2, "行政区划代码", ""),
        "行政区划代码、专员编号、企业编号至少要填一项",
    ),
    (
        {"exemptions": [",S1,,2023-06-01,2023-05-31,病假"]},
        ("end-before-start", "error", "exemptions.csv", 2, "结束日期", "2023-05-31"),
        "不能早于开始日期 2023-06-01",
    ),
    (
        {"exemptions": [",S9,,2023-06-01,,"]},
        ("unknown-id", "error", "exemptions.csv", 2, "专员编号", "S9"),
        "没有这一编号",
    ),
    ({"exemptions": [",S1,,,,"]}, ("empty", "error", "exemptions.csv", 2, "开始日期", ""), "应为日期"),
    (
        {"exemptions": [",S\x071,,2023-06-01,,"]},
        ("bad-value", "error", "exemptions.csv", 2, "专员编号", "S\x071"),
        "应为编号",
    ),
]


@pytest.mark.parametrize(("tables", "expected", "words"), ERRORS)
def test_an_error_stops_the_build_and_names_its_place(
    tmp_path: Path, tables: Tables, expected: Seen, words: str
) -> None:
    with pytest.raises(RecordsError) as caught:
        checked_of(tmp_path, None, **tables)
    (fault,) = without_gaps(caught.value.faults)
    assert seen(fault) == expected
    assert words in fault.expected


@pytest.mark.parametrize(
    ("table", "line", "column", "value"),
    [
        ("mines", "M4,丙矿,999999,露天开采,否", "行政区划代码", "999999"),
        ("supervisors", "S4,李四,999999", "行政区划代码", "999999"),
        ("mine_status", "M9,停产停建,2023-01-01,", "企业编号", "M9"),
        ("assignments", "S9,M1,2022-01-01,", "专员编号", "S9"),
        ("assignments", "S1,M9,2022-01-01,", "企业编号", "M9"),
        ("task_lists", "M9,2023,", "企业编号", "M9"),
        ("checkins", "S9,M1,2023-01-05,,,", "专员编号", "S9"),
        ("checkins", "S1,M9,2023-01-05,,,", "企业编号", "M9"),
        ("remote_inspections", "S9,M1,2023-01-05", "专员编号", "S9"),
        ("remote_inspections", "S1,M9,2023-01-05", "企业编号", "M9"),
        ("stationing", "国庆,S9,M1,2023-10-01,,", "专员编号", "S9"),
        ("stationing", "国庆,S1,M9,2023-10-01,,", "企业编号", "M9"),
        ("ledger_reviews", "M9,2023-05-05,S1,,,,", "企业编号", "M9"),
        ("ledger_reviews", "M1,2023-05-05,S9,,,,", "专员编号", "S9"),
    ],
)
def test_an_identifier_that_no_register_holds_is_an_error_in_any_table(
    tmp_path: Path, table: str, line: str, column: str, value: str
) -> None:
    faults = faults_of(tmp_path, {table: [*SMALL[table], line]})
    row = len(SMALL[table]) + 2
    errors = [fault for fault in faults if fault.severity == "error"]
    assert [seen(fault) for fault in errors] == [("unknown-id", "error", f"{table}.csv", row, column, value)]
    assert "中没有这一编号" in errors[0].expected


@pytest.mark.parametrize("register", ["counties", "mines", "supervisors"])
def test_a_register_without_rows_holds_none_of_the_identifiers(tmp_path: Path, register: str) -> None:
    assert "unknown-id" in {fault.kind for fault in faults_of(tmp_path, {register: []})}


def test_faults_of_all_tables_and_kinds_come_at_once_in_one_error(tmp_path: Path) -> None:
    tables: Tables = {
        "task_lists": None,
        "mines": [M1, M2, M3, f"M1,重,{JIA},井工,否"],
        "supervisors": [S1, S2, S3, "S4,李四,"],
        "assignments": [A1, A2, A3, "S1,M1,2023-01-01,", "S2,M2,2021-02-01,2021-01-01", "S9,M2,2022-01-01,"],
        "checkins": ["S1,M1,昨天,是,1,是", "S1,M2,2023-01-05,,,", "S1,M1,2022-01-05,,,"],
    }
    with pytest.raises(RecordsError) as caught:
        checked_of(tmp_path, None, **tables)
    assert {(fault.kind, fault.file, fault.row) for fault in without_gaps(caught.value.faults)} == {
        ("missing-table", "task_lists.csv", None),
        ("bad-value", "mines.csv", 5),
        ("duplicate-key", "mines.csv", 5),
        ("empty", "supervisors.csv", 5),
        ("overlap", "assignments.csv", 5),
        ("end-before-start", "assignments.csv", 6),
        ("unknown-id", "assignments.csv", 7),
        ("bad-value", "checkins.csv", 2),
        ("unassigned-event", "checkins.csv", 3),
        ("idle-supervisor", "supervisors.csv", 5),
    }
    assert "数据有 8 处错误，未生成任何报告" in str(caught.value)


@pytest.mark.parametrize(
    ("rows", "overlapping"),
    [
        (["S1,M1,2022-01-01,2022-06-30", "S1,M1,2022-07-01,"], []),
        (["S1,M1,2022-01-01,2022-07-01", "S1,M1,2022-07-01,"], [3]),
        (["S1,M1,2022-07-01,", "S1,M1,2022-01-01,2022-06-30"], []),
        (["S1,M1,2022-01-01,", "S2,M1,2022-01-01,", "S1,M2,2022-01-01,"], []),
        (["S1,M1,2022-01-01,2022-12-31", "S1,M1,2022-02-01,2022-02-02", "S1,M1,2022-03-01,2022-03-02"], [3, 4]),
    ],
)
def test_assignments_overlap_by_inclusive_days_of_the_same_pair(
    tmp_path: Path, rows: list[str], overlapping: list[int]
) -> None:
    faults = faults_of(tmp_path, {"assignments": [*rows, A2, A3]})
    assert [fault.row for fault in faults if fault.kind == "overlap"] == overlapping


EVENTS: list[tuple[list[str], list[tuple[str, int, str, str]]]] = [
    (["S1,M1,2023-01-02 00:00", "S1,M1,2023-12-31 23:59"], []),
    (["S1,M1,2023-01-01 23:59", "S1,M1,2024-01-01"], []),
    (["S1,M2,2023-05-05 10:00"], [(UNASSIGNED, 2, "企业编号", "M2")]),
    (["S1,M2,2022-05-05 10:00", "S1,M1,2022-05-05 10:00", "S1,M1,2022-05-05 10:00"], []),
    (["S1,M1,2023-05-05 10:00", "S1,M1,2023-05-05 10:01", "S2,M2,2023-05-05 10:00"], []),
    (
        ["S1,M1,2023-05-05 10:00", "S1,M1,2023/5/5 10:00:00", "S1,M1,2023年5月5日10时00分"],
        [(REPEATED, 3, "{at}", "2023-05-05 10:00"), (REPEATED, 4, "{at}", "2023-05-05 10:00")],
    ),
    (["S1,M2,2023-05-05 10:00"] * 2, [(UNASSIGNED, 2, "企业编号", "M2"), (UNASSIGNED, 3, "企业编号", "M2")]),
]


@pytest.mark.parametrize(("table", "at"), [("checkins", "签到时间"), ("remote_inspections", "巡查时间")])
@pytest.mark.parametrize(("events", "expected"), EVENTS)
def test_events_that_cant_count_are_left_out_for_the_first_reason(
    tmp_path: Path, table: str, at: str, events: list[str], expected: list[tuple[str, int, str, str]]
) -> None:
    checked = checked_of(tmp_path, None, **{table: events})
    warnings = without_gaps(checked.warnings)
    assert [seen(fault) for fault in warnings] == [
        (kind, "warning", f"{table}.csv", row, column.format(at=at), value) for kind, row, column, value in expected
    ]
    assert checked.left_out.to_numpy().tolist() == [["S1", table, kind] for kind, *_ in expected]
    assert {fault.scope for fault in warnings} <= {"甲县"}
    assert all("未" in fault.expected and "计入" in fault.expected for fault in warnings)


@pytest.mark.parametrize(
    ("day", "kinds"),
    [("2023-03-01", []), ("2023-03-31 23:59", []), ("2023-02-28", [UNASSIGNED]), ("2023-04-01", [UNASSIGNED])],
)
def test_an_assignment_holds_on_its_first_and_last_day(tmp_path: Path, day: str, kinds: list[str]) -> None:
    tables = {"assignments": [A1, A2, A3, "S1,M2,2023-03-01,2023-03-31"], "checkins": [f"S1,M2,{day},,,"]}
    assert [fault.kind for fault in faults_of(tmp_path, tables)] == kinds


def test_the_same_event_in_two_tables_is_not_repeated(tmp_path: Path) -> None:
    tables = {"checkins": ["S1,M1,2023-05-05 10:00,,,"], "remote_inspections": ["S1,M1,2023-05-05 10:00"]}
    assert faults_of(tmp_path, tables) == []


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ("ledger_reviews", "M1,2022-12-31,S1,,,,"),
        ("ledger_reviews", "M1,2024-01-01,S1,,,,"),
        ("stationing", "元旦,S1,M1,2022-12-30,2022-12-31,"),
        ("stationing", "元旦,S1,M1,2024-01-01,,"),
        ("task_lists", "M1,2022,"),
    ],
)
def test_a_row_of_another_period_is_no_fault(tmp_path: Path, table: str, line: str) -> None:
    assert faults_of(tmp_path, {table: [line]}) == []


REGISTER_WARNINGS: list[tuple[Tables, Seen, str, str]] = [
    (
        {"mines": [M1, M2, M3, f"M4,乙二库,{YI},独立尾矿库,否"]},
        ("unsupervised-mine", "warning", "mines.csv", 5, "企业编号", "M4"),
        "乙区",
        "2023-12-31 在正常生产建设，但没有专员",
    ),
    (
        {"assignments": [A1, "S2,M2,2022-01-01,2023-12-30", A3]},
        ("unsupervised-mine", "warning", "mines.csv", 3, "企业编号", "M2"),
        "甲县",
        "没有专员",
    ),
    (
        {"supervisors": [S1, S2, S3, f"S4,李四,{YI}"]},
        ("idle-supervisor", "warning", "supervisors.csv", 5, "专员编号", "S4"),
        "乙区",
        "没有任何监管分工",
    ),
    (
        {"assignments": [A1, A2, A3, "S1,M3,2023-03-01,2023-03-31"]},
        ("other-county", "warning", "assignments.csv", 5, "企业编号", "M3"),
        "甲县",
        "不在同一县",
    ),
]


@pytest.mark.parametrize(("tables", "expected", "county", "words"), REGISTER_WARNINGS)
def test_registers_that_dont_agree_are_warnings_with_their_county(
    tmp_path: Path, tables: Tables, expected: Seen, county: str, words: str
) -> None:
    (fault,) = faults_of(tmp_path, tables)
    assert seen(fault) == expected
    assert fault.scope == county
    assert words in fault.expected


def test_a_warning_whose_county_isnt_known_leaves_it_empty(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, {"mines": [M1, M2, M3, "M4,丙矿,999999,露天开采,否"]})
    assert [(fault.kind, fault.scope) for fault in faults] == [("unknown-id", ""), ("unsupervised-mine", "")]


def test_a_mine_needs_a_supervisor_on_the_day_of_count_only(tmp_path: Path) -> None:
    tables = {"assignments": [A1, "S2,M2,2022-01-01,2023-06-30", A3]}
    assert faults_of(tmp_path, tables, params_of(as_of="2023-06-30")) == []


@pytest.mark.parametrize(
    ("status", "kinds"),
    [
        ("M2,停产停建,2023-02-01,", []),
        ("M2,停产停建,2023-12-31,2023-12-31", []),
        ("M2,停产停建,2023-02-01,2023-12-30", ["unsupervised-mine"]),
        ("M2,正常生产建设,2023-02-01,", ["unsupervised-mine"]),
    ],
)
def test_a_suspended_mine_needs_no_supervisor(tmp_path: Path, status: str, kinds: list[str]) -> None:
    tables = {"mine_status": [status], "assignments": [A1, A3, "S2,M1,2022-01-01,"]}
    assert [fault.kind for fault in faults_of(tmp_path, tables)] == kinds


def test_a_supervisor_whose_assignment_is_over_is_not_idle(tmp_path: Path) -> None:
    tables = {"supervisors": [S1, S2, S3, f"S4,李四,{YI}"], "assignments": [A1, A2, A3, "S4,M3,2022-01-01,2022-02-01"]}
    assert faults_of(tmp_path, tables) == []


def test_spans_hold_on_both_ends_and_without_an_end_for_ever() -> None:
    spans = pd.DataFrame(
        {
            "mine_id": ["M1", "M2", "M3"],
            "status": ["suspended", "suspended", "active"],
            "start": pd.to_datetime(["2023-01-05", "2023-01-01", "2023-01-01"]),
            "end": [pd.NaT, pd.Timestamp("2023-01-05"), pd.NaT],
        }
    )
    assert in_force(spans, pd.Timestamp("2023-01-05")).tolist() == [True, True, True]
    assert suspended_mines(spans, pd.Timestamp("2023-01-04")) == {"M2"}
    assert suspended_mines(spans, pd.Timestamp("2023-01-06")) == {"M1"}


@pytest.mark.parametrize(
    ("registered", "used"),
    [
        ("赵一", "赵一"),
        ("赵一", "赵 一"),
        ("赵\u3000一", "赵一"),
        ("赵 一", " 赵 一 "),
        ("赵一", "赵一（甲县）"),
        ("赵一", "S1赵一"),
    ],
)
def test_a_persons_name_never_leaves_in_a_fault(tmp_path: Path, registered: str, used: str) -> None:
    tables: Tables = {
        "supervisors": [f"S1,{registered},{JIA}", S2, S3],
        "mines": [M1, M2, M3, f"{used},丙矿,{used},{used},{used}"],
        "assignments": [A1, A2, A3, f"{used},M1,{used},{used}"],
        "task_lists": [f"{used},{used},{used}"],
        "checkins": [f"{used},M1,2023-01-05,{used},{used},", f"S1,{used},{used},,,"],
    }
    with pytest.raises(RecordsError) as caught:
        checked_of(tmp_path, None, **tables)
    shown = f"{caught.value}{caught.value.faults}{faults_csv(caught.value.faults, SCHEMA).decode('utf-8-sig')}"
    assert len(caught.value.faults) >= 8
    assert "赵" not in shown
    assert "姓名，不显示" in shown


def test_the_names_of_the_small_period_are_in_no_warning(tmp_path: Path) -> None:
    tables = {"supervisors": [S1, S2, S3, f"S4,李四,{YI}"], "checkins": ["S1,M2,2023-05-05,,,"]}
    shown = str(checked_of(tmp_path, None, **tables).warnings)
    assert not [name for name in ("赵一", "钱二", "孙三", "李四") if name in shown]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        # The names' column has another heading, and the columns are shifted.
        ("supervisors", "专员编号,人员,行政区划代码\n1,S1,欧阳修\n2,S2,Zhang San\n"),
        ("supervisors", "专员编号,行政区划代码\n欧阳修,100001\nZhang San,100001\n"),
        ("supervisors", "专员编号,行政区划代码\n欧阳修,\n欧阳修,\n"),
        # The names stand where the supervisors' numbers should, and no register knows them.
        ("checkins", "专员编号,企业编号,签到时间\n欧阳修,M1,2023-01-05\nZhang San,M1,2023-01-05\n"),
        ("assignments", "专员编号,企业编号,开始日期\n欧阳修,M1,2022-01-01\n欧阳修,M1,2022-01-01\n"),
        # A column of names that the table doesn't have, and the columns are shifted.
        ("checkins", "专员编号,专员姓名,企业编号,签到时间\nS1,欧阳修,M1,2023-01-05\nS1,M1,欧阳修,欧阳修\n"),
        ("ledger_reviews", "企业编号,抽查日期,检查人姓名\n欧阳修,2023-01-05,欧阳修\n"),
        ("mines", "企业编号,企业名称,行政区划代码,类型,联系人姓名\nM1,矿,欧阳修,露天开采,欧阳修\n"),
    ],
)
def test_a_name_in_the_wrong_place_never_leaves_in_a_fault(tmp_path: Path, name: str, content: str) -> None:
    write_tables(tmp_path, **{name: None})
    (tmp_path / f"{name}.csv").write_text(content, encoding="utf-8")
    with pytest.raises(RecordsError) as caught:
        check_records(read_records(tmp_path, SCHEMA), params_of().window)
    shown = f"{caught.value}{caught.value.faults}{faults_csv(caught.value.faults, SCHEMA).decode('utf-8-sig')}"
    assert "欧阳修" not in shown
    assert "Zhang" not in shown
    assert "姓名，不显示" in shown


def test_numbers_of_supervisors_are_shown(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, {"checkins": ["S9,M1,2023-01-05,,,", "410-22,M1,2023-01-05,,,"]})
    assert [fault.value for fault in faults] == ["S9", "410-22"]


def test_one_slip_in_a_register_is_pointed_to_by_each_row_that_has_the_right_number(tmp_path: Path) -> None:
    tables = {
        "supervisors": [f"S00O1,赵一,{JIA}", S2, S3],
        "assignments": ["S0001,M1,2022-01-01,", A2, A3],
        "checkins": ["S0001,M1,2023-01-05,,,", "S0001,M1,2023-01-06,,,"],
    }
    faults = [fault for fault in faults_of(tmp_path, tables) if fault.kind == "unknown-id"]
    assert [(fault.file, fault.row) for fault in faults] == [
        ("assignments.csv", 2),
        ("checkins.csv", 2),
        ("checkins.csv", 3),
    ]
    clue = "；名册中的“S00O1”没有一条记录用到，可能是它写错了"
    assert {fault.expected for fault in faults} == {f"“专员名册”中没有这一编号，请核对{clue}"}


def test_a_register_entry_that_something_uses_is_no_clue(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, {"checkins": ["S4,M1,2023-01-05,,,"]})
    assert fault.expected == "“专员名册”中没有这一编号，请核对"


def test_a_persons_name_in_a_register_is_no_clue(tmp_path: Path) -> None:
    tables = {"supervisors": [f"欧阳修,,{JIA}", S2, S3], "checkins": ["欧阳修修,M1,2023-01-05,,,"]}
    assert "欧阳" not in str(faults_of(tmp_path, tables))
