"""Read the tables of a field from files into typed frames, and list every fault on the way."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from bulletin.project.severity import Severity
from bulletin.records.cells import UNCALCULATED, parse_column, wanted
from bulletin.records.faults import HIDDEN, Fault
from bulletin.records.headings import HEADER_SEARCH, find_header, is_of_names, near, table_of
from bulletin.records.schema import EXAMPLE, Column, Schema, Table
from bulletin.records.sources.database import Database, open_database
from bulletin.records.sources.events import Events, FrameEvents
from bulletin.records.sources.files import Sheet, sheets_of
from bulletin.records.sources.large import LargeEvents, NotPlainError, Store, large_sheet, stage
from bulletin.records.sources.live import LiveEvents, read_database
from bulletin.records.sources.workbooks import OTHER_SUFFIXES, SUFFIXES

ROW, FILE, SHEET = "row", "file", "sheet"
"""The extra columns of every frame: the row as a spreadsheet numbers it (0 in a database), and where that row stands."""

_TOTALS = ("合计", "总计", "小计", "共计")


@dataclass(frozen=True)
class Source:
    """One sheet that was read: its table, where it stands, its file's digest and its number of data rows."""

    table: str
    file: str
    sheet: str
    sha256: str
    rows: int


@dataclass(frozen=True)
class Records:
    """The tables of `schema` as frames with English column names, typed, each with `row`, `file` and `sheet`.

    A value that couldn't be read is missing in its frame and a Fault in `faults`; a table of which a sheet or a
    column is missing is in `broken`. `names` are all the texts under headings of people's names, whatever the table,
    which no output may hold. `path` is the file or folder that was read; events that stay where they are, in their
    `database` or a store, are in `live`, and in their frames are those rows alone that had to be read cell by cell. Identifiers and text are `str`, days and times `datetime64[us]`, flags `boolean`,
    counts and years `Int64`.
    """

    schema: Schema
    frames: dict[str, pd.DataFrame]
    sources: list[Source]
    faults: list[Fault]
    broken: set[str] = field(default_factory=set)
    live: dict[str, LiveEvents | LargeEvents] = field(default_factory=dict)
    database: Database | Store | None = None
    names: set[str] = field(default_factory=set)
    path: Path | None = None

    def __getitem__(self, table: str) -> pd.DataFrame:
        return self.frames[table]

    def __getstate__(self) -> dict[str, Any]:
        """Another process gets all but the database, which is this one's: which tables were counted there, no more."""
        return self.__dict__ | {"database": None, "live": dict.fromkeys(self.live)}

    def events(self, table: str) -> Events:
        """Return a table's events, to be asked where they live."""
        return self.live.get(table) or FrameEvents(self.schema.tables[table], self.frames[table])

    def close(self) -> None:
        """Let go of the database, where there is one."""
        if self.database:
            self.database.close()


def read_records(location: Path | str, schema: Schema) -> Records:
    """Read a workbook with a sheet a table, a folder of CSV and Parquet files and workbooks, or a database.

    A database is a DuckDB file or an SQLAlchemy URL, with a table each; it stays open until `close`.

    Tables and columns are named in English or Chinese. A table may stand in one CSV or Parquet file, or in any
    number of workbooks, whose rows are stacked.

    Raises:
        BulletinError: `no-records` where there's nothing at `location`, or as `open_database`.

    """
    database = open_database(location)
    if database is None:
        return _read_files(Path(location), schema)
    try:
        sheets, live = read_database(database, schema)
        return _stack(sheets, Records(schema, {}, [], [], live=dict(live), database=database))
    except BaseException:
        database.close()
        raise


def _read_files(location: Path, schema: Schema) -> Records:
    sheets = sheets_of(location, schema, partial(large_sheet, schema=schema))
    store = Store(schema) if any(sheet.large for sheet in sheets) else None
    try:
        return _stack(sheets, Records(schema, {}, [], [], path=location, database=store))
    except BaseException:
        if store:
            store.close()
        raise


