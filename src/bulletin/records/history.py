"""The records' rows as digests, kept from one build to the next: which rows are new, gone or changed.

A digest is over all columns but those that may name a person. Rows of one table are compared by what identifies
them, wherever they stand, so that a row that moved is no change.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from bulletin.records.read import FILE, ROW, SHEET, Records
from bulletin.records.schema import Schema, Table
from bulletin.records.sources.limits import MAX_ROW_LIST, MOST_ROWS

ROWS = ".rows.csv.gz"
"""The list's name in a period's outputs."""

SHOWN_ROWS = 5
"""How many row numbers a change names."""

_TABLE, _KEY, _CONTENT = "table", "key", "content"
_COLUMNS = [_TABLE, FILE, SHEET, ROW, _KEY, _CONTENT]
_HEAD = f"{','.join(_COLUMNS)}\n".encode()
"""The list's first line: of any other, with millions of columns say, nothing is laid out."""

Kind = Literal["added", "removed", "changed"]


@dataclass(frozen=True)
class RowChange:
    """How many rows of one sheet are new, gone or changed, and the numbers of the first few.

    Rows that are gone have the numbers that they had; rows of a database have none.
    """

    table: str
    file: str
    sheet: str
    kind: Kind
    count: int
    rows: list[int]


def list_rows(records: Records) -> pd.DataFrame:
    """A row for each row of the records: table, file, sheet, row, and digests of what identifies it and of all of it.

    Events that stay in their database aren't listed, nor are tables of more than MOST_ROWS rows.
    """
    parts = [
        _listed(table, records[name])
        for name, table in records.schema.tables.items()
        if name not in records.live and 0 < len(records[name]) <= MOST_ROWS
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=_COLUMNS)


def _listed(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    # A digest of few possible words can be guessed.
    told = [column.name for column in table.columns if not column.personal]
    digests = {_KEY: _digests(frame, _identity(table)), _CONTENT: _digests(frame, told)}
    return frame[[FILE, SHEET, ROW]].assign(**{_TABLE: table.name}, **digests)[_COLUMNS]


def _identity(table: Table) -> list[str]:
    """What tells one row from another: the register's key; of other tables the identifiers and the day or time."""
    if table.key:
        return [table.key]
    return [
        column.name
        for column in table.columns
        if column.kind == "identifier" or (column.required and column.kind != "choice")
    ]


def _digests(frame: pd.DataFrame, columns: list[str]) -> list[str]:
    rows = zip(*(_texts(frame[column]) for column in columns), strict=True)
    return [hashlib.blake2b("\x1f".join(row).encode("utf-8"), digest_size=8).hexdigest() for row in rows]


def _texts(values: pd.Series) -> list[str]:
    if pd.api.types.is_datetime64_dtype(values):
        values = values.astype("int64")  # ten times as fast as the days in words
    return values.astype("str").fillna("").tolist()


def rows_file(rows: pd.DataFrame) -> bytes:
    """The list as a compressed CSV; the same rows give the same bytes."""
    return gzip.compress(rows.to_csv(index=False, lineterminator="\n").encode("utf-8"), mtime=0)


def read_rows(path: Path, schema: Schema) -> pd.DataFrame | None:
    """An earlier list; None where there's none that can be read, or one larger than any of ours.

    It may come from elsewhere, and a few kilobytes can unpack to more than any machine has.
    """
    try:
        with gzip.open(path) as file:
            text = file.read(MAX_ROW_LIST + 1)
        if len(text) > MAX_ROW_LIST or not text.startswith(_HEAD):
            return None
        rows = pd.read_csv(io.BytesIO(text), dtype="str", keep_default_na=False)
        return rows.loc[rows[_TABLE].isin(list(schema.tables)), _COLUMNS].astype({ROW: "int64"})
    except (OSError, EOFError, zlib.error, ValueError, KeyError):
        return None


def row_changes(old: pd.DataFrame, new: pd.DataFrame, schema: Schema) -> list[RowChange]:
    """The changes from one list to another, sheet by sheet, in the order of the tables."""
    whole, same = [_TABLE, _CONTENT], [_TABLE, _KEY]  # equal rows have equal keys
    gone, come = old[~_paired(old, new, whole)], new[~_paired(new, old, whole)]
    changed = _paired(come, gone, same)
    kinds: dict[Kind, pd.DataFrame] = {
        "added": come[~changed],
        "removed": gone[~_paired(gone, come, same)],
        "changed": come[changed],
    }
    found = [
        RowChange(str(table), str(file), str(sheet), kind, len(rows), _first(rows[ROW]))
        for kind, frame in kinds.items()
        for (table, file, sheet), rows in frame.groupby([_TABLE, FILE, SHEET], sort=False)
    ]
    tables = list(schema.tables)
    return sorted(found, key=lambda each: (tables.index(each.table), each.file, each.sheet))


def _paired(rows: pd.DataFrame, others: pd.DataFrame, on: list[str]) -> pd.Series[bool]:
    """Which rows have a partner with the same `on` among the others; a partner serves one row."""
    ours, theirs = (each[on].assign(nth=each.groupby(on).cumcount()) for each in (rows, others))
    marked = ours.merge(theirs, on=[*on, "nth"], how="left", indicator=True)
    return (marked["_merge"] == "both").set_axis(rows.index)


def _first(numbers: pd.Series) -> list[int]:
    return [int(number) for number in sorted(numbers[numbers > 0])[:SHOWN_ROWS]]
