"""Files as sheets of text: CSV, Parquet and Excel workbooks, every cell as the analyst's own program shows it."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, WorksheetNotFound

from bulletin.errors import BulletinError
from bulletin.records.cells import clean_cell

_TEXT = (".csv",)
_COLUMNS = (".parquet",)
WORKBOOKS = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")

_SHANGHAI = dt.timezone(dt.timedelta(hours=8))

_SAVE_AGAIN = "请在 Excel 或 WPS 中另存为“CSV UTF-8（逗号分隔）”"


@dataclass(frozen=True)
class Sheet:
    """One sheet, or one file that is a sheet: its cells without the blanks round them, a list a row from the first.

    `name` is what the table is called there; `sheet` is empty for a file that is a sheet; `trouble` says in
    Chinese why nothing could be read; `numbered` is false where the rows have no number that anyone could look up.
    """

    name: str
    file: str
    sheet: str
    sha256: str
    cells: list[list[str]]
    trouble: str = ""
    numbered: bool = True


def digest_of(content: bytes) -> str:
    """SHA-256, as the manifest states it."""
    return hashlib.sha256(content).hexdigest()


def sheets_of(path: Path) -> list[Sheet]:
    """Every sheet at `path`: one file, or all the files of a folder in the order of their names.

    Raises:
        BulletinError: `no-records` where there's nothing at `path`.

    """
    if path.is_dir():
        files = sorted(each for each in path.iterdir() if not each.name.startswith(("~$", ".")))
    elif path.exists():
        files = [path]
    else:
        raise BulletinError("no-records", f"找不到数据 {path}。请检查参数文件中的 data，或用 --data 指定。")
    return [sheet for file in files for sheet in _sheets(file)]


def _sheets(path: Path) -> Iterator[Sheet]:
    kind = path.suffix.lower()
    if kind not in (*_TEXT, *_COLUMNS, *WORKBOOKS):
        return
    content = b""
    try:
        content = path.read_bytes()
        digest = digest_of(content)
        if kind in _TEXT:
            yield Sheet(path.stem, path.name, "", digest, _csv_cells(content))
        elif kind in _COLUMNS:
            yield Sheet(path.stem, path.name, "", digest, _parquet_cells(path))
        else:
            book = CalamineWorkbook.from_filelike(io.BytesIO(content))
            for name in book.sheet_names:
                yield Sheet(name, path.name, name, digest, _workbook_cells(book, name))
    except _TroubleError as error:
        yield _troubled(path, content, str(error))
    except OSError as error:
        trouble = f"无法打开（{error.strerror}），请检查它是否为文件、是否被其他程序占用"
        yield _troubled(path, content, trouble)
    except PasswordError:
        yield _troubled(path, content, "工作簿有密码，请去掉密码后重试")
    except CalamineError:
        yield _troubled(path, content, "不是有效的工作簿，请在 Excel 或 WPS 中打开后另存为“Excel 工作簿（.xlsx）”")
    except duckdb.Error:
        yield _troubled(path, content, "不是有效的 Parquet 文件")


class _TroubleError(Exception):
    """Why a file can't be read, in Chinese."""


def _troubled(path: Path, content: bytes, trouble: str) -> Sheet:
    return Sheet(path.stem, path.name, "", digest_of(content), [], trouble)


def _csv_cells(content: bytes) -> list[list[str]]:
    """UTF-8 with or without a BOM, else GB18030, in which Chinese Excel saves plain CSV."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError as error:
            where = f"第 {error.start + 1} 字节起既不是 UTF-8 也不是 GB18030 编码"
            raise _TroubleError(f"{where}。{_SAVE_AGAIN}") from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return [[clean_cell(cell) for cell in line] for line in reader]
    except csv.Error as error:
        where = f"第 {reader.line_num} 行附近不是有效的 CSV：引号没有配对，或单元格过长"
        raise _TroubleError(f"{where}。{_SAVE_AGAIN}") from error


def _parquet_cells(path: Path) -> list[list[str]]:
    with duckdb.connect() as connection:
        read = connection.read_parquet(str(path))
        names = [str(name) for name in read.columns]
        texts = ", ".join(f'CAST("{name.replace(chr(34), chr(34) * 2)}" AS VARCHAR)' for name in names)
        rows = read.project(texts).fetchall()
    return [names, *([clean_cell(cell or "") for cell in row] for row in rows)]


def _workbook_cells(book: CalamineWorkbook, name: str) -> list[list[str]]:
    try:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except WorksheetNotFound:  # a chart's sheet has no cells
        return []
    return [[clean_cell(shown(cell)) for cell in row] for row in rows]


def shown(cell: Any) -> str:
    """A typed cell of a workbook or database as text that the parsers of `cells` read."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, dt.datetime):
        local = cell.astimezone(_SHANGHAI) if cell.tzinfo else cell
        return f"{local:%Y-%m-%d %H:%M:%S}"
    return str(cell)