def _stack(sheets: Sequence[Sheet], records: Records) -> Records:
    for sheet in sheets:
        # A CSV or Parquet file that is no table of ours may be anything.
        if sheet.trouble and (_is_workbook(sheet) or table_of(sheet, records.schema)):
            records.faults.append(Fault("unreadable", "error", sheet.file, sheet.trouble))
    hidden = any(sheet.trouble and _is_workbook(sheet) for sheet in sheets)  # what isn't seen may stand there
    records.faults.extend(_sheets_left_out(sheets, records.schema))
    for table in records.schema.tables.values():
        named = [sheet for sheet in sheets if table_of(sheet, records.schema) is table]
        named = _without_doubles(table, named, records)
        if not named and not table.optional and not hidden:
            needed = (
                f"需要“{table.title}”表：{table.name}.csv、{table.title}.csv，或工作簿中名为“{table.title}”的工作表"
            )
            needed += near(
                (table.name, table.title), (sheet.name for sheet in sheets if not table_of(sheet, records.schema))
            )
            # One workbook alone is where the sheet is missing; of several, no one can say which.
            alone = len({sheet.file for sheet in sheets}) == 1 and _is_workbook(sheets[0])
            file = sheets[0].file if alone else f"{table.name}.csv"
            records.faults.append(Fault("missing-table", "error", file, needed))
        if (not named and not table.optional) or any(sheet.trouble for sheet in named):
            records.broken.add(table.name)
        readable = _without_large(table, [sheet for sheet in named if not sheet.trouble], records)
        records.frames[table.name] = _read_table(table, readable, records)
        live = records.live.get(table.name)
        if isinstance(live, LiveEvents):
            apart = replace(records, sources=[])  # the table is told of already
            records.frames[table.name] = _read_table(table, [live.odd(records.frames)], apart)
    return records


def _without_large(table: Table, sheets: list[Sheet], records: Records) -> list[Sheet]:
    """The sheets to read by cells: of a large file the rows that are odd, or all where it isn't plain."""
    if not any(sheet.large for sheet in sheets):
        return sheets
    if len(sheets) == 1 and isinstance(records.database, Store):
        try:
            events = stage(sheets[0], table, records.frames, records.database)
        except NotPlainError:
            pass
        else:
            records.live[table.name] = events
            return [events.odd]
    read = [whole for sheet in sheets for whole in (sheets_of(sheet.large, records.schema) if sheet.large else [sheet])]
    for sheet in read:
        if sheet.trouble:
            records.faults.append(Fault("unreadable", "error", sheet.file, sheet.trouble))
            records.broken.add(table.name)
    return [sheet for sheet in read if not sheet.trouble]


def _sheets_left_out(sheets: Sequence[Sheet], schema: Schema) -> list[Fault]:
    """List the sheets that one sender's workbook lacks and another's has: the sender then has no such records.

    Of several workbooks, those with a register of people are the senders'.
    """
    files: dict[str, list[str]] = {name: [] for name in schema.tables}
    for sheet in sheets:
        table = table_of(sheet, schema)
        if table and _is_workbook(sheet) and not sheet.trouble:
            files[table.name].append(sheet.file)
    senders = set(files[schema.people])
    return [
        Fault(
            "missing-table",
            "warning",
            file,
            f"没有“{table.title}”工作表，其他{schema.scope}的工作簿里有。现按没有这类记录计，如有请补上",
        )
        for table in schema.tables.values()
        if not table.optional and senders & set(files[table.name])
        for file in sorted(senders - set(files[table.name]))
    ]


def _is_workbook(sheet: Sheet) -> bool:
    return sheet.file.lower().endswith((*SUFFIXES, *OTHER_SUFFIXES))


def _without_doubles(table: Table, named: list[Sheet], records: Records) -> list[Sheet]:
    """The sheets to read. One table twice in one file, or beside a CSV or Parquet file, is a fault.

    Then only the first is read: its rows in the others would be faults once more, each of them. Beside a CSV or
    Parquet file, the sheets of the template that nobody filled in are none.
    """
    alone = any(not sheet.sheet for sheet in named)
    if alone:
        named = [sheet for sheet in named if not sheet.sheet or _is_filled(table, sheet)]
    places = [f"{sheet.file} {sheet.sheet}".strip() for sheet in named]
    files = [sheet.file for sheet in named]
    if len(named) < 2 or not (alone or len(set(files)) < len(files)):
        return named
    same = f"{' 和 '.join(places)} 是同一张表，请只保留一个"
    records.faults.append(Fault("duplicate-table", "error", named[1].file, same, sheet=named[1].sheet))
    return named[:1]


