"""A copy of a county's own workbook with the faulty cells coloured and commented, to be sent back."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink

from bulletin.export.sheets.county_book import COMMENTS_BY, holds_any, own_book
from bulletin.export.sheets.excel import UNDATED, saved, set_head, set_text, sheet_title
from bulletin.export.sheets.personal import Personal
from bulletin.export.sheets.quality import FILLS, counted, row_cells, write_list
from bulletin.project.severity import SEVERITY_TITLES
from bulletin.project.unseen import visible
from bulletin.records.cells import heading
from bulletin.records.faults import HIDDEN, Fault, fault_titles, hide
from bulletin.records.headings import find_header, table_of
from bulletin.records.read import Records
from bulletin.records.schema import Schema
from bulletin.records.sources.files import Sheet

LIST = "填报问题"
"""The first sheet of a copy: all of the file's faults, each with a link to its cell."""

MOST_FAULTS = 10_000
"""How many faults of one file are marked and listed; more make a workbook that Excel opens slowly, if at all."""

_MOST_CELLS = 200_000
"""A file with more cells is copied by its faulty rows alone: openpyxl takes 8 s and 250 MB for this many."""

_TITLE = "本文件的填报问题"
_ROW = "原行号"
_WIDTHS = (8, 22, 14, 8, 18, 10, 28, 60)
_HEADINGS = ("级别", "类别", "工作表", "行", "列", "单元格", "现有内容", "要求")
_CELL = _HEADINGS.index("单元格") + 1
_LINK = Font(name="Calibri", color="0563C1", underline="single")


@dataclass(frozen=True)
class _Copy:
    """A workbook to mark: its sheets by their names in the sender's file; `rows`, where not all of them are copied.

    `titles` are those of the kinds of fault.
    """

    book: Workbook
    sheets: Mapping[str, Any]
    titles: Mapping[str, str]
    rows: Mapping[str, Mapping[int, int]] | None = None

    def cell(self, sheet: str, row: int, column: int) -> Any:
        """The cell that stands at this row and column of the county's file; in a merged area, its first."""
        if self.rows is not None:
            row, column = self.rows[sheet][row], column + 1
        cell = self.sheets[sheet].cell(row, column)
        if isinstance(cell, MergedCell):
            area = next(area for area in self.sheets[sheet].merged_cells.ranges if cell.coordinate in area)
            cell = self.sheets[sheet].cell(area.min_row, area.min_col)
        return cell


_Wanted = Sequence[tuple[Fault, Sequence[tuple[int, int]]]]
"""Faults with the rows and columns of their cells, numbered from 1; none where a fault isn't in a row."""


def marked_copy(content: bytes, sheets: Sequence[Sheet], faults: Sequence[Fault], records: Records) -> bytes:
    """Return the workbook `content`, which was read as `sheets`, with its `faults` marked; nobody whom `records` name is named.

    It's the sender's own workbook where openpyxl can load it (see own_book). What is in another format or too large
    to load is copied as text into a new one, and of more than 200,000 cells only the faulty rows.
    """
    sheets = [sheet for sheet in sheets if not _is_list(sheet)]
    personal = Personal(sheets, records.names, records.schema)
    faults = sorted(hide(faults, personal.names, records.schema), key=lambda fault: fault.severity)
    titles = fault_titles(records.schema)
    places = {sheet.name: _Places(sheet, records.schema) for sheet in sheets}
    wanted = [(fault, places[fault.sheet].of(fault) if fault.sheet else []) for fault in faults[:MOST_FAULTS]]
    if sum(len(line) for sheet in sheets for line in sheet.cells) > _MOST_CELLS:
        return _finished(_as_text(sheets, places, wanted, personal, titles), faults, wanted, personal)
    own = own_book(content, personal)
    if own and own[1].keys() >= places.keys():
        book, own_sheets = own
        for name in own_sheets.keys() - places.keys():
            book.remove(own_sheets[name])
        made = _finished(_Copy(book, own_sheets, titles), faults, wanted, personal)
        if not holds_any(made, records.names):  # in a style, say, or a number's format
            return made
    return _finished(_as_text(sheets, places, None, personal, titles), faults, wanted, personal)


def _is_list(sheet: Sheet) -> bool:
    """Whether a sheet is the list of a copy that came back."""
    return sheet.name.startswith(LIST) and bool(sheet.cells) and sheet.cells[0][:1] == [_TITLE]


class _Places:
    """Where faults stand on one sheet."""

    def __init__(self, sheet: Sheet, schema: Schema) -> None:
        self._cells = sheet.cells
        self._table = table_of(sheet, schema)
        self.header = find_header(self._table, sheet.cells) if self._table else None

    def of(self, fault: Fault) -> list[tuple[int, int]]:
        """The fault's cells: its column's, or the first filled one of its row where that column isn't there."""
        if not fault.row:
            return []
        columns = self._columns(fault)
        if not columns:
            line = self._cells[fault.row - 1]
            columns = [next((column for column, cell in enumerate(line, start=1) if cell), 1)]
        return [(fault.row, column) for column in columns]

    def _columns(self, fault: Fault) -> list[int]:
        if self._table is None or self.header is None:
            return []
        names, heads = self.header.names, self._cells[self.header.row - 1]
        if fault.kind == "duplicate-column":
            again = [place for place, name in enumerate(names) if name and name in names[:place]]
            return [place + 1 for place in again if heading(heads[place]) == heading(fault.column)]
        found = [column.name for column in self._table.columns if column.heading == fault.column]
        return [names.index(name) + 1 for name in found if name in names]


