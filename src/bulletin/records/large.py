"""Files of millions of events: DuckDB reads them once into columns of its own, within a limit of memory.

What it can't take exactly as the parsers of cells would goes through those, row by row: the figures and the faults are
the same whichever way a file is read. A file that isn't plain as a whole isn't read this way at all.
"""

from __future__ import annotations

import csv
import glob
import hashlib
import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from bulletin.digests import digest_of_file
from bulletin.errors import BulletinError
from bulletin.periods import Window
from bulletin.project import MEMORY_VARIABLE
from bulletin.records.cells import clean_cell, parse_column
from bulletin.records.files import Sheet
from bulletin.records.headings import find_header, is_of_names, table_named
from bulletin.records.limits import MOST_ROWS
from bulletin.records.schema import EVENTS, EXAMPLE, TABLES, Column, Table
from bulletin.records.valid import valid_events

DEFAULT_MEMORY = "2GB"

MOST_ODD = 1_000_000
"""Rows that go through the parsers of cells; a file with more of them is read by cells whole."""

_CHUNK = 2**24
_SHORTEST = 20
"""Bytes of the shortest line that an event can be: a file of fewer than MOST_ROWS of those needn't be counted."""

_PAIR = ("supervisor_id", "mine_id")

_YES_NO = "'是','否','true','false'"


class NotPlainError(Exception):
    """A file that only the reader of cells reads exactly."""


def memory_limit() -> str:
    """How much memory DuckDB may take, as its own setting has it.

    Raises:
        BulletinError: `bad-memory`.

    """
    given = os.environ.get(MEMORY_VARIABLE, DEFAULT_MEMORY)
    if not re.fullmatch(r"[1-9][0-9]{0,5}(MB|GB)", given):
        raise BulletinError("bad-memory", f"内存上限 {given} 的写法有误，应为 512MB、2GB 这样的写法。")
    return given


class Store:
    """A DuckDB of our own in memory; what doesn't fit spills into a folder that is gone after `close`."""

    def __init__(self) -> None:
        limit = memory_limit()
        self._spill = tempfile.TemporaryDirectory(prefix="bulletin-", ignore_cleanup_errors=True)
        self.spill = Path(self._spill.name)
        self.connection = duckdb.connect(config={"memory_limit": limit, "temp_directory": self._spill.name})
        # A join with the events on its other side would not keep the order of the file's rows.
        self.connection.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")

    def close(self) -> None:
        """Let go of the events and of all that was spilled."""
        self.connection.close()
        self._spill.cleanup()


def large_sheet(path: Path) -> Sheet | None:
    """A plain file of more than MOST_ROWS events as a sheet of its heading alone; None for any other file."""
    table = table_named(path.stem)
    try:
        if table is None or table.name not in EVENTS or not path.is_file():
            return None
        kind = path.suffix.lower()
        if kind == ".csv" and path.stat().st_size > MOST_ROWS * _SHORTEST:
            header, digest, rows = _scan_csv(path)
        elif kind == ".parquet" and (rows := _parquet_rows(path)) > MOST_ROWS:
            header, digest = _parquet_header(path), digest_of_file(path)
        else:
            return None
    except (OSError, NotPlainError, UnicodeDecodeError, csv.Error, duckdb.Error, RuntimeError):
        return None
    found = find_header(table, [header])
    if rows <= MOST_ROWS or found is None or any(is_of_names(cell) for cell in header):
        return None
    known = [name for name in found.names if name]
    required = {column.name for column in table.columns if column.required}
    if len(known) != len(set(known)) or not required <= set(known):
        return None
    return Sheet(path.stem, path.name, "", digest, [header], large=path, length=rows, rows=[1])


def _scan_csv(path: Path) -> tuple[list[str], str, int]:
    """The heading, the digest and the number of rows; only of a file in which each line is a row."""
    digest, lines, returns, pairs, last = hashlib.sha256(), 0, 0, 0, b""
    with path.open("rb") as file:
        first = file.readline(2**16)
        file.seek(0)
        while chunk := file.read(_CHUNK):
            if b'"' in chunk or b"\0" in chunk:
                raise NotPlainError
            digest.update(chunk)
            lines += chunk.count(b"\n")
            returns += chunk.count(b"\r")
            pairs += chunk.count(b"\r\n") + (last == b"\r" and chunk[:1] == b"\n")
            last = chunk[-1:]
    if returns != pairs or returns not in (0, lines):
        raise NotPlainError
    (header,) = csv.reader([first.decode("utf-8-sig")], strict=True)
    return [clean_cell(cell) for cell in header], digest.hexdigest(), lines + (last != b"\n") - 1


