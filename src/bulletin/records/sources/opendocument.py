"""The content of ods workbooks: one part with all the sheets."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bulletin.records.cells import UNCALCULATED
from bulletin.records.sources.limits import LAST_COLUMN, LAST_ROW, Grid
from bulletin.records.sources.scanning import scan, whole

_ERRORS = rb"#[A-Z/0-9]+[!?]|#N/A|Err:[0-9]{3}"

_CELL = re.compile(
    rb"<table:table-cell(?P<attributes>\s[^<>]*\btable:formula=[^<>]*?)(?P<closed>/?)>"
    rb"(?P<error>\s*<text:p[^<>]*>(?:" + _ERRORS + rb")</text:p>)?"
)
"""A cell with a formula, and the text of its error."""

_VALUE = re.compile(rb"\s(?:office|calcext):[\w-]+\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_FORMULA = re.compile(rb"\btable:formula\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")

_DIGITS = 12
"""No number of repeats is longer."""

_CELLS = ("table:table-cell", "table:covered-table-cell")


def checked(part: bytes) -> bytes:
    """The content in which errors and formulas that were never calculated stand as text.

    Raises:
        TroubleError: where it isn't XML, or a sheet is too large.

    """
    _Scan().run(part)
    return _CELL.sub(_as_text, part)


def _as_text(cell: re.Match[bytes]) -> bytes:
    attributes = cell["attributes"]
    if cell["error"]:
        bare = _VALUE.sub(b"", attributes)
        return b'<table:table-cell%b office:value-type="string">%b' % (bare, cell["error"])
    if b"office:value-type" in attributes:
        return cell[0]
    formula = _FORMULA.search(attributes)
    shown = b"" if formula is None else (formula[1] or formula[2] or b"").replace(b'"', b"&quot;")
    return b'<table:table-cell%b office:value-type="string" office:string-value="%b%b"%b>' % (
        attributes,
        UNCALCULATED.encode(),
        shown,
        cell["closed"],
    )


class _Scan:
    """One pass over the content: how far each sheet's cells reach, repeated ones included."""

    def __init__(self) -> None:
        self._grid = Grid()
        self._row = self._rows = self._column = self._columns = self._letters = 0
        self._inside = self._filled = False

    def run(self, part: bytes) -> None:
        """Read the content, and refuse what's too large.

        Raises:
            TroubleError: where it isn't XML, has a document type of its own, or a sheet is too large.

        """
        scan(part, self._start, self._end, self._text)

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "table:table":
            self._grid, self._row = Grid(), 0
        elif name == "table:table-row":
            self._rows = _repeats(attributes, "table:number-rows-repeated", LAST_ROW)
            self._column = 0
        elif name in _CELLS:
            self._columns = _repeats(attributes, "table:number-columns-repeated", LAST_COLUMN)
            self._inside = True
            self._letters = sum(map(len, attributes.values()))
            self._filled = any(key.startswith("office:") or key == "table:formula" for key in attributes)
        elif name == "text:s" and self._inside:
            self._letters += whole(attributes.get("text:c", "1"), _DIGITS)

    def _text(self, text: str) -> None:
        if self._inside:
            self._letters += len(text)

    def _end(self, name: str) -> None:
        if name in _CELLS:
            self._inside = False
            self._column = min(self._column + self._columns, LAST_COLUMN)
            if self._filled:
                last = min(self._row + self._rows, LAST_ROW)
                self._grid.fill(last, self._column, self._letters * self._columns * self._rows)
        elif name == "table:table-row":
            self._row = min(self._row + self._rows, LAST_ROW)
        elif name == "table:table":
            self._grid.check()


def _repeats(attributes: Mapping[str, str], name: str, most: int) -> int:
    return min(whole(attributes.get(name, "1"), _DIGITS), most)
