"""Workbooks that are zip archives (xlsx, xlsm, xlsb, ods), made safe before they're read.

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
from collections.abc import Iterator, Mapping, Sequence

from bulletin.records.sources import opendocument, openxml, xlsb
from bulletin.records.sources.limits import LOCKED, MAX_UNPACKED, InvalidError, TroubleError, too_large

MAGIC = b"PK"

_PARTS = (".xml", ".rels", ".bin", "mimetype")
"""What the cells are read from: not the pictures, which may be large."""

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
            parts = {info.filename: info for info in archive.infolist() if info.filename.lower().endswith(_PARTS)}
            claimed = sum(info.file_size for info in parts.values())
            if claimed > MAX_UNPACKED:
                raise too_large(claimed)
            if any(info.compress_type not in _METHODS for info in parts.values()):
                raise InvalidError
            if any(info.flag_bits & _PASSWORD_FLAG for info in parts.values()) or _is_locked(archive, parts):
                raise TroubleError(LOCKED)
            for name, part in _checked(archive, list(parts.values())):
                checked.writestr(zipfile.ZipInfo(name), part)
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise InvalidError from error
    return out.getvalue()


def _is_locked(archive: zipfile.ZipFile, parts: Mapping[str, zipfile.ZipInfo]) -> bool:
    """Whether an ods has a password: its parts then stand in the archive as noise, and only the manifest says why."""
    manifest = parts.get("META-INF/manifest.xml")
    return manifest is not None and b"encryption-data" in _content(archive, manifest)


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    # No more than the directory says, whatever the stream holds; a directory that lies fails its checksum.
    with archive.open(info) as file:
        return file.read(info.file_size)


def _checked(archive: zipfile.ZipFile, parts: Sequence[zipfile.ZipInfo]) -> Iterator[tuple[str, bytes]]:
    """Each part as calamine may have it; one that only the checks don't understand is left out."""
    lengths: list[int] = []
    binary = any(info.filename.lower().endswith("workbook.bin") for info in parts)
    # Shared strings first: a sheet's size depends on them.
    for info in sorted(parts, key=lambda info: "sharedstrings" not in info.filename.lower()):
        name, part = info.filename, _content(archive, info)
        if name.lower().endswith(".bin"):
            records = xlsb.checked(part, lengths)
            if records is not None:
                yield name, records
            continue
        if binary:  # a sheet may be called anything
            xlsb.checked(part, lengths)
        if name == "content.xml":
            part = opendocument.checked(part)
        yield name, openxml.checked(part, lengths)
