"""The small period as workbooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from bulletin.mines.schema import TABLES
from tests.builders import SMALL

Rows = Sequence[Sequence[Any]]


def write_workbook(path: Path, sheets: Mapping[str, Rows]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def small_sheets(**tables: Sequence[str]) -> dict[str, Rows]:
    """The small period's tables as sheets with Chinese names and headings."""
    return {
        TABLES[name].title: [[column.heading for column in TABLES[name].columns], *(line.split(",") for line in lines)]
        for name, lines in {**SMALL, **tables}.items()
    }