def _pattern(path: Path) -> str:
    # Brackets in a name are a pattern to DuckDB.
    return glob.escape(str(path))


def _parquet_rows(path: Path) -> int:
    with duckdb.connect() as connection:
        found = connection.execute("SELECT SUM(num_rows) FROM parquet_file_metadata(?)", [_pattern(path)]).fetchone()
    return int(found[0]) if found else 0


def _parquet_header(path: Path) -> list[str]:
    with duckdb.connect() as connection:
        return [str(name) for name in connection.read_parquet(_pattern(path)).columns]


@dataclass
class LargeEvents:
    """The events of one large file in a store, in a table of the schema's columns by the order of their rows.

    `odd` are the lines that only the parsers of cells can read, as a sheet that has their numbers. Once those are
    read, `add` puts them with the others.
    """

    table: Table
    store: Store
    odd: Sheet
    plain: int
    frame_of_odd: pd.DataFrame = field(default_factory=pd.DataFrame)

    def add(self, frame: pd.DataFrame) -> None:
        """Put the odd rows, as they were read, with the others."""
        self.frame_of_odd = frame
        names = [column.name for column in self.table.columns]
        cells = [f"TRY_CAST({name} AS {name}s)" if name in _PAIR else f'"{name}"' for name in names]
        connection = self.store.connection
        rows = frame[names].astype(dict.fromkeys(_PAIR, "object")) if len(frame) else frame[names]
        if rows.empty:
            return
        connection.register("odd_rows", rows)
        connection.execute(
            f"INSERT INTO {_staged(self.table)} SELECT {', '.join(cells)}, NULL FROM odd_rows "  # noqa: S608 (our own names)
            'WHERE supervisor_id IS NOT NULL AND mine_id IS NOT NULL AND "at" IS NOT NULL'
        )
        connection.unregister("odd_rows")

    def of_valid(self, sql: str, columns: Sequence[str], window: Window) -> pd.DataFrame:
        """What a query over `valid` (records.valid) gives, its `columns` in order."""
        found = self.store.connection.execute(f"WITH valid AS (FROM {self._valid(window)}) {sql}").df()
        return found[list(columns)]

    def suspects(self, window: Window) -> pd.DataFrame:
        """The rows that may be at fault, as a frame of records in the order of the file."""
        names = [column.name for column in self.table.columns]
        cells, staged = ", ".join(f'"{name}"' for name in names), _staged(self.table)
        first, last = f"TIMESTAMP '{window.first}'", f"TIMESTAMP '{window.last}' + INTERVAL 1 DAY"
        # Each reason apart: together they would each be asked of every row. Most pairs have one span that holds
        # all through the window, so that few rows are left to be set against spans.
        query = f"""
            WITH found AS (
                SELECT rowid FROM {staged} WHERE "at" < {first} OR "at" >= {last}
                UNION
                SELECT e.rowid FROM {staged} AS e
                SEMI JOIN (FROM {self._valid(window)} WHERE times > 1) AS alike USING (supervisor_id, mine_id, "at")
                UNION
                SELECT e.rowid FROM {staged} AS e
                ANTI JOIN (FROM assignments WHERE first_day <= {first} AND {last} <= last_day + INTERVAL 1 DAY) AS whole
                    USING (supervisor_id, mine_id)
                WHERE NOT EXISTS (
                    SELECT 1 FROM assignments AS a
                    WHERE a.supervisor_id = e.supervisor_id AND a.mine_id = e.mine_id
                      AND a.first_day <= CAST(e."at" AS DATE) AND CAST(e."at" AS DATE) <= a.last_day))
            SELECT {cells}, rowid + 2 AS row FROM {staged}
            WHERE rowid IN (FROM found) AND raw IS NULL AND rowid + 1 < {self.plain + len(self.odd.cells)}
        """  # noqa: S608 (our own names)
        rows = self.store.connection.execute(query).df()
        for name in _PAIR:
            rows[name] = rows[name].astype("object")
        rows = rows.assign(file=self.odd.file, sheet="")[list(self.frame_of_odd.columns)]
        rows = rows.astype(self.frame_of_odd.dtypes.to_dict())
        parts = [part for part in (self.frame_of_odd, rows) if len(part)]
        if not parts:
            return rows
        return pd.concat(parts).sort_values("row", kind="stable", ignore_index=True)

    def _valid(self, window: Window) -> str:
        """The table of the valid events, made once: it's the one step that takes all events together."""
        name = f"{self.table.name}_valid_{window.first:%Y%m%d}_{window.last:%Y%m%d}"
        self.store.connection.execute(
            f"CREATE TABLE IF NOT EXISTS {name} AS "
            f"WITH events AS (FROM {_staged(self.table)} WHERE raw IS NULL) {valid_events(self.table.name, window)}"
        )
        return name


