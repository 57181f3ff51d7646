"""Weeks: what was done in each (counted where events live) and what was owed in each."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from bulletin.mines.checks import CheckedRecords
from bulletin.mines.events import weekly_events
from bulletin.mines.register import county_of
from bulletin.mines.schema import EXEMPTED, PAIR, REGISTERS
from bulletin.mines.span import OPEN_END
from bulletin.project.periods import Window


def weekly_counts(checked: CheckedRecords, table: Literal["checkins", "remote_inspections"]) -> pd.DataFrame:
    """Count valid events by supervisor, mine and ISO week (`week` is its Monday).

    Check-ins also carry how many were marked underground, and how many fill and affirm evidence and
    uploaded. Only weeks of the period have rows. Identifiers are categories, here as in the other frames of this module, until `named`.
    """
    weekly = _coded(checked, weekly_events(checked.records, table, checked.window))
    return weekly.sort_values([*PAIR, "week"], ignore_index=True)


def _coded(checked: CheckedRecords, rows: pd.DataFrame) -> pd.DataFrame:
    """The same rows with their identifiers as places in the registers: millions of texts are slow to compare."""
    known = {
        column: checked[register][column].sort_values() for column, register in REGISTERS.items() if column in rows
    }
    return rows.astype({column: pd.CategoricalDtype(ids) for column, ids in known.items()})


def named(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of this module with their identifiers as texts again: an index of categories is no plain one."""
    return rows.astype({column: "str" for column in REGISTERS if column in rows})


def mondays(window: Window) -> pd.DatetimeIndex:
    """The weeks in the window, by their Mondays."""
    return pd.DatetimeIndex(pd.to_datetime(window.thursdays())).as_unit("us") - pd.Timedelta(days=3)


def assigned_weeks(checked: CheckedRecords) -> pd.DataFrame:
    """A row for each supervisor, mine and week on whose Thursday that assignment is in force."""
    weeks = mondays(checked.window)
    held = _covered(_coded(checked, checked["assignments"]), ["supervisor_id", "mine_id"], weeks)
    status = _coded(checked, checked["mine_status"])
    idle = _covered(status[status["status"] == "suspended"], ["mine_id"], weeks)
    return _without(held, idle, ["mine_id"])


def obliged_weeks(checked: CheckedRecords, assigned: pd.DataFrame) -> pd.DataFrame:
    """The rows of `assigned_weeks` that no exemption covers on the week's Thursday.

    An exemption that names several of supervisor, mine and county (the supervisor's) covers only where all
    of them agree.
    """
    rows, weeks = _coded(checked, checked["exemptions"]), mondays(checked.window)
    owed = assigned.assign(county_code=county_of(checked["supervisors"], assigned["supervisor_id"]))
    for named, alike in rows.groupby([rows[column].notna() for column in EXEMPTED]):
        keys = [column for column, filled in zip(EXEMPTED, named, strict=True) if filled]
        owed = _without(owed, _covered(alike, keys, weeks), keys)
    return owed[["supervisor_id", "mine_id", "week"]]


def _without(rows: pd.DataFrame, covered: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """The rows whose keys and week aren't covered."""
    if covered.empty:
        return rows
    marked = rows.merge(covered.drop_duplicates(), on=[*keys, "week"], how="left", indicator=True)
    return marked.loc[marked["_merge"] == "left_only", list(rows.columns)].reset_index(drop=True)


def _covered(spans: pd.DataFrame, keys: list[str], weeks: pd.DatetimeIndex) -> pd.DataFrame:
    """Each span's keys, once for each week whose Thursday lies within start and end."""
    thursdays = (weeks + pd.Timedelta(days=3)).to_numpy()
    start = spans["start"].to_numpy(dtype=thursdays.dtype)[:, None]
    end = spans["end"].fillna(OPEN_END).to_numpy(dtype=thursdays.dtype)[:, None]
    span, week = np.nonzero((start <= thursdays) & (thursdays <= end))
    return spans[keys].iloc[span].reset_index(drop=True).assign(week=weeks[week])
