"""Which events are valid, in which week each counts, and which weeks are owed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from bulletin.mines.weeks import assigned_weeks, mondays, obliged_weeks, weekly_counts
from tests.builders import JIA, SMALL, YI, checked_of, params_of

# The weeks of June 2023 have their Thursdays on the 1st, 8th, 15th, 22nd and 29th.
JUNE = params_of("2023-06")


def rows(frame: pd.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    """The frame's rows, a week as the day it begins on."""
    texts = frame.assign(week=frame["week"].dt.strftime("%Y-%m-%d"))
    return list(texts[list(columns)].itertuples(index=False, name=None))


def test_an_event_is_valid_on_the_days_that_its_assignment_holds(tmp_path: Path) -> None:
    moments = ("02-28 23:59:59", "03-01 00:00", "03-31 23:59:59", "04-01 00:00")
    checked = checked_of(
        tmp_path,
        assignments=["S1,M1,2023-03-01,2023-03-31"],
        checkins=[f"S1,M1,2023-{moment}" for moment in moments],
    )
    assert rows(weekly_counts(checked, "checkins"), "week", "events") == [("2023-02-27", 1), ("2023-03-27", 1)]


def test_an_event_is_valid_in_the_weeks_of_the_period(tmp_path: Path) -> None:
    moments = ("2023-01-01 23:59:59", "2023-01-02", "2023-12-31 23:59:59", "2024-01-01 00:00")
    checked = checked_of(tmp_path, remote_inspections=[f"S1,M1,{moment}" for moment in moments])
    counted = weekly_counts(checked, "remote_inspections")
    assert rows(counted, "week", "events") == [("2023-01-02", 1), ("2023-12-25", 1)]


@pytest.mark.parametrize(
    ("effective_from", "weeks"),
    [
        ("2023-06-15", [("2023-06-12", 1), ("2023-06-19", 1)]),  # a Thursday: its week is in the period, Monday too
        ("2023-06-16", [("2023-06-19", 1)]),
    ],
)
def test_an_event_before_the_week_in_which_the_regime_took_effect_is_not_valid(
    tmp_path: Path, effective_from: str, weeks: list[tuple[str, int]]
) -> None:
    checked = checked_of(
        tmp_path,
        params_of(effective_from=effective_from),
        checkins=["S1,M1,2023-06-11 23:59", "S1,M1,2023-06-12 00:00", "S1,M1,2023-06-19 00:00"],
    )
    assert rows(weekly_counts(checked, "checkins"), "week", "events") == weeks


@pytest.mark.parametrize(
    ("period", "day", "other"),
    [
        ("2023", "2023-01-01", "2022"),  # the Sunday of 2022-W52
        ("2024", "2024-12-30", "2025"),  # the Monday of 2025-W01
        ("2021", "2021-01-03", "2020"),  # the Sunday of 2020-W53
        ("2023-05", "2023-05-31", "2023-06"),  # its Thursday is 1 June
        ("2024Q3", "2024-09-30", "2024Q4"),
    ],
)
def test_an_event_belongs_to_the_period_of_its_weeks_thursday(
    tmp_path: Path, period: str, day: str, other: str
) -> None:
    tables = {"assignments": ["S1,M1,2019-01-01,"], "checkins": [f"S1,M1,{day} 10:00"]}
    counts = [
        len(weekly_counts(checked_of(tmp_path, params_of(each), **tables), "checkins")) for each in (period, other)
    ]
    assert counts == [0, 1]


def test_a_week_runs_from_monday_to_sunday(tmp_path: Path) -> None:
    days = ("2023-06-04 23:59:59", "2023-06-05 00:00", "2023-06-11 23:59:59", "2023-06-12 00:00")
    checked = checked_of(tmp_path, checkins=[f"S1,M1,{day}" for day in days])
    expected = [("2023-05-29", 1), ("2023-06-05", 2), ("2023-06-12", 1)]
    assert rows(weekly_counts(checked, "checkins"), "week", "events") == expected


def test_events_at_a_suspended_mine_are_valid(tmp_path: Path) -> None:
    checked = checked_of(tmp_path, mine_status=["M1,停产停建,2023-01-01,"], checkins=["S1,M1,2023-06-14 10:00"])
    assert rows(weekly_counts(checked, "checkins"), "mine_id", "events") == [("M1", 1)]
    assert "M1" not in set(assigned_weeks(checked)["mine_id"])


def test_events_at_a_mine_that_somebody_else_holds_are_not_valid(tmp_path: Path) -> None:
    checked = checked_of(tmp_path, checkins=["S1,M2,2023-06-14 10:00", "S2,M2,2023-06-14 10:00"])
    assert rows(weekly_counts(checked, "checkins"), "supervisor_id", "events") == [("S2", 1)]


