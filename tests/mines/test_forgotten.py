"""What was forgotten: a county, a table, the second half of one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bulletin.mines.checks import check_records
from bulletin.mines.forgotten import EarlierCounties
from bulletin.mines.schema import SCHEMA
from bulletin.project.params import Params
from bulletin.records.faults import Fault
from bulletin.records.read import read_records
from tests.builders import JIA, SMALL, YI, checked_of, params_of, write_tables
from tests.records.sheets import small_sheets, write_workbook

# Both counties, in both tables, to the end of the year.
CHECKINS = ["S1,M1,2023-01-05 09:00,,,", "S1,M1,2023-12-20 09:00,,,", "S3,M3,2023-12-21 09:00,,,"]
REMOTE = ["S1,M1,2023-12-20 09:00", "S3,M3,2023-12-21 09:00"]
FULL: dict[str, Sequence[str]] = {
    "checkins": CHECKINS,
    "remote_inspections": REMOTE,
    "task_lists": ["M1,2023,"],
    "stationing": ["国庆,S1,M1,2023-10-01,2023-10-07,"],
}


def warned(folder: Path, params: Params | None = None, **tables: Sequence[str]) -> list[Fault]:
    return checked_of(folder, params, **{**FULL, **tables}).warnings


def seen(fault: Fault) -> tuple[str, str, str, str]:
    return fault.kind, fault.severity, fault.file, fault.scope


def test_where_nothing_is_missing_nothing_is_said(tmp_path: Path) -> None:
    assert warned(tmp_path) == []


def against(folder: Path, names: dict[str, str]) -> list[Fault]:
    records = read_records(write_tables(folder, **FULL), SCHEMA)
    return check_records(records, params_of().window, EarlierCounties("2022年", names)).warnings


def test_a_county_that_is_gone_or_new_since_the_earlier_period_is_a_warning(tmp_path: Path) -> None:
    gone, new = against(tmp_path, {JIA: "甲县", "141082": "霍州市"})
    assert seen(gone) == ("missing-county", "warning", "counties.csv", "霍州市")
    assert gone.expected == (
        "2022年有霍州市（141082），现在的县区表中没有。若是漏报，请补上它的各表；若已撤并或不再统计，不必处理"
    )
    assert seen(new) == ("new-county", "warning", "counties.csv", "乙区")
    assert new.expected == f"2022年没有乙区（{YI}）。请核对名称和代码；若确是新增，不必处理"


@pytest.mark.parametrize("names", [{JIA: "甲县", YI: "乙区"}, {}])
def test_the_same_counties_are_none_nor_are_those_of_nowhere(tmp_path: Path, names: dict[str, str]) -> None:
    assert against(tmp_path, names) == []


@pytest.mark.parametrize(("table", "rows"), [("checkins", CHECKINS[:2]), ("remote_inspections", REMOTE[:1])])
def test_a_county_without_one_event_that_others_have_is_a_warning(
    tmp_path: Path, table: str, rows: Sequence[str]
) -> None:
    (fault,) = warned(tmp_path, None, **{table: rows})
    assert seen(fault) == ("no-events", "warning", f"{table}.csv", "乙区")
    assert fault.expected.startswith("乙区没有一条本期的")
    assert fault.expected.endswith("其他 1 个县（市、区）有。若是漏报，请补上；若确未开展，不必处理")


def test_events_of_another_period_are_none_of_this_one(tmp_path: Path) -> None:
    (fault,) = warned(tmp_path, checkins=[*CHECKINS[:2], "S3,M3,2022-06-15 09:00,,,"])
    assert seen(fault) == ("no-events", "warning", "checkins.csv", "乙区")


def test_a_table_of_other_periods_alone_is_one_warning(tmp_path: Path) -> None:
    (fault,) = warned(tmp_path, checkins=["S1,M1,2022-06-15 09:00,,,", "S3,M3,2024-06-12 09:00,,,"])
    assert seen(fault) == ("no-events", "warning", "checkins.csv", "")
    assert fault.expected.startswith("“现场签到”表有 2 条记录，没有一条属于本期")


def test_a_county_without_a_register_is_one_warning(tmp_path: Path) -> None:
    (fault,) = warned(tmp_path, counties=[*SMALL["counties"], "100003,丙县"])
    assert seen(fault) == ("no-events", "warning", "counties.csv", "丙县")
    assert "企业名录和专员名册中没有丙县的一行" in fault.expected


@pytest.mark.parametrize(
    ("table", "title"), [("task_lists", "任务清单"), ("stationing", "驻矿盯守"), ("checkins", "现场签到")]
)
def test_a_table_without_a_row_is_one_warning(tmp_path: Path, table: str, title: str) -> None:
    (fault,) = warned(tmp_path, None, **{table: []})
    assert seen(fault) == ("empty-table", "warning", f"{table}.csv", "")
    assert fault.expected == f"“{title}”表没有一行数据。若是漏放，请补上；若确无这类记录，不必处理"


@pytest.mark.parametrize(("last", "early"), [("2023-11-20", True), ("2023-11-21", True), ("2023-11-22", False)])
def test_a_county_whose_events_end_a_month_before_the_last_ones_is_a_warning(
    tmp_path: Path, last: str, early: bool
) -> None:
    week = ["S1,M1,2023-11-20 08:00,,,", f"S1,M1,{last} 23:59,,,"]
    found = warned(tmp_path, checkins=["S1,M1,2023-01-05 09:00,,,", *week, CHECKINS[-1]])
    if not early:
        assert found == []
        return
    (fault,) = found
    assert seen(fault) == ("early-end", "warning", "checkins.csv", "甲县")
    assert (fault.column, fault.value, fault.row) == ("签到时间", last, None)
    assert "甲县的现场签到记录到这一天为止，其他县（市、区）最晚到 2023-12-21" in fault.expected


@pytest.mark.parametrize(("last", "early"), [("2023-07-31", True), ("2023-08-01", False)])
def test_a_month_is_the_calendars(tmp_path: Path, last: str, early: bool) -> None:
    found = warned(tmp_path, checkins=[f"S1,M1,{last} 09:00,,,", "S3,M3,2023-08-31 09:00,,,"])
    assert [fault.kind for fault in found] == ["early-end"] * early


def test_of_county_workbooks_the_countys_own_is_named_and_of_tables_that_all_lack_none(tmp_path: Path) -> None:
    for county, kept in (("甲县", "1"), ("乙区", "3")):
        code = JIA if kept == "1" else YI
        whole = {**SMALL, **FULL, "checkins": CHECKINS[:2]}
        rows = {
            name: [row for row in lines if f",{code}" in row or row.startswith(code)] for name, lines in whole.items()
        }
        rows |= {
            name: [
                row
                for row in whole[name]
                if row.split(",")[0] in ("S1", "S2", "S3") and (row[1] == "3") == (kept == "3")
            ]
            for name in ("assignments", "checkins", "remote_inspections")
        }
        write_workbook(tmp_path / f"{county}.xlsx", small_sheets(**rows))
    found = [seen(fault) for fault in check_records(read_records(tmp_path, SCHEMA), params_of().window).warnings]
    assert found == [
        ("empty-table", "warning", "各工作簿", ""),
        ("empty-table", "warning", "各工作簿", ""),
        ("no-events", "warning", "乙区.xlsx", "乙区"),
    ]


def test_only_the_periods_events_tell_where_a_countys_end(tmp_path: Path) -> None:
    year = ["S1,M1,2023-06-15 09:00,,,", "S3,M3,2023-06-14 09:00,,,", "S3,M3,2023-12-21 09:00,,,"]
    tables = {"checkins": year, "remote_inspections": ["S1,M1,2023-06-15 09:00", "S3,M3,2023-06-15 09:00"]}
    assert warned(tmp_path, params_of("2023-06"), **tables) == []


@pytest.mark.parametrize(
    ("late", "early"),
    [
        ([], True),
        (["S1,M3,2023-12-20 09:00,,,"], True),  # a mine that isn't hers
        (["S1,M3,2023-12-20 09:00,,,", "S1,M1,2023-12-21 09:00,,,"], False),  # in a week with one that counts
    ],
)
def test_an_event_that_cant_count_doesnt_hide_that_the_others_end(
    tmp_path: Path, late: Sequence[str], early: bool
) -> None:
    found = warned(tmp_path, checkins=["S1,M1,2023-01-05 09:00,,,", *late, CHECKINS[-1]])
    told = [(*seen(fault), fault.value) for fault in found if fault.kind != "unassigned-event"]
    assert told == [("early-end", "warning", "checkins.csv", "甲县", "2023-01-05")] * early


def test_where_events_are_but_none_counts_it_isnt_said_that_there_are_none(tmp_path: Path) -> None:
    found = warned(tmp_path, checkins=[*CHECKINS[:2], "S3,M1,2023-06-15 09:00,,,"])
    assert {fault.kind for fault in found} == {"unassigned-event"}
