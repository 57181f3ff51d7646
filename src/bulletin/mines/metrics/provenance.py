"""Where a figure comes from: the rows behind it, those left out and why, and what a mean was taken of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from bulletin.facts.figures import CITY, each_scope
from bulletin.facts.sources import OTHER_PERIODS, Parts, Rows
from bulletin.mines.checks import CheckedRecords
from bulletin.mines.metrics.duty import DUTIES, DutyWeeks, fulfilments
from bulletin.mines.register import Register, county_of
from bulletin.mines.schema import EVENTS
from bulletin.project.params import Params


def rows_behind(checked: CheckedRecords, weeks: DutyWeeks, register: Register) -> dict[str, dict[str, Rows]]:
    """The rows of each table in each scope, the city and every county.

    Supervisors, assignments and events belong to the supervisor's county, all else to the mine's. Used and left
    out together are all rows of the table.
    """
    supervisors, mines, codes = checked["supervisors"], checked["mines"], register.codes
    used = {
        "counties": register.counties["county_code"],
        "mines": mines["county_code"],
        "supervisors": supervisors["county_code"],
        "assignments": county_of(supervisors, checked["assignments"]["supervisor_id"]),
        "mine_status": county_of(mines, checked["mine_status"]["mine_id"]),
    }
    counts = {table: each_scope(counties.value_counts(), codes) for table, counties in used.items()}
    apart = _apart(checked, codes)
    for table in ("task_lists", "stationing", "ledger_reviews"):
        there = each_scope(county_of(mines, checked[table]["mine_id"]).value_counts(), codes)
        counts[table] = {scope: rows - apart[table][scope] for scope, rows in there.items()}
    left_out: dict[str, dict[str, dict[str, int]]] = {}
    gone = checked.left_out.assign(county=county_of(supervisors, checked.left_out["supervisor_id"]))
    for table, weekly in zip(EVENTS, (weeks.checkins, weeks.remote), strict=True):
        counties = county_of(supervisors, weekly["supervisor_id"])
        counts[table] = each_scope(weekly["events"].groupby(counties).sum(), codes)
        own = gone[gone["table"] == table]
        left_out[table] = {
            str(kind): each_scope(rows["county"].value_counts(), codes) for kind, rows in own.groupby("kind")
        }
    for table, each in apart.items():
        left_out.setdefault(table, {})[OTHER_PERIODS] = each
    return {
        scope: {
            table: Rows(
                counts[table][scope],
                {kind: each[scope] for kind, each in left_out.get(table, {}).items() if each[scope]},
            )
            for table in counts
        }
        for scope in (CITY, *codes)
    }


def _apart(checked: CheckedRecords, codes: Sequence[str]) -> dict[str, dict[str, int]]:
    """How many rows of each table and scope are of other periods."""
    rows = checked.apart
    counties = county_of(checked["supervisors"], rows["supervisor_id"])
    counties = counties.fillna(county_of(checked["mines"], rows["mine_id"]))
    found = {}
    for table in (*EVENTS, "task_lists", "stationing", "ledger_reviews"):
        own = rows["table"] == table
        found[table] = each_scope(rows["number"][own].groupby(counties[own]).sum(), codes)
    return found


def averaged(weeks: DutyWeeks, params: Params) -> dict[str, dict[str, Parts]]:
    """What each county's official rates are the mean of, by metric and county.

    Nothing where the params take pooled rates: those have a numerator and a denominator.
    """
    if params.averaging == "pooled":
        return {}
    keys = ["supervisor_id"] if params.duty_unit == "supervisor" else ["supervisor_id", "mine_id"]
    found: dict[str, dict[str, Parts]] = {}
    for duty in DUTIES:
        by_county: dict[str, Parts] = {}
        for key, each in fulfilments(weeks, duty, ["county_code", *keys]).items():
            county, *who = cast("tuple[str, ...]", key)
            by_county.setdefault(county, []).append((" · ".join(who), each.done, each.owed))
        found[f"{duty}_rate"] = {county: sorted(parts) for county, parts in by_county.items()}
    return found
