"""Read a large file once: each row as it stands where that's surely right, the others as texts for the parsers of cells."""

from __future__ import annotations

from typing import Any

import duckdb
import pandas as pd

from bulletin.mines.events import KNOWN_YEARS
from bulletin.records.cells import clean_cell, parse_column
from bulletin.records.headings import find_header
from bulletin.records.schema import EXAMPLE, Column, Schema, Table
from bulletin.records.sources.files import Sheet
from bulletin.records.sources.large.events import LargeEvents, staged_name
from bulletin.records.sources.large.plain import NotPlainError, pattern
from bulletin.records.sources.large.store import PAIR, Store

MOST_ODD = 1_000_000
"""Rows that go through the parsers of cells; a file with more of them is read by cells whole."""

_YES_NO = "'是','否','true','false'"


def stage(sheet: Sheet, table: Table, frames: dict[str, pd.DataFrame], store: Store, schema: Schema) -> LargeEvents:
    """Read a large file once.

    Raises:
        NotPlainError: where it has to be read by cells after all.

    """
    _lay_registers(frames, store, schema)
    header = find_header(table, sheet.cells)
    if header is None or sheet.large is None:
        raise NotPlainError
    at = {name: place for place, name in enumerate(header.names) if name}
    source, kinds = _source(sheet, store)
    taken = {column.name: _taken(column, at, kinds) for column in table.columns}
    odd = " OR ".join(f"NOT ({plain})" for _, plain in taken.values())
    extra = [
        f"contains(CAST(e.c{place} AS VARCHAR), '{EXAMPLE}')" for place, name in enumerate(header.names) if not name
    ]
    odd = " OR ".join([f"COALESCE({odd}, true)", *(f"COALESCE({each}, false)" for each in extra)])
    raw = ", ".join(f"CAST(e.c{place} AS VARCHAR)" for place in range(len(header.names)))
    # A text of its own for each of millions of rows is what takes time: most have a pair of the assignments.
    cells = ", ".join(
        f"CASE WHEN p.pair IS NULL THEN {value} END AS {name}" if name in PAIR else f'{value} AS "{name}"'
        for name, (value, _) in taken.items()
    )
    pair = " AND ".join(f"p.{name}_text = {_text(at[name], kinds)}" for name in PAIR)
    staged, connection = staged_name(table), store.connection
    try:
        connection.execute(
            f"CREATE OR REPLACE TABLE {staged} AS SELECT e.place, p.pair, {cells}, CASE WHEN {odd} THEN [{raw}] END AS raw "  # noqa: S608
            f"FROM {source} LEFT JOIN pairs AS p ON {pair}"
        )
        total, strange = connection.execute(f"SELECT COUNT(*), COUNT(raw) FROM {staged}").fetchall()[0]  # noqa: S608
        if total != sheet.length:
            raise NotPlainError  # an empty line, which isn't a row to DuckDB
        if strange > MOST_ODD:
            raise NotPlainError
        found = connection.execute(
            f"SELECT place + 2, raw FROM {staged} WHERE raw IS NOT NULL ORDER BY place"  # noqa: S608
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


def _source(sheet: Sheet, store: Store) -> tuple[str, list[str]]:
    """The file as DuckDB's SQL has it, its columns called c0, c1 …, the row's `place` from 0, and the columns' types.

    A join leaves rows in any order: the place has to be told before.
    """
    path, width = sheet.large, len(sheet.cells[0])
    if path is None:
        raise NotPlainError
    quoted = pattern(path).replace("'", "''")
    names = [f"c{place}" for place in range(width)]
    if path.suffix.lower() == ".csv":
        columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
        read = (
            f"read_csv('{quoted}', columns={{{columns}}}, header=false, skip=1, delim=',', quote='', escape='', "
            "auto_detect=false, null_padding=false, strict_mode=true)"
        )
        return f"(SELECT *, row_number() OVER () - 1 AS place FROM {read}) AS e", ["VARCHAR"] * width  # noqa: S608
    types = [str(kind) for kind in store.connection.read_parquet(pattern(path)).types]
    return f"read_parquet('{quoted}', file_row_number=true) AS e({', '.join([*names, 'place'])})", types


def _taken(column: Column, at: dict[str, int], kinds: list[str]) -> tuple[str, str]:
    """A column's value, and whether the parsers of cells would read it so and nothing else."""
    if column.name not in at:
        types = {"flag": "BOOLEAN", "count": "BIGINT"}
        return f"CAST(NULL AS {types[column.kind]})", "true"
    cell, kind, text = f"e.c{at[column.name]}", kinds[at[column.name]], _text(at[column.name], kinds)
    if column.kind == "identifier":
        value = f"TRY_CAST({text} AS {column.name}s)"
        # CASE, for OR would try both for every row.
        return value, f"CASE WHEN p.pair IS NULL THEN {value} IS NOT NULL ELSE true END"
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
    first, last = KNOWN_YEARS
    inside = f"{moment} >= TIMESTAMP '{first}-01-01' AND {moment} < TIMESTAMP '{last}-01-01'"
    if kind in ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "DATE"):
        return f"date_trunc('second', {moment})", inside
    same = f"CAST({moment} AS VARCHAR) = CASE length({text}) WHEN 19 THEN {text} WHEN 16 THEN {text} || ':00' END"
    return moment, f"{same} AND {inside}"


