"""Events that stay in their database: the server counts them, and hands over only the rows that need a look.

That takes columns with types of their own and identifiers without blanks or full-width digits, in the events
and in the registers that they are set against; other tables are read whole, like files, and cleaned.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from bulletin.mines.events import KNOWN_YEARS, valid_events
from bulletin.project.digests import digest_of
from bulletin.project.periods import Window
from bulletin.records.cells import clean_cell, parse_column
from bulletin.records.headings import find_header, table_named
from bulletin.records.schema import Column, Schema, Table
from bulletin.records.sources.database import Database, Kind
from bulletin.records.sources.files import Sheet

_SHANGHAI = dt.timezone(dt.timedelta(hours=8))

_JOINED = ("assignments", "supervisors", "mines")

_NATIVE: Mapping[str, tuple[Kind, ...]] = {
    "identifier": ("text", "number"),
    "time": ("time", "day", "zoned time"),
    "date": ("day", "time"),
    "flag": ("flag",),
    "count": ("number",),
}

# Whatever check.py may have to say a word about: the rest can only be valid, or of another period. Joins alone: where a row may be looked up
# for one of several reasons, PostgreSQL goes through a register for each row of millions.
_SUSPECTS = """
SELECT {columns}
FROM events AS e
LEFT JOIN valid AS v ON v.supervisor_id = e.supervisor_id AND v.mine_id = e.mine_id AND v."at" = e."at"
LEFT JOIN (SELECT DISTINCT supervisor_id FROM supervisors) AS s ON s.supervisor_id = e.supervisor_id
LEFT JOIN (SELECT DISTINCT mine_id FROM mines) AS m ON m.mine_id = e.mine_id
WHERE v.times > 1 OR s.supervisor_id IS NULL OR m.mine_id IS NULL OR e."at" IS NULL
   OR (v.times IS NULL AND e."at" >= TIMESTAMP '{monday}' AND e."at" < TIMESTAMP '{after}')
   OR e."at" < TIMESTAMP '{known[0]}-01-01' OR e."at" >= TIMESTAMP '{known[1]}-01-01'{evidence}
"""

_TALLY = """
SELECT supervisor_id, CAST(date_trunc('week', "at") AS DATE), COUNT(*), MAX("at")
FROM events
WHERE supervisor_id IS NOT NULL AND mine_id IS NOT NULL
  AND "at" >= TIMESTAMP '{known[0]}-01-01' AND "at" < TIMESTAMP '{known[1]}-01-01'
GROUP BY 1, 2
"""


@dataclass(frozen=True)
class LiveEvents:
    """One table of events in its database, under the names of the schema.

    `relations` has, by name, the queries that give `events` and the registers they are joined with.
    """

    table: Table
    database: Database
    name: str
    relations: dict[str, str]

    def of_valid(self, sql: str, columns: Sequence[str], window: Window) -> pd.DataFrame:
        """What a query over `valid` (records.valid) gives, its `columns` in order."""
        return self._of(self.relations | {"valid": valid_events(self.table.name, window)}, sql, columns)

    def tally(self, columns: Sequence[str]) -> pd.DataFrame:
        """How many events each supervisor has in each week: supervisor, Monday, number and the last one, as `columns`."""
        return self._of(self.relations, _TALLY.format(known=KNOWN_YEARS), columns)

    def _of(self, relations: Mapping[str, str], sql: str, columns: Sequence[str]) -> pd.DataFrame:
        named = ", ".join(f"{name} AS ({query})" for name, query in relations.items())
        return pd.DataFrame([tuple(row) for row in self.database.rows(f"WITH {named} {sql}")], columns=list(columns))

    def suspects(self, window: Window) -> Sheet:
        """The rows that may be at fault: blanks, unknown identifiers, and all that can't count in `window`."""
        header = [column.name for column in self.table.columns]
        columns = ", ".join(f'CAST(e."{name}" AS VARCHAR) AS "{name}"' for name in header)
        evidence = " OR e.evidence < 0 OR e.evidence > 999999999" if self.table.name == "checkins" else ""
        days = {"monday": window.monday, "after": window.after, "known": KNOWN_YEARS}
        query = _SUSPECTS.format(columns=columns, evidence=evidence, **days)
        found = self.of_valid(query, header, window).fillna("").to_numpy().tolist()
        cells = sorted([clean_cell(str(cell)) for cell in row] for row in found)
        return Sheet(self.name, self.database.name, self.name, "", [header, *cells], numbered=False)

    def count(self) -> int:
        """How many rows the table has."""
        return int(self.database.rows(f"SELECT COUNT(*) FROM {self.database.quote(self.name)}")[0][0])  # noqa: S608


