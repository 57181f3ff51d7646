"""Rows of other periods: no faults, one line that says how many and of which months, by every way in the same."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from bulletin.mines.span import other_periods_line
from bulletin.records.faults import RecordsError
from tests.builders import checked_of, params_of, without_gaps


def apart_of(*months: str) -> pd.DataFrame:
    return pd.DataFrame({"table": "checkins", "month": list(months), "number": 1})


@pytest.mark.parametrize(
    ("months", "told"),
    [
        (["2024-06"], "2024年6月"),
        (["2024-10", "2024-01", "2024-02", "2024-03"], "2024年1—3月、10月"),
        (["2023-12", "2024-01"], "2023年12月、2024年1月"),
        ([f"2024-{month:02}" for month in range(1, 13)], "2024年"),
        (["2023"], "2023年"),
        (["2021", "2022", "2023", "2024-05"], "2021—2023年、2024年5月"),
        (["2019-05", "2024-01", "2204-03"], "2019年5月、2024年1月、2204年3月"),
        (["2018-05", "2030-01"], "2018年5月、2030年1月"),
        (["2024-01", "2029-12"], "2024年1月、2029年12月"),
        ([f"2024-{month:02}" for month in range(1, 12)], "2024年1—11月"),
        (
            [f"{year}-01" for year in range(2000, 2020)],
            "2000年1月、2001年1月、2002年1月、2003年1月……2016年1月、2017年1月、2018年1月、2019年1月",
        ),
    ],
)
def test_months_are_said_in_spans_and_what_is_far_off_is_seen(months: list[str], told: str) -> None:
    line = other_periods_line(apart_of(*months), params_of("2024").window)
    said, _, asked = line.partition("。")
    far = any(abs(int(month[:4]) - 2024) > 5 for month in months)
    assert said == (
        f"另有 {len(months)} 条记录属于其他期间（{told}），不计入本期{'' if far else '，不是问题'}：现场签到 {len(months)} 条"
    )
    assert asked.endswith("离本期很远，请核对日期是否写错。") == far


def test_days_that_are_years_off_are_asked_about(tmp_path: Path) -> None:
    days = ("2023-05-05", "2022-05-05", "2204-03-01", "1900-01-03")
    checked = checked_of(tmp_path, checkins=[f"S1,M1,{day} 10:00,,," for day in days])
    assert other_periods_line(checked.apart, checked.window) == (
        "另有 3 条记录属于其他期间（1900年1月、2022年5月、2204年3月），不计入本期：现场签到 3 条。"
        "其中 1900年1月、2204年3月离本期很远，请核对日期是否写错。"
    )


def test_where_there_are_none_nothing_is_said(tmp_path: Path) -> None:
    checked = checked_of(tmp_path, checkins=["S1,M1,2023-05-05 10:00,,,"])
    assert checked.apart.empty
    assert other_periods_line(checked.apart, checked.window) == ""


def test_every_table_of_a_years_records_is_counted_by_the_periods_own_measure(tmp_path: Path) -> None:
    checked = checked_of(
        tmp_path,
        params_of("2023Q3"),
        # Monday 3 July to Sunday 1 October: the 2nd is of June's last week, and 1 October of September's.
        checkins=[f"S1,M1,2023-{day} 10:00,,," for day in ("07-02", "07-03", "10-01", "10-02")],
        remote_inspections=["S3,M3,2023-01-05 10:00"] * 1200,
        ledger_reviews=[f"M1,2023-{day},,,,," for day in ("07-01", "06-30", "09-30")],
        stationing=[
            "五一,S1,M1,2023-05-01,2023-05-05,",
            "长驻,S1,M1,2023-06-30,2023-07-01,",
            "至今,S1,M1,2023-03-01,,",
            "国庆,S1,M1,2023-09-30,2023-10-07,",
        ],
        task_lists=["M1,2023,", "M1,2022,"],
    )
    assert without_gaps(checked.warnings) == []
    assert checked.left_out.empty
    assert other_periods_line(checked.apart, checked.window) == (
        "另有 1,205 条记录属于其他期间（2022年、2023年1月、5—6月、10月），不计入本期，不是问题："
        "任务清单 1 条，现场签到 2 条，远程监管 1,200 条，驻矿盯守 1 条，台账抽查 1 条。"
    )


def test_records_with_errors_say_it_too(tmp_path: Path) -> None:
    with pytest.raises(RecordsError) as caught:
        checked_of(tmp_path, checkins=["S1,M1,2024-05-05 10:00,,,", "S1,M1,昨天,,,"])
    assert caught.value.apart.startswith("另有 1 条记录属于其他期间（2024年5月）")


def test_a_cell_that_cant_be_read_is_an_error_whatever_its_period(tmp_path: Path) -> None:
    with pytest.raises(RecordsError) as caught:
        checked_of(tmp_path, checkins=["S1,M1,2024-05-05 10:00,也许,,", "S9,M1,2024-05-05 10:00,,,"])
    kinds = [fault.kind for fault in caught.value.faults if fault.severity == "error"]
    assert kinds == ["bad-value", "unknown-id"]
