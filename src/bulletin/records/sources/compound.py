"""Old .xls workbooks, made safe before they're read: a stream of records in a compound file (MS-CFB, MS-XLS).

calamine follows a broken file's chains for ever, and reads a cell with an error as an empty one. So the stream is
taken out and checked here; calamine gets a new compound file with that stream alone, and the errors are told apart.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bulletin.records.sources.limits import LOCKED, Grid, InvalidError, TroubleError

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_HEADER_ENTRIES = 109
_SECTOR = 4096
_SMALL = 4096
"""Streams shorter than this stand in the small sectors of the root's stream."""

_FILE_PASSWORD, _BOUND_SHEET, _BEGIN, _END_STREAM, _DIMENSIONS = 0x2F, 0x85, 0x809, 0x0A, 0x200
_FORMULA, _ERROR, _MANY_NUMBERS = 0x06, 0x205, 0xBD
_CELLS = (_FORMULA, _ERROR, _MANY_NUMBERS, 0x203, 0x204, 0xD6, 0x27E, 0xFD)
_NO_RECORD = 0x00

_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
"""Excel's error values by their codes."""

Errors = dict[tuple[int, int], str]
"""A sheet's cells with errors: row and column from 0, and what Excel shows there."""


@dataclass(frozen=True)
class _Entry:
    start: int
    size: int


def safe(content: bytes) -> tuple[bytes, list[Errors]]:
    """A workbook as a compound file of its stream alone, and each sheet's cells with errors.

    Raises:
        TroubleError: where it's no workbook, has a password or is too large.

    """
    try:
        stream = bytearray(_stream(content))
        errors = _checked(stream)
    except (IndexError, struct.error) as error:
        raise InvalidError from error
    return packed(stream), errors


def _stream(content: bytes) -> bytes:
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    if size not in {512, _SECTOR}:
        raise InvalidError
    directory, small_table, table_next = (struct.unpack_from("<I", content, at)[0] for at in (48, 60, 68))

    def sector(number: int) -> bytes:
        found = content[(number + 1) * size : (number + 2) * size]
        if not found:
            raise InvalidError
        return found

    table_sectors = list(struct.unpack_from(f"<{_HEADER_ENTRIES}I", content, 76))
    seen: set[int] = set()
    while table_next < _FAT - 1:
        if table_next in seen:
            raise InvalidError
        seen.add(table_next)
        *more, table_next = _numbers(sector(table_next))
        table_sectors += more
    table = [number for each in table_sectors if each < _FAT - 1 for number in _numbers(sector(each))]
    listing = b"".join(map(sector, _chain(directory, table)))
    entries: dict[str, _Entry] = {}
    for at in range(0, len(listing) - 127, 128):
        name = listing[at : at + 64].decode("utf-16-le", "replace").split("\0")[0].upper()
        entries.setdefault(name, _Entry(*struct.unpack_from("<II", listing, at + 116)))
    if "ENCRYPTEDPACKAGE" in entries:
        raise TroubleError(LOCKED)
    entry = entries.get("WORKBOOK") or entries.get("BOOK")
    if entry is None:
        raise InvalidError
    if entry.size >= _SMALL:
        return b"".join(map(sector, _chain(entry.start, table)))[: entry.size]
    root = b"".join(map(sector, _chain(struct.unpack_from("<I", listing, 116)[0], table)))
    small = [number for each in _chain(small_table, table) for number in _numbers(sector(each))]
    return b"".join(root[n * 64 : n * 64 + 64] for n in _chain(entry.start, small))[: entry.size]


def _numbers(sector: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4])


def _chain(start: int, table: Sequence[int]) -> Iterator[int]:
    """The sectors from `start` on, as `table` links them."""
    passed = 0
    while start != _END:
        yield start
        start = table[start]
        passed += 1
        if passed > len(table):
            raise InvalidError


def packed(stream: bytes | bytearray) -> bytes:
    """A compound file that holds `stream` as its workbook and nothing else."""
    count = max(1, -(-len(stream) // _SECTOR))
    entries = _SECTOR // 4
    tables = -(-(count + 1) // (entries - 1))
    if tables > _HEADER_ENTRIES:
        raise InvalidError  # 450 MB, several times what an .xls may hold
    # The table's sectors come first, then the directory, then the stream.
    first = tables + 1
    links = [_FAT] * tables + [_END] + [*range(first + 1, first + count), _END]
    links += [_FREE] * (tables * entries - len(links))
    numbers = (1, tables, tables, 0, _SMALL, _END, 0, _END, 0)
    header = MAGIC + bytes(16) + struct.pack("<HHHHH6x9I", 0x3E, 4, 0xFFFE, 12, 6, *numbers)
    places = [*range(tables), *[_FREE] * (_HEADER_ENTRIES - tables)]
    header += struct.pack(f"<{_HEADER_ENTRIES}I", *places)
    # calamine calls a directory empty whose root begins nowhere.
    listing = _named("Root Entry", 5, 0, 0, child=1) + _named("Workbook", 2, first, count * _SECTOR)
    parts = (header, struct.pack(f"<{len(links)}I", *links), listing, stream)
    return b"".join(bytes(part).ljust(-(-len(part) // _SECTOR) * _SECTOR, b"\0") for part in parts)


def _named(name: str, kind: int, start: int, size: int, child: int = _FREE) -> bytes:
    letters = name.encode("utf-16-le")
    head = letters.ljust(64, b"\0") + struct.pack("<HBBIII", len(letters) + 2, kind, 1, _FREE, _FREE, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)


@dataclass
class _Sheet:
    grid: Grid = field(default_factory=Grid)
    errors: Errors = field(default_factory=dict)


def _checked(stream: bytearray) -> list[Errors]:
    """Each sheet's errors, in the order of the sheets; what a sheet claims of its size is struck out of `stream`."""
    starts = []
    for kind, at, _ in _records(stream, 0):
        if kind == _FILE_PASSWORD:
            raise TroubleError(LOCKED)
        if kind == _BOUND_SHEET:
            starts.append(struct.unpack_from("<I", stream, at)[0])
        elif kind == _END_STREAM:
            break
    sheets = []
    for start in starts:
        sheet = _Sheet()
        depth = 0
        for kind, at, size in _records(stream, start):
            depth += (kind == _BEGIN) - (kind == _END_STREAM)
            if depth == 0:
                break
            if kind == _DIMENSIONS:
                struct.pack_into("<H", stream, at - 4, _NO_RECORD)  # calamine makes room for as much as is claimed
            elif kind in _CELLS and depth == 1:
                _count(sheet, kind, bytes(stream[at : at + size]))
        sheet.grid.check()
        sheets.append(sheet.errors)
    return sheets


def _records(stream: bytearray, at: int) -> Iterator[tuple[int, int, int]]:
    """The records from `at` on: kind, where the content begins, its size."""
    if at >= len(stream):
        raise InvalidError
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, at + 4, size
        at += 4 + size


def _count(sheet: _Sheet, kind: int, record: bytes) -> None:
    row, column = struct.unpack_from("<HH", record)
    last = struct.unpack_from("<H", record, len(record) - 2)[0] if kind == _MANY_NUMBERS else column
    sheet.grid.fill(row + 1, max(column, last) + 1)
    if kind == _ERROR and record[7]:
        sheet.errors[row, column] = _ERRORS.get(record[6], "#N/A")
    elif kind == _FORMULA and record[12:14] == b"\xff\xff" and record[6] == 2:  # the result is an error
        sheet.errors[row, column] = _ERRORS.get(record[8], "#N/A")
