"""The binary parts of xlsb workbooks: sheets and shared strings as records (MS-XLSB 2.1.4)."""

from __future__ import annotations

import struct
from collections.abc import MutableSequence

from bulletin.records.sources.limits import Grid, InvalidError

ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
"""Excel's error values by their codes, in xls too."""

_ROW, _STRING_CELL, _SHARED_CELL, _END_SHEET_DATA = 0x00, 0x06, 0x07, 0x92
_ERROR_CELLS = (0x03, 0x0B)
_FILLED = range(0x02, 0x0C)
_SHARED_STRING = 0x13
_HEAD = 8
"""Bytes of a cell's column and style, before its value."""


def checked(part: bytes, strings: MutableSequence[int]) -> bytes | None:
    """A part in which errors stand as text; None where it isn't one of records.

    `strings` are the lengths of the shared strings; the part that holds them fills it, and comes first.

    Raises:
        TroubleError: where a sheet is too large.

    """
    out = bytearray()
    grid = Grid()
    row = at = 0
    while at < len(part):
        try:
            kind, start, end = _record(part, at)
            record = part[at:end]
            if kind == _ROW:
                (row,) = struct.unpack_from("<I", part, start)
            elif kind in _FILLED and end - start >= _HEAD:
                (column,) = struct.unpack_from("<I", part, start)
                length = end - start
                if kind == _SHARED_CELL:
                    (index,) = struct.unpack_from("<I", part, start + _HEAD)
                    length = strings[index]
                grid.fill(row + 1, column + 1, length)
                if kind in _ERROR_CELLS:
                    record = _text_cell(part[start : start + _HEAD], ERRORS.get(part[start + _HEAD], "#N/A"))
            elif kind == _SHARED_STRING:
                strings.append(end - start)
        except (IndexError, struct.error, InvalidError):
            return None
        out += record
        at = end
    grid.check()
    return bytes(out)


def _record(part: bytes, at: int) -> tuple[int, int, int]:
    """A record's kind, and where its content begins and ends; both numbers are written seven bits a byte."""
    kind = part[at]
    at += 1
    if kind & 0x80:
        kind = (kind & 0x7F) | ((part[at] & 0x7F) << 7)
        at += 1
    size = 0
    for shift in (0, 7, 14, 21):
        byte = part[at]
        at += 1
        size |= (byte & 0x7F) << shift
        if not byte & 0x80:
            break
    if at + size > len(part):
        raise IndexError
    return kind, at, at + size


def _text_cell(head: bytes, text: str) -> bytes:
    content = head + struct.pack("<I", len(text)) + text.encode("utf-16-le")
    return bytes((_STRING_CELL, len(content))) + content