def _staged(table: Table) -> str:
    """The table of a file's rows, each at its place; `raw` is filled where the parsers of cells have to read it."""
    return f"{table.name}_staged"


def stage(sheet: Sheet, table: Table, frames: dict[str, pd.DataFrame], store: Store) -> LargeEvents:
    """Read a large file once.

    Raises:
        NotPlainError: where it has to be read by cells after all.

    """
    _lay_registers(frames, store)
    header = find_header(table, sheet.cells)
    if header is None or sheet.large is None:
        raise NotPlainError
    at = {name: place for place, name in enumerate(header.names) if name}
    source, kinds = _source(sheet)
    taken = {column.name: _taken(column, at, kinds) for column in table.columns}
    odd = " OR ".join(f"NOT ({plain})" for _, plain in taken.values())
    extra = [
        f"contains(CAST(e.c{place} AS VARCHAR), '{EXAMPLE}')" for place, name in enumerate(header.names) if not name
    ]
    odd = " OR ".join([f"COALESCE({odd}, true)", *(f"COALESCE({each}, false)" for each in extra)])
    raw = ", ".join(f"CAST(e.c{place} AS VARCHAR)" for place in range(len(header.names)))
    cells = ", ".join(f'{value} AS "{name}"' for name, (value, _) in taken.items())
    pair = " AND ".join(f"p.{name}_text = {_text(at[name], kinds)}" for name in _PAIR)
    staged, connection = _staged(table), store.connection
    try:
        connection.execute(
            f"CREATE OR REPLACE TABLE {staged} AS SELECT {cells}, CASE WHEN {odd} THEN [{raw}] END AS raw "  # noqa: S608
            f"FROM {source} LEFT JOIN pairs AS p ON {pair}"
        )
        total, strange = connection.execute(f"SELECT COUNT(*), COUNT(raw) FROM {staged}").fetchall()[0]  # noqa: S608
        if total != sheet.length:
            raise NotPlainError  # an empty line, which isn't a row to DuckDB
        if strange > MOST_ODD:
            raise NotPlainError
        found = connection.execute(
            f"SELECT rowid + 2, raw FROM {staged} WHERE raw IS NOT NULL ORDER BY rowid"  # noqa: S608
        ).fetchall()
    except (duckdb.Error, RuntimeError, UnicodeDecodeError) as error:
        raise NotPlainError from error
    lines = [[clean_cell(cell or "") for cell in line] for _, line in found]
    if any(line and any(cell.replace(" ", "")[1:2] == "计" for cell in line) for line in lines):
        raise NotPlainError  # a total, which is no row where it's the last
    odd_sheet = Sheet(
        sheet.name,
        sheet.file,
        "",
        sheet.sha256,
        [sheet.cells[0], *lines],
        rows=[1, *(int(row) for row, _ in found)],
    )
    return LargeEvents(table, store, odd_sheet, int(total) - int(strange))


def _source(sheet: Sheet) -> tuple[str, list[str]]:
    """The file as DuckDB's SQL has it, its columns called c0, c1 …, and their types."""
    path, width = sheet.large, len(sheet.cells[0])
    if path is None:
        raise NotPlainError
    quoted = _pattern(path).replace("'", "''")
    names = [f"c{place}" for place in range(width)]
    if path.suffix.lower() == ".csv":
        columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
        read = (
            f"read_csv('{quoted}', columns={{{columns}}}, header=false, skip=1, delim=',', quote='', escape='', "
            "auto_detect=false, null_padding=false, strict_mode=true) AS e"
        )
        return read, ["VARCHAR"] * width
    with duckdb.connect() as connection:
        types = [str(kind) for kind in connection.read_parquet(_pattern(path)).types]
    return f"read_parquet('{quoted}') AS e({', '.join(names)})", types


