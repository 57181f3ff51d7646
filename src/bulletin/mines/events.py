"""Which event counts, said once: SQL that gives each event of a window its fault or none, wherever events live.

Each question is a small SELECT over `judged`: the counts by supervisor, mine and week, what each supervisor did in each
week, the list of events at fault.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from bulletin.mines.schema import PAIR
from bulletin.project.periods import Window
from bulletin.records.read import Records
from bulletin.records.schema import Column, Table
from bulletin.records.sources.events import Query

UNASSIGNED, REPEATED = "unassigned-event", "repeated-event"

_TABLES = {"assignments": (*PAIR, "start", "end"), "supervisors": ("supervisor_id",), "mines": ("mine_id",)}

# Where assignments of a pair overlap, a fault of their own, each day is held once: the later begins after the earlier.
# A start that couldn't be read is a fault of its own too, and none in each event.
_HELD = """
SELECT supervisor_id, mine_id, last_day,
       GREATEST(first_day, COALESCE(MAX(last_day) OVER (
           PARTITION BY supervisor_id, mine_id ORDER BY first_day, last_day
           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) + 1, first_day)) AS first_day
FROM (SELECT supervisor_id, mine_id, COALESCE(CAST("start" AS DATE), DATE '1000-01-01') AS first_day,
             COALESCE(CAST("end" AS DATE), DATE '9999-12-31') AS last_day FROM assignments) AS a
"""

# The first reason holds: an identifier that no register has (a fault of its own), no assignment that day, the same
# supervisor, mine and time as an earlier row. Rows of one event that differ in the other columns count as the one that
# records most, so that the order of rows doesn't matter.
_JUDGED = """
SELECT e.place, e.supervisor_id, e.mine_id, e."at"{details},
       CASE WHEN s.supervisor_id IS NULL OR m.mine_id IS NULL THEN 'unknown-id'
            WHEN h.supervisor_id IS NULL THEN '{unassigned}'
            WHEN ROW_NUMBER() OVER (PARTITION BY e.supervisor_id, e.mine_id, e."at" ORDER BY e.place) > 1 THEN '{repeated}'
       END AS fault
FROM events AS e
LEFT JOIN (SELECT DISTINCT supervisor_id FROM supervisors) AS s ON s.supervisor_id = e.supervisor_id
LEFT JOIN (SELECT DISTINCT mine_id FROM mines) AS m ON m.mine_id = e.mine_id
LEFT JOIN held AS h ON h.supervisor_id = e.supervisor_id AND h.mine_id = e.mine_id
    AND h.first_day <= CAST(e."at" AS DATE) AND CAST(e."at" AS DATE) <= h.last_day
WHERE {inside}
"""

_WEEK = """CAST(date_trunc('week', "at") AS TIMESTAMP)"""

_WEEKLY = """
SELECT supervisor_id, mine_id, {week} AS week, COUNT(*) AS events{counts}
FROM judged WHERE fault IS NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""

_FAULTY = """
SELECT place, supervisor_id, mine_id, "at", fault FROM judged
WHERE fault IN ('{unassigned}', '{repeated}') ORDER BY place, supervisor_id, mine_id, "at"
"""

_TALLY = """
SELECT supervisor_id, {week} AS week, COUNT(*) AS number, MAX(valid) AS last
FROM (SELECT supervisor_id, "at", CASE WHEN fault IS NULL THEN "at" END AS valid FROM judged
      UNION ALL SELECT supervisor_id, "at", NULL FROM events WHERE NOT ({inside}) AND "at" IS NOT NULL) AS every
GROUP BY 1, 2
"""

_CHECKIN_COUNTS: Mapping[str, str] = {
    "underground": "underground = 1",
    "evidence_filled": "evidence IS NOT NULL",
    "evidence_given": "evidence >= 1",
    "uploaded_filled": "uploaded IS NOT NULL",
    "uploaded": "uploaded = 1",
}
"""What is counted of check-ins beside their number."""


def weekly_events(records: Records, table: str, window: Window) -> pd.DataFrame:
    """Count the valid events by supervisor_id, mine_id and week (its Monday), check-ins also by what they record."""
    counts = _CHECKIN_COUNTS if table == "checkins" else {}
    summed = "".join(f", SUM(CASE WHEN {said} THEN 1 ELSE 0 END) AS {name}" for name, said in counts.items())
    numbers = ("events", *counts)
    found = _ask(records, table, window, _WEEKLY.format(week=_WEEK, counts=summed), (*PAIR, "week", *numbers))
    return found.astype({"week": "datetime64[us]"} | dict.fromkeys(numbers, "int64"))


def tallied_events(records: Records, table: str, window: Window) -> pd.DataFrame:
    """Count all events by supervisor_id and week (its Monday): their number, and in `last` the last that is valid."""
    sql = _TALLY.format(week=_WEEK, inside=_inside(window))
    found = _ask(records, table, window, sql, ("supervisor_id", "week", "number", "last"))
    types = {"supervisor_id": "str", "week": "datetime64[us]", "number": "int64", "last": "datetime64[us]"}
    return found.astype(types)


def faulty_events(records: Records, table: str, window: Window) -> pd.DataFrame:
    """List the events that can't count, in the order of the rows: supervisor_id, mine_id, at, fault, row, file, sheet."""
    sql = _FAULTY.format(unassigned=UNASSIGNED, repeated=REPEATED)
    found = _ask(records, table, window, sql, ("place", *PAIR, "at", "fault"))
    found = found.astype({"place": "int64", "at": "datetime64[us]"} | dict.fromkeys((*PAIR, "fault"), "str"))
    return found.drop(columns="place").join(records.events(table).where(found["place"]))


def used_identifiers(records: Records, table: str, column: str) -> set[str]:
    """Return the identifiers of a column that the events name, whether or not a register has them."""
    query = Query(f"SELECT DISTINCT {column} FROM events WHERE {column} IS NOT NULL", (column,), {}, {})  # noqa: S608
    return set(records.events(table).ask(query, records.frames)[column].astype("str"))


def _ask(records: Records, table: str, window: Window, sql: str, columns: tuple[str, ...]) -> pd.DataFrame:
    query = Query(sql, columns, {"held": _HELD, "judged": _judged(records.schema.tables[table], window)}, _TABLES)
    return records.events(table).ask(query, records.frames)


def _judged(table: Table, window: Window) -> str:
    recorded = [column for column in table.columns if column.name not in table.event]
    details = "".join(f", {_most(column)} AS {column.name}" for column in recorded)
    return _JUDGED.format(details=details, unassigned=UNASSIGNED, repeated=REPEATED, inside=_inside(window))


def _most(column: Column) -> str:
    """What an event records, of all its rows: of a flag 1 or 0."""
    cell = f"e.{column.name}"
    said = f"CASE WHEN {cell} THEN 1 WHEN NOT {cell} THEN 0 END" if column.kind == "flag" else cell
    return f'MAX({said}) OVER (PARTITION BY e.supervisor_id, e.mine_id, e."at")'


def _inside(window: Window) -> str:
    return f""""at" >= TIMESTAMP '{window.monday}' AND "at" < TIMESTAMP '{window.after}'"""
