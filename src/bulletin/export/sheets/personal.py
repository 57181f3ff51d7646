"""Which cells of a county's workbook tell of people: what is hidden in a copy of it (data.md: names never leave)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bulletin.export.sheets.template import EXPLANATION
from bulletin.records.faults import HIDDEN, looks_like_name, name_finder
from bulletin.records.headings import HEADER_SEARCH, find_header, is_of_names, table_of
from bulletin.records.schema import EXAMPLE, Schema
from bulletin.records.sources.files import Sheet


class Personal:
    """What to hide: the cells under a heading 姓名, and every text on any sheet that holds a name.

    Names are those that the records hold, and those on a register of this workbook that wasn't read.
    """

    def __init__(self, sheets: Sequence[Sheet], names: Iterable[str], schema: Schema) -> None:
        self._private = {sheet.name: _Private(sheet, schema) for sheet in sheets}
        found = (text for private in self._private.values() for text in private.names())
        # A number is no name, and would hide every date that has its digits.
        self.names = {*names, *(text for text in found if not text.isdigit() and text != HIDDEN)}
        self.holds_name = name_finder(self.names)

    def hides(self, sheet: str, row: int, column: int, text: str) -> bool:
        """Whether a filled cell must not be shown; rows and columns are numbered from 1."""
        private = self._private.get(sheet)
        return self.holds_name(text) or (private is not None and private.covers(row, column) and text != EXAMPLE)


class _Private:
    """The places of one sheet that are private whatever stands there."""

    def __init__(self, sheet: Sheet, schema: Schema) -> None:
        self._cells = sheet.cells
        table = table_of(sheet, schema)
        header = find_header(table, sheet.cells) if table else None
        self._register = table is not None and table.name == schema.people
        last = header.row if header else HEADER_SEARCH
        self._headed = {} if sheet.name == EXPLANATION else _headed(sheet, last, schema)
        # A register whose names weren't found has them under a heading that we don't know: only what we know is shown.
        self._lost = self._register and not (header and {column.name for column in schema.names} & set(header.names))
        self._top = header.row if header else 0
        self._known = {column for column, name in enumerate(header.names, start=1) if name} if header else set()

    def covers(self, row: int, column: int) -> bool:
        """Whether this cell is one of them."""
        if self._lost and row > self._top and column not in self._known:
            return True
        return row > self._headed.get(column, row)

    def names(self) -> list[str]:
        """The names on a register; where none are headed so, whatever looks like one."""
        if not self._register:
            return []
        if self._lost and self._top:  # without a header the sheet's own title would be taken for one
            return [cell for line in self._cells[self._top :] for cell in line if looks_like_name(cell)]
        columns = self._headed
        return [
            line[column - 1]
            for row, line in enumerate(self._cells, start=1)
            for column in columns
            if column <= len(line) and row > columns[column] and line[column - 1]
        ]


def _headed(sheet: Sheet, last: int, schema: Schema) -> dict[int, int]:
    """The columns headed 姓名 or name in the rows down to `last`, numbered from 1, each with that row."""
    found: dict[int, int] = {}
    for row, line in enumerate(sheet.cells[:last], start=1):
        for column, cell in enumerate(line, start=1):
            if is_of_names(cell, schema):
                found.setdefault(column, row)
    return found