def test_the_same_event_twice_is_one_valid_event(tmp_path: Path) -> None:
    again = ["S1,M1,2023-06-14 10:00", "S1,M1,2023-06-14 10:00", "S1,M1,2023/6/14 10:00:00", "S1,M1,2023-06-14 10:01"]
    checked = checked_of(tmp_path, checkins=again, remote_inspections=again)
    assert rows(weekly_counts(checked, "checkins"), "events") == [(2,)]
    assert rows(weekly_counts(checked, "remote_inspections"), "events") == [(2,)]


def test_events_at_the_same_time_at_another_mine_or_by_another_supervisor_are_different(tmp_path: Path) -> None:
    pairs = ("S1,M1", "S1,M2", "S2,M2")
    checked = checked_of(
        tmp_path,
        assignments=[f"{pair},2022-01-01," for pair in pairs],
        remote_inspections=[f"{pair},2023-06-14 10:00" for pair in pairs],
    )
    counted = weekly_counts(checked, "remote_inspections")
    assert rows(counted, "supervisor_id", "mine_id", "events") == [("S1", "M1", 1), ("S1", "M2", 1), ("S2", "M2", 1)]


def test_an_assignment_in_two_spans_holds_in_both_and_not_between(tmp_path: Path) -> None:
    checked = checked_of(
        tmp_path,
        assignments=["S1,M1,2022-01-01,2023-06-14", "S1,M1,2023-06-17,"],
        checkins=[f"S1,M1,2023-06-{day} 10:00" for day in (13, 14, 15, 16, 17, 18)],
    )
    assert rows(weekly_counts(checked, "checkins"), "week", "events") == [("2023-06-12", 4)]


def test_checkins_count_what_each_marked_and_how_many_filled_it(tmp_path: Path) -> None:
    marks = ["是,2,是", "否,0,否", ",,", "是,,否", ",1,"]
    checked = checked_of(tmp_path, checkins=[f"S1,M1,2023-06-14 1{n}:00,{mark}" for n, mark in enumerate(marks)])
    columns = ("events", "underground", "evidence_filled", "evidence_given", "uploaded_filled", "uploaded")
    assert rows(weekly_counts(checked, "checkins"), *columns) == [(5, 2, 3, 2, 3, 1)]


@pytest.mark.parametrize("marks", [["是,2,是", "否,0,否", ",,"], ["", "否,0,否", "是,2,是"]])
def test_a_repeated_checkin_counts_as_its_row_that_records_most(tmp_path: Path, marks: Sequence[str]) -> None:
    checked = checked_of(tmp_path, checkins=[f"S1,M1,2023-06-14 10:00,{mark}" for mark in marks])
    columns = ("events", "underground", "evidence_filled", "evidence_given", "uploaded_filled", "uploaded")
    assert rows(weekly_counts(checked, "checkins"), *columns) == [(1, 1, 1, 1, 1, 1)]


@pytest.mark.parametrize(
    ("start", "end", "weeks"),
    [
        ("2022-01-01", "", ["05-29", "06-05", "06-12", "06-19", "06-26"]),
        ("2023-06-15", "", ["06-12", "06-19", "06-26"]),  # starts on a Thursday: owed
        ("2023-06-16", "", ["06-19", "06-26"]),  # starts on a Friday: not owed
        ("2022-01-01", "2023-06-14", ["05-29", "06-05"]),  # ends on a Wednesday: not owed
        ("2022-01-01", "2023-06-15", ["05-29", "06-05", "06-12"]),  # ends on a Thursday: owed
        ("2023-06-15", "2023-06-15", ["06-12"]),
        ("2023-06-16", "2023-06-21", []),
        ("2023-07-01", "", []),
    ],
)
def test_a_week_is_owed_where_the_assignment_holds_its_thursday(
    tmp_path: Path, start: str, end: str, weeks: list[str]
) -> None:
    checked = checked_of(tmp_path, JUNE, assignments=[f"S1,M1,{start},{end}"])
    owed = rows(assigned_weeks(checked), "supervisor_id", "mine_id", "week")
    assert owed == [("S1", "M1", f"2023-{week}") for week in weeks]


