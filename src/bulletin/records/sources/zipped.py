"""Workbooks that are zip archives (xlsx, xlsm), made safe before they're read.

calamine takes what a file claims for granted: it unpacks without end, lays out every cell up to the last one, and
ends the whole process where memory runs out. It also reads a formula's error, or a formula that was never
calculated, as an empty cell. So the archive is unpacked and checked here, such cells are turned into the text that
Excel shows, and calamine gets a new archive of exactly what was checked.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence

from bulletin.records.sources import openxml
from bulletin.records.sources.limits import LOCKED, MAX_UNPACKED, OTHER_FORMAT, InvalidError, TroubleError, too_large

MAGIC = b"PK"

_PARTS = (".xml", ".rels")
"""What the cells are read from: not the pictures, which may be large."""

_OTHERS = ("workbook.bin", "content.xml")
"""The parts that make a workbook one of another format, whatever it's called."""

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""What spreadsheet programs write; zipfile unpacks the others without a limit."""

_PASSWORD_FLAG = 1


def safe(content: bytes) -> bytes:
    """A workbook as an archive of its checked parts, stored.

    Raises:
        TroubleError: where it's no workbook or too large.

    """
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w") as checked:
            if any(name.lower().endswith(_OTHERS) for name in archive.namelist()):
                raise TroubleError(OTHER_FORMAT)
            parts = {info.filename: info for info in archive.infolist() if info.filename.lower().endswith(_PARTS)}
            claimed = sum(info.file_size for info in parts.values())
            if claimed > MAX_UNPACKED:
                raise too_large(claimed)
            if any(info.compress_type not in _METHODS for info in parts.values()):
                raise InvalidError
            if any(info.flag_bits & _PASSWORD_FLAG for info in parts.values()):
                raise TroubleError(LOCKED)
            for name, part in _checked(archive, list(parts.values())):
                checked.writestr(zipfile.ZipInfo(name), part)
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise InvalidError from error
    return out.getvalue()


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    # No more than the directory says, whatever the stream holds; a directory that lies fails its checksum.
    with archive.open(info) as file:
        return file.read(info.file_size)


def _checked(archive: zipfile.ZipFile, parts: Sequence[zipfile.ZipInfo]) -> Iterator[tuple[str, bytes]]:
    """Give each part as calamine may have it."""
    lengths: list[int] = []
    # Shared strings first: a sheet's size depends on them.
    for info in sorted(parts, key=lambda info: "sharedstrings" not in info.filename.lower()):
        yield info.filename, openxml.checked(_content(archive, info), lengths)
