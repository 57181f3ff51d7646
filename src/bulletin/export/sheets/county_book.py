"""A county's own workbook, loaded to be copied: its cells and their looks, and nothing that acts or tells of people."""

from __future__ import annotations

import html
import io
import re
import warnings
import zipfile
from collections.abc import Iterable
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.packaging.core import DocumentProperties
from openpyxl.packaging.custom import CustomPropertyList
from openpyxl.styles import PatternFill
from openpyxl.utils import range_boundaries
from openpyxl.workbook.views import BookView
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.header_footer import HeaderFooter
from openpyxl.worksheet.scenario import ScenarioList

from bulletin.export.sheets.personal import Personal
from bulletin.records.faults import HIDDEN

COMMENTS_BY = "数据核对"
"""The author of our comments, by which a copy that comes back is cleared of them."""

_LARGEST = 16_000_000
"""Bytes that are unpacked; a workbook has more where a million empty cells have a format."""

_WIDEST = 1_000_000
"""Cells that merged areas and areas with a link may cover: openpyxl makes each of them."""

_AREA = re.compile(rb'<(?:\w+:)?(?:mergeCell|hyperlink)\b[^>]*?\bref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')

_PLACE = r"\$?[A-Z]{1,3}\$?[0-9]{1,7}"
_HARMLESS_RULE = re.compile(
    rf"""\s*(?:"[^"]*"|-?[0-9.]+|(?:(?:'[^'\[\]]+'|[^'\[\]!():*&,"\s]+)!)?{_PLACE}(?::{_PLACE})?)\s*"""
)
"""What a cell may be restricted to: a written list, a number, an area of this workbook. No function, no other file."""


def own_book(content: bytes, personal: Personal) -> tuple[Workbook, dict[str, Any]] | None:
    """The workbook and its sheets by the names that they had; None where it's too large or openpyxl can't load it.

    Kept are the values, formats, widths, hidden rows and columns, merged areas, frozen panes, filters' arrows,
    protection and restrictions of the cells, and comments. A formula is the value last saved: that is what was checked,
    and a copy that is sent on must not compute, fetch or link. Pictures, charts, pivot tables, macros, names,
    links, rules that colour cells (they'd hide our colours), headers and properties are left out.
    """
    if not _is_loadable(content):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
    except Exception:
        return None
    for chart in book.chartsheets:
        book.remove(chart)
    book.properties = DocumentProperties()
    book.custom_doc_props = CustomPropertyList()  # type: ignore[attr-defined]
    book.defined_names.clear()
    book.code_name, book.views = None, [BookView()]
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    for number, (name, sheet) in enumerate(sheets.items(), start=1):
        _strip(sheet, personal)
        _clean_cells(sheet, name, personal)
        if personal.holds_name(name):
            sheet.title = f"工作表{number}"
    return book, sheets


def holds_any(content: bytes, names: Iterable[str]) -> bool:
    """Whether any of the names stands anywhere in a workbook's file, its formats and properties too.

    Names in ASCII alone aren't looked for: the words of the format itself are that.
    """
    wanted = {name for name in names if len(name) > 1 and not name.isascii()}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = (html.unescape(archive.read(entry).decode("utf-8", "replace")) for entry in archive.namelist())
        return any(name in part for part in parts for name in wanted)


def _is_loadable(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _LARGEST:
                return False
            sheets = [archive.read(name) for name in archive.namelist() if "/worksheets/" in name]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
        return False
    return sum(_size(area.decode()) for sheet in sheets for area in _AREA.findall(sheet)) <= _WIDEST


def _size(area: str) -> int:
    left, top, right, bottom = range_boundaries(area)
    return (right - left + 1) * (bottom - top + 1)  # type: ignore[operator]


def _strip(sheet: Any, personal: Personal) -> None:
    sheet.defined_names.clear()
    sheet.tables.clear()
    sheet._images, sheet._charts, sheet._pivots = [], [], []
    sheet.conditional_formatting, sheet.scenarios = ConditionalFormattingList(), ScenarioList()
    sheet.HeaderFooter, sheet.sheet_properties.codeName = HeaderFooter(), None
    sheet.auto_filter = AutoFilter(ref=sheet.auto_filter.ref)  # its conditions hold texts of cells
    for view in sheet.views.sheetView:
        view.tabSelected = False  # what is typed would go into every selected sheet
    rules = sheet.data_validations
    rules.dataValidation = [rule for rule in rules.dataValidation if _is_harmless(rule, personal)]


def _is_harmless(rule: Any, personal: Personal) -> bool:
    formulas = [text for text in (rule.formula1, rule.formula2) if text]
    words = [text for text in (rule.prompt, rule.promptTitle, rule.error, rule.errorTitle) if text]
    texts = [*(part for formula in formulas for part in formula.split(",")), *words]
    return all(map(_HARMLESS_RULE.fullmatch, formulas)) and not any(map(personal.holds_name, texts))


def _clean_cells(sheet: Any, name: str, personal: Personal) -> None:
    for cell in sheet._cells.values():  # iterating over the sheet would make every cell of the area that it spans
        if isinstance(cell, MergedCell):
            continue
        cell.hyperlink = None
        if cell.comment:
            _clean_comment(cell, personal)
        if cell.value is None:
            cell.data_type = "n"  # a text without any, as some programs write it, isn't one that Excel takes back
        elif personal.hides(name, cell.row, cell.column, str(cell.value)):
            cell.value, cell.data_type = HIDDEN, "s"


def _clean_comment(cell: Any, personal: Personal) -> None:
    """Take our own comment and colour off a copy that came back; of a county's own, keep the text."""
    if cell.comment.author == COMMENTS_BY:
        cell.comment, cell.fill = None, PatternFill()
        return
    text = HIDDEN if personal.holds_name(cell.comment.text) else cell.comment.text
    cell.comment = Comment(text, "", cell.comment.height, cell.comment.width)