def _lay_registers(frames: dict[str, pd.DataFrame], store: Store, schema: Schema) -> None:
    """The identifiers of the registers as types, and the assignments, for the events to be set against."""
    connection = store.connection
    if connection.execute("SELECT COUNT(*) FROM duckdb_tables() WHERE table_name = 'spans'").fetchall()[0][0]:
        return
    for name, register in (("supervisor_id", "supervisors"), ("mine_id", "mines")):
        ids = frames[register][name].dropna().drop_duplicates().sort_values()
        # One that its own parser would change can't be told from others by its text.
        ids = ids[parse_column(ids.map(clean_cell).astype("str"), schema.tables[register].column(name)) == ids]
        if ids.empty:
            raise NotPlainError
        connection.register("ids", pd.DataFrame({"id": ids.astype("object")}))
        connection.execute(f"CREATE TYPE {name}s AS ENUM (SELECT id FROM ids)")  # noqa: S608 (our own names)
        connection.unregister("ids")
    rows = frames["assignments"]
    spans: dict[str, Any] = {name: rows[name].astype("object") for name in PAIR}
    connection.register("spans_read", pd.DataFrame(spans | {"start": rows["start"], "end": rows["end"]}))
    connection.execute(
        "CREATE TABLE named_spans AS SELECT TRY_CAST(supervisor_id AS supervisor_ids) AS supervisor_id, "
        "TRY_CAST(mine_id AS mine_ids) AS mine_id, COALESCE(CAST(start AS DATE), DATE '0001-01-01') AS first_day, "
        "COALESCE(CAST(\"end\" AS DATE), DATE '9999-12-31') AS last_day FROM spans_read"
    )
    connection.unregister("spans_read")
    connection.execute(
        "CREATE TABLE pairs AS SELECT CAST(row_number() OVER (ORDER BY supervisor_id, mine_id) - 1 AS INTEGER) AS pair, "
        "supervisor_id, mine_id, CAST(supervisor_id AS VARCHAR) AS supervisor_id_text, "
        "CAST(mine_id AS VARCHAR) AS mine_id_text "
        "FROM (SELECT DISTINCT supervisor_id, mine_id FROM named_spans) "
        "WHERE supervisor_id IS NOT NULL AND mine_id IS NOT NULL"
    )
    connection.execute(
        "CREATE TABLE spans AS SELECT p.pair, s.first_day, s.last_day "
        "FROM named_spans AS s JOIN pairs AS p USING (supervisor_id, mine_id)"
    )
    connection.execute("DROP TABLE named_spans")
