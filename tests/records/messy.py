"""The sample year as a county office would hand it in: all of data.md's list of mess at once, and not a fault in it.

    python -m tests.records.messy OUT.xlsx

Each cell is written in the next of the ways in which its kind may be written, so that a column shows them all.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from bulletin.records.schema import Kind, Table
from tests.builders import ROOT, SAMPLE, csv_rows

Way = Callable[[str], Any]

YES = ("是", "有", "√", "Y", "1", "TRUE", "y", "Ｙ", 1, True, 1.0, "true")
NO = ("否", "无", "×", "N", "0", "FALSE", "n", "Ｎ", 0, False, 0.0, "false")

_BLANKS = ("", " ", "\u00a0", "\u3000", "\t", " \u3000 ")
_EPOCH = dt.datetime(1899, 12, 30)
_WIDE = {ord(char): ord(char) + 0xFEE0 for char in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-"}


def rows_of(table: str) -> list[dict[str, str]]:
    """The sample year's rows; mines are numbered with leading zeros."""
    rows = csv_rows(ROOT / "data/2023", table)
    for row in rows:
        if "mine_id" in row:
            row["mine_id"] = "000" + row["mine_id"].removeprefix("M").replace("-", "")
    return rows


def _wide(value: str) -> str:
    return value.translate(_WIDE)


def _padded(value: str) -> Iterator[str]:
    for number in count():
        yield _BLANKS[number % len(_BLANKS)] + value + _BLANKS[(number // 2) % len(_BLANKS)]


def _moment(value: str) -> dt.datetime:
    return dt.datetime.fromisoformat(value)


def _serial(value: str) -> float:
    days = (_moment(value) - _EPOCH) / dt.timedelta(days=1)
    return int(days) if days.is_integer() else days


def _days() -> list[Way]:
    forms: tuple[str, ...] = ("{0.year}-{0.month}-{0.day}", "{0.year}/{0.month}/{0.day}", "{0.year}.{0.month}.{0.day}")
    forms += ("{0.year}年{0.month}月{0.day}日", "{0:%Y-%m-%d}", "{0:%Y/%m/%d}")
    return [lambda value, form=form: form.format(_moment(value)) for form in forms]  # type: ignore[misc]


def _times() -> list[Way]:
    clocks = (" {0.hour}:{0.minute:02}", " {0:%H:%M}:00", "{0.hour}时{0.minute}分")
    ways: list[Way] = []
    for way in _days():
        for clock in clocks:
            if "时" in clock and "年" not in way("2023-01-05"):
                continue  # 9时30分 is only written after a day in words
            ways.append(lambda value, way=way, clock=clock: way(value) + clock.format(_moment(value)))  # type: ignore[misc]
    return ways


def _as_text(value: Any) -> str:
    return "" if value is None else str(value)


_DAY_WAYS: list[Way] = [*_days(), _serial, _moment, lambda value: _moment(value).date(), lambda v: f"{v} 00:00"]
_COUNT_WAYS: list[Way] = [int, float, str, _wide, lambda value: f"{value}.0"]

WAYS: Mapping[Kind, Sequence[Way]] = {
    "identifier": [str, _wide, lambda value: f" {value}", lambda value: f"{value}\u3000", lambda v: f"\u00a0{v}\t"],
    "text": [str, lambda value: f" {value}", lambda value: f"\u3000{value}\u00a0"],
    "choice": [str, lambda value: f"{value} "],
    "date": _DAY_WAYS,
    "time": [*_times(), _serial, _moment],
    "count": _COUNT_WAYS,
    "year": [int, str, _wide, lambda value: f"{value}年", lambda value: f"{value}年度", float],
}
"""How a value of each kind may stand in a cell."""

CODES: Sequence[Way] = (int, float, lambda value: f"{value}.0", *WAYS["identifier"])
"""The same of county codes, which Excel turns into numbers."""


def cells_of(table: Table, number: int, row: Mapping[str, str]) -> list[Any]:
    """A row's cells in the order of `columns_of`; `number` counts the rows."""
    cells: list[Any] = [number + 1]
    for place, column in enumerate(reversed(table.columns)):
        value = row[column.name]
        turn = number + 5 * place
        if not value:
            cells.append(("", None, " ", "\u3000")[turn % 4])
        elif column.kind == "flag":
            cells.append((YES if value == "是" else NO)[turn % len(YES)])
        elif column.kind == "choice" and turn % 2:
            cells.append(column.choices[value])
        else:
            ways = CODES if column.name == "county_code" else WAYS[column.kind]
            cells.append(ways[turn % len(ways)](value))
    return [*cells, "样例：虚构记录"]


def columns_of(table: Table) -> list[str]:
    """The headings: in another order, in both languages, with a number before and a remark after."""
    names = [column.name.upper() if n % 3 == 2 else column.heading for n, column in enumerate(reversed(table.columns))]
    return [" 序号", *(f"{name[0]} {name[1:]}\u3000" if n % 2 else name for n, name in enumerate(names)), "备注"]


def lines_of(table: Table) -> Iterator[list[Any]]:
    """The lines of a sheet: a title, an empty one, the header, the rows with empty ones between, totals, empty ones."""
    yield [f"2023年度{table.title}（样例：虚构记录）"]
    yield []
    yield columns_of(table)
    rows = rows_of(table.name)
    for number, row in enumerate(rows):
        if number % 50 == 7:
            yield ["", " ", "\u3000"]
        yield cells_of(table, number, row)
    yield [f"小 计：{len(rows)}"]
    yield []
    yield ["合计", len(rows)]
    yield [None, " \u00a0"]


def messy_xlsx() -> bytes:
    """The sample year as one workbook."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.create_sheet("填表说明").append(["本表由各县（市、区）填报"])
    for number, table in enumerate(SAMPLE.values()):
        sheet = book.create_sheet(f" {table.name.upper()}" if number % 3 == 2 else table.title)
        for line in lines_of(table):
            sheet.append(line)
        sheet.merge_cells("A1:D1")
        for row in range(5, sheet.max_row, 9):
            sheet.row_dimensions[row].hidden = True
        sheet.column_dimensions["B"].hidden = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def messy_folder(folder: Path) -> Path:
    """The sample year as CSV files, every other one in GB18030, the rest in UTF-8, with a BOM and without."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, table in enumerate(SAMPLE.values()):
        out = io.StringIO()
        csv.writer(out, lineterminator=("\r\n", "\n")[number % 2]).writerows(
            [[_as_text(cell) for cell in line] for line in lines_of(table)]
        )
        name = table.name if number % 4 == 3 else table.title
        encoding = ("gb18030", "utf-8-sig", "gb18030", "utf-8")[number % 4]
        (folder / f"{name}.csv").write_bytes(out.getvalue().encode(encoding))
    return folder


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(messy_xlsx())
