"""Read the ten tables from a folder of CSV files into typed frames, and list every fault on the way."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from bulletin.errors import BulletinError
from bulletin.records.cells import clean_cell, heading, parse_column
from bulletin.records.faults import Fault
from bulletin.records.schema import TABLES, Column, Table

ROW = "row"
"""The extra column of every frame: the row in the file, as a spreadsheet numbers it."""

_HEADER_SEARCH = 20
"""A title and remarks may stand above the header; further down than this it isn't looked for."""

_SAVE_AGAIN = "请在 Excel 或 WPS 中另存为“CSV UTF-8（逗号分隔）”"

_TOTALS = ("合计", "总计", "小计", "共计")


@dataclass(frozen=True)
class Source:
    """One file that was read: its name, digest and number of data rows."""

    file: str
    sha256: str
    rows: int


@dataclass(frozen=True)
class Records:
    """The ten tables as frames with English column names, typed, each with `row`.

    A value that couldn't be read is missing in its frame and a Fault in `faults`. Identifiers and text
    are `str`, days and times `datetime64[us]`, flags `boolean`, counts and years `Int64`.
    """

    frames: dict[str, pd.DataFrame]
    sources: dict[str, Source]
    faults: list[Fault]

    def __getitem__(self, table: str) -> pd.DataFrame:
        return self.frames[table]

    def file(self, table: str) -> str:
        """The name of the file that a table came from."""
        return self.sources[table].file if table in self.sources else f"{table}.csv"


def read_records(folder: Path) -> Records:
    """Read a folder of CSV files, named and headed in English or Chinese.

    Raises:
        BulletinError: `no-records` where the folder doesn't exist.

    """
    if not folder.is_dir():
        raise BulletinError("no-records", f"找不到数据文件夹 {folder}。请检查参数文件中的 data，或用 --data 指定。")
    records = Records({}, {}, [])
    files = [path for path in sorted(folder.iterdir()) if path.suffix.lower() == ".csv"]
    for table in TABLES.values():
        names = (heading(table.name), heading(table.title))
        named = [path for path in files if heading(path.stem) in names]
        if len(named) > 1:
            same = f"{' 和 '.join(path.name for path in named)} 是同一张表，请只保留一个"
            records.faults.append(Fault("duplicate-table", "error", named[1].name, same))
        if named:
            _read_table(table, named[0], records)
            continue
        if not table.optional:
            expected = f"需要“{table.title}”表，请提供 {table.name}.csv 或 {table.title}.csv"
            records.faults.append(Fault("missing-table", "error", f"{table.name}.csv", expected))
        records.frames[table.name] = _typed(table, _no_rows(table))
    return records


def _no_rows(table: Table) -> pd.DataFrame:
    return pd.DataFrame(columns=[*(column.name for column in table.columns), ROW])


def _read_table(table: Table, path: Path, records: Records) -> None:
    try:
        content = path.read_bytes()
        texts = _texts(table, _cells(content), path.name, records.faults)
    except OSError as error:
        content, texts = b"", None
        expected = f"无法打开（{error.strerror}），请检查它是否为文件、是否被其他程序占用"
        records.faults.append(Fault("unreadable", "error", path.name, expected))
    except UnicodeDecodeError as error:
        texts = None
        expected = f"第 {error.start + 1} 字节起既不是 UTF-8 也不是 GB18030 编码。{_SAVE_AGAIN}"
        records.faults.append(Fault("unreadable", "error", path.name, expected))
    except _NotCsvError as error:
        texts = None
        expected = f"第 {error.line} 行附近不是有效的 CSV：引号没有配对，或单元格过长。{_SAVE_AGAIN}"
        records.faults.append(Fault("unreadable", "error", path.name, expected))
    typed = _typed(table, _no_rows(table) if texts is None else texts)
    if texts is not None:
        records.faults.extend(_cell_faults(table, texts, typed, path.name))
    records.sources[table.name] = Source(path.name, hashlib.sha256(content).hexdigest(), len(typed))
    records.frames[table.name] = typed


class _NotCsvError(Exception):
    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