def read_database(database: Database, schema: Schema) -> tuple[list[Sheet], dict[str, LiveEvents]]:
    """Every table of ours as a sheet, and the events that can stay where they are.

    Of those the sheet holds no rows.

    Raises:
        BulletinError: `bad-database`.

    """
    ours = {
        name: (table, columns)
        for name, columns in sorted(database.tables().items())
        if (table := table_named(name, schema)) is not None
    }
    live = _live(database, ours, schema) if database.aggregates else {}
    staying = {each.name for each in live.values()}
    return [_sheet(database, name, columns, rows=name not in staying) for name, (_, columns) in ours.items()], live


def _sheet(database: Database, name: str, columns: Mapping[str, Kind], *, rows: bool) -> Sheet:
    cells: list[list[str]] = []
    if rows:
        wanted = ", ".join(_text(database, column, kind) for column, kind in columns.items())
        found = database.rows(f"SELECT {wanted} FROM {database.quote(name)}")  # noqa: S608 (quoted names)
        # A table has no order of its own: sorted, the same rows are the same sheet.
        cells = sorted([clean_cell(_said(cell)) for cell in row] for row in found)
    digest = digest_of(repr(cells).encode()) if rows else ""
    return Sheet(name, database.name, name, digest, [list(columns), *cells], numbered=False)


def _said(cell: Any) -> str:
    """A value that a driver gives as text that the cells' parsers read."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime) and cell.tzinfo:
        return str(cell.astimezone(_SHANGHAI).replace(tzinfo=None))
    return str(cell)


def _text(database: Database, column: str, kind: Kind) -> str:
    """A column as text where the database can say it so that the cells' parsers read it."""
    quoted = database.quote(column)
    if not database.aggregates:
        return quoted
    return f"CAST({database.local_time(quoted) if kind == 'zoned time' else quoted} AS VARCHAR)"


def _live(
    database: Database, ours: Mapping[str, tuple[Table, Mapping[str, Kind]]], schema: Schema
) -> dict[str, LiveEvents]:
    names: dict[str, list[str]] = {}
    for name, (table, _) in ours.items():
        names.setdefault(table.name, []).append(name)
    relations: dict[str, str] = {}
    for wanted in (*_JOINED, *schema.events):
        if len(names.get(wanted, [])) == 1:
            (name,) = names[wanted]
            query = _relation(database, name, *ours[name])
            if query and _clean(database, schema.tables[wanted], query):
                relations[wanted] = query
    if not all(register in relations for register in _JOINED):
        return {}
    registers = {register: relations[register] for register in _JOINED}
    return {
        event: LiveEvents(schema.tables[event], database, names[event][0], {"events": relations[event], **registers})
        for event in schema.events
        if event in relations
    }


def _relation(database: Database, name: str, table: Table, columns: Mapping[str, Kind]) -> str:
    """A query that gives a table's columns under their own names; nothing where one's type has to be read as text."""
    header = find_header(table, [list(columns)])
    named = list(zip(header.names, columns, strict=True)) if header else []
    parts: list[str] = []
    for column in table.columns:
        if column.kind not in _NATIVE:
            continue
        places = [own for known, own in named if known == column.name]
        if len(places) > 1 or (not places and column.required):
            return ""
        if places and columns[places[0]] not in _NATIVE[column.kind]:
            return ""
        quoted = database.quote(places[0]) if places else "NULL"
        parts += _native(database, table, column, quoted, columns[places[0]] if places else "other")
    return f"SELECT {', '.join(parts)} FROM {database.quote(name)}"  # noqa: S608 (quoted names)


def _native(database: Database, table: Table, column: Column, quoted: str, kind: Kind) -> Sequence[str]:
    if column.kind == "time":
        local = database.local_time(quoted) if kind == "zoned time" else f"CAST({quoted} AS TIMESTAMP)"
        return [f"date_trunc('second', {local}) AS \"{column.name}\""]  # as exactly as files say it
    if column.kind == "date" and table.name == "assignments":
        day = f"CAST({quoted} AS DATE)"
        return [f"{day} AS first_day" if column.name == "start" else f"COALESCE({day}, DATE '9999-12-31') AS last_day"]
    types = {"identifier": "VARCHAR", "flag": "BOOLEAN", "count": "BIGINT"}
    return [f'CAST({quoted} AS {types[column.kind]}) AS "{column.name}"'] if column.kind in types else []


def _clean(database: Database, table: Table, query: str) -> bool:
    """Whether each identifier stands there as it is compared; rows without one are at fault anyway."""
    for column in table.columns:
        if column.kind == "identifier":
            found = database.rows(f'SELECT DISTINCT "{column.name}" FROM ({query}) AS t')  # noqa: S608
            ids: pd.Series[Any] = pd.Series([row[0] for row in found if row[0] is not None], dtype="str")
            if not ids.empty and not (parse_column(ids, column) == ids).all():
                return False
    return True