def _taken(column: Column, at: dict[str, int], kinds: list[str]) -> tuple[str, str]:
    """A column's value, and whether the parsers of cells would read it so and nothing else."""
    if column.name not in at:
        types = {"flag": "BOOLEAN", "count": "BIGINT"}
        return f"CAST(NULL AS {types[column.kind]})", "true"
    cell, kind, text = f"e.c{at[column.name]}", kinds[at[column.name]], _text(at[column.name], kinds)
    if column.kind == "identifier":
        # The pairs of the assignments by a join, which takes half the time of looking each identifier up.
        value = f"COALESCE(p.{column.name}, TRY_CAST({text} AS {column.name}s))"
        return value, f"{value} IS NOT NULL"
    if column.kind == "time":
        return _moment(cell, text, kind)
    if column.kind == "flag":
        value = f"CASE WHEN {text} IN ('是', 'true') THEN true WHEN {text} IN ('否', 'false') THEN false END"
        return value, f"({text} IS NULL OR {text} = '' OR {text} IN ({_YES_NO}))"
    return (
        f"TRY_CAST({text} AS BIGINT)",
        f"({text} IS NULL OR {text} = '' OR regexp_full_match({text}, '[0-9]{{1,9}}'))",
    )


def _text(place: int, kinds: list[str]) -> str:
    return f"e.c{place}" if kinds[place] == "VARCHAR" else f"CAST(e.c{place} AS VARCHAR)"


def _moment(cell: str, text: str, kind: str) -> tuple[str, str]:
    moment = f"TRY_CAST({cell} AS TIMESTAMP)"
    inside = f"{moment} >= TIMESTAMP '1900-01-01' AND {moment} < TIMESTAMP '2200-01-01'"
    if kind in ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "DATE"):
        return f"date_trunc('second', {moment})", inside
    same = f"(CAST({moment} AS VARCHAR) = {text} OR CAST({moment} AS VARCHAR) = {text} || ':00')"
    return moment, f"length({text}) IN (16, 19) AND {same} AND {inside}"


def _lay_registers(frames: dict[str, pd.DataFrame], store: Store) -> None:
    """The identifiers of the registers as types, and the assignments, for the events to be set against."""
    connection = store.connection
    if connection.execute("SELECT COUNT(*) FROM duckdb_tables() WHERE table_name = 'assignments'").fetchall()[0][0]:
        return
    for name, register in (("supervisor_id", "supervisors"), ("mine_id", "mines")):
        ids = frames[register][name].dropna().drop_duplicates().sort_values()
        # One that its own parser would change can't be told from others by its text.
        ids = ids[parse_column(ids.map(clean_cell).astype("str"), TABLES[register].column(name)) == ids]
        if ids.empty:
            raise NotPlainError
        connection.register("ids", pd.DataFrame({"id": ids.astype("object")}))
        connection.execute(f"CREATE TYPE {name}s AS ENUM (SELECT id FROM ids)")  # noqa: S608 (our own names)
        connection.unregister("ids")
    rows = frames["assignments"]
    spans: dict[str, Any] = {name: rows[name].astype("object") for name in _PAIR}
    connection.register("spans", pd.DataFrame(spans | {"start": rows["start"], "end": rows["end"]}))
    connection.execute(
        "CREATE TABLE assignments AS SELECT TRY_CAST(supervisor_id AS supervisor_ids) AS supervisor_id, "
        "TRY_CAST(mine_id AS mine_ids) AS mine_id, COALESCE(CAST(start AS DATE), DATE '0001-01-01') AS first_day, "
        "COALESCE(CAST(\"end\" AS DATE), DATE '9999-12-31') AS last_day FROM spans"
    )
    connection.unregister("spans")
    connection.execute(
        "CREATE TABLE pairs AS SELECT DISTINCT supervisor_id, mine_id, CAST(supervisor_id AS VARCHAR) AS "
        "supervisor_id_text, CAST(mine_id AS VARCHAR) AS mine_id_text FROM assignments "
        "WHERE supervisor_id IS NOT NULL AND mine_id IS NOT NULL"
    )
