"""The empty workbook to be filled in: a sheet a table, closed lists, formats, and a page that explains each column."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from bulletin.export.sheets.excel import saved
from bulletin.records.schema import EXAMPLE, Column, Kind, Schema, Table

NAME = "数据模板.xlsx"

EXPLANATION = "填写说明"
"""The first sheet, which explains each column."""

_LAST_ROW = 20000
"""The lists to choose from reach down to this row."""

_MADE = dt.date(2023, 1, 1)
_REQUIRED = PatternFill("solid", fgColor="FFF2CC")
_OPTIONAL = PatternFill("solid", fgColor="E8EDF2")
_BOLD = Font(name="Calibri", bold=True)
_GREY = Font(name="Calibri", color="808080", italic=True)
_A4 = 9

_FORMATS: Mapping[Kind, str] = {
    "identifier": "@",
    "text": "@",
    "choice": "@",
    "flag": "@",
    "date": "yyyy-mm-dd",
    "time": "yyyy-mm-dd hh:mm",
    "count": "0",
    "year": "0",
}

_DAY = dt.date(2023, 1, 5)
_BY_KIND: Mapping[Kind, Any] = {"date": _DAY, "time": dt.datetime(2023, 1, 5, 9, 30), "flag": "否"}


def template_xlsx(schema: Schema) -> bytes:
    """The workbook: the same bytes each time.

    Every sheet has one example row, marked so in its last column; the reader passes over rows with that mark.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    _explain(book.create_sheet(EXPLANATION), schema)
    for table in schema.tables.values():
        _add_sheet(book.create_sheet(table.title), table, schema.examples)
    for sheet in book.worksheets:
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4
        sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr = 0, PageSetupProperties(fitToPage=True)
    return saved(book, _MADE)


def _add_sheet(sheet: Any, table: Table, examples: Mapping[str, object]) -> None:
    for place, column in enumerate(table.columns, start=1):
        head = sheet.cell(1, place, column.heading)
        head.fill = _REQUIRED if column.required else _OPTIONAL
        head.font, head.alignment = _BOLD, Alignment(horizontal="center")
        head.comment = Comment(f"{'必填' if column.required else '可空'}。{column.expected}", "说明")
        letter = get_column_letter(place)
        widest = len(_FORMATS["time"]) + 2 if column.kind == "time" else 14  # a narrower column shows ####
        sheet.column_dimensions[letter].width = max(widest, 2 * len(column.heading) + 4)
        _restrict(sheet, column, f"{letter}2:{letter}{_LAST_ROW}")
        example = sheet.cell(2, place, _example(column, examples))
        example.number_format, example.font = _FORMATS[column.kind], _GREY
        # The format of a whole column, so that what is typed or pasted below takes it.
        sheet.column_dimensions[letter].number_format = _FORMATS[column.kind]
    mark = len(table.columns) + 1
    sheet.cell(1, mark, "备注").font = _BOLD
    sheet.cell(2, mark, EXAMPLE).font = _GREY
    sheet.column_dimensions[get_column_letter(mark)].width = 18
    sheet.freeze_panes = "A2"


def _restrict(sheet: Any, column: Column, cells: str) -> None:
    words = ["是", "否"] if column.kind == "flag" else column.words
    if words:
        rule = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=not column.required)
        rule.error, rule.errorTitle, rule.showErrorMessage = f"只能是{'、'.join(words)}", column.heading, True
        rule.add(cells)
        sheet.add_data_validation(rule)


def _example(column: Column, examples: Mapping[str, object]) -> Any:
    if column.name == "end":
        return None  # still in force
    return examples.get(column.name, _BY_KIND.get(column.kind))


def _explain(sheet: Any, schema: Schema) -> None:
    notes = (
        "每张工作表第1行是表头，请勿改动；黄色的列必填，灰色的列可空。",
        f"第2行是示例，备注为“{EXAMPLE}”，不会读入，可保留或删除；从第3行起填写。",
        "编号按文本填写，保留前面的0；日期写作 2023-01-05，时间写作 2023-01-05 09:30；结束日期为空表示仍有效。",
    )
    for note in notes:
        sheet.append([note])
    _append_table(
        sheet, [("工作表", "一行是什么"), *((table.title, schema.rows[table.name]) for table in schema.tables.values())]
    )
    columns = [
        (
            f"{table.title}{'（可不提供）' if table.optional else ''}",
            column.heading,
            "必填" if column.required else "可空",
            column.expected,
        )
        for table in schema.tables.values()
        for column in table.columns
    ]
    _append_table(sheet, [("工作表", "列", "是否必填", "填写要求"), *columns])
    for letter, width in zip("ABCD", (24, 20, 10, 60), strict=True):
        sheet.column_dimensions[letter].width = width


def _append_table(sheet: Any, rows: Sequence[Sequence[str]]) -> None:
    """A blank row, then the rows, of which the first is the heads."""
    sheet.append([])
    for row in rows:
        sheet.append(row)
    for cell in sheet[sheet.max_row - len(rows) + 1]:
        cell.font, cell.fill = _BOLD, _OPTIONAL
