"""Files as sheets of text: CSV, Parquet and Excel workbooks, every cell as the analyst's own program shows it."""

from __future__ import annotations

import codecs
import csv
import glob
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from bulletin.project.digests import digest_of
from bulletin.project.errors import BulletinError, told
from bulletin.project.paths import DATA_ADVICE, PREVIOUS
from bulletin.project.unseen import UNSEEN, visible
from bulletin.records.cells import clean_cell
from bulletin.records.schema import Schema
from bulletin.records.sources import workbooks
from bulletin.records.sources.limits import MAX_CELLS, OTHER_FORMAT, InvalidError, TroubleError

_TEXT = (".csv",)
_COLUMNS = (".parquet",)
_KINDS = (*_TEXT, *_COLUMNS, *workbooks.SUFFIXES)

_OURS = (PREVIOUS, "facts.csv", "quality.csv", "quality.xlsx")
"""What this program itself writes beside records, or somebody copies there: no table, and never a slip of one."""

_SAVE_AGAIN = "请在 Excel 或 WPS 中另存为“CSV UTF-8（逗号分隔）”"


@dataclass(frozen=True)
class Sheet:
    """One sheet, or one file that is a sheet: its cells without the blanks round them, a list a row from the first.

    `name` is what the table is called there; `sheet` is empty for a file that is a sheet; `trouble` says in
    Chinese why nothing could be read; `numbered` is false where the rows have no number that anyone could look up;
    `only` says that all other sheets of the file are empty. `large` is a file of which only the heading was read, of `length` rows;
    `rows` are the lines' numbers where they don't follow each other.
    """

    name: str
    file: str
    sheet: str
    sha256: str
    cells: list[list[str]]
    trouble: str = ""
    numbered: bool = True
    only: bool = False
    large: Path | None = None
    length: int = 0
    rows: Sequence[int] = ()


def sheets_of(path: Path, schema: Schema, apart: Callable[[Path], Sheet | None] = lambda _: None) -> list[Sheet]:
    """Every sheet at `path`: one file, or all the files of a folder in the order of their names.

    A file that `apart` gives a sheet for is not read here.

    Raises:
        BulletinError: `no-records` where there's nothing at `path` that can be read.

    """
    try:
        if path.is_dir():
            files = sorted(
                each
                for each in path.iterdir()
                if not each.name.startswith(("~$", ".")) and each.name.lower() not in _OURS
            )
        elif path.exists():
            files = [path]
        else:
            raise BulletinError("no-records", f"找不到数据 {path}。{DATA_ADVICE}")
    except OSError as error:
        raise BulletinError("no-records", f"数据 {path} {_why_closed(error)}。") from error
    if files == [path] and path.suffix.lower() not in (*_KINDS, *workbooks.OTHER_SUFFIXES):
        raise BulletinError("no-records", f"数据 {path} 应为文件夹，或 {'、'.join(_KINDS)} 文件。{DATA_ADVICE}")
    sheets: list[Sheet] = []
    for file in files:
        large = apart(file)
        sheets += [large] if large else _marked_only(list(_sheets(file)))
    if not sheets and path.is_dir():
        needed = "、".join(table.title for table in schema.tables.values() if not table.optional)
        raise BulletinError(
            "no-records",
            f"{path} 里还没有数据。请把各表放进去：{needed}，每张表一个 CSV 或 Parquet 文件，"
            f"或者放各{schema.scope}填好的工作簿；空白模板可用 bulletin template 生成。",
        )
    return sheets


def _marked_only(sheets: list[Sheet]) -> list[Sheet]:
    """A file's sheets, the one that alone holds anything marked so."""
    filled = [sheet for sheet in sheets if sheet.trouble or any(map(any, sheet.cells))]
    return [replace(sheet, only=True) if filled == [sheet] else sheet for sheet in sheets]


def _sheets(path: Path) -> Iterator[Sheet]:
    kind = path.suffix.lower()
    if kind not in (*_KINDS, *workbooks.OTHER_SUFFIXES):
        return
    content = b""
    try:
        if path.is_dir():
            raise TroubleError("是文件夹，不是文件，请把它移走或改名")
        if UNSEEN.search(path.name):
            raise TroubleError("文件名含有看不见的字符，请改名")
        if kind in workbooks.OTHER_SUFFIXES:
            raise TroubleError(OTHER_FORMAT)
        content = path.read_bytes()
        digest = digest_of(content)
        if kind in _TEXT:
            yield Sheet(path.stem, path.name, "", digest, _csv_cells(content))
        elif kind in _COLUMNS:
            yield Sheet(path.stem, path.name, "", digest, _parquet_cells(path))
        else:
            for name, cells in workbooks.sheets_in(content):
                if UNSEEN.search(name):
                    raise TroubleError(f"有一张工作表的名称含有看不见的字符（{visible(name)}），请改名")
                yield Sheet(name, path.name, name, digest, cells)
    except TroubleError as error:
        yield _troubled(path, content, str(error))
    except OSError as error:
        yield _troubled(path, content, _why_closed(error))
    except MemoryError:
        yield _troubled(path, content, "内存不足，未能读取。请关闭其他程序，或把大表拆开、另存为 Parquet")


def _why_closed(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "读取时已不在原处，可能刚被移走、改名或同步。请放回后重试"
    if isinstance(error, PermissionError):
        return "无法打开，正被其他程序（如 Excel、WPS）占用，或没有读取它的权限。请关闭那个程序后重试"
    return f"无法打开（{told(error)[0]}）。请检查磁盘或网络位置，复制到本机后重试"


def _troubled(path: Path, content: bytes, trouble: str) -> Sheet:
    return Sheet(path.stem, path.name, "", digest_of(content), [], trouble)


def _csv_cells(content: bytes) -> list[list[str]]:
    """UTF-8 with or without a BOM, else GB18030, in which Chinese Excel saves plain CSV."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise TroubleError(f"是 UTF-16 编码（Excel 的“Unicode 文本”）。{_SAVE_AGAIN}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError as error:
            where = f"第 {error.start + 1} 字节起既不是 UTF-8 也不是 GB18030 编码"
            raise TroubleError(f"{where}。{_SAVE_AGAIN}") from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return [[clean_cell(cell) for cell in line] for line in reader]
    except csv.Error as error:
        where = f"第 {reader.line_num} 行附近不是有效的 CSV：引号没有配对，或单元格过长"
        raise TroubleError(f"{where}。{_SAVE_AGAIN}") from error


def _parquet_cells(path: Path) -> list[list[str]]:
    try:
        with duckdb.connect() as connection:
            # Brackets in a folder's name are a pattern to DuckDB.
            read = connection.read_parquet(glob.escape(str(path)))
            names = [str(name) for name in read.columns]
            if len(read) * len(names) > MAX_CELLS:
                raise TroubleError(f"超过 {MAX_CELLS // 10_000} 万个单元格的上限，未读取。请按期间拆开")
            texts = ", ".join(f'CAST("{name.replace(chr(34), chr(34) * 2)}" AS VARCHAR)' for name in names)
            rows = read.project(texts).fetchall()
    except (duckdb.Error, RuntimeError, UnicodeDecodeError) as error:  # the latter from texts that aren't UTF-8
        raise InvalidError("Parquet 文件", "重新导出，或改用 CSV") from error
    return [names, *([clean_cell(cell or "") for cell in row] for row in rows)]
