"""Read a large file once: each row as it stands where that's surely right, the others as texts for the parsers of cells."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pandas as pd

from bulletin.records.cells import clean_cell
from bulletin.records.headings import find_header
from bulletin.records.schema import EXAMPLE, Column, Table
from bulletin.records.sources.events import KNOWN_YEARS
from bulletin.records.sources.files import Sheet
from bulletin.records.sources.large.events import LargeEvents, staged_name
from bulletin.records.sources.large.plain import NotPlainError, pattern
from bulletin.records.sources.large.store import Store

MOST_ODD = 1_000_000
"""Rows that go through the parsers of cells; a file with more of them is read by cells whole."""

_YES_NO = "'是','否','true','false'"


def stage(sheet: Sheet, table: Table, frames: Mapping[str, pd.DataFrame], store: Store) -> LargeEvents:
    """Read a large file once.

    Raises:
        NotPlainError: where it has to be read by cells after all.

    """
    store.lay_identifiers(frames)
    header = find_header(table, sheet.cells)
    if header is None or sheet.large is None:
        raise NotPlainError
    at = {name: place for place, name in enumerate(header.names) if name}
    source, kinds = _source(sheet, store)
    taken = {column.name: _taken(column, at, kinds, store) for column in table.columns}
    odd = " OR ".join(f"NOT ({plain})" for _, plain in taken.values())
    extra = [
        f"contains(CAST(e.c{place} AS VARCHAR), '{EXAMPLE}')" for place, name in enumerate(header.names) if not name
    ]
    odd = " OR ".join([f"COALESCE({odd}, true)", *(f"COALESCE({each}, false)" for each in extra)])
    raw = ", ".join(f"CAST(e.c{place} AS VARCHAR)" for place in range(len(header.names)))
    cells = ", ".join(f'{value} AS "{name}"' for name, (value, _) in taken.items())
    staged, connection = staged_name(table), store.connection
    try:
        connection.execute(
            f"CREATE OR REPLACE TABLE {staged} AS SELECT e.place + 2 AS place, {cells}, "  # noqa: S608
            f"CASE WHEN {odd} THEN [{raw}] END AS raw FROM {source}"
        )
        total, strange = connection.execute(f"SELECT COUNT(*), COUNT(raw) FROM {staged}").fetchall()[0]  # noqa: S608
        if total != sheet.length:
            raise NotPlainError  # an empty line, which isn't a row to DuckDB
        if strange > MOST_ODD:
            raise NotPlainError
        found = connection.execute(
            f"SELECT place, raw FROM {staged} WHERE raw IS NOT NULL ORDER BY place"  # noqa: S608
        ).fetchall()
        # They come back as they were read.
        connection.execute(f"DELETE FROM {staged} WHERE raw IS NOT NULL")  # noqa: S608
        connection.execute(f"ALTER TABLE {staged} DROP COLUMN raw")
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


def _taken(column: Column, at: dict[str, int], kinds: list[str], store: Store) -> tuple[str, str]:
    """Return a column's value, and whether the parsers of cells would read it so and nothing else."""
    if column.name not in at:
        return f"CAST(NULL AS {store.type_of(column)})", "true"
    cell, kind, text = f"e.c{at[column.name]}", kinds[at[column.name]], _text(at[column.name], kinds)
    if column.kind == "time":
        return _moment(cell, text, kind)
    blank = f"{text} IS NULL OR {text} = ''"
    if column.kind == "identifier":
        value = f"TRY_CAST({text} AS {store.type_of(column)})"
        plain = f"{value} IS NOT NULL" if store.knows(column) else f"regexp_full_match({text}, '[0-9A-Za-z_-]+')"
    elif column.kind == "flag":
        value = f"CASE WHEN {text} IN ('是', 'true') THEN true WHEN {text} IN ('否', 'false') THEN false END"
        plain = f"{text} IN ({_YES_NO})"
    elif column.kind == "count":
        value, plain = f"TRY_CAST({text} AS BIGINT)", f"regexp_full_match({text}, '[0-9]{{1,9}}')"
    elif column.kind == "text":
        value, plain = f"NULLIF({text}, '')", f"regexp_full_match({text}, '[0-9A-Za-z\u4e00-\u9fff]+')"
    else:
        value, plain = f"CAST(NULL AS {store.type_of(column)})", "false"
    return value, plain if column.required else f"({blank} OR {plain})"


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