def _cells(content: bytes) -> list[list[str]]:
    """The file's cells without the blanks round them, a list a row."""
    reader = csv.reader(io.StringIO(_decode(content), newline=""), strict=True)
    try:
        return [[clean_cell(cell) for cell in line] for line in reader]
    except csv.Error as error:
        raise _NotCsvError(reader.line_num) from error


def _decode(content: bytes) -> str:
    """UTF-8 with or without a BOM, else GB18030, in which Chinese Excel saves plain CSV."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def _texts(table: Table, cells: list[list[str]], file: str, faults: list[Fault]) -> pd.DataFrame | None:
    """The data rows as text columns with English names; missing where a cell is blank.

    None where there's no header, so that nothing more can be said of the file.
    """
    known = {heading(name): column.name for column in table.columns for name in (column.name, column.heading)}
    found = [[known.get(heading(cell), "") for cell in line] for line in cells[:_HEADER_SEARCH]]
    matches = [len(set(line) - {""}) for line in found]
    if not matches or max(matches) == 0:
        wanted = "、".join(column.heading for column in table.columns if column.required)
        faults.append(
            Fault("missing-column", "error", file, f"找不到表头，前 {_HEADER_SEARCH} 行内应有一行含：{wanted}")
        )
        return None
    top = matches.index(max(matches))
    at: dict[str, int] = {}
    for place, name in enumerate(found[top]):
        if name in at:
            expected = "这一列出现了两次，请删去一列"
            faults.append(Fault("duplicate-column", "error", file, expected, top + 1, cells[top][place]))
        elif name:
            at[name] = place
    for column in table.columns:
        if column.name not in at and column.required:
            expected = f"缺少必需的列“{column.heading}”（{column.name}）"
            faults.append(Fault("missing-column", "error", file, expected, top + 1, column.heading))
    body = [(top + 2 + n, line) for n, line in enumerate(cells[top + 1 :])]
    body = [(row, line) for row, line in body if any(line)]
    filled = [at[column.name] for column in table.columns if column.required and column.name in at]
    while body and _is_total(body[-1][1], filled):
        body.pop()
    width = max(at.values()) + 1
    padded = [line + [""] * (width - len(line)) for _, line in body]
    frame = pd.DataFrame(
        {name: pd.Series([line[place] or None for line in padded], dtype="str") for name, place in at.items()}
    )
    frame[ROW] = [row for row, _ in body]
    return frame


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
    return pd.DataFrame(columns | {ROW: texts[ROW].astype("int64")})


def _cell_faults(table: Table, texts: pd.DataFrame, typed: pd.DataFrame, file: str) -> list[Fault]:
    """Cells that must be filled and aren't, that can't be read, and keys that occur twice."""
    if texts.empty:
        return []
    columns = [column for column in table.columns if column.name in texts]
    schema = pa.DataFrameSchema(
        {column.name: _cell_rule(column, typed[column.name], unique=column.name == table.key) for column in columns}
    )
    try:
        schema.validate(texts, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
    else:
        return []
    faults = []
    for check, name, value, index in zip(
        cases["check"], cases["column"], cases["failure_case"], cases["index"], strict=True
    ):
        column, row = table.column(name), int(texts[ROW].loc[index])
        if check == "not_nullable":
            faults.append(Fault("empty", "error", file, f"不能为空，{column.expected}", row, column.heading))
        elif check == "readable":
            faults.append(Fault("bad-value", "error", file, column.expected, row, column.heading, str(value)))
        else:
            expected = "这一编号前面已有，每个编号只能出现一次"
            faults.append(Fault("duplicate-key", "error", file, expected, row, column.heading, str(value)))
    return sorted(faults, key=lambda fault: (fault.row or 0, fault.column))


def _cell_rule(column: Column, values: pd.Series, *, unique: bool) -> pa.Column:
    """What a column's filled cells must be; `values` are the same cells as they were read."""
    checks = [pa.Check(lambda texts: values.loc[texts.index].notna(), name="readable", error="readable")]
    if unique:
        first = ~values.duplicated()
        checks.append(pa.Check(lambda texts: first.loc[texts.index], name="unique", error="unique"))
    return pa.Column(checks=checks, nullable=not column.required)
