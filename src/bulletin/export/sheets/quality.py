"""quality.xlsx: what is wrong in the records, counted on the first sheet and listed one by one on the second."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from bulletin.export.sheets.excel import UNDATED, saved, set_head, set_text
from bulletin.project.severity import SEVERITY_TITLES, Severity
from bulletin.project.unseen import visible
from bulletin.records.faults import Fault, fault_rows, fault_titles, headings
from bulletin.records.schema import Schema
from bulletin.records.sources.workbooks import SUFFIXES

FILLS: dict[Severity, PatternFill] = {
    "error": PatternFill("solid", fgColor="FF9F9F"),
    "warning": PatternFill("solid", fgColor="FFD34D"),
}
"""The colours of errors and warnings, here and on the marked copies."""

NOTHING = "没有发现问题。"

_FILLS_BY_TITLE = {SEVERITY_TITLES[severity]: fill for severity, fill in FILLS.items()}
_WIDTHS = (8, 22, 24, 14, 8, 18, 28, 52, 14)
_TOP = Alignment(vertical="top", wrap_text=True)
_A4 = 9
_ROWS_A_SHEET = 1_000_000  # of the 1,048,576 that it can hold


def quality_xlsx(faults: Sequence[Fault], schema: Schema, apart: str = "") -> bytes:
    """The faults as a workbook: the sheet 汇总, and 逐条清单 with the rows of quality.csv.

    `apart` says what the records hold of other periods: a line of the first sheet. The same faults give the same bytes.
    """
    book = Workbook(write_only=True)  # a million faults needn't be in memory as cells
    _summarise(book.create_sheet("汇总"), faults, schema, apart)
    rows = fault_rows(faults, schema)
    for start in range(0, len(rows) or 1, _ROWS_A_SHEET):
        number = start // _ROWS_A_SHEET + 1
        sheet = book.create_sheet("逐条清单" if number == 1 else f"逐条清单{number}")
        write_list(sheet, headings(schema), _WIDTHS, rows[start : start + _ROWS_A_SHEET])
    return saved(book, UNDATED)


def write_list(
    sheet: Any, headings: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[str | int]], top: int = 1
) -> None:
    """Append a list of faults whose headings come to stand in row `top`: kept in view, with a filter.

    The first cell of each row is the title of the severity, in its colour.
    """
    _set_widths(sheet, widths)
    sheet.freeze_panes = f"A{top + 1}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr = 0, PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{top}:{top}"
    sheet.auto_filter.ref = f"A{top}:{get_column_letter(len(headings))}{top + len(rows)}"
    sheet.append(_heads(sheet, headings))
    for row in rows:
        cells = row_cells(sheet, row)
        for cell in cells:
            cell.alignment = _TOP
        cells[0].fill = _FILLS_BY_TITLE[str(row[0])]
        sheet.append(cells)
    if not rows:
        sheet.append(row_cells(sheet, [NOTHING]))


def row_cells(sheet: Any, values: Sequence[str | int]) -> list[Any]:
    """Cells to append as a row: numbers as numbers, text as text."""
    cells = []
    for value in values:
        cell = WriteOnlyCell(sheet)
        if isinstance(value, int):
            cell.value = value
        else:
            set_text(cell, value)
        cells.append(cell)
    return cells


def counted(faults: Sequence[Fault]) -> str:
    """How many errors and warnings there are, in words."""
    if not faults:
        return NOTHING
    counts = Counter(fault.severity for fault in faults)
    return f"{'，'.join(f'{title} {counts[severity]} 处' for severity, title in SEVERITY_TITLES.items())}。"


def _summarise(sheet: Any, faults: Sequence[Fault], schema: Schema, apart: str) -> None:
    _set_widths(sheet, (36, 12, 12))
    (title,) = row_cells(sheet, ["数据问题汇总"])
    title.font = Font(bold=True, size=14)
    sheet.append([title])
    sheet.append(row_cells(sheet, [counted(faults)]))
    if apart:
        sheet.append(row_cells(sheet, [apart]))
    if not faults:
        return
    sheet.append(row_cells(sheet, ["错误改正后才能生成报告；提示不妨碍生成。每一处见“逐条清单”。"]))
    if any(fault.file.lower().endswith(SUFFIXES) for fault in faults):
        sheet.append(
            row_cells(sheet, ["有问题的工作簿，另有标出问题单元格的副本，在同一处的 quality 文件夹中，可发回改正。"])
        )
    kinds = Counter((fault.kind, fault.severity) for fault in faults)
    _append_table(
        sheet,
        ["类别", "级别", "处数"],
        [
            [title, SEVERITY_TITLES[severity], kinds[kind, severity]]
            for kind, title in fault_titles(schema).items()
            for severity in SEVERITY_TITLES
            if kinds[kind, severity]
        ],
    )
    titles = list(SEVERITY_TITLES.values())
    _append_table(sheet, ["文件", *titles], _by_place([(visible(fault.file), fault.severity) for fault in faults]))
    # Only warnings know their scope: an error may stand in the very cell that tells it.
    scopes = Counter(fault.scope for fault in faults if fault.scope and fault.severity == "warning")
    if scopes:
        _append_table(
            sheet, [schema.scope, SEVERITY_TITLES["warning"]], [list(each) for each in sorted(scopes.items())]
        )


def _by_place(places: Sequence[tuple[str, Severity]]) -> list[list[str | int]]:
    counts = Counter(places)
    return [
        [place, *(counts[place, severity] for severity in SEVERITY_TITLES)]
        for place in sorted({each for each, _ in places})
    ]


def _append_table(sheet: Any, headings: Sequence[str], rows: Sequence[Sequence[str | int]]) -> None:
    sheet.append([])
    sheet.append(_heads(sheet, headings))
    for row in rows:
        cells = row_cells(sheet, row)
        for cell in cells[1:]:
            if cell.value in _FILLS_BY_TITLE:
                cell.fill = _FILLS_BY_TITLE[cell.value]
        sheet.append(cells)


def _heads(sheet: Any, headings: Sequence[str]) -> list[Any]:
    cells = [WriteOnlyCell(sheet) for _ in headings]
    for cell, heading in zip(cells, headings, strict=True):
        set_head(cell, heading)
    return cells


def _set_widths(sheet: Any, widths: Sequence[int]) -> None:
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
