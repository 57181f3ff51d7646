"""Events that stay in their database: the server is asked of them, and hands over only the rows that need a look.

That takes columns with types of their own and identifiers without blanks or full-width digits; other tables are read
whole, like files, cleaned, and told to the server with each question.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from bulletin.project.digests import digest_of
from bulletin.records.cells import clean_cell, parse_column
from bulletin.records.headings import find_header, table_named
from bulletin.records.schema import Column, Schema, Table
from bulletin.records.schema import Kind as ColumnKind
from bulletin.records.sources.database import Database, Kind
from bulletin.records.sources.events import KNOWN_YEARS, TYPES, FrameEvents, Query, with_views
from bulletin.records.sources.files import Sheet

_SHANGHAI = dt.timezone(dt.timedelta(hours=8))

_NATIVE: Mapping[str, tuple[Kind, ...]] = {
    "identifier": ("text", "number"),
    "time": ("time", "day", "zoned time"),
    "date": ("day", "time"),
    "flag": ("flag",),
    "count": ("number",),
    "text": ("text",),
}

MOST_COUNTED = 999_999_999
"""The parsers of cells read no larger count."""


@dataclass
class LiveEvents:
    """One table of events in its database, whose rows have neither order nor number.

    `relation` is the query that gives its columns under the schema's names. Rows that a server can't judge, blank, of
    unknown identifiers or years, are handed over by `odd`; once they're read, `add` keeps those of unknown years.
    """

    table: Table
    schema: Schema
    database: Database
    name: str
    relation: str
    _beyond: pd.DataFrame | None = None

    def odd(self, frames: Mapping[str, pd.DataFrame]) -> Sheet:
        """Return the rows that only the parsers of cells and the checks of identifiers can tell of, as texts."""
        registers = self.schema.registers
        held = {column.name: registers[column.name] for column in self.table.columns if column.name in registers}
        tables = {name: _values(frames[register], {name: "identifier"}) for name, register in held.items()}
        joins = "".join(
            f' LEFT JOIN (SELECT DISTINCT "{name}" FROM known_{name}) AS {name}_held ON {name}_held."{name}" = e."{name}"'  # noqa: S608
            for name in held
        )
        reasons = [reason for column in self.table.columns for reason in _reasons(column, column.name in held)]
        header = [column.name for column in self.table.columns]
        columns = ", ".join(f'CAST(e."{name}" AS VARCHAR)' for name in header)
        views = {"events": self.relation} | {f"known_{name}": sql for name, sql in tables.items()}
        found = self.database.rows(
            with_views(views, f"SELECT {columns} FROM events AS e{joins} WHERE {' OR '.join(reasons)}")  # noqa: S608
        )
        cells = sorted([clean_cell("" if cell is None else str(cell)) for cell in row] for row in found)
        return Sheet(self.name, self.database.name, self.name, "", [header, *cells], numbered=False)

    def add(self, frame: pd.DataFrame) -> None:
        """Keep those of the odd rows, as they were read, that the database doesn't tell of."""
        year = frame[self._time].dt.year
        self._beyond = frame[(year < KNOWN_YEARS[0]) | (year >= KNOWN_YEARS[1])]

    @property
    def _time(self) -> str:
        return next(column.name for column in self.table.columns if column.kind == "time")

    def ask(self, query: Query, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """Ask the database, and of the years that it doesn't know, the rows that were read."""
        known = {
            "events": f"SELECT t.*, 0 AS place FROM ({self.relation}) AS t WHERE {_in_known_years('t', self._time)}"  # noqa: S608
        }
        for name, columns in query.tables.items():
            known[name] = _values(frames[name], {each: self.schema.tables[name].column(each).kind for each in columns})
        rows = self.database.rows(with_views(known | dict(query.views), query.sql))
        found = pd.DataFrame([tuple(row) for row in rows], columns=list(query.columns))
        if self._beyond is None or self._beyond.empty:
            return found
        return pd.concat([found, FrameEvents(self.table, self._beyond).ask(query, frames)], ignore_index=True)

    def where(self, places: pd.Series[int]) -> pd.DataFrame:
        """Return the table, again and again."""
        return pd.DataFrame({"row": 0, "file": self.database.name, "sheet": self.name}, index=range(len(places)))

    def count(self) -> int:
        """How many rows the table has."""
        return int(self.database.rows(f"SELECT COUNT(*) FROM {self.database.quote(self.name)}")[0][0])  # noqa: S608


def _reasons(column: Column, held: bool) -> Iterator[str]:
    """Give what makes a row odd in one of its columns."""
    cell = f'e."{column.name}"'
    if column.required:
        yield f"{cell} IS NULL"
    if held:
        yield f'({cell} IS NOT NULL AND {column.name}_held."{column.name}" IS NULL)'
    if column.kind == "time":
        yield f"NOT ({_in_known_years('e', column.name)})"
    if column.kind == "count":
        yield f"{cell} < 0 OR {cell} > {MOST_COUNTED}"


def _in_known_years(table: str, name: str) -> str:
    first, last = KNOWN_YEARS
    return f"""{table}."{name}" >= TIMESTAMP '{first}-01-01' AND {table}."{name}" < TIMESTAMP '{last}-01-01'"""


def _values(frame: pd.DataFrame, kinds: Mapping[str, ColumnKind]) -> str:
    """Return a frame's columns as SQL that says each value: registers are read and cleaned here, wherever events live."""
    columns = ", ".join(f'CAST(c{n} AS {TYPES[kind]}) AS "{name}"' for n, (name, kind) in enumerate(kinds.items()))
    rows = frame[list(kinds)].drop_duplicates()
    texts = [[_literal(value) for value in rows[name].astype("object")] for name in kinds]
    lines = [f"({', '.join(line)})" for line in zip(*texts, strict=True)] or [f"({', '.join(['NULL'] * len(kinds))})"]
    named = ", ".join(f"c{n}" for n in range(len(kinds)))
    return f"SELECT {columns} FROM (VALUES {', '.join(lines)}) AS v({named})"  # noqa: S608 (quoted texts)


def _literal(value: object) -> str:
    return "NULL" if pd.isna(value) else "'" + str(value).replace("'", "''") + "'"  # type: ignore[call-overload]


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
    live = {}
    for event in schema.events:
        if len(names.get(event, [])) == 1 and all(len(names.get(each, [])) == 1 for each in schema.registers.values()):
            (name,) = names[event]
            query = _relation(database, name, *ours[name])
            if query and _clean(database, schema.tables[event], query):
                live[event] = LiveEvents(schema.tables[event], schema, database, name, query)
    return live


def _relation(database: Database, name: str, table: Table, columns: Mapping[str, Kind]) -> str:
    """A query that gives a table's columns under their own names; nothing where one's type has to be read as text."""
    header = find_header(table, [list(columns)])
    named = list(zip(header.names, columns, strict=True)) if header else []
    parts: list[str] = []
    for column in table.columns:
        if column.kind not in _NATIVE:
            return ""
        places = [own for known, own in named if known == column.name]
        if len(places) > 1 or (not places and column.required):
            return ""
        if places and columns[places[0]] not in _NATIVE[column.kind]:
            return ""
        quoted = database.quote(places[0]) if places else "NULL"
        parts.append(_native(database, column, quoted, columns[places[0]] if places else "other"))
    return f"SELECT {', '.join(parts)} FROM {database.quote(name)}"  # noqa: S608 (quoted names)


def _native(database: Database, column: Column, quoted: str, kind: Kind) -> str:
    value = database.local_time(quoted) if kind == "zoned time" else f"CAST({quoted} AS {TYPES[column.kind]})"
    if column.kind == "time":
        value = f"date_trunc('second', {value})"  # as exactly as files say it
    return f'{value} AS "{column.name}"'


def _clean(database: Database, table: Table, query: str) -> bool:
    """Whether each identifier stands there as it is compared; rows without one are at fault anyway."""
    for column in table.columns:
        if column.kind == "identifier":
            found = database.rows(f'SELECT DISTINCT "{column.name}" FROM ({query}) AS t')  # noqa: S608
            ids: pd.Series[Any] = pd.Series([row[0] for row in found if row[0] is not None], dtype="str")
            if not ids.empty and not (parse_column(ids, column) == ids).all():
                return False
    return True