@pytest.mark.parametrize(
    ("status", "weeks"),
    [
        (["M1,停产停建,2023-06-15,2023-06-15"], ["05-29", "06-05", "06-19", "06-26"]),
        (["M1,停产停建,2023-06-12,2023-06-14"], ["05-29", "06-05", "06-12", "06-19", "06-26"]),
        (["M1,停产停建,2023-06-16,2023-06-21"], ["05-29", "06-05", "06-12", "06-19", "06-26"]),
        (["M1,停产停建,2023-06-16,"], ["05-29", "06-05", "06-12"]),
        (["M1,停产停建,2023-06-10,2023-06-22", "M1,停产停建,2023-06-15,2023-06-23"], ["05-29", "06-05", "06-26"]),
        (["M1,停产停建,2023-06-08,2023-06-09", "M1,正常生产建设,2023-06-01,"], ["05-29", "06-12", "06-19", "06-26"]),
        (["M1,停产停建,2023-01-01,"], []),
        (["M2,停产停建,2023-01-01,"], ["05-29", "06-05", "06-12", "06-19", "06-26"]),
    ],
)
def test_no_week_is_owed_on_whose_thursday_the_mine_is_suspended(
    tmp_path: Path, status: list[str], weeks: list[str]
) -> None:
    checked = checked_of(tmp_path, JUNE, assignments=["S1,M1,2022-01-01,"], mine_status=status)
    assert rows(assigned_weeks(checked), "mine_id", "week") == [("M1", f"2023-{week}") for week in weeks]


def test_each_mine_held_owes_its_own_weeks(tmp_path: Path) -> None:
    checked = checked_of(
        tmp_path,
        JUNE,
        assignments=["S1,M1,2022-01-01,2023-06-08", "S1,M2,2023-06-08,2023-06-20", "S2,M2,2023-06-29,"],
    )
    expected = {("S1", "M1", "2023-05-29"), ("S1", "M1", "2023-06-05"), ("S2", "M2", "2023-06-26")}
    expected |= {("S1", "M2", "2023-06-05"), ("S1", "M2", "2023-06-12")}
    owed = rows(assigned_weeks(checked), "supervisor_id", "mine_id", "week")
    assert len(owed) == 5
    assert set(owed) == expected


@pytest.mark.parametrize(("period", "weeks"), [("2023", 52), ("2020", 53), ("2023Q4", 13), ("2023-06", 5)])
def test_the_weeks_are_named_by_their_mondays(period: str, weeks: int) -> None:
    named = mondays(params_of(period).window)
    assert len(named) == weeks
    assert set(named.day_of_week) == {0}


def test_a_register_of_statuses_may_be_absent(tmp_path: Path) -> None:
    assert len(assigned_weeks(checked_of(tmp_path, JUNE, mine_status=None))) == 5 * len(SMALL["assignments"])


@pytest.mark.parametrize(
    ("exemptions", "exempt"),
    [
        ([], set()),
        ([",S1,,2023-06-14,2023-06-15,病假"], {("S1", "M1", "06-12"), ("S1", "M2", "06-12")}),
        ([",,M2,2023-06-15,2023-06-22,停产"], {("S1", "M2", "06-12"), ("S1", "M2", "06-19")}),
        ([",S1,M2,2023-06-15,2023-06-15,"], {("S1", "M2", "06-12")}),
        ([f"{JIA},,M3,2023-06-01,,"], set()),  # M3's supervisor is of 乙区
        ([f"{YI},,,2023-06-22,,端午"], {("S3", "M3", "06-19"), ("S3", "M3", "06-26")}),
        ([",S3,,2023-06-16,2023-06-21,"], set()),  # no Thursday
        ([",S3,,2023-06-01,2023-06-07,", f"{YI},,,2023-06-01,2023-06-01,"], {("S3", "M3", "05-29")}),
        (
            [",S3,,2023-06-01,2023-06-01,", ",,M1,2023-06-01,2023-06-01,", f"{JIA},S1,M1,2023-06-08,2023-06-08,"],
            {("S3", "M3", "05-29"), ("S1", "M1", "05-29"), ("S1", "M1", "06-05")},
        ),
    ],
)
def test_an_exemption_takes_away_the_weeks_whose_thursday_it_covers_and_no_other(
    tmp_path: Path, exemptions: list[str], exempt: set[tuple[str, ...]]
) -> None:
    checked = checked_of(
        tmp_path,
        JUNE,
        assignments=["S1,M1,2022-01-01,", "S1,M2,2022-01-01,", "S3,M3,2022-01-01,"],
        exemptions=exemptions,
    )
    assigned = assigned_weeks(checked)
    columns = ("supervisor_id", "mine_id", "week")
    gone = set(rows(assigned, *columns)) - set(rows(obliged_weeks(checked, assigned), *columns))
    assert gone == {(supervisor, mine, f"2023-{week}") for supervisor, mine, week in exempt}
