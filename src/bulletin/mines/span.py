"""Which periods the records are of: one year's serve its months and quarters, and what is of another is no fault.

Events are counted where they live, by supervisor and ISO week; all that is said of periods and counties comes from that.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from bulletin.mines.events import tallied_events
from bulletin.mines.schema import EVENTS, TABLES
from bulletin.project.periods import Window
from bulletin.records.read import Records

OPEN_END = pd.Timestamp("9999-12-31")
"""What an empty end stands for: still in force."""

_SHOWN = 4
"""Of very many spans of months so many are named at either end: a day that is far off is one of those."""

_FAR = 5
"""Years from the period at which a date is more likely mistyped than another period's."""


def event_weeks(records: Records, window: Window) -> pd.DataFrame:
    """How many events each supervisor has in each week, whether or not they count: table, week (its Monday), number, last.

    `last` is the last event of the week that counts in the window.
    """
    return pd.concat(
        [tallied_events(records, table, window).assign(table=table) for table in EVENTS], ignore_index=True
    )


def week_of(at: pd.Series[pd.Timestamp]) -> pd.Series[pd.Timestamp]:
    """The Monday of each moment's week."""
    return at.dt.normalize() - pd.to_timedelta(at.dt.day_of_week, unit="D")


def in_weeks(weeks: pd.Series[pd.Timestamp], window: Window) -> pd.Series[bool]:
    """Which weeks, given by their Mondays or by any moment in them, are in the window."""
    return (weeks >= pd.Timestamp(window.monday)) & (weeks < pd.Timestamp(window.after))


def touches(stays: pd.DataFrame, window: Window) -> pd.Series[bool]:
    """Which stays hold on a day of the window."""
    first, last = pd.Timestamp(window.first), pd.Timestamp(window.last)
    return ~((stays["start"] > last) | (stays["end"].fillna(OPEN_END) < first))


def reviewed_in(reviews: pd.DataFrame, window: Window) -> pd.Series[bool]:
    """Which ledger reviews are of a day of the window."""
    first, last = pd.Timestamp(window.first), pd.Timestamp(window.last)
    return ~((reviews["reviewed_on"] < first) | (reviews["reviewed_on"] > last))


def of_other_periods(records: Records, events: pd.DataFrame, window: Window) -> pd.DataFrame:
    """The rows that are of other periods, counted: table, supervisor_id or mine_id, month, number.

    `events` are those of `event_weeks`. A week's month is its Thursday's, as a period's weeks are; `month` is 2024-06,
    and of a task list its year.
    """
    apart = events[~in_weeks(events["week"], window)]
    found = [apart.assign(month=(apart["week"] + pd.Timedelta(days=3)).dt.strftime("%Y-%m"))]
    reviews, stays, lists = (records[name] for name in ("ledger_reviews", "stationing", "task_lists"))
    for table, rows, month in (
        ("ledger_reviews", reviews[~reviewed_in(reviews, window)], "reviewed_on"),
        ("stationing", stays[~touches(stays, window)], "start"),
    ):
        months = rows[month].dropna().dt.strftime("%Y-%m")
        found.append(rows.loc[months.index, ["mine_id"]].assign(table=table, month=months, number=1))
    years = lists["year"].dropna()
    others = years[years != window.period.year]
    found.append(lists.loc[others.index, ["mine_id"]].assign(table="task_lists", month=others.astype("str"), number=1))
    named = ["table", "supervisor_id", "mine_id", "month"]
    columns = [each.reindex(columns=[*named, "number"]).astype(dict.fromkeys(named, "str")) for each in found]
    whole = pd.concat(columns, ignore_index=True).astype({"number": "int64"})
    return whole.groupby(named, as_index=False, dropna=False).agg(number=("number", "sum"))


def other_periods_line(apart: pd.DataFrame, window: Window) -> str:
    """How many rows are of other periods and of which, in a sentence; nothing where there are none.

    Those that are years off are asked about: their dates may be mistyped.
    """
    if apart.empty:
        return ""
    by_table = apart.groupby("table")["number"].sum()
    each = "，".join(f"{table.title} {by_table[name]:,} 条" for name, table in TABLES.items() if name in by_table)
    months = list(apart["month"].unique())
    far = [month for month in months if abs(int(month[:4]) - window.period.year) > _FAR]
    asked = f"其中 {_months(far)}离本期很远，请核对日期是否写错。" if far else ""
    whether = "" if far else "，不是问题"
    return (
        f"另有 {apart['number'].sum():,} 条记录属于其他期间（{_months(months)}），不计入本期{whether}：{each}。{asked}"
    )


def _months(months: Iterable[str]) -> str:
    """Months and whole years (2024-06, 2023) in a few words: 2023年、2024年1—6月、10—12月."""
    found: dict[int, set[int]] = {}
    for each in months:
        year, _, month = each.partition("-")
        found.setdefault(int(year), set()).update([int(month)] if month else range(1, 13))
    whole = [year for year in found if len(found[year]) == 12]
    spans = [(first, f"{_span(first, last)}年") for first, last in _runs(whole)]
    spans += [
        (year, f"{year}年{'、'.join(f'{_span(*run)}月' for run in _runs(found[year]))}")
        for year in found.keys() - set(whole)
    ]
    told = [words for _, words in sorted(spans)]
    if len(told) > 2 * _SHOWN:
        return f"{'、'.join(told[:_SHOWN])}……{'、'.join(told[-_SHOWN:])}"
    return "、".join(told)


def _runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """The first and last of each run of numbers that follow each other."""
    runs: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _span(first: int, last: int) -> str:
    return f"{first}" if first == last else f"{first}—{last}"
