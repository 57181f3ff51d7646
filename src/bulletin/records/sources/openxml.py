"""The parts of xlsx and xlsm workbooks: sheets and shared strings."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping, MutableSequence, Sequence
from xml.parsers import expat

from bulletin.records.cells import UNCALCULATED
from bulletin.records.sources.limits import LAST_COLUMN, LAST_ROW, MAX_UNPACKED, Grid, InvalidError

_LETTERS = ("", *string.ascii_uppercase)
_COLUMNS = {
    letters: number
    for number, letters in enumerate(
        (a + b + c for a in _LETTERS for b in _LETTERS for c in _LETTERS[1:] if b or not a), start=1
    )
    if number <= LAST_COLUMN
}
"""The columns' numbers by their letters: A is 1."""

_DIGITS = 7
"""No workbook of a size that's read holds more shared strings than a number of so many digits."""

_TAG = rb"(?:[\w.-]+:)?"

_ERROR = re.compile(rb"(<" + _TAG + rb"c\s[^<>]*?\bt\s*=\s*)(?:\"e\"|'e')")
"""A cell whose value is an error."""

_FORMULA = re.compile(
    rb"<(?P<tag>" + _TAG + rb"c)(?P<attributes>\s[^<>]*)?>\s*"
    rb"<" + _TAG + rb"f\b[^<>]*(?:/>|>(?P<formula>[^<]*)</" + _TAG + rb"f\s*>)\s*"
    rb"(?P<value><" + _TAG + rb"v\s*(?:/>|>\s*</" + _TAG + rb"v\s*>)\s*)?"
    rb"</" + _TAG + rb"c\s*>"
)
"""A cell with a formula whose value is empty or was never saved."""

_TYPE = re.compile(rb"\bt\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def checked(part: bytes, strings: MutableSequence[int]) -> bytes:
    """A part in which errors and formulas that were never calculated stand as text.

    `strings` are the lengths of the shared strings; the part that holds them fills it, and comes first.

    Raises:
        TroubleError: where the part isn't XML, or a sheet is too large.

    """
    # A chart's or a drawing's XML is nobody's business here.
    if b"sst" not in part and b"sheetData" not in part:
        return part
    found = _Scan()
    found.run(part)
    if found.strings:
        if strings:
            raise InvalidError
        strings.extend(found.strings)
    if found.references * max(strings, default=0) > MAX_UNPACKED:
        exact = _Scan(strings)
        exact.run(part)
    part = _ERROR.sub(rb'\1"str"', part)
    return _FORMULA.sub(_as_text, part)


def _as_text(cell: re.Match[bytes]) -> bytes:
    attributes = cell["attributes"] or b""
    kind = _TYPE.search(attributes)
    if cell["value"] and kind and b"str" in kind.groups():  # a formula whose value is an empty text
        return cell[0]
    shown = UNCALCULATED.encode() + (cell["formula"] or b"")
    tag, attributes = cell["tag"], _TYPE.sub(b"", attributes)
    value = tag[:-1] + b"v"
    return b'<%b%b t="str"><%b>%b</%b></%b>' % (tag, attributes, value, shown, value, tag)


class _Scan:
    """One pass over a part: how far a sheet's cells reach, how long the shared strings are.

    With `known` lengths of the shared strings, the text of the cells is counted too.
    """

    def __init__(self, known: Sequence[int] = ()) -> None:
        self.grid = Grid()
        self.strings: list[int] = []
        self.references = 0
        self._known = known
        self._row = self._column = 0
        self._shared = False
        self._digits = self._index = ""

    def run(self, part: bytes) -> None:
        """Read the part, and refuse what's too large.

        Raises:
            TroubleError: where it isn't XML, has a document type of its own, or a sheet is too large.

        """
        if self._known or b"sheetData" not in part:
            _scan(part, self._start, self._end, self._text)
        else:
            _scan(part, self._start)
        self.grid.check()

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        # Called for every cell of a workbook: the commonest come first, and nothing is called in turn.
        tag = name if ":" not in name else name[name.index(":") + 1 :]
        if tag == "c":
            reference = attributes.get("r")
            column = self._column + 1 if reference is None else self._column_of(reference)
            if column <= self._column:
                raise InvalidError
            self._column = column
            self._shared = attributes.get("t") == "s"
        elif tag in {"v", "is"}:
            self.grid.width = max(self.grid.width, self._column)
            self.grid.height = self._row
            self.references += self._shared
            self._index = ""
        elif tag == "row":
            row = _whole(attributes["r"], 9) if "r" in attributes else self._row + 1
            # Rows and cells stand in order, as in Excel: of two in one place calamine would only read the last.
            if not self._row < row <= LAST_ROW:
                raise InvalidError
            self._row, self._column, self._digits = row, 0, str(row)
        elif tag == "si":
            self.strings.append(0)
        elif tag == "sst" and len(attributes.get("uniqueCount", "")) > _DIGITS:
            raise InvalidError  # calamine makes room for as many as are claimed

    def _column_of(self, reference: str) -> int:
        letters = reference.removesuffix(self._digits)
        if letters + self._digits != reference or letters not in _COLUMNS:
            raise InvalidError
        return _COLUMNS[letters]

    def _text(self, text: str) -> None:
        if self.strings:
            self.strings[-1] += len(text)
        elif self._shared:
            self._index += text

    def _end(self, name: str) -> None:
        if self._shared and name[name.find(":") + 1 :] == "v":
            index = self._index.strip()
            if not (index.isascii() and index.isdigit() and int(index) < len(self._known)):
                raise InvalidError
            self.grid.text += self._known[int(index)]


def _scan(
    part: bytes,
    start: Callable[[str, Mapping[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Read a part of XML, handing over each element's start and, where they are asked for, ends and texts.

    Raises:
        InvalidError: where it isn't XML, or has a document type of its own: no spreadsheet program writes one, and
            entities multiply.

    """
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = start
    if end:
        parser.EndElementHandler = end
    if text:
        parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(part, True)
    except expat.ExpatError as error:
        raise InvalidError from error


def _whole(text: str, digits: int) -> int:
    """A number of at most so many digits.

    Raises:
        InvalidError: where it's anything else.

    """
    if not re.fullmatch(rf"[0-9]{{1,{digits}}}", text):
        raise InvalidError
    return int(text)


def _refuse(*_: object) -> None:
    raise InvalidError
