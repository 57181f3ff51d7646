"""Which files are large and plain: looked at before anything of them is read."""

from __future__ import annotations

import csv
import glob
import hashlib
from pathlib import Path

import duckdb

from bulletin.project.digests import digest_of_file
from bulletin.records.cells import clean_cell
from bulletin.records.headings import find_header, is_of_names, table_named
from bulletin.records.schema import Schema
from bulletin.records.sources.files import Sheet
from bulletin.records.sources.limits import MOST_ROWS

_CHUNK = 2**24
_SHORTEST = 20
"""Bytes of the shortest line that an event can be: a file of fewer than MOST_ROWS of those needn't be counted."""


class NotPlainError(Exception):
    """A file that only the reader of cells reads exactly."""


def large_sheet(path: Path, schema: Schema) -> Sheet | None:
    """A plain file of more than MOST_ROWS events as a sheet of its heading alone; None for any other file."""
    table = table_named(path.stem, schema)
    try:
        if table is None or not table.event or not path.is_file():
            return None
        kind = path.suffix.lower()
        if kind == ".csv" and path.stat().st_size > MOST_ROWS * _SHORTEST:
            header, digest, rows = _scan_csv(path)
        elif kind == ".parquet" and (found := _scan_parquet(path)):
            header, digest, rows = found
        else:
            return None
    except (OSError, NotPlainError, UnicodeDecodeError, csv.Error, duckdb.Error, RuntimeError):
        return None
    top = find_header(table, [header])
    if rows <= MOST_ROWS or top is None or any(is_of_names(cell, schema) for cell in header):
        return None
    known = [name for name in top.names if name]
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
            pairs += last == b"\r" and chunk[:1] == b"\n"
            if found := chunk.count(b"\r"):
                returns += found
                pairs += chunk.count(b"\r\n")
            last = chunk[-1:]
    if returns != pairs or returns not in (0, lines):
        raise NotPlainError
    (header,) = csv.reader([first.decode("utf-8-sig")], strict=True)
    return [clean_cell(cell) for cell in header], digest.hexdigest(), lines + (last != b"\n") - 1


def _scan_parquet(path: Path) -> tuple[list[str], str, int] | None:
    """The heading, the digest and the number of rows; None where those are few, before all of it is read."""
    with duckdb.connect() as connection:
        counted = "SELECT SUM(num_rows) FROM parquet_file_metadata(?)"
        ((rows,),) = connection.execute(counted, [pattern(path)]).fetchall()
        names = connection.read_parquet(pattern(path)).columns
    if rows is None or rows <= MOST_ROWS:
        return None
    return [str(name) for name in names], digest_of_file(path), int(rows)


def pattern(path: Path) -> str:
    """The path for DuckDB, to which brackets in a name are a pattern."""
    return glob.escape(str(path))