def _is_filled(table: Table, sheet: Sheet) -> bool:
    header = find_header(table, sheet.cells)
    return header is None or any(any(line) and EXAMPLE not in line for line in sheet.cells[header.row :])


def _read_table(table: Table, sheets: Sequence[Sheet], records: Records) -> pd.DataFrame:
    parts = []
    lacking: set[tuple[str, str, str]] = set()
    for sheet in sheets:
        texts = _texts(table, sheet, records)
        if texts is None or any(column.required and column.name not in texts for column in table.columns):
            records.broken.add(table.name)
        live = records.live.get(table.name)
        read = 0 if texts is None else len(texts)
        rows = live.plain + read if isinstance(live, LargeEvents) else live.count() if live else read
        records.sources.append(Source(table.name, sheet.file, sheet.sheet, sheet.sha256, rows))
        if texts is not None:
            parts.append(texts)
            lacking |= {(sheet.file, sheet.sheet, each.name) for each in table.columns if each.name not in texts}
    if not parts:
        return _typed(table, pd.DataFrame(columns=[*(column.name for column in table.columns), ROW, FILE, SHEET]))
    stacked = pd.concat(parts, ignore_index=True)
    typed = _typed(table, stacked)
    records.faults.extend(_cell_faults(table, stacked, typed, lacking))
    if table.name in records.live:
        records.live[table.name].add(typed)
    return typed


def _texts(table: Table, sheet: Sheet, records: Records) -> pd.DataFrame | None:
    """The data rows as text columns with English names; missing where a cell is blank.

    None where there's no header, so that nothing more can be said of the sheet.
    """
    cells, faults = sheet.cells, records.faults
    header = find_header(table, cells)
    if header is None:
        needed = "、".join(column.heading for column in table.columns if column.required)
        expected = f"找不到表头，前 {HEADER_SEARCH} 行内应有一行含：{needed}"
        faults.append(Fault("missing-column", "error", sheet.file, expected, sheet=sheet.sheet))
        return None
    at: dict[str, int] = {}
    top = cells[header.row - 1]
    number = header.row if sheet.numbered else None
    for place, name in enumerate(header.names):
        if name in at:
            expected = "这一列出现了两次，请删去一列"
            faults.append(
                Fault("duplicate-column", "error", sheet.file, expected, number, top[place], sheet=sheet.sheet)
            )
        elif name:
            at[name] = place
    others = [cell for cell, name in zip(top, header.names, strict=True) if not name]
    for column in table.columns:
        if column.name in at:
            continue
        close = near((column.name, column.heading), others)
        if column.required or close:
            severity: Severity = "error" if column.required else "warning"
            expected = f"缺少{'必需的' if column.required else ''}列“{column.heading}”（{column.name}）{close}"
            faults.append(
                Fault("missing-column", severity, sheet.file, expected, number, column.heading, sheet=sheet.sheet)
            )
    numbers = sheet.rows or range(1, len(cells) + 1)
    body = list(zip(numbers[header.row :], cells[header.row :], strict=True))
    body = [(row, line) for row, line in body if any(line) and EXAMPLE not in line]
    filled = [at[column.name] for column in table.columns if column.required and column.name in at]
    while body and _is_total(body[-1][1], filled):
        body.pop()
    for place, cell in enumerate(top):
        if is_of_names(cell, records.schema):
            records.names.update({line[place] for _, line in body if place < len(line)} - {HIDDEN})
    width = max(at.values()) + 1
    padded = [line + [""] * (width - len(line)) for _, line in body]
    frame = pd.DataFrame(
        {name: pd.Series([line[place] or None for line in padded], dtype="str") for name, place in at.items()}
    )
    frame[ROW] = [row if sheet.numbered else 0 for row, _ in body]
    return frame.assign(**{FILE: sheet.file, SHEET: sheet.sheet})


