"""tables.xlsx: the annex tables as a workbook, numbers as numbers."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from bulletin.export.office import clean, normalise_zip
from bulletin.facts.change import Change
from bulletin.notebook.table import Cell, Table, cell_text

_NUMBER_FORMATS = {"rate": "0.00%", "count": "0", "rank": "0"}
_CHANGE_FORMATS = {"rate": "+0.00;-0.00;0.00", "count": "+0;-0;0"}
"""Rates change by percentage points; ranks and flags change in words."""

_LINE = Side(style="thin", color="999999")
_THIN = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD = PatternFill("solid", fgColor="E8EDF2")
_LONGEST_CELL = 32767
"""What one cell of a workbook can hold, in UTF-16 units."""

UNDATED = dt.date(2000, 1, 1)
"""Stands for the time of writing in a workbook that no params date."""

_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""Begins what Excel would show as the character of that number."""

_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(<)")


def tables_xlsx(tables: Sequence[Table], about: Sequence[tuple[str, str]], day: dt.date) -> bytes:
    """A sheet a table, and a last sheet 说明 with the lines of `about`.

    Values are exact up to the workbook's floating point; what doesn't exist is the text —. The same tables
    give the same bytes: `day` stands for the time of writing.
    """
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for table in tables:
        sheet = book.create_sheet(sheet_title(table.caption))
        _fill(sheet, [list(table.columns), *table.rows])
    _fill(book.create_sheet("说明"), [["项目", "内容"], *([name, text] for name, text in about)])
    return saved(book, day)


def saved(book: Workbook, day: dt.date) -> bytes:
    """A workbook's file, the same bytes for the same content: `day` stands for the time of writing."""
    when = dt.datetime.combine(day, dt.time())
    book.properties.creator, book.properties.created = "", when
    out = io.BytesIO()
    book.save(out)
    # openpyxl stamps the clock into the properties as it saves.
    stamp = f"{when:%Y-%m-%dT%H:%M:%SZ}".encode()
    return normalise_zip(
        out.getvalue(), {"docProps/core.xml": lambda xml: _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", xml)}
    )


def set_text(cell: Any, text: str) -> None:
    """Put text into a cell: never a formula, without what XML forbids, cut with … where it's too long."""
    text = clean(text)
    units = text.encode("utf-16-le")
    if len(units) > 2 * _LONGEST_CELL:
        text = units[: 2 * _LONGEST_CELL - 2].decode("utf-16-le", "ignore") + "…"
    cell.value = _ESCAPED.sub("_x005F_", text)
    cell.data_type = "s"  # text stays text: openpyxl takes a leading = for a formula


def set_head(cell: Any, text: str) -> None:
    """Put a column's heading into a cell."""
    set_text(cell, text)
    cell.fill, cell.font, cell.border = _HEAD, Font(bold=True), _THIN
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def sheet_title(text: str) -> str:
    """Text as a sheet may be called."""
    return re.sub(r"[\[\]:*?/\\]", "", clean(text))[:31]


def _fill(sheet: Any, rows: Sequence[Sequence[Cell]]) -> None:
    for place, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(place, column)
            if place == 1:
                set_head(cell, cell_text(value))
            else:
                cell.border = _THIN
                _set(cell, value)
    sheet.freeze_panes = "B2"
    for column in range(1, len(rows[0]) + 1):
        longest = max(len(cell_text(row[column - 1])) for row in rows)
        sheet.column_dimensions[get_column_letter(column)].width = min(max(2 * longest + 2, 8), 80)


def _set(cell: Any, value: Cell) -> None:
    if isinstance(value, Change) and value.amount is not None and value.unit in _CHANGE_FORMATS:
        cell.value = float(value.amount * 100) if value.unit == "rate" else int(value.amount)
        cell.number_format = _CHANGE_FORMATS[value.unit]
        return
    if isinstance(value, str | Change) or value.value is None or value.unit == "flag":
        set_text(cell, cell_text(value))
        return
    cell.value = float(value.value) if value.unit == "rate" else int(value.value)
    cell.number_format = _NUMBER_FORMATS[value.unit]