def _as_text(
    sheets: Sequence[Sheet],
    places: Mapping[str, _Places],
    wanted: _Wanted | None,
    personal: Personal,
    titles: Mapping[str, str],
) -> _Copy:
    """The file's cells as text in a new workbook: all of them, or the headers and the rows of `wanted` alone.

    Rows that are picked out have the number that they have in the file before them.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    copied: dict[str, Any] = {}
    picked: dict[str, dict[int, int]] = {}
    for number, sheet in enumerate(sheets, start=1):
        header = places[sheet.name].header
        top = {header.row} if header else set()
        rows = set(range(1, len(sheet.cells) + 1))
        if wanted is not None:
            rows = {row for fault, cells in wanted if fault.sheet == sheet.name for row, _ in cells}
            if not rows:
                continue
        title = f"工作表{number}" if personal.holds_name(sheet.name) else sheet_title(sheet.name)
        own = copied[sheet.name] = book.create_sheet(title)
        picked[sheet.name] = {row: place for place, row in enumerate(sorted(rows | top), start=1)}
        for row, place in picked[sheet.name].items():
            texts = [
                HIDDEN if text and personal.hides(sheet.name, row, column, text) else text
                for column, text in enumerate(sheet.cells[row - 1], start=1)
            ]
            if wanted is not None:
                texts = [_ROW if row in top else str(row), *texts]
            for column, text in enumerate(texts, start=1):
                if text:
                    (set_head if row in top else set_text)(own.cell(place, column), text)
        for column in range(1, own.max_column + 1):
            longest = max(len(str(cell.value or "")) for (cell,) in own.iter_rows(min_col=column, max_col=column))
            own.column_dimensions[get_column_letter(column)].width = min(max(2 * longest + 2, 8), 40)
    return _Copy(book, copied, titles, None if wanted is None else picked)


def _finished(copy: _Copy, faults: Sequence[Fault], wanted: _Wanted, personal: Personal) -> bytes:
    cells = _mark(copy, wanted)
    _add_list(copy, faults, [(fault, cell) for (fault, _), cell in zip(wanted, cells, strict=True)], personal)
    copy.book.active = 0
    return saved(copy.book, UNDATED)


def _mark(copy: _Copy, wanted: _Wanted) -> list[Any]:
    """Colour and comment the faulty cells; the first cell of each fault, None for one without."""
    firsts = []
    marked: dict[tuple[str, str], tuple[Any, list[Fault]]] = {}
    for fault, places in wanted:
        cells = [copy.cell(fault.sheet, row, column) for row, column in places]
        firsts.append(cells[0] if cells else None)
        for cell in cells:
            marked.setdefault((fault.sheet, cell.coordinate), (cell, []))[1].append(fault)
    for cell, faults in marked.values():
        cell.fill = FILLS[faults[0].severity]  # errors come first
        moved = copy.rows is None and any(fault.row != cell.row for fault in faults)
        lines = dict.fromkeys(f"{f'第{fault.row}行' if moved else ''}{_said(fault, copy.titles)}" for fault in faults)
        text = "\n".join(lines)
        if cell.comment:
            text += f"\n\n原有批注：{cell.comment.text}"
        height = 20 * sum(math.ceil(len(line) / 22) or 1 for line in text.split("\n")) + 16
        cell.comment = Comment(text, COMMENTS_BY, height, 300)
    return firsts


def _said(fault: Fault, titles: Mapping[str, str]) -> str:
    return visible(f"{SEVERITY_TITLES[fault.severity]}·{titles[fault.kind]}：{fault.expected}")


def _add_list(copy: _Copy, faults: Sequence[Fault], listed: Sequence[tuple[Fault, Any]], personal: Personal) -> None:
    sheet = copy.book.create_sheet(LIST, 0)
    notes = [
        _TITLE,
        f"{counted(faults)}红色为错误，必须改正；黄色为提示，请核对。单元格的批注写明要求。",
        "请在贵处的原表中改正后重新报送。本表不显示姓名；公式只留结果，图表、链接和宏不再保留。",
    ]
    if copy.rows is not None:
        notes.append(f"本文件较大，这里只有表头和有问题的行，“{_ROW}”是该行在原表中的行号。")
    if len(faults) > len(listed):
        notes.append(f"问题较多，这里只列出并标记前 {len(listed)} 处。")
    for note in [*notes, ""]:
        sheet.append(row_cells(sheet, [note]))
    sheet["A1"].font = Font(bold=True, size=14)
    top = len(notes) + 2
    rows: list[list[str | int]] = []
    for fault, cell in listed:
        title = copy.sheets[fault.sheet].title if fault.sheet in copy.sheets else fault.sheet
        texts = [title, fault.column, fault.value, fault.expected]
        title, column, value, expected = (HIDDEN if personal.holds_name(text) else visible(text) for text in texts)
        place = cell.coordinate if cell else ""
        level = SEVERITY_TITLES[fault.severity]
        rows.append([level, copy.titles[fault.kind], title, fault.row or "", column, place, value, expected])
    write_list(sheet, _HEADINGS, _WIDTHS, rows, top)
    for row, (fault, cell) in enumerate(listed, start=top + 1):
        if cell:
            title = copy.sheets[fault.sheet].title.replace("'", "''")
            link = sheet.cell(row, _CELL)
            link.hyperlink = Hyperlink(ref=link.coordinate, location=f"'{title}'!{cell.coordinate}")
            link.font = _LINK