def _is_total(line: Sequence[str], filled: Sequence[int]) -> bool:
    """Whether a last row is a total: 合计, or 合计13家 in a row that leaves out what each record must fill."""
    first = re.sub(r"[\s:：]", "", next(cell for cell in line if cell))
    whole = all(place < len(line) and line[place] for place in filled)
    return first in _TOTALS or (first.startswith(_TOTALS) and not whole)


def _typed(table: Table, texts: pd.DataFrame) -> pd.DataFrame:
    """The text columns as their types; a column that the file lacks is all missing."""
    blank = pd.Series([None] * len(texts), index=texts.index, dtype="str")
    columns: dict[str, Any] = {
        column.name: parse_column(texts.get(column.name, blank).astype("str"), column) for column in table.columns
    }
    where = {ROW: texts[ROW].astype("int64"), FILE: texts[FILE].astype("str"), SHEET: texts[SHEET].astype("str")}
    return pd.DataFrame(columns | where)


def _cell_faults(
    table: Table, texts: pd.DataFrame, typed: pd.DataFrame, lacking: Set[tuple[str, str, str]]
) -> list[Fault]:
    """Cells that must be filled and aren't, that can't be read, and keys that occur twice.

    A column that one sheet lacks (`lacking`: file, sheet, column) is a fault of its own, not one a row.
    """
    found = [
        (int(place), column.heading, kind, column)
        for column in table.columns
        if column.name in texts
        for kind, wrong in _wrong(column, texts[column.name], typed[column.name], unique=column.name == table.key)
        for place in texts.index[wrong]
    ]
    faults, lines = [], _lines_of(texts, {index for index, *_ in found})
    for index, _, kind, column in sorted(found, key=lambda each: each[:2]):
        place = lines[index]
        if (place[FILE], place[SHEET], column.name) in lacking:
            continue
        text = "" if kind == "empty" else str(place[column.name])
        if kind == "duplicate-key":
            first = int((typed[column.name] == typed.at[index, column.name]).to_numpy().argmax())
            expected = f"这一编号在 {_where(_lines_of(texts, {first})[first])} 已有，每个编号只能出现一次，请核对两处，留下一处"
        else:
            expected = f"{'不能为空，' if kind == 'empty' else ''}{wanted(text, column)}"
        faults.append(
            Fault(
                kind,
                "error",
                place[FILE],
                expected + named_by(table, place),
                int(place[ROW]) or None,
                column.heading,
                text.replace(UNCALCULATED, "="),
                place[SHEET],
            )
        )
    return faults


def _lines_of(texts: pd.DataFrame, places: Set[int]) -> dict[int, dict[Hashable, Any]]:
    """Return these rows by their places."""
    return {place: dict(texts.iloc[place]) for place in sorted(places)}


def _wrong(column: Column, texts: pd.Series, values: pd.Series, *, unique: bool) -> list[tuple[str, pd.Series[bool]]]:
    """Return the kinds of fault that a column's cells may have, each with the rows that have it; `values` are as read."""
    filled, read = texts.notna(), values.notna()
    return [
        ("empty", ~filled & column.required),
        ("bad-value", filled & ~read),
        ("duplicate-key", read & values.duplicated() & unique),
    ]


def _where(line: Mapping[Hashable, Any]) -> str:
    """Where a row stands: file, sheet and row, so far as there are such."""
    return " ".join(part for part in (line[FILE], line[SHEET], f"第{line[ROW]}行" if line[ROW] else "") if part)


def named_by(table: Table, line: Mapping[Hashable, Any]) -> str:
    """A row that has no number, by what it says itself; nothing where the number is enough."""
    if line[ROW]:
        return ""
    filled = [column for column in table.columns if column.required and pd.notna(line.get(column.name))]
    return f"（记录：{'，'.join(f'{column.heading} {line[column.name]}' for column in filled)}）"
